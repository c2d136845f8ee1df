/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdicts that outlive a director: their keys, their text, and what the model makes of them. */
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "healthcheck/verdict/verdict.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_NS (60 * NS_PER_S)
#define WALL_US  1700000000000000

struct rig {
	struct conf *conf;
	struct health *health;
	struct mono now;
};

static void rig_configure(struct rig *rig, struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(rig->health, conf, rig->now, WALL_US, &added, &dropped);
	vec_free(&added);
	vec_free(&dropped);
	if (rig->conf)
		test_conf_free(rig->conf);
	rig->conf = conf;
}

static struct rig rig_new(struct conf *conf)
{
	struct rig rig = {.health = health_new(), .now = {1000 * NS_PER_S}};

	rig_configure(&rig, conf);
	return rig;
}

static void rig_free(struct rig *rig)
{
	health_free(rig->health);
	test_conf_free(rig->conf);
}

static const struct health_vs *service(const struct rig *rig)
{
	size_t n;

	return health_services(rig->health, &n);
}

static const struct health_check *check_of(const struct rig *rig, size_t rs, size_t at)
{
	return &service(rig)->real_servers[rs].checks[at];
}

/* A probe of the check has this outcome. */
static void probe(struct rig *rig, size_t rs, size_t at, enum probe_outcome outcome, const char *reason)
{
	const struct health_check *check = check_of(rig, rs, at);
	struct probe_result result = {.outcome = outcome, .is_answered = outcome == PROBE_FAIL};
	check_id due[16];

	snprintf(result.reason, sizeof(result.reason), "%s", reason);
	rig->now = mono_add_ms(rig->now, 60000);
	health_take_due(rig->health, rig->now, due, 16);
	health_outcome(rig->health, check->id, &result, rig->now, WALL_US + 5);
}

/* restart(): the kernel has the services without the servers, or with weight 0. */
static bool is_out, is_idle;

/* Hands the verdicts to a model of conf, as a restart does. is_shown: the kernel has the servers; else
 * it has no service, unless is_out or is_idle. */
static struct rig restart(struct rig *old, struct conf *conf, bool is_shown, size_t n_taken)
{
	struct rig rig = rig_new(conf);
	struct verdicts verdicts;
	struct err err;
	size_t len;
	char *text = health_verdicts_text(old->health, old->now, LIMIT_NS, &len);

	ck_assert_msg(verdicts_read(text, len, &verdicts, &err) == 0, "%s\n%s", err.text, text);
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		for (size_t j = 0; j < conf->virtual_servers[i].n_real_servers; j++) {
			health_adopt(rig.health, i, j, is_shown || is_out || is_idle, is_shown);
			if (is_idle)
				health_adopt_idle(rig.health, i, j);
		}
		health_adopt_quorum(rig.health, i, false);
	}
	ck_assert_uint_eq(health_adopt_verdicts(rig.health, &verdicts, rig.now, WALL_US + 10), n_taken);
	verdicts_free(&verdicts);
	free(text);
	rig_free(old);
	return rig;
}

static size_t count_changes(struct rig *rig, enum health_change_kind kind)
{
	struct health_change change;
	size_t n = 0;

	while (health_next_change(rig->health, &change))
		n += change.kind == kind;
	return n;
}

/* ---- what is taken over ---- */

