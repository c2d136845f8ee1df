/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/conf_random.h"
#include "conf/load.h"
#include "conf/text/out.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "generated"
/* A line that is taken out may have been needed by another one. */
#define REPAIRS_MAX 60
#define N(array)    (unsigned)(sizeof(array) / sizeof((array)[0]))

struct line {
	char *text;
	size_t n_inside; /* lines of its block, with the closing one */
	bool is_out;
	enum schema_id ids[32]; /* rows on it */
	size_t n_ids;
};

struct generator {
	struct random random;
	unsigned mutation, n_values;
	VEC(struct line) lines;
	struct out out; /* the line at hand */
	enum schema_id ids[32];
	size_t n_ids;
};

unsigned random_pick(struct random *random, unsigned n)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % n);
}

static const char *word_of(struct random *random, const char *const *words, unsigned n)
{
	return words[random_pick(random, n)];
}

#define WORD_OF(random, words) word_of(random, words, N(words))

static int64_t number_of(const struct schema_keyword *row, struct random *random)
{
	uint64_t span = (uint64_t)(row->max - row->min), step;

	switch (random_pick(random, 8)) {
	case 0:
		return row->max;
	case 1:
		step = (uint64_t)random_pick(random, UINT32_MAX);
		return row->min + (int64_t)(span == UINT64_MAX ? step : step % (span + 1));
	default:
		step = random_pick(random, 6);
		return row->min + (int64_t)(step < span ? step : span);
	}
}

static void number_write(int64_t number, struct out *out)
{
	out_text(out, number < 0 ? "-" : "");
	out_number(out, (uint64_t)(number < 0 ? -number : number));
}

static int64_t timer_of(const struct schema_keyword *row, struct random *random)
{
	static const int64_t times[] = {250000, 500000, 1000000, 2000000, 5000000, 1500000, 10000};
	int64_t us = times[random_pick(random, N(times))];

	return us < row->min ? row->min : us > row->max ? row->max : us;
}

static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "10.0.0.1",
					"10.0.0.2",  "10.0.0.3",  "10.0.0.4",
					"fd00::1",   "fd00::2",   "224.0.0.9"};
static const char *const interfaces[] = {"eth0", "eth1", "eth0.7"};
static const char *const users[] = {"nobody", "daemon nogroup", "nobody nogroup"};

static void script_write(const struct schema_keyword *row, struct random *random, struct out *out)
{
	static const char *const commands[] = {
	    "/bin/check",
	    "/bin/check 'a b' ''",
	    "/bin/up -x",
	    "/bin/up {a} # b",
	    "/bin/sh -c 'echo \\\"hi\\\" \\\\\\\\' \\x41",
	    "/bin/say it\\\\'s \\\\\\\\ \\042a b\\042 'c\\n\\td'"};

	out_text(out, "\"");
	out_text(out, WORD_OF(random, commands));
	out_text(out, "\"");
	if (row->max > 1 && random_pick(random, 3) == 0) {
		out_text(out, " ");
		out_text(out, WORD_OF(random, users));
	}
}

static void text_write(const struct schema_keyword *row, struct random *random, struct out *out)
{
	static const char *const names[] = {"a", "b", "c", "d"};
	static const char *const texts[] = {"t",       "u",  "\"v w\"",  "x#y",
					    "\"{z}\"", "/p", "caf\u00e9"};
	char text[32];

	snprintf(text, sizeof(text), "%s",
		 row->opens ? WORD_OF(random, names) : WORD_OF(random, texts));
	if (!strcmp(text, "x#y"))
		strcpy(text, "\"x#y\"");
	if (row->max > 0 && strlen(text) > (size_t)row->max)
		strcpy(text, "t");
	out_text(out, text);
}

static void hex_write(const struct schema_keyword *row, struct random *random, struct out *out)
{
	static const char digits[] = "0123456789abcdef";

	for (int64_t i = 0; i < row->max; i++)
		out_bytes(out, &digits[random_pick(random, 16)], 1);
}

