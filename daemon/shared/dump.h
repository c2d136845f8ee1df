/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dump files: what programs for keepalived read after a signal to it. The director writes the
 * text (daemon/director/dump), a loader the file (daemon/loader/dump_file). Pure.
 */
#ifndef LVSD_DAEMON_SHARED_DUMP_H
#define LVSD_DAEMON_SHARED_DUMP_H

#include "conf/conf.h"

enum dump_kind {
	DUMP_STATE, /* state_dump_file, on SIGUSR1 */
	DUMP_STATS, /* stats_dump_file, on SIGUSR2 */
	DUMP_JSON,  /* json_dump_file, on SIGRTMIN+2 */
	DUMP_KINDS,
};

/* A set of kinds is a mask. */
#define DUMP_BIT(kind) (1u << (kind))

/* The keyword that names the file: "state_dump_file". */
const char *dump_keyword(enum dump_kind kind);
/* The kind that a signal to the supervisor asks for; DUMP_KINDS: none. */
enum dump_kind dump_of_signal(int number);

/* The value of the keyword; "": the file has no such keyword. */
const char *dump_value(const struct conf *conf, enum dump_kind kind);
/* The mask of the kinds that the configuration asks for. */
uint8_t dump_kinds(const struct conf *conf);

/*
 * The path that the value of the keyword stands for, for free(), as in keepalived: a name without a
 * folder stands in /tmp, and behind a folder comes keepalived's name. Examples, for DUMP_STATE:
 * "/run/x.data" as it is, "x.data" is /tmp/x.data, "/run/" is /run/keepalived.data.
 */
char *dump_path(enum dump_kind kind, const char *value);

#endif
