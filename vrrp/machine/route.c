/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/route.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "vrrp/machine/batch.h"
#include "vrrp/machine/route_message.h"
#include "vrrp/machine/rule_list.h"
#include "vrrp/machine/rule_message.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/rtnl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct vrrp_route_net {
	struct nl_sock *monitor, *requests;
	const struct vrrp_link *link;
	struct loop_io *io;
	loop_fn *on_removed;
	void *arg;
	bool is_removed;
	bool is_watched[256];
	vrrp_route_kept_fn *is_kept; /* during a sweep */
	void *kept_arg;
	VEC(struct nl_msg *) swept;
	struct vrrp_rule_list rules[2]; /* IPv4 and IPv6; during a change, or a series of removals */
	struct vrrp_rule_list *reading; /* NULL: they are not being read */
	uint16_t reading_family;
	bool is_series;
	char why[VRRP_WHY_MAX]; /* of the last request */
};

/* --- changes --- */

struct request {
	const struct vrrp_route_net *net;
	enum vrrp_item_kind kind;
	const void *item;
	struct vrrp_item_place place;
};

static void put_request(struct nl_msg *message, size_t i, const void *arg)
{
	const struct request *request = arg;

	(void)i;
	if (request->kind == VRRP_ITEM_ROUTE)
		vrrp_route_put(message, request->net->link, request->item, &request->place);
	else
		vrrp_rule_put(message, request->item);
}

/* Each item is a request of its own, as the flags of routes differ; a list has few. */
static int change_one(struct vrrp_route_net *net, enum vrrp_item_kind kind, int type, int flags,
		      const void *item, const struct vrrp_item_place *place)
{
	const struct request request = {net, kind, item, *place};
	int result;

	net->why[0] = '\0';
	if (kind == VRRP_ITEM_ROUTE && !place->table)
		return -ENODEV;
	vrrp_batch_send(net->requests, type, flags, 1, put_request, &request, &result, net->why);
	return result;
}

struct vrrp_item_place vrrp_route_place(const struct vrrp_route_net *net, enum vrrp_item_kind kind,
					const void *item)
{
	if (kind != VRRP_ITEM_ROUTE || !vrrp_route_has_interfaces(net->link, item))
		return (struct vrrp_item_place){0};
	return vrrp_route_place_of(net->link, item);
}

const char *vrrp_route_why(const struct vrrp_route_net *net)
{
	return net->why;
}

static int route_flags(const struct conf_route *route)
{
	return NLM_F_CREATE | (route->is_exclusive ? NLM_F_EXCL : 0) |
	       (route->is_appended ? NLM_F_APPEND : 0);
}

/* Asks for all items of a kind; on_dumped() gets them. */
static int items_dump(struct vrrp_route_net *net, enum vrrp_item_kind kind)
{
	const struct rtmsg route = {.rtm_protocol = CONF_ROUTE_PROTOCOL};
	const struct fib_rule_hdr rule = {.family = net->reading ? (uint8_t)net->reading_family : AF_UNSPEC};
	int code, on = 1;

	/* With this option the kernel reports only the routes of the requested protocol. */
	setsockopt(nl_socket_get_fd(net->requests), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
		   sizeof(on));
	if (kind == VRRP_ITEM_ROUTE)
		code = nl_send_simple(net->requests, RTM_GETROUTE, NLM_F_DUMP, (void *)&route,
				      sizeof(route));
	else
		code = nl_send_simple(net->requests, RTM_GETRULE, NLM_F_DUMP, (void *)&rule,
				      sizeof(rule));
	return code < 0 ? code : nl_recvmsgs_default(net->requests);
}

static const struct vrrp_item_place nowhere;

/* --- one rule among similar ones ---
 *
 * A request that names a rule leaves out what the rule has not, and the kernel takes the first rule with
 * all that is named. So it may remove another rule, and it refuses to add one of which it has a similar
 * one. Two rules of one preference may be similar.
 */

/* The list in which the rule was searched. */
static struct vrrp_rule_list *rule_search(struct vrrp_route_net *net, const struct conf_rule *rule)
{
	struct vrrp_rule_list *list = &net->rules[rule->family == AF_INET6];

