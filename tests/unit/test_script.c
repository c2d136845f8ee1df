/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the script process decides and says, without starting anything. */
#include "base/mem.h"
#include "daemon/script/line.h"
#include "daemon/script/path.h"
#include "daemon/script/wire.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char scratch[] = "/tmp/lvsd-script-XXXXXX";

static const char *const argv_example[] = {"/bin/echo", "", "two words", "\"'\\", NULL};

static struct script_run run_example(void)
{
	return (struct script_run){
	    .id = 7,
	    .object = UINT64_MAX,
	    .is_check = true,
	    .event = 11,
	    .is_supersedable = true,
	    .is_first_line = true,
	    .user = {.uid = 1000, .gid = 1001, .groups = {4, 20}, .n_groups = 2},
	    .timeout_us = 1500000,
	    .argv = argv_example,
	    .n_args = 4,
	};
}

/* ---- frames ---- */

START_TEST(run_arrives_as_it_was_sent)
{
	struct script_run sent = run_example(), *run;
	char body[SCRIPT_RUN_BODY_MAX];
	size_t len = script_run_encode(&sent, body, sizeof(body));

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(script_run_decode(body, len, &run), 0);
	ck_assert_uint_eq(run->id, sent.id);
	ck_assert_uint_eq(run->object, sent.object);
	ck_assert(run->is_supersedable && run->is_check && run->is_first_line);
	ck_assert_uint_eq(run->event, 11);
	ck_assert_uint_eq(run->user.uid, 1000);
	ck_assert_uint_eq(run->user.gid, 1001);
	ck_assert_uint_eq(run->user.n_groups, 2);
	ck_assert_uint_eq(run->user.groups[1], 20);
	ck_assert_int_eq(run->timeout_us, sent.timeout_us);
	ck_assert_uint_eq(run->n_args, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(run->argv[i], argv_example[i]);
	ck_assert_ptr_null(run->argv[4]);
	free(run);
}
END_TEST

START_TEST(run_that_is_cut_or_longer_is_refused)
{
	struct script_run sent = run_example(), *run = NULL;
	char body[SCRIPT_RUN_BODY_MAX];
	size_t len = script_run_encode(&sent, body, sizeof(body) - 1);

	for (size_t cut = 0; cut < len; cut++) {
		char *exact = mem_calloc(1, cut + 1); /* lets ASan see a read beyond */

		memcpy(exact, body, cut);
		exact = mem_realloc(exact, 1, cut ? cut : 1);
		ck_assert_int_eq(script_run_decode(exact, cut, &run), -EBADMSG);
		free(exact);
		ck_assert_uint_eq(script_run_encode(&sent, body, cut), 0);
	}
	script_run_encode(&sent, body, sizeof(body));
	body[len] = 0;
	ck_assert_int_eq(script_run_decode(body, len + 1, &run), -EBADMSG);
	ck_assert_ptr_null(run);
}
END_TEST

static bool is_encodable(const struct script_run *run)
{
	char body[SCRIPT_RUN_BODY_MAX];

	return script_run_encode(run, body, sizeof(body)) > 0;
}

START_TEST(run_without_sense_is_not_sent)
{
	static const char *const nameless[] = {"", NULL};
	struct script_run runs[5];

	for (size_t i = 0; i < 5; i++)
		runs[i] = run_example();
	ck_assert(is_encodable(&runs[0]));
	runs[0].id = 0;
	runs[1].timeout_us = 0;
	runs[2].timeout_us = SCRIPT_TIMEOUT_MAX_US + 1;
	runs[3].n_args = 0;
	runs[4].argv = nameless;
	runs[4].n_args = 1;
	for (size_t i = 0; i < 5; i++)
		ck_assert_msg(!is_encodable(&runs[i]), "%zu", i);
}
END_TEST

START_TEST(run_beyond_its_bounds_is_not_sent)
{
	const char *many[SCRIPT_ARGS_MAX + 2], *large[3] = {"/x"};
	char *text = mem_calloc(1, SCRIPT_ARG_BYTES_MAX + 1);
	struct script_run run = run_example();

	for (size_t i = 0; i <= SCRIPT_ARGS_MAX; i++)
		many[i] = "/x";
	large[1] = memset(text, 'x', SCRIPT_ARG_BYTES_MAX - 4); /* and "/x", and two NULs */
	run.argv = many;
	run.n_args = SCRIPT_ARGS_MAX;
	ck_assert(is_encodable(&run));
	run.n_args++;
	ck_assert(!is_encodable(&run));
	run.argv = large;
	run.n_args = 2;
	ck_assert(is_encodable(&run));
	text[SCRIPT_ARG_BYTES_MAX - 4] = 'x';
	ck_assert(!is_encodable(&run));
	run = run_example();
	run.user.n_groups = SCRIPT_GROUPS_MAX;
	ck_assert(is_encodable(&run));
	run.user.n_groups++;
	ck_assert(!is_encodable(&run));
	free(text);
}
END_TEST

/* -1 means "unchanged" to setresuid(2): a script would run as the script process itself. */
START_TEST(run_as_nobody_in_particular_is_refused)
{
	struct script_run run = run_example(), *decoded = NULL;
	char body[SCRIPT_RUN_BODY_MAX];
	size_t len = script_run_encode(&run, body, sizeof(body));

	memset(body + 25, 0xff, 4);
	ck_assert_int_eq(script_run_decode(body, len, &decoded), -EBADMSG);
	run.user.uid = (uid_t)-1;
	ck_assert(!is_encodable(&run));
	run = run_example();
	run.user.gid = (gid_t)-1;
	ck_assert(!is_encodable(&run));
	run = run_example();
	run.user.groups[1] = (gid_t)-1;
	ck_assert(!is_encodable(&run));
}
END_TEST

static const struct script_done done_examples[] = {
    {.id = 1, .how = SCRIPT_HOW_EXITED, .value = 255, .duration_us = 1, .line = "no route"},
    {.id = 2, .how = SCRIPT_HOW_SIGNALED, .value = SIGKILL, .duration_us = 5},
    {.id = 3, .how = SCRIPT_HOW_TIMED_OUT, .duration_us = 1500000, .line = "waiting"},
    {.id = 4, .how = SCRIPT_HOW_NOT_STARTED, .value = ENOENT, .line = "no such script"},
    {.id = UINT64_MAX, .how = SCRIPT_HOW_SUPERSEDED},
    {.id = 5, .how = SCRIPT_HOW_REFUSED, .value = EACCES, .line = "everyone can write it"},
    {.id = 6, .how = SCRIPT_HOW_OBSOLETE, .duration_us = 3200000, .line = "stopping"},
};

static const char *const done_texts[] = {
    "exit status 255: no route",
    "killed by signal 9 (SIGKILL)",
    "not finished after 1.500 s, so it was ended: waiting",
    "not started (No such file or directory): no such script",
    "not run: a newer state of the same object replaced it",
    "not run: everyone can write it",
    "ended after 3.200 s, since the script of a newer state waited for it: stopping",
};

START_TEST(done_arrives_as_it_was_sent)
{
	const struct script_done *sent = &done_examples[_i];
	char body[SCRIPT_DONE_BODY_MAX], text[SCRIPT_DONE_TEXT_MAX];
	size_t len = script_done_encode(sent, body, sizeof(body));
	struct script_done done;

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(script_done_decode(body, len, &done), 0);
	ck_assert_uint_eq(done.id, sent->id);
	ck_assert_int_eq(done.how, sent->how);
	ck_assert_int_eq(done.value, sent->value);
	ck_assert_int_eq(done.duration_us, sent->duration_us);
	ck_assert_str_eq(done.line, sent->line);
	ck_assert_str_eq(script_done_describe(&done, text), done_texts[_i]);
	ck_assert_uint_eq(script_done_encode(sent, body, len - 1), 0);
}
END_TEST

START_TEST(run_that_is_not_sent_has_its_own_cause)
{
	struct err err;

	ck_assert_int_eq(script_run_not_sent(-E2BIG, &err), -E2BIG);
	ck_assert_ptr_nonnull(strstr(err.text, "too long"));
	ck_assert_int_eq(script_run_not_sent(-EPIPE, &err), -EPIPE);
	ck_assert_str_eq(err.text, "the script process has ended");
	ck_assert_int_eq(script_run_not_sent(-ENOBUFS, &err), -ENOBUFS);
	ck_assert_ptr_null(strstr(err.text, "too long"));
}
END_TEST

START_TEST(done_that_makes_no_sense_is_refused)
{
	static const struct script_done bad[] = {
	    {.id = 0, .how = SCRIPT_HOW_EXITED},
	    {.id = 1, .how = SCRIPT_HOW_EXITED, .value = 256},
	    {.id = 1, .how = SCRIPT_HOW_EXITED, .value = -1},
	    {.id = 1, .how = SCRIPT_HOW_SIGNALED, .value = 0},
	    {.id = 1, .how = SCRIPT_HOW_SIGNALED, .value = 65},
	    {.id = 1, .how = SCRIPT_HOW_TIMED_OUT, .value = 1},
	    {.id = 1, .how = SCRIPT_HOW_NOT_STARTED, .value = 0},
	    {.id = 1, .how = SCRIPT_HOW_REFUSED, .value = 0},
	    {.id = 1, .how = SCRIPT_HOW_OBSOLETE + 1},
	    {.id = 1, .how = SCRIPT_HOW_EXITED, .duration_us = -1},
	};
	char body[SCRIPT_DONE_BODY_MAX + SCRIPT_DONE_LINE_MAX] = {0};
	struct script_done done;
	size_t len;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		len = script_done_encode(&bad[i], body, sizeof(body));
		ck_assert_int_eq(script_done_decode(body, len, &done), -EBADMSG);
	}
	len = script_done_encode(&done_examples[1], body, sizeof(body));
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(script_done_decode(body, cut, &done), -EBADMSG);
	ck_assert_int_eq(script_done_decode(body, len + SCRIPT_DONE_LINE_MAX, &done), -EBADMSG);
	ck_assert_int_eq(script_done_decode(body, len + SCRIPT_DONE_LINE_MAX - 1, &done), 0);
	ck_assert_uint_eq(strlen(done.line), SCRIPT_DONE_LINE_MAX - 1);
	ck_assert_uint_eq(strspn(done.line, "?"), SCRIPT_DONE_LINE_MAX - 1);
}
END_TEST

