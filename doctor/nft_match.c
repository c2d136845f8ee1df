/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evaluates conditions: what an expression of nftables stands for in a packet, and whether that has
 * a value. */
#include "doctor/nft_model.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

/* The kernel's numbers; nft prints numbers (-n). */
#define CT_STATE_INVALID     1
#define CT_STATE_ESTABLISHED 2
#define CT_STATE_NEW         8
#define CT_STATE_UNTRACKED   64
#define PACKET_MULTICAST 2
#define PACKET_TO_US     0
#define FAMILY_IPV4      2
#define FAMILY_IPV6      10

/* How deep values may be inside of values, such as a set of ranges. */
#define DEPTH_MAX 6

enum subject_kind {
	SUBJECT_UNKNOWN,
	SUBJECT_MISSING, /* the packet does not have such a header */
	SUBJECT_NUMBER,
	SUBJECT_ADDRESS,
	SUBJECT_INTERFACE,
	SUBJECT_NO_INTERFACE, /* there is no interface at this hook */
};

/* The left side of a condition. */
struct subject {
	enum subject_kind kind;
	json_int_t number, last; /* it is any of number to last */
	struct addr addr;
	const char *interface;
};

static struct subject number(json_int_t value)
{
	return (struct subject){.kind = SUBJECT_NUMBER, .number = value, .last = value};
}

static struct subject unless_zero(json_int_t value)
{
	return value ? number(value) : (struct subject){0};
}

static struct subject address(const struct addr *addr)
{
	return (struct subject){.kind = SUBJECT_ADDRESS, .addr = *addr};
}

