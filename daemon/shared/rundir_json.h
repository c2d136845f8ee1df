/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes those files of the run directory that are JSON, such as roles.json. */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_JSON_H
#define LVSD_DAEMON_SHARED_RUNDIR_JSON_H

#include "base/err.h"

#include <jansson.h>

/*
 * Reads the file name of the run dir. Returns 0 if the file exists: *ret_root, for json_decref(), is
 * its contents, or NULL if they are no JSON. Otherwise returns -errno as rundir_fetch() does.
 */
int rundir_json_load(const char *run_dir, const char *name, json_t **ret_root);

/*
 * Reads the file name of the run dir. Returns the object, which the caller gives back by
 * json_decref(), or NULL. If the file is there but is not an object with "schema" 1, a warning names
 * the file and the consequence, for example "the state of the instances before is not known".
 */
json_t *rundir_json_fetch(const char *run_dir, const char *name, const char *consequence);

/* Replaces the file name of the run dir by root, which it frees; NULL: removes the file. 0 or -errno with
 * a sentence. */
int rundir_json_store(const char *run_dir, const char *name, json_t *root, struct err *err);

#endif