/* ---- the first and the last line ---- */

static const struct {
	const char *output, *line, *first;
} lines[] = {
    {"", "", ""},
    {"one", "one", "one"},
    {"one\n", "one", "one"},
    {"one\ntwo", "two", "one"},
    {"\n \none\ntwo\nthree\n", "three", "one"},
    {"one\n\n \t \n", "one", "one"},
    {"one\r\ntwo\r\n", "two", "one"},
    {"50%\r100%\r", "100%", "50%"},
    {"  in the middle \t\n", "in the middle", "in the middle"},
    {"\033[1mbold\033[0m\a", "?[1mbold?[0m?", "?[1mbold?[0m?"},
    {"caf\xc3\xa9\n", "caf??", "caf??"},
    {"a\tb", "a b", "a b"},
};

START_TEST(lines_that_are_not_empty_are_kept)
{
	struct script_line whole = {0}, bytewise = {0};
	char text[SCRIPT_LINE_MAX];

	script_line_feed(&whole, lines[_i].output, strlen(lines[_i].output));
	script_line_get(&whole, false, text);
	ck_assert_str_eq(text, lines[_i].line);
	script_line_get(&whole, true, text);
	ck_assert_str_eq(text, lines[_i].first);
	for (const char *at = lines[_i].output; *at; at++)
		script_line_feed(&bytewise, at, 1);
	script_line_get(&bytewise, false, text);
	ck_assert_str_eq(text, lines[_i].line);
	script_line_get(&bytewise, true, text);
	ck_assert_str_eq(text, lines[_i].first);
}
END_TEST

