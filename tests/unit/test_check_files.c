/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FILE_CHECK: what the number in a file means, and what the health model makes of it. */
#include "base/vec.h"
#include "daemon/director/check/files.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int32_t number, weight;
	bool is_reverse;
	enum probe_outcome outcome;
	int32_t added;
	const char *reason;
} judgements[] = {
    {5, 2, false, PROBE_OK, 10, "file load says 5: weight +10"},
    {5, 2, true, PROBE_OK, -10, "file load says 5: weight -10"},
    {-5, 2, false, PROBE_OK, -10, "file load says -5: weight -10"},
    {0, 7, false, PROBE_OK, 0, "file load says 0: weight +0"},
    {0, 0, false, PROBE_OK, 0, "file load says 0"},
    {1, 0, false, PROBE_FAIL, 0, "file load says 1"},
    {-1, 0, false, PROBE_FAIL, 0, "file load says -1"},
    {0, 0, true, PROBE_FAIL, 0, "file load says 0"},
    {1, 0, true, PROBE_OK, 0, "file load says 1"},
    {INT32_MIN, 1, false, PROBE_FAIL, 0, "file load says -2147483648, times weight 1"},
    {INT32_MIN + 1, 1, false, PROBE_OK, INT32_MIN + 1,
     "file load says -2147483647: weight -2147483647"},
    {INT32_MIN, INT32_MAX, false, PROBE_FAIL, 0, "file load says -2147483648, times weight 2147483647"},
    {INT32_MAX, INT32_MAX, true, PROBE_FAIL, 0,
     "file load says 2147483647, times weight -2147483647"},
    {INT32_MAX, INT32_MAX, false, PROBE_OK, INT32_MAX,
     "file load says 2147483647: weight +2147483647"},
    {INT32_MIN, INT32_MAX, true, PROBE_OK, INT32_MAX,
     "file load says -2147483648: weight +2147483647"},
    {INT32_MIN, -1, false, PROBE_OK, INT32_MAX, "file load says -2147483648: weight +2147483647"},
};

START_TEST(a_number_is_judged)
{
	const struct conf_check check = {.file = "load",
					 .file_weight = judgements[_i].weight,
					 .is_file_reverse = judgements[_i].is_reverse};
	const struct file_said said = {true, judgements[_i].number, ""};
	struct probe_result result = file_judge(&check, &said);

	ck_assert_str_eq(result.reason, judgements[_i].reason);
	ck_assert_int_eq(result.outcome, judgements[_i].outcome);
	ck_assert_int_eq(result.added, judgements[_i].added);
	ck_assert(!result.has_weight);
}
END_TEST

START_TEST(a_file_without_a_number_says_why)
{
	const struct conf_check check = {.file = "load", .file_weight = 2};
	const struct conf_check needy = {.file = "load", .is_file_reverse = true};
	struct file_said said = {true, 0, "it does not exist"};

	ck_assert_str_eq(file_judge(&check, &said).reason,
			 "file load counts as 0, as it does not exist: weight +0");
	ck_assert_int_eq(file_judge(&check, &said).outcome, PROBE_OK);
	ck_assert_str_eq(file_judge(&needy, &said).reason,
			 "file load counts as 0, as it does not exist");
	ck_assert_int_eq(file_judge(&needy, &said).outcome, PROBE_FAIL);
	said = (struct file_said){false, 0, "the director process may not read it"};
	ck_assert_str_eq(file_judge(&needy, &said).reason,
			 "no verdict: file load: the director process may not read it");
	ck_assert_int_eq(file_judge(&needy, &said).outcome, PROBE_NONE);
	ck_assert_str_eq(file_judge(&check, &(struct file_said){.why = ""}).reason,
			 "no verdict: file load: it was not read yet");
	ck_assert_int_eq(file_judge(&check, &(struct file_said){.why = ""}).outcome, PROBE_NONE);
}
END_TEST

/* --- with the model --- */

static struct vrrp_source source_of(const char *name, int32_t number)
{
	struct vrrp_source source = {
	    .kind = CONF_TRACKER_FILE, .state = VRRP_SOURCE_NUMBER, .number = number};

	snprintf(source.name, sizeof(source.name), "%s", name);
	return source;
}


static struct {
	struct conf *conf;
	struct health *health;
	struct vrrp_sources sources;
	size_t n_events;
} rig;

static const struct mono now = {1000 * NS_PER_S};

static void take(check_id id, const struct probe_result *result, void *arg)
{
	(void)arg;
	rig.n_events++;
	health_event(rig.health, id, result, now, 1);
}

static void configure(struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};
	struct conf *before = rig.conf;

	rig.conf = conf;
	health_configure(rig.health, conf, now, 1, &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
	if (before)
		test_conf_free(before);
}

