/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that was started without standard input, output or error. */
#include "base/output.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a process without the descriptors of the mask: the number that the next file gets, or 100 and more
 * for what is wrong. */
static int next_number(unsigned closed)
{
	char byte = 0;

	for (int fd = 0; fd <= 2; fd++)
		if (closed & (1u << fd))
			close(fd);
	output_begin();
	for (int fd = 0; fd <= 2; fd++) {
		if (!(closed & (1u << fd)))
			continue;
		if (fd == 0 && (read(fd, &byte, 1) >= 0 || errno != EBADF))
			return 100;
		if (fd > 0 && (write(fd, &byte, 1) >= 0 || errno != EBADF))
			return 101;
	}
	return open("/dev/null", O_RDONLY);
}

/* Later files get none of their numbers, and using one fails as if it were closed. */
START_TEST(missing_descriptors_are_taken)
{
	int first = open("/dev/null", O_RDONLY), status;

	close(first);
	for (unsigned closed = 0; closed < 8; closed++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(next_number(closed));
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFEXITED(status));
		ck_assert_msg(WEXITSTATUS(status) == first, "without %u: %d", closed,
			      WEXITSTATUS(status));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("output");
	TCase *tcase = tcase_create("output");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, missing_descriptors_are_taken);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
