/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts around the state machine: adverts of a configuration, locked memory, frames. */
#include "vrrp/advert.h"
#include "vrrp/machine/memlock.h"
#include "vrrp/machine/schedule.h"
#include "vrrp/same.h"
#include "vrrp/wire.h"
#include "base/chan.h"
#include "conf/schema/lookup.h"

#include <check.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* --- frames --- */

static struct conf_vip example_vips[] = {
    {.addr = {AF_INET, {10, 9, 0, 100}},
     .prefix_len = 24,
     .interface = "eth0",
     .label = "eth0:vip",
     .broadcast = {AF_INET, {10, 9, 0, 255}}},
    {.addr = {AF_INET, {10, 9, 0, 101}},
     .prefix_len = 32,
     .interface = "eth1",
     .label = "",
     .scope = RT_SCOPE_LINK},
};

static struct conf_vrrp example(void)
{
	return (struct conf_vrrp){.name = "VI_1",
				  .interface = "eth0",
				  .vrid = 51,
				  .priority = 150,
				  .version = 3,
				  .family = AF_INET,
				  .advert_int_us = 1000000,
				  .advert_int_max_us = 2000000,
				  .preempt_delay_us = 300500000,
				  .wants_master = true,
				  .is_preempting = true,
				  .auth_pass = "",
				  .vips = example_vips,
				  .n_vips = 2};
}

static struct conf_peer example_peers[] = {{.addr = {AF_INET, {10, 9, 0, 11}}},
					   {.addr = {AF_INET, {10, 9, 0, 12}}, .min_ttl = 3, .max_ttl = 9}};

/* Version 2 with a password, by unicast. */
static struct conf_vrrp example_unicast(void)
{
	struct conf_vrrp conf = example();

	conf.version = 2;
	conf.advert_int_max_us = 0;
	conf.auth_pass = "12345678";
	conf.source = example_peers[0].addr;
	conf.peers = example_peers;
	conf.n_peers = 2;
	return conf;
}

#define HOLD_MS      13000
#define GATE_MS      5000
#define BARRED_UNTIL ((struct mono){1060 * NS_PER_S})

static size_t encode(const struct conf_vrrp *conf, enum vrrp_state_name last_state, uint8_t *body,
		     size_t size)
{
	const struct vrrp_instance_frame frame = {*conf, last_state, HOLD_MS, GATE_MS, BARRED_UNTIL,
						  {VRRP_ORDER_HOLD, 7}, VRRP_INHERITED_HUNG};

	return vrrp_instance_encode(&frame, body, size);
}

static int round_trip(const struct conf_vrrp *conf, struct arena *arena,
		      struct vrrp_instance_frame *ret_frame)
{
	uint8_t body[4096];
	size_t len = encode(conf, VRRP_MASTER, body, sizeof(body));

	ck_assert_uint_gt(len, 0);
	return vrrp_instance_decode(body, len, arena, ret_frame);
}

START_TEST(instances_cross_unchanged)
{
	struct arena *arena = arena_new();
	struct conf_vrrp conf = example();
	struct vrrp_instance_frame frame;

	ck_assert_int_eq(round_trip(&conf, arena, &frame), 0);
	ck_assert_int_eq(frame.last_state, VRRP_MASTER);
	ck_assert_str_eq(frame.conf.name, "VI_1");
	ck_assert_str_eq(frame.conf.interface, "eth0");
	ck_assert_uint_eq(frame.conf.vrid, 51);
	ck_assert_uint_eq(frame.conf.priority, 150);
	ck_assert_uint_eq(frame.conf.version, 3);
	ck_assert_uint_eq(frame.conf.family, AF_INET);
	ck_assert_uint_eq(frame.conf.advert_int_us, 1000000);
	ck_assert_uint_eq(frame.conf.advert_int_max_us, 2000000);
	ck_assert_uint_eq(frame.conf.preempt_delay_us, 300500000);
	ck_assert_uint_eq(frame.hold_ms, HOLD_MS);
	ck_assert_uint_eq(frame.gate_ms, GATE_MS);
	ck_assert_int_eq(frame.barred_until.ns, BARRED_UNTIL.ns);
	ck_assert_int_eq(frame.order.kind, VRRP_ORDER_HOLD);
	ck_assert_uint_eq(frame.order.number, 7);
	ck_assert_int_eq(frame.inheritance, VRRP_INHERITED_HUNG);
	ck_assert(frame.conf.wants_master && frame.conf.is_preempting);
	ck_assert_uint_eq(frame.conf.n_vips, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct conf_vip *vip = &frame.conf.vips[i];

		ck_assert_int_eq(addr_cmp(&vip->addr, &example_vips[i].addr), 0);
		ck_assert_uint_eq(vip->prefix_len, example_vips[i].prefix_len);
		ck_assert_uint_eq(vip->scope, example_vips[i].scope);
		ck_assert_str_eq(vip->interface, example_vips[i].interface);
		ck_assert_str_eq(vip->label, example_vips[i].label);
		ck_assert_int_eq(addr_cmp(&vip->broadcast, &example_vips[i].broadcast), 0);
	}
	ck_assert_str_eq(frame.conf.auth_pass, "");
	ck_assert_int_eq(frame.conf.source.family, AF_UNSPEC);
	ck_assert_uint_eq(frame.conf.n_peers, 0);
	arena_free(arena);
}
END_TEST

