/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connection sync of two directors that hear each other: heartbeats and hellos on a network and a
 * clock of the test's own. What the log says, what the status shows, and how the kernel is made to
 * tell anew.
 */
#include "tests/unit/logged.h"

#include "base/nonce.h"
#include "base/virtual/world.h"
#include "daemon/director/status_json.h"
#include "daemon/director/sync/sync.h"
#include "host/sysctl.h"
#include "sync/hello.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define N 2

/* --- a network: what each says arrives in the next turn of whoever is not cut off --- */

struct datagram {
	struct addr from;
	bool is_hello;
	struct sync_heartbeat heartbeat;
};

struct sync_hello {
	size_t node;
	VEC(struct datagram) waiting;
	struct loop_timer *arrival;
	struct sync_daemon daemon;
	sync_hello_fn *fn;
	void *arg;
	struct sync_ears ears;
	bool has_ears;
};

static struct {
	struct sync_hello *hellos[N];
	bool is_cut[N][N]; /* [from][to] */
	int open_code, beat_code;
	size_t n_beats[N], n_hellos[N];
} net;

/* A director with the part of it that is tested, and what is around that. */
static struct node {
	struct loop *loop;
	struct conf conf;
	struct conf_vrrp vrrp;
	struct vrrp_report report;
	bool has_report, is_held, is_table_known;
	struct ipvs_state table;
	struct sync_side side;
	struct addr addr;
	uint32_t hold_ms; /* of the last hold */
	size_t n_holds, n_bulks;
	const char *fault;
	char threshold[HOST_SYSCTL_MAX], refresh[HOST_SYSCTL_MAX];
	int sysctl_code;
} nodes[N];

static struct node *node_of_loop(const struct loop *loop)
{
	return loop == nodes[0].loop ? &nodes[0] : &nodes[1];
}

static void on_arrival(void *arg)
{
	struct sync_hello *hello = arg;

	for (size_t i = 0; i < hello->waiting.n; i++) {
		const struct datagram *d = &hello->waiting.items[i];

		if (d->is_hello)
			hello->fn(&d->from, hello->arg);
		else if (hello->has_ears)
			hello->ears.on_heartbeat(&d->from, &d->heartbeat, hello->ears.arg);
	}
	vec_clear(&hello->waiting);
}

static void send_from(size_t node, const struct sync_heartbeat *heartbeat)
{
	struct sync_hello *other = net.hellos[1 - node];
	struct datagram *d;

	if (!other || net.is_cut[node][1 - node])
		return;
	d = vec_push(&other->waiting);
	*d = (struct datagram){.from = nodes[node].addr, .is_hello = !heartbeat};
	if (heartbeat)
		d->heartbeat = *heartbeat;
	loop_timer_set(other->arrival, world_now());
}

int sync_hello_open(struct loop *loop, const struct sync_daemon *daemon, unsigned file_ttl,
		    sync_hello_fn *fn, void *arg, struct sync_hello **ret_hello, struct err *err)
{
	struct sync_hello *hello;

	(void)file_ttl;
	if (net.open_code)
		return err_set(err, net.open_code, "%s: there is no such interface",
			       daemon->interface);
	hello = mem_calloc(1, sizeof(*hello));
	*hello = (struct sync_hello){.node = (size_t)(node_of_loop(loop) - nodes),
				     .arrival = loop_timer_new(loop, on_arrival, hello),
				     .daemon = *daemon,
				     .fn = fn,
				     .arg = arg};
	net.hellos[hello->node] = hello;
	*ret_hello = hello;
	return 0;
}

void sync_hello_close(struct sync_hello *hello)
{
	if (!hello)
		return;
	net.hellos[hello->node] = NULL;
	loop_timer_free(hello->arrival);
	vec_free(&hello->waiting);
	free(hello);
}

bool sync_hello_fits(const struct sync_hello *hello, const struct sync_daemon *daemon,
		     unsigned file_ttl)
{
	(void)file_ttl;
	return !strcmp(hello->daemon.interface, daemon->interface);
}

