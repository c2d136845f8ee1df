/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * There are two sockets. The monitor only listens. Requests (dumps, changes) have a socket of their
 * own, so that an answer never has to be found among notifications. The monitor is opened before
 * the dump is read, so a change in between is seen twice, never missed. When the monitor has
 * overflowed, the whole table is read again; entries that the new dump does not show have an old
 * generation and are removed.
 */
#include "vrrp/machine/link.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "vrrp/machine/batch.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/ip.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/rtnl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#define DUMP_TRIES     5
#define MONITOR_BUFFER (4 * 1024 * 1024)

struct link_addr {
	unsigned index;
	struct addr addr;
	struct addr peer; /* AF_UNSPEC: none */
	uint8_t prefix_len;
	uint32_t flags;
	uint64_t generation;
	TAILQ_ENTRY(link_addr) next;
};

struct link_if {
	struct vrrp_link_if pub;
	unsigned flags; /* IFF_UP and IFF_RUNNING: the kernel takes routes with the first of them */
	TAILQ_HEAD(, link_addr) addrs; /* in the order of their appearance */
	uint64_t generation;
};

struct vrrp_link {
	struct nl_sock *monitor, *requests;
	struct loop_io *io;
	loop_fn *on_change;
	void *arg;
	void *ifs_by_index, *ifs_by_name, *addrs; /* trees of search.h */
	uint64_t generation;
	bool is_changed;
	struct vrrp_link_gain gain;
	uint32_t rp_filter; /* of all interfaces, as it was read last */
};

/* --- the table --- */

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_index(const void *a, const void *b)
{
	return compare_numbers(((const struct link_if *)a)->pub.index,
			       ((const struct link_if *)b)->pub.index);
}

static int links_by_name(const void *a, const void *b)
{
	return strcmp(((const struct link_if *)a)->pub.name, ((const struct link_if *)b)->pub.name);
}

static int by_addr(const void *a, const void *b)
{
	const struct link_addr *x = a, *y = b;

	if (x->index != y->index)
		return compare_numbers(x->index, y->index);
	return addr_cmp(&x->addr, &y->addr);
}

static int by_addr_and_prefix(const void *a, const void *b)
{
	const struct link_addr *x = a, *y = b;
	int order = by_addr(a, b);

	if (!order)
		order = compare_numbers(x->prefix_len, y->prefix_len);
	return order ? order : addr_cmp(&x->peer, &y->peer);
}

static void *tree_find(const void *key, void *const *tree,
		       int (*compare)(const void *, const void *))
{
	void **node = tfind(key, tree, compare);

	return node ? *node : NULL;
}

static void tree_insert(void *item, void **tree, int (*compare)(const void *, const void *))
{
	void **node = tsearch(item, tree, compare);

	if (!node)
		mem_exhausted(sizeof(void *));
	*node = item;
}

/* Removes the interface from the table of names, unless another interface has its name by now. */
static void unname(struct vrrp_link *link, struct link_if *interface)
{
	if (tree_find(interface, &link->ifs_by_name, links_by_name) == interface)
		tdelete(interface, &link->ifs_by_name, links_by_name);
}

static struct link_if *if_by_index(const struct vrrp_link *link, unsigned index)
{
	struct link_if key = {.pub.index = index};

	return tree_find(&key, &link->ifs_by_index, by_index);
}

static bool is_if_gain(const struct link_if *known, const struct vrrp_link_if *pub, unsigned flags)
{
	return !known || strcmp(known->pub.name, pub->name) || (flags & ~known->flags);
}

static void put_if(struct vrrp_link *link, const struct vrrp_link_if *pub, unsigned flags)
{
	struct link_if *interface = if_by_index(link, pub->index);

	link->gain.has_interface |= is_if_gain(interface, pub, flags);
	if (interface) {
		unname(link, interface);
		interface->pub = *pub;
	} else {
		interface = mem_calloc(1, sizeof(*interface));
		interface->pub = *pub;
		TAILQ_INIT(&interface->addrs);
		tree_insert(interface, &link->ifs_by_index, by_index);
	}
	interface->flags = flags;
	interface->generation = link->generation;
	tree_insert(interface, &link->ifs_by_name, links_by_name);
}

static void forget_addr(struct vrrp_link *link, struct link_if *interface,
			struct link_addr *address)
{
	TAILQ_REMOVE(&interface->addrs, address, next);
	tdelete(address, &link->addrs, by_addr_and_prefix);
	free(address);
}

