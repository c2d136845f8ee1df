/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What crosses to the vrrp and the check process, for random configurations: all of it comes back,
 * a frame that is cut off is refused, and one with a wrong byte is refused or has one meaning.
 */
#include "conf/canon/diff.h"
#include "conf/conf.h"
#include "conf/kind.h"
#include "conf/load.h"
#include "healthcheck/wire.h"
#include "tests/unit/conf_random.h"
#include "vrrp/wire.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SEEDS   120
#define BODY_MAX  65000
#define N_DAMAGES 40

static uint8_t body[BODY_MAX], again[BODY_MAX];

/* Encodes what was decoded: the same bytes, or 0. */
typedef size_t decode_fn(const uint8_t *bytes, size_t len, uint8_t *ret_again);

static size_t instance_again(const uint8_t *bytes, size_t len, uint8_t *ret_again)
{
	struct arena *arena = arena_new();
	struct vrrp_instance_frame frame;
	size_t n = 0;

	if (vrrp_instance_decode(bytes, len, arena, &frame) == 0)
		n = vrrp_instance_encode(&frame, ret_again, BODY_MAX);
	arena_free(arena);
	return n;
}

static size_t statics_again(const uint8_t *bytes, size_t len, uint8_t *ret_again)
{
	struct arena *arena = arena_new();
	struct conf_statics statics;
	size_t n = 0;

	if (vrrp_statics_decode(bytes, len, arena, &statics) == 0)
		n = vrrp_statics_encode(&statics, ret_again, BODY_MAX);
	arena_free(arena);
	return n;
}

static size_t check_again(const uint8_t *bytes, size_t len, uint8_t *ret_again)
{
	struct arena *arena = arena_new();
	struct check_tls tls;
	struct conf_check check;
	check_id id;
	size_t n = 0;

	if (check_spec_decode(bytes, len, arena, &id, &check, &tls) == 0)
		n = check_spec_encode(id, &check, &tls, ret_again, BODY_MAX);
	arena_free(arena);
	return n;
}

static void comes_back(uint64_t seed, decode_fn *decode, size_t len)
{
	ck_assert_uint_gt(len, 0);
	ck_assert_msg(decode(body, len, again) == len,
		      "seed %llu: it comes back with another length", (unsigned long long)seed);
	ck_assert_msg(!memcmp(body, again, len), "seed %llu: it comes back with another value",
		      (unsigned long long)seed);
}

static void is_refused_when_cut(uint64_t seed, decode_fn *decode, size_t len, struct random *random)
{
	for (unsigned i = 0; i < N_DAMAGES; i++) {
		size_t cut = random_pick(random, (unsigned)len);
		uint8_t *copy = malloc(cut ? cut : 1);

		/* Memory of just this size: a read behind it is seen by the sanitizer. */
		memcpy(copy, body, cut);
		ck_assert_msg(decode(copy, cut, again) == 0,
			      "seed %llu: cut at %zu of %zu it is taken", (unsigned long long)seed,
			      cut, len);
		free(copy);
	}
	body[len] = 0;
	ck_assert_msg(decode(body, len + 1, again) == 0, "seed %llu: a byte more is taken",
		      (unsigned long long)seed);
}

static void has_one_meaning(uint64_t seed, decode_fn *decode, size_t len, struct random *random)
{
	for (unsigned i = 0; i < N_DAMAGES; i++) {
		size_t at = random_pick(random, (unsigned)len);
		uint8_t *copy = malloc(len);
		size_t n;

		memcpy(copy, body, len);
		copy[at] ^= (uint8_t)(1u << random_pick(random, 8));
		n = decode(copy, len, again);
		ck_assert_msg(n == 0 || (n == len && !memcmp(copy, again, len)),
			      "seed %llu: byte %zu of %zu is taken for something else",
			      (unsigned long long)seed, at, len);
		free(copy);
	}
}

static void frame_check(uint64_t seed, decode_fn *decode, size_t len)
{
	struct random random = {seed};

	comes_back(seed, decode, len);
	is_refused_when_cut(seed, decode, len, &random);
	has_one_meaning(seed, decode, len, &random);
}

START_TEST(instances_cross)
{
	size_t n = 0;

	for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
		struct conf *conf = conf_random((struct conf_seed){.seed = seed}, NULL);

		for (size_t i = 0; i < conf->n_vrrps; i++, n++) {
			struct vrrp_instance_frame frame = {.conf = conf->vrrps[i]};

			frame_check(seed, instance_again,
				    vrrp_instance_encode(&frame, body, BODY_MAX - 1));
		}
		conf_free(conf);
	}
	ck_assert_uint_gt(n, N_SEEDS / 4);
}
END_TEST

START_TEST(static_items_cross)
{
	size_t n = 0;

	for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
		struct conf *conf = conf_random((struct conf_seed){.seed = seed}, NULL);

		if (!conf_statics_are_empty(&conf->statics)) {
			frame_check(seed, statics_again,
				    vrrp_statics_encode(&conf->statics, body, BODY_MAX - 1));
			n++;
		}
		conf_free(conf);
	}
	ck_assert_uint_gt(n, N_SEEDS / 10);
}
END_TEST

