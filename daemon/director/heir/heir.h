/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's talk with the vrrp process of an lvsd that died, which still has the addresses
 * (vrrp/orphan/orphan.h): this lvsd takes them over from it. */
#ifndef LVSD_DAEMON_DIRECTOR_HEIR_HEIR_H
#define LVSD_DAEMON_DIRECTOR_HEIR_HEIR_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct heir;

struct heir_ops {
	/* A report of the orphan. Returns whether it was understood; if not, the orphan hands over. */
	bool (*on_state)(const void *body, size_t len, void *arg);
	/* The orphan acts no more. is_whole: on_state had every state, and the addresses are as the orphan
	 * had them. Otherwise it has handed over, has died, or hangs. Called once; the heir may be freed
	 * there. */
	void (*on_over)(bool is_whole, void *arg);
	void *arg;
};

/* fd: a connection to the orphan's socket, taken over. */
struct heir *heir_new(struct loop *loop, int fd, const struct heir_ops *ops);
/* Before on_over: the orphan goes on, and waits for the next lvsd. */
void heir_free(struct heir *heir);

/* Asks for the states, once: the successor's vrrp process is ready. */
void heir_ask(struct heir *heir);
/* Has the orphan hand over, as at a stop: no instance of this configuration can be one of the orphan's. */
void heir_refuse(struct heir *heir);

#endif
