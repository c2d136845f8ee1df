/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each form of expansion, one case a line: the text, and the flat text that it becomes; or the
 * sentence that refuses it, with its line. The machine is lb1, and its files are below.
 */
#include "conf/load.h"
#include "tests/unit/conf_host.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct host_file machine[] = {
    {"/etc/dir/a.inc", "text_a\n"},
    {"/etc/dir/b.inc", "text_b\n"},
    {"/etc/dir/dir", NULL},
    {"/etc/dir/loop.inc", "include loop.inc\n"},
    {"/etc/dir/nest.inc", "before\ninclude sub/c.inc\nafter\n"},
    {"/etc/dir/sub/c.inc", "in c\ninclude d.inc\n"},
    {"/etc/dir/sub/d.inc", "in d"},
    {"/etc/dir/half.inc", "block {\n"},
    {"/etc/dir/vars.inc", "$FROM=include\n"},
    {NULL, NULL},
};

/* sentence: of the first error of the expansion, as "line: text"; NULL: there is none. */
static const struct {
	const char *text, *flat, *sentence;
} cases[] = {
    {"~SEQ(i, 1, 3) n $i", "n 1\nn 2\nn 3\n", NULL},
    {"~SEQ(i, 3, 1) n $i", "n 3\nn 2\nn 1\n", NULL},
    {"~SEQ(i, 1, 2, 7) n $i", "n 1\nn 3\nn 5\nn 7\n", NULL},
    {"~SEQ(i, 7, -2, 1) n $i", "n 7\nn 5\nn 3\nn 1\n", NULL},
    {"~SEQ(i, -1, 1) n $i", "n -1\nn 0\nn 1\n", NULL},
    {"~SEQ(i, 5, 5) n $i", "n 5\n", NULL},
    {"~SEQ(i, 1, 0, 5) n $i", "", "1: ~SEQ: steps of 0 never lead from 1 to 5"},
    {"~SEQ(i, 3) n $i", "n 1\nn 2\nn 3\n", NULL},
    {"~SEQ(i) n $i", "", "1: ~SEQ: it takes a name, then [start, [step,]] end"},
    {"~SEQ() n", "", "1: ~SEQ: '' cannot be a name"},
    {"~SEQ(i, a, 3) n $i", "", "1: ~SEQ: 'a' is not a whole number from -2147483648 to 4294967295"},
    {"~SEQ(i, 1, 3 n $i", "", "1: ~SEQ: ')' is missing"},
    {"~SEQ(i,1,3)n$i", "n1\nn2\nn3\n", NULL},
    {"~SEQ(i, 1, 3)", "", NULL},
    {"~SEQ(i, 08, 11) n $i", "",
     "1: ~SEQ: '08' is not a whole number from -2147483648 to 4294967295"},
    {"~SEQ(i, 1, 2) ~SEQ(j, 3, 4) n $i $j", "n 1 3\nn 1 4\nn 2 3\nn 2 4\n", NULL},
    {"~SEQ(i, 1, 2) n ${i}x${i}", "n 1x1\nn 2x2\n", NULL},
    {"~SEQ(i, 1, 2) n $ix", "n ${_DOLLAR}ix\nn ${_DOLLAR}ix\n",
     "1: $ix is not defined; write `$ix=VALUE` on a line before, or `${_ENV ix}` for a variable of "
     "the environment; ${_DOLLAR} gives a '$' as it is"},
    {"~SEQ(i, 1, 99999999999999999999) n", "",
     "1: ~SEQ: '99999999999999999999' is not a whole number from -2147483648 to 4294967295"},
    {"~SEQx(i, 8, 11) n $i", "n 8\nn 9\nn a\nn b\n", NULL},
    {"~SEQx(i, 0x8, 0x0b) n $i", "n 8\nn 9\nn a\nn b\n", NULL},
    {"~SEQx(i, 0, 1) n $i", "n 0\nn 1\n", NULL},
    {"~SEQx(i, 1, 0) n $i", "n 1\nn 0\n", NULL},
    {"~SEQx(i, -1, 1) n $i", "", "1: ~SEQx: a negative number has no hexadecimal form here; ~SEQ has"},
    {"~SEQx(i, 1, -1) n $i", "", "1: ~SEQx: a negative number has no hexadecimal form here; ~SEQ has"},
    {"~SEQx(i, f, 10) n $i", "",
     "1: ~SEQx: 'f' is not a whole number from -2147483648 to 4294967295"},
    {"~SEQx(i, g, 10) n $i", "",
     "1: ~SEQx: 'g' is not a whole number from -2147483648 to 4294967295"},
    {"x ~SEQ(i, 1, 2) n $i", "x ~SEQ(i, 1, 2) n ${_DOLLAR}i\n",
     "1: ~SEQ repeats nothing here: it must be the first on its line, or follow another one"},
    {"~SEQ(i, 1, 2) # only a comment", "", NULL},
    {"~SEQ(i, 1, 2) n \"a b\" $i", "n \"a b\" 1\nn \"a b\" 2\n", NULL},
    {"~SEQ(i, 1, 2) b {\n}", "b {\nb {\n}\n", NULL},
    {"~seq(i, 1, 2) n $i", "~seq(i, 1, 2) n ${_DOLLAR}i\n",
     "1: $i is not defined; write `$i=VALUE` on a line before, or `${_ENV i}` for a variable of "
     "the environment; ${_DOLLAR} gives a '$' as it is"},
    {"~LST(i, {A,B}) n $i", "", "1: ~LST: value 1 has 2 parts for 1 name"},
    {"~LST(i, {A, B C, D}) n $i", "", "1: ~LST: value 1 has 3 parts for 1 name"},
    {"~LST({i,j}, {A,1}, {B,2}) n $i$j", "n ${_DOLLAR}i1\nn ${_DOLLAR}i2\n",
     "1: $i is not replaced, because of what follows the name; write it with braces, ${...}"},
    {"~LST({i,j}, {A}, {B,2}) n $i$j", "n ${_DOLLAR}i\nn ${_DOLLAR}i2\n",
     "1: $i is not replaced, because of what follows the name; write it with braces, ${...}"},
    {"~LST({i,j}, {A,1,9}) n $i$j", "", "1: ~LST: value 1 has 3 parts for 2 names"},
    {"~LST(i, A, B) n $i", "n A\nn B\n", NULL},
    {"~LST(i, {}) n [$i]", "n [${_DOLLAR}i]\n",
     "1: $i is not replaced, because of what follows the name; write it with braces, ${...}"},
    {"~LST(i, {,}) n [$i]", "", "1: ~LST: value 1 has 2 parts for 1 name"},
    {"~LST(i) n", "", "1: ~LST: it takes a name, or {names}, and then the values"},
    {"~LST({}, {A}) n", "", "1: ~LST: '' cannot be a name"},
    {"~LST(i, {A} n", "", "1: ~LST: ')' is missing"},
    {"~LST({i,i}, {A,B}) n $i", "n B\n", NULL},
    {"@lb1 n 1", " n 1\n", NULL},
    {"@lb2 n 1", "", NULL},
    {"@^lb1 n 1", "", NULL},
    {"@^lb2 n 1", " n 1\n", NULL},
    {"@ n", "",
     "1: '@' must be followed by the name of a configuration, then a blank and the line"},
    {"@lb1", "", NULL},
    {"@lb1n 1", "", NULL},
    {"@lb1 @lb1 n", "  n\n", NULL},
    {"@LB1 n", "", NULL},
    {"@lb1 b {\n@lb2 x\n@lb1 y\n}", " b {\n y\n}\n", NULL},
    {"$A=1\nn $A", "n 1\n", NULL},
    {"$A=1\nn ${A}", "n 1\n", NULL},
    {"$A=1\nn ${A}2", "n 12\n", NULL},
    {"$A=1\nn $A2", "n ${_DOLLAR}A2\n",
     "2: $A2 is not defined; write `$A2=VALUE` on a line before, or `${_ENV A2}` for a variable of "
     "the environment; ${_DOLLAR} gives a '$' as it is"},
    {"$A=1\nn \\$A", "n \\1\n", NULL},
    {"$A=1\n$A=2\nn $A", "n 2\n", NULL},
    {"$A=1\n$B=$A\n$A=2\nn $B", "n 2\n", NULL},
    {"$A=\nn [$A]", "n [${_DOLLAR}A]\n",
     "2: $A is not replaced, because of what follows the name; write it with braces, ${...}"},
    {"$A= 1 2 \nn $A.", "n ${_DOLLAR}A.\n",
     "2: $A is not replaced, because of what follows the name; write it with braces, ${...}"},
    {"$A=a b\nn \"$A\"", "n \"${_DOLLAR}A\"\n",
     "2: $A is not replaced, because of what follows the name; write it with braces, ${...}"},
    {"$A=\"x y\"\nn $A", "n \"x y\"\n", NULL},
    {"$A=1 # comment\nn $A", "n 1\n", NULL},
    {"$1=x", "$1=x\n", NULL},
    {"$A-B=1", "${_DOLLAR}A-B=1\n", NULL},
    {"n $A", "n ${_DOLLAR}A\n",
     "1: $A is not defined; write `$A=VALUE` on a line before, or `${_ENV A}` for a variable of "
     "the environment; ${_DOLLAR} gives a '$' as it is"},
    {"n $", "n $\n", NULL},
    {"n ${", "n ${\n", NULL},
    {"n ${}", "n ${}\n", NULL},
    {"n ${A", "n ${_DOLLAR}A\n", "1: ${A} is not closed on its line: '}' is missing"},
    {"n $$", "n $$\n", NULL},
    {"n ${_DOLLAR}A", "n ${_DOLLAR}A\n", NULL},
    {"$A=$A\nn", "n\n", NULL},
    {"$_X=1\nn $_X", "n 1\n", NULL},
    {"$A=\\\nx\nn $A", "n x\n", NULL},
    {"$A=x \\\n y\nn $A", "n x\ny\n", NULL},
    {"n a\\\nb", "n a\\\nb", NULL},
    {"n a \\\n b", "n a \\\n b", NULL},
    {"$A=n 1\n$A", "n 1\n", NULL},
    {"$A={\nb $A\n}", "b {\n}\n", NULL},
    {"n ${_ENV NET}.1", "n 192.0.2.1\n", NULL},
    {"n ${_ENV NONE}", "n \n", NULL},
    {"n ${_ENV}", "n \n", "1: '' cannot be a variable of the environment"},
    {"n ${_ENV SECRET}", "n \n", "1: the value of SECRET is not for you"},
    {"n ${_ENV PASS}", "n a\\#b\\!c\n", NULL},
    {"n [${_ENV EMPTY}]", "n []\n", NULL},
    {"n ${_PWD}", "n /etc/dir\n", NULL},
    {"n ${_INSTANCE}", "n lb1\n", NULL},
    {"n ${_HASH}x", "n \\#x\n", NULL},
    {"n ${_BANG}x", "n \\!x\n", NULL},
    {"n ${_NOSUCH}", "n ${_DOLLAR}_NOSUCH\n",
     "1: ${_NOSUCH} is not defined; write `$_NOSUCH=VALUE` on a line before, or `${_ENV _NOSUCH}` "
     "for a variable of the environment; ${_DOLLAR} gives a '$' as it is"},
    {"n ${_RANDOM 5 5}", "n 5\n", NULL},
    {"n ${_RANDOM 5 4}", "n 5\n", "1: ${_RANDOM}: 5, the lowest, is above 4"},
    {"n ${_RANDOM x}", "n 0\n",
     "1: ${_RANDOM} takes a lowest and a highest number, 0..4294967295, not 'x'"},
    {"n a#b", "n a#b", NULL},
    {"n a!b", "n a!b", NULL},
    {"n \"a#b\"", "n \"a#b\"", NULL},
    {"n a # b", "n a # b", NULL},
    {"# n", "# n", NULL},
    {"  ! n", "  ! n", NULL},
    {"n \t  a", "n \t  a", NULL},
    {"n a;b", "n a;b", NULL},
    {"include a.inc", "text_a\n", NULL},
    {"include \"a.inc\"", "text_a\n", NULL},
    {"include a.inc b.inc", "", NULL},
    {"include *.inc", "text_a\ntext_b\n", "1: /etc/dir/loop.inc includes itself"},
    {"include none.inc", "", NULL},
    {"include none*.inc", "", NULL},
    {"includer none.inc", "", NULL},
    {"includer none*.inc", "", NULL},
    {"includem none*.inc", "", NULL},
    {"includew none.inc", "", "1: there is no file /etc/dir/none.inc"},
    {"includeb none.inc", "", NULL},
    {"includea a.inc none.inc", "", "1: there is no file /etc/dir/a.inc none.inc"},
    {"include {a,b}.inc", "text_a\ntext_b\n", NULL},
    {"include dir", "", NULL},
    {"include loop.inc", "", "1: /etc/dir/loop.inc includes itself"},
    {"$F=a.inc\ninclude $F", "text_a\n", NULL},
    {"include nest.inc", "before\nin c\nin d\nafter\n", NULL},
    {"b {\ninclude a.inc\n}", "b {\ntext_a\n}\n", NULL},
    {"include half.inc\n}", "block {\n}\n", NULL},
    {"include vars.inc\nn $FROM", "n include\n", NULL},
    {"INCLUDE a.inc", "INCLUDE a.inc", NULL},
    {"include  a.inc # why", "text_a\n", NULL},
    {"\"include\" a.inc", "\"include\" a.inc\n", NULL},
    {"include /etc/dir/a.inc", "text_a\n", NULL},
    {"include ../dir/a.inc", "", NULL},
    {"include sub/../a.inc", "", NULL},
};

