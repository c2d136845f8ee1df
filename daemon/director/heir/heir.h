/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's talk with the vrrp process of an lvsd that died, which still has the addresses
 * (vrrp/orphan/orphan.h): this lvsd takes them over from it. */
#ifndef LVSD_DAEMON_DIRECTOR_HEIR_HEIR_H
#define LVSD_DAEMON_DIRECTOR_HEIR_HEIR_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct heir;

/* How the talk ends. */
enum heir_end {
	HEIR_WHOLE, /* on_state had every state, and the orphan acted by them until now */
	/* The orphan did not answer, and was killed; or it has died in the midst of the takeover. The addresses are
	 * as it had them, and nobody knows for how long it has not advertised. */
	HEIR_HUNG,
	HEIR_LOST,  /* it has handed over, has died before, or hangs and could not be killed */
};

struct heir_ops {
	/* A report of the orphan. Returns whether it was understood; if not, the orphan hands over. */
	bool (*on_state)(const void *body, size_t len, void *arg);
	/* Every state has come: the orphan is told to end when this returns. Later states are changes. relief: for the
	 * new vrrp process (VRRP_FRAME_RELIEF), the callee's; -1: there is none. */
	void (*on_told)(int relief, void *arg);
	/* The orphan hands over: on_over follows when that is done, and whatever it has told counts no more. */
	void (*on_leaving)(void *arg);
	/* The orphan does not answer: it should be killed. */
	void (*on_silent)(void *arg);
	/* The orphan acts no more. Called once; the heir may be freed there. */
	void (*on_over)(enum heir_end end, void *arg);
	void *arg;
};

/* fd: a connection to the orphan's socket, taken over. */
struct heir *heir_new(struct loop *loop, int fd, const struct heir_ops *ops);
/* Before on_over: the orphan goes on, and waits for the next lvsd. */
void heir_free(struct heir *heir);

/* Asks for the states, once: the successor's vrrp process is ready. The orphan has answer_ms to send them. */
void heir_ask(struct heir *heir, int64_t answer_ms);
/* Has the orphan hand over, as at a stop: no instance of this configuration can be one of the orphan's. */
void heir_refuse(struct heir *heir);

#endif
