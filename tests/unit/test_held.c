/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that lvsd may hold: the list, its file, and what the director tells the vrrp process of it. */
#include "base/chan.h"
#include "base/clock.h"
#include "daemon/director/roles.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "tests/unit/fake_rundir.h"
#include "tests/unit/turns.h"
#include "vrrp/holding/item_key.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- configurations: instance i has VRID i + 1 and the addresses of its row --- */

#define VIPS_MAX 4

struct bench_conf {
	struct conf conf;
	struct conf_vrrp vrrps[2];
	struct conf_vip vips[2][VIPS_MAX];
};

static void add_vip(struct bench_conf *c, size_t at, const char *addr, uint8_t prefix_len)
{
	struct conf_vip *vip = &c->vips[at][c->vrrps[at].n_vips++];

	*vip = (struct conf_vip){.prefix_len = prefix_len, .interface = "eth0", .label = ""};
	ck_assert_int_eq(addr_parse(addr, &vip->addr), 0);
	c->vrrps[at].family = vip->addr.family;
	c->conf.n_vrrps = at + 1 > c->conf.n_vrrps ? at + 1 : c->conf.n_vrrps;
}

static void conf_init(struct bench_conf *c)
{
	static const char *const names[] = {"A", "B"};

	memset(c, 0, sizeof(*c));
	c->conf.vrrps = c->vrrps;
	for (size_t i = 0; i < 2; i++)
		c->vrrps[i] = (struct conf_vrrp){.name = names[i],
						 .interface = "eth0",
						 .family = AF_INET,
						 .vrid = (uint8_t)(i + 1),
						 .priority = 100,
						 .version = 3,
						 .advert_int_us = 1000000,
						 .vips = c->vips[i]};
}

/* "10.0.0.1/32 10.0.0.2/32" */
static const char *text_of(const struct held *held)
{
	static char text[512];
	char addr[ADDR_TEXT_MAX];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < held->list.n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s/%u", i ? " " : "",
					addr_format(&held->list.items[i].addr, addr),
					held->list.items[i].prefix_len);
	return text;
}

START_TEST(what_is_held_and_not_named_is_left)
{
	struct held held = {0}, left = {0};
	struct bench_conf a, b;

	conf_init(&a);
	add_vip(&a, 0, "10.0.0.2", 32);
	add_vip(&a, 0, "10.0.0.1", 24);
	add_vip(&a, 1, "fd00::1", 64);
	ck_assert(held_add(&held, &a.conf));
	ck_assert(!held_add(&held, &a.conf));
	ck_assert_str_eq(text_of(&held), "10.0.0.1/24 10.0.0.2/32 fd00::1/64");

	conf_init(&b);
	add_vip(&b, 0, "10.0.0.1", 32); /* IPv4: another entry of the kernel */
	add_vip(&b, 1, "fd00::1", 128); /* IPv6: the same */
	held_left(&held, &b.conf, &left);
	ck_assert_str_eq(text_of(&left), "10.0.0.1/24 10.0.0.2/32");
	ck_assert(held_has_left(&held, &b.conf));
	ck_assert(held_set(&held, &b.conf));
	ck_assert(!held_has_left(&held, &b.conf));
	ck_assert(!held_set(&held, &b.conf));
	ck_assert_str_eq(text_of(&held), "10.0.0.1/32 fd00::1/128");
	held_free(&left);
	held_free(&held);
}
END_TEST

