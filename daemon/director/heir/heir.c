/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/heir/heir.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/nonce.h"
#include "vrrp/orphan/orphan.h"

#include <stdlib.h>
#include <string.h>

/* How long an orphan that is killed has to end. */
#define KILL_MS 1000
/* A handover takes 10 s at most (VRRP_LEAVE_MAX_NS), and then the addresses are removed. */
#define HANDOVER_MS 15000

enum stage {
	STAGE_IDLE,
	STAGE_ASKED,
	STAGE_RELIEVED, /* every state has come: the orphan ends */
	STAGE_LEAVING,  /* it hands over, by its own will or because it was refused */
};

struct heir {
	struct heir_ops ops;
	struct chan *orphan;
	struct loop_timer *timer;
	enum stage stage;
	uint64_t nonce;
	bool is_broken; /* a state was not understood */
	bool is_hung; /* it is to be killed */
	bool has_ended; /* it was relieved, and has said that it acts no more */
};

static void relieve(const struct heir *heir)
{
	chan_send(heir->orphan, VRRP_ORPHAN_RELIEVE, &heir->nonce, sizeof(heir->nonce));
}

static void heir_over(struct heir *heir, enum heir_end end)
{
	const struct heir_ops ops = heir->ops;

	loop_timer_set(heir->timer, MONO_NEVER);
	heir->ops.on_over = NULL;
	if (ops.on_over)
		ops.on_over(end, ops.arg);
}

static void on_orphan_gone(void *arg)
{
	struct heir *heir = arg;

	if (heir->stage == STAGE_RELIEVED)
		heir_over(heir, heir->has_ended && !heir->is_hung ? HEIR_WHOLE : HEIR_HUNG);
	else
		heir_over(heir, heir->stage == STAGE_ASKED && heir->is_hung ? HEIR_HUNG : HEIR_LOST);
}

/* A handover may take longer than an answer. */
static void leaving_begin(struct heir *heir)
{
	heir->stage = STAGE_LEAVING;
	loop_timer_set(heir->timer, mono_add_ms(clock_mono(), HANDOVER_MS));
}

/* If it cannot be killed, it finds that it was relieved when it wakes, and ends: it must not remove addresses
 * that this lvsd has by then. */
static void on_silence(void *arg)
{
	struct heir *heir = arg;

	if (heir->is_hung) {
		heir_over(heir, HEIR_LOST);
		return;
	}
	heir->is_hung = true;
	relieve(heir);
	loop_timer_set(heir->timer, mono_add_ms(clock_mono(), KILL_MS));
	heir->ops.on_silent(heir->ops.arg);
}

static void on_orphan_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct heir *heir = arg;

	if (type == VRRP_ORPHAN_STATE && !heir->ops.on_state(body, len, heir->ops.arg)) {
		heir->is_broken = true;
	} else if (type == VRRP_ORPHAN_TOLD && len == sizeof(heir->nonce) &&
		   heir->stage == STAGE_ASKED && !memcmp(body, &heir->nonce, len)) {
		if (heir->is_broken) {
			heir_refuse(heir);
			return;
		}
		heir->ops.on_told(chan_take_fd(heir->orphan), heir->ops.arg);
		relieve(heir);
		heir->stage = STAGE_RELIEVED;
	} else if (type == VRRP_ORPHAN_ENDS && len == sizeof(heir->nonce) && !memcmp(body, &heir->nonce, len)) {
		heir->has_ended = true;
	} else if (type == VRRP_ORPHAN_LEAVING && heir->stage != STAGE_LEAVING) {
		leaving_begin(heir);
		heir->ops.on_leaving(heir->ops.arg);
	}
}

struct heir *heir_new(struct loop *loop, int fd, const struct heir_ops *ops)
{
	struct heir *heir = mem_calloc(1, sizeof(*heir));

	*heir = (struct heir){.ops = *ops, .nonce = nonce_new()};
	heir->timer = loop_timer_new(loop, on_silence, heir);
	heir->orphan = chan_new(loop, fd, on_orphan_frame, on_orphan_gone, heir);
	chan_send(heir->orphan, VRRP_ORPHAN_CALL, NULL, 0);
	return heir;
}

void heir_free(struct heir *heir)
{
	if (!heir)
		return;
	loop_timer_free(heir->timer);
	chan_free(heir->orphan);
	free(heir);
}

void heir_ask(struct heir *heir, int64_t answer_ms)
{
	char body[sizeof(uint64_t) + VRRP_ORPHAN_VERSION_MAX];

	if (heir->stage != STAGE_IDLE)
		return;
	heir->stage = STAGE_ASKED;
	chan_send(heir->orphan, VRRP_ORPHAN_SUCCEED, body,
		  vrrp_orphan_succeed_encode(heir->nonce, body));
	loop_timer_set(heir->timer, mono_add_ms(clock_mono(), answer_ms));
}

void heir_refuse(struct heir *heir)
{
	if (heir->stage == STAGE_RELIEVED || heir->stage == STAGE_LEAVING)
		return;
	leaving_begin(heir);
	chan_send(heir->orphan, VRRP_ORPHAN_LEAVE, NULL, 0);
}
