/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a running role is still bound to the interface that its name means now. Pure.
 *
 * The kernel looks an interface up by its name once, when a role starts (start_sync_thread). Later
 * the role's sockets know its index and, in IPv4, its address alone. When the interface is deleted
 * and made again, or loses that address, the kernel's list of roles looks as before, but no
 * datagram leaves or arrives any more.
 */
#ifndef LVSD_SYNC_BOUND_H
#define LVSD_SYNC_BOUND_H

#include "base/addr.h"
#include "base/mono.h"
#include "sync/want.h"

/* What a network namespace shows of the interface of connection sync at one moment. */
struct sync_seen {
	unsigned index; /* of the interface that has the name now; 0: there is none */
	bool is_up, has_carrier;
	bool has_address; /* one of the family of the group */
	char
	    renamed[CONF_IFNAME_MAX]; /* the name now of the interface that a role knows; else "" */
	bool are_members_known;
	unsigned n_members;  /* sockets on it that joined the group, those of lvsd not counted */
	bool is_own_lost;    /* sockets of lvsd are not in the group any more */
	struct addr source;  /* where the master role sends from; AF_UNSPEC: not known */
	bool is_source_gone; /* the machine does not have that address any more */
};

/* Why a role must be made anew; in the order in which they are looked at. */
enum sync_stale {
	SYNC_NOT_STALE,
	SYNC_STALE_INDEX,  /* the interface was made again */
	SYNC_STALE_GROUP,  /* the role's socket is not in the group on this interface */
	SYNC_STALE_SOURCE, /* the role sends from an address that is gone */
};

/* What is remembered of a role that runs. All zero: nothing. */
struct sync_bound {
	unsigned index;     /* of the interface when the role started; 0: not known */
	struct mono mended; /* when it was last made anew for another reason than the index */
	bool is_mended;
};

/*
 * Judges a running role. An index that is not known (a role that an older lvsd started) is judged
 * by the group: both roles of a director start together, so where the backup role's socket is not
 * in the group on the interface, the master role is bound to the former interface too. For a reason
 * other than the index a role is made anew at most once in a minute.
 * Example: bound.index 4, seen.index 7: SYNC_STALE_INDEX. seen.index 0: never stale, since a role
 * cannot be started without the interface.
 */
enum sync_stale sync_bound_judge(enum sync_role role, const struct sync_bound *bound,
				 const struct sync_seen *seen, struct mono now);

/* "its interface was made again", for a line of the log. */
const char *sync_stale_text(enum sync_stale stale);

/*
 * What is wrong with the interface, "" when nothing is; starts in the middle of a sentence after
 * the interface's name: "is down". family is that of the group.
 */
const char *sync_seen_fault(const struct sync_seen *seen, uint16_t family);

/* What that fault costs, and the way out. */
const char *sync_seen_cost(const struct sync_seen *seen);

/*
 * Sockets that joined group on the interface, from the text of /proc/net/igmp (IPv4) or
 * /proc/net/igmp6, by the family of group.
 */
unsigned sync_members_read(const char *text, unsigned index, const struct addr *group);

/*
 * The local address of the socket that is connected to group, which is the one of the master role,
 * from the text of /proc/net/udp or /proc/net/udp6, by the family of group. False when there is
 * none, or when it is bound to no address.
 */
bool sync_source_read(const char *text, const struct endpoint *group, struct addr *ret_source);

#endif
