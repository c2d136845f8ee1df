/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/raw.h"
#include "base/mem.h"
#include "base/vec.h"
#include "vrrp/machine/frame.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TOS_CONTROL      0xc0 /* internetwork control (RFC 791) */
#define PRIORITY_CONTROL 7    /* TC_PRIO_CONTROL: first out of a full queue */
#define RECEIVE_BUFFER   (1024 * 1024)
#define SHARED_BUFFER    (8 * 1024 * 1024)
#define HEADERS_MAX      60
/* How many packets one call reads: a thousand instances on a few interfaces get ten thousand packets a
 * second. */
#define RECEIVE_BATCH 8

/* A packet that was read. */
struct incoming {
	uint8_t buffer[HEADERS_MAX + VRRP_AH_LEN + VRRP_PKT_MAX + 64];
	size_t len;
	union {
		struct sockaddr_in6 ip6;
		struct sockaddr_ll frame;
	} from;
	_Alignas(struct cmsghdr) char control[256];
	size_t control_len;
};

struct vrrp_raw {
	int fd;
	uint16_t family;
	bool is_signed;
	bool is_framed; /* vrrp_raw_open_frames() */
	unsigned index; /* of its interface; 0: it is for frames of many */
	VEC(struct addr) groups; /* of which the socket is a member */
	/* What the last call has read: packets next to n_read - 1 have not been taken yet. */
	struct incoming *incoming;
	unsigned n_slots, n_read, next;
};

struct option {
	int level, name;
	const void *value;
	socklen_t size;
	const char *text;
};

/* 0, or -errno with err, which names the option that the kernel refused. */
static int set_options(int fd, const struct option *options, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (setsockopt(fd, options[i].level, options[i].name, options[i].value,
			       options[i].size) < 0)
			return err_set(err, -errno, "%s: %s", options[i].text, err_errno(-errno));
	return 0;
}

#define OPTION(level, name, value)                                                                 \
	{                                                                                          \
		level, name, &(value), sizeof(value), #name                                        \
	}

static int set_up_ip4(int fd, unsigned index, struct err *err)
{
	int on = 1, off = 0, ttl = VRRP_HOP_LIMIT, tos = TOS_CONTROL;
	struct ip_mreqn interface = {.imr_ifindex = (int)index};
	const struct option options[] = {
	    OPTION(IPPROTO_IP, IP_MULTICAST_IF, interface),
	    OPTION(IPPROTO_IP, IP_MULTICAST_ALL, off),
	    OPTION(IPPROTO_IP, IP_MULTICAST_LOOP, off),
	    OPTION(IPPROTO_IP, IP_MULTICAST_TTL, ttl),
	    OPTION(IPPROTO_IP, IP_TTL, ttl),
	    OPTION(IPPROTO_IP, IP_TOS, tos),
	    OPTION(IPPROTO_IP, IP_FREEBIND, on),
	    OPTION(IPPROTO_IP, IP_TRANSPARENT, on), /* a last packet leaves from a source that is gone */
	};

	return set_options(fd, options, sizeof(options) / sizeof(options[0]), err);
}

static int set_up_ip6(int fd, unsigned index, struct err *err)
{
	int on = 1, off = 0, hops = VRRP_HOP_LIMIT, tos = TOS_CONTROL, interface = (int)index;
	const struct option options[] = {
	    OPTION(IPPROTO_IPV6, IPV6_MULTICAST_IF, interface),
	    OPTION(IPPROTO_IPV6, IPV6_MULTICAST_ALL, off),
	    OPTION(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, off),
	    OPTION(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops),
	    OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops),
	    OPTION(IPPROTO_IPV6, IPV6_TCLASS, tos),
	    OPTION(IPPROTO_IPV6, IPV6_RECVPKTINFO, on),
	    OPTION(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, on),
	    OPTION(IPPROTO_IPV6, IPV6_FREEBIND, on), /* the source may be on an ipvlan of the interface */
	};

	return set_options(fd, options, sizeof(options) / sizeof(options[0]), err);
}

