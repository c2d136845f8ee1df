/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads those files of the run directory that are JSON, such as roles.json. */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_JSON_H
#define LVSD_DAEMON_SHARED_RUNDIR_JSON_H

#include <jansson.h>

/*
 * Reads the file name of the run dir. Returns the object, which the caller gives back by
 * json_decref(), or NULL. If the file is there but is not an object with "schema" 1, a warning names
 * the file and the consequence, for example "the state of the instances before is not known".
 */
json_t *rundir_json_fetch(const char *run_dir, const char *name, const char *consequence);

#endif