bool sync_hello_listen(struct sync_hello *hello, const struct sync_ears *ears)
{
	bool is_first = !hello->has_ears;

	if (is_first)
		hello->ears = *ears;
	hello->has_ears = true;
	return is_first;
}

int sync_hello_beat(struct sync_hello *hello, const struct sync_heartbeat *heartbeat)
{
	if (net.beat_code)
		return net.beat_code;
	net.n_beats[hello->node]++;
	send_from(hello->node, heartbeat);
	return 0;
}

void sync_hello_send(struct sync_hello *hello)
{
	net.n_hellos[hello->node]++;
	send_from(hello->node, NULL);
}

/* Ids in turn; 1 is the first. */
static uint64_t last_nonce;

uint64_t nonce_new(void)
{
	return ++last_nonce;
}

int host_sysctl_write(const char *dir, const char *name, const char *value, struct err *err)
{
	struct node *node = node_of_loop(world_turning());

	(void)dir;
	if (node->sysctl_code)
		return err_set(err, node->sysctl_code, "%s cannot be set", name);
	strcpy(!strcmp(name, "sync_threshold") ? node->threshold : node->refresh, value);
	return 0;
}

/* --- the parts around --- */

void relaying_wait(struct sync_side *side)
{
	ck_assert_ptr_null(side); /* no mode relay here */
}

static void on_hold(uint32_t ms, void *arg)
{
	struct node *node = arg;

	node->hold_ms = ms;
	node->n_holds++;
}

static bool is_held(void *arg)
{
	return ((struct node *)arg)->is_held;
}

static const struct vrrp_report *report_of(const struct conf_vrrp *conf, void *arg)
{
	const struct node *node = arg;

	(void)conf;
	return node->has_report ? &node->report : NULL;
}

/* Each hello that is answered also asks for the connections that are idle. */
static void count_bulk(struct sync_side *side)
{
	node_of_loop(side->loop)->n_bulks++;
}

static const char *fault_of(struct sync_side *side)
{
	return node_of_loop(side->loop)->fault;
}

static void settle_node(struct node *node)
{
	rejoin_settle(&node->side);
	heartbeats_settle(&node->side);
}

/* A director starts: both its roles are new, so it says hello. */
static void start_node(struct node *node)
{
	node->side = (struct sync_side){
	    .loop = node->loop,
	    .run_dir = "",
	    .conf = &node->conf,
	    .table = &node->table,
	    .is_table_known = &node->is_table_known,
	    .sink = {.hold = on_hold, .is_held = is_held, .report = report_of, .arg = node},
	    .rejoin = {.asks = {fault_of, heartbeats_know, heartbeats_answer, count_bulk}},
	};
	settle_node(node);
}

static void stop_node(struct node *node)
{
	heartbeats_close(&node->side);
	rejoin_close(&node->side);
}

static void setup(void)
{
	world_begin((struct mono){1000 * NS_PER_S});
	memset(&net, 0, sizeof(net));
	memset(nodes, 0, sizeof(nodes));
	last_nonce = 0;
	for (size_t i = 0; i < N; i++) {
		struct node *node = &nodes[i];

		node->loop = loop_new();
		node->fault = "";
		node->addr =
		    (struct addr){.family = AF_INET, .bytes = {10, 9, 1, (uint8_t)(i + 1)}};
		node->vrrp = (struct conf_vrrp){.name = "web"};
		node->conf.vrrps = &node->vrrp;
		node->conf.n_vrrps = 1;
		node->conf.global.sync_daemon = (struct conf_sync_daemon){
		    .is_on = true, .interface = "eth1", .instance = "", .syncid = 51};
	}
	logged_begin();
}

static void teardown(void)
{
	for (size_t i = 0; i < N; i++) {
		stop_node(&nodes[i]);
		ipvs_state_clear(&nodes[i].table);
		ck_assert_uint_eq(world_count(nodes[i].loop), 0);
		loop_free(nodes[i].loop);
	}
	logged_end();
}

