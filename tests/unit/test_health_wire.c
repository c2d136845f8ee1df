/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"
#include "healthcheck/check_key.h"
#include "healthcheck/wire.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

static uint8_t buffer[65000];
static struct check_tls got_tls;

/* An HTTP check with everything in it. */
static struct conf_check full_check(struct conf *conf)
{
	static struct conf_range ranges[] = {{200, 299}, {404, 404}};
	struct conf_check check = conf->virtual_servers->real_servers->checks[0];
	struct conf_url *urls = arena_calloc(conf->arena, 2, sizeof(*urls));

	urls[0] = (struct conf_url){.path = "/health?x=1",
				    .host = "www.example.org",
				    .digest = "0123456789abcdef0123456789abcdef",
				    .statuses = ranges,
				    .n_statuses = 2};
	urls[1] = (struct conf_url){
	    .path = "/", .host = "", .digest = "", .statuses = ranges, .n_statuses = 1};
	check.type = CONF_CHECK_HTTP;
	check.http_version = CONF_HTTP_1_1;
	check.urls = urls;
	check.n_urls = 2;
	check.ordinal = 3;
	check.bind = (struct endpoint){check.target.addr, 4711};
	return check;
}

START_TEST(specs_round_trip)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check full = full_check(conf), got;
	struct conf_check checks[] = {conf->virtual_servers->real_servers->checks[0], full};

	for (size_t i = 0; i < 2; i++) {
		size_t len = check_spec_encode(77 + i, &checks[i], NULL, buffer, sizeof(buffer));
		check_id id;

		ck_assert_uint_gt(len, 0);
		ck_assert_int_eq(check_spec_decode(buffer, len, conf->arena, &id, &got, &got_tls),
				 0);
		ck_assert_uint_eq(id, 77 + i);
		ck_assert_int_eq(check_meaning_cmp(&got, &checks[i]), 0);
		ck_assert_uint_eq(got.ordinal, checks[i].ordinal);
		ck_assert_uint_eq(check_spec_encode(77, &checks[i], NULL, buffer, len - 1), 0);
		ck_assert_uint_eq(check_spec_encode(77, &checks[i], NULL, buffer, len), len);
	}
	test_conf_free(conf);
}
END_TEST

START_TEST(tls_goes_with_the_spec)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check check = full_check(conf), got;
	struct check_tls tls = {"-----BEGIN\nca", "certificate\n", "key\n", "secret"};
	size_t len;
	check_id id;

	check.type = CONF_CHECK_SSL;
	check.sni = "www.example.org";
	len = check_spec_encode(7, &check, &tls, buffer, sizeof(buffer));
	ck_assert_int_eq(check_spec_decode(buffer, len, conf->arena, &id, &got, &got_tls), 0);
	ck_assert_int_eq(check_meaning_cmp(&got, &check), 0);
	ck_assert_str_eq(got.sni, check.sni);
	ck_assert_str_eq(got_tls.ca, tls.ca);
	ck_assert_str_eq(got_tls.certificate, tls.certificate);
	ck_assert_str_eq(got_tls.key, tls.key);
	ck_assert_str_eq(got_tls.password, tls.password);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(check_spec_decode(buffer, i, conf->arena, &id, &got, &got_tls),
				 -EBADMSG);
	check.sni = "www.example.org/@";
	len = check_spec_encode(7, &check, NULL, buffer, sizeof(buffer));
	ck_assert_int_eq(check_spec_decode(buffer, len, conf->arena, &id, &got, &got_tls),
			 -EBADMSG);
	test_conf_free(conf);
}
END_TEST

START_TEST(short_and_long_specs_are_refused)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check check = full_check(conf), got = {0};
	size_t len = check_spec_encode(1, &check, NULL, buffer, sizeof(buffer));
	check_id id = 99;

	for (size_t i = 0; i < len; i++) {
		/* In memory of its own, so that a sanitizer sees a read beyond the end. */
		uint8_t *body = malloc(i ? i : 1);

		memcpy(body, buffer, i);
		ck_assert_int_eq(check_spec_decode(body, i, conf->arena, &id, &got, &got_tls),
				 -EBADMSG);
		free(body);
	}
	ck_assert_int_eq(check_spec_decode(buffer, len + 1, conf->arena, &id, &got, &got_tls),
			 -EBADMSG);
	ck_assert_uint_eq(id, 99);
	ck_assert_uint_eq(got.n_urls, 0);
	test_conf_free(conf);
}
END_TEST