START_TEST(peers_and_passwords_cross_unchanged)
{
	struct arena *arena = arena_new();
	struct conf_vrrp conf = example_unicast();
	struct vrrp_instance_frame frame;

	ck_assert_int_eq(round_trip(&conf, arena, &frame), 0);
	ck_assert_str_eq(frame.conf.auth_pass, "12345678");
	ck_assert_int_eq(addr_cmp(&frame.conf.source, &example_peers[0].addr), 0);
	ck_assert_uint_eq(frame.conf.n_peers, 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_mem_eq(&frame.conf.peers[i], &example_peers[i], sizeof(*example_peers));
	arena_free(arena);
}
END_TEST

START_TEST(impossible_instances_are_refused)
{
	static char long_name[CONF_NAME_MAX + 1];
	struct arena *arena = arena_new();
	struct vrrp_instance_frame frame;
	struct conf_vip vip;
	struct conf_vrrp conf;
	struct conf_peer peers[2];

#define REFUSED(change)                                                                            \
	conf = example_unicast();                                                                  \
	memcpy(peers, example_peers, sizeof(peers));                                               \
	conf.peers = peers;                                                                        \
	vip = example_vips[0];                                                                     \
	change;                                                                                    \
	ck_assert_msg(round_trip(&conf, arena, &frame) == -EBADMSG, "accepted: " #change)
#define REFUSED_VIP(change) REFUSED(conf.vips = &vip; conf.n_vips = 1; change)

	memset(long_name, 'x', CONF_NAME_MAX);
	REFUSED(conf.name = "");
	REFUSED(conf.name = long_name);
	REFUSED(conf.name = "two\nlines");
	REFUSED(conf.interface = "");
	REFUSED(conf.interface = "sixteen-letters-");
	REFUSED(conf.vrid = 0);
	REFUSED(conf.priority = 0);
	REFUSED(conf.version = 1);
	REFUSED(conf.version = 4);
	REFUSED(conf.family = AF_UNSPEC);
	REFUSED(conf.family = AF_INET6); /* its addresses are IPv4 */
	REFUSED(conf.advert_int_us = 0);
	REFUSED(conf.advert_int_max_us = 999999);
	REFUSED(conf.preempt_delay_us = 1000000001);
	REFUSED(conf.advert_int_us = 15000);
	REFUSED(conf.advert_int_us = 40960000);
	REFUSED(conf.version = 2; conf.advert_int_us = 1500000);
	REFUSED(conf.version = 2; conf.advert_int_us = 256000000);
	REFUSED(conf.version = 3); /* has no password */
	REFUSED(conf.version = 3; conf.auth_pass = ""; conf.n_vips = 0);
	REFUSED(conf.auth_pass = "123456789");
	REFUSED(conf.auth_pass = "a\nb");
	REFUSED(conf.source.family = AF_INET6);
	REFUSED(conf.source = ((struct addr){AF_INET, {0}}));
	REFUSED(conf.source = ((struct addr){AF_INET, {224, 0, 0, 18}}));
	REFUSED(peers[1].addr.family = AF_UNSPEC);
	REFUSED(peers[1].addr.family = AF_INET6);
	REFUSED(peers[1].addr = ((struct addr){AF_INET, {224, 0, 0, 18}}));
	REFUSED(peers[1].addr = ((struct addr){AF_INET, {0}}));
	REFUSED_VIP(vip.addr.family = AF_UNSPEC);
	REFUSED_VIP(vip.addr.bytes[4] = 1);
	REFUSED_VIP(vip.prefix_len = 33);
	REFUSED_VIP(vip.interface = "");
	REFUSED_VIP(vip.label = "sixteen-letters-");
	REFUSED_VIP(vip.broadcast = ((struct addr){AF_INET6, {0xfe, 0x80}}));
	arena_free(arena);
}
END_TEST

/* A hold may be as long as the longest sync_wait of a configuration. */
static uint32_t longest_hold_ms(void)
{
	struct lookup *lookup = lookup_new();
	uint32_t ms = (uint32_t)(lookup_row(lookup, KW_SYNC_WAIT)->max / 1000);

	lookup_free(lookup);
	return ms;
}

/* The largest configuration that the file may have fits a frame; one more peer does not. */
START_TEST(a_hold_that_is_too_long_is_refused)
{
	struct arena *arena = arena_new();
	struct vrrp_instance_frame frame = {.conf = example(), .hold_ms = longest_hold_ms()}, decoded;
	uint8_t body[4096];
	size_t len = vrrp_instance_encode(&frame, body, sizeof(body));

	ck_assert_int_eq(vrrp_instance_decode(body, len, arena, &decoded), 0);
	frame.hold_ms++;
	len = vrrp_instance_encode(&frame, body, sizeof(body));
	ck_assert_int_eq(vrrp_instance_decode(body, len, arena, &decoded), -EBADMSG);
	frame.hold_ms--;
	frame.gate_ms = 3600001;
	len = vrrp_instance_encode(&frame, body, sizeof(body));
	ck_assert_int_eq(vrrp_instance_decode(body, len, arena, &decoded), -EBADMSG);
	arena_free(arena);
}
END_TEST

START_TEST(the_name_of_a_sync_group_crosses)
{
	struct conf_vrrp grouped = example(), alone = example();
	struct arena *arena = arena_new();
	struct vrrp_instance_frame back;

	grouped.sync_group = "VG";
	ck_assert_int_eq(round_trip(&grouped, arena, &back), 0);
	ck_assert_str_eq(back.conf.sync_group, "VG");
	ck_assert(vrrp_is_same(&grouped, &back.conf));
	ck_assert(!vrrp_is_same(&grouped, &alone));
	ck_assert_int_eq(round_trip(&alone, arena, &back), 0);
	ck_assert_ptr_null(back.conf.sync_group);
	arena_free(arena);
}
END_TEST

/* What counts at a start alone does not; test_conf_fields has the fields. */
START_TEST(frames_are_the_same_or_not)
{
	const struct vrrp_instance_frame frame = {.conf = example_unicast(), .hold_ms = HOLD_MS, .gate_ms = GATE_MS};
	struct vrrp_instance_frame other = frame;

	other.last_state = VRRP_MASTER;
	other.barred_until = BARRED_UNTIL;
	ck_assert(vrrp_frame_is_same(&frame, &other));
	other.hold_ms = 0;
	ck_assert(!vrrp_frame_is_same(&frame, &other));
	other = frame;
	other.gate_ms = 0;
	ck_assert(!vrrp_frame_is_same(&frame, &other));
	other = frame;
	other.conf.preempt_delay_us++;
	ck_assert(!vrrp_frame_is_same(&frame, &other));
}
END_TEST

START_TEST(the_largest_instance_crosses)
{
	static struct conf_vip vips[255];
	static struct conf_peer peers[VRRP_PEERS_MAX + 1];
	static uint8_t body[CHAN_BODY_MAX];
	struct arena *arena = arena_new();
	struct conf_vrrp conf = example_unicast();
	struct vrrp_instance_frame frame;
	size_t len;

	for (size_t i = 0; i < 255; i++) {
		vips[i] = example_vips[0];
		vips[i].interface = vips[i].label = "fifteen-letters";
	}
	for (size_t i = 0; i <= VRRP_PEERS_MAX; i++)
		peers[i] = example_peers[1];
	conf.vips = vips;
	conf.n_vips = 255;
	conf.peers = peers;
	conf.n_peers = VRRP_PEERS_MAX;
	len = encode(&conf, VRRP_MASTER, body, sizeof(body));
	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(vrrp_instance_decode(body, len, arena, &frame), 0);
	ck_assert_uint_eq(frame.conf.n_peers, VRRP_PEERS_MAX);
	ck_assert_uint_eq(frame.conf.n_vips, 255);
	conf.n_peers++;
	ck_assert_uint_eq(encode(&conf, VRRP_MASTER, body, sizeof(body)), 0);
	arena_free(arena);
}
END_TEST

START_TEST(cut_and_longer_frames_are_refused)
{
	struct arena *arena = arena_new();
	struct conf_vrrp conf = example_unicast();
	struct vrrp_instance_frame frame;
	uint8_t body[2048] = {0};
	size_t len = encode(&conf, VRRP_BACKUP, body, sizeof(body));

	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(vrrp_instance_decode(body, cut, arena, &frame), -EBADMSG);
	ck_assert_int_eq(vrrp_instance_decode(body, len + 1, arena, &frame), -EBADMSG);
	ck_assert_int_eq(vrrp_instance_decode(body, len, arena, &frame), 0);
	arena_free(arena);
}
END_TEST

START_TEST(encoders_refuse_a_small_buffer)
{
	struct conf_vrrp conf = example();
	struct vrrp_report report = {.name = "VI_1", .interface = "eth0", .vrid = 1};
	uint8_t body[2048];
	size_t len = encode(&conf, VRRP_INIT, body, sizeof(body));

	ck_assert_uint_eq(encode(&conf, VRRP_INIT, body, len - 1), 0);
	len = vrrp_report_encode(&report, body, sizeof(body));
	ck_assert_uint_eq(vrrp_report_encode(&report, body, len - 1), 0);
}
END_TEST

START_TEST(reports_cross_unchanged)
{
	struct arena *arena = arena_new();
	struct vrrp_report report, back;
	uint8_t body[1024];
	size_t len;

	memset(&report, 0, sizeof(report));
	report.name = "VI_1";
	strcpy(report.interface, "eth0");
	report.vrid = 51;
	report.family = AF_INET;
	report.state = VRRP_FAULT;
	report.priority = 150;
	report.effective_priority = 149;
	report.master = example_vips[0].addr;
	report.master_interval_us = 40950000;
	report.wants_hello = true;
	report.held_until.ns = 1234567890123456789;
	report.proof_until.ns = 12345678901;
	report.tracks_held_until.ns = 123456789;
	report.fault = "interface eth0 is down";
	report.adverts_sent = UINT64_MAX;
	report.adverts_received = 2;
	report.transitions_to_master = 3;
	report.transitions_from_master = 4;
	report.zeros_sent = 5;
	report.zeros_received = 6;
	for (size_t i = 0; i < VRRP_REASONS; i++)
		report.rejections[i] = 1000 + i;
	for (size_t i = 0; i < VRRP_LATENESS_BUCKETS; i++)
		report.lateness.counts[i] = 2000 + i;
	report.lateness.n_late = 7;
	report.lateness.most_us = UINT64_MAX;
	report.mismatch = (struct vrrp_mismatch){VRRP_MISMATCH_MASTER, report.master,
						 {1234567890123456789}, "version 2, here 3"};
	memset(&back, 0, sizeof(back));
	len = vrrp_report_encode(&report, body, sizeof(body));
	ck_assert_int_eq(vrrp_report_decode(body, len, arena, &back), 0);
	ck_assert_str_eq(back.name, "VI_1");
	ck_assert_str_eq(back.interface, "eth0");
	ck_assert_int_eq(back.state, VRRP_FAULT);
	ck_assert_uint_eq(back.vrid, 51);
	ck_assert_uint_eq(back.effective_priority, 149);
	ck_assert_int_eq(addr_cmp(&back.master, &report.master), 0);
	ck_assert(back.adverts_sent == UINT64_MAX && back.adverts_received == 2);
	ck_assert_uint_eq(back.transitions_to_master, 3);
	ck_assert_uint_eq(back.transitions_from_master, 4);
	ck_assert_uint_eq(back.zeros_sent, 5);
	ck_assert_uint_eq(back.zeros_received, 6);
	ck_assert_uint_eq(back.master_interval_us, 40950000);
	ck_assert_int_eq(back.proof_until.ns, 12345678901);
	ck_assert_int_eq(back.tracks_held_until.ns, 123456789);
	ck_assert(back.wants_hello && back.held_until.ns == 1234567890123456789);
	ck_assert_str_eq(back.fault, "interface eth0 is down");
	ck_assert_ptr_null(back.cause);
	ck_assert_mem_eq(back.rejections, report.rejections, sizeof(report.rejections));
	ck_assert_mem_eq(&back.lateness, &report.lateness, sizeof(report.lateness));
	ck_assert_int_eq(back.mismatch.kind, VRRP_MISMATCH_MASTER);
	ck_assert_int_eq(addr_cmp(&back.mismatch.peer, &report.master), 0);
	ck_assert(back.mismatch.at.ns == report.mismatch.at.ns);
	ck_assert_str_eq(back.mismatch.text, "version 2, here 3");
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(vrrp_report_decode(body, cut, arena, &back), -EBADMSG);
	arena_free(arena);
}
END_TEST

START_TEST(each_kind_of_mismatch_has_a_word)
{
	for (int kind = 0; kind < VRRP_MISMATCHES; kind++)
		ck_assert_str_ne(vrrp_mismatch_name((enum vrrp_mismatch_kind)kind), "?");
	ck_assert_str_eq(vrrp_mismatch_name(VRRP_MISMATCHES), "?");
}
END_TEST

/* Whatever arrives: no crash, and what is accepted can be encoded again. */
START_TEST(random_bytes_do_no_harm)
{
	struct conf_vrrp conf = example_unicast();
	uint8_t good[2048], body[2048], again[2048];
	size_t len = encode(&conf, VRRP_MASTER, good, sizeof(good));
	uint32_t seed = 1;

	for (int i = 0; i < 20000; i++) {
		struct arena *arena = arena_new();
		struct vrrp_instance_frame frame;
		struct vrrp_report report;

		memcpy(body, good, len);
		for (int k = 0; k < 1 + i % 4; k++) {
			seed = seed * 1664525 + 1013904223;
			body[(seed >> 16) % len] = (uint8_t)(seed >> 8);
		}
		if (vrrp_instance_decode(body, len, arena, &frame) == 0) {
			ck_assert_uint_eq(vrrp_instance_encode(&frame, again, sizeof(again)), len);
			ck_assert_mem_eq(again, body, len);
		}
		vrrp_report_decode(body, len, arena, &report);
		arena_free(arena);
	}
}
END_TEST

/* --- adverts of a configuration --- */

/* Sends what sender says to receiver, whose address is 10.9.0.12. */
static enum vrrp_reason tell(const struct conf_vrrp *sender, const struct conf_vrrp *receiver,
			     bool *ret_is_same_list)
{
	struct vrrp_path path = {example_peers[0].addr, vrrp_group(AF_INET), VRRP_HOP_LIMIT};
	struct vrrp_policy policy = vrrp_advert_policy(receiver, &example_peers[1].addr);
	uint8_t bytes[VRRP_PKT_MAX], *addrs = vrrp_advert_addrs(sender);
	uint8_t *own = vrrp_advert_addrs(receiver);
	struct vrrp_pkt pkt = vrrp_advert_make(sender, sender->priority, addrs);
	enum vrrp_reason reason;
	size_t len;

	if (sender->n_peers)
		path.destination = sender->peers[1].addr;
	len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));
	ck_assert_int_eq(vrrp_pkt_decode(bytes, len, &path, &pkt), VRRP_ACCEPTED);
	reason = vrrp_pkt_check(&pkt, &path, &policy);
	*ret_is_same_list = vrrp_advert_lists_same(&pkt, receiver, own);
	free(addrs);
	free(own);
	return reason;
}