START_TEST(servers_begin_as_they_were)
{
	struct rig old = rig_new(test_conf_new(1, 3, 2)), rig;

	for (size_t i = 0; i < 4; i++)
		probe(&old, i / 2, i % 2, i == 3 ? PROBE_FAIL : PROBE_OK, i == 3 ? "refused" : "connected");
	ck_assert_int_eq(service(&old)->real_servers[1].state, HEALTH_DOWN);
	rig = restart(&old, test_conf_new(1, 3, 2), false, 4);
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_UP);
	ck_assert_int_eq(service(&rig)->real_servers[1].state, HEALTH_DOWN);
	ck_assert_int_eq(service(&rig)->real_servers[2].state, HEALTH_UNKNOWN);
	ck_assert_int_eq(service(&rig)->real_servers[1].since_wall_us, WALL_US + 5);
	ck_assert_str_eq(check_of(&rig, 1, 1)->last.reason, "refused");
	ck_assert(check_of(&rig, 1, 1)->is_from_before);
	ck_assert(!check_of(&rig, 2, 0)->is_from_before);
	ck_assert(service(&rig)->is_quorum_up);
	/* Two servers are told of, as after their first outcomes. The gate still waits for probes. */
	ck_assert_uint_eq(count_changes(&rig, HEALTH_CHANGE_REAL_SERVER), 2);
	ck_assert(!health_is_known(rig.health));
	/* A probe that finds the same is no change, but confirms the verdict. */
	probe(&rig, 1, 1, PROBE_FAIL, "refused again");
	ck_assert(!check_of(&rig, 1, 1)->is_from_before);
	ck_assert_uint_eq(count_changes(&rig, HEALTH_CHANGE_REAL_SERVER), 0);
	rig_free(&rig);
}
END_TEST

START_TEST(retry_goes_on)
{
	struct rig old = rig_new(test_conf_new(1, 1, 1)), rig;

	probe(&old, 0, 0, PROBE_OK, "connected");
	rig = restart(&old, test_conf_new(1, 1, 1), true, 1);
	/* Without a verdict the first outcome would decide at once. */
	probe(&rig, 0, 0, PROBE_FAIL, "refused");
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_UP);
	probe(&rig, 0, 0, PROBE_FAIL, "refused");
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_DOWN);
	rig_free(&rig);
}
END_TEST

START_TEST(no_verdict_confirms_nothing)
{
	struct rig old = rig_new(test_conf_new(1, 1, 1)), rig;

	probe(&old, 0, 0, PROBE_OK, "connected");
	rig = restart(&old, test_conf_new(1, 1, 1), true, 1);
	probe(&rig, 0, 0, PROBE_NONE, "no route");
	ck_assert(check_of(&rig, 0, 0)->is_from_before);
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_UP);
	rig_free(&rig);
}
END_TEST

/* With `alpha` a server is absent until its first success; before the restart it had that. */
START_TEST(alpha_had_its_success)
{
	struct conf *conf = test_conf_new(1, 1, 1), *next = test_conf_new(1, 1, 1);
	struct rig old, rig;

	conf->virtual_servers[0].real_servers[0].checks[0].is_alpha = true;
	next->virtual_servers[0].real_servers[0].checks[0].is_alpha = true;
	old = rig_new(conf);
	probe(&old, 0, 0, PROBE_OK, "connected");
	rig = restart(&old, next, false, 1);
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_UP);
	ck_assert_uint_eq(service(&rig)->live_weight, 1);
	rig_free(&rig);
}
END_TEST

/* The kernel has the server with a weight, although it is down: somebody kept it (panic guard). */
START_TEST(what_was_kept_is_not_taken_out)
{
	struct rig old = rig_new(test_conf_new(1, 1, 1)), rig;

	probe(&old, 0, 0, PROBE_FAIL, "timed out");
	rig = restart(&old, test_conf_new(1, 1, 1), true, 0);
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_UNKNOWN);
	ck_assert(!check_of(&rig, 0, 0)->is_from_before);
	ck_assert_int_eq(check_of(&rig, 0, 0)->last_wall_us, 0);
	ck_assert_uint_eq(service(&rig)->live_weight, 1);
	ck_assert_uint_eq(service(&rig)->real_servers[0].n_down, 0);
	rig_free(&rig);
}
END_TEST

/* The director could not reach it and gave it weight 0, or took it out and was killed before it wrote that
 * it is down: that it was up before is no reason to trust it. */
