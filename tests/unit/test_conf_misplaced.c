/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every keyword is taken in each place where the schema has it, and refused in each other one: at
 * the end of every way from the top level to a block, or to the options of a line, every spelling
 * of the whole schema is written. Nothing here names a keyword: what is added to the schema is
 * tried.
 */
#include "conf/load.h"
#include "conf/schema/lookup.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 8

/* Statements in one text: fewer errors than are kept come of them. */
#define ATTEMPTS_MAX 150

/* Into the block that row opens, or to the options behind its value. */
struct step {
	const struct schema_keyword *row;
	bool is_line;
};

/* From the top level to a place. */
struct way {
	struct step steps[STEPS_MAX];
	size_t n;
};

/* A keyword as it is written, and its row in each place where it may stand. */
struct spelling {
	const char *text;
	const struct schema_keyword *any, *rows[SCHEMA_N_BLOCKS];
};

/* A spelling in a text, and the errors that came of it. */
struct attempt {
	const struct spelling *spelling;
	unsigned line, column;
	unsigned n_errors;    /* on its line */
	unsigned n_here;      /* at its first letter */
	unsigned n_misplaced; /* on its line, with the keyword's place for a reason */
	char text[512];       /* the last one at its first letter */
};

struct trial {
	const struct way *way;
	struct attempt attempts[ATTEMPTS_MAX];
	size_t n;
	unsigned line;
	FILE *out;
	char *text;
	size_t len;
};

static struct lookup *lookup;
static VEC(struct spelling) spellings;
static VEC(struct way) ways;

/* ---- the schema ---- */

static void spelling_add(const char *text, const struct schema_keyword *row)
{
	struct spelling *spelling = NULL;

	if (!text)
		return;
	for (size_t i = 0; i < spellings.n && !spelling; i++)
		if (!strcmp(spellings.items[i].text, text))
			spelling = &spellings.items[i];
	if (!spelling)
		*(spelling = vec_push(&spellings)) = (struct spelling){.text = text, .any = row};
	for (size_t i = 0; schema_place(row, i); i++)
		spelling->rows[schema_place(row, i)] = row;
}

/* Where the first n steps lead. */
static enum schema_block place_after(const struct way *way, size_t n)
{
	const struct step *last = n ? &way->steps[n - 1] : NULL;

	return !last ? SCHEMA_ROOT : last->is_line ? last->row->options : last->row->opens;
}

static enum schema_block place_of(const struct way *way)
{
	return place_after(way, way->n);
}

static bool is_line(const struct way *way)
{
	return way->n && way->steps[way->n - 1].is_line;
}

/* The steps to the line that the place is on: without those to options of options. */
static size_t line_start(const struct way *way)
{
	size_t n = way->n;

	while (n > 1 && way->steps[n - 1].is_line && way->steps[n - 2].is_line)
		n--;
	return n;
}

static void ways_add(struct way way)
{
	*vec_push(&ways) = way;
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];
			struct way longer = way;

			if (!schema_stands_in(row, place_of(&way)) || (!row->opens && !row->options))
				continue;
			ck_assert_uint_lt(way.n, STEPS_MAX);
			longer.steps[longer.n++] = (struct step){row, !row->opens};
			ways_add(longer);
		}
	}
}

static void setup(void)
{
	lookup = lookup_new();
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];

			ck_assert_msg(!row->opens || !row->options, "%s goes two ways", row->name);
			/* Words without a name are values, but "use_vmac" and its like begin lines.
			 */
			if (!row->is_item)
				spelling_add(row->name, row);
			spelling_add(row->alias, row);
			spelling_add(row->second_alias, row);
		}
	}
	ways_add((struct way){0});
}

static void teardown(void)
{
	vec_free(&spellings);
	vec_free(&ways);
	lookup_free(lookup);
}

