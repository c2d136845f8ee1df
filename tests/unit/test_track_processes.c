/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes that instances track: which are meant, when a change counts, and how lvsd sees them
 * begin and end, with the kernel's process connector and without. */
#include "base/clock.h"
#include "conf/load.h"
#include "daemon/director/track/processes.h"

#include <check.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- which are meant --- */

struct meant {
	const char *command; /* words of the file; '|' between them */
	enum conf_param_match match;
	bool is_full_command;
	const char *name, *line; /* of the process; '|' ends each word */
	bool matches;
};

static bool is_meant(const struct meant *row)
{
	const char *argv[8];
	char words[128], line[128];
	struct conf_track_process conf = {.argv = argv, .match = row->match,
					  .is_full_command = row->is_full_command};
	struct process_seen seen = {.name = row->name, .command = line, .len = strlen(row->line)};
	const struct process_seen named = {.name = row->name, .command = ""};
	bool matches;

	strcpy(words, row->command);
	for (char *word = strtok(words, "|"); word; word = strtok(NULL, "|"))
		argv[conf.argc++] = word;
	strcpy(line, row->line);
	for (size_t i = 0; i < seen.len; i++)
		line[i] = line[i] == '|' ? '\0' : line[i];
	matches = process_matches(&conf, &seen);
	/* Where the command line is not needed, it is not read. */
	if (!process_needs_command(&conf))
		ck_assert_int_eq(process_matches(&conf, &named), matches);
	return matches;
}

