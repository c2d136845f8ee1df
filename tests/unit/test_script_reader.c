/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader of a FIFO in the real script process: it has no deadline, and ends when it is told to. */
#include "base/chan.h"
#include "base/clock.h"
#include "base/greeted.h"
#include "base/loop.h"
#include "daemon/script/wire.h"
#include "daemon/script/worker.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OBJECT	    9
#define PATIENCE_MS 30000

static char dir[] = "/tmp/lvsd-reader-XXXXXX", fifo[64], back[64];

static struct bench {
	struct loop *loop;
	struct chan *chan;
	bool is_greeted, is_late;
	struct script_done done;
} bench;

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	if (type == SCRIPT_FRAME_HELLO) {
		chan_send(bench.chan, SCRIPT_FRAME_RESET, body, len);
		bench.is_greeted = true;
	} else {
		ck_assert_int_eq(type, SCRIPT_FRAME_DONE);
		ck_assert_int_eq(script_done_decode(body, len, &bench.done), 0);
	}
	loop_stop(bench.loop);
}

static void on_late(void *arg)
{
	(void)arg;
	bench.is_late = true;
	loop_stop(bench.loop);
}

/* It copies a line from the FIFO into another one, then reads on. */
static void reader_send(void)
{
	static const char text[] = "exec 4>\"$2\"; while read line; do echo \"$line\" >&4; done <\"$1\"";
	const char *const argv[] = {"/bin/sh", "-c", text, "reader", fifo, back, NULL};
	const struct script_run run = {.id = 1,
				       .object = OBJECT,
				       .is_lasting = true,
				       .user = {.uid = geteuid(), .gid = getegid()},
				       .timeout_us = 1,
				       .argv = argv,
				       .n_args = 6};
	char body[SCRIPT_RUN_BODY_MAX];
	size_t len = script_run_encode(&run, body, sizeof(body));

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(chan_send(bench.chan, SCRIPT_FRAME_RUN, body, len), 0);
}

START_TEST(reader_runs_until_it_is_ended)
{
	const uint64_t object = OBJECT;
	struct loop_timer *late;
	int ends[2], in, out;
	char line[8] = "";
	pid_t worker;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	snprintf(back, sizeof(back), "%s/back", dir);
	ck_assert(mkfifo(fifo, 0600) == 0 && mkfifo(back, 0600) == 0);
	ck_assert_int_eq(chan_pair(ends), 0);
	worker = fork();
	if (worker == 0) {
		close(ends[0]);
		exit(script_worker_run(ends[1], NULL, -1, NULL, -1));
	}
	close(ends[1]);
	bench.loop = loop_new();
	late = loop_timer_new(bench.loop, on_late, NULL);
	loop_timer_set(late, mono_add_ms(clock_mono(), PATIENCE_MS));
	bench.chan = chan_new(bench.loop, ends[0], on_frame, NULL, NULL);
	loop_run(bench.loop);
	ck_assert(bench.is_greeted);
	reader_send();
	in = open(back, O_RDONLY | O_CLOEXEC);	/* both wait for the reader */
	out = open(fifo, O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(write(out, "line\n", 5), 5);
	ck_assert_int_eq(read(in, line, sizeof(line) - 1), 5);
	ck_assert_str_eq(line, "line\n");
	ck_assert_uint_eq(bench.done.id, 0);
	chan_send(bench.chan, SCRIPT_FRAME_END, &object, sizeof(object));
	while (!bench.done.id && !bench.is_late)
		loop_run(bench.loop);
	ck_assert_int_eq(bench.done.how, SCRIPT_HOW_SIGNALED);
	ck_assert_int_eq(read(in, line, sizeof(line)), 0); /* it is gone */
	kill(worker, SIGTERM);
	waitpid(worker, NULL, 0);
	close(in);
	close(out);
	chan_free(bench.chan);
	loop_timer_free(late);
	loop_free(bench.loop);
	unlink(fifo);
	unlink(back);
	rmdir(dir);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("script reader");
	TCase *reader = tcase_create("reader");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, reader);
	tcase_set_timeout(reader, 60);
	tcase_add_test(reader, reader_runs_until_it_is_ended);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