/* Behind an address that makes sense, too. */
START_TEST(a_static_address_that_makes_no_sense_is_refused)
{
	const struct conf_vip good = {
	    .addr = {AF_INET, {10, 0, 0, 1}}, .prefix_len = 24, .interface = "eth0", .label = ""};
	struct conf_vip vips[] = {good, good, good, good, good};

	vips[1].addr.family = AF_UNSPEC;
	vips[2].addr.family = AF_UNIX;
	vips[3].prefix_len = 33;
	vips[4].interface = "an interface with this name";
	for (size_t i = 0; i < sizeof(vips) / sizeof(vips[0]); i++) {
		struct conf_vip pair[] = {good, vips[i]};
		const struct conf_statics statics = {.addresses = pair, .n_addresses = 2};
		size_t len = vrrp_statics_encode(&statics, body, BODY_MAX);

		ck_assert_uint_gt(len, 0);
		ck_assert_msg((statics_again(body, len, again) > 0) == (i == 0), "address %zu", i);
	}
}
END_TEST

static void checks_of(uint64_t seed, const struct conf_real_server *rs, size_t *n)
{
	static const struct check_tls tls = {"ca", "certificate", "key", "password"};

	for (size_t i = 0; i < rs->n_checks; i++) {
		const struct conf_check_kind *kind = conf_check_kind(&rs->checks[i]);

		/* One without a port is not sent: there is nothing to connect to. */
		if (kind->runner != CONF_RUNNER_CHECK || !rs->checks[i].target.port)
			continue;
		frame_check(seed, check_again,
			    check_spec_encode(seed + 1, &rs->checks[i], kind->is_tls ? &tls : NULL,
					      body, BODY_MAX - 1));
		(*n)++;
	}
}

START_TEST(checks_cross)
{
	size_t n = 0;

	for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
		struct conf *conf = conf_random((struct conf_seed){.seed = seed}, NULL);

		for (size_t i = 0; i < conf->n_virtual_servers; i++)
			for (size_t k = 0; k < conf->virtual_servers[i].n_real_servers; k++)
				checks_of(seed, &conf->virtual_servers[i].real_servers[k], &n);
		conf_free(conf);
	}
	ck_assert_uint_gt(n, N_SEEDS);
}
END_TEST

/* A file with n addresses in a block; NULL if it is refused. */
static struct conf *with_addresses(const char *head, size_t n, const char *tail, char **ret_why)
{
	struct diags diags = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	char first[512];
	struct conf *conf;

	fputs(head, out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, " 10.1.%zu.%zu/32 dev lo\n", i / 256, i % 256);
	fputs(tail, out);
	ck_assert_int_eq(fclose(out), 0);
	conf = conf_load_text("file", text, len, &diags);
	*ret_why = conf ? NULL : strdup(diags_first_error(&diags, first, sizeof(first)));
	diags_free(&diags);
	free(text);
	return conf;
}

/* The most addresses that a file may have in a block, which cross; one more is refused with its reason. */
static struct conf *with_most(const char *head, const char *tail, const char *reason)
{
	size_t least = 1, most = 20000;
	struct conf *conf;
	char *why;

	while (most - least > 1) {
		size_t n = least + (most - least) / 2;

		conf = with_addresses(head, n, tail, &why);
		*(conf ? &least : &most) = n;
		conf_free(conf);
		free(why);
	}
	ck_assert_ptr_null(with_addresses(head, most, tail, &why));
	ck_assert_ptr_nonnull(strstr(why, reason));
	free(why);
	ck_assert_uint_gt(least, 256);
	return with_addresses(head, least, tail, &why);
}

START_TEST(what_a_file_may_have_crosses)
{
	struct conf *conf = with_most("static_ipaddress {\n", "}\n", "static_ipaddress, static_routes");
	struct vrrp_instance_frame frame = {0};

	ck_assert_uint_gt(vrrp_statics_encode(&conf->statics, body, sizeof(body)), 0);
	conf_free(conf);
	conf = with_most("vrrp_instance A {\n interface eth0\n virtual_router_id 5\n"
			 " virtual_ipaddress { 10.0.0.1 }\n virtual_ipaddress_excluded {\n",
			 " }\n}\n", "vrrp_instance A: its addresses, routes, rules and peers");
	frame.conf = conf->vrrps[0];
	ck_assert_uint_gt(vrrp_instance_encode(&frame, body, sizeof(body)), 0);
	conf_free(conf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf crossing");
	TCase *tcase = tcase_create("crossing");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, instances_cross);
	tcase_add_test(tcase, static_items_cross);
	tcase_add_test(tcase, a_static_address_that_makes_no_sense_is_refused);
	tcase_add_test(tcase, checks_cross);
	tcase_add_test(tcase, what_a_file_may_have_crosses);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
