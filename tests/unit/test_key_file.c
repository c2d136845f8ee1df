/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files may be a key, by their status; and files that are made and read. */
#include "base/secret/key_file.h"
#include "conf/canon/digest.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	mode_t mode;
	uid_t uid;
	off_t size;
	int code;
	const char *sentence;
} statuses[] = {
    {S_IFREG | 0600, 0, 32, 0, NULL},
    {S_IFREG | 0400, 0, 32, 0, NULL},
    {S_IFREG | 0600, 0, 4096, 0, NULL},
    {S_IFREG | 0600, 0, 31, -EINVAL, "key file /k has 31 bytes, and a key that nobody can guess has at least 32: make"},
    {S_IFREG | 0600, 0, 0, -EINVAL, "key file /k has 0 bytes"},
    {S_IFREG | 0600, 0, 4097, -EFBIG, "key file /k has 4097 bytes, and a key has at most 4096: make one with"},
    {S_IFREG | 0640, 0, 32, -EPERM, "key file /k (mode 0640) can be used by others than root: run `chmod 0600 /k`"},
    {S_IFREG | 0604, 0, 32, -EPERM, "key file /k (mode 0604) can be used by others than root"},
    {S_IFREG | 0620, 0, 32, -EPERM, "key file /k (mode 0620) can be used by others than root"},
    {S_IFREG | 0601, 0, 32, -EPERM, "key file /k (mode 0601) can be used by others than root"},
    {S_IFREG | 0700, 0, 32, -EPERM, "key file /k (mode 0700) can be used by others than root"},
    {S_IFREG | 04600, 0, 32, -EPERM, "key file /k (mode 4600) can be used by others than root"},
    {S_IFREG | 0200, 0, 32, -EPERM, "key file /k (mode 0200) cannot be read by root: run `chmod 0600 /k`"},
    {S_IFREG | 0, 0, 32, -EPERM, "key file /k (mode 0000) cannot be read by root"},
    {S_IFREG | 0600, 7, 32, -EPERM, "key file /k belongs to uid 7, who can read and change it: run `chown root /k`"},
    {S_IFDIR | 0600, 0, 4096, -EINVAL, "key file /k is not a regular file: name a file, such as `lvsctl sync keygen`"},
    {S_IFIFO | 0600, 0, 32, -EINVAL, "key file /k is not a regular file"},
    {S_IFCHR | 0600, 0, 32, -EINVAL, "key file /k is not a regular file"},
};

START_TEST(a_key_is_a_file_of_root_alone)
{
	struct stat st = {
	    .st_mode = statuses[_i].mode, .st_uid = statuses[_i].uid, .st_size = statuses[_i].size};
	struct err err = {0};

	ck_assert_int_eq(key_file_judge("/k", &st, &err), statuses[_i].code);
	if (statuses[_i].sentence)
		ck_assert_msg(!strncmp(err.text, statuses[_i].sentence, strlen(statuses[_i].sentence)), "%s", err.text);
}
END_TEST

static char folder[] = "/tmp/test_key_file.XXXXXX", path[64], other[64];

