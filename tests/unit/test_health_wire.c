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
	uint32_t few = 1;
	struct conf_range upside_down = {299, 200}, small = {99, 200}, large = {200, 600};

	REFUSED(check.type = CONF_CHECK_MISC);
	REFUSED(check.n_urls = 0);
	REFUSED(check.http_version = CONF_HTTP_2 + 1);
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
	REFUSED((check.urls[0].regex_options = &(struct conf_word){"shiny"},
		 check.urls[0].n_regex_options = 1));
	REFUSED((check.urls[0].regex_stack = &few, check.urls[0].n_regex_stack = 1));
	REFUSED(check.urls[0].regex_min_offset = UINT64_MAX);
	REFUSED(check.urls[0].regex_max_offset = UINT64_MAX);
	REFUSED(check.urls[0].regex = "a\nb");
	REFUSED(check.urls[0].method = "GET / HTTP/1.1");
	REFUSED((check.urls[0].headers = &(struct conf_word){"X: a\r\nHost: evil"},
		 check.urls[0].n_headers = 1));
	REFUSED((check.urls[0].headers = &(struct conf_word){"X"}, check.urls[0].n_headers = 1));
	REFUSED(check.urls[0].body_hex = "0");
	REFUSED(check.urls[0].body_hex = "xx");
	REFUSED(check.urls[1].statuses = &upside_down);
	REFUSED(check.urls[1].statuses = &small);
	REFUSED(check.urls[1].statuses = &large);
	test_conf_free(conf);
}
END_TEST

/* The type is the byte behind the id and the ordinal. */
START_TEST(urls_of_a_kind_that_has_none_are_refused)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check check = full_check(conf), got;
	size_t len = check_spec_encode(1, &check, NULL, buffer, sizeof(buffer));
	check_id id;

	ck_assert_uint_eq(buffer[12], CONF_CHECK_HTTP);
	buffer[12] = CONF_CHECK_TCP;
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

static size_t encode_told(const struct probe_result *result, size_t size)
{
	const struct health_told told = {
	    {.id = 9, .seq = 3, .n = 2, .last_us = 70, .sum_us = 150, .started = {77}}, *result};
	struct pack_writer writer = {.at = buffer, .left = size};

	check_told_put(&writer, &told);
	return writer.is_full ? 0 : size - writer.left;
}

static int decode_told(size_t len, struct health_told *ret_told)
{
	struct pack_reader reader = {.at = buffer, .left = len};

	check_told_take(&reader, ret_told);
	return reader.is_bad || reader.left ? -EBADMSG : 0;
}

START_TEST(outcomes_round_trip)
{
	struct probe_result result = {.outcome = PROBE_FAIL,
				      .latency_us = 1234,
				      .reason = "HTTP 503, wanted 200-299",
				      .started = {123456789},
				      .is_answered = true};
	struct health_told got;
	size_t len = encode_told(&result, CHECK_TOLD_MAX);

	ck_assert_int_eq(decode_told(len, &got), 0);
	ck_assert_uint_eq(got.before.id, 9);
	ck_assert_uint_eq(got.before.seq, 3);
	ck_assert_uint_eq(got.before.n, 2);
	ck_assert_uint_eq(got.before.last_us, 70);
	ck_assert_uint_eq(got.before.sum_us, 150);
	ck_assert_int_eq(got.before.started.ns, 77);
	ck_assert_int_eq(got.result.outcome, PROBE_FAIL);
	ck_assert_uint_eq(got.result.latency_us, 1234);
	ck_assert_int_eq(got.result.started.ns, 123456789);
	ck_assert_str_eq(got.result.reason, result.reason);
	ck_assert(got.result.is_answered);
	ck_assert_int_eq(got.result.fault, PATH_FINE);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(decode_told(i, &got), -EBADMSG);
	ck_assert_int_eq(decode_told(len + 1, &got), -EBADMSG);
	ck_assert_uint_eq(encode_told(&result, len - 1), 0);
	memset(result.reason, 'x', sizeof(result.reason) - 1);
	len = encode_told(&result, CHECK_TOLD_MAX);
	ck_assert_int_eq(decode_told(len, &got), 0);
	ck_assert_str_eq(got.result.reason, result.reason);
}
END_TEST

/* Several in one frame. */
START_TEST(words_and_counts_round_trip)
{
	struct health_word words[3], word;
	struct health_count counts[3], count;
	struct pack_writer writer = {.at = buffer, .left = 3 * CHECK_WORD_SIZE};
	struct pack_reader reader = {.at = buffer, .left = 3 * CHECK_WORD_SIZE};

	for (unsigned i = 0; i < 3; i++) {
		words[i] = (struct health_word){.id = i + 1,
						.due = {INT64_MAX - i},
						.not_before = {i},
						.interval_us = UINT64_MAX - i,
						.hash = 5 * i,
						.rest = (enum probe_outcome)i,
						.seq = 7 * i};
		check_word_put(&writer, &words[i]);
	}
	ck_assert(!writer.is_full && !writer.left);
	for (unsigned i = 0; i < 3; i++) {
		check_word_take(&reader, &word);
		ck_assert(word.id == i + 1 && word.due.ns == words[i].due.ns &&
			  word.not_before.ns == i && word.interval_us == words[i].interval_us &&
			  word.hash == 5 * i && word.rest == i && word.seq == 7 * i);
	}
	ck_assert(!reader.is_bad && !reader.left);
	writer = (struct pack_writer){.at = buffer, .left = 3 * CHECK_COUNT_SIZE};
	reader = (struct pack_reader){.at = buffer, .left = 3 * CHECK_COUNT_SIZE};
	for (unsigned i = 0; i < 3; i++) {
		counts[i] = (struct health_count){i + 1, i, i, 0, 100 * i, {i}};
		check_count_put(&writer, &counts[i]);
	}
	ck_assert(!writer.is_full && !writer.left);
	for (unsigned i = 0; i < 3; i++) {
		check_count_take(&reader, &count);
		ck_assert(count.id == i + 1 && count.seq == i && count.n == i &&
			  count.sum_us == 100 * i && count.started.ns == i);
	}
	ck_assert(!reader.is_bad && !reader.left);
}
END_TEST