static int set_up(int fd, uint16_t family, const struct vrrp_link_if *interface, struct err *err)
{
	int size = RECEIVE_BUFFER, priority = PRIORITY_CONTROL, code;

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface->name,
		       (socklen_t)strlen(interface->name)) < 0)
		return err_set(err, -errno, "SO_BINDTODEVICE: %s", err_errno(-errno));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	code = family == AF_INET6 ? set_up_ip6(fd, interface->index, err)
				  : set_up_ip4(fd, interface->index, err);
	/* After IP_TOS, which sets a lower priority. A refusal does not matter. */
	setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority));
	return code;
}

/* The value of the AH covers the IP header, which this program therefore makes itself. */
static int set_up_signed(int fd, struct err *err)
{
	int on = 1;
	const struct option options[] = {OPTION(IPPROTO_IP, IP_HDRINCL, on)};

	return set_options(fd, options, 1, err);
}

static void make_slots(struct vrrp_raw *raw, unsigned n_slots)
{
	raw->incoming = mem_calloc(n_slots, sizeof(*raw->incoming));
	raw->n_slots = n_slots;
}

int vrrp_raw_open(uint16_t family, bool is_signed, const struct vrrp_link_if *interface, struct vrrp_raw **ret_raw,
		  struct err *err)
{
	struct vrrp_raw *raw;
	int fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
			is_signed ? VRRP_AH_PROTOCOL : VRRP_PROTOCOL);
	int code;

	if (fd < 0)
		return err_set(err, -errno, "a raw socket on %s cannot be opened: %s",
			       interface->name, err_errno(-errno));
	code = set_up(fd, family, interface, err);
	if (code == 0 && is_signed)
		code = set_up_signed(fd, err);
	if (code < 0) {
		close(fd);
		return err_wrap(err, code, "a raw socket on %s cannot be set up", interface->name);
	}
	raw = mem_calloc(1, sizeof(*raw));
	raw->fd = fd;
	raw->family = family;
	raw->is_signed = is_signed;
	raw->index = interface->index;
	make_slots(raw, RECEIVE_BATCH);
	*ret_raw = raw;
	return 0;
}

#define N_ITEMS(array) (sizeof(array) / sizeof((array)[0]))

/* Every IPv4 or IPv6 packet of the machine comes by here; all but VRRP are dropped by the first
 * instructions. */
int vrrp_raw_watch_frames(struct vrrp_raw *raw, unsigned first, unsigned last)
{
	const uint32_t protocol_at = raw->family == AF_INET ? FRAME_IP4_PROTOCOL_AT : FRAME_IP6_NEXT_AT;
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, protocol_at),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_PROTOCOL, 1, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_AH_PROTOCOL, 0, 4),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2),
	    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {.len = N_ITEMS(code), .filter = code};

	return setsockopt(raw->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno : 0;
}