START_TEST(the_file_is_read_as_it_was_written_and_nonsense_is_left_out)
{
	static const char odd[] =
	    "{\"schema\": 1, \"addresses\": [1, {\"interface\": \"eth0\"},"
	    "{\"interface\": \"eth0\", \"address\": \"10.0.0.1\", \"prefix_len\": 33},"
	    "{\"interface\": \"an interface with this name\", \"address\": \"10.0.0.1\", "
	    "\"prefix_len\": 32},"
	    "{\"interface\": \"eth1\", \"address\": \"10.0.0.2\", \"prefix_len\": 24},"
	    "{\"interface\": \"eth0\", \"address\": \"10.0.0.3\", \"prefix_len\": 24}]}";
	struct held held = {0}, again = {0};
	struct bench_conf c;
	struct err err;

	fake_rundir_clear();
	held_read("/nowhere", &again);
	ck_assert_uint_eq(again.list.n, 0);
	conf_init(&c);
	add_vip(&c, 0, "10.0.0.1", 32);
	add_vip(&c, 1, "fd00::1", 64);
	held_add(&held, &c.conf);
	held_store("/nowhere", &held);
	held_read("/nowhere", &again);
	ck_assert_str_eq(text_of(&again), "10.0.0.1/32 fd00::1/64");
	held_free(&again);
	ck_assert_int_eq(rundir_store("/nowhere", RUNDIR_ADDRESSES, odd, strlen(odd), &err), 0);
	held_read("/nowhere", &again);
	ck_assert_str_eq(text_of(&again), "10.0.0.3/24 10.0.0.2/24");
	held_free(&again);
	held_free(&held);
	fake_rundir_clear();
}
END_TEST

/* --- the director's side, and a vrrp process that the test plays --- */

static struct {
	struct loop *loop;
	struct chan *vrrp;
	struct roles roles;
	char left[256]; /* addresses of LEFT and keys of LEFT_ITEM since the last COMMIT */
	uint64_t reset, serial; /* the last nonce and the last serial */
	enum vrrp_state_name last_state; /* of the last INSTANCE */
	bool is_preempting;		 /* of the last INSTANCE */
	bool is_forbidden, was_forbidden; /* by PREEMPTION; the latter: when the last BEGIN came */
	struct vrrp_order order;	 /* of the last INSTANCE */
	char noted[512]; /* what the file had when the last BEGIN came */
	char story[128]; /* "STATICS2 BEGIN0 STATICS2 COMMIT0 ": frames, and how many addresses */
	unsigned n_priorities; /* calls of on_priority() */
} bench;

static void story_add(const char *word, size_t number)
{
	size_t len = strlen(bench.story);

	snprintf(bench.story + len, sizeof(bench.story) - len, "%s%zu ", word, number);
}

static void note(void)
{
	struct held held = {0};

	held_read("/nowhere", &held);
	strcpy(bench.noted, text_of(&held));
	held_free(&held);
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct arena *arena = arena_new();
	struct conf_vip vip;
	char addr[ADDR_TEXT_MAX];
	struct vrrp_instance_frame frame;
	struct conf_statics statics;

	(void)arg;
	if (type == VRRP_FRAME_STATICS) {
		ck_assert_int_eq(vrrp_statics_decode(body, len, arena, &statics), 0);
		story_add("STATICS", statics.n_addresses);
	} else if (type == VRRP_FRAME_BEGIN) {
		story_add("BEGIN", 0);
		bench.left[0] = '\0';
		bench.was_forbidden = bench.is_forbidden;
		note();
	} else if (type == VRRP_FRAME_LEFT) {
		ck_assert_int_eq(vrrp_left_decode(body, len, arena, &vip), 0);
		snprintf(bench.left + strlen(bench.left),
			 sizeof(bench.left) - strlen(bench.left), "%s/%u on %s;",
			 addr_format(&vip.addr, addr), vip.prefix_len, vip.interface);
	} else if (type == VRRP_FRAME_LEFT_ITEM) {
		const char *key;

		ck_assert_int_eq(vrrp_left_item_decode(body, len, arena, &key), 0);
		snprintf(bench.left + strlen(bench.left), sizeof(bench.left) - strlen(bench.left),
			 "%s;", key);
	} else if (type == VRRP_FRAME_INSTANCE) {
		ck_assert_int_eq(vrrp_instance_decode(body, len, arena, &frame), 0);
		bench.last_state = frame.last_state;
		bench.is_preempting = frame.conf.is_preempting;
		bench.order = frame.order;
	} else if (type == VRRP_FRAME_PREEMPTION) {
		ck_assert_uint_eq(len, 1);
		bench.is_forbidden = *(const uint8_t *)body;
	} else if (type == VRRP_FRAME_COMMIT) {
		ck_assert_uint_eq(len, sizeof(bench.serial));
		memcpy(&bench.serial, body, len);
		story_add("COMMIT", 0);
	} else if (type == GREETED_RESET) {
		ck_assert_uint_eq(len, sizeof(bench.reset));
		memcpy(&bench.reset, body, len);
	}
	arena_free(arena);
}