	if (!list->is_read) {
		vrrp_rule_list_clear(list);
		net->reading = list;
		net->reading_family = rule->family;
		list->is_read = items_dump(net, VRRP_ITEM_RULE) >= 0;
		net->reading = NULL;
	}
	vrrp_rule_list_search(list, rule);
	return list;
}

/* After a change that was not followed, or outside of a series, the list is read anew. */
static void rule_search_end(const struct vrrp_route_net *net, struct vrrp_rule_list *list,
			    bool is_followed)
{
	if (!net->is_series || !is_followed)
		vrrp_rule_list_clear(list);
}

void vrrp_route_series_begin(struct vrrp_route_net *net)
{
	net->is_series = true;
}

void vrrp_route_series_end(struct vrrp_route_net *net)
{
	net->is_series = false;
	for (size_t i = 0; i < 2; i++)
		vrrp_rule_list_clear(&net->rules[i]);
}

static void put_reported(struct nl_msg *message, struct nl_msg *reported)
{
	struct nlmsghdr *header = nlmsg_hdr(reported);

	nlmsg_append(message, nlmsg_data(header), (size_t)nlmsg_datalen(header), NLMSG_ALIGNTO);
}

static void put_similar(struct nl_msg *message, size_t i, const void *arg)
{
	const struct vrrp_rule_list *list = arg;

	put_reported(message, list->rules.items[list->similar.items[i]].message);
}

static int rule_add(struct vrrp_route_net *net, const struct conf_rule *rule)
{
	/* Without NLM_F_EXCL the kernel would add the same rule again. */
	int code = change_one(net, VRRP_ITEM_RULE, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule, &nowhere);
	struct vrrp_rule_list *list;

	if (code != -EEXIST)
		return code;
	list = rule_search(net, rule);
	if (!list->is_there && list->similar.n)
		code = change_one(net, VRRP_ITEM_RULE, RTM_NEWRULE, NLM_F_CREATE, rule, &nowhere);
	rule_search_end(net, list, code == -EEXIST);
	return code;
}

/* The similar rules that come first are added once more, behind this one. Then so many are removed that
 * this one is among them: the similar ones are never absent. */
static int rule_del(struct vrrp_route_net *net, const struct conf_rule *rule)
{
	struct vrrp_rule_list *list = rule_search(net, rule);
	int code = -ENOENT, *results;
	bool is_followed;

	if (!list->is_there && list->similar.n) {
		rule_search_end(net, list, true);
		return code;
	}
	results = mem_calloc(list->similar.n, sizeof(*results));
	vrrp_batch_send(net->requests, RTM_NEWRULE, NLM_F_CREATE, list->similar.n, put_similar, list,
			results, NULL);
	code = change_one(net, VRRP_ITEM_RULE, RTM_DELRULE, 0, rule, &nowhere);
	is_followed = code == (list->is_there ? 0 : -ENOENT);
	for (size_t i = 0; i < list->similar.n; i++) {
		if (results[i] == 0)
			code = change_one(net, VRRP_ITEM_RULE, RTM_DELRULE, 0, rule, &nowhere);
		is_followed = is_followed && results[i] == 0 && code == 0;
	}
	free(results);
	if (is_followed && list->is_there)
		vrrp_rule_list_removed(list);
	rule_search_end(net, list, is_followed);
	return code;
}

int vrrp_route_add(struct vrrp_route_net *net, enum vrrp_item_kind kind, const void *item)
{
	const struct vrrp_item_place place = vrrp_route_place(net, kind, item);

	return kind == VRRP_ITEM_ROUTE
		   ? change_one(net, kind, RTM_NEWROUTE, route_flags(item), item, &place)
		   : rule_add(net, item);
}

int vrrp_route_del(struct vrrp_route_net *net, enum vrrp_item_kind kind, const void *item,
		   const struct vrrp_item_place *place)
{
	return kind == VRRP_ITEM_ROUTE ? change_one(net, kind, RTM_DELROUTE, 0, item, place)
				       : rule_del(net, item);
}

/* --- what a predecessor left --- */