/* The parser refuses these texts: they have words of no configuration. Only what comes before it
 * counts here. */
static bool is_of_parser(const char *text)
{
	return strstr(text, "unknown keyword") || strstr(text, "the file ends inside");
}

static const char *first_error(const struct diags *diags, char *text, size_t size)
{
	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];

		if (diag->severity != DIAG_ERROR || is_of_parser(diag->text))
			continue;
		snprintf(text, size, "%u: %s", diag->line, diag->text);
		return text;
	}
	return NULL;
}

START_TEST(each_form_becomes_its_flat_text)
{
	struct expand_host host = host_of_files(machine);
	struct diags diags = {0};
	char *flat = NULL, error[1024];
	const char *text = cases[_i].text, *sentence;
	size_t len = 0;
	struct conf *conf = conf_load_from("/etc/dir/main.conf", text, strlen(text), &host, NULL,
					   &diags, &flat, &len);

	sentence = first_error(&diags, error, sizeof(error));
	ck_assert_msg(!strcmp(flat, cases[_i].flat), "'%s': '%s'", text, flat);
	ck_assert_msg(!sentence == !cases[_i].sentence, "'%s': %s", text,
		      sentence ? sentence : "nothing is refused");
	ck_assert_msg(!sentence || !strcmp(sentence, cases[_i].sentence), "'%s': %s", text,
		      sentence);
	ck_assert_uint_eq(strlen(flat), len);
	conf_free(conf);
	free(flat);
	diags_free(&diags);
}
END_TEST

