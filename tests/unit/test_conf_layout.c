/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration means does not depend on how it is written: on blanks and comments, on the
 * order of its blocks, on the files and names that it is spread over. And wherever a mistake
 * stands, the message names that file and that line. For random configurations.
 */
#include "conf/canon/diff.h"
#include "conf/canon/print.h"
#include "conf/load.h"
#include "conf/text/out.h"
#include "tests/unit/conf_host.h"
#include "tests/unit/conf_random.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SEEDS   150
#define FILES_MAX 12
#define LINES_MAX 4000
#define MISTAKE   "no_such/keyword x" /* no name of an interface, as those may stand in lists */
#define MAIN_PATH "/etc/dir/main.conf"

/* The lines of a text, without their ends. */
struct text {
	char *memory;
	const char *lines[LINES_MAX];
	size_t n;
};

static struct text text_split(char *memory)
{
	struct text text = {.memory = memory};
	char *rest = memory;

	while (rest && *rest) {
		ck_assert_uint_lt(text.n, LINES_MAX);
		text.lines[text.n++] = strsep(&rest, "\n");
	}
	return text;
}

static struct text text_random(unsigned seed)
{
	return text_split(conf_random_text((struct conf_seed){.seed = seed}, NULL));
}

/* How the line changes the number of open blocks; a brace within quotes is none. */
static int depth_change(const char *line)
{
	bool is_quoted = false;
	int change = 0;

	for (; *line; line++) {
		if (*line == '\\' && line[1])
			line++;
		else if (*line == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted)
			change += (*line == '{') - (*line == '}');
	}
	return change;
}

/* --- loading --- */

static struct conf *load(unsigned seed, const struct host_file *files, struct diags *diags)
{
	struct expand_host host = host_of_files(files);
	char *flat = NULL, error[1024];
	size_t len;
	struct conf *conf = conf_load_from(MAIN_PATH, files[0].text, strlen(files[0].text), &host,
					   NULL, diags, &flat, &len);

	ck_assert_msg(conf, "seed %u: %s\n%s", seed, diags_first_error(diags, error, sizeof(error)),
		      files[0].text);
	free(flat);
	return conf;
}

static char *printed(const struct conf *conf)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_print_secrets(conf, out);
	fclose(out);
	return text;
}

enum claim {
	SAME_TEXT,    /* nothing differs */
	SAME_MEANING, /* objects may be in another order */
};

/* The files mean what the text means. */
static void means_the_same(unsigned seed, const struct text *text, const struct host_file *files,
			   enum claim claim)
{
	struct diags diags = {0}, other_diags = {0};
	struct host_file one[2] = {{MAIN_PATH, NULL}, {0}};
	struct conf *conf, *other;
	struct conf_diff diff;
	char *first, *second;
	struct out out;

	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < text->n; i++) {
		out_text(&out, text->lines[i]);
		out_text(&out, "\n");
	}
	one[0].text = first = out_take(&out);
	conf = load(seed, one, &diags);
	other = load(seed, files, &other_diags);
	free(first);
	first = printed(conf);
	second = printed(other);
	if (claim == SAME_TEXT)
		ck_assert_msg(!strcmp(first, second), "seed %u\n%s\n---\n%s", seed, first, second);
	ck_assert_msg(!strcmp(conf->digest, other->digest), "seed %u: the digest is another", seed);
	conf_diff(conf, other, &diff);
	ck_assert_msg(!diff.changes.n, "seed %u: %s", seed,
		      diff.changes.n ? diff.changes.items[0].text : "");
	ck_assert_uint_eq(diags.n_warnings, other_diags.n_warnings);
	conf_diff_fini(&diff);
	diags_free(&diags);
	diags_free(&other_diags);
	conf_free(conf);
	conf_free(other);
	free(first);
	free(second);
}

/* --- blanks and comments --- */

static void put_blanks(struct random *random, struct out *out)
{
	static const char *const blanks[] = {"", " ", "\t", "   ", "\t\t ", " \f", " \v "};

	out_text(out, blanks[random_pick(random, 7)]);
}

static void put_between(struct random *random, struct out *out)
{
	static const char *const lines[] = {
	    "\n", "# vrrp_instance X {\n", "! }\n", "\t# a \"quote\n", " \t \n", "#\n", "!!#{{}}\n",
	};

	while (random_pick(random, 3) == 0)
		out_text(out, lines[random_pick(random, 7)]);
}

static void put_end(struct random *random, struct out *out)
{
	static const char *const ends[] = {"\n", "\r\n", " # to the end }\n", "\t! {\r\n", "  \n"};

	out_text(out, ends[random_pick(random, 5)]);
}

START_TEST(blanks_and_comments_mean_nothing)
{
	for (unsigned seed = 0; seed < N_SEEDS; seed++) {
		struct text text = text_random(seed);
		struct random random = {seed};
		struct host_file files[2] = {{MAIN_PATH, NULL}, {0}};
		struct out out;
		char *other;

		out_init(&out, NULL, NULL);
		for (size_t i = 0; i < text.n; i++) {
			put_between(&random, &out);
			put_blanks(&random, &out);
			out_text(&out, text.lines[i]);
			put_end(&random, &out);
		}
		files[0].text = other = out_take(&out);
		means_the_same(seed, &text, files, SAME_TEXT);
		free(other);
		free(text.memory);
	}
}
END_TEST