/* Is the item of the message one of lvsd's that is_kept() does not keep? */
static bool is_left(const struct vrrp_route_net *net, struct nlmsghdr *header)
{
	struct conf_route route;
	struct conf_rule rule;

	if (header->nlmsg_type == RTM_NEWROUTE && vrrp_route_read(header, &route))
		return !net->is_kept(VRRP_ITEM_ROUTE, &route, net->kept_arg);
	return header->nlmsg_type == RTM_NEWRULE && vrrp_rule_read(header, &rule) &&
	       rule.protocol == CONF_ROUTE_PROTOCOL &&
	       !net->is_kept(VRRP_ITEM_RULE, &rule, net->kept_arg);
}

static void sweep_one(struct vrrp_route_net *net, struct nl_msg *message)
{
	if (!is_left(net, nlmsg_hdr(message)))
		return;
	nlmsg_get(message);
	*(struct nl_msg **)vec_push(&net->swept) = message;
}

/* Removes a route by the values that the kernel reported. */
static void put_swept(struct nl_msg *message, size_t i, const void *arg)
{
	put_reported(message, ((const struct vrrp_route_net *)arg)->swept.items[i]);
}

static void swept_remove(struct vrrp_route_net *net, enum vrrp_item_kind kind, int *results)
{
	struct conf_rule rule;

	if (kind == VRRP_ITEM_ROUTE) {
		vrrp_batch_send(net->requests, RTM_DELROUTE, 0, net->swept.n, put_swept, net, results,
				NULL);
		return;
	}
	vrrp_route_series_begin(net);
	for (size_t i = 0; i < net->swept.n; i++)
		results[i] = vrrp_rule_read(nlmsg_hdr(net->swept.items[i]), &rule) ? rule_del(net, &rule)
										   : -ENOENT;
	vrrp_route_series_end(net);
}

size_t vrrp_route_sweep(struct vrrp_route_net *net, enum vrrp_item_kind kind,
			vrrp_route_kept_fn *is_kept, void *arg)
{
	int code, *results;
	size_t n = 0;

	net->is_kept = is_kept;
	net->kept_arg = arg;
	code = items_dump(net, kind);
	if (code < 0)
		log_warning("vrrp: %ss that a former vrrp process may have left cannot be read: %s",
			    vrrp_item_name(kind), nl_geterror(code));
	results = mem_calloc(net->swept.n, sizeof(*results));
	swept_remove(net, kind, results);
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
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct vrrp_route_net *net = arg;
	struct conf_rule rule;

	if (header->nlmsg_type == RTM_DELROUTE ||
	    (header->nlmsg_type == RTM_DELRULE && vrrp_rule_read(header, &rule) &&
	     net->is_watched[rule.protocol & 255]))
		net->is_removed = true;
	return NL_OK;
}

static int on_dumped(struct nl_msg *message, void *arg)
{
	struct vrrp_route_net *net = arg;

	if (net->reading)
		vrrp_rule_list_take(net->reading, message);
	else
		sweep_one(net, message);
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

/*
 * Lets removals of the protocols pass, and nothing else. The protocol of a rule is an attribute, so
 * all removals of rules pass: they are rare.
 */
void vrrp_route_watch(struct vrrp_route_net *net, const bool is_watched[static 256])
{
	VEC(struct sock_filter) code = {0};
	struct sock_fprog program;
	const size_t type_at = offsetof(struct nlmsghdr, nlmsg_type);
	const size_t protocol_at = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol);

	*vec_push(&code) = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)type_at);
	*vec_push(&code) = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							htons(RTM_DELRULE), 0, 1);
	*vec_push(&code) = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	*vec_push(&code) = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							htons(RTM_DELROUTE), 1, 0);
	*vec_push(&code) = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	*vec_push(&code) =
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)protocol_at);
	for (uint32_t i = 0; i < 256; i++) {
		net->is_watched[i] = is_watched[i] || i == CONF_ROUTE_PROTOCOL;
		if (!net->is_watched[i])
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
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
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
						 RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,
						 RTNLGRP_IPV6_RULE, 0);
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
	vrrp_route_series_end(net);
	loop_io_free(net->io);
	nl_socket_free(net->monitor);
	nl_socket_free(net->requests);
	free(net);
}