static void on_group(const struct conf_sync_group *group, enum vrrp_state_name state,
		     const char *cause, void *arg)
{
	(void)group;
	(void)cause;
	(void)state;
	(void)arg;
}

static void on_state(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg)
{
	(void)conf;
	(void)report;
	(void)arg;
}

static void on_priority(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg)
{
	(void)arg;
	ck_assert_str_eq(conf->name, "A");
	ck_assert_uint_eq(report->effective_priority, 90);
	bench.n_priorities++;
}

static void nothing(void *arg)
{
	(void)arg;
}

static void on_wants_hello(void *arg)
{
	(void)arg;
}

static void director_open(bool is_restart)
{
	static const struct vrrp_sources no_sources;
	int ends[2];

	ck_assert_int_eq(chan_pair(ends), 0);
	bench.loop = loop_new();
	bench.story[0] = '\0';
	bench.vrrp = chan_new(bench.loop, ends[1], on_frame, NULL, NULL);
	bench.roles = (struct roles){.loop = bench.loop,
				     .run_dir = "/nowhere",
				     .sources = &no_sources,
				     .sink = {on_state, on_group, on_state, on_state, on_priority,
					      on_wants_hello, nothing, nothing, NULL, NULL, NULL}};
	roles_open(&bench.roles, ends[0], -1, is_restart);
	bench.roles.is_gate_open = true;
}

static void director_close(void)
{
	roles_close(&bench.roles);
	chan_free(bench.vrrp);
	loop_free(bench.loop);
}

/* Lets all that was sent arrive. */
static void pass(void)
{
	turns_pass(bench.loop, 50);
}

static void hello(uint64_t nonce)
{
	chan_send(bench.vrrp, GREETED_HELLO, &nonce, sizeof(nonce));
	pass();
}

static void carried(uint64_t serial)
{
	chan_send(bench.vrrp, VRRP_FRAME_CARRIED, &serial, sizeof(serial));
	pass();
	note();
}

static struct bench_conf both, first, none;

static void start(void)
{
	fake_rundir_clear();
	conf_init(&both);
	add_vip(&both, 0, "10.0.0.1", 32);
	add_vip(&both, 1, "10.0.0.2", 32);
	conf_init(&first);
	add_vip(&first, 0, "10.0.0.1", 32);
	conf_init(&none);
	director_open(false);
	roles_update(&bench.roles, &both.conf);
	hello(7);
}

static void finish(void)
{
	director_close();
	fake_rundir_clear();
}

START_TEST(addresses_are_noted_before_and_until_the_vrrp_process_has_carried_out)
{
	uint64_t serial;

	start();
	ck_assert_str_eq(bench.noted, "10.0.0.1/32 10.0.0.2/32");
	ck_assert_str_eq(bench.left, "");
	carried(bench.serial);
	ck_assert_str_eq(bench.noted, "10.0.0.1/32 10.0.0.2/32");

	serial = bench.serial;
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert_uint_gt(bench.serial, serial);
	ck_assert_str_eq(bench.left, ""); /* it knows what it has */
	carried(serial);                  /* of the one before */
	ck_assert_str_eq(bench.noted, "10.0.0.1/32 10.0.0.2/32");
	carried(bench.serial);
	ck_assert_str_eq(bench.noted, "10.0.0.1/32");
	finish();
}
END_TEST

START_TEST(a_successor_is_told_what_its_predecessor_may_have_left)
{
	start();
	roles_update(&bench.roles, &first.conf);
	pass();
	hello(8); /* the predecessor died before it could */
	ck_assert_uint_eq(bench.reset, 8);
	ck_assert_str_eq(bench.left, "10.0.0.2/32 on eth0;");
	hello(9); /* and so did this one */
	ck_assert_str_eq(bench.left, "10.0.0.2/32 on eth0;");
	carried(bench.serial);
	hello(10);
	ck_assert_str_eq(bench.left, "");
	finish();
}
END_TEST

