/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/greeted.h"
#include "base/mem.h"
#include "base/nonce.h"

#include <stdlib.h>
#include <string.h>

struct greeted {
	struct chan *chan;
	struct greeted_ops ops;
	uint64_t nonce; /* the worker's nonce; 0: this is the director's side */
	bool is_met;
};

static void send_nonce(struct greeted *greeted, enum greeted_frame type, uint64_t nonce)
{
	chan_send(greeted->chan, (uint16_t)type, &nonce, sizeof(nonce));
}

static void lose(struct greeted *greeted)
{
	greeted->is_met = false;
	if (greeted->ops.on_lost)
		greeted->ops.on_lost(greeted->ops.arg);
}

static void meet(struct greeted *greeted)
{
	greeted->is_met = true;
	if (greeted->ops.on_met)
		greeted->ops.on_met(greeted->ops.arg);
}

/* There is a new worker: frames queued for its predecessor are not sent any more. */
static void on_hello(struct greeted *greeted, uint64_t nonce)
{
	chan_reset(greeted->chan);
	lose(greeted);
	send_nonce(greeted, GREETED_RESET, nonce);
	meet(greeted);
}

static void on_reset(struct greeted *greeted, uint64_t nonce)
{
	lose(greeted);
	if (nonce == greeted->nonce)
		meet(greeted);
	else
		send_nonce(greeted, GREETED_HELLO, greeted->nonce);
}

/* Whether frames count: a worker must not act on frames that were meant for its predecessor. */
static bool hears(const struct greeted *greeted)
{
	return greeted->is_met || (!greeted->nonce && greeted->ops.is_lasting);
}

static void on_peer_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct greeted *greeted = arg;
	const uint16_t greeting = greeted->nonce ? GREETED_RESET : GREETED_HELLO;
	uint64_t nonce;

	if (type != greeting) {
		if (hears(greeted))
			greeted->ops.on_frame(type, body, len, greeted->ops.arg);
		return;
	}
	if (len != sizeof(nonce))
		return;
	memcpy(&nonce, body, sizeof(nonce));
	if (greeted->nonce)
		on_reset(greeted, nonce);
	else
		on_hello(greeted, nonce);
}

static void on_peer_closed(void *arg)
{
	struct greeted *greeted = arg;

	if (greeted->ops.on_closed)
		greeted->ops.on_closed(greeted->ops.arg);
}

static struct greeted *greeted_new(struct loop *loop, int fd, uint64_t nonce,
				   const struct greeted_ops *ops)
{
	struct greeted *greeted = mem_calloc(1, sizeof(*greeted));

	*greeted = (struct greeted){.ops = *ops, .nonce = nonce};
	greeted->chan = chan_new(loop, fd, on_peer_frame, on_peer_closed, greeted);
	return greeted;
}

struct greeted *greeted_new_worker(struct loop *loop, int fd, const struct greeted_ops *ops)
{
	struct greeted *greeted = greeted_new(loop, fd, nonce_new(), ops);

	send_nonce(greeted, GREETED_HELLO, greeted->nonce);
	return greeted;
}

struct greeted *greeted_new_director(struct loop *loop, int fd, bool is_restart,
				     const struct greeted_ops *ops)
{
	struct greeted *greeted = greeted_new(loop, fd, 0, ops);

	if (is_restart)
		send_nonce(greeted, GREETED_RESET, 0);
	return greeted;
}

void greeted_free(struct greeted *greeted)
{
	if (!greeted)
		return;
	chan_free(greeted->chan);
	free(greeted);
}

bool greeted_is_met(const struct greeted *greeted)
{
	return greeted && greeted->is_met;
}

void greeted_forget(struct greeted *greeted)
{
	greeted->is_met = false;
}

int greeted_send(struct greeted *greeted, uint16_t type, const void *body, size_t len)
{
	return chan_send(greeted->chan, type, body, len);
}

int greeted_send_fd(struct greeted *greeted, uint16_t type, const void *body, size_t len, int fd)
{
	return chan_send_fd(greeted->chan, type, body, len, fd);
}

int greeted_take_fd(struct greeted *greeted)
{
	return chan_take_fd(greeted->chan);
}
