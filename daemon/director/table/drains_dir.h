/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real servers that files keep out of service (maintenance_dir). A server is out of service while a
 * file names it, or while `lvsctl drain` keeps it out; each of the two ends only its own.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_DRAINS_DIR_H
#define LVSD_DAEMON_DIRECTOR_TABLE_DRAINS_DIR_H

#include "base/vec.h"
#include "daemon/director/table/maint_name.h"
#include "daemon/director/table/maintenance.h"

/* A server, and the index of the file that keeps it out. */
struct drains_held {
	struct maintained one;
	size_t file;
};

/* The files as they are known, and the servers that they keep out. Begins as {0}. */
struct drains_dir {
	VEC(struct maint_file) files;
	/* Each server once, with the first of its files. */
	VEC(struct drains_held) held;
	bool is_quiet; /* nothing is logged: it is for a plan */
};

void drains_dir_free(struct drains_dir *dir);

/* Notes which files there are now. Takes effect with drains_dir_apply(). */
void drains_dir_store(struct drains_dir *dir, const struct maint_file *files, size_t n);

/* Puts the servers of the files in maintenance, and ends the maintenance of those that no file names any
 * more; health is a model of conf. Logs each, and once for each name that it means no server. Returns
 * whether that changed anything. */
bool drains_dir_apply(struct drains_dir *dir, const struct conf *conf, struct health *health,
		      struct mono now);

/* The file that keeps a server out of service; NULL: there is none. */
const struct maint_file *drains_dir_file(const struct drains_dir *dir, const struct svckey *service,
					 const struct endpoint *server);

#endif
