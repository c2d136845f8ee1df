/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every field of every object, as the schema lists them: with another value the configuration
 * prints otherwise, what is printed reads back equal, the difference names it and what it costs, the
 * digest sees it unless both directors may differ in it, it crosses to its process, and the
 * equalities that decide over verdicts and instances see it.
 *
 * Values are made from the type of the row, and put into small configurations in which something is
 * made of them. A row passes when one pair of values in one of these shows all of that.
 */
#include "base/arena.h"
#include "conf/canon/diff.h"
#include "conf/canon/print.h"
#include "conf/kind.h"
#include "conf/load.h"
#include "conf/model/member.h"
#include "conf/model/table.h"
#include "conf/schema/lookup.h"
#include "conf/schema/tracker.h"
#include "conf/text/out.h"
#include "healthcheck/check_key.h"
#include "healthcheck/wire.h"
#include "tests/unit/fields_samples.h"
#include "vrrp/same.h"
#include "vrrp/wire.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* --- texts --- */

static bool is_word(const char *line, size_t len, const char *word)
{
	return word && len >= strlen(word) && !memcmp(line, word, strlen(word)) &&
	       (len == strlen(word) || line[strlen(word)] == ' ');
}

/* The line is a statement of row; each line of a list is one of its item's. */
static bool is_called(const char *line, size_t len, const struct schema_keyword *row)
{
	return row->is_item || is_word(line, len, row->name) || is_word(line, len, row->alias);
}

static const struct schema_keyword *row_of(const struct lookup *lookup, enum schema_block block,
					   const char *line)
{
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(line, " \n"), line);
	return lookup_find(lookup, block, word) ? lookup_find(lookup, block, word)
						: lookup_item(lookup, block);
}

/* Puts "name value" among the options of a line, in the place of the one that it has. */
static void option_put(struct out *out, const char *line, size_t len,
		       const struct schema_keyword *row, const char *value)
{
	char *copy = strndup(line, len), *save = NULL;
	const char *word = strtok_r(copy, " ", &save);

	for (; word; word = strtok_r(NULL, " ", &save)) {
		if (!strcmp(word, row->name)) {
			strtok_r(NULL, " ", &save);
			continue;
		}
		out_text(out, word);
		out_text(out, " ");
	}
	if (value) {
		out_text(out, row->name);
		out_text(out, " ");
		out_text(out, value);
	}
	out_text(out, "\n");
	free(copy);
}

/* The same for an option without a name, which has its place on the line: the down delay of
 * "eth0 0.5 2" is at 1. */
static void place_put(struct out *out, const char *line, size_t len, size_t place, const char *value)
{
	char *copy = strndup(line, len), *save = NULL;
	const char *word = strtok_r(copy, " ", &save);

	for (size_t i = 0; word; word = strtok_r(NULL, " ", &save), i++) {
		out_text(out, i != place ? word : value ? value : "");
		out_text(out, " ");
	}
	out_text(out, "\n");
	free(copy);
}

/* A block of the skeleton in which a statement is being put. */
struct putting {
	const struct lookup *lookup;
	const struct schema_keyword *row;
	enum schema_block block;
	const char *value; /* NULL: the statement is left out */
	bool is_done;      /* the first such block has been met */
};

static void statement_put(struct putting *putting, struct out *out)
{
	if (!putting->value)
		return;
	out_text(out, putting->row->is_item ? "" : putting->row->name);
	out_text(out, " ");
	out_text(out, putting->value);
	out_text(out, "\n");
}

/* Do options of this block end the line? A nexthop stands among the options of a route. */
static bool has_options(const struct schema_keyword *row, enum schema_block block, const char *line,
			size_t len)
{
	return row->options == block ||
	       (block == SCHEMA_NEXTHOP_LINE && memmem(line, len, " nexthop ", strlen(" nexthop "))) ||
	       (block == SCHEMA_ENCAP_LINE && memmem(line, len, " encap ", strlen(" encap ")));
}