static void choice_write(const struct schema_keyword *row, struct random *random, struct out *out)
{
	unsigned n = 0;

	while (row->choices[n].name)
		n++;
	out_text(out, row->choices[random_pick(random, n)].name);
}

/* Few of them, so that another configuration has the same ones. */
static void service_write(struct random *random, struct out *out)
{
	static const char *const groups[] = {"group a", "group b", "group c"};

	if (random_pick(random, 4) == 0) {
		out_text(out, WORD_OF(random, groups));
		return;
	}
	if (random_pick(random, 4) == 0) {
		out_text(out, "fwmark ");
		out_number(out, 1 + random_pick(random, 3));
		return;
	}
	out_text(out, random_pick(random, 4) ? "192.0.2.1 " : "fd00::1 ");
	out_number(out, 80 + random_pick(random, 5));
}

static void endpoint_write(const struct schema_keyword *row, struct random *random, struct out *out)
{
	out_text(out, random_pick(random, 4) ? "10.0.0." : "fd00::");
	out_number(out, 1 + random_pick(random, row->opens ? 4 : 2));
	if (random_pick(random, 4)) {
		out_text(out, " ");
		out_number(out, 80 + random_pick(random, 5));
	}
}

static void prefix_write(struct random *random, struct out *out)
{
	static const char *const lengths[] = {"", "/32", "/24"};
	bool is_ipv6 = random_pick(random, 4) == 0;

	out_text(out, is_ipv6 ? "fe80::" : "192.0.2.");
	out_number(out, 1 + random_pick(random, 9));
	out_text(out, is_ipv6 ? "/64" : WORD_OF(random, lengths));
}

