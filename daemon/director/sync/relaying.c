/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/relaying.h"
#include "base/hash.h"
#include "base/log.h"
#include "daemon/director/sync/mirroring.h"
#include "daemon/director/sync/sync.h"
#include "sync/private/sockets.h"
#include "sync/relay/counts.h"
#include "sync/serves.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct conf_relay *relay_conf(const struct sync_side *side)
{
	return &side->conf->global.relay;
}

/* Whether the sync process can be told anything. */
static bool is_met(const struct sync_side *side)
{
	return greeted_is_met(side->mirroring.worker);
}

/* --- keys --- */

void relaying_load(struct sync_side *side, const struct conf_responder *responder)
{
	sync_keys_load(&side->relaying.keys, relay_conf(side), responder);
}

/* --- the interface --- */

static void on_keeper(void *arg)
{
	struct sync_side *side = arg;

	side->sink.on_change(side->sink.arg);
}

unsigned relaying_interface(struct sync_side *side, const char **ret_fault)
{
	struct relaying *r = &side->relaying;
	const char *name = relay_conf(side)->private_interface;

	/* The former one stays until the roles are on this one, which may be refused. */
	if (r->keeper && strcmp(r->interface, name)) {
		sync_keeper_free(r->keeper);
		r->keeper = NULL;
	}
	if (!r->keeper) {
		snprintf(r->interface, sizeof(r->interface), "%s", name);
		r->keeper = sync_keeper_new(side->loop, name, on_keeper, side);
	}
	*ret_fault = sync_keeper_fault(r->keeper);
	return sync_keeper_index(r->keeper);
}

/* --- the sockets --- */

/* Logs an error unless it is the last one again: it comes back with each reading of the table. */
static void say_refusal(struct relaying *r, const struct err *err)
{
	if (!strcmp(r->refusal, err->text))
		return;
	log_error("sync: %s; lvsd tries again", err->text);
	snprintf(r->refusal, sizeof(r->refusal), "%s", err->text);
}

static int taps_give(struct sync_side *side, unsigned index)
{
	const struct sync_roles roles = sync_roles_wanted(side->conf);
	const struct endpoint group = {.addr = roles.backup.group, .port = roles.backup.port};
	const uint8_t syncid = relay_conf(side)->syncid;
	struct sync_private_sockets sockets;
	uint8_t body[SYNC_GROUP_SIZE];
	struct err err;
	int code = sync_private_sockets_open(&roles, index, &sockets, &err);

	if (code < 0) {
		say_refusal(&side->relaying, &err);
		return code;
	}
	sync_group_encode(&group, body);
	greeted_send_fd(side->mirroring.worker, SYNC_FRAME_SAID, body, sizeof(body), sockets.said);
	greeted_send_fd(side->mirroring.worker, SYNC_FRAME_HEARD, &syncid, sizeof(syncid), sockets.heard);
	close(sockets.said);
	close(sockets.heard);
	return 0;
}

static void setup_fill(const struct sync_side *side, struct relay_setup *ret_setup)
{
	const struct conf_relay *conf = relay_conf(side);
	const struct sync_keys *keys = &side->relaying.keys;

	*ret_setup = (struct relay_setup){.syncid = conf->syncid,
					  .coverage_min = conf->coverage_min * (RELAY_COVERAGE_ALL / 100),
					  .rate = conf->resync_rate,
					  .n_peers = conf->n_peers,
					  .n_keys = keys->n};
	for (size_t i = 0; i < conf->n_peers; i++)
		ret_setup->peers[i] = (struct endpoint){.addr = conf->peers[i].addr, .port = conf->peers[i].port};
	for (size_t i = 0; i < keys->n; i++) {
		ret_setup->keys[i].id = keys->keys[i].id;
		ret_setup->keys[i].len = keys->keys[i].len;
		memcpy(ret_setup->keys[i].bytes, keys->keys[i].bytes, keys->keys[i].len);
	}
}

/* fd: of the wire; -1: the process has it. */
static void setup_give(struct sync_side *side, const void *body, size_t len, int fd)
{
	if (fd >= 0)
		greeted_send_fd(side->mirroring.worker, SYNC_FRAME_RELAY, body, len, fd);
	else
		greeted_send(side->mirroring.worker, SYNC_FRAME_RELAY, body, len);
	/* The process may give the peers other places. */
	memset(side->relaying.has_report, 0, sizeof(side->relaying.has_report));
	memset(side->relaying.causes, 0, sizeof(side->relaying.causes));
}