/* A value that the row may have, as far as its type says. */
static const char *argument(const struct schema_keyword *row)
{
	static const char *const by_type[] = {
	    [SCHEMA_TYPE_PLAIN] = "",
	    [SCHEMA_TYPE_NUMBER] = "1",
	    [SCHEMA_TYPE_TIMER] = "1",
	    [SCHEMA_TYPE_TEXT] = "a",
	    [SCHEMA_TYPE_HEX] = "0123456789abcdef0123456789abcdef",
	    [SCHEMA_TYPE_INTERFACE] = "eth0",
	    [SCHEMA_TYPE_ADDRESS] = "192.0.2.1",
	    [SCHEMA_TYPE_PREFIX] = "192.0.2.1/24",
	    [SCHEMA_TYPE_BROADCAST] = "+",
	    [SCHEMA_TYPE_ENDPOINT] = "192.0.2.1 80",
	    [SCHEMA_TYPE_SERVICE] = "192.0.2.1 80",
	    [SCHEMA_TYPE_MEMBER] = "192.0.2.1 80",
	    [SCHEMA_TYPE_SCRIPT] = "/bin/true",
	    [SCHEMA_TYPE_USER] = "root",
	    [SCHEMA_TYPE_PATH] = "/a",
	    [SCHEMA_TYPE_STATUSES] = "200",
	    [SCHEMA_TYPE_MILLISECONDS] = "100",
	    [SCHEMA_TYPE_SPAN] = "1",
	    [SCHEMA_TYPE_NUMBERS] = "1",
	    [SCHEMA_TYPE_RANGE] = "1",
	    [SCHEMA_TYPE_MARK] = "1",
	    [SCHEMA_TYPE_WORDS] = "a",
	    [SCHEMA_TYPE_HOST] = "192.0.2.1 25",
	    [SCHEMA_TYPE_DESTINATION] = "192.0.2.0/24",
	    [SCHEMA_TYPE_MAC] = "00:00:5e:00:01:02",
	    [SCHEMA_TYPE_COMMAND] = "/bin/true",
	    [SCHEMA_TYPE_FIFO] = "/a",
	    [SCHEMA_TYPE_UMASK] = "077",
	    [SCHEMA_TYPE_KEY] = "1 a",
	    [SCHEMA_TYPE_BYTES] = "00",
	    [SCHEMA_TYPE_PATTERN] = "00",
	    [SCHEMA_TYPE_CLIENTS] = "255.255.255.0",
	};

	if (row->type == SCHEMA_TYPE_CHOICE)
		return row->choices[0].name;
	ck_assert_msg(row->type < sizeof(by_type) / sizeof(*by_type) && by_type[row->type],
		      "type %d has no example here", row->type);
	return by_type[row->type];
}

/* ---- a text ---- */

static void trial_begin(struct trial *trial, const struct way *way)
{
	*trial = (struct trial){.way = way, .line = 1};
	trial->out = open_memstream(&trial->text, &trial->len);
}

static void words_write(struct trial *trial, const char *keyword, const struct schema_keyword *row)
{
	fprintf(trial->out, "%s%s%s", keyword, argument(row)[0] ? " " : "", argument(row));
}

static void way_open(struct trial *trial)
{
	const struct way *way = trial->way;

	for (size_t i = 0; i < way->n; i++) {
		const struct schema_keyword *row = way->steps[i].row;

		words_write(trial, row->is_item ? "" : row->name, row);
		fputs(way->steps[i].is_line ? " " : " {\n", trial->out);
		trial->line += !way->steps[i].is_line;
	}
	if (!is_line(way))
		return;
	/* Each word that needs no name is there: what follows cannot be one. */
	for (const struct schema_keyword *const *row = lookup_unnamed(lookup, place_of(way)); *row;
	     row++)
		fprintf(trial->out, "%s ", argument(*row));
}

static void way_close(struct trial *trial)
{
	for (size_t i = trial->way->n; i--;) {
		if (trial->way->steps[i].is_line)
			continue;
		fputs("}\n", trial->out);
		trial->line++;
	}
}

