/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that runs iptables: what it refuses to write, and its channel. */
#include "conf/load.h"
#include "daemon/director/host/rules.h"
#include "daemon/rules/wire.h"
#include "daemon/rules/worker.h"
#include "host/plan.h"
#include "host/restore.h"
#include "host/want.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define HEAD "*nat\n:LVSD-POSTROUTING - [0:0]\n"
#define TAIL "COMMIT\n"
#define RULE "-A LVSD-POSTROUTING -m set --match-set lvsd-a dst "

static int judge(const char *text)
{
	struct err err;

	return host_restore_judge(HOST_NAT4, text, &err);
}

/* What plan() makes of want for each part, beside a chain to which others jump too. */
static void judge_all(const struct host_state *want)
{
	struct host_state have = {0}, none = {0};
	struct host_plan plan = {0};
	struct err err;
	size_t n = 0;

	have.chains[HOST_NAT4].exists = true;
	*vec_push(&have.chains[HOST_NAT4].jumps) =
	    mem_strdup("MINE -s 10.0.0.0/8 -m comment --comment \"a \\\" b\" -g LVSD-POSTROUTING");
	host_plan(want, &have, &plan);
	host_plan(&none, &have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		const struct host_op *op = &plan.ops.items[i];
		char *text;

		if (op->kind != HOST_OP_WRITE_CHAIN && op->kind != HOST_OP_DEL_CHAIN)
			continue;
		text = host_op_restore_text(op);
		ck_assert_msg(host_restore_judge(op->part, text, &err) == 0, "%s\n%s", text,
			      err.text);
		free(text);
		n++;
	}
	ck_assert_uint_ge(n, 5);
	host_plan_free(&plan);
	host_state_clear(&have);
}

