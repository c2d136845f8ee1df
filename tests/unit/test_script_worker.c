/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real script process, running real scripts. */
#include "base/chan.h"
#include "base/clock.h"
#include "base/vec.h"
#include "daemon/script/wire.h"
#include "daemon/script/vouched.h"
#include "daemon/script/worker.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long anything may take before the test gives up on it. */
#define PATIENCE_MS 30000
/* Between two checks of something that has no event. */
#define POLL_MS 5

/* The director's end, and what it was told. */
static struct rig {
	struct loop *loop;
	struct chan *chan;
	struct loop_timer *timer;
	pid_t worker;
	bool is_greeted, is_late;
	size_t n_wanted;
	VEC(struct script_done) dones;
	uint64_t last_id;
	char dir[64];
} rig;

/* ---- waiting ---- */

static void on_late(void *arg)
{
	(void)arg;
	rig.is_late = true;
	loop_stop(rig.loop);
}

static bool wait_until(bool (*is_reached)(void))
{
	rig.is_late = false;
	loop_timer_set(rig.timer, mono_add_ms(clock_mono(), PATIENCE_MS));
	while (!is_reached() && !rig.is_late)
		loop_run(rig.loop);
	loop_timer_set(rig.timer, MONO_NEVER);
	return !rig.is_late;
}

static bool is_greeted(void)
{
	return rig.is_greeted;
}

static bool is_told(void)
{
	return rig.dones.n >= rig.n_wanted;
}

static void wait_for_dones(size_t n)
{
	rig.n_wanted = n;
	ck_assert_msg(wait_until(is_told), "%zu of %zu came", rig.dones.n, n);
}

/* For what has no event that this process could wait for. */
static bool poll_until(bool (*is_reached)(const void *), const void *arg)
{
	struct mono end = mono_add_ms(clock_mono(), PATIENCE_MS);

	while (!is_reached(arg)) {
		if (mono_reached(clock_mono(), end))
			return false;
		poll(NULL, 0, POLL_MS);
	}
	return true;
}

/* ---- the worker ---- */

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	if (type == SCRIPT_FRAME_HELLO) {
		ck_assert_uint_eq(len, sizeof(uint64_t));
		chan_send(rig.chan, SCRIPT_FRAME_RESET, body, len);
		rig.is_greeted = true;
	} else {
		ck_assert_int_eq(type, SCRIPT_FRAME_DONE);
		ck_assert_int_eq(script_done_decode(body, len, vec_push(&rig.dones)), 0);
	}
	loop_stop(rig.loop);
}

/* The commands that may be run; NULL: all. */
static struct vouched *board;