/* Routes and rules of the new file too: a predecessor may have been master. */
START_TEST(a_successor_is_told_of_routes)
{
	struct conf_route route = {.dst = {AF_INET, {10, 3}},
				   .dst_len = 16,
				   .interface = "",
				   .vrf = "",
				   .congctl = "",
				   .protocol = CONF_ROUTE_PROTOCOL};

	start();
	first.vrrps[0].routes = &route;
	first.vrrps[0].n_routes = 1;
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert_str_eq(bench.left, "");
	hello(8);
	ck_assert_str_eq(bench.left, "10.0.0.2/32 on eth0;route 10.3.0.0/16 table 254;");
	carried(bench.serial);
	roles_update(&bench.roles, &both.conf);
	pass();
	hello(9);
	ck_assert_str_eq(bench.left, "route 10.3.0.0/16 table 254;");
	carried(bench.serial);
	hello(10);
	ck_assert_str_eq(bench.left, "");
	finish();
}
END_TEST

START_TEST(a_new_director_and_a_new_lvsd_know_it_too)
{
	for (int is_restart = 0; is_restart <= 1; is_restart++) {
		start();
		director_close();
		director_open(is_restart);
		roles_update(&bench.roles, &first.conf);
		hello(8);
		ck_assert_str_eq(bench.left, "10.0.0.2/32 on eth0;");
		finish();
	}
}
END_TEST

/* It became MASTER while no director was there, and died before it was greeted. */
START_TEST(a_successor_goes_on_with_what_its_predecessor_said_to_no_director)
{
	struct vrrp_report report = {
	    .name = "A", .interface = "eth0", .state = VRRP_MASTER};
	uint8_t body[2048];

	start();
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert_int_eq(bench.last_state, VRRP_INIT);
	director_close();
	director_open(true);
	roles_update(&bench.roles, &first.conf);
	report.vrid = first.conf.vrrps[0].vrid;
	report.family = first.conf.vrrps[0].family;
	chan_send(bench.vrrp, VRRP_FRAME_STATE, body,
		  vrrp_report_encode(&report, body, sizeof(body)));
	pass();
	hello(8);
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
	finish();
}
END_TEST

static void report_state(enum vrrp_state_name state, uint8_t effective_priority)
{
	const struct conf_vrrp *conf = &first.conf.vrrps[0];
	const struct vrrp_report report = {.name = "A",
					   .interface = "eth0",
					   .vrid = conf->vrid,
					   .family = conf->family,
					   .state = state,
					   .priority = 100,
					   .effective_priority = effective_priority};
	uint8_t body[2048];

	chan_send(bench.vrrp, VRRP_FRAME_STATE, body,
		  vrrp_report_encode(&report, body, sizeof(body)));
	pass();
}

/* A later instance with the same VRID on the same interface is a new one. */
START_TEST(the_state_of_an_instance_that_is_gone_is_forgotten)
{
	start();
	roles_update(&bench.roles, &first.conf);
	report_state(VRRP_MASTER, 100);
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert_int_eq(bench.last_state, VRRP_MASTER);
	roles_update(&bench.roles, &none.conf);
	if (_i) { /* a successor does not know it either */
		director_close();
		director_open(true);
	}
	roles_update(&bench.roles, &first.conf);
	_i ? hello(8) : pass();
	ck_assert_int_eq(bench.last_state, VRRP_INIT);
	finish();
}
END_TEST

static size_t n_stored; /* how often roles.json was written */

static void on_store(const char *name)
{
	n_stored += !strcmp(name, RUNDIR_ROLES);
}

static bool has_stored(enum vrrp_state_name state)
{
	const char *text = fake_rundir_text(RUNDIR_ROLES);
	char member[32];

	snprintf(member, sizeof(member), "\"state\": %d,", (int)state);
	return text && strstr(text, member);
}

static void on_look(void *arg)
{
	struct loop_timer **timer = arg;

	if (has_stored(VRRP_MASTER))
		loop_stop(bench.loop);
	else
		loop_timer_set(*timer, mono_add_ms(clock_mono(), 1));
}