/* One statement with its block, or one option, and the end of its line. */
static void attempt_write(struct trial *trial, const struct spelling *spelling,
			  const struct schema_keyword *row, bool has_argument)
{
	bool has_block = row->opens && !is_line(trial->way);
	struct attempt *attempt = &trial->attempts[trial->n++];
	const char *line;

	fflush(trial->out);
	line = trial->len ? memrchr(trial->text, '\n', trial->len) : NULL;
	*attempt = (struct attempt){.spelling = spelling, .line = trial->line};
	attempt->column =
	    (unsigned)(trial->len - (line ? (size_t)(line + 1 - trial->text) : 0)) + 1;
	if (has_argument)
		words_write(trial, spelling->text, row);
	else
		fputs(spelling->text, trial->out);
	fputs(has_block ? " {\n}\n" : "\n", trial->out);
	trial->line += has_block ? 2 : 1;
}

static void error_take(struct trial *trial, const struct diag *diag)
{
	for (size_t i = 0; i < trial->n; i++) {
		struct attempt *attempt = &trial->attempts[i];

		if (diag->line != attempt->line)
			continue;
		attempt->n_errors++;
		attempt->n_misplaced += strstr(diag->text, "' cannot stand ") != NULL ||
					!strncmp(diag->text, "unknown keyword", 15);
		if (diag->column != attempt->column)
			continue;
		attempt->n_here++;
		snprintf(attempt->text, sizeof(attempt->text), "%s", diag->text);
	}
}

/* Loads the text and counts its errors. Returns whether there is a snapshot. */
static bool trial_end(struct trial *trial)
{
	struct diags diags = {0};
	struct conf *conf;
	bool is_loaded;

	fclose(trial->out);
	conf = conf_load_text("t", trial->text, trial->len, &diags);
	is_loaded = conf != NULL;
	ck_assert_uint_lt(diags.n_errors, DIAG_KEPT_MAX);
	for (size_t i = 0; i < diags.list.n; i++)
		if (diags.list.items[i].severity == DIAG_ERROR)
			error_take(trial, &diags.list.items[i]);
	conf_free(conf);
	diags_free(&diags);
	free(trial->text);
	return is_loaded;
}

/* ---- what is tried ---- */

/* A word that is a value there too: "broadcast" is a type of route. */
static bool is_value_in(enum schema_block place, const char *word)
{
	for (const struct schema_keyword *const *row = lookup_unnamed(lookup, place); *row; row++)
		for (const struct schema_choice *choice = (*row)->choices; choice && choice->name;
		     choice++)
			if (!strcmp(choice->name, word))
				return true;
	return false;
}

/* The row of a word at the end of way. What no option of an option is may be one of the line. */
static const struct schema_keyword *row_at(const struct way *way, const struct spelling *spelling)
{
	const struct schema_keyword *row = NULL;

	for (size_t n = way->n; !row && n >= line_start(way); n--) {
		row = spelling->rows[place_after(way, n)];
		if (!n)
			break;
	}
	return row;
}

static bool is_value_at(const struct way *way, const char *word)
{
	for (size_t n = way->n; n && n >= line_start(way); n--)
		if (is_value_in(place_after(way, n), word))
			return true;
	return false;
}

/* "'X' cannot stand in HERE; it belongs in ...", with a place that the schema has for it. */
static void misplaced_check(const struct way *way, const struct attempt *attempt)
{
	const char *here = schema_block_name(place_after(way, line_start(way)));
	enum schema_block home = schema_place(attempt->spelling->any, 0);
	char want[600], places[512];

	ck_assert_msg(attempt->n_here == 1 && attempt->n_misplaced == 1,
		      "%s in %s: %u errors where it stands, the last one '%s'; %u of its place",
		      attempt->spelling->text, here, attempt->n_here, attempt->text,
		      attempt->n_misplaced);
	lookup_places(lookup, attempt->spelling->text, places, sizeof(places));
	snprintf(want, sizeof(want), "'%s' cannot stand %s %s; it belongs %s",
		 attempt->spelling->text, way->n ? "in" : "at", here, places);
	ck_assert_str_eq(attempt->text, want);
	ck_assert_msg(strstr(places, schema_block_name(home)) || strstr(places, "other places"),
		      "%s: %s", attempt->spelling->text, places);
}

