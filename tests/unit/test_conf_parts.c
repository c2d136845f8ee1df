/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small parts of conf beside what another, slower way of writing the same says. */
#include "conf/canon/print.h"
#include "conf/load.h"
#include "conf/model/server_find.h"
#include "conf/text/out.h"
#include "conf/text/seconds.h"
#include "conf/text/utf8.h"
#include "conf/tree/keywords.h"
#include "conf/tree/manual.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- characters --- */

/* Writes a code point as UTF-8; returns the number of bytes. */
static size_t encode(uint32_t code, char text[static 4])
{
	if (code < 0x80) {
		text[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		text[0] = (char)(0xc0 | code >> 6);
		text[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		text[0] = (char)(0xe0 | code >> 12);
		text[1] = (char)(0x80 | (code >> 6 & 0x3f));
		text[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	text[0] = (char)(0xf0 | code >> 18);
	text[1] = (char)(0x80 | (code >> 12 & 0x3f));
	text[2] = (char)(0x80 | (code >> 6 & 0x3f));
	text[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* Each code point: it has its length, no shorter text is a character, and surrogates are none. */
START_TEST(each_character_has_its_length)
{
	for (uint32_t code = 0; code < 0x120000; code += code < 0x3000 ? 1 : 61) {
		char text[4];
		size_t len = encode(code, text);
		bool is_one = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
		bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);

		ck_assert_msg(utf8_sequence(text, len) == (is_one ? len : 0), "U+%04" PRIX32, code);
		for (size_t cut = 1; cut < len; cut++)
			ck_assert_uint_eq(utf8_sequence(text, cut), 0);
		if (is_one)
			ck_assert_msg(utf8_is_control(text, len) == is_control, "U+%04" PRIX32,
				      code);
	}
}
END_TEST

/* All texts of two bytes, and of three that begin so: an overlong form is no character. */
START_TEST(no_other_bytes_are_a_character)
{
	for (unsigned first = 0; first < 256; first++)
		for (unsigned second = 0; second < 256; second++) {
			char text[3] = {(char)first, (char)second, (char)0x80};
			bool is_second = second >= 0x80 && second < 0xc0;
			size_t two = first < 0x80                                 ? 1
				     : first >= 0xc2 && first < 0xe0 && is_second ? 2
										  : 0;
			bool is_three = first >= 0xe0 && first < 0xf0 && is_second &&
					!(first == 0xe0 && second < 0xa0) &&
					!(first == 0xed && second >= 0xa0);

			ck_assert_msg(utf8_sequence(text, 2) == two, "%02x %02x", first, second);
			ck_assert_msg(utf8_sequence(text, 3) == (is_three ? 3 : two), "%02x %02x",
				      first, second);
		}
}
END_TEST

/* What is shown has no control character, whatever was given, and no more columns than it says. */
START_TEST(what_is_shown_is_safe_on_a_terminal)
{
	uint32_t state = 1;

	for (unsigned i = 0; i < 2000; i++) {
		char text[24];
		size_t len, columns, n = 0;
		struct out out;
		char *shown;

		for (size_t k = 0; k < sizeof(text); k++) {
			state = state * 1103515245u + 12345u;
			text[k] = (char)(state >> 16);
		}
		out_init(&out, NULL, NULL);
		columns = out_escaped(&out, text, state % (sizeof(text) + 1));
		shown = out_take(&out);
		for (const char *at = shown; *at; at += len, n++) {
			len = utf8_sequence(at, strlen(at));
			ck_assert_uint_gt(len, 0);
			ck_assert(!utf8_is_control(at, len));
		}
		ck_assert_uint_eq(columns, n);
		free(shown);
	}
}
END_TEST

/* --- times and numbers --- */

static void time_is(uint64_t us, const char *wanted)
{
	char text[SECONDS_TEXT_MAX];
	struct out out;
	char *same;

	ck_assert_str_eq(seconds_format(us, text), wanted);
	out_init(&out, NULL, NULL);
	out_seconds(&out, us);
	same = out_take(&out);
	ck_assert_str_eq(same, wanted);
	free(same);
}

START_TEST(times_are_seconds_without_needless_digits)
{
	static const struct {
		uint64_t us;
		const char *text;
	} cases[] = {
	    {0, "0"},
	    {1, "0.000001"},
	    {10, "0.00001"},
	    {500000, "0.5"},
	    {999999, "0.999999"},
	    {1000000, "1"},
	    {1000001, "1.000001"},
	    {1010000, "1.01"},
	    {60000000, "60"},
	    {90500000, "90.5"},
	    {4294967295000000, "4294967295"},
	    {UINT64_MAX, "18446744073709.551615"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		time_is(cases[i].us, cases[i].text);
}
END_TEST

struct sink {
	char text[8192];
	size_t len;
};

static void collect(void *arg, const char *text, size_t len)
{
	struct sink *sink = arg;

	ck_assert_uint_lt(sink->len + len, sizeof(sink->text));
	memcpy(sink->text + sink->len, text, len);
	sink->len += len;
}

/* The same pieces in memory and through a sink. */
START_TEST(a_sink_gets_what_memory_would_have)
{
	struct sink sink = {.len = 0};
	struct out kept, given;
	char *text;

	out_init(&kept, NULL, NULL);
	out_init(&given, collect, &sink);
	for (uint64_t i = 0, number = 1; i < 200; i++, number *= 7) {
		out_text(&kept, i % 3 ? "ab" : "");
		out_text(&given, i % 3 ? "ab" : "");
		out_number(&kept, number);
		out_number(&given, number);
		out_bytes(&kept, "\n\0x", 1 + i % 2);
		out_bytes(&given, "\n\0x", 1 + i % 2);
	}
	out_number(&kept, UINT64_MAX);
	out_number(&given, UINT64_MAX);
	out_fini(&given);
	ck_assert_uint_eq(kept.len, sink.len);
	ck_assert_mem_eq(kept.text, sink.text, sink.len);
	text = out_take(&kept);
	ck_assert_str_eq(text + sink.len - 20, "18446744073709551615");
	free(text);
}
END_TEST

/* --- what is left out of a file --- */

START_TEST(what_was_left_out_is_counted)
{
	static const struct {
		struct conf conf;
		const char *text;
	} cases[] = {
	    {{.n_lost_vrrps = 0}, NULL},
	    {{.n_lost_vrrps = 1}, "0 virtual servers, 1 VRRP instance"},
	    {{.n_lost_virtual_servers = 1}, "1 virtual server, 0 VRRP instances"},
	    {{.n_lost_real_servers = 1}, "0 virtual servers, 0 VRRP instances, 1 real server"},
	    {{.n_lost_real_servers = 2, .n_lost_virtual_servers = 3},
	     "3 virtual servers, 0 VRRP instances, 2 real servers"},
	};
	char text[CONF_LOST_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *lost = conf_lost(&cases[i].conf, text);

		ck_assert(conf_has_lost(&cases[i].conf) == (cases[i].text != NULL));
		ck_assert_msg(!lost == !cases[i].text, "case %zu", i);
		if (lost)
			ck_assert_str_eq(lost, cases[i].text);
	}
}
END_TEST

/* The longest text fits: nothing is cut. */
START_TEST(the_counts_fit)
{
	struct conf conf = {.n_lost_virtual_servers = 999999999,
			    .n_lost_vrrps = 999999999,
			    .n_lost_real_servers = 999999999,
			    .n_lost_addrs = 999999999};
	char text[CONF_LOST_MAX];

	ck_assert_uint_lt(strlen(conf_lost(&conf, text)), CONF_LOST_MAX - 1);
	ck_assert_ptr_nonnull(strstr(text, ", 999999999 "));
}
END_TEST

/* --- the list of keywords --- */

static char *printed(void (*print)(FILE *out))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(out);
	fclose(out);
	return text;
}

/* One line a keyword, and the counts of the last line are those of the list. */
START_TEST(each_keyword_has_its_line)
{
	struct keyword *list;
	size_t n = keywords_list(&list), counts[KEYWORD_N_CLASSES], n_lines = 0, sum = 0;
	char *text = printed(keywords_print), *last = NULL, count[32];

	for (char *at = text; *at; n_lines++) {
		last = at;
		at = strchr(at, '\n') + 1;
	}
	ck_assert_uint_eq(n_lines, n + 1);
	keywords_count(list, n, counts);
	for (size_t i = 0; i < KEYWORD_N_CLASSES; i++) {
		snprintf(count, sizeof(count), "%zu", counts[i]);
		ck_assert_msg(strstr(last, count), "%s: %s", keyword_class_name(i), last);
		sum += counts[i];
	}
	ck_assert_uint_eq(sum, n);
	free(list);
	free(text);
}
END_TEST

static char *value_text(const struct schema_keyword *row)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_manual_value(out, row);
	fclose(out);
	return text;
}

/* The manual says of each row what its argument is, from where to where, and what is the default.
 */
START_TEST(the_manual_knows_each_value)
{
	struct keyword *list;
	size_t n = keywords_list(&list);

	for (size_t i = 0; i < n; i++) {
		const struct schema_keyword *row = list[i].row;
		char *text = value_text(row);

		ck_assert_msg(
		    !strncmp(text, conf_manual_argument(row), strlen(conf_manual_argument(row))),
		    "%s: %s", row->name, text);
		ck_assert_msg(!row->def || (strstr(text, "default ") && strstr(text, row->def)),
			      "%s: %s", row->name, text);
		ck_assert_msg(!strchr(text, '\n'), "%s: %s", row->name, text);
		if (row->type != SCHEMA_TYPE_PLAIN && !row->opens)
			ck_assert_msg(*conf_manual_argument(row),
				      "%s has no argument in the manual", row->name);
		ck_assert_msg(row->help && *row->help, "%s has no help", row->name);
		free(text);
	}
	free(list);
}
END_TEST

/* --- names of real servers --- */

static const char *name_of(const char *text)
{
	static char shown[ENDPOINT_TEXT_MAX];
	struct endpoint name;

	return server_name_parse(text, &name) == 0 ? endpoint_format(&name, shown) : "refused";
}

START_TEST(names_of_servers_are_read)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
	    {"10.9.0.21:80", "10.9.0.21:80"},
	    {"10.9.0.21", "10.9.0.21:0"},
	    {"10.9.0.21:0", "10.9.0.21:0"},
	    {"10.9.0.21:65535", "10.9.0.21:65535"},
	    {"10.9.0.21:65536", "refused"},
	    {"10.9.0.21:", "refused"},
	    {"10.9.0.21:x", "refused"},
	    {"10.9.0.256", "refused"},
	    {"[fd09::21]:80", "[fd09::21]:80"},
	    {"[fd09::21]", "[fd09::21]:0"},
	    {"fd09::21", "[fd09::21]:0"},
	    {"[10.9.0.21]", "refused"},
	    {"[10.9.0.21]:80", "refused"},
	    {"[fd09::21", "refused"},
	    {"fd09::21]", "refused"},
	    {"[]", "refused"},
	    {"[", "refused"},
	    {"]", "refused"},
	    {"", "refused"},
	    {":80", "refused"},
	    {" 10.9.0.21", "refused"},
	    {"web", "refused"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(!strcmp(name_of(cases[i].text), cases[i].name), "'%s': %s",
			      cases[i].text, name_of(cases[i].text));
}
END_TEST

/* --- messages --- */

static char *messages(const char *text, void (*print)(const struct diags *diags, FILE *out))
{
	struct diags diags = {0};
	char *shown = NULL;
	size_t len;
	FILE *out = open_memstream(&shown, &len);
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);

	print(&diags, out);
	fclose(out);
	if (conf)
		conf_free(conf);
	diags_free(&diags);
	return shown;
}

/* A warning stands first in the file, an error behind it. */
START_TEST(errors_come_first_where_they_are_to_be_mended)
{
	static const char text[] = "virtual_server 192.0.2.1 80 {\n}\nno_such_block {\n}\n";
	char *in_order = messages(text, diags_print);
	char *errors_first = messages(text, diags_print_errors_first);

	ck_assert_ptr_nonnull(strstr(in_order, "warning:"));
	ck_assert_ptr_nonnull(strstr(in_order, "error:"));
	ck_assert(strstr(in_order, "warning:") < strstr(in_order, "error:"));
	ck_assert(strstr(errors_first, "error:") < strstr(errors_first, "warning:"));
	ck_assert_uint_eq(strlen(in_order), strlen(errors_first));
	free(in_order);
	free(errors_first);
}
END_TEST

/* More mistakes than anybody reads are counted. */
START_TEST(what_is_not_kept_is_counted)
{
	struct out out;
	char *text, *shown;
	size_t n = 0;

	out_init(&out, NULL, NULL);
	for (unsigned i = 0; i < DIAG_KEPT_MAX + 7; i++)
		out_text(&out, "no_such_word\n");
	text = out_take(&out);
	shown = messages(text, diags_print_errors_first);
	for (const char *at = shown; (at = strstr(at, "error: unknown")); at++)
		n++;
	ck_assert_uint_eq(n, DIAG_KEPT_MAX);
	ck_assert_msg(strstr(shown, "7 "), "%s", shown + strlen(shown) - 100);
	free(shown);
	free(text);
}
END_TEST

START_TEST(words_for_what_was_accepted)
{
	ck_assert_str_eq(conf_acceptance_name(CONF_ACCEPTED_NOT), "");
	ck_assert_str_eq(conf_acceptance_text(CONF_ACCEPTED_NOT), "");
	ck_assert_str_eq(conf_keep_name(0), "connections");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf parts");
	TCase *tcase = tcase_create("parts");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_character_has_its_length);
	tcase_add_test(tcase, no_other_bytes_are_a_character);
	tcase_add_test(tcase, what_is_shown_is_safe_on_a_terminal);
	tcase_add_test(tcase, times_are_seconds_without_needless_digits);
	tcase_add_test(tcase, a_sink_gets_what_memory_would_have);
	tcase_add_test(tcase, what_was_left_out_is_counted);
	tcase_add_test(tcase, the_counts_fit);
	tcase_add_test(tcase, each_keyword_has_its_line);
	tcase_add_test(tcase, the_manual_knows_each_value);
	tcase_add_test(tcase, names_of_servers_are_read);
	tcase_add_test(tcase, errors_come_first_where_they_are_to_be_mended);
	tcase_add_test(tcase, what_is_not_kept_is_counted);
	tcase_add_test(tcase, words_for_what_was_accepted);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