static void rig_open(void)
{
	int ends[2];

	rig = (struct rig){0};
	strcpy(rig.dir, "/tmp/lvsd-scripts-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(rig.dir));
	chmod(rig.dir, 0755);
	ck_assert_int_eq(chan_pair(ends), 0);
	fflush(NULL);
	rig.worker = fork();
	ck_assert_int_ge(rig.worker, 0);
	if (rig.worker == 0) {
		close(ends[0]);
		exit(script_worker_run(ends[1], NULL, -1, board, -1));
	}
	close(ends[1]);
	rig.loop = loop_new();
	rig.timer = loop_timer_new(rig.loop, on_late, NULL);
	rig.chan = chan_new(rig.loop, ends[0], on_frame, NULL, NULL);
	/* Sent to a predecessor: nobody may act on them. */
	chan_send(rig.chan, SCRIPT_FRAME_RESET, &(uint64_t){0}, sizeof(uint64_t));
	ck_assert(wait_until(is_greeted));
}

/* Its exit status tells of leaks, too, when the sanitizers are built in. */
static void stop_worker(void)
{
	int status;

	if (!rig.worker)
		return;
	kill(rig.worker, SIGTERM);
	ck_assert_int_eq(waitpid(rig.worker, &status, 0), rig.worker);
	rig.worker = 0;
	ck_assert_msg(status == 0, "the worker ended with wait status %d", status);
}

static void rig_close(void)
{
	char *command[] = {"rm", "-rf", rig.dir, NULL};
	pid_t pid;

	stop_worker();
	chan_free(rig.chan);
	loop_timer_free(rig.timer);
	loop_free(rig.loop);
	vec_free(&rig.dones);
	pid = fork();
	if (pid == 0) {
		execvp(command[0], command);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

/* ---- scripts ---- */

static char *path_of(const char *name)
{
	return mem_printf("%s/%s", rig.dir, name);
}

static char *make_script(const char *name, mode_t mode, const char *text)
{
	char *path = path_of(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static struct script_user user_now(void)
{
	struct script_user user = {.uid = geteuid(), .gid = getegid()};
	int n = getgroups(SCRIPT_GROUPS_MAX, user.groups);

	user.n_groups = n > 0 ? (size_t)n : 0;
	return user;
}

static uint64_t send_run(struct script_run run)
{
	char body[SCRIPT_RUN_BODY_MAX];
	size_t len;

	while (run.argv[run.n_args])
		run.n_args++;
	run.id = ++rig.last_id;
	if (!run.timeout_us)
		run.timeout_us = PATIENCE_MS * 1000LL;
	len = script_run_encode(&run, body, sizeof(body));
	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(chan_send(rig.chan, SCRIPT_FRAME_RUN, body, len), 0);
	return run.id;
}

/* Has /bin/sh run text, with dir as $0 and argument as $1. */
static uint64_t send_shell(const char *text, const char *argument, uint64_t object,
			   bool is_supersedable, int64_t timeout_us)
{
	const char *const argv[] = {"/bin/sh", "-c", text, rig.dir, argument, NULL};

	return send_run((struct script_run){.argv = argv,
					    .user = user_now(),
					    .object = object,
					    .is_supersedable = is_supersedable,
					    .timeout_us = timeout_us});
}

static const struct script_done *find_done(uint64_t id)
{
	const struct script_done *found = NULL;

	for (size_t i = 0; i < rig.dones.n; i++) {
		if (rig.dones.items[i].id != id)
			continue;
		ck_assert_msg(!found, "run %llu was answered twice", (unsigned long long)id);
		found = &rig.dones.items[i];
	}
	ck_assert_msg(found, "run %llu was not answered", (unsigned long long)id);
	return found;
}

static const struct script_done *run_path(const char *path)
{
	const char *const argv[] = {path, NULL};
	uint64_t id = send_run((struct script_run){.argv = argv, .user = user_now()});

	wait_for_dones(rig.dones.n + 1);
	return find_done(id);
}

static const struct script_done *run_shell(const char *text, int64_t timeout_us)
{
	uint64_t id = send_shell(text, "", 1, false, timeout_us);

	wait_for_dones(rig.dones.n + 1);
	return find_done(id);
}

static void expect(const struct script_done *done, enum script_how how, int value, const char *line)
{
	char text[SCRIPT_DONE_TEXT_MAX];

	script_done_describe(done, text);
	ck_assert_msg(done->how == how && done->value == value, "%s", text);
	ck_assert_msg(strstr(done->line, line), "%s", text);
}

/* ---- which may be run ---- */

static void rig_open_vouched(void)
{
	const char *const argv[] = {"/bin/echo", "vouched"};
	struct vouched_list *list = vouched_list_new();
	struct script_user user = user_now();

	board = vouched_new();
	vouched_list_add(list, &(struct vouched_command){.kind = VOUCHED_NOTIFY,
							 .user = &user,
							 .argv = argv,
							 .n_args = 2});
	ck_assert_uint_ne(vouched_publish(board, list), 0);
	vouched_list_free(list);
	rig_open();
}

static void rig_close_vouched(void)
{
	rig_close();
	vouched_free(board);
	board = NULL;
}

/* A director that a stranger has taken over asks for a program of his choice. */
START_TEST(only_what_is_vouched_for_is_run)
{
	const char *const evil[] = {"/bin/sh", "-c", "echo taken over", NULL};
	const char *const more[] = {"/bin/echo", "vouched", "and more", NULL};
	const char *const vouched_for[] = {"/bin/echo", "vouched", NULL};
	uint64_t ids[] = {
	    send_run((struct script_run){.argv = evil, .user = user_now()}),
	    send_run((struct script_run){.argv = more, .user = user_now()}),
	    send_run((struct script_run){.argv = vouched_for, .user = user_now(), .is_check = true}),
	    send_run((struct script_run){.argv = vouched_for, .user = user_now()}),
	};

	wait_for_dones(4);
	for (int i = 0; i < 3; i++)
		expect(find_done(ids[i]), SCRIPT_HOW_NOT_STARTED, EPERM,
		       "root's configuration has no such command for this user");
	expect(find_done(ids[3]), SCRIPT_HOW_EXITED, 0, "vouched");
}
END_TEST

/* The script process looks for a name, and judges the file of a script that must be safe. */
START_TEST(program_is_found_and_judged)
{
	char *open_file = make_script("open", 0777, "#!/bin/sh\necho ran\n"), *sound;
	const char *const words[][2] = {{open_file}, {"no_such_program"}, {"bin/echo"}, {"true"}};
	static const char *const sentences[] = {("can be written by everyone; enable_script_security "
						 "forbids this"),
						"the program no_such_program is in none of ",
						"needs an absolute path", ""};
	static const bool is_refused[] = {true, true, true, false};

	for (int i = 0; i < 4; i++) {
		uint64_t id = send_run((struct script_run){
		    .argv = words[i], .user = user_now(), .is_secure = i == 0});

		wait_for_dones(rig.dones.n + 1);
		expect(find_done(id), is_refused[i] ? SCRIPT_HOW_REFUSED : SCRIPT_HOW_EXITED,
		       is_refused[i] ? EACCES : 0, sentences[i]);
	}
	expect(run_path(open_file), SCRIPT_HOW_EXITED, 0, "ran");
	sound = path_of("absent");
	expect(run_path(sound), SCRIPT_HOW_NOT_STARTED, ENOENT, "");
	free(sound);
	free(open_file);
}
END_TEST

/* ---- how they end ---- */

START_TEST(exit_status_and_last_line_are_told)
{
	char *path =
	    make_script("three", 0755, "#!/bin/sh\necho first\necho to stderr >&2\nexit 3\n");

	expect(run_shell("exit 0", 0), SCRIPT_HOW_EXITED, 0, "");
	expect(run_shell("exit 255", 0), SCRIPT_HOW_EXITED, 255, "");
	expect(run_path(path), SCRIPT_HOW_EXITED, 3, "to stderr");
	ck_assert_int_gt(rig.dones.items[2].duration_us, 0);
	ck_assert_int_lt(rig.dones.items[2].duration_us, PATIENCE_MS * 1000LL);
	free(path);
}
END_TEST

START_TEST(signal_is_told)
{
	expect(run_shell("kill -9 $$", 0), SCRIPT_HOW_SIGNALED, SIGKILL, "");
	expect(run_shell("echo before; kill -PIPE $$", 0), SCRIPT_HOW_SIGNALED, SIGPIPE, "before");
}
END_TEST

START_TEST(script_that_cannot_start_is_told)
{
	char *absent = path_of("absent"), *plain = make_script("plain", 0644, "#!/bin/sh\n");
	char *alien = make_script("alien", 0755, "#!/no/such/interpreter\n");
	char *text = make_script("text", 0755, "neither program nor script\n");

	expect(run_path(absent), SCRIPT_HOW_NOT_STARTED, ENOENT, "does not exist");
	expect(run_path(alien), SCRIPT_HOW_NOT_STARTED, ENOENT, "interpreter");
	expect(run_path(plain), SCRIPT_HOW_NOT_STARTED, EACCES, "may not execute");
	expect(run_path(rig.dir), SCRIPT_HOW_NOT_STARTED, EACCES, "may not execute");
	expect(run_path(text), SCRIPT_HOW_NOT_STARTED, ENOEXEC, "#!");
	free(absent);
	free(alien);
	free(plain);
	free(text);
}
END_TEST

START_TEST(ten_megabytes_of_output_are_drained)
{
	const struct script_done *done = run_shell(
	    "yes 'some long line of output that nobody wants to read' | head -c 10000000; "
	    "echo; echo \"the\tend\033[0m\"; echo; printf '  \\n'",
	    0);

	expect(done, SCRIPT_HOW_EXITED, 0, "");
	ck_assert_str_eq(done->line, "the end?[0m");
}
END_TEST

START_TEST(script_finds_a_clean_place)
{
	uint64_t id;

	signal(SIGUSR1, SIG_IGN);
	id = send_shell(
	    "exec >$0/place; ls /proc/self/fd | tr '\\n' ' '; echo; pwd; umask; env | grep -v "
	    "^PWD= | grep -v ^_= | grep -v ^SHLVL=; "
	    "grep -E '^Sig(Blk|Ign)' /proc/self/status | tr -d '\\t'; "
	    "cut -d' ' -f5,6 /proc/$$/stat | grep -c \"^$$ $$\\$\"; cat",
	    "", 1, false, 0);
	wait_for_dones(1);
	expect(find_done(id), SCRIPT_HOW_EXITED, 0, "");
	expect(run_shell("cat $0/place | tr '\\n' '|'", 0), SCRIPT_HOW_EXITED, 0,
	       /* 3 is ls's own */
	       "0 1 2 3 |/|0022|PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin|"
	       "SigBlk:0000000000000000|SigIgn:0000000000000000|1|");
}
END_TEST

START_TEST(other_user_is_become)
{
	static const char *const argv[] = {"/bin/sh", "-c", "echo $(id -u) $(id -g) $(id -G)",
					   NULL};
	struct script_run run = {
	    .argv = argv,
	    .user = {.uid = 4242, .gid = 4343, .groups = {4444, 4545}, .n_groups = 2}};
	uint64_t id = send_run(run);

	wait_for_dones(1);
	if (geteuid() != 0) {
		expect(find_done(id), SCRIPT_HOW_NOT_STARTED, EPERM, "may not become uid 4242");
		return;
	}
	expect(find_done(id), SCRIPT_HOW_EXITED, 0, "4242 4343 4343 4444 4545");
	id = send_shell("id -G", "", 1, false, 0);
	wait_for_dones(2);
	expect(find_done(id), SCRIPT_HOW_EXITED, 0, "");
}
END_TEST

/* ---- deadlines ---- */

/* Dead: whether its parent, which may be init, has reaped it already is not what is tested. */
static bool is_gone(const void *arg)
{
	pid_t pid = *(const pid_t *)arg;
	char path[32], state = 'Z';
	FILE *file;

	if (kill(pid, 0) < 0 && errno == ESRCH)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return true;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	fclose(file);
	return state == 'Z';
}

static bool is_a_line_in(const void *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

static pid_t pid_in(const char *name)
{
	char *path = path_of(name), text[32] = "";
	int fd;

	ck_assert_msg(poll_until(is_a_line_in, path), "%s was not written", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(read(fd, text, sizeof(text) - 1), 0);
	close(fd);
	free(path);
	return (pid_t)atoi(text);
}

static void expect_gone(const char *name)
{
	pid_t pid = pid_in(name);

	ck_assert_msg(poll_until(is_gone, &pid), "%s (pid %d) lives", name, (int)pid);
}

START_TEST(late_script_is_ended)
{
	struct mono start = clock_mono();
	const struct script_done *done =
	    run_shell("echo $$ >$0/leader; echo wait; sleep 1000", 200000);

	expect(done, SCRIPT_HOW_TIMED_OUT, 0, "wait");
	ck_assert_int_ge(done->duration_us, 200000);
	ck_assert_int_ge(mono_sub(clock_mono(), start), 200 * NS_PER_MS);
	expect_gone("leader");
}
END_TEST

START_TEST(late_script_that_ignores_sigterm_is_killed_with_its_group)
{
	expect(run_shell("trap '' TERM; echo $$ >$0/leader; (echo $(exec sh -c 'echo $PPID') "
			 ">$0/grandchild; sleep 1000; sleep 1000) & sleep 1000; sleep 1000",
			 300000),
	       SCRIPT_HOW_TIMED_OUT, 0, "");
	expect_gone("leader");
	expect_gone("grandchild");
}
END_TEST

START_TEST(group_is_killed_though_its_leader_obeyed)
{
	expect(
	    run_shell("(trap '' TERM; sh -c 'echo $PPID' >$0/grandchild; sleep 1000; sleep 1000) "
		      ">/dev/null 2>&1 </dev/null & echo $$ >$0/leader; sleep 1000",
		      300000),
	    SCRIPT_HOW_TIMED_OUT, 0, "");
	expect_gone("grandchild");
	expect_gone("leader");
}
END_TEST

START_TEST(next_run_waits_until_a_late_group_is_gone)
{
	uint64_t late = send_shell("trap '' TERM; echo $$ >$0/leader; while :; do sleep 1000; done",
				   "", 5, false, 200000);
	uint64_t next =
	    send_shell("if kill -0 $(cat $0/leader) 2>/dev/null; then echo overlap; else "
		       "echo alone; fi",
		       "", 5, false, 0);

	wait_for_dones(2);
	expect(find_done(late), SCRIPT_HOW_TIMED_OUT, 0, "");
	expect(find_done(next), SCRIPT_HOW_EXITED, 0, "alone");
}
END_TEST

START_TEST(what_is_left_in_the_background_may_write_on)
{
	pid_t pid;

	expect(run_shell(
		   "(while [ ! -e $0/go ]; do sleep 0.01; done; head -c 300000 /dev/zero && echo "
		   "$? >$0/wrote) & sh -c 'echo $PPID' >$0/leader; echo done",
		   0),
	       SCRIPT_HOW_EXITED, 0, "done");
	pid = pid_in("leader");
	ck_assert(poll_until(is_gone, &pid));
	expect(run_shell(": >$0/go", 0), SCRIPT_HOW_EXITED, 0, "");
	ck_assert_int_eq(pid_in("wrote"), 0);
}
END_TEST

START_TEST(stopping_ends_what_runs)
{
	struct mono start;

	send_shell(
	    "trap '' TERM; sleep 1000 & echo $! >$0/child; echo $$ >$0/deaf; wait; sleep 1000", "",
	    1, false, 0);
	send_shell("echo $$ >$0/meek; exec sleep 1000", "", 2, false, 0);
	pid_in("deaf");
	pid_in("meek");
	start = clock_mono();
	stop_worker();
	ck_assert_int_lt(mono_sub(clock_mono(), start), 20 * NS_PER_S); /* they sleep 1000 s */
	expect_gone("deaf");
	expect_gone("child");
	expect_gone("meek");
}
END_TEST

START_TEST(at_the_end_a_script_that_hangs_does_not_keep_the_next_from_running)
{
	uint64_t hanging = send_shell("trap '' TERM; echo $$ >$0/began; while :; do sleep 9; done", "",
				      1, true, 60000000);
	uint64_t last, late, check;
	const char *const argv[] = {"/bin/sleep", "8102", NULL};

	check = send_run((struct script_run){
	    .argv = argv, .user = user_now(), .object = 2, .is_check = true});
	pid_in("began");
	last = send_shell("echo last", "", 1, true, 60000000);
	chan_send(rig.chan, SCRIPT_FRAME_STOPPING, NULL, 0);
	late = send_shell("sleep 8103", "", 3, true, 60000000);
	wait_for_dones(3);
	expect(find_done(hanging), SCRIPT_HOW_TIMED_OUT, 0, "");
	expect(find_done(last), SCRIPT_HOW_EXITED, 0, "last");
	expect(find_done(late), SCRIPT_HOW_TIMED_OUT, 0, "");
	ck_assert_int_le(find_done(late)->duration_us, 20 * SCRIPT_STOP_SHARE_US);
	for (size_t i = 0; i < rig.dones.n; i++)
		ck_assert_uint_ne(rig.dones.items[i].id, check);
}
END_TEST

START_TEST(scripts_die_with_a_worker_that_is_killed)
{
	send_shell("trap '' TERM; echo $$ >$0/leader; exec sleep 1000", "", 1, false, 0);
	pid_in("leader");
	kill(rig.worker, SIGKILL);
	waitpid(rig.worker, NULL, 0);
	rig.worker = 0;
	expect_gone("leader");
}
END_TEST

/* ---- many ---- */

/* Returns once it runs, as object's one script, which ends after release(). */
static uint64_t hold(uint64_t object)
{
	uint64_t id = send_shell("echo $$ >$0/held; while [ ! -e $0/go ]; do sleep 0.01; done", "",
				 object, true, 0);

	pid_in("held");
	return id;
}

static void release(void)
{
	free(make_script("go", 0644, ""));
}

static char *read_text(const char *name)
{
	char *path = path_of(name), *text = mem_calloc(1, 65536);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_ge(read(fd, text, 65535), 0);
	close(fd);
	free(path);
	return text;
}

START_TEST(scripts_of_one_object_do_not_overlap)
{
	char number[8], *text, expected[1024] = "";

	for (int i = 0; i < 10; i++) {
		snprintf(number, sizeof(number), "%d", i);
		send_shell("echo start $1 >>$0/log; sleep 0.02; echo stop $1 >>$0/log", number, 9,
			   false, 0);
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected),
			 "start %d\nstop %d\n", i, i);
	}
	wait_for_dones(10);
	text = read_text("log");
	ck_assert_str_eq(text, expected);
	free(text);
}
END_TEST

static uint64_t send_event(const char *text, uint64_t event)
{
	const char *const argv[] = {"/bin/sh", "-c", text, rig.dir, NULL};
	const struct script_run run = {.argv = argv, .user = user_now(), .object = 1, .event = event,
				       .is_supersedable = true, .timeout_us = 60000000};

	return send_run(run);
}

/* notify_backup hangs: it does not hold up the newest state. A run that must be told is told before. */
START_TEST(a_script_of_an_older_state_does_not_hold_up_the_newest)
{
	uint64_t older = send_event("trap '' TERM; echo $$ >$0/began; while :; do sleep 9; done", 1);
	uint64_t rest = send_event("echo rest >>$0/log", 1), middle, newest;
	uint64_t must = send_shell("echo must >>$0/log", "", 1, false, 0);
	char *text;

	pid_in("began");
	middle = send_event("echo middle >>$0/log", 2);
	newest = send_event("echo newest >>$0/log", 3);
	wait_for_dones(5);
	ck_assert(find_done(rest)->how == SCRIPT_HOW_SUPERSEDED && find_done(middle)->how == SCRIPT_HOW_SUPERSEDED);
	ck_assert(find_done(must)->how == SCRIPT_HOW_EXITED && find_done(newest)->how == SCRIPT_HOW_EXITED);
	ck_assert_int_eq(find_done(older)->how, SCRIPT_HOW_OBSOLETE);
	ck_assert_int_ge(find_done(older)->duration_us, SCRIPT_OBSOLETE_US);
	text = read_text("log");
	ck_assert_str_eq(text, "must\nnewest\n");
	free(text);
}
END_TEST

START_TEST(dropped_runs_are_told_and_do_not_start)
{
	uint64_t runs = hold(1);
	uint64_t dropped = send_shell("echo ran >$0/log", "", 1, false, 0), objects[] = {77, 1};

	chan_send(rig.chan, SCRIPT_FRAME_DROP, objects, sizeof(objects));
	wait_for_dones(1);
	expect(find_done(dropped), SCRIPT_HOW_NOT_STARTED, ECANCELED, "");
	release();
	wait_for_dones(2);
	expect(find_done(runs), SCRIPT_HOW_EXITED, 0, "");
}
END_TEST

START_TEST(two_hundred_at_once_all_finish)
{
	uint64_t ids[200];

	for (size_t i = 0; i < 200; i++)
		ids[i] = send_shell("exit 7", "", i, false, 0);
	wait_for_dones(200);
	for (size_t i = 0; i < 200; i++)
		expect(find_done(ids[i]), SCRIPT_HOW_EXITED, 7, "");
}
END_TEST

START_TEST(queue_that_is_full_refuses)
{
	const char *const argv[] = {"/bin/true", NULL};
	const size_t n = SCRIPT_QUEUED_MAX + 50;
	size_t n_refused = 0;

	hold(1);
	for (size_t i = 0; i < n; i++)
		send_run((struct script_run){.argv = argv, .user = user_now(), .object = 1});
	wait_for_dones(1);
	for (size_t i = 0; i < rig.dones.n; i++)
		expect(&rig.dones.items[i], SCRIPT_HOW_NOT_STARTED, ENOBUFS, "too many");
	chan_send(rig.chan, SCRIPT_FRAME_DROP, &(uint64_t){1}, sizeof(uint64_t));
	wait_for_dones(n);
	for (size_t i = 0; i < rig.dones.n; i++)
		n_refused += rig.dones.items[i].value == ENOBUFS;
	ck_assert_uint_eq(n_refused, 50);
	release();
	wait_for_dones(n + 1);
}
END_TEST

START_TEST(fork_that_fails_is_told_and_nothing_is_lost)
{
	struct rlimit limit, none;
	uint64_t id;

	if (prlimit(rig.worker, RLIMIT_NOFILE, NULL, &limit) < 0)
		return;
	none = limit;
	none.rlim_cur = 3;
	ck_assert_int_eq(prlimit(rig.worker, RLIMIT_NOFILE, &none, NULL), 0);
	expect(run_shell("exit 0", 0), SCRIPT_HOW_NOT_STARTED, EMFILE, "no free process, descriptor");
	ck_assert_int_eq(prlimit(rig.worker, RLIMIT_NOFILE, &limit, NULL), 0);
	id = send_shell("exit 5", "", 1, false, 0);
	wait_for_dones(2);
	expect(find_done(id), SCRIPT_HOW_EXITED, 5, "");
}
END_TEST

START_TEST(malformed_frames_are_ignored)
{
	chan_send(rig.chan, SCRIPT_FRAME_RUN, "short", 5);
	chan_send(rig.chan, SCRIPT_FRAME_DROP, "short", 5);
	chan_send(rig.chan, SCRIPT_FRAME_RESET, "short", 5);
	chan_send(rig.chan, 99, NULL, 0);
	expect(run_shell("exit 1", 0), SCRIPT_HOW_EXITED, 1, "");
}
END_TEST

static TCase *new_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, rig_open, rig_close);
	tcase_set_timeout(tc, 2.0 * PATIENCE_MS / 1000);
	suite_add_tcase(suite, tc);
	return tc;
}

int main(void)
{
	Suite *suite = suite_create("script worker");
	TCase *ends = new_case(suite, "ends"), *deadlines = new_case(suite, "deadlines");
	TCase *many = new_case(suite, "many"), *vouched = tcase_create("vouched");
	SRunner *runner;
	int failed;

	tcase_add_test(ends, exit_status_and_last_line_are_told);
	tcase_add_test(ends, signal_is_told);
	tcase_add_test(ends, script_that_cannot_start_is_told);
	tcase_add_test(ends, program_is_found_and_judged);
	tcase_add_test(ends, ten_megabytes_of_output_are_drained);
	tcase_add_test(ends, script_finds_a_clean_place);
	tcase_add_test(ends, other_user_is_become);
	tcase_add_test(deadlines, late_script_is_ended);
	tcase_add_test(deadlines, late_script_that_ignores_sigterm_is_killed_with_its_group);
	tcase_add_test(deadlines, group_is_killed_though_its_leader_obeyed);
	tcase_add_test(deadlines, next_run_waits_until_a_late_group_is_gone);
	tcase_add_test(deadlines, what_is_left_in_the_background_may_write_on);
	tcase_add_test(deadlines, stopping_ends_what_runs);
	tcase_add_test(deadlines, at_the_end_a_script_that_hangs_does_not_keep_the_next_from_running);
	tcase_add_test(deadlines, scripts_die_with_a_worker_that_is_killed);
	tcase_add_test(many, scripts_of_one_object_do_not_overlap);
	tcase_add_test(many, a_script_of_an_older_state_does_not_hold_up_the_newest);
	tcase_add_test(many, dropped_runs_are_told_and_do_not_start);
	tcase_add_test(many, two_hundred_at_once_all_finish);
	tcase_add_test(many, queue_that_is_full_refuses);
	tcase_add_test(many, fork_that_fails_is_told_and_nothing_is_lost);
	tcase_add_test(many, malformed_frames_are_ignored);
	suite_add_tcase(suite, vouched);
	tcase_add_checked_fixture(vouched, rig_open_vouched, rig_close_vouched);
	tcase_add_test(vouched, only_what_is_vouched_for_is_run);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
