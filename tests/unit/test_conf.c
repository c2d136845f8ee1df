/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stages of a load one by one: tokens, tree, schema, values, diagnostics. */
#include "base/mem.h"
#include "conf/load.h"
#include "conf/schema/lookup.h"
#include "conf/text/out.h"
#include "conf/text/token.h"
#include "conf/text/utf8.h"
#include "conf/tree/parse.h"
#include "conf/tree/resolve.h"
#include "conf/text/seconds.h"
#include "conf/tree/value.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the stages need, around one text. */
struct bench {
	struct diags diags;
	struct report report;
	struct source_map *map;
	struct arena *arena;
};

static void bench_init(struct bench *bench, const char *text, size_t len)
{
	memset(bench, 0, sizeof(*bench));
	bench->map = source_map_of_text("t", text, len);
	report_init(&bench->report, &bench->diags, bench->map);
	bench->arena = arena_new();
}

static void bench_fini(struct bench *bench)
{
	source_map_free(bench->map);
	diags_free(&bench->diags);
	arena_free(bench->arena);
}

/* The tokens of text as one line: words in brackets, ';' for a line's end. */
static char *tokens_of(const char *text, size_t *ret_errors)
{
	struct bench bench;
	struct tokenizer tokenizer;
	struct token token;
	struct out out;

	bench_init(&bench, text, strlen(text));
	out_init(&out, NULL, NULL);
	token_start(&tokenizer, &bench.report, bench.arena, bench.map);
	do {
		token_next(&tokenizer, &token);
		switch (token.kind) {
		case TOKEN_WORD:
			out_text(&out, "[");
			out_text(&out, token.text);
			out_text(&out, "]");
			break;
		case TOKEN_OPEN:
			out_text(&out, "{");
			break;
		case TOKEN_CLOSE:
			out_text(&out, "}");
			break;
		case TOKEN_LINE:
			out_text(&out, ";");
			break;
		case TOKEN_END:
			break;
		}
	} while (token.kind != TOKEN_END);
	*ret_errors = bench.diags.n_errors;
	bench_fini(&bench);
	return out_take(&out);
}

START_TEST(words_quotes_and_comments)
{
	static const struct {
		const char *text, *tokens;
		size_t n_errors;
	} cases[] = {
	    {"", "", 0},
	    {"a b\tc\fd\ve\r\n", "[a][b][c][d][e];", 0},
	    {"a{b}c", "[a]{[b]}[c]", 0},
	    {"a \"b c\" d", "[a][b c][d]", 0},
	    {"a\"b\"c\"\"", "[a][b][c][]", 0},
	    {"\"{ } # ! \\\"x", "[{ } # ! \\][x]", 0},
	    {"a#b\nc!d", "[a];[c]", 0},
	    {"a\\#b\\!c \\#", "[a#b!c][#]", 0},
	    {"a\\b \\", "[a\\b][\\]", 0},
	    {"# only", "", 0},
	    {"a 'b c'", "[a]['b][c']", 0},
	    {"\"open\nnext", "[open];[next]", 1},
	    {"\"", "[]", 1},
	    {"\xef\xbb\xbf"
	     "a",
	     "[a]", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n_errors;
		char *tokens = tokens_of(cases[i].text, &n_errors);

		ck_assert_str_eq(tokens, cases[i].tokens);
		ck_assert_uint_eq(n_errors, cases[i].n_errors);
		free(tokens);
	}
}
END_TEST

START_TEST(tokens_know_their_places)
{
	static const char text[] = "a  bb {\n\t\"c\"\r\n}";
	static const unsigned places[][2] = {{1, 1}, {1, 4}, {1, 7}, {1, 8},
					     {2, 2}, {2, 6}, {3, 1}, {3, 2}};
	struct bench bench;
	struct tokenizer tokenizer;
	struct token token;

	bench_init(&bench, text, sizeof(text) - 1);
	token_start(&tokenizer, &bench.report, bench.arena, bench.map);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		token_next(&tokenizer, &token);
		ck_assert_uint_eq(token.place.line, places[i][0]);
		ck_assert_uint_eq(source_column(bench.map, &token.place), places[i][1]);
		ck_assert_str_eq(token.place.file, "t");
	}
	ck_assert_int_eq(token.kind, TOKEN_END);
	bench_fini(&bench);
}
END_TEST