START_TEST(name_command_line_and_arguments)
{
	static const struct meant rows[] = {
	    {"haproxy", CONF_PARAM_ANY, false, "haproxy", "/usr/sbin/haproxy|-W|", true},
	    {"/usr/sbin/haproxy", CONF_PARAM_ANY, false, "haproxy", "/usr/sbin/haproxy|-W|", true},
	    {"haproxy", CONF_PARAM_ANY, false, "haproxy2", "haproxy2|", false},
	    {"a-very-long-name-of-a-program", CONF_PARAM_ANY, false, "a-very-long-nam", "x|", true},
	    {"kthreadd", CONF_PARAM_ANY, false, "kthreadd", "", true},
	    {"kthreadd", CONF_PARAM_ANY, true, "kthreadd", "", false},
	    {"nginx", CONF_PARAM_ANY, true, "other", "/usr/sbin/nginx|-g|x|", true},
	    {"/usr/sbin/nginx", CONF_PARAM_ANY, true, "nginx", "/usr/sbin/nginx|", true},
	    {"/usr/sbin/nginx", CONF_PARAM_ANY, true, "nginx", "nginx|", false},
	    {"sh|-c|x", CONF_PARAM_EXACT, false, "sh", "/bin/sh|-c|x|", true},
	    {"sh|-c|x", CONF_PARAM_EXACT, false, "sh", "/bin/sh|-c|x|y|", false},
	    {"sh|-c|x", CONF_PARAM_EXACT, false, "sh", "/bin/sh|-c|", false},
	    {"sh|-c|x", CONF_PARAM_EXACT, false, "sh", "/bin/sh|-c|x", false},
	    {"sh", CONF_PARAM_EXACT, false, "sh", "/bin/sh|", true},
	    {"sh", CONF_PARAM_EXACT, false, "sh", "/bin/sh|-c|", false},
	    {"sh|-c|x", CONF_PARAM_PARTIAL, false, "sh", "/bin/sh|-c|x|y|", true},
	    {"sh|-c|x", CONF_PARAM_PARTIAL, false, "sh", "/bin/sh|-c|xx|", false},
	    {"sh|-c|x", CONF_PARAM_INITIAL, false, "sh", "/bin/sh|-c|xx|", true},
	    {"sh|-c|x", CONF_PARAM_INITIAL, false, "sh", "/bin/sh|-cc|x|", false},
	    {"sh|-c|x", CONF_PARAM_INITIAL, false, "sh", "/bin/sh|-c|xx|y|", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(is_meant(&rows[i]) == rows[i].matches, "row %zu", i);
}
END_TEST

/* --- when a change counts --- */

START_TEST(a_change_waits_for_its_delay)
{
	const struct conf_track_process conf = {.quorum = 1, .quorum_max = 2,
						.fork_delay_us = 1000000,
						.terminate_delay_us = 2000000};
	struct process_step step = {0};
	struct mono now = {100 * NS_PER_S}, due;

	process_step(&step, &conf, 0, now, &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_DOWN);
	ck_assert(mono_is_never(due));
	process_step(&step, &conf, 1, now, &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_DOWN);
	ck_assert_int_eq(due.ns, 101 * NS_PER_S);
	process_step(&step, &conf, 2, mono_add_ms(now, 500), &due);
	ck_assert_int_eq(due.ns, 101 * NS_PER_S);
	process_step(&step, &conf, 2, mono_add_ms(now, 1000), &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_UP);
	/* A restart within the delay is no change. */
	process_step(&step, &conf, 0, mono_add_ms(now, 2000), &due);
	ck_assert_int_eq(due.ns, 104 * NS_PER_S);
	process_step(&step, &conf, 1, mono_add_ms(now, 3000), &due);
	ck_assert(mono_is_never(due));
	/* Too many, by a fork. */
	process_step(&step, &conf, 3, mono_add_ms(now, 5000), &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_UP);
	process_step(&step, &conf, 3, mono_add_ms(now, 6000), &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_DOWN);
}
END_TEST

START_TEST(without_delays_a_change_counts_at_once)
{
	const struct conf_track_process none = {.quorum_max = 0};
	const struct conf_track_process two = {.quorum = 2, .quorum_max = CONF_QUORUM_MAX_NONE};
	struct process_step step = {0};
	struct mono now = {100 * NS_PER_S}, due;

	process_step(&step, &none, 0, now, &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_UP);
	process_step(&step, &none, 1, now, &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_DOWN);
	step = (struct process_step){0};
	process_step(&step, &two, 9, now, &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_UP);
	process_step(&step, &two, 1, now, &due);
	ck_assert_int_eq(step.state, VRRP_SOURCE_DOWN);
}
END_TEST

/* --- how they are seen --- */

#define TIMEOUT_MS 20000

static struct {
	struct loop *loop;
	struct loop_timer *deadline;
	struct track_processes processes;
	struct conf *conf;
	struct vrrp_source last;
	enum vrrp_source_state awaited;
	const char *text;
	pid_t to_end; /* a process that is ended as soon as anything is said */
	char name[16]; /* of the processes: one that nobody else has */
} bench;

static void process_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static bool is_seen(void)
{
	return bench.text && bench.last.state == bench.awaited &&
	       !strcmp(bench.last.text, bench.text);
}

static void on_say(const struct vrrp_source *source, void *arg)
{
	(void)arg;
	bench.last = *source;
	if (bench.to_end) {
		process_end(bench.to_end);
		bench.to_end = 0;
	}
	if (is_seen())
		loop_stop(bench.loop);
}

static void on_deadline(void *arg)
{
	(void)arg;
	ck_abort_msg("it is still %s: %s, not %s", vrrp_source_state_name(bench.last.state),
		     bench.last.text, bench.text);
}

static void await(enum vrrp_source_state state, const char *text)
{
	bench.awaited = state;
	bench.text = text;
	loop_timer_set(bench.deadline, mono_add_ms(clock_mono(), TIMEOUT_MS));
	if (!is_seen())
		loop_run(bench.loop);
}

/* A process with the name and one argument, by way of exec. */
static pid_t process_begin(void)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		execl("/bin/sleep", bench.name, "600", (char *)NULL);
		_exit(1);
	}
	return pid;
}

static void load(void)
{
	struct diags diags = {0};
	char text[512];

	/* execve() takes the name from the file: the command line has ours. */
	snprintf(text, sizeof(text),
		 "vrrp_track_process p {\nprocess %s 600\nquorum 2\n}\n"
		 "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\ntrack_process {\np\n}\n"
		 "virtual_ipaddress {\n10.0.0.1\n}\n}\n",
		 bench.name);
	bench.conf = conf_load_text("t", text, strlen(text), &diags);
	ck_assert_ptr_nonnull(bench.conf);
	diags_free(&diags);
}