START_TEST(what_was_cut_off_is_not_put_back)
{
	bool *is_gone = _i ? &is_idle : &is_out;
	struct rig old = rig_new(test_conf_new(1, 1, 1)), rig;

	probe(&old, 0, 0, PROBE_OK, "connected");
	*is_gone = true;
	rig = restart(&old, test_conf_new(1, 1, 1), false, 0);
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_UNKNOWN);
	ck_assert(!check_of(&rig, 0, 0)->is_from_before);
	ck_assert_uint_eq(service(&rig)->live_weight, 0);
	rig_free(&rig);
	/* That it was down still counts. */
	old = rig_new(test_conf_new(1, 1, 1));
	probe(&old, 0, 0, PROBE_FAIL, "refused");
	rig = restart(&old, test_conf_new(1, 1, 1), false, 1);
	ck_assert_int_eq(service(&rig)->real_servers[0].state, HEALTH_DOWN);
	rig_free(&rig);
	*is_gone = false;
}
END_TEST

START_TEST(another_meaning_is_another_check)
{
	struct conf *next = test_conf_new(1, 1, 2);
	struct rig old = rig_new(test_conf_new(1, 1, 2)), rig;

	probe(&old, 0, 0, PROBE_OK, "connected");
	probe(&old, 0, 1, PROBE_FAIL, "refused");
	next->virtual_servers[0].real_servers[0].checks[0].retry = 7;      /* no meaning */
	next->virtual_servers[0].real_servers[0].checks[1].target.port = 9; /* another one */
	rig = restart(&old, next, false, 1);
	ck_assert_int_eq(check_of(&rig, 0, 0)->state, HEALTH_UP);
	ck_assert_int_eq(check_of(&rig, 0, 1)->state, HEALTH_UNKNOWN);
	rig_free(&rig);
}
END_TEST

START_TEST(an_outcome_is_newer)
{
	struct rig old = rig_new(test_conf_new(1, 1, 1)), rig = rig_new(test_conf_new(1, 1, 1));
	struct verdicts verdicts;
	struct err err;
	size_t len;
	char *text;

	probe(&old, 0, 0, PROBE_OK, "connected");
	probe(&rig, 0, 0, PROBE_FAIL, "refused");
	text = health_verdicts_text(old.health, old.now, LIMIT_NS, &len);
	ck_assert_int_eq(verdicts_read(text, len, &verdicts, &err), 0);
	ck_assert_uint_eq(health_adopt_verdicts(rig.health, &verdicts, rig.now, WALL_US), 0);
	ck_assert_int_eq(check_of(&rig, 0, 0)->state, HEALTH_DOWN);
	verdicts_free(&verdicts);
	free(text);
	rig_free(&rig);
	rig_free(&old);
}
END_TEST

static struct conf *agent_conf(void)
{
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check *check = &conf->virtual_servers[0].real_servers[0].checks[0];

	conf->virtual_servers[0].real_servers[0].weight = 200;
	check->type = CONF_CHECK_AGENT;
	check->is_agent = check->is_dynamic = true;
	check->agent_send = "";
	return conf;
}

/* What `lvsctl agent` said survives, and what the agent says next is added to it. */
START_TEST(the_words_of_an_agent_stay)
{
	struct rig old = rig_new(agent_conf()), rig;
	struct verdicts verdicts;
	struct err err;
	size_t len;
	char *text;

	ck_assert(health_agent_say(old.health, 0, 0, "drain 50% #full", old.now, WALL_US));
	rig = restart(&old, agent_conf(), true, 1);
	ck_assert_uint_eq(service(&rig)->real_servers[0].weight, 0);
	ck_assert_str_eq(check_of(&rig, 0, 0)->last.reason, "the agent says: drain 50% #full");
	/* Words have no age while a director lives, also those that were taken over. */
	rig.now = mono_add_ns(rig.now, 2 * LIMIT_NS);
	text = health_verdicts_text(rig.health, rig.now, LIMIT_NS, &len);
	ck_assert_int_eq(verdicts_read(text, len, &verdicts, &err), 0);
	ck_assert_uint_eq(verdicts.n, 1);
	verdicts_free(&verdicts);
	free(text);
	/* Nor does a silent agent, or another restart, take its reason away. */
	for (int i = 0; i < 2; i++) {
		probe(&rig, 0, 0, PROBE_FAIL, "timed out");
		ck_assert_str_eq(check_of(&rig, 0, 0)->last.reason,
				 "the agent said last: drain 50% #full; no answer now: timed out");
		old = rig;
		rig = restart(&old, agent_conf(), true, 1);
		ck_assert_str_eq(check_of(&rig, 0, 0)->last.reason, "the agent says: drain 50% #full");
	}
	ck_assert(health_agent_say(rig.health, 0, 0, "ready", rig.now, WALL_US));
	ck_assert_uint_eq(service(&rig)->real_servers[0].weight, 100);
	rig_free(&rig);
}
END_TEST

