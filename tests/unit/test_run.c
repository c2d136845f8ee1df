/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"
#include "base/run_job.h"
#include "base/run_text.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct run_text_limits generous = {.ms = 20000, .bytes = 1u << 20};

/* What a shell that runs command printed, for free(); it must end with status 0. */
static char *said(struct run_program program, const char *command)
{
	char *text;
	struct err err;

	program.words = (const char *const[]){"sh", "-c", command, NULL};
	ck_assert_msg(run_text(&program, &generous, &text, &err) == 0, "%s: %s", command, err.text);
	return text;
}

static void expect(struct run_program program, const char *command, const char *wanted)
{
	char *text = said(program, command);

	ck_assert_str_eq(text, wanted);
	free(text);
}

/* The code and the sentence of a run that fails. */
static void expect_failure(struct run_program program, struct run_text_limits limits, int code,
			   const char *sentence)
{
	char *text;
	struct err err;

	ck_assert_int_eq(run_text(&program, &limits, &text, &err), code);
	ck_assert_str_eq(err.text, sentence);
	free(text);
}

START_TEST(program_finds_a_clean_place)
{
	int other = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
	sigset_t all;

	ck_assert_int_gt(other, 2);
	signal(SIGTERM, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	setenv("SECRET", "x", 1);
	expect((struct run_program){0},
	       /* Without a pipe after ls: the shell itself has its end open for a moment. */
	       "cat; grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd; "
	       "echo \"$PATH $LC_ALL $SECRET\"",
	       "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0\n1\n2\n"
	       "/usr/sbin:/usr/bin:/sbin:/bin C \n");
	close(other);
}
END_TEST

START_TEST(variables_are_those_that_are_given)
{
	const char *const variables[] = {"PATH=/bin:/usr/bin", "A=1", NULL};

	expect((struct run_program){.variables = variables},
	       "env | grep -v -e ^PWD -e ^_ -e ^SHLVL | sort", "A=1\nPATH=/bin:/usr/bin\n");
}
END_TEST

START_TEST(input_is_read_whole)
{
	struct run_program program = {.input_fd = run_input("one\ntwo\n")};

	ck_assert_int_gt(program.input_fd, 0);
	expect(program, "cat", "one\ntwo\n");
	close(program.input_fd);
}
END_TEST

START_TEST(standard_error_goes_where_it_is_told)
{
	const char *const both[] = {"sh", "-c", "echo a; echo b >&2; exit 4", NULL};

	expect((struct run_program){.error = RUN_ERROR_WITH_OUTPUT}, "echo a; echo b >&2",
	       "a\nb\n");
	expect((struct run_program){.error = RUN_ERROR_NOWHERE}, "echo a; echo b >&2", "a\n");
	expect_failure((struct run_program){.words = both}, generous, -EIO,
		       "sh ended with status 4: b");
	expect_failure((struct run_program){.words = both, .error = RUN_ERROR_NOWHERE}, generous,
		       -EIO, "sh ended with status 4");
}
END_TEST

START_TEST(descriptors_may_stand_where_the_program_has_its_own)
{
	const char *const words[] = {"sh", "-c", "cat; echo a; echo b >&2", NULL};
	const struct run_program program = {.words = words, .error = RUN_ERROR_WITH_OUTPUT};
	int kept = dup(STDIN_FILENO), kept_error = dup(STDERR_FILENO), status;
	struct run_child child;
	char text[16] = "";

	/* The pipe of the output then has the numbers 0 and 2. */
	close(STDIN_FILENO);
	close(STDERR_FILENO);
	status = run_start(&program, &child);
	if (status == 0)
		waitpid(child.pid, &status, 0);
	dup2(kept_error, STDERR_FILENO);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(child.output_fd, 0);
	ck_assert_int_eq(read(child.output_fd, text, sizeof(text) - 1), 4);
	ck_assert_str_eq(text, "a\nb\n");
	run_child_close(&child);
	dup2(kept, STDIN_FILENO);
	close(kept);
	close(kept_error);
}
END_TEST

START_TEST(program_that_cannot_be_executed_is_named)
{
	char path[] = "/tmp/test_run.XXXXXX";
	int fd = mkstemp(path);
	char *sentence = mem_printf("%s cannot be started: Permission denied", path);

	ck_assert_int_eq(write(fd, "no program\n", 11), 11);
	close(fd);
	expect_failure((struct run_program){.words = (const char *const[]){path, NULL}}, generous,
		       -EACCES, sentence);
	free(sentence);
	chmod(path, 0700);
	sentence = mem_printf("%s cannot be started: Exec format error", path);
	expect_failure((struct run_program){.words = (const char *const[]){path, NULL}}, generous,
		       -ENOEXEC, sentence);
	free(sentence);
	unlink(path);
	expect_failure(
	    (struct run_program){.words = (const char *const[]){"no-such-program", NULL}}, generous,
	    -ENOENT, "no-such-program is not installed");
}
END_TEST

START_TEST(late_program_is_killed)
{
	const char *const words[] = {"sleep", "1000", NULL};

	expect_failure((struct run_program){.words = words},
		       (struct run_text_limits){.ms = 50, .bytes = 1}, -ETIMEDOUT,
		       "sleep did not end within 50 ms");
}
END_TEST

START_TEST(program_that_prints_too_much_is_killed)
{
	const char *const words[] = {"yes", NULL};

	expect_failure((struct run_program){.words = words},
		       (struct run_text_limits){.ms = 20000, .bytes = 10000}, -E2BIG,
		       "yes printed more than is read, and was ended");
}
END_TEST

START_TEST(large_output_is_read_to_its_end)
{
	char *text = said((struct run_program){0}, "head -c 1000000 /dev/zero | tr '\\0' x");

	ck_assert_uint_eq(strlen(text), 1000000);
	free(text);
}
END_TEST

START_TEST(what_is_left_in_the_background_is_not_awaited)
{
	/* It prints without end once the program is gone, so that nothing stands before its number. */
	char *text = said((struct run_program){0},
			  "(while kill -0 $$; do :; done; exec yes) 2>/dev/null & echo $!");
	pid_t left = (pid_t)atoi(text);

	ck_assert_int_gt(left, 1);
	ck_assert_int_eq(kill(left, SIGKILL), 0);
	free(text);
}
END_TEST

START_TEST(signal_is_named)
{
	const char *const words[] = {"sh", "-c", "kill -9 $$", NULL};

	expect_failure((struct run_program){.words = words}, generous, -EIO,
		       "sh ended with signal 9");
}
END_TEST

START_TEST(program_apart_has_a_session_of_its_own)
{
	umask(077);
	expect((struct run_program){.is_apart = true},
	       "pwd; umask; read _ _ _ _ group session _ </proc/$$/stat; "
	       "[ $group = $$ ] && [ $session = $$ ] && echo leads",
	       "/\n0022\nleads\n");
}
END_TEST

START_TEST(leader_is_known_before_the_program_runs)
{
	_Atomic(int32_t) *leader =
	    mmap(NULL, sizeof(*leader), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *text = said((struct run_program){.leader = leader}, "echo $$");

	ck_assert_int_eq(atomic_load(leader), atoi(text));
	free(text);
	munmap(leader, sizeof(*leader));
}
END_TEST

START_TEST(other_user_is_become)
{
	const gid_t groups[] = {65533, 65534};
	const struct run_user user = {.uid = 65534, .gid = 65534, .groups = groups, .n_groups = 2};

	if (geteuid() != 0) {
		fprintf(stderr, "not root: no other user can be become\n");
		return;
	}
	expect(
	    (struct run_program){.user = &user, .is_apart = true},
	    "grep -E '^(Uid|Gid|Groups)' /proc/self/status | tr '\\t' ' '",
	    "Uid: 65534 65534 65534 65534\nGid: 65534 65534 65534 65534\nGroups: 65533 65534 \n");
}
END_TEST

START_TEST(user_that_cannot_be_become_is_a_failure)
{
	const struct run_user root = {.uid = 0, .gid = 0};
	const char *const words[] = {"true", NULL};
	const struct run_program program = {.words = words, .user = &root};
	struct run_failure failure;
	struct run_child child;

	if (geteuid() == 0)
		ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
	ck_assert_int_eq(run_start(&program, &child), 0);
	ck_assert_int_eq(waitpid(child.pid, NULL, 0), child.pid);
	ck_assert(run_failed(&child, &failure));
	ck_assert_int_eq(failure.step, RUN_STEP_USER);
	ck_assert_int_eq(failure.code, EPERM);
	run_child_close(&child);
}
END_TEST

START_TEST(program_apart_dies_with_its_caller)
{
	const char *const words[] = {"sleep", "1000", NULL};
	const struct run_program program = {.words = words, .is_apart = true};
	struct run_child child;
	pid_t caller;
	siginfo_t info;

	/* The sleep becomes a child of this process when its caller is gone. */
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	caller = fork();
	if (caller == 0)
		_exit(run_start(&program, &child) == 0 ? 0 : 1);
	ck_assert_int_eq(waitid(P_PID, (id_t)caller, &info, WEXITED), 0);
	ck_assert_int_eq(info.si_status, 0);
	ck_assert_int_eq(waitid(P_ALL, 0, &info, WEXITED), 0);
	ck_assert(info.si_code == CLD_KILLED || info.si_status == 127);
}
END_TEST

/* ---- a child that shares the memory of its caller ---- */

/* Starts the words in such a child, as user (NULL: the own one). */
static struct run_child share(const char *const *words, const struct run_user *user)
{
	const struct run_program program = {.words = words, .error = RUN_ERROR_WITH_OUTPUT, .user = user,
					    .is_apart = true, .shares_memory = true};
	struct run_child child;

	ck_assert_int_eq(run_start(&program, &child), 0);
	return child;
}

/* Waits until child has ended, without a call that could write errno. */
static void await_end(const struct run_child *child)
{
	struct pollfd end = {.fd = child->pidfd, .events = POLLIN};

	ck_assert_int_eq(poll(&end, 1, 20000), 1);
}

/* The child must have executed its program, printed text, and ended with status. */
static void expect_end(struct run_child *child, const char *text, int status)
{
	struct run_failure failure;
	char printed[512] = "";
	siginfo_t info;

	await_end(child);
	ck_assert(!run_failed(child, &failure));
	ck_assert_int_ge(read(child->output_fd, printed, sizeof(printed) - 1), 0);
	ck_assert_str_eq(printed, text);
	run_child_reap(child, &info);
	ck_assert_int_eq(info.si_status, status);
	run_child_close(child);
}

START_TEST(sharing_child_finds_a_clean_place)
{
	const char *const words[] = {"sh", "-c",
				     "cat; grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd; pwd; umask; "
				     "read _ _ _ _ group session _ </proc/$$/stat; "
				     "[ $group = $$ ] && [ $session = $$ ] && echo leads; echo b >&2; exit 3",
				     NULL};
	int other = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
	struct run_child child;

	ck_assert_int_gt(other, 2);
	umask(077);
	signal(SIGTERM, SIG_IGN);
	child = share(words, NULL);
	expect_end(&child,
		   "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0\n1\n2\n/\n0022\nleads\nb\n", 3);
	close(other);
}
END_TEST

START_TEST(sharing_child_has_its_own_copy_of_the_order)
{
	for (int i = 0; i < 50; i++) {
		char word[] = "said";
		const char *words[] = {"echo", word, NULL};
		struct run_child child = share(words, NULL);

		memset(word, 'x', sizeof(word) - 1);
		words[0] = words[1] = NULL;
		expect_end(&child, "said\n", 0);
	}
}
END_TEST

START_TEST(sharing_child_leaves_errno_alone)
{
	const char *const words[] = {"/no/such/program", NULL};

	for (int i = 0; i < 50; i++) {
		struct run_child child = share(words, NULL);
		struct run_failure failure;
		siginfo_t info;

		errno = 0;
		await_end(&child);
		ck_assert_int_eq(errno, 0);
		ck_assert(run_failed(&child, &failure));
		ck_assert_int_eq(failure.step, RUN_STEP_EXEC);
		ck_assert_int_eq(failure.code, ENOENT);
		run_child_reap(&child, &info);
		run_child_close(&child);
	}
}
END_TEST

START_TEST(sharing_child_may_become_another_user_only_in_secret)
{
	const gid_t groups[] = {65533};
	const struct run_user user = {.uid = 65534, .gid = 65534, .groups = groups, .n_groups = 1};
	const char *const words[] = {"sh", "-c", "echo $(id -u) $(id -G)", NULL};
	struct run_child child;

	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 1), 0);
	ck_assert(!run_may_share_across_users());
	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 0), 0);
	if (geteuid() != 0 || !run_may_share_across_users()) {
		fprintf(stderr, "not root, or fs.suid_dumpable is 1: no other user can be become\n");
		return;
	}
	child = share(words, &user);
	expect_end(&child, "65534 65534 65533\n", 0);
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE), 0);
}
END_TEST

