/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the words of an agent mean, one answer after the other, and what the model makes of them. */
#include "base/vec.h"
#include "healthcheck/dialogue.h"
#include "healthcheck/health.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

/* A line after the lines before it, for a server of weight 200; "": no answer. */
static const struct {
	const char *line;
	enum probe_outcome outcome;
	int64_t weight; /* -1: none of its own */
} talk[] = {
    {"", PROBE_OK, -1},
    {"hello", PROBE_OK, -1},
    {"up", PROBE_OK, -1},
    {"75%", PROBE_OK, 150},
    {"", PROBE_OK, 150},
    {"weight:30", PROBE_OK, 30},
    {"weight:50%", PROBE_OK, 100},
    {"drain", PROBE_OK, 0},
    {"10%", PROBE_OK, 0}, /* still drained */
    {"", PROBE_OK, 0},
    {"up", PROBE_OK, 0}, /* up undoes down, not drain */
    {"ready", PROBE_OK, 20},
    {"down #disk is full", PROBE_FAIL, -1},
    {"", PROBE_FAIL, -1}, /* only the agent undoes what it said */
    {"ready 100%", PROBE_FAIL, -1},
    {"up", PROBE_OK, 200},
    {"maint", PROBE_FAIL, -1},
    {"up", PROBE_FAIL, -1},
    {"ready", PROBE_OK, 200},
    {"fail", PROBE_FAIL, -1},
    {"up\t,ready,1%", PROBE_OK, 2},
    {"stopped", PROBE_FAIL, -1},
    {"up ready 0% maxconn:30", PROBE_OK, 0},
    {"500%", PROBE_OK, 1000},
    /* What is no word is no word; the rest counts. */
    {"weight:70000 -5% 70000% 5%% % weight: weight:x 3 UP 40%", PROBE_OK, 80},
    {"# 10% drain", PROBE_OK, 80},
};

START_TEST(words_add_up)
{
	struct agent_words words = {0};
	const struct probe_result kept = {0};
	char said[AGENT_SAID_MAX] = "";

	for (size_t i = 0; i < sizeof(talk) / sizeof(talk[0]); i++) {
		struct probe_result result = {.outcome = talk[i].line[0] ? PROBE_OK : PROBE_FAIL};

		snprintf(result.reason, sizeof(result.reason), "%s", talk[i].line);
		agent_take(&words, said, 200, &kept, &result);
		ck_assert_msg(result.outcome == talk[i].outcome && result.has_weight == (talk[i].weight >= 0) &&
				  result.weight == (talk[i].weight < 0 ? 0 : (uint32_t)talk[i].weight),
			      "%zu '%s': outcome %d, weight %d %u", i, talk[i].line, result.outcome, result.has_weight,
			      result.weight);
	}
}
END_TEST