/* What is flat has nothing left to expand: it is its own flat text. */
START_TEST(a_flat_text_stays_as_it_is)
{
	struct expand_host host = host_of_files(machine);
	struct diags diags = {0};
	char *flat = NULL, error[1024];
	const char *text = cases[_i].flat, *sentence;
	size_t len = 0;
	struct conf *conf;

	/* A '$' that ${_DOLLAR} gave, and a comment sign of the environment, are words there. */
	if (cases[_i].sentence || strpbrk(text, "$#!@"))
		return;
	conf = conf_load_from("/etc/dir/main.conf", text, strlen(text), &host, NULL, &diags, &flat,
			      &len);
	sentence = first_error(&diags, error, sizeof(error));
	ck_assert_msg(!sentence, "'%s': %s", text, sentence);
	ck_assert_msg(!strcmp(flat, text), "'%s' becomes '%s'", text, flat);
	conf_free(conf);
	free(flat);
	diags_free(&diags);
}
END_TEST

#define N (int)(sizeof(cases) / sizeof(cases[0]))

/* One line of a plan kept the director busy for 10 s: a million blocks had five errors each. */
START_TEST(a_text_beyond_a_bound_ends_with_the_sentence_that_names_it)
{
#define TEMPLATES "~SEQ(a,1,1000) ~SEQ(b,1,1000) ~SEQ(c,1,1000) "
	static const char *const texts[] = {TEMPLATES "vrrp_instance V${a}_${b}_${c} { }\n",
					    TEMPLATES "vrrp_instance V$a$b$c { }\n"};

	for (size_t i = 0; i < 2; i++) {
		struct diags diags = {0};

		ck_assert_ptr_null(conf_load_text("test", texts[i], strlen(texts[i]), &diags));
		ck_assert(i || diags.n_errors == 1);
		ck_assert_uint_eq(diags.n_warnings, 0);
		ck_assert_str_eq(diags.list.items[diags.list.n - 1].text,
				 "templates make more than 200000 lines");
		diags_free(&diags);
	}
}
END_TEST

/* Whoever asks for the plan of such a text must not keep the director busy: 40,000 of these blocks
 * took 9 s, and four times as long when there were twice as many. */
START_TEST(many_unknown_blocks_are_looked_behind_once)
{
	enum { N_BLOCKS = 200000 };
	static char text[N_BLOCKS * 4 + 1];
	struct diags diags = {0};

	for (size_t i = 0; i < N_BLOCKS; i++)
		memcpy(text + i * 4, "x{}\n", 4);
	ck_assert_ptr_null(conf_load_text("test", text, strlen(text), &diags));
	ck_assert_uint_eq(diags.n_errors, DIAG_READ_MAX);
	diags_free(&diags);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf expansions");
	TCase *tcase = tcase_create("expansions");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, each_form_becomes_its_flat_text, 0, N);
	tcase_add_loop_test(tcase, a_flat_text_stays_as_it_is, 0, N);
	tcase_add_test(tcase, a_text_beyond_a_bound_ends_with_the_sentence_that_names_it);
	tcase_add_test(tcase, many_unknown_blocks_are_looked_behind_once);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
