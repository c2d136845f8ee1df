/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds for comparison and printing of any configuration: shown on generated ones. */
#include "base/arena.h"
#include "conf/canon/diff.h"
#include "conf/canon/print.h"
#include "conf/load.h"
#include "conf/model/member_list.h"
#include "conf/model/sorted.h"
#include "conf/schema/tracker.h"
#include "conf/model/table.h"
#include "conf/schema/lookup.h"
#include "conf/text/out.h"
#include "conf/tree/keywords.h"
#include "tests/unit/conf_random.h"
#include "tests/unit/first_difference.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SEEDS 250

static char *printed(const struct conf *conf)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_print_secrets(conf, out);
	fclose(out);
	return text;
}

/* --- a snapshot of one's own, put together from the objects of others --- */

/* A copy of n items in the order of cmp, which compares pointers to them. */
static void *in_order(struct arena *arena, const void *items, size_t n, size_t size,
		      sorted_cmp_fn *cmp)
{
	const void **list = sorted_list(items, n, size, cmp);
	char *copy = arena_calloc(arena, n, size);

	for (size_t i = 0; i < n; i++)
		memcpy(copy + i * size, list[i], size);
	free(list);
	return copy;
}

/* The lists of an object whose keywords stand in block, as far as their order has no meaning. */
static void lists_order(struct arena *arena, enum schema_block block, void *base)
{
	struct table *table = table_new();

	for (size_t i = 0; i < table->of[block].n; i++) {
		const struct schema_field *list = table->of[block].items[i].field;
		size_t n = list->storage == FIELD_LIST ? member_list_count(list, base) : 0;
		const void **sorted = n ? member_list_sorted(list, base) : NULL;
		char *items = n ? member_list_make(arena, list, base, n) : NULL;

		for (size_t k = 0; k < n; k++)
			memcpy(items + k * list->size, sorted[k], list->size);
		free(sorted);
	}
	table_free(table);
}

static void order_vrrp(struct arena *arena, struct conf_vrrp *vrrp)
{
	lists_order(arena, SCHEMA_VRRP_INSTANCE, vrrp);
	vrrp->tracks = in_order(arena, vrrp->tracks, vrrp->n_tracks, sizeof(*vrrp->tracks),
				sorted_track_cmp);
}

static const struct conf_group *group_in_order(struct arena *arena, const struct conf_group *group)
{
	struct conf_group *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *group;
	lists_order(arena, SCHEMA_VIRTUAL_SERVER_GROUP, copy);
	return copy;
}

static void order_virtual_server(struct arena *arena, struct conf_virtual_server *vs)
{
	if (vs->group)
		vs->group = group_in_order(arena, vs->group);
	vs->real_servers = in_order(arena, vs->real_servers, vs->n_real_servers,
				    sizeof(*vs->real_servers), sorted_real_server_cmp);
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct conf_real_server *rs = &vs->real_servers[i];

		rs->checks = in_order(arena, rs->checks, rs->n_checks, sizeof(*rs->checks),
				      sorted_check_cmp);
	}
}

static void order_trackers(struct arena *arena, const struct conf *conf, struct conf *copy)
{
	for (enum conf_tracker k = 0; k < CONF_TRACKERS; k++) {
		const struct tracker_kind *kind = tracker_kind(k);
		size_t n;
		void *list = tracker_definitions(conf, kind, &n);

		if (n)
			tracker_definitions_set(
			    copy, kind, in_order(arena, list, n, kind->size, sorted_tracker_cmp), n);
	}
}

/* The same objects, in an order that does not depend on the file. */
static char *printed_in_order(const struct conf *conf)
{
	struct arena *arena = arena_new();
	struct conf copy = *conf;
	char *text;

	order_trackers(arena, conf, &copy);
	copy.sync_groups = in_order(arena, conf->sync_groups, conf->n_sync_groups,
				    sizeof(*conf->sync_groups), sorted_sync_group_cmp);
	for (size_t i = 0; i < copy.n_sync_groups; i++)
		copy.sync_groups[i].tracks =
		    in_order(arena, copy.sync_groups[i].tracks, copy.sync_groups[i].n_tracks,
			     sizeof(*copy.sync_groups[i].tracks), sorted_track_cmp);
	copy.vrrps =
	    in_order(arena, conf->vrrps, conf->n_vrrps, sizeof(*conf->vrrps), sorted_vrrp_cmp);
	for (size_t i = 0; i < copy.n_vrrps; i++)
		order_vrrp(arena, &copy.vrrps[i]);
	copy.virtual_servers = in_order(arena, conf->virtual_servers, conf->n_virtual_servers,
					sizeof(*conf->virtual_servers), sorted_virtual_server_cmp);
	for (size_t i = 0; i < copy.n_virtual_servers; i++)
		order_virtual_server(arena, &copy.virtual_servers[i]);
	text = printed(&copy);
	arena_free(arena);
	return text;
}

