/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay in the sync process: between the kernel's roles on the private interface, the mirror, the director and the
 * peers. */
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "sync/relay/courier.h"
#include "sync/worker_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The list is read again at most this often: some kernels need seconds for a long one. */
#define LIST_PAUSE_MS 60000

static struct relay_self self_now(const struct sync_worker *worker)
{
	const struct worker_relay *relaying = &worker->relaying;

	return (struct relay_self){
	    .rules = {.routes = &relaying->table, .own = &relaying->alone, .syncid = worker->syncid},
	    .n_entries = worker->mirror ? (uint32_t)sync_mirror_n(worker->mirror) : 0,
	    .is_master = relaying->serves.has_master,
	};
}

/* To be called when the lists, the syncid or the states are others, and now and then for the number of entries. */
static void rules_give(struct sync_worker *worker)
{
	const struct relay_self self = self_now(worker);

	relay_rule(worker->relaying.relay, &self);
}

static void relay_event(struct sync_worker *worker, enum relay_event_type type)
{
	const struct relay_event event = {.type = type};

	relay_tell(worker->relaying.relay, &event);
}

bool worker_relay_is_on(const struct sync_worker *worker)
{
	return worker->relaying.is_told || worker->relaying.setup || worker->relaying.relay;
}

/* --- what the relay asks for --- */

static void on_deliver(const void *datagram, size_t len, void *arg)
{
	struct sync_worker *worker = arg;
	struct sync_datagram entries;
	struct sync_entry entry;

	if (worker->said < 0 || !worker->mirror)
		return;
	if (sendto(worker->said, datagram, len, MSG_NOSIGNAL, (const struct sockaddr *)&worker->group,
		   worker->group_len) < 0) {
		worker->state.n_unsent++;
		return;
	}
	if (!sync_datagram_open(&entries, datagram, len, worker->syncid))
		return;
	while (sync_datagram_next(&entries, &entry) == 1)
		if (!sync_mirror_take(worker->mirror, &entry, loop_now(worker->loop)))
			worker->state.n_full++;
}

static size_t on_bulk_next(struct sync_bulk *bulk, uint8_t data[static SYNC_BULK_SIZE], void *arg)
{
	struct sync_worker *worker = arg;

	if (!worker->mirror)
		return 0;
	return sync_bulk_next(bulk, worker->mirror, &worker->relaying.own, worker->syncid, loop_now(worker->loop),
			      data);
}

/* Without a director nothing is counted, and the relay asks again. */
static void on_want_count(void *arg)
{
	struct sync_worker *worker = arg;

	if (greeted_is_met(worker->director))
		greeted_send(worker->director, SYNC_FRAME_WANT_COUNT, NULL, 0);
}

/* Without a director there is nobody for it: the next one begins anew with what it asks of the others. */
static void on_relay_message(const struct endpoint *peer, const void *message, size_t len, void *arg)
{
	struct sync_worker *worker = arg;
	uint8_t body[CHAN_BODY_MAX];
	size_t at = 0;

	while (at < len && greeted_is_met(worker->director)) {
		size_t n = letter_next(peer, message, len, &at, body);

		if (greeted_send(worker->director, SYNC_FRAME_MESSAGE, body, n) < 0)
			return;
	}
}

static void on_state(void *arg)
{
	worker_relay_tell(arg);
}

static void on_acked(void *arg)
{
	struct sync_worker *worker = arg;

	worker->flush.acked(worker);
}

/* --- the director --- */

void worker_relay_tell(struct sync_worker *worker)
{
	struct worker_relay *relaying = &worker->relaying;

	if (!relaying->relay)
		return;
	rules_give(worker);
	if (!greeted_is_met(worker->director))
		return;
	for (size_t i = 0; i < relay_n_peers(relaying->relay); i++) {
		struct relay_report report;
		uint8_t body[RELAY_REPORT_SIZE];

		relay_report(relaying->relay, i, &report);
		if (!memcmp(&report, &relaying->told[i], sizeof(report)))
			continue;
		relay_report_encode(&report, body);
		if (greeted_send(worker->director, SYNC_FRAME_PEER, body, sizeof(body)) == 0)
			relaying->told[i] = report;
	}
}

/* No report is equal to this one. */
static void told_forget(struct worker_relay *relaying)
{
	for (size_t i = 0; i < RELAY_PEERS_MAX; i++)
		relaying->told[i] = (struct relay_report){.index = RELAY_PEERS_MAX};
}

void worker_relay_met(struct sync_worker *worker)
{
	told_forget(&worker->relaying);
	worker_relay_tell(worker);
}

