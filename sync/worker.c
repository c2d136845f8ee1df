/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/nonce.h"
#include "base/plural.h"
#include "base/signals.h"
#include "sync/listed.h"
#include "sync/packet.h"
#include "sync/worker_parts.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So many packets are read in a turn. */
#define N_HEARD_MAX 64
#define SECOND_MS  1000
/* How often the director is told of a mirror that changes. */
#define TELL_S 10

/* Does a bulk go on, with what comes before it? */
static bool is_busy(const struct sync_worker *worker)
{
	return worker->bulk.is_on || worker->listing.fd >= 0;
}

/* --- the director --- */

static void worker_tell(struct sync_worker *worker)
{
	uint8_t body[SYNC_MIRROR_STATE_SIZE];

	if (!greeted_is_met(worker->director))
		return;
	worker->state.n_entries = worker->mirror ? (uint32_t)sync_mirror_n(worker->mirror) : 0;
	worker->state.bytes = worker->mirror ? sync_mirror_bytes(worker->mirror) : 0;
	worker->state.is_sending =
	    is_busy(worker) || (worker->relaying.relay && relay_is_sending(worker->relaying.relay));
	if (!memcmp(&worker->state, &worker->told, sizeof(worker->state)))
		return;
	sync_mirror_state_encode(&worker->state, body);
	if (greeted_send(worker->director, SYNC_FRAME_STATE, body, sizeof(body)) == 0)
		worker->told = worker->state;
}

/* --- what the kernel says --- */

static void datagram_take(struct sync_worker *worker, const uint8_t *data, size_t len)
{
	struct sync_datagram datagram;
	struct sync_entry entry;

	if (!sync_datagram_open(&datagram, data, len, worker->syncid))
		return;
	while (sync_datagram_next(&datagram, &entry) == 1) {
		sync_marks_take(&worker->marks, &entry);
		if (!sync_mirror_take(worker->mirror, &entry, loop_now(worker->loop)))
			worker->state.n_full++;
	}
}

static void on_heard(int fd, unsigned events, void *arg)
{
	struct sync_worker *worker = arg;

	(void)events;
	for (int i = 0; i < N_HEARD_MAX; i++) {
		ssize_t len = recv(fd, worker->packet, sizeof(worker->packet), 0);
		const uint8_t *data;
		size_t data_len;

		/* Any error but "nothing more" is about the interface, which the director watches. */
		if (len < 0)
			break;
		data = sync_packet_datagram(worker->packet, (size_t)len, &data_len);
		if (!data)
			continue;
		datagram_take(worker, data, data_len);
		worker_relay_said(worker, data, data_len);
	}
}

static void losses_add(struct sync_worker *worker)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	/* Reading sets the numbers to 0. */
	if (getsockopt(worker->heard, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0 || !stats.tp_drops)
		return;
	worker->state.n_lost += stats.tp_drops;
	worker_relay_missed(worker);
}

static void on_second(void *arg)
{
	struct sync_worker *worker = arg;

	if (!worker->mirror)
		return;
	loop_timer_set(worker->second, mono_add_ms(loop_now(worker->loop), SECOND_MS));
	sync_mirror_expire(worker->mirror, loop_now(worker->loop));
	losses_add(worker);
	worker_relay_second(worker);
	if (++worker->seconds % TELL_S == 0)
		worker_tell(worker);
}

/* --- the bulk --- */

static void bulk_failed(struct sync_worker *worker, int code)
{
	unsigned n_unsaid;

	worker->state.n_unsent++;
	if (log_limit_take(&worker->failures, clock_mono(), &n_unsaid))
		log_warning("connections cannot be announced to a director that has come back: %s",
			    err_errno(code));
}

static void bulk_ended(struct sync_worker *worker)
{
	struct sync_mirror_state *state = &worker->state;
	int64_t took_ns = mono_sub(clock_mono(), worker->bulk.began);

	sync_routes_free(&worker->routes);
	state->n_bulks++;
	state->n_sent = (uint32_t)worker->bulk.n_entries;
	state->took_ms = (uint32_t)(took_ns / NS_PER_MS);
	worker_tell(worker);
}