/* --- a diff put in force --- */

struct apply {
	struct arena *arena;
	const struct conf_diff *diff;
};

static bool is_gone(const struct conf_change *change)
{
	return change->kind == CONF_CHANGE_REMOVE;
}

static const struct conf_check *check_applied(const struct apply *apply,
					      const struct conf_check *check)
{
	for (size_t i = 0; i < apply->diff->changes.n; i++) {
		const struct conf_change *change = &apply->diff->changes.items[i];

		if (change->object == CONF_OBJECT_CHECK && change->old_check == check)
			return is_gone(change) ? NULL : change->new_check;
	}
	return check;
}

/* Checks that stay, changed or not, then those that are added. */
static void checks_apply(const struct apply *apply, const struct conf_real_server *older,
			 struct conf_real_server *rs)
{
	const struct conf_diff *diff = apply->diff;
	struct conf_check *checks =
	    arena_calloc(apply->arena, older->n_checks + diff->changes.n, sizeof(*checks));
	size_t n = 0;

	for (size_t i = 0; i < older->n_checks; i++) {
		const struct conf_check *check = check_applied(apply, &older->checks[i]);

		if (check)
			checks[n++] = *check;
	}
	for (size_t i = 0; i < diff->changes.n; i++) {
		const struct conf_change *change = &diff->changes.items[i];

		if (change->object == CONF_OBJECT_CHECK && !change->old_check &&
		    change->old_rs == older)
			checks[n++] = *change->new_check;
	}
	rs->checks = checks;
	rs->n_checks = n;
}

/* false: it is removed. */
static bool real_server_apply(const struct apply *apply, const struct conf_real_server *older,
			      struct conf_real_server *ret_rs)
{
	*ret_rs = *older;
	for (size_t i = 0; i < apply->diff->changes.n; i++) {
		const struct conf_change *change = &apply->diff->changes.items[i];

		if (change->object != CONF_OBJECT_REAL_SERVER || change->old_rs != older)
			continue;
		if (is_gone(change))
			return false;
		*ret_rs = *change->new_rs;
	}
	checks_apply(apply, older, ret_rs);
	return true;
}

static void real_servers_apply(const struct apply *apply, const struct conf_virtual_server *older,
			       struct conf_virtual_server *vs)
{
	const struct conf_diff *diff = apply->diff;
	struct conf_real_server *list =
	    arena_calloc(apply->arena, older->n_real_servers + diff->changes.n, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < older->n_real_servers; i++)
		n += real_server_apply(apply, &older->real_servers[i], &list[n]);
	for (size_t i = 0; i < diff->changes.n; i++) {
		const struct conf_change *change = &diff->changes.items[i];

		if (change->object == CONF_OBJECT_REAL_SERVER && !change->old_rs &&
		    change->old_vs == older)
			list[n++] = *change->new_rs;
	}
	vs->real_servers = list;
	vs->n_real_servers = n;
}

static bool virtual_server_apply(const struct apply *apply, const struct conf_virtual_server *older,
				 struct conf_virtual_server *ret_vs)
{
	*ret_vs = *older;
	for (size_t i = 0; i < apply->diff->changes.n; i++) {
		const struct conf_change *change = &apply->diff->changes.items[i];

		if (change->object != CONF_OBJECT_VIRTUAL_SERVER || change->old_vs != older)
			continue;
		if (is_gone(change))
			return false;
		*ret_vs = *change->new_vs;
	}
	real_servers_apply(apply, older, ret_vs);
	return true;
}

static void virtual_servers_apply(const struct apply *apply, const struct conf *older,
				  struct conf *conf)
{
	const struct conf_diff *diff = apply->diff;
	struct conf_virtual_server *list =
	    arena_calloc(apply->arena, older->n_virtual_servers + diff->changes.n, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < older->n_virtual_servers; i++)
		n += virtual_server_apply(apply, &older->virtual_servers[i], &list[n]);
	for (size_t i = 0; i < diff->changes.n; i++) {
		const struct conf_change *change = &diff->changes.items[i];

		if (change->object == CONF_OBJECT_VIRTUAL_SERVER && !change->old_vs)
			list[n++] = *change->new_vs;
	}
	conf->virtual_servers = list;
	conf->n_virtual_servers = n;
}