/* A tree as a line: "a b(c(d)e)". */
static void tree_write(struct out *out, const struct node *parent)
{
	for (const struct node *node = parent->children; node; node = node->next) {
		for (uint32_t i = 0; i < node->n_words; i++) {
			out_text(out, i ? " " : "");
			out_text(out, node->words[i].text);
		}
		if (node->has_block) {
			out_text(out, "(");
			tree_write(out, node);
			out_text(out, ")");
		}
		out_text(out, ";");
	}
}

START_TEST(statements_become_a_tree)
{
	static const struct {
		const char *text, *tree;
		size_t n_errors;
	} cases[] = {
	    {"a b\nc", "a b;c;", 0},
	    {"a { b }", "a(b;);", 0},
	    {"a\n\n# x\n{\nb\n}\nc", "a(b;);c;", 0},
	    {"a { b { c } d } e f", "a(b(c;);d;);e f;", 0},
	    {"a{}b{}", "a();b();", 0},
	    {"a {\n{ b }\n}", "a((b;););", 1},
	    {"a } b", "a;;b;", 0}, /* brace.h reports it */
	    {"a { b", "a(b;);", 1},
	    {"{", "();", 2},
	    {"}}", ";;", 0},
	    {"a {} {}", "a();();", 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;
		struct out out;
		char *tree;

		bench_init(&bench, cases[i].text, strlen(cases[i].text));
		out_init(&out, NULL, NULL);
		tree_write(&out, parse_text(&bench.report, bench.arena, NULL, bench.map));
		tree = out_take(&out);
		ck_assert_str_eq(tree, cases[i].tree);
		ck_assert_uint_eq(bench.diags.n_errors, cases[i].n_errors);
		free(tree);
		bench_fini(&bench);
	}
}
END_TEST

START_TEST(ten_thousand_nested_blocks_are_one_error)
{
	struct bench bench;
	struct out out;
	char *text;

	out_init(&out, NULL, NULL);
	for (int i = 0; i < 10000; i++)
		out_text(&out, "a { ");
	for (int i = 0; i < 10000; i++)
		out_text(&out, "} ");
	text = out_take(&out);
	bench_init(&bench, text, strlen(text));
	parse_text(&bench.report, bench.arena, NULL, bench.map);
	ck_assert_uint_eq(bench.diags.n_errors, 1);
	ck_assert_str_eq(bench.diags.list.items[0].text, "blocks are nested deeper than 32 levels");
	bench_fini(&bench);
	free(text);
}
END_TEST

START_TEST(keywords_are_found_by_place_and_spelling)
{
	struct lookup *lookup = lookup_new();

	ck_assert_int_eq(lookup_find(lookup, SCHEMA_VIRTUAL_SERVER, "lvs_sched")->id, KW_LVS_SCHED);
	ck_assert_int_eq(lookup_find(lookup, SCHEMA_VIRTUAL_SERVER, "lb_algo")->id, KW_LVS_SCHED);
	ck_assert_int_eq(lookup_find(lookup, SCHEMA_VIRTUAL_SERVER, "retry")->id, KW_SERVER_RETRY);
	ck_assert_int_eq(lookup_find(lookup, SCHEMA_TCP_CHECK, "retry")->id, KW_CHECK_RETRY);
	ck_assert_ptr_null(lookup_find(lookup, SCHEMA_ROOT, "retry"));
	ck_assert_ptr_null(lookup_find(lookup, SCHEMA_VIRTUAL_IPADDRESS, "ADDRESS"));
	ck_assert_int_eq(lookup_item(lookup, SCHEMA_VIRTUAL_IPADDRESS)->id, KW_VIP);
	ck_assert_int_eq(lookup_unnamed(lookup, SCHEMA_SYNC_DAEMON_LINE)[0]->id, KW_SYNC_INST);
	ck_assert_ptr_null(lookup_required(lookup, SCHEMA_ROOT)[0]);
	ck_assert_int_eq(lookup_required(lookup, SCHEMA_URL)[0]->id, KW_URL_PATH);
	lookup_free(lookup);
}
END_TEST

START_TEST(distances_between_words)
{
	static const struct {
		const char *a, *b;
		unsigned limit, distance;
	} cases[] = {
	    {"weight", "weight", 3, 0}, {"wieght", "weight", 3, 1},  {"weigth", "weight", 3, 1},
	    {"wight", "weight", 3, 1},  {"weeight", "weight", 3, 1}, {"Weight", "weight", 3, 1},
	    {"WIEGHT", "weight", 3, 1}, {"", "abc", 3, 3},           {"", "abcd", 3, 4},
	    {"abc", "xyz", 2, 3},
	};
	char longest[65];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_uint_eq(lookup_distance(cases[i].a, cases[i].b, cases[i].limit),
				  cases[i].distance);
		ck_assert_uint_eq(lookup_distance(cases[i].b, cases[i].a, cases[i].limit),
				  cases[i].distance);
	}
	memset(longest, 'x', sizeof(longest) - 1);
	longest[64] = '\0';
	ck_assert_uint_eq(lookup_distance(longest, longest, 3), 4);
}
END_TEST

