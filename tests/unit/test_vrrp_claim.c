/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When other machines are asked for an address, and the bytes of questions and answers. */
#include "vrrp/claim/claim.h"
#include "vrrp/machine/question.h"

#include <check.h>
#include <netinet/in.h>
#include <string.h>

static const uint8_t mac[VRRP_MAC_LEN] = {2, 0, 0, 0, 0, 1};

static struct addr address(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

START_TEST(three_rounds_fit_into_an_interval)
{
	struct vrrp_claim claim = {0};
	struct mono begin = {1000}, now = begin;
	int64_t times[8] = {0};
	size_t n = 0;

	ck_assert(mono_is_never(vrrp_claim_wake(&claim)));
	vrrp_claim_begin(&claim, NS_PER_S, begin);
	while (!mono_is_never(vrrp_claim_wake(&claim))) {
		now = vrrp_claim_wake(&claim);
		ck_assert(vrrp_claim_take(&claim, now));
		ck_assert(!vrrp_claim_take(&claim, now));
		times[n++] = mono_sub(now, begin);
	}
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(times[0], 0);
	ck_assert_int_eq(times[1], NS_PER_S / 3);
	ck_assert_int_lt(times[2], NS_PER_S);
}
END_TEST

START_TEST(the_first_answer_is_kept_until_it_begins_anew)
{
	const uint8_t other[VRRP_MAC_LEN] = {2, 0, 0, 0, 0, 2};
	struct addr one = address("10.0.0.1"), two = address("10.0.0.2");
	struct vrrp_claim claim = {0};

	vrrp_claim_begin(&claim, NS_PER_S, (struct mono){1});
	vrrp_claim_answer(&claim, &one, mac);
	vrrp_claim_answer(&claim, &two, other);
	ck_assert(!addr_cmp(&claim.found, &one));
	ck_assert_mem_eq(claim.found_mac, mac, VRRP_MAC_LEN);
	vrrp_claim_begin(&claim, NS_PER_S, (struct mono){2});
	ck_assert_int_eq(claim.found.family, AF_UNSPEC);
}
END_TEST

/* RFC 5227 section 2.1.1: the sender's protocol address is zero, so no cache is changed. */
START_TEST(an_arp_probe)
{
	static const uint8_t expected[] = {0, 1, 8, 0, 6, 4, 0, 1,  2, 0, 0,  0, 0, 1,
					   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 9, 0, 100};
	uint8_t bytes[VRRP_QUESTION_LEN_MAX], to[VRRP_MAC_LEN];
	struct addr vip = address("10.9.0.100"), found;
	size_t len = vrrp_question_encode(&vip, mac, bytes);

	ck_assert_uint_eq(len, sizeof(expected));
	ck_assert_mem_eq(bytes, expected, len);
	vrrp_question_destination(&vip, to);
	ck_assert_mem_eq(to, "\xff\xff\xff\xff\xff\xff", VRRP_MAC_LEN);
	/* Another machine's probe says nothing, its announcement and its answer do. */
	ck_assert(!vrrp_answer_decode(AF_INET, bytes, len, &found));
	vrrp_garp_encode(&vip, mac, bytes);
	ck_assert(vrrp_answer_decode(AF_INET, bytes, len, &found));
	bytes[7] = 2;
	ck_assert(vrrp_answer_decode(AF_INET, bytes, len, &found));
	ck_assert(!addr_cmp(&found, &vip));
	for (size_t i = 0; i < len; i++)
		ck_assert(!vrrp_answer_decode(AF_INET, bytes, i, &found));
	for (size_t i = 0; i < 8; i++) {
		bytes[i] ^= 0x80;
		ck_assert(!vrrp_answer_decode(AF_INET, bytes, len, &found));
		bytes[i] ^= 0x80;
	}
	bytes[7] = 3;
	ck_assert(!vrrp_answer_decode(AF_INET, bytes, len, &found));
}
END_TEST

/* RFC 4861 section 4.3 with the unspecified source of RFC 4862 section 5.4.2. */
START_TEST(a_neighbour_solicitation)
{
	uint8_t bytes[VRRP_QUESTION_LEN_MAX], to[VRRP_MAC_LEN], group[16];
	struct addr vip = address("fd09::12:3456"), all = address("ff02::1:ff12:3456"), found;
	size_t len = vrrp_question_encode(&vip, mac, bytes);

	memcpy(group, all.bytes, 16);
	ck_assert_uint_eq(len, 64);
	ck_assert_uint_eq(bytes[7], 255);
	for (size_t i = 8; i < 24; i++)
		ck_assert_uint_eq(bytes[i], 0);
	ck_assert_mem_eq(bytes + 24, group, 16);
	ck_assert_uint_eq(bytes[40], 135);
	ck_assert_mem_eq(bytes + 48, vip.bytes, 16);
	ck_assert_uint_eq(vrrp_icmp6_checksum(bytes, len), 0);
	vrrp_question_destination(&vip, to);
	ck_assert_mem_eq(to, "\x33\x33\xff\x12\x34\x56", VRRP_MAC_LEN);
	ck_assert(!vrrp_answer_decode(AF_INET6, bytes, len, &found));
}
END_TEST

START_TEST(a_neighbour_advertisement_is_read)
{
	uint8_t bytes[VRRP_GARP_NA_LEN];
	struct addr vip = address("fd09::100"), found;

	vrrp_garp_na_encode(&vip, mac, bytes);
	ck_assert(vrrp_answer_decode(AF_INET6, bytes, sizeof(bytes), &found));
	ck_assert(!addr_cmp(&found, &vip));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		ck_assert(!vrrp_answer_decode(AF_INET6, bytes, i, &found));
		/* All but the traffic class and flow label is judged, or covered by the checksum. */
		if (i < 4)
			continue;
		bytes[i] ^= 0x10;
		ck_assert_msg(!vrrp_answer_decode(AF_INET6, bytes, sizeof(bytes), &found), "byte %zu", i);
		bytes[i] ^= 0x10;
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp claim");
	TCase *tcase = tcase_create("vrrp claim");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, three_rounds_fit_into_an_interval);
	tcase_add_test(tcase, the_first_answer_is_kept_until_it_begins_anew);
	tcase_add_test(tcase, an_arp_probe);
	tcase_add_test(tcase, a_neighbour_solicitation);
	tcase_add_test(tcase, a_neighbour_advertisement_is_read);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
