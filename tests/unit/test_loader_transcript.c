/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a director is answered when its loader ends, or says nothing more, before it is done. */
#include "daemon/loader/transcript.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

START_TEST(a_loader_that_dies_is_an_error)
{
	struct conf_looked looked;
	struct transcript *transcript;
	uint64_t number;
	struct err err;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	looked = (struct conf_looked){.text = "text", .len = 4};
	ck_assert_int_eq(transcript_put(ends[1], CONF_LOOK_FILE, "/a", &looked), 0);
	close(ends[1]);
	transcript = transcript_new(ends[0]);
	transcript_look(transcript, CONF_LOOK_FILE, "/a", &looked);
	ck_assert_str_eq(looked.text, "text");
	conf_looked_fini(&looked);
	transcript_look(transcript, CONF_LOOK_FILE, "/b", &looked);
	ck_assert_int_eq(looked.code, -EIO);
	ck_assert_ptr_nonnull(looked.note);
	conf_looked_fini(&looked);
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), -EIO);
	transcript_free(transcript);
}
END_TEST

/* A member of lvsd-admin stops the loader of his plan, which has his uid. */
START_TEST(a_loader_that_is_silent_is_not_waited_for)
{
	struct conf_looked looked = {.text = "text", .len = 4};
	struct transcript *transcript;
	uint64_t number;
	struct err err;
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	ck_assert_int_eq(transcript_put(ends[1], CONF_LOOK_FILE, "/a", &looked), 0);
	ck_assert_int_eq(send(ends[1], "half", 4, 0), 4); /* an answer begins */
	transcript = transcript_new(ends[0]);
	transcript_wait_at_most(transcript, 1000);
	transcript_look(transcript, CONF_LOOK_FILE, "/a", &looked);
	ck_assert_str_eq(looked.text, "text");
	ck_assert(!transcript_is_late(transcript));
	conf_looked_fini(&looked);
	transcript_look(transcript, CONF_LOOK_FILE, "/b", &looked);
	ck_assert_int_eq(looked.code, -EIO);
	ck_assert_ptr_nonnull(strstr(looked.note, "has not answered within 1 s"));
	ck_assert(transcript_is_late(transcript));
	conf_looked_fini(&looked);
	ck_assert_int_eq(transcript_finish(transcript, &number, &err), -EIO);
	ck_assert_ptr_nonnull(strstr(err.text, "has not answered within 1 s"));
	transcript_free(transcript);
	close(ends[1]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("loader transcript");
	TCase *tcase = tcase_create("transcript");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_loader_that_dies_is_an_error);
	tcase_add_test(tcase, a_loader_that_is_silent_is_not_waited_for);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
