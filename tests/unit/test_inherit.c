/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director of an lvsd that finds the vrrp process of an lvsd that died: what it tells its own one. */
#include "base/chan.h"
#include "base/clock.h"
#include "daemon/director/roles.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "tests/unit/fake_rundir.h"
#include "tests/unit/turns.h"
#include "vrrp/orphan/orphan.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct conf_vip vip = {.addr = {AF_INET, {10, 0, 0, 1}}, .prefix_len = 32, .interface = "eth0", .label = ""};
static struct conf_vrrp instance = {.name = "A",
				    .interface = "eth0",
				    .family = AF_INET,
				    .vrid = 51,
				    .priority = 100,
				    .version = 3,
				    .advert_int_us = 1000000,
				    .vips = &vip,
				    .n_vips = 1};
static struct conf with_one = {.vrrps = &instance, .n_vrrps = 1, .global.startup_gate_us = 60000000};
static struct conf without;

static struct bench {
	struct loop *loop;
	struct chan *vrrp, *orphan; /* the other ends */
	struct roles roles;
	unsigned n_begins, n_commits, n_states, n_asked, n_relieved, n_refused, n_silent, n_left;
	enum vrrp_state_name last_state; /* of the instance, as the new vrrp process was told */
	enum vrrp_inheritance inheritance; /* likewise */
	int orphan_fd; /* the director's end, of which the supervisor keeps a copy */
	uint64_t nonce, serial; /* serial: of the last COMMIT */
} bench;

static void on_vrrp(uint16_t type, const void *body, size_t len, void *arg)
{
	struct arena *arena = arena_new();
	struct vrrp_instance_frame frame;

	(void)arg;
	bench.n_begins += type == VRRP_FRAME_BEGIN;
	bench.n_commits += type == VRRP_FRAME_COMMIT;
	if (type == VRRP_FRAME_COMMIT && len == sizeof(bench.serial))
		memcpy(&bench.serial, body, len);
	if (type == VRRP_FRAME_INSTANCE) {
		ck_assert_int_eq(vrrp_instance_decode(body, len, arena, &frame), 0);
		bench.last_state = frame.last_state;
		bench.inheritance = frame.inheritance;
	}
	arena_free(arena);
}

static void on_orphan(uint16_t type, const void *body, size_t len, void *arg)
{
	bool is_same;

	(void)arg;
	if (type == VRRP_ORPHAN_SUCCEED) {
		ck_assert_int_eq(vrrp_orphan_succeed_decode(body, len, &bench.nonce, &is_same), 0);
		ck_assert(is_same);
		bench.n_asked++;
	}
	bench.n_relieved += type == VRRP_ORPHAN_RELIEVE;
	bench.n_refused += type == VRRP_ORPHAN_LEAVE;
}

static void on_state(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg)
{
	(void)conf, (void)report, (void)arg;
	bench.n_states++;
}

static void on_group(const struct conf_sync_group *group, enum vrrp_state_name state, const char *cause, void *arg)
{
	(void)group, (void)state, (void)cause, (void)arg;
}

static void nothing(void *arg)
{
	(void)arg;
}

static void on_wants_hello(void *arg)
{
	(void)arg;
}

static void on_silent(void *arg)
{
	(void)arg;
	bench.n_silent++;
}

static void on_left(void *arg)
{
	(void)arg;
	bench.n_left++;
}

static void pass(void)
{
	turns_pass(bench.loop, 50);
}

static void director_start(int vrrp_fd)
{
	static const struct vrrp_sources no_sources;

	bench.roles = (struct roles){.loop = bench.loop,
				     .run_dir = "/nowhere",
				     .sources = &no_sources,
				     .sink = {on_state, on_group, on_state, on_state, on_state,
					      on_wants_hello, nothing, nothing, on_silent, on_left, NULL},
				     .predecessor = 77};
	roles_open(&bench.roles, vrrp_fd, dup(bench.orphan_fd), false);
}

/* The director dies, and the supervisor starts another one; so with the vrrp process. */
static void director_dies(void)
{
	int ends[2];

	roles_close(&bench.roles);
	chan_free(bench.vrrp);
	ck_assert_int_eq(chan_pair(ends), 0);
	bench.vrrp = chan_new(bench.loop, ends[1], on_vrrp, NULL, NULL);
	director_start(ends[0]);
}

