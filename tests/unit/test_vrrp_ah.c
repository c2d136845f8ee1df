/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AH of VRRP version 2: HMAC-MD5, the header, and what the router makes of signed packets. */
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/advert.h"
#include "vrrp/ah/ah.h"
#include "vrrp/ah/md5.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What keepalived 2.2.7 sent with auth_type AH and auth_pass s3cret: an IPv4 packet from 10.6.0.2. */
static const char from_keepalived[] =
    "45c0004000010000ff33d0af0a060002e0000012700400000a06000200000001179ec5c1a7c1e1e613306f43"
    "2109960102013c8b0a0600630000000000000000";

static size_t unhex(const char *hex, uint8_t *ret_bytes)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		char byte[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		ret_bytes[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return n;
}

static const char *hex_of(const uint8_t digest[static MD5_LEN])
{
	static char text[2 * MD5_LEN + 1];

	for (size_t i = 0; i < MD5_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return text;
}

/* RFC 1321 section A.5; the last two cross a block. */
START_TEST(md5_is_that_of_the_rfc)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
	    {"", "d41d8cd98f00b204e9800998ecf8427e"},
	    {"a", "0cc175b9c0f1b6a831c399e269772661"},
	    {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
	    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	     "d174ab98d277d9f5a5611c2c9f419d9f"},
	    {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
	     "57edf4a22be3c955ac49da2e2107b67a"},
	};
	uint8_t digest[MD5_LEN];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct md5_part part = {cases[i].text, strlen(cases[i].text)};

		md5_parts(&part, 1, digest);
		ck_assert_str_eq(hex_of(digest), cases[i].digest);
	}
}
END_TEST

/* RFC 2202 section 2, test cases 1 to 3. */
START_TEST(hmac_is_that_of_the_rfc)
{
	uint8_t key[16], data[50], digest[MD5_LEN];
	struct md5_part parts[2] = {{"Hi ", 3}, {"There", 5}};

	memset(key, 0x0b, sizeof(key));
	md5_hmac(key, sizeof(key), parts, digest);
	ck_assert_str_eq(hex_of(digest), "9294727a3638bb1c13f48ef8158bfc9d");
	parts[0] = (struct md5_part){"what do ya want for nothing?", 28};
	parts[1] = (struct md5_part){"", 0};
	md5_hmac((const uint8_t *)"Jefe", 4, parts, digest);
	ck_assert_str_eq(hex_of(digest), "750c783e6ab0b503eaa86e310a5db738");
	memset(key, 0xaa, sizeof(key));
	memset(data, 0xdd, sizeof(data));
	parts[0] = (struct md5_part){data, sizeof(data)};
	md5_hmac(key, sizeof(key), parts, digest);
	ck_assert_str_eq(hex_of(digest), "56be34521d144c88dbb8c733f0e8b3f6");
}
END_TEST

/* The packet of keepalived: accepted, refused after a change of any byte that the value covers, and
 * made again byte by byte but for the IP checksum, which the kernel fills in. */
START_TEST(a_packet_of_keepalived_is_accepted_and_made_again)
{
	uint8_t bytes[64], changed[64], again[64], key[VRRP_AUTH_BYTES] = "s3cret";
	size_t len = unhex(from_keepalived, bytes), body_len;
	struct vrrp_ah_cover cover = {.key = key, .key_len = sizeof(key)};
	struct vrrp_path path;
	const uint8_t *body;
	uint32_t sequence;

	ck_assert_int_eq(vrrp_ip4_decode(bytes, len, &path, &body, &body_len), VRRP_REJECT_IP_HEADER);
	ck_assert_int_eq(vrrp_ip4_decode_ah(bytes, len, &path, &cover.ip_id, &body, &body_len),
			 VRRP_ACCEPTED);
	ck_assert_int_eq(vrrp_ah_check(&path, &cover, body, body_len, &sequence), VRRP_ACCEPTED);
	ck_assert_uint_eq(sequence, 1);
	vrrp_ah_ip4_put(&path, cover.ip_id, body_len, again);
	memcpy(again + 10, bytes + 10, 2);
	memcpy(again + VRRP_IP4_LEN, body, body_len);
	vrrp_ah_put(&path, &cover, 1, again + VRRP_IP4_LEN, body_len - VRRP_AH_LEN);
	ck_assert_mem_eq(again, bytes, len);
	for (size_t i = 0; i < body_len; i++) {
		memcpy(changed, body, body_len);
		changed[i] ^= 1;
		ck_assert_int_eq(vrrp_ah_check(&path, &cover, changed, body_len, &sequence),
				 VRRP_REJECT_AUTH_DATA);
	}
	for (size_t n = 0; n < VRRP_AH_LEN; n++)
		ck_assert_int_eq(vrrp_ah_check(&path, &cover, body, n, &sequence),
				 VRRP_REJECT_TRUNCATED);
	path.hop_limit--;
	ck_assert_int_eq(vrrp_ah_check(&path, &cover, body, body_len, &sequence),
			 VRRP_REJECT_AUTH_DATA);
}
END_TEST

