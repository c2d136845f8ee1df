/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rundir_json.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/rundir_file.h"

#include <stdlib.h>
#include <string.h>

int rundir_json_load(const char *run_dir, const char *name, json_t **ret_root)
{
	json_error_t error;
	char *text;
	size_t len;
	int code = rundir_fetch(run_dir, name, &text, &len);

	if (code < 0)
		return code;
	*ret_root = json_loadb(text, len, 0, &error);
	free(text);
	return 0;
}

json_t *rundir_json_fetch(const char *run_dir, const char *name, const char *consequence)
{
	json_t *root;

	if (rundir_json_load(run_dir, name, &root) < 0)
		return NULL;
	if (json_integer_value(json_object_get(root, "schema")) == 1)
		return root;
	json_decref(root);
	log_warning("%s/%s was not written by lvsd, or is damaged, and is not used: %s", run_dir, name,
		    consequence);
	return NULL;
}

int rundir_json_store(const char *run_dir, const char *name, json_t *root, struct err *err)
{
	char *text;
	int code;

	if (!root) {
		rundir_remove(run_dir, name);
		return 0;
	}
	text = json_dumps(root, JSON_INDENT(1));
	if (!text)
		mem_exhausted(0);
	code = rundir_store(run_dir, name, text, strlen(text), err);
	free(text);
	json_decref(root);
	return code;
}