static void drop_addr(struct vrrp_link *link, const struct link_addr *key)
{
	struct link_addr *address = tree_find(key, &link->addrs, by_addr_and_prefix);

	if (address)
		forget_addr(link, if_by_index(link, key->index), address);
}

/* The interface is known already: the monitor reports an interface before the addresses on it. */
static void put_addr(struct vrrp_link *link, const struct link_addr *value)
{
	struct link_addr *address = tree_find(value, &link->addrs, by_addr_and_prefix);
	struct link_if *interface = if_by_index(link, value->index);

	if (!interface)
		return;
	link->gain.has_address |=
	    !address || (address->flags & ~value->flags & IFA_F_TENTATIVE);
	if (!address) {
		address = mem_calloc(1, sizeof(*address));
		*address = *value;
		tree_insert(address, &link->addrs, by_addr_and_prefix);
		TAILQ_INSERT_TAIL(&interface->addrs, address, next);
	}
	address->flags = value->flags;
	address->generation = link->generation;
}

/* Forgets the addresses that the last dump did not show, or all of them. */
static void sweep_addrs(struct vrrp_link *link, struct link_if *interface, bool is_all)
{
	struct link_addr *address, *next;

	for (address = TAILQ_FIRST(&interface->addrs); address; address = next) {
		next = TAILQ_NEXT(address, next);
		if (is_all || address->generation != link->generation)
			forget_addr(link, interface, address);
	}
}

static void drop_if(struct vrrp_link *link, struct link_if *interface)
{
	sweep_addrs(link, interface, true);
	unname(link, interface);
	tdelete(interface, &link->ifs_by_index, by_index);
	free(interface);
}

struct if_list {
	VEC(struct link_if *) ifs;
};

static void collect_if(const void *node, VISIT visit, void *arg)
{
	struct if_list *list = arg;

	if (visit == postorder || visit == leaf)
		*(struct link_if **)vec_push(&list->ifs) = *(struct link_if *const *)node;
}

/* Removes the interfaces and addresses that the last dump did not show. */
static void sweep_out(struct vrrp_link *link)
{
	struct if_list list = {0};

	twalk_r(link->ifs_by_index, collect_if, &list);
	for (size_t i = 0; i < list.ifs.n; i++) {
		sweep_addrs(link, list.ifs.items[i], false);
		if (list.ifs.items[i]->generation != link->generation)
			drop_if(link, list.ifs.items[i]);
	}
	vec_free(&list.ifs);
}

const struct vrrp_link_if *vrrp_link_by_name(const struct vrrp_link *link, const char *name)
{
	struct link_if key = {0}, *interface;

	strncpy(key.pub.name, name, sizeof(key.pub.name) - 1);
	interface = tree_find(&key, &link->ifs_by_name, links_by_name);
	return interface ? &interface->pub : NULL;
}

void vrrp_link_each(const struct vrrp_link *link, vrrp_link_each_fn *fn, void *arg)
{
	struct if_list list = {0};

	twalk_r(link->ifs_by_index, collect_if, &list);
	for (size_t i = 0; i < list.ifs.n; i++)
		fn(&list.ifs.items[i]->pub, arg);
	vec_free(&list.ifs);
}

struct vrrp_link_gain vrrp_link_take_gain(struct vrrp_link *link)
{
	struct vrrp_link_gain gain = link->gain;

	link->gain = (struct vrrp_link_gain){0};
	return gain;
}

bool vrrp_link_has_addr(const struct vrrp_link *link, unsigned index, const struct addr *addr)
{
	struct link_addr key = {.index = index, .addr = *addr};

	return tfind(&key, &link->addrs, by_addr) != NULL;
}

bool vrrp_link_has_entry(const struct vrrp_link *link, unsigned index, const struct addr *addr,
			 uint8_t prefix_len, const struct addr *peer)
{
	struct link_addr key = {.index = index, .addr = *addr, .peer = *peer, .prefix_len = prefix_len};

	return tfind(&key, &link->addrs, by_addr_and_prefix) != NULL;
}

enum vrrp_link_dad vrrp_link_dad(const struct vrrp_link *link, unsigned index, const struct addr *addr)
{
	struct link_addr key = {.index = index, .addr = *addr};
	const struct link_addr *address = tree_find(&key, &link->addrs, by_addr);

	if (!address || !(address->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)))
		return VRRP_LINK_DAD_OVER;
	return address->flags & IFA_F_DADFAILED ? VRRP_LINK_DAD_FAILED : VRRP_LINK_DAD_RUNNING;
}

