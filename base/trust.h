/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that decide what runs as root: nobody but root and the user of this process may be able to
 * change them. The group of root may write, as with keepalived's scripts; any other group may not.
 */
#ifndef LVSD_BASE_TRUST_H
#define LVSD_BASE_TRUST_H

#include "base/err.h"

#include <sys/stat.h>

/*
 * Judges the file or directory path, whose status is st. Returns 0, or -EPERM with a sentence such
 * as "/run/lvsd (owner uid 0, mode 0777) can be written by everybody, and lvsd does as root what it
 * says; `chmod go-w /run/lvsd` ends that".
 */
int trust_judge(const char *path, const struct stat *st, struct err *err);

/*
 * Judges the directories above path, with symbolic links followed: who may write to one of them can
 * put another file in the place of path. In a sticky directory such as /tmp nobody can do that to
 * what is somebody else's. Returns 0 (also when path does not exist), or -EPERM with a sentence.
 */
int trust_judge_parents(const char *path, struct err *err);

#endif