static void bulk_step(struct sync_worker *worker)
{
	size_t lens[SYNC_BULK_BURST], n;

	n = sync_bulk_step(&worker->bulk, worker->mirror, &worker->routes, worker->syncid, clock_mono(),
			   worker->burst, lens);
	for (size_t i = 0; i < n; i++)
		if (sendto(worker->said, worker->burst[i], lens[i], MSG_NOSIGNAL,
			   (const struct sockaddr *)&worker->group, worker->group_len) < 0)
			bulk_failed(worker, -errno);
	if (worker->bulk.is_on)
		loop_timer_set(worker->step, worker->bulk.due);
	else
		bulk_ended(worker);
}

/* A connection that only the kernel's list has: one that it learnt from another director, or that was there
 * before this process. Or the list has another server or state than the mirror: then the other director has had
 * the connection meanwhile, and this kernel has said nothing of it, but knows. Else the mirror knows more. */
static void on_line(const char *line, void *arg)
{
	struct sync_worker *worker = arg;
	const struct sync_routes *routes = worker->is_bulk_due ? &worker->routes : &worker->relaying.table;
	uint8_t raw[SYNC_LISTED_MAX];
	size_t len = sync_listed_entry(line, routes, &worker->marks, raw);
	struct sync_datagram one = {.at = raw, .end = raw + len, .n_left = 1};
	struct sync_entry entry;

	if (!len || sync_datagram_next(&one, &entry) != 1 || sync_mirror_agrees(worker->mirror, &entry))
		return;
	if (sync_mirror_take(worker->mirror, &entry, loop_now(worker->loop)))
		worker->state.n_listed++;
	else
		worker->state.n_full++;
}

static void list_step(struct sync_worker *worker)
{
	struct mono now = clock_mono();
	bool goes_on = sync_listing_step(&worker->listing, now, on_line, worker);

	loop_timer_set(worker->step, now);
	if (goes_on)
		return;
	if (worker->is_bulk_due)
		sync_bulk_begin(&worker->bulk, worker->mirror, now);
	else
		worker_relay_listed(worker);
	worker->is_bulk_due = false;
}

static void worker_list(struct sync_worker *worker)
{
	sync_listing_begin(&worker->listing, worker->list, clock_mono());
	list_step(worker);
}

static void on_step(void *arg)
{
	struct sync_worker *worker = arg;

	if (worker->listing.fd >= 0)
		list_step(worker);
	else if (worker->bulk.is_on)
		bulk_step(worker);
}

/* --- orders --- */

static void sockets_close(struct sync_worker *worker)
{
	worker_flush_drop(worker);
	loop_io_free(worker->io);
	worker->io = NULL;
	if (worker->heard >= 0)
		close(worker->heard);
	if (worker->said >= 0)
		close(worker->said);
	worker->heard = worker->said = -1;
}

static void mirror_forget(struct sync_worker *worker)
{
	worker_flush_drop(worker);
	sync_mirror_free(worker->mirror);
	worker->mirror = NULL;
	worker->bulk = (struct sync_bulk){0};
	sync_listing_end(&worker->listing);
	sync_routes_free(&worker->routes);
	sync_routes_free(&worker->coming);
}

static void worker_off(struct sync_worker *worker)
{
	worker_relay_off(worker);
	sockets_close(worker);
	mirror_forget(worker);
	worker_tell(worker);
}

static void take_said(struct sync_worker *worker, const void *body, size_t len)
{
	struct endpoint group;

	sockets_close(worker);
	if (sync_group_decode(body, len, &group) < 0) {
		log_warning("the director sent a malformed group: ignored");
		return;
	}
	worker->group_len = endpoint_to_sockaddr(&group, 0, &worker->group);
	worker->said = greeted_take_fd(worker->director);
}

static void take_heard(struct sync_worker *worker, const uint8_t *body, size_t len)
{
	int fd = greeted_take_fd(worker->director);

	if (len != 1 || fd < 0 || worker->said < 0 || worker->heard >= 0) {
		log_warning("the director sent a malformed order: ignored");
		if (fd >= 0)
			close(fd);
		return;
	}
	if (worker->mirror && worker->syncid != body[0])
		mirror_forget(worker);
	worker->heard = fd;
	worker->syncid = body[0];
	if (!worker->mirror) {
		worker->mirror = sync_mirror_new(SYNC_MIRROR_MAX, nonce_new());
		worker->relaying.is_listed = false;
	} else {
		worker_relay_missed(worker); /* between the sockets of before and these */
	}
	worker->io = loop_io_new(worker->loop, fd, LOOP_READ, on_heard, worker);
	loop_timer_set(worker->second, mono_add_ms(loop_now(worker->loop), SECOND_MS));
	worker_relay_settle(worker);
	worker_tell(worker);
}

