/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/route.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "vrrp/machine/batch.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/rtnl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The metric that IPv6 has where none is given (IP6_RT_PRIO_USER). */
#define IP6_METRIC 1024

struct vrrp_route_net {
	struct nl_sock *monitor, *requests;
	const struct vrrp_link *link;
	struct loop_io *io;
	loop_fn *on_removed;
	void *arg;
	bool is_removed;
	vrrp_route_kept_fn *is_kept; /* during a sweep */
	void *kept_arg;
	VEC(struct nl_msg *) swept;
};

/* --- messages --- */

static void put_addr(struct nl_msg *message, int type, const struct addr *addr)
{
	if (addr->family != AF_UNSPEC)
		nla_put(message, type, (int)addr_len(addr), addr->bytes);
}

/* A gateway of the other family goes into an attribute of its own. */
static void put_gateway(struct nl_msg *message, uint16_t family, const struct addr *gateway)
{
	struct {
		uint16_t family;
		uint8_t bytes[sizeof(gateway->bytes)];
	} via = {.family = gateway->family};

	if (gateway->family == family || gateway->family == AF_UNSPEC) {
		put_addr(message, RTA_GATEWAY, gateway);
		return;
	}
	memcpy(via.bytes, gateway->bytes, addr_len(gateway));
	nla_put(message, RTA_VIA, (int)(sizeof(via.family) + addr_len(gateway)), &via);
}

static unsigned index_of(const struct vrrp_link *link, const char *name)
{
	const struct vrrp_link_if *interface = name[0] ? vrrp_link_by_name(link, name) : NULL;

	return interface ? interface->index : 0;
}

static void put_number(struct nl_msg *message, int type, uint64_t number)
{
	if (number)
		nla_put_u32(message, type, (uint32_t)number);
}

static void put_hops(struct nl_msg *message, const struct vrrp_link *link,
		     const struct conf_route *route)
{
	struct nlattr *list = nla_nest_start(message, RTA_MULTIPATH);

	for (size_t i = 0; i < route->n_hops; i++) {
		const struct conf_hop *hop = &route->hops[i];
		struct rtnexthop *next =
		    nlmsg_reserve(message, sizeof(*next), NLMSG_ALIGNTO);

		memset(next, 0, sizeof(*next));
		next->rtnh_hops = (uint8_t)(hop->weight ? hop->weight - 1 : 0);
		next->rtnh_flags = hop->is_onlink ? RTNH_F_ONLINK : 0;
		next->rtnh_ifindex = (int)index_of(link, hop->interface);
		put_gateway(message, route->dst.family, &hop->gateway);
		put_number(message, RTA_FLOW, hop->realms);
		next->rtnh_len = (uint16_t)((char *)nlmsg_tail(nlmsg_hdr(message)) - (char *)next);
	}
	nla_nest_end(message, list);
}

static uint32_t locks_of(const struct conf_route *route)
{
	const struct {
		int metric;
		uint64_t value;
	} values[] = {{RTAX_MTU, route->mtu},           {RTAX_ADVMSS, route->advmss},
		      {RTAX_HOPLIMIT, route->hoplimit}, {RTAX_REORDERING, route->reordering},
		      {RTAX_WINDOW, route->window},     {RTAX_CWND, route->cwnd},
		      {RTAX_SSTHRESH, route->ssthresh}, {RTAX_INITCWND, route->initcwnd},
		      {RTAX_INITRWND, route->initrwnd}};
	/* TCP heeds rto_min only when it is locked. */
	uint32_t locks = route->rto_min_us ? 1u << RTAX_RTO_MIN : 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (values[i].value & CONF_ROUTE_LOCK)
			locks |= 1u << values[i].metric;
	return locks;
}

