/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a director is answered when its loader ends before it is done, or a stranger has made the file. */
#include "base/mem.h"
#include "daemon/loader/transcript.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

START_TEST(a_loader_that_dies_is_an_error)
{
	struct conf_answer answer;
	struct transcript *transcript;
	uint64_t number;
	struct err err;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	answer = (struct conf_answer){.text = "text", .len = 4};
	ck_assert_int_eq(transcript_put(ends[1], CONF_QUERY_FILE, "/a", &answer), 0);
	close(ends[1]);
	transcript = transcript_new(ends[0]);
	transcript_answer(transcript, CONF_QUERY_FILE, "/a", &answer);
	ck_assert_str_eq(answer.text, "text");
	conf_answer_fini(&answer);
	transcript_answer(transcript, CONF_QUERY_FILE, "/b", &answer);
	ck_assert_int_eq(answer.code, -EIO);
	ck_assert_ptr_nonnull(answer.note);
	conf_answer_fini(&answer);
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), -EIO);
	transcript_free(transcript);
}
END_TEST

/* The most bytes of answers that one forged file can have: the end needs some too. */
#define FORGED_BYTES (TRANSCRIPT_FILE_MAX - 4096)

static struct transcript *transcript_of(const char *bytes, size_t len)
{
	int fd = transcript_file_new();
	struct transcript *transcript;
	struct err err;

	ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
	ck_assert_int_eq(transcript_end(fd, 0, NULL), 0);
	ck_assert_int_eq(transcript_file_seal(fd), 0);
	transcript = transcript_of_file(fd, &err);
	ck_assert_ptr_nonnull(transcript);
	close(fd);
	return transcript;
}

static void expect_code(struct transcript *transcript, enum conf_query_kind kind, const char *key,
			int code)
{
	struct conf_answer answer;

	transcript_answer(transcript, kind, key, &answer);
	ck_assert_int_eq(answer.code, code);
	conf_answer_fini(&answer);
}

/* As read from /dev/zero. Its first record is refused, so the end behind it is not found. */
START_TEST(a_file_of_zeros_is_refused_at_its_first_record)
{
	char *bytes = mem_calloc(FORGED_BYTES, 1);
	struct transcript *transcript = transcript_of(bytes, FORGED_BYTES);
	uint64_t number;
	struct err err;

	expect_code(transcript, CONF_QUERY_FILE, "/a", -EIO);
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), -EIO);
	transcript_free(transcript);
	free(bytes);
}
END_TEST

/* Appends the bytes of an answer of CONF_QUERY_MODE, as transcript_put() writes them. */
static size_t mode_put(char *bytes, size_t at, const char *key, int code)
{
	const uint32_t len = (uint32_t)strlen(key);
	const uint32_t head[] = {
	    CONF_QUERY_MODE, (uint32_t)code, len, UINT32_MAX, UINT32_MAX, 0, 0, 0};

	memcpy(bytes + at, head, sizeof(head));
	memcpy(bytes + at + sizeof(head), key, len);
	return at + sizeof(head) + len;
}

/* Questions in the opposite order of the answers, and as many that have none. It would take minutes
 * if each question passed all answers. */
START_TEST(a_question_does_not_take_time_for_each_answer)
{
	char *bytes = mem_calloc(FORGED_BYTES + 64, 1), key[16];
	struct transcript *transcript;
	size_t len = 0;
	int n = 0;

	while (len < FORGED_BYTES - 64) {
		snprintf(key, sizeof(key), "%d", n);
		len = mode_put(bytes, len, key, n++);
	}
	ck_assert_int_gt(n, 200000);
	transcript = transcript_of(bytes, len);
	for (int i = n; i-- > 0;) {
		snprintf(key, sizeof(key), "%d", i);
		expect_code(transcript, CONF_QUERY_MODE, key, i);
		expect_code(transcript, CONF_QUERY_PARENTS, key, -EIO);
	}
	transcript_free(transcript);
	free(bytes);
}
END_TEST

/* The loader asks for the mode of a file once for each password in it. */
START_TEST(a_question_may_be_asked_again)
{
	char *bytes = mem_calloc(FORGED_BYTES + 64, 1);
	struct transcript *transcript;
	size_t len = 0;
	int n = 0;

	while (len < FORGED_BYTES - 64)
		len = mode_put(bytes, len, "/a", n++);
	transcript = transcript_of(bytes, len);
	for (int i = 0; i < 3; i++)
		expect_code(transcript, CONF_QUERY_MODE, "/a", 0); /* one has come */
	expect_code(transcript, CONF_QUERY_MODE, "/b", -EIO);
	for (int i = 1; i < n; i++)
		expect_code(transcript, CONF_QUERY_MODE, "/a", i); /* in their order */
	expect_code(transcript, CONF_QUERY_MODE, "/a", 0);         /* no more has come */
	transcript_free(transcript);
	free(bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("loader transcript");
	TCase *tcase = tcase_create("transcript");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_loader_that_dies_is_an_error);
	tcase_add_test(tcase, a_file_of_zeros_is_refused_at_its_first_record);
	tcase_add_test(tcase, a_question_does_not_take_time_for_each_answer);
	tcase_add_test(tcase, a_question_may_be_asked_again);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
