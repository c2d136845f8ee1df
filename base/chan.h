/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between two processes over a SOCK_SEQPACKET socket pair. A frame has a type and a bounded
 * body; it is delivered whole or not at all, and in order. Nothing here ever blocks. The receiver
 * checks every frame: a malformed frame is dropped and counted.
 *
 * The supervisor keeps copies of both ends. A process that replaces another therefore finds frames
 * in the socket that were sent to its predecessor. The protocols on top begin with a frame HELLO,
 * so that such frames have no effect (base/greeted.h, daemon/shared/wire.h).
 */
#ifndef LVSD_BASE_CHAN_H
#define LVSD_BASE_CHAN_H

#include "base/loop.h"

#include <stddef.h>
#include <stdint.h>

/* The largest body of a frame, in bytes. */
#define CHAN_BODY_MAX 65000

/*
 * How many frames, and how many bytes of them, may wait for a slow receiver. When the queue is
 * full, chan_send() refuses further frames. For scale: the checks of 40,000 real servers are about
 * 12 MiB.
 */
#define CHAN_QUEUE_MAX	     100000
#define CHAN_QUEUE_BYTES_MAX (64 * 1024 * 1024)
/* How many descriptors may wait with these frames, so that a receiver that never reads leaves this
 * process descriptors of its own. */
#define CHAN_QUEUE_FDS_MAX 512

struct chan;

/* Handles a frame. body is valid until the callback returns. */
typedef void chan_fn(uint16_t type, const void *body, size_t len, void *arg);

/* Makes a connected pair of sockets, non-blocking and close-on-exec. Returns 0 or -errno. */
int chan_pair(int ret_fds[static 2]);

/* Makes a channel of fd, which chan_free() closes. on_frame is called for each frame; on_closed is
 * called once, when the peer has closed its end for good. */
struct chan *chan_new(struct loop *loop, int fd, chan_fn *on_frame, loop_fn *on_closed, void *arg);
void chan_free(struct chan *chan);

/*
 * Sends a frame, or queues it while the receiver is slow. Returns 0; -EMSGSIZE if the body is
 * longer than CHAN_BODY_MAX; -ENOBUFS if the queue is full, of frames or of descriptors, and then the
 * frame is lost; -EPIPE if the peer is gone.
 */
int chan_send(struct chan *chan, uint16_t type, const void *body, size_t len);

/* As chan_send(), and sends a copy of the descriptor fd with the frame. fd stays the caller's; -1:
 * no descriptor. */
int chan_send_fd(struct chan *chan, uint16_t type, const void *body, size_t len, int fd);

/*
 * To be called in on_frame: returns the descriptor that came with the frame, or -1 if none came.
 * The descriptor is close-on-exec, and the caller closes it. If on_frame does not take it, it is
 * closed after the callback.
 */
int chan_take_fd(struct chan *chan);

/* Drops the queued frames. For a receiver that was replaced: it will be sent everything again. */
void chan_reset(struct chan *chan);

#endif
