/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encodes and decodes the frames of vrrp/wire.h. A decoder reads the whole body and checks every
 * value before it sets an out-parameter. */
#include "vrrp/wire.h"
#include "base/mono.h"
#include "base/pack.h"
#include "conf/model/member_pack.h"
#include "conf/model/vrrp/crossing.h"
#include "vrrp/holding/item_key.h"

#include <errno.h>
#include <string.h>

/* The count of advertised addresses is one byte in an advert. */
#define VIPS_MAX    255
#define HOLD_MAX_MS 3600000 /* of sync_wait (conf/schema/schema_sync.c) */
#define GATE_MAX_MS 3600000

static bool take_bool(struct pack_reader *r)
{
	uint8_t value = pack_take_u8(r);

	pack_require(r, value <= 1);
	return value == 1;
}

size_t vrrp_instance_encode(const struct vrrp_instance_frame *frame, void *buffer, size_t size)
{
	const struct conf_vrrp *conf = &frame->conf;
	struct pack_writer w = {buffer, size, false};

	crossing_pack_vrrp(&w, conf);
	pack_put_u32(&w, frame->hold_ms);
	pack_put_u32(&w, frame->gate_ms);
	pack_put_u64(&w, (uint64_t)frame->barred_until.ns);
	pack_put_u8(&w, frame->last_state);
	pack_put_u8(&w, frame->order.kind);
	pack_put_u64(&w, frame->order.number);
	pack_put_u8(&w, frame->inheritance);
	if (w.is_full || conf->n_vips > VIPS_MAX || conf->n_peers > VRRP_PEERS_MAX ||
	    conf->n_tracks > CONF_TRACKS_MAX)
		return 0;
	return size - w.left;
}

static bool is_interval_valid(const struct conf_vrrp *conf)
{
	if (conf->version == 2)
		return conf->advert_int_us >= US_PER_S && conf->advert_int_us <= 255 * US_PER_S &&
		       conf->advert_int_us % US_PER_S == 0;
	return conf->advert_int_us >= 10000 && conf->advert_int_us <= 40950000 &&
	       conf->advert_int_us % 10000 == 0;
}

/* Can addr be the address of a router: of this family, and no multicast or unspecified address? */
static bool is_router_valid(const struct addr *addr, uint16_t family)
{
	return addr->family == family && addr_is_host(addr);
}

static bool is_instance_valid(const struct conf_vrrp *conf)
{
	if (!conf->name[0] || !conf->interface[0] || !conf->vrid || !conf->priority)
		return false;
	if (conf->family != AF_INET && conf->family != AF_INET6)
		return false;
	if (conf->source.family != AF_UNSPEC && !is_router_valid(&conf->source, conf->family))
		return false;
	if (conf->version == 3 ? (!conf->n_vips && !conf->may_be_empty) || conf->auth_pass[0]
			       : conf->version != 2)
		return false;
	if (conf->auth_type > CONF_AUTH_AH ||
	    (conf->auth_type == CONF_AUTH_AH && conf->auth_pass[0] && conf->family != AF_INET))
		return false;
	if (conf->group.family != AF_UNSPEC &&
	    (conf->group.family != conf->family || !addr_is_multicast(&conf->group)))
		return false;
	if (conf->advert_int_max_us && conf->advert_int_max_us < conf->advert_int_us)
		return false;
	return strlen(conf->auth_pass) <= VRRP_AUTH_BYTES &&
	       conf->preempt_delay_us <= CONF_PREEMPT_DELAY_MAX_US &&
	       conf->garp_interval_us <= SCHEMA_TIMER_MAX_US &&
	       conf->gna_interval_us <= SCHEMA_TIMER_MAX_US && is_interval_valid(conf);
}

static bool is_vip_valid(const struct conf_vip *vip, uint16_t family)
{
	return vip->addr.family == family && vip->prefix_len <= addr_bits(&vip->addr) &&
	       vip->interface[0] &&
	       (vip->broadcast.family == AF_UNSPEC ||
		(vip->broadcast.family == AF_INET && family == AF_INET)) &&
	       (vip->peer.family == AF_UNSPEC ||
		(vip->peer.family == family && vip->peer_len <= addr_bits(&vip->peer)));
}

static bool are_peers_valid(const struct conf_vrrp *conf)
{
	for (size_t i = 0; i < conf->n_peers; i++)
		if (!is_router_valid(&conf->peers[i].addr, conf->family))
			return false;
	return conf->n_peers <= VRRP_PEERS_MAX;
}