/* The routes of the table whose services are such ones. */
static struct sync_routes routes_where(const struct sync_worker *worker,
				       bool (*is_one)(const struct serves *serves, const struct svckey *service))
{
	const struct worker_relay *relaying = &worker->relaying;
	struct sync_routes routes = {0};

	for (size_t i = 0; i < relaying->table.n; i++)
		if (is_one(&relaying->serves, &relaying->table.items[i].service))
			*vec_push(&routes) = relaying->table.items[i];
	return routes;
}

static void own_settle(struct sync_worker *worker)
{
	struct worker_relay *relaying = &worker->relaying;
	struct sync_routes own = relaying->own, alone = relaying->alone;
	bool has_grown, has_shrunk;

	relaying->own = routes_where(worker, serves_service);
	relaying->alone = routes_where(worker, serves_alone);
	has_grown = sync_routes_grow(&own, &relaying->own);
	has_shrunk = sync_routes_grow(&relaying->alone, &alone);
	sync_routes_free(&own);
	sync_routes_free(&alone);
	if (!relaying->relay)
		return;
	rules_give(worker);
	if (has_grown)
		relay_event(worker, RELAY_EVENT_MASTER);
	if (has_shrunk)
		relay_event(worker, RELAY_EVENT_BACKUP);
}

static void take_table(struct sync_worker *worker)
{
	struct worker_relay *relaying = &worker->relaying;
	struct sync_routes before = relaying->table;
	bool has_grown;

	relaying->table = worker->coming;
	worker->coming = (struct sync_routes){0};
	sync_routes_sort(&relaying->table);
	has_grown = relaying->is_told && sync_routes_grow(&before, &relaying->table);
	relaying->is_told = true;
	own_settle(worker);
	sync_routes_free(&before);
	if (relaying->relay && has_grown)
		relay_event(worker, RELAY_EVENT_SERVICES);
	worker_relay_settle(worker);
}

static void take_serves(struct sync_worker *worker, const void *body, size_t len)
{
	struct worker_relay *relaying = &worker->relaying;
	bool is_whole;

	if (serves_decode(&relaying->serves_coming, body, len, &is_whole) < 0) {
		log_warning("the director sent malformed addresses: ignored");
		serves_free(&relaying->serves_coming);
		return;
	}
	if (!is_whole)
		return;
	serves_free(&relaying->serves);
	relaying->serves = relaying->serves_coming;
	relaying->serves_coming = (struct serves){0};
	own_settle(worker);
}

static void counts_take(struct sync_worker *worker, const void *body, size_t len)
{
	struct relay_counts served, here;
	struct relay_event event = {.type = RELAY_EVENT_COUNTS};

	if (!worker->relaying.relay || len != sizeof(served.served) + sizeof(here.served))
		return;
	memcpy(served.served, body, sizeof(served.served));
	memcpy(here.served, (const uint8_t *)body + sizeof(served.served), sizeof(here.served));
	event.counts.served = &served;
	event.counts.here = &here;
	relay_tell(worker->relaying.relay, &event);
}

/* The peer may have gone since the director wrote: then the message is given up, and the director learns that by the
 * state. */
static void take_our_message(struct sync_worker *worker, const void *body, size_t len)
{
	struct worker_relay *relaying = &worker->relaying;
	int code = letter_take(&relaying->letter, body, len, COURIER_MAX);

	if (code < 0)
		log_warning("the director sent a malformed message for another director: ignored");
	if (code == 1 && relaying->relay)
		relay_post(relaying->relay, &relaying->letter.peer, relaying->letter.bytes, relaying->letter.len);
}

static void on_drops(uint32_t n_new, uint64_t total, void *arg)
{
	struct sync_worker *worker = arg;
	const struct relay_event event = {.type = RELAY_EVENT_DROPS, .n = n_new};

	(void)total;
	if (worker->relaying.relay)
		relay_tell(worker->relaying.relay, &event);
}

/* --- the setup --- */

static void setup_drop(struct worker_relay *relaying)
{
	if (relaying->setup)
		explicit_bzero(relaying->setup, sizeof(*relaying->setup));
	free(relaying->setup);
	relaying->setup = NULL;
	if (relaying->wire >= 0)
		close(relaying->wire);
	relaying->wire = -1;
}

/* The socket of the kernel's role belongs to the user of the director, as the one that the director has given. */
static void drops_begin(struct sync_worker *worker)
{
	struct endpoint local;
	struct stat given;

	if (endpoint_from_sockaddr((const struct sockaddr *)&worker->group, &local) < 0 ||
	    fstat(worker->said, &given) < 0)
		return;
	worker->relaying.drops = sync_drops_watch_new(worker->loop, &local, given.st_uid, on_drops, worker);
}

static int relay_begin(struct sync_worker *worker)
{
	const struct relay_ops ops = {.deliver = on_deliver,
				      .bulk_next = on_bulk_next,
				      .want_count = on_want_count,
				      .on_message = on_relay_message,
				      .on_state = on_state,
				      .on_acked = on_acked,
				      .arg = worker};
	struct worker_relay *relaying = &worker->relaying;
	struct err err;

	if (relay_open(worker->loop, &ops, &relaying->relay, &err) < 0) {
		log_error("the connections cannot be exchanged with other directors: %s", err.text);
		return -1;
	}
	drops_begin(worker);
	own_settle(worker);
	return 0;
}