START_TEST(reasons_say_who_said_it)
{
	struct probe_result result = {.outcome = PROBE_OK, .reason = "down #disk"}, kept = {0};
	struct agent_words words = {0};
	char said[AGENT_SAID_MAX] = "";

	agent_take(&words, said, 1, &kept, &result);
	ck_assert_str_eq(result.reason, "the agent says: down #disk");
	result = (struct probe_result){.outcome = PROBE_FAIL, .reason = "connection refused"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert_str_eq(result.reason,
			 "the agent said last: down #disk; no answer now: connection refused");
	/* A weight alone is not why the server is down. */
	result = (struct probe_result){.outcome = PROBE_OK, .reason = "50%"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert_int_eq(result.outcome, PROBE_FAIL);
	for (int i = 0; i < 2; i++) {
		result = (struct probe_result){.outcome = PROBE_FAIL, .reason = "timed out"};
		agent_take(&words, said, 1, &kept, &result);
		ck_assert_str_eq(result.reason, "the agent said last: down #disk; no answer now: timed out");
	}
	result = (struct probe_result){.outcome = PROBE_OK, .reason = "up #mended"};
	agent_take(&words, said, 1, &kept, &result);
	result = (struct probe_result){.outcome = PROBE_FAIL, .reason = "timed out"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert_int_eq(result.outcome, PROBE_OK);
	ck_assert_str_eq(result.reason, "the agent said last: up #mended; no answer now: timed out");
	/* The words of an lvsd that kept no line. */
	*said = '\0';
	words = (struct agent_words){.duty = AGENT_MAINT};
	result = (struct probe_result){.outcome = PROBE_FAIL, .reason = "timed out"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert_str_eq(result.reason, "down since the agent said so; no answer now: timed out");
	words = (struct agent_words){0};
	result = (struct probe_result){.outcome = PROBE_FAIL, .reason = "connection refused"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert_str_eq(result.reason, "no answer from the agent, which is no failure: connection refused");
	ck_assert(!result.is_warning);
	result = (struct probe_result){.outcome = PROBE_OK, .reason = "40% UP drian"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert_str_eq(result.reason, "'UP' is not a word of an agent; it says: 40% UP drian");
	ck_assert(result.is_warning && result.has_weight);
	/* Who is down by an agent's word is not lost, also while the agent is silent. */
	words = (struct agent_words){.service = AGENT_DOWN};
	result = (struct probe_result){.outcome = PROBE_FAIL, .reason = "timed out"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert(result.outcome == PROBE_FAIL && result.is_decided);
	words = (struct agent_words){0};
	/* A fault of this machine says nothing of the agent. */
	result = (struct probe_result){.outcome = PROBE_NONE, .reason = "no route"};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_str_eq(result.reason, "no route");
	/* Until the agent has spoken the weight of before a restart stays. */
	kept = (struct probe_result){.has_weight = true, .weight = 7};
	result = (struct probe_result){.outcome = PROBE_FAIL};
	agent_take(&words, said, 1, &kept, &result);
	ck_assert(result.has_weight);
	ck_assert_uint_eq(result.weight, 7);
}
END_TEST

START_TEST(words_of_people_are_refused_by_name)
{
	struct agent_words words;
	struct err err;

	ck_assert_int_eq(agent_read("up 75%", &words, &err), 0);
	ck_assert_int_lt(agent_read("up 75 drain", &words, &err), 0);
	ck_assert_str_eq(err.text, "'75' is not a word of an agent: up, down, fail, stopped, ready, drain, maint, "
				   "N%, weight:N, weight:N%");
	ck_assert_int_eq(words.duty, AGENT_DRAIN);
}
END_TEST

static enum dialogue_act answer(struct dialogue *dialogue, const struct conf_check *check, const char *text)
{
	size_t n = strlen(text);

	memcpy(dialogue->heard + dialogue->n_heard, text, n);
	dialogue->n_heard += n;
	dialogue->n_pieces++;
	return dialogue_agent.next(dialogue, check);
}

START_TEST(a_line_is_awaited_and_bounded)
{
	struct conf_check check = {.agent_send = "who\\n"};
	struct dialogue dialogue = {0};
	char flood[1001];

	ck_assert_int_eq(dialogue_agent.next(&dialogue, &check), DIALOGUE_SAY);
	ck_assert_int_eq(memcmp(dialogue.say, "who\n", dialogue.n_say), 0);
	ck_assert_int_eq(dialogue_agent.next(&dialogue, &check), DIALOGUE_LISTEN);
	ck_assert_uint_eq(dialogue.n_say, 0);
	ck_assert_int_eq(answer(&dialogue, &check, "up 7"), DIALOGUE_LISTEN);
	ck_assert_int_eq(answer(&dialogue, &check, "5%\r\nmore"), DIALOGUE_GOOD);
	ck_assert_str_eq(dialogue.reason, "up 75%");
	/* A reason may be long, words may not; and nothing is for ever. */
	memset(flood, 'a', sizeof(flood) - 1);
	flood[sizeof(flood) - 1] = '\0';
	dialogue = (struct dialogue){.step = 1};
	ck_assert_int_eq(answer(&dialogue, &check, "down #"), DIALOGUE_LISTEN);
	ck_assert_int_eq(answer(&dialogue, &check, flood), DIALOGUE_LISTEN);
	ck_assert_int_eq(answer(&dialogue, &check, "\n"), DIALOGUE_GOOD);
	dialogue = (struct dialogue){.step = 1};
	ck_assert_int_eq(answer(&dialogue, &check, flood), DIALOGUE_LISTEN);
	ck_assert_int_eq(answer(&dialogue, &check, "\n"), DIALOGUE_BAD);
	dialogue = (struct dialogue){.step = 1, .n_heard = DIALOGUE_REPLY_MAX};
	memset(dialogue.heard, 'a', sizeof(dialogue.heard));
	ck_assert_int_eq(dialogue_agent.next(&dialogue, &check), DIALOGUE_BAD);
	ck_assert_str_eq(dialogue.reason, "the line of the agent does not end");
	dialogue = (struct dialogue){.step = 1, .n_pieces = DIALOGUE_PIECES_MAX};
	ck_assert_int_eq(dialogue_agent.next(&dialogue, &check), DIALOGUE_BAD);
}
END_TEST

/* One server with a TCP check and an agent. */
static void outcome(struct health *health, struct mono *now, enum probe_outcome what, const char *reason)
{
	check_id ids[4];
	size_t n;

	now->ns += 10 * NS_PER_S;
	n = health_take_due(health, *now, ids, 4);
	for (size_t i = 0; i < n; i++) {
		struct probe_result result = {.outcome = PROBE_OK, .reason = "connected"};

		if (health_check_find(health, ids[i])->conf->is_agent) {
			result.outcome = what;
			snprintf(result.reason, sizeof(result.reason), "%s", reason);
		}
		health_outcome(health, ids[i], &result, *now, now->ns / NS_PER_US);
	}
}

START_TEST(the_model_obeys_pull_and_push)
{
	struct conf *conf = test_conf_new(1, 1, 2);
	struct health *health = health_new();
	struct check_ids added = {0}, dropped = {0};
	struct mono now = {100 * NS_PER_S};
	const struct health_rs *rs;
	size_t n;

	conf->virtual_servers->real_servers->weight = 100;
	conf->virtual_servers->real_servers->checks[1].is_agent = true;
	conf->virtual_servers->real_servers->checks[1].retry = 0;
	health_configure(health, conf, now, now.ns, &added, &dropped);
	rs = health_services(health, &n)->real_servers;
	/* An agent that is not there does not keep a server out. */
	outcome(health, &now, PROBE_FAIL, "connection refused");
	ck_assert_int_eq(rs->state, HEALTH_UP);
	ck_assert_uint_eq(rs->weight, 100);
	outcome(health, &now, PROBE_OK, "25%");
	ck_assert_uint_eq(rs->weight, 25);
	ck_assert(health_agent_say(health, 0, 0, "drain", now, 1));
	ck_assert_uint_eq(rs->weight, 0);
	ck_assert_int_eq(rs->state, HEALTH_UP);
	outcome(health, &now, PROBE_FAIL, "connection refused");
	ck_assert_uint_eq(rs->weight, 0);
	ck_assert(health_agent_say(health, 0, 0, "ready down #by hand", now, 1));
	ck_assert_int_eq(rs->state, HEALTH_DOWN);
	ck_assert_str_eq(rs->checks[1].last.reason, "the agent says: ready down #by hand");
	/* The reason stays while nobody says more, also over a fault of this machine and a reload. */
	outcome(health, &now, PROBE_NONE, "no route to host");
	ck_assert_str_eq(rs->checks[1].last.reason, "no route to host");
	conf->virtual_servers->real_servers->checks[0].delay_loop_us += 1000;
	health_configure(health, conf, now, now.ns, &added, &dropped);
	rs = health_services(health, &n)->real_servers;
	outcome(health, &now, PROBE_FAIL, "connection refused");
	ck_assert_int_eq(rs->state, HEALTH_DOWN);
	ck_assert_str_eq(rs->checks[1].last.reason,
			 "the agent said last: ready down #by hand; no answer now: connection refused");
	outcome(health, &now, PROBE_OK, "up");
	ck_assert_int_eq(rs->state, HEALTH_UP);
	ck_assert_uint_eq(rs->weight, 25);
	conf->virtual_servers->real_servers->checks[1].is_agent = false;
	ck_assert(!health_agent_say(health, 0, 0, "drain", now, 1));
	ck_assert_uint_eq(rs->weight, 25);
	health_free(health);
	test_conf_free(conf);
	vec_free(&added);
	vec_free(&dropped);
}
END_TEST

/* Makes a probe of the only check, whose outcome is what and whose script said these words. */
static void script_said(struct health *health, struct mono *now, enum probe_outcome what,
			struct agent_words said)
{
	struct probe_result result = {.outcome = what, .said = said, .is_decided = what == PROBE_OK};
	check_id id;

	now->ns += 100 * NS_PER_S;
	ck_assert_uint_eq(health_take_due(health, *now, &id, 1), 1);
	health_outcome(health, id, &result, *now, now->ns / NS_PER_US);
}

/* The words of misc_protocol json mean the same as an agent's; but a script that fails is a failure. */
START_TEST(the_model_obeys_a_script)
{
	static const struct {
		enum probe_outcome outcome;
		struct agent_words said;
		enum health_state state;
		uint32_t weight;
	} steps[] = {
	    {PROBE_OK, {.weighs = AGENT_PERCENT, .weight = 25}, HEALTH_UP, 25},
	    {PROBE_OK, {0}, HEALTH_UP, 25}, /* what is not said stays */
	    {PROBE_OK, {.duty = AGENT_DRAIN}, HEALTH_UP, 0},
	    {PROBE_OK, {.service = AGENT_UP}, HEALTH_UP, 0}, /* only ready ends drain */
	    {PROBE_OK, {.duty = AGENT_READY}, HEALTH_UP, 25},
	    {PROBE_NONE, {0}, HEALTH_UP, 25},
	    {PROBE_OK, {.service = AGENT_DOWN}, HEALTH_DOWN, 100},
	    {PROBE_OK, {0}, HEALTH_DOWN, 100},
	    {PROBE_NONE, {0}, HEALTH_DOWN, 100},
	    {PROBE_OK, {.service = AGENT_UP, .weighs = AGENT_WEIGHT, .weight = 7}, HEALTH_UP, 7},
	    {PROBE_FAIL, {0}, HEALTH_DOWN, 100}, /* it was late */
	    {PROBE_OK, {0}, HEALTH_UP, 7},
	    {PROBE_OK, {.duty = AGENT_MAINT}, HEALTH_DOWN, 100},
	};
	struct conf *conf = test_conf_new(1, 1, 1);
	struct conf_check *check = conf->virtual_servers->real_servers->checks;
	struct health *health = health_new();
	struct check_ids added = {0}, dropped = {0};
	struct mono now = {100 * NS_PER_S};
	const struct health_rs *rs;
	size_t n;

	conf->virtual_servers->real_servers->weight = 100;
	check->type = CONF_CHECK_MISC;
	check->misc_protocol = CONF_MISC_JSON;
	check->retry = 0;
	health_configure(health, conf, now, now.ns, &added, &dropped);
	rs = health_services(health, &n)->real_servers;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		script_said(health, &now, steps[i].outcome, steps[i].said);
		ck_assert_int_eq(rs->state, steps[i].state);
		ck_assert_uint_eq(rs->weight, steps[i].weight);
	}
	ck_assert(!health_agent_say(health, 0, 0, "up", now, 1)); /* it is no AGENT_CHECK */
	check->type = CONF_CHECK_TCP;
	health_free(health);
	test_conf_free(conf);
	vec_free(&added);
	vec_free(&dropped);
}
END_TEST

/* The TCP_CHECK has the outcome tcp, the agent (of the check after it) the line; "": no answer. */
static void both(struct health *health, struct mono *now, enum probe_outcome tcp, const char *line)
{
	check_id ids[4];
	size_t n;

	now->ns += 20 * NS_PER_S;
	n = health_take_due(health, *now, ids, 4);
	ck_assert_uint_eq(n, 2);
	for (size_t i = 0; i < n; i++) {
		bool is_agent = health_check_find(health, ids[i])->conf->is_agent;
		struct probe_result result = {.outcome = is_agent ? (*line ? PROBE_OK : PROBE_FAIL) : tcp};

		snprintf(result.reason, sizeof(result.reason), "%s",
			 is_agent && *line ? line : "connection refused");
		health_outcome(health, ids[i], &result, *now, now->ns / NS_PER_US);
	}
}

/* checks_required 1: an agent that has said neither up nor down does not keep a dead server in. */
START_TEST(a_silent_agent_abstains)
{
	static const struct {
		enum probe_outcome tcp;
		const char *line;
		enum health_state state;
		bool is_abstaining;
	} steps[] = {
	    {PROBE_FAIL, "", HEALTH_DOWN, true},       {PROBE_OK, "", HEALTH_UP, true},
	    {PROBE_FAIL, "", HEALTH_DOWN, true},       {PROBE_FAIL, "40%", HEALTH_DOWN, true},
	    {PROBE_OK, "drain", HEALTH_UP, true},      {PROBE_OK, "maint", HEALTH_UP, false},
	    {PROBE_FAIL, "maint", HEALTH_DOWN, false}, {PROBE_FAIL, "ready", HEALTH_DOWN, true},
	    {PROBE_FAIL, "up", HEALTH_UP, false},      {PROBE_FAIL, "", HEALTH_UP, false},
	    {PROBE_FAIL, "down", HEALTH_DOWN, false},  {PROBE_OK, "down", HEALTH_UP, false},
	};
	struct conf *conf = test_conf_new(1, 1, 2);
	struct conf_real_server *server = conf->virtual_servers->real_servers;
	struct health *health = health_new();
	struct check_ids added = {0}, dropped = {0};
	struct mono now = {100 * NS_PER_S};
	const struct health_rs *rs;
	size_t n;

	server->checks_required = 1;
	server->checks[0].retry = server->checks[1].retry = 0;
	server->checks[1].is_agent = true;
	health_configure(health, conf, now, now.ns, &added, &dropped);
	rs = health_services(health, &n)->real_servers;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		both(health, &now, steps[i].tcp, steps[i].line);
		ck_assert_msg(rs->state == steps[i].state, "%zu '%s': %s", i, steps[i].line,
			      health_state_name(rs->state));
		ck_assert(!health_check_is_abstaining(rs, &rs->checks[0]));
		ck_assert_msg(health_check_is_abstaining(rs, &rs->checks[1]) == steps[i].is_abstaining, "%zu '%s'", i,
			      steps[i].line);
	}
	health_free(health);
	test_conf_free(conf);
	vec_free(&added);
	vec_free(&dropped);
}
END_TEST

/* A server of which only agents speak is up while they are silent. */
START_TEST(an_agent_alone_keeps_its_server_up)
{
	struct conf *conf = test_conf_new(1, 1, 2);
	struct conf_check *checks = conf->virtual_servers->real_servers->checks;
	struct health *health = health_new();
	struct check_ids added = {0}, dropped = {0};
	struct mono now = {100 * NS_PER_S};
	const struct health_rs *rs;
	size_t n;

	checks[0].is_agent = checks[1].is_agent = true;
	checks[0].retry = checks[1].retry = 0;
	health_configure(health, conf, now, now.ns, &added, &dropped);
	rs = health_services(health, &n)->real_servers;
	ck_assert_int_eq(rs->state, HEALTH_UNKNOWN);
	both(health, &now, PROBE_OK, "");
	ck_assert_int_eq(rs->state, HEALTH_UP);
	/* Where nobody says more, they count as they are. */
	ck_assert(!health_check_is_abstaining(rs, &rs->checks[0]));
	both(health, &now, PROBE_OK, "maint");
	ck_assert_int_eq(rs->state, HEALTH_DOWN);
	both(health, &now, PROBE_OK, "ready");
	ck_assert_int_eq(rs->state, HEALTH_UP);
	health_free(health);
	test_conf_free(conf);
	vec_free(&added);
	vec_free(&dropped);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent");
	TCase *tcase = tcase_create("agent");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, words_add_up);
	tcase_add_test(tcase, reasons_say_who_said_it);
	tcase_add_test(tcase, words_of_people_are_refused_by_name);
	tcase_add_test(tcase, a_line_is_awaited_and_bounded);
	tcase_add_test(tcase, the_model_obeys_pull_and_push);
	tcase_add_test(tcase, the_model_obeys_a_script);
	tcase_add_test(tcase, a_silent_agent_abstains);
	tcase_add_test(tcase, an_agent_alone_keeps_its_server_up);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
