/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workers of the vrrp process on a virtual network and a virtual clock, and the directors of a few lines. */
#include "base/greeted.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"
#include "tests/sim/lan.h"
#include "vrrp/pkt.h"
#include "vrrp/wire.h"
#include "vrrp/worker.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MACHINES 2
#define START    ((struct mono){1000 * NS_PER_S})
#define FLOOD    40

static struct conf_vip vip = {
    .addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""};

static struct conf_vip second_vip = {
    .addr = {AF_INET, {10, 0, 0, 101}}, .prefix_len = 32, .interface = "eth0", .label = ""};

/* A machine with its vrrp process and director. */
struct node {
	unsigned number;
	int ends[2];
	struct loop *loop, *director_loop;
	struct vrrp_worker *worker; /* NULL: it does not run */
	struct greeted *director;
	struct conf_vrrp conf;
	bool has_second;  /* the director sends a second instance, with second_vip */
	uint64_t n_sent;  /* advertisements, as the director heard last */
	bool is_spoiled; /* the director sends an instance that makes no sense */
	const struct conf_statics *statics; /* that the director sends; NULL: it sends no STATICS */
	enum vrrp_state_name state; /* as the director heard last */
	uint64_t serial, carried;
	unsigned n_reports, n_carried, n_released;
	struct vrrp_mismatch mismatch; /* as the director heard last */
	struct vrrp_lateness lateness; /* likewise */
	char story[256]; /* each state that the director heard of */
};

static struct node nodes[MACHINES];

static uint64_t below(uint64_t n)
{
	(void)n;
	return 0;
}

/* --- the director --- */

static void send_instance(struct node *node, const struct conf_vrrp *conf)
{
	const struct vrrp_instance_frame frame = {.conf = *conf, .last_state = node->state};
	uint8_t body[2048];
	size_t len = vrrp_instance_encode(&frame, body, sizeof(body));

	greeted_send(node->director, VRRP_FRAME_INSTANCE, body, node->is_spoiled ? len - 1 : len);
}

static void send_statics(const struct node *node, const struct conf_statics *statics)
{
	uint8_t body[2048];
	size_t len = vrrp_statics_encode(statics, body, sizeof(body));

	ck_assert_uint_gt(len, 0);
	greeted_send(node->director, VRRP_FRAME_STATICS, body, len);
}

static void send_conf(void *arg)
{
	struct node *node = arg;
	struct conf_vrrp second = node->conf;

	second.name = "VI_2";
	second.vrid = 52;
	second.vips = &second_vip;
	node->serial++;
	greeted_send(node->director, VRRP_FRAME_BEGIN, NULL, 0);
	if (node->statics)
		send_statics(node, node->statics);
	send_instance(node, &node->conf);
	if (node->has_second)
		send_instance(node, &second);
	greeted_send(node->director, VRRP_FRAME_COMMIT, &node->serial, sizeof(node->serial));
}

static void on_report(struct node *node, const void *body, size_t len)
{
	struct vrrp_report report;

	ck_assert_int_eq(vrrp_report_decode(body, len, &report), 0);
	if (strcmp(report.name, node->conf.name))
		return;
	node->n_reports++;
	if (report.state != node->state || !node->story[0])
		snprintf(node->story + strlen(node->story),
			 sizeof(node->story) - strlen(node->story), "%s ",
			 vrrp_state_text(report.state));
	node->state = report.state;
	node->n_sent = report.adverts_sent;
	node->lateness = report.lateness;
	node->mismatch = report.mismatch;
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct node *node = arg;

	if (type == VRRP_FRAME_STATE)
		on_report(node, body, len);
	else if (type == VRRP_FRAME_CARRIED && ++node->n_carried)
		memcpy(&node->carried, body, sizeof(node->carried));
	else if (type == VRRP_FRAME_RELEASED)
		node->n_released++;
}

static void start_director(struct node *node, bool is_restart)
{
	const struct greeted_ops ops = {
	    .on_met = send_conf, .on_frame = on_frame, .arg = node, .is_lasting = true};

	node->director = greeted_new_director(node->director_loop, node->ends[0], is_restart, &ops);
}

