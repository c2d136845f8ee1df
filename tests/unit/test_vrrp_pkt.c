/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/pkt.h"
#include "base/mono.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/*
 * IPv4 packets of keepalived 2.2.7, captured on a veth pair: version 3 at 0.1 s with two addresses,
 * version 2 with password "secret", version 2 without authentication.
 */
static const uint8_t keepalived_v3[] = {0x45, 0xc0, 0x00, 0x24, 0x00, 0x01, 0x00, 0x00, 0xff,
					0x70, 0xd0, 0x48, 0x0a, 0x4d, 0x00, 0x01, 0xe0, 0x00,
					0x00, 0x12, 0x31, 0x33, 0x64, 0x02, 0x00, 0x0a, 0x6a,
					0x7c, 0x0a, 0x4d, 0x00, 0x64, 0x0a, 0x4d, 0x00, 0x65};
static const uint8_t keepalived_v2_pass[] = {
    0x45, 0xc0, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0xff, 0x70, 0xd0, 0x44, 0x0a, 0x4d,
    0x00, 0x01, 0xe0, 0x00, 0x00, 0x12, 0x21, 0x34, 0x96, 0x01, 0x01, 0x01, 0x00, 0xc2,
    0x0a, 0x4d, 0x00, 0x6e, 0x73, 0x65, 0x63, 0x72, 0x65, 0x74, 0x00, 0x00};
static const uint8_t keepalived_v2[] = {0x45, 0xc0, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0xff, 0x70,
					0xd0, 0x44, 0x0a, 0x4d, 0x00, 0x01, 0xe0, 0x00, 0x00, 0x12,
					0x21, 0x35, 0x5a, 0x01, 0x00, 0x01, 0x7a, 0x03, 0x0a, 0x4d,
					0x00, 0x78, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
/* The message of an IPv6 advert of keepalived 2.2.7, from fe80::a458:e6ff:fe29:6324, for fe80::54
 * and fd77::54. */
static const uint8_t keepalived_ip6[] = {
    0x31, 0x36, 0x78, 0x02, 0x00, 0x64, 0x6e, 0xed, 0xfe, 0x80, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x54, 0xfd, 0x77, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x54};
/* The same for version 2 and auth_type PASS, from fe80::50e3:d5ff:fea0:20e1, for fe80::1
 * and fd00::100: without a password, as keepalived sends it. */
static const uint8_t keepalived_ip6_v2_pass[] = {
    0x21, 0x33, 0x64, 0x02, 0x01, 0x01, 0x38, 0xb3, 0xfe, 0x80, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0xfd, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00};

static struct addr addr(const char *text)
{
	struct addr result;

	ck_assert_int_eq(addr_parse(text, &result), 0);
	return result;
}

static struct vrrp_path path_of(const char *source, const char *destination)
{
	return (struct vrrp_path){addr(source), addr(destination), 255};
}

/* Both decoders on an IPv4 packet. */
static enum vrrp_reason decode(const uint8_t *bytes, size_t len, struct vrrp_path *path,
			       struct vrrp_pkt *pkt)
{
	const uint8_t *body;
	size_t body_len;
	enum vrrp_reason reason = vrrp_ip4_decode(bytes, len, path, &body, &body_len);

	return reason == VRRP_ACCEPTED ? vrrp_pkt_decode(body, body_len, path, pkt) : reason;
}

START_TEST(keepalived_v3_is_understood)
{
	struct vrrp_path path;
	struct vrrp_pkt pkt;

	ck_assert_int_eq(decode(keepalived_v3, sizeof(keepalived_v3), &path, &pkt), VRRP_ACCEPTED);
	ck_assert_int_eq(addr_cmp(&path.source, &(struct addr){AF_INET, {10, 77, 0, 1}}), 0);
	ck_assert_int_eq(path.hop_limit, 255);
	ck_assert_int_eq(pkt.version, 3);
	ck_assert_int_eq(pkt.vrid, 51);
	ck_assert_int_eq(pkt.priority, 100);
	ck_assert_int_eq(pkt.n_addrs, 2);
	ck_assert(pkt.interval_ns == 100 * NS_PER_MS);
	ck_assert(pkt.has_pseudo_header);
	ck_assert_mem_eq(pkt.addrs, "\x0a\x4d\x00\x64\x0a\x4d\x00\x65", 8);
}
END_TEST

START_TEST(keepalived_v2_is_understood)
{
	struct vrrp_path path;
	struct vrrp_pkt pkt;

	ck_assert_int_eq(decode(keepalived_v2, sizeof(keepalived_v2), &path, &pkt), VRRP_ACCEPTED);
	ck_assert_int_eq(pkt.version, 2);
	ck_assert_int_eq(pkt.auth, VRRP_AUTH_NONE);
	ck_assert(pkt.interval_ns == NS_PER_S);
	ck_assert(!pkt.has_pseudo_header);
	ck_assert_int_eq(decode(keepalived_v2_pass, sizeof(keepalived_v2_pass), &path, &pkt),
			 VRRP_ACCEPTED);
	ck_assert_int_eq(pkt.auth, VRRP_AUTH_PASS);
	ck_assert_mem_eq(pkt.password, "secret\0", 8);
}
END_TEST

START_TEST(keepalived_ip6_is_understood)
{
	struct vrrp_path path = path_of("fe80::a458:e6ff:fe29:6324", "ff02::12");
	struct vrrp_pkt pkt;

	ck_assert_int_eq(vrrp_pkt_decode(keepalived_ip6, sizeof(keepalived_ip6), &path, &pkt),
			 VRRP_ACCEPTED);
	ck_assert_int_eq(pkt.n_addrs, 2);
	ck_assert(pkt.interval_ns == NS_PER_S);
	path.source.bytes[15] ^= 1;
	ck_assert_int_eq(vrrp_pkt_decode(keepalived_ip6, sizeof(keepalived_ip6), &path, &pkt),
			 VRRP_REJECT_CHECKSUM);
}
END_TEST

/* What we encode from a decoded message is the message, byte for byte. */
START_TEST(encoding_gives_keepalived_bytes)
{
	static const struct {
		const uint8_t *bytes;
		size_t len;
	} packets[] = {{keepalived_v3, sizeof(keepalived_v3)},
		       {keepalived_v2, sizeof(keepalived_v2)},
		       {keepalived_v2_pass, sizeof(keepalived_v2_pass)}};
	struct vrrp_path path;
	struct vrrp_pkt pkt;
	uint8_t bytes[VRRP_PKT_MAX];

	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_eq(decode(packets[i].bytes, packets[i].len, &path, &pkt),
				 VRRP_ACCEPTED);
		ck_assert_uint_eq(vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes)),
				  packets[i].len - 20);
		ck_assert_mem_eq(bytes, packets[i].bytes + 20, packets[i].len - 20);
	}
	path = path_of("fe80::a458:e6ff:fe29:6324", "ff02::12");
	ck_assert_int_eq(vrrp_pkt_decode(keepalived_ip6, sizeof(keepalived_ip6), &path, &pkt),
			 VRRP_ACCEPTED);
	ck_assert_uint_eq(vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes)),
			  sizeof(keepalived_ip6));
	ck_assert_mem_eq(bytes, keepalived_ip6, sizeof(keepalived_ip6));
}
END_TEST

