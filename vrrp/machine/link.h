/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's interfaces and their addresses: a table that a netlink monitor keeps up to date,
 * and requests that add or remove many virtual addresses at once. Edge: it decides nothing about
 * VRRP. Of this room, only link, vmac, route and batch speak rtnetlink. The kernel answers a request
 * before send() returns, so nothing here waits for another process.
 */
#ifndef LVSD_VRRP_MACHINE_LINK_H
#define LVSD_VRRP_MACHINE_LINK_H

#include "base/addr.h"
#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "vrrp/garp.h"
#include "vrrp/machine/batch.h"
#include "vrrp/machine/link_message.h"

struct vrrp_link;

/* Longer ones are cut. */
#define VRRP_LINK_ALIAS_MAX 192

struct vrrp_link_if {
	unsigned index;
	char name[CONF_IFNAME_MAX];
	bool is_up;   /* IFF_UP and IFF_RUNNING: it can carry packets */
	bool lacks_carrier; /* IFF_UP is set and IFF_RUNNING is not: the cable may be pulled */
	bool has_arp; /* Ethernet-like, without IFF_NOARP: neighbours resolve addresses on it */
	bool is_promoting; /* promote_secondaries of IPv4 is set */
	uint32_t arp_ignore, arp_announce; /* the sysctls of IPv4 */
	uint8_t mac[VRRP_MAC_LEN];
	uint32_t group;    /* of interfaces, for ip-link(8) */
	bool is_macvlan, is_ipvlan;
	uint32_t vrf_table; /* of a VRF: its table; else 0 */
	unsigned master;    /* the index of the bridge, bond or VRF that it belongs to; 0: none */
	/* Of a macvlan or ipvlan: the index of the interface below, in this namespace; else 0. */
	unsigned parent;
	char alias[VRRP_LINK_ALIAS_MAX]; /* "": none */
};

/* What the machine has and did not have before. A route may be possible only with it. */
struct vrrp_link_gain {
	bool has_interface; /* one was made, got its name, or came up */
	bool has_address;   /* one was added, or is past duplicate address detection */
};

/* Reads the table and watches for changes. After changes, whoever made them, on_change runs once
 * for all notifications that were waiting. 0, or -errno with err. */
int vrrp_link_open(struct loop *loop, loop_fn *on_change, void *arg, struct vrrp_link **ret_link,
		   struct err *err);
void vrrp_link_close(struct vrrp_link *link);

/* What was gained since the last call, by whomever: vrrp_link_add_addrs() counts as well. on_change
 * runs after each gain. */
struct vrrp_link_gain vrrp_link_take_gain(struct vrrp_link *link);

/* The interface of that name; NULL when there is none. Valid until the next turn of the loop. */
const struct vrrp_link_if *vrrp_link_by_name(const struct vrrp_link *link, const char *name);

/* Calls fn for each interface. fn must change nothing here. */
typedef void vrrp_link_each_fn(const struct vrrp_link_if *interface, void *arg);
void vrrp_link_each(const struct vrrp_link *link, vrrp_link_each_fn *fn, void *arg);

/*
 * Sends one request about interfaces (RTM_NEWLINK, ...), whose body put writes for item 0. 0 or -errno.
 * The table shows the change only after vrrp_link_read() or with the kernel's notification.
 */
int vrrp_link_request(struct vrrp_link *link, int type, int flags, vrrp_batch_put_fn *put,
		      const void *arg);
/* Reads the interface of that name anew; one that is gone leaves the table. */
void vrrp_link_read(struct vrrp_link *link, const char *name);
/* The interface with this index is gone, whichever interface has its name by now. */
void vrrp_link_forget(struct vrrp_link *link, unsigned index);
/* The sysctl net.ipv4.conf.all.rp_filter, as it is now. */
uint32_t vrrp_link_rp_filter(struct vrrp_link *link);

/* Is the address on the interface, with whatever prefix length? */
bool vrrp_link_has_addr(const struct vrrp_link *link, unsigned index, const struct addr *addr);

/* What the kernel's duplicate address detection says of an address of IPv6. */
enum vrrp_link_dad {
	VRRP_LINK_DAD_OVER, /* it is free, or nobody has asked, or it is not there */
	VRRP_LINK_DAD_RUNNING,
	VRRP_LINK_DAD_FAILED, /* another machine has it: the kernel does not use it, for good */
};

enum vrrp_link_dad vrrp_link_dad(const struct vrrp_link *link, unsigned index, const struct addr *addr);

/* Is it there with this prefix length and this peer? */
bool vrrp_link_has_entry(const struct vrrp_link *link, unsigned index, const struct addr *addr,
			 uint8_t prefix_len, const struct addr *peer);

/* Sets promote_secondaries of an interface, or clears it. 0 or -errno. */
int vrrp_link_promote(struct vrrp_link *link, unsigned index, bool is_on);

/* Is the address to be passed over? */
typedef bool vrrp_link_filter_fn(const struct addr *addr, void *arg);

/* Is the address on the interface, and ready as a source? While duplicate address detection is
 * running for it, it is not ready. */
bool vrrp_link_can_send_from(const struct vrrp_link *link, unsigned index, const struct addr *addr);

/*
 * The address to send from: the oldest address on the interface for which is_skipped returns false.
 * Secondary IPv4 addresses are passed over unless may_be_secondary, and IPv6 addresses that are
 * deprecated or still wait for duplicate address detection. AF_UNSPEC when no address is left.
 */
struct addr vrrp_link_source(const struct vrrp_link *link, unsigned index, uint16_t family,
			     bool may_be_secondary, vrrp_link_filter_fn *is_skipped, void *arg);

/*
 * Adds addresses, or removes them, many in one request. Each item gets its own result, also -EEXIST (it
 * was present) and -EADDRNOTAVAIL (it was absent). The table shows the change on return.
 */
void vrrp_link_add_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n);
void vrrp_link_del_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n);

#endif
