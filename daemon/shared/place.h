/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which folder a path leads to now. inotify watches a folder, whatever its path: it says nothing when
 * the path leads to another one, as after a symbolic link was switched, a folder above was renamed, or
 * a file system was mounted over it. So whoever watches by inotify also looks at the place now and then.
 * Edge.
 */
#ifndef LVSD_DAEMON_SHARED_PLACE_H
#define LVSD_DAEMON_SHARED_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

/* How often to look. */
#define PLACE_LOOK_MS 1000

struct place {
	dev_t device;
	ino_t inode; /* 0: the path leads to no folder */
};

/* Where the path of a folder leads to. */
struct place place_of_folder(const char *path);
/* The folder of a file: behind symbolic links, if the file exists. */
struct place place_of_file(const char *path);

static inline bool place_is_same(struct place left, struct place right)
{
	return left.device == right.device && left.inode == right.inode;
}

#endif
