/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/editor.h"
#include "conf/tree/keywords.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/* How Vim shows a word. The first of these that fits a word is used. */
enum group {
	GROUP_BLOCK,
	GROUP_KEYWORD,
	GROUP_IDLE,
	GROUP_CHOICE,
};

struct entry {
	const char *name;
	enum group group;
};

struct entries {
	VEC(struct entry) list;
};

static int entry_name_cmp(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->group > b->group) - (a->group < b->group);
}

static void word_entry_add(struct entries *entries, const char *name, enum group group)
{
	if (name)
		*vec_push(&entries->list) = (struct entry){name, group};
}

/* Sorts the names, and removes double ones. */
static void entries_settle(struct entries *entries)
{
	size_t n = 0;

	if (!entries->list.n)
		return;
	qsort(entries->list.items, entries->list.n, sizeof(*entries->list.items), entry_name_cmp);
	for (size_t i = 0; i < entries->list.n; i++)
		if (!n || strcmp(entries->list.items[n - 1].name, entries->list.items[i].name))
			entries->list.items[n++] = entries->list.items[i];
	entries->list.n = n;
}

static void keyword_add(struct entries *entries, const struct keyword *keyword)
{
	const struct schema_keyword *row = keyword->row;
	enum group group = keyword->class != KEYWORD_IMPLEMENTED ? GROUP_IDLE
			   : row->opens                          ? GROUP_BLOCK
								 : GROUP_KEYWORD;

	if (!row->is_item) {
		word_entry_add(entries, row->name, group);
		word_entry_add(entries, row->alias, group);
		word_entry_add(entries, row->second_alias, group);
	}
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		word_entry_add(entries, choice->name, GROUP_CHOICE);
}

void editor_words_print(FILE *out)
{
	struct keyword *list;
	size_t n = keywords_list(&list);

	for (size_t i = 0; i < n; i++) {
		const char *place = keyword_place(list[i].block);

		if (!list[i].row->is_item)
			fprintf(out, "%s%s%s%s", i ? " " : "", place, place[0] ? "/" : "",
				list[i].row->name);
	}
	free(list);
}

/* Whether the name can be a word of Vim's `syntax keyword`: letters, digits, '_' and, as we set it,
 * '-' and '.'. */
static bool is_vim_word(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "_-.")] == '\0';
}

void editor_vim_print(FILE *out)
{
	static const char *const groups[] = {"Block", "Keyword", "Idle", "Choice"};
	struct entries entries = {0};
	struct keyword *list;
	size_t n = keywords_list(&list);

	for (size_t i = 0; i < n; i++)
		keyword_add(&entries, &list[i]);
	entries_settle(&entries);
	fputs("\" SPDX-License-Identifier: GPL-2.0-or-later\n"
	      "\" Vim syntax of lvsd.conf(5), made of the schema of lvsd.\n"
	      "if exists(\"b:current_syntax\")\n  finish\nendif\n"
	      "setlocal iskeyword=@,48-57,_,-,.\nsetlocal commentstring=#\\ %s\n"
	      "syntax case match\n",
	      out);
	for (size_t i = 0; i < entries.list.n; i++)
		if (is_vim_word(entries.list.items[i].name))
			fprintf(out, "syntax keyword lvsd%s %s\n",
				groups[entries.list.items[i].group], entries.list.items[i].name);
	fputs("syntax match lvsdNumber /\\<[0-9.]\\+\\>/\n"
	      "syntax match lvsdVariable /\\$\\({[^}]*}\\|[A-Za-z_][A-Za-z0-9_]*\\)/\n"
	      "syntax match lvsdInclude /^\\s*include[rmwba]\\?\\>/\n"
	      "syntax match lvsdCondition /^\\s*@^\\?\\S\\+/\n"
	      "syntax region lvsdString start=/\"/ end=/\"/ oneline\n"
	      "syntax match lvsdComment /\\\\\\@<![#!].*$/\n"
	      "highlight default link lvsdBlock Structure\n"
	      "highlight default link lvsdKeyword Keyword\n"
	      "highlight default link lvsdIdle Ignore\n"
	      "highlight default link lvsdChoice Constant\n"
	      "highlight default link lvsdNumber Number\n"
	      "highlight default link lvsdVariable Identifier\n"
	      "highlight default link lvsdInclude Include\n"
	      "highlight default link lvsdCondition PreCondit\n"
	      "highlight default link lvsdString String\n"
	      "highlight default link lvsdComment Comment\n"
	      "let b:current_syntax = \"lvsd\"\n",
	      out);
	vec_free(&entries.list);
	free(list);
}
