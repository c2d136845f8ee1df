/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/vrrp_socket.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A successor, and some `lvsd --release-addresses`. */
#define BACKLOG 8

/* Returns 0 or -errno. */
static int address_of(const char *path, struct sockaddr_un *ret_address)
{
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(ret_address->sun_path))
		return -ENAMETOOLONG;
	strcpy(ret_address->sun_path, path);
	return 0;
}

/* Whoever listens there was let in by root, as the run dir belongs to root. Returns a descriptor or
 * -errno. */
static int orphan_connect(const char *path)
{
	struct sockaddr_un address;
	int code = address_of(path, &address), fd;

	if (code < 0)
		return code;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	code = -errno;
	if (fd >= 0)
		close(fd);
	return code;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address;
	int code = address_of(path, &address), fd;
	mode_t mask;

	if (code < 0)
		return code;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	unlink(path);
	mask = umask(0177);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, BACKLOG) < 0) {
		code = -errno;
		close(fd);
		fd = code;
	}
	umask(mask);
	return fd;
}

/*
 * Connects to the orphan of the run dir. If its lvsd died right after the vrrp process had got to work,
 * its socket still has the fresh name, and gets its name here. Returns the connection or -errno; -EAGAIN:
 * there is one, which takes no more callers.
 */
static int orphan_find(const char *path, const char *fresh_path)
{
	int code = orphan_connect(path);

	if (code >= 0 || code == -EAGAIN)
		return code;
	code = orphan_connect(fresh_path);
	if (code >= 0 || code == -EAGAIN)
		rename(fresh_path, path);
	return code;
}

/* Nobody listens there. */
static bool is_nobody(int code)
{
	return code == -ENOENT || code == -ECONNREFUSED;
}

void vrrp_socket_open(struct vrrp_socket *door, const char *run_dir)
{
	int code;

	*door = (struct vrrp_socket){.path = rundir_file(run_dir, RUNDIR_VRRP),
				     .fresh_path = rundir_file(run_dir, RUNDIR_VRRP_FRESH)};
	code = orphan_find(door->path, door->fresh_path);
	door->orphan_fd = code < 0 ? -1 : code;
	if (is_nobody(code))
		unlink(door->path);
	else if (code < 0)
		log_warning("%s: the vrrp process of an lvsd that died cannot be asked: %s; it may serve "
			    "the addresses too, until it hands over",
			    door->path, err_errno(code));
	code = listen_at(door->fresh_path);
	door->listen_fd = code < 0 ? -1 : code;
	if (code < 0)
		log_warning("%s cannot be listened on: %s; if the supervisor dies, the vrrp process hands "
			    "over at once",
			    door->path, err_errno(code));
}

static void orphan_close(struct vrrp_socket *door)
{
	if (door->orphan_fd >= 0)
		close(door->orphan_fd);
	door->orphan_fd = -1;
}

void vrrp_socket_publish(struct vrrp_socket *door)
{
	orphan_close(door);
	if (door->is_published || door->listen_fd < 0)
		return;
	door->is_published = true;
	if (rename(door->fresh_path, door->path) < 0)
		log_warning("%s cannot be made: %s; if the supervisor dies, the next lvsd does not find "
			    "the vrrp process",
			    door->path, err_errno(-errno));
}

void vrrp_socket_close(struct vrrp_socket *door)
{
	if (!door->path)
		return;
	unlink(door->is_published ? door->path : door->fresh_path);
	orphan_close(door);
	if (door->listen_fd >= 0)
		close(door->listen_fd);
	free(door->path);
	free(door->fresh_path);
	*door = (struct vrrp_socket){.listen_fd = -1, .orphan_fd = -1};
}

bool vrrp_socket_has_orphan(const char *run_dir)
{
	char *path = rundir_file(run_dir, RUNDIR_VRRP);
	char *fresh_path = rundir_file(run_dir, RUNDIR_VRRP_FRESH);
	int fd = orphan_find(path, fresh_path);

	free(path);
	free(fresh_path);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || fd == -EAGAIN;
}
