/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that instances track: their numbers, and what inotify brings of them. */
#include "base/clock.h"
#include "conf/load.h"
#include "daemon/director/track/files.h"
#include "daemon/director/track/number.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- numbers --- */

#define NO_NUMBER "it does not begin with a whole number"
#define REST	  "what stands behind the number does not count"
#define TOO_LARGE "its number has more than 32 bits, so the number before still counts"

START_TEST(a_text_is_a_number_or_counts_as_none)
{
	/* What keepalived 2.2.7 makes of the same text. The number before was 77. */
	static const struct {
		const char *text;
		int32_t number;
		const char *why;
	} rows[] = {
	    {"5", 5, NULL},
	    {" -254\r\n", -254, NULL},
	    {"0x10\n", 16, NULL},
	    {"010", 8, NULL},
	    {"+7 ", 7, NULL},
	    {"-2147483648", INT32_MIN, NULL},
	    {"", 0, "it is empty"},
	    {" \n\t", 0, "it is empty"},
	    {" \f\v5 \f\v\n", 5, NULL},
	    {"five", 0, NO_NUMBER},
	    {"- 5", 0, NO_NUMBER},
	    {"5 apples", 5, REST},
	    {"1 maintenance by joe\n", 1, REST},
	    {"5\n6\n", 5, REST},
	    {"1.5", 1, REST},
	    {"09", 0, REST},
	    {"0x", 0, REST},
	    {"2147483648", INT32_MAX, NULL},
	    {"2147483649", 77, TOO_LARGE},
	    {"-2147483649", 77, TOO_LARGE},
	    {"99999999999999999999999 times", 77, TOO_LARGE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int32_t number = 77;
		const char *why;

		errno = ERANGE; /* an error of before says nothing about this number */
		why = track_number_read(rows[i].text, strlen(rows[i].text), &number);
		ck_assert_int_eq(number, rows[i].number);
		ck_assert_pstr_eq(why, rows[i].why);
	}
}
END_TEST

START_TEST(a_text_that_is_too_long_or_binary_has_a_rest)
{
	char text[TRACK_NUMBER_MAX + 1];
	int32_t number;

	memset(text, ' ', sizeof(text));
	text[0] = '1';
	ck_assert_ptr_null(track_number_read(text, TRACK_NUMBER_MAX, &number));
	ck_assert_int_eq(number, 1);
	text[1] = '2'; /* such a text is cut: what is behind the cut is not known */
	ck_assert_pstr_eq(track_number_read(text, TRACK_NUMBER_MAX + 1, &number), REST);
	ck_assert_int_eq(number, 12);
	ck_assert_pstr_eq(track_number_read("3\0002", 3, &number), REST);
	ck_assert_int_eq(number, 3);
	ck_assert_pstr_eq(track_number_read("\0002", 2, &number), NO_NUMBER);
	ck_assert_int_eq(number, 0);
}
END_TEST

/* --- files --- */

#define TIMEOUT_MS 20000
#define SOMEBODY   65534
#define FORBIDDEN  "the director process may not read it"

static struct {
	char dir[64];
	struct loop *loop;
	struct loop_timer *deadline;
	struct track_files files;
	struct conf *conf;
	struct vrrp_source last;
	unsigned n;
	enum vrrp_source_state state; /* awaited, with this number and this text */
	int32_t awaited;
	const char *awaited_text;
} bench;

static bool is_awaited(void)
{
	return bench.awaited_text && bench.n && bench.last.state == bench.state &&
	       bench.last.number == bench.awaited && !strcmp(bench.last.text, bench.awaited_text);
}

static void on_say(const struct vrrp_source *source, void *arg)
{
	(void)arg;
	ck_assert_int_eq(source->kind, CONF_TRACKER_FILE);
	bench.last = *source;
	bench.n++;
	if (is_awaited())
		loop_stop(bench.loop);
}

static void on_deadline(void *arg)
{
	(void)arg;
	ck_abort_msg("%d (%s) is still %s %d (%s)", bench.awaited, bench.awaited_text,
		     vrrp_source_state_name(bench.last.state), bench.last.number, bench.last.text);
}

static void await_state(enum vrrp_source_state state, int32_t number, const char *text)
{
	bench.state = state;
	bench.awaited = number;
	bench.awaited_text = text;
	loop_timer_set(bench.deadline, mono_add_ms(clock_mono(), TIMEOUT_MS));
	if (!is_awaited())
		loop_run(bench.loop);
}

static void await(int32_t number, const char *text)
{
	await_state(VRRP_SOURCE_NUMBER, number, text);
}

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", bench.dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

/* An instance tracks the file of that name in the directory. */
static void configure(const char *name, const char *more)
{
	struct diags diags = {0};
	struct conf *conf;
	char text[512];

	snprintf(text, sizeof(text),
		 "track_file f {\nfile %s\n%s\n}\n"
		 "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\ntrack_file {\nf\n}\n"
		 "virtual_ipaddress {\n10.0.0.1\n}\n}\n",
		 path_of(name), more);
	conf = conf_load_text("t", text, strlen(text), &diags);
	ck_assert_ptr_nonnull(conf);
	track_files_configure(&bench.files, conf);
	conf_free(bench.conf);
	bench.conf = conf;
	diags_free(&diags);
}

static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	strcpy(bench.dir, "/tmp/lvsd_files.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(bench.dir));
	bench.loop = loop_new();
	bench.deadline = loop_timer_new(bench.loop, on_deadline, NULL);
	track_files_open(&bench.files, bench.loop, on_say, NULL);
}

static void teardown(void)
{
	char command[128];

	track_files_close(&bench.files);
	loop_timer_free(bench.deadline);
	loop_free(bench.loop);
	conf_free(bench.conf);
	snprintf(command, sizeof(command), "%s/sub/f", bench.dir);
	unlink(command);
	unlink(path_of("f"));
	unlink(path_of("g"));
	rmdir(path_of("sub"));
	rmdir(bench.dir);
}

START_TEST(a_file_that_is_written_replaced_or_taken_away)
{
	char from[256];

	put("f", "5\n");
	configure("f", "");
	await(5, "");
	put("f", "-7");
	await(-7, "");
	put("g", "9"); /* another file of the directory does not count */
	strcpy(from, path_of("g"));
	ck_assert_int_eq(rename(from, path_of("f")), 0);
	await(9, "");
	put("f", "nine");
	await(0, NO_NUMBER);
	put("f", "7 extra");
	await(7, REST);
	put("f", "9999999999");
	await(7, TOO_LARGE);
	put("f", "3");
	await(3, "");
	unlink(path_of("f"));
	await(0, "it does not exist");
	put("f", "4");
	await(4, "");
}
END_TEST

START_TEST(a_directory_that_is_not_there_yet)
{
	configure("sub/f", "");
	await(0, "it does not exist");
	ck_assert_int_eq(mkdir(path_of("sub"), 0700), 0);
	put("sub/f", "6");
	await(6, "");
	unlink(path_of("sub/f"));
	rmdir(path_of("sub"));
	await(0, "it does not exist");
	ck_assert_int_eq(mkdir(path_of("sub"), 0700), 0);
	put("sub/f", "8");
	await(8, "");
}
END_TEST

START_TEST(a_symbolic_link_is_followed)
{
	put("g", "1");
	configure("f", "");
	ck_assert_int_eq(symlink("g", path_of("f")), 0);
	await(1, "");
	put("g", "2");
	await(2, "");
}
END_TEST

/* The folder is reached by a link that is switched; then by one in the way of a link to the file. */
START_TEST(the_path_may_lead_elsewhere)
{
	ck_assert_int_eq(mkdir(path_of("one"), 0700), 0);
	ck_assert_int_eq(mkdir(path_of("two"), 0700), 0);
	put("one/f", "1");
	put("two/f", "2");
	ck_assert_int_eq(symlink("one", path_of("sub")), 0);
	configure("sub/f", "");
	await(1, "");
	unlink(path_of("sub"));
	ck_assert_int_eq(symlink("two", path_of("sub")), 0);
	await(2, "");
	put("two/f", "3");
	await(3, "");
	ck_assert_int_eq(symlink("sub/f", path_of("f")), 0);
	configure("f", "");
	unlink(path_of("sub"));
	ck_assert_int_eq(symlink("one", path_of("sub")), 0);
	await(1, "");
	put("one/f", "4");
	await(4, "");
	unlink(path_of("sub"));
	await(0, "it does not exist");
	unlink(path_of("one/f"));
	unlink(path_of("two/f"));
	rmdir(path_of("one"));
	rmdir(path_of("two"));
}
END_TEST

START_TEST(a_fifo_or_a_directory_is_not_waited_for)
{
	ck_assert_int_eq(mkfifo(path_of("f"), 0600), 0);
	configure("f", "");
	await(0, "it is not a regular file");
}
END_TEST

/* A reload says nothing of a file that has not changed. */
START_TEST(a_reload_without_a_change_says_nothing)
{
	put("f", "5");
	configure("f", "");
	await(5, "");
	ck_assert_uint_eq(bench.n, 1);
	configure("f", "weight 3");
	ck_assert_uint_eq(bench.n, 1);
	put("f", "6");
	await(6, "");
}
END_TEST

/* --- what the director may not read --- */

/* Root may read anything, so the test goes on as somebody else, and comes back to change a mode. */
static void become(uid_t uid)
{
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(uid), 0);
}