START_TEST(suggestions_and_places)
{
	struct lookup *lookup = lookup_new();
	char text[256];

	ck_assert_str_eq(lookup_suggest(lookup, SCHEMA_VIRTUAL_SERVER, "lvs_shced"), "lvs_sched");
	ck_assert_str_eq(lookup_suggest(lookup, SCHEMA_VIRTUAL_SERVER, "lb_algos"), "lb_algo");
	ck_assert_str_eq(lookup_suggest(lookup, SCHEMA_ROOT, "VRRP_INSTANCE"), "vrrp_instance");
	ck_assert_ptr_null(lookup_suggest(lookup, SCHEMA_ROOT, "wieght"));
	ck_assert_ptr_null(lookup_suggest(lookup, SCHEMA_ROOT, "x"));
	ck_assert_str_eq(lookup_places(lookup, "vrrp_instance", text, sizeof(text)),
			 "at the top level");
	ck_assert_str_eq(lookup_places(lookup, "bindto", text, sizeof(text)),
			 "in TCP_CHECK, HTTP_GET, SSL_GET, SMTP_CHECK, DNS_CHECK and 5 other places");
	ck_assert_str_eq(lookup_places(lookup, "virtualhost", text, sizeof(text)),
			 "in virtual_server, real_server, HTTP_GET, SSL_GET or url");
	ck_assert_ptr_null(lookup_places(lookup, "nothing", text, sizeof(text)));
	lookup_free(lookup);
}
END_TEST

static int64_t number_of(enum schema_type type, int64_t min, int64_t max, const char *text)
{
	struct schema_keyword row = {.name = "x", .type = type, .min = min, .max = max};
	struct schema_value value = {0};
	struct err err;

	return value_parse(&row, 0, text, &value, NULL, &err) < 0 ? -1 : value.number;
}

START_TEST(numbers)
{
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, 255, "0"), 0);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, 255, "0255"), 255);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, 255, "256"), -1);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 1, 255, "0"), -1);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, 255, "-1"), -1);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, 255, "1 "), -1);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, 255, ""), -1);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, INT64_MAX - 1, "9223372036854775806"),
			 INT64_MAX - 1);
	ck_assert_int_eq(number_of(SCHEMA_TYPE_NUMBER, 0, INT64_MAX - 1, "9223372036854775808"),
			 -1);
}
END_TEST

START_TEST(timers)
{
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
	    {"1", 1000000},
	    {"0.5", 500000},
	    {".5", 500000},
	    {"5.", 5000000},
	    {"0.000001", 1},
	    {"1.1", 1100000},
	    {"1.25", 1250000},
	    {"0.0000004", 0},
	    {"0.0000005", 1},
	    {".", -1},
	    {"", -1},
	    {"1.x", -1},
	    {"1.2.3", -1},
	    {"-1", -1},
	    {"1e3", -1},
	    {" 1", -1},
	    {"0.9999999", 1000000},
	    {"10", 10000000},
	    {"10.0000001", 10000000},
	    {"10.000001", -1},
	    {"9223372036854775807", -1},
	};
	char text[SECONDS_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(number_of(SCHEMA_TYPE_TIMER, 0, 10000000, cases[i].text) ==
				  cases[i].us,
			      "%s", cases[i].text);
	ck_assert_str_eq(seconds_format(0, text), "0");
	ck_assert_str_eq(seconds_format(60000000, text), "60");
	ck_assert_str_eq(seconds_format(500000, text), "0.5");
	ck_assert_str_eq(seconds_format(1, text), "0.000001");
	ck_assert_str_eq(seconds_format(1230000, text), "1.23");
}
END_TEST

