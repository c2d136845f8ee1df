/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one datagram asks of a server, and what its reply means, for the kinds of checks that ask
 * over UDP or ICMP. Pure: the random bits are an argument.
 */
#ifndef LVSD_HEALTHCHECK_DATAGRAM_H
#define LVSD_HEALTHCHECK_DATAGRAM_H

#include "healthcheck/health.h"

/* The most bytes of UDP data in one datagram of IPv4. */
#define DATAGRAM_MAX 65507

/* The bytes of a datagram without payload. keepalived 2.2 sends as many. */
#define DATAGRAM_RANDOM_BYTES 32

/* What a reply means. */
enum datagram_verdict {
	DATAGRAM_GOOD,
	DATAGRAM_BAD,
	DATAGRAM_FOREIGN, /* it answers another question: the probe goes on waiting */
};

/* What distinguishes one kind of question from another. */
struct datagram_rules {
	/*
	 * Writes the datagram to bytes, which has room for DATAGRAM_MAX, and returns its length; 0
	 * when there is no memory. seed: random bits, the same for compose and judge of one probe.
	 */
	size_t (*compose)(const struct conf_check *check, uint64_t seed, uint8_t *bytes);
	/* Judges a reply, and with DATAGRAM_GOOD and _BAD writes why to reason. */
	enum datagram_verdict (*judge)(const struct conf_check *check, uint64_t seed,
				       const uint8_t *reply, size_t len,
				       char reason[static PROBE_REASON_MAX]);
	/* Is a server that says nothing good? */
	bool (*is_silence_good)(const struct conf_check *check);
};

/* UDP_CHECK. */
extern const struct datagram_rules datagram_udp;
/* DNS_CHECK: good is a response (RFC 1035, 4.1.1) with the identifier of the question and RCODE 0, that
 * repeats the question and has what it announces (healthcheck/talk/dns_reply.h). */
extern const struct datagram_rules datagram_dns;

/* PING_CHECK: good is the echo reply to this very request (healthcheck/probes/ping_packet.h). */
extern const struct datagram_rules datagram_ping;

#endif
