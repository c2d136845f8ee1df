/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/mirroring.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "daemon/director/sync/sync.h"
#include "ipvs/want.h"
#include "sync/routes.h"
#include "sync/serves.h"
#include "sync/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_given(const struct mirroring *m, const struct sync_daemon *daemon, unsigned index, unsigned ttl)
{
	return m->index == index && m->ttl == ttl && m->daemon.syncid == daemon->syncid &&
	       m->daemon.port == daemon->port && !strcmp(m->daemon.interface, daemon->interface) &&
	       !addr_cmp(&m->daemon.group, &daemon->group);
}

/* The process gets copies of both sockets. */
static void tap_give(struct mirroring *m, const struct sync_tap *tap)
{
	const struct endpoint group = {.addr = m->daemon.group, .port = m->daemon.port};
	const uint8_t syncid = (uint8_t)m->daemon.syncid;
	uint8_t body[SYNC_GROUP_SIZE];

	sync_group_encode(&group, body);
	greeted_send_fd(m->worker, SYNC_FRAME_SAID, body, sizeof(body), tap->said);
	greeted_send_fd(m->worker, SYNC_FRAME_HEARD, &syncid, sizeof(syncid), tap->heard);
	close(tap->said);
	close(tap->heard);
}

static void mirror_begin(struct sync_side *side, const struct sync_daemon *daemon, unsigned index, unsigned ttl)
{
	struct mirroring *m = &side->mirroring;
	struct sync_tap tap;
	struct err err;

	if (sync_tap_open(daemon, index, ttl, &tap, &err) < 0) {
		if (!m->is_refused)
			log_warning("sync: %s", err.text);
		m->is_refused = true;
		return;
	}
	m->is_refused = false;
	m->daemon = *daemon;
	m->index = index;
	m->ttl = ttl;
	tap_give(m, &tap);
	if (m->is_owed)
		loop_timer_set(m->owed, loop_now(side->loop));
}

static void mirror_end(struct mirroring *m)
{
	if (m->index)
		greeted_send(m->worker, SYNC_FRAME_OFF, NULL, 0);
	m->index = 0;
	m->has_state = false;
}

void mirroring_settle(struct sync_side *side, unsigned index)
{
	const struct conf_sync_daemon *conf = &side->conf->global.sync_daemon;
	struct mirroring *m = &side->mirroring;
	struct sync_daemon daemon;

	m->wanted = conf->is_on ? index : 0;
	if (!greeted_is_met(m->worker))
		return;
	if (!conf->is_on) {
		mirror_end(m);
		return;
	}
	/* The interface is missing: what is known of the connections stays. */
	if (!index)
		return;
	daemon = sync_wanted_daemon(conf, SYNC_ROLE_MASTER);
	if (!has_given(m, &daemon, index, conf->ttl))
		mirror_begin(side, &daemon, index, conf->ttl);
}

void mirroring_leave(struct sync_side *side)
{
	side->mirroring.index = side->mirroring.wanted = 0;
	side->mirroring.is_owed = false;
}

/* --- the bulk --- */

typedef void route_fn(const struct sync_route *route, void *arg);

static struct sync_route route_of_dest(const struct ipvs_service *service, const struct ipvs_dest *dest)
{
	return (struct sync_route){
	    .service = service->key,
	    .dest = dest->ep,
	    .method = (uint8_t)dest->method,
	    .persistence_s = service->timeout,
	    .has_deltas = dest->method == IPVS_METHOD_NAT && service->key.ep.port == SYNC_FTP_PORT,
	};
}

/* All services with all servers, as if all checks succeeded. */
static void configured(const struct conf *conf, struct ipvs_state *ret_state)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];
		const struct ipvs_view_rs sorry = {.is_present = vs->has_sorry_server, .weight = 1};
		struct ipvs_view_rs *view = mem_calloc(vs->n_real_servers + 1, sizeof(*view));

		for (size_t j = 0; j < vs->n_real_servers; j++)
			view[j] = (struct ipvs_view_rs){.is_present = true, .weight = 1};
		ipvs_want_of(vs, view, &sorry, ret_state);
		free(view);
	}
}

/* What the configuration has and the table has not: services that wait for their rules, and servers that a check has
 * taken out. Connections to them live on. */