/* --- the order of blocks --- */

/* Two of these older words name two interfaces for the one that there is: the first one counts, and
 * a warning says so. */
static bool has_two_sync_interfaces(const struct text *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->n; i++)
		n += !strncmp(text->lines[i], "lvs_sync_daemon_interface", 25);
	return n > 1;
}

/* The first garp_group that names an interface counts. */
static bool has_two_garp_groups(const struct text *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->n; i++)
		n += !strncmp(text->lines[i], "garp_group", 10);
	return n > 1;
}

START_TEST(the_order_of_blocks_means_nothing)
{
	for (unsigned seed = 0; seed < N_SEEDS; seed++) {
		struct text text = text_random(seed);
		size_t starts[LINES_MAX], n = 0;
		struct host_file files[2] = {{MAIN_PATH, NULL}, {0}};
		struct random random = {seed};
		struct out out;
		char *other;
		int depth = 0;

		for (size_t i = 0; i < text.n; i++) {
			if (depth == 0)
				starts[n++] = i;
			depth += depth_change(text.lines[i]);
		}
		out_init(&out, NULL, NULL);
		for (; n; n--) {
			size_t k = random_pick(&random, (unsigned)n), i = starts[k];

			depth = 0;
			do {
				out_text(&out, text.lines[i]);
				out_text(&out, "\n");
				depth += depth_change(text.lines[i++]);
			} while (depth);
			starts[k] = starts[n - 1];
		}
		files[0].text = other = out_take(&out);
		if (!has_two_sync_interfaces(&text) && !has_two_garp_groups(&text))
			means_the_same(seed, &text, files, SAME_MEANING);
		free(other);
		free(text.memory);
	}
}
END_TEST

/* --- spread over files --- */

/* Files that include each other: a file of the list includes files after it alone. */
struct spread {
	struct random random;
	const struct text *text;
	struct host_file files[FILES_MAX + 1];
	char paths[FILES_MAX][32];
	size_t n;
	/* Where the mistake is put: before this line of the text; and where that is then. */
	size_t mistake_at;
	size_t mistake_file;
	unsigned mistake_line;
};

/* The end of a run of lines from from that opens and closes the same blocks; from: there is none.
 */
static size_t run_end(struct spread *spread, size_t from, size_t to)
{
	size_t best = from, most = 1 + random_pick(&spread->random, 40);
	int depth = 0;

	for (size_t i = from; i < to && i < from + most; i++) {
		depth += depth_change(spread->text->lines[i]);
		if (depth < 0)
			break;
		if (depth == 0)
			best = i + 1;
	}
	return best;
}

static void file_write(struct spread *spread, size_t from, size_t to, size_t number)
{
	unsigned line = 1;
	struct out out;

	out_init(&out, NULL, NULL);
	for (size_t i = from; i < to;) {
		size_t end = i;

		if (i == spread->mistake_at) {
			spread->mistake_file = number;
			spread->mistake_line = line++;
			out_text(&out, MISTAKE "\n");
			spread->mistake_at = SIZE_MAX;
		}
		if (spread->n < FILES_MAX && random_pick(&spread->random, 6) == 0)
			end = run_end(spread, i, to);
		if (end > i) {
			size_t next = spread->n++;

			snprintf(spread->paths[next], sizeof(spread->paths[next]),
				 "/etc/dir/part%zu.conf", next);
			out_text(&out, random_pick(&spread->random, 2) ? "include " : "\tinclude ");
			out_text(&out, random_pick(&spread->random, 2)
					   ? spread->paths[next]
					   : strrchr(spread->paths[next], '/') + 1);
			out_text(&out, "\n");
			file_write(spread, i, end, next);
			i = end;
		} else {
			out_text(&out, spread->text->lines[i++]);
			out_text(&out, "\n");
		}
		line++;
	}
	spread->files[number] = (struct host_file){spread->paths[number], out_take(&out)};
}

static void spread_make(struct spread *spread, unsigned seed, const struct text *text, size_t at)
{
	*spread = (struct spread){
	    .random = {seed}, .text = text, .n = 1, .mistake_at = at, .mistake_line = 0};
	strcpy(spread->paths[0], MAIN_PATH);
	file_write(spread, 0, text->n, 0);
}

static void spread_fini(struct spread *spread)
{
	for (size_t i = 0; i < spread->n; i++)
		free((char *)spread->files[i].text);
}

START_TEST(files_that_are_included_stand_where_their_include_stands)
{
	size_t n = 0;

	for (unsigned seed = 0; seed < N_SEEDS; seed++) {
		struct text text = text_random(seed);
		struct spread spread;

		spread_make(&spread, seed, &text, SIZE_MAX);
		means_the_same(seed, &text, spread.files, SAME_TEXT);
		n += spread.n - 1;
		spread_fini(&spread);
		free(text.memory);
	}
	ck_assert_uint_gt(n, N_SEEDS);
}
END_TEST

