/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * There are three sockets: one for requests, a monitor of interfaces, and, while routes are
 * followed, a monitor of routes, rules and addresses. The monitor of interfaces is opened before
 * the first dump, so a change in between is seen twice, never missed.
 */
#include "healthcheck/path_watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/rtnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DUMP_TRIES     5
#define MONITOR_BUFFER (1024 * 1024)
#define ANSWER_MAX     (64 * 1024)

struct watched {
	struct path_link link;
	uint64_t generation;
	struct mono asked; /* when the kernel was last asked for its carrier */
};

struct path_watch {
	struct loop *loop;
	const struct path_sink *sink;
	struct nl_sock *questions, *links, *routes; /* routes: NULL while they are not followed */
	struct loop_io *links_io, *routes_io;
	VEC(struct watched) ifs; /* by index */
	uint64_t generation;     /* of the last dump; 0: the first dump has not ended */
	struct mono proving_end; /* until then an answer may prove a link that came up */
	char answer[ANSWER_MAX];
};

/* --- interfaces --- */

/* The index of the interface in the table, or the index at which to insert it. */
static size_t place_of(const struct path_watch *watch, unsigned index)
{
	size_t low = 0, high = watch->ifs.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (watch->ifs.items[middle].link.index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct watched *watched_find(const struct path_watch *watch, unsigned index)
{
	size_t at = place_of(watch, index);

	return at < watch->ifs.n && watch->ifs.items[at].link.index == index
		   ? &watch->ifs.items[at]
		   : NULL;
}

static struct watched *watched_insert(struct path_watch *watch, const struct path_link *link)
{
	size_t at = place_of(watch, link->index);
	struct watched *items;

	vec_push(&watch->ifs);
	items = watch->ifs.items;
	memmove(&items[at + 1], &items[at], (watch->ifs.n - 1 - at) * sizeof(*items));
	items[at] = (struct watched){.link = *link, .generation = watch->generation};
	return &items[at];
}

static void link_report(struct path_watch *watch, const struct path_link *link,
			enum path_link_event event)
{
	const struct path_link copy = *link;

	if (event == PATH_LINK_BACK)
		watch->proving_end = mono_add_ms(link->back_at, PATH_RETURN_S * 1000);
	if (event != PATH_LINK_SAME)
		watch->sink->on_link(&copy, event, watch->sink->arg);
}

/* Takes what the kernel shows of an interface. One that appears after the first dump counts as
 * having been down before. */
static void take_link(struct path_watch *watch, unsigned index, const char *name, bool is_up,
		      uint32_t n_losses)
{
	struct watched *known = watched_find(watch, index);
	struct mono now = clock_mono();
	int64_t wall_us = clock_wall_us();
	struct path_link link;

	if (!known) {
		link = path_link_new(index, name, is_up && !watch->generation, n_losses, now,
				     wall_us);
		known = watched_insert(watch, &link);
	}
	snprintf(known->link.name, sizeof(known->link.name), "%s", name); /* it may be renamed */
	known->generation = watch->generation;
	link_report(watch, &known->link,
		    path_link_update(&known->link, is_up, n_losses, now, wall_us));
}

static void drop_link(struct path_watch *watch, unsigned index)
{
	struct watched *known = watched_find(watch, index);
	struct path_link link;
	size_t at;

	if (!known)
		return;
	link = known->link;
	at = (size_t)(known - watch->ifs.items);
	memmove(known, known + 1, (watch->ifs.n - 1 - at) * sizeof(*known));
	watch->ifs.n--;
	link.is_up = false;
	link_report(watch, &link, PATH_LINK_LOST);
}

/* IFF_RUNNING follows the carrier up to a second late, IFF_LOWER_UP at once. */
static bool can_carry(unsigned flags)
{
	const unsigned wanted = IFF_UP | IFF_RUNNING | 0x10000 /* IFF_LOWER_UP */;

	return (flags & wanted) == wanted;
}

static void on_link_message(struct path_watch *watch, struct nlmsghdr *header)
{
	struct ifinfomsg *info = nlmsg_data(header);
	struct nlattr *attrs[IFLA_MAX + 1], *losses;
	char name[CONF_IFNAME_MAX];

	/* Bridges report their ports as links of family AF_BRIDGE too. */
	if (nlmsg_parse(header, sizeof(*info), attrs, IFLA_MAX, NULL) < 0 ||
	    info->ifi_family != AF_UNSPEC || info->ifi_index <= 0)
		return;
	if (header->nlmsg_type == RTM_DELLINK) {
		drop_link(watch, (unsigned)info->ifi_index);
		return;
	}
	if (!attrs[IFLA_IFNAME])
		return;
	nla_strlcpy(name, attrs[IFLA_IFNAME], sizeof(name));
	losses = attrs[IFLA_CARRIER_DOWN_COUNT];
	take_link(watch, (unsigned)info->ifi_index, name, can_carry(info->ifi_flags),
		  losses ? nla_get_u32(losses) : 0);
}

static int on_message(struct nl_msg *message, void *arg)
{
	struct nlmsghdr *header = nlmsg_hdr(message);

	if (header->nlmsg_type == RTM_NEWLINK || header->nlmsg_type == RTM_DELLINK)
		on_link_message(arg, header);
	return NL_OK;
}

/* Removes the interfaces that the last dump did not show. */
static void sweep_out(struct path_watch *watch)
{
	for (size_t i = watch->ifs.n; i > 0; i--)
		if (watch->ifs.items[i - 1].generation != watch->generation)
			drop_link(watch, watch->ifs.items[i - 1].link.index);
}

/* Returns 0 or a code of libnl. */
static int dump_links(struct path_watch *watch)
{
	int code = -NLE_DUMP_INTR;

	for (int i = 0; i < DUMP_TRIES && code == -NLE_DUMP_INTR; i++) {
		code = nl_rtgen_request(watch->questions, RTM_GETLINK, AF_UNSPEC, NLM_F_DUMP);
		if (code >= 0)
			code = nl_recvmsgs_default(watch->questions);
	}
	return code < 0 ? code : 0;
}

/* How often in a turn an overflow is reported, or memory is short, before the rest waits for the next turn. */
#define LOSSES_MAX 8

static void on_links(int fd, unsigned events, void *arg)
{
	struct path_watch *watch = arg;
	int code, n_losses = 0;

	(void)fd;
	(void)events;
	/* After an overflow the kernel drops all further messages until the socket is empty: the interfaces are read
	 * again only then. */
	do {
		code = nl_recvmsgs_default(watch->links);
		n_losses += code == -NLE_NOMEM;
	} while (code >= 0 || code == -NLE_INTR || (code == -NLE_NOMEM && n_losses < LOSSES_MAX));
	if (code == -NLE_AGAIN && !n_losses)
		return;
	watch->generation++;
	code = dump_links(watch);
	if (code < 0)
		log_warning("checks: the interfaces cannot be read: %s; a lost carrier may seem to "
			    "be a failure of the servers",
			    nl_geterror(code));
	else
		sweep_out(watch);
}

/* --- questions --- */

/* Sends message and frees it. Returns the answer with the same sequence number, or NULL. */
static struct nlmsghdr *kernel_ask(struct path_watch *watch, struct nl_msg *message)
{
	int fd = nl_socket_get_fd(watch->questions), sent;
	uint32_t seq;
	ssize_t size;

	sent = nl_send_auto(watch->questions, message);
	seq = nlmsg_hdr(message)->nlmsg_seq;
	nlmsg_free(message);
	if (sent < 0)
		return NULL;
	/* The kernel has answered by now: an answer that is not in the socket will not come. */
	while ((size = recv(fd, watch->answer, sizeof(watch->answer), MSG_DONTWAIT)) > 0) {
		struct nlmsghdr *header = (struct nlmsghdr *)watch->answer;

		if (nlmsg_ok(header, (int)size) && header->nlmsg_seq == seq)
			return header;
	}
	return NULL;
}

static struct nl_msg *question_new(int type)
{
	struct nl_msg *message = nlmsg_alloc_simple(type, NLM_F_REQUEST);

	if (!message)
		mem_exhausted(0);
	return message;
}

/* Asks for one interface and updates the table, at most once in a turn of the loop. */
static void ask_link(struct path_watch *watch, unsigned index)
{
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index};
	struct watched *known = watched_find(watch, index);
	struct mono now = loop_now(watch->loop);
	struct nl_msg *message;
	struct nlmsghdr *header;

	if (known && known->asked.ns == now.ns)
		return;
	message = question_new(RTM_GETLINK);
	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_u32(message, IFLA_EXT_MASK, 1 << 3 /* RTEXT_FILTER_SKIP_STATS */);
	header = kernel_ask(watch, message);
	if (header && header->nlmsg_type == RTM_NEWLINK)
		on_link_message(watch, header);
	known = watched_find(watch, index);
	if (known)
		known->asked = now;
}

/* Returns the interface of the route; 0 with an errno value in *ret_error when there is none. */
static unsigned ask_route(struct path_watch *watch, const struct path_way *way, int *ret_error)
{
	const struct endpoint *target = &way->target;
	bool has_source = way->source.family != AF_UNSPEC;
	size_t len = addr_len(&target->addr);
	struct rtmsg route = {.rtm_family = (uint8_t)target->addr.family,
			      .rtm_dst_len = (uint8_t)(len * 8),
			      .rtm_src_len = has_source ? (uint8_t)(len * 8) : 0};
	struct nl_msg *message = question_new(RTM_GETROUTE);
	struct nlattr *attrs[RTA_MAX + 1];
	struct nlmsghdr *header;

	nlmsg_append(message, &route, sizeof(route), NLMSG_ALIGNTO);
	nla_put(message, RTA_DST, (int)len, target->addr.bytes);
	if (has_source)
		nla_put(message, RTA_SRC, (int)len, way->source.bytes);
	if (*way->interface)
		nla_put_u32(message, RTA_OIF, if_nametoindex(way->interface));
	if (way->mark)
		nla_put_u32(message, RTA_MARK, way->mark);
	nla_put_u8(message, RTA_IP_PROTO, IPPROTO_TCP);
	nla_put_u16(message, RTA_DPORT, htons(target->port));
	header = kernel_ask(watch, message);
	*ret_error = 0;
	if (header && header->nlmsg_type == NLMSG_ERROR)
		*ret_error = -((struct nlmsgerr *)nlmsg_data(header))->error;
	if (!header || header->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(header, sizeof(route), attrs, RTA_MAX, NULL) < 0 || !attrs[RTA_OIF])
		return 0;
	return nla_get_u32(attrs[RTA_OIF]);
}

/* Whether the source address is there, and in a VRF: in that one. */
static bool is_on_this_machine(const struct path_way *way)
{
	struct endpoint source = {.addr = way->source};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&source, 0, &sa);
	int fd = socket(sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_here;

	if (fd < 0)
		return true;
	if (*way->interface)
		setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, way->interface,
			   (socklen_t)strlen(way->interface));
	is_here = bind(fd, (struct sockaddr *)&sa, len) == 0 || errno != EADDRNOTAVAIL;
	close(fd);
	return is_here;
}

