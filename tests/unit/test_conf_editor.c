/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What editors and shells get of the schema: each word once, and as what it counts. */
#include "conf/tree/editor.h"
#include "base/vec.h"
#include "conf/tree/keywords.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* --- the printed text, in words --- */

struct word {
	const char *group; /* "Block"; NULL in the list for shells */
	const char *name;
};

struct printed {
	char *text; /* words point into it */
	VEC(struct word) words;
};

static char *print(void (*fn)(FILE *out))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	fn(out);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

/* The lines "syntax keyword lvsdGROUP NAME". */
static struct printed print_vim(void)
{
	static const char start[] = "syntax keyword lvsd";
	struct printed printed = {.text = print(editor_vim_print)};
	char *save = NULL;

	for (char *line = strtok_r(printed.text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *group = line + strlen(start), *blank;

		if (strncmp(line, start, strlen(start)))
			continue;
		blank = strchr(group, ' ');
		ck_assert_msg(blank && !strchr(blank + 1, ' '), "not one word: %s", line);
		*blank = '\0';
		*vec_push(&printed.words) = (struct word){group, blank + 1};
	}
	return printed;
}

static struct printed print_words(void)
{
	struct printed printed = {.text = print(editor_words_print)};
	char *save = NULL;

	for (char *name = strtok_r(printed.text, " ", &save); name; name = strtok_r(NULL, " ", &save))
		*vec_push(&printed.words) = (struct word){NULL, name};
	return printed;
}

static void printed_free(struct printed *printed)
{
	vec_free(&printed->words);
	free(printed->text);
}

static size_t times(const struct printed *printed, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < printed->words.n; i++)
		n += !strcmp(printed->words.items[i].name, name);
	return n;
}

/* --- what the schema says of a word --- */

static bool is_called(const struct schema_keyword *row, const char *name)
{
	return !row->is_item && (!strcmp(row->name, name) ||
				 (row->alias && !strcmp(row->alias, name)) ||
				 (row->second_alias && !strcmp(row->second_alias, name)));
}

static bool has_choice(const struct schema_keyword *row, const char *name)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		if (!strcmp(choice->name, name))
			return true;
	return false;
}

/* A word counts as the most that it is anywhere: a block, a keyword in effect, one without, a value. */
static const char *group_of(const struct keyword *list, size_t n, const char *name)
{
	bool is_block = false, is_keyword = false, is_idle = false, is_choice = false;

	for (size_t i = 0; i < n; i++) {
		bool has_effect = list[i].class == KEYWORD_IMPLEMENTED;

		is_choice |= has_choice(list[i].row, name);
		if (!is_called(list[i].row, name))
			continue;
		is_block |= has_effect && list[i].row->opens;
		is_keyword |= has_effect && !list[i].row->opens;
		is_idle |= !has_effect;
	}
	return is_block     ? "Block"
	       : is_keyword ? "Keyword"
	       : is_idle    ? "Idle"
	       : is_choice  ? "Choice"
			    : "nothing of the schema";
}

/* --- the tests --- */

START_TEST(each_word_of_vim_is_once_what_the_schema_says)
{
	struct printed vim = print_vim();
	struct keyword *list;
	size_t n = keywords_list(&list);

	ck_assert_uint_gt(vim.words.n, 300);
	for (size_t i = 0; i < vim.words.n; i++) {
		const struct word *word = &vim.words.items[i];

		ck_assert_msg(!strcmp(word->group, group_of(list, n, word->name)),
			      "%s is %s, and shown as %s", word->name,
			      group_of(list, n, word->name), word->group);
		ck_assert_msg(!i || strcmp(vim.words.items[i - 1].name, word->name) < 0,
			      "%s is not behind %s", word->name, vim.words.items[i - (i > 0)].name);
	}
	printed_free(&vim);
	free(list);
}
END_TEST

START_TEST(vim_knows_each_keyword_and_each_choice)
{
	struct printed vim = print_vim();
	struct keyword *list;
	size_t n = keywords_list(&list);

	for (size_t i = 0; i < n; i++) {
		const struct schema_keyword *row = list[i].row;

		if (!row->is_item)
			ck_assert_msg(times(&vim, row->name) == 1, "%s is missing", row->name);
		if (!row->is_item && row->alias)
			ck_assert_msg(times(&vim, row->alias) == 1, "%s is missing", row->alias);
		for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
			ck_assert_msg(strpbrk(choice->name, "|&+") || times(&vim, choice->name) == 1,
				      "%s of %s is missing", choice->name, row->name);
	}
	printed_free(&vim);
	free(list);
}
END_TEST

START_TEST(a_shell_gets_each_keyword_with_its_place_once)
{
	struct printed words = print_words();
	struct keyword *list;
	size_t n = keywords_list(&list), n_wanted = 0;

	for (size_t i = 0; i < n; i++) {
		const char *place = keyword_place(list[i].block);
		char name[256];

		snprintf(name, sizeof(name), "%s%s%s", place, place[0] ? "/" : "",
			 list[i].row->name);
		if (list[i].row->is_item)
			continue;
		n_wanted++;
		ck_assert_msg(times(&words, name) == 1, "%s stands there %zu times", name,
			      times(&words, name));
	}
	ck_assert_uint_eq(words.words.n, n_wanted);
	printed_free(&words);
	free(list);
}
END_TEST

START_TEST(vim_gets_a_whole_file)
{
	char *text = print(editor_vim_print);

	ck_assert_ptr_nonnull(strstr(text, "if exists(\"b:current_syntax\")\n  finish\nendif\n"));
	ck_assert_ptr_nonnull(strstr(text, "let b:current_syntax = \"lvsd\"\n"));
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf editor");
	TCase *tcase = tcase_create("editor");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, each_word_of_vim_is_once_what_the_schema_says);
	tcase_add_test(tcase, vim_knows_each_keyword_and_each_choice);
	tcase_add_test(tcase, a_shell_gets_each_keyword_with_its_place_once);
	tcase_add_test(tcase, vim_gets_a_whole_file);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