static void run_for(int64_t seconds)
{
	world_run_until(mono_add_ns(world_now(), seconds * NS_PER_S));
}

static void start_both(void)
{
	start_node(&nodes[0]);
	start_node(&nodes[1]);
	run_for(45);
	logged_take();
}

static void cut(bool is_cut, size_t from, size_t to)
{
	net.is_cut[from][to] = is_cut;
}

/* "sync" of the status, as text; the caller frees it. */
static char *status_of(const struct node *node)
{
	struct sync_status status = {.is_on = true, .interface = "", .fault = ""};
	json_t *sync;
	char *text;

	heartbeats_status(&node->side, &status);
	sync = status_sync_json(&status, world_now());
	json_object_del(sync, "interface"); /* not from the heartbeats */
	json_object_del(sync, "index");
	json_object_del(sync, "fault");
	json_object_del(sync, "mirror");
	text = json_dumps(sync, 0);
	json_decref(sync);
	return text;
}

static void check_status(const struct node *node, const char *wanted)
{
	char *text = status_of(node);

	ck_assert_str_eq(text, wanted);
	free(text);
}

/* --- heartbeats --- */

START_TEST(test_heard)
{
	start_node(&nodes[0]);
	check_status(&nodes[0],
		     "{\"mode\": \"kernel\", \"state\": \"never heard\", \"send_error\": null, \"vrrp_peer\": null, "
		     "\"peers\": []}");
	start_node(&nodes[1]);
	run_for(1);
	ck_assert(heartbeats_know(&nodes[0].side, &nodes[1].addr));
	ck_assert(!heartbeats_know(&nodes[0].side, &nodes[0].addr));
	ck_assert_uint_eq(logged_count(logged_take(), "notice: sync: heartbeats of 10.9.1.2 arrive on eth1\n"), 1);
	/* A new director is answered at once, and then each says one in ten seconds. */
	ck_assert_uint_le(net.n_beats[0], 3);
	run_for(60);
	ck_assert_uint_ge(net.n_beats[0], 7);
	ck_assert_uint_le(net.n_beats[0], 9);
	ck_assert_str_eq(logged_take(), "");
	world_run_until((struct mono){1066 * NS_PER_S});
	check_status(
	    &nodes[0],
	    "{\"mode\": \"kernel\", \"state\": \"heard\", \"send_error\": null, \"vrrp_peer\": null, \"peers\": "
	    "[{\"address\": \"10.9.1.2\", \"state\": \"heard\", \"heartbeat_s\": 6, "
	    "\"entries_s\": null, \"entries_there_s\": null, \"hears_us\": true, \"deaf\": "
	    "false, \"untold\": false}]}");
	/* What the other kernel tells is a sign of life too. */
	net.hellos[0]->ears.on_entries(&nodes[1].addr, net.hellos[0]->ears.arg);
	run_for(2);
	check_status(&nodes[0],
		     "{\"mode\": \"kernel\", \"state\": \"heard\", \"send_error\": null, \"vrrp_peer\": null, "
		     "\"peers\": [{\"address\": \"10.9.1.2\", \"state\": \"heard\", \"heartbeat_s\": 8, "
		     "\"entries_s\": 2, \"entries_there_s\": null, \"hears_us\": true, \"deaf\": "
		     "false, \"untold\": false}]}");
}
END_TEST

/* Silence is a warning once; the first heartbeat after it says hello, since connections were
 * missed. */
