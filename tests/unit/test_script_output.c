/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the output of scripts is read. */
#include "base/clock.h"
#include "daemon/script/output.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_enough(void *arg)
{
	loop_stop(arg);
}

/* However fast a script writes, and however slow this machine is. */
START_TEST(a_script_that_floods_is_read_at_a_pace)
{
	atomic_size_t *n = mmap(NULL, sizeof(*n), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct loop *loop = loop_new();
	struct script_outputs *outputs = script_outputs_new(loop);
	struct loop_timer *timer = loop_timer_new(loop, on_enough, loop);
	struct mono start = clock_mono();
	struct script_output *output;
	static char zeros[65536];
	int ends[2];
	pid_t pid;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		for (;;)
			*n += (size_t)write(ends[1], zeros, sizeof(zeros));
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	output = script_output_new(outputs, ends[0]);
	loop_timer_set(timer, mono_add_ms(start, 300));
	loop_run(loop);
	/* A pipe has room for 64 KiB, and the first ones are read at once. */
	ck_assert_uint_le(*n / 65536, 5 + (size_t)(mono_sub(clock_mono(), start) / NS_PER_MS) /
					    SCRIPT_OUTPUT_PAUSE_MS);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	script_output_finish(output);
	script_outputs_free(outputs);
	loop_timer_free(timer);
	loop_free(loop);
	munmap(n, sizeof(*n));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("script output");
	TCase *tcase = tcase_create("output");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_script_that_floods_is_read_at_a_pace);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