/* Copies the lines of a block up to its end; returns what is behind it. */
static const char *block_put(struct putting *putting, enum schema_block block, const char *text,
			     struct out *out)
{
	bool is_target = block == putting->block && !putting->is_done, is_put = false;

	while (*text) {
		size_t len = strcspn(text, "\n");
		const struct schema_keyword *row = row_of(putting->lookup, block, text);
		bool opens = text[len - 1] == '{';
		const char *rest = text + len + 1;

		if (text[0] == '}' || (is_target && !is_put && row && row->opens)) {
			if (is_target && !is_put && !(row && is_called(text, len, putting->row)))
				statement_put(putting, out);
			is_put |= is_target && !(row && is_called(text, len, putting->row));
			putting->is_done |= is_target;
		}
		if (text[0] == '}') {
			out_bytes(out, text, len + 1);
			return rest;
		}
		if (is_target && !is_put && is_called(text, len, putting->row)) {
			struct out old = {0};

			out_init(&old, NULL, NULL);
			statement_put(putting, out);
			is_put = putting->is_done = true;
			if (opens && row->type != SCHEMA_TYPE_PLAIN) { /* its block stays */
				out->len -= putting->value ? 1 : 0;
				out_text(out, putting->value ? " {\n" : "");
				rest = block_put(putting, row->opens, rest,
						 putting->value ? out : &old);
			} else if (opens) {
				rest = block_put(putting, row->opens, rest, &old);
			}
			out_fini(&old);
			text = rest;
			continue;
		}
		if (row && has_options(row, putting->block, text, len) && !putting->is_done) {
			putting->is_done = true;
			if (putting->row->is_item && putting->row->id != KW_VMAC_MAC &&
			    putting->row->id != KW_IPVLAN_ADDRESS)
				place_put(out, text, len,
					  putting->row->id == KW_DELAY_DOWN    ? 1
					  : putting->row->id == KW_STEP_TEXT   ? 1
					  : putting->row->id == KW_ENCAP_LABEL ? 5
									       : 2,
					  putting->value);
			else
				option_put(out, text, len, putting->row, putting->value);
		} else {
			out_bytes(out, text, len + 1);
		}
		text = opens ? block_put(putting, row->opens, rest, out) : rest;
	}
	return text;
}

/* The skeleton with a statement of row in its first block of that kind, or NULL. */
static struct conf *conf_with(const char *skeleton, const struct lookup *lookup,
			      const struct schema_keyword *row, enum schema_block block,
			      const char *value)
{
	struct putting putting = {
	    .lookup = lookup, .row = row, .block = block, .value = value};
	struct diags diags = {0};
	struct conf *conf = NULL;
	struct out whole, out;

	out_init(&whole, NULL, NULL);
	fields_skeleton_write(skeleton, lookup, &whole);
	out_init(&out, NULL, NULL);
	block_put(&putting, SCHEMA_ROOT, whole.text, &out);
	out_fini(&whole);
	if (putting.is_done)
		conf = conf_load_text("", out.text, out.len, &diags);
	if (getenv("LVSD_FIELDS_SHOW") && !strcmp(getenv("LVSD_FIELDS_SHOW"), row->name)) {
		printf("--- %s\n%.*s", value ? value : "(absent)", (int)out.len, out.text);
		diags_print(&diags, stdout);
	}
	diags_free(&diags);
	out_fini(&out);
	return conf;
}

/* --- demands --- */

static char *printed(const struct conf *conf)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_print_secrets(conf, out);
	fclose(out);
	return text;
}

static bool reads_back(const struct conf *conf)
{
	char *text = printed(conf), *again = NULL;
	struct diags diags = {0};
	struct conf *back = conf_load_text("", text, strlen(text), &diags);
	struct conf_diff diff;
	bool is_same = false;

	if (back) {
		conf_diff(conf, back, &diff);
		again = printed(back);
		is_same = !diff.changes.n && !strcmp(text, again) &&
			  !strcmp(conf->digest, back->digest);
		conf_diff_fini(&diff);
	}
	conf_free(back);
	diags_free(&diags);
	free(text);
	free(again);
	return is_same;
}