START_TEST(long_line_is_cut)
{
	struct script_line line = {0};
	char text[SCRIPT_LINE_MAX];

	for (int i = 0; i < 100000; i++)
		script_line_feed(&line, "x", 1);
	script_line_get(&line, true, text);
	ck_assert_uint_eq(strlen(text), SCRIPT_LINE_MAX - 1);
	script_line_feed(&line, "\n\0\n", 3);
	script_line_get(&line, false, text);
	ck_assert_str_eq(text, "?");
}
END_TEST

/* ---- FIFOs ---- */

/* Is what is decoded of the first len bytes encoded into the same bytes? */
static bool fifo_goes_and_comes(const uint8_t *body, size_t len)
{
	uint8_t again[SCRIPT_FIFO_ANSWER_MAX + PATH_MAX];
	char path[PATH_MAX];
	struct script_fifo fifo;

	return script_fifo_decode(body, len, path, &fifo) == 0 &&
	       script_fifo_encode(&fifo, again, sizeof(again)) == len && !memcmp(again, body, len);
}

static bool answer_goes_and_comes(const uint8_t *body, size_t len)
{
	uint8_t again[SCRIPT_FIFO_ANSWER_MAX];
	struct script_fifo_answer answer;

	return script_fifo_answer_decode(body, len, &answer) == 0 &&
	       script_fifo_answer_encode(&answer, again, sizeof(again)) == len &&
	       !memcmp(again, body, len);
}

