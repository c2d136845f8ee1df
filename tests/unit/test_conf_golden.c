/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every NAME.conf in GOLDEN_DIR gives exactly NAME.out: the diagnostics, then the text that people
 * see when it loads. NAME_lenient.conf is loaded leniently, and of
 * NAME_accepted.conf all is accepted that is ignored; files that are included end in .inc.
 * What loads survives a round trip; and every keyword is used in each of its places by a file that
 * loads.
 */
#include "conf/canon/diff.h"
#include "conf/canon/print.h"
#include "conf/load.h"
#include "conf/schema/lookup.h"
#include "conf/text/expand.h"
#include "conf/tree/parse.h"
#include "conf/tree/resolve.h"
#include "tests/unit/first_difference.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
	char *bytes;
	size_t len;
};

/* NULL bytes when there is no such file. */
static struct text file_read(const char *path)
{
	struct text text = {0};
	char piece[4096];
	FILE *file = fopen(path, "r"), *out;
	size_t n;

	if (!file)
		return text;
	out = open_memstream(&text.bytes, &text.len);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		fwrite(piece, 1, n, out);
	fclose(out);
	fclose(file);
	return text;
}

static struct text golden_read(const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", GOLDEN_DIR, name);
	return file_read(path);
}

static void host_match(void *arg, const char *pattern, struct expand_paths *paths)
{
	struct dirent **entries;
	int n = scandir(GOLDEN_DIR, &entries, NULL, alphasort);

	(void)arg;
	for (int i = 0; i < n; i++) {
		if (fnmatch(pattern, entries[i]->d_name, 0) == 0)
			*vec_push(&paths->list) = mem_strdup(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static int host_read(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	struct text text = golden_read(path);

	(void)arg;
	if (!text.bytes)
		return err_set(err, -ENOENT, "it is not there");
	*ret_text = text.bytes;
	*ret_len = text.len;
	return 0;
}

static int host_environment(void *arg, const char *name, const char **ret_value, struct err *err)
{
	(void)arg, (void)err;
	*ret_value = strcmp(name, "GOLDEN_NET") ? NULL : "192.0.2";
	return 0;
}

static struct conf *load_as(const char *name, struct text source, bool is_lenient,
			    struct diags *diags)
{
	static const struct expand_host host = {.match = host_match,
						.read = host_read,
						.environment = host_environment,
						.directory = "/golden",
						.config_id = "lb1",
						.seed = 1};

	const struct conf_load_how how = {
	    .is_lenient = is_lenient,
	    .accepting = strstr(name, "_accepted.") ? CONF_ACCEPTED_BY_OPTION : CONF_ACCEPTED_NOT};

	errno = ERANGE; /* an error of before is no error of the load */
	return conf_load_from(name, source.bytes, source.len, &host, &how, diags, NULL, NULL);
}

static struct conf *load(const char *name, struct text source, struct diags *diags)
{
	return load_as(name, source, strstr(name, "_lenient."), diags);
}

static int ends_in_conf(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && !strcmp(entry->d_name + len - 5, ".conf");
}

static int ends_in_out(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && !strcmp(entry->d_name + len - 4, ".out");
}

static void each_golden(void (*visit)(const char *name, void *arg), void *arg)
{
	struct dirent **entries;
	int n = scandir(GOLDEN_DIR, &entries, ends_in_conf, alphasort);

	ck_assert_int_gt(n, 0);
	for (int i = 0; i < n; i++) {
		visit(entries[i]->d_name, arg);
		free(entries[i]);
	}
	free(entries);
}

static struct text printed(const struct conf *conf)
{
	struct text text = {0};
	FILE *out = open_memstream(&text.bytes, &text.len);

	conf_print_secrets(conf, out);
	fclose(out);
	return text;
}

static struct text outcome(const char *name, struct text source)
{
	struct diags diags = {0};
	struct conf *conf = load(name, source, &diags);
	struct text text = {0};
	FILE *out = open_memstream(&text.bytes, &text.len);

	ck_assert_msg(!conf == (diags.n_errors > 0), "%s", name);
	diags_print(&diags, out);
	if (conf)
		conf_print(conf, out);
	fclose(out);
	conf_free(conf);
	diags_free(&diags);
	return text;
}

static void out_name(const char *conf_name, char name[static 256])
{
	snprintf(name, 256, "%.*s.out", (int)(strlen(conf_name) - 5), conf_name);
}

static void visit_compare(const char *name, void *arg)
{
	struct text source = golden_read(name), have = outcome(name, source), want;
	char expected[256], path[1024];
	FILE *file;

	(void)arg;
	out_name(name, expected);
	if (getenv("LVSD_GOLDEN_WRITE")) {
		snprintf(path, sizeof(path), "%s/%s", GOLDEN_DIR, expected);
		file = fopen(path, "w");
		ck_assert_ptr_nonnull(file);
		fwrite(have.bytes, 1, have.len, file);
		ck_assert_int_eq(fclose(file), 0);
	}
	want = golden_read(expected);
	ck_assert_msg(want.bytes, "%s is missing", expected);
	ck_assert_msg(have.len == want.len && !memcmp(have.bytes, want.bytes, have.len),
		      "%s: %s; LVSD_GOLDEN_WRITE=1 writes it anew", expected,
		      first_difference(have.bytes, want.bytes));
	free(source.bytes);
	free(have.bytes);
	free(want.bytes);
}

START_TEST(each_file_has_its_outcome)
{
	each_golden(visit_compare, NULL);
}
END_TEST

START_TEST(each_outcome_has_its_file)
{
	struct dirent **entries;
	int n = scandir(GOLDEN_DIR, &entries, ends_in_out, alphasort);

	for (int i = 0; i < n; i++) {
		char name[256];
		struct text source;

		snprintf(name, sizeof(name), "%.*s.conf", (int)strlen(entries[i]->d_name) - 4,
			 entries[i]->d_name);
		source = golden_read(name);
		ck_assert_msg(source.bytes, "%s has no file of which it is the outcome",
			      entries[i]->d_name);
		free(source.bytes);
		free(entries[i]);
	}
	free(entries);
}
END_TEST

static void visit_round_trip(const char *name, void *arg)
{
	struct text source = golden_read(name), once, twice;
	struct diags diags = {0};
	struct conf *first = load(name, source, &diags), *second;
	struct conf_diff diff;
	char error[1024];

	free(source.bytes);
	if (first) {
		++*(int *)arg;
		once = printed(first);
		second = load(name, once, &diags);
		ck_assert_msg(second, "%s: %s", name,
			      diags_first_error(&diags, error, sizeof(error)));
		twice = printed(second);
		ck_assert_str_eq(once.bytes, twice.bytes);
		ck_assert_str_eq(first->digest, second->digest);
		conf_diff(first, second, &diff);
		ck_assert_msg(diff.changes.n == 0, "%s: %s", name,
			      diff.changes.n ? diff.changes.items[0].text : "");
		conf_diff_fini(&diff);
		conf_free(second);
		free(once.bytes);
		free(twice.bytes);
	}
	conf_free(first);
	diags_free(&diags);
}

START_TEST(canonical_text_gives_an_equal_snapshot)
{
	int n = 0;

	each_golden(visit_round_trip, &n);
	ck_assert_int_gt(n, 5);
}
END_TEST

/* Whatever is wrong with a file: what a lenient load leaves of it is a configuration without a mistake,
 * which reads back equal. */
static void visit_lenient(const char *name, void *arg)
{
	struct text source = golden_read(name), once, twice;
	struct diags diags = {0};
	struct conf *first = load_as(name, source, true, &diags), *second;
	char error[1024];

	free(source.bytes);
	if (first) {
		*(int *)arg += diags.n_warnings > 0;
		once = printed(first);
		second = load_as(name, once, false, &diags);
		ck_assert_msg(second, "%s, as a lenient load leaves it: %s", name,
			      diags_first_error(&diags, error, sizeof(error)));
		twice = printed(second);
		ck_assert_str_eq(once.bytes, twice.bytes);
		conf_free(second);
		free(once.bytes);
		free(twice.bytes);
	}
	conf_free(first);
	diags_free(&diags);
}

START_TEST(what_a_lenient_load_leaves_has_no_mistake)
{
	int n = 0;

	each_golden(visit_lenient, &n);
	ck_assert_int_gt(n, 20);
}
END_TEST

struct used {
	bool name[KW_N][SCHEMA_N_BLOCKS], alias[KW_N], second_alias[KW_N];
	const struct lookup *lookup;
};

static void mark(struct used *used, const struct node *parent, enum schema_block block)
{
	for (const struct node *node = parent->children; node; node = node->next) {
		const struct schema_keyword *row = node->keyword;

		if (!row)
			continue;
		used->name[row->id][block] = true;
		used->alias[row->id] |= row->alias && !strcmp(row->alias, node->words[0].text);
		used->second_alias[row->id] |=
		    row->second_alias && !strcmp(row->second_alias, node->words[0].text);
		if (row->opens)
			mark(used, node, row->opens);
		else if (row->options)
			mark(used, node, row->options);
	}
}

static void visit_mark(const char *name, void *arg)
{
	struct text source = golden_read(name);
	struct used *used = arg;
	struct diags diags = {0};
	struct conf *conf = load(name, source, &diags);
	struct arena *arena = arena_new();
	struct report report;
	struct node *root;

	if (conf) {
		report_init(&report, &diags, diags.map);
		root = parse_text(&report, arena, NULL, diags.map);
		resolve_tree(&report, used->lookup, arena, root);
		mark(used, root, SCHEMA_ROOT);
	}
	arena_free(arena);
	conf_free(conf);
	diags_free(&diags);
	free(source.bytes);
}

static void row_check(const struct used *used, const struct schema_keyword *row)
{
	size_t len = row->help ? strlen(row->help) : 0;

	ck_assert_msg(len > 0 && row->help[len - 1] == '.', "%s has no help text", row->name);
	ck_assert_msg(row->in[0], "%s may stand nowhere", row->name);
	for (size_t i = 0; schema_place(row, i); i++)
		ck_assert_msg(used->name[row->id][schema_place(row, i)],
			      "no golden file that loads uses %s in %s", row->name,
			      schema_block_name(schema_place(row, i)));
	ck_assert_msg(!row->alias || used->alias[row->id], "no golden file that loads uses %s",
		      row->alias);
	ck_assert_msg(!row->second_alias || used->second_alias[row->id],
		      "no golden file that loads uses %s", row->second_alias);
}

START_TEST(every_keyword_has_help_and_a_golden_use_in_each_place)
{
	struct lookup *lookup = lookup_new();
	struct used used = {.lookup = lookup};
	bool has_row[KW_N] = {false};

	each_golden(visit_mark, &used);
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			row_check(&used, &schema_tables[i]->rows[k]);
			ck_assert_msg(!has_row[schema_tables[i]->rows[k].id], "%s has two rows",
				      schema_tables[i]->rows[k].name);
			has_row[schema_tables[i]->rows[k].id] = true;
		}
	}
	for (int id = KW_NONE + 1; id < KW_N; id++)
		ck_assert_msg(has_row[id], "id %d has no row", id);
	lookup_free(lookup);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf golden");
	TCase *tcase = tcase_create("golden");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_file_has_its_outcome);
	tcase_add_test(tcase, each_outcome_has_its_file);
	tcase_add_test(tcase, canonical_text_gives_an_equal_snapshot);
	tcase_add_test(tcase, what_a_lenient_load_leaves_has_no_mistake);
	tcase_add_test(tcase, every_keyword_has_help_and_a_golden_use_in_each_place);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