/* What no pair of values may show: it is printed, and yet no difference; or the file is valid, and yet
 * the vrrp process refuses the instance. */
static const char unseen[] = "the difference does not see it";
static const char refused[] = "its instance does not cross to the vrrp process";

/* Whether the difference is one field of an object, by the name of the row, at the row's cost. */
static const char *difference(const struct conf *a, const struct conf *b,
			      const struct schema_keyword *row, const struct schema_field *field)
{
	const char *label = field->label ? field->label : row->name, *reason = NULL;
	/* Elements have the name of their list. */
	bool is_named = field->storage == FIELD_OTHER || field->is_spelling ||
			field->object >= CONF_OBJECT_PEER;
	bool is_restart = false;
	struct conf_diff diff;

	conf_diff(a, b, &diff);
	for (size_t i = 0; i < diff.changes.n; i++) {
		const struct conf_change *change = &diff.changes.items[i];

		is_restart |= change->kind == CONF_CHANGE_RESTART;
		for (size_t k = 0; k < change->n_fields; k++)
			is_named |= strstr(change->fields[k].name, label) != NULL ||
				    strstr("target bind", change->fields[k].name) != NULL;
	}
	if (!diff.changes.n)
		reason = unseen;
	else if (!is_named)
		reason = "the difference does not name it";
	else if ((field->is_restart || field->is_meaning) && !is_restart)
		reason = "the difference does not say that it is a restart";
	conf_diff_fini(&diff);
	return reason;
}

static const struct conf_check *check_of(const struct conf *conf, enum conf_check_type type)
{
	const struct conf_real_server *rs = &conf->virtual_servers[0].real_servers[0];

	for (size_t i = 0; i < rs->n_checks; i++)
		if (rs->checks[i].type == type)
			return &rs->checks[i];
	return NULL;
}

static struct conf_check check_crossed(const struct conf_check *check, struct arena *arena)
{
	static uint8_t buffer[65000];
	size_t len = check_spec_encode(1, check, NULL, buffer, sizeof(buffer));
	struct check_tls tls;
	struct conf_check back;
	check_id id;

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(check_spec_decode(buffer, len, arena, &id, &back, &tls), 0);
	return back;
}

/*
 * Of the kinds that the check process runs: with two values of the field the probes mean another
 * thing if and only if the difference is a restart, and the process gets what they mean.
 */
static const char *checks_demand(const struct conf *a, const struct conf *b, bool is_meaning)
{
	struct arena *arena = arena_new();
	bool is_seen = false, has_crossed = true;

	for (int type = 0; type < CONF_CHECK_KINDS; type++) {
		const struct conf_check *x = check_of(a, (enum conf_check_type)type);
		const struct conf_check *y = check_of(b, (enum conf_check_type)type);
		struct conf_check back;

		if (!x || !y)
			continue;
		is_seen |= check_meaning_cmp(x, y) != 0;
		if (conf_check_kind(x)->runner != CONF_RUNNER_CHECK)
			continue;
		back = check_crossed(y, arena);
		has_crossed &= check_meaning_cmp(&back, y) == 0;
	}
	arena_free(arena);
	if (!has_crossed)
		return "it does not cross to the check process";
	if (is_seen != is_meaning)
		return is_meaning ? "the meaning of the check does not see it"
				  : "the meaning of the check sees it";
	return NULL;
}

/* Scripts run elsewhere; everything else is what an instance does. */
static bool is_of_instance(const struct schema_keyword *row, const struct schema_field *field)
{
	return field->storage != FIELD_SCRIPT && row->id != KW_NOTIFY_ALL_STATES &&
	       row->id != KW_NOTIFY_PRIORITY_CHANGES && row->id != KW_NO_ACCEPT &&
	       row->id != KW_ACCEPT && row->id != KW_VRRP_SMTP_ALERT;
}