START_TEST(configurations_that_agree_hear_each_other)
{
	struct conf_vrrp a = example(), b = example_unicast();
	bool is_same;

	ck_assert_int_eq(tell(&a, &a, &is_same), VRRP_ACCEPTED);
	ck_assert(is_same);
	ck_assert_int_eq(tell(&b, &b, &is_same), VRRP_ACCEPTED);
	ck_assert(is_same);
}
END_TEST

START_TEST(configurations_that_differ_say_what)
{
	struct conf_vrrp a = example_unicast(), b = a;
	struct conf_peer stranger = {.addr = {AF_INET, {10, 9, 0, 13}}};
	bool is_same;

#define DIFFERS(reason, change)                                                                    \
	b = a;                                                                                     \
	change;                                                                                    \
	ck_assert_int_eq(tell(&a, &b, &is_same), reason)

	DIFFERS(VRRP_REJECT_AUTH_DATA, b.auth_pass = "1234567");
	DIFFERS(VRRP_REJECT_AUTH_DATA, b.auth_pass = "12345679");
	DIFFERS(VRRP_REJECT_AUTH_TYPE, b.auth_pass = "");
	DIFFERS(VRRP_REJECT_INTERVAL, b.advert_int_us = 2000000);
	DIFFERS(VRRP_REJECT_VERSION, b.version = 3; b.auth_pass = "");
	DIFFERS(VRRP_REJECT_DESTINATION, b.n_peers = 0);
	DIFFERS(VRRP_REJECT_PEER, b.peers = &stranger; b.n_peers = 1);
	a = example();
	DIFFERS(VRRP_REJECT_DESTINATION, b.peers = example_peers; b.n_peers = 2);
	a = example_unicast();
	a.auth_pass = "";
	DIFFERS(VRRP_REJECT_AUTH_TYPE, b.auth_pass = "1");
}
END_TEST