bool vrrp_link_can_send_from(const struct vrrp_link *link, unsigned index, const struct addr *addr)
{
	struct link_addr key = {.index = index, .addr = *addr};
	const struct link_addr *address = tree_find(&key, &link->addrs, by_addr);

	return address && !(address->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
}

/* In IPv6 the flag of a secondary address means a temporary one. */
static bool can_be_source(const struct link_addr *address, bool may_be_secondary)
{
	const uint32_t secondary =
	    may_be_secondary && address->addr.family == AF_INET ? 0 : IFA_F_SECONDARY;

	return !(address->flags &
		 (secondary | IFA_F_DEPRECATED | IFA_F_TENTATIVE | IFA_F_DADFAILED));
}

struct addr vrrp_link_source(const struct vrrp_link *link, unsigned index, uint16_t family,
			     bool may_be_secondary, vrrp_link_filter_fn *is_skipped, void *arg)
{
	struct link_if *interface = if_by_index(link, index);
	struct link_addr *address;

	if (!interface)
		return (struct addr){0};
	for (address = TAILQ_FIRST(&interface->addrs); address; address = TAILQ_NEXT(address, next))
		if (address->addr.family == family && can_be_source(address, may_be_secondary) &&
		    !is_skipped(&address->addr, arg))
			return address->addr;
	return (struct addr){0};
}

/* --- messages of the kernel --- */

/* The settings of IPv4 are a list of numbers, of which each has a place; NULL: there is none. */
static const struct nlattr *find_settings(const struct nlattr *families)
{
	const struct nlattr *inet = families ? nla_find(nla_data(families), nla_len(families), AF_INET)
					     : NULL;

	return inet ? nla_find(nla_data(inet), nla_len(inet), IFLA_INET_CONF) : NULL;
}

/* setting: IPV4_DEVCONF_*. */
static uint32_t read_setting(const struct nlattr *list, int setting)
{
	const size_t at = (size_t)(setting - 1) * sizeof(uint32_t);
	uint32_t value = 0;

	if (list && (size_t)nla_len(list) >= at + sizeof(value))
		memcpy(&value, (const char *)nla_data(list) + at, sizeof(value));
	return value;
}

static void read_settings(const struct nlattr *families, struct vrrp_link_if *interface)
{
	const struct nlattr *list = find_settings(families);

	interface->is_promoting = read_setting(list, IPV4_DEVCONF_PROMOTE_SECONDARIES) != 0;
	interface->arp_ignore = read_setting(list, IPV4_DEVCONF_ARP_IGNORE);
	interface->arp_announce = read_setting(list, IPV4_DEVCONF_ARP_ANNOUNCE);
}

/* An attribute of the kind of the interface; NULL: it has none. */
static const struct nlattr *find_in_data(const struct nlattr *info, int type)
{
	const struct nlattr *data = nla_find(nla_data(info), nla_len(info), IFLA_INFO_DATA);

	return data ? nla_find(nla_data(data), nla_len(data), type) : NULL;
}

/* What a macvlan, an ipvlan or a VRF is, and which interface is below it. */
static void read_kind(struct nlattr *attrs[], struct vrrp_link_if *interface)
{
	const struct nlattr *info = attrs[IFLA_LINKINFO], *table;
	const struct nlattr *kind = info ? nla_find(nla_data(info), nla_len(info), IFLA_INFO_KIND)
					 : NULL;

	interface->is_macvlan = kind && !nla_strcmp(kind, "macvlan");
	interface->is_ipvlan = kind && !nla_strcmp(kind, "ipvlan");
	table = kind && !nla_strcmp(kind, "vrf") ? find_in_data(info, IFLA_VRF_TABLE) : NULL;
	if (table)
		interface->vrf_table = nla_get_u32(table);
	if ((interface->is_macvlan || interface->is_ipvlan) && attrs[IFLA_LINK] && !attrs[IFLA_LINK_NETNSID])
		interface->parent = nla_get_u32(attrs[IFLA_LINK]);
	if (attrs[IFLA_MASTER])
		interface->master = nla_get_u32(attrs[IFLA_MASTER]);
	if (attrs[IFLA_GROUP])
		interface->group = nla_get_u32(attrs[IFLA_GROUP]);
	if (attrs[IFLA_IFALIAS])
		nla_strlcpy(interface->alias, attrs[IFLA_IFALIAS], sizeof(interface->alias));
}

static void on_link_message(struct vrrp_link *link, struct nlmsghdr *header)
{
	struct ifinfomsg *info = nlmsg_data(header);
	struct nlattr *attrs[IFLA_MAX + 1];
	struct vrrp_link_if interface = {0};
	struct link_if *known;
	unsigned flags;

	/* Bridges report their ports as links of family AF_BRIDGE too. */
	if (nlmsg_parse(header, sizeof(*info), attrs, IFLA_MAX, NULL) < 0 ||
	    info->ifi_family != AF_UNSPEC || info->ifi_index <= 0)
		return;
	interface.index = (unsigned)info->ifi_index;
	if (header->nlmsg_type == RTM_DELLINK) {
		known = if_by_index(link, interface.index);
		if (known)
			drop_if(link, known);
		return;
	}
	if (!attrs[IFLA_IFNAME])
		return;
	nla_strlcpy(interface.name, attrs[IFLA_IFNAME], sizeof(interface.name));
	flags = info->ifi_flags & (IFF_UP | IFF_RUNNING);
	interface.is_up = flags == (IFF_UP | IFF_RUNNING);
	interface.lacks_carrier = flags == IFF_UP;
	if (attrs[IFLA_ADDRESS] && nla_len(attrs[IFLA_ADDRESS]) == VRRP_MAC_LEN) {
		interface.has_arp =
		    info->ifi_type == ARPHRD_ETHER && !(info->ifi_flags & IFF_NOARP);
		memcpy(interface.mac, nla_data(attrs[IFLA_ADDRESS]), VRRP_MAC_LEN);
	}
	read_settings(attrs[IFLA_AF_SPEC], &interface);
	read_kind(attrs, &interface);
	put_if(link, &interface, flags);
}

static struct addr peer_of(struct nlattr *attrs[], const struct addr *addr)
{
	struct addr peer = {.family = addr->family};

	if (!attrs[IFA_LOCAL] || !attrs[IFA_ADDRESS] ||
	    (size_t)nla_len(attrs[IFA_ADDRESS]) != addr_len(addr))
		return (struct addr){0};
	memcpy(peer.bytes, nla_data(attrs[IFA_ADDRESS]), addr_len(addr));
	return addr_cmp(&peer, addr) ? peer : (struct addr){0};
}

static void on_addr_message(struct vrrp_link *link, struct nlmsghdr *header)
{
	struct ifaddrmsg *info = nlmsg_data(header);
	struct nlattr *attrs[IFA_MAX + 1], *attr;
	struct link_addr address = {0};

	if (nlmsg_parse(header, sizeof(*info), attrs, IFA_MAX, NULL) < 0)
		return;
	/* With a point-to-point peer IFA_ADDRESS is the peer's; without one, both are the same. */
	attr = attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS];
	address.index = info->ifa_index;
	address.addr.family = info->ifa_family;
	address.prefix_len = info->ifa_prefixlen;
	address.flags = attrs[IFA_FLAGS] ? nla_get_u32(attrs[IFA_FLAGS]) : info->ifa_flags;
	if (!attr || !addr_len(&address.addr) || (size_t)nla_len(attr) != addr_len(&address.addr))
		return;
	memcpy(address.addr.bytes, nla_data(attr), addr_len(&address.addr));
	address.peer = peer_of(attrs, &address.addr);
	if (header->nlmsg_type == RTM_NEWADDR)
		put_addr(link, &address);
	else
		drop_addr(link, &address);
}

