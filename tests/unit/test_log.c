/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way of a log line: its budget, the log process, and the log daemon at the end. */
#include "base/chan.h"
#include "base/clock.h"
#include "base/log_limit.h"
#include "base/log_writer.h"
#include "daemon/log/budget.h"
#include "daemon/log/process.h"

#include <check.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct log_budget_limits some = {1000, 10};

START_TEST(a_burst_goes_through_and_a_flood_becomes_a_trickle)
{
	struct mono now = {NS_PER_S};
	struct log_budget budget;
	unsigned n = 0;

	log_budget_init(&budget, some, now);
	for (int i = 0; i < 1000; i++)
		ck_assert(log_budget_take(&budget, LOG_LEVEL_WARNING, now));
	ck_assert(!log_budget_take(&budget, LOG_LEVEL_WARNING, now));
	/* 6,000 lines in 15 s. */
	for (int i = 0; i < 6000; i++) {
		now = mono_add_us(now, 2500);
		n += log_budget_take(&budget, LOG_LEVEL_WARNING, now);
	}
	ck_assert_uint_ge(n, 149);
	ck_assert_uint_le(n, 150);
	/* After a long rest the whole burst is there again, and no more. */
	now = mono_add_ms(now, 100000000);
	for (int i = 0; i < 1000; i++)
		ck_assert(log_budget_take(&budget, LOG_LEVEL_WARNING, now));
	ck_assert(!log_budget_take(&budget, LOG_LEVEL_WARNING, now));
}
END_TEST

START_TEST(errors_come_through_a_flood_of_warnings)
{
	struct mono now = {NS_PER_S};
	struct log_budget budget;

	log_budget_init(&budget, some, now);
	for (int i = 0; i < 100000; i++)
		log_budget_take(&budget, LOG_LEVEL_WARNING, now);
	for (int i = 0; i < 1000; i++)
		ck_assert(log_budget_take(&budget, LOG_LEVEL_ERROR, now));
}
END_TEST

START_TEST(what_was_left_out_is_counted_and_said)
{
	struct mono now = {NS_PER_S};
	char text[LOG_BUDGET_TEXT_MAX];
	struct log_budget budget;

	log_budget_init(&budget, (struct log_budget_limits){1, 1}, now);
	ck_assert(mono_is_never(budget.say_due));
	for (int i = 0; i < 3; i++)
		log_budget_take(&budget, LOG_LEVEL_NOTICE, now);
	log_budget_take(&budget, LOG_LEVEL_ERROR, now);
	log_budget_take(&budget, LOG_LEVEL_ERROR, now);
	ck_assert_int_eq(mono_sub(budget.say_due, now), LOG_BUDGET_SAY_MS * NS_PER_MS);
	ck_assert_str_eq(log_budget_say(&budget, text),
			 "3 log lines (1 of level error, 2 of level notice) were left out: this "
			 "process logs more than 1 lines at once and 1 a second of a level");
	ck_assert(mono_is_never(budget.say_due));
}
END_TEST

START_TEST(the_largest_counts_fit)
{
	struct mono now = {NS_PER_S};
	char text[LOG_BUDGET_TEXT_MAX];
	struct log_budget budget;

	log_budget_init(&budget, (struct log_budget_limits){UINT_MAX, UINT_MAX}, now);
	for (int i = LOG_LEVEL_ERROR; i < LOG_BUDGET_LEVELS; i++)
		budget.level[i].n_left_out = UINT_MAX;
	ck_assert_str_eq(
	    log_budget_say(&budget, text),
	    "21474836475 log lines (4294967295 of level error, 4294967295 of level warning, "
	    "4294967295 of level notice, 4294967295 of level info, 4294967295 of level debug) "
	    "were left out: this process logs more than 4294967295 lines at once and 4294967295 "
	    "a second of a level");
}
END_TEST