START_TEST(an_old_verdict_is_not_handed_on_for_ever)
{
	struct rig old = rig_new(test_conf_new(1, 1, 1)), rig;
	struct verdicts verdicts;
	struct err err;

	probe(&old, 0, 0, PROBE_OK, "connected");
	rig = restart(&old, test_conf_new(1, 1, 1), true, 1);
	for (size_t i = 0; i < 2; i++) {
		size_t len;
		char *text = health_verdicts_text(rig.health, rig.now, LIMIT_NS, &len);

		ck_assert_int_eq(verdicts_read(text, len, &verdicts, &err), 0);
		ck_assert_uint_eq(verdicts.n, 1 - i);
		verdicts_free(&verdicts);
		free(text);
		rig.now = mono_add_ns(rig.now, LIMIT_NS + 1);
	}
	rig_free(&rig);
}
END_TEST

/* Only what the text would say differently counts as a change: the director writes it after one. */
START_TEST(equal_outcomes_change_nothing)
{
	struct rig rig = rig_new(test_conf_new(1, 1, 1));
	uint64_t n;

	probe(&rig, 0, 0, PROBE_OK, "connected");
	n = health_verdict_changes(rig.health);
	probe(&rig, 0, 0, PROBE_OK, "connected");
	probe(&rig, 0, 0, PROBE_FAIL, "refused");
	ck_assert_uint_eq(health_verdict_changes(rig.health), n);
	probe(&rig, 0, 0, PROBE_FAIL, "refused");
	ck_assert_uint_gt(health_verdict_changes(rig.health), n);
	rig_free(&rig);
}
END_TEST

/* ---- the text ---- */

/* A text with these lines, and its last line. */
static char *text_of(const char *lines, size_t n)
{
	char *begin = mem_printf("lvsd verdicts 1\n%s", lines);
	char *text = mem_printf("%send %zu %016" PRIx64 "\n", begin, n, hash_text(begin));

	free(begin);
	return text;
}

#define KEY "00112233445566ff"