static void files_begin(void)
{
	strcpy(folder, "/tmp/test_key_file.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/key", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
}

static void files_end(void)
{
	unlink(path);
	unlink(other);
	rmdir(folder);
}

START_TEST(a_key_that_is_made_is_random_and_private)
{
	uint8_t key[KEY_FILE_MIN], second[KEY_FILE_MIN], inside[KEY_FILE_MIN + 1];
	mode_t umask_before = umask(0277);
	struct err err;
	struct stat st;
	int fd;

	ck_assert_int_eq(key_file_make(path, key, &err), 0);
	umask(0);
	ck_assert_int_eq(key_file_make(other, second, &err), 0);
	umask(umask_before);
	ck_assert_int_ne(memcmp(key, second, sizeof(key)), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(stat(other, &st), 0);
	ck_assert_int_eq(st.st_mode, S_IFREG | 0600);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(read(fd, inside, sizeof(inside)), KEY_FILE_MIN);
	close(fd);
	ck_assert_int_eq(memcmp(inside, key, sizeof(key)), 0);
}
END_TEST

START_TEST(a_key_that_exists_stays)
{
	uint8_t key[KEY_FILE_MIN], again[KEY_FILE_MIN];
	struct err err = {0};

	ck_assert_int_eq(key_file_make(path, key, &err), 0);
	ck_assert_int_eq(key_file_make(path, again, &err), -EEXIST);
	ck_assert_ptr_nonnull(strstr(err.text, "to replace a key, make a new file, such as `lvsctl sync keygen "));
	/* Not even a link that leads nowhere is followed. */
	ck_assert_int_eq(symlink("/tmp/test_key_file.nowhere", other), 0);
	ck_assert_int_eq(key_file_make(other, again, &err), -EEXIST);
	ck_assert_int_ne(access("/tmp/test_key_file.nowhere", F_OK), 0);
}
END_TEST

START_TEST(a_key_cannot_be_made_in_a_folder_that_is_not_there)
{
	uint8_t key[KEY_FILE_MIN];
	struct err err = {0};

	ck_assert_int_eq(key_file_make("/tmp/test_key_file.nowhere/key", key, &err), -ENOENT);
	ck_assert_str_eq(err.text, "/tmp/test_key_file.nowhere/key cannot be made: No such file or directory");
}
END_TEST

START_TEST(a_key_that_is_made_is_read)
{
	uint8_t key[KEY_FILE_MIN], bytes[KEY_FILE_MAX];
	struct err err = {0};
	size_t len = 7;

	ck_assert_int_eq(key_file_make(path, key, &err), 0);
	if (geteuid() != 0) { /* a key of another user than root is none */
		ck_assert_int_eq(key_file_read(path, bytes, &len, &err), -EPERM);
		ck_assert_uint_eq(len, 7);
		return;
	}
	ck_assert_int_eq(key_file_read(path, bytes, &len, &err), 0);
	ck_assert_uint_eq(len, KEY_FILE_MIN);
	ck_assert_int_eq(memcmp(bytes, key, len), 0);
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert_int_eq(key_file_read(path, bytes, &len, &err), -EPERM);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(chmod(folder, 0777), 0);
	ck_assert_int_eq(key_file_read(path, bytes, &len, &err), -EPERM);
	ck_assert_ptr_nonnull(strstr(err.text, "can be written by everybody, who can replace"));
	/* The status of what a link leads to counts. */
	ck_assert_int_eq(chmod(folder, 0700), 0);
	ck_assert_int_eq(symlink("/dev/zero", other), 0);
	ck_assert_int_eq(key_file_read(other, bytes, &len, &err), -EINVAL);
}
END_TEST

START_TEST(a_key_that_is_not_there_is_made_by_a_command)
{
	uint8_t bytes[KEY_FILE_MAX];
	struct err err = {0};
	size_t len;

	ck_assert_int_eq(key_file_read(path, bytes, &len, &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.text, "does not exist: make it with `lvsctl sync keygen "));
}
END_TEST

/* What sha256sum gives for the prefix, a NUL and the key. */
START_TEST(a_digest_is_four_bytes_of_a_hash)
{
	char text[DIGEST_KEY_TEXT_MAX];

	ck_assert_str_eq(digest_of_key("0123456789abcdef0123456789abcdef", 32, text), "afc74ba1");
	ck_assert_str_ne(digest_of_key("0123456789abcdef0123456789abcdeg", 32, text), "afc74ba1");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("key file");
	TCase *rules = tcase_create("rules"), *files = tcase_create("files");
	SRunner *runner;
	int n_failed;

	tcase_add_loop_test(rules, a_key_is_a_file_of_root_alone, 0, (int)(sizeof(statuses) / sizeof(statuses[0])));
	tcase_add_test(rules, a_digest_is_four_bytes_of_a_hash);
	tcase_add_checked_fixture(files, files_begin, files_end);
	tcase_add_test(files, a_key_that_is_made_is_random_and_private);
	tcase_add_test(files, a_key_that_exists_stays);
	tcase_add_test(files, a_key_cannot_be_made_in_a_folder_that_is_not_there);
	tcase_add_test(files, a_key_that_is_made_is_read);
	tcase_add_test(files, a_key_that_is_not_there_is_made_by_a_command);
	suite_add_tcase(suite, rules);
	suite_add_tcase(suite, files);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
