/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into lvsd by a test: the next request of generic netlink that is no dump goes out on a
 * socket with the smallest receive buffer there is, if the file that LAB_OVERRUN names exists; it
 * is removed, so that this happens once. The kernel then has no room for its answers (ENOBUFS).
 */
#define _GNU_SOURCE
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_change(int fd, const void *bytes, size_t len)
{
	const struct nlmsghdr *nlh = bytes;
	socklen_t size = sizeof(int);
	int domain = 0, protocol = -1;

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
	return domain == AF_NETLINK && protocol == NETLINK_GENERIC && len > sizeof(*nlh) &&
	       (nlh->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP;
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	const char *path = getenv("LAB_OVERRUN");
	const int least = 1;

	if (path && is_change(fd, bytes, len) && unlink(path) == 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least));
	return syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
}
