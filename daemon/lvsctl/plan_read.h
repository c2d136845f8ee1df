/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the file of `lvsctl plan`, and the files that it includes, with the rights of whoever runs
 * lvsctl. The director gets what was found, and opens nothing. */
#ifndef LVSD_DAEMON_LVSCTL_PLAN_READ_H
#define LVSD_DAEMON_LVSCTL_PLAN_READ_H

#include "base/err.h"

#include <jansson.h>

/*
 * needs: how lvsd reads files, as its answer says (doc/control.md). Returns a descriptor of the
 * transcript (daemon/loader/transcript.h), or -errno with a sentence. An include that the caller may not
 * read is an error. Another file that cannot be opened is none here: the transcript says why.
 */
int plan_read(const char *run_dir, const char *path, json_t *needs, struct err *err);

#endif