static int decode_changed(struct conf *conf, const struct conf_check *check)
{
	size_t len = check_spec_encode(1, check, NULL, buffer, sizeof(buffer));
	struct conf_check got;
	check_id id;

	return check_spec_decode(buffer, len, conf->arena, &id, &got, &got_tls);
}

#define REFUSED(change)                                                                            \
	do {                                                                                       \
		struct conf_check check = full_check(conf);                                        \
		change;                                                                            \
		ck_assert_msg(decode_changed(conf, &check) == -EBADMSG, "accepted: %s", #change);  \
	} while (0)

START_TEST(specs_that_make_no_sense_are_refused)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_range upside_down = {299, 200}, small = {99, 200}, large = {200, 600};

	REFUSED(check.type = CONF_CHECK_MISC);
	REFUSED(check.n_urls = 0);
	REFUSED(check.http_version = 3);
	REFUSED(check.target.addr.family = AF_UNSPEC);
	REFUSED(check.target.addr.family = AF_UNIX);
	REFUSED(check.target.addr.bytes[4] = 1);
	REFUSED(check.bind.addr.family = AF_INET6);
	REFUSED(check.connect_timeout_us = 0);
	REFUSED(check.connect_timeout_us = UINT64_MAX);
	REFUSED(check.urls[0].path = "");
	REFUSED(check.urls[0].path = "/\r\nHost: evil");
	REFUSED(check.urls[0].host = "a\nb");
	REFUSED(check.urls[0].digest = "0123456789ABCDEF0123456789ABCDEF");
	REFUSED(check.urls[0].digest = "0123");
	REFUSED(check.urls[0].n_statuses = 0);
	REFUSED(check.urls[1].statuses = &upside_down);
	REFUSED(check.urls[1].statuses = &small);
	REFUSED(check.urls[1].statuses = &large);
	test_conf_free(conf);
}
END_TEST

/* The type is the byte behind the id. */
START_TEST(urls_of_a_kind_that_has_none_are_refused)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check check = full_check(conf), got;
	size_t len = check_spec_encode(1, &check, NULL, buffer, sizeof(buffer));
	check_id id;

	ck_assert_uint_eq(buffer[8], CONF_CHECK_HTTP);
	buffer[8] = CONF_CHECK_TCP;
	ck_assert_int_eq(check_spec_decode(buffer, len, conf->arena, &id, &got, &got_tls), -EBADMSG);
	test_conf_free(conf);
}
END_TEST

START_TEST(a_spec_that_does_not_fit_says_so)
{
	static char path[70000];
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check check = full_check(conf);

	memset(path, 'x', sizeof(path) - 1);
	check.urls[0].path = path;
	ck_assert_uint_eq(check_spec_encode(1, &check, NULL, buffer, sizeof(buffer)), 0);
	path[66000] = '\0'; /* over what a length can say */
	ck_assert_uint_eq(check_spec_encode(1, &check, NULL, buffer, sizeof(buffer)), 0);
	test_conf_free(conf);
}
END_TEST

