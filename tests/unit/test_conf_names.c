/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of iproute2 in routes and rules, on a machine in memory. */
#include "base/mem.h"
#include "conf/load.h"
#include "conf/text/expand.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *path, *text;
} files[] = {
    {"/etc/iproute2/rt_tables", "# reserved\n255\tlocal\n\n100 web # ours\n0x65\thex\nnonsense\n"},
    {"/etc/iproute2/rt_tables.d/more.conf", "200 more\n100 other\n"},
    {"/usr/share/iproute2/rt_tables", "999 web\n300 shared\n"},
    {"/usr/lib/iproute2/rt_protos", "186 bgp\n"},
    {"/etc/iproute2/rt_realms", "10 inside\n20 outside\n"},
    {"/my/rt_tables", "77 web\n"}};

static unsigned n_reads;
static bool is_broken;

static void match(void *arg, const char *pattern, struct expand_paths *paths)
{
	(void)arg;
	if (!strcmp(pattern, "/etc/iproute2/rt_tables.d/*.conf"))
		*(char **)vec_push(&paths->list) = mem_strdup("/etc/iproute2/rt_tables.d/more.conf");
}

static int read_file(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	(void)arg;
	n_reads++;
	if (is_broken && !strcmp(path, "/etc/iproute2/rt_tables"))
		return err_set(err, -EMFILE, "Too many open files");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!strcmp(files[i].path, path)) {
			*ret_text = mem_strdup(files[i].text);
			*ret_len = strlen(files[i].text);
			return 0;
		}
	return err_set(err, -ENOENT, "no file");
}

static int environment(void *arg, const char *name, const char **ret_value, struct err *err)
{
	(void)arg;
	(void)name;
	(void)err;
	*ret_value = NULL;
	return 0;
}

static const struct expand_host host = {
    .match = match, .read = read_file, .environment = environment, .directory = "/", .config_id = ""};

static struct conf *load(const char *text, struct diags *diags, char **ret_flat, size_t *ret_len)
{
	n_reads = 0;
	return conf_load_from("test.conf", text, strlen(text), &host, NULL, diags, ret_flat, ret_len);
}

#define RULES(lines) "static_rules {\n" lines "}\n"

/* The text in force means the same without the files. */
START_TEST(names_are_numbers)
{
	static const char text[] =
	    RULES("from 10.1.0.0/16 table web preference 1\nfrom 10.2.0.0/16 table more preference 2\n"
		  "from 10.3.0.0/16 table shared protocol bgp preference 3\n"
		  "from 10.4.0.0/16 table hex realms inside/outside preference 4\n"
		  "from 10.5.0.0/16 table main preference 5\n")
	    "static_routes {\n10.6.0.0/16 via 10.0.0.1 dev eth0 table other protocol bgp\n}\n";
	struct diags diags = {0}, again = {0};
	char *flat = NULL;
	size_t len = 0;
	struct conf *conf = load(text, &diags, &flat, &len), *second;

	ck_assert_ptr_nonnull(conf);
	second = conf_load_text("applied.conf", flat, len, &again);
	ck_assert_ptr_nonnull(second);
	for (int i = 0; i < 2; i++) {
		const struct conf_statics *statics = &(i ? second : conf)->statics;

		ck_assert_uint_eq(statics->n_rules, 5);
		ck_assert_uint_eq(statics->rules[0].table, 100);
		ck_assert_uint_eq(statics->rules[1].table, 200);
		ck_assert_uint_eq(statics->rules[2].table, 300);
		ck_assert_uint_eq(statics->rules[2].protocol, 186);
		ck_assert_uint_eq(statics->rules[3].table, 0x65);
		ck_assert_uint_eq(statics->rules[3].realms, 10 << 16 | 20);
		ck_assert_uint_eq(statics->rules[4].table, 254);
		ck_assert_uint_eq(statics->routes[0].table, 100);
		ck_assert_uint_eq(statics->routes[0].protocol, 186);
	}
	conf_free(conf);
	conf_free(second);
	diags_free(&diags);
	diags_free(&again);
	free(flat);
}
END_TEST

START_TEST(a_file_without_names_reads_nothing)
{
	struct diags diags = {0};
	struct conf *conf =
	    load(RULES("from 10.1.0.0/16 table main protocol static preference 1\n"), &diags, NULL, NULL);

	ck_assert_ptr_nonnull(conf);
	ck_assert_uint_eq(n_reads, 0);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

START_TEST(the_directories_of_the_file_count)
{
	struct diags diags = {0};
	struct conf *conf = load("global_defs {\niproute_etc_dir /my\niproute_usr_dir /your\n}\n" RULES(
				     "from 10.1.0.0/16 table web preference 1\n"),
				 &diags, NULL, NULL);

	ck_assert_ptr_nonnull(conf);
	ck_assert_uint_eq(conf->statics.rules[0].table, 77);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

START_TEST(an_unknown_name_is_an_error)
{
	struct diags diags = {0};
	char first[512];

	ck_assert_ptr_null(
	    load(RULES("from 10.1.0.0/16 table nowhere preference 1\n"), &diags, NULL, NULL));
	ck_assert_str_eq(diags_first_error(&diags, first, sizeof(first)),
			 "test.conf:2:18: table nowhere is neither a number of 0..4294967295 nor a name "
			 "in rt_tables of iproute2 (/etc/iproute2, /usr/share/iproute2 and "
			 "/usr/lib/iproute2)");
	diags_free(&diags);
}
END_TEST

START_TEST(a_file_that_could_not_be_read_may_have_the_name)
{
	struct diags diags = {0};
	char first[512];

	is_broken = true;
	ck_assert_ptr_null(
	    load(RULES("from 10.1.0.0/16 table web preference 1\n"), &diags, NULL, NULL));
	ck_assert_str_eq(
	    diags_first_error(&diags, first, sizeof(first)),
	    "test.conf:2:18: table web is not a number of 0..4294967295, and whether it is "
	    "a name in rt_tables of iproute2 is not known: /etc/iproute2/rt_tables: Too "
	    "many open files");
	diags_free(&diags);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf names");
	TCase *tcase = tcase_create("conf names");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, names_are_numbers);
	tcase_add_test(tcase, a_file_without_names_reads_nothing);
	tcase_add_test(tcase, the_directories_of_the_file_count);
	tcase_add_test(tcase, an_unknown_name_is_an_error);
	tcase_add_test(tcase, a_file_that_could_not_be_read_may_have_the_name);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? 0 : 1;
}