/* Many interfaces share the buffers: one that is flooded, or sends nothing on, must not fill them soon. */
static void buffers_enlarge(int fd)
{
	int size = SHARED_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/* The filter comes first: a socket that is bound receives. */
static int set_up_frames(struct vrrp_raw *raw)
{
	const struct sockaddr_ll at = {
	    .sll_family = AF_PACKET,
	    .sll_protocol = htons(raw->family == AF_INET ? ETH_P_IP : ETH_P_IPV6)};
	int priority = PRIORITY_CONTROL, code = vrrp_raw_watch_frames(raw, 1, 0);

	if (code == 0 && bind(raw->fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		code = -errno;
	buffers_enlarge(raw->fd);
	setsockopt(raw->fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority));
	return code;
}

int vrrp_raw_open_frames(uint16_t family, struct vrrp_raw **ret_raw, struct err *err)
{
	struct vrrp_raw *raw = mem_calloc(1, sizeof(*raw));
	int code;

	raw->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	raw->family = family;
	raw->is_framed = true;
	code = raw->fd < 0 ? -errno : set_up_frames(raw);
	if (code < 0) {
		if (raw->fd >= 0)
			close(raw->fd);
		free(raw);
		return err_set(err, code, "a packet socket for use_vmac cannot be opened: %s",
			       err_errno(code));
	}
	make_slots(raw, RECEIVE_BATCH);
	*ret_raw = raw;
	return 0;
}

void vrrp_raw_close(struct vrrp_raw *raw)
{
	if (!raw)
		return;
	close(raw->fd);
	vec_free(&raw->groups);
	free(raw->incoming);
	free(raw);
}

/* Joins a group, or leaves it. 0 or -errno. */
static int set_membership(const struct vrrp_raw *raw, const struct addr *group, bool joins)
{
	struct ip_mreqn member = {.imr_ifindex = (int)raw->index};
	struct ipv6_mreq member6 = {.ipv6mr_interface = raw->index};
	int code;

	if (raw->family == AF_INET) {
		member.imr_multiaddr = addr_to_in(group);
		code = setsockopt(raw->fd, IPPROTO_IP,
				  joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &member,
				  sizeof(member));
	} else {
		memcpy(&member6.ipv6mr_multiaddr, group->bytes, sizeof(member6.ipv6mr_multiaddr));
		code = setsockopt(raw->fd, IPPROTO_IPV6,
				  joins ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &member6,
				  sizeof(member6));
	}
	return code < 0 ? -errno : 0;
}

static bool has_group(const struct addr *groups, size_t n, const struct addr *group)
{
	for (size_t i = 0; i < n; i++)
		if (addr_cmp(&groups[i], group) == 0)
			return true;
	return false;
}

int vrrp_raw_set_groups(struct vrrp_raw *raw, const struct addr *groups, size_t n)
{
	size_t n_kept = 0;

	for (size_t i = 0; i < raw->groups.n; i++) {
		const struct addr group = raw->groups.items[i];

		/* A refusal to leave does not matter: such packets are rejected later. */
		if (has_group(groups, n, &group))
			raw->groups.items[n_kept++] = group;
		else
			set_membership(raw, &group, false);
	}
	raw->groups.n = n_kept;
	for (size_t i = 0; i < n; i++) {
		int code = 0;

		if (has_group(raw->groups.items, raw->groups.n, &groups[i]))
			continue;
		code = set_membership(raw, &groups[i], true);
		if (code < 0)
			return code;
		*(struct addr *)vec_push(&raw->groups) = groups[i];
	}
	return 0;
}

int vrrp_raw_fd(const struct vrrp_raw *raw)
{
	return raw->fd;
}

static void read_ip6_path(struct incoming *incoming, struct vrrp_path *path)
{
	struct msghdr message = {.msg_control = incoming->control,
				 .msg_controllen = incoming->control_len};
	struct cmsghdr *c;
	struct in6_pktinfo info;
	int hops;

	path->source = addr_from_in6(&incoming->from.ip6.sin6_addr);
	path->destination = (struct addr){.family = AF_INET6};
	path->hop_limit = 0;
	for (c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			path->destination = addr_from_in6(&info.ipi6_addr);
		} else if (c->cmsg_type == IPV6_HOPLIMIT) {
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
			path->hop_limit = (uint8_t)hops;
		}
	}
}

/* Reads as many packets as there is room for. 0 or -errno. */
static int read_batch(struct vrrp_raw *raw)
{
	struct mmsghdr headers[RECEIVE_BATCH];
	struct iovec parts[RECEIVE_BATCH];
	int n;

	for (unsigned i = 0; i < raw->n_slots; i++) {
		struct incoming *incoming = &raw->incoming[i];

		parts[i] = (struct iovec){incoming->buffer, sizeof(incoming->buffer)};
		headers[i].msg_hdr = (struct msghdr){.msg_name = &incoming->from,
						     .msg_namelen = sizeof(incoming->from),
						     .msg_iov = &parts[i],
						     .msg_iovlen = 1,
						     .msg_control = incoming->control,
						     .msg_controllen = sizeof(incoming->control)};
	}
	n = recvmmsg(raw->fd, headers, raw->n_slots, MSG_DONTWAIT, NULL);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		raw->incoming[i].len = headers[i].msg_len;
		raw->incoming[i].control_len = headers[i].msg_hdr.msg_controllen;
	}
	raw->n_read = (unsigned)n;
	raw->next = 0;
	return 0;
}

/* Is a packet there that was read? Otherwise reads more. A call that did not fill its room has read all
 * that waited: the kernel need not be asked again, which half of the calls would be for. 0 or -errno. */
static int have_packet(struct vrrp_raw *raw)
{
	bool was_short = raw->n_read && raw->n_read < raw->n_slots;

	if (raw->next < raw->n_read)
		return 0;
	raw->n_read = raw->next = 0;
	return was_short ? -EAGAIN : read_batch(raw);
}