/* Gives peers, keys and socket to the process if they are others than it has. */
static void setup_settle(struct sync_side *side, const void *body, size_t len)
{
	const struct conf_relay *conf = relay_conf(side);
	const struct endpoint listen = {.addr = conf->listen, .port = conf->listen_port};
	struct relaying *r = &side->relaying;
	const uint64_t setup = hash_bytes(body, len);
	bool has_wire = !endpoint_cmp(&listen, &r->listen);
	struct err err;
	int fd = -1;

	if (has_wire && setup == r->setup)
		return;
	if (!has_wire) {
		fd = sync_wire_open(&listen, 0, &err);
		if (fd < 0) {
			say_refusal(r, &err);
			return;
		}
	}
	*r->refusal = '\0';
	r->listen = listen;
	r->setup = setup;
	setup_give(side, body, len, fd);
	if (fd >= 0)
		close(fd);
}

static void wire_settle(struct sync_side *side)
{
	struct relay_setup setup;
	uint8_t body[CHAN_BODY_MAX];
	size_t len;

	if (!side->relaying.keys.n)
		return;
	setup_fill(side, &setup);
	len = relay_setup_encode(&setup, body);
	setup_settle(side, body, len);
	explicit_bzero(&setup, sizeof(setup));
	explicit_bzero(body, len);
}

/* --- what this director is --- */

/* The table is read every few seconds, and is rarely another one. */
static void table_give(struct sync_side *side)
{
	uint64_t table = mirroring_routes_digest(side);

	if (table == side->relaying.table)
		return;
	side->relaying.table = table;
	mirroring_routes_give(side, NULL);
	greeted_send(side->mirroring.worker, SYNC_FRAME_TABLE, NULL, 0);
}

void relaying_serve(struct sync_side *side)
{
	struct relaying *r = &side->relaying;
	struct serves serves = {0};
	uint8_t body[CHAN_BODY_MAX];
	uint64_t digest = 0;
	size_t at = 0;

	if (!r->keeper || !is_met(side))
		return;
	mirroring_serves(side, &serves);
	do {
		size_t before = at, len = serves_encode(&serves, &at, body, sizeof(body));

		digest = hash_mix(digest, hash_bytes(body, len) + before + 1);
	} while (at < serves.n);
	if (digest != r->serves) {
		r->serves = digest;
		at = 0;
		do {
			size_t len = serves_encode(&serves, &at, body, sizeof(body));

			greeted_send(side->mirroring.worker, SYNC_FRAME_SERVES, body, len);
		} while (at < serves.n);
	}
	serves_free(&serves);
}

/* The counters as the table was read now. */
static void count_give(struct sync_side *side)
{
	struct relay_counts counts[2] = {0}; /* of the services that this director serves; of all */
	struct serves serves = {0};

	side->relaying.owes_count = false;
	mirroring_serves(side, &serves);
	for (size_t i = 0; i < side->table->n_services; i++) {
		const struct ipvs_service *service = &side->table->services[i];
		bool is_served = serves_service(&serves, &service->key);

		for (size_t j = 0; j < service->n_dests; j++) {
			const struct ipvs_dest *dest = &service->dests[j];

			relay_counts_add(&counts[1], &service->key, &dest->ep, dest->counters.active,
					 dest->counters.persistent);
			if (is_served)
				relay_counts_add(&counts[0], &service->key, &dest->ep, dest->counters.active,
						 dest->counters.persistent);
		}
	}
	serves_free(&serves);
	greeted_send(side->mirroring.worker, SYNC_FRAME_COUNTS, counts, sizeof(counts));
}

/* --- preemption --- */

/* A service may wait for its rules. Without it this director would break its sessions. */
static bool has_services(const struct sync_side *side)
{
	if (!*side->is_table_known)
		return false;
	for (size_t i = 0; i < side->conf->n_virtual_servers; i++)
		for (size_t k = 0; k < conf_service_count(&side->conf->virtual_servers[i]); k++)
			if (!ipvs_state_find(side->table, conf_service_key(&side->conf->virtual_servers[i], k)))
				return false;
	return true;
}

