/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys that the director takes from the loader's answers. */
#include "daemon/director/sync/key_files.h"
#include "base/mem.h"
#include "tests/unit/logged.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEX_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX_B "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* The contents of the two files; NULL: it cannot be read. */
static const char *contents[2];

static void answer_from_contents(void *arg, enum conf_query_kind kind, const char *key,
				 struct conf_answer *ret_answer)
{
	bool is_second = !strcmp(key, "relay key\n/b");

	(void)arg;
	ck_assert_int_eq(kind, CONF_QUERY_TLS_TEXT);
	ck_assert(is_second || !strcmp(key, "relay key\n/a"));
	*ret_answer = (struct conf_answer){0};
	if (!contents[is_second]) {
		ret_answer->code = -EPERM;
		ret_answer->note = mem_strdup("key file (mode 0644) can be used by others");
		return;
	}
	ret_answer->text = mem_strdup(contents[is_second]);
	ret_answer->len = strlen(ret_answer->text);
}

static const struct conf_responder responder = {answer_from_contents, NULL};
static struct conf_relay_key files[] = {{.path = "/a", .id = 1}, {.path = "/b", .id = 7}};
static const struct conf_relay one = {.is_on = true, .keys = files, .n_keys = 1};
static const struct conf_relay two = {.is_on = true, .keys = files, .n_keys = 2};
static const struct conf_relay off = {.keys = files};
static struct sync_keys keys;

static void keys_begin(void)
{
	sync_keys_wipe(&keys);
	contents[0] = HEX_A;
	contents[1] = HEX_B;
}

START_TEST(keys_are_bytes_with_their_ids)
{
	ck_assert(sync_keys_load(&keys, &two, &responder));
	ck_assert_uint_eq(keys.n, 2);
	ck_assert_uint_eq(keys.keys[0].id, 1);
	ck_assert_uint_eq(keys.keys[0].len, 32);
	for (size_t i = 0; i < 32; i++)
		ck_assert_uint_eq(keys.keys[0].bytes[i], i);
	ck_assert_uint_eq(keys.keys[1].id, 7);
	ck_assert_uint_eq(keys.keys[1].bytes[0], 255);
	ck_assert_uint_eq(strlen(keys.keys[0].digest), 8);
	ck_assert_str_ne(keys.keys[0].digest, keys.keys[1].digest);
	ck_assert(!sync_keys_load(&keys, &two, &responder));
}
END_TEST

START_TEST(new_contents_of_a_path_are_another_key)
{
	char digest[DIGEST_KEY_TEXT_MAX];

	ck_assert(sync_keys_load(&keys, &one, &responder));
	strcpy(digest, keys.keys[0].digest);
	contents[0] = HEX_B;
	ck_assert(sync_keys_load(&keys, &one, &responder));
	ck_assert_str_ne(digest, keys.keys[0].digest);
	/* A key that is added, and one that goes. */
	ck_assert(sync_keys_load(&keys, &two, &responder));
	ck_assert(sync_keys_load(&keys, &one, &responder));
	ck_assert_uint_eq(keys.n, 1);
	ck_assert(sync_keys_load(&keys, &off, &responder));
	ck_assert_uint_eq(keys.n, 0);
}
END_TEST

START_TEST(a_key_that_cannot_be_read_stays)
{
	const char *said;

	ck_assert(sync_keys_load(&keys, &one, &responder));
	contents[0] = contents[1] = NULL;
	ck_assert(!sync_keys_load(&keys, &two, &responder));
	ck_assert_uint_eq(keys.n, 1);
	ck_assert_uint_eq(keys.keys[0].bytes[31], 31);
	said = logged_take();
	ck_assert_uint_eq(logged_count(said, "key 1 stays as it was"), 1);
	ck_assert_uint_eq(logged_count(said, "key 7 is not used until a reload can read it"), 1);
}
END_TEST

/* At a rollback the loader reads the files after the configuration is in force. */
START_TEST(without_answers_the_keys_of_before_stay)
{
	ck_assert(!sync_keys_load(&keys, &one, NULL));
	ck_assert_uint_eq(keys.n, 0);
	ck_assert(sync_keys_load(&keys, &one, &responder));
	ck_assert(!sync_keys_load(&keys, &two, NULL));
	ck_assert_uint_eq(keys.n, 1);
	ck_assert(sync_keys_load(&keys, &two, &responder));
	ck_assert_uint_eq(keys.n, 2);
	ck_assert_str_eq(logged_take(), "");
}
END_TEST

/* Each is no key of at least 32 bytes in hex. */
static const char *const wrong[] = {"", "00", HEX_A "0", HEX_A "0g", "0", "000102"};

START_TEST(an_answer_that_is_no_key_is_none)
{
	contents[0] = wrong[_i];
	ck_assert(!sync_keys_load(&keys, &one, &responder));
	ck_assert_uint_eq(keys.n, 0);
	ck_assert_uint_eq(logged_count(logged_take(), "the loader's answer is no key"), 1);
}
END_TEST

START_TEST(the_longest_key)
{
	char *text = mem_calloc(2 * KEY_FILE_MAX + 3, 1);

	memset(text, 'a', 2 * KEY_FILE_MAX);
	contents[0] = text;
	ck_assert(sync_keys_load(&keys, &one, &responder));
	ck_assert_uint_eq(keys.keys[0].len, KEY_FILE_MAX);
	memset(text, 'a', 2 * KEY_FILE_MAX + 2);
	sync_keys_wipe(&keys);
	ck_assert(!sync_keys_load(&keys, &one, &responder));
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("key files");
	TCase *tcase = tcase_create("keys");
	SRunner *runner;
	int n_failed;

	tcase_add_checked_fixture(tcase, keys_begin, NULL);
	tcase_add_checked_fixture(tcase, logged_begin, logged_end);
	tcase_add_test(tcase, keys_are_bytes_with_their_ids);
	tcase_add_test(tcase, new_contents_of_a_path_are_another_key);
	tcase_add_test(tcase, a_key_that_cannot_be_read_stays);
	tcase_add_test(tcase, without_answers_the_keys_of_before_stay);
	tcase_add_loop_test(tcase, an_answer_that_is_no_key_is_none, 0, (int)(sizeof(wrong) / sizeof(wrong[0])));
	tcase_add_test(tcase, the_longest_key);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
