/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/socket/abstract.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int address_of(const char *name, struct sockaddr_un *ret_address, socklen_t *ret_len)
{
	size_t len = strlen(name);

	if (len > ABSTRACT_NAME_MAX)
		return -ENAMETOOLONG;
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(&ret_address->sun_path[1], name, len); /* a NUL in front: abstract */
	*ret_len = (socklen_t)(sizeof(sa_family_t) + 1 + len);
	return 0;
}

int abstract_listen(const char *name, int backlog)
{
	struct sockaddr_un address;
	socklen_t len;
	int code = address_of(name, &address, &len);
	int fd = code < 0 ? -1 : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (code < 0)
		return code;
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, len) == 0 && listen(fd, backlog) == 0)
		return fd;
	code = -errno;
	if (fd >= 0)
		close(fd);
	return code;
}

static int connect_within(int fd, const struct sockaddr_un *address, socklen_t len, int64_t wait_ms)
{
	const struct timeval limit = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};

	if (wait_ms && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, len) < 0)
		return -errno;
	return fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

int abstract_connect(const char *name, int64_t wait_ms, struct ucred *ret_listener)
{
	struct sockaddr_un address;
	socklen_t len, size = sizeof(*ret_listener);
	int code = address_of(name, &address, &len), fd;

	if (code < 0)
		return code;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | (wait_ms ? 0 : SOCK_NONBLOCK), 0);
	if (fd < 0)
		return -errno;
	code = connect_within(fd, &address, len, wait_ms);
	if (code == 0 && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret_listener, &size) < 0)
		code = -errno;
	if (code == 0)
		return fd;
	close(fd);
	return code;
}