/* What no type can know: words that only this row takes. NULL: none is needed. */
static const char *special_of(const struct schema_keyword *row, struct random *random)
{
	static const char *const versions[] = {"2", "3"}, *const passwords[] = {"pw", "secret"};

	static const char *const schedulers[] = {"rr", "wlc", "sh", "mh", "fo"};
	static const char *const names[] = {"a", "b", "c", "d"};

	static const char *const networks[] = {"10.1.0.0/16", "10.2.0.0/16", "default"};

	switch (row->id) {
	case KW_ROUTE_TO:
		return WORD_OF(random, networks);
	case KW_ROUTE_NEXTHOP: /* with options of its own */
		return random_pick(random, 2) ? "via 192.0.2.7 weight 2" : "dev eth0 weight 3";
	case KW_ROUTE_ENCAP: /* with options of its own */
		return random_pick(random, 2)
			   ? "ip id 5 dst 192.0.2.7 src 192.0.2.8 tos 4 ttl 7 flags 1"
			   : "mpls 100/200";
	case KW_RULE_FROM:
	case KW_RULE_TO:
		return random_pick(random, 2) ? "10.1.0.0/16" : "10.2.0.0/16";
	case KW_RULE_GOTO:
		return "90000 preference 7";
	case KW_ROUTE_FROM: /* for IPv6 alone */
		return "any";
	case KW_ROUTE_SRC: /* IPv4 is the family */
	case KW_ROUTE_VIA:
	case KW_ROUTE_OR:
		return random_pick(random, 2) ? "192.0.2.7" : "192.0.2.8";
	case KW_ROUTE_TABLE:
	case KW_ROUTE_PROTOCOL:
	case KW_ROUTE_TOS:
	case KW_ROUTE_REALMS:
	case KW_RULE_TABLE:
	case KW_RULE_PROTOCOL:
	case KW_RULE_TOS:
	case KW_RULE_REALMS:
	case KW_RULE_IPPROTO:
	case KW_RULE_SUPPRESS_IFGROUP:
		return random_pick(random, 2) ? "5" : "200";
	case KW_ACCEPT_IGNORED:
		return "BFD_CHECK track_bfd";
	case KW_VERSION:
		return WORD_OF(random, versions);
	case KW_LVS_SCHED: /* often the ones that have flags of their own */
		return WORD_OF(random, schedulers);
	case KW_INCLUDE_CHECK:
		return "match";
	case KW_SYNC_INST:
		return "a";
	case KW_PERSISTENCE_GRANULARITY:
		return random_pick(random, 2) ? "255.255.0.0" : "255.255.255.0";
	case KW_SYNC_GROUP:
	case KW_VRRP_MCAST_GROUP4:
		return "224.0.0.9";
	case KW_VRRP_MCAST_GROUP6:
		return "ff02::9";
	case KW_AUTH_PASS:
		return WORD_OF(random, passwords);
	case KW_TRACKED_VIRTUAL_SERVER:
		return random_pick(random, 2) ? "udp:192.0.2.1:80" : "tcp:192.0.2.1:81";
	case KW_TRACK_CHECK_TARGET:
		return random_pick(random, 2) ? "tcp:192.0.2.1:80" : "tcp:192.0.2.1:82";
	case KW_TRACKED_ROUTE:
		return random_pick(random, 2) ? "default6" : "192.0.2.0/24";
	case KW_TRACKED_FILE:
	case KW_FILE_CHECK_FILE:
	case KW_TRACKED_PROCESS:
	case KW_TRACKED_SCRIPT:
	case KW_GROUP_MEMBER:
	case KW_STATIC_TRACK_GROUP:
		return WORD_OF(random, names);
	case KW_UDP_MIN_REPLY_LENGTH:
		return random_pick(random, 2) ? "0" : "3";
	case KW_UDP_MAX_REPLY_LENGTH:
		return random_pick(random, 2) ? "512" : "70";
	case KW_URL_REGEX:
		return random_pick(random, 2) ? "^ok$" : "\"up (yes|1)\"";
	case KW_URL_REGEX_OPTIONS:
		return random_pick(random, 2) ? "caseless" : "dotall utf";
	case KW_URL_REGEX_STACK:
		return random_pick(random, 2) ? "1024 70000" : "1 2";
	case KW_URL_REGEX_MIN_OFFSET:
		return random_pick(random, 2) ? "1" : "3";
	case KW_URL_REGEX_MAX_OFFSET:
		return random_pick(random, 2) ? "9" : "1000000";
	case KW_URL_HEADER:
		return random_pick(random, 2) ? "\"X-One: 1\"" : "\"Accept: text/html\"";
	case KW_TLS_PIN:
		return "sha256//0123456789abcdefghijklmnopqrstuvwxyzABCDEF0=";
	case KW_DNS_NAME:
		return random_pick(random, 2) ? "www.example.com." : "example";
	default:
		return NULL;
	}
}

static void value_write(const struct schema_keyword *row, struct random *random, struct out *out)
{
	static const char *const statuses[] = {"200", "200 301-302", "200-299", "404"};
	static const char *const broadcasts[] = {"+", "-", "192.0.2.255"};
	static const char *const paths[] = {"/etc/a.pem", "/etc/b.pem"};
	static const char *const patterns[] = {"4f4bXX", "*", "xA"};
	static const char *const members[] = {"198.51.100.1-5 80",
					      "198.51.100.8/30 443",
					      "198.51.100.14 8080",
					      "fwmark 9",
					      "198.51.100.20-198.51.100.22 81",
					      "fwmark 10 inet"};
	const char *special = special_of(row, random);

	if (special) {
		out_text(out, special);
		return;
	}
	switch (row->type) {
	case SCHEMA_TYPE_PLAIN:
		break;
	case SCHEMA_TYPE_NUMBER:
		number_write(number_of(row, random), out);
		break;
	case SCHEMA_TYPE_TIMER:
		out_seconds(out, (uint64_t)timer_of(row, random));
		break;
	case SCHEMA_TYPE_TEXT:
		text_write(row, random, out);
		break;
	case SCHEMA_TYPE_HEX:
		hex_write(row, random, out);
		break;
	case SCHEMA_TYPE_BYTES:
		out_text(out, random_pick(random, 2) ? "4f4b" : "00ff7f");
		break;
	case SCHEMA_TYPE_PATTERN:
		out_text(out, WORD_OF(random, patterns));
		break;
	case SCHEMA_TYPE_INTERFACE:
		out_text(out, WORD_OF(random, interfaces));
		break;
	case SCHEMA_TYPE_ADDRESS:
		out_text(out, WORD_OF(random, addresses));
		break;
	case SCHEMA_TYPE_PREFIX:
		prefix_write(random, out);
		break;
	case SCHEMA_TYPE_BROADCAST:
		out_text(out, WORD_OF(random, broadcasts));
		break;
	case SCHEMA_TYPE_ENDPOINT:
		endpoint_write(row, random, out);
		break;
	case SCHEMA_TYPE_SERVICE:
		service_write(random, out);
		break;
	case SCHEMA_TYPE_MEMBER:
		out_text(out, WORD_OF(random, members));
		break;
	case SCHEMA_TYPE_SCRIPT:
	case SCHEMA_TYPE_COMMAND:
		script_write(row, random, out);
		break;
	case SCHEMA_TYPE_USER:
		out_text(out, WORD_OF(random, users));
		break;
	case SCHEMA_TYPE_PATH:
		out_text(out, WORD_OF(random, paths));
		break;
	case SCHEMA_TYPE_CHOICE:
		choice_write(row, random, out);
		break;
	case SCHEMA_TYPE_STATUSES:
		out_text(out, WORD_OF(random, statuses));
		break;
	default:
		/* A type that is newer than this file: its default is a good value. */
		out_text(out, row->def ? row->def : "1");
		break;
	}
}

