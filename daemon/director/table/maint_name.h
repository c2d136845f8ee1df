/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of maintenance_dir, and which servers their names mean. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_MAINT_NAME_H
#define LVSD_DAEMON_DIRECTOR_TABLE_MAINT_NAME_H

#include "conf/conf.h"

#include <limits.h>

/* The most files that count. */
#define MAINT_FILES_MAX 1024

/* Room for a reason, in bytes with its NUL; a longer one is cut. */
#define MAINT_REASON_MAX 160

/* A file: its name means servers, its first line is the reason. */
struct maint_file {
	char name[NAME_MAX + 1];
	char reason[MAINT_REASON_MAX];
	bool is_said; /* that the name means no server was logged */
	bool is_reason_new; /* it is another one than when the file was read before */
};

/* What a name means. */
enum maint_name {
	MAINT_NAME_OK,
	MAINT_NAME_BAD,	      /* it is no ADDRESS[:PORT][@SERVICE] */
	MAINT_NAME_NO_SERVICE,
	MAINT_NAME_NO_SERVER,
	MAINT_NAME_AMBIGUOUS, /* of a name with a service: several of its servers */
};

struct maint_server {
	size_t vs, rs; /* indexes in the configuration */
};

struct maint_servers {
	struct maint_server *items;
	size_t n, cap;
};

/*
 * Appends the servers of conf that a name means. "10.0.0.21" means each server with that address,
 * "10.0.0.21:80" each server that server_find() finds so in its service, and
 * "10.0.0.21:80@tcp:192.0.2.80:80" the server of that service. Pure.
 */
enum maint_name maint_name_find(const struct conf *conf, const char *name, struct maint_servers *servers);

#endif
