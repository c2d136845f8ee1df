/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The supervisor's watch over the director, with a director that is played by the test. */
#include "base/loop.h"
#include "daemon/supervisor/director_watch.h"
#include "daemon/supervisor/service.h"
#include "daemon/shared/wire.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MS 40

struct rig {
	struct loop *loop;
	struct chan *ours, *theirs; /* the supervisor's end, the director's */
	struct director_watch *watch;
	unsigned n_pings, n_reloads, n_hung;
	unsigned n_pings_answered_max, stop_at_pings, stop_at_reloads;
};

static void on_ours(uint16_t type, const void *body, size_t len, void *arg)
{
	director_watch_frame(((struct rig *)arg)->watch, type, body, len);
}

static void on_theirs(uint16_t type, const void *body, size_t len, void *arg)
{
	struct rig *rig = arg;

	if (type == DAEMON_FRAME_PING && ++rig->n_pings <= rig->n_pings_answered_max)
		chan_send(rig->theirs, DAEMON_FRAME_PONG, body, len);
	if (type == DAEMON_FRAME_RELOAD)
		rig->n_reloads++;
	if (rig->n_pings == rig->stop_at_pings || rig->n_reloads == rig->stop_at_reloads)
		loop_stop(rig->loop);
}

static void on_hung(void *arg)
{
	struct rig *rig = arg;

	rig->n_hung++;
	loop_stop(rig->loop);
}

static void rig_open(struct rig *rig)
{
	int ends[2];

	ck_assert_int_eq(chan_pair(ends), 0);
	*rig = (struct rig){.loop = loop_new(),
			    .n_pings_answered_max = 1000,
			    .stop_at_pings = 1000,
			    .stop_at_reloads = 1000};
	rig->ours = chan_new(rig->loop, ends[0], on_ours, NULL, rig);
	rig->theirs = chan_new(rig->loop, ends[1], on_theirs, NULL, rig);
	rig->watch = director_watch_new(rig->loop, rig->ours, ANSWER_MS, on_hung, rig);
}

static void rig_close(struct rig *rig)
{
	director_watch_free(rig->watch);
	chan_free(rig->ours);
	chan_free(rig->theirs);
	loop_free(rig->loop);
}

static void say_ready(struct rig *rig)
{
	chan_send(rig->theirs, DAEMON_FRAME_READY, "serving", 7);
}

/* Of the reload that SIGHUP has asked for. */
static void say_reloaded(struct rig *rig)
{
	say_ready(rig);
	chan_send(rig->theirs, DAEMON_FRAME_RELOADED, NULL, 0);
}

START_TEST(who_answers_is_left_alone)
{
	struct rig rig;

	rig_open(&rig);
	say_ready(&rig);
	rig.stop_at_pings = 6;
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.n_hung, 0);
	rig_close(&rig);
}
END_TEST

START_TEST(who_does_not_answer_is_reported_once)
{
	struct rig rig;

	rig_open(&rig);
	rig.n_pings_answered_max = 2;
	say_ready(&rig);
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.n_hung, 1);
	ck_assert_uint_eq(rig.n_pings, 3);
	/* Its successor is asked anew. */
	director_watch_gone(rig.watch);
	rig.n_pings_answered_max = 1000;
	rig.stop_at_pings = 5;
	say_ready(&rig);
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.n_hung, 1);
	rig_close(&rig);
}
END_TEST

START_TEST(reloads_asked_for_at_once_become_two)
{
	struct rig rig;

	rig_open(&rig);
	say_ready(&rig);
	rig.stop_at_pings = 1;
	loop_run(rig.loop);
	rig.stop_at_pings = 1000;
	for (int i = 0; i < 1000; i++)
		director_watch_reload(rig.watch);
	rig.stop_at_reloads = 1;
	loop_run(rig.loop);
	say_reloaded(&rig); /* the first is over */
	rig.stop_at_reloads = 2;
	loop_run(rig.loop);
	say_reloaded(&rig);
	rig.stop_at_reloads = 1000;
	rig.stop_at_pings = rig.n_pings + 2; /* by then that is heard */
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.n_reloads, 2);
	rig_close(&rig);
}
END_TEST

START_TEST(reload_outlives_the_director_that_was_asked)
{
	struct rig rig;

	rig_open(&rig);
	director_watch_reload(rig.watch); /* before it is ready */
	rig.stop_at_reloads = 1;
	say_ready(&rig);
	loop_run(rig.loop);
	director_watch_gone(rig.watch); /* it dies while it reloads */
	rig.stop_at_reloads = 2;
	say_ready(&rig);
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.n_reloads, 2);
	rig_close(&rig);
}
END_TEST