/* Each slot and each length, of a request and of an answer: what is accepted is what was sent. */
START_TEST(fifo_frames_are_accepted_within_their_bounds)
{
	const struct script_fifo fifo = {.slot = 1, .uid = 5, .gid = 6, .path = "/run/f"};
	struct script_fifo_answer answer = {.slot = 1, .code = -EEXIST, .err = {"it exists"}};
	uint8_t request[64], told[SCRIPT_FIFO_ANSWER_MAX + 1] = {0};
	size_t request_len = script_fifo_encode(&fifo, request, sizeof(request));
	size_t told_len = script_fifo_answer_encode(&answer, told, sizeof(told));
	struct script_fifo_answer decoded;

	for (unsigned slot = 0; slot < 256; slot++) {
		request[0] = told[0] = (uint8_t)slot;
		ck_assert(fifo_goes_and_comes(request, request_len) == (slot < SCRIPT_FIFOS));
		ck_assert(answer_goes_and_comes(told, told_len) == (slot < SCRIPT_FIFOS));
	}
	request[0] = told[0] = 2;
	for (size_t len = 0; len < 5; len++)
		ck_assert_int_eq(script_fifo_answer_decode(told, len, &decoded), -EBADMSG);
	for (size_t len = 0; len < 9; len++)
		ck_assert(!fifo_goes_and_comes(request, len));
	memset(told + 5, 'x', sizeof(told) - 5);
	for (size_t len = 6; len <= sizeof(told); len++)
		ck_assert(answer_goes_and_comes(told, len) == (len - 5 < sizeof(answer.err.text)));
}
END_TEST

/* ---- paths and users ---- */

static struct script_user user_now(void)
{
	return (struct script_user){.uid = geteuid(), .gid = getegid()};
}

