/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPVS entries carry no owner, so lvsd remembers the services that it made in RUN_DIR/owned.json.
 * A key is written there before its service is made and taken out after it is gone, so the list
 * names at least what is ours whenever the process ends. What it does not name is never deleted.
 */
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director_state.h"
#include "daemon/rundir.h"

#include <stdlib.h>
#include <string.h>

void owned_store(struct director *d)
{
	struct kernel *k = &d->kernel;
	json_t *services = json_array(), *root;
	char key[SVCKEY_TEXT_MAX], *text;
	struct err err;

	for (size_t i = 0; i < k->owned.keys.n; i++)
		json_array_append_new(services,
				      json_string(svckey_format(&k->owned.keys.items[i], key)));
	root = json_pack("{s:i, s:b, s:o}", "schema", 1, "sync", k->is_sync_ours, "services",
			 services);
	text = json_dumps(root, JSON_INDENT(1));
	if (!text)
		mem_exhausted(0);
	if (rundir_store(d->args->run_dir, RUNDIR_OWNED, text, strlen(text), &err) < 0)
		log_error("%s; after a crash lvsd could not tell its services from others'",
			  err.text);
	free(text);
	json_decref(root);
}

void owned_load(struct director *d)
{
	struct kernel *k = &d->kernel;
	json_t *root = NULL, *item;
	json_error_t error;
	struct svckey key;
	char *text;
	size_t len, i;

	if (rundir_fetch(d->args->run_dir, RUNDIR_OWNED, &text, &len) < 0)
		return;
	root = json_loadb(text, len, 0, &error);
	free(text);
	if (json_integer_value(json_object_get(root, "schema")) != 1)
		log_warning("%s/%s cannot be read: services that are not in the file any more stay "
			    "in the kernel",
			    d->args->run_dir, RUNDIR_OWNED);
	k->is_sync_ours = json_is_true(json_object_get(root, "sync"));
	json_array_foreach(json_object_get(root, "services"), i,
			   item) if (json_is_string(item) &&
				     svckey_parse(json_string_value(item), &key) == 0) *
	    vec_push(&k->owned.keys) = key;
	ipvs_owned_sort(&k->owned);
	json_decref(root);
}