static struct vrrp_pkt good_pkt(void)
{
	static const uint8_t addrs[] = {10, 0, 0, 100, 10, 0, 0, 101};

	return (struct vrrp_pkt){.version = 3,
				 .vrid = 7,
				 .priority = 200,
				 .n_addrs = 2,
				 .interval_ns = 40950 * NS_PER_MS,
				 .addrs = addrs};
}

/* RFC 9568 section 5.2.8, worked out by hand: the words without pseudo-header are 3107 c802 0fff
 * 0a00 0064 0a00 0065; their sum is 11dd1, folded 1dd2, inverted e22d. */
START_TEST(checksum_without_pseudo_header_is_accepted)
{
	struct vrrp_path path = path_of("10.0.0.1", "224.0.0.18");
	struct vrrp_pkt pkt = good_pkt(), back;
	uint8_t bytes[64];
	size_t len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));

	ck_assert_uint_eq(len, 16);
	ck_assert_uint_eq(bytes[6], 0xe2);
	ck_assert_uint_eq(bytes[7], 0x2d);
	ck_assert_int_eq(vrrp_pkt_decode(bytes, len, &path, &back), VRRP_ACCEPTED);
	ck_assert(!back.has_pseudo_header);
	ck_assert(back.interval_ns == pkt.interval_ns);
}
END_TEST