/* The director reads the file for lvsctl first. */
START_TEST(another_reload_may_end_before_it)
{
	struct rig rig;

	rig_open(&rig);
	director_watch_reload(rig.watch);
	rig.stop_at_reloads = 1;
	say_ready(&rig);
	loop_run(rig.loop);
	say_ready(&rig);
	rig.stop_at_reloads = 1000;
	rig.stop_at_pings = rig.n_pings + 2; /* by then that is heard */
	loop_run(rig.loop);
	director_watch_gone(rig.watch);
	rig.stop_at_reloads = 2;
	say_ready(&rig);
	loop_run(rig.loop);
	ck_assert_uint_eq(rig.n_reloads, 2);
	rig_close(&rig);
}
END_TEST

/* The status of the unit is what the director says, of any length; what is too long is cut. */
START_TEST(the_service_manager_gets_what_the_director_says)
{
	const struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct sockaddr_un own = {0};
	char said[DAEMON_STATUS_MAX + 20], path[sizeof(own.sun_path) + 1], got[1024];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof(own);
	struct rig rig;

	rig_open(&rig);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&sa, sizeof(sa.sun_family)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&own, &size), 0);
	snprintf(path, sizeof(path), "@%s", own.sun_path + 1); /* in the abstract name space */
	setenv("NOTIFY_SOCKET", path, 1);
	for (size_t len = sizeof(said); len-- > 0;) {
		const char *status;
		ssize_t n;

		memset(said, 'a' + (int)(len % 26), len);
		director_watch_frame(rig.watch, DAEMON_FRAME_READY, said, len);
		while ((n = recv(fd, got, sizeof(got) - 1, 0)) > 0) {
			got[n] = '\0';
			if (!(status = strstr(got, "STATUS=")))
				continue;
			status += strlen("STATUS=");
			ck_assert_uint_eq(strspn(status, (char[]){said[0], '\0'}), strlen(status));
			ck_assert_uint_le(strlen(status), len);
			ck_assert_uint_ge(strlen(status), len < 200 ? len : 200);
		}
	}
	unsetenv("NOTIFY_SOCKET");
	close(fd);
	rig_close(&rig);
}
END_TEST

/* A manager's socket may also be a file, and an address of another kind is no fault. */
START_TEST(the_service_manager_has_a_socket_file)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	char got[64];
	ssize_t n;

	snprintf(sa.sun_path, sizeof(sa.sun_path), "/tmp/lvsd-test-notify-%d", (int)getpid());
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	setenv("NOTIFY_SOCKET", sa.sun_path, 1);
	service_alive();
	service_stopping();
	n = recv(fd, got, sizeof(got), 0);
	ck_assert_int_eq(n, strlen("WATCHDOG=1"));
	ck_assert_mem_eq(got, "WATCHDOG=1", n);
	n = recv(fd, got, sizeof(got), 0);
	ck_assert_int_eq(n, strlen("STOPPING=1\nSTATUS=stopping"));
	ck_assert_mem_eq(got, "STOPPING=1\nSTATUS=stopping", n);
	setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
	service_alive();
	setenv("NOTIFY_SOCKET", "", 1);
	service_alive();
	unlink(sa.sun_path);
	setenv("NOTIFY_SOCKET", sa.sun_path, 1);
	service_alive(); /* nobody is there any more */
	ck_assert_int_lt(recv(fd, got, sizeof(got), 0), 0);
	unsetenv("NOTIFY_SOCKET");
	close(fd);
}
END_TEST

static void expect_watchdog(const char *us, const char *pid, uint64_t wanted)
{
	setenv("WATCHDOG_USEC", us, 1);
	if (pid)
		setenv("WATCHDOG_PID", pid, 1);
	else
		unsetenv("WATCHDOG_PID");
	ck_assert_uint_eq(service_watchdog_us(), wanted);
}

START_TEST(the_service_manager_watches_the_process_that_it_names)
{
	char own[16];

	snprintf(own, sizeof(own), "%d", (int)getpid());
	expect_watchdog("20000000", NULL, 20000000);
	expect_watchdog("20000000", own, 20000000);
	expect_watchdog("20000000", "1", 0);
	expect_watchdog("20000000", "", 0);
	expect_watchdog("", own, 0);
	expect_watchdog("-5", own, 0);
	expect_watchdog("5s", own, 0);
	expect_watchdog("99999999999999999999", own, 0);
	unsetenv("WATCHDOG_USEC");
	ck_assert_uint_eq(service_watchdog_us(), 0);
	unsetenv("WATCHDOG_PID");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("director_watch");
	TCase *tcase = tcase_create("director_watch");
	SRunner *runner = srunner_create(suite);
	int failed;

	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	tcase_add_test(tcase, who_answers_is_left_alone);
	tcase_add_test(tcase, who_does_not_answer_is_reported_once);
	tcase_add_test(tcase, reloads_asked_for_at_once_become_two);
	tcase_add_test(tcase, reload_outlives_the_director_that_was_asked);
	tcase_add_test(tcase, another_reload_may_end_before_it);
	tcase_add_test(tcase, the_service_manager_gets_what_the_director_says);
	tcase_add_test(tcase, the_service_manager_has_a_socket_file);
	tcase_add_test(tcase, the_service_manager_watches_the_process_that_it_names);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