START_TEST(the_order_of_a_list_does_not_matter)
{
	struct conf_vip turned[] = {example_vips[1], example_vips[0]};
	struct conf_vip other[] = {example_vips[0], example_vips[0]};
	struct conf_vrrp a = example(), b = example();
	bool is_same;

	b.vips = turned;
	ck_assert_int_eq(tell(&a, &b, &is_same), VRRP_ACCEPTED);
	ck_assert(is_same);
	b.n_vips = 1;
	ck_assert_int_eq(tell(&a, &b, &is_same), VRRP_ACCEPTED);
	ck_assert(!is_same);
	b.vips = other;
	b.n_vips = 2;
	ck_assert_int_eq(tell(&b, &a, &is_same), VRRP_ACCEPTED);
	ck_assert(!is_same);
}
END_TEST

START_TEST(states_have_names)
{
	ck_assert_str_eq(vrrp_state_text(VRRP_INIT), "INIT");
	ck_assert_str_eq(vrrp_state_text(VRRP_BACKUP), "BACKUP");
	ck_assert_str_eq(vrrp_state_text(VRRP_MASTER), "MASTER");
	ck_assert_str_eq(vrrp_state_text(VRRP_FAULT), "FAULT");
	ck_assert_str_eq(vrrp_state_text((enum vrrp_state_name)4), "?");
}
END_TEST