/* Whichever value stands there, the sequence goes on the same way. */
static void value_generate(struct generator *generator, const struct schema_keyword *row)
{
	bool is_bare = row->bare && random_pick(&generator->random, 3) == 0;
	bool is_other = ++generator->n_values == generator->mutation;
	struct random other = {generator->random.state ^ 0x5bd1e995u};
	struct out scratch;

	out_init(&scratch, NULL, NULL);
	value_write(row, &generator->random, is_other ? &scratch : &generator->out);
	if (is_other)
		value_write(row, &other, &generator->out);
	else if (is_bare)
		while (generator->out.text[generator->out.len - 1] != ' ')
			generator->out.len--;
	out_fini(&scratch);
}

static void statement_write(struct generator *generator, const struct schema_keyword *row)
{
	if (!row->is_item) {
		out_text(&generator->out, row->name);
		out_text(&generator->out, " ");
	}
	value_generate(generator, row);
	if (generator->n_ids < N(generator->ids))
		generator->ids[generator->n_ids++] = row->id;
}

/* Visits the rows of block that are implemented. */
static void each_row(struct generator *generator, enum schema_block block,
		     void (*visit)(struct generator *generator, const struct schema_keyword *row))
{
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];

			if (schema_stands_in(row, block) && !row->no_effect && !row->replaced)
				visit(generator, row);
		}
	}
}

/* Of its many options a route or rule has few, since two of them may exclude each other. */
static unsigned odds_of(const struct schema_keyword *row)
{
	switch (row->id) {
	case KW_ROUTE_TO:
	case KW_ROUTE_NEXTHOP:
	case KW_RULE_PREFERENCE:
		return 3;
	case KW_RULE_TABLE:
		return 2;
	default:
		return row->in[0] == SCHEMA_ROUTE_LINE || row->in[0] == SCHEMA_RULE_LINE ? 8 : 3;
	}
}

static void visit_option(struct generator *generator, const struct schema_keyword *row)
{
	unsigned odds = odds_of(row);

	if (!row->is_required && random_pick(&generator->random, odds))
		return;
	out_text(&generator->out, " ");
	statement_write(generator, row);
	for (enum schema_id id = KW_ENCAP_LABEL; row->id == KW_ROUTE_ENCAP && id <= KW_ENCAP_FLAGS; id++)
		if (generator->n_ids < N(generator->ids))
			generator->ids[generator->n_ids++] = id;
	if (row->id == KW_ROUTE_NEXTHOP && generator->n_ids < N(generator->ids))
		generator->ids[generator->n_ids++] = KW_NEXTHOP_WEIGHT;
}

