/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language in front of the grammar: what a text becomes, and what is said of it. */
#include "conf_host.h"
#include "base/arena.h"
#include "conf/text/out.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct host_file no_files[] = {{NULL, NULL}};

/* One text on this machine. */
struct bench {
	struct expand_host host;
	struct arena *arena;
	struct source_map *map;
	struct diags diags;
	struct report report;
	char *said; /* all diagnostics as they are printed */
};

static void bench_run(struct bench *bench, const char *text)
{
	size_t len;
	FILE *out = open_memstream(&bench->said, &len);

	bench->arena = arena_new();
	bench->map = source_map_new();
	source_add(bench->map, "main", text, strlen(text), NULL);
	report_init(&bench->report, &bench->diags, bench->map);
	expand(bench->map, &bench->report, bench->arena, &bench->host);
	diags_sort(&bench->diags);
	diags_print(&bench->diags, out);
	fclose(out);
}

static void bench_init(struct bench *bench, const struct host_file *files)
{
	*bench = (struct bench){.host = host_of_files(files)};
}

static void bench_fini(struct bench *bench)
{
	free(bench->said);
	diags_free(&bench->diags);
	source_map_free(bench->map);
	arena_free(bench->arena);
}

/* text becomes flat, and nothing is said of it. */
static void becomes(const struct host_file *files, const char *text, const char *flat)
{
	struct bench bench;

	bench_init(&bench, files);
	bench_run(&bench, text);
	ck_assert_msg(!bench.said[0], "%s", bench.said);
	ck_assert_msg(!strcmp(bench.map->flat, flat), "%s became\n%s", text, bench.map->flat);
	bench_fini(&bench);
}

/* What is said of text is said; the flat text is not looked at. */
static void says(const struct host_file *files, const char *text, const char *said)
{
	struct bench bench;

	bench_init(&bench, files);
	bench_run(&bench, text);
	ck_assert_str_eq(bench.said, said);
	bench_fini(&bench);
}

START_TEST(what_has_nothing_to_replace_is_not_copied)
{
	static const char text[] = "a { # b\n\"c\" }";
	struct bench bench;

	bench_init(&bench, no_files);
	bench_run(&bench, text);
	ck_assert_ptr_eq(bench.map->flat, text);
	ck_assert_uint_eq(bench.map->len, sizeof(text) - 1);
	bench_fini(&bench);
}
END_TEST