static const char *instance_crosses(const struct conf_vrrp *vrrp, const struct schema_keyword *row,
				    const struct schema_field *field)
{
	struct vrrp_instance_frame frame = {.conf = *vrrp}, back;
	struct arena *arena = arena_new();
	const char *reason = NULL;
	uint8_t buffer[8192];
	size_t len = vrrp_instance_encode(&frame, buffer, sizeof(buffer));

	if (!len || vrrp_instance_decode(buffer, len, arena, &back) < 0)
		reason = refused;
	else if (!vrrp_is_same(&back.conf, vrrp))
		reason = "the instance that crossed is another one";
	else if (field->object == CONF_OBJECT_VRRP && field->storage != FIELD_OTHER &&
		 is_of_instance(row, field) && row->id != KW_NATIVE_IPV6 && /* the family crosses */
		 member_differs(field, &back.conf, vrrp))
		reason = "it does not cross to the vrrp process";
	arena_free(arena);
	return reason;
}

static const char *instance_demand(const struct conf *a, const struct conf *b,
				   const struct schema_keyword *row,
				   const struct schema_field *field)
{
	const char *reason;
	bool is_same;

	if (!a->n_vrrps || !b->n_vrrps)
		return "there is no instance";
	reason = instance_crosses(&a->vrrps[0], row, field);
	reason = reason ? reason : instance_crosses(&b->vrrps[0], row, field);
	is_same = vrrp_is_same(&a->vrrps[0], &b->vrrps[0]);
	if (!reason && is_same == (is_of_instance(row, field) && !field->is_at_start))
		reason = is_same ? "a running instance does not see it" : "a running instance sees it";
	return reason;
}

/* Why two configurations that differ in the field alone are not as they should be; NULL: they are. */
static const char *demand(const struct conf *a, const struct conf *b,
			  const struct schema_keyword *row, enum schema_block block,
			  const struct schema_field *field)
{
	bool is_static = block == SCHEMA_STATIC_IPADDRESS || block == SCHEMA_STATIC_ROUTES ||
			 block == SCHEMA_STATIC_RULES;
	bool is_shared = !field->is_local && !is_static && !row->is_secret &&
			 row->id != KW_AUTHENTICATION;
	char *text = printed(a), *other = printed(b);
	bool is_printed = strcmp(text, other) != 0;
	const char *reason;

	free(text);
	free(other);
	if (!is_printed)
		return "it is not printed";
	if (!reads_back(a) || !reads_back(b))
		return "what is printed does not read back equal";
	if ((reason = difference(a, b, row, field)))
		return reason;
	if ((strcmp(a->digest, b->digest) != 0) != is_shared)
		return is_shared ? "the digest does not see it" : "the digest sees it";
	if (field->object == CONF_OBJECT_CHECK || field->object == CONF_OBJECT_URL ||
	    field->object == CONF_OBJECT_STEP)
		return checks_demand(a, b, field->is_meaning || field->object != CONF_OBJECT_CHECK ||
					       row->id == KW_MISC_USER ||
					       row->id == KW_ENABLE_SNI);
	if (!is_static && (field->object == CONF_OBJECT_VRRP || field->object == CONF_OBJECT_VIP ||
			   field->object == CONF_OBJECT_PEER) && row->id != KW_STATIC_TRACK_GROUP)
		return instance_demand(a, b, row, field);
	/* What stands in global_defs for all instances. */
	if (field->object == CONF_OBJECT_GLOBAL && member_field(row, CONF_OBJECT_VRRP))
		return instance_demand(a, b, row, member_field(row, CONF_OBJECT_VRRP));
	return NULL;
}

/* --- all of them --- */

