/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsctl reads for a plan, with whose rights, and what the director makes of it. */
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/loader/transcript.h"
#include "daemon/lvsctl/plan_read.h"
#include "daemon/shared/rundir_names.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STRANGER 65534

static char dir[64];

static void set_up(void)
{
	strcpy(dir, "/tmp/lvsd-plan-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	chmod(dir, 0755);
}

static void tear_down(void)
{
	char *command = mem_printf("rm -rf %s", dir);

	ck_assert_int_eq(system(command), 0);
	free(command);
}

/* Returns the path. */
static char *write_file(const char *name, mode_t mode, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fchmod(fd, mode);
	close(fd);
	return path;
}

/* The director's side: the router_id of the file, then what is wrong with it. */
static char *director_says(int fd, const char *path)
{
	struct err err;
	struct transcript *transcript = transcript_of_file(fd, &err);
	const struct conf_responder responder = {transcript_answer, transcript};
	const struct conf_load_how how = {.trust = CONF_TRUST_WARN, .responder = &responder};
	struct diags diags = {0};
	uint64_t number;
	struct conf *conf;
	char *said, *text = NULL;
	size_t size;
	FILE *out;

	if (!transcript)
		return mem_strdup(err.text);
	conf = conf_load(path, &how, &diags, NULL, NULL);
	out = open_memstream(&text, &size);
	diags_print(&diags, out);
	fclose(out);
	if (transcript_finish(transcript, &number, &err) < 0)
		said = mem_strdup(err.text);
	else
		said = mem_printf("%s|%s", conf ? conf->global.router_id : "", text);
	free(text);
	conf_free(conf);
	diags_free(&diags);
	transcript_free(transcript);
	return said;
}

/* What a plan of path says that uid asks for. */
static char *plan_says(uid_t uid, const char *path)
{
	static char said[4096];
	int ends[2];
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct err err;
		char *text;
		int fd;

		if (uid != geteuid() &&
		    (setgroups(0, NULL) < 0 || setgid(uid) < 0 || setuid(uid) < 0))
			_exit(1);
		fd = plan_read(dir, path, NULL, &err);
		text = fd < 0 ? mem_strdup(err.text) : director_says(fd, path);
		_exit(write(ends[1], text, strlen(text)) < 0);
	}
	close(ends[1]);
	while ((n = read(ends[0], said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(ends[0]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	return said;
}

#define check_has(text, part) ck_assert_msg(strstr(text, part), "%s is not in: %s", part, text)

START_TEST(the_director_sees_what_was_read)
{
	char *part = write_file("part.inc", 0644, "router_id here\n");
	char *text = mem_printf("global_defs {\n include %s/*.inc\n}\n", dir);
	char *path = write_file("new.conf", 0644, text);

	check_has(plan_says(geteuid(), path), "here|");
	free(part);
	free(text);
	free(path);
}
END_TEST

START_TEST(what_is_wrong_is_said)
{
	char *path = write_file("new.conf", 0644, "nonsense\n");

	check_has(plan_says(geteuid(), path), "new.conf:1:1: error: unknown keyword 'nonsense'");
	free(path);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_refused_with_its_reason)
{
	char *path = mem_printf("%s/missing", dir);

	check_has(plan_says(geteuid(), path), "No such file or directory");
	free(path);
}
END_TEST

START_TEST(files_and_includes_are_opened_by_who_asks)
{
	char *secret = write_file("secret", 0600, "root:x:hash\n");
	char *text = mem_printf("include %s\n", secret);
	char *path = write_file("mine.conf", 0644, text), *said;

	check_has(plan_says(0, path), "hash");
	said = plan_says(STRANGER, path);
	check_has(said, "secret, which your user may not read, so the plan would be wrong");
	ck_assert_msg(!strstr(said, "hash"), "%s", said);
	check_has(plan_says(STRANGER, secret), "Permission denied");
	free(secret);
	free(text);
	free(path);
}
END_TEST

/* A folder that may not be looked into may have files that lvsd includes. */
START_TEST(an_include_that_cannot_be_looked_for_is_refused)
{
	char *folder = mem_printf("%s/conf.d", dir);
	char *text = mem_printf("include %s/*.conf\n", folder);
	char *path = write_file("mine.conf", 0644, text);

	ck_assert_int_eq(mkdir(folder, 0700), 0);
	check_has(plan_says(0, path), "|");
	check_has(plan_says(STRANGER, path), "conf.d/*.conf, which your user may not read");
	chmod(folder, 0755);
	check_has(plan_says(STRANGER, path), "|");
	free(folder);
	free(text);
	free(path);
}
END_TEST

/* posix_spawn(3) may return a moment before the kernel shows the new environment. */
static void await_environment(pid_t pid)
{
	char *file = mem_printf("/proc/%d/environ", (int)pid);
	int first;

	do {
		FILE *in = fopen(file, "re");

		ck_assert_ptr_nonnull(in);
		first = fgetc(in);
		fclose(in);
	} while (first == EOF);
	free(file);
}

/* A process with HIDDEN=s3cret in its environment, whose pid is in lvsd.pid. */
static pid_t start_lvsd(void)
{
	char *words[] = {"sleep", "1000", NULL}, *variables[] = {"A=1", "HIDDEN=s3cret", NULL};
	char *text, *file;
	pid_t pid;

	ck_assert_int_eq(posix_spawnp(&pid, "sleep", NULL, NULL, words, variables), 0);
	await_environment(pid);
	text = mem_printf("%d\n", (int)pid);
	file = write_file(RUNDIR_PID, 0644, text);
	free(text);
	free(file);
	return pid;
}

/* The sentence about the wrong word shows the value. */
START_TEST(root_alone_sees_the_environment_of_lvsd)
{
	char *path = write_file("mine.conf", 0644, "vrrp_instance A {\n priority ${_ENV HIDDEN}\n}\n");
	char *other = write_file("other.conf", 0644, "vrrp_instance A {\n priority ${_ENV HID}\n}\n");
	char *said;
	pid_t pid;

	check_has(plan_says(0, path), "HIDDEN: a plan reads variables of lvsd's environment only for "
				      "root, or for the file that lvsd was started with");
	pid = start_lvsd();
	check_has(plan_says(0, path), "s3cret");
	check_has(plan_says(0, other), "HID");
	said = plan_says(STRANGER, path);
	ck_assert_msg(!strstr(said, "s3cret"), "%s", said);
	check_has(said, "only for root");
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	free(path);
	free(other);
}
END_TEST

static void check_refused(int fd, const char *part)
{
	char *said = director_says(fd, "/nowhere");

	check_has(said, part);
	free(said);
	close(fd);
}

START_TEST(what_is_no_whole_transcript_is_refused)
{
	const struct conf_answer answer = {.text = "x", .len = 1};
	const uint32_t lying[] = {CONF_QUERY_FILE, 0, 0x7fffffff, UINT32_MAX, UINT32_MAX, 0, 0, 0};
	int fd = transcript_file_new();

	check_refused(open("/dev/zero", O_RDONLY | O_CLOEXEC), "no sealed file");
	ck_assert_int_eq(transcript_put(fd, CONF_QUERY_FILE, "/nowhere", &answer), 0);
	check_refused(dup(fd), "no sealed file");
	ck_assert_int_eq(transcript_file_seal(fd), 0);
	check_refused(fd, "different versions"); /* it has no end */
	fd = transcript_file_new();
	ck_assert_int_eq(write(fd, lying, sizeof(lying)), (ssize_t)sizeof(lying));
	ck_assert_int_eq(transcript_file_seal(fd), 0);
	check_refused(fd, "different versions");
	fd = transcript_file_new();
	ck_assert_int_eq(ftruncate(fd, TRANSCRIPT_FILE_MAX + 1), 0);
	ck_assert_int_eq(transcript_file_seal(fd), 0);
	check_refused(fd, "more than 8 MiB");
	fd = transcript_file_new(); /* all of it is nothing but heads of zeros */
	ck_assert_int_eq(ftruncate(fd, 4096), 0);
	ck_assert_int_eq(transcript_file_seal(fd), 0);
	check_refused(fd, "different versions");
}
END_TEST

/* The caller moves the place of the descriptor, which is his too. */
START_TEST(the_place_in_the_file_is_the_directors_own)
{
	char *path = write_file("new.conf", 0644, "global_defs {\n router_id here\n}\n"), *said;
	struct err err;
	int fd = plan_read(dir, path, NULL, &err);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_ge(lseek(fd, 7, SEEK_SET), 0);
	said = director_says(fd, path);
	check_has(said, "here|");
	close(fd);
	free(said);
	free(path);
}
END_TEST

START_TEST(the_options_of_lvsd_decide_what_is_read)
{
	json_t *needs = json_pack("{s:s, s:b}", "config_id", "left", "lenient", 0);
	char *part = write_file("part.inc", 0644, "global_defs {\n router_id here\n}\n");
	char *text = mem_printf("@left include %s\n", part);
	char *path = write_file("new.conf", 0644, text);
	struct conf_answer answer;
	struct transcript *transcript;
	struct err err;
	int fd = plan_read(dir, path, needs, &err);

	ck_assert_int_ge(fd, 0);
	transcript = transcript_of_file(fd, &err);
	transcript_answer(transcript, CONF_QUERY_INCLUDED, part, &answer);
	ck_assert_int_eq(answer.code, 0);
	conf_answer_fini(&answer);
	transcript_free(transcript);
	close(fd);
	json_decref(needs);
	free(part);
	free(text);
	free(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan read");
	TCase *tcase = tcase_create("plan read");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, the_director_sees_what_was_read);
	tcase_add_test(tcase, what_is_wrong_is_said);
	tcase_add_test(tcase, a_file_that_cannot_be_read_is_refused_with_its_reason);
	tcase_add_test(tcase, what_is_no_whole_transcript_is_refused);
	tcase_add_test(tcase, the_place_in_the_file_is_the_directors_own);
	tcase_add_test(tcase, the_options_of_lvsd_decide_what_is_read);
	if (geteuid() == 0) {
		tcase_add_test(tcase, files_and_includes_are_opened_by_who_asks);
		tcase_add_test(tcase, an_include_that_cannot_be_looked_for_is_refused);
		tcase_add_test(tcase, root_alone_sees_the_environment_of_lvsd);
	} else {
		puts("skipped, as it needs root: whose files a plan reads");
	}
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
