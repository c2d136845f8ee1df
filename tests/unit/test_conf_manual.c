/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The manual page says of every keyword, in the chapter of each of its places, what it is. */
#include "conf/schema/schema.h"
#include "conf/tree/manual.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *manual(void)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_manual_print(out);
	fclose(out);
	return text;
}

/* The chapter of a block, for free(). */
static char *chapter(const char *text, enum schema_block block)
{
	char head[128];
	const char *start, *end;

	snprintf(head, sizeof(head), ".SS \"%s %s\"\n", block == SCHEMA_ROOT ? "At" : "In",
		 schema_block_name(block));
	start = strstr(text, head);
	ck_assert_msg(start, "there is no chapter %s", head);
	start += strlen(head);
	end = strstr(start, "\n.SS");
	return end ? strndup(start, (size_t)(end - start)) : strdup(start);
}

/* A name as roff has it. */
static const char *roff_name(const char *name, char text[static 128])
{
	size_t len = 0;

	for (; *name; name++)
		len += (size_t)snprintf(text + len, 128 - len, *name == '-' ? "\\-" : "%c", *name);
	return text;
}

static void entry_check(const char *chapter_text, const struct schema_keyword *row)
{
	const char *argument = row->argument ? row->argument : "";
	char head[256], name[128];
	const char *entry;

	if (row->is_item)
		snprintf(head, sizeof(head), ".TP\n\\fI%s", argument);
	else
		snprintf(head, sizeof(head), ".TP\n\\fB%s\\fR", roff_name(row->name, name));
	entry = strstr(chapter_text, head);
	ck_assert_msg(entry, "%s has no entry", row->name);
	/* The first words of the help are there, whatever roff has to be told about the rest. */
	snprintf(head, sizeof(head), "\n%.*s", (int)strcspn(row->help, "-'."), row->help);
	ck_assert_msg(strstr(entry, head), "the entry of %s does not say: %s", row->name,
		      row->help);
	ck_assert_msg(!row->is_own || strstr(entry, "keepalived does not know it"),
		      "%s is not marked as lvsd's own", row->name);
	entry = strstr(entry, "\nClass: ");
	ck_assert_msg(entry, "the entry of %s has no class", row->name);
}

START_TEST(every_keyword_has_its_entries)
{
	char *text = manual();

	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];

			for (size_t n = 0; schema_place(row, n); n++) {
				char *part = chapter(text, schema_place(row, n));

				entry_check(part, row);
				free(part);
			}
		}
	}
	free(text);
}
END_TEST

START_TEST(numbers_have_unit_range_and_default)
{
	char *text = manual(), *part = chapter(text, SCHEMA_GLOBAL_DEFS);
	const char *entry = strstr(part, "\\fBstartup_gate\\fR \\fISECONDS\\fR\n");

	ck_assert_ptr_nonnull(entry);
	ck_assert_ptr_nonnull(strstr(entry, "Range: 0 to 3600 s.\nDefault: \\fB5\\fR s.\n"));
	free(part);
	part = chapter(text, SCHEMA_VIRTUAL_SERVER);
	entry = strstr(part, "\\fBpersistence_timeout\\fR [\\fINUMBER\\fR]\n");
	ck_assert_ptr_nonnull(entry);
	ck_assert_ptr_nonnull(strstr(entry, "Range: 1 to 2678400 s.\n"
					    "Without its argument: \\fB360\\fR s.\n"));
	entry = strstr(part, "\\fBlvs_method\\fR or \\fBlb_kind\\fR \\fIWORD\\fR\n");
	ck_assert_ptr_nonnull(entry);
	ck_assert_ptr_nonnull(strstr(entry, "One of \\fBNAT\\fR, \\fBDR\\fR, \\fBTUN\\fR, \\fBFNAT\\fR.\n"));
	free(part);
	free(text);
}
END_TEST

/* A line that begins with one of roff's control characters is a request: only ours may be. */
START_TEST(no_text_is_taken_for_a_request)
{
	char *text = manual(), *rest = text, *line;

	while ((line = strsep(&rest, "\n"))) {
		ck_assert_msg(line[0] != '\'', "%s", line);
		ck_assert_msg(line[0] != '.' || !strncmp(line, ".SS ", 4) || !strcmp(line, ".TP"),
			      "%s", line);
	}
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf manual");
	TCase *tcase = tcase_create("manual");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, every_keyword_has_its_entries);
	tcase_add_test(tcase, numbers_have_unit_range_and_default);
	tcase_add_test(tcase, no_text_is_taken_for_a_request);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
