/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/hello.h"
#include "base/clock.h"
#include "base/mem.h"
#include "sync/group.h"
#include "sync/rejoin.h"

#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_SAID           3
#define SAID_INTERVAL_MS 400
#define UDP_HEADER_SIZE  8
#define MAGIC_AT         (UDP_HEADER_SIZE + 8)
/*
 * At most so many hellos are read in one turn, so that a flood of them does not delay other work.
 */
#define N_HEARD_MAX 16
/* How much of a datagram is read. A heartbeat of a later format may be longer than ours. */
#define SYNC_DATAGRAM_MAX 512

struct sync_hello {
	struct sync_daemon daemon;
	unsigned index;
	int fd;
	struct sockaddr_storage group;
	socklen_t group_len;
	struct loop_io *io;
	struct loop_timer *again;
	unsigned n_left; /* hellos still to be sent */
	unsigned file_ttl;
	bool are_entries_heard; /* the filter lets sync entries of kernels through */
	sync_hello_fn *fn;
	void *arg;
	struct sync_ears ears; /* all NULL: not set yet */
};

static int option_set(int fd, int level, int name, const void *value, socklen_t size)
{
	return setsockopt(fd, level, name, value, size) < 0 ? -errno : 0;
}

static int join_ip4(const struct sync_hello *hello)
{
	struct ip_mreqn member = {.imr_multiaddr = addr_to_in(&hello->daemon.group),
				  .imr_ifindex = (int)hello->index};
	int on = 1;
	int code = option_set(hello->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof(member));

	return code ? code : option_set(hello->fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on));
}

static int join_ip6(const struct sync_hello *hello)
{
	const struct sockaddr_in6 *group = (const struct sockaddr_in6 *)&hello->group;
	struct ipv6_mreq member = {.ipv6mr_multiaddr = group->sin6_addr,
				   .ipv6mr_interface = hello->index};
	int on = 1;
	int code = option_set(hello->fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &member, sizeof(member));

	return code ? code : option_set(hello->fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on));
}

/* Lets hellos and heartbeats through, and sync entries of kernels only if are_entries_heard: the
 * kernel of a busy director sends hundreds of such datagrams a second. */
