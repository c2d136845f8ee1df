/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/fifos.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the reader may do with a FIFO of lvsd's: its owner reads it. */
#define FIFO_MODE 0600

static int fifo_refuse(const struct script_fifo *order, const struct stat *found, struct err *err)
{
	if (S_ISLNK(found->st_mode))
		return err_set(err, -ELOOP,
			       "%s is a symbolic link, and lvsd follows none to a FIFO: name the "
			       "FIFO itself, or remove the link; then `lvsctl reload`",
			       order->path);
	if (!S_ISFIFO(found->st_mode))
		return err_set(err, -EEXIST,
			       "%s is there already and is no FIFO: remove it, then `lvsctl "
			       "reload`; lvsd makes the FIFO itself",
			       order->path);
	return err_set(err, -EPERM,
		       "the FIFO %s belongs to uid %u, not to uid %u as the configuration says: "
		       "remove it, or name its user behind its path; then `lvsctl reload`",
		       order->path, found->st_uid, order->uid);
}

static bool is_accepted(const struct script_fifo *order, const struct stat *found)
{
	return S_ISFIFO(found->st_mode) &&
	       (found->st_uid == order->uid || found->st_uid == geteuid());
}

/*
 * Opens what a descriptor of O_PATH stands for, so it is the FIFO that was judged. Without
 * CAP_DAC_OVERRIDE root may not open a FIFO of mode 0600 that belongs to somebody else, but its
 * owner may.
 */
static int open_judged(int judged, uid_t owner)
{
	uid_t own = geteuid();
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", judged);
	if (owner != own)
		setfsuid(owner);
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	if (owner != own)
		setfsuid(own);
	return fd;
}

/* Gives a FIFO that was just made to its user. */
static int give(const struct script_fifo *order, int fd, struct err *err)
{
	if ((order->uid == geteuid() && order->gid == getegid()) ||
	    fchown(fd, order->uid, order->gid) == 0)
		return 0;
	return err_set(err, -errno,
		       "the FIFO %s cannot be given to uid %u, gid %u: %s: make it yourself "
		       "(mkfifo, chown), or let lvsd have CAP_CHOWN",
		       order->path, order->uid, order->gid, err_errno(errno));
}

static int cannot_open(const struct script_fifo *order, int code, struct err *err)
{
	return err_set(err, code, "the FIFO %s cannot be opened: %s", order->path, err_errno(code));
}

static int fifo_open(const struct script_fifo *order, struct err *err)
{
	bool is_made = mkfifo(order->path, FIFO_MODE) == 0;
	struct stat found;
	int judged, fd;

	if (!is_made && errno != EEXIST)
		return err_set(err, -errno, "the FIFO %s cannot be made: %s", order->path,
			       err_errno(errno));
	judged = open(order->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (judged < 0 || fstat(judged, &found) < 0) {
		fd = cannot_open(order, -errno, err);
	} else if (!is_accepted(order, &found)) {
		fd = fifo_refuse(order, &found, err);
	} else {
		fd = open_judged(judged, found.st_uid);
		if (fd < 0)
			cannot_open(order, fd, err);
	}
	if (judged >= 0)
		close(judged);
	if (fd >= 0 && is_made && give(order, fd, err) < 0) {
		close(fd);
		unlink(order->path);
		return -EPERM;
	}
	return fd;
}

/* Does the path still lead to the FIFO that is open? */
static bool is_in_place(const struct script_fifo_open *slot)
{
	struct stat open, there;

	return fstat(slot->fd, &open) == 0 && lstat(slot->path, &there) == 0 &&
	       open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

int script_fifos_open(struct script_fifos *fifos, const struct script_fifo *order, struct err *err)
{
	struct script_fifo_open *slot = &fifos->slots[order->slot];
	int fd;

	if (slot->path && !strcmp(slot->path, order->path) && slot->uid == order->uid &&
	    is_in_place(slot))
		return slot->fd;
	fd = fifo_open(order, err);
	script_fifos_close(fifos, order->slot);
	if (fd >= 0)
		*slot = (struct script_fifo_open){
		    .path = mem_strdup(order->path), .uid = order->uid, .fd = fd};
	return fd;
}

void script_fifos_close(struct script_fifos *fifos, unsigned slot)
{
	if (!fifos->slots[slot].path)
		return;
	close(fifos->slots[slot].fd);
	free(fifos->slots[slot].path);
	fifos->slots[slot].path = NULL;
}

void script_fifos_fini(struct script_fifos *fifos)
{
	for (unsigned i = 0; i < SCRIPT_FIFOS; i++)
		script_fifos_close(fifos, i);
}