static TCase *sharing_case(void)
{
	TCase *tcase = tcase_create("sharing");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, sharing_child_finds_a_clean_place);
	tcase_add_test(tcase, sharing_child_has_its_own_copy_of_the_order);
	tcase_add_test(tcase, sharing_child_leaves_errno_alone);
	tcase_add_test(tcase, sharing_child_may_become_another_user_only_in_secret);
	return tcase;
}

static void on_end_never(const struct run_job_end *end, void *arg)
{
	(void)end;
	(void)arg;
	ck_abort_msg("the end of a job that was freed is told");
}

START_TEST(job_that_is_freed_leaves_nothing)
{
	const char *const words[] = {"sleep", "1000", NULL};
	const struct run_program program = {.words = words};
	const struct run_job_ops ops = {.limit_ms = 60000, .on_end = on_end_never};
	struct loop *loop = loop_new();
	struct run_job *job;
	struct err err;

	ck_assert_int_eq(run_job_start(loop, &program, &ops, &job, &err), 0);
	ck_assert_int_gt(run_job_pid(job), 1);
	run_job_free(job);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	loop_free(loop);
}
END_TEST

static TCase *place_case(void)
{
	TCase *tcase = tcase_create("place");

	tcase_add_test(tcase, program_finds_a_clean_place);
	tcase_add_test(tcase, variables_are_those_that_are_given);
	tcase_add_test(tcase, input_is_read_whole);
	tcase_add_test(tcase, standard_error_goes_where_it_is_told);
	tcase_add_test(tcase, descriptors_may_stand_where_the_program_has_its_own);
	tcase_add_test(tcase, program_apart_has_a_session_of_its_own);
	tcase_add_test(tcase, leader_is_known_before_the_program_runs);
	tcase_add_test(tcase, other_user_is_become);
	return tcase;
}

static TCase *end_case(void)
{
	TCase *tcase = tcase_create("end");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, program_that_cannot_be_executed_is_named);
	tcase_add_test(tcase, late_program_is_killed);
	tcase_add_test(tcase, program_that_prints_too_much_is_killed);
	tcase_add_test(tcase, large_output_is_read_to_its_end);
	tcase_add_test(tcase, what_is_left_in_the_background_is_not_awaited);
	tcase_add_test(tcase, signal_is_named);
	tcase_add_test(tcase, user_that_cannot_be_become_is_a_failure);
	tcase_add_test(tcase, program_apart_dies_with_its_caller);
	tcase_add_test(tcase, job_that_is_freed_leaves_nothing);
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("run");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, place_case());
	suite_add_tcase(suite, end_case());
	suite_add_tcase(suite, sharing_case());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