/* What is wrong with a message in the table of rules below. */
enum wrong {
	NOTHING,
	TTL_254,
	TYPE_2,
	OTHER_VERSION,
	CUT,
	BIT_FLIPPED,
	NO_ADDRESS,
	NO_INTERVAL,
	RESERVED_BITS,
	SENT_BY_US,
	SENT_BY_NOBODY,
	SENT_BY_A_GROUP,
	SENT_ELSEWHERE,
	SENT_BY_AN_OWNER,
	OTHER_LIST,
	OTHER_INTERVAL,
	OTHER_PASSWORD,
	NO_PASSWORD,
};

/* What this router, whose password is "secret" in version 2, makes of such a message. */
static enum vrrp_reason judged(uint8_t version, enum wrong wrong)
{
	struct vrrp_path path = path_of(wrong == SENT_BY_NOBODY    ? "0.0.0.0"
					: wrong == SENT_BY_A_GROUP ? "224.0.0.18"
								   : "10.0.0.1",
					wrong == SENT_ELSEWHERE ? "224.0.0.19" : "224.0.0.18");
	struct vrrp_policy policy = {.version = wrong == OTHER_VERSION ? 5 - version : version,
				     .source = addr(wrong == SENT_BY_US ? "10.0.0.1" : "10.0.0.2"),
				     .interval_ns = 5 * NS_PER_S};
	struct vrrp_pkt pkt = good_pkt();
	uint8_t bytes[64];
	enum vrrp_reason reason;
	size_t len;

	pkt.version = version;
	pkt.interval_ns = wrong == NO_INTERVAL ? 0 : wrong == OTHER_INTERVAL ? 7 * NS_PER_S : 5 * NS_PER_S;
	pkt.n_addrs = wrong == NO_ADDRESS ? 0 : wrong == OTHER_LIST ? 1 : 2;
	pkt.priority = wrong == SENT_BY_AN_OWNER ? 255 : pkt.priority;
	if (version == 2) {
		policy.auth = VRRP_AUTH_PASS;
		memcpy(policy.password, "secret", 6);
		pkt.auth = wrong == NO_PASSWORD ? VRRP_AUTH_NONE : VRRP_AUTH_PASS;
		memcpy(pkt.password, wrong == OTHER_PASSWORD ? "public" : "secret", 6);
	}
	path.hop_limit = wrong == TTL_254 ? 254 : 255;
	len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));
	/* A bit is cleared in one word and set in another, so that the checksum stays right. */
	if (wrong == TYPE_2) {
		bytes[0] += 1;
		bytes[2] -= 1;
	} else if (wrong == RESERVED_BITS) {
		bytes[4] |= 0x40;
		bytes[2] -= 0x40;
	}
	bytes[2] ^= wrong == BIT_FLIPPED;
	reason = vrrp_pkt_decode(bytes, len - (wrong == CUT), &path, &pkt);
	if (wrong == RESERVED_BITS)
		ck_assert_int_eq(pkt.interval_ns, 5 * NS_PER_S);
	return reason == VRRP_ACCEPTED ? vrrp_pkt_check(&pkt, &path, &policy) : reason;
}