static void on_settings_message(struct vrrp_link *link, struct nlmsghdr *header)
{
	struct nlattr *attrs[NETCONFA_MAX + 1];

	if (nlmsg_parse(header, sizeof(struct netconfmsg), attrs, NETCONFA_MAX, NULL) < 0 ||
	    !attrs[NETCONFA_RP_FILTER])
		return;
	link->rp_filter = nla_get_u32(attrs[NETCONFA_RP_FILTER]);
}

static int on_message(struct nl_msg *message, void *arg)
{
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct vrrp_link *link = arg;

	link->is_changed = true;
	if (header->nlmsg_type == RTM_NEWLINK || header->nlmsg_type == RTM_DELLINK)
		on_link_message(link, header);
	else if (header->nlmsg_type == RTM_NEWADDR || header->nlmsg_type == RTM_DELADDR)
		on_addr_message(link, header);
	else if (header->nlmsg_type == RTM_NEWNETCONF)
		on_settings_message(link, header);
	return NL_OK;
}

static int dump_kind(struct vrrp_link *link, int type)
{
	int code = -NLE_DUMP_INTR;

	for (int i = 0; i < DUMP_TRIES && code == -NLE_DUMP_INTR; i++) {
		code = nl_rtgen_request(link->requests, type, AF_UNSPEC, NLM_F_DUMP);
		if (code >= 0)
			code = nl_recvmsgs_default(link->requests);
	}
	return code < 0 ? code : 0;
}

