/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which entries of a peer's datagram the own kernel gets. The key of a peer may be stolen, and a peer may be wrong; so
 * no entry leads to another server than those of the configuration, and none is for a service that this director
 * alone serves. Pure.
 */
#ifndef LVSD_SYNC_RELAY_ALLOW_H
#define LVSD_SYNC_RELAY_ALLOW_H

#include "sync/relay/frame.h"
#include "sync/relay/newest.h"
#include "sync/routes.h"

/* Why an entry, or the rest of a datagram, is refused. */
enum relay_refused {
	RELAY_REFUSED_DATAGRAM, /* no datagram of version 1 and of this syncid, or too long */
	RELAY_REFUSED_ENTRY,	/* its bytes are no entry; what is behind it is refused with it */
	RELAY_REFUSED_PROTOCOL,
	RELAY_REFUSED_STATE,  /* the kernel does not know the state */
	RELAY_REFUSED_FLAGS,  /* unknown ones, or a method to forward that no destination has */
	RELAY_REFUSED_OPTION, /* the kernel would refuse it, and the entries behind it */
	RELAY_REFUSED_ROUTE,  /* no service, or not with this destination */
	RELAY_REFUSED_OWN,    /* of a service that this director alone serves */
	RELAY_REFUSED_OLDER,  /* of a frame that came late; a newer entry is known */
	RELAY_REFUSED_N,
};

/* A word for the status. Example: "own". */
const char *relay_refused_name(enum relay_refused why);

/* What this director is. Both lists are sorted. */
struct relay_rules {
	const struct sync_routes *routes; /* all destinations of all services */
	const struct sync_routes *own;	  /* those of the services that it alone serves, as MASTER of their addresses */
	uint32_t syncid;
};

/* The frame that the datagram came in. */
struct relay_place {
	struct relay_newest *newest;
	uint64_t seq, floor; /* its number; up to floor no frame is missing */
	bool is_late;	     /* a frame with a greater number came before it */
};

/* Counted for the status. Begins as {0}. */
struct relay_allowed {
	uint64_t n_entries; /* allowed */
	uint64_t n_refused[RELAY_REFUSED_N];
};

/*
 * Writes a datagram of the allowed entries into data, with timeouts of at most SYNC_MIRROR_TIMEOUT_MAX_S, the longest
 * that a configuration can have. Returns its length; 0: there is none.
 */
size_t relay_allow(const struct relay_rules *rules, const struct relay_place *place, const void *datagram, size_t len,
		   struct relay_allowed *allowed, uint8_t data[static RELAY_PAYLOAD_MAX]);

/* The number of entries that the header says; 0: it is no datagram. */
unsigned relay_datagram_n(const void *datagram, size_t len);

#endif