START_TEST(rounding_is_said)
{
	struct schema_keyword row = {.name = "x", .type = SCHEMA_TYPE_TIMER, .max = 10000000};
	struct schema_value value = {0};
	struct err err;

	ck_assert_int_eq(value_parse(&row, 0, "1.0000005", &value, NULL, &err), 1);
	ck_assert_str_eq(err.text, "x 1.0000005 has more than 6 decimals; 1.000001 s is used");
	ck_assert_int_eq(value_parse(&row, 0, "1.000000", &value, NULL, &err), 0);
}
END_TEST

START_TEST(ranges)
{
	struct schema_keyword row = {.name = "x", .min = 100, .max = 599};
	static const char *const bad[] = {"",  "-",    "200-",     "-200",     "99",     "600",
					  "x", "200x", "200-299x", "200--299", "300-200"};
	int64_t first = 1, last = 2;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(value_parse_range(&row, bad[i], &first, &last, &err) == -EINVAL, "%s",
			      bad[i]);
		ck_assert_int_eq(first, 1);
	}
	ck_assert_int_eq(value_parse_range(&row, "204", &first, &last, &err), 0);
	ck_assert_int_eq(first, 204);
	ck_assert_int_eq(last, 204);
	ck_assert_int_eq(value_parse_range(&row, "100-599", &first, &last, &err), 0);
	ck_assert_int_eq(last, 599);
}
END_TEST

/* The value of a type from its words, which have one blank between them. */
static struct schema_value value_of(struct arena *arena, enum schema_type type, const char *words)
{
	struct schema_keyword row = {.name = "x", .type = type, .max = 1000};
	char *copy = arena_strdup(arena, words), *save = NULL;
	struct schema_value value = {0};
	struct err err = {.text = ""};
	size_t i = 0;

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		ck_assert_msg(!value_parse(&row, i++, word, &value, arena, &err), "%s", err.text);
	return value;
}

