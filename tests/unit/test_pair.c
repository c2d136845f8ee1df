/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a director tells another one of its configuration, what it logs, and how both reload: two of them on a wire
 * and a clock of the test's own. */
#include "tests/unit/logged.h"

#include "base/mem.h"
#include "base/vec.h"
#include "base/virtual/world.h"
#include "daemon/director/pair/pair.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define N 2

struct parcel {
	char *bytes;
	size_t len;
};

static struct node {
	struct loop *loop;
	struct pair_side side;
	struct conf conf;
	struct conf_relay_peer peer;
	struct endpoint at;
	VEC(struct parcel) waiting;
	struct loop_timer *arrival;
	char next[PAIR_DIGEST_MAX]; /* of the file; "": it is refused */
	uint64_t reading;
	unsigned n_applied, n_dropped;
	enum agree_outcome outcome;
	uint64_t client;
	char *text;
} nodes[N];
static bool is_cut;

static struct node *other_of(struct node *node)
{
	return node == &nodes[0] ? &nodes[1] : &nodes[0];
}

static void on_arrival(void *arg)
{
	struct node *node = arg;

	if (node->reading) {
		uint64_t id = node->reading;

		node->reading = 0;
		pair_staged(&node->side, id, *node->next ? node->next : NULL, "its line 3 is wrong");
	}
	for (size_t i = 0; i < node->waiting.n; i++) {
		struct parcel parcel = node->waiting.items[i];

		if (!is_cut)
			pair_take(&node->side, &other_of(node)->at, parcel.bytes, parcel.len);
		free(parcel.bytes);
	}
	vec_clear(&node->waiting);
}

static int on_post(const struct endpoint *peer, const void *message, size_t len, void *arg)
{
	struct node *other = other_of(arg);
	struct parcel *parcel;

	ck_assert_int_eq(endpoint_cmp(peer, &other->at), 0);
	if (is_cut)
		return -ENOTCONN;
	parcel = vec_push(&other->waiting);
	*parcel = (struct parcel){mem_calloc(len, 1), len};
	memcpy(parcel->bytes, message, len);
	loop_timer_set(other->arrival, world_now());
	return 0;
}

static void on_stage(uint64_t id, bool is_empty_meant, bool is_accepting, void *arg)
{
	struct node *node = arg;

	(void)is_empty_meant, (void)is_accepting;
	node->reading = id;
	loop_timer_set(node->arrival, mono_add_ms(world_now(), 100));
}

static void configure(struct node *node, char digest)
{
	memset(node->conf.digest, digest, PAIR_DIGEST_MAX - 1);
	pair_configure(&node->side, &node->conf, 1700000000000000);
}

static void on_apply(void *arg)
{
	struct node *node = arg;

	node->n_applied++;
	configure(node, *node->next);
}

static void on_drop(const char *why, void *arg)
{
	ck_assert_ptr_nonnull(why);
	((struct node *)arg)->n_dropped++;
}

static void on_answer(uint64_t client, enum agree_outcome outcome, const char *text, void *arg)
{
	struct node *node = arg;

	node->client = client;
	node->outcome = outcome;
	free(node->text);
	node->text = mem_strdup(text);
}

static void pass_s(int seconds)
{
	world_run_until(mono_add_ms(world_now(), seconds * 1000));
}

static void plug(bool is_up)
{
	is_cut = !is_up;
	for (size_t i = 0; i < N; i++)
		pair_peer_is(&nodes[i].side, &other_of(&nodes[i])->at, is_up);
	pass_s(1);
}

static void setup(void)
{
	memset(nodes, 0, sizeof(nodes));
	is_cut = true;
	world_begin((struct mono){NS_PER_S});
	logged_begin();
	for (size_t i = 0; i < N; i++)
		nodes[i].at = (struct endpoint){{AF_INET, {192, 0, 2, (uint8_t)(1 + i)}}, 8850};
	for (size_t i = 0; i < N; i++) {
		struct node *node = &nodes[i];

		node->peer = (struct conf_relay_peer){.addr = other_of(node)->at.addr, .port = 8850};
		node->conf.global.router_id = "lb";
		node->conf.global.relay = (struct conf_relay){.is_on = true, .n_peers = 1, .peers = &node->peer};
		memset(node->next, 'b', PAIR_DIGEST_MAX - 1);
		node->loop = loop_new();
		node->arrival = loop_timer_new(node->loop, on_arrival, node);
		node->side = (struct pair_side){
		    .loop = node->loop, .sink = {on_post, on_stage, on_apply, on_drop, on_answer, node}};
		pair_open(&node->side);
		configure(node, 'a');
	}
}

