/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel does not know who made a service, so lvsd stores the services that it made in
 * RUN_DIR/owned.json. A key is written there before its service is made, and removed after the
 * service is gone. So whenever the process dies, the list has all of lvsd's services. A service
 * that is not in the list is never deleted.
 */
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/table/kernel.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"

#include <stdlib.h>
#include <string.h>

void owned_store(struct kernel *k)
{
	json_t *services = json_array(), *root;
	char key[SVCKEY_TEXT_MAX];
	struct err err;

	for (size_t i = 0; i < k->owned.keys.n; i++)
		json_array_append_new(services,
				      json_string(svckey_format(&k->owned.keys.items[i], key)));
	root = json_pack("{s:i, s:b, s:o}", "schema", 1, "sync", k->is_sync_ours, "services",
			 services);
	if (rundir_json_store(k->run_dir, RUNDIR_OWNED, root, &err) == 0) {
		k->is_owned_unsaved = false;
	} else if (!k->is_owned_unsaved) {
		log_error("%s; as long as it cannot be written, a crash would make lvsd forget "
			  "which services are its own",
			  err.text);
		k->is_owned_unsaved = true;
	}
}

void owned_read(const char *run_dir, struct ipvs_owned *ret_owned, bool *ret_is_sync_ours)
{
	json_t *root, *item;
	struct svckey key;
	size_t i;

	if (rundir_json_load(run_dir, RUNDIR_OWNED, &root) < 0)
		return;
	if (json_integer_value(json_object_get(root, "schema")) != 1)
		log_warning("%s/%s cannot be read: services that the file no longer has stay in "
			    "the kernel",
			    run_dir, RUNDIR_OWNED);
	*ret_is_sync_ours = json_is_true(json_object_get(root, "sync"));
	json_array_foreach(json_object_get(root, "services"), i,
			   item) if (json_is_string(item) &&
				     svckey_parse(json_string_value(item), &key) == 0) *
	    vec_push(&ret_owned->keys) = key;
	ipvs_owned_sort(ret_owned);
	json_decref(root);
}