START_TEST(all_that_lvsd_writes_passes)
{
	static const char text[] = "virtual_server 10.9.0.100 80 {\n protocol TCP\n lvs_method "
				   "FNAT\n fnat_source 10.9.0.100\n"
				   " real_server 10.9.0.21 80 { }\n}\n"
				   "virtual_server fd09::100 80 {\n protocol TCP\n lvs_method "
				   "FNAT\n fnat_source fd09::100\n"
				   " real_server fd09::21 80 { }\n}\n"
				   "virtual_server fwmark 7 {\n match {\n  address 10.0.0.1\n  "
				   "protocol TCP\n  ports 80 443 1-9\n }\n"
				   " match {\n  address 10.0.0.2\n  protocol UDP\n }\n}\n";
	struct diags diags = {0};
	struct conf *conf = conf_load_text("test", text, sizeof(text) - 1, &diags);
	struct host_state want = {0};

	if (!conf)
		diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	host_want(conf, &want);
	judge_all(&want);
	host_state_clear(&want);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

static const char *const refused[] = {
    "",
    "COMMIT\n",
    "*nat\nCOMMIT\n",
    "*filter\n:LVSD-POSTROUTING - [0:0]\n" TAIL,
    "*nat\n:POSTROUTING - [0:0]\n" TAIL,
    "*nat\n:LVSD-POSTROUTING ACCEPT [0:0]\n" TAIL,
    HEAD "-A POSTROUTING -j DROP\n" TAIL,
    HEAD "-F POSTROUTING\n" TAIL,
    HEAD "-X OTHER\n" TAIL,
    HEAD "-I POSTROUTING 1 -j DROP\n" TAIL,
    HEAD RULE "-j ACCEPT\n" TAIL,
    HEAD RULE "-j DROP -A INPUT -j ACCEPT\n" TAIL,
    HEAD RULE "-M /tmp/evil -j DROP\n" TAIL,
    HEAD RULE "--modprobe /tmp/evil -j DROP\n" TAIL,
    HEAD RULE "-m ../../../tmp/evil -j DROP\n" TAIL,
    HEAD "-A LVSD-POSTROUTING -m set --match-set theirs dst -j DROP\n" TAIL,
    HEAD RULE "-m comment --comment \"theirs\" -j DROP\n" TAIL,
    HEAD RULE "-m comment --comment \"lvsd:\\\" -M /x\" -j DROP\n" TAIL,
    HEAD RULE "-j DROP\t-M /x\n" TAIL,
    HEAD "-A LVSD-POSTROUTING\n" TAIL,
    HEAD "-D POSTROUTING -j OTHER\n" TAIL,
    HEAD "-D POSTROUTING -j LVSD-POSTROUTING -M /tmp/evil\n" TAIL,
    HEAD "-D POSTROUTING --mod=/tmp/evil -j LVSD-POSTROUTING\n" TAIL,
    HEAD "-D POSTROUTING \"--modprobe=/tmp/evil\" -j LVSD-POSTROUTING\n" TAIL,
    HEAD "-D POSTROUTING -\"-modprobe=/tmp/evil\" -j LVSD-POSTROUTING\n" TAIL,
    HEAD "-D POSTROUTING -nM/tmp/evil -j LVSD-POSTROUTING\n" TAIL,
    HEAD "-D POSTROUTING -m ../../tmp/evil -j LVSD-POSTROUTING\n" TAIL,
    HEAD "-D -A -j LVSD-POSTROUTING\n" TAIL,
    HEAD TAIL "*filter\n-F\n" TAIL,
    HEAD TAIL TAIL,
    HEAD "COMMIT",
};

START_TEST(all_else_is_refused)
{
	ck_assert_msg(judge(refused[_i]) == -EPERM, "%s", refused[_i]);
}
END_TEST

START_TEST(the_same_without_the_evil_passes)
{
	ck_assert_int_eq(judge(HEAD RULE "-j DROP\n" TAIL), 0);
	ck_assert_int_eq(
	    judge(HEAD "-D POSTROUTING -j LVSD-POSTROUTING\n-X LVSD-POSTROUTING\n" TAIL), 0);
	ck_assert_int_eq(judge(HEAD "-D X -m mark --mark 0x1 -j LVSD-POSTROUTING\n" TAIL), 0);
}
END_TEST

/* ---- the channel ---- */

static struct rig {
	struct loop *loop;
	int ends[2]; /* the supervisor's copies */
	struct rules_worker *worker;
	struct rules *rules;
	int code;
	char error[1000];
} rig;

static void on_done(const struct run_job_end *end, void *arg)
{
	(void)arg;
	rig.code = end->code;
	snprintf(rig.error, sizeof(rig.error), "%s", end->sentence);
	loop_stop(rig.loop);
}

static void set_up(void)
{
	rig = (struct rig){.loop = loop_new()};
	ck_assert_int_eq(chan_pair(rig.ends), 0);
	rig.rules = rules_new(rig.loop, dup(rig.ends[0]), false);
}

static void tear_down(void)
{
	rules_free(rig.rules);
	rules_worker_free(rig.worker);
	loop_free(rig.loop);
	close(rig.ends[0]);
	close(rig.ends[1]);
}

static void ask(const char *text)
{
	const struct rules_order order = {.part = HOST_NAT4, .text = text, .on_done = on_done};

	rig.code = 1;
	rules_ask(rig.rules, &order);
}

/* A director that somebody has taken over: the worker believes no text. */
START_TEST(a_foreign_rule_is_not_written)
{
	ask(HEAD "-A INPUT -j ACCEPT\n" TAIL); /* before the worker is there */
	rig.worker = rules_worker_new(rig.loop, dup(rig.ends[1]));
	loop_run(rig.loop);
	ck_assert_int_eq(rig.code, -EPERM);
	ck_assert_str_eq(rig.error,
			 "the line '-A INPUT -j ACCEPT' is not a line that lvsd writes, so the "
			 "rules process refuses the text");
}
END_TEST

START_TEST(a_worker_that_dies_is_an_answer)
{
	struct rules_worker *second;

	rig.worker = rules_worker_new(rig.loop, dup(rig.ends[1]));
	ask(HEAD "-A INPUT -j ACCEPT\n" TAIL);
	loop_run(rig.loop);
	ck_assert_int_eq(rig.code, -EPERM);
	rules_worker_free(rig.worker);
	ask(HEAD "-A INPUT -j DROP\n" TAIL); /* it waits in the socket, and is nobody's */
	second = rules_worker_new(rig.loop, dup(rig.ends[1]));
	loop_run(rig.loop);
	ck_assert_int_eq(rig.code, -EPIPE);
	ck_assert_str_eq(rig.error, "the process that runs iptables has ended");
	rig.worker = second;
}
END_TEST

START_TEST(frames_are_checked)
{
	struct rules_request request = {.id = 7, .part = HOST_NAT6, .flavour = 2}, back;
	uint8_t body[RULES_REQUEST_MAX];
	size_t len = rules_request_encode(&request, body, sizeof(body));

	ck_assert_int_eq(rules_request_decode(body, len, &back), 0);
	ck_assert(back.id == 7 && back.part == HOST_NAT6 && back.flavour == 2);
	ck_assert_int_eq(rules_request_decode(body, len - 1, &back), -EBADMSG);
	body[8] = HOST_N_PARTS;
	ck_assert_int_eq(rules_request_decode(body, len, &back), -EBADMSG);
	body[8] = 0;
	body[9] = 3; /* a flavour that is none */
	ck_assert_int_eq(rules_request_decode(body, len, &back), -EBADMSG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rules");
	TCase *pure = tcase_create("pure"), *channel = tcase_create("channel");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(pure, all_that_lvsd_writes_passes);
	tcase_add_loop_test(pure, all_else_is_refused, 0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(pure, the_same_without_the_evil_passes);
	tcase_add_test(pure, frames_are_checked);
	tcase_add_checked_fixture(channel, set_up, tear_down);
	tcase_add_test(channel, a_foreign_rule_is_not_written);
	tcase_add_test(channel, a_worker_that_dies_is_an_answer);
	suite_add_tcase(suite, pure);
	suite_add_tcase(suite, channel);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