/* Tries each pair of values in one skeleton; all of them when one shows what none may. */
static bool shows(const char *skeleton, const struct lookup *lookup,
		  const struct schema_keyword *row, enum schema_block block,
		  const struct schema_field *field, const char **ret_reason)
{
	const char *values[FIELDS_VALUES_MAX + 2] = {NULL};
	struct conf *confs[FIELDS_VALUES_MAX + 2];
	struct arena *arena = arena_new();
	bool is_shown = false, is_wrong = false;
	size_t n = 0;

	fields_values(row, arena, values);
	while (values[n])
		n++;
	for (size_t i = 0; i <= n; i++) /* the last one: absent */
		confs[i] = conf_with(skeleton, lookup, row, block, values[i]);
	for (size_t i = 0; i <= n && !is_wrong; i++) {
		for (size_t k = i + 1; k <= n && !is_wrong; k++) {
			const char *reason;

			if (!confs[i] || !confs[k])
				continue;
			reason = demand(confs[i], confs[k], row, block, field);
			is_shown |= !reason;
			is_wrong = reason == unseen || reason == refused;
			*ret_reason = reason ? reason : *ret_reason;
		}
	}
	for (size_t i = 0; i <= n; i++)
		conf_free(confs[i]);
	arena_free(arena);
	return is_shown && !is_wrong;
}

/*
 * The field that a row is of in a block: of the block's object, or one that objects further in
 * inherit or that the row itself names. NULL where nothing is built from it.
 */
static const struct schema_field *field_in(const struct schema_keyword *row,
					   enum schema_block block)
{
	const struct schema_field *field;
	enum conf_object object;

	if (!table_object(block, &object))
		return NULL;
	field = member_field(row, object);
	return field || row->fields[0].storage == FIELD_NONE ? field : &row->fields[0];
}

static bool row_demand(const struct lookup *lookup, const struct schema_keyword *row,
			 const struct schema_field *field, enum schema_block block)
{
	const char *reason = "no two values of it load";
	bool is_shown = false;

	for (size_t i = 0; i < fields_n_skeletons && !is_shown; i++)
		is_shown = shows(fields_skeletons[i], lookup, row, block, field, &reason);
	if (!is_shown)
		fprintf(stderr, "%s in %s: %s\n", row->name, schema_block_name(block), reason);
	return !is_shown;
}

START_TEST(every_field_of_every_object)
{
	struct lookup *lookup = lookup_new();
	size_t n = 0, n_bad = 0;

	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];

			for (size_t p = 0; schema_place(row, p); p++) {
				const struct schema_field *field = field_in(row, schema_place(row, p));

				n += field != NULL;
				n_bad += field && row_demand(lookup, row, field, schema_place(row, p));
			}
		}
	}
	lookup_free(lookup);
	ck_assert_uint_gt(n, 100);
	ck_assert_uint_eq(n_bad, 0);
}
END_TEST

/* The check process gets a value when its check is made, so it must be part of the check's meaning:
 * else a reload would leave the former value in force. */
START_TEST(what_crosses_to_the_check_process_is_meaning)
{
	size_t n = 0;

	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];
			const struct schema_field *field = member_field(row, CONF_OBJECT_CHECK);

			if (!field || !field->is_crossing)
				continue;
			n++;
			ck_assert_msg(field->is_meaning, "%s", row->name);
		}
	}
	ck_assert_uint_gt(n, 5);
}
END_TEST

/* Two lists that differ in one thing that a line of a tracker says. */
static void lines_demand(const struct lookup *lookup, enum schema_id list, const char *name,
			 const char *from, const char *to)
{
	const struct schema_keyword *row = lookup_row(lookup, list);
	struct arena *arena = arena_new();
	struct conf *confs[2];
	const char *reason;

	for (int i = 0; i < 2; i++) {
		confs[i] = conf_with(fields_skeletons[0], lookup, row, SCHEMA_VRRP_INSTANCE,
				     arena_printf(arena, "{\n%s %s\n}", name, i ? to : from));
		ck_assert_msg(confs[i] != NULL, "%s %s %s", row->name, name, i ? to : from);
	}
	reason = demand(confs[0], confs[1], row, SCHEMA_VRRP_INSTANCE,
			member_field(row, CONF_OBJECT_VRRP));
	ck_assert_msg(!reason, "%s %s %s, then %s: %s", row->name, name, from, to, reason);
	conf_free(confs[0]);
	conf_free(confs[1]);
	arena_free(arena);
}