void worker_relay_settle(struct sync_worker *worker)
{
	struct worker_relay *relaying = &worker->relaying;

	if (!relaying->setup || !relaying->is_told || worker->heard < 0 || worker->listing.fd >= 0)
		return;
	if (!relaying->is_listed) {
		worker->relaying.list(worker);
		return;
	}
	if (!relaying->relay && relay_begin(worker) < 0) {
		setup_drop(relaying);
		return;
	}
	rules_give(worker);
	relay_set(relaying->relay, relaying->setup, relaying->wire);
	relaying->wire = -1;
	setup_drop(relaying);
	told_forget(relaying);
	worker_relay_tell(worker);
}

/* What only the list had is unknown to the peers. */
void worker_relay_listed(struct sync_worker *worker)
{
	worker->relaying.is_listed = true;
	worker_relay_settle(worker);
	if (worker->relaying.relay && worker->state.n_listed)
		relay_event(worker, RELAY_EVENT_MASTER);
}

void worker_relay_missed(struct sync_worker *worker)
{
	worker->relaying.is_list_due = worker->relaying.relay != NULL;
}

void worker_relay_second(struct sync_worker *worker)
{
	struct worker_relay *relaying = &worker->relaying;
	struct mono now = loop_now(worker->loop);

	if (relaying->is_list_due && relaying->relay && worker->listing.fd < 0 &&
	    mono_reached(now, relaying->list_after)) {
		relaying->is_list_due = false;
		relaying->list_after = mono_add_ms(now, LIST_PAUSE_MS);
		worker->state.n_listed = 0;
		relaying->list(worker);
	}
	worker_relay_tell(worker);
}

static void take_setup(struct sync_worker *worker, const void *body, size_t len)
{
	struct worker_relay *relaying = &worker->relaying;
	int fd = greeted_take_fd(worker->director);
	struct relay_setup *setup = mem_calloc(1, sizeof(*setup));

	if (relay_setup_decode(body, len, setup) < 0) {
		log_warning("the director sent a malformed setup of the relay: ignored");
		free(setup);
		if (fd >= 0)
			close(fd);
		return;
	}
	/* The socket of a setup that still waits serves this one, too. */
	if (fd < 0) {
		fd = relaying->wire;
		relaying->wire = -1;
	}
	setup_drop(relaying);
	relaying->setup = setup;
	relaying->wire = fd;
	worker_relay_settle(worker);
}

bool worker_relay_order(struct sync_worker *worker, uint16_t type, const void *body, size_t len)
{
	if (type == SYNC_FRAME_RELAY)
		take_setup(worker, body, len);
	else if (type == SYNC_FRAME_TABLE)
		take_table(worker);
	else if (type == SYNC_FRAME_SERVES)
		take_serves(worker, body, len);
	else if (type == SYNC_FRAME_COUNTS)
		counts_take(worker, body, len);
	else if (type == SYNC_FRAME_MESSAGE)
		take_our_message(worker, body, len);
	else if (type == SYNC_FRAME_RESYNC && worker->relaying.relay)
		relay_event(worker, RELAY_EVENT_RESYNC);
	else
		return type == SYNC_FRAME_RESYNC;
	return true;
}

/* --- what the kernel says --- */

void worker_relay_said(struct sync_worker *worker, const void *datagram, size_t len)
{
	struct relay_event event = {.type = RELAY_EVENT_LOCAL};

	if (!worker->relaying.relay)
		return;
	event.bytes.data = datagram;
	event.bytes.len = len;
	relay_tell(worker->relaying.relay, &event);
}

/* --- begin and end --- */

void worker_relay_off(struct sync_worker *worker)
{
	struct worker_relay *relaying = &worker->relaying;

	relay_close(relaying->relay);
	relaying->relay = NULL;
	sync_drops_watch_free(relaying->drops);
	relaying->drops = NULL;
	setup_drop(relaying);
	sync_routes_free(&relaying->table);
	sync_routes_free(&relaying->own);
	sync_routes_free(&relaying->alone);
	serves_free(&relaying->serves);
	serves_free(&relaying->serves_coming);
	letter_fini(&relaying->letter);
	relaying->is_told = relaying->is_listed = relaying->is_list_due = false;
	told_forget(relaying);
}

void worker_relay_init(struct sync_worker *worker, void (*list)(struct sync_worker *worker))
{
	worker->relaying.list = list;
	worker->relaying.wire = -1;
}

void worker_relay_free(struct sync_worker *worker)
{
	worker_relay_off(worker);
}