static void line_end(struct generator *generator)
{
	struct line *line = vec_push(&generator->lines);

	*line = (struct line){.n_ids = generator->n_ids};
	memcpy(line->ids, generator->ids, sizeof(line->ids));
	line->text = out_take(&generator->out);
	generator->n_ids = 0;
}

static void visit_statement(struct generator *generator, const struct schema_keyword *row);

static void statement_generate(struct generator *generator, const struct schema_keyword *row)
{
	size_t at = generator->lines.n;

	statement_write(generator, row);
	if (row->options)
		each_row(generator, row->options, visit_option);
	if (row->opens)
		out_text(&generator->out, " {");
	line_end(generator);
	if (!row->opens)
		return;
	each_row(generator, row->opens, visit_statement);
	out_text(&generator->out, "}");
	line_end(generator);
	generator->lines.items[at].n_inside = generator->lines.n - at - 1;
}

static void visit_statement(struct generator *generator, const struct schema_keyword *row)
{
	bool is_object = row->is_repeatable || row->is_item;
	unsigned n = is_object ? random_pick(&generator->random, row->opens ? 4 : 3)
			       : random_pick(&generator->random, 3) == 0;

	for (n += row->is_required && !n; n > 0; n--)
		statement_generate(generator, row);
}

/* Line numbers in it are indexes from 1: what is out leaves an empty line. */
static char *rendered(const struct generator *generator)
{
	struct out out;

	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < generator->lines.n; i++) {
		const struct line *line = &generator->lines.items[i];

		out_text(&out, line->is_out ? "" : line->text);
		out_text(&out, "\n");
	}
	return out_take(&out);
}

static void take_out(struct generator *generator, size_t at)
{
	for (size_t i = 0; i <= generator->lines.items[at].n_inside; i++)
		generator->lines.items[at + i].is_out = true;
}

/* Takes out what is wrong; false when nothing is. */
static bool repair(struct generator *generator)
{
	char *text = rendered(generator);
	struct diags diags = {0};
	struct conf *conf = conf_load_text(FILE_NAME, text, strlen(text), &diags);
	bool is_good = conf != NULL;

	for (size_t i = 0; i < diags.list.n; i++) {
		const struct diag *diag = &diags.list.items[i];

		if (diag->severity != DIAG_ERROR)
			continue;
		ck_assert_msg(diag->line && diag->line <= generator->lines.n, "%s", diag->text);
		take_out(generator, diag->line - 1);
	}
	conf_free(conf);
	diags_free(&diags);
	free(text);
	return !is_good;
}

static void generator_fini(struct generator *generator)
{
	for (size_t i = 0; i < generator->lines.n; i++)
		free(generator->lines.items[i].text);
	vec_free(&generator->lines);
	out_fini(&generator->out);
}

static void say_used(const struct generator *generator, bool *is_used)
{
	for (size_t i = 0; is_used && i < generator->lines.n; i++)
		for (size_t k = 0; k < generator->lines.items[i].n_ids; k++)
			is_used[generator->lines.items[i].ids[k]] |=
			    !generator->lines.items[i].is_out;
}

char *conf_random_text(struct conf_seed seed, bool *is_used)
{
	struct generator generator = {.random = {seed.seed}, .mutation = seed.mutation};
	unsigned n = 0;
	char *text;

	each_row(&generator, SCHEMA_ROOT, visit_statement);
	while (repair(&generator))
		ck_assert_msg(++n < REPAIRS_MAX, "seed %llu: what is wrong stays so",
			      (unsigned long long)seed.seed);
	text = rendered(&generator);
	say_used(&generator, is_used);
	generator_fini(&generator);
	return text;
}

struct conf *conf_random(struct conf_seed seed, bool *is_used)
{
	char *text = conf_random_text(seed, is_used);
	struct diags diags = {0};
	struct conf *conf = conf_load_text(FILE_NAME, text, strlen(text), &diags);

	diags_free(&diags);
	free(text);
	return conf;
}
