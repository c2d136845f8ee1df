/* SPDX-License-Identifier: GPL-2.0-or-later */
/* maintenance_dir: what a file's name means, and which files the folder has, by inotify alone. */
#include "base/mem.h"
#include "daemon/director/maint/dir.h"
#include "tests/unit/logged.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- names ---- */

/* Two services with servers 10.1.0.0:80, 10.1.0.1:80 and 10.1.0.2:80, 10.1.0.1:81. */
static struct conf *names_conf(void)
{
	struct conf *conf = test_conf_new(2, 2, 0);
	struct conf_real_server *rs = &conf->virtual_servers[1].real_servers[1];

	rs->id.addr.bytes[3] = rs->ep.addr.bytes[3] = 1;
	rs->id.port = rs->ep.port = 81;
	return conf;
}

static const struct {
	const char *name;
	enum maint_name found;
	const char *servers; /* "vs.rs ", one after the other */
} names[] = {
    {"10.1.0.0", MAINT_NAME_OK, "0.0 "},
    {"10.1.0.1", MAINT_NAME_OK, "0.1 1.1 "},
    {"10.1.0.1:81", MAINT_NAME_OK, "1.1 "},
    {"10.1.0.1:82", MAINT_NAME_NO_SERVER, ""},
    {"10.1.0.9", MAINT_NAME_NO_SERVER, ""},
    {"10.1.0.1:80@tcp:10.0.0.0:80", MAINT_NAME_OK, "0.1 "},
    {"10.1.0.1@tcp:10.0.0.1:80", MAINT_NAME_OK, "1.1 "},
    {"10.1.0.0:80@tcp:10.0.0.1:80", MAINT_NAME_NO_SERVER, ""},
    {"10.1.0.0:80@tcp:10.0.0.7:80", MAINT_NAME_NO_SERVICE, ""},
    {"10.1.0.0:80@10.0.0.1:80", MAINT_NAME_BAD, ""},
    {"10.1.0.0:80@", MAINT_NAME_BAD, ""},
    {"@tcp:10.0.0.0:80", MAINT_NAME_BAD, ""},
    {"web1", MAINT_NAME_BAD, ""},
    {"[fd09::1]:80", MAINT_NAME_NO_SERVER, ""},
    {"10.1.0.0:99999", MAINT_NAME_BAD, ""},
    {"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
     MAINT_NAME_BAD, ""},
};

START_TEST(a_name_means_servers)
{
	struct conf *conf = names_conf();
	struct maint_servers servers = {0};
	char text[64] = "";

	ck_assert_int_eq(maint_name_find(conf, names[_i].name, &servers), names[_i].found);
	for (size_t i = 0; i < servers.n; i++)
		sprintf(text + strlen(text), "%zu.%zu ", servers.items[i].vs, servers.items[i].rs);
	ck_assert_str_eq(text, names[_i].servers);
	vec_free(&servers);
	test_conf_free(conf);
}
END_TEST

/* ---- the folder ---- */

static struct {
	struct loop *loop;
	struct maint_dir dir;
	char above[32], path[48];
	char seen[4096]; /* "name=reason;" of each file, as told last */
	size_t n_told;
	const char *awaited;
} rig;

static void take(const struct maint_file *files, size_t n, void *arg)
{
	(void)arg;
	rig.n_told++;
	rig.seen[0] = '\0';
	for (size_t i = 0; i < n && strlen(rig.seen) < 3000; i++)
		sprintf(rig.seen + strlen(rig.seen), "%s=%s;", files[i].name, files[i].reason);
	if (rig.awaited && !strcmp(rig.seen, rig.awaited))
		loop_stop(rig.loop);
}

static void on_late(void *arg)
{
	ck_abort_msg("'%s' was awaited, and '%s' was told last", (const char *)arg, rig.seen);
}

/* Runs until the files are these. Nothing but an event can tell them. */
static void await_files(const char *files)
{
	struct loop_timer *late;

	rig.awaited = files;
	if (!strcmp(rig.seen, files))
		return;
	late = loop_timer_new(rig.loop, on_late, (void *)files);
	loop_timer_set(late, mono_add_ms(loop_now(rig.loop), 20000));
	loop_run(rig.loop);
	loop_timer_free(late);
}

static int readdir_error; /* instead of any entry */

/* In the place of libc's. */
struct dirent *readdir(DIR *folder)
{
	struct dirent *(*real)(DIR *) = (struct dirent * (*)(DIR *)) dlsym(RTLD_NEXT, "readdir");

	if (!readdir_error)
		return real(folder);
	errno = readdir_error;
	return NULL;
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	strcpy(rig.above, "/tmp/lvsd-maint-XXXXXX");
	ck_assert(mkdtemp(rig.above));
	sprintf(rig.path, "%s/a/b", rig.above);
	rig.loop = loop_new();
	rig.dir = (struct maint_dir){.loop = rig.loop, .fn = take};
	maint_dir_open(&rig.dir);
}