/* Nothing is judged and then thrown away: what was read is there, under its tag. */
START_TEST(values_are_kept)
{
	static const uint8_t mac[] = {0, 0x1b, 0x21, 0xff, 0xa, 0xc};
	struct arena *arena = arena_new();
	struct schema_value value = value_of(arena, SCHEMA_TYPE_MARK, "0x10/0xff");

	ck_assert(value.tag == VALUE_MARK && value.mark.mark == 0x10 && value.mark.mask == 0xff);
	value = value_of(arena, SCHEMA_TYPE_MARK, "7");
	ck_assert(value.mark.mark == 7 && value.mark.mask == UINT32_MAX);
	value = value_of(arena, SCHEMA_TYPE_MAC, "00:1b:21:ff:0A:0c");
	ck_assert(value.tag == VALUE_MAC && value.mac.n == 6 && !memcmp(value.mac.bytes, mac, 6));
	value = value_of(arena, SCHEMA_TYPE_NUMBERS, "4 8 15 16 23");
	ck_assert(value.tag == VALUE_RANGES && value.ranges.n == 5);
	ck_assert(value.ranges.items[0].first == 4 && value.ranges.items[4].last == 23);
	value = value_of(arena, SCHEMA_TYPE_STATUSES, "200-299 301 404-410");
	ck_assert(value.ranges.n == 3 && value.ranges.items[2].last == 410);
	value = value_of(arena, SCHEMA_TYPE_RANGE, "5-9");
	ck_assert(value.tag == VALUE_RANGE && value.range.first == 5 && value.range.last == 9);
	value = value_of(arena, SCHEMA_TYPE_WORDS, "a b c");
	ck_assert(value.tag == VALUE_WORDS && value.words.n == 3);
	ck_assert_str_eq(value.words.items[2], "c");
	ck_assert_str_eq(value_of(arena, SCHEMA_TYPE_BYTES, "c0fFee").text, "c0fFee");
	ck_assert_str_eq(value_of(arena, SCHEMA_TYPE_PATTERN, "*").text, "*");
	ck_assert_int_eq(value_of(arena, SCHEMA_TYPE_SPAN, "1.5").number, 1500000);
	ck_assert_int_eq(value_of(arena, SCHEMA_TYPE_SPAN, "200ms").number, 200000);
	ck_assert_int_eq(value_of(arena, SCHEMA_TYPE_UMASK, "IRWXG|IXOTH").number, 071);
	value = value_of(arena, SCHEMA_TYPE_KEY, "3 a-secret-of-at-least-thirty-two-bytes");
	ck_assert(value.tag == VALUE_KEY && value.key.number == 3);
	value = value_of(arena, SCHEMA_TYPE_HOST, "mail.example 25");
	ck_assert(value.tag == VALUE_HOST && value.host.port == 25);
	value = value_of(arena, SCHEMA_TYPE_DESTINATION, "10.9.0.0/16");
	ck_assert(value.tag == VALUE_NETWORK && value.network.len == 16);
	ck_assert_str_eq(value_of(arena, SCHEMA_TYPE_DESTINATION, "default").text, "default");
	value = value_of(arena, SCHEMA_TYPE_FIFO, "/run/fifo root adm");
	ck_assert(value.tag == VALUE_SCRIPT && value.script.user && value.script.group);
	value = value_of(arena, SCHEMA_TYPE_MEMBER, "10.9.0.1-9 80");
	ck_assert(value.tag == VALUE_ADDRS && value.addrs.ends[1].bytes[3] == 9 && value.addrs.port == 80);
	value = value_of(arena, SCHEMA_TYPE_MEMBER, "fwmark 7 inet6");
	ck_assert(value.tag == VALUE_MARK && value.mark.mark == 7 && value.mark.family == AF_INET6);
	arena_free(arena);
}
END_TEST

/* The schema's own defaults are read by the code that reads the file. */
START_TEST(defaults_are_valid)
{
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];
			struct schema_value value = {0};
			struct err err;

			if (row->def)
				ck_assert_msg(!value_parse(row, 0, row->def, &value, NULL, &err), "%s",
					      err.text);
			if (row->bare)
				ck_assert_msg(!value_parse(row, 0, row->bare, &value, NULL, &err), "%s",
					      err.text);
		}
	}
}
END_TEST

START_TEST(utf8_sequences)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
	    {"a", 1},    {"\xc3\xa4", 2}, {"\xe2\x82\xac", 3}, {"\xf0\x9f\x92\xa9", 4},
	    {"\xc3", 0}, {"\xc0\x80", 0}, {"\xed\xa0\x80", 0}, {"\xf4\x90\x80\x80", 0},
	    {"\x80", 0}, {"\xe2\x82", 0}, {"\xe2\x28\xa1", 0}, {"\xff", 0},
	    {"", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_uint_eq(utf8_sequence(cases[i].text, strlen(cases[i].text)),
				  cases[i].len);
	ck_assert(utf8_is_control("\x1b", 1));
	ck_assert(utf8_is_control("\x7f", 1));
	ck_assert(utf8_is_control("\xc2\x9b", 2));
	ck_assert(!utf8_is_control("\xc2\xa0", 2));
	ck_assert(!utf8_is_control("a", 1));
}
END_TEST

START_TEST(out_writes_numbers_and_escapes)
{
	struct out out;
	char *text;

	out_init(&out, NULL, NULL);
	out_number(&out, 0);
	out_text(&out, " ");
	out_number(&out, UINT64_MAX);
	out_text(&out, " ");
	out_seconds(&out, 1050000);
	out_text(&out, " ");
	ck_assert_uint_eq(out_escaped(&out, "\ta\x1b\xc3\xa4\xc3", 6), 1 + 1 + 4 + 1 + 4);
	text = out_take(&out);
	ck_assert_str_eq(text, "0 18446744073709551615 1.05  a\\x1b\xc3\xa4\\xc3");
	free(text);
}
END_TEST