/* A process whose socket is full counts its lines, and says so as soon as there is room. */
START_TEST(lines_without_room_are_counted)
{
	char packet[LOG_RECORD_MAX + 1], lost[64];
	int ends[2], n = 0;
	ssize_t len;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
	log_to_socket(ends[0]);
	for (int i = 0; i < 10000; i++)
		log_info("line %d", i);
	while (recv(ends[1], packet, sizeof(packet), 0) > 0)
		n++;
	ck_assert(n > 0 && n < 10000);
	log_notice("the next one");
	snprintf(lost, sizeof(lost), "%d log lines were lost: the log process is too slow", 10000 - n);
	len = recv(ends[1], packet, sizeof(packet) - 1, 0);
	ck_assert_int_gt(len, 0);
	packet[len] = '\0';
	ck_assert_int_eq(packet[0], LOG_LEVEL_WARNING);
	ck_assert_str_eq(packet + LOG_RECORD_HEAD, lost);
	len = recv(ends[1], packet, sizeof(packet) - 1, 0);
	ck_assert_int_gt(len, 0);
	packet[len] = '\0';
	ck_assert_str_eq(packet + LOG_RECORD_HEAD, "the next one");
	log_notice("said once");
	len = recv(ends[1], packet, sizeof(packet) - 1, 0);
	ck_assert_int_gt(len, 0);
	packet[len] = '\0';
	ck_assert_str_eq(packet + LOG_RECORD_HEAD, "said once");
	log_to_console();
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(what_others_provoke_is_a_line_now_and_then)
{
	struct mono now = {NS_PER_S};
	struct log_limit limit = {0};
	unsigned n = 9, n_lines = 0;

	/* 6,150 in 15 s. */
	for (int i = 0; i < 6150; i++) {
		n_lines += log_limit_take(&limit, now, &n);
		now = mono_add_us(now, 2439);
	}
	ck_assert_uint_eq(n_lines, 2);
	ck_assert_uint_ge(n, 4000);
}
END_TEST

/* ---- the log daemon ---- */

static char path[64];

static int listen_at(int type)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	strcpy(name.sun_path, path);
	unlink(path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 5), 0);
	return fd;
}

/* What comes next, without "<29>Nov 28 20:00:00 ". */
static const char *next(int fd, char text[static 256])
{
	ssize_t len = recv(fd, text, 255, 0);

	ck_assert_int_gt(len, 20);
	text[len] = '\0';
	ck_assert_ptr_nonnull(strchr(text, '>'));
	return strchr(text, '>') + 17;
}

static int write_now(struct log_writer *writer, enum log_level level, const char *line)
{
	return log_writer_write(writer, level, clock_wall_us(), line);
}

START_TEST(lines_reach_the_log_daemon_and_its_successor)
{
	struct log_writer *writer;
	char text[256];
	int fd;

	snprintf(path, sizeof(path), "/tmp/lvsd-test-log.%d", (int)getpid());
	writer = log_writer_new_syslog(path, 77);
	ck_assert_int_lt(write_now(writer, LOG_LEVEL_ERROR, "nobody hears"), 0);
	ck_assert_int_lt(write_now(writer, LOG_LEVEL_ERROR, "nor this"), 0);
	fd = listen_at(SOCK_DGRAM);
	ck_assert_int_eq(write_now(writer, LOG_LEVEL_NOTICE, "hello"), 0);
	ck_assert_str_eq(next(fd, text), "lvsd[77]: 2 log lines were lost, since the log could not be written");
	ck_assert_str_eq(next(fd, text), "lvsd[77]: hello");
	ck_assert_int_eq(strncmp(text, "<29>", 4), 0); /* daemon.notice */
	close(fd);
	fd = listen_at(SOCK_DGRAM);
	ck_assert_int_eq(write_now(writer, LOG_LEVEL_INFO, "again"), 0);
	ck_assert_str_eq(next(fd, text), "lvsd[77]: again");
	close(fd);
	unlink(path);
	log_writer_free(writer);
}
END_TEST