static bool are_vips_valid(const struct conf_vrrp *conf)
{
	for (size_t i = 0; i < conf->n_vips; i++) {
		conf->vips[i].place.file = "";
		if (!is_vip_valid(&conf->vips[i], conf->family))
			return false;
	}
	for (size_t i = 0; i < conf->n_excluded; i++) {
		conf->excluded[i].place.file = "";
		if (!is_vip_valid(&conf->excluded[i], conf->excluded[i].addr.family) ||
		    conf->excluded[i].addr.family == AF_UNSPEC)
			return false;
	}
	return conf->n_vips <= VIPS_MAX;
}

static bool are_tracks_valid(const struct conf_vrrp *conf)
{
	for (size_t i = 0; i < conf->n_tracks; i++) {
		struct conf_track *track = &conf->tracks[i];

		track->place.file = "";
		if ((unsigned)track->kind >= CONF_TRACKERS || !track->name[0] ||
		    track->weight < -CONF_WEIGHT_MAX || track->weight > CONF_WEIGHT_MAX)
			return false;
	}
	return conf->n_tracks <= CONF_TRACKS_MAX;
}

int vrrp_instance_decode(const void *body, size_t len, struct arena *arena,
			 struct vrrp_instance_frame *ret_frame)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_instance_frame frame = {
	    .conf = {.interface = "", .auth_pass = "", .place.file = ""}};
	struct conf_vrrp *conf = &frame.conf;

	crossing_unpack_vrrp(&r, arena, conf);
	frame.hold_ms = pack_take_u32(&r);
	frame.gate_ms = pack_take_u32(&r);
	frame.barred_until.ns = (int64_t)pack_take_u64(&r);
	frame.last_state = (enum vrrp_state_name)pack_take_u8(&r);
	frame.order.kind = (enum vrrp_order_kind)pack_take_u8(&r);
	frame.order.number = pack_take_u64(&r);
	frame.inheritance = (enum vrrp_inheritance)pack_take_u8(&r);
	if (r.is_bad || r.left || frame.last_state > VRRP_FAULT || frame.order.kind >= VRRP_ORDERS ||
	    frame.inheritance >= VRRP_INHERITANCES ||
	    frame.hold_ms > HOLD_MAX_MS || frame.gate_ms > GATE_MAX_MS ||
	    !is_instance_valid(conf) || !are_peers_valid(conf) || !are_vips_valid(conf) ||
	    !are_tracks_valid(conf))
		return -EBADMSG;
	*ret_frame = frame;
	return 0;
}

size_t vrrp_statics_encode(const struct conf_statics *statics, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	crossing_pack_statics(&w, statics);
	return w.is_full || statics->n_addresses > UINT16_MAX ||
			       statics->n_routes > UINT16_MAX || statics->n_rules > UINT16_MAX
		   ? 0
		   : size - w.left;
}

int vrrp_statics_decode(const void *body, size_t len, struct arena *arena,
			struct conf_statics *ret_statics)
{
	struct pack_reader r = {body, len, false};
	struct conf_statics statics = {0};

	crossing_unpack_statics(&r, arena, &statics);
	if (r.is_bad || r.left)
		return -EBADMSG;
	for (size_t i = 0; i < statics.n_addresses; i++) {
		struct conf_vip *vip = &statics.addresses[i];

		vip->place.file = "";
		if (vip->addr.family == AF_UNSPEC || !is_vip_valid(vip, vip->addr.family))
			return -EBADMSG;
	}
	for (size_t i = 0; i < statics.n_delays; i++)
		if (statics.delays[i].down_us > CONF_LINK_DELAY_MAX_US ||
		    statics.delays[i].up_us > CONF_LINK_DELAY_MAX_US)
			return -EBADMSG;
	for (size_t i = 0; i < statics.n_garp_groups; i++)
		if (statics.garp_groups[i].garp_interval_us > SCHEMA_TIMER_MAX_US ||
		    statics.garp_groups[i].gna_interval_us > SCHEMA_TIMER_MAX_US)
			return -EBADMSG;
	*ret_statics = statics;
	return 0;
}

size_t vrrp_source_encode(const struct vrrp_source *source, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	pack_put_u8(&w, source->kind);
	member_pack_text(&w, source->name);
	pack_put_u8(&w, source->state);
	pack_put_u32(&w, (uint32_t)source->number);
	member_pack_text(&w, source->text);
	return w.is_full ? 0 : size - w.left;
}

