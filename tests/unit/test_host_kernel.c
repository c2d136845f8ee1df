/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The edges of room host against this machine's kernel, in a network namespace of their own: sets
 * by libipset, and the mark that tells when rules have changed. Skipped where there is no
 * namespace to be had.
 */
#include "base/run_job.h"
#include "host/mark.h"
#include "host/sets.h"
#include "own_net.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void done(struct host_sets *sets, enum host_op_kind kind, enum host_part part,
		 const char *name, const char *value)
{
	const struct host_op op = {.kind = kind, .part = part, .name = name, .value = value};
	struct err err;
	int code = host_sets_apply(sets, &op, &err);

	ck_assert_msg(code == 0, "%s", err.text);
}

START_TEST(sets_are_made_read_and_destroyed)
{
	struct host_sets *sets = host_sets_open();
	struct host_state state = {0};
	struct err err;

	done(sets, HOST_OP_ADD_SET, HOST_NAT6, "lvsd-fnat-fd09::100", "hash:ip");
	done(sets, HOST_OP_ADD_MEMBER, HOST_NAT6, "lvsd-fnat-fd09::100", "fd09::21");
	done(sets, HOST_OP_ADD_SET, HOST_MANGLE4, "lvsd-fwm4-7-1", "hash:net");
	done(sets, HOST_OP_ADD_MEMBER, HOST_MANGLE4, "lvsd-fwm4-7-1", "10.9.0.0/24");
	done(sets, HOST_OP_ADD_MEMBER, HOST_MANGLE4, "lvsd-fwm4-7-1", "10.9.1.1");
	done(sets, HOST_OP_ADD_MEMBER, HOST_MANGLE4, "lvsd-fwm4-7-1", "10.9.1.1");
	done(sets, HOST_OP_DEL_MEMBER, HOST_MANGLE4, "lvsd-fwm4-7-1", "10.9.1.1");
	done(sets, HOST_OP_DEL_MEMBER, HOST_MANGLE4, "lvsd-fwm4-7-1", "10.9.1.1");
	ck_assert_int_eq(host_sets_read(&state, &err), 0);
	ck_assert_uint_eq(state.sets.n, 2);
	ck_assert_int_eq(state.sets.items[0].part, HOST_NAT6);
	ck_assert_str_eq(state.sets.items[0].type, "hash:ip");
	ck_assert(host_set_has(&state.sets.items[0], "fd09::21"));
	ck_assert_int_eq(state.sets.items[1].part, HOST_MANGLE4);
	ck_assert_uint_eq(state.sets.items[1].members.n, 1);
	ck_assert(host_set_has(&state.sets.items[1], "10.9.0.0/24"));
	host_sets_clear(&state);
	done(sets, HOST_OP_DESTROY_SET, HOST_NAT6, "lvsd-fnat-fd09::100", NULL);
	done(sets, HOST_OP_DESTROY_SET, HOST_MANGLE4, "lvsd-fwm4-7-1", NULL);
	ck_assert_int_eq(host_sets_read(&state, &err), 0);
	ck_assert_uint_eq(state.sets.n, 0);
	host_sets_close(sets);
	host_sets_clear(&state);
}
END_TEST

START_TEST(a_refusal_is_a_sentence)
{
	struct host_sets *sets = host_sets_open();
	const struct host_op twice = {
	    .kind = HOST_OP_ADD_SET, .part = HOST_NAT4, .name = "lvsd-a", .value = "hash:ip"};
	const struct host_op gone = {.kind = HOST_OP_DESTROY_SET, .name = "lvsd-gone"};
	struct err err;

	done(sets, HOST_OP_ADD_SET, HOST_NAT4, "lvsd-a", "hash:net");
	ck_assert_int_eq(host_sets_apply(sets, &twice, &err), -EIO);
	ck_assert_str_eq(err.text, "ipset create lvsd-a: Set cannot be created: set with the same "
				   "name already exists");
	ck_assert_int_eq(host_sets_apply(sets, &gone, &err), -EIO);
	ck_assert_str_eq(err.text, "ipset destroy lvsd-gone: The set with the given name does not "
				   "exist");
	done(sets, HOST_OP_DESTROY_SET, HOST_NAT4, "lvsd-a", NULL);
	host_sets_close(sets);
}
END_TEST

static void on_done(const struct run_job_end *end, void *arg)
{
	if (end->code < 0)
		fprintf(stderr, "%s\n", end->sentence);
	ck_assert_int_eq(end->code, 0);
	loop_stop(arg);
}

static void restore(const char *text)
{
	struct loop *loop = loop_new();
	const struct run_program program = {
	    .words = (const char *const[]){"iptables-nft-restore", "--noflush", NULL},
	    .input_fd = run_input(text)};
	const struct run_job_ops ops = {.limit_ms = 10000, .on_end = on_done, .arg = loop};
	struct run_job *job;
	struct err err;

	ck_assert_int_eq(run_job_start(loop, &program, &ops, &job, &err), 0);
	close(program.input_fd);
	loop_run(loop);
	run_job_free(job);
	loop_free(loop);
}

START_TEST(a_change_of_rules_changes_the_mark)
{
	uint64_t before = 0, again = 0, after = 0;

	if (access("/usr/sbin/iptables-nft-restore", X_OK) < 0 ||
	    host_mark_read(true, 1u << HOST_NAT4, &before) < 0) {
		fprintf(stderr, "nftables cannot be had here: the mark is not looked at\n");
		return;
	}
	ck_assert_uint_le(before, HOST_MARK_UNTOUCHED);
	restore("*mangle\n:LVSD-PREROUTING - [0:0]\nCOMMIT\n");
	ck_assert_int_eq(host_mark_read(true, 1u << HOST_NAT4, &before), 0);
	ck_assert_int_eq(host_mark_read(true, 1u << HOST_NAT4, &again), 0);
	restore("*mangle\n-A LVSD-PREROUTING -j MARK --set-mark 7\nCOMMIT\n");
	ck_assert_int_eq(host_mark_read(true, 1u << HOST_NAT4, &after), 0);
	ck_assert_uint_eq(before, again);
	ck_assert_uint_ne(before, after);
	ck_assert_uint_gt(before, HOST_MARK_UNTOUCHED);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("host_kernel");
	TCase *tcase = tcase_create("kernel");
	struct host_state state = {0};
	SRunner *runner;
	struct err err;
	int failed;

	if (!own_net_enter() || host_sets_read(&state, &err) < 0) {
		fprintf(stderr, "no network namespace with ipset can be had here\n");
		return EXIT_SKIP;
	}
	tcase_add_test(tcase, sets_are_made_read_and_destroyed);
	tcase_add_test(tcase, a_refusal_is_a_sentence);
	tcase_add_test(tcase, a_change_of_rules_changes_the_mark);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
