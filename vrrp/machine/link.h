/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's interfaces and their addresses: a table kept true by a netlink monitor, and the
 * batched addition and removal of virtual addresses (edge, the only file of the room that speaks
 * rtnetlink). It decides nothing about VRRP. Requests are answered by the kernel before send()
 * returns, so nothing here waits for another process.
 */
#ifndef LVSD_VRRP_MACHINE_LINK_H
#define LVSD_VRRP_MACHINE_LINK_H

#include "base/addr.h"
#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "vrrp/garp.h"

struct vrrp_link;

struct vrrp_link_if {
	unsigned index;
	char name[CONF_IFNAME_MAX];
	bool is_up;   /* IFF_UP and IFF_RUNNING: it can carry packets */
	bool has_arp; /* Ethernet-like, without IFF_NOARP: neighbours resolve addresses on it */
	uint8_t mac[VRRP_MAC_LEN];
};

/* An address to add or remove, and what the kernel said to it. */
struct vrrp_link_change {
	unsigned index; /* of the interface */
	struct addr addr;
	uint8_t prefix_len, scope;
	const char *label;     /* "": none */
	struct addr broadcast; /* AF_UNSPEC: none */
	int result;            /* 0 or -errno */
};

/* Reads the table and watches it; on_change runs after changes by anybody, once for all that were
 * waiting. */
int vrrp_link_open(struct loop *loop, loop_fn *on_change, void *arg, struct vrrp_link **ret_link,
		   struct err *err);
void vrrp_link_close(struct vrrp_link *link);

/* NULL when there is no such interface; holds until the next turn of the loop. */
const struct vrrp_link_if *vrrp_link_by_name(const struct vrrp_link *link, const char *name);

/* Is the address on the interface, with whatever prefix length? */
bool vrrp_link_has_addr(const struct vrrp_link *link, unsigned index, const struct addr *addr);

typedef bool vrrp_link_filter_fn(const struct addr *addr, void *arg);

/* The same, and packets can be sent from it: it is not waiting for duplicate detection. */
bool vrrp_link_can_send_from(const struct vrrp_link *link, unsigned index, const struct addr *addr);

/*
 * The address to send from: of those that is_skipped does not name, the one that has been there
 * longest; in IPv4 no secondary, in IPv6 none that is deprecated or waits for duplicate detection.
 * AF_UNSPEC when there is none.
 */
struct addr vrrp_link_source(const struct vrrp_link *link, unsigned index, uint16_t family,
			     vrrp_link_filter_fn *is_skipped, void *arg);

/*
 * Adds addresses (IPv6 without duplicate detection, which would hold up a takeover) or removes
 * them, many in one send. Each item gets its own result, -EEXIST and -EADDRNOTAVAIL included;
 * the table follows at once.
 */
void vrrp_link_add_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n);
void vrrp_link_del_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n);

#endif