/* The lvsd that died has written roles.json. */
static void setup(void)
{
	static const char roles[] = "{\"schema\": 1, \"instances\": [{\"interface\": \"eth0\", \"vrid\": 51, "
				    "\"family\": 2, \"state\": 2, \"since_us\": 5, \"cause\": \"long ago\"}]}";
	int ends[2], orphan[2];
	struct err err;

	memset(&bench, 0, sizeof(bench));
	fake_rundir_clear();
	ck_assert_int_eq(rundir_store("/nowhere", RUNDIR_ROLES, roles, strlen(roles), &err), 0);
	ck_assert(chan_pair(ends) == 0 && chan_pair(orphan) == 0);
	bench.loop = loop_new();
	bench.vrrp = chan_new(bench.loop, ends[1], on_vrrp, NULL, NULL);
	bench.orphan = chan_new(bench.loop, orphan[1], on_orphan, NULL, NULL);
	bench.orphan_fd = orphan[0];
	director_start(ends[0]);
}

static void teardown(void)
{
	roles_close(&bench.roles);
	chan_free(bench.vrrp);
	chan_free(bench.orphan);
	close(bench.orphan_fd);
	loop_free(bench.loop);
	fake_rundir_clear();
}

static void start(const struct conf *conf)
{
	const uint64_t nonce = 7;

	roles_update(&bench.roles, conf);
	chan_send(bench.vrrp, GREETED_HELLO, &nonce, sizeof(nonce));
	pass();
}

static void orphan_tells(enum vrrp_state_name state)
{
	const struct vrrp_report report = {
	    .name = "A", .interface = "eth0", .vrid = 51, .family = AF_INET, .state = state};
	char body[2048];

	chan_send(bench.orphan, VRRP_ORPHAN_STATE, body, vrrp_report_encode(&report, body, sizeof(body)));
	chan_send(bench.orphan, VRRP_ORPHAN_TOLD, &bench.nonce, sizeof(bench.nonce));
	pass();
}

static void vrrp_tells(enum vrrp_state_name state, const char *cause)
{
	const struct vrrp_report report = {.name = "A",
					   .interface = "eth0",
					   .vrid = 51,
					   .family = AF_INET,
					   .state = state,
					   .cause = cause};
	char body[2048];

	chan_send(bench.vrrp, VRRP_FRAME_STATE, body, vrrp_report_encode(&report, body, sizeof(body)));
	pass();
}

/* The new vrrp process is at work. */
static void vrrp_carries(void)
{
	chan_send(bench.vrrp, VRRP_FRAME_CARRIED, &bench.serial, sizeof(bench.serial));
	pass();
}

static void orphan_dies(void)
{
	chan_free(bench.orphan);
	bench.orphan = NULL;
	pass();
}

/* As it ends when it is relieved. */
static void orphan_ends(void)
{
	if (bench.n_relieved)
		chan_send(bench.orphan, VRRP_ORPHAN_ENDS, &bench.nonce, sizeof(bench.nonce));
	orphan_dies();
}

/* No gate, no notification; and the cause of its time stays. */
START_TEST(a_master_is_taken_over_when_the_orphan_is_gone)
{
	start(&with_one);
	ck_assert(bench.n_asked == 1 && !bench.n_begins);
	orphan_tells(VRRP_MASTER);
	ck_assert(bench.n_relieved == 1 && !bench.n_begins);
	orphan_ends();
	ck_assert(bench.n_begins == 1 && bench.n_commits == 1);
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
	ck_assert_int_eq(bench.inheritance, VRRP_INHERITED_WHOLE);
	ck_assert_uint_eq(bench.n_states, 0);
	ck_assert(bench.roles.is_gate_open);
	ck_assert_str_eq(roles_find(&bench.roles, &instance)->cause, "long ago");
}
END_TEST

/* It says so again whenever it is asked for its reports. */
START_TEST(a_process_that_goes_on_does_not_change_the_cause)
{
	start(&with_one);
	orphan_tells(VRRP_MASTER);
	orphan_ends();
	vrrp_tells(VRRP_MASTER, "it goes on");
	vrrp_tells(VRRP_MASTER, "it goes on");
	ck_assert_str_eq(roles_find(&bench.roles, &instance)->cause, "long ago");
	vrrp_tells(VRRP_MASTER, "another reason");
	ck_assert_str_eq(roles_find(&bench.roles, &instance)->cause, "another reason");
}
END_TEST