/* Returns 0 or a code of libnl. */
static int resync(struct vrrp_link *link)
{
	int code;

	link->generation++;
	code = dump_kind(link, RTM_GETLINK);
	if (code == 0)
		code = dump_kind(link, RTM_GETADDR);
	if (code == 0)
		sweep_out(link);
	return code;
}

/* How often in a turn an overflow is reported, or memory is short, before the rest waits for the next turn. */
#define LOSSES_MAX 8

/*
 * Takes every notification that is there; returns 0, or a code when some were lost. After an overflow the kernel drops
 * all further ones until the socket is empty, and those in it are older than the overflow. So the table may be read
 * again only when the socket is empty.
 */
static int take_notifications(struct nl_sock *monitor)
{
	int code, n_losses = 0;

	do {
		code = nl_recvmsgs_default(monitor);
		n_losses += code == -NLE_NOMEM;
	} while (code >= 0 || code == -NLE_INTR || (code == -NLE_NOMEM && n_losses < LOSSES_MAX));
	if (code == -NLE_AGAIN)
		return n_losses ? -NLE_NOMEM : 0;
	return code;
}

static void on_monitor(int fd, unsigned events, void *arg)
{
	struct vrrp_link *link = arg;
	int code;

	(void)fd;
	(void)events;
	link->is_changed = false;
	code = take_notifications(link->monitor);
	if (code < 0) {
		log_info("interfaces: notifications were lost, the whole table is read again");
		code = resync(link);
		if (code < 0)
			log_warning("interfaces: the table cannot be read again: %s; a change that "
				    "was lost counts with the next change of that interface",
				    nl_geterror(code));
	}
	if (link->is_changed)
		link->on_change(link->arg);
}

static struct nl_sock *link_socket(struct vrrp_link *link, int *ret_code)
{
	struct nl_sock *sock = nl_socket_alloc();
	int on = 1;

	if (!sock)
		mem_exhausted(0);
	nl_socket_disable_auto_ack(sock);
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, link);
	*ret_code = nl_connect(sock, NETLINK_ROUTE);
	if (*ret_code < 0)
		return sock;
	nl_socket_set_msg_buf_size(sock, 64 * 1024);
	/* Asks for acknowledgements without a copy of the request. Older kernels send the copy, for
	 * which the buffer has room too. */
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return sock;
}

static int open_monitor(struct vrrp_link *link)
{
	int size = MONITOR_BUFFER, fd, code;

	link->monitor = link_socket(link, &code);
	if (code < 0)
		return code;
	nl_socket_disable_seq_check(link->monitor);
	nl_socket_set_nonblocking(link->monitor);
	fd = nl_socket_get_fd(link->monitor);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return nl_socket_add_memberships(link->monitor, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
					 RTNLGRP_IPV6_IFADDR, 0);
}

int vrrp_link_open(struct loop *loop, loop_fn *on_change, void *arg, struct vrrp_link **ret_link,
		   struct err *err)
{
	struct vrrp_link *link = mem_calloc(1, sizeof(*link));
	int code;

	link->on_change = on_change;
	link->arg = arg;
	code = open_monitor(link);
	if (code >= 0)
		link->requests = link_socket(link, &code);
	if (code >= 0)
		code = resync(link);
	if (code < 0) {
		vrrp_link_close(link);
		return err_set(err, -EIO, "the kernel's interfaces cannot be read: %s",
			       nl_geterror(code));
	}
	link->io = loop_io_new(loop, nl_socket_get_fd(link->monitor), LOOP_READ, on_monitor, link);
	*ret_link = link;
	return 0;
}

void vrrp_link_close(struct vrrp_link *link)
{
	if (!link)
		return;
	loop_io_free(link->io);
	nl_socket_free(link->monitor);
	nl_socket_free(link->requests);
	link->generation++;
	sweep_out(link);
	free(link);
}

/* --- changes --- */