static bool wants(const char *line)
{
	struct memlock_region region;

	return memlock_wants(line, "/usr/sbin/lvsd", &region);
}

START_TEST(what_vrrp_touches_is_locked)
{
	struct memlock_region region;

	ck_assert(
	    memlock_wants("7f0012340000-7f0012352000 r-xp 00001000 08:01 42     /lib/libc.so.6\n",
			  "/usr/sbin/lvsd", &region));
	ck_assert_uint_eq(region.start, 0x7f0012340000);
	ck_assert_uint_eq(region.end, 0x7f0012352000);
	ck_assert(wants("1000-2000 rw-p 00000000 00:00 0 \n"));
	ck_assert(wants("1000-2000 rw-p 00000000 00:00 0"));
	ck_assert(wants("1000-2000 rw-p 00000000 00:00 0      [heap]\n"));
	ck_assert(wants("1000-2000 rw-p 00000000 00:00 0      [stack]\n"));
	ck_assert(wants("1000-2000 r-xp 00000000 08:01 7      /usr/sbin/lvsd\n"));
	ck_assert(
	    wants("1000-2000 r--p 00000000 08:01 7      /usr/lib/libnl-route-3.so.200.26.0\n"));
	ck_assert(wants("1000-2000 r--p 00000000 08:01 7      /usr/lib/libevent-2.1.so.7.0.1\n"));
	ck_assert(wants("1000-2000 r--p 00000000 08:01 7      /lib64/ld-linux-x86-64.so.2\n"));
}
END_TEST