/* The director that replaces this one knows the orphan's states: the orphan is gone by then. */
START_TEST(the_orphans_states_are_kept_for_the_next_director)
{
	start(&with_one);
	orphan_tells(VRRP_BACKUP);
	ck_assert(rundir_remove("/nowhere", RUNDIR_ROLES));
	orphan_ends();
	ck_assert_ptr_nonnull(fake_rundir_text(RUNDIR_ROLES));
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_ROLES), "\"state\": 1"));
}
END_TEST

/* The last state counts, and is told to those above: roles.json is older than the orphan's change. */
START_TEST(what_has_changed_meanwhile_counts)
{
	start(&with_one);
	orphan_tells(VRRP_MASTER);
	orphan_tells(VRRP_BACKUP);
	ck_assert_uint_eq(bench.n_relieved, 1);
	orphan_ends();
	ck_assert_int_eq(bench.last_state, VRRP_BACKUP);
	ck_assert_uint_eq(bench.n_states, 1);
}
END_TEST

/* The answer to a director that has died meanwhile may come first. */
START_TEST(an_answer_to_another_question_relieves_nobody)
{
	start(&with_one);
	bench.nonce++;
	orphan_tells(VRRP_MASTER);
	ck_assert_uint_eq(bench.n_relieved, 0);
	bench.nonce--;
	orphan_tells(VRRP_MASTER);
	ck_assert_uint_eq(bench.n_relieved, 1);
}
END_TEST

/* Nobody knows what it has done: the states of roles.json do not count, and the gate does. */
START_TEST(without_the_orphans_states_the_instances_begin_anew)
{
	start(&with_one);
	orphan_ends();
	ck_assert_uint_eq(bench.n_begins, 0);
	ck_assert(!bench.roles.is_gate_open);
	ck_assert_ptr_null(roles_find(&bench.roles, &instance));
	roles_settle(&bench.roles, &(struct roles_gate_facts){.is_health_known = true, .are_trackers_known = true});
	pass();
	ck_assert_uint_eq(bench.n_begins, 1);
	ck_assert_int_eq(bench.last_state, VRRP_INIT);
}
END_TEST

START_TEST(a_gate_that_opens_meanwhile_does_not_let_two_act)
{
	start(&with_one);
	roles_settle(&bench.roles, &(struct roles_gate_facts){.is_health_known = true, .are_trackers_known = true});
	roles_update(&bench.roles, &with_one);
	pass();
	ck_assert_uint_eq(bench.n_begins, 0);
	orphan_tells(VRRP_MASTER);
	orphan_ends();
	ck_assert_uint_eq(bench.n_begins, 1);
}
END_TEST

/* As in a director that replaces another one while the orphan has the addresses. */
START_TEST(a_process_that_is_met_before_the_configuration_takes_over)
{
	const uint64_t nonce = 7;

	chan_send(bench.vrrp, GREETED_HELLO, &nonce, sizeof(nonce));
	pass();
	ck_assert_uint_eq(bench.n_asked, 0);
	roles_update(&bench.roles, &with_one);
	pass();
	ck_assert_uint_eq(bench.n_asked, 1);
	orphan_tells(VRRP_MASTER);
	orphan_ends();
	ck_assert_uint_eq(bench.n_begins, 1);
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
}
END_TEST

START_TEST(without_an_instance_the_orphan_hands_over)
{
	start(&without);
	ck_assert(bench.n_refused == 1 && !bench.n_asked);
	ck_assert_uint_eq(bench.n_left, 0);
	orphan_ends();
	ck_assert_uint_eq(bench.n_left, 1);
	ck_assert_ptr_null(bench.roles.heir);
}
END_TEST

START_TEST(a_malformed_state_lets_the_orphan_hand_over)
{
	start(&with_one);
	chan_send(bench.orphan, VRRP_ORPHAN_STATE, "nonsense", 8);
	chan_send(bench.orphan, VRRP_ORPHAN_TOLD, &bench.nonce, sizeof(bench.nonce));
	pass();
	ck_assert(bench.n_refused == 1 && !bench.n_relieved);
}
END_TEST

