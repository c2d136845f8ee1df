/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each row of the schema, with values that are made from its bounds, its choices and its default.
 */
#include "conf/text/seconds.h"
#include "conf/tree/value.h"
#include "tests/unit/conf_value.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void row_fn(const struct schema_keyword *row);

static void each_row(row_fn *check)
{
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			check(&schema_tables[i]->rows[k]);
}

static void accepts(const struct schema_keyword *row, const char *words, int64_t number)
{
	struct schema_value value = {0};
	struct err err = {0};

	ck_assert_msg(value_parse(row, 0, words, &value, NULL, &err) == 0, "%s: %s", row->name,
		      err.text);
	ck_assert_msg(value.number == number, "%s %s is %" PRId64, row->name, words, value.number);
}

static void refuses(const struct schema_keyword *row, const char *words)
{
	struct reading reading = value_read(row, words);

	ck_assert_msg(reading.result < 0, "%s '%s' is accepted: %s", row->name, words,
		      reading.text);
	ck_assert_msg(strstr(reading.text, row->name), "%s '%s': %s", row->name, words,
		      reading.text);
	free(reading.text);
}

static bool is_word_of(const struct schema_keyword *row, int64_t number)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		if (choice->number == number)
			return true;
	return false;
}

/* A word may stand for a number out of the range: "0" of preferred_lft. */
static bool is_choice(const struct schema_keyword *row, const char *word)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		if (!strcmp(choice->name, word))
			return true;
	return false;
}

static void bounds_of_number(const struct schema_keyword *row)
{
	static const char *const wrong[] = {
	    "", "-", "+1", "1 ", "0x1", "1e1", "1,0", "1:0", "1\xc2\xb2", "99999999999999999999"};
	char text[32];

	ck_assert_msg(row->min <= row->max, "%s has no value", row->name);
	snprintf(text, sizeof(text), "%" PRId64, row->max);
	accepts(row, text, row->max);
	snprintf(text, sizeof(text), "%" PRId64, row->min);
	accepts(row, text, row->min);
	snprintf(text, sizeof(text), "%" PRIu64, (uint64_t)row->max + 1);
	refuses(row, text);
	snprintf(text, sizeof(text), "%" PRId64, row->min - 1);
	if (!is_choice(row, text))
		refuses(row, text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refuses(row, wrong[i]);
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		accepts(row, choice->name, choice->number);
}

static void bounds_of_time(const struct schema_keyword *row)
{
	static const char *const wrong[] = {"", ".", "-1", "+1", "1 ", "1..5", "1e3", "0x1", "1,5"};
	int64_t unit = row->type == SCHEMA_TYPE_MILLISECONDS ? 1000 : 1;
	char text[SECONDS_TEXT_MAX];

	accepts(row, seconds_format((uint64_t)(row->max * unit), text), row->max);
	accepts(row, seconds_format((uint64_t)(row->min * unit), text), row->min);
	refuses(row, seconds_format((uint64_t)((row->max + 1) * unit), text));
	if (row->min > 0)
		refuses(row, seconds_format((uint64_t)((row->min - 1) * unit), text));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refuses(row, wrong[i]);
}

static void bounds_of(const struct schema_keyword *row)
{
	if (row->type == SCHEMA_TYPE_NUMBER)
		bounds_of_number(row);
	if (row->type == SCHEMA_TYPE_TIMER || row->type == SCHEMA_TYPE_MILLISECONDS)
		bounds_of_time(row);
}

START_TEST(each_number_and_time_has_the_bounds_of_its_row)
{
	each_row(bounds_of);
}
END_TEST

static void choices_of(const struct schema_keyword *row)
{
	char word[64];

	if (row->type != SCHEMA_TYPE_CHOICE)
		return;
	for (const struct schema_choice *choice = row->choices; choice->name; choice++) {
		accepts(row, choice->name, choice->number);
		snprintf(word, sizeof(word), "%sx", choice->name);
		refuses(row, word);
	}
	refuses(row, "");
}

START_TEST(each_choice_is_known_and_no_other_word)
{
	each_row(choices_of);
}
END_TEST

/* What value_read() says of the words that a sentence tells to write: `10.0.0.1 80`. */
static void cure_works(const struct schema_keyword *row, const char *word, const char *sentence)
{
	const char *from = strstr(sentence, "write `"), *end;
	struct reading reading;
	char *words;

	if (!from || !(end = strchr(from + 7, '`')))
		return;
	words = strndup(from + 7, (size_t)(end - from - 7));
	for (char *at = words; (at = strchr(at, ' ')); at++)
		*at = BREAK[0];
	reading = value_read(row, words);
	ck_assert_msg(reading.result >= 0, "%s '%s': %s; but then: %s", row->name, word, sentence,
		      reading.text);
	free(reading.text);
	free(words);
}

static void cures_of(const struct schema_keyword *row)
{
	static const char *const wrong[] = {"http",
					    "HTTPS",
					    "*",
					    "any",
					    "5%",
					    "80,443",
					    "10.0.0.1:80",
					    "[fd00::1]",
					    "[fd00::1]:443",
					    "10.0.0.1-9",
					    "500ms",
					    "5s",
					    "2m",
					    "1h",
					    "100d",
					    "1.5h",
					    "1us",
					    "gatewaying",
					    "DSR",
					    "ROUND_ROBIN",
					    "leastconn",
					    "Master",
					    "slave",
					    "TRUE",
					    "On",
					    "/24",
					    "/64",
					    "10.0.0.0/255.0.0.0",
					    "/32",
					    "0s"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct reading reading;

		if (value_count(row, wrong[i]).max == 0)
			continue;
		reading = value_read(row, wrong[i]);
		if (reading.result < 0)
			cure_works(row, wrong[i], reading.text);
		free(reading.text);
	}
}

/* Whoever writes what the sentence says is not refused again. */
START_TEST(what_a_sentence_tells_to_write_is_accepted)
{
	each_row(cures_of);
}
END_TEST

static void default_of(const struct schema_keyword *row)
{
	if (row->def)
		value_default(row);
	if (row->bare)
		value_bare(row);
	if (row->def && row->type == SCHEMA_TYPE_NUMBER &&
	    !is_word_of(row, value_default(row).number))
		ck_assert(value_default(row).number >= row->min &&
			  value_default(row).number <= row->max);
}

START_TEST(each_default_is_a_value_of_its_row)
{
	each_row(default_of);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf bounds");
	TCase *tcase = tcase_create("values");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_number_and_time_has_the_bounds_of_its_row);
	tcase_add_test(tcase, each_choice_is_known_and_no_other_word);
	tcase_add_test(tcase, what_a_sentence_tells_to_write_is_accepted);
	tcase_add_test(tcase, each_default_is_a_value_of_its_row);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