START_TEST(outcomes_round_trip)
{
	struct probe_result result = {.outcome = PROBE_FAIL,
				      .latency_us = 1234,
				      .reason = "HTTP 503, wanted 200-299",
				      .is_answered = true},
			    got;
	check_id id;
	size_t len;

	len = check_outcome_encode(9, &result, buffer, CHECK_OUTCOME_MAX);
	ck_assert_int_eq(check_outcome_decode(buffer, len, &id, &got), 0);
	ck_assert_uint_eq(id, 9);
	ck_assert_int_eq(got.outcome, PROBE_FAIL);
	ck_assert_uint_eq(got.latency_us, 1234);
	ck_assert_str_eq(got.reason, result.reason);
	ck_assert(got.is_answered);
	ck_assert_int_eq(got.fault, PATH_FINE);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(check_outcome_decode(buffer, i, &id, &got), -EBADMSG);
	ck_assert_int_eq(check_outcome_decode(buffer, len + 1, &id, &got), -EBADMSG);
	ck_assert_uint_eq(check_outcome_encode(9, &result, buffer, len - 1), 0);
	memset(result.reason, 'x', sizeof(result.reason) - 1);
	len = check_outcome_encode(9, &result, buffer, CHECK_OUTCOME_MAX);
	ck_assert_int_eq(check_outcome_decode(buffer, len, &id, &got), 0);
	ck_assert_str_eq(got.reason, result.reason);
}
END_TEST

START_TEST(faults_of_the_path_go_with_no_verdict_alone)
{
	struct probe_result result = {.outcome = PROBE_NONE, .fault = PATH_NO_ROUTE}, got;
	check_id id;
	size_t len = check_outcome_encode(9, &result, buffer, CHECK_OUTCOME_MAX);

	ck_assert_int_eq(check_outcome_decode(buffer, len, &id, &got), 0);
	ck_assert_int_eq(got.fault, PATH_NO_ROUTE);
	result.outcome = PROBE_FAIL;
	len = check_outcome_encode(9, &result, buffer, CHECK_OUTCOME_MAX);
	ck_assert_int_eq(check_outcome_decode(buffer, len, &id, &got), -EBADMSG);
	result = (struct probe_result){.outcome = PROBE_NONE, .fault = PATH_FAULTS};
	len = check_outcome_encode(9, &result, buffer, CHECK_OUTCOME_MAX);
	ck_assert_int_eq(check_outcome_decode(buffer, len, &id, &got), -EBADMSG);
}
END_TEST

START_TEST(reasons_cannot_forge_a_log_line)
{
	struct probe_result result = {.outcome = PROBE_FAIL,
				      .reason = "a\nb\x1b[31m\x7f\xc3\xa4"},
			    got;
	check_id id;
	size_t len = check_outcome_encode(9, &result, buffer, CHECK_OUTCOME_MAX);

	ck_assert_int_eq(check_outcome_decode(buffer, len, &id, &got), 0);
	ck_assert_str_eq(got.reason, "a?b?[31m???");
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check check = full_check(conf);
	size_t len = check_spec_encode(1, &check, NULL, buffer, sizeof(buffer));
	uint64_t random = 7;
	size_t n_accepted = 0;

	for (int i = 0; i < 100000; i++) {
		struct arena *arena = i % 100 ? conf->arena : arena_new();
		uint8_t *body = malloc(len);
		struct probe_result result;
		struct conf_check got;
		check_id id;

		memcpy(body, buffer, len);
		for (int j = 0; j < 1 + i % 4; j++) {
			random = hash_mix(random, (uint64_t)i);
			body[random % len] = (uint8_t)(random >> 40);
		}
		n_accepted += check_spec_decode(body, len, arena, &id, &got, &got_tls) == 0;
		check_outcome_decode(body, len, &id, &result);
		free(body);
		if (arena != conf->arena)
			arena_free(arena);
	}
	ck_assert_uint_gt(n_accepted, 1000);
	test_conf_free(conf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("health_wire");
	TCase *tcase = tcase_create("health_wire");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, specs_round_trip);
	tcase_add_test(tcase, tls_goes_with_the_spec);
	tcase_add_test(tcase, short_and_long_specs_are_refused);
	tcase_add_test(tcase, specs_that_make_no_sense_are_refused);
	tcase_add_test(tcase, urls_of_a_kind_that_has_none_are_refused);
	tcase_add_test(tcase, a_spec_that_does_not_fit_says_so);
	tcase_add_test(tcase, outcomes_round_trip);
	tcase_add_test(tcase, faults_of_the_path_go_with_no_verdict_alone);
	tcase_add_test(tcase, reasons_cannot_forge_a_log_line);
	tcase_add_test(tcase, random_bytes_do_no_harm);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
