/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flush before a planned handover. The kernel keeps an entry back until its buffer is full, for up to 3 s
 * (net/netfilter/ipvs/ip_vs_sync.c, next_sync_buff()), and nothing makes it empty the buffer. But it lists the
 * connection at once. So the list is read, and each connection that the mirror lacks is sent.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "sync/listed.h"
#include "sync/worker_parts.h"

#include <stdlib.h>
#include <sys/socket.h>

static void listing_drop(struct worker_flush *flush)
{
	if (flush->listing)
		sync_listing_end(flush->listing);
	free(flush->listing);
	flush->listing = NULL;
	sync_routes_free(&flush->routes);
}

static void flush_answer(struct sync_worker *worker)
{
	uint8_t body[SYNC_FLUSHED_SIZE];

	worker->flush.is_on = false;
	if (!greeted_is_met(worker->director))
		return;
	sync_flushed_encode(&worker->flush.answer, body);
	greeted_send(worker->director, SYNC_FRAME_FLUSHED, body, sizeof(body));
}

static void flush_acked(struct sync_worker *worker)
{
	if (worker->flush.is_on && !worker->flush.listing)
		flush_answer(worker);
}

/* --- the datagrams --- */

static void datagram_begin(struct worker_flush *flush)
{
	flush->writer = (struct sync_datagram_writer){.data = flush->data, .size = sizeof(flush->data)};
}

static void datagram_leave(struct sync_worker *worker)
{
	struct worker_flush *flush = &worker->flush;
	unsigned n = flush->writer.n;
	size_t len = sync_datagram_end(&flush->writer, worker->syncid);

	datagram_begin(flush);
	if (!len)
		return;
	if (worker->relaying.relay)
		worker_relay_said(worker, flush->data, len);
	else if (sendto(worker->said, flush->data, len, MSG_NOSIGNAL, (const struct sockaddr *)&worker->group,
			worker->group_len) < 0)
		worker->state.n_unsent++;
	flush->answer.n_sent += n;
}

static void on_flush_line(const char *line, void *arg)
{
	struct sync_worker *worker = arg;
	struct worker_flush *flush = &worker->flush;
	const struct sync_routes *routes = worker->relaying.relay ? &worker->relaying.own : &flush->routes;
	uint8_t raw[SYNC_LISTED_MAX];
	size_t len = sync_listed_entry(line, routes, &worker->marks, raw);
	struct sync_datagram one = {.at = raw, .end = raw + len, .n_left = 1};
	struct sync_entry entry;

	if (!len || sync_datagram_next(&one, &entry) != 1 || sync_mirror_agrees(worker->mirror, &entry))
		return;
	if (!sync_mirror_take(worker->mirror, &entry, loop_now(worker->loop)))
		worker->state.n_full++;
	if (sync_datagram_put(&flush->writer, &entry, entry.timeout_s))
		return;
	datagram_leave(worker);
	sync_datagram_put(&flush->writer, &entry, entry.timeout_s);
}

/* --- the flush --- */

/* At the pace of a bulk: the other kernel drops what comes faster. */
static void on_flush_step(void *arg)
{
	struct sync_worker *worker = arg;
	struct worker_flush *flush = &worker->flush;
	struct mono now = clock_mono();
	uint32_t before = flush->answer.n_sent;

	if (!flush->listing)
		return;
	if (sync_listing_step(flush->listing, now, on_flush_line, worker)) {
		loop_timer_set(flush->step, mono_add_ns(now, (int64_t)(flush->answer.n_sent - before) * NS_PER_S /
								 SYNC_BULK_PACE));
		return;
	}
	datagram_leave(worker);
	listing_drop(flush);
	if (worker->relaying.relay)
		relay_await(worker->relaying.relay);
	else
		flush_answer(worker);
}

void worker_flush_order(struct sync_worker *worker, const void *body, size_t len)
{
	struct worker_flush *flush = &worker->flush;
	struct pack_reader reader = {.at = body, .left = len};
	uint32_t number = pack_take_u32(&reader);

	if (reader.is_bad || reader.left) {
		log_warning("the director sent a malformed order: ignored");
		return;
	}
	listing_drop(flush);
	flush->routes = worker->coming;
	worker->coming = (struct sync_routes){0};
	sync_routes_sort(&flush->routes);
	flush->is_on = true;
	flush->answer = (struct sync_flushed){.number = number};
	if (!worker->mirror || worker->said < 0 || (worker_relay_is_on(worker) && !worker->relaying.relay)) {
		worker_flush_drop(worker);
		return;
	}
	datagram_begin(flush);
	flush->listing = mem_calloc(1, sizeof(*flush->listing));
	sync_listing_begin(flush->listing, worker->list, clock_mono());
	flush->listing->end = mono_add_ms(clock_mono(), SYNC_FLUSH_LIST_MS);
	on_flush_step(worker);
}

void worker_flush_drop(struct sync_worker *worker)
{
	listing_drop(&worker->flush);
	if (worker->flush.is_on)
		flush_answer(worker);
}

void worker_flush_init(struct sync_worker *worker)
{
	worker->flush.acked = flush_acked;
	worker->flush.step = loop_timer_new(worker->loop, on_flush_step, worker);
}

void worker_flush_free(struct sync_worker *worker)
{
	worker->flush.is_on = false;
	listing_drop(&worker->flush);
	loop_timer_free(worker->flush.step);
}