static void take_routes(struct sync_worker *worker, const void *body, size_t len)
{
	if (sync_routes_decode(&worker->coming, body, len) < 0)
		log_warning("the director sent malformed routes: ignored");
}

static void take_bulk(struct sync_worker *worker)
{
	if (is_busy(worker) || !worker->mirror || worker->said < 0) {
		sync_routes_free(&worker->coming);
		return;
	}
	sync_routes_free(&worker->routes);
	worker->routes = worker->coming;
	worker->coming = (struct sync_routes){0};
	worker->state.n_unsent = worker->state.n_listed = 0;
	worker->is_bulk_due = true;
	sync_routes_sort(&worker->routes);
	worker_list(worker);
	worker_tell(worker);
}

static void on_sync_order(uint16_t type, const void *body, size_t len, void *arg)
{
	struct sync_worker *worker = arg;

	if (worker_relay_order(worker, type, body, len))
		return;
	if (type == SYNC_FRAME_SAID)
		take_said(worker, body, len);
	else if (type == SYNC_FRAME_HEARD)
		take_heard(worker, body, len);
	else if (type == SYNC_FRAME_OFF)
		worker_off(worker);
	else if (type == SYNC_FRAME_ROUTES)
		take_routes(worker, body, len);
	else if (type == SYNC_FRAME_BULK)
		take_bulk(worker);
	else if (type == SYNC_FRAME_FLUSH)
		worker_flush_order(worker, body, len);
}

static void on_sync_met(void *arg)
{
	struct sync_worker *worker = arg;

	worker->told = (struct sync_mirror_state){.n_entries = UINT32_MAX};
	worker_tell(worker);
	worker_relay_met(worker);
}

/* A new director gives the sockets anew; until then the mirror goes on with the old ones. Routes that the
 * old one gave are for a bulk that it will not ask for. */
static void on_sync_lost(void *arg)
{
	struct sync_worker *worker = arg;

	sync_routes_free(&worker->coming);
}

static void on_sync_closed(void *arg)
{
	loop_stop(((struct sync_worker *)arg)->loop);
}

struct sync_worker *sync_worker_new(struct loop *loop, int channel, const char *list)
{
	struct sync_worker *worker = mem_calloc(1, sizeof(*worker));
	const struct greeted_ops ops = {.on_lost = on_sync_lost,
					.on_met = on_sync_met,
					.on_frame = on_sync_order,
					.on_closed = on_sync_closed,
					.arg = worker};

	worker->loop = loop;
	worker->list = list;
	worker->said = worker->heard = worker->listing.fd = -1;
	worker->step = loop_timer_new(loop, on_step, worker);
	worker->second = loop_timer_new(loop, on_second, worker);
	worker_relay_init(worker, worker_list);
	worker_flush_init(worker);
	worker->director = greeted_new_worker(loop, channel, &ops);
	return worker;
}

void sync_worker_free(struct sync_worker *worker)
{
	if (!worker)
		return;
	worker_relay_free(worker);
	worker_flush_free(worker);
	sockets_close(worker);
	mirror_forget(worker);
	sync_marks_free(&worker->marks);
	loop_timer_free(worker->step);
	loop_timer_free(worker->second);
	greeted_free(worker->director);
	free(worker);
}

static void on_sync_term(int number, void *arg)
{
	(void)number;
	loop_stop(arg);
}

int sync_worker_run(int channel)
{
	struct loop *loop = loop_new();
	struct signals *signals = signals_new(loop, false);
	struct sync_worker *worker = sync_worker_new(loop, channel, SYNC_LISTING_PATH);
	struct loop_signal *term = loop_signal_new(loop, SIGTERM, on_sync_term, loop);

	loop_run(loop);
	loop_signal_free(term);
	sync_worker_free(worker);
	signals_free(signals);
	loop_free(loop);
	return 0;
}
