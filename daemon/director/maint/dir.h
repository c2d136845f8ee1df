/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folder of maintenance_dir: which files are in it, and their first lines. inotify says when a file
 * comes, goes or was written, and when a folder that is missing appears. The folder is read at most
 * every MAINT_DIR_PAUSE_MS. Whether the path leads to another folder is looked at each second
 * (daemon/shared/place.h). Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_MAINT_DIR_H
#define LVSD_DAEMON_DIRECTOR_MAINT_DIR_H

#include "base/loop.h"
#include "base/vec.h"
#include "daemon/director/table/maint_name.h"
#include "daemon/shared/place.h"

#define MAINT_DIR_PAUSE_MS 100

/* The folder was read, or is another one: files has what is in it. */
typedef void maint_dir_fn(const struct maint_file *files, size_t n, void *arg);

struct maint_dir {
	/* Given at the beginning. */
	struct loop *loop;
	maint_dir_fn *fn;
	void *arg;

	char *path; /* NULL: there is no such folder in the configuration */
	int fd;	    /* inotify; -1: there is none */
	int wd;	    /* of the folder; -1: a folder above is watched */
	struct loop_io *io;
	struct loop_timer *timer, *look;
	struct place place; /* that is watched */
	struct mono read_at;
	bool is_due, is_new; /* is_new: what is watched must be looked at anew */
	int said;	     /* why the folder cannot be read, as it was logged; 0: it can */
	bool is_full_said;
	VEC(struct maint_file) files;
};

void maint_dir_open(struct maint_dir *dir);
void maint_dir_close(struct maint_dir *dir);
/* To be called with each configuration, before it is used: reads the folder, and tells what is in it.
 * path: maintenance_dir, or "". */
void maint_dir_configure(struct maint_dir *dir, const char *path);
/* Tells once what is in a folder now, and logs nothing: for a plan. Of a folder that cannot be read it
 * tells nothing. */
void maint_dir_look(const char *path, maint_dir_fn *fn, void *arg);

#endif