static const struct {
	const char *line; /* NULL: not a line but the whole text */
	const char *text, *err;
} refused[] = {
    {NULL, "", "its first line is not 'lvsd verdicts 1'"},
    {NULL, "lvsd verdicts 2\n", "its first line is not 'lvsd verdicts 1'"},
    {NULL, "lvsd verdicts 1", "its first line is not 'lvsd verdicts 1'"},
    {NULL, "lvsd verdicts 1\n", "its end is missing"},
    {NULL, "lvsd verdicts 1\nend 0 0000000000000000\n", "its last line does not fit what is before it"},
    {NULL, "lvsd verdicts 1\nend 0\n", "its last line does not fit what is before it"},
    {"", NULL, "line 2 is no verdict"},
    {"0 up - 0 0:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {"00112233445566FF up - 0 0:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " well - 0 0:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up 2147483648 0 0:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up -1 0 0:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 2 0:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 3:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:65536:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:0:4:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:0:0:3 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:0:0:0:0 up 1 1 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:0:0:0 up 1", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:0:0:0 up 1 99999999999999999999 x", NULL, "line 2 is no verdict"},
    {KEY " up - 0 0:0:0:0 up 1 1 a\tb", NULL, "line 2 is no verdict"},
};

START_TEST(another_text_is_refused)
{
	char *line = refused[_i].line ? mem_printf("%s\n", refused[_i].line) : NULL;
	char *text = line ? text_of(line, 1) : mem_strdup(refused[_i].text);
	struct verdicts verdicts;
	struct err err;

	ck_assert_int_lt(verdicts_read(text, strlen(text), &verdicts, &err), 0);
	ck_assert_str_eq(err.text, refused[_i].err);
	free(text);
	free(line);
}
END_TEST

/* Cut anywhere, or with one other byte, it is refused; and nothing is read beyond its end. */
START_TEST(damage_is_found)
{
	char *text = text_of(KEY " up 7 1 1:75:2:0 down 1 2 it said so\n" KEY " down - 0 0:0:0:0 up 3 4 \n", 2);
	size_t len = strlen(text);
	struct verdicts verdicts;
	struct err err;

	ck_assert_int_eq(verdicts_read(text, len, &verdicts, &err), 0);
	ck_assert_uint_eq(verdicts.n, 2);
	verdicts_free(&verdicts);
	for (size_t i = 0; i < len; i++) {
		char *cut = mem_calloc(i + 1, 1);

		memcpy(cut, text, i);
		ck_assert_int_lt(verdicts_read(cut, i, &verdicts, &err), 0);
		free(cut);
		for (unsigned byte = 0; byte < 256; byte++) {
			char was = text[i];

			if ((char)byte == was)
				continue;
			text[i] = (char)byte;
			ck_assert_int_lt(verdicts_read(text, len, &verdicts, &err), 0);
			text[i] = was;
		}
	}
	free(text);
}
END_TEST

/* ---- the key ---- */

START_TEST(the_key_has_the_meaning)
{
	struct conf *conf = test_conf_new(2, 2, 2);
	struct conf_virtual_server *vs = conf->virtual_servers;
	struct conf_check *check = &vs[0].real_servers[0].checks[0], was = *check;
	uint64_t key = verdict_key(&vs[0].key, &vs[0].real_servers[0].id, check);

	ck_assert_uint_ne(key, verdict_key(&vs[1].key, &vs[0].real_servers[0].id, check));
	ck_assert_uint_ne(key, verdict_key(&vs[0].key, &vs[0].real_servers[1].id, check));
	ck_assert_uint_ne(key, verdict_key(&vs[0].key, &vs[0].real_servers[0].id, &vs[0].real_servers[0].checks[1]));
	check->delay_loop_us++;
	check->retry++;
	check->ordinal = 9;
	ck_assert_uint_eq(key, verdict_key(&vs[0].key, &vs[0].real_servers[0].id, check));
	check->fwmark = 1;
	ck_assert_uint_ne(key, verdict_key(&vs[0].key, &vs[0].real_servers[0].id, check));
	*check = was;
	check->bind_if = "eth0";
	ck_assert_uint_ne(key, verdict_key(&vs[0].key, &vs[0].real_servers[0].id, check));
	*check = was;
	test_conf_set_http(conf, check, "/a");
	key = verdict_key(&vs[0].key, &vs[0].real_servers[0].id, check);
	check->urls[0].path = "/b";
	ck_assert_uint_ne(key, verdict_key(&vs[0].key, &vs[0].real_servers[0].id, check));
	test_conf_free(conf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdicts");
	TCase *tests = tcase_create("verdicts");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, servers_begin_as_they_were);
	tcase_add_test(tests, retry_goes_on);
	tcase_add_test(tests, no_verdict_confirms_nothing);
	tcase_add_test(tests, alpha_had_its_success);
	tcase_add_test(tests, what_was_kept_is_not_taken_out);
	tcase_add_loop_test(tests, what_was_cut_off_is_not_put_back, 0, 2);
	tcase_add_test(tests, another_meaning_is_another_check);
	tcase_add_test(tests, an_outcome_is_newer);
	tcase_add_test(tests, the_words_of_an_agent_stay);
	tcase_add_test(tests, an_old_verdict_is_not_handed_on_for_ever);
	tcase_add_test(tests, equal_outcomes_change_nothing);
	tcase_add_loop_test(tests, another_text_is_refused, 0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tests, damage_is_found);
	tcase_add_test(tests, the_key_has_the_meaning);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
