/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/private/sockets.h"
#include "sync/group.h"
#include "sync/tap.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

/* A peer may send all its connections in a few seconds. */
#define WIRE_BUFFER (4 * 1024 * 1024)
/* As routing protocols (RFC 4594, section 3.1): a loaded link drops others first. */
#define WIRE_TOS (IPTOS_CLASS_CS6)

/* A socket that is connected has the group as its only way. LOOP: the kernel hears on this machine what lvsd says. */
static int said_private_open(const struct sync_daemon *backup, unsigned index)
{
	const struct endpoint group = {.addr = backup->group, .port = backup->port};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&group, 0, &sa);
	int fd = sync_group_socket(backup, index, backup->ttl), on = 1, code;

	if (fd < 0)
		return fd;
	code = setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &on, sizeof(on)) < 0 ? -errno : 0;
	if (code == 0 && connect(fd, (const struct sockaddr *)&sa, len) < 0)
		code = -errno;
	if (code == 0)
		return fd;
	close(fd);
	return code;
}

int sync_private_sockets_open(const struct sync_roles *roles, unsigned index, struct sync_private_sockets *ret_sockets,
			      struct err *err)
{
	int said = said_private_open(&roles->backup, index);
	int heard = said < 0 ? said : sync_tap_hear(&roles->master, index, 0);

	if (heard >= 0) {
		*ret_sockets = (struct sync_private_sockets){.heard = heard, .said = said};
		return 0;
	}
	if (said >= 0)
		close(said);
	return err_set(err, heard,
		       "the sockets of connection sync on the private interface %s cannot be opened: %s. No connection "
		       "reaches the other director, and none comes from it",
		       roles->backup.interface, err_errno(heard));
}

static void wire_buffers_set(int fd)
{
	const int size = WIRE_BUFFER;

	/* Smaller buffers only lose more when much comes at once, which the relay repairs. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/* IPV6_FREEBIND is of newer kernels; IP_FREEBIND is for both families. SO_REUSEPORT lets sockets of the same user share
 * the port if all of them ask for it: the director that follows one that died opens its socket while the sync process
 * has the one before. */
static int wire_options_set(int fd, bool is_ip4)
{
	const int on = 1, tos = WIRE_TOS;

	wire_buffers_set(fd);
	if (is_ip4)
		(void)setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
	else
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof(tos));
	if (!is_ip4 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) < 0)
		return -errno;
	return setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on)) < 0 ? -errno : 0;
}

int sync_wire_open(const struct endpoint *listen, unsigned scope, struct err *err)
{
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(listen, scope, &sa);
	char text[ENDPOINT_TEXT_MAX];
	int fd = socket(listen->addr.family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int code = fd < 0 ? -errno : wire_options_set(fd, listen->addr.family == AF_INET);

	if (code == 0 && bind(fd, (const struct sockaddr *)&sa, len) < 0)
		code = -errno;
	if (code == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return err_set(err, code, "connection sync cannot listen on %s for the other director: %s%s",
		       endpoint_format(listen, text), err_errno(code),
		       code == -EADDRINUSE ? "; another program has that port: give the relay another one" : "");
}