static void vrrps_apply(const struct apply *apply, const struct conf *older, struct conf *conf)
{
	const struct conf_diff *diff = apply->diff;
	struct conf_vrrp *list =
	    arena_calloc(apply->arena, older->n_vrrps + diff->changes.n, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < older->n_vrrps; i++) {
		bool is_kept = true;

		for (size_t k = 0; k < diff->changes.n; k++)
			is_kept &= diff->changes.items[k].old_vrrp != &older->vrrps[i];
		if (is_kept)
			list[n++] = older->vrrps[i];
	}
	for (size_t i = 0; i < diff->changes.n; i++)
		if (diff->changes.items[i].new_vrrp)
			list[n++] = *diff->changes.items[i].new_vrrp;
	conf->vrrps = list;
	conf->n_vrrps = n;
}

static void definitions_apply(const struct apply *apply, const struct conf *older,
			      const struct tracker_kind *kind, struct conf *conf)
{
	const struct conf_diff *diff = apply->diff;
	size_t n_old, n = 0;
	const char *old = tracker_definitions(older, kind, &n_old);
	char *list = arena_calloc(apply->arena, n_old + diff->changes.n, kind->size);

	for (size_t i = 0; i < n_old; i++) {
		bool is_kept = true;

		for (size_t k = 0; k < diff->changes.n; k++)
			is_kept &= diff->changes.items[k].old_tracker != old + i * kind->size;
		if (is_kept)
			memcpy(list + n++ * kind->size, old + i * kind->size, kind->size);
	}
	for (size_t i = 0; i < diff->changes.n; i++)
		if (diff->changes.items[i].object == kind->object &&
		    diff->changes.items[i].new_tracker)
			memcpy(list + n++ * kind->size, diff->changes.items[i].new_tracker,
			       kind->size);
	tracker_definitions_set(conf, kind, list, n);
}

static void trackers_apply(const struct apply *apply, const struct conf *older, struct conf *conf)
{
	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++)
		if (tracker_kind(kind)->definition)
			definitions_apply(apply, older, tracker_kind(kind), conf);
}

static void sync_groups_apply(const struct apply *apply, const struct conf *older,
			      struct conf *conf)
{
	const struct conf_diff *diff = apply->diff;
	struct conf_sync_group *list =
	    arena_calloc(apply->arena, older->n_sync_groups + diff->changes.n, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < older->n_sync_groups; i++) {
		bool is_kept = true;

		for (size_t k = 0; k < diff->changes.n; k++)
			is_kept &= diff->changes.items[k].old_sync_group != &older->sync_groups[i];
		if (is_kept)
			list[n++] = older->sync_groups[i];
	}
	for (size_t i = 0; i < diff->changes.n; i++)
		if (diff->changes.items[i].new_sync_group)
			list[n++] = *diff->changes.items[i].new_sync_group;
	conf->sync_groups = list;
	conf->n_sync_groups = n;
}

/* older with diff put in force. Global settings are one object, and newer has it. */
static struct conf applied(const struct apply *apply, const struct conf *older,
			   const struct conf *newer)
{
	struct conf conf = *older;

	for (size_t i = 0; i < apply->diff->changes.n; i++) {
		enum conf_object object = apply->diff->changes.items[i].object;
		struct conf_sync_daemon sync = conf.global.sync_daemon;
		struct conf_relay relay = conf.global.relay;

		if (object == CONF_OBJECT_STATICS)
			conf.statics = newer->statics;
		if (object == CONF_OBJECT_RELAY)
			conf.global.relay = newer->global.relay;
		if (object == CONF_OBJECT_SYNC_DAEMON)
			conf.global.sync_daemon = newer->global.sync_daemon;
		if (object != CONF_OBJECT_GLOBAL)
			continue;
		conf.global = newer->global;
		conf.global.sync_daemon = sync;
		conf.global.relay = relay;
	}
	trackers_apply(apply, older, &conf);
	sync_groups_apply(apply, older, &conf);
	vrrps_apply(apply, older, &conf);
	virtual_servers_apply(apply, older, &conf);
	return conf;
}

/* --- the properties --- */

/* Names the pair when an assertion fails. */
static const char *pair_name(struct conf_seed a, struct conf_seed b)
{
	static char text[128];

	snprintf(text, sizeof(text), "seeds %llu/%u and %llu/%u", (unsigned long long)a.seed,
		 a.mutation, (unsigned long long)b.seed, b.mutation);
	return text;
}