int vrrp_raw_receive(struct vrrp_raw *raw, struct vrrp_raw_packet *ret_packet)
{
	struct vrrp_raw_packet packet = {.reason = VRRP_ACCEPTED};
	int code = have_packet(raw);
	struct incoming *incoming;
	uint8_t *buffer;
	size_t len;

	if (code < 0)
		return code;
	incoming = &raw->incoming[raw->next++];
	buffer = incoming->buffer;
	len = incoming->len;
	if (raw->is_framed) {
		packet.index = (unsigned)incoming->from.frame.sll_ifindex;
		memcpy(packet.mac, incoming->from.frame.sll_addr, sizeof(packet.mac));
	}
	packet.is_signed =
	    raw->is_framed ? frame_is_signed(raw->family, buffer, len) : raw->is_signed;
	if (raw->is_framed && !frame_is_intact(raw->family, buffer, len)) {
		packet.reason = VRRP_REJECT_IP_HEADER;
	} else if (raw->is_framed && raw->family == AF_INET6) {
		packet.reason =
		    frame_ip6_decode(buffer, len, &packet.path, &packet.body, &packet.len);
	} else if (packet.is_signed) {
		packet.reason = vrrp_ip4_decode_ah(buffer, len, &packet.path, &packet.ip_id,
						   &packet.body, &packet.len);
	} else if (raw->family == AF_INET) {
		packet.reason =
		    vrrp_ip4_decode(buffer, len, &packet.path, &packet.body, &packet.len);
	} else {
		read_ip6_path(incoming, &packet.path);
		packet.body = buffer;
		packet.len = len;
	}
	*ret_packet = packet;
	return 0;
}

/* The source of a message, and its hop limit. */
#define CONTROL_MAX (CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int)))

/* A message as the kernel takes it. */
struct outgoing {
	struct sockaddr_storage to;
	_Alignas(struct cmsghdr) char control[CONTROL_MAX];
	uint8_t header[FRAME_HEADER_MAX]; /* of a frame */
	struct iovec parts[2];
};

/* Appends a control message; msg_control has room for it. */
static void put_control(struct msghdr *message, int level, int type, const void *data, size_t size)
{
	struct cmsghdr *c = (struct cmsghdr *)(void *)((char *)message->msg_control +
						       message->msg_controllen);

	memset(c, 0, CMSG_SPACE(size));
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), data, size);
	message->msg_controllen += CMSG_SPACE(size);
}

/* The packet of a frame: its IP header, and what comes behind it. */
static struct msghdr fill_frame(const struct vrrp_raw *raw, const struct vrrp_raw_message *message,
				struct outgoing *outgoing)
{
	bool is_ip6 = raw->family == AF_INET6;
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(is_ip6 ? ETH_P_IPV6 : ETH_P_IP),
				 .sll_ifindex = (int)message->index,
				 .sll_halen = VRRP_MAC_LEN};
	size_t skip = message->is_whole ? FRAME_IP4_LEN : 0;

	frame_group_mac(&message->path.destination, to.sll_addr);
	memcpy(&outgoing->to, &to, sizeof(to));
	outgoing->parts[0].iov_base = outgoing->header;
	outgoing->parts[0].iov_len =
	    message->is_whole ? frame_ip4_complete(message->body, outgoing->header)
			      : frame_put(&message->path, message->len, outgoing->header);
	outgoing->parts[1] = (struct iovec){(char *)(uintptr_t)message->body + skip, message->len - skip};
	return (struct msghdr){.msg_name = &outgoing->to,
			       .msg_namelen = sizeof(to),
			       .msg_iov = outgoing->parts,
			       .msg_iovlen = 2};
}

/* The header points into outgoing. */
static struct msghdr fill_header(const struct vrrp_raw *raw, const struct vrrp_raw_message *message,
				 struct outgoing *outgoing)
{
	const struct vrrp_path *path = &message->path;
	struct endpoint to = {.addr = path->destination};
	struct in_pktinfo info = {.ipi_ifindex = (int)raw->index};
	struct in6_pktinfo info6 = {.ipi6_ifindex = raw->index};
	int hops = path->hop_limit;
	struct msghdr header = {.msg_name = &outgoing->to,
				.msg_namelen =
				    endpoint_to_sockaddr(&to, raw->index, &outgoing->to),
				.msg_iov = outgoing->parts,
				.msg_iovlen = 1,
				.msg_control = outgoing->control};