static void folder_make(const char *name)
{
	char *path = mem_printf("%s%s", rig.above, name);

	ck_assert_int_eq(mkdir(path, 0755), 0);
	free(path);
}

static void file_write(const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", rig.path, name);
	FILE *file = fopen(path, "w");

	ck_assert(file);
	fputs(text, file);
	fclose(file);
	free(path);
}

static void file_remove(const char *name)
{
	char *path = mem_printf("%s/%s", rig.path, name);

	ck_assert_int_eq(remove(path), 0);
	free(path);
}

static void teardown(void)
{
	maint_dir_close(&rig.dir);
	loop_free(rig.loop);
	rmdir(rig.path);
	*strrchr(rig.path, '/') = '\0';
	rmdir(rig.path);
	ck_assert_int_eq(rmdir(rig.above), 0);
}

START_TEST(files_come_and_go)
{
	folder_make("/a");
	folder_make("/a/b");
	file_write("10.0.0.9", "disk is full\nsecond line\n");
	file_write(".hidden", "");
	file_write("backup~", "");
	folder_make("/a/b/folder");
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert_str_eq(rig.seen, "10.0.0.9=disk is full;");
	file_write("10.0.0.1:80", "");
	await_files("10.0.0.1:80=;10.0.0.9=disk is full;");
	file_write("10.0.0.1:80", "a\tb\x1b[31m");
	await_files("10.0.0.1:80=a?b?[31m;10.0.0.9=disk is full;");
	file_remove("10.0.0.9");
	await_files("10.0.0.1:80=a?b?[31m;");
	file_remove("10.0.0.1:80");
	await_files("");
	file_remove(".hidden");
	file_remove("backup~");
	file_remove("folder");
}
END_TEST

/* Also the folder above is missing at first; the folder is removed, made anew, and moved away. */
START_TEST(the_folder_comes_later)
{
	char *moved = mem_printf("%s/moved", rig.above), *file = mem_printf("%s/x", moved);

	logged_begin();
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert(logged_has("does not exist, so it takes no server out of service; it counts as soon as it "
			     "is made"));
	logged_end();
	ck_assert_uint_eq(rig.n_told, 1);
	folder_make("/a");
	folder_make("/a/b");
	file_write("x", "");
	await_files("x=;");
	file_remove("x");
	rmdir(rig.path);
	await_files("");
	folder_make("/a/b");
	file_write("x", "1");
	await_files("x=1;");
	ck_assert_int_eq(rename(rig.path, moved), 0);
	await_files("");
	folder_make("/a/b");
	file_write("y", "2");
	await_files("y=2;");
	file_remove("y");
	remove(file);
	rmdir(moved);
	free(file);
	free(moved);
}
END_TEST

/* ---- the path leads elsewhere: inotify says nothing ---- */

static void link_to(const char *target, const char *name)
{
	char *path = mem_printf("%s%s", rig.above, name);

	ck_assert_int_eq(symlink(target, path), 0);
	free(path);
}

static void move(const char *from, const char *to)
{
	char *old = mem_printf("%s%s", rig.above, from), *new = mem_printf("%s%s", rig.above, to);

	ck_assert_int_eq(rename(old, new), 0);
	free(old);
	free(new);
}

static void drop(const char *name)
{
	char *path = mem_printf("%s%s", rig.above, name);

	ck_assert_int_eq(remove(path), 0);
	free(path);
}

/* One by another, as `ln -sfn` does it, then removed, and a folder in its place. */
START_TEST(a_link_may_be_switched)
{
	folder_make("/a");
	folder_make("/one");
	folder_make("/two");
	link_to("../one", "/a/b");
	file_write("x", "1");
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert_str_eq(rig.seen, "x=1;");
	link_to("../two", "/a/new");
	move("/a/new", "/a/b");
	await_files("");
	file_write("y", "2");
	await_files("y=2;");
	drop("/a/b");
	await_files("");
	folder_make("/a/b");
	file_write("z", "3");
	await_files("z=3;");
	file_remove("z");
	drop("/one/x");
	drop("/two/y");
	drop("/one");
	drop("/two");
}
END_TEST

START_TEST(a_folder_far_above_may_be_renamed)
{
	folder_make("/a");
	folder_make("/a/b");
	folder_make("/a/b/c");
	strcat(rig.path, "/c");
	file_write("x", "1");
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert_str_eq(rig.seen, "x=1;");
	move("/a", "/moved");
	await_files("");
	folder_make("/a");
	folder_make("/a/b");
	folder_make("/a/b/c");
	file_write("y", "2");
	await_files("y=2;");
	file_remove("y");
	drop("/a/b/c");
	drop("/moved/b/c/x");
	drop("/moved/b/c");
	drop("/moved/b");
	drop("/moved");
	*strrchr(rig.path, '/') = '\0';
}
END_TEST