START_TEST(names_are_replaced)
{
	static const struct {
		const char *text, *flat;
	} cases[] = {
	    {"$A=x\na $A\n", "a x\n"},
	    {"  $A=  x y\t \na ${A}b\n", "a x yb\n"},
	    {"$A=x\n$A=y\na $A", "a y\n"},
	    /* late binding, in both directions */
	    {"$A=${B}${B}\n$B=x\na $A\n$B=y\na $A\n", "a xx\na yy\n"},
	    {"$E=\na${E}b\n", "ab\n"},
	    {"$A=x\n$A,7 ($A) $A\tb\n", "x,7 (x) x\tb\n"},
	    {"$A=x\r\na $A\r\nb\r\n", "a x\r\nb\r\n"},
	    {"$A=x\na \"${A} $A )\" b # $NO ${A\n", "a \"x x )\" b \n"},
	    /* nothing that a name could be */
	    {"$A=1\na $ $$ $2 ${2} ${ } \"^ok$\" $A\n", "a $ $$ $2 ${2} ${ } \"^ok$\" 1\n"},
	    {"\"$B\" $B\"x\" $B.c ${_DOLLAR}A\n", "\"$B\" $B\"x\" $B.c $A\n"},
	    /* blocks and quotes in values */
	    {"$C=TCP_CHECK { retry 1 }\nr {\n$C\n}\n", "r {\nTCP_CHECK { retry 1 }\n}\n"},
	    {"$Q=\"\na ${Q}b c${Q}\n", "a \"b c\"\n"},
	    /* comment signs, by whether the quotes are there where they come to stand */
	    {"$H=a\\#b\nx ${H} \"${H}\"\n", "x a\\#b \"a#b\"\n"},
	    {"$H=\"a#b\"\nx ${H}\n", "x \"a#b\"\n"},
	    {"x ${_HASH}y${_BANG} \"${_HASH}\"\n", "x \\#y\\! \"#\"\n"},
	    {"x \\#y $_BANG\n", "x \\#y \\!\n"},
	    /* lvsd's own names */
	    {"a ${_PWD} ${_INSTANCE}\n", "a /etc/dir lb1\n"},
	    {"a ${_ENV NET}.1 ${_ENV PASS} \"${_ENV PASS}\" x${_ENV EMPTY}y\n",
	     "a 192.0.2.1 a\\#b\\!c \"a#b!c\" xy\n"},
	    {"a ${_RANDOM 7 7} ${_RANDOM 65535 65535}\n", "a 7 65535\n"},
	    {"$_PWD=here\na $_PWD\n", "a here\n"},
	    {"\xef\xbb\xbf$A=x\na $A\n", "a x\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		becomes(no_files, cases[i].text, cases[i].flat);
}
END_TEST

START_TEST(values_may_have_many_lines)
{
	static const struct {
		const char *text, *flat;
	} cases[] = {
	    {"$B= \\\n r $N { \\ # x\n\\\n  w 7 \\\n }\n$N=1\nv {\n$B\n}\n",
	     "v {\nr 1 {\nw 7\n}\n}\n"},
	    {"$B=\\\na \\\n\nb\npre $B\n", "b\npre a\n"},
	    {"$B=x \\\n  y\npre $B post\n", "pre x\ny post\n"},
	    {"$B=\\\n@lb1 a \\\n@lb2 b \\\n@^lb2 c\n$B\n", " a\n c\n"},
	    {"$A=\\\n1 \\\n2\n$B=\\\n$A \\\n3\n$B\n", "1\n2\n3\n"},
	    {"$B=\\\n~SEQ(i, 1, 2) r$i \\\nend\n$B\n", "r1\nr2\nend\n"},
	    /* one that is for others takes its lines with it */
	    {"@lb2 $B= \\\n a \\\n b\nc @x\n", "c @x\n"},
	    {"$B=a \\", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		becomes(no_files, cases[i].text, cases[i].flat);
}
END_TEST

START_TEST(lines_are_for_one_director)
{
	static const struct {
		const char *text, *flat;
	} cases[] = {
	    {"@lb1 a\n@lb2 b\n  @^lb1 c\n  @^lb2 d\n", " a\n   d\n"},
	    {"@lb1 @^lb2 a\n@lb1 @lb2 b\n", "  a\n"},
	    {"@lb1 $A=1\n@lb2 $A=2\na $A\n", "a 1\n"},
	    {"@lb1 ~SEQ(i, 2) a $i\n", " a 1\na 2\n"},
	    {"$L=@lb2\n$L a\nb\n", "b\n"},
	    {"@lb1\na me@lb2 x\n", "a me@lb2 x\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		becomes(no_files, cases[i].text, cases[i].flat);
}
END_TEST

START_TEST(templates_repeat_the_rest_of_their_line)
{
	static const struct {
		const char *text, *flat;
	} cases[] = {
	    {"~SEQ(i, 3) a$i\n", "a1\na2\na3\n"},
	    {"~SEQ(i, -2) a$i\n", "a-1\na-2\n"},
	    {"~SEQ(i, 3, 1) a$i\n", "a3\na2\na1\n"},
	    {"~SEQ(i, 1, 4, 8)a$i\n", "a1\na5\n"},
	    {"~SEQ(i, 9, -4, 0) a$i\n", "a9\na5\na1\n"},
	    {"~SEQ (i, 0x10, 021) a$i\n", "a16\na17\n"},
	    {"~SEQx(i, 9, 11) a${i}z\n", "a9z\naaz\nabz\n"},
	    {"$N=2\n~SEQ(i, ${N}) a$i\n", "a1\na2\n"},
	    {"~SEQ(i, 2) ~SEQ(k, 2) a$i $k\n", "a1 1\na1 2\na2 1\na2 2\n"},
	    {"~SEQ(i, 2) $A$i\n$A=x\n", "$A1\n$A2\n"},
	    {"$A=r $i\n~SEQ(i, 2) $A\n", "r 1\nr 2\n"},
	    {"$L=~SEQ(i, 2)\n$L a$i\n", " a1\n a2\n"},
	    {"~LST(i, p, q r, \"s\") a ${i}\n", "a p\na q r\na \"s\"\n"},
	    {"~LST({i,k}, {1, 2}, {3}, 4) a ${i}_${k}_\n", "a 1_2_\na 3__\na 4__\n"},
	    {"~LST(i, p, q) ~SEQ(k, 2) a ${i}$k\n", "a p1\na p2\na q1\na q2\n"},
	    {"v { ~SEQ(i, 2) a$i\n}\n", "v { a1\na2\n}\n"},
	    {"~SEQ(i, 2) v$i { a }\n", "v1 { a }\nv2 { a }\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		becomes(no_files, cases[i].text, cases[i].flat);
}
END_TEST

static const struct host_file tree[] = {
    {"a.conf", "a"},
    {"b.conf", "\xef\xbb\xbf" "b\n"},
    {"d/c.conf", "c\ninclude e.conf\n"},
    {"d/e.conf", "e ${_PWD}\n"},
    {"d/x y.conf", "xy\n"},
    {"/abs/f.conf", "f\n$A=g\n"},
    {"i1.conf", "i $i\n"},
    {"i2.conf", "j\n"},
    {"dir", NULL},
    {NULL, NULL},
};

START_TEST(files_come_in_their_place)
{
	static const struct {
		const char *text, *flat;
	} cases[] = {
	    {"include a.conf\nx\n", "a\nx\n"},
	    {"x\n\tinclude b.conf # y\nz", "x\nb\nz\n"},
	    {"include d/c.conf\n", "c\ne /etc/dir/d\n"},
	    {"include /abs/f.conf\nx $A\n", "f\nx g\n"},
	    {"include \"d/x y.conf\"\n", "xy\n"},
	    {"include d/x y.conf\n", "xy\n"},
	    {"include ?.conf\n", "a\nb\n"},
	    {"include {b,a}.conf\n", "b\na\n"},
	    {"includea {a,d/{e,x y},b}.conf\n", "a\ne /etc/dir/d\nxy\nb\n"},
	    {"v { include a.conf }\nx\n", "v {\na\n}\nx\n"},
	    {"v { includer {a,b}.conf\n}\n", "v {\na\nb\n}\n"},
	    {"$D=d\nincludem ${D}/e.conf\n", "e /etc/dir/d\n"},
	    {"$I=include a.conf\n$I\n", "a\n"},
	    {"@lb2 include no.conf\n@lb1 include a.conf\n", "a\n"},
	    {"~SEQ(i, 2) include i${i}.conf\n", "i 1\nj\n"},
	    {"included x\ninclude_it\n\"include\" y\n", "included x\ninclude_it\n\"include\" y\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		becomes(tree, cases[i].text, cases[i].flat);
}
END_TEST

/* The first line that is said of text. */
static void begins(const char *text, const char *said)
{
	struct bench bench;

	bench_init(&bench, tree);
	bench_run(&bench, text);
	bench.said[strcspn(bench.said, "\n")] = '\0';
	ck_assert_str_eq(bench.said, said);
	bench_fini(&bench);
}

START_TEST(each_variant_insists_on_something_else)
{
	begins("include no.conf\n", "main:1:1: warning: there is no file no.conf");
	begins("include no*.conf\n", "main:1:1: warning: no file matches no*.conf");
	begins("include dir\n", "main:1:1: warning: dir: this is a directory; a configuration is a "
				"regular file");
	begins("includer no.conf\n", "main:1:1: warning: there is no file no.conf");
	begins("includer d*r\n", "main:1:1: error: dir: this is a directory; a configuration is a "
				 "regular file");
	begins("includem no.conf\n", "main:1:1: error: there is no file no.conf");
	begins("includem no*.conf\n", "main:1:1: warning: no file matches no*.conf");
	begins("includew no*.conf\n", "main:1:1: error: no file matches no*.conf");
	begins("includem {a,no}.conf\n", "main:1:1: warning: there is no file no.conf");
	begins("includeb {a,no}.conf\n", "main:1:1: error: there is no file no.conf");
	begins("includea d/{no,e}.conf\n", "main:1:1: error: there is no file d/no.conf");
	begins("include\n", "main:1:1: error: include needs the name of a file");
	begins("include \"a\" b\n", "main:1:1: error: include takes one name, in quotes or without");
}
END_TEST

/* Such a file may have anything in it. One message is enough, whatever follows. */
START_TEST(what_the_machine_does_not_give_ends_the_reading)
{
	says(tree, "include broken\ninclude broken2\n",
	     "main:1:1: error: broken: the file cannot be read: Input/output error\n"
	     "    include broken\n    ^\n");
	says(tree, "include broken/*.conf\ninclude broken\n",
	     "main:1:1: error: broken/*.conf: Too many open files\n"
	     "    include broken/*.conf\n    ^\n");
}
END_TEST

/* ... wherever in the file, or in one around it, it stands. */
START_TEST(include_check_is_for_every_include)
{
	static const struct host_file files[] = {
	    {"plain", "include no.conf\n"},
	    {"less", "include no.conf\ninclude nix*\ninclude_check -match\n"},
	    {"none", "include_check readable\ninclude no.conf\n"},
	    {NULL, NULL},
	};
	static const struct {
		const char *text;
		size_t n_errors, n_warnings;
	} cases[] = {
	    {"include no.conf\ninclude_check\n", 1, 0},
	    {"include_check match\ninclude no.conf\ninclude no*.conf\n", 1, 1},
	    {"include_check\ninclude_check -match -wildcard_match\ninclude no.conf\n", 0, 1},
	    {"include_check\ninclude plain\n", 1, 0},
	    {"include_check\ninclude less\n", 1, 1},
	    {"include_check\ninclude none\n", 0, 1},
	    {"include none\ninclude no\n", 0, 2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;

		bench_init(&bench, files);
		bench_run(&bench, cases[i].text);
		ck_assert_msg(bench.diags.n_errors == cases[i].n_errors &&
				  bench.diags.n_warnings == cases[i].n_warnings,
			      "%s: %s", cases[i].text, bench.said);
		bench_fini(&bench);
	}
}
END_TEST

START_TEST(an_endless_include_is_one_error)
{
	static const struct host_file files[] = {
	    {"one", "x\ninclude two\n"},
	    {"two", "include one\n"},
	    {"d/self", "include ../d/self\n"},
	    {"d/../d/self", "include ../d/self\n"},
	    {NULL, NULL},
	};
	struct bench bench;

	says(files, "include one\ninclude one\n",
	     "two:1:1: error: one includes itself\n"
	     "    include one\n"
	     "    ^\n"
	     "one:2:1: note: two is included here\n"
	     "    include two\n"
	     "    ^\n"
	     "main:1:1: note: one is included here\n"
	     "    include one\n"
	     "    ^\n");
	bench_init(&bench, files);
	bench_run(&bench, "include main2\ninclude d/self");
	ck_assert_uint_eq(bench.diags.n_errors, 0);
	bench_fini(&bench);
}
END_TEST

START_TEST(what_is_wrong_with_names_is_said_at_their_use)
{
	says(no_files, "$NETWORK=10.0.0\na ${NETWRK}.1\n",
	     "main:2:3: error: ${NETWRK} is not defined; did you mean '$NETWORK'?\n"
	     "    a ${NETWRK}.1\n"
	     "      ^\n");
	says(no_files, "$A=x ${B}\n$B=$A\nb $A\n",
	     "main:3:3: error: $A is part of its own value\n"
	     "    b $A\n"
	     "      ^\n"
	     "main:1:6: note: this is the value of $A, which is defined here\n"
	     "    $A=x ${B}\n"
	     "         ^\n"
	     "main:2:4: note: this is the value of $B, which is defined here\n"
	     "    $B=$A\n"
	     "       ^\n");
	says(no_files, "$A=x\n\"$A\"\n",
	     "main:2:2: error: $A is not replaced, because of what follows the name; write it with braces, "
	     "${...}\n"
	     "    \"$A\"\n"
	     "     ^\n");
	says(no_files, "a ${B\n",
	     "main:1:3: error: ${B} is not closed on its line: '}' is missing\n"
	     "    a ${B\n"
	     "      ^\n");
	begins("$A=1\n${A b}\n", "main:2:1: error: ${A} takes no argument");
	begins("a ${A-b}\n", "main:1:3: error: ${A} has something behind the name that cannot stand "
			     "there; is this a template of another program that was not filled in?");
	begins("${_ENV NO}\n",
	       "main:1:1: warning: the environment has no NO: it is replaced by nothing");
	begins("${_ENV 1}\n", "main:1:1: error: '1' cannot be a variable of the environment");
	begins("${_ENV ESCAPE}\n", "main:1:1: error: ESCAPE has a control character in it, which no "
				   "file can have");
	begins("${_RANDOM 5 4}\n", "main:1:1: error: ${_RANDOM}: 5, the lowest, is above 4");
	begins("${_RANDOM x}\n", "main:1:1: error: ${_RANDOM} takes a lowest and a highest number, "
				 "0..4294967295, not 'x'");
	begins("@ a\n", "main:1:1: error: '@' must be followed by the name of a configuration, then "
			"a blank and the line");
}
END_TEST

START_TEST(what_is_wrong_with_templates_is_said)
{
	begins("~SEQ(i, 1, 2\n", "main:1:1: error: ~SEQ: ')' is missing");
	begins("~SEQ(i) a\n",
	       "main:1:1: error: ~SEQ: it takes a name, then [start, [step,]] end");
	begins("~SEQ(i, 1, 1, 2, 3) a\n",
	       "main:1:1: error: ~SEQ: it takes a name, then [start, [step,]] end");
	begins("~SEQ(i, 1, 0, 2) a\n",
	       "main:1:1: error: ~SEQ: steps of 0 never lead from 1 to 2");
	begins("~SEQ(i, 1, -1, 2) a\n",
	       "main:1:1: error: ~SEQ: steps of -1 never lead from 1 to 2");
	begins("~SEQ(i, x) a\n", "main:1:1: error: ~SEQ: 'x' is not a whole number from -2147483648 "
				 "to 4294967295");
	begins("~SEQx(i, -1) a\n", "main:1:1: error: ~SEQx: a negative number has no hexadecimal form "
				   "here; ~SEQ has");
	begins("~SEQ(1, 2) a\n", "main:1:1: error: ~SEQ: '1' cannot be a name");
	begins("~LST(i) a\n",
	       "main:1:1: error: ~LST: it takes a name, or {names}, and then the values");
	begins("~LST({i,k}, {1,2,3}) a\n",
	       "main:1:1: error: ~LST: value 1 has 3 parts for 2 names");
	begins("a ~SEQ(i, 1) b\n", "main:1:3: error: ~SEQ repeats nothing here: it must be the first "
				   "on its line, or follow another one");
	says(no_files, "$i=1\n~SEQ(i, 2) a\n",
	     "main:2:1: error: ~SEQ: $i is a variable already\n"
	     "    ~SEQ(i, 2) a\n"
	     "    ^\n"
	     "main:1:1: note: $i is defined here\n"
	     "    $i=1\n"
	     "    ^\n");
}
END_TEST

/* Text that would grow beyond a bound is one error that names it, and ends at once. */
START_TEST(bombs_are_bounded)
{
	struct out out;
	char *text;

	begins("~SEQ(a, 2000) ~SEQ(b, 2000) x\nno $no\n",
	       "main:1:15: error: templates make more than 200000 lines");
	begins("~SEQ(a, 4294967295)\n", "main:1:1: error: templates make more than 200000 lines");
	out_init(&out, NULL, NULL);
	out_text(&out, "$A0=\n");
	for (int i = 1; i < 40; i++) {
		char line[64];

		snprintf(line, sizeof(line), "$A%d=${A%d}${A%d}\n", i, i - 1, i - 1);
		out_text(&out, line);
	}
	out_text(&out, "$A39\n");
	text = out_take(&out);
	begins(text, "main:41:1: error: more than 2000000 names are replaced");
	memcpy(text, "$A0=x", 5);
	free(text);
	out_init(&out, NULL, NULL);
	for (int i = 0; i < 100; i++) {
		char line[64];

		snprintf(line, sizeof(line), "$A%d=${A%d}x\n", i, i + 1);
		out_text(&out, line);
	}
	out_text(&out, "$A0\n");
	text = out_take(&out);
	begins(text, "main:101:1: error: values stand inside values deeper than 64 levels");
	free(text);
	begins("includer {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}\n",
	       "main:1:1: error: the braces of this include make more than 1000 names");
}
END_TEST

START_TEST(the_flat_text_is_bounded)
{
	struct bench bench;

	bench_init(&bench, no_files);
	bench.host.bytes_max = 100;
	bench_run(&bench, "~SEQ(i, 1000) 0123456789\n");
	ck_assert_uint_eq(bench.diags.n_errors, 1);
	ck_assert_str_eq(bench.diags.list.items[0].text,
			 "the text has more than 100 bytes with all that it includes and repeats");
	bench_fini(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf expand");
	TCase *tcase = tcase_create("expand");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, what_has_nothing_to_replace_is_not_copied);
	tcase_add_test(tcase, names_are_replaced);
	tcase_add_test(tcase, values_may_have_many_lines);
	tcase_add_test(tcase, lines_are_for_one_director);
	tcase_add_test(tcase, templates_repeat_the_rest_of_their_line);
	tcase_add_test(tcase, files_come_in_their_place);
	tcase_add_test(tcase, each_variant_insists_on_something_else);
	tcase_add_test(tcase, what_the_machine_does_not_give_ends_the_reading);
	tcase_add_test(tcase, include_check_is_for_every_include);
	tcase_add_test(tcase, an_endless_include_is_one_error);
	tcase_add_test(tcase, what_is_wrong_with_names_is_said_at_their_use);
	tcase_add_test(tcase, what_is_wrong_with_templates_is_said);
	tcase_add_test(tcase, bombs_are_bounded);
	tcase_add_test(tcase, the_flat_text_is_bounded);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
