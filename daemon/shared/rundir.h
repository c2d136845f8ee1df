/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run directory (/run/lvsd) belongs to root: lvsd.pid, which the supervisor locks while it lives,
 * and control.sock. Its folder state belongs to the director's user, who alone writes there the files
 * that must survive a process, such as owned.json, drain.json and applied.conf. For root these files
 * are information, never an order. rundir_names.h has the names of the files, rundir_file.h what is done
 * with one of them.
 */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_H
#define LVSD_DAEMON_SHARED_RUNDIR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Identifies a file, so that another file that has the same name now is left alone. */
struct rundir_id {
	dev_t device;
	ino_t inode; /* 0: none */
};

struct rundir {
	char *path;
	int pid_fd;      /* of lvsd.pid, locked; -1: rundir_renew() failed */
	int listen_fd;   /* of control.sock, non-blocking, close-on-exec; -1: none */
	bool is_created; /* rundir_open() or rundir_renew() made the directory */
	bool is_moved;   /* files of an older version were moved into the folder state */
	uid_t director;  /* the owner of the folder state */
	struct rundir_id directory, state, pid, socket;
};

/*
 * Makes the directory and its folder state if they are missing, takes the lock, writes the pid, listens
 * on control.sock. director is the user who is to own the folder state; ret_dir->director is the one
 * who does (the former owner if lvsd may not change owners). Returns 0, or -errno with a sentence when
 * another lvsd holds the lock, when others than root and the director's user could change the files, or
 * when the directory cannot be written; then everything is as before.
 */
int rundir_open(const char *path, uid_t director, struct rundir *ret_dir, struct err *err);

/*
 * Returns 0 if nobody but root and the user of this process can change the directory path or those
 * of its files that exist (base/trust.h), else -errno with a sentence. In the folder state the owner of
 * that folder may too, since only root can have made him the owner. rundir_open() calls it.
 */
int rundir_judge(const char *path, struct err *err);

/*
 * Whether the directory, its folder state, lvsd.pid and control.sock are still those of dir: false when
 * somebody has removed, moved or replaced one of them.
 */
bool rundir_is_whole(const struct rundir *dir);

/*
 * Makes the directory, the lock and the socket again if they are missing. Connections to the former
 * socket go on, but no new client finds it. Fails as rundir_open() does, also when another lvsd uses
 * the directory now; then dir has no descriptors, and rundir_renew() may be called again.
 */
int rundir_renew(struct rundir *dir, struct err *err);

/* The start that opened dir is refused: an older version finds its files where it left them. To be
 * called before rundir_close(), when no process writes to the folder state. */
void rundir_give_back(const struct rundir *dir);

/* Removes lvsd.pid and control.sock, and the directory if dir made it and it is empty. A file or
 * directory that somebody has replaced since stays. */
void rundir_close(struct rundir *dir);

/*
 * Whether applied.conf may be older than the configuration that was in force last: lvsd cannot write
 * to the run dir now (a read-only file system, or a mode without w for its owner), so perhaps it
 * could not write applied.conf either. err then says so.
 */
bool rundir_may_be_stale(const char *path, struct err *err);

/* The path without links, by which lvsd marks what it makes, also while the directory is missing.
 * free() it. */
char *rundir_real(const char *path);

/* Whether an lvsd runs with this run dir; err then names its process. */
bool rundir_is_used(const char *path, struct err *err);

#endif