/* The rules of receiving. That the VRID is configured on the interface is the port's (vrrp/port.h). */
START_TEST(each_rule_of_receiving_has_its_section)
{
	static const struct {
		const char *section;
		uint8_t version;
		enum wrong wrong;
		enum vrrp_reason reason;
	} rules[] = {
	    {"RFC 9568 7.1: a sound message", 3, NOTHING, VRRP_ACCEPTED},
	    {"RFC 9568 7.1: TTL 255", 3, TTL_254, VRRP_REJECT_HOP_LIMIT},
	    {"RFC 9568 7.1: version 3", 3, OTHER_VERSION, VRRP_REJECT_VERSION},
	    {"RFC 9568 5.2.2: type 1", 3, TYPE_2, VRRP_REJECT_TYPE},
	    {"RFC 9568 7.1: complete", 3, CUT, VRRP_REJECT_LENGTH},
	    {"RFC 9568 7.1: checksum", 3, BIT_FLIPPED, VRRP_REJECT_CHECKSUM},
	    {"RFC 9568 5.2.5, erratum 8299: count 0", 3, NO_ADDRESS, VRRP_REJECT_COUNT},
	    {"RFC 9568 5.2.7, erratum 8301: interval 0", 3, NO_INTERVAL, VRRP_REJECT_INTERVAL},
	    {"RFC 9568 5.2.6: reserved bits do not count", 3, RESERVED_BITS, VRRP_ACCEPTED},
	    {"RFC 9568 6.1: another interval is learned", 3, OTHER_INTERVAL, VRRP_ACCEPTED},
	    {"a loop of the network", 3, SENT_BY_US, VRRP_REJECT_SOURCE},
	    {"RFC 9568 5.1.1.1: from an address of a router", 3, SENT_BY_NOBODY, VRRP_REJECT_SOURCE},
	    {"RFC 9568 5.1.1.1: from an address of a router", 3, SENT_BY_A_GROUP, VRRP_REJECT_SOURCE},
	    {"RFC 9568 5.1.1.2: to the group", 3, SENT_ELSEWHERE, VRRP_REJECT_DESTINATION},
	    {"RFC 9568 7.1, erratum 8298: also of another owner", 3, SENT_BY_AN_OWNER, VRRP_ACCEPTED},
	    {"RFC 9568 7.1: another list counts", 3, OTHER_LIST, VRRP_ACCEPTED},
	    {"RFC 3768 5.2.1: from an address of a router", 2, SENT_BY_NOBODY, VRRP_REJECT_SOURCE},
	    {"RFC 3768 5.2.2: to the group", 2, SENT_ELSEWHERE, VRRP_REJECT_DESTINATION},
	    {"RFC 3768 7.1: another list counts", 2, OTHER_LIST, VRRP_ACCEPTED},
	    {"RFC 3768 7.1: a sound message", 2, NOTHING, VRRP_ACCEPTED},
	    {"RFC 3768 7.1: TTL 255", 2, TTL_254, VRRP_REJECT_HOP_LIMIT},
	    {"RFC 3768 7.1: version 2", 2, OTHER_VERSION, VRRP_REJECT_VERSION},
	    {"RFC 3768 7.1: complete", 2, CUT, VRRP_REJECT_LENGTH},
	    {"RFC 3768 7.1: checksum", 2, BIT_FLIPPED, VRRP_REJECT_CHECKSUM},
	    {"RFC 3768 7.1: the same interval", 2, OTHER_INTERVAL, VRRP_REJECT_INTERVAL},
	    {"RFC 2338 5.3.6: the same authentication", 2, NO_PASSWORD, VRRP_REJECT_AUTH_TYPE},
	    {"RFC 2338 5.3.10: the same password", 2, OTHER_PASSWORD, VRRP_REJECT_AUTH_DATA},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		enum vrrp_reason reason = judged(rules[i].version, rules[i].wrong);

		ck_assert_msg(reason == rules[i].reason, "%s: %s", rules[i].section,
			      vrrp_reason_name(reason));
	}
}
END_TEST

START_TEST(encode_refuses_a_small_buffer)
{
	struct vrrp_path path = path_of("10.0.0.1", "224.0.0.18");
	struct vrrp_pkt pkt = good_pkt();
	uint8_t bytes[16];

	ck_assert_uint_eq(vrrp_pkt_encode(&pkt, &path, bytes, 15), 0);
	ck_assert_uint_eq(vrrp_pkt_encode(&pkt, &path, bytes, 16), 16);
}
END_TEST

START_TEST(padding_and_options_are_tolerated)
{
	uint8_t bytes[128] = {0};
	struct vrrp_path path;
	struct vrrp_pkt pkt;

	memcpy(bytes, keepalived_v3, sizeof(keepalived_v3));
	ck_assert_int_eq(decode(bytes, 46, &path, &pkt), VRRP_ACCEPTED);
	memmove(bytes + 24, bytes + 20, 16);
	memset(bytes + 20, 0, 4);
	bytes[0] = 0x46;
	bytes[3] = 40;
	ck_assert_int_eq(decode(bytes, 46, &path, &pkt), VRRP_ACCEPTED);
}
END_TEST