/* The file has all instances: if a thousand of them change, it is not written a thousand times. */
START_TEST(the_states_are_stored_soon_and_not_for_each_change)
{
	struct loop_timer *timer;
	struct mono begin;

	start();
	roles_update(&bench.roles, &first.conf);
	fake_rundir.on_store = on_store;
	n_stored = 0;
	begin = clock_mono();
	report_state(VRRP_BACKUP, 100);
	ck_assert_uint_eq(n_stored, 1); /* at once */
	ck_assert(has_stored(VRRP_BACKUP));
	for (int i = 0; i < 50; i++)
		report_state(i % 2 ? VRRP_MASTER : VRRP_BACKUP, 100);
	/* Without a further event, the last state is stored. */
	timer = loop_timer_new(bench.loop, on_look, &timer);
	loop_timer_set(timer, clock_mono());
	loop_run(bench.loop);
	loop_timer_free(timer);
	ck_assert_uint_le(n_stored, 2 + (size_t)(mono_sub(clock_mono(), begin) / NS_PER_MS / 50));
	/* Nor does the end lose one. */
	report_state(VRRP_FAULT, 100);
	director_close();
	ck_assert(has_stored(VRRP_FAULT));
	fake_rundir_clear();
}
END_TEST

/* Another report of the same state, also of a new process to a new director, does not begin it anew. */
START_TEST(a_state_has_its_time)
{
	const struct conf_vrrp *conf;
	int64_t before = clock_wall_us(), since;

	start();
	conf = &first.conf.vrrps[0];
	roles_update(&bench.roles, &first.conf);
	report_state(VRRP_BACKUP, 100);
	report_state(VRRP_MASTER, 100);
	since = roles_find(&bench.roles, conf)->since_wall_us;
	ck_assert_int_ge(since, before);
	report_state(VRRP_MASTER, 90);
	ck_assert_int_eq(roles_find(&bench.roles, conf)->since_wall_us, since);
	director_close();
	director_open(true);
	roles_update(&bench.roles, &first.conf);
	ck_assert_int_eq(roles_find(&bench.roles, conf)->since_wall_us, since);
	hello(8);
	report_state(VRRP_MASTER, 90);
	ck_assert_int_eq(roles_find(&bench.roles, conf)->since_wall_us, since);
	finish();
}
END_TEST

/* With another state, it is on_state() that tells of the priority. */
START_TEST(another_effective_priority_is_told_once)
{
	start();
	roles_update(&bench.roles, &first.conf);
	report_state(VRRP_BACKUP, 100);
	report_state(VRRP_BACKUP, 90);
	ck_assert_uint_eq(bench.n_priorities, 1);
	report_state(VRRP_BACKUP, 90);
	report_state(VRRP_MASTER, 100);
	ck_assert_uint_eq(bench.n_priorities, 1);
	finish();
}
END_TEST

/* --- static items --- */

static void give_statics(struct bench_conf *c)
{
	static struct conf_vip vips[2];

	for (uint8_t i = 0; i < 2; i++)
		vips[i] = (struct conf_vip){.addr = {AF_INET, {10, 0, 9, i}},
					    .prefix_len = 24,
					    .interface = "eth1",
					    .label = ""};
	c->conf.statics = (struct conf_statics){.addresses = vips, .n_addresses = 2};
}

/* Checks may need them: they do not wait for the instances. */
START_TEST(static_items_are_sent_before_the_gate_opens)
{
	static const struct roles_gate_facts facts = {.are_trackers_known = true};

	start();
	director_close();
	director_open(false);
	bench.roles.is_gate_open = false;
	give_statics(&first);
	roles_update(&bench.roles, &first.conf);
	hello(8);
	ck_assert_str_eq(bench.story, "STATICS2 ");
	bench.story[0] = '\0';
	roles_update(&bench.roles, &none.conf);
	pass();
	ck_assert_str_eq(bench.story, "STATICS0 ");
	bench.story[0] = '\0';
	roles_update(&bench.roles, &first.conf);
	roles_settle(&bench.roles, &facts);
	pass();
	ck_assert_str_eq(bench.story, "STATICS2 BEGIN0 STATICS2 COMMIT0 ");
	finish();
}
END_TEST