/* The kernel counts round trips in eighths of a millisecond, and their variance in quarters. */
static void put_metrics(struct nl_msg *message, const struct conf_route *route)
{
	struct nlattr *list = nla_nest_start(message, RTA_METRICS);

	put_number(message, RTAX_LOCK, locks_of(route));
	put_number(message, RTAX_MTU, route->mtu);
	put_number(message, RTAX_ADVMSS, route->advmss);
	put_number(message, RTAX_HOPLIMIT, route->hoplimit);
	put_number(message, RTAX_REORDERING, route->reordering);
	put_number(message, RTAX_WINDOW, route->window);
	put_number(message, RTAX_CWND, route->cwnd);
	put_number(message, RTAX_SSTHRESH, route->ssthresh);
	put_number(message, RTAX_INITCWND, route->initcwnd);
	put_number(message, RTAX_INITRWND, route->initrwnd);
	put_number(message, RTAX_RTT, route->rtt_us * 8 / 1000);
	put_number(message, RTAX_RTTVAR, route->rttvar_us * 4 / 1000);
	put_number(message, RTAX_RTO_MIN, route->rto_min_us / 1000);
	put_number(message, RTAX_FEATURES, route->features ? RTAX_FEATURE_ECN : 0);
	put_number(message, RTAX_QUICKACK, route->quickack);
	put_number(message, RTAX_FASTOPEN_NO_COOKIE, route->fastopen_no_cookie);
	if (route->congctl[0])
		nla_put_string(message, RTAX_CC_ALGO, route->congctl);
	nla_nest_end(message, list);
}

/* A route without a scope gets the scope that iproute2 would choose. */
static uint8_t scope_of(const struct conf_route *route)
{
	if (route->scope)
		return (uint8_t)(route->scope - 1);
	if (route->dst.family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	if (route->type == RTN_LOCAL || route->type == RTN_NAT)
		return RT_SCOPE_HOST;
	if (route->type == RTN_BROADCAST || route->type == RTN_MULTICAST ||
	    route->type == RTN_ANYCAST)
		return RT_SCOPE_LINK;
	return route->type == RTN_UNICAST && route->gateway.family == AF_UNSPEC && !route->n_hops
		   ? RT_SCOPE_LINK
		   : RT_SCOPE_UNIVERSE;
}

static void put_route(struct nl_msg *message, const struct vrrp_link *link,
		      const struct conf_route *route)
{
	uint32_t table = route->table ? route->table : RT_TABLE_MAIN;
	struct rtmsg head = {.rtm_family = (uint8_t)route->dst.family,
			     .rtm_dst_len = route->dst_len,
			     .rtm_src_len = route->from_len,
			     .rtm_tos = (uint8_t)route->tos,
			     .rtm_table = (uint8_t)(table < 256 ? table : RT_TABLE_UNSPEC),
			     .rtm_protocol = (uint8_t)route->protocol,
			     .rtm_scope = scope_of(route),
			     .rtm_type = route->type,
			     .rtm_flags = route->is_onlink ? RTNH_F_ONLINK : 0};

	nlmsg_append(message, &head, sizeof(head), NLMSG_ALIGNTO);
	nla_put_u32(message, RTA_TABLE, table);
	if (route->dst_len)
		put_addr(message, RTA_DST, &route->dst);
	if (route->from_len)
		put_addr(message, RTA_SRC, &route->from);
	put_addr(message, RTA_PREFSRC, &route->source);
	put_gateway(message, route->dst.family, &route->gateway);
	put_number(message, RTA_OIF, index_of(link, route->interface));
	put_number(message, RTA_PRIORITY, route->metric);
	put_number(message, RTA_FLOW, route->realms);
	put_number(message, RTA_EXPIRES, route->expires);
	if (route->pref)
		nla_put_u8(message, RTA_PREF, (uint8_t)(route->pref - 1));
	if (route->ttl_propagate)
		nla_put_u8(message, RTA_TTL_PROPAGATE, route->ttl_propagate == 1);
	if (route->n_hops)
		put_hops(message, link, route);
	put_metrics(message, route);
}

/* --- changes --- */

static bool has_interface(const struct vrrp_link *link, const char *name)
{
	return !name[0] || vrrp_link_by_name(link, name);
}

static bool has_interfaces(const struct vrrp_link *link, const struct conf_route *route)
{
	for (size_t i = 0; i < route->n_hops; i++)
		if (!has_interface(link, route->hops[i].interface))
			return false;
	return has_interface(link, route->interface);
}

struct request {
	const struct vrrp_route_net *net;
	const struct vrrp_route_change *changes;
};

static void put_request(struct nl_msg *message, size_t i, const void *arg)
{
	const struct request *request = arg;

	put_route(message, request->net->link, request->changes[i].route);
}

/* Each route is a request of its own where the flags differ; a list of routes has few. */
static void change_one(struct vrrp_route_net *net, int type, int flags,
		       struct vrrp_route_change *change)
{
	const struct request request = {net, change};

	if (has_interfaces(net->link, change->route))
		vrrp_batch_send(net->requests, type, flags, 1, put_request, &request,
				&change->result);
	else
		change->result = -ENODEV;
}

void vrrp_route_add(struct vrrp_route_net *net, struct vrrp_route_change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct conf_route *route = changes[i].route;

		change_one(net, RTM_NEWROUTE,
			   NLM_F_CREATE | (route->is_exclusive ? NLM_F_EXCL : 0) |
			       (route->is_appended ? NLM_F_APPEND : 0),
			   &changes[i]);
	}
}