/* One byte changed in a good packet, and what is said to it. */
START_TEST(each_malformation_has_its_reason)
{
	static const struct {
		size_t at, len;
		uint8_t value;
		enum vrrp_reason reason;
	} cases[] = {
	    {0, 36, 0x65, VRRP_REJECT_IP_HEADER}, /* version 6 */
	    {0, 36, 0x44, VRRP_REJECT_IP_HEADER}, /* a header of 16 bytes */
	    {9, 36, 17, VRRP_REJECT_IP_HEADER},   /* UDP */
	    {3, 36, 19, VRRP_REJECT_IP_HEADER},   /* ends inside the header */
	    {0, 19, 0x45, VRRP_REJECT_TRUNCATED},
	    {0, 35, 0x45, VRRP_REJECT_TRUNCATED}, /* shorter than it says */
	    {3, 36, 27, VRRP_REJECT_TRUNCATED},   /* seven bytes of message */
	    {6, 36, 0x20, VRRP_REJECT_FRAGMENT},  /* more fragments */
	    {7, 36, 1, VRRP_REJECT_FRAGMENT},     /* an offset */
	    {20, 36, 0x41, VRRP_REJECT_VERSION},
	    {20, 36, 0x11, VRRP_REJECT_VERSION},
	    {20, 36, 0x32, VRRP_REJECT_TYPE},
	    {20, 36, 0x21, VRRP_REJECT_LENGTH}, /* version 2 is longer */
	    {23, 36, 0, VRRP_REJECT_LENGTH},
	    {23, 36, 1, VRRP_REJECT_LENGTH},
	    {23, 36, 3, VRRP_REJECT_LENGTH},
	    {3, 36, 35, VRRP_REJECT_LENGTH},
	    {22, 36, 101, VRRP_REJECT_CHECKSUM},
	    {26, 36, 0, VRRP_REJECT_CHECKSUM},
	    {35, 36, 0, VRRP_REJECT_CHECKSUM},
	};
	uint8_t bytes[36];
	struct vrrp_path path;
	struct vrrp_pkt pkt;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(bytes, keepalived_v3, sizeof(bytes));
		bytes[cases[i].at] = cases[i].value;
		ck_assert_msg(decode(bytes, cases[i].len, &path, &pkt) == cases[i].reason,
			      "case %zu is not %s", i, vrrp_reason_name(cases[i].reason));
	}
}
END_TEST

START_TEST(an_interval_of_zero_is_rejected)
{
	struct vrrp_path path = path_of("10.0.0.1", "224.0.0.18");
	struct vrrp_pkt pkt = good_pkt();
	uint8_t bytes[64];
	size_t len;

	pkt.interval_ns = 0;
	len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));
	ck_assert_int_eq(vrrp_pkt_decode(bytes, len, &path, &pkt), VRRP_REJECT_INTERVAL);
}
END_TEST

START_TEST(version_2_with_ip6_is_as_keepalived_has_it)
{
	struct vrrp_path path = path_of("fe80::50e3:d5ff:fea0:20e1", "ff02::12");
	struct vrrp_policy policy = {.version = 2,
				     .source = addr("fe80::1"),
				     .interval_ns = NS_PER_S,
				     .auth = VRRP_AUTH_PASS,
				     .password = "secret"};
	uint8_t bytes[64], broken[sizeof(keepalived_ip6_v2_pass)];
	size_t len = sizeof(keepalived_ip6_v2_pass);
	struct vrrp_pkt pkt;

	ck_assert_int_eq(vrrp_pkt_decode(keepalived_ip6_v2_pass, len, &path, &pkt), VRRP_ACCEPTED);
	ck_assert_uint_eq(pkt.n_addrs, 2);
	ck_assert_int_eq(pkt.interval_ns, NS_PER_S);
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
	policy.auth = VRRP_AUTH_NONE;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_AUTH_TYPE);
	memcpy(pkt.password, "secret", 6);
	ck_assert_uint_eq(vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes)), len);
	ck_assert_mem_eq(bytes, keepalived_ip6_v2_pass, len);
	memcpy(broken, keepalived_ip6_v2_pass, len);
	broken[len - 1] ^= 1;
	ck_assert_int_eq(vrrp_pkt_decode(broken, len, &path, &pkt), VRRP_REJECT_CHECKSUM);
	ck_assert_int_eq(vrrp_pkt_decode(keepalived_v2 + 20, 20, &path, &pkt), VRRP_REJECT_LENGTH);
}
END_TEST