unsigned path_watch_interface(struct path_watch *watch, const struct path_way *way)
{
	int error;

	return ask_route(watch, way, &error);
}

void path_watch_read(struct path_watch *watch, const struct path_way *way, unsigned usual,
		     struct path_facts *ret_facts)
{
	const struct watched *found;
	unsigned index = 0;

	*ret_facts = (struct path_facts){0};
	ret_facts->is_bind_if_gone = *way->interface && !if_nametoindex(way->interface);
	if (way->source.family != AF_UNSPEC && !is_on_this_machine(way)) {
		ret_facts->error = EADDRNOTAVAIL;
		ret_facts->is_source_gone = true;
	} else if (!ret_facts->is_bind_if_gone) {
		index = ask_route(watch, way, &ret_facts->error);
	}
	if (index) {
		ask_link(watch, index);
		found = watched_find(watch, index);
		if (found)
			ret_facts->link = found->link;
	}
	if (!usual || usual == index)
		return;
	ask_link(watch, usual);
	found = watched_find(watch, usual);
	ret_facts->is_usual_gone = !found;
	if (found)
		ret_facts->usual = found->link;
}

void path_watch_prove(struct path_watch *watch, unsigned interface, struct mono started)
{
	struct watched *found = watched_find(watch, interface);

	if (found)
		path_link_prove(&found->link, started);
}

