/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's counters of a destination show about its server (`passive`): do clients get an
 * answer? A server that looks as if they do not is suspected, and probed early (health_suspect()). Pure.
 *
 * The active and inactive connections do not show it: the kernel counts a connection as active from its
 * SYN on, answered or not.
 */
#ifndef LVSD_HEALTHCHECK_PACE_PASSIVE_H
#define LVSD_HEALTHCHECK_PACE_PASSIVE_H

#include <stdbool.h>
#include <stdint.h>

/* So many new connections are needed: a stray SYN shows nothing. */
#define PASSIVE_CONNS_MIN 3

/* What passes through this director of the packets of a connection. */
enum passive_sight {
	PASSIVE_BLIND,      /* nothing that shows whether there is an answer */
	PASSIVE_TCP_IN,     /* TCP to the server: a client that has an answer sends more than its SYN */
	PASSIVE_BOTH_WAYS,  /* also what comes back */
};

/*
 * is_nat: the server's packets come back through this director. protocol: 0 for a firewall mark, whose
 * packets may be of any. is_one_packet: the kernel forgets a connection at once (`ops`).
 * Example: direct routing and UDP: PASSIVE_BLIND.
 */
enum passive_sight passive_sight(bool is_nat, uint16_t protocol, bool is_one_packet);

/* Of one destination, since the kernel has it. */
struct passive_counters {
	uint64_t conns, in_packets, out_packets;
};

/* Of one destination. Begins as {0}. */
struct passive {
	bool is_known;
	struct passive_counters last; /* at the last reading */
	uint64_t conns_before;        /* connections when a packet came back last */
};

/*
 * Takes a reading. The server is suspected:
 * - PASSIVE_BOTH_WAYS: when PASSIVE_CONNS_MIN connections have begun before the last reading and no
 *   packet has come back since, whatever the time. The connections of the last interval do not count:
 *   their answers may still be on the way.
 * - PASSIVE_TCP_IN: when as many have begun since the last reading, and the server got at most two
 *   packets for each: a SYN, and a SYN once more. A connection that is used has a SYN, an ACK and a
 *   request.
 * A suspicion uses up the connections that it came from. Counters that run backwards are those of a
 * destination that was made anew: the reading is the first one.
 * Example: both ways, conns 0, 3, 3, packets back 9, 9, 9: suspected at the third reading.
 */
bool passive_step(struct passive *passive, enum passive_sight sight, const struct passive_counters *now);

#endif