static bool is_text(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* --- the fields of a packet --- */

/* Protocols above IP whose headers nft can look at; 0: any other. */
static uint8_t protocol_number(const char *name)
{
	static const struct {
		const char *name;
		uint8_t protocol;
	} names[] = {
	    {"tcp", IPPROTO_TCP},         {"udp", IPPROTO_UDP},   {"sctp", IPPROTO_SCTP},
	    {"icmp", IPPROTO_ICMP},       {"igmp", IPPROTO_IGMP}, {"icmpv6", IPPROTO_ICMPV6},
	    {"udplite", IPPROTO_UDPLITE}, {"dccp", IPPROTO_DCCP}, {"ah", IPPROTO_AH},
	    {"esp", IPPROTO_ESP},         {"comp", IPPROTO_COMP}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].protocol;
	return 0;
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

static struct subject of_port(const struct firewall_packet *packet)
{
	struct subject subject = unless_zero(packet->port);

	if (packet->port_last)
		subject.last = packet->port_last;
	return subject;
}

static struct subject of_header(const struct firewall_packet *packet, const char *header,
				const char *field)
{
	static const struct subject missing = {.kind = SUBJECT_MISSING};
	uint8_t protocol = protocol_number(header);

	if (is_text(header, "ip") || is_text(header, "ip6")) {
		if ((packet->family == AF_INET6) != is_text(header, "ip6"))
			return missing;
		if (is_text(field, "saddr"))
			return address(&packet->source);
		if (is_text(field, "daddr"))
			return address(&packet->destination);
		if (is_text(field, "protocol") || is_text(field, "nexthdr"))
			return unless_zero(packet->protocol);
		return (struct subject){0};
	}
	if (!packet->protocol)
		return (struct subject){0};
	if (protocol ? protocol != packet->protocol
		     : is_text(header, "th") && !has_ports(packet->protocol))
		return missing;
	if (is_text(field, "dport"))
		return of_port(packet);
	if (is_text(field, "sport"))
		return unless_zero(packet->source_port);
	return (struct subject){0};
}

static struct subject of_interface(const char *name, bool is_there)
{
	return (struct subject){.kind = is_there ? SUBJECT_INTERFACE : SUBJECT_NO_INTERFACE,
				.interface = name};
}

static struct subject of_packet_type(const struct nft_place *place)
{
	const struct addr *to = &place->packet->destination;

	if (is_text(place->hook, "output") || is_text(place->hook, "postrouting") ||
	    to->family == AF_UNSPEC)
		return (struct subject){0};
	if (to->family == AF_INET ? to->bytes[0] >> 4 == 0xe : to->bytes[0] == 0xff)
		return number(PACKET_MULTICAST);
	return number(PACKET_TO_US);
}

static struct subject of_meta(const struct nft_place *place, const char *key)
{
	const struct firewall_packet *packet = place->packet;
	bool is_ours = is_text(place->hook, "output") || is_text(place->hook, "postrouting");

	if (is_text(key, "l4proto"))
		return unless_zero(packet->protocol);
	if (is_text(key, "nfproto"))
		return number(packet->family == AF_INET6 ? FAMILY_IPV6 : FAMILY_IPV4);
	if (is_text(key, "iifname") || is_text(key, "iif"))
		return of_interface(packet->in, !is_ours);
	if (is_text(key, "oifname") || is_text(key, "oif"))
		return of_interface(packet->out, is_ours || is_text(place->hook, "forward"));
	if (is_text(key, "pkttype"))
		return of_packet_type(place);
	if (is_text(key, "protocol")) /* nft prints it in memory order */
		return number(htons(packet->family == AF_INET6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP));
	return (struct subject){0};
}

static struct subject of_state(enum firewall_state state)
{
	static const json_int_t numbers[] = {[FIREWALL_NEW] = CT_STATE_NEW,
					     [FIREWALL_ESTABLISHED] = CT_STATE_ESTABLISHED,
					     [FIREWALL_INVALID] = CT_STATE_INVALID,
					     [FIREWALL_UNTRACKED] = CT_STATE_UNTRACKED};

	return number(numbers[state]);
}

static struct subject subject_of(const struct nft_place *place, json_t *left)
{
	json_t *payload = json_object_get(left, "payload"), *meta = json_object_get(left, "meta");
	json_t *ct = json_object_get(left, "ct");
	const char *header = json_string_value(json_object_get(payload, "protocol"));

	if (header)
		return of_header(place->packet, header,
				 json_string_value(json_object_get(payload, "field")));
	if (meta)
		return of_meta(place, json_string_value(json_object_get(meta, "key")));
	if (is_text(json_string_value(json_object_get(ct, "key")), "state"))
		return of_state(place->packet->state);
	return (struct subject){0};
}

/* --- values --- */

static enum match yes_if(bool condition)
{
	return condition ? MATCH_YES : MATCH_NO;
}

/* Is the number from low to high? */
static enum match match_span(const struct subject *subject, json_int_t low, json_int_t high)
{
	if (subject->number >= low && subject->last <= high)
		return MATCH_YES;
	return subject->number <= high && subject->last >= low ? MATCH_MAYBE : MATCH_NO;
}

static enum match match_text(const struct subject *subject, const char *text)
{
	struct addr addr;

	if (subject->kind == SUBJECT_INTERFACE)
		return match_interface(text, '*', subject->interface);
	if (subject->kind == SUBJECT_NO_INTERFACE)
		return MATCH_NO;
	if (subject->kind == SUBJECT_ADDRESS && addr_parse(text, &addr) == 0)
		return match_prefix(&addr, addr_bits(&addr), &subject->addr);
	return MATCH_MAYBE;
}

static enum match match_network(const struct subject *subject, json_t *prefix)
{
	const char *text = json_string_value(json_object_get(prefix, "addr"));
	json_t *len = json_object_get(prefix, "len");
	struct addr network;

	if (subject->kind != SUBJECT_ADDRESS || !text || addr_parse(text, &network) < 0 ||
	    !json_is_integer(len) || json_integer_value(len) < 0)
		return MATCH_MAYBE;
	return match_prefix(&network, (unsigned long)json_integer_value(len), &subject->addr);
}

static enum match match_range(const struct subject *subject, json_t *range)
{
	json_t *low = json_array_get(range, 0), *high = json_array_get(range, 1);
	struct addr first, last;

	if (subject->kind == SUBJECT_NUMBER && json_is_integer(low) && json_is_integer(high))
		return match_span(subject, json_integer_value(low), json_integer_value(high));
	if (subject->kind != SUBJECT_ADDRESS || subject->addr.family == AF_UNSPEC ||
	    !json_is_string(low) || !json_is_string(high) ||
	    addr_parse(json_string_value(low), &first) < 0 ||
	    addr_parse(json_string_value(high), &last) < 0)
		return MATCH_MAYBE;
	return yes_if(addr_cmp(&subject->addr, &first) >= 0 &&
		      addr_cmp(&subject->addr, &last) <= 0);
}

static enum match match_value(const struct nft_place *place, const struct subject *subject,
			      json_t *value, unsigned depth);

static enum match match_any(const struct nft_place *place, const struct subject *subject,
			    json_t *values, unsigned depth)
{
	enum match any = MATCH_NO;

	if (json_array_size(values) > NFT_SET_MAX)
		return MATCH_MAYBE;
	for (size_t i = 0; i < json_array_size(values) && any != MATCH_YES; i++) {
		enum match one = match_value(place, subject, json_array_get(values, i), depth);

		any = one > any ? one : any;
	}
	return any;
}

static enum match match_value(const struct nft_place *place, const struct subject *subject,
			      json_t *value, unsigned depth)
{
	const char *text = json_string_value(value);
	json_t *part;

	if (depth == 0)
		return MATCH_MAYBE;
	if (json_is_array(value))
		return match_any(place, subject, value, depth - 1);
	if ((text && *text == '@') || json_object_get(value, "set"))
		return match_any(place, subject, nft_elements(place->nft, place->chain, value),
				 depth - 1);
	if (text)
		return match_text(subject, text);
	if (json_is_integer(value) && subject->kind == SUBJECT_NUMBER)
		return match_span(subject, json_integer_value(value), json_integer_value(value));
	if ((part = json_object_get(value, "prefix")))
		return match_network(subject, part);
	if ((part = json_object_get(value, "range")))
		return match_range(subject, part);
	if ((part = json_object_get(json_object_get(value, "elem"), "val")))
		return match_value(place, subject, part, depth - 1);
	return MATCH_MAYBE;
}

/* --- several expressions at once: "ip daddr . iifname" --- */

/* Does the packet lack a header that one of the expressions looks at? Then the rule does not apply,
 * whatever its value. */
static bool lacks_part(const struct nft_place *place, json_t *lefts)
{
	for (size_t i = 0; i < json_array_size(lefts); i++)
		if (subject_of(place, json_array_get(lefts, i)).kind == SUBJECT_MISSING)
			return true;
	return false;
}

/* values: of each expression one. The packet must have all of them. */
static enum match match_all(const struct nft_place *place, json_t *lefts, json_t *values)
{
	enum match all = MATCH_YES;

	if (json_array_size(values) != json_array_size(lefts))
		return MATCH_MAYBE;
	for (size_t i = 0; i < json_array_size(lefts) && all != MATCH_NO; i++) {
		enum match one = nft_match_value(place, json_array_get(lefts, i),
						 json_array_get(values, i));

		all = one < all ? one : all;
	}
	return all;
}

static enum match match_concat(const struct nft_place *place, json_t *lefts, json_t *value,
			       unsigned depth)
{
	const char *text = json_string_value(value);
	json_t *part, *list = json_is_array(value) ? value : NULL;
	enum match any = MATCH_NO;

	if (depth == 0)
		return MATCH_MAYBE;
	if ((part = json_object_get(value, "concat")))
		return match_all(place, lefts, part);
	if ((part = json_object_get(json_object_get(value, "elem"), "val")))
		return match_concat(place, lefts, part, depth - 1);
	if ((text && *text == '@') || json_object_get(value, "set"))
		list = nft_elements(place->nft, place->chain, value);
	else if (!list)
		return MATCH_MAYBE;
	if (json_array_size(list) > NFT_SET_MAX)
		return MATCH_MAYBE;
	for (size_t i = 0; i < json_array_size(list) && any != MATCH_YES; i++) {
		enum match one = match_concat(place, lefts, json_array_get(list, i), depth - 1);

		any = one > any ? one : any;
	}
	return any;
}

enum match nft_match_value(const struct nft_place *place, json_t *left, json_t *value)
{
	struct subject subject = subject_of(place, left);
	json_t *lefts = json_object_get(left, "concat");

	if (lefts)
		return lacks_part(place, lefts) ? MATCH_NO
						: match_concat(place, lefts, value, DEPTH_MAX);
	if (subject.kind == SUBJECT_UNKNOWN)
		return MATCH_MAYBE;
	if (subject.kind == SUBJECT_MISSING)
		return MATCH_NO;
	return match_value(place, &subject, value, DEPTH_MAX);
}

static enum match match_order(const struct subject *subject, const char *op, json_t *right)
{
	json_int_t value = json_integer_value(right);
	enum match is_more, is_same_or_more;

	if (subject->kind == SUBJECT_MISSING)
		return MATCH_NO;
	if (subject->kind != SUBJECT_NUMBER || !json_is_integer(right))
		return MATCH_MAYBE;
	is_same_or_more = match_span(subject, value, INT64_MAX);
	is_more = value == INT64_MAX ? MATCH_NO : match_span(subject, value + 1, INT64_MAX);
	if (*op == '<')
		return match_not(op[1] ? is_more : is_same_or_more);
	return op[1] ? is_same_or_more : is_more;
}

enum match nft_match(const struct nft_place *place, json_t *match)
{
	const char *op = json_string_value(json_object_get(match, "op"));
	json_t *left = json_object_get(match, "left"), *right = json_object_get(match, "right");
	struct subject subject = subject_of(place, left);

	if (!op || !right)
		return MATCH_MAYBE;
	if (*op == '<' || *op == '>')
		return match_order(&subject, op, right);
	if (is_text(op, "==") || is_text(op, "in"))
		return nft_match_value(place, left, right);
	/* A header that is missing is not unequal either, so != is false, too. */
	if (is_text(op, "!=") && subject.kind != SUBJECT_MISSING &&
	    !lacks_part(place, json_object_get(left, "concat")))
		return match_not(nft_match_value(place, left, right));
	return is_text(op, "!=") ? MATCH_NO : MATCH_MAYBE;
}