bool path_watch_is_proving(const struct path_watch *watch)
{
	return mono_before(loop_now(watch->loop), watch->proving_end);
}

const struct path_link *path_watch_link(const struct path_watch *watch, unsigned interface)
{
	const struct watched *found = interface ? watched_find(watch, interface) : NULL;

	return found ? &found->link : NULL;
}

/* --- opening and closing --- */

static struct nl_sock *route_socket(int *ret_code)
{
	struct nl_sock *sock = nl_socket_alloc();

	if (!sock)
		mem_exhausted(0);
	nl_socket_disable_auto_ack(sock);
	*ret_code = nl_connect(sock, NETLINK_ROUTE);
	if (*ret_code == 0)
		nl_socket_set_msg_buf_size(sock, ANSWER_MAX);
	return sock;
}

static int open_monitor(struct nl_sock **ret_sock, const int *groups)
{
	int size = MONITOR_BUFFER, fd, code;

	*ret_sock = route_socket(&code);
	if (code < 0)
		return code;
	nl_socket_disable_seq_check(*ret_sock);
	nl_socket_set_nonblocking(*ret_sock);
	fd = nl_socket_get_fd(*ret_sock);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	for (; *groups && code == 0; groups++)
		code = nl_socket_add_membership(*ret_sock, *groups);
	return code;
}