START_TEST(test_silence)
{
	const char *lines;

	start_both();
	cut(true, 1, 0);
	cut(true, 0, 1);
	run_for(40);
	lines = logged_take();
	ck_assert_uint_eq(logged_count(lines, "warning: sync: no heartbeat of 10.9.1.2 for 25 s"),
			  1);
	ck_assert_uint_eq(logged_count(lines, "warning: "), 2);
	ck_assert_uint_eq(net.n_hellos[0], 0);
	cut(false, 1, 0);
	cut(false, 0, 1);
	run_for(15);
	lines = logged_take();
	ck_assert_uint_eq(
	    logged_count(lines, "notice: sync: heartbeats of 10.9.1.2 arrive again"), 1);
	ck_assert_uint_eq(
	    logged_count(
		lines, "the director on 10.9.1.1 has come back: the kernel announces all connections in use again"),
	    1);
	ck_assert_uint_eq(net.n_hellos[0], 1);
	ck_assert_uint_ge(nodes[1].n_bulks, 1);
	ck_assert_uint_eq(nodes[0].hold_ms, SYNC_HOLD_MS);
}
END_TEST

START_TEST(test_one_way)
{
	start_both();
	cut(true, 0, 1);
	run_for(60);
	ck_assert(
	    logged_has("warning: sync: the heartbeats of 10.9.1.2 arrive here, but ours do not "
		       "arrive there"));
	cut(false, 0, 1);
	run_for(20);
	ck_assert(logged_has("notice: sync: 10.9.1.2 receives our heartbeats again"));
}
END_TEST

START_TEST(test_leaving)
{
	const char *lines;

	start_both();
	heartbeats_leave(&nodes[1].side);
	rejoin_leave(&nodes[1].side);
	heartbeats_close(&nodes[1].side);
	run_for(60);
	lines = logged_take();
	ck_assert_uint_eq(logged_count(lines, "notice: sync: lvsd on 10.9.1.2 reports that it stops"),
			  1);
	ck_assert_uint_eq(logged_count(lines, "no heartbeat of"), 0);
	/* It starts again, with another id: it is told of us at once, not after ten seconds. */
	start_node(&nodes[1]);
	run_for(2);
	ck_assert(heartbeats_know(&nodes[1].side, &nodes[0].addr));
	ck_assert(logged_has("heartbeats of 10.9.1.2 arrive again"));
}
END_TEST

START_TEST(test_send_error)
{
	const char *lines;
	char *status;

	start_both();
	net.beat_code = -ENETUNREACH;
	run_for(25);
	lines = logged_take();
	ck_assert_uint_eq(
	    logged_count(
		lines, "warning: sync: heartbeats cannot be sent on eth1: Network is unreachable"),
	    2);
	status = status_of(&nodes[0]);
	ck_assert_ptr_nonnull(strstr(status, "\"send_error\": \"Network is unreachable\""));
	free(status);
	net.beat_code = 0;
	run_for(11);
	ck_assert_uint_eq(
	    logged_count(logged_take(), "notice: sync: heartbeats can be sent again on eth1"), 2);
}
END_TEST

/* Without a socket no heartbeat is sent, so none fails. The fault of sync says why there is none. */
START_TEST(test_no_send_error_without_a_socket)
{
	char *status;

	start_both();
	net.beat_code = -ENETUNREACH;
	run_for(25);
	net.open_code = -ENODEV;
	nodes[0].conf.global.sync_daemon.interface = "eth2";
	settle_node(&nodes[0]);
	ck_assert_ptr_null(nodes[0].side.rejoin.hello);
	status = status_of(&nodes[0]);
	ck_assert_ptr_nonnull(strstr(status, "\"send_error\": null"));
	free(status);
}
END_TEST

/* No alarm, but a person is told once. */
START_TEST(test_none_heard)
{
	start_node(&nodes[0]);
	run_for(60);
	ck_assert_uint_eq(
	    logged_count(logged_take(),
			 "notice: sync: no heartbeat of another director has arrived on eth1 yet"),
	    1);
	nodes[1].has_report = true;
	nodes[1].report = (struct vrrp_report){.state = VRRP_BACKUP, .master = nodes[0].addr};
	cut(true, 0, 1);
	start_node(&nodes[1]);
	run_for(60);
	ck_assert(
	    logged_has("notice: sync: 10.9.1.1 advertises in VRRP, but no heartbeat of a director "
		       "has arrived on eth1 yet"));
}
END_TEST