START_TEST(each_option_of_a_tracker_counts)
{
	static const char *const names[CONF_TRACKERS] = {
	    [CONF_TRACKER_SCRIPT] = "S", [CONF_TRACKER_FILE] = "F", [CONF_TRACKER_PROCESS] = "P",
	    [CONF_TRACKER_VIRTUAL_SERVER] = "tcp:10.9.0.100:80", [CONF_TRACKER_ROUTE] = "192.0.2.0/24",
	    [CONF_TRACKER_INTERFACE] = "eth5"};
	struct lookup *lookup = lookup_new();

	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++) {
		enum schema_id list = tracker_kind(kind)->list;

		if (!names[kind]) /* no instance has a list of track_groups */
			continue;
		lines_demand(lookup, list, names[kind], "weight 0", "weight 0 reverse");
		lines_demand(lookup, list, names[kind], "weight 5", "weight 5 reverse");
		lines_demand(lookup, list, names[kind], "weight 5", "weight 6");
		lines_demand(lookup, list, names[kind], "weight 5", "weight -5");
	}
	lookup_free(lookup);
}
END_TEST

static bool tracks_cross_as(const struct conf_vrrp *conf, const struct conf_track *track)
{
	struct vrrp_instance_frame frame = {.conf = *conf}, back;
	struct arena *arena = arena_new();
	uint8_t buffer[8192];
	size_t len = vrrp_instance_encode(&frame, buffer, sizeof(buffer));
	const struct conf_track *other;
	bool is_equal;

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(vrrp_instance_decode(buffer, len, arena, &back), 0);
	ck_assert_uint_eq(back.conf.n_tracks, 1);
	other = &back.conf.tracks[0];
	is_equal = other->kind == track->kind && !strcmp(other->name, track->name) &&
		   other->weight == track->weight && other->is_reverse == track->is_reverse;
	arena_free(arena);
	return is_equal;
}

/* All members are listed here, so that the compiler asks for a new one. */
START_TEST(each_member_of_a_tracker_crosses_and_is_compared)
{
	static const struct conf_place nowhere = {.file = ""};
	struct conf_track tracks[] = {
	    {CONF_TRACKER_SCRIPT, "a", 5, false, false, nowhere},
	    {CONF_TRACKER_FILE, "a", 5, false, false, nowhere},
	    {CONF_TRACKER_SCRIPT, "b", 5, false, false, nowhere},
	    {CONF_TRACKER_SCRIPT, "a", -5, false, false, nowhere},
	    {CONF_TRACKER_SCRIPT, "a", 5, true, false, nowhere},
	};
	struct lookup *lookup = lookup_new();
	struct conf *conf = conf_with(fields_skeletons[0], lookup, lookup_row(lookup, KW_PRIORITY),
				      SCHEMA_VRRP_INSTANCE, "100");
	struct conf_vrrp older = conf->vrrps[0], newer = conf->vrrps[0];

	older.n_tracks = newer.n_tracks = 1;
	older.tracks = tracks;
	for (size_t i = 0; i < sizeof(tracks) / sizeof(tracks[0]); i++) {
		newer.tracks = &tracks[i];
		ck_assert_msg(vrrp_is_same(&older, &newer) == !i, "member %zu", i);
		ck_assert_msg(tracks_cross_as(&newer, &tracks[i]), "member %zu", i);
	}
	newer.n_tracks = 0;
	ck_assert(!vrrp_is_same(&older, &newer));
	conf_free(conf);
	lookup_free(lookup);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf fields");
	TCase *tcase = tcase_create("fields");
	SRunner *runner;
	int n_failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, what_crosses_to_the_check_process_is_meaning);
	tcase_add_test(tcase, every_field_of_every_object);
	tcase_add_test(tcase, each_option_of_a_tracker_counts);
	tcase_add_test(tcase, each_member_of_a_tracker_crosses_and_is_compared);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