static void misplaced_try(const struct way *way)
{
	struct trial trial;

	for (size_t i = 0; i < spellings.n;) {
		trial_begin(&trial, way);
		if (!is_line(way))
			way_open(&trial);
		for (; i < spellings.n && trial.n < ATTEMPTS_MAX; i++) {
			if (row_at(way, &spellings.items[i]) ||
			    is_value_at(way, spellings.items[i].text))
				continue;
			if (is_line(way))
				way_open(&trial);
			attempt_write(&trial, &spellings.items[i], spellings.items[i].any, true);
			if (is_line(way))
				way_close(&trial);
		}
		if (!is_line(way))
			way_close(&trial);
		ck_assert(!trial_end(&trial) || !trial.n);
		for (size_t k = 0; k < trial.n; k++)
			misplaced_check(way, &trial.attempts[k]);
	}
}

/* That nothing is said of each of them also shows that each was read. */
static void in_place_try(const struct way *way)
{
	struct trial trial;

	for (size_t i = 0; i < spellings.n;) {
		trial_begin(&trial, way);
		for (; i < spellings.n && trial.n < ATTEMPTS_MAX; i++) {
			const struct schema_keyword *row = row_at(way, &spellings.items[i]);

			if (!row)
				continue;
			way_open(&trial);
			attempt_write(&trial, &spellings.items[i], row, true);
			way_close(&trial);
		}
		trial_end(&trial);
		for (size_t k = 0; k < trial.n; k++)
			ck_assert_msg(!trial.attempts[k].n_misplaced, "%s is refused in %s",
				      trial.attempts[k].spelling->text,
				      schema_block_name(place_of(way)));
	}
}

/* Any word may be one of these, and nothing in the file says which ones there are. */
static bool is_any_name(const struct schema_keyword *item)
{
	return !item->refers &&
	       (item->type == SCHEMA_TYPE_TEXT || item->type == SCHEMA_TYPE_WORDS ||
		item->type == SCHEMA_TYPE_INTERFACE);
}

/* A keyword among addresses or names is read as one of them, and is none; a block is none ever. */
static void list_try(const struct way *way, const struct schema_keyword *item)
{
	struct trial trial;

	for (size_t i = 0; i < spellings.n;) {
		trial_begin(&trial, way);
		way_open(&trial);
		for (; i < spellings.n && trial.n < ATTEMPTS_MAX; i++) {
			const struct spelling *spelling = &spellings.items[i];

			/* A line without a value of its own begins with an option. */
			if (item->type == SCHEMA_TYPE_PLAIN &&
			    (spelling->rows[item->options] ||
			     is_value_in(item->options, spelling->text)))
				continue;
			if (spelling->any->opens || !is_any_name(item))
				attempt_write(&trial, spelling, spelling->any, false);
		}
		way_close(&trial);
		ck_assert(!trial_end(&trial) || !trial.n);
		for (size_t k = 0; k < trial.n; k++)
			ck_assert_msg(trial.attempts[k].n_errors == 1, "%s in %s: %u errors",
				      trial.attempts[k].spelling->text,
				      schema_block_name(place_of(way)), trial.attempts[k].n_errors);
	}
}

START_TEST(a_keyword_is_refused_wherever_it_does_not_belong)
{
	for (size_t i = 0; i < ways.n; i++)
		if (is_line(&ways.items[i]) || !lookup_item(lookup, place_of(&ways.items[i])))
			misplaced_try(&ways.items[i]);
}
END_TEST

START_TEST(a_keyword_is_none_in_a_list)
{
	for (size_t i = 0; i < ways.n; i++) {
		const struct schema_keyword *item = lookup_item(lookup, place_of(&ways.items[i]));

		if (item && !is_line(&ways.items[i]))
			list_try(&ways.items[i], item);
	}
}
END_TEST

START_TEST(a_keyword_is_taken_wherever_it_belongs)
{
	for (size_t i = 0; i < ways.n; i++)
		if (is_line(&ways.items[i]) || !lookup_item(lookup, place_of(&ways.items[i])))
			in_place_try(&ways.items[i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf misplaced");
	TCase *tcase = tcase_create("misplaced");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_keyword_is_refused_wherever_it_does_not_belong);
	tcase_add_test(tcase, a_keyword_is_none_in_a_list);
	tcase_add_test(tcase, a_keyword_is_taken_wherever_it_belongs);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