/* The message that is about the mistake, or NULL. */
static const struct diag *diag_find(const struct diags *diags)
{
	for (size_t i = 0; i < diags->list.n; i++)
		if (diags->list.items[i].source &&
		    strstr(diags->list.items[i].source, MISTAKE))
			return &diags->list.items[i];
	return NULL;
}

static void mistake_check(unsigned seed, const struct spread *spread)
{
	struct expand_host host = host_of_files(spread->files);
	struct diags diags = {0};
	const struct diag *diag;
	size_t len;
	char *flat = NULL;
	struct conf *conf =
	    conf_load_from(MAIN_PATH, spread->files[0].text, strlen(spread->files[0].text), &host,
			   NULL, &diags, &flat, &len);

	ck_assert_msg(!conf, "seed %u: a mistake is accepted\n%s", seed,
		      spread->files[spread->mistake_file].text);
	diag = diag_find(&diags);
	ck_assert_msg(diag, "seed %u: no message shows the mistake\n%s", seed,
		      spread->files[spread->mistake_file].text);
	ck_assert_msg(!strcmp(diag->file, spread->paths[spread->mistake_file]) &&
			  diag->line == spread->mistake_line,
		      "seed %u: %s:%u is named, and the mistake is at %s:%u", seed, diag->file,
		      diag->line, spread->paths[spread->mistake_file], spread->mistake_line);
	/* The word, or the one behind it where any word may stand. */
	ck_assert(diag->column == 1 || diag->column == strlen(MISTAKE));
	free(flat);
	diags_free(&diags);
}

/* Is a line before the line at one of the block notification_email, where any word may stand? */
static bool takes_any_word(const struct text *text, size_t at)
{
	int depth = 0;

	while (at-- > 0) {
		depth += depth_change(text->lines[at]);
		if (depth > 0)
			return !strncmp(text->lines[at], "notification_email ", 19);
	}
	return false;
}

START_TEST(a_message_names_the_file_and_the_line)
{
	for (unsigned seed = 0; seed < N_SEEDS; seed++) {
		struct text text = text_random(seed);
		struct random random = {seed + 1000};
		struct spread spread;
		size_t at;

		if (!text.n)
			continue;
		at = random_pick(&random, (unsigned)text.n);
		spread_make(&spread, seed, &text, at);
		if (spread.mistake_line && !takes_any_word(&text, at))
			mistake_check(seed, &spread);
		spread_fini(&spread);
		free(text.memory);
	}
}
END_TEST

/* --- what is left of a text --- */

/* Whatever a load accepts can be printed and read again. */
static void survives(unsigned seed, const char *text, size_t len)
{
	struct diags diags = {0}, again = {0};
	struct conf *conf = conf_load_in_force("cut", text, len, &diags), *second;
	char *print, error[1024];

	if (!conf) {
		ck_assert_uint_gt(diags.n_errors, 0);
		diags_free(&diags);
		return;
	}
	print = printed(conf);
	second = conf_load_in_force("printed", print, strlen(print), &again);
	ck_assert_msg(second, "seed %u: %s\n%s", seed,
		      diags_first_error(&again, error, sizeof(error)), print);
	ck_assert_msg(!strcmp(conf->digest, second->digest), "seed %u\n%s", seed, print);
	conf_free(conf);
	conf_free(second);
	diags_free(&diags);
	diags_free(&again);
	free(print);
}

/* A file that is half written, or edited by an unlucky hand. */
START_TEST(a_damaged_text_is_refused_or_means_something)
{
	for (unsigned seed = 0; seed < 4 * N_SEEDS; seed++) {
		char *text = conf_random_text((struct conf_seed){.seed = seed / 4}, NULL);
		struct random random = {seed};
		size_t len = strlen(text), at = random_pick(&random, (unsigned)len + 1);
		size_t n = 1 + random_pick(&random, 30);

		if (seed % 4 == 0) {
			survives(seed, text, at); /* cut off */
		} else if (seed % 4 == 1 && at + n < len) {
			memmove(text + at, text + at + n, len - at - n); /* a hole */
			survives(seed, text, len - n);
		} else if (seed % 4 == 2 && at + 2 * n < len) {
			memcpy(text + at, text + at + n, n); /* words twice */
			survives(seed, text, len);
		} else if (len) {
			text[at % len] = "{}\"'\\#! \n0"[random_pick(&random, 10)];
			survives(seed, text, len);
		}
		free(text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf layout");
	TCase *tcase = tcase_create("layout");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, blanks_and_comments_mean_nothing);
	tcase_add_test(tcase, the_order_of_blocks_means_nothing);
	tcase_add_test(tcase, files_that_are_included_stand_where_their_include_stands);
	tcase_add_test(tcase, a_message_names_the_file_and_the_line);
	tcase_add_test(tcase, a_damaged_text_is_refused_or_means_something);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