/* One server of weight 10, whose checks track the files a and b. */
static struct conf *conf_new(int32_t weight_a, int32_t weight_b)
{
	struct conf *conf = test_conf_new(1, 1, 2);
	struct conf_real_server *rs = &conf->virtual_servers[0].real_servers[0];

	rs->weight = 10;
	for (size_t i = 0; i < 2; i++) {
		rs->checks[i].type = CONF_CHECK_FILE;
		rs->checks[i].retry = 0;
		rs->checks[i].file = i ? "b" : "a";
		rs->checks[i].file_weight = i ? weight_b : weight_a;
	}
	return conf;
}

static const struct health_rs *server(void)
{
	size_t n;

	return health_services(rig.health, &n)->real_servers;
}

static void say(const char *name, int32_t number)
{
	const struct vrrp_source source = source_of(name, number);

	vrrp_sources_set(&rig.sources, &source);
	check_files_judge(rig.health, &rig.sources, take, NULL);
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	rig.health = health_new();
	configure(conf_new(1, 1));
}

static void teardown(void)
{
	health_free(rig.health);
	test_conf_free(rig.conf);
	vrrp_sources_free(&rig.sources);
}

START_TEST(files_add_to_the_weight_and_nothing_accumulates)
{
	check_id id;

	ck_assert(mono_is_never(health_next_due(rig.health)));
	ck_assert_uint_eq(health_take_due(rig.health, mono_add_ms(now, 100000000), &id, 1), 0);
	ck_assert(!health_is_known(rig.health));
	check_files_judge(rig.health, &rig.sources, take, NULL);
	ck_assert(health_is_known(rig.health)); /* without a verdict, but nothing is to be waited for */
	ck_assert_int_eq(server()->state, HEALTH_UNKNOWN);
	say("a", 5);
	ck_assert_int_eq(server()->state, HEALTH_UNKNOWN);
	say("b", 0);
	ck_assert_int_eq(server()->state, HEALTH_UP);
	ck_assert_uint_eq(server()->weight, 15);
	for (int i = 0; i < 3; i++) {
		say("a", -20);
		ck_assert_uint_eq(server()->weight, 0);
		say("b", 15); /* 10 - 20 + 15: the sum is limited, not its parts */
		ck_assert_uint_eq(server()->weight, 5);
		say("b", 0);
		say("a", 5);
		ck_assert_uint_eq(server()->weight, 15);
	}
	rig.n_events = 0;
	say("a", 5);
	ck_assert_uint_eq(rig.n_events, 0);
	ck_assert_int_eq(server()->state, HEALTH_UP);
}
END_TEST

/* After a restart the kernel's weight holds until the file is known, as with misc_dynamic. */
START_TEST(the_weight_of_before_a_restart_is_adopted)
{
	health_adopt(rig.health, 0, 0, true, true);
	health_adopt_weight(rig.health, 0, 0, 4);
	ck_assert_uint_eq(server()->weight, 4);
	say("a", -6);
	say("b", 0);
	ck_assert_uint_eq(server()->weight, 4);
	say("b", 1);
	ck_assert_uint_eq(server()->weight, 5);
}
END_TEST

START_TEST(a_fault_takes_the_server_out_at_once)
{
	say("a", 5);
	say("b", 0);
	say("a", INT32_MIN);
	ck_assert_int_eq(server()->state, HEALTH_DOWN);
	say("b", 7);
	ck_assert_int_eq(server()->state, HEALTH_DOWN);
	say("a", 1);
	ck_assert_int_eq(server()->state, HEALTH_UP);
	ck_assert_uint_eq(server()->weight, 18);
}
END_TEST

START_TEST(a_reload_with_another_weight_counts_at_once)
{
	say("a", 5);
	say("b", 1);
	ck_assert_uint_eq(server()->weight, 16);
	configure(conf_new(3, 1));
	check_files_judge(rig.health, &rig.sources, take, NULL);
	ck_assert_int_eq(server()->state, HEALTH_UP);
	ck_assert_uint_eq(server()->weight, 26);
	configure(conf_new(0, 1));
	check_files_judge(rig.health, &rig.sources, take, NULL);
	ck_assert_int_eq(server()->state, HEALTH_DOWN);
	ck_assert(mono_is_never(health_next_due(rig.health)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("checks of files");
	TCase *tcase = tcase_create("checks of files");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_loop_test(tcase, a_number_is_judged, 0, sizeof(judgements) / sizeof(judgements[0]));
	tcase_add_test(tcase, a_file_without_a_number_says_why);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("model");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, files_add_to_the_weight_and_nothing_accumulates);
	tcase_add_test(tcase, the_weight_of_before_a_restart_is_adopted);
	tcase_add_test(tcase, a_fault_takes_the_server_out_at_once);
	tcase_add_test(tcase, a_reload_with_another_weight_counts_at_once);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