/* The vrrp process goes on with them, so the supervisor is not asked to remove addresses. */
START_TEST(static_items_alone_owe_no_release)
{
	start();
	give_statics(&none);
	roles_update(&bench.roles, &none.conf);
	ck_assert_uint_gt(bench.roles.held.list.n, 0);
	ck_assert(!roles_owe_release(&bench.roles));
	none.conf.statics = (struct conf_statics){0};
	roles_update(&bench.roles, &none.conf);
	ck_assert(roles_owe_release(&bench.roles));
	finish();
}
END_TEST

/* Reloads without instances would fill its channel, which nobody reads. */
START_TEST(nothing_is_sent_to_a_process_that_has_ended)
{
	start();
	roles_update(&bench.roles, &none.conf);
	bench.roles.is_needed = false;
	chan_send(bench.vrrp, VRRP_FRAME_RELEASED, NULL, 0);
	pass();
	bench.story[0] = '\0';
	roles_update(&bench.roles, &none.conf);
	pass();
	ck_assert_str_eq(bench.story, "");
	hello(8); /* it is needed again */
	ck_assert_ptr_nonnull(strstr(bench.story, "COMMIT0"));
	finish();
}
END_TEST

/* --- orders of an operator --- */

static void report_order(uint64_t number, enum vrrp_state_name state, enum vrrp_order_result result)
{
	const struct conf_vrrp *conf = &first.conf.vrrps[0];
	struct vrrp_report report = {.name = "A",
				     .interface = "eth0",
				     .vrid = conf->vrid,
				     .family = conf->family,
				     .state = state,
				     .order_number = number,
				     .order_result = result};
	uint8_t body[2048];

	chan_send(bench.vrrp, VRRP_FRAME_STATE, body,
		  vrrp_report_encode(&report, body, sizeof(body)));
	pass();
}

START_TEST(an_order_stays_over_a_reload_and_a_new_director_but_not_a_new_lvsd)
{
	static const bool is_meant[] = {true};
	struct vrrp_order order;

	start();
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert_int_eq(bench.order.kind, VRRP_ORDER_NONE);
	order = roles_order(&bench.roles, VRRP_ORDER_RELEASE, is_meant);
	pass();
	ck_assert_int_eq(bench.order.kind, VRRP_ORDER_RELEASE);
	ck_assert_uint_eq(bench.order.number, order.number);
	bench.order.kind = VRRP_ORDER_NONE;
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert_int_eq(bench.order.kind, VRRP_ORDER_RELEASE);
	for (int is_restart = 1; is_restart >= 0; is_restart--) {
		director_close();
		director_open(is_restart);
		roles_update(&bench.roles, &first.conf);
		hello(8);
		ck_assert_int_eq(bench.order.kind,
				 is_restart ? VRRP_ORDER_RELEASE : VRRP_ORDER_NONE);
	}
	finish();
}
END_TEST

START_TEST(a_release_to_which_nobody_answers_is_dropped)
{
	static const bool is_meant[] = {true};
	static const struct roles_gate_facts facts;
	struct vrrp_order order;

	start();
	roles_update(&bench.roles, &first.conf);
	order = roles_order(&bench.roles, VRRP_ORDER_RELEASE, is_meant);
	pass();
	report_order(order.number, VRRP_MASTER, VRRP_ORDER_PENDING);
	roles_settle(&bench.roles, &facts);
	pass();
	ck_assert_int_eq(bench.order.kind, VRRP_ORDER_RELEASE);
	report_order(order.number, VRRP_MASTER, VRRP_ORDER_ALONE);
	roles_settle(&bench.roles, &facts);
	pass();
	ck_assert_int_eq(bench.order.kind, VRRP_ORDER_NONE);
	finish();
}
END_TEST