/* The change that a message reports: a route concerns the addresses in its prefix; a rule or an
 * address may change every route. */
static struct path_change change_of(struct nlmsghdr *header)
{
	const struct rtmsg *route = nlmsg_data(header);
	struct path_change change = {0};
	struct nlattr *attrs[RTA_MAX + 1];
	size_t len;

	if ((header->nlmsg_type != RTM_NEWROUTE && header->nlmsg_type != RTM_DELROUTE) ||
	    nlmsg_parse(header, sizeof(*route), attrs, RTA_MAX, NULL) < 0 ||
	    (route->rtm_family != AF_INET && route->rtm_family != AF_INET6))
		return change;
	change = (struct path_change){{.family = route->rtm_family}, route->rtm_dst_len};
	len = addr_len(&change.net);
	if (attrs[RTA_DST] && nla_len(attrs[RTA_DST]) == (int)len)
		memcpy(change.net.bytes, nla_data(attrs[RTA_DST]), len);
	else
		change.prefix_len = 0;
	return change;
}

static void routes_report(struct path_watch *watch, struct nlmsghdr *header, int size)
{
	for (; nlmsg_ok(header, size); header = nlmsg_next(header, &size)) {
		struct path_change change = change_of(header);

		watch->sink->on_route(&change, watch->sink->arg);
	}
}

static void on_routes(int fd, unsigned events, void *arg)
{
	const struct path_change anything = {0};
	struct path_watch *watch = arg;

	(void)events;
	for (;;) {
		ssize_t size = recv(fd, watch->answer, sizeof(watch->answer), MSG_DONTWAIT);

		if (size > 0)
			routes_report(watch, (struct nlmsghdr *)watch->answer, (int)size);
		else if (size < 0 && errno == ENOBUFS) /* messages were lost */
			watch->sink->on_route(&anything, watch->sink->arg);
		else
			return;
	}
}

static void unfollow_routes(struct path_watch *watch)
{
	loop_io_free(watch->routes_io);
	nl_socket_free(watch->routes);
	watch->routes_io = NULL;
	watch->routes = NULL;
}

void path_watch_follow_routes(struct path_watch *watch)
{
	static const int groups[] = {RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,
				     RTNLGRP_IPV6_RULE,	 RTNLGRP_IPV4_IFADDR,
				     RTNLGRP_IPV6_IFADDR, 0};

	if (watch->routes)
		return;
	if (open_monitor(&watch->routes, groups) < 0) {
		unfollow_routes(watch);
		return;
	}
	watch->routes_io = loop_io_new(watch->loop, nl_socket_get_fd(watch->routes), LOOP_READ,
				       on_routes, watch);
}

static int open_all(struct path_watch *watch)
{
	static const int groups[] = {RTNLGRP_LINK, 0};
	int code = open_monitor(&watch->links, groups);

	if (code < 0)
		return code;
	watch->questions = route_socket(&code);
	if (code < 0)
		return code;
	nl_socket_modify_cb(watch->links, NL_CB_VALID, NL_CB_CUSTOM, on_message, watch);
	nl_socket_modify_cb(watch->questions, NL_CB_VALID, NL_CB_CUSTOM, on_message, watch);
	code = dump_links(watch);
	watch->generation = 1;
	for (size_t i = 0; i < watch->ifs.n; i++)
		watch->ifs.items[i].generation = 1;
	return code;
}

int path_watch_open(struct loop *loop, const struct path_sink *sink, struct path_watch **ret_watch,
		    struct err *err)
{
	struct path_watch *watch = mem_calloc(1, sizeof(*watch));
	int code;

	watch->loop = loop;
	watch->sink = sink;
	code = open_all(watch);
	if (code < 0) {
		path_watch_close(watch);
		return err_set(err, -EIO,
			       "the interfaces cannot be watched: %s; a lost carrier of this "
			       "director seems to be a failure of the servers",
			       nl_geterror(code));
	}
	watch->links_io = loop_io_new(loop, nl_socket_get_fd(watch->links), LOOP_READ, on_links,
				      watch);
	*ret_watch = watch;
	return 0;
}

void path_watch_close(struct path_watch *watch)
{
	if (!watch)
		return;
	unfollow_routes(watch);
	loop_io_free(watch->links_io);
	nl_socket_free(watch->links);
	nl_socket_free(watch->questions);
	vec_free(&watch->ifs);
	free(watch);
}