/* --- the router --- */

static struct conf_vrrp signed_conf(void)
{
	struct conf_vrrp conf = conf_of(51, 100);

	conf.version = 2;
	conf.auth_type = CONF_AUTH_AH;
	conf.auth_pass = "s3cret";
	return conf;
}

/* A signed advertisement from `other`. */
static const char *hear_signed(struct vrrp_router *router, const struct conf_vrrp *sender,
			       uint8_t priority, uint32_t sequence, struct mono now)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_PACKET,
					  .path = {other, vrrp_group(AF_INET), VRRP_HOP_LIMIT},
					  .is_signed = true,
					  .ip_id = 7};
	uint8_t bytes[VRRP_AH_LEN + VRRP_PKT_MAX], *addrs = vrrp_advert_addrs(sender);
	struct vrrp_pkt pkt = vrrp_advert_make(sender, priority, addrs);
	const struct vrrp_ah_cover cover = {
	    .ip_id = 7, .key = pkt.password, .key_len = sizeof(pkt.password)};
	size_t len = vrrp_pkt_encode(&pkt, &event.path, bytes + VRRP_AH_LEN, VRRP_PKT_MAX);

	vrrp_ah_put(&event.path, &cover, sequence, bytes, len);
	event.body = bytes;
	event.len = VRRP_AH_LEN + len;
	free(addrs);
	return step(router, event, now);
}

static const char *refusal(enum vrrp_reason reason)
{
	static char text[16];

	snprintf(text, sizeof(text), "x%d", reason);
	return text;
}

START_TEST(only_signed_packets_with_a_new_number_count)
{
	struct conf_vrrp conf = signed_conf(), wrong = conf, plain = conf;
	struct vrrp_router *router = started(&conf, 0, NOW);

	wrong.auth_pass = "other";
	plain.auth_pass = "";
	ck_assert_str_eq(hear_signed(router, &wrong, 200, 9, NOW), refusal(VRRP_REJECT_AUTH_DATA));
	ck_assert_str_eq(hear(router, &conf, 200, NOW), refusal(VRRP_REJECT_AUTH_TYPE));
	ck_assert_str_eq(hear_signed(router, &conf, 200, 5, NOW), "R h200");
	ck_assert_str_eq(hear_signed(router, &conf, 200, 5, NOW), refusal(VRRP_REJECT_REPLAY));
	ck_assert_str_eq(hear_signed(router, &conf, 200, 4, NOW), refusal(VRRP_REJECT_REPLAY));
	ck_assert_str_eq(hear_signed(router, &conf, 200, 6, NOW), "h200");
	change(router, &plain, 0, false, NOW);
	ck_assert_str_eq(hear_signed(router, &conf, 200, 7, NOW), refusal(VRRP_REJECT_AUTH_TYPE));
	vrrp_router_free(router);
}
END_TEST

/* The numbers of a new master go on behind those that it heard. */
START_TEST(numbers_continue_behind_those_that_were_heard)
{
	struct conf_vrrp conf = signed_conf();
	struct vrrp_router *router = started(&conf, 0, NOW);
	struct vrrp_router_event time = {.kind = VRRP_ROUTER_TIME};
	struct vrrp_router_action action;
	uint32_t sequence = 0;

	hear_signed(router, &conf, 50, 4000, NOW);
	while (state_of(router) != VRRP_MASTER) {
		vrrp_router_step(router, &time, vrrp_router_wake(router, 0));
		while (vrrp_router_take(router, &action))
			if (action.kind == VRRP_ROUTER_SEND)
				sequence = action.ah_sequence;
	}
	ck_assert_uint_eq(sequence, 4001);
	vrrp_router_free(router);
}
END_TEST

static uint32_t sent_when_master(struct vrrp_router *router)
{
	struct vrrp_router_event time = {.kind = VRRP_ROUTER_TIME};
	struct vrrp_router_action action;
	uint32_t sequence = 0;

	while (!sequence) {
		vrrp_router_step(router, &time, vrrp_router_wake(router, 0));
		while (vrrp_router_take(router, &action))
			if (action.kind == VRRP_ROUTER_SEND)
				sequence = action.ah_sequence;
	}
	return sequence;
}

