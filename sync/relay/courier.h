/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of any length between two directors, in the order in which they were sent, by RELAY_MESSAGE. A message
 * is cut into pieces, and the receiver says how many bytes it has. Lost frames are resent below (gaps.h, ring.h);
 * what that gives up is sent again from there. Pure.
 *
 * A piece, and the answer to it, begin with (numbers are big endian):
 *
 *    0  kind u8 (1: piece, 2: answer), 0 u8, 0 u16
 *    4  number of the message u32, offset u32 (answer: the bytes received), bytes of the whole message u32
 *   16  piece: the bytes
 *
 * A message may come twice if the session is replaced while its last answer is under way.
 */
#ifndef LVSD_SYNC_RELAY_COURIER_H
#define LVSD_SYNC_RELAY_COURIER_H

#include "base/mono.h"
#include "sync/relay/frame.h"

/* The longest message: the configuration of 10,000 real servers has about 2 MB. */
#define COURIER_MAX (16 * 1024 * 1024)
/* So many messages wait. */
#define COURIER_QUEUE_MAX 8

struct courier;

/* first: the number of the first message. Two couriers of one director begin with different ones, so that a
 * message of a process that has been replaced is not taken for one of its successor. */
struct courier *courier_new(uint32_t first);
void courier_free(struct courier *courier);

/* Another session has begun: what is under way begins anew. */
void courier_restart(struct courier *courier);

/* Queues a copy. Returns 0; -EMSGSIZE: it is empty or too long; -ENOBUFS: too many wait. */
int courier_send(struct courier *courier, const void *message, size_t len);
/* How many wait or are under way. */
size_t courier_n_waiting(const struct courier *courier);

/*
 * Takes the payload of a frame. Returns true if a message is whole with it: *ret_message belongs to the courier,
 * until the next call.
 */
bool courier_take(struct courier *courier, const void *payload, size_t len, struct mono now,
		  const uint8_t **ret_message, size_t *ret_len);

/* Writes the next payload that is due. Returns its length; 0: none is. */
size_t courier_next(struct courier *courier, struct mono now, uint8_t payload[static RELAY_PAYLOAD_MAX]);
/* When courier_next() has something again, if nothing is taken or sent till then. */
struct mono courier_due(const struct courier *courier, struct mono now);

#endif
