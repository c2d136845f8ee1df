/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether a running role of connection sync is still bound to the interface that has the
 * configured name now. Pure.
 *
 * The kernel looks an interface up by name only once, when a role starts (start_sync_thread). After
 * that the role's sockets know only the interface's index and, with IPv4, its address. When the
 * interface is deleted and created again, or loses that address, the kernel still lists the role as
 * before, but no datagram is sent or received any more.
 */
#ifndef LVSD_SYNC_BOUND_H
#define LVSD_SYNC_BOUND_H

#include "base/addr.h"
#include "base/mono.h"
#include "sync/want.h"

/* The interface of connection sync in a network namespace, as it was at one moment. */
struct sync_seen {
	unsigned index; /* of the interface that has the name now; 0: there is none */
	bool is_up, has_carrier; /* IFF_UP, IFF_RUNNING */
	bool has_address; /* it has an address of the group's family */
	/* The present name of the interface that a role is bound to, if it was renamed; else "". */
	char renamed[CONF_IFNAME_MAX];
	bool are_members_known; /* n_members and is_own_lost are valid */
	unsigned n_members;  /* the sockets on it that joined the group, without those of lvsd */
	bool is_own_lost;    /* sockets of lvsd are no longer in the group */
	struct addr source;  /* the address from which the master role sends; AF_UNSPEC: not
				known */
	bool is_source_gone; /* the machine no longer has that address */
};

/* Why a role must be stopped and started again, in the order in which the reasons are tested. */
enum sync_stale {
	SYNC_NOT_STALE,
	SYNC_STALE_INDEX,  /* the interface was deleted and created again */
	SYNC_STALE_GROUP,  /* the role's socket is not in the group on this interface */
	SYNC_STALE_SOURCE, /* the role sends from an address that the machine no longer has */
};

/* What lvsd remembers of a running role. All zero: nothing. */
struct sync_bound {
	unsigned index;     /* of the interface when the role started; 0: not known */
	struct mono mended; /* when the role was last restarted for another reason than the index */
	bool is_mended;     /* mended is valid */
};

/*
 * Judges a running role. The index is unknown if an older lvsd started the role. Then the group
 * decides: both roles of a director start together, so if the backup role's socket is not in the
 * group on this interface, the master role is bound to the former interface, too. For a reason
 * other than the index a role is restarted at most once a minute.
 *
 * Example: bound.index 4 and seen.index 7 give SYNC_STALE_INDEX. seen.index 0 gives SYNC_NOT_STALE,
 * since no role can be started without the interface.
 */
enum sync_stale sync_bound_judge(enum sync_role role, const struct sync_bound *bound,
				 const struct sync_seen *seen, struct mono now);

/* The reason as a part of a sentence for the log. Example: "its interface was made again". */
const char *sync_stale_text(enum sync_stale stale);

/* What is wrong with the interface, as a part of a sentence that follows its name, or "" if nothing
 * is wrong. Example: "is down". family is that of the group. */
const char *sync_seen_fault(const struct sync_seen *seen, uint16_t family);

/* What that fault prevents, and what to do about it. */
const char *sync_seen_cost(const struct sync_seen *seen);

/* Returns how many sockets have joined group on the interface with this index. text is the content
 * of /proc/net/igmp for an IPv4 group, of /proc/net/igmp6 for an IPv6 group. */
unsigned sync_members_read(const char *text, unsigned index, const struct addr *group);

/* Reads "0B00090A:8A3C", an address and a port, as /proc/net/udp has them. ret_ep has the family. Returns the text
 * behind it and its blanks, or NULL. */
const char *sync_socket_read(const char *text, struct endpoint *ret_ep);

/*
 * Finds the local address of the socket that is connected to group: the socket of the master role.
 * text is the content of /proc/net/udp or /proc/net/udp6, by the family of group. Returns false if
 * there is no such socket, or if it is not bound to an address.
 */
bool sync_source_read(const char *text, const struct endpoint *group, struct addr *ret_source);

#endif
