/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/flushing.h"
#include "base/log.h"
#include "base/plural.h"
#include "daemon/director/sync/sync.h"

static void on_flush_time(void *arg);

/* Whether the sync process mirrors the connections of this director, in either mode. */
static bool is_mirroring(const struct sync_side *side)
{
	return greeted_is_met(side->mirroring.worker) && (side->mirroring.index || side->relaying.index);
}

/* Orders a round. Returns whether there is anything to hand over. */
static bool round_begin(struct sync_side *side)
{
	struct flushing *f = &side->flushing;
	struct serves serves = {0};
	uint8_t body[sizeof(f->number)];
	struct pack_writer writer = {.at = body, .left = sizeof(body)};
	bool is_due;

	if (!side->conf || !is_mirroring(side) || !*side->is_table_known)
		return false;
	mirroring_serves(side, &serves);
	is_due = serves.has_master;
	if (is_due) {
		if (side->mirroring.index)
			mirroring_routes_give(side, &serves);
		pack_put_u32(&writer, ++f->number);
		is_due = greeted_send(side->mirroring.worker, SYNC_FRAME_FLUSH, body, sizeof(body)) == 0;
	}
	serves_free(&serves);
	f->is_awaited = is_due;
	f->began = loop_now(side->loop);
	return is_due;
}

void flushing_begin(struct sync_side *side)
{
	struct flushing *f = &side->flushing;

	if (f->is_first)
		return;
	f->is_first = round_begin(side);
	if (!f->is_first)
		return;
	f->until = mono_add_ms(f->began, FLUSHING_ROUNDS_MS);
	if (!f->timer)
		f->timer = loop_timer_new(side->loop, on_flush_time, side);
	loop_timer_set(f->timer, mono_add_ms(f->began, FLUSHING_MAX_MS));
}

bool flushing_is_under_way(const struct sync_side *side)
{
	return side->flushing.is_first;
}

void flushing_end(struct sync_side *side)
{
	struct flushing *f = &side->flushing;

	f->is_first = f->is_awaited = false;
	if (f->timer)
		loop_timer_set(f->timer, MONO_NEVER);
}

static void on_flush_time(void *arg)
{
	struct sync_side *side = arg;
	struct flushing *f = &side->flushing;

	if (f->is_first) {
		f->is_first = false;
		log_warning("sync: the connections of the last 3 s could not be sent to the other director within %d "
			    "ms: the addresses move nevertheless, and the sessions that it does not know are lost",
			    FLUSHING_MAX_MS);
		return; /* with the answer the rounds go on */
	}
	if (mono_before(loop_now(side->loop), f->until))
		round_begin(side);
}

static void take_flushed(struct sync_side *side, const void *body, size_t len)
{
	struct flushing *f = &side->flushing;
	struct mono now = loop_now(side->loop);
	struct sync_flushed flushed;
	int64_t pause_ns;

	if (sync_flushed_decode(body, len, &flushed) < 0) {
		log_warning("sync: the sync process sent a malformed report: ignored");
		return;
	}
	if (!f->is_awaited || flushed.number != f->number)
		return;
	if (f->is_first && flushed.n_sent)
		log_notice("sync: %u connection%s that the kernel had not announced yet %s sent before the handover",
			   flushed.n_sent, plural(flushed.n_sent), flushed.n_sent == 1 ? "was" : "were");
	f->is_first = f->is_awaited = false;
	pause_ns = 4 * mono_sub(now, f->began);
	if (pause_ns < FLUSHING_PAUSE_MS * NS_PER_MS)
		pause_ns = FLUSHING_PAUSE_MS * NS_PER_MS;
	loop_timer_set(f->timer, mono_add_ns(now, pause_ns));
}

bool flushing_take(struct sync_side *side, uint16_t type, const void *body, size_t len)
{
	if (type == SYNC_FRAME_FLUSHED)
		take_flushed(side, body, len);
	return type == SYNC_FRAME_FLUSHED;
}

void flushing_close(struct sync_side *side)
{
	loop_timer_free(side->flushing.timer);
	side->flushing.timer = NULL;
}
