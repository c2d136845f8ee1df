/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules and sets of full NAT and of match blocks in this machine's kernel by iptables-nft, in a
 * network namespace of its own: made, read back, repaired and removed by the plan. What a packet
 * then meets is for the lab, whose kernel has the older tables alone.
 *
 * `-m ipvs` needs the kernel's xt_ipvs. Where it cannot be loaded, its words are taken out of the
 * rules before they are written; what tells a rule again is its comment, which stays.
 */
#include "conf/load.h"
#include "base/run_job.h"
#include "host/plan.h"
#include "host/save.h"
#include "host/sets.h"
#include "host/want.h"
#include "own_net.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_MS 30000

static const char file[] = "virtual_server 10.9.0.100 80 {\n protocol TCP\n lvs_method FNAT\n"
			   " real_server 10.9.0.21 80 { }\n real_server 10.9.0.22 80 { }\n}\n"
			   "virtual_server fd09::100 80 {\n protocol TCP\n lvs_method FNAT\n"
			   " real_server fd09::21 80 { }\n}\n"
			   "virtual_server fwmark 7 {\n match { address 10.9.0.101\n protocol "
			   "tcp\n ports 80 443 8000-8010\n"
			   " }\n real_server 10.9.0.23 { }\n}\n";

static bool has_ipvs_match;
static struct conf *conf;
static struct host_state want, have;

/* --- programs --- */

struct reading {
	struct loop *loop;
	struct host_lines lines;
	enum host_part part;
	int code;
};

static void on_line(char *line, void *arg)
{
	struct reading *reading = arg;
	bool is_nft;

	host_save_line(&have.chains[reading->part], reading->part, line, &is_nft);
}

static bool on_output(const char *bytes, size_t len, void *arg)
{
	struct reading *reading = arg;

	host_lines_feed(&reading->lines, bytes, len, on_line, arg);
	return true;
}

static void on_done(const struct run_job_end *end, void *arg)
{
	struct reading *reading = arg;

	if (end->code < 0)
		fprintf(stderr, "%s\n", end->sentence);
	reading->code = end->code;
	loop_stop(reading->loop);
}

/* PROGRAM-nft-WHAT for a part. */
static int run(struct reading *reading, const char *what, const char *option, const char *value,
	       const char *input)
{
	char *name = mem_printf("%s-nft-%s", host_parts[reading->part].program, what);
	const struct run_program program = {
	    .words = (const char *const[]){name, option, value, NULL}, .input_fd = run_input(input)};
	const struct run_job_ops ops = {
	    .limit_ms = LIMIT_MS, .on_output = on_output, .on_end = on_done, .arg = reading};
	struct run_job *job;
	struct err err;

	reading->loop = loop_new();
	reading->code = run_job_start(reading->loop, &program, &ops, &job, &err);
	close(program.input_fd);
	if (reading->code == 0) {
		loop_run(reading->loop);
		run_job_free(job);
	}
	loop_free(reading->loop);
	free(name);
	return reading->code;
}

static void read_kernel(void)
{
	struct err err;

	host_state_clear(&have);
	have = (struct host_state){0};
	ck_assert_int_eq(host_sets_read(&have, &err), 0);
	for (int part = 0; part < HOST_N_PARTS; part++) {
		struct reading reading = {.part = (enum host_part)part};

		ck_assert_int_eq(run(&reading, "save", "-t", host_parts[part].table, NULL), 0);
		host_lines_end(&reading.lines, on_line, &reading);
		host_save_end(&have.chains[part], reading.part);
	}
	host_state_sort(&have);
}

static void write_rules(const struct host_op *op)
{
	struct reading reading = {.part = op->part};
	char *text = host_op_restore_text(op);

	ck_assert_int_eq(run(&reading, "restore", "--noflush", NULL, text), 0);
	free(text);
}

/* --- plans --- */

/* Does what is to be done and sees that nothing is left; the number of operations. */
static size_t make_equal(const struct host_state *wanted)
{
	struct host_sets *sets = host_sets_open();
	struct host_plan plan = {0}, rest = {0};
	struct err err;
	size_t n;

	read_kernel();
	host_plan(wanted, &have, &plan);
	n = plan.ops.n;
	for (size_t i = 0; i < n; i++) {
		const struct host_op *op = &plan.ops.items[i];

		if (op->kind == HOST_OP_WRITE_CHAIN || op->kind == HOST_OP_DEL_CHAIN)
			write_rules(op);
		else
			ck_assert_msg(host_sets_apply(sets, op, &err) == 0, "%s", err.text);
	}
	host_plan_free(&plan);
	host_sets_close(sets);
	read_kernel();
	host_plan(wanted, &have, &rest);
	for (size_t i = 0; i < rest.ops.n; i++) {
		host_op_print(&rest.ops.items[i], stderr);
		fputc('\n', stderr);
	}
	ck_assert_uint_eq(rest.ops.n, 0);
	host_plan_free(&rest);
	return n;
}