static void hear_stranger(uint8_t last, uint64_t id)
{
	const struct addr from = {.family = AF_INET, .bytes = {10, 9, 9, last}};
	const struct sync_heartbeat heartbeat = {.id = id, .period_s = 10};

	net.hellos[0]->ears.on_heartbeat(&from, &heartbeat, net.hellos[0]->ears.arg);
}

/* Whoever forges heartbeats gets no storm of lines, of answers, nor the place of one that is heard.
 */
START_TEST(test_forged)
{
	const char *lines;
	size_t n_beats;

	start_both();
	n_beats = net.n_beats[0];
	for (unsigned i = 0; i < 200; i++)
		hear_stranger((uint8_t)(i % 40), 1000 + i);
	run_for(3);
	lines = logged_take();
	ck_assert_uint_le(logged_count(lines, "arrive on eth1"), 16);
	ck_assert_uint_eq(logged_count(lines, "is ignored: 8 other directors send heartbeats on eth1"),
			  1);
	ck_assert_uint_le(net.n_beats[0] - n_beats, 4);
	ck_assert(heartbeats_know(&nodes[0].side, &nodes[1].addr));
	/* The same ones with new ids, again and again. */
	for (unsigned i = 0; i < 200; i++) {
		hear_stranger((uint8_t)(i % 7), 5000 + i);
		run_for(1);
	}
	lines = logged_take();
	ck_assert_uint_le(logged_count(lines, "\n"), 60);
}
END_TEST

START_TEST(test_far)
{
	const char *lines;

	start_both();
	for (unsigned i = 0; i < 130; i++) {
		net.hellos[0]->ears.on_far(&nodes[1].addr, 63, net.hellos[0]->ears.arg);
		run_for(1);
	}
	lines = logged_take();
	ck_assert_uint_eq(logged_count(lines, "a hello or heartbeat of 10.9.1.2 came with TTL 63"),
			  3);
	ck_assert_uint_eq(logged_count(lines, "(60 since the last such line)"), 2);
}
END_TEST

static void set_connections(struct node *node, uint32_t active)
{
	struct svckey key;
	struct endpoint ep = {0};
	struct ipvs_service *service;

	svckey_parse("tcp:10.0.0.1:80", &key);
	service = ipvs_state_find(&node->table, &key);
	if (!service)
		service = ipvs_state_add(&node->table, &key);
	if (!service->n_dests)
		ipvs_service_add(service, &ep);
	service->dests[0].counters.active = active;
	node->is_table_known = true;
}

/* A master whose table grows tells for certain; the other one hears none of it three times in a
 * row. */
START_TEST(test_untold)
{
	nodes[0].has_report = true;
	nodes[0].report = (struct vrrp_report){.state = VRRP_MASTER};
	start_both();
	for (uint32_t i = 0; i < 12; i++) {
		set_connections(&nodes[0], 10 * i);
		run_for(10);
	}
	ck_assert(
	    logged_has("warning: sync: 10.9.1.2 receives our heartbeats, but none of the "
		       "connections that our kernel announces"));
	for (uint32_t i = 0; i < 8; i++) {
		net.hellos[1]->ears.on_entries(&nodes[0].addr, net.hellos[1]->ears.arg);
		set_connections(&nodes[0], 200 + 10 * i);
		run_for(10);
	}
	ck_assert(logged_has("notice: sync: 10.9.1.2 receives our connections again"));
}
END_TEST

/* Without lvs_sync_daemon nothing is sent, and what was heard is forgotten. */
START_TEST(test_switched_off)
{
	start_both();
	nodes[0].conf.global.sync_daemon.is_on = false;
	settle_node(&nodes[0]);
	ck_assert_ptr_null(nodes[0].side.heartbeats);
	ck_assert_ptr_null(net.hellos[0]);
	run_for(30);
	nodes[0].conf.global.sync_daemon.is_on = true;
	settle_node(&nodes[0]);
	ck_assert(!heartbeats_know(&nodes[0].side, &nodes[1].addr));
	run_for(20);
	ck_assert(heartbeats_know(&nodes[0].side, &nodes[1].addr));
}
END_TEST