static void count_bytes(void *arg, const char *text, size_t len)
{
	(void)text;
	*(size_t *)arg += len;
}

START_TEST(a_sink_gets_everything)
{
	size_t total = 0;
	struct out out;

	out_init(&out, count_bytes, &total);
	for (int i = 0; i < 100000; i++)
		out_text(&out, "0123456789");
	out_fini(&out);
	ck_assert_uint_eq(total, 1000000);
}
END_TEST

static void report_at(struct report *report, unsigned line, unsigned column, const char *text)
{
	struct source_spot spot = {"t", line, column, 0};

	report_spot(report, REPORT_ERROR, &spot, "%s", text);
}

START_TEST(diagnostics_are_sorted_with_their_notes)
{
	static const char text[] = "one\ntwo\nthree\n";
	static const char *const order[] = {"a", "note of a", "b", "c", "d"};
	struct source_spot spot = {"t", 3, 1, 0};
	struct bench bench;

	bench_init(&bench, text, sizeof(text) - 1);
	report_at(&bench.report, 2, 2, "c");
	report_at(&bench.report, 1, 1, "a");
	report_spot(&bench.report, REPORT_NOTE, &spot, "note of a");
	report_at(&bench.report, 3, 1, "d");
	report_at(&bench.report, 2, 1, "b");
	diags_sort(&bench.diags);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(bench.diags.list.items[i].text, order[i]);
	ck_assert_str_eq(bench.diags.list.items[1].source, "three");
	bench_fini(&bench);
}
END_TEST

START_TEST(the_first_error_is_one_line)
{
	struct bench bench;
	struct conf_place whole = {"t", 0, 0}, warned = {"t", 1, 0};
	char text[64];

	bench_init(&bench, "x\n", 2);
	ck_assert_str_eq(diags_first_error(&bench.diags, text, sizeof(text)), "");
	report_warning(&bench.report, &warned, "warned");
	ck_assert_str_eq(diags_first_error(&bench.diags, text, sizeof(text)), "");
	report_at(&bench.report, 1, 1, "wrong");
	ck_assert_str_eq(diags_first_error(&bench.diags, text, sizeof(text)), "t:1:1: wrong");
	ck_assert_str_eq(diags_first_error(&bench.diags, text, 4), "t:1");
	bench_fini(&bench);
	bench_init(&bench, "", 0);
	report_error(&bench.report, &whole, "gone");
	ck_assert_str_eq(diags_first_error(&bench.diags, text, sizeof(text)), "t: gone");
	ck_assert_ptr_null(bench.diags.list.items[0].source);
	bench_fini(&bench);
}
END_TEST

START_TEST(diagnostics_are_bounded)
{
	struct conf_place place = {"t", 1, 0};
	struct bench bench;
	char *text;
	size_t len;
	FILE *out;

	bench_init(&bench, "x\n", 2);
	for (int i = 0; i < DIAG_KEPT_MAX + 7; i++) {
		report_error(&bench.report, &place, "e");
		report_note(&bench.report, &place, "n");
	}
	for (int i = 0; i < DIAG_KEPT_MAX + 1; i++)
		report_warning(&bench.report, &place, "w");
	ck_assert_uint_eq(bench.diags.n_errors, DIAG_KEPT_MAX + 7);
	ck_assert_uint_eq(bench.diags.list.n, 3 * DIAG_KEPT_MAX);
	out = open_memstream(&text, &len);
	diags_print(&bench.diags, out);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "\n7 more errors are not shown\n"
					   "1 more warning is not shown\n"));
	free(text);
	bench_fini(&bench);
}
END_TEST