static void absent_each(const struct sync_side *side, route_fn *fn, void *arg)
{
	struct ipvs_state state = {0};

	configured(side->conf, &state);
	for (size_t i = 0; i < state.n_services; i++) {
		const struct ipvs_service *service = &state.services[i];
		const struct ipvs_service *have = ipvs_state_find(side->table, &service->key);

		for (size_t j = 0; j < service->n_dests; j++) {
			struct sync_route route = route_of_dest(service, &service->dests[j]);

			route.is_absent = true;
			if (!have || !ipvs_service_find(have, &route.dest))
				fn(&route, arg);
		}
	}
	ipvs_state_clear(&state);
}

static void routes_each(const struct sync_side *side, const struct serves *serves, route_fn *fn, void *arg)
{
	for (size_t i = 0; i < side->table->n_services; i++) {
		const struct ipvs_service *service = &side->table->services[i];

		if (serves && !serves_service(serves, &service->key))
			continue;
		for (size_t j = 0; j < service->n_dests; j++) {
			const struct sync_route route = route_of_dest(service, &service->dests[j]);

			fn(&route, arg);
		}
	}
	if (!serves)
		absent_each(side, fn, arg);
}

static void route_digest(const struct sync_route *route, void *arg)
{
	uint64_t *digest = arg;
	uint8_t body[SYNC_ROUTE_SIZE];

	sync_route_encode(route, body);
	*digest = hash_mix(*digest, hash_bytes(body, sizeof(body)));
}

uint64_t mirroring_routes_digest(const struct sync_side *side)
{
	uint64_t digest = 1;

	routes_each(side, NULL, route_digest, &digest);
	return digest ? digest : 1;
}

/* As many in a frame as it takes. */
struct route_writer {
	struct greeted *worker;
	size_t n;
	uint8_t body[CHAN_BODY_MAX];
};

static void route_flush(struct route_writer *writer)
{
	if (writer->n)
		greeted_send(writer->worker, SYNC_FRAME_ROUTES, writer->body, writer->n * SYNC_ROUTE_SIZE);
	writer->n = 0;
}

static void route_write(const struct sync_route *route, void *arg)
{
	struct route_writer *writer = arg;

	sync_route_encode(route, writer->body + writer->n++ * SYNC_ROUTE_SIZE);
	if (writer->n == CHAN_BODY_MAX / SYNC_ROUTE_SIZE)
		route_flush(writer);
}

/* The method and mark of a connection are not in the kernel's list of connections. */
void mirroring_routes_give(struct sync_side *side, const struct serves *serves)
{
	struct route_writer writer = {.worker = side->mirroring.worker};

	routes_each(side, serves, route_write, &writer);
	route_flush(&writer);
}

void mirroring_serves(const struct sync_side *side, struct serves *ret_serves)
{
	for (size_t i = 0; i < side->conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &side->conf->vrrps[i];
		const struct vrrp_report *report = side->sink.report(vrrp, side->sink.arg);
		bool is_master = report && report->state == VRRP_MASTER;

		serves_add(ret_serves, NULL, is_master);
		for (size_t j = 0; j < conf_n_held(vrrp); j++)
			serves_add(ret_serves, &conf_held(vrrp, j)->addr, is_master);
	}
	serves_sort(ret_serves);
}

/* What this kernel knows of connections that another director serves is older than what that one knows: said
 * there, it would set them back. So a bulk has the connections alone that are served here. */
static void bulk_order(struct sync_side *side)
{
	struct mirroring *m = &side->mirroring;
	struct serves serves = {0};

	m->is_owed = false;
	mirroring_serves(side, &serves);
	if (*side->is_table_known && (!serves.has_instances || serves.has_master)) {
		m->next = mono_add_ms(loop_now(side->loop), MIRRORING_PAUSE_SMALL_MS);
		mirroring_routes_give(side, &serves);
		greeted_send(m->worker, SYNC_FRAME_BULK, NULL, 0);
	}
	serves_free(&serves);
}

/* A bulk that is owed waits for its time, and for a process that is being replaced. */
static void bulk_settle(struct sync_side *side)
{
	struct mirroring *m = &side->mirroring;

	if (!m->is_owed || !m->index || !greeted_is_met(m->worker))
		return;
	if (mono_reached(loop_now(side->loop), m->next))
		bulk_order(side);
	else
		loop_timer_set(m->owed, m->next);
}