/* --- who comes back --- */

/* Every packet first, then periods that are shorter than the time since the hello. */
START_TEST(test_hello)
{
	static const struct {
		int64_t at_ms;
		const char *threshold, *refresh;
	} steps[] = {
	    {100, "0 1", "0"},  {1200, "0 1", "0"}, {1300, "0 0", "1"},  {2300, "0 0", "2"},
	    {5300, "0 0", "5"}, {9300, "0 0", "9"}, {10200, "0 0", "9"}, {10300, "0 0", "10"},
	};
	struct mono said;

	start_both();
	nodes[0].is_held = true;
	rejoin_announce(&nodes[0].side);
	said = world_now();
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		world_run_until(mono_add_ms(said, steps[i].at_ms));
		ck_assert_msg(!strcmp(nodes[1].threshold, steps[i].threshold) &&
				  !strcmp(nodes[1].refresh, steps[i].refresh),
			      "at %lld ms: \"%s\", \"%s\"", (long long)steps[i].at_ms,
			      nodes[1].threshold, nodes[1].refresh);
	}
	ck_assert_uint_eq(net.n_hellos[0], 1);
	ck_assert_uint_eq(nodes[0].hold_ms, SYNC_HOLD_MS);
	ck_assert(logged_has(
	    "info: sync: the kernel has announced the connections in use to the director "
	    "that came back"));
}
END_TEST

/* Three hellos in half a minute are taken; a fourth waits, and preemption waits for it. */
START_TEST(test_many_hellos)
{
	start_both();
	for (size_t i = 0; i < 3; i++) {
		rejoin_announce(&nodes[0].side);
		run_for(4);
		ck_assert_uint_eq(net.n_hellos[0], i + 1);
		ck_assert_uint_eq(nodes[0].hold_ms, SYNC_HOLD_MS);
	}
	logged_take();
	rejoin_announce(&nodes[0].side);
	run_for(4);
	ck_assert_uint_eq(net.n_hellos[0], 3);
	ck_assert_uint_gt(nodes[0].hold_ms, SYNC_HOLD_MS + 15000);
	ck_assert(
	    logged_has("this director has come back several times: the other one answers its next "
		       "hello in 19.0 s"));
	/* Asked once more meanwhile, it is still one hello. */
	rejoin_announce(&nodes[0].side);
	run_for(20);
	ck_assert_uint_eq(net.n_hellos[0], 4);
	ck_assert(logged_has("the director on 10.9.1.1 has come back"));
}
END_TEST

/* The interface does not work: the log says what that costs, and the hello is said when it works.
 */
START_TEST(test_fault)
{
	start_both();
	nodes[0].fault = "interface eth1 of connection sync has no carrier";
	nodes[0].is_held = true;
	rejoin_announce(&nodes[0].side);
	run_for(5);
	ck_assert_uint_eq(net.n_hellos[0], 0);
	ck_assert(
	    logged_has("this director has come back, but cannot learn the connections of the other "
		       "one now: interface eth1 of connection sync has no carrier"));
	nodes[0].fault = "";
	rejoin_repeat(&nodes[0].side);
	run_for(1);
	ck_assert_uint_eq(net.n_hellos[0], 1);
	ck_assert_uint_eq(nodes[0].n_holds, 1);
	/* Back and away: what was said may not have arrived. */
	run_for(5);
	rejoin_repeat(&nodes[0].side);
	run_for(1);
	ck_assert_uint_eq(net.n_hellos[0], 2);
	nodes[0].is_held = false;
	rejoin_repeat(&nodes[0].side);
	run_for(5);
	ck_assert_uint_eq(net.n_hellos[0], 2);
}
END_TEST

/* A switch whose port does not forward yet: the hello is said again until it is answered, while
 * preemption is held. */
