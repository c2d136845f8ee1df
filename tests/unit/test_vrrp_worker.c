/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What two workers of the vrrp process do beside one another, and when one of them is replaced. */
#include "base/virtual/world.h"
#include "tests/sim/lan.h"
#include "tests/unit/vrrp_worker_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOOD 40

START_TEST(the_better_one_becomes_master)
{
	rig_run_ms(100);
	ck_assert_str_eq(rig_states(), "BACKUP- BACKUP-");
	ck_assert_uint_eq(rig_nodes[0].carried, 1);
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	ck_assert_int_eq(lan_neighbour(&rig_vip.addr), 0);
}
END_TEST

/* Somebody adds it again whenever it is gone. Returns how often it was removed in so many seconds. */
static unsigned fight(unsigned machine, int seconds)
{
	unsigned n = 0;

	for (int i = 0; i < 100 * seconds; i++) {
		if (!lan_has_addr(machine, &rig_vip.addr)) {
			n++;
			lan_add_addr(machine, &rig_vip.addr, 32);
		}
		rig_run_ms(10);
	}
	return n;
}

START_TEST(an_address_that_somebody_adds_on_a_backup_goes)
{
	unsigned n;

	rig_run_ms(5000);
	lan_add_addr(1, &rig_vip.addr, 32);
	rig_run_ms(1);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	rig_run_ms(100000);
	/* At once, and then after 1, 2, 4, 8, 16, and 30 s each. */
	n = fight(1, 300);
	ck_assert_uint_ge(n, 12);
	ck_assert_uint_le(n, 16);
	rig_run_ms(31000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	/* An instance in FAULT has it no more than a BACKUP. */
	rig_run_ms(100000);
	lan_set_carrier(1, false);
	rig_run_ms(10);
	ck_assert_str_eq(rig_states(), "MASTER+ FAULT-");
	lan_add_addr(1, &rig_vip.addr, 32);
	rig_run_ms(1);
	ck_assert_str_eq(rig_states(), "MASTER+ FAULT-");
	/* It becomes MASTER while the fight goes on: it has the address then, and keeps it. */
	lan_set_carrier(1, true);
	rig_run_ms(2000);
	fight(1, 10);
	lan_set_carrier(0, false);
	rig_run_ms(60000);
	ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
}
END_TEST

/* Both become master: their clients reach the one or the other. */
START_TEST(an_address_under_two_vrids_is_an_alarm)
{
	char text[ADDR_TEXT_MAX];

	rig_nodes[1].conf.vrid = 53;
	rig_run_ms(10000);
	ck_assert_str_eq(rig_states(), "MASTER+ MASTER+");
	ck_assert_int_eq(rig_nodes[0].mismatch.kind, VRRP_MISMATCH_VRID);
	ck_assert_str_eq(rig_nodes[0].mismatch.text,
			 "virtual_router_id 53, here 51, and both have 10.0.0.100");
	ck_assert_str_eq(addr_format(&rig_nodes[0].mismatch.peer, text), "10.0.0.2");
	ck_assert_int_eq(rig_nodes[1].mismatch.kind, VRRP_MISMATCH_VRID);
}
END_TEST

/* Nothing is delayed by it, and the instance becomes master all the same. */
START_TEST(an_address_that_a_silent_machine_has_is_an_alarm)
{
	unsigned third = lan_add_machine();
	char text[ADDR_TEXT_MAX];

	lan_add_addr(third, &rig_vip.addr, 32);
	rig_run_ms(3000);
	ck_assert_str_eq(rig_states(), "BACKUP- BACKUP-");
	ck_assert_int_eq(rig_nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
	rig_run_ms(2000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	ck_assert_int_eq(rig_nodes[0].mismatch.kind, VRRP_MISMATCH_IN_USE);
	ck_assert_str_eq(rig_nodes[0].mismatch.text,
			 "the machine 02:00:00:00:00:03 on eth0 has this address too");
	ck_assert_str_eq(addr_format(&rig_nodes[0].mismatch.peer, text), "10.0.0.100");
	/* The other one has heard a master meanwhile. When it becomes MASTER, that takes over. */
	ck_assert_int_eq(rig_nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
	lan_set_carrier(0, false);
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
	ck_assert_int_eq(rig_nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
	ck_assert_int_eq(rig_nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
}
END_TEST

/* This router fails and returns again and again. Each time it hears one advertisement of the other one as
 * MASTER, the last. */
START_TEST(a_pair_that_fails_back_has_no_alarm)
{
	rig_run_ms(5000);
	for (int i = 0; i < 6; i++) {
		lan_set_carrier(0, false);
		rig_run_ms(5000);
		ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
		lan_set_carrier(0, true);
		rig_run_ms(6000);
		ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
		ck_assert_int_eq(rig_nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
		ck_assert_int_eq(rig_nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
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

	rig_nodes[0].statics = &statics;
	rig_run_ms(5000);
	for (int i = 0; i < 5; i++) {
		lan_set_carrier(0, false);
		rig_run_ms(1400);
		lan_set_carrier(0, true);
		rig_run_ms(1400);
	}
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	ck_assert_str_eq(rig_nodes[0].story, "BACKUP MASTER ");
	ck_assert_str_eq(rig_nodes[1].story, "BACKUP ");
	lan_set_carrier(0, false);
	rig_run_ms(1490);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	rig_run_ms(3000);
	ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
	lan_set_carrier(0, true);
	rig_run_ms(2990);
	ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

/* The other director would be master before 100 s. */
START_TEST(a_delay_is_shorter_than_the_wait_of_a_backup)
{
	static struct conf_link_delay delay = {
	    .interface = "eth0", .down_us = 100000000, .up_us = 0};
	static const struct conf_statics statics = {.delays = &delay, .n_delays = 1};

	rig_nodes[0].statics = &statics;
	rig_run_ms(5000);
	lan_set_carrier(0, false);
	rig_run_ms(1990);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	rig_run_ms(10);
	ck_assert_str_eq(rig_states(), "FAULT- BACKUP-");
}
END_TEST

/* The director hears of it within a second, and of punctual advertisements within a minute. */
START_TEST(a_late_advertisement_is_reported)
{
	rig_run_ms(75000);
	ck_assert_uint_ge(rig_nodes[0].lateness.counts[0], 55);
	ck_assert_uint_eq(rig_nodes[0].lateness.n_late, 0);
	world_pause(rig_nodes[0].loop, true);
	rig_run_ms(1700);
	world_pause(rig_nodes[0].loop, false);
	rig_run_ms(1100);
	ck_assert_uint_eq(rig_nodes[0].lateness.n_late, 1);
	ck_assert_uint_ge(rig_nodes[0].lateness.most_us, 700000);
	ck_assert_uint_le(rig_nodes[0].lateness.most_us, 1700000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	ck_assert_uint_eq(rig_nodes[1].lateness.counts[0], 0);
}
END_TEST

/* Another virtual router of other addresses is nobody's business. */
START_TEST(another_vrid_with_other_addresses_is_none)
{
	rig_nodes[1].conf.vrid = 53;
	rig_nodes[1].conf.vips = &rig_second_vip;
	rig_run_ms(10000);
	ck_assert_int_eq(rig_nodes[0].mismatch.kind, VRRP_MISMATCH_NONE);
	ck_assert_int_eq(rig_nodes[1].mismatch.kind, VRRP_MISMATCH_NONE);
}
END_TEST

START_TEST(a_new_director_hears_all_and_nothing_changes)
{
	uint64_t announced;
	unsigned n;

	rig_run_ms(15000);
	announced = lan_counts()->n_announced;
	n = rig_nodes[0].n_reports;
	greeted_free(rig_nodes[0].director);
	rig_run_ms(3000); /* nobody is there */
	ck_assert_uint_eq(rig_nodes[0].n_reports, n);
	rig_start_director(&rig_nodes[0], true);
	rig_run_ms(3000);
	ck_assert_uint_gt(rig_nodes[0].n_reports, n);
	ck_assert_uint_eq(rig_nodes[0].carried, rig_nodes[0].serial);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	ck_assert_str_eq(rig_nodes[1].story, "BACKUP ");
	ck_assert_uint_eq(lan_counts()->n_announced, announced);
}
END_TEST

START_TEST(a_new_process_goes_on_as_master)
{
	rig_run_ms(15000);
	for (int i = 0; i < 5; i++) {
		rig_kill_worker(&rig_nodes[0]);
		ck_assert(lan_has_addr(0, &rig_vip.addr));
		rig_run_ms(100 * i);
		rig_start_worker(&rig_nodes[0], world_now());
		rig_run_ms(5000);
		ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	}
	ck_assert_str_eq(rig_nodes[1].story, "BACKUP ");
}
END_TEST

/* It may have died before it had announced anything. */
START_TEST(a_new_process_that_goes_on_as_master_announces_its_addresses)
{
	uint64_t announced;

	rig_run_ms(15000);
	announced = lan_counts()->n_announced;
	rig_kill_worker(&rig_nodes[0]);
	rig_start_worker(&rig_nodes[0], world_now());
	rig_run_ms(100);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	ck_assert_uint_gt(lan_counts()->n_announced, announced);
}
END_TEST

/* It was MASTER long ago, and another one is by now. It keeps the addresses that it finds, and sends
 * nothing until it hears the other one, which steps down then for the higher priority. */
START_TEST(a_process_that_comes_late_listens_first)
{
	struct mono died;

	rig_run_ms(15000);
	died = world_now();
	rig_kill_worker(&rig_nodes[0]);
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "MASTER+ MASTER+");
	rig_start_worker(&rig_nodes[0], died);
	rig_run_ms(10);
	ck_assert_str_eq(rig_states(), "MASTER+ MASTER+");
	rig_run_ms(1200);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

/* Orders that a process left unread are not for its successor, even without its first word. */
START_TEST(a_new_process_takes_no_order_of_its_predecessor)
{
	unsigned n;

	rig_run_ms(5000);
	n = rig_nodes[0].n_carried;
	rig_kill_worker(&rig_nodes[0]);
	rig_nodes[0].conf.priority = 50;
	rig_send_conf(&rig_nodes[0]);
	rig_nodes[0].conf.priority = 150;
	rig_start_worker(&rig_nodes[0], world_now());
	rig_run_ms(15000);
	ck_assert_uint_eq(rig_nodes[0].n_carried, n + 1);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
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

	rig_run_ms(15000);
	vrrp_worker_leave(rig_nodes[0].worker, on_end, &n_ended);
	for (; lan_has_addr(0, &rig_vip.addr) && n_ms < 2000; n_ms++)
		rig_run_ms(1);
	ck_assert(lan_has_addr(1, &rig_vip.addr));
	ck_assert_uint_ge(n_ms, 609); /* skew */
	ck_assert_uint_le(n_ms, 615);
	rig_run_ms(20);
	ck_assert_str_eq(rig_states(), "INIT- MASTER+");
	ck_assert_uint_eq(rig_nodes[0].n_released, 1);
	ck_assert_uint_eq(n_ended, 1);
}
END_TEST

static void tell(struct node *node, uint64_t number)
{
	greeted_send(node->director, VRRP_FRAME_TELL, &number, sizeof(number));
	rig_run_ms(1);
	ck_assert_uint_eq(node->told, number);
}

/* A backup reports nothing while nothing changes: its counters are old until it is asked. */
START_TEST(counters_of_now_are_told_on_demand)
{
	uint64_t before;

	rig_run_ms(15000);
	tell(&rig_nodes[1], 7);
	before = rig_nodes[1].last.adverts_received;
	rig_run_ms(10000);
	ck_assert_uint_eq(rig_nodes[1].last.adverts_received, before);
	tell(&rig_nodes[1], 8);
	ck_assert_uint_eq(rig_nodes[1].last.adverts_received, before + 10);
	ck_assert_uint_eq(rig_nodes[1].last.zeros_received, 0);
	ck_assert_uint_eq(rig_nodes[1].last.transitions_from_master, 0);
	greeted_send(rig_nodes[1].director, VRRP_FRAME_TELL, "", 1); /* makes no sense, and is ignored */
	rig_run_ms(1);
	ck_assert_uint_eq(rig_nodes[1].told, 8);
}
END_TEST

/* Priority 0, sent and heard, and the end of being MASTER. */
START_TEST(a_handover_is_counted_on_both_sides)
{
	unsigned n_ended = 0;

	rig_run_ms(15000);
	vrrp_worker_leave(rig_nodes[0].worker, on_end, &n_ended);
	rig_run_ms(3000);
	ck_assert_uint_eq(rig_nodes[0].last.zeros_sent, 1);
	ck_assert_uint_eq(rig_nodes[0].last.transitions_from_master, 1);
	tell(&rig_nodes[1], 1);
	ck_assert_uint_eq(rig_nodes[1].last.zeros_received, 1);
	ck_assert_uint_eq(rig_nodes[1].last.transitions_to_master, 1);
	ck_assert_uint_eq(rig_nodes[1].last.zeros_sent, 0);
}
END_TEST

/* Orders that come late do not begin anything anew. */
START_TEST(who_leaves_takes_no_order)
{
	unsigned n_ended = 0;

	rig_run_ms(15000);
	vrrp_worker_leave(rig_nodes[0].worker, on_end, &n_ended);
	rig_nodes[0].has_second = true;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(3000);
	ck_assert(!lan_has_addr(0, &rig_second_vip.addr));
	ck_assert_uint_eq(n_ended, 1);
	ck_assert_str_eq(rig_states(), "INIT- MASTER+");
}
END_TEST

/* It knows nothing of its predecessor's address, and must not say that it has removed it. */
START_TEST(who_leaves_without_a_configuration_has_released_nothing)
{
	unsigned n_ended = 0;

	rig_run_ms(15000);
	rig_kill_worker(&rig_nodes[0]);
	rig_start_worker(&rig_nodes[0], MONO_NEVER);
	vrrp_worker_leave(rig_nodes[0].worker, on_end, &n_ended);
	rig_run_ms(500);
	ck_assert_uint_eq(n_ended, 1);
	ck_assert_uint_eq(rig_nodes[0].n_released, 0);
	ck_assert(lan_has_addr(0, &rig_vip.addr));
}
END_TEST

/* Nobody takes over: it waits for the longest skew time and an interval. */
START_TEST(the_end_of_the_last_one_comes_in_time)
{
	unsigned n_ended = 0;

	rig_run_ms(15000);
	rig_kill_worker(&rig_nodes[1]);
	vrrp_worker_leave(rig_nodes[0].worker, on_end, &n_ended);
	rig_run_ms(1990);
	ck_assert(lan_has_addr(0, &rig_vip.addr));
	ck_assert_uint_eq(n_ended, 0);
	rig_run_ms(20);
	ck_assert(!lan_has_addr(0, &rig_vip.addr));
	ck_assert_uint_eq(n_ended, 1);
}
END_TEST

/* There is nothing to wait for. */
START_TEST(a_backup_ends_at_once)
{
	unsigned n_ended = 0;

	rig_run_ms(15000);
	vrrp_worker_leave(rig_nodes[1].worker, on_end, &n_ended);
	rig_run_ms(1);
	ck_assert_uint_eq(n_ended, 1);
	ck_assert_str_eq(rig_states(), "MASTER+ INIT-");
}
END_TEST

/* The acts of processes that began while the first machine had the address, and while it had not. */
static unsigned n_with, n_without;

static bool on_act(void)
{
	++*(lan_has_addr(0, &rig_vip.addr) ? &n_with : &n_without);
	return true;
}

/* The others hear of a new master before its kernel has taken the addresses, and of the end of one
 * long before they are gone: an advertisement does not wait for the end of the turn then. */
START_TEST(an_advertisement_leaves_before_the_addresses_change)
{
	unsigned n_ended = 0;

	rig_run_ms(1500); /* it has asked for its addresses */
	n_with = n_without = 0;
	lan_on_act(on_act);
	rig_run_ms(3600);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	ck_assert_uint_eq(n_without, 2); /* it sends, it adds */
	n_with = n_without = 0;
	vrrp_worker_leave(rig_nodes[0].worker, on_end, &n_ended);
	rig_run_ms(1);
	ck_assert_uint_eq(n_with, 1); /* it sends */
	rig_run_ms(2000);
	ck_assert_uint_eq(n_ended, 1);
	lan_on_act(NULL);
}
END_TEST

START_TEST(a_configuration_that_makes_no_sense_is_not_put_into_force)
{
	rig_run_ms(15000);
	rig_nodes[0].is_spoiled = true;
	rig_nodes[0].conf.priority = 50;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	ck_assert_uint_lt(rig_nodes[0].carried, rig_nodes[0].serial);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	rig_nodes[0].is_spoiled = false;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	ck_assert_uint_eq(rig_nodes[0].carried, rig_nodes[0].serial);
	ck_assert_str_eq(rig_states(), "BACKUP- MASTER+");
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

	rig_run_ms(15000);
	world_pause(rig_nodes[0].loop, true);
	lan_forge(0, &better);
	rig_run_ms(1);
	for (int i = 0; i < FLOOD; i++) {
		lan_forge(0, &resigns);
		rig_run_ms(1);
	}
	world_pause(rig_nodes[0].loop, false);
	rig_run_ms(10);
	ck_assert_uint_eq(lan_counts()->n_unread, FLOOD);
	ck_assert_str_eq(rig_states(), "BACKUP- BACKUP-");
}
END_TEST

START_TEST(an_instance_that_a_reload_removes_leaves_nothing_behind)
{
	struct lan_frame wrong = advert(200); /* its checksum will be */

	rig_nodes[0].has_second = true;
	rig_run_ms(15000);
	ck_assert(lan_has_addr(0, &rig_second_vip.addr));
	/* A line will count those that came after the first, in a minute. */
	wrong.bytes[1] = 52;
	for (int i = 0; i < 3; i++)
		lan_forge(0, &wrong);
	rig_run_ms(100);
	rig_nodes[0].has_second = false;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(100);
	ck_assert(!lan_has_addr(0, &rig_second_vip.addr));
	rig_run_ms(70000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

/* A new director is told the count. */
static uint64_t count_sent(struct node *node)
{
	greeted_free(node->director);
	rig_start_director(node, true);
	rig_run_ms(10);
	return node->n_sent;
}

START_TEST(an_advertisement_to_several_peers_counts_once)
{
	struct conf_peer peers[] = {{.addr = {AF_INET, {10, 0, 0, 8}}}, {.addr = {AF_INET, {10, 0, 0, 9}}}};
	uint64_t before;

	rig_nodes[0].conf.peers = peers;
	rig_nodes[0].conf.n_peers = 2;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	before = count_sent(&rig_nodes[0]);
	rig_run_ms(10000);
	ck_assert_uint_eq(count_sent(&rig_nodes[0]) - before, 10);
}
END_TEST

START_TEST(a_lost_carrier_is_a_fault_and_its_return_a_beginning)
{
	rig_run_ms(15000);
	lan_set_carrier(0, false);
	rig_run_ms(4000);
	ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
	lan_set_carrier(0, true);
	rig_run_ms(100);
	ck_assert_str_eq(rig_states(), "BACKUP- MASTER+");
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

/* dont_track_primary: it goes on, though nobody can hear it. */
START_TEST(a_lost_carrier_is_no_fault_where_it_is_not_tracked)
{
	rig_nodes[0].conf.ignores_link = true;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	lan_set_carrier(0, false);
	rig_run_ms(4000);
	ck_assert_str_eq(rig_states(), "MASTER+ MASTER+");
	lan_set_carrier(0, true);
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

/* unicast_fault_no_peer. */
START_TEST(without_a_peer_it_is_in_fault_if_it_needs_one)
{
	struct conf_peer peer = {.addr = {AF_INET, {10, 0, 0, 2}}};

	rig_nodes[0].conf.needs_peer = true;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
	rig_nodes[0].conf.peers = &peer;
	rig_nodes[0].conf.n_peers = 1;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(100);
	ck_assert_str_eq(rig_states(), "BACKUP- MASTER+");
}
END_TEST

/* track_src_ip, as it is always: an instance whose source address has gone takes no part. */
START_TEST(without_its_source_address_it_is_in_fault)
{
	const struct addr source = {AF_INET, {10, 0, 0, 77}};

	lan_add_addr(0, &source, 32);
	rig_nodes[0].conf.source = source;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	lan_take_addr_away(0, &source);
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "FAULT- MASTER+");
	lan_add_addr(0, &source, 32);
	rig_run_ms(10000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

static void send_preemption(const struct node *node, bool is_forbidden, size_t len)
{
	const uint8_t body[2] = {is_forbidden};

	greeted_send(node->director, VRRP_FRAME_PREEMPTION, body, len);
}

START_TEST(the_director_forbids_preemption_and_allows_it_again)
{
	rig_run_ms(15000);
	send_preemption(&rig_nodes[0], true, 1);
	lan_set_carrier(0, false);
	rig_run_ms(4000);
	lan_set_carrier(0, true);
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "BACKUP- MASTER+");
	send_preemption(&rig_nodes[0], false, 2); /* which is no such frame */
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "BACKUP- MASTER+");
	send_preemption(&rig_nodes[0], false, 1);
	rig_run_ms(5000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

/* Not between BEGIN and COMMIT: they count at once, also those that are gone. */
START_TEST(static_items_alone_count_at_once)
{
	struct conf_statics statics = {.addresses = &rig_second_vip, .n_addresses = 1};

	rig_run_ms(100);
	rig_send_statics(&rig_nodes[0], &statics);
	rig_run_ms(100);
	ck_assert(lan_has_addr(0, &rig_second_vip.addr));
	statics.n_addresses = 0;
	rig_send_statics(&rig_nodes[0], &statics);
	rig_run_ms(100);
	ck_assert(!lan_has_addr(0, &rig_second_vip.addr));
	rig_run_ms(15000);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
}
END_TEST

/* A configuration is taken as a whole. */
START_TEST(a_static_address_that_makes_no_sense_spoils_its_configuration)
{
	struct conf_vip wrong = rig_second_vip;
	const struct conf_statics statics = {.addresses = &wrong, .n_addresses = 1};

	wrong.prefix_len = 33;
	rig_run_ms(15000);
	rig_nodes[0].statics = &statics;
	rig_nodes[0].conf.priority = 50;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	ck_assert_uint_lt(rig_nodes[0].carried, rig_nodes[0].serial);
	ck_assert_str_eq(rig_states(), "MASTER+ BACKUP-");
	wrong.prefix_len = 32;
	rig_send_conf(&rig_nodes[0]);
	rig_run_ms(15000);
	ck_assert_uint_eq(rig_nodes[0].carried, rig_nodes[0].serial);
	ck_assert(lan_has_addr(0, &wrong.addr));
	ck_assert_str_eq(rig_states(), "BACKUP- MASTER+");
}
END_TEST

START_TEST(an_address_that_is_taken_away_is_put_back)
{
	rig_run_ms(15000);
	lan_take_addr_away(0, &rig_vip.addr);
	rig_run_ms(1100);
	ck_assert(lan_has_addr(0, &rig_vip.addr));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp worker");
	TCase *tcase = tcase_create("vrrp worker");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, rig_begin, rig_end);
	tcase_add_test(tcase, the_better_one_becomes_master);
	tcase_add_test(tcase, an_address_that_somebody_adds_on_a_backup_goes);
	tcase_add_test(tcase, counters_of_now_are_told_on_demand);
	tcase_add_test(tcase, a_handover_is_counted_on_both_sides);
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
	tcase_add_test(tcase, a_lost_carrier_is_no_fault_where_it_is_not_tracked);
	tcase_add_test(tcase, without_a_peer_it_is_in_fault_if_it_needs_one);
	tcase_add_test(tcase, without_its_source_address_it_is_in_fault);
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