START_TEST(a_take_is_forgotten_when_it_has_been_carried_out)
{
	static const bool is_meant[] = {true};
	struct vrrp_order hold, take;

	start();
	roles_update(&bench.roles, &first.conf);
	hold = roles_order(&bench.roles, VRRP_ORDER_HOLD, is_meant);
	take = roles_order(&bench.roles, VRRP_ORDER_TAKE, is_meant);
	ck_assert_uint_gt(take.number, hold.number);
	roles_order_end(&bench.roles, &first.conf.vrrps[0], take.number, false);
	ck_assert_uint_eq(bench.roles.orders.list.items[0].order.number, hold.number);
	take = roles_order(&bench.roles, VRRP_ORDER_TAKE, is_meant);
	roles_order_end(&bench.roles, &first.conf.vrrps[0], take.number, true);
	ck_assert_uint_eq(bench.roles.orders.list.n, 0);
	hold = roles_order(&bench.roles, VRRP_ORDER_HOLD, is_meant);
	roles_update(&bench.roles, &none.conf); /* the instance is gone */
	ck_assert_uint_eq(bench.roles.orders.list.n, 0);
	finish();
}
END_TEST

/* The configuration stays as the file says. */
START_TEST(preemption_is_forbidden_by_a_word_of_its_own)
{
	uint64_t serial;

	start();
	first.vrrps[0].is_preempting = true;
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert(!bench.was_forbidden && bench.is_preempting);
	serial = bench.serial;
	roles_forbid_preemption(&bench.roles, true);
	pass();
	ck_assert(bench.is_forbidden);
	ck_assert_uint_eq(bench.serial, serial); /* no configuration was sent */
	bench.is_forbidden = false;
	hello(8); /* a successor hears it before its instances */
	ck_assert(bench.was_forbidden && bench.is_preempting);
	bench.is_forbidden = false;
	roles_update(&bench.roles, &first.conf);
	pass();
	ck_assert(bench.was_forbidden && bench.is_preempting);
	roles_forbid_preemption(&bench.roles, false);
	pass();
	ck_assert(!bench.is_forbidden);
	bench.is_forbidden = true; /* as a director said that died; its successor does not */
	director_close();
	director_open(true);
	roles_update(&bench.roles, &first.conf);
	hello(9);
	ck_assert(!bench.was_forbidden);
	finish();
}
END_TEST

START_TEST(without_an_instance_the_supervisor_is_asked_until_somebody_says_that_all_is_gone)
{
	start();
	ck_assert(!roles_owe_release(&bench.roles));
	roles_update(&bench.roles, &none.conf);
	ck_assert(roles_owe_release(&bench.roles));
	chan_send(bench.vrrp, VRRP_FRAME_RELEASED, NULL, 0);
	pass();
	note();
	ck_assert(!roles_owe_release(&bench.roles));
	ck_assert_str_eq(bench.noted, "");
	finish();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("held");
	TCase *tcase = tcase_create("held");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, what_is_held_and_not_named_is_left);
	tcase_add_test(tcase, the_file_is_read_as_it_was_written_and_nonsense_is_left_out);
	tcase_add_test(tcase, addresses_are_noted_before_and_until_the_vrrp_process_has_carried_out);
	tcase_add_test(tcase, a_successor_is_told_what_its_predecessor_may_have_left);
	tcase_add_test(tcase, a_successor_is_told_of_routes);
	tcase_add_test(tcase, a_new_director_and_a_new_lvsd_know_it_too);
	tcase_add_test(tcase, a_successor_goes_on_with_what_its_predecessor_said_to_no_director);
	tcase_add_loop_test(tcase, the_state_of_an_instance_that_is_gone_is_forgotten, 0, 2);
	tcase_add_test(tcase, the_states_are_stored_soon_and_not_for_each_change);
	tcase_add_test(tcase, a_state_has_its_time);
	tcase_add_test(tcase, another_effective_priority_is_told_once);
	tcase_add_test(tcase, static_items_are_sent_before_the_gate_opens);
	tcase_add_test(tcase, static_items_alone_owe_no_release);
	tcase_add_test(tcase, nothing_is_sent_to_a_process_that_has_ended);
	tcase_add_test(tcase, preemption_is_forbidden_by_a_word_of_its_own);
	tcase_add_test(tcase, an_order_stays_over_a_reload_and_a_new_director_but_not_a_new_lvsd);
	tcase_add_test(tcase, a_release_to_which_nobody_answers_is_dropped);
	tcase_add_test(tcase, a_take_is_forgotten_when_it_has_been_carried_out);
	tcase_add_test(tcase, without_an_instance_the_supervisor_is_asked_until_somebody_says_that_all_is_gone);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