static int set_filter(int fd, bool are_entries_heard)
{
	uint32_t others = are_entries_heard ? UINT32_MAX : 0;
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, UDP_HEADER_SIZE + SYNC_HELLO_SIZE, 3, 0),
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, UDP_HEADER_SIZE + SYNC_HEARTBEAT_SIZE_MIN, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, MAGIC_AT),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYNC_HEARTBEAT_MAGIC, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	    BPF_STMT(BPF_RET | BPF_K, others),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	return option_set(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int set_up(const struct sync_hello *hello)
{
	int on = 1;
	int code = set_filter(hello->fd, false);

	/* The kernel's own socket uses the same port. */
	if (code == 0)
		code = option_set(hello->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (code == 0)
		code = hello->group.ss_family == AF_INET ? join_ip4(hello) : join_ip6(hello);
	if (code == 0 &&
	    bind(hello->fd, (const struct sockaddr *)&hello->group, hello->group_len) < 0)
		code = -errno;
	return code;
}

/* The TTL of a received datagram; 0 if the kernel did not report it. */
static unsigned ttl_of(struct msghdr *message)
{
	for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item;
	     item = CMSG_NXTHDR(message, item)) {
		bool is_ttl =
		    (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_TTL) ||
		    (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_HOPLIMIT);
		int ttl;

		if (!is_ttl || item->cmsg_len < CMSG_LEN(sizeof(ttl)))
			continue;
		memcpy(&ttl, CMSG_DATA(item), sizeof(ttl));
		return ttl > 0 && ttl <= UINT8_MAX ? (unsigned)ttl : 0;
	}
	return 0;
}

/* After one datagram with sync entries no further one is needed until the next heartbeat. */
static void hear_entries(struct sync_hello *hello, bool are_heard)
{
	if (hello->are_entries_heard != are_heard && set_filter(hello->fd, are_heard) == 0)
		hello->are_entries_heard = are_heard;
}

static void datagram_take(struct sync_hello *hello, const uint8_t *data, size_t len, unsigned ttl,
			  const struct addr *from)
{
	const struct sync_ears *ears = &hello->ears;
	uint32_t syncid = hello->daemon.syncid;
	struct sync_heartbeat heartbeat;
	bool is_hello = sync_hello_is(data, len, syncid);
	bool is_heartbeat = !is_hello && len <= SYNC_DATAGRAM_MAX &&
			    sync_heartbeat_decode(data, len, syncid, &heartbeat);

	if (is_hello || is_heartbeat) {
		if (!sync_ttl_is_near(ttl, hello->file_ttl)) {
			if (ears->on_far)
				ears->on_far(from, ttl, ears->arg);
			return;
		}
		if (is_heartbeat && ears->on_heartbeat)
			ears->on_heartbeat(from, &heartbeat, ears->arg);
		if (is_hello)
			hello->fn(from, hello->arg);
		return;
	}
	if (hello->are_entries_heard && sync_entries_are(data, len, syncid)) {
		hear_entries(hello, false);
		if (ears->on_entries)
			ears->on_entries(from, ears->arg);
	}
}

static void on_hello_readable(int fd, unsigned events, void *arg)
{
	struct sync_hello *hello = arg;

	(void)events;
	for (int i = 0; i < N_HEARD_MAX; i++) {
		uint8_t data[SYNC_DATAGRAM_MAX] = {0};
		_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
		struct sockaddr_storage sa;
		struct iovec part = {data, sizeof(data)};
		struct msghdr message = {.msg_name = &sa,
					 .msg_namelen = sizeof(sa),
					 .msg_iov = &part,
					 .msg_iovlen = 1,
					 .msg_control = control,
					 .msg_controllen = sizeof(control)};
		/* with MSG_TRUNC: the length of the whole datagram */
		ssize_t len = recvmsg(fd, &message, MSG_TRUNC);
		struct endpoint from;

		if (len < 0)
			break;
		if (endpoint_from_sockaddr((const struct sockaddr *)&sa, &from) == 0)
			datagram_take(hello, data, (size_t)len, ttl_of(&message), &from.addr);
	}
}

static void on_open_again(void *arg)
{
	struct sync_hello *hello = arg;
	uint8_t data[SYNC_HELLO_SIZE];

	sync_hello_encode(hello->daemon.syncid, data);
	/* An error is ignored: without a link or a route nobody could receive it. */
	(void)sendto(hello->fd, data, sizeof(data), MSG_NOSIGNAL,
		     (const struct sockaddr *)&hello->group, hello->group_len);
	if (--hello->n_left > 0)
		loop_timer_set(hello->again, mono_add_ms(clock_mono(), SAID_INTERVAL_MS));
}

static int hello_refused(const struct sync_hello *hello, int code, struct err *err)
{
	return err_set(
	    err, code,
	    "the return of another director cannot be noticed on %s: %s. Its kernel learns of a "
	    "connection only when our kernel announces it the next time",
	    hello->daemon.interface, err_errno(code));
}

int sync_hello_open(struct loop *loop, const struct sync_daemon *daemon, unsigned file_ttl,
		    sync_hello_fn *fn, void *arg, struct sync_hello **ret_hello, struct err *err)
{
	struct sync_hello *hello = mem_calloc(1, sizeof(*hello));
	struct endpoint group = {.addr = daemon->group, .port = daemon->port};
	int code;

	*hello = (struct sync_hello){.daemon = *daemon, .file_ttl = file_ttl, .fn = fn, .arg = arg};
	hello->index = if_nametoindex(daemon->interface);
	code = hello->index ? 0 : -errno;
	hello->group_len = endpoint_to_sockaddr(&group, hello->index, &hello->group);
	hello->fd = code ? code : sync_group_socket(daemon, hello->index, sync_ttl_to_send(file_ttl));
	if (code == 0)
		code = hello->fd < 0 ? hello->fd : set_up(hello);
	if (code < 0) {
		hello_refused(hello, code, err);
		sync_hello_close(hello);
		return code;
	}
	hello->io = loop_io_new(loop, hello->fd, LOOP_READ, on_hello_readable, hello);
	hello->again = loop_timer_new(loop, on_open_again, hello);
	*ret_hello = hello;
	return 0;
}

void sync_hello_close(struct sync_hello *hello)
{
	if (!hello)
		return;
	loop_io_free(hello->io);
	loop_timer_free(hello->again);
	if (hello->fd >= 0)
		close(hello->fd);
	free(hello);
}

/* Whether the interface is still the same. Without a descriptor for the question it counts as such,
 * since another socket could not be opened either. */
static bool is_interface(const struct sync_hello *hello)
{
	unsigned index = if_nametoindex(hello->daemon.interface);

	return index == hello->index || (!index && errno != ENODEV);
}

bool sync_hello_fits(const struct sync_hello *hello, const struct sync_daemon *daemon,
		     unsigned file_ttl)
{
	const struct sync_daemon *open = &hello->daemon;

	return !strcmp(open->interface, daemon->interface) && open->syncid == daemon->syncid &&
	       open->port == daemon->port && hello->file_ttl == file_ttl &&
	       !addr_cmp(&open->group, &daemon->group) && is_interface(hello);
}

void sync_hello_send(struct sync_hello *hello)
{
	hello->n_left = N_SAID;
	on_open_again(hello);
}

bool sync_hello_listen(struct sync_hello *hello, const struct sync_ears *ears)
{
	if (hello->ears.on_heartbeat)
		return false;
	hello->ears = *ears;
	return true;
}

int sync_hello_beat(struct sync_hello *hello, const struct sync_heartbeat *heartbeat)
{
	uint8_t data[SYNC_HEARTBEAT_SIZE_MAX];
	size_t size = sync_heartbeat_encode(heartbeat, hello->daemon.syncid, data);
	ssize_t sent = sendto(hello->fd, data, size, MSG_NOSIGNAL,
			      (const struct sockaddr *)&hello->group, hello->group_len);
	int code = sent < 0 ? -errno : 0;

	hear_entries(hello, true);
	return code;
}