void mirroring_bulk(struct sync_side *side)
{
	side->mirroring.is_owed = side->mirroring.worker != NULL;
	bulk_settle(side);
}

static void on_owed(void *arg)
{
	bulk_settle(arg);
}

/* --- the process --- */

static void say_bulk(const struct sync_mirror_state *state)
{
	char unsent[64] = "";

	if (state->n_unsent)
		snprintf(unsent, sizeof(unsent), "; %u datagram%s could not be sent", state->n_unsent,
			 plural(state->n_unsent));
	log_notice("sync: %u connection%s, also idle ones, %s announced to the director that came back, in "
		   "%.1f s%s",
		   state->n_sent, plural(state->n_sent), state->n_sent == 1 ? "was" : "were",
		   state->took_ms / 1000.0, unsent);
}

static void bulk_ended(struct sync_side *side)
{
	struct mirroring *m = &side->mirroring;

	if (m->state.n_sent || m->state.n_unsent)
		say_bulk(&m->state);
	if (m->state.n_sent > MIRRORING_SMALL)
		m->next = mono_add_ms(loop_now(side->loop), MIRRORING_PAUSE_MS);
}

static void say_losses(const struct sync_mirror_state *old, const struct sync_mirror_state *now)
{
	if (now->n_full && !old->n_full)
		log_warning("sync: the mirror is full with %u connections: a director that comes back does "
			    "not learn of further ones while they are idle",
			    now->n_entries);
	if (now->n_lost && !old->n_lost)
		log_warning("sync: the sync process was too slow for %llu datagram%s of the kernel: a director "
			    "that comes back does not learn of their connections while they are idle",
			    (unsigned long long)now->n_lost, plural(now->n_lost));
}

static void on_mirror_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct sync_side *side = arg;
	struct mirroring *m = &side->mirroring;
	struct sync_mirror_state old = m->state;

	if (type != SYNC_FRAME_STATE) {
		if ((!m->flush.take || !m->flush.take(side, type, body, len)) && m->relay.take)
			m->relay.take(side, type, body, len);
		return;
	}
	if (sync_mirror_state_decode(body, len, &m->state) < 0) {
		log_warning("sync: the sync process sent a malformed report: ignored");
		return;
	}
	if (m->has_state && m->state.n_bulks != old.n_bulks)
		bulk_ended(side);
	if (!m->has_state)
		old = (struct sync_mirror_state){0};
	m->has_state = true;
	say_losses(&old, &m->state);
}

static void relay_forget(struct sync_side *side)
{
	if (side->mirroring.relay.forget)
		side->mirroring.relay.forget(side);
}

static void on_mirror_met(void *arg)
{
	struct sync_side *side = arg;

	side->mirroring.index = 0;
	relay_forget(side);
	if (side->mirroring.wanted)
		mirroring_settle(side, side->mirroring.wanted);
	else if (side->relaying.keeper)
		side->sink.on_change(side->sink.arg);
}

static void on_mirror_lost(void *arg)
{
	struct sync_side *side = arg;
	struct mirroring *m = &side->mirroring;

	relay_forget(side);
	if (m->flush.forget)
		m->flush.forget(side);
	m->index = 0;
	m->has_state = false;
	m->state = (struct sync_mirror_state){0};
}

void mirroring_open(struct sync_side *side, int fd, bool is_restart)
{
	const struct greeted_ops ops = {.on_lost = on_mirror_lost,
					.on_met = on_mirror_met,
					.on_frame = on_mirror_frame,
					.arg = side};

	side->mirroring.owed = loop_timer_new(side->loop, on_owed, side);
	side->mirroring.worker = greeted_new_director(side->loop, fd, is_restart, &ops);
}

void mirroring_close(struct sync_side *side)
{
	loop_timer_free(side->mirroring.owed);
	greeted_free(side->mirroring.worker);
	side->mirroring.owed = NULL;
	side->mirroring.worker = NULL;
}

const struct sync_mirror_state *mirroring_state(const struct sync_side *side)
{
	return side->mirroring.has_state ? &side->mirroring.state : NULL;
}
