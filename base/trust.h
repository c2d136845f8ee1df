/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges files that decide what lvsd does as root: nobody but root and the user of this process may
 * be able to change them. The group root may have write permission, as with keepalived's scripts;
 * no other group may.
 */
#ifndef LVSD_BASE_TRUST_H
#define LVSD_BASE_TRUST_H

#include "base/err.h"

#include <sys/stat.h>

/*
 * Judges the file or directory path, whose status is st. Returns 0, or -EPERM with a sentence.
 * Example: "/run/lvsd (owner uid 0, mode 0777) can be written by everybody, and lvsd does as root
 * what it says; `chmod go-w /run/lvsd` ends that".
 */
int trust_judge(const char *path, const struct stat *st, struct err *err);

/* The same, but the file may also belong to the user whose uid is also. */
int trust_judge_of(const char *path, const struct stat *st, uid_t also, struct err *err);

/*
 * Judges the directories above path, symbolic links followed: whoever may write to one of them can
 * replace the file. A sticky directory such as /tmp is accepted, because nobody can replace
 * somebody else's file there. Returns 0 (also if path does not exist), or -EPERM with a sentence.
 */
int trust_judge_parents(const char *path, struct err *err);

/*
 * Returns the second half of the message "FILE cannot be opened: Permission denied": what to do
 * about it. Only root needs this, since root expects to open every file, but lvsd gives up
 * CAP_DAC_OVERRIDE.
 * "": for other users, and other errors. code is the -errno of open().
 */
const char *trust_way_to_open(int code);

#endif