START_TEST(other_mappings_are_not_locked)
{
	ck_assert(!wants("1000-2000 r--p 00000000 08:01 7      /usr/lib/libcrypto.so.3\n"));
	ck_assert(!wants("1000-2000 r--p 00000000 08:01 7      /usr/lib/libcurl.so.4.8.0\n"));
	ck_assert(!wants("1000-2000 r-xp 00000000 08:01 7      /usr/sbin/lvsd-old\n"));
	ck_assert(!wants("1000-2000 ---p 00000000 08:01 7      /lib/libc.so.6\n"));
	ck_assert(!wants("1000-2000 r--p 00000000 00:00 0      [vvar]\n"));
	ck_assert(!wants("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n"));
	ck_assert(!wants("no mapping\n"));
	ck_assert(!wants(""));
}
END_TEST

START_TEST(a_schedule_crosses)
{
	static struct conf_range cpus[] = {{1, 1}, {8, 9}, {8191, 8191}};
	struct conf_global global = {.vrrp_rt_priority = 50, .vrrp_cpus = cpus, .n_vrrp_cpus = 3};
	const struct vrrp_schedule schedule = vrrp_schedule_of(&global), none = {0};
	struct vrrp_schedule back;
	uint8_t body[sizeof(schedule) + 1];
	size_t len = vrrp_schedule_encode(&schedule, body, sizeof(body));

	ck_assert(vrrp_schedule_has_cpus(&schedule) && !vrrp_schedule_has_cpus(&none));
	ck_assert_uint_eq(schedule.cpus[0], 2);
	ck_assert_uint_eq(schedule.cpus[1], 3);
	ck_assert_uint_eq(schedule.cpus[1023], 0x80);
	ck_assert_int_eq(vrrp_schedule_decode(body, len, &back), 0);
	ck_assert_int_eq(memcmp(&back, &schedule, sizeof(back)), 0);
	ck_assert_int_eq(vrrp_schedule_decode(body, len - 1, &back), -EBADMSG);
	ck_assert_int_eq(vrrp_schedule_decode(body, len + 1, &back), -EBADMSG);
	body[0] = 100;
	ck_assert_int_eq(vrrp_schedule_decode(body, len, &back), -EBADMSG);
	ck_assert_uint_eq(vrrp_schedule_encode(&schedule, body, len - 1), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_parts");
	TCase *wire = tcase_create("wire"), *advert = tcase_create("advert");
	TCase *memlock = tcase_create("memlock");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, advert);
	tcase_add_test(advert, configurations_that_agree_hear_each_other);
	tcase_add_test(advert, configurations_that_differ_say_what);
	tcase_add_test(advert, the_order_of_a_list_does_not_matter);
	suite_add_tcase(suite, memlock);
	tcase_add_test(memlock, what_vrrp_touches_is_locked);
	tcase_add_test(memlock, other_mappings_are_not_locked);
	suite_add_tcase(suite, wire);
	tcase_add_test(wire, a_schedule_crosses);
	tcase_add_test(wire, instances_cross_unchanged);
	tcase_add_test(wire, the_name_of_a_sync_group_crosses);
	tcase_add_test(wire, peers_and_passwords_cross_unchanged);
	tcase_add_test(wire, the_largest_instance_crosses);
	tcase_add_test(wire, a_hold_that_is_too_long_is_refused);
	tcase_add_test(wire, frames_are_the_same_or_not);
	tcase_add_test(wire, impossible_instances_are_refused);
	tcase_add_test(wire, cut_and_longer_frames_are_refused);
	tcase_add_test(wire, encoders_refuse_a_small_buffer);
	tcase_add_test(wire, reports_cross_unchanged);
	tcase_add_test(wire, each_kind_of_mismatch_has_a_word);
	tcase_add_test(wire, random_bytes_do_no_harm);
	tcase_add_test(wire, states_have_names);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
