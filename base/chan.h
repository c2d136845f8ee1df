/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages between two processes over a SOCK_SEQPACKET socket pair: a typed frame with a bounded
 * body, delivered whole or not at all, in order, never blocking. Each side checks every frame:
 * one that is malformed is dropped and counted, never trusted.
 *
 * The supervisor keeps copies of both ends, so a process that is replaced finds in the socket what
 * was sent to its predecessor; the protocols on top begin with a hello that makes old frames
 * harmless (daemon/shared/wire.h).
 */
#ifndef LVSD_BASE_CHAN_H
#define LVSD_BASE_CHAN_H

#include "base/loop.h"

#include <stddef.h>
#include <stdint.h>

/* Largest body of one frame. */
#define CHAN_BODY_MAX 65000

/* Frames, and bytes of them, that wait for a slow receiver; a sender that goes beyond loses the new ones. The checks
 * of 40,000 real servers are some 12 MiB. */
#define CHAN_QUEUE_MAX	     100000
#define CHAN_QUEUE_BYTES_MAX (64 * 1024 * 1024)

struct chan;

/* body holds until the callback returns. */
typedef void chan_fn(uint16_t type, const void *body, size_t len, void *arg);

/* A connected pair, non-blocking, close-on-exec. 0 or -errno. */
int chan_pair(int ret_fds[static 2]);

/* Takes fd over (closed by chan_free). on_frame runs for each frame; on_closed once when the peer
 * is gone for good. */
struct chan *chan_new(struct loop *loop, int fd, chan_fn *on_frame, loop_fn *on_closed, void *arg);
void chan_free(struct chan *chan);

/*
 * Sends a frame, or queues it while the receiver is slow. Returns 0, -EMSGSIZE (body over
 * CHAN_BODY_MAX), -ENOBUFS (queue full: the frame is lost) or -EPIPE.
 */
int chan_send(struct chan *chan, uint16_t type, const void *body, size_t len);

/* The same with a copy of the descriptor fd, which stays the caller's; -1: none. */
int chan_send_fd(struct chan *chan, uint16_t type, const void *body, size_t len, int fd);

/*
 * In on_frame: the descriptor that came with the frame, close-on-exec, from then on the caller's; or
 * -1. One that nobody takes is closed after the callback.
 */
int chan_take_fd(struct chan *chan);

/* Drops what is queued: the receiver was replaced and will be told everything anew. */
void chan_reset(struct chan *chan);

#endif