static void wait_judge(struct sync_side *side)
{
	struct relaying *r = &side->relaying;
	const struct conf_relay *conf = relay_conf(side);
	const int64_t wait_ns = (int64_t)conf->sync_wait_us * NS_PER_US;
	struct relay_member members[RELAY_PEERS_MAX] = {0};
	struct mono now = loop_now(side->loop);
	bool is_news;

	for (size_t i = 0; i < conf->n_peers; i++)
		if (r->has_report[i])
			members[i] = (struct relay_member){r->reports[i].state, r->reports[i].has_left};
	r->verdict = relay_wait_judge(&r->wait, members, conf->n_peers, wait_ns, now, &is_news);
	if (r->verdict == RELAY_GO && !has_services(side) && !mono_reached(now, mono_add_ns(r->wait.began, wait_ns)))
		r->verdict = RELAY_WAIT;
	if (is_news && side->sink.is_held(side->sink.arg))
		log_warning("sync: the connections of the other director are not all known here after sync_wait, %lld "
			    "s: this director may take its addresses back nevertheless, and sessions that it does not "
			    "know are lost. See lvsctl sync status",
			    (long long)(wait_ns / NS_PER_S));
	if (r->verdict != RELAY_WAIT)
		side->sink.hold(0, side->sink.arg);
	loop_timer_set(r->timer, r->verdict == RELAY_WAIT ? relay_wait_wake(&r->wait, wait_ns, now) : MONO_NEVER);
	r->is_waiting = r->verdict == RELAY_WAIT;
}

static void on_wait(void *arg)
{
	struct sync_side *side = arg;

	if (relay_conf(side)->is_on)
		wait_judge(side);
}

void relaying_wait(struct sync_side *side)
{
	struct relaying *r = &side->relaying;
	struct mono now = loop_now(side->loop);
	int64_t left_ns = (int64_t)relay_conf(side)->sync_wait_us * NS_PER_US;

	if (!r->timer)
		r->timer = loop_timer_new(side->loop, on_wait, side);
	/* All instances have one wait: one that comes back later does not make the others wait longer. */
	if (r->is_waiting)
		left_ns -= mono_sub(now, r->wait.began);
	else
		relay_wait_begin(&r->wait, now);
	r->is_waiting = true;
	side->sink.hold(left_ns > 0 ? (uint32_t)(left_ns / NS_PER_MS) : 0, side->sink.arg);
	wait_judge(side);
}

void relaying_held(struct sync_side *side)
{
	if (side->relaying.keeper && side->relaying.verdict != RELAY_WAIT && side->sink.is_held(side->sink.arg))
		side->sink.hold(0, side->sink.arg);
}

/* --- together --- */

void relaying_settle(struct sync_side *side, unsigned index)
{
	struct relaying *r = &side->relaying;

	if (!is_met(side) || !index)
		return;
	if ((r->index != index || r->syncid != relay_conf(side)->syncid) && taps_give(side, index) < 0)
		return;
	r->index = index;
	r->syncid = relay_conf(side)->syncid;
	relaying_serve(side);
	if (*side->is_table_known) {
		table_give(side);
		if (r->owes_count)
			count_give(side);
	}
	wire_settle(side);
	if (r->is_waiting)
		wait_judge(side);
	else if (r->verdict == RELAY_WAIT)
		relaying_wait(side);
}

/* --- the process --- */

static void say_peer_state(const struct sync_side *side, const struct relay_report *report)
{
	const struct conf_relay_peer *peer = &relay_conf(side)->peers[report->index];
	char name[ADDR_TEXT_MAX];

	addr_format(&peer->addr, name);
	if (report->state == RELAY_READY)
		log_notice("sync: the connections of the director on %s are here", name);
	else if (report->state == RELAY_DEGRADED)
		log_warning("sync: connections of the director on %s are missing here; they are asked for", name);
	else if (report->state == RELAY_DOWN && report->has_left)
		log_notice("sync: the director on %s has stopped", name);
	else if (report->state == RELAY_DOWN)
		log_warning("sync: nothing comes from the director on %s: its connections are not known here from now "
			    "on; if it runs, look at the network between both, and whether both have the same key",
			    name);
	else
		log_notice("sync: the director on %s sends its connections", name);
}

static struct endpoint peer_at(const struct sync_side *side, size_t index)
{
	const struct conf_relay_peer *peer = &relay_conf(side)->peers[index];

	return (struct endpoint){.addr = peer->addr, .port = peer->port};
}

static void tell_peer(struct sync_side *side, size_t index, bool is_up)
{
	struct endpoint at = peer_at(side, index);

	side->sink.on_director(&at, is_up, side->sink.arg);
}