START_TEST(each_policy_has_its_reason)
{
	struct vrrp_path path, other;
	struct vrrp_pkt pkt, changed;
	struct vrrp_policy policy = {
	    .version = 3, .source = addr("10.77.0.2"), .interval_ns = 5 * NS_PER_S};

	ck_assert_int_eq(decode(keepalived_v3, sizeof(keepalived_v3), &path, &pkt), VRRP_ACCEPTED);
	/* Version 3 learns the interval: another one than ours is no fault. */
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
	other = path;
	other.hop_limit = 254;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &other, &policy), VRRP_REJECT_HOP_LIMIT);
	other = path;
	other.destination = addr("10.77.0.2");
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &other, &policy), VRRP_REJECT_DESTINATION);
	policy.source = path.source;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_SOURCE);
	policy.source = addr("10.77.0.2");
	changed = pkt;
	changed.version = 2;
	ck_assert_int_eq(vrrp_pkt_check(&changed, &path, &policy), VRRP_REJECT_VERSION);
	changed = pkt;
	changed.n_addrs = 0; /* RFC 9568 with erratum 8299 */
	ck_assert_int_eq(vrrp_pkt_check(&changed, &path, &policy), VRRP_REJECT_COUNT);
	policy.may_be_empty = true;
	ck_assert_int_eq(vrrp_pkt_check(&changed, &path, &policy), VRRP_ACCEPTED);
}
END_TEST

/* With peers: only from them, not by the group, through routers too. */
START_TEST(unicast_has_its_own_policy)
{
	const struct conf_peer peers[] = {{.addr = addr("10.77.0.8")}, {.addr = addr("10.77.0.9")}};
	struct vrrp_policy policy = {
	    .version = 3, .source = addr("10.77.0.2"), .peers = peers, .n_peers = 2};
	struct vrrp_path path = path_of("10.77.0.9", "10.77.0.2");
	struct vrrp_pkt pkt = good_pkt();

	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
	path.hop_limit = 61;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
	path.source = addr("10.77.0.7");
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_PEER);
	path = path_of("10.77.0.9", "224.0.0.18");
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_DESTINATION);
	/* A file that all routers share lists every one. */
	policy.source = peers[1].addr;
	path = path_of("10.77.0.9", "10.77.0.9");
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_SOURCE);
	path = path_of("10.77.0.8", "10.77.0.9");
	pkt.version = 2;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_VERSION);
}
END_TEST

/* min_ttl and max_ttl of a peer: both ends count, and the other peer has its own. */
START_TEST(the_ttl_of_a_peer_has_a_range)
{
	const struct conf_peer peers[] = {
	    {.addr = addr("10.77.0.8"), .min_ttl = 61, .max_ttl = 63},
	    {.addr = addr("10.77.0.9"), .min_ttl = 255}};
	static const struct {
		const char *source;
		uint8_t hop_limit;
		enum vrrp_reason reason;
	} cases[] = {
	    {"10.77.0.8", 60, VRRP_REJECT_TTL_RANGE}, {"10.77.0.8", 61, VRRP_ACCEPTED},
	    {"10.77.0.8", 63, VRRP_ACCEPTED},         {"10.77.0.8", 64, VRRP_REJECT_TTL_RANGE},
	    {"10.77.0.9", 254, VRRP_REJECT_TTL_RANGE}, {"10.77.0.9", 255, VRRP_ACCEPTED},
	    {"10.77.0.7", 62, VRRP_REJECT_PEER},
	};
	struct vrrp_policy policy = {
	    .version = 3, .source = addr("10.77.0.2"), .peers = peers, .n_peers = 2};
	struct vrrp_pkt pkt = good_pkt();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vrrp_path path = path_of(cases[i].source, "10.77.0.2");

		path.hop_limit = cases[i].hop_limit;
		ck_assert_msg(vrrp_pkt_check(&pkt, &path, &policy) == cases[i].reason,
			      "case %zu is not %s", i, vrrp_reason_name(cases[i].reason));
	}
}
END_TEST

START_TEST(another_group_is_heard_alone)
{
	struct vrrp_policy policy = {
	    .version = 3, .source = addr("10.77.0.2"), .group = addr("224.0.0.99")};
	struct vrrp_path path = path_of("10.77.0.9", "224.0.0.99");
	struct vrrp_pkt pkt = good_pkt();

	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
	path.destination = addr("224.0.0.18");
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_DESTINATION);
}
END_TEST

/* RFC 9568 section 7.1 without erratum 8298, by choice. */
START_TEST(an_owner_can_be_deaf)
{
	struct vrrp_policy policy = {.version = 3, .source = addr("10.77.0.2"), .is_deaf = true};
	struct vrrp_path path = path_of("10.77.0.9", "224.0.0.18");
	struct vrrp_pkt pkt = good_pkt();

	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_OWNER);
	policy.is_deaf = false;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
}
END_TEST

