/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for everything of vrrp that reads foreign bytes. The first byte chooses the
 * decoder. What is accepted must survive being encoded again.
 */
#include "vrrp/advert.h"
#include "vrrp/ah/ah.h"
#include "vrrp/holding/refusal.h"
#include "vrrp/machine/frame.h"
#include "vrrp/machine/question.h"
#include "vrrp/machine/schedule.h"
#include "vrrp/pkt.h"
#include "vrrp/unknown/unknown.h"
#include "vrrp/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool is_true)
{
	if (!is_true)
		abort();
}

static void try_message(const uint8_t *bytes, size_t len, const struct vrrp_path *path)
{
	uint8_t again[VRRP_PKT_MAX + VRRP_AUTH_BYTES];
	struct vrrp_policy policy = {.version = 3};
	struct conf_peer peer = {0};
	struct vrrp_pkt pkt, back;
	size_t again_len;

	if (vrrp_pkt_decode(bytes, len, path, &pkt) != VRRP_ACCEPTED)
		return;
	require(pkt.version == 2 || pkt.version == 3);
	require(pkt.interval_ns > 0);
	require((unsigned)vrrp_pkt_check(&pkt, path, &policy) < VRRP_REASONS);
	policy.version = 2;
	policy.auth = VRRP_AUTH_PASS;
	peer.addr = path->source;
	policy.peers = &peer;
	policy.n_peers = 1;
	require((unsigned)vrrp_pkt_check(&pkt, path, &policy) < VRRP_REASONS);
	again_len = vrrp_pkt_encode(&pkt, path, again, sizeof(again));
	require(again_len == len);
	require(vrrp_pkt_decode(again, again_len, path, &back) == VRRP_ACCEPTED);
	require(back.priority == pkt.priority && back.interval_ns == pkt.interval_ns);
}

static void try_ip4(const uint8_t *bytes, size_t len)
{
	struct vrrp_path path;
	const uint8_t *body;
	size_t body_len;

	if (vrrp_ip4_decode(bytes, len, &path, &body, &body_len) != VRRP_ACCEPTED)
		return;
	require(body >= bytes && body + body_len <= bytes + len);
	try_message(body, body_len, &path);
}

/* As a socket of frames reads them. */
static void try_captured(uint16_t family, const uint8_t *bytes, size_t len)
{
	struct vrrp_path path;
	const uint8_t *body;
	size_t body_len;

	frame_is_signed(family, bytes, len);
	if (!frame_is_intact(family, bytes, len))
		return;
	if (family == AF_INET) {
		try_ip4(bytes, len);
		return;
	}
	if (frame_ip6_decode(bytes, len, &path, &body, &body_len) != VRRP_ACCEPTED)
		return;
	require(body >= bytes && body + body_len <= bytes + len);
	try_message(body, body_len, &path);
}

/* What is accepted must be what is written again. */
static void try_signed(const uint8_t *bytes, size_t len)
{
	static const uint8_t key[VRRP_AUTH_BYTES] = "s3cret";
	struct vrrp_ah_cover cover = {.key = key, .key_len = sizeof(key)};
	uint8_t again[VRRP_AH_LEN + VRRP_PKT_MAX + 65536];
	struct vrrp_path path;
	const uint8_t *body;
	uint32_t sequence;
	size_t body_len;

	if (vrrp_ip4_decode_ah(bytes, len, &path, &cover.ip_id, &body, &body_len) != VRRP_ACCEPTED ||
	    body_len < VRRP_AH_LEN)
		return;
	require(body >= bytes && body + body_len <= bytes + len);
	if (vrrp_ah_check(&path, &cover, body, body_len, &sequence) == VRRP_ACCEPTED)
		try_message(body + VRRP_AH_LEN, body_len - VRRP_AH_LEN, &path);
	memcpy(again, body, body_len);
	vrrp_ah_put(&path, &cover, 7, again, body_len - VRRP_AH_LEN);
	require(vrrp_ah_check(&path, &cover, again, body_len, &sequence) == VRRP_ACCEPTED);
	require(sequence == 7);
}

static void try_ip6(const uint8_t *bytes, size_t len)
{
	struct vrrp_path path = {
	    {AF_INET6, {0xfe, 0x80, [15] = 1}}, vrrp_group(AF_INET6), VRRP_HOP_LIMIT};

	try_message(bytes, len, &path);
}

/* Two routers of one accepted configuration understand each other. */
static void try_advert(const struct conf_vrrp *conf)
{
	uint8_t *addrs = vrrp_advert_addrs(conf), bytes[VRRP_PKT_MAX];
	struct addr source = {.family = conf->family, .bytes = {9, 9, 9, 9}}, other = source;
	struct vrrp_policy policy = vrrp_advert_policy(conf, &source);
	struct vrrp_pkt pkt = vrrp_advert_make(conf, conf->priority, addrs);
	struct vrrp_path path = {other, vrrp_advert_group(conf), VRRP_HOP_LIMIT};
	struct conf_peer peer = {0};
	size_t len;

	policy.is_deaf = false;
	path.source.bytes[3] = 8;
	if (conf->n_peers) {
		peer.addr = path.source;
		policy.peers = &peer;
		policy.n_peers = 1;
		path.destination = source;
	}
	len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));
	require(len > 0 && vrrp_pkt_decode(bytes, len, &path, &pkt) == VRRP_ACCEPTED);
	require(vrrp_pkt_check(&pkt, &path, &policy) == VRRP_ACCEPTED);
	require(vrrp_advert_lists_same(&pkt, conf, addrs));
	free(addrs);
}