static void pair_check(struct conf_seed seed_a, struct conf_seed seed_b)
{
	struct conf *a = conf_random(seed_a, NULL), *b = conf_random(seed_b, NULL), result;
	char *text_a = printed_in_order(a), *text_b = printed_in_order(b), *text;
	struct conf_diff diff;
	struct apply apply = {arena_new(), &diff};
	bool is_same = !strcmp(text_a, text_b);

	conf_diff(a, b, &diff);
	ck_assert_msg(is_same == (diff.changes.n == 0), "%s: %s", pair_name(seed_a, seed_b),
		      is_same ? diff.changes.items[0].text : "no change is seen");
	result = applied(&apply, a, b);
	text = printed_in_order(&result);
	ck_assert_msg(!strcmp(text, text_b), "%s: the diff does not lead there\n%s\n---\n%s",
		      pair_name(seed_a, seed_b), text, text_b);
	conf_diff_fini(&diff);
	arena_free(apply.arena);
	free(text);
	free(text_a);
	free(text_b);
	conf_free(a);
	conf_free(b);
}

START_TEST(a_diff_leads_from_one_to_the_other)
{
	for (uint64_t seed = 0; seed < N_SEEDS; seed++)
		pair_check((struct conf_seed){.seed = seed}, (struct conf_seed){.seed = seed + 1});
}
END_TEST

START_TEST(a_change_is_seen_wherever_it_is)
{
	for (uint64_t seed = 0; seed < 20; seed++)
		for (unsigned mutation = 1; mutation <= 40; mutation++)
			pair_check((struct conf_seed){.seed = seed},
				   (struct conf_seed){seed, mutation});
}
END_TEST

static size_t count(const struct conf *conf)
{
	size_t n = conf->n_vrrps + conf->n_sync_groups + conf->n_virtual_servers +
		   conf->global.sync_daemon.is_on + conf->global.relay.is_on;

	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++) {
		size_t n_definitions;

		tracker_definitions(conf, tracker_kind(kind), &n_definitions);
		n += n_definitions;
	}
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		n += vs->n_real_servers;
		for (size_t k = 0; k < vs->n_real_servers; k++)
			n += vs->real_servers[k].n_checks;
	}
	return n;
}

START_TEST(a_configuration_does_not_differ_from_itself)
{
	for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
		struct conf *conf = conf_random((struct conf_seed){.seed = seed}, NULL);
		struct conf_diff diff;

		conf_diff(conf, conf, &diff);
		ck_assert_uint_eq(diff.changes.n, 0);
		ck_assert_uint_eq(diff.n_kept, count(conf));
		conf_diff_fini(&diff);
		conf_free(conf);
	}
}
END_TEST

static void round_trip(uint64_t seed)
{
	struct conf *first = conf_random((struct conf_seed){.seed = seed}, NULL), *second;
	char *once = printed(first), *twice, error[1024];
	struct diags diags = {0};
	struct conf_diff diff;

	second = conf_load_text("printed", once, strlen(once), &diags);
	ck_assert_msg(second, "seed %llu: %s\n%.2000s", (unsigned long long)seed,
		      diags_first_error(&diags, error, sizeof(error)), once);
	twice = printed(second);
	ck_assert_msg(!strcmp(once, twice), "seed %llu: printed again, %s", (unsigned long long)seed,
		      first_difference(twice, once));
	ck_assert_str_eq(first->digest, second->digest);
	conf_diff(first, second, &diff);
	ck_assert_msg(!diff.changes.n, "seed %llu: %s", (unsigned long long)seed,
		      diff.changes.n ? diff.changes.items[0].text : "");
	conf_diff_fini(&diff);
	conf_free(first);
	conf_free(second);
	diags_free(&diags);
	free(once);
	free(twice);
}

START_TEST(printing_and_reading_changes_nothing)
{
	for (uint64_t seed = 0; seed < N_SEEDS; seed++)
		round_trip(seed);
}
END_TEST

/* The name of the first keyword that has an effect and is not marked; NULL: all are. */
static const char *first_unused(const struct keyword *list, size_t n, const bool *is_used)
{
	for (size_t i = 0; i < n; i++)
		if (!is_used[list[i].row->id] && list[i].class == KEYWORD_IMPLEMENTED)
			return list[i].row->name;
	return NULL;
}

