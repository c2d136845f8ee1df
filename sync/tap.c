/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/tap.h"
#include "sync/group.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel sends 20,000 connections in a moment when it must announce all of them. */
#define HEARD_BUFFER (4 * 1024 * 1024)

#define LOAD(size, at)	       BPF_STMT(BPF_LD | (size) | BPF_ABS, (uint32_t)(at))
#define LOAD_BEHIND_IP4(at)    BPF_STMT(BPF_LD | BPF_H | BPF_IND, (at))
/* The last two instructions of a filter are: drop, take. n: so many follow up to "drop". */
#define UNLESS_EQUAL_DROP(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))
#define IF_EQUAL_DROP(value, n)	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (n), 0)
#define DROP			    BPF_STMT(BPF_RET | BPF_K, 0)
#define TAKE			    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)

static uint32_t word(const struct addr *addr, size_t at)
{
	const uint8_t *bytes = addr->bytes + at;

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int tap_filter(int fd, struct sock_filter *code, unsigned short n)
{
	struct sock_fprog program = {n, code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno : 0;
}

/* own_port: that of the other socket. */
static int filter_ip4(int fd, const struct sync_daemon *daemon, uint16_t own_port)
{
	struct sock_filter code[] = {
	    LOAD(BPF_B, SKF_AD_OFF + SKF_AD_PKTTYPE), UNLESS_EQUAL_DROP(PACKET_OUTGOING, 12),
	    LOAD(BPF_H, SKF_AD_OFF + SKF_AD_PROTOCOL), UNLESS_EQUAL_DROP(ETH_P_IP, 10),
	    LOAD(BPF_B, 9),			      UNLESS_EQUAL_DROP(IPPROTO_UDP, 8),
	    LOAD(BPF_W, 16),			      UNLESS_EQUAL_DROP(word(&daemon->group, 0), 6),
	    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),   LOAD_BEHIND_IP4(2),
	    UNLESS_EQUAL_DROP(daemon->port, 3),	      LOAD_BEHIND_IP4(0),
	    IF_EQUAL_DROP(own_port, 1),		      BPF_STMT(BPF_JMP | BPF_JA, 1),
	    DROP,				      TAKE,
	};

	return tap_filter(fd, code, sizeof(code) / sizeof(code[0]));
}

static int filter_ip6(int fd, const struct sync_daemon *daemon, uint16_t own_port)
{
	struct sock_filter code[] = {
	    LOAD(BPF_B, SKF_AD_OFF + SKF_AD_PKTTYPE), UNLESS_EQUAL_DROP(PACKET_OUTGOING, 17),
	    LOAD(BPF_H, SKF_AD_OFF + SKF_AD_PROTOCOL), UNLESS_EQUAL_DROP(ETH_P_IPV6, 15),
	    LOAD(BPF_B, 6),			      UNLESS_EQUAL_DROP(IPPROTO_UDP, 13),
	    LOAD(BPF_W, 24),			      UNLESS_EQUAL_DROP(word(&daemon->group, 0), 11),
	    LOAD(BPF_W, 28),			      UNLESS_EQUAL_DROP(word(&daemon->group, 4), 9),
	    LOAD(BPF_W, 32),			      UNLESS_EQUAL_DROP(word(&daemon->group, 8), 7),
	    LOAD(BPF_W, 36),			      UNLESS_EQUAL_DROP(word(&daemon->group, 12), 5),
	    LOAD(BPF_H, 42),			      UNLESS_EQUAL_DROP(daemon->port, 3),
	    LOAD(BPF_H, 40),			      IF_EQUAL_DROP(own_port, 1),
	    BPF_STMT(BPF_JMP | BPF_JA, 1),	      DROP,
	    TAKE,
	};

	return tap_filter(fd, code, sizeof(code) / sizeof(code[0]));
}

static int own_port_of(int fd, uint16_t *ret_port)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ip4;
		struct sockaddr_in6 ip6;
	} own;
	socklen_t len = sizeof(own);

	if (getsockname(fd, &own.any, &len) < 0)
		return -errno;
	*ret_port = ntohs(own.any.sa_family == AF_INET ? own.ip4.sin_port : own.ip6.sin6_port);
	return 0;
}

/* It has a port of its own, for the filter, and no address: that of the interface may change. */
static int said_open(const struct sync_daemon *daemon, unsigned index, unsigned ttl)
{
	const struct endpoint any = {.addr = {.family = daemon->group.family}};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&any, 0, &sa);
	int fd = sync_group_socket(daemon, index, ttl), code;

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&sa, len) < 0) {
		code = -errno;
		close(fd);
		return code;
	}
	return fd;
}

/* Nothing is heard before bind(), so the filter is there in time. */
int sync_tap_hear(const struct sync_daemon *daemon, unsigned index, uint16_t own_port)
{
	bool is_ip4 = daemon->group.family == AF_INET;
	/* The kernel shows what leaves only to sockets for all protocols. */
	struct sockaddr_ll link = {.sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL),
				   .sll_ifindex = (int)index};
	int size = HEARD_BUFFER;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int code = fd < 0     ? -errno
		   : is_ip4 ? filter_ip4(fd, daemon, own_port)
			    : filter_ip6(fd, daemon, own_port);

	/* A smaller buffer only loses more when much comes at once. */
	if (code == 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (code == 0 && bind(fd, (const struct sockaddr *)&link, sizeof(link)) < 0)
		code = -errno;
	if (code < 0 && fd >= 0)
		close(fd);
	return code < 0 ? code : fd;
}

int sync_tap_open(const struct sync_daemon *daemon, unsigned index, unsigned ttl, struct sync_tap *ret_tap,
		  struct err *err)
{
	struct sync_tap tap = {.heard = -1, .said = said_open(daemon, index, ttl ? ttl : 1)};
	uint16_t own_port = 0;
	int code = tap.said < 0 ? tap.said : own_port_of(tap.said, &own_port);

	if (code == 0) {
		tap.heard = sync_tap_hear(daemon, index, own_port);
		code = tap.heard < 0 ? tap.heard : 0;
	}
	if (code == 0) {
		*ret_tap = tap;
		return 0;
	}
	if (tap.said >= 0)
		close(tap.said);
	return err_set(err, code,
		       "what the kernel says of its connections on %s cannot be heard: %s. A director that "
		       "returns does not learn of connections that are idle",
		       daemon->interface, err_errno(code));
}
