/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a ping: ICMP echo for IPv4 (RFC 792) and IPv6 (RFC 4443). A raw socket gets all that
 * comes to this machine, so a reply counts only with the identifier, the sequence number and the random
 * payload of the request, and an ICMP error only if it quotes that request. Pure: the random bits are
 * an argument, the same for all functions of one probe.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_PING_PACKET_H
#define LVSD_HEALTHCHECK_PROBES_PING_PACKET_H

#include "healthcheck/datagram.h"

#include <linux/filter.h>

/* An echo request: eight bytes of header, and the payload. */
#define PING_PAYLOAD_LEN 32
#define PING_LEN	 (8 + PING_PAYLOAD_LEN)

/* Writes the request for a target of this family. Over IPv6 the kernel fills in the checksum. */
void ping_compose(uint16_t family, uint64_t seed, uint8_t bytes[static PING_LEN]);

/* Is it the reply to that request? packet: what a raw socket gives: with the IP header in IPv4 alone. */
bool ping_is_reply(uint16_t family, uint64_t seed, const uint8_t *packet, size_t len);

/* Does an ICMP error quote that request? quoted: the ICMP message in the error, of which routers may
 * quote eight bytes alone. */
bool ping_is_quoted(uint16_t family, uint64_t seed, const uint8_t *quoted, size_t len);

/* What an ICMP error says. Example: AF_INET, 3, 1: "host unreachable"; unknown: "ICMP type 3, code 77". */
#define PING_ERROR_MAX 48
const char *ping_error_describe(uint16_t family, uint8_t type, uint8_t code,
				char text[static PING_ERROR_MAX]);

/* A program for SO_ATTACH_FILTER that lets replies with the identifier and sequence number of the
 * request through: so a flood of other replies takes no room in the socket. */
#define PING_FILTER_LEN 7
void ping_filter(uint16_t family, uint64_t seed, struct sock_filter program[static PING_FILTER_LEN]);

#endif