static void mode_set(const char *name, mode_t mode)
{
	become(0);
	ck_assert_int_eq(chmod(path_of(name), mode), 0);
	become(SOMEBODY);
}

START_TEST(a_file_that_may_not_be_read_has_no_verdict)
{
	put("f", "5\n");
	ck_assert_int_eq(chmod(bench.dir, 0755), 0);
	mode_set("f", 0);
	configure("f", "");
	await_state(VRRP_SOURCE_UNKNOWN, 0, FORBIDDEN);
	mode_set("f", 0644); /* the way out counts at once */
	await(5, "");
	mode_set("f", 0);
	configure("f", "");
	await_state(VRRP_SOURCE_UNKNOWN, 0, FORBIDDEN);
	become(0);
	unlink(path_of("f"));
	become(SOMEBODY);
	await(0, "it does not exist");
	become(0);
}
END_TEST

START_TEST(a_file_in_a_closed_folder_has_no_verdict)
{
	ck_assert_int_eq(chmod(bench.dir, 0755), 0);
	ck_assert_int_eq(mkdir(path_of("sub"), 0700), 0);
	put("sub/f", "6");
	mode_set("sub", 0);
	configure("sub/f", "");
	await_state(VRRP_SOURCE_UNKNOWN, 0, FORBIDDEN);
	mode_set("sub", 0755);
	await(6, "");
	become(0);
	put("sub/f", "7");
	become(SOMEBODY);
	await(7, "");
	become(0);
}
END_TEST