static void try_frames(const uint8_t *bytes, size_t len)
{
	static uint8_t again[65000];
	struct arena *arena = arena_new();
	struct vrrp_instance_frame frame;
	struct vrrp_report report;
	struct vrrp_source source;
	const char *key;
	struct conf_vip vip;

	if (vrrp_instance_decode(bytes, len, arena, &frame) == 0) {
		require(vrrp_instance_encode(&frame, again, sizeof(again)) == len);
		require(memcmp(again, bytes, len) == 0);
		try_advert(&frame.conf);
	}
	if (vrrp_report_decode(bytes, len, arena, &report) == 0) {
		require(vrrp_report_encode(&report, again, sizeof(again)) == len);
		require(memcmp(again, bytes, len) == 0);
	}
	if (vrrp_source_decode(bytes, len, &source) == 0) {
		require(vrrp_source_encode(&source, again, sizeof(again)) == len);
		require(memcmp(again, bytes, len) == 0);
	}
	if (vrrp_left_item_decode(bytes, len, arena, &key) == 0)
		require(vrrp_left_item_encode(key, again, sizeof(again)) == len);
	if (vrrp_left_decode(bytes, len, arena, &vip) == 0) {
		require(vrrp_left_encode(&vip, again, sizeof(again)) == len);
		require(memcmp(again, bytes, len) == 0);
	}
	arena_free(arena);
}

/* Static addresses, routes and rules of both families. */
static void try_statics(const uint8_t *bytes, size_t len)
{
	static uint8_t again[65000];
	struct arena *arena = arena_new();
	struct conf_statics statics;

	if (vrrp_statics_decode(bytes, len, arena, &statics) == 0) {
		require(vrrp_statics_encode(&statics, again, sizeof(again)) == len);
		require(memcmp(again, bytes, len) == 0);
	}
	arena_free(arena);
}

/* A sound frame with two rules of IPv6 in which some bytes are changed. */
static void try_changed_statics(const uint8_t *bytes, size_t len)
{
	struct conf_rule rules[] = {
	    {.family = AF_INET6, .preference = 9, .has_preference = true, .iif = "", .oif = ""},
	    {.family = AF_INET6,
	     .preference = 10,
	     .has_preference = true,
	     .from = {AF_INET6, {0x20, 1, 0xd, 0xb8}},
	     .from_len = 64,
	     .iif = "eth0",
	     .oif = "",
	     .table = 5}};
	const struct conf_statics statics = {.rules = rules, .n_rules = 2};
	uint8_t body[1024];
	size_t n = vrrp_statics_encode(&statics, body, sizeof(body));

	require(n > 0);
	for (size_t at = 0; at + 2 < len; at += 3)
		body[(bytes[at] << 8 | bytes[at + 1]) % n] ^= bytes[at + 2];
	try_statics(body, n);
}

static void try_refusals(const uint8_t *bytes, size_t len)
{
	static uint8_t again[65000];
	struct vrrp_refusals refusals = {0};

	if (vrrp_refusals_decode(bytes, len, &refusals) < 0)
		return;
	require(vrrp_refusals_encode(&refusals, again, sizeof(again)) == len);
	require(memcmp(again, bytes, len) == 0);
	vrrp_refusals_free(&refusals);
}

static void try_unknowns(const uint8_t *bytes, size_t len)
{
	static uint8_t again[65000];
	struct vrrp_unknowns unknowns = {0};

	if (vrrp_unknowns_decode(bytes, len, &unknowns) < 0)
		return;
	require(unknowns.n <= VRRP_UNKNOWNS_MAX);
	require(vrrp_unknowns_encode(&unknowns, again, sizeof(again)) == len);
	require(memcmp(again, bytes, len) == 0);
}

static void try_schedule(const uint8_t *bytes, size_t len)
{
	uint8_t again[sizeof(struct vrrp_schedule)];
	struct vrrp_schedule schedule;

	if (vrrp_schedule_decode(bytes, len, &schedule) < 0)
		return;
	require(vrrp_schedule_encode(&schedule, again, sizeof(again)) == len);
	require(memcmp(again, bytes, len) == 0);
}

/* What an answer says is an address of its family. */
static void try_answer(uint16_t family, const uint8_t *bytes, size_t len)
{
	struct addr addr;

	if (vrrp_answer_decode(family, bytes, len, &addr))
		require(addr.family == family);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	switch (data[0] % 4) {
	case 0:
		try_ip4(data + 1, size - 1);
		try_captured(AF_INET, data + 1, size - 1);
		try_answer(AF_INET, data + 1, size - 1);
		break;
	case 1:
		try_ip6(data + 1, size - 1);
		try_captured(AF_INET6, data + 1, size - 1);
		try_answer(AF_INET6, data + 1, size - 1);
		break;
	case 2:
		try_frames(data + 1, size - 1);
		try_refusals(data + 1, size - 1);
		try_unknowns(data + 1, size - 1);
		try_schedule(data + 1, size - 1);
		try_statics(data + 1, size - 1);
		try_changed_statics(data + 1, size - 1);
		break;
	case 3:
		try_signed(data + 1, size - 1);
		break;
	}
	return 0;
}