/* The orphan is gone then, and the file of the director that died has its states. */
START_TEST(a_director_that_dies_after_the_relief_forgets_nothing)
{
	start(&with_one);
	orphan_tells(VRRP_MASTER);
	ck_assert_uint_eq(bench.n_relieved, 1);
	director_dies();
	orphan_ends();
	start(&with_one);
	ck_assert(bench.n_begins == 1 && bench.roles.is_gate_open);
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
	/* The same until the vrrp process is at work. */
	director_dies();
	start(&with_one);
	ck_assert_uint_eq(bench.n_begins, 2);
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
}
END_TEST

/* A change between the states and the end counts for the next director too. */
START_TEST(a_director_that_dies_after_a_change_knows_the_change)
{
	start(&with_one);
	orphan_tells(VRRP_MASTER);
	orphan_tells(VRRP_BACKUP);
	orphan_ends();
	director_dies();
	start(&with_one);
	ck_assert_int_eq(bench.last_state, VRRP_BACKUP);
	ck_assert(bench.roles.is_gate_open);
}
END_TEST

/* It is killed after it has told everything, and before it ends by itself: it may have been dead for a while. */
START_TEST(who_does_not_say_that_it_ends_has_died_before)
{
	start(&with_one);
	orphan_tells(VRRP_MASTER);
	orphan_dies();
	ck_assert_uint_eq(bench.n_begins, 1);
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
	ck_assert_int_eq(bench.inheritance, VRRP_INHERITED_HUNG);
}
END_TEST

/* SIGTERM comes to it in the midst of a takeover. Its handover takes longer than an answer. */
START_TEST(an_orphan_that_hands_over_is_waited_for)
{
	struct mono begin;

	start(&with_one);
	orphan_tells(VRRP_MASTER);
	chan_send(bench.orphan, VRRP_ORPHAN_LEAVING, NULL, 0);
	begin = clock_mono();
	while (mono_sub(clock_mono(), begin) < 1200 * NS_PER_MS)
		pass();
	ck_assert(!bench.n_silent && !bench.n_begins);
	/* Whoever replaces this director must not take it for relieved. */
	ck_assert_ptr_null(strstr(fake_rundir_text(RUNDIR_ROLES), "\"relieved\": 77"));
	orphan_dies();
	ck_assert_ptr_null(roles_find(&bench.roles, &instance));
	ck_assert(!bench.n_begins && !bench.roles.is_gate_open);
}
END_TEST

/* It has got the states, and dies before it acts by them. */
START_TEST(a_vrrp_process_that_dies_with_the_states_takes_nothing_along)
{
	const uint64_t nonce = 8;

	start(&with_one);
	orphan_tells(VRRP_MASTER);
	orphan_ends();
	ck_assert_int_eq(bench.inheritance, VRRP_INHERITED_WHOLE);
	bench.inheritance = VRRP_INHERITED_NOT;
	chan_send(bench.vrrp, GREETED_HELLO, &nonce, sizeof(nonce)); /* the next one */
	pass();
	ck_assert_uint_eq(bench.n_commits, 2);
	ck_assert_int_eq(bench.inheritance, VRRP_INHERITED_WHOLE);
	vrrp_carries();
	chan_send(bench.vrrp, GREETED_HELLO, &(uint64_t){9}, sizeof(nonce));
	pass();
	ck_assert_uint_eq(bench.n_commits, 3);
	ck_assert_int_eq(bench.inheritance, VRRP_INHERITED_NOT);
}
END_TEST

/* Its number may be that of another process later. */
START_TEST(an_orphan_is_forgotten_when_its_successor_is_at_work)
{
	start(&with_one);
	orphan_tells(VRRP_MASTER);
	orphan_ends();
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_ROLES), "\"relieved\": 77"));
	vrrp_carries();
	ck_assert_ptr_null(strstr(fake_rundir_text(RUNDIR_ROLES), "\"relieved\": 77"));
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_ROLES), "\"state\": 2"));
}
END_TEST

/* Its director knew nothing of this orphan. */
START_TEST(the_relief_of_another_orphan_is_none)
{
	start(&with_one);
	orphan_tells(VRRP_MASTER);
	director_dies();
	bench.roles.predecessor = 78;
	orphan_ends();
	start(&with_one);
	ck_assert(!bench.n_begins && !bench.roles.is_gate_open);
}
END_TEST

