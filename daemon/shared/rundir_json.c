/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rundir_json.h"
#include "base/log.h"
#include "daemon/shared/rundir.h"

#include <stdlib.h>

json_t *rundir_json_fetch(const char *run_dir, const char *name, const char *consequence)
{
	json_error_t error;
	json_t *root;
	char *text;
	size_t len;

	if (rundir_fetch(run_dir, name, &text, &len) < 0)
		return NULL;
	root = json_loadb(text, len, 0, &error);
	free(text);
	if (json_integer_value(json_object_get(root, "schema")) == 1)
		return root;
	json_decref(root);
	log_warning("%s/%s was not written by lvsd, or is damaged, and is not used: %s", run_dir, name,
		    consequence);
	return NULL;
}