START_TEST(a_log_daemon_may_have_a_stream)
{
	struct log_writer *writer;
	char text[256];
	int fd, peer;

	snprintf(path, sizeof(path), "/tmp/lvsd-test-log.%d", (int)getpid());
	fd = listen_at(SOCK_STREAM);
	writer = log_writer_new_syslog(path, 77);
	ck_assert_int_eq(write_now(writer, LOG_LEVEL_ERROR, "one"), 0);
	peer = accept(fd, NULL, NULL);
	ck_assert_str_eq(next(peer, text), "lvsd[77]: one");
	ck_assert_int_eq(write_now(writer, LOG_LEVEL_ERROR, "two"), 0);
	ck_assert_str_eq(next(peer, text), "lvsd[77]: two");
	close(peer);
	close(fd);
	unlink(path);
	log_writer_free(writer);
}
END_TEST

/* ---- the log process ---- */

struct rig {
	int supervisor[2], check[2], output[2];
	pid_t pid;
};

static void rig_open(struct rig *rig)
{
	ck_assert_int_eq(chan_pair(rig->supervisor), 0);
	ck_assert_int_eq(chan_pair(rig->check), 0);
	ck_assert_int_eq(pipe(rig->output), 0);
	rig->pid = fork();
	if (rig->pid == 0) {
		const struct log_process_args args = {
		    .sources = {{rig->supervisor[0], NULL, {100, 1}},
				{rig->check[0], "check", {20, 1}}},
		    .n_sources = 2,
		    .is_console = true,
		};

		dup2(rig->output[1], STDERR_FILENO);
		close(rig->output[0]);
		close(rig->output[1]);
		close(rig->supervisor[1]);
		close(rig->check[1]);
		_exit(log_process_run(&args));
	}
	close(rig->output[1]);
}

