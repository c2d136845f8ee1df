/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run directory: lvsd.pid (locked by the supervisor while it lives), control.sock, and what
 * must survive a process: owned.json, drain.json, applied.conf, previous.conf, rollback.json.
 * Files are replaced whole by rename, so a full disk or a crash leaves the old one.
 */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_H
#define LVSD_DAEMON_SHARED_RUNDIR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Which file a name stood for, so that another one under the same name is left alone. */
struct rundir_id {
	dev_t device;
	ino_t inode; /* 0: none */
};

struct rundir {
	char *path;
	int pid_fd;      /* the lock; -1: none (rundir_renew() failed) */
	int listen_fd;   /* control.sock, non-blocking, close-on-exec; -1: none */
	bool is_created; /* the directory was made here */
	struct rundir_id directory, pid, socket;
};

/*
 * Makes the directory if it is missing, takes the lock, writes the pid, listens on control.sock.
 * Fails with a sentence when another lvsd holds the lock, when others than root could change what is
 * there, or when the directory cannot be written; then everything is as before.
 */
int rundir_open(const char *path, struct rundir *ret_dir, struct err *err);

/*
 * Whether nobody but root and the user of this process can change the run dir path or one of its
 * files, as far as they are there (base/trust.h). rundir_open() asks it; 0 or -errno with a sentence.
 */
int rundir_judge(const char *path, struct err *err);

/*
 * Whether the directory, lvsd.pid and control.sock are still those of dir: false when somebody has
 * removed, moved or replaced one of them.
 */
bool rundir_is_whole(const struct rundir *dir);

/*
 * Makes what rundir_is_whole() misses anew: directory, lock, socket. Clients of the former socket
 * are not cut off, but nobody finds it any more. Fails as rundir_open() does, also when another lvsd
 * has taken the place; then dir has no descriptors, and it may be called again.
 */
int rundir_renew(struct rundir *dir, struct err *err);

/* Removes lvsd.pid and control.sock, and the directory if it is empty and was made here; of all
 * three only what is still dir's own. */
void rundir_close(struct rundir *dir);

/* Replaces the file name in the run dir whole. 0 or -errno with a sentence. */
int rundir_store(const char *path, const char *name, const char *text, size_t len, struct err *err);

/*
 * Reads a file of the run dir; *ret_text is free()d by the caller and NUL-terminated. Returns 0 or
 * -errno: -ENOENT, there is none; -EPERM, others can write it, which the log says.
 */
int rundir_fetch(const char *path, const char *name, char **ret_text, size_t *ret_len);

/*
 * Whether applied.conf may tell of an earlier configuration than the one that was in force last: lvsd
 * cannot write to the run dir now (a read-only file system, or a mode without w for its owner), and
 * perhaps could not then. err says so.
 */
bool rundir_may_be_stale(const char *path, struct err *err);

/* Removes a file of the run dir. Returns whether there is none now, also when there was none. */
bool rundir_remove(const char *path, const char *name);

/* Whether an lvsd runs with this run dir; err then says which. */
bool rundir_is_used(const char *path, struct err *err);

/* "DIR/NAME", free() it. */
char *rundir_file(const char *path, const char *name);

#define RUNDIR_APPLIED  "applied.conf"
#define RUNDIR_PREVIOUS "previous.conf"
#define RUNDIR_ROLLBACK "rollback.json"
#define RUNDIR_OWNED    "owned.json"
#define RUNDIR_HOST     "host.json"
#define RUNDIR_DRAIN    "drain.json"
#define RUNDIR_ROLES    "roles.json"
#define RUNDIR_SYNC     "sync.json"
#define RUNDIR_TIMEOUTS "timeouts.json"
#define RUNDIR_ADDRESSES "addresses.json"
#define RUNDIR_TRACKERS "trackers.json"
#define RUNDIR_CONTROL  "control.sock"
#define RUNDIR_PID      "lvsd.pid"

#endif