START_TEST(words_and_counts_that_make_no_sense_are_refused)
{
	const struct health_word words[] = {{.id = 0},
					    {.id = 1, .due = {-1}},
					    {.id = 1, .not_before = {INT64_MIN}},
					    {.id = 1, .rest = PROBE_NONE + 1}};
	const struct health_count counts[] = {{.id = 0},
					      {.id = 1, .started = {-1}},
					      {.id = 1, .n = 1, .last_us = 2, .sum_us = 1},
					      {.id = 1, .sum_us = 1}};

	for (size_t i = 0; i < 4; i++) {
		struct pack_writer writer = {.at = buffer, .left = CHECK_WORD_SIZE};
		struct pack_reader reader = {.at = buffer, .left = CHECK_WORD_SIZE};
		struct health_count count;
		struct health_word word;

		check_word_put(&writer, &words[i]);
		check_word_take(&reader, &word);
		ck_assert(reader.is_bad);
		writer = (struct pack_writer){.at = buffer, .left = CHECK_COUNT_SIZE};
		reader = (struct pack_reader){.at = buffer, .left = CHECK_COUNT_SIZE};
		check_count_put(&writer, &counts[i]);
		check_count_take(&reader, &count);
		ck_assert(reader.is_bad);
	}
}
END_TEST

START_TEST(faults_of_the_path_go_with_no_verdict_alone)
{
	struct probe_result result = {.outcome = PROBE_NONE, .fault = PATH_NO_ROUTE};
	struct health_told got;

	ck_assert_int_eq(decode_told(encode_told(&result, CHECK_TOLD_MAX), &got), 0);
	ck_assert_int_eq(got.result.fault, PATH_NO_ROUTE);
	result.outcome = PROBE_FAIL;
	ck_assert_int_eq(decode_told(encode_told(&result, CHECK_TOLD_MAX), &got), -EBADMSG);
	result = (struct probe_result){.outcome = PROBE_NONE, .fault = PATH_FAULTS};
	ck_assert_int_eq(decode_told(encode_told(&result, CHECK_TOLD_MAX), &got), -EBADMSG);
}
END_TEST

START_TEST(reasons_cannot_forge_a_log_line)
{
	struct probe_result result = {.outcome = PROBE_FAIL,
				      .reason = "a\nb\x1b[31m\x7f\xc3\xa4"};
	struct health_told got;

	ck_assert_int_eq(decode_told(encode_told(&result, CHECK_TOLD_MAX), &got), 0);
	ck_assert_str_eq(got.result.reason, "a?b?[31m???");
}
END_TEST

/* Equal probes have equal meanings, whatever the check's id and place. */
START_TEST(the_meaning_of_a_spec_has_no_name)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check a = full_check(conf), b = a;
	static uint8_t other[65000];
	size_t len = check_spec_encode(1, &a, NULL, buffer, sizeof(buffer)), la, lb;
	const void *ma = check_spec_meaning(buffer, len, &la), *mb;

	b.ordinal = 99;
	b.delay_loop_us++;
	b.retry++;
	len = check_spec_encode(2, &b, NULL, other, sizeof(other));
	mb = check_spec_meaning(other, len, &lb);
	ck_assert(la == lb && memcmp(ma, mb, la) == 0);
	b.connect_timeout_us++;
	len = check_spec_encode(2, &b, NULL, other, sizeof(other));
	mb = check_spec_meaning(other, len, &lb);
	ck_assert(la != lb || memcmp(ma, mb, la) != 0);
	check_spec_meaning(other, 3, &lb);
	ck_assert_uint_eq(lb, 0);
	test_conf_free(conf);
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
		struct pack_reader reader = {.at = body, .left = len};
		struct health_told told;
		struct conf_check got;
		check_id id;

		memcpy(body, buffer, len);
		for (int j = 0; j < 1 + i % 4; j++) {
			random = hash_mix(random, (uint64_t)i);
			body[random % len] = (uint8_t)(random >> 40);
		}
		n_accepted += check_spec_decode(body, len, arena, &id, &got, &got_tls) == 0;
		check_told_take(&reader, &told);
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
	tcase_add_test(tcase, words_and_counts_round_trip);
	tcase_add_test(tcase, words_and_counts_that_make_no_sense_are_refused);
	tcase_add_test(tcase, the_meaning_of_a_spec_has_no_name);
	tcase_add_test(tcase, faults_of_the_path_go_with_no_verdict_alone);
	tcase_add_test(tcase, reasons_cannot_forge_a_log_line);
	tcase_add_test(tcase, random_bytes_do_no_harm);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
