/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that instances track (track_file). inotify says when a program has written and closed a
 * file, or has put it there or taken it away; then the file is read. A file is read at most every
 * TRACK_FILE_PAUSE_MS, so a program that writes all the time costs little. Whether its path leads to
 * another folder is looked at each second (daemon/shared/place.h). A file that the director
 * may not read has no verdict; the log says so at each load. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_FILES_H
#define LVSD_DAEMON_DIRECTOR_TRACK_FILES_H

#include "base/log_limit.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/shared/place.h"
#include "vrrp/track.h"

#define TRACK_FILE_PAUSE_MS 100

/* Gets the state of a file: once for each file of a configuration, and at each change. */
typedef void track_files_fn(const struct vrrp_source *source, void *arg);

struct track_file {
	const struct conf_track_file *conf;
	/* The directory that is watched: that of the file, or while it is missing the nearest one
	 * above. awaited: the name in it that matters, len bytes of conf->path. */
	int dir_wd;
	const char *awaited;
	size_t awaited_len;
	/* Of what a symbolic link leads to, or of the file if its folder is not watched; -1: none. */
	int target_wd;
	int folder_error; /* why its folder is not watched, as EACCES; 0: it is */
	struct place place; /* of the file, when it was watched */
	bool is_due;   /* it has changed since it was read */
	struct mono read_at;
	struct vrrp_source source;
	struct log_limit complaints;
};

struct track_files {
	struct loop *loop;
	track_files_fn *fn;
	void *arg;
	int fd; /* inotify; -1: there is none */
	struct loop_io *io;
	struct loop_timer *timer; /* of files that are due after their pause */
	struct loop_timer *look;
	VEC(struct track_file) list;
};

/* Without a file at first. fn gets the states. */
void track_files_open(struct track_files *files, struct loop *loop, track_files_fn *fn, void *arg);
void track_files_close(struct track_files *files);
/*
 * Watches the files of conf, and reports the present state of each. conf stays the caller's, and
 * must live until the next call. A loader has written the files of init_file before
 * (daemon/loader/init_file.h).
 */
void track_files_configure(struct track_files *files, const struct conf *conf);

#endif
