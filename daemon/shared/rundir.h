/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run directory (/run/lvsd): lvsd.pid, which the supervisor locks while it lives; control.sock;
 * and the files that must survive a process, such as owned.json, drain.json and applied.conf. A
 * file is replaced as a whole by rename, so that a full disk or a crash leaves the old file.
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
	struct rundir_id directory, pid, socket;
};

/*
 * Makes the directory if it is missing, takes the lock, writes the pid, listens on control.sock.
 * Returns 0, or -errno with a sentence when another lvsd holds the lock, when others than root could
 * change the files, or when the directory cannot be written; then everything is as before.
 */
int rundir_open(const char *path, struct rundir *ret_dir, struct err *err);

/*
 * Returns 0 if nobody but root and the user of this process can change the directory path or those
 * of its files that exist (base/trust.h), else -errno with a sentence. rundir_open() calls it.
 */
int rundir_judge(const char *path, struct err *err);

/*
 * Whether the directory, lvsd.pid and control.sock are still those of dir: false when somebody has
 * removed, moved or replaced one of them.
 */
bool rundir_is_whole(const struct rundir *dir);

/*
 * Makes the directory, the lock and the socket again if they are missing. Connections to the former
 * socket go on, but no new client finds it. Fails as rundir_open() does, also when another lvsd uses
 * the directory now; then dir has no descriptors, and rundir_renew() may be called again.
 */
int rundir_renew(struct rundir *dir, struct err *err);

/* Removes lvsd.pid and control.sock, and the directory if dir made it and it is empty. A file or
 * directory that somebody has replaced since stays. */
void rundir_close(struct rundir *dir);

/* Replaces the file name in the run dir whole. 0 or -errno with a sentence. */
int rundir_store(const char *path, const char *name, const char *text, size_t len, struct err *err);

/*
 * Reads the file name of the run dir; *ret_text is NUL-terminated, the caller frees it. Returns 0 or
 * -errno: -ENOENT when there is no such file; -EPERM when others can write it, which is logged.
 */
int rundir_fetch(const char *path, const char *name, char **ret_text, size_t *ret_len);

/*
 * Whether applied.conf may be older than the configuration that was in force last: lvsd cannot write
 * to the run dir now (a read-only file system, or a mode without w for its owner), so perhaps it
 * could not write applied.conf either. err then says so.
 */
bool rundir_may_be_stale(const char *path, struct err *err);

/* Removes a file of the run dir. Returns true when no such file is left, also when there was none. */
bool rundir_remove(const char *path, const char *name);

/* Whether an lvsd runs with this run dir; err then names its process. */
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
