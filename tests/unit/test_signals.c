/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of each signal, what is said of it, and that a process that holds them lives on. */
#include "base/signal_note.h"
#include "base/signals.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const int kept[] = {SIGTERM, SIGINT, SIGKILL, SIGSTOP, SIGCONT, SIGCHLD, SIGSEGV,
			   SIGBUS,  SIGFPE, SIGILL,  SIGABRT, SIGQUIT, SIGSYS,  SIGTRAP};

START_TEST(every_signal_has_a_fate)
{
	unsigned n_kept = 0;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		ck_assert_int_eq(signal_fate(kept[i]), SIGNAL_KEPT);
	for (int number = 1; number <= SIGNAL_NUMBER_MAX; number++)
		n_kept += signal_fate(number) == SIGNAL_KEPT;
	ck_assert_uint_eq(n_kept, sizeof(kept) / sizeof(kept[0]));
	ck_assert_int_eq(signal_fate(SIGPIPE), SIGNAL_IGNORED);
	ck_assert_int_eq(signal_fate(32), SIGNAL_IGNORED);
	ck_assert_int_eq(signal_fate(SIGUSR1), SIGNAL_SURVIVED);
	ck_assert_int_eq(signal_fate(SIGRTMAX), SIGNAL_SURVIVED);
}
END_TEST

START_TEST(sentences_name_signal_sender_and_cure)
{
	struct signal_note note = {.number = SIGUSR1, .pid = 4242};
	char text[SIGNAL_NOTE_TEXT_MAX];

	ck_assert_str_eq(signal_note_text(&note, text),
			 "SIGUSR1 from pid 4242 (uid 0) has no effect: keepalived would write its "
			 "state to a file. With state_dump_file in global_defs the process of lvsd.pid "
			 "does so, too; `lvsctl status --json` prints it at any time");
	note = (struct signal_note){.number = SIGALRM, .uid = 1000, .n_unsaid = 3};
	ck_assert_str_eq(signal_note_text(&note, text),
			 "SIGALRM from a process of uid 1000 whose pid cannot be seen from here "
			 "has no effect; 3 more came since this was logged last");
	note = (struct signal_note){.number = SIGXFSZ, .is_kernel = true};
	ck_assert_ptr_nonnull(strstr(signal_note_text(&note, text), "SIGXFSZ from the kernel"));
	note = (struct signal_note){.number = SIGRTMIN + 5, .pid = 1};
	ck_assert_str_eq(signal_note_text(&note, text),
			 "SIGRTMIN+5 from pid 1 (uid 0) has no effect");
	for (int number = 1; number <= SIGNAL_NUMBER_MAX; number++) {
		note.number = number;
		ck_assert_uint_lt(strlen(signal_note_text(&note, text)), SIGNAL_NOTE_TEXT_MAX - 1);
	}
}
END_TEST

START_TEST(a_signal_is_logged_once_in_a_while)
{
	struct signal_diary diary = {0};
	struct mono now = {NS_PER_S};
	unsigned n = 99;

	ck_assert(signal_diary_take(&diary, SIGUSR1, now, &n));
	ck_assert_uint_eq(n, 0);
	for (int i = 0; i < 1000; i++)
		ck_assert(!signal_diary_take(&diary, SIGUSR1, now, &n));
	ck_assert(signal_diary_take(&diary, SIGUSR2, now, &n));
	now = mono_add_ms(now, SIGNAL_DIARY_PAUSE_MS);
	ck_assert(signal_diary_take(&diary, SIGUSR1, now, &n));
	ck_assert_uint_eq(n, 1000);
	ck_assert(!signal_diary_take(&diary, SIGNAL_NUMBER_MAX + 1, now, &n));
}
END_TEST

static void on_end(int number, void *arg)
{
	(void)number;
	loop_stop(arg);
}

/* A process whose parent ignored and blocked what it needs. */
static int child(int ready)
{
	struct loop *loop = loop_new();
	struct loop_signal *term;
	struct signals *signals;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGCHLD, SIG_IGN);
	signals_block();
	term = loop_signal_new(loop, SIGTERM, on_end, loop);
	if (write(ready, "", 1) != 1) /* from here on every signal comes, before and in the loop */
		return 1;
	signals = signals_new(loop, false);
	loop_run(loop);
	signals_free(signals);
	loop_signal_free(term);
	loop_free(loop);
	if (fork() == 0)
		_exit(7);
	return wait(&(int){0}) > 0 ? 5 : 6;
}

START_TEST(a_process_lives_through_all_of_them)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0)
		_exit(child(ready[1]));
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	for (int number = 1; number <= SIGNAL_NUMBER_MAX; number++)
		if (signal_fate(number) != SIGNAL_KEPT)
			ck_assert_int_eq(syscall(SYS_kill, pid, number), 0);
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 5);
	close(ready[0]);
	close(ready[1]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("signals");
	TCase *tcase = tcase_create("signals");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, every_signal_has_a_fate);
	tcase_add_test(tcase, sentences_name_signal_sender_and_cure);
	tcase_add_test(tcase, a_signal_is_logged_once_in_a_while);
	tcase_add_test(tcase, a_process_lives_through_all_of_them);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