static void teardown(void)
{
	logged_end();
	for (size_t i = 0; i < N; i++) {
		pair_close(&nodes[i].side);
		loop_timer_free(nodes[i].arrival);
		for (size_t k = 0; k < nodes[i].waiting.n; k++)
			free(nodes[i].waiting.items[k].bytes);
		vec_free(&nodes[i].waiting);
		free(nodes[i].text);
		loop_free(nodes[i].loop);
	}
}

START_TEST(they_know_of_each_other_while_they_are_up)
{
	plug(true);
	for (size_t i = 0; i < N; i++) {
		ck_assert(nodes[i].side.peers[0].is_known);
		ck_assert_str_eq(nodes[i].side.peers[0].hello.version, PACKAGE_VERSION);
		ck_assert_str_eq(nodes[i].side.peers[0].hello.name, "lb");
		ck_assert(!nodes[i].side.peers[0].is_differing);
	}
	pass_s(3600);
	ck_assert(!logged_has("another configuration"));
	plug(false);
	ck_assert(!nodes[0].side.peers[0].is_known);
}
END_TEST

START_TEST(a_difference_is_said_once_and_not_at_once)
{
	const char *text;

	plug(true);
	configure(&nodes[0], 'b');
	pass_s(8);
	ck_assert(nodes[0].side.peers[0].is_differing && nodes[1].side.peers[0].is_differing);
	ck_assert(!logged_has("another configuration"));
	pass_s(3);
	text = logged_take();
	ck_assert_ptr_nonnull(strstr(text, "the director on 192.0.2.1 has another configuration in force than this "
					   "one, digest bbbbbbbbbbbb there and aaaaaaaaaaaa here"));
	ck_assert_ptr_nonnull(strstr(text, "the director on 192.0.2.2 has another"));
	pass_s(3600);
	ck_assert(!logged_has("another configuration"));
	configure(&nodes[1], 'b');
	pass_s(1);
	ck_assert(logged_has("the director on 192.0.2.2 has the same configuration in force"));
	ck_assert(!nodes[0].side.peers[0].is_differing);
}
END_TEST

/* One that is reloaded after the other, as usual. */
START_TEST(a_short_difference_is_not_said)
{
	plug(true);
	for (char digest = 'b'; digest < 'f'; digest++) {
		configure(&nodes[0], digest);
		pass_s(5);
		configure(&nodes[1], digest);
		pass_s(60);
	}
	ck_assert_str_eq(logged_take(), "");
}
END_TEST

START_TEST(both_apply_or_none)
{
	struct err err;

	plug(true);
	ck_assert_int_eq(pair_reload(&nodes[0].side, false, false, 9, &err), 0);
	ck_assert_int_eq(pair_may_reload(&nodes[0].side, &err), -EBUSY);
	pass_s(1);
	ck_assert_uint_eq(nodes[0].client, 9);
	ck_assert_int_eq(nodes[0].outcome, AGREE_DONE);
	ck_assert(nodes[0].n_applied == 1 && nodes[1].n_applied == 1);
	ck_assert_str_eq(nodes[0].text, "this director: in force\n192.0.2.2: in force\n");
	*nodes[1].next = '\0';
	ck_assert_int_eq(pair_reload(&nodes[0].side, false, false, 10, &err), 0);
	pass_s(1);
	ck_assert_int_eq(nodes[0].outcome, AGREE_FAILED);
	ck_assert_ptr_nonnull(strstr(nodes[0].text, "192.0.2.2: its file is refused:\nits line 3 is wrong\n"));
	ck_assert_uint_eq(nodes[0].n_dropped, 1);
	memset(nodes[1].next, 'c', PAIR_DIGEST_MAX - 1);
	ck_assert_int_eq(pair_reload(&nodes[1].side, false, false, 11, &err), 0);
	pass_s(1);
	ck_assert_int_eq(nodes[1].outcome, AGREE_FAILED);
	ck_assert_ptr_nonnull(strstr(nodes[1].text, "digest bbbbbbbbbbbb there, cccccccccccc here"));
	ck_assert(nodes[0].n_applied == 1 && nodes[1].n_applied == 1);
	ck_assert(!logged_has("another configuration"));
}
END_TEST