/* --- the process --- */

static void start_worker(struct node *node, struct mono alive)
{
	const struct vrrp_predecessor predecessor = {.alive = alive};
	struct err err;

	node->loop = loop_new();
	lan_put_process(node->loop, node->number);
	ck_assert_int_eq(vrrp_worker_new(node->loop, node->ends[1], &predecessor, NULL,
					 &node->worker, &err),
			 0);
}

/* It leaves everything as it is. */
static void kill_worker(struct node *node)
{
	vrrp_worker_free(node->worker);
	loop_free(node->loop);
	node->worker = NULL;
}

static void run_ms(int64_t ms)
{
	world_run_until(mono_add_ms(world_now(), ms));
}

static void start_node(struct node *node, uint8_t priority)
{
	node->number = lan_add_machine();
	node->conf = (struct conf_vrrp){.name = "VI_1",
					.interface = "eth0",
					.vrid = 51,
					.priority = priority,
					.version = 3,
					.family = AF_INET,
					.advert_int_us = 1000000,
					.is_preempting = true,
					.auth_pass = "",
					.vips = &vip,
					.n_vips = 1};
	ck_assert_int_eq(chan_pair(node->ends), 0);
	node->director_loop = loop_new();
	start_director(node, false);
	start_worker(node, MONO_NEVER);
}

static void setup(void)
{
	memset(nodes, 0, sizeof(nodes));
	channels_begin();
	world_begin(START);
	lan_begin(below, NULL);
	start_node(&nodes[0], 150);
	start_node(&nodes[1], 100);
}

static void teardown(void)
{
	for (int i = 0; i < MACHINES; i++) {
		if (nodes[i].worker)
			kill_worker(&nodes[i]);
		greeted_free(nodes[i].director);
		loop_free(nodes[i].director_loop);
	}
	lan_end();
	channels_begin();
}

/* Each machine's state as its director knows it, and whether the address is there: "MASTER+ BACKUP-". */
static const char *states(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s%c %s%c", vrrp_state_text(nodes[0].state),
		 lan_has_addr(0, &vip.addr) ? '+' : '-', vrrp_state_text(nodes[1].state),
		 lan_has_addr(1, &vip.addr) ? '+' : '-');
	return text;
}