static void take_out_ipvs(struct host_chain *chain)
{
	static const char words[] = "-m ipvs --vdir ORIGINAL --vmethod MASQ ";

	for (size_t i = 0; i < chain->rules.n; i++) {
		char *at = strstr(chain->rules.items[i].spec, words);

		if (at)
			memmove(at, at + strlen(words), strlen(at + strlen(words)) + 1);
	}
}

static void setup(void)
{
	struct diags diags = {0};

	conf = conf_load_text("t.conf", file, strlen(file), &diags);
	if (!conf)
		diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	diags_free(&diags);
	want = (struct host_state){0};
	host_want(conf, &want);
	host_sysctls_clear(&want); /* net.ipv4.vs is not there without IPVS */
	for (int part = 0; part < HOST_N_PARTS && !has_ipvs_match; part++)
		take_out_ipvs(&want.chains[part]);
}

static void teardown(void)
{
	host_state_clear(&want);
	host_state_clear(&have);
	conf_free(conf);
}

START_TEST(rules_are_made_and_found_again)
{
	ck_assert_uint_gt(make_equal(&want), 0);
	ck_assert_uint_eq(have.sets.n, 3);
	ck_assert_uint_eq(have.chains[HOST_NAT4].rules.n, 1);
	ck_assert_uint_eq(have.chains[HOST_NAT6].rules.n, 1);
	ck_assert_uint_eq(have.chains[HOST_MANGLE4].rules.n, 2);
	ck_assert_uint_eq(make_equal(&want), 0);
}
END_TEST

START_TEST(what_somebody_breaks_is_repaired)
{
	static const char *const harm[] = {
	    "iptables-nft -t nat -F LVSD-POSTROUTING",
	    "iptables-nft -t nat -D POSTROUTING 1",
	    "iptables-nft -t mangle -D LVSD-PREROUTING 1",
	    "iptables-nft -t mangle -I LVSD-PREROUTING -j ACCEPT",
	    "iptables-nft -t mangle -F",
	    "ip6tables-nft -t nat -A POSTROUTING -j LVSD-POSTROUTING",
	    "ip6tables-nft -t nat -F",
	    "ipset del lvsd-fnat-10.9.0.100 10.9.0.21",
	    "ipset add lvsd-fnat-fd09::100 fd09::99",
	    "ipset flush",
	};

	make_equal(&want);
	own_net_run("iptables-nft -t nat -A POSTROUTING -s 192.0.2.1 -j ACCEPT");
	for (size_t i = 0; i < sizeof(harm) / sizeof(harm[0]); i++) {
		own_net_run(harm[i]);
		ck_assert_msg(make_equal(&want) > 0, "%s went unnoticed", harm[i]);
	}
	/* What is not lvsd's is as it was. */
	own_net_run("iptables-nft -t nat -D POSTROUTING -s 192.0.2.1 -j ACCEPT");
}
END_TEST

START_TEST(nothing_is_left_behind)
{
	static const struct host_state nothing;

	make_equal(&want);
	ck_assert_uint_gt(make_equal(&nothing), 0);
	ck_assert_uint_eq(have.sets.n, 0);
	for (int part = 0; part < HOST_N_PARTS; part++)
		ck_assert(!have.chains[part].exists && have.chains[part].jumps.n == 0);
}
END_TEST

static bool can_have(enum host_part part, const char *rules)
{
	struct reading reading = {.part = part};

	return run(&reading, "restore", "--noflush", NULL, rules) == 0;
}

int main(void)
{
	Suite *suite = suite_create("host_nft");
	TCase *tcase = tcase_create("rules");
	struct host_state state = {0};
	SRunner *runner;
	struct err err;
	int failed;

	if (!own_net_enter() || host_sets_read(&state, &err) < 0 ||
	    access("/usr/sbin/iptables-nft", X_OK) < 0 || !can_have(HOST_NAT4, "*nat\nCOMMIT\n")) {
		fprintf(stderr,
			"no network namespace with ipset and iptables-nft can be had here\n");
		return EXIT_SKIP;
	}
	has_ipvs_match =
	    can_have(HOST_NAT4, "*nat\n-A POSTROUTING -m ipvs --vdir ORIGINAL -j ACCEPT\n"
				"-D POSTROUTING 1\nCOMMIT\n");
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, rules_are_made_and_found_again);
	tcase_add_test(tcase, what_somebody_breaks_is_repaired);
	tcase_add_test(tcase, nothing_is_left_behind);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
