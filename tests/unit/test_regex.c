/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/regex: what matches, what is refused, and that no search takes long. */
#include "base/clock.h"
#include "base/regex/regex.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t option(const char *name)
{
	uint32_t bits = 0;
	const char *found;

	for (unsigned i = 0; (found = regex_option_name(i, &bits)); i++)
		if (!strcmp(found, name))
			return bits;
	ck_abort_msg("no option %s", name);
}

static struct regex *compiled(const char *pattern, uint32_t options)
{
	struct regex *regex;
	struct err err;

	ck_assert_msg(!regex_new(pattern, strlen(pattern), options, &regex, &err), "%s", err.text);
	return regex;
}

static int search(const char *pattern, uint32_t options, const char *text, size_t n,
		  const struct regex_range *range)
{
	struct regex *regex = compiled(pattern, options);
	int rc = regex_search(regex, text, n, range);

	regex_free(regex);
	return rc;
}

START_TEST(test_finds)
{
	ck_assert_int_eq(search("^\\+OK", 0, "+OK ready", 9, NULL), 1);
	ck_assert_int_eq(search("^\\+OK", 0, " +OK ready", 10, NULL), 0);
	ck_assert_int_eq(search("^b", 0, "a\nb", 3, NULL), 0);
	ck_assert_int_eq(search("^b", option("multiline"), "a\nb", 3, NULL), 1);
	ck_assert_int_eq(search("Ready", option("caseless"), "READY", 5, NULL), 1);
	/* NUL is a byte like another. */
	ck_assert_int_eq(search("^\\x00.\\xff$", option("dotall"), "\0\n\xff", 3, NULL), 1);
	ck_assert_int_eq(search("", 0, "", 0, NULL), 1);
	/* No UTF-8 where it is asked for. */
	ck_assert_int_eq(search("^.b", option("utf"),
				"\xff"
				"b",
				2, NULL),
			 0);
	ck_assert_int_eq(search("^.b", option("utf"),
				"\xc3\xa4"
				"b",
				3, NULL),
			 1);
	ck_assert_int_eq(search("a.c", option("literal"), "a.c abc", 7, NULL), 1);
	ck_assert_int_eq(search("a.c", option("literal"), "abc", 3, NULL), 0);
}
END_TEST

START_TEST(test_range)
{
	struct regex_range range = {.from = 2, .until = SIZE_MAX};

	ck_assert_int_eq(search("b", 0, "abab", 4, &range), 1);
	ck_assert_int_eq(search("b", 0, "abaa", 4, &range), 0);
	range = (struct regex_range){.from = 0, .until = 2};
	ck_assert_int_eq(search("b", 0, "aaab", 4, &range), 0);
	ck_assert_int_eq(search("ab", 0, "aaab", 4, &range), 1);
	range = (struct regex_range){.from = 5, .until = SIZE_MAX};
	ck_assert_int_eq(search("", 0, "abab", 4, &range), 0);
}
END_TEST

START_TEST(test_refuses)
{
	struct regex *regex;
	struct err err;
	char *big = malloc(REGEX_PATTERN_MAX + 1);

	ck_assert_int_eq(regex_new("a(b", 3, 0, &regex, &err), -EINVAL);
	ck_assert_str_eq(err.text, "missing closing parenthesis at character 4 of a(b");
	memset(big, 'a', REGEX_PATTERN_MAX + 1);
	ck_assert_int_eq(regex_new(big, REGEX_PATTERN_MAX + 1, 0, &regex, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "at most 4096"));
	free(big);
	ck_assert_int_eq(regex_new("(?R", 3, option("literal") | option("utf"), &regex, &err), 0);
	regex_free(regex);
	regex_free(NULL);
}
END_TEST

/* Each of these takes PCRE2 alone minutes or longer, or hundreds of megabytes. */
START_TEST(test_is_bounded)
{
	static const char *const patterns[] = {
	    "(a+)+b|c", "(a|aa)+$", "(.*a){20}x|b$", "a.*+x", "(a|b)*c|d$", "\\w*\\w*\\w*\\w*y|z",
	};
	size_t n = 1000000;
	char *text = malloc(n);

	memset(text, 'a', n);
	text[n - 1] = '!';
	text[n - 2] = 'x';
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct regex *regex = compiled(patterns[i], option("dotall"));
		struct mono begin = clock_mono();
		int rc = regex_search(regex, text, n, NULL);

		ck_assert_msg(rc == -E2BIG || rc == 1, "%s: %d", patterns[i], rc);
		ck_assert_msg(mono_sub(clock_mono(), begin) < 2 * NS_PER_S, "%s", patterns[i]);
		/* The same again: what one search has used the next one has again. */
		ck_assert_int_eq(regex_search(regex, text, n, NULL), rc);
		ck_assert_int_eq(regex_search(regex, "ac", 2, NULL),
				 regex_search(regex, "ac", 2, NULL));
		regex_free(regex);
	}
	/* What is usual is not affected: a literal at the end of a large text. */
	ck_assert_int_eq(search("x!$", 0, text, n, NULL), 1);
	ck_assert_int_eq(search("nowhere", 0, text, n, NULL), 0);
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("regex");
	TCase *tcase = tcase_create("regex");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_finds);
	tcase_add_test(tcase, test_range);
	tcase_add_test(tcase, test_refuses);
	tcase_add_test(tcase, test_is_bounded);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