START_TEST(lines_far_down_are_found)
{
	struct bench bench;
	struct out out;
	char *text;

	out_init(&out, NULL, NULL);
	for (unsigned i = 1; i <= 2000; i++) {
		out_text(&out, "line ");
		out_number(&out, i);
		out_text(&out, "\n");
	}
	text = out_take(&out);
	bench_init(&bench, text, strlen(text));
	report_at(&bench.report, 256, 1, "x");
	report_at(&bench.report, 257, 1, "x");
	report_at(&bench.report, 2000, 1, "x");
	report_at(&bench.report, 2001, 1, "x");
	report_at(&bench.report, 1990, 1, "x");
	report_at(&bench.report, 1, 1, "x");
	ck_assert_str_eq(bench.diags.list.items[0].source, "line 256");
	ck_assert_str_eq(bench.diags.list.items[1].source, "line 257");
	ck_assert_str_eq(bench.diags.list.items[2].source, "line 2000");
	ck_assert_str_eq(bench.diags.list.items[3].source, "");
	ck_assert_str_eq(bench.diags.list.items[4].source, "line 1990");
	ck_assert_str_eq(bench.diags.list.items[5].source, "line 1");
	bench_fini(&bench);
	free(text);
}
END_TEST

/* Texts of the largest size for a plan. It would take minutes to tell what each line means. */
START_TEST(a_text_of_junk_is_read_only_to_a_bound)
{
	const char *line = (const char *const[]){"x\n", "}", "{\n", "\"\n", "}\n"}[_i];
	size_t len = strlen(line), n = (size_t)4 * 1024 * 1024 / len;
	char *text = mem_calloc(n * len + 1, 1), *said;
	struct diags diags = {0};
	FILE *out;
	size_t size;

	for (size_t i = 0; i < n; i++)
		memcpy(text + i * len, line, len);
	ck_assert_ptr_null(conf_load_text("junk", text, n * len, &diags));
	ck_assert_uint_ge(diags.n_errors, 1);
	ck_assert_uint_le(diags.n_errors, DIAG_READ_MAX + 10);
	out = open_memstream(&said, &size);
	diags_print(&diags, out);
	fclose(out);
	if (diags.is_unread)
		ck_assert_ptr_nonnull(strstr(said, "after 10000 errors the rest was not read\n"));
	free(said);
	free(text);
	diags_free(&diags);
}
END_TEST

/* Many groups of one instance, of one name each, and of instances of one name. */
START_TEST(many_sync_groups_take_no_time_for_each_other)
{
	struct diags diags = {0};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (int i = 0; i < 100000; i++) {
		if (_i == 1 || i == 0)
			fprintf(out, "vrrp_instance m {\n}\n");
		fprintf(out, "vrrp_sync_group g%d {\ngroup {\nm\n}\n}\n", _i == 2 ? 0 : i);
	}
	fclose(out);
	ck_assert_ptr_null(conf_load_text("groups", text, size, &diags));
	ck_assert_uint_gt(diags.n_errors, 90000);
	free(text);
	diags_free(&diags);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf");
	TCase *tcase = tcase_create("conf");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, words_quotes_and_comments);
	tcase_add_test(tcase, tokens_know_their_places);
	tcase_add_test(tcase, statements_become_a_tree);
	tcase_add_test(tcase, ten_thousand_nested_blocks_are_one_error);
	tcase_add_test(tcase, keywords_are_found_by_place_and_spelling);
	tcase_add_test(tcase, distances_between_words);
	tcase_add_test(tcase, suggestions_and_places);
	tcase_add_test(tcase, numbers);
	tcase_add_test(tcase, timers);
	tcase_add_test(tcase, rounding_is_said);
	tcase_add_test(tcase, ranges);
	tcase_add_test(tcase, values_are_kept);
	tcase_add_test(tcase, defaults_are_valid);
	tcase_add_test(tcase, utf8_sequences);
	tcase_add_test(tcase, out_writes_numbers_and_escapes);
	tcase_add_test(tcase, a_sink_gets_everything);
	tcase_add_test(tcase, diagnostics_are_sorted_with_their_notes);
	tcase_add_test(tcase, the_first_error_is_one_line);
	tcase_add_test(tcase, diagnostics_are_bounded);
	tcase_add_loop_test(tcase, a_text_of_junk_is_read_only_to_a_bound, 0, 5);
	tcase_add_loop_test(tcase, many_sync_groups_take_no_time_for_each_other, 0, 3);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, lines_far_down_are_found);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