void vrrp_route_del(struct vrrp_route_net *net, struct vrrp_route_change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		change_one(net, RTM_DELROUTE, 0, &changes[i]);
}

/* --- what a predecessor left --- */

static struct addr addr_of(uint16_t family, const struct nlattr *attr)
{
	struct addr addr = {.family = family};

	if (!attr || (size_t)nla_len(attr) != addr_len(&addr))
		return (struct addr){0};
	memcpy(addr.bytes, nla_data(attr), addr_len(&addr));
	return addr;
}

/* Reads the values that identify the route of a message. */
static bool route_read(struct nlmsghdr *header, struct conf_route *ret_route)
{
	struct rtmsg *head = nlmsg_data(header);
	struct nlattr *attrs[RTA_MAX + 1];
	struct conf_route route = {.interface = "", .congctl = ""};

	if (header->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(header, sizeof(*head), attrs, RTA_MAX, NULL) < 0 ||
	    head->rtm_protocol != CONF_ROUTE_PROTOCOL || head->rtm_flags & RTM_F_CLONED)
		return false;
	route.dst = addr_of(head->rtm_family, attrs[RTA_DST]);
	route.dst.family = head->rtm_family;
	route.dst_len = head->rtm_dst_len;
	route.from = addr_of(head->rtm_family, attrs[RTA_SRC]);
	route.from_len = head->rtm_src_len;
	route.gateway = addr_of(head->rtm_family, attrs[RTA_GATEWAY]);
	route.tos = head->rtm_tos;
	route.table = attrs[RTA_TABLE] ? nla_get_u32(attrs[RTA_TABLE]) : head->rtm_table;
	route.metric = attrs[RTA_PRIORITY] ? nla_get_u32(attrs[RTA_PRIORITY]) : 0;
	if (head->rtm_family == AF_INET6 && route.metric == IP6_METRIC)
		route.metric = 0;
	*ret_route = route;
	return true;
}

static void sweep_one(struct vrrp_route_net *net, struct nl_msg *message)
{
	struct conf_route route;

	if (!route_read(nlmsg_hdr(message), &route) ||
	    (net->is_kept && net->is_kept(&route, net->kept_arg)))
		return;
	nlmsg_get(message);
	*(struct nl_msg **)vec_push(&net->swept) = message;
}

/* Removes the route by the values that the kernel reported. */
static void put_swept(struct nl_msg *message, size_t i, const void *arg)
{
	const struct vrrp_route_net *net = arg;
	struct nlmsghdr *header = nlmsg_hdr(net->swept.items[i]);

	nlmsg_append(message, nlmsg_data(header), (size_t)nlmsg_datalen(header), NLMSG_ALIGNTO);
}

size_t vrrp_route_sweep(struct vrrp_route_net *net, vrrp_route_kept_fn *is_kept, void *arg)
{
	struct rtmsg head = {.rtm_protocol = CONF_ROUTE_PROTOCOL};
	int code, on = 1, *results;
	size_t n = 0;

	net->is_kept = is_kept;
	net->kept_arg = arg;
	/* With this option the kernel reports only the routes of the requested protocol. */
	setsockopt(nl_socket_get_fd(net->requests), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
		   sizeof(on));
	code = nl_send_simple(net->requests, RTM_GETROUTE, NLM_F_DUMP, &head, sizeof(head));
	if (code >= 0)
		code = nl_recvmsgs_default(net->requests);
	if (code < 0)
		log_warning("vrrp: routes that a former vrrp process may have left cannot be read: %s",
			    nl_geterror(code));
	results = mem_calloc(net->swept.n, sizeof(*results));
	vrrp_batch_send(net->requests, RTM_DELROUTE, 0, net->swept.n, put_swept, net, results);
	for (size_t i = 0; i < net->swept.n; i++) {
		n += results[i] == 0;
		nlmsg_free(net->swept.items[i]);
	}
	free(results);
	vec_free(&net->swept);
	return n;
}