static void rig_close(struct rig *rig)
{
	int status;

	ck_assert_int_eq(waitpid(rig->pid, &status, 0), rig->pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(rig->supervisor[0]);
	close(rig->check[0]);
	close(rig->output[0]);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	while ((text = strstr(text, what))) {
		n++;
		text++;
	}
	return n;
}

START_TEST(a_flood_of_one_process_leaves_room_for_the_others)
{
	static char text[1 << 20];
	struct rig rig;
	size_t len = 0;
	ssize_t n;

	rig_open(&rig);
	log_to_socket(rig.supervisor[1]);
	log_notice("the log process is at work when this comes");
	ck_assert_int_gt(read(rig.output[0], text, sizeof(text)), 0);
	log_to_socket(rig.check[1]);
	for (int i = 0; i < 2000; i++)
		log_warning("director: I am another one\nsecond line %d", i);
	log_error("one error");
	log_to_socket(rig.supervisor[1]);
	log_notice("the supervisor speaks");
	log_to_console();
	kill(rig.pid, SIGTERM); /* a script sends it to all: no reason to end before the others */
	close(rig.check[1]);
	close(rig.supervisor[1]);
	while ((n = read(rig.output[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	rig_close(&rig);
	ck_assert_uint_ge(count(text, "check: director: I am another one?second line"), 20);
	ck_assert_uint_le(count(text, "check: director: I am another one?second line"), 25);
	ck_assert_uint_eq(count(text, "lvsd: error: check: one error\n"), 1);
	ck_assert_uint_eq(count(text, "lvsd: notice: the supervisor speaks\n"), 1);
	ck_assert_uint_eq(count(text, "were left out: this process logs more than"), 1);
}
END_TEST

/* As assert() and the C library do. */
START_TEST(what_goes_to_standard_error_is_logged)
{
	static const char said[] = "first\n\nsecond\033[0m\n", one[] = "D";
	char text[1024] = "";
	struct rig rig;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	rig_open(&rig);
	pid = fork();
	if (pid == 0) {
		log_to_socket(rig.check[1]);
		log_take_stderr();
		n = write(STDERR_FILENO, said, strlen(said));
		_exit(n == (ssize_t)strlen(said) && write(STDERR_FILENO, one, 1) == 1 ? 0 : 1);
	}
	waitpid(pid, &(int){0}, 0);
	close(rig.check[1]);
	close(rig.supervisor[1]);
	while ((n = read(rig.output[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	rig_close(&rig);
	ck_assert_uint_eq(count(text, "lvsd: error: check: first\n"), 1);
	ck_assert_uint_eq(count(text, "lvsd: error: check: second?[0m\n"), 1);
	ck_assert_uint_eq(count(text, "lvsd: error: check: D\n"), 1);
	ck_assert_uint_eq(count(text, "\n"), 3);
}
END_TEST

/* The stamp is that of the moment at which a line was said, not of the one at which it is written. */
START_TEST(a_log_process_that_stalls_does_not_change_the_time)
{
	char text[512] = "", stamp[CLOCK_STAMP_MAX];
	char record[LOG_RECORD_HEAD + 5] = {LOG_LEVEL_NOTICE};
	const int64_t said_us = clock_wall_us() - 90 * US_PER_S;
	struct rig rig;
	ssize_t n;

	memcpy(record + 1, &said_us, sizeof(said_us));
	memcpy(record + LOG_RECORD_HEAD, "hello", 5);
	rig_open(&rig);
	ck_assert_int_eq(send(rig.supervisor[1], record, sizeof(record), 0), (ssize_t)sizeof(record));
	n = read(rig.output[0], text, sizeof(text) - 1);
	clock_format(said_us, stamp);
	ck_assert_int_gt(n, (ssize_t)strlen(stamp));
	ck_assert_int_eq(strncmp(text, stamp, strlen(stamp)), 0);
	ck_assert_ptr_nonnull(strstr(text, " lvsd: notice: hello\n"));
	close(rig.check[1]);
	close(rig.supervisor[1]);
	rig_close(&rig);
}
END_TEST

START_TEST(a_time_that_cannot_be_true_is_not_believed)
{
	const int64_t now_us = 100 * 86400 * INT64_C(1000000);
	const int64_t claims[][2] = {{now_us - 5, now_us - 5},
				     {now_us + 1, now_us},
				     {0, now_us},
				     {INT64_MIN, now_us},
				     {INT64_MAX, now_us}};
	char record[LOG_RECORD_HEAD] = {77};
	int64_t said_us;

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		memcpy(record + 1, &claims[i][0], sizeof(said_us));
		ck_assert_int_eq(log_record_head(record, now_us, &said_us), LOG_LEVEL_NOTICE);
		ck_assert_int_eq(said_us, claims[i][1]);
	}
}
END_TEST

START_TEST(who_logs_never_waits_for_a_reader_that_hangs)
{
	struct rig rig;

	rig_open(&rig);
	log_to_socket(rig.supervisor[1]);
	for (int i = 0; i < 100000; i++) /* nobody reads the pipe: this returns all the same */
		log_notice("a line that is long enough to fill a pipe of 64 KiB before long");
	log_to_console();
	close(rig.check[1]);
	close(rig.supervisor[1]);
	kill(rig.pid, SIGKILL);
	ck_assert_int_eq(waitpid(rig.pid, NULL, 0), rig.pid);
	close(rig.output[0]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *tcase = tcase_create("log");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_burst_goes_through_and_a_flood_becomes_a_trickle);
	tcase_add_test(tcase, errors_come_through_a_flood_of_warnings);
	tcase_add_test(tcase, what_was_left_out_is_counted_and_said);
	tcase_add_test(tcase, the_largest_counts_fit);
	tcase_add_test(tcase, lines_without_room_are_counted);
	tcase_add_test(tcase, what_others_provoke_is_a_line_now_and_then);
	tcase_add_test(tcase, lines_reach_the_log_daemon_and_its_successor);
	tcase_add_test(tcase, a_log_daemon_may_have_a_stream);
	tcase_add_test(tcase, a_flood_of_one_process_leaves_room_for_the_others);
	tcase_add_test(tcase, what_goes_to_standard_error_is_logged);
	tcase_add_test(tcase, a_log_process_that_stalls_does_not_change_the_time);
	tcase_add_test(tcase, a_time_that_cannot_be_true_is_not_believed);
	tcase_add_test(tcase, who_logs_never_waits_for_a_reader_that_hangs);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
