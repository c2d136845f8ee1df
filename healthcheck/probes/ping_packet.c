/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/ping_packet.h"
#include "base/hash.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define REFUSE_ALL 0
#define ACCEPT_ALL 0xffff

struct echo_types {
	uint8_t request, reply;
};

static struct echo_types types_of(uint16_t family)
{
	return family == AF_INET6 ? (struct echo_types){ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY}
				  : (struct echo_types){ICMP_ECHO, ICMP_ECHOREPLY};
}

/* Identifier and sequence number as one number. */
static uint32_t label_of(uint64_t seed)
{
	return (uint32_t)hash_mix(seed, PING_PAYLOAD_LEN);
}

/* RFC 1071. */
static uint16_t echo_checksum(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put_big16(uint8_t *at, uint32_t number)
{
	at[0] = (uint8_t)(number >> 8);
	at[1] = (uint8_t)number;
}

void ping_compose(uint16_t family, uint64_t seed, uint8_t bytes[static PING_LEN])
{
	uint32_t label = label_of(seed);

	memset(bytes, 0, 8);
	bytes[0] = types_of(family).request;
	put_big16(bytes + 4, label >> 16);
	put_big16(bytes + 6, label);
	for (size_t i = 0; i < PING_PAYLOAD_LEN; i++)
		bytes[8 + i] = (uint8_t)hash_mix(seed, i);
	if (family == AF_INET)
		put_big16(bytes + 2, echo_checksum(bytes, PING_LEN));
}

/* Where the ICMP message begins; len if there is none. */
static size_t icmp_at(uint16_t family, const uint8_t *packet, size_t len)
{
	size_t header = family == AF_INET && len > 0 ? (size_t)(packet[0] & 15) * 4 : 0;

	return header < len ? header : len;
}

bool ping_is_reply(uint16_t family, uint64_t seed, const uint8_t *packet, size_t len)
{
	size_t at = icmp_at(family, packet, len);
	uint8_t request[PING_LEN];

	ping_compose(family, seed, request);
	return len - at == PING_LEN && packet[at] == types_of(family).reply && packet[at + 1] == 0 &&
	       !memcmp(packet + at + 4, request + 4, PING_LEN - 4);
}

bool ping_is_quoted(uint16_t family, uint64_t seed, const uint8_t *quoted, size_t len)
{
	uint8_t request[PING_LEN];
	size_t n = len < PING_LEN ? len : PING_LEN;

	ping_compose(family, seed, request);
	/* A translation of addresses on the way may have changed the checksum. */
	return len >= 8 && !memcmp(quoted, request, 2) && !memcmp(quoted + 4, request + 4, n - 4);
}

static const char *const unreachable4[] = {
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "packet too big",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network prohibited",
    "host prohibited",
    "network unreachable for this type of service",
    "host unreachable for this type of service",
    "administratively prohibited",
    "host precedence violation",
    "precedence cutoff",
};

static const char *const unreachable6[] = {
    "no route",
    "administratively prohibited",
    "beyond scope of the source address",
    "address unreachable",
    "port unreachable",
    "source address failed a policy",
    "route rejected",
};

#define NAME(names, code) ((code) < sizeof(names) / sizeof(names[0]) ? names[code] : NULL)

static const char *error_name(uint16_t family, uint8_t type, uint8_t code)
{
	bool is_ip6 = family == AF_INET6;

	if (type == (is_ip6 ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH))
		return is_ip6 ? NAME(unreachable6, code) : NAME(unreachable4, code);
	if (type == (is_ip6 ? ICMP6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED))
		return "time to live exceeded";
	if (type == (is_ip6 ? ICMP6_PARAM_PROB : ICMP_PARAMETERPROB))
		return "parameter problem";
	return is_ip6 && type == ICMP6_PACKET_TOO_BIG ? "packet too big" : NULL;
}

const char *ping_error_describe(uint16_t family, uint8_t type, uint8_t code,
				char text[static PING_ERROR_MAX])
{
	const char *name = error_name(family, type, code);

	if (name)
		snprintf(text, PING_ERROR_MAX, "%s", name);
	else
		snprintf(text, PING_ERROR_MAX, "ICMP type %u, code %u", (unsigned)type,
			 (unsigned)code);
	return text;
}

void ping_filter(uint16_t family, uint64_t seed, struct sock_filter program[static PING_FILTER_LEN])
{
	/* X: the length of the IP header, which a raw socket gives in IPv4 alone. */
	const struct sock_filter header = family == AF_INET
					      ? (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0)
					      : (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, 0);
	const struct sock_filter filter[PING_FILTER_LEN] = {
	    header,
	    BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, types_of(family).reply, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_IND, 4),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, label_of(seed), 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, ACCEPT_ALL),
	    BPF_STMT(BPF_RET | BPF_K, REFUSE_ALL),
	};

	memcpy(program, filter, sizeof(filter));
}

static size_t ping_question(const struct conf_check *check, uint64_t seed, uint8_t *bytes)
{
	ping_compose(check->target.addr.family, seed, bytes);
	return PING_LEN;
}

static enum datagram_verdict ping_judge(const struct conf_check *check, uint64_t seed,
					const uint8_t *reply, size_t len,
					char reason[static PROBE_REASON_MAX])
{
	if (!ping_is_reply(check->target.addr.family, seed, reply, len))
		return DATAGRAM_FOREIGN;
	snprintf(reason, PROBE_REASON_MAX, "echo reply");
	return DATAGRAM_GOOD;
}

static bool is_ping_silence_good(const struct conf_check *check)
{
	(void)check;
	return false;
}

const struct datagram_rules datagram_ping = {
    .compose = ping_question,
    .judge = ping_judge,
    .is_silence_good = is_ping_silence_good,
};
