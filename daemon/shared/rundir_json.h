/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the run dir that are JSON. */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_JSON_H
#define LVSD_DAEMON_SHARED_RUNDIR_JSON_H

#include <jansson.h>

/*
 * Reads the file name of the run dir. Returns the object, which the caller gives back by
 * json_decref(), or NULL. When there is a file but not an object with "schema" 1, the log says so,
 * with the consequence, such as "the state of the instances before is not known".
 */
json_t *rundir_json_fetch(const char *run_dir, const char *name, const char *consequence);

#endif