/* Does the kernel's answer contradict the table? */
static bool is_contradiction(const struct vrrp_link *link, int type, const struct vrrp_link_change *change)
{
	if (type == RTM_NEWADDR)
		return change->result == -EEXIST && !vrrp_link_has_addr(link, change->index, &change->addr);
	return change->result == -EADDRNOTAVAIL &&
	       vrrp_link_has_entry(link, change->index, &change->addr, change->prefix_len, &change->peer);
}

static void record(struct vrrp_link *link, int type, const struct vrrp_link_change *change)
{
	struct link_addr address = {.index = change->index,
				    .addr = change->addr,
				    .prefix_len = change->prefix_len,
				    .peer = change->peer};

	/* The kernel reports such an address only when the detection is over. */
	if (change->addr.family == AF_INET6 && !(change->flags & IFA_F_NODAD))
		address.flags = IFA_F_TENTATIVE;
	if (type == RTM_NEWADDR && change->result == 0)
		put_addr(link, &address);
	/* With -ENODEV the interface is gone: the notification has not been read yet. */
	else if (type == RTM_DELADDR && (change->result == 0 || change->result == -ENODEV))
		drop_addr(link, &address);
}

/* If somebody else was faster than the notifications, the kernel is asked what is there. */
static void change_addrs(struct vrrp_link *link, int type, int flags,
			 struct vrrp_link_change *changes, size_t n)
{
	int *results = mem_calloc(n, sizeof(*results));
	bool is_other = false;

	vrrp_batch_send(link->requests, type, flags, n,
			type == RTM_NEWADDR ? link_put_addition : link_put_removal, changes,
			results, NULL);
	for (size_t i = 0; i < n; i++) {
		changes[i].result = results[i];
		record(link, type, &changes[i]);
		is_other |= is_contradiction(link, type, &changes[i]);
	}
	free(results);
	if (is_other && resync(link) < 0)
		log_warning("interfaces: the table cannot be read again; a lost change counts with the next one");
}

int vrrp_link_promote(struct vrrp_link *link, unsigned index, bool is_on)
{
	const struct link_promotion promotion = {index, is_on};
	struct link_if *interface = if_by_index(link, index);
	int result = -ENODEV;

	if (interface)
		vrrp_batch_send(link->requests, RTM_SETLINK, 0, 1, link_put_promotion, &promotion,
				&result, NULL);
	if (result == 0)
		interface->pub.is_promoting = is_on;
	return result;
}

int vrrp_link_request(struct vrrp_link *link, int type, int flags, vrrp_batch_put_fn *put,
		      const void *arg)
{
	int result = -EIO;

	vrrp_batch_send(link->requests, type, flags, 1, put, arg, &result, NULL);
	return result;
}

/* Sends a request whose answer on_message() reads. Returns 0 or a code of libnl. */
static int link_ask(struct vrrp_link *link, struct nl_msg *message)
{
	int code = nl_send_auto(link->requests, message);

	nlmsg_free(message);
	return code < 0 ? code : nl_recvmsgs_default(link->requests);
}

static struct nl_msg *question(int type)
{
	struct nl_msg *message = nlmsg_alloc_simple(type, NLM_F_REQUEST);

	if (!message)
		mem_exhausted(0);
	return message;
}

void vrrp_link_read(struct vrrp_link *link, const char *name)
{
	struct nl_msg *message = question(RTM_GETLINK);
	struct link_if key = {0}, *known;
	struct ifinfomsg info = {0};

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_string(message, IFLA_IFNAME, name);
	if (link_ask(link, message) >= 0)
		return;
	strncpy(key.pub.name, name, sizeof(key.pub.name) - 1);
	known = tree_find(&key, &link->ifs_by_name, links_by_name);
	if (known)
		drop_if(link, known);
}

void vrrp_link_forget(struct vrrp_link *link, unsigned index)
{
	struct link_if *known = if_by_index(link, index);

	if (known)
		drop_if(link, known);
}

uint32_t vrrp_link_rp_filter(struct vrrp_link *link)
{
	struct nl_msg *message = question(RTM_GETNETCONF);
	struct netconfmsg info = {.ncm_family = AF_INET};

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_s32(message, NETCONFA_IFINDEX, NETCONFA_IFINDEX_ALL);
	link_ask(link, message);
	return link->rp_filter;
}

void vrrp_link_add_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n)
{
	change_addrs(link, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, changes, n);
}

void vrrp_link_del_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n)
{
	change_addrs(link, RTM_DELADDR, 0, changes, n);
}