/* A keyword that never stands in a generated configuration is shown by no property. */
START_TEST(every_implemented_keyword_is_generated)
{
	bool is_used[KW_N] = {false};
	struct keyword *list;
	size_t n = keywords_list(&list);

	for (uint64_t seed = 0; seed < 20 * N_SEEDS && first_unused(list, n, is_used); seed++)
		free(conf_random_text((struct conf_seed){.seed = seed}, is_used));
	ck_assert_msg(!first_unused(list, n, is_used),
		      "%s is never generated: give it a value in conf_random.c",
		      first_unused(list, n, is_used));
	free(list);
}
END_TEST

/* Marks the rows of which text has a word, by any name. */
static void find_words(const struct lookup *lookup, char *text, bool *is_shown)
{
	char *rest;

	for (char *word = strtok_r(text, " \t\n", &rest); word;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		for (enum schema_block block = SCHEMA_ROOT; block < SCHEMA_N_BLOCKS; block++) {
			const struct schema_keyword *row = lookup_find(lookup, block, word);

			if (row)
				is_shown[row->id] = true;
		}
	}
}

/* What has a default is in force in each block that can hold it, given or not. */
START_TEST(every_default_is_printed)
{
	static const char text[] =
	    "sync { listen 10.0.0.1\n peer 10.0.0.2\n key_file /k\n }\n"
	    "vrrp_script S { script /bin/s\n }\n"
	    "vrrp_instance A { interface eth0\n virtual_router_id 1\n version 3\n"
	    "track_script { S\n }\n unicast_peer { 10.0.0.2\n }\n virtual_ipaddress { 192.0.2.1\n } }\n"
	    "virtual_server 192.0.2.1 80 {\n lvs_method TUN\n persistence_timeout\n flap_damping\n sorry_server "
	    "10.0.0.9\n"
	    "real_server 10.0.0.1 {\n TCP_CHECK { }\n MISC_CHECK { misc_path /bin/a\n }\n"
	    "HTTP_GET { url { path /\n } }\n SSL_GET { url { path /\n } }\n"
	    "UDP_CHECK { }\n SMTP_CHECK { }\n DNS_CHECK { }\n } }\n";
	struct lookup *lookup = lookup_new();
	bool is_shown[KW_N] = {false};
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);
	struct keyword *list;
	size_t n = keywords_list(&list);
	char *print, error[1024];

	ck_assert_msg(conf, "%s", diags_first_error(&diags, error, sizeof(error)));
	print = printed(conf);
	find_words(lookup, print, is_shown);
	for (size_t i = 0; i < n; i++) {
		const struct schema_keyword *row = list[i].row;

		ck_assert_msg(is_shown[row->id] || !row->def || row->options ||
				  list[i].class != KEYWORD_IMPLEMENTED,
			      "%s has the default %s, which is not printed", row->name, row->def);
	}
	free(list);
	free(print);
	conf_free(conf);
	diags_free(&diags);
	lookup_free(lookup);
}
END_TEST

static size_t snapshot_size(unsigned n_services)
{
	struct diags diags = {0};
	struct conf *conf;
	struct out out;
	size_t size;
	char *text;

	out_init(&out, NULL, NULL);
	for (unsigned i = 0; i < n_services; i++) {
		out_text(&out, "virtual_server 192.0.2.1 ");
		out_number(&out, i + 1);
		out_text(&out, " {\n real_server 10.0.0.1 80 {\n TCP_CHECK { }\n }\n }\n");
	}
	text = out_take(&out);
	conf = conf_load_text("t", text, strlen(text), &diags);
	ck_assert_ptr_nonnull(conf);
	size = arena_size(conf->arena);
	conf_free(conf);
	diags_free(&diags);
	free(text);
	return size;
}

START_TEST(a_snapshot_is_as_large_as_what_is_in_it)
{
	size_t once = snapshot_size(3000), four_times = snapshot_size(12000);

	ck_assert_msg(four_times * 10 < once * 4 * 11, "%zu bytes, and %zu for four times as much",
		      once, four_times);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf properties");
	TCase *tcase = tcase_create("properties");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_configuration_does_not_differ_from_itself);
	tcase_add_test(tcase, a_diff_leads_from_one_to_the_other);
	tcase_add_test(tcase, a_change_is_seen_wherever_it_is);
	tcase_add_test(tcase, printing_and_reading_changes_nothing);
	tcase_add_test(tcase, every_implemented_keyword_is_generated);
	tcase_add_test(tcase, every_default_is_printed);
	tcase_add_test(tcase, a_snapshot_is_as_large_as_what_is_in_it);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