	outgoing->parts[0] = (struct iovec){(void *)message->body, message->len};
	if (raw->family == AF_INET) {
		info.ipi_spec_dst = addr_to_in(&path->source);
		put_control(&header, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	} else {
		memcpy(&info6.ipi6_addr, path->source.bytes, sizeof(info6.ipi6_addr));
		put_control(&header, IPPROTO_IPV6, IPV6_PKTINFO, &info6, sizeof(info6));
	}
	if (hops == VRRP_HOP_LIMIT || raw->is_signed) /* the socket's own, or in the packet */
		return header;
	if (raw->family == AF_INET)
		put_control(&header, IPPROTO_IP, IP_TTL, &hops, sizeof(hops));
	else
		put_control(&header, IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops));
	return header;
}

/* sendmmsg() stops at the first message that fails: the next call says why, or sends it. */
void vrrp_raw_send(struct vrrp_raw *raw, struct vrrp_raw_message *const *messages, size_t n)
{
	struct outgoing outgoing[VRRP_RAW_BATCH];
	struct mmsghdr headers[VRRP_RAW_BATCH];
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		headers[i].msg_hdr = raw->is_framed ? fill_frame(raw, messages[i], &outgoing[i])
						    : fill_header(raw, messages[i], &outgoing[i]);
	while (at < n) {
		int sent = sendmmsg(raw->fd, headers + at, (unsigned)(n - at),
				    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent <= 0)
			messages[at++]->code = sent < 0 ? -errno : -EIO;
		for (int i = 0; i < sent; i++)
			messages[at++]->code = 0;
	}
}

int vrrp_raw_announce_open(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	buffers_enlarge(fd);
	return fd;
}

void vrrp_raw_announce_close(int fd)
{
	close(fd);
}

/* An announcement as the kernel takes it. */
struct announced {
	struct sockaddr_ll to;
	struct iovec part;
	uint8_t bytes[VRRP_GARP_NA_LEN];
};

static struct msghdr fill_announced(const struct vrrp_raw_announcement *what, struct announced *announced)
{
	static const uint8_t broadcast[VRRP_MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t all_nodes[VRRP_MAC_LEN] = {0x33, 0x33, 0, 0, 0, 1};
	bool is_ip6 = what->vip.family == AF_INET6;

	announced->to = (struct sockaddr_ll){.sll_family = AF_PACKET,
					     .sll_protocol = htons(is_ip6 ? ETH_P_IPV6 : ETH_P_ARP),
					     .sll_ifindex = (int)what->index,
					     .sll_halen = VRRP_MAC_LEN};
	memcpy(announced->to.sll_addr, is_ip6 ? all_nodes : broadcast, VRRP_MAC_LEN);
	if (is_ip6)
		vrrp_garp_na_encode(&what->vip, what->mac, announced->bytes);
	else
		vrrp_garp_encode(&what->vip, what->mac, announced->bytes);
	announced->part = (struct iovec){announced->bytes, is_ip6 ? VRRP_GARP_NA_LEN : VRRP_GARP_LEN};
	return (struct msghdr){.msg_name = &announced->to,
			       .msg_namelen = sizeof(announced->to),
			       .msg_iov = &announced->part,
			       .msg_iovlen = 1};
}

void vrrp_raw_announce(int fd, const struct vrrp_raw_announcement *list, size_t n)
{
	struct announced announced[VRRP_GARP_BATCH];
	struct mmsghdr headers[VRRP_GARP_BATCH];

	for (size_t i = 0; i < n; i++)
		headers[i].msg_hdr = fill_announced(&list[i], &announced[i]);
	for (size_t at = 0; at < n;) {
		int sent = sendmmsg(fd, headers + at, (unsigned)(n - at), MSG_DONTWAIT | MSG_NOSIGNAL);

		at += sent > 0 ? (size_t)sent : 1; /* the one that fails is left out */
	}
}
