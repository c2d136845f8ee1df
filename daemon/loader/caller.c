/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/caller.h"
#include "base/mem.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A message of one byte and one descriptor. */
struct letter {
	char byte;
	struct iovec iov;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct msghdr head;
};

static void letter_init(struct letter *letter)
{
	*letter = (struct letter){0};
	letter->iov = (struct iovec){&letter->byte, 1};
	letter->head = (struct msghdr){.msg_iov = &letter->iov,
				       .msg_iovlen = 1,
				       .msg_control = letter->control,
				       .msg_controllen = sizeof(letter->control)};
}

int caller_send(int fd, int connection)
{
	struct letter letter;
	struct cmsghdr *part;

	letter_init(&letter);
	part = CMSG_FIRSTHDR(&letter.head);
	*part = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
				 .cmsg_type = SCM_RIGHTS,
				 .cmsg_len = CMSG_LEN(sizeof(int))};
	memcpy(CMSG_DATA(part), &connection, sizeof(connection));
	return sendmsg(fd, &letter.head, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* Returns the descriptor, or -1. */
static int connection_take(int fd)
{
	struct letter letter;
	struct cmsghdr *part;
	int connection = -1;
	ssize_t n;

	letter_init(&letter);
	do
		n = recvmsg(fd, &letter.head, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	part = n == 1 ? CMSG_FIRSTHDR(&letter.head) : NULL;
	if (part && part->cmsg_type == SCM_RIGHTS && part->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&connection, CMSG_DATA(part), sizeof(connection));
	return connection;
}

/* Gets the supplementary groups of the peer, for free(). Returns 0 or -errno. */
static int groups_of(int connection, gid_t **ret_groups, size_t *ret_n)
{
	socklen_t size = 64 * sizeof(gid_t);
	gid_t *groups = NULL;
	int code;

	/* If the buffer is too small, getsockopt(2) sets size to what is needed. */
	do {
		groups = mem_realloc(groups, size, 1);
		code = getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups, &size);
	} while (code < 0 && errno == ERANGE);
	if (code < 0) {
		code = -errno;
		free(groups);
		return code;
	}
	*ret_groups = groups;
	*ret_n = size / sizeof(*groups);
	return 0;
}

static int user_become(const struct ucred *user, const gid_t *groups, size_t n)
{
	if (setgroups(n, groups) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		return -errno;
	return 0;
}

/* Whether this is the end of the side that has accepted the connection: the other side has no name.
 * Who connects is connected with a socket that has one, such as /run/lvsd/control.sock. */
static bool is_accepted_end(int connection)
{
	struct sockaddr_un peer = {.sun_family = AF_UNSPEC};
	socklen_t size = sizeof(peer);

	return getpeername(connection, (struct sockaddr *)&peer, &size) == 0 &&
	       peer.sun_family == AF_UNIX && size == sizeof(sa_family_t);
}

static bool is_stream(int connection)
{
	socklen_t size = sizeof(int);
	int type = 0;

	return getsockopt(connection, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_STREAM;
}

/* Whether the connection was accepted at the socket path: then it has the name that the supervisor
 * bound there. */
static bool has_name(int connection, const char *path)
{
	struct sockaddr_un own = {.sun_family = AF_UNSPEC};
	socklen_t size = sizeof(own) - 1; /* so the path ends with a NUL */

	return getsockname(connection, (struct sockaddr *)&own, &size) == 0 &&
	       own.sun_family == AF_UNIX && !strcmp(own.sun_path, path);
}

static bool is_clients(int connection, const char *socket)
{
	return is_stream(connection) && is_accepted_end(connection) && has_name(connection, socket);
}

static int become_peer(int connection, const struct caller_known *known, struct err *err)
{
	socklen_t size = sizeof(struct ucred);
	gid_t *groups = NULL;
	struct ucred user;
	size_t n = 0;
	int code = 0;

	if (!is_clients(connection, known->socket))
		return err_set(err, -EACCES, "lvsd cannot find out which user runs this command: the "
					     "connection is not that of a client of lvsd");
	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &user, &size) < 0)
		return err_set(err, -EACCES, "lvsd cannot find out which user runs this command: %s",
			       err_errno(errno));
	/* The supervisor is no client; a channel that it has made can be given any name later. */
	if (user.pid == known->supervisor)
		return err_set(err, -EACCES, "lvsd cannot find out which user runs this command: the "
					     "connection is that of lvsd's own supervisor");
	if (user.uid == 0 || user.uid == geteuid())
		return 0;
	code = groups_of(connection, &groups, &n);
	if (code == 0)
		code = user_become(&user, groups, n);
	free(groups);
	if (code == 0)
		return 1;
	return err_set(err, -EACCES,
		       "the file is read with the rights of the caller, and lvsd cannot become uid "
		       "%u: %s; root can use `lvsd --plan`",
		       user.uid, err_errno(code));
}

int caller_become(int fd, const struct caller_known *known, struct err *err)
{
	int connection = connection_take(fd), code;

	if (connection < 0)
		return err_set(err, -EACCES, "lvsd cannot find out which user runs this command");
	code = become_peer(connection, known, err);
	close(connection);
	return code;
}