int vrrp_source_decode(const void *body, size_t len, struct vrrp_source *ret_source)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_source source = {0};
	unsigned kind, state;

	kind = pack_take_u8(&r);
	pack_take_text(&r, source.name, sizeof(source.name));
	state = pack_take_u8(&r);
	source.number = (int32_t)pack_take_u32(&r);
	pack_take_text(&r, source.text, sizeof(source.text));
	if (r.is_bad || r.left || kind >= CONF_TRACKERS || state >= VRRP_SOURCE_STATES ||
	    !source.name[0])
		return -EBADMSG;
	source.kind = (enum conf_tracker)kind;
	source.state = (enum vrrp_source_state)state;
	*ret_source = source;
	return 0;
}

size_t vrrp_left_encode(const struct conf_vip *vip, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	member_pack_addr(&w, &vip->addr);
	pack_put_u8(&w, vip->prefix_len);
	member_pack_addr(&w, &vip->peer);
	member_pack_text(&w, vip->interface);
	return w.is_full ? 0 : size - w.left;
}

int vrrp_left_decode(const void *body, size_t len, struct arena *arena, struct conf_vip *ret_vip)
{
	struct pack_reader r = {body, len, false};
	struct conf_vip vip = {.label = "", .place.file = ""};

	vip.addr = member_unpack_addr(&r);
	vip.prefix_len = vip.peer_len = pack_take_u8(&r);
	vip.peer = member_unpack_addr(&r);
	vip.interface = member_unpack_text(&r, arena, CONF_IFNAME_MAX - 1);
	if (r.is_bad || r.left || !is_vip_valid(&vip, vip.addr.family) ||
	    vip.addr.family == AF_UNSPEC)
		return -EBADMSG;
	*ret_vip = vip;
	return 0;
}

size_t vrrp_left_item_encode(const char *key, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	member_pack_text(&w, key);
	return w.is_full ? 0 : size - w.left;
}

int vrrp_left_item_decode(const void *body, size_t len, struct arena *arena, const char **ret_key)
{
	struct pack_reader r = {body, len, false};
	const char *key = member_unpack_text(&r, arena, VRRP_ITEM_KEY_MAX - 1);

	if (r.is_bad || r.left)
		return -EBADMSG;
	*ret_key = key;
	return 0;
}

/* A text that may be missing. */
static void put_optional(struct pack_writer *writer, const char *text)
{
	member_pack_text(writer, text ? text : "");
}

size_t vrrp_report_encode(const struct vrrp_report *report, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	member_pack_text(&w, report->name);
	member_pack_text(&w, report->interface);
	pack_put_u8(&w, report->vrid);
	pack_put_u16(&w, report->family);
	pack_put_u8(&w, report->state);
	pack_put_u8(&w, report->priority);
	pack_put_u8(&w, report->effective_priority);
	pack_put_u8(&w, report->is_joining);
	member_pack_addr(&w, &report->master);
	pack_put_u32(&w, report->master_interval_us);
	pack_put_u8(&w, report->wants_hello);
	pack_put_u64(&w, (uint64_t)report->held_until.ns);
	pack_put_u64(&w, (uint64_t)report->proof_until.ns);
	pack_put_u64(&w, (uint64_t)report->tracks_held_until.ns);
	put_optional(&w, report->fault);
	pack_put_u64(&w, (uint64_t)report->barred_until.ns);
	pack_put_u8(&w, report->heard_checksum);
	pack_put_u64(&w, report->adverts_sent);
	pack_put_u64(&w, report->adverts_received);
	pack_put_u64(&w, report->transitions_to_master);
	pack_put_u64(&w, report->transitions_from_master);
	pack_put_u64(&w, report->zeros_sent);
	pack_put_u64(&w, report->zeros_received);
	pack_put_u8(&w, report->mismatch.kind);
	member_pack_addr(&w, &report->mismatch.peer);
	pack_put_u64(&w, (uint64_t)report->mismatch.at.ns);
	put_optional(&w, report->mismatch.text);
	pack_put_u64(&w, report->order_number);
	pack_put_u8(&w, report->order_result);
	pack_put_u8(&w, report->master_priority);
	pack_put_u64(&w, report->lower_heard);
	put_optional(&w, report->cause);
	pack_put_u8(&w, report->follows_group);
	for (size_t i = 0; i < VRRP_REASONS; i++)
		pack_put_u64(&w, report->rejections[i]);
	for (size_t i = 0; i < VRRP_LATENESS_BUCKETS; i++)
		pack_put_u64(&w, report->lateness.counts[i]);
	pack_put_u64(&w, report->lateness.n_late);
	pack_put_u64(&w, report->lateness.most_us);
	return w.is_full ? 0 : size - w.left;
}