static const char *in_scratch(const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

static const char *make_file(const char *name, mode_t mode)
{
	const char *path = in_scratch(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	fchmod(fd, mode);
	close(fd);
	return path;
}

static void expect_path(const char *path, uid_t uid, int code, const char *part)
{
	struct script_user user = {.uid = uid, .gid = (gid_t)uid};
	struct err err = {""};

	ck_assert_msg(script_path_check(path, &user, true, &err) == code, "%s: %s", path, err.text);
	ck_assert_msg(strstr(err.text, part), "%s: %s", path, err.text);
}

START_TEST(sound_script_is_accepted)
{
	struct script_user user = user_now();
	struct err err;

	ck_assert_msg(script_path_check("/bin/sh", &user, true, &err) == 0, "%s", err.text);
	ck_assert_msg(script_path_check("//usr/./bin/../bin/env", &user, true, &err) == 0, "%s",
		      err.text);
	ck_assert_int_eq(script_path_check(make_file("sound", 0755), &user, true, &err), 0);
	ck_assert_int_eq(symlink("sound", in_scratch("link")), 0);
	ck_assert_int_eq(script_path_check(in_scratch("link"), &user, true, &err), 0);
}
END_TEST

START_TEST(program_is_looked_for)
{
	struct script_user user = user_now();
	struct err err = {""};
	char *path = script_path_find("sh", &err);

	ck_assert_msg(path && path[0] == '/' && !strcmp(strrchr(path, '/'), "/sh"), "%s", err.text);
	ck_assert_msg(script_path_check("sh", &user, true, &err) == 0, "%s", err.text);
	free(path);
	path = script_path_find("/no/such/sh", &err);
	ck_assert_str_eq(path, "/no/such/sh");
	free(path);
	ck_assert_ptr_null(script_path_find("no_such_program", &err));
	ck_assert_str_eq(err.text, "the program no_such_program is in none of " SCRIPT_PATH);
	ck_assert_int_eq(script_path_check("no_such_program", &user, true, &err), -ENOENT);
	/* Neither a directory nor nothing. */
	path = script_path_admit("sh", &user, true, &err);
	ck_assert_str_eq(path + strlen(path) - 3, "/sh");
	free(path);
	ck_assert_ptr_null(script_path_admit("bin/sh", &user, false, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "needs an absolute path"));
	ck_assert_ptr_null(script_path_find("", &err));
	ck_assert_ptr_null(script_path_find(".", &err));
}
END_TEST

START_TEST(script_that_cannot_run_is_named)
{
	uid_t uid = geteuid();

	expect_path("bin/sh", uid, -EINVAL, "'bin/sh' needs an absolute path");
	expect_path("/", uid, -EISDIR, "is a directory");
	expect_path("/bin/..", uid, -EISDIR, "is a directory");
	expect_path(scratch, uid, -EISDIR, "is a directory");
	expect_path("/bin/sh/", uid, -ENOTDIR, "is not a directory");
	expect_path("/bin/sh/x", uid, -ENOTDIR, "is not a directory");
	expect_path("/dev/null", uid, -EINVAL, "a device");
	expect_path(in_scratch("absent"), uid, -ENOENT, "/absent does not exist");
	expect_path(in_scratch("absent/x"), uid, -ENOENT, "does not exist");
	expect_path(make_file("text", 0644), uid, -EACCES, "is not executable by uid");
	expect_path(make_file("owner-only", 0700), 4242, -EACCES, "not executable by uid 4242");
	ck_assert_int_eq(symlink("circle", in_scratch("circle")), 0);
	expect_path(in_scratch("circle"), uid, -ELOOP, "in a circle");
	ck_assert_int_eq(symlink("nowhere", in_scratch("dangling")), 0);
	expect_path(in_scratch("dangling"), uid, -ENOENT, "nowhere");
}
END_TEST

START_TEST(group_may_be_what_lets_it_run)
{
	struct script_user user = {.uid = 4242, .gid = 4242};
	const char *path = make_file("by-group", 0750);
	struct err err;

	ck_assert_int_eq(script_path_check(path, &user, false, &err), -EACCES);
	user.groups[user.n_groups++] = getegid();
	ck_assert_msg(script_path_check(path, &user, false, &err) == 0, "%s", err.text);
	ck_assert_int_eq(chmod(scratch, 0700), 0);
	ck_assert_int_eq(script_path_check(path, &user, false, &err), -EACCES);
	ck_assert_msg(strstr(err.text, "may not enter the directory"), "%s", err.text);
}
END_TEST

START_TEST(script_that_others_can_write_is_not_safe)
{
	struct script_user user = user_now();
	struct err err;

	expect_path(make_file("by-all", 0777), geteuid(), -EPERM, "can be written by everyone");
	expect_path(make_file("by-its-group", 0775), geteuid(), -EPERM,
		    "can be written by its group");
	ck_assert_int_eq(script_path_check(in_scratch("by-all"), &user, false, &err), -EPERM);
	ck_assert_msg(strstr(err.text, "enable_script_security would forbid this"), "%s", err.text);
}
END_TEST

START_TEST(way_to_a_script_of_root_is_judged)
{
	struct script_user user = {.uid = 0};
	const char *path;
	struct err err;

	if (geteuid() != 0)
		return; /* nobody else can make files of root */
	ck_assert_int_eq(mkdir(in_scratch("open"), 0700), 0);
	ck_assert_int_eq(mkdir(in_scratch("closed"), 0700), 0);
	make_file("open/script", 0755);
	make_file("closed/script", 0755);
	ck_assert_int_eq(chmod(in_scratch("open"), 0777), 0);
	expect_path(in_scratch("open/script"), 0, -EPERM, "can be written by everyone");
	/* The file is safe, the link to it is not. */
	ck_assert_int_eq(symlink("../closed/script", in_scratch("open/link")), 0);
	expect_path(in_scratch("open/link"), 0, -EPERM, "/open can be written by everyone");
	ck_assert_int_eq(chmod(in_scratch("open"), 01777), 0);
	ck_assert_int_eq(script_path_check(in_scratch("open/script"), &user, true, &err), 0);
	path = in_scratch("open/script");
	ck_assert_int_eq(chown(path, 4242, 4242), 0);
	expect_path(path, 0, -EPERM, "belongs to uid 4242");
}
END_TEST

START_TEST(users_are_looked_up)
{
	struct script_user user = {.uid = 77};
	struct err err;

	ck_assert_int_eq(script_user_resolve("root", NULL, &user, &err), 0);
	ck_assert_uint_eq(user.uid, 0);
	ck_assert_uint_eq(user.gid, 0);
	ck_assert_uint_eq(user.n_groups, 0);
	ck_assert_int_eq(script_user_resolve("root", ":", &user, &err), 0);
	ck_assert_uint_ge(user.n_groups, 1);
	ck_assert_int_eq(script_user_resolve("root", "daemon", &user, &err), 0);
	ck_assert_uint_ne(user.gid, 0);
	ck_assert_uint_eq(user.n_groups, 0);
	user.uid = 77;
	ck_assert_int_eq(script_user_resolve("no-such-user", NULL, &user, &err), -ENOENT);
	ck_assert_str_eq(err.text, "there is no user 'no-such-user' on this machine");
	ck_assert_int_eq(script_user_resolve("root", ":no-such-group", &user, &err), -ENOENT);
	ck_assert_str_eq(err.text, "there is no group 'no-such-group' on this machine");
	ck_assert_uint_eq(user.uid, 77);
}
END_TEST

static void add_wire(Suite *suite)
{
	TCase *tc = tcase_create("wire");

	tcase_add_test(tc, run_arrives_as_it_was_sent);
	tcase_add_test(tc, run_that_is_cut_or_longer_is_refused);
	tcase_add_test(tc, run_without_sense_is_not_sent);
	tcase_add_test(tc, run_beyond_its_bounds_is_not_sent);
	tcase_add_test(tc, run_as_nobody_in_particular_is_refused);
	tcase_add_loop_test(tc, done_arrives_as_it_was_sent, 0,
			    (int)(sizeof(done_examples) / sizeof(done_examples[0])));
	tcase_add_test(tc, run_that_is_not_sent_has_its_own_cause);
	tcase_add_test(tc, done_that_makes_no_sense_is_refused);
	tcase_add_loop_test(tc, lines_that_are_not_empty_are_kept, 0,
			    (int)(sizeof(lines) / sizeof(lines[0])));
	tcase_add_test(tc, long_line_is_cut);
	tcase_add_test(tc, fifo_frames_are_accepted_within_their_bounds);
	suite_add_tcase(suite, tc);
}

static void scratch_make(void)
{
	strcpy(scratch + strlen(scratch) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(scratch));
	ck_assert_int_eq(chmod(scratch, 0755), 0);
}

static void scratch_remove(void)
{
	char *command[] = {"rm", "-rf", scratch, NULL};
	pid_t pid = fork();

	if (pid == 0) {
		execvp(command[0], command);
		_exit(1);
	}
	ck_assert_int_gt(pid, 0);
	waitpid(pid, NULL, 0);
}

static void add_paths(Suite *suite)
{
	TCase *tc = tcase_create("paths");

	tcase_add_checked_fixture(tc, scratch_make, scratch_remove);
	tcase_add_test(tc, sound_script_is_accepted);
	tcase_add_test(tc, program_is_looked_for);
	tcase_add_test(tc, script_that_cannot_run_is_named);
	tcase_add_test(tc, group_may_be_what_lets_it_run);
	tcase_add_test(tc, script_that_others_can_write_is_not_safe);
	tcase_add_test(tc, way_to_a_script_of_root_is_judged);
	tcase_add_test(tc, users_are_looked_up);
	suite_add_tcase(suite, tc);
}

int main(void)
{
	Suite *suite = suite_create("script");
	SRunner *runner;
	int failed;

	add_wire(suite);
	add_paths(suite);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