START_TEST(a_reload_that_cannot_be_is_refused_with_a_way_out)
{
	struct err err;

	ck_assert_int_eq(pair_may_reload(&nodes[0].side, &err), -ENOTCONN);
	ck_assert_ptr_nonnull(strstr(err.text, "nothing comes from the director on 192.0.2.2"));
	/* An older lvsd says no hello. */
	pair_peer_is(&nodes[0].side, &nodes[1].at, true);
	ck_assert_int_eq(pair_may_reload(&nodes[0].side, &err), -EPROTO);
	nodes[0].conf.global.relay.is_on = false;
	configure(&nodes[0], 'a');
	ck_assert_int_eq(pair_reload(&nodes[0].side, false, false, 1, &err), -ENOTCONN);
	ck_assert_ptr_nonnull(strstr(err.text, "mode relay"));
}
END_TEST

START_TEST(a_peer_that_goes_or_is_replaced_ends_it)
{
	struct err err;

	plug(true);
	ck_assert_int_eq(pair_reload(&nodes[0].side, false, false, 9, &err), 0);
	plug(false);
	ck_assert_int_eq(nodes[0].outcome, AGREE_FAILED);
	pass_s(60);
	ck_assert(!nodes[0].n_applied && !nodes[1].n_applied);
	plug(true);
	nodes[0].outcome = AGREE_PENDING;
	ck_assert_int_eq(pair_reload(&nodes[0].side, false, false, 10, &err), 0);
	nodes[1].side.run++; /* its director was replaced: what it had read is gone */
	nodes[1].reading = 0;
	pair_peer_is(&nodes[1].side, &nodes[0].at, true);
	world_run_until(mono_add_ms(world_now(), 50));
	ck_assert_int_eq(nodes[0].outcome, AGREE_FAILED);
	ck_assert_ptr_nonnull(strstr(nodes[0].text, "192.0.2.2: went before it was prepared"));
	ck_assert_uint_eq(nodes[0].n_applied, 0);
}
END_TEST

START_TEST(lvsd_stops_meanwhile)
{
	struct err err;

	plug(true);
	ck_assert_int_eq(pair_reload(&nodes[0].side, false, false, 9, &err), 0);
	world_run_until(mono_add_ms(world_now(), 50));
	pair_stop(&nodes[1].side);
	pass_s(1);
	ck_assert_int_eq(nodes[0].outcome, AGREE_FAILED);
	ck_assert_ptr_nonnull(strstr(nodes[0].text, "lvsd is stopping there"));
	ck_assert(!nodes[0].n_applied && !nodes[1].n_applied);
}
END_TEST

START_TEST(garbage_and_strangers_change_nothing)
{
	const struct endpoint stranger = {{AF_INET, {192, 0, 2, 77}}, 8850};

	plug(true);
	pair_take(&nodes[0].side, &stranger, "{", 1);
	ck_assert(!logged_has("malformed"));
	pair_peer_is(&nodes[0].side, &stranger, false);
	pair_take(&nodes[0].side, &nodes[1].at, "{", 1);
	ck_assert(logged_has("a message of the director on 192.0.2.2 is malformed"));
	logged_take();
	pair_take(&nodes[0].side, &nodes[1].at, "{\"type\":\"news\"}", 15);
	ck_assert(!logged_has("malformed"));
	ck_assert(nodes[0].side.peers[0].is_known);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pair");
	TCase *tests = tcase_create("pair");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, they_know_of_each_other_while_they_are_up);
	tcase_add_test(tests, a_difference_is_said_once_and_not_at_once);
	tcase_add_test(tests, a_short_difference_is_not_said);
	tcase_add_test(tests, both_apply_or_none);
	tcase_add_test(tests, a_reload_that_cannot_be_is_refused_with_a_way_out);
	tcase_add_test(tests, a_peer_that_goes_or_is_replaced_ends_it);
	tcase_add_test(tests, lvsd_stops_meanwhile);
	tcase_add_test(tests, garbage_and_strangers_change_nothing);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