static void see_processes(void)
{
	pid_t first, second;

	load();
	first = process_begin();
	track_processes_configure(&bench.processes, bench.conf);
	await(VRRP_SOURCE_DOWN, "1 process runs");
	second = process_begin();
	await(VRRP_SOURCE_UP, "2 processes run");
	process_end(first);
	await(VRRP_SOURCE_DOWN, "1 process runs");
	process_end(second);
	await(VRRP_SOURCE_DOWN, "0 processes run");
}

static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	snprintf(bench.name, sizeof(bench.name), "tp%d", (int)getpid());
	bench.loop = loop_new();
	bench.deadline = loop_timer_new(bench.loop, on_deadline, NULL);
	track_processes_open(&bench.processes, bench.loop, on_say, NULL);
}

static void teardown(void)
{
	track_processes_close(&bench.processes);
	loop_timer_free(bench.deadline);
	loop_free(bench.loop);
	conf_free(bench.conf);
}

/* With the connector where this machine has one. */
START_TEST(they_are_seen_to_begin_and_to_end)
{
	see_processes();
}
END_TEST

START_TEST(they_are_seen_without_the_connector)
{
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return; /* then the machine has no connector for us either: the test before */
	see_processes();
	ck_assert(!bench.processes.is_connected);
}
END_TEST

/* More events than the socket has room for: the kernel drops those that come until the socket is empty. */
static void overflow(void)
{
	const int bytes = 256 * 1024;

	ck_assert_int_eq(setsockopt(bench.processes.fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)), 0);
	for (int i = 0; i < 700; i++) {
		pid_t pid = fork();

		ck_assert_int_ge(pid, 0);
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

/* A process ends after the overflow has been reported, and before the socket is empty. */
START_TEST(an_end_that_is_lost_is_found)
{
	pid_t first = process_begin(), second;

	load();
	track_processes_configure(&bench.processes, bench.conf);
	await(VRRP_SOURCE_DOWN, "1 process runs");
	second = process_begin();
	await(VRRP_SOURCE_UP, "2 processes run"); /* the connector has answered by now */
	if (bench.processes.is_connected) {
		overflow();
		bench.to_end = first;
	} else {
		process_end(first); /* this machine has no connector for us */
	}
	await(VRRP_SOURCE_DOWN, "1 process runs");
	process_end(second);
}
END_TEST

#define SOMEBODY 65534

/* This test has a /proc of its own, which hides the processes of root from somebody else. */
static bool hide_processes(void)
{
	return getuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("proc", "/proc", "proc", 0, "hidepid=2") == 0 && setgroups(0, NULL) == 0 &&
	       setegid(SOMEBODY) == 0 && seteuid(SOMEBODY) == 0;
}

START_TEST(processes_that_proc_hides_have_no_verdict)
{
	static const char hidden[] = "/proc hides other users' processes from the director process";
	pid_t first = process_begin(), second = process_begin();

	load();
	if (!hide_processes()) { /* only root may */
		process_end(first);
		process_end(second);
		return;
	}
	track_processes_configure(&bench.processes, bench.conf);
	await(VRRP_SOURCE_UNKNOWN, hidden);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(mount(NULL, "/proc", NULL, MS_REMOUNT, "hidepid=0"), 0);
	ck_assert_int_eq(seteuid(SOMEBODY), 0);
	await(VRRP_SOURCE_UP, "2 processes run"); /* without a reload */
	ck_assert_int_eq(seteuid(0), 0);
	process_end(first);
	await(VRRP_SOURCE_DOWN, "1 process runs");
	process_end(second);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("track processes");
	TCase *tcase = tcase_create("track processes");
	SRunner *runner;
	int n_failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, name_command_line_and_arguments);
	tcase_add_test(tcase, a_change_waits_for_its_delay);
	tcase_add_test(tcase, without_delays_a_change_counts_at_once);
	tcase_add_test(tcase, they_are_seen_to_begin_and_to_end);
	tcase_add_test(tcase, they_are_seen_without_the_connector);
	tcase_add_test(tcase, an_end_that_is_lost_is_found);
	tcase_add_test(tcase, processes_that_proc_hides_have_no_verdict);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