static void take_report(struct sync_side *side, const void *body, size_t len)
{
	struct relaying *r = &side->relaying;
	struct relay_report report;
	char name[ADDR_TEXT_MAX];
	bool is_new;

	if (relay_report_decode(body, len, &report) < 0) {
		log_warning("sync: the sync process sent a malformed report: ignored");
		return;
	}
	if (!relay_conf(side)->is_on || report.index >= relay_conf(side)->n_peers)
		return;
	is_new = r->has_report[report.index] ? r->reports[report.index].state != report.state
					     : report.state != RELAY_DOWN;
	r->has_report[report.index] = true;
	r->reports[report.index] = report;
	addr_format(&relay_conf(side)->peers[report.index].addr, name);
	relay_cause_take(&r->causes[report.index], &report, name);
	if (!is_new)
		return;
	say_peer_state(side, &report);
	tell_peer(side, report.index, report.state != RELAY_DOWN);
	if (r->is_waiting)
		wait_judge(side);
	if (side->sink.on_peer)
		side->sink.on_peer(side->sink.arg);
}

static void take_their_message(struct sync_side *side, const void *body, size_t len)
{
	struct letter *letter = &side->relaying.letter;
	int code = letter_take(letter, body, len, RELAYING_MESSAGE_MAX);

	if (code < 0)
		log_warning("sync: a message of another director is malformed or too long: ignored");
	if (code == 1 && relay_conf(side)->is_on)
		side->sink.on_message(&letter->peer, letter->bytes, letter->len, side->sink.arg);
}

int relaying_post(struct sync_side *side, const struct endpoint *peer, const void *message, size_t len)
{
	uint8_t body[CHAN_BODY_MAX];
	size_t at = 0;
	int code = side->relaying.keeper && is_met(side) ? 0 : -ENOTCONN;

	while (code == 0 && at < len) {
		size_t n = letter_next(peer, message, len, &at, body);

		code = greeted_send(side->mirroring.worker, SYNC_FRAME_MESSAGE, body, n);
	}
	return code;
}

bool relaying_take(struct sync_side *side, uint16_t type, const void *body, size_t len)
{
	if (type == SYNC_FRAME_PEER) {
		take_report(side, body, len);
	} else if (type == SYNC_FRAME_MESSAGE) {
		take_their_message(side, body, len);
	} else if (type == SYNC_FRAME_WANT_COUNT) {
		side->relaying.owes_count = true;
		side->sink.read_table(side->sink.arg);
	} else {
		return false;
	}
	return true;
}

void relaying_forget(struct sync_side *side)
{
	struct relaying *r = &side->relaying;

	for (size_t i = 0; i < RELAY_PEERS_MAX; i++)
		if (r->has_report[i] && r->reports[i].state != RELAY_DOWN && i < relay_conf(side)->n_peers)
			tell_peer(side, i, false);
	r->index = 0;
	r->listen = (struct endpoint){0};
	r->owes_count = false;
	r->setup = r->table = r->serves = 0;
	memset(r->has_report, 0, sizeof(r->has_report));
	memset(r->causes, 0, sizeof(r->causes));
}

int relaying_resync(struct sync_side *side)
{
	if (!side->relaying.keeper || !is_met(side))
		return -ENOTCONN;
	return greeted_send(side->mirroring.worker, SYNC_FRAME_RESYNC, NULL, 0);
}

/* --- end --- */

void relaying_end(struct sync_side *side)
{
	struct relaying *r = &side->relaying;

	if (!r->keeper)
		return;
	if (is_met(side))
		greeted_send(side->mirroring.worker, SYNC_FRAME_OFF, NULL, 0);
	sync_keeper_free(r->keeper);
	r->keeper = NULL;
	sync_keeper_remove(r->interface);
	relaying_forget(side);
	r->verdict = RELAY_WAIT;
	r->is_waiting = false;
	if (r->timer)
		loop_timer_set(r->timer, MONO_NEVER);
}

void relaying_close(struct sync_side *side)
{
	struct relaying *r = &side->relaying;

	if (r->keeper)
		sync_keeper_free(r->keeper);
	r->keeper = NULL;
	loop_timer_free(r->timer);
	r->timer = NULL;
	sync_keys_wipe(&r->keys);
	letter_fini(&r->letter);
}

void relaying_status(const struct sync_side *side, struct sync_status *status)
{
	const struct relaying *r = &side->relaying;

	status->relay = relay_conf(side);
	status->keys = &r->keys;
	status->reports = r->reports;
	status->has_report = r->has_report;
	status->causes = r->causes;
	status->is_waiting = r->is_waiting;
}