START_TEST(ip6_has_its_own_group)
{
	struct vrrp_policy policy = {.version = 3, .source = addr("fe80::2")};
	struct vrrp_path path = path_of("fe80::1", "ff02::12");
	struct vrrp_pkt pkt = good_pkt();

	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
	path.hop_limit = 64;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_HOP_LIMIT);
	path = path_of("fe80::1", "ff02::1");
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_DESTINATION);
}
END_TEST

START_TEST(version_2_asks_for_the_same_interval_and_password)
{
	struct vrrp_path path;
	struct vrrp_pkt pkt;
	struct vrrp_policy policy = {.version = 2,
				     .source = addr("10.77.0.2"),
				     .interval_ns = NS_PER_S,
				     .auth = VRRP_AUTH_PASS,
				     .password = "secret"};

	ck_assert_int_eq(decode(keepalived_v2_pass, sizeof(keepalived_v2_pass), &path, &pkt),
			 VRRP_ACCEPTED);
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_ACCEPTED);
	policy.interval_ns = 2 * NS_PER_S;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_INTERVAL);
	policy.password[0] = 'S';
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_AUTH_DATA);
	policy.auth = VRRP_AUTH_NONE;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_AUTH_TYPE);
	policy.version = 3;
	ck_assert_int_eq(vrrp_pkt_check(&pkt, &path, &policy), VRRP_REJECT_VERSION);
}
END_TEST

START_TEST(every_reason_has_a_name_and_a_text)
{
	for (int i = 0; i < VRRP_REASONS; i++) {
		ck_assert_str_ne(vrrp_reason_name((enum vrrp_reason)i), "?");
		ck_assert_str_ne(vrrp_reason_text((enum vrrp_reason)i), "?");
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(vrrp_reason_name((enum vrrp_reason)i),
					 vrrp_reason_name((enum vrrp_reason)k));
	}
	ck_assert_str_eq(vrrp_reason_name(VRRP_REASONS), "?");
}
END_TEST

/* The pseudo-header form could be mistaken for the other one; a single wrong bit is neither. */
START_TEST(every_wrong_bit_is_seen)
{
	struct vrrp_path path = path_of("10.0.0.1", "224.0.0.18");
	struct vrrp_pkt pkt = good_pkt();
	uint8_t bytes[64];
	size_t len;

	pkt.has_pseudo_header = true;
	len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));
	for (size_t i = 0; i < len * 8; i++) {
		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
		ck_assert_int_ne(vrrp_pkt_decode(bytes, len, &path, &pkt), VRRP_ACCEPTED);
		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	ck_assert_int_eq(vrrp_pkt_decode(bytes, len, &path, &pkt), VRRP_ACCEPTED);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_pkt");
	TCase *tcase = tcase_create("pkt");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, keepalived_v3_is_understood);
	tcase_add_test(tcase, keepalived_v2_is_understood);
	tcase_add_test(tcase, keepalived_ip6_is_understood);
	tcase_add_test(tcase, encoding_gives_keepalived_bytes);
	tcase_add_test(tcase, checksum_without_pseudo_header_is_accepted);
	tcase_add_test(tcase, each_rule_of_receiving_has_its_section);
	tcase_add_test(tcase, encode_refuses_a_small_buffer);
	tcase_add_test(tcase, padding_and_options_are_tolerated);
	tcase_add_test(tcase, each_malformation_has_its_reason);
	tcase_add_test(tcase, an_interval_of_zero_is_rejected);
	tcase_add_test(tcase, version_2_with_ip6_is_as_keepalived_has_it);
	tcase_add_test(tcase, each_policy_has_its_reason);
	tcase_add_test(tcase, unicast_has_its_own_policy);
	tcase_add_test(tcase, the_ttl_of_a_peer_has_a_range);
	tcase_add_test(tcase, another_group_is_heard_alone);
	tcase_add_test(tcase, an_owner_can_be_deaf);
	tcase_add_test(tcase, ip6_has_its_own_group);
	tcase_add_test(tcase, version_2_asks_for_the_same_interval_and_password);
	tcase_add_test(tcase, every_reason_has_a_name_and_a_text);
	tcase_add_test(tcase, every_wrong_bit_is_seen);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