/* Without an answer the supervisor is asked to kill it. Nobody knows since when it hung. */
START_TEST(an_orphan_that_hangs_is_killed_and_its_instances_go_on)
{
	struct mono begin = clock_mono();

	start(&with_one);
	while (!bench.n_silent && mono_sub(clock_mono(), begin) < 10 * NS_PER_S)
		pass();
	ck_assert_int_lt(mono_sub(clock_mono(), begin), 2 * NS_PER_S);
	ck_assert(bench.n_relieved == 1 && !bench.n_begins);
	orphan_ends();
	ck_assert_uint_eq(bench.n_begins, 1);
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
	ck_assert_int_eq(bench.inheritance, VRRP_INHERITED_HUNG);
	vrrp_carries();
	roles_update(&bench.roles, &with_one); /* a reload */
	pass();
	ck_assert_int_eq(bench.inheritance, VRRP_INHERITED_NOT);
}
END_TEST

/* --- the end of the vrrp process --- */

/* A process that lives until it is killed shows itself as the vrrp process. Returns its pid. */
static pid_t vrrp_shows(void)
{
	pid_t pid = fork();
	int fd;

	if (pid == 0)
		for (;;)
			pause();
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	ck_assert_int_ge(fd, 0);
	chan_send_fd(bench.vrrp, VRRP_FRAME_PROCESS, NULL, 0, fd);
	close(fd);
	pass();
	return pid;
}

static void vrrp_dies(pid_t pid)
{
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	pass();
}

/* The supervisor, which hangs, has not seen it. */
START_TEST(the_end_of_the_vrrp_process_is_seen_until_there_is_another_one)
{
	struct vrrp_life *life = &bench.roles.life;
	pid_t pid;

	start(&with_one);
	pid = vrrp_shows();
	ck_assert_int_eq(life->gone_wall_us, 0);
	vrrp_dies(pid);
	ck_assert_int_gt(life->gone_wall_us, 0);
	while (!life->is_said)
		pass();
	pid = vrrp_shows();
	ck_assert(!life->gone_wall_us && !life->is_said);
	vrrp_dies(pid);
	ck_assert_int_gt(life->gone_wall_us, 0);
	chan_send_fd(bench.vrrp, VRRP_FRAME_PROCESS, NULL, 0, -1); /* a kernel without pidfds */
	pass();
	ck_assert_int_eq(life->gone_wall_us, 0);
}
END_TEST

/* It says that it has removed its addresses, and ends. */
START_TEST(a_vrrp_process_that_is_not_needed_may_end)
{
	pid_t pid;

	start(&with_one);
	pid = vrrp_shows();
	chan_send(bench.vrrp, VRRP_FRAME_RELEASED, NULL, 0);
	pass();
	vrrp_dies(pid);
	ck_assert_int_eq(bench.roles.life.gone_wall_us, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("inherit");
	TCase *tcase = tcase_create("inherit");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_end_of_the_vrrp_process_is_seen_until_there_is_another_one);
	tcase_add_test(tcase, a_vrrp_process_that_is_not_needed_may_end);
	tcase_add_test(tcase, a_master_is_taken_over_when_the_orphan_is_gone);
	tcase_add_test(tcase, a_process_that_goes_on_does_not_change_the_cause);
	tcase_add_test(tcase, the_orphans_states_are_kept_for_the_next_director);
	tcase_add_test(tcase, what_has_changed_meanwhile_counts);
	tcase_add_test(tcase, an_answer_to_another_question_relieves_nobody);
	tcase_add_test(tcase, without_the_orphans_states_the_instances_begin_anew);
	tcase_add_test(tcase, a_gate_that_opens_meanwhile_does_not_let_two_act);
	tcase_add_test(tcase, a_process_that_is_met_before_the_configuration_takes_over);
	tcase_add_test(tcase, without_an_instance_the_orphan_hands_over);
	tcase_add_test(tcase, a_malformed_state_lets_the_orphan_hand_over);
	tcase_add_test(tcase, a_director_that_dies_after_the_relief_forgets_nothing);
	tcase_add_test(tcase, a_director_that_dies_after_a_change_knows_the_change);
	tcase_add_test(tcase, the_relief_of_another_orphan_is_none);
	tcase_add_test(tcase, a_vrrp_process_that_dies_with_the_states_takes_nothing_along);
	tcase_add_test(tcase, who_does_not_say_that_it_ends_has_died_before);
	tcase_add_test(tcase, an_orphan_that_hands_over_is_waited_for);
	tcase_add_test(tcase, an_orphan_is_forgotten_when_its_successor_is_at_work);
	tcase_add_test(tcase, an_orphan_that_hangs_is_killed_and_its_instances_go_on);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