START_TEST(the_better_one_becomes_master)
{
	run_ms(100);
	ck_assert_str_eq(states(), "BACKUP- BACKUP-");
	ck_assert_uint_eq(nodes[0].carried, 1);
	run_ms(5000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	ck_assert_int_eq(lan_neighbour(&vip.addr), 0);
}
END_TEST

/* Both become master: their clients reach the one or the other. */
START_TEST(an_address_under_two_vrids_is_an_alarm)
{
	char text[ADDR_TEXT_MAX];

	nodes[1].conf.vrid = 53;
	run_ms(10000);
	ck_assert_str_eq(states(), "MASTER+ MASTER+");
	ck_assert_int_eq(nodes[0].mismatch.kind, VRRP_MISMATCH_VRID);
	ck_assert_str_eq(nodes[0].mismatch.text,
			 "virtual_router_id 53, here 51, and both have 10.0.0.100");
	ck_assert_str_eq(addr_format(&nodes[0].mismatch.peer, text), "10.0.0.2");
	ck_assert_int_eq(nodes[1].mismatch.kind, VRRP_MISMATCH_VRID);
}
END_TEST

/* Nothing is delayed by it, and the instance becomes master all the same. */
START_TEST(an_address_that_a_silent_machine_has_is_an_alarm)
{
	unsigned third = lan_add_machine();
	char text[ADDR_TEXT_MAX];

	lan_add_addr(third, &vip.addr, 32);
	run_ms(3000);
	ck_assert_str_eq(states(), "BACKUP- BACKUP-");
	ck_assert_int_eq(nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
	run_ms(2000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	ck_assert_int_eq(nodes[0].mismatch.kind, VRRP_MISMATCH_IN_USE);
	ck_assert_str_eq(nodes[0].mismatch.text,
			 "the machine 02:00:00:00:00:03 on eth0 has this address too");
	ck_assert_str_eq(addr_format(&nodes[0].mismatch.peer, text), "10.0.0.100");
	/* The other one has heard a master meanwhile. When it becomes MASTER, that takes over. */
	ck_assert_int_eq(nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
	lan_set_carrier(0, false);
	run_ms(5000);
	ck_assert_str_eq(states(), "FAULT- MASTER+");
	ck_assert_int_eq(nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
	ck_assert_int_eq(nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
}
END_TEST

/* This router fails and returns again and again. Each time it hears one advertisement of the other one as
 * MASTER, the last. */
START_TEST(a_pair_that_fails_back_has_no_alarm)
{
	run_ms(5000);
	for (int i = 0; i < 6; i++) {
		lan_set_carrier(0, false);
		run_ms(5000);
		ck_assert_str_eq(states(), "FAULT- MASTER+");
		lan_set_carrier(0, true);
		run_ms(6000);
		ck_assert_str_eq(states(), "MASTER+ BACKUP-");
		ck_assert_int_eq(nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
		ck_assert_int_eq(nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
	}
}
END_TEST

/* A cable that is loose for a moment moves nothing; one that stays out does, and its return counts
 * late. */
START_TEST(a_change_of_the_interface_counts_after_its_delay)
{
	static struct conf_link_delay delay = {
	    .interface = "eth0", .down_us = 1500000, .up_us = 3000000};
	static const struct conf_statics statics = {.delays = &delay, .n_delays = 1};

	nodes[0].statics = &statics;
	run_ms(5000);
	for (int i = 0; i < 5; i++) {
		lan_set_carrier(0, false);
		run_ms(1400);
		lan_set_carrier(0, true);
		run_ms(1400);
	}
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	ck_assert_str_eq(nodes[0].story, "BACKUP MASTER ");
	ck_assert_str_eq(nodes[1].story, "BACKUP ");
	lan_set_carrier(0, false);
	run_ms(1490);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	run_ms(3000);
	ck_assert_str_eq(states(), "FAULT- MASTER+");
	lan_set_carrier(0, true);
	run_ms(2990);
	ck_assert_str_eq(states(), "FAULT- MASTER+");
	run_ms(5000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
}
END_TEST

/* The other director would be master before 100 s. */
START_TEST(a_delay_is_shorter_than_the_wait_of_a_backup)
{
	static struct conf_link_delay delay = {
	    .interface = "eth0", .down_us = 100000000, .up_us = 0};
	static const struct conf_statics statics = {.delays = &delay, .n_delays = 1};

	nodes[0].statics = &statics;
	run_ms(5000);
	lan_set_carrier(0, false);
	run_ms(1990);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	run_ms(10);
	ck_assert_str_eq(states(), "FAULT- BACKUP-");
}
END_TEST

/* The director hears of it within a second, and of punctual advertisements within a minute. */
START_TEST(a_late_advertisement_is_reported)
{
	run_ms(75000);
	ck_assert_uint_ge(nodes[0].lateness.counts[0], 55);
	ck_assert_uint_eq(nodes[0].lateness.n_late, 0);
	world_pause(nodes[0].loop, true);
	run_ms(1700);
	world_pause(nodes[0].loop, false);
	run_ms(1100);
	ck_assert_uint_eq(nodes[0].lateness.n_late, 1);
	ck_assert_uint_ge(nodes[0].lateness.most_us, 700000);
	ck_assert_uint_le(nodes[0].lateness.most_us, 1700000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	ck_assert_uint_eq(nodes[1].lateness.counts[0], 0);
}
END_TEST

/* Another virtual router of other addresses is nobody's business. */
START_TEST(another_vrid_with_other_addresses_is_none)
{
	nodes[1].conf.vrid = 53;
	nodes[1].conf.vips = &second_vip;
	run_ms(10000);
	ck_assert_int_eq(nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
	ck_assert_int_eq(nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
}
END_TEST

START_TEST(a_new_director_hears_all_and_nothing_changes)
{
	uint64_t announced;
	unsigned n;

	run_ms(15000);
	announced = lan_counts()->n_announced;
	n = nodes[0].n_reports;
	greeted_free(nodes[0].director);
	run_ms(3000); /* nobody is there */
	ck_assert_uint_eq(nodes[0].n_reports, n);
	start_director(&nodes[0], true);
	run_ms(3000);
	ck_assert_uint_gt(nodes[0].n_reports, n);
	ck_assert_uint_eq(nodes[0].carried, nodes[0].serial);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	ck_assert_str_eq(nodes[1].story, "BACKUP ");
	ck_assert_uint_eq(lan_counts()->n_announced, announced);
}
END_TEST

START_TEST(a_new_process_goes_on_as_master)
{
	run_ms(15000);
	for (int i = 0; i < 5; i++) {
		kill_worker(&nodes[0]);
		ck_assert(lan_has_addr(0, &vip.addr));
		run_ms(100 * i);
		start_worker(&nodes[0], world_now());
		run_ms(5000);
		ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	}
	ck_assert_str_eq(nodes[1].story, "BACKUP ");
}
END_TEST

/* It may have died before it had announced anything. */
START_TEST(a_new_process_that_goes_on_as_master_announces_its_addresses)
{
	uint64_t announced;

	run_ms(15000);
	announced = lan_counts()->n_announced;
	kill_worker(&nodes[0]);
	start_worker(&nodes[0], world_now());
	run_ms(100);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	ck_assert_uint_gt(lan_counts()->n_announced, announced);
}
END_TEST

/* It was MASTER long ago, and another one is by now. It keeps the addresses that it finds, and sends
 * nothing until it hears the other one, which steps down then for the higher priority. */
START_TEST(a_process_that_comes_late_listens_first)
{
	struct mono died;

	run_ms(15000);
	died = world_now();
	kill_worker(&nodes[0]);
	run_ms(5000);
	ck_assert_str_eq(states(), "MASTER+ MASTER+");
	start_worker(&nodes[0], died);
	run_ms(10);
	ck_assert_str_eq(states(), "MASTER+ MASTER+");
	run_ms(1200);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
}
END_TEST

/* Orders that a process left unread are not for its successor, even without its first word. */
START_TEST(a_new_process_takes_no_order_of_its_predecessor)
{
	unsigned n;

	run_ms(5000);
	n = nodes[0].n_carried;
	kill_worker(&nodes[0]);
	nodes[0].conf.priority = 50;
	send_conf(&nodes[0]);
	nodes[0].conf.priority = 150;
	start_worker(&nodes[0], world_now());
	run_ms(15000);
	ck_assert_uint_eq(nodes[0].n_carried, n + 1);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
}
END_TEST

static void on_end(void *arg)
{
	++*(unsigned *)arg;
}

/* The successor has the address before it is gone here. */
START_TEST(the_end_hands_over)
{
	unsigned n_ended = 0, n_ms = 0;

	run_ms(15000);
	vrrp_worker_leave(nodes[0].worker, on_end, &n_ended);
	for (; lan_has_addr(0, &vip.addr) && n_ms < 2000; n_ms++)
		run_ms(1);
	ck_assert(lan_has_addr(1, &vip.addr));
	ck_assert_uint_ge(n_ms, 609); /* skew */
	ck_assert_uint_le(n_ms, 615);
	run_ms(20);
	ck_assert_str_eq(states(), "INIT- MASTER+");
	ck_assert_uint_eq(nodes[0].n_released, 1);
	ck_assert_uint_eq(n_ended, 1);
}
END_TEST

/* Orders that come late do not begin anything anew. */
START_TEST(who_leaves_takes_no_order)
{
	unsigned n_ended = 0;

	run_ms(15000);
	vrrp_worker_leave(nodes[0].worker, on_end, &n_ended);
	nodes[0].has_second = true;
	send_conf(&nodes[0]);
	run_ms(3000);
	ck_assert(!lan_has_addr(0, &second_vip.addr));
	ck_assert_uint_eq(n_ended, 1);
	ck_assert_str_eq(states(), "INIT- MASTER+");
}
END_TEST

/* It knows nothing of its predecessor's address, and must not say that it has removed it. */
START_TEST(who_leaves_without_a_configuration_has_released_nothing)
{
	unsigned n_ended = 0;

	run_ms(15000);
	kill_worker(&nodes[0]);
	start_worker(&nodes[0], MONO_NEVER);
	vrrp_worker_leave(nodes[0].worker, on_end, &n_ended);
	run_ms(500);
	ck_assert_uint_eq(n_ended, 1);
	ck_assert_uint_eq(nodes[0].n_released, 0);
	ck_assert(lan_has_addr(0, &vip.addr));
}
END_TEST

/* Nobody takes over: it waits for the longest skew time and an interval. */
START_TEST(the_end_of_the_last_one_comes_in_time)
{
	unsigned n_ended = 0;

	run_ms(15000);
	kill_worker(&nodes[1]);
	vrrp_worker_leave(nodes[0].worker, on_end, &n_ended);
	run_ms(1990);
	ck_assert(lan_has_addr(0, &vip.addr));
	ck_assert_uint_eq(n_ended, 0);
	run_ms(20);
	ck_assert(!lan_has_addr(0, &vip.addr));
	ck_assert_uint_eq(n_ended, 1);
}
END_TEST

/* There is nothing to wait for. */
START_TEST(a_backup_ends_at_once)
{
	unsigned n_ended = 0;

	run_ms(15000);
	vrrp_worker_leave(nodes[1].worker, on_end, &n_ended);
	run_ms(1);
	ck_assert_uint_eq(n_ended, 1);
	ck_assert_str_eq(states(), "MASTER+ INIT-");
}
END_TEST

/* The acts of processes that began while the first machine had the address, and while it had not. */
static unsigned n_with, n_without;

static bool on_act(void)
{
	++*(lan_has_addr(0, &vip.addr) ? &n_with : &n_without);
	return true;
}

/* The others hear of a new master before its kernel has taken the addresses, and of the end of one
 * long before they are gone: an advertisement does not wait for the end of the turn then. */
START_TEST(an_advertisement_leaves_before_the_addresses_change)
{
	unsigned n_ended = 0;

	run_ms(100);
	n_with = n_without = 0;
	lan_on_act(on_act);
	run_ms(5000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	ck_assert_uint_eq(n_without, 2); /* it sends, it adds */
	n_with = n_without = 0;
	vrrp_worker_leave(nodes[0].worker, on_end, &n_ended);
	run_ms(1);
	ck_assert_uint_eq(n_with, 1); /* it sends */
	run_ms(2000);
	ck_assert_uint_eq(n_ended, 1);
	lan_on_act(NULL);
}
END_TEST

START_TEST(a_configuration_that_makes_no_sense_is_not_put_into_force)
{
	run_ms(15000);
	nodes[0].is_spoiled = true;
	nodes[0].conf.priority = 50;
	send_conf(&nodes[0]);
	run_ms(15000);
	ck_assert_uint_lt(nodes[0].carried, nodes[0].serial);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	nodes[0].is_spoiled = false;
	send_conf(&nodes[0]);
	run_ms(15000);
	ck_assert_uint_eq(nodes[0].carried, nodes[0].serial);
	ck_assert_str_eq(states(), "BACKUP- MASTER+");
}
END_TEST

/* An advert of a router that is better than a MASTER, or that resigns. */
static struct lan_frame advert(uint8_t priority)
{
	static const uint8_t addrs[] = {10, 0, 0, 100};
	const struct vrrp_pkt pkt = {.version = 3,
				     .vrid = 51,
				     .priority = priority,
				     .n_addrs = 1,
				     .interval_ns = NS_PER_S,
				     .addrs = addrs};
	struct vrrp_path path = {{AF_INET, {10, 0, 0, 9}}, vrrp_group(AF_INET), VRRP_HOP_LIMIT};
	struct lan_frame frame = {.kind = LAN_VRRP,
				  .source = path.source,
				  .destination = path.destination,
				  .hop_limit = path.hop_limit};

	frame.len = vrrp_pkt_encode(&pkt, &path, frame.bytes, sizeof(frame.bytes));
	return frame;
}

/* A MASTER that was stopped finds a better router in its socket, and much behind it. */
START_TEST(a_changed_state_is_acted_on_before_more_is_read)
{
	const struct lan_frame better = advert(200), resigns = advert(0);

	run_ms(15000);
	world_pause(nodes[0].loop, true);
	lan_forge(0, &better);
	run_ms(1);
	for (int i = 0; i < FLOOD; i++) {
		lan_forge(0, &resigns);
		run_ms(1);
	}
	world_pause(nodes[0].loop, false);
	run_ms(10);
	ck_assert_uint_eq(lan_counts()->n_unread, FLOOD);
	ck_assert_str_eq(states(), "BACKUP- BACKUP-");
}
END_TEST

START_TEST(an_instance_that_a_reload_removes_leaves_nothing_behind)
{
	struct lan_frame wrong = advert(200); /* its checksum will be */

	nodes[0].has_second = true;
	run_ms(15000);
	ck_assert(lan_has_addr(0, &second_vip.addr));
	/* A line will count those that came after the first, in a minute. */
	wrong.bytes[1] = 52;
	for (int i = 0; i < 3; i++)
		lan_forge(0, &wrong);
	run_ms(100);
	nodes[0].has_second = false;
	send_conf(&nodes[0]);
	run_ms(100);
	ck_assert(!lan_has_addr(0, &second_vip.addr));
	run_ms(70000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
}
END_TEST

/* A new director is told the count. */
static uint64_t count_sent(struct node *node)
{
	greeted_free(node->director);
	start_director(node, true);
	run_ms(10);
	return node->n_sent;
}

START_TEST(an_advertisement_to_several_peers_counts_once)
{
	struct conf_peer peers[] = {{.addr = {AF_INET, {10, 0, 0, 8}}}, {.addr = {AF_INET, {10, 0, 0, 9}}}};
	uint64_t before;

	nodes[0].conf.peers = peers;
	nodes[0].conf.n_peers = 2;
	send_conf(&nodes[0]);
	run_ms(15000);
	before = count_sent(&nodes[0]);
	run_ms(10000);
	ck_assert_uint_eq(count_sent(&nodes[0]) - before, 10);
}
END_TEST

START_TEST(a_lost_carrier_is_a_fault_and_its_return_a_beginning)
{
	run_ms(15000);
	lan_set_carrier(0, false);
	run_ms(4000);
	ck_assert_str_eq(states(), "FAULT- MASTER+");
	lan_set_carrier(0, true);
	run_ms(100);
	ck_assert_str_eq(states(), "BACKUP- MASTER+");
	run_ms(5000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
}
END_TEST

static void send_preemption(const struct node *node, bool is_forbidden, size_t len)
{
	const uint8_t body[2] = {is_forbidden};

	greeted_send(node->director, VRRP_FRAME_PREEMPTION, body, len);
}

START_TEST(the_director_forbids_preemption_and_allows_it_again)
{
	run_ms(15000);
	send_preemption(&nodes[0], true, 1);
	lan_set_carrier(0, false);
	run_ms(4000);
	lan_set_carrier(0, true);
	run_ms(5000);
	ck_assert_str_eq(states(), "BACKUP- MASTER+");
	send_preemption(&nodes[0], false, 2); /* which is no such frame */
	run_ms(5000);
	ck_assert_str_eq(states(), "BACKUP- MASTER+");
	send_preemption(&nodes[0], false, 1);
	run_ms(5000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
}
END_TEST

/* Not between BEGIN and COMMIT: they count at once, also those that are gone. */
START_TEST(static_items_alone_count_at_once)
{
	struct conf_statics statics = {.addresses = &second_vip, .n_addresses = 1};

	run_ms(100);
	send_statics(&nodes[0], &statics);
	run_ms(100);
	ck_assert(lan_has_addr(0, &second_vip.addr));
	statics.n_addresses = 0;
	send_statics(&nodes[0], &statics);
	run_ms(100);
	ck_assert(!lan_has_addr(0, &second_vip.addr));
	run_ms(15000);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
}
END_TEST

/* A configuration is taken as a whole. */
START_TEST(a_static_address_that_makes_no_sense_spoils_its_configuration)
{
	struct conf_vip wrong = second_vip;
	const struct conf_statics statics = {.addresses = &wrong, .n_addresses = 1};

	wrong.prefix_len = 33;
	run_ms(15000);
	nodes[0].statics = &statics;
	nodes[0].conf.priority = 50;
	send_conf(&nodes[0]);
	run_ms(15000);
	ck_assert_uint_lt(nodes[0].carried, nodes[0].serial);
	ck_assert_str_eq(states(), "MASTER+ BACKUP-");
	wrong.prefix_len = 32;
	send_conf(&nodes[0]);
	run_ms(15000);
	ck_assert_uint_eq(nodes[0].carried, nodes[0].serial);
	ck_assert(lan_has_addr(0, &wrong.addr));
	ck_assert_str_eq(states(), "BACKUP- MASTER+");
}
END_TEST

START_TEST(an_address_that_is_taken_away_is_put_back)
{
	run_ms(15000);
	lan_take_addr_away(0, &vip.addr);
	run_ms(1100);
	ck_assert(lan_has_addr(0, &vip.addr));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp worker");
	TCase *tcase = tcase_create("vrrp worker");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_better_one_becomes_master);
	tcase_add_test(tcase, an_address_under_two_vrids_is_an_alarm);
	tcase_add_test(tcase, another_vrid_with_other_addresses_is_none);
	tcase_add_test(tcase, an_address_that_a_silent_machine_has_is_an_alarm);
	tcase_add_test(tcase, a_pair_that_fails_back_has_no_alarm);
	tcase_add_test(tcase, a_change_of_the_interface_counts_after_its_delay);
	tcase_add_test(tcase, a_late_advertisement_is_reported);
	tcase_add_test(tcase, a_delay_is_shorter_than_the_wait_of_a_backup);
	tcase_add_test(tcase, a_new_director_hears_all_and_nothing_changes);
	tcase_add_test(tcase, a_new_process_goes_on_as_master);
	tcase_add_test(tcase, a_new_process_that_goes_on_as_master_announces_its_addresses);
	tcase_add_test(tcase, a_process_that_comes_late_listens_first);
	tcase_add_test(tcase, a_new_process_takes_no_order_of_its_predecessor);
	tcase_add_test(tcase, the_end_hands_over);
	tcase_add_test(tcase, who_leaves_takes_no_order);
	tcase_add_test(tcase, who_leaves_without_a_configuration_has_released_nothing);
	tcase_add_test(tcase, the_end_of_the_last_one_comes_in_time);
	tcase_add_test(tcase, a_backup_ends_at_once);
	tcase_add_test(tcase, an_advertisement_leaves_before_the_addresses_change);
	tcase_add_test(tcase, a_configuration_that_makes_no_sense_is_not_put_into_force);
	tcase_add_test(tcase, a_changed_state_is_acted_on_before_more_is_read);
	tcase_add_test(tcase, an_instance_that_a_reload_removes_leaves_nothing_behind);
	tcase_add_test(tcase, an_advertisement_to_several_peers_counts_once);
	tcase_add_test(tcase, a_lost_carrier_is_a_fault_and_its_return_a_beginning);
	tcase_add_test(tcase, the_director_forbids_preemption_and_allows_it_again);
	tcase_add_test(tcase, static_items_alone_count_at_once);
	tcase_add_test(tcase, a_static_address_that_makes_no_sense_spoils_its_configuration);
	tcase_add_test(tcase, an_address_that_is_taken_away_is_put_back);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