START_TEST(a_file_system_may_be_mounted_over_it)
{
	folder_make("/a");
	folder_make("/a/b");
	file_write("x", "1");
	maint_dir_configure(&rig.dir, rig.path);
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0) {
		ck_assert_int_eq(mount("none", rig.path, "tmpfs", 0, NULL), 0);
		await_files("");
		file_write("y", "2");
		await_files("y=2;");
		ck_assert_int_eq(umount2(rig.path, MNT_DETACH), 0);
		await_files("x=1;");
	} else {
		printf("SKIP a_file_system_may_be_mounted_over_it: only root can mount\n");
	}
	file_remove("x");
}
END_TEST

/* The director may be root: who may write into the folder must not read by it what he may not read. The
 * names count all the same. */
START_TEST(a_reason_is_the_files_own)
{
	char *secret = mem_printf("%s/secret", rig.above), *hard = mem_printf("%s/10.0.0.2", rig.path),
	     *fifo = mem_printf("%s/10.0.0.3", rig.path);
	FILE *file = fopen(secret, "w");

	ck_assert(file);
	fputs("root:$y$", file);
	fclose(file);
	folder_make("/a");
	folder_make("/a/b");
	link_to("../../secret", "/a/b/10.0.0.1");
	ck_assert_int_eq(link(secret, hard), 0);
	ck_assert_int_eq(mkfifo(fifo, 0644), 0);
	file_write("10.0.0.4", "disk");
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert_str_eq(rig.seen, "10.0.0.1=;10.0.0.2=;10.0.0.3=;10.0.0.4=disk;");
	for (int i = 1; i <= 4; i++) {
		char name[16];

		sprintf(name, "10.0.0.%d", i);
		file_remove(name);
	}
	drop("/secret");
	free(secret);
	free(hard);
	free(fifo);
}
END_TEST

START_TEST(a_configuration_without_it_ends_it)
{
	folder_make("/a");
	folder_make("/a/b");
	file_write("x", "");
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert_str_eq(rig.seen, "x=;");
	maint_dir_configure(&rig.dir, "");
	ck_assert_str_eq(rig.seen, "");
	ck_assert_int_eq(rig.dir.fd, -1);
	file_remove("x");
}
END_TEST

/* A program that writes all the time has the folder read ten times a second at most. */
START_TEST(many_events_are_few_readings)
{
	char last[32];

	folder_make("/a");
	folder_make("/a/b");
	maint_dir_configure(&rig.dir, rig.path);
	for (int i = 0; i < 500; i++) {
		sprintf(last, "%d", i);
		file_write("x", last);
	}
	await_files("x=499;");
	ck_assert_uint_le(rig.n_told, 10);
	file_remove("x");
}
END_TEST

START_TEST(too_many_files_are_said)
{
	char name[16];

	folder_make("/a");
	folder_make("/a/b");
	for (int i = 0; i <= MAINT_FILES_MAX; i++) {
		sprintf(name, "%04d", MAINT_FILES_MAX - i);
		file_write(name, "");
	}
	logged_begin();
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert_uint_eq(rig.dir.files.n, MAINT_FILES_MAX);
	for (int i = 0; i < MAINT_FILES_MAX; i++) {
		sprintf(name, "%04d", i);
		ck_assert_str_eq(rig.dir.files.items[i].name, name);
	}
	ck_assert(logged_has("has more than 1024 files, and only so many count"));
	logged_end();
	for (int i = 0; i <= MAINT_FILES_MAX; i++) {
		sprintf(name, "%04d", i);
		file_remove(name);
	}
}
END_TEST

/* Servers that are out of service must not come back since the disk fails. */
START_TEST(an_error_within_is_not_the_end)
{
	folder_make("/a");
	folder_make("/a/b");
	file_write("10.0.0.9", "");
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert_str_eq(rig.seen, "10.0.0.9=;");
	readdir_error = EIO;
	logged_begin();
	maint_dir_configure(&rig.dir, rig.path);
	ck_assert(logged_has("cannot be read: Input/output error; the servers stay as they are"));
	logged_end();
	ck_assert_str_eq(rig.seen, "10.0.0.9=;");
	readdir_error = 0;
	file_remove("10.0.0.9");
	await_files("");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("maint_dir");
	TCase *pure = tcase_create("names"), *folder = tcase_create("folder");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(pure, a_name_means_servers, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_checked_fixture(folder, setup, teardown);
	tcase_set_timeout(folder, 60);
	tcase_add_test(folder, files_come_and_go);
	tcase_add_test(folder, the_folder_comes_later);
	tcase_add_test(folder, a_link_may_be_switched);
	tcase_add_test(folder, a_folder_far_above_may_be_renamed);
	tcase_add_test(folder, a_file_system_may_be_mounted_over_it);
	tcase_add_test(folder, a_reason_is_the_files_own);
	tcase_add_test(folder, a_configuration_without_it_ends_it);
	tcase_add_test(folder, many_events_are_few_readings);
	tcase_add_test(folder, too_many_files_are_said);
	tcase_add_test(folder, an_error_within_is_not_the_end);
	suite_add_tcase(suite, pure);
	suite_add_tcase(suite, folder);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
