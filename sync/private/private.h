/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private interface of connection sync in relay mode: a dummy interface that only the kernel's two roles and
 * lvsd use. Decides from what the machine has under that name what must be done. Pure.
 *
 * lvsd knows its interface by the alias, which names the interface too: one that somebody has renamed is found,
 * and removed. A dummy interface without alias, address and bridge is adopted: a former lvsd may have died while
 * it made the interface, or the operator has made it.
 */
#ifndef LVSD_SYNC_PRIVATE_PRIVATE_H
#define LVSD_SYNC_PRIVATE_PRIVATE_H

#include "base/addr.h"
#include "base/err.h"
#include "conf/conf.h"

#include <stdbool.h>

/* Link-local, so no router forwards it. Both directors have the same one: it never leaves the machine. */
#define SYNC_PRIVATE_ADDRESS	 "169.254.81.1"
#define SYNC_PRIVATE_ADDRESS_LEN 32
/* A datagram of the master role fits in (RELAY_PAYLOAD_MAX). */
#define SYNC_PRIVATE_MTU 1500

#define SYNC_PRIVATE_ALIAS_MAX 96
#define SYNC_PRIVATE_KIND_MAX  16
#define SYNC_PRIVATE_ADDRS_MAX 8

/* The alias of lvsd's interface of that name. */
const char *sync_private_alias(const char *name, char alias[static SYNC_PRIVATE_ALIAS_MAX]);

struct sync_private_addr {
	struct addr addr;
	uint8_t prefix_len;
};

/* The interface that has the name, as it was at one moment. */
struct sync_private_seen {
	unsigned index; /* 0: no interface has the name; then only `stray` counts */
	char kind[SYNC_PRIVATE_KIND_MAX]; /* as the kernel calls it: "dummy", "veth"; "": a card, or lo */
	bool is_ours;	/* it has lvsd's alias for this name */
	bool is_known;	/* lvsd has kept it until now, so it is lvsd's though somebody took its alias */
	bool has_alias; /* it has an alias */
	bool has_master; /* it belongs to a bridge, bond or VRF */
	bool is_up, is_multicast; /* IFF_UP, IFF_MULTICAST */
	bool has_ip6; /* IPv6 is on, so that the kernel would make an address and ask for routers */
	uint32_t mtu;
	bool has_address; /* SYNC_PRIVATE_ADDRESS */
	/* Its other addresses; of more than fit, the first ones. */
	size_t n_others;
	struct sync_private_addr others[SYNC_PRIVATE_ADDRS_MAX];
	unsigned stray; /* a dummy interface with lvsd's alias for this name, and another name; 0: none */
};

/* What is to be done, in this order; a set of these bits. */
enum sync_private_op {
	SYNC_PRIVATE_DELETE_STRAY = 1 << 0,
	SYNC_PRIVATE_MAKE = 1 << 1,
	SYNC_PRIVATE_SET_ALIAS = 1 << 2,
	SYNC_PRIVATE_FREE = 1 << 3, /* it leaves its bridge, bond or VRF */
	SYNC_PRIVATE_SET_MTU = 1 << 4,
	SYNC_PRIVATE_IP6_OFF = 1 << 5,
	SYNC_PRIVATE_DEL_OTHERS = 1 << 6,
	SYNC_PRIVATE_ADD_ADDRESS = 1 << 7,
	SYNC_PRIVATE_SET_UP = 1 << 8, /* and multicast */
	SYNC_PRIVATE_DELETE = 1 << 9,
};

/*
 * Plans what leads to the interface, or to its absence. Returns 0; or -EEXIST with a sentence if it is wanted and
 * the name belongs to an interface of somebody else, which stays as it is.
 * Example: wanted and seen.index 0 give MAKE and all settings; an interface that is right gives 0 operations.
 */
int sync_private_plan(const char *name, bool is_wanted, const struct sync_private_seen *seen, unsigned *ret_ops,
		      struct err *err);

/* The operations as words for the log: "made", "up, address". Returns text. */
#define SYNC_PRIVATE_OPS_TEXT 192
const char *sync_private_ops_text(unsigned ops, char text[static SYNC_PRIVATE_OPS_TEXT]);

#endif