static const char *take_optional(struct pack_reader *reader, struct arena *arena, size_t max)
{
	const char *text = member_unpack_text(reader, arena, max);

	return text && text[0] ? text : NULL;
}

int vrrp_report_decode(const void *body, size_t len, struct arena *arena,
		       struct vrrp_report *ret_report)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_report report = {0};

	report.name = take_optional(&r, arena, CONF_NAME_MAX - 1);
	pack_take_text(&r, report.interface, sizeof(report.interface));
	report.vrid = pack_take_u8(&r);
	report.family = pack_take_u16(&r);
	report.state = (enum vrrp_state_name)pack_take_u8(&r);
	report.priority = pack_take_u8(&r);
	report.effective_priority = pack_take_u8(&r);
	report.is_joining = take_bool(&r);
	report.master = member_unpack_addr(&r);
	report.master_interval_us = pack_take_u32(&r);
	report.wants_hello = take_bool(&r);
	report.held_until.ns = (int64_t)pack_take_u64(&r);
	report.proof_until.ns = (int64_t)pack_take_u64(&r);
	report.tracks_held_until.ns = (int64_t)pack_take_u64(&r);
	report.fault = take_optional(&r, arena, VRRP_FAULT_TEXT_MAX - 1);
	report.barred_until.ns = (int64_t)pack_take_u64(&r);
	report.heard_checksum = (enum vrrp_checksum)pack_take_u8(&r);
	report.adverts_sent = pack_take_u64(&r);
	report.adverts_received = pack_take_u64(&r);
	report.transitions_to_master = pack_take_u64(&r);
	report.transitions_from_master = pack_take_u64(&r);
	report.zeros_sent = pack_take_u64(&r);
	report.zeros_received = pack_take_u64(&r);
	report.mismatch.kind = (enum vrrp_mismatch_kind)pack_take_u8(&r);
	report.mismatch.peer = member_unpack_addr(&r);
	report.mismatch.at.ns = (int64_t)pack_take_u64(&r);
	report.mismatch.text = take_optional(&r, arena, VRRP_MISMATCH_TEXT_MAX - 1);
	report.order_number = pack_take_u64(&r);
	report.order_result = (enum vrrp_order_result)pack_take_u8(&r);
	report.master_priority = pack_take_u8(&r);
	report.lower_heard = pack_take_u64(&r);
	report.cause = take_optional(&r, arena, VRRP_FAULT_TEXT_MAX - 1);
	report.follows_group = take_bool(&r);
	for (size_t i = 0; i < VRRP_REASONS; i++)
		report.rejections[i] = pack_take_u64(&r);
	for (size_t i = 0; i < VRRP_LATENESS_BUCKETS; i++)
		report.lateness.counts[i] = pack_take_u64(&r);
	report.lateness.n_late = pack_take_u64(&r);
	report.lateness.most_us = pack_take_u64(&r);
	if (r.is_bad || r.left || report.state > VRRP_FAULT ||
	    report.heard_checksum >= VRRP_CHECKSUMS || report.order_result >= VRRP_ORDER_RESULTS ||
	    report.mismatch.kind >= VRRP_MISMATCHES ||
	    (report.mismatch.kind != VRRP_MISMATCH_NONE && !report.mismatch.text) || !report.name || !report.vrid ||
	    (report.family != AF_INET && report.family != AF_INET6))
		return -EBADMSG;
	*ret_report = report;
	return 0;
}

const char *vrrp_mismatch_name(enum vrrp_mismatch_kind kind)
{
	static const char *const names[VRRP_MISMATCHES] = {
	    [VRRP_MISMATCH_NONE] = "none",	   [VRRP_MISMATCH_VERSION] = "version",
	    [VRRP_MISMATCH_INTERVAL] = "interval", [VRRP_MISMATCH_AUTH] = "authentication",
	    [VRRP_MISMATCH_ADDRESSES] = "addresses", [VRRP_MISMATCH_PRIORITY] = "priority",
	    [VRRP_MISMATCH_MASTER] = "master",	   [VRRP_MISMATCH_VRID] = "vrid",
	    [VRRP_MISMATCH_IN_USE] = "in_use"};

	return (unsigned)kind < VRRP_MISMATCHES ? names[kind] : "?";
}

const char *vrrp_state_text(enum vrrp_state_name state)
{
	static const char *const texts[] = {[VRRP_INIT] = "INIT",
					    [VRRP_BACKUP] = "BACKUP",
					    [VRRP_MASTER] = "MASTER",
					    [VRRP_FAULT] = "FAULT"};

	return (unsigned)state < sizeof(texts) / sizeof(texts[0]) ? texts[state] : "?";
}