/* The folder may be passed, not listed: then inotify does not take it. */
START_TEST(a_file_in_a_folder_that_may_not_be_listed_is_watched_itself)
{
	ck_assert_int_eq(chmod(bench.dir, 0755), 0);
	ck_assert_int_eq(mkdir(path_of("sub"), 0700), 0);
	put("sub/f", "6");
	mode_set("sub", 0311);
	configure("sub/f", "");
	await(6, "");
	become(0);
	put("sub/f", "7");
	become(SOMEBODY);
	await(7, "");
	become(0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("track files");
	TCase *tcase = tcase_create("track files");
	SRunner *runner;
	int n_failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_text_is_a_number_or_counts_as_none);
	tcase_add_test(tcase, a_text_that_is_too_long_or_binary_has_a_rest);
	tcase_add_test(tcase, a_file_that_is_written_replaced_or_taken_away);
	tcase_add_test(tcase, a_directory_that_is_not_there_yet);
	tcase_add_test(tcase, a_symbolic_link_is_followed);
	tcase_add_test(tcase, the_path_may_lead_elsewhere);
	tcase_add_test(tcase, a_fifo_or_a_directory_is_not_waited_for);
	tcase_add_test(tcase, a_reload_without_a_change_says_nothing);
	tcase_add_test(tcase, a_file_that_may_not_be_read_has_no_verdict);
	tcase_add_test(tcase, a_file_in_a_closed_folder_has_no_verdict);
	tcase_add_test(tcase, a_file_in_a_folder_that_may_not_be_listed_is_watched_itself);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