START_TEST(test_unanswered)
{
	start_both();
	nodes[0].is_held = true;
	cut(true, 0, 1);
	rejoin_announce(&nodes[0].side);
	run_for(12);
	ck_assert_uint_ge(net.n_hellos[0], 2);
	ck_assert_uint_eq(nodes[0].n_holds, 1);
	cut(false, 0, 1);
	logged_take();
	run_for(35);
	ck_assert(
	    logged_has("the other director has only received a repeated hello: preemption is held "
		       "for 13 s from then"));
	ck_assert_uint_eq(nodes[0].n_holds, 2);
	ck_assert_uint_le(nodes[0].hold_ms, SYNC_HOLD_MS);
}
END_TEST

/* An interface that cannot be opened is said once, and the hello is said when it can. */
START_TEST(test_unopened)
{
	net.open_code = -ENODEV;
	start_node(&nodes[0]);
	rejoin_settle(&nodes[0].side);
	rejoin_announce(&nodes[0].side);
	run_for(3);
	ck_assert_uint_eq(
	    logged_count(logged_take(), "warning: sync: eth1: there is no such interface"), 1);
	net.open_code = 0;
	settle_node(&nodes[0]);
	run_for(1);
	ck_assert_uint_eq(net.n_hellos[0], 1);
	/* Another interface under the same name. */
	rejoin_reopen(&nodes[0].side);
	ck_assert_ptr_nonnull(net.hellos[0]);
	nodes[0].conf.global.sync_daemon.interface = "eth2";
	settle_node(&nodes[0]);
	ck_assert_str_eq(net.hellos[0]->daemon.interface, "eth2");
}
END_TEST

/* Sysctls that cannot be written are said, and lvsd that stops leaves the usual ones. */
START_TEST(test_sysctls)
{
	start_both();
	nodes[1].sysctl_code = -EPERM;
	rejoin_announce(&nodes[0].side);
	run_for(1);
	ck_assert(logged_has("error: sync: sync_threshold cannot be set"));
	nodes[1].sysctl_code = 0;
	run_for(2);
	ck_assert_str_eq(nodes[1].threshold, "0 0");
	ck_assert_str_eq(nodes[1].refresh, "2");
}
END_TEST

/* Strangers cannot make the kernel tell every packet all the time; who is known has a count of its
 * own. */
START_TEST(test_strangers)
{
	size_t n_lines;

	start_both();
	for (unsigned i = 0; i < 60; i++) {
		const struct addr from = {.family = AF_INET,
					  .bytes = {10, 9, 9, (uint8_t)(i % 30)}};

		net.hellos[0]->fn(&from, net.hellos[0]->arg);
		run_for(1);
	}
	n_lines = logged_count(logged_take(), "has come back: the kernel announces all connections in use again");
	ck_assert_uint_ge(n_lines, 1);
	ck_assert_uint_le(n_lines, 6);
	rejoin_announce(&nodes[1].side);
	run_for(1);
	ck_assert(logged_has("the director on 10.9.1.2 has come back"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("heartbeats");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int n_failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, test_heard);
	tcase_add_test(tests, test_silence);
	tcase_add_test(tests, test_one_way);
	tcase_add_test(tests, test_leaving);
	tcase_add_test(tests, test_send_error);
	tcase_add_test(tests, test_no_send_error_without_a_socket);
	tcase_add_test(tests, test_none_heard);
	tcase_add_test(tests, test_forged);
	tcase_add_test(tests, test_far);
	tcase_add_test(tests, test_untold);
	tcase_add_test(tests, test_switched_off);
	tcase_add_test(tests, test_hello);
	tcase_add_test(tests, test_many_hellos);
	tcase_add_test(tests, test_fault);
	tcase_add_test(tests, test_unanswered);
	tcase_add_test(tests, test_unopened);
	tcase_add_test(tests, test_sysctls);
	tcase_add_test(tests, test_strangers);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
