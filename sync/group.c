/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/group.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int group_option(int fd, int level, int name, const void *value, socklen_t size)
{
	return setsockopt(fd, level, name, value, size) < 0 ? -errno : 0;
}

static int send_ip4(int fd, unsigned index, int ttl)
{
	struct ip_mreqn interface = {.imr_ifindex = (int)index};
	int off = 0;
	int code = group_option(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface));

	if (code == 0)
		code = group_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof(off));
	return code ? code : group_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl));
}

static int send_ip6(int fd, unsigned index, int hops)
{
	int interface = (int)index, off = 0;
	int code = group_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface, sizeof(interface));

	if (code == 0)
		code = group_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off));
	return code ? code : group_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops));
}

int sync_group_socket(const struct sync_daemon *daemon, unsigned index, unsigned ttl)
{
	int fd = socket(daemon->group.family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int code = fd < 0 ? -errno
			  : group_option(fd, SOL_SOCKET, SO_BINDTODEVICE, daemon->interface,
					 (socklen_t)strlen(daemon->interface) + 1);

	if (code == 0)
		code = daemon->group.family == AF_INET ? send_ip4(fd, index, (int)ttl)
						       : send_ip6(fd, index, (int)ttl);
	if (code < 0 && fd >= 0)
		close(fd);
	return code < 0 ? code : fd;
}