/* Whoever has the key may send any number. Both sides must go on behind the last one. */
START_TEST(behind_the_last_number_the_first_one_follows)
{
	struct conf_vrrp conf = signed_conf();
	struct vrrp_router *router = started(&conf, 0, NOW);

	ck_assert_str_eq(hear_signed(router, &conf, 200, UINT32_MAX - 1, NOW), "R h200");
	ck_assert_str_eq(hear_signed(router, &conf, 200, 0, NOW), refusal(VRRP_REJECT_REPLAY));
	ck_assert_str_eq(hear_signed(router, &conf, 200, 1, NOW), "h200");
	ck_assert_str_eq(hear_signed(router, &conf, 200, UINT32_MAX, NOW), refusal(VRRP_REJECT_REPLAY));
	ck_assert_str_eq(hear_signed(router, &conf, 200, 2, NOW), "h200");
	ck_assert_str_eq(hear_signed(router, &conf, 200, 4000000, NOW), "h200");
	ck_assert_str_eq(hear_signed(router, &conf, 200, 3, NOW), refusal(VRRP_REJECT_REPLAY));
	vrrp_router_free(router);
	router = started(&conf, 0, NOW);
	hear_signed(router, &conf, 50, UINT32_MAX - 1, NOW);
	ck_assert_uint_eq(sent_when_master(router), UINT32_MAX);
	ck_assert_uint_eq(sent_when_master(router), 1);
	ck_assert_uint_eq(sent_when_master(router), 2);
	vrrp_router_free(router);
}
END_TEST

/* A packet that was recorded long ago is none of those behind the end. */
START_TEST(only_near_the_end_a_low_number_is_new)
{
	ck_assert(!vrrp_ah_is_after(1, UINT32_MAX - VRRP_AH_WRAP - 1));
	ck_assert(vrrp_ah_is_after(1, UINT32_MAX - VRRP_AH_WRAP));
	ck_assert(vrrp_ah_is_after(VRRP_AH_WRAP, UINT32_MAX));
	ck_assert(!vrrp_ah_is_after(VRRP_AH_WRAP + 1, UINT32_MAX));
	ck_assert(!vrrp_ah_is_after(UINT32_MAX - VRRP_AH_WRAP, VRRP_AH_WRAP));
	ck_assert(vrrp_ah_is_after(UINT32_MAX, VRRP_AH_WRAP + 1));
	ck_assert(vrrp_ah_is_after(UINT32_MAX, 0));
	ck_assert(!vrrp_ah_is_after(0, 0));
	ck_assert_uint_eq(vrrp_ah_next(0, 0), 1);
	ck_assert_uint_eq(vrrp_ah_next(5, UINT32_MAX), 6);
	ck_assert_uint_eq(vrrp_ah_next(UINT32_MAX, 5), 6);
}
END_TEST

/* A keepalived heard the last number of an owner, and counts on by one a second while that is away. */
START_TEST(an_owner_begins_in_front_of_the_others)
{
	const int64_t now_us = INT64_C(1796040000) * 1000000, end_us = INT64_C(2998000000) * 1000000;

	ck_assert_uint_eq(vrrp_ah_begin(now_us), 1856390400);
	for (int64_t away_s = 5; away_s < 100000; away_s *= 3)
		ck_assert_uint_gt(vrrp_ah_begin(now_us + away_s * 1000000),
				  vrrp_ah_begin(now_us) + (uint32_t)away_s + 3);
	/* An older lvsd began with the seconds since 1970. */
	ck_assert_uint_gt(vrrp_ah_begin(now_us), now_us / 1000000);
	ck_assert_uint_gt(vrrp_ah_begin(end_us), UINT32_MAX - 50000000);
	ck_assert_uint_eq(vrrp_ah_begin(INT64_MIN / 2), 0);
}
END_TEST

/* Its interface was down, and the others counted on. */
START_TEST(numbers_leap_when_the_interface_can_be_used_again)
{
	struct conf_vrrp conf = signed_conf();
	struct vrrp_router_event faults = {.kind = VRRP_ROUTER_FAULTS,
					   .faults = VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN)};
	struct vrrp_router_action action;
	struct vrrp_router *router;
	uint32_t sequence = 0;

	conf.priority = CONF_PRIORITY_OWNER;
	router = started(&conf, 0, NOW);
	vrrp_router_step(router, &faults, NOW);
	faults.faults = 0;
	faults.ah_sequence = 7000;
	vrrp_router_step(router, &faults, NOW);
	while (vrrp_router_take(router, &action))
		if (action.kind == VRRP_ROUTER_SEND)
			sequence = action.ah_sequence;
	ck_assert_uint_eq(sequence, 7001);
	vrrp_router_free(router);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp ah");
	TCase *tcase = tcase_create("ah");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, md5_is_that_of_the_rfc);
	tcase_add_test(tcase, hmac_is_that_of_the_rfc);
	tcase_add_test(tcase, a_packet_of_keepalived_is_accepted_and_made_again);
	tcase_add_test(tcase, only_signed_packets_with_a_new_number_count);
	tcase_add_test(tcase, numbers_continue_behind_those_that_were_heard);
	tcase_add_test(tcase, behind_the_last_number_the_first_one_follows);
	tcase_add_test(tcase, only_near_the_end_a_low_number_is_new);
	tcase_add_test(tcase, an_owner_begins_in_front_of_the_others);
	tcase_add_test(tcase, numbers_leap_when_the_interface_can_be_used_again);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
