/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Integers are big-endian, texts have a length byte in front and no NUL. A decoder reads the whole
 * body and checks every value before it gives anything out. */
#include "vrrp/wire.h"
#include "base/mono.h"
#include "base/pack.h"

#include <errno.h>
#include <string.h>

/* The count of advertised addresses is one byte in an advert. */
#define VIPS_MAX             255
#define PREEMPT_DELAY_MAX_US (1000 * US_PER_S)
#define HOLD_MAX_MS          60000

static void put_number(struct pack_writer *w, uint64_t value, unsigned size)
{
	uint8_t bytes[8];

	for (unsigned i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
	pack_put(w, bytes, size);
}

static void put_text(struct pack_writer *w, const char *text)
{
	size_t len = strlen(text);

	if (len > UINT8_MAX)
		w->is_full = true;
	put_number(w, len, 1);
	pack_put(w, text, len);
}

static void put_addr(struct pack_writer *w, const struct addr *addr)
{
	put_number(w, addr->family, 2);
	pack_put(w, addr->bytes, sizeof(addr->bytes));
}

static uint64_t get_number(struct pack_reader *r, unsigned size)
{
	const uint8_t *bytes = pack_take(r, size);
	uint64_t value = 0;

	for (unsigned i = 0; bytes && i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

static bool get_bool(struct pack_reader *r)
{
	uint64_t value = get_number(r, 1);

	if (value > 1)
		r->is_bad = true;
	return value == 1;
}

/* A text of printable bytes, shorter than size, into ret_text. */
static void get_text(struct pack_reader *r, char *ret_text, size_t size)
{
	size_t len = get_number(r, 1);
	const uint8_t *bytes = pack_take(r, len);

	if (!bytes || len >= size) {
		r->is_bad = true;
		ret_text[0] = '\0';
		return;
	}
	for (size_t i = 0; i < len; i++)
		if (bytes[i] < ' ' || bytes[i] == 0x7f)
			r->is_bad = true;
	memcpy(ret_text, bytes, len);
	ret_text[len] = '\0';
}

static char *get_arena_text(struct pack_reader *r, struct arena *arena, size_t size)
{
	char text[UINT8_MAX + 1];

	get_text(r, text, size < sizeof(text) ? size : sizeof(text));
	return arena_strdup(arena, text);
}

static struct addr get_addr(struct pack_reader *r)
{
	struct addr addr = {.family = (uint16_t)get_number(r, 2)};
	const uint8_t *bytes = pack_take(r, sizeof(addr.bytes));

	if (addr.family != AF_UNSPEC && addr.family != AF_INET && addr.family != AF_INET6)
		r->is_bad = true;
	if (bytes)
		memcpy(addr.bytes, bytes, sizeof(addr.bytes));
	for (size_t i = addr_len(&addr); i < sizeof(addr.bytes); i++)
		if (addr.bytes[i])
			r->is_bad = true;
	return addr;
}

size_t vrrp_instance_encode(const struct vrrp_instance_frame *frame, void *buffer, size_t size)
{
	const struct conf_vrrp *conf = &frame->conf;
	struct pack_writer w = {buffer, size, false};

	put_text(&w, conf->name);
	put_text(&w, conf->interface);
	put_number(&w, conf->vrid, 1);
	put_number(&w, conf->priority, 1);
	put_number(&w, conf->version, 1);
	put_number(&w, conf->family, 2);
	put_number(&w, conf->advert_int_us, 4);
	put_number(&w, conf->advert_int_max_us, 4);
	put_number(&w, conf->preempt_delay_us, 4);
	put_number(&w, frame->hold_ms, 4);
	put_number(&w, (uint64_t)frame->barred_until.ns, 8);
	put_number(&w, conf->wants_master, 1);
	put_number(&w, conf->is_preempting, 1);
	put_text(&w, conf->auth_pass);
	put_addr(&w, &conf->source);
	put_number(&w, frame->last_state, 1);
	put_number(&w, conf->n_peers, 2);
	for (size_t i = 0; i < conf->n_peers; i++)
		put_addr(&w, &conf->peers[i]);
	put_number(&w, conf->n_vips, 2);
	for (size_t i = 0; i < conf->n_vips; i++) {
		const struct conf_vip *vip = &conf->vips[i];

		put_addr(&w, &vip->addr);
		put_number(&w, vip->prefix_len, 1);
		put_number(&w, vip->scope, 1);
		put_text(&w, vip->interface);
		put_text(&w, vip->label);
		put_addr(&w, &vip->broadcast);
	}
	if (w.is_full || conf->n_vips > VIPS_MAX || conf->n_peers > VRRP_PEERS_MAX)
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

/* Can it be the address of one router? */
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
	if (conf->version == 3 ? !conf->n_vips || conf->auth_pass[0] : conf->version != 2)
		return false;
	if (conf->advert_int_max_us && conf->advert_int_max_us < conf->advert_int_us)
		return false;
	return conf->n_vips <= VIPS_MAX && conf->preempt_delay_us <= PREEMPT_DELAY_MAX_US &&
	       is_interval_valid(conf);
}

static bool is_vip_valid(const struct conf_vip *vip, uint16_t family)
{
	return vip->addr.family == family && vip->prefix_len <= addr_bits(&vip->addr) &&
	       vip->interface[0] &&
	       (vip->broadcast.family == AF_UNSPEC ||
		(vip->broadcast.family == AF_INET && family == AF_INET));
}

static void get_peers(struct pack_reader *r, struct conf_vrrp *conf, struct arena *arena)
{
	conf->peers = arena_calloc(arena, conf->n_peers, sizeof(*conf->peers));
	for (size_t i = 0; i < conf->n_peers && !r->is_bad; i++) {
		conf->peers[i] = get_addr(r);
		if (!is_router_valid(&conf->peers[i], conf->family))
			r->is_bad = true;
	}
}

static void get_vips(struct pack_reader *r, struct conf_vrrp *conf, struct arena *arena)
{
	conf->vips = arena_calloc(arena, conf->n_vips, sizeof(*conf->vips));
	for (size_t i = 0; i < conf->n_vips && !r->is_bad; i++) {
		struct conf_vip *vip = &conf->vips[i];

		vip->addr = get_addr(r);
		vip->prefix_len = (uint8_t)get_number(r, 1);
		vip->scope = (uint8_t)get_number(r, 1);
		vip->interface = get_arena_text(r, arena, CONF_IFNAME_MAX);
		vip->label = get_arena_text(r, arena, CONF_IFNAME_MAX);
		vip->broadcast = get_addr(r);
		vip->place.file = "";
		if (!is_vip_valid(vip, conf->family))
			r->is_bad = true;
	}
}

int vrrp_instance_decode(const void *body, size_t len, struct arena *arena,
			 struct vrrp_instance_frame *ret_frame)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_instance_frame frame = {.conf.place.file = ""};
	struct conf_vrrp *conf = &frame.conf;

	conf->name = get_arena_text(&r, arena, CONF_NAME_MAX);
	conf->interface = get_arena_text(&r, arena, CONF_IFNAME_MAX);
	conf->vrid = (uint8_t)get_number(&r, 1);
	conf->priority = (uint8_t)get_number(&r, 1);
	conf->version = (uint8_t)get_number(&r, 1);
	conf->family = (uint16_t)get_number(&r, 2);
	conf->advert_int_us = (uint32_t)get_number(&r, 4);
	conf->advert_int_max_us = (uint32_t)get_number(&r, 4);
	conf->preempt_delay_us = (uint32_t)get_number(&r, 4);
	frame.hold_ms = (uint32_t)get_number(&r, 4);
	frame.barred_until.ns = (int64_t)get_number(&r, 8);
	conf->wants_master = get_bool(&r);
	conf->is_preempting = get_bool(&r);
	conf->auth_pass = get_arena_text(&r, arena, VRRP_AUTH_BYTES + 1);
	conf->source = get_addr(&r);
	frame.last_state = (enum vrrp_state_name)get_number(&r, 1);
	conf->n_peers = get_number(&r, 2);
	if (r.is_bad || conf->n_peers > VRRP_PEERS_MAX)
		return -EBADMSG;
	get_peers(&r, conf, arena);
	conf->n_vips = get_number(&r, 2);
	if (r.is_bad || frame.last_state > VRRP_FAULT || frame.hold_ms > HOLD_MAX_MS ||
	    !is_instance_valid(conf))
		return -EBADMSG;
	get_vips(&r, conf, arena);
	if (r.is_bad || r.left)
		return -EBADMSG;
	*ret_frame = frame;
	return 0;
}

size_t vrrp_report_encode(const struct vrrp_report *report, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	put_text(&w, report->name);
	put_text(&w, report->interface);
	put_number(&w, report->vrid, 1);
	put_number(&w, report->family, 2);
	put_number(&w, report->state, 1);
	put_number(&w, report->priority, 1);
	put_number(&w, report->effective_priority, 1);
	put_addr(&w, &report->master);
	put_number(&w, report->master_interval_us, 4);
	put_number(&w, report->wants_hello, 1);
	put_number(&w, (uint64_t)report->held_until.ns, 8);
	put_text(&w, report->fault);
	put_number(&w, (uint64_t)report->barred_until.ns, 8);
	put_number(&w, report->adverts_sent, 8);
	put_number(&w, report->adverts_received, 8);
	put_number(&w, report->transitions_to_master, 8);
	for (size_t i = 0; i < VRRP_REASONS; i++)
		put_number(&w, report->rejections[i], 8);
	return w.is_full ? 0 : size - w.left;
}

int vrrp_report_decode(const void *body, size_t len, struct vrrp_report *ret_report)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_report report = {0};

	get_text(&r, report.name, sizeof(report.name));
	get_text(&r, report.interface, sizeof(report.interface));
	report.vrid = (uint8_t)get_number(&r, 1);
	report.family = (uint16_t)get_number(&r, 2);
	report.state = (enum vrrp_state_name)get_number(&r, 1);
	report.priority = (uint8_t)get_number(&r, 1);
	report.effective_priority = (uint8_t)get_number(&r, 1);
	report.master = get_addr(&r);
	report.master_interval_us = (uint32_t)get_number(&r, 4);
	report.wants_hello = get_bool(&r);
	report.held_until.ns = (int64_t)get_number(&r, 8);
	get_text(&r, report.fault, sizeof(report.fault));
	report.barred_until.ns = (int64_t)get_number(&r, 8);
	report.adverts_sent = get_number(&r, 8);
	report.adverts_received = get_number(&r, 8);
	report.transitions_to_master = get_number(&r, 8);
	for (size_t i = 0; i < VRRP_REASONS; i++)
		report.rejections[i] = get_number(&r, 8);
	if (r.is_bad || r.left || report.state > VRRP_FAULT || !report.name[0] || !report.vrid ||
	    (report.family != AF_INET && report.family != AF_INET6))
		return -EBADMSG;
	*ret_report = report;
	return 0;
}

const char *vrrp_state_text(enum vrrp_state_name state)
{
	static const char *const texts[] = {[VRRP_INIT] = "INIT",
					    [VRRP_BACKUP] = "BACKUP",
					    [VRRP_MASTER] = "MASTER",
					    [VRRP_FAULT] = "FAULT"};

	return (unsigned)state < sizeof(texts) / sizeof(texts[0]) ? texts[state] : "?";
}