/* --- notifications --- */

static int on_route_message(struct nl_msg *message, void *arg)
{
	struct vrrp_route_net *net = arg;

	if (nlmsg_hdr(message)->nlmsg_type == RTM_DELROUTE)
		net->is_removed = true;
	return NL_OK;
}

static int on_dumped(struct nl_msg *message, void *arg)
{
	sweep_one(arg, message);
	return NL_OK;
}

static void on_route_monitor(int fd, unsigned events, void *arg)
{
	struct vrrp_route_net *net = arg;
	int code;

	(void)fd;
	(void)events;
	net->is_removed = false;
	do
		code = nl_recvmsgs_default(net->monitor);
	while (code >= 0 || code == -NLE_INTR);
	/* After an overflow a route may be missing. */
	if (net->is_removed || code != -NLE_AGAIN)
		net->on_removed(net->arg);
}

/* Lets removals of the protocols pass, and nothing else. */
void vrrp_route_watch(struct vrrp_route_net *net, const bool is_watched[static 256])
{
	VEC(struct sock_filter) code = {0};
	struct sock_fprog program;
	const size_t type_at = offsetof(struct nlmsghdr, nlmsg_type);
	const size_t protocol_at = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol);

	*vec_push(&code) = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)type_at);
	*vec_push(&code) = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							htons(RTM_DELROUTE), 1, 0);
	*vec_push(&code) = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	*vec_push(&code) =
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)protocol_at);
	for (uint32_t i = 0; i < 256; i++) {
		if (!is_watched[i] && i != CONF_ROUTE_PROTOCOL)
			continue;
		*vec_push(&code) =
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, i, 0, 1);
		*vec_push(&code) = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	}
	*vec_push(&code) = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	program = (struct sock_fprog){(unsigned short)code.n, code.items};
	if (setsockopt(nl_socket_get_fd(net->monitor), SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		log_warning("vrrp: the kernel refuses the filter for notifications about routes, so "
			    "lvsd reads those about other programs' routes too: %s",
			    err_errno(-errno));
	vec_free(&code);
}

static struct nl_sock *route_socket(struct vrrp_route_net *net, nl_recvmsg_msg_cb_t on_message,
				    int *ret_code)
{
	struct nl_sock *sock = nl_socket_alloc();
	int on = 1;

	if (!sock)
		mem_exhausted(0);
	nl_socket_disable_auto_ack(sock);
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, net);
	*ret_code = nl_connect(sock, NETLINK_ROUTE);
	if (*ret_code < 0)
		return sock;
	nl_socket_set_msg_buf_size(sock, 64 * 1024);
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return sock;
}

int vrrp_route_open(struct loop *loop, const struct vrrp_link *link, loop_fn *on_removed, void *arg,
		    struct vrrp_route_net **ret_net, struct err *err)
{
	static const bool none[256];
	struct vrrp_route_net *net = mem_calloc(1, sizeof(*net));
	int code;

	net->link = link;
	net->on_removed = on_removed;
	net->arg = arg;
	net->monitor = route_socket(net, on_route_message, &code);
	if (code >= 0) {
		nl_socket_disable_seq_check(net->monitor);
		nl_socket_set_nonblocking(net->monitor);
		vrrp_route_watch(net, none);
		code = nl_socket_add_memberships(net->monitor, RTNLGRP_IPV4_ROUTE,
						 RTNLGRP_IPV6_ROUTE, 0);
	}
	if (code >= 0)
		net->requests = route_socket(net, on_dumped, &code);
	if (code < 0) {
		vrrp_route_close(net);
		return err_set(err, -EIO, "the kernel's routes cannot be watched: %s",
			       nl_geterror(code));
	}
	net->io = loop_io_new(loop, nl_socket_get_fd(net->monitor), LOOP_READ, on_route_monitor,
			      net);
	*ret_net = net;
	return 0;
}

void vrrp_route_close(struct vrrp_route_net *net)
{
	if (!net)
		return;
	loop_io_free(net->io);
	nl_socket_free(net->monitor);
	nl_socket_free(net->requests);
	free(net);
}
