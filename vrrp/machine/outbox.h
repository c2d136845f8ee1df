/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advertisements on their way out (edge): those of one turn of the loop leave together, with one
 * system call for each socket and VRRP_RAW_BATCH of them, since a thousand instances of one interval
 * send in the same turn. They keep their order within a socket.
 */
#ifndef LVSD_VRRP_MACHINE_OUTBOX_H
#define LVSD_VRRP_MACHINE_OUTBOX_H

#include "vrrp/machine/raw.h"

struct vrrp_outbox;

/* What became of an advertisement. */
struct vrrp_sent {
	unsigned id;             /* of the instance */
	uint64_t number;         /* of the advertisement; unicast peers each get one of the same number */
	uint8_t priority;
	struct mono due;         /* when it was to leave by its timer; {0}: it answers an event */
	struct addr destination;
	int code;                /* 0 or -errno */
};

/* It must not put anything into the outbox. */
typedef void vrrp_sent_fn(const struct vrrp_sent *sent, void *arg);

/* An empty outbox. fn gets the result of each message. */
struct vrrp_outbox *vrrp_outbox_new(vrrp_sent_fn *fn, void *arg);
/* Messages that still wait are not sent. NULL: does nothing. */
void vrrp_outbox_free(struct vrrp_outbox *outbox);

/* Puts in a copy of the message. sent->code is ignored. raw must stay open until the next
 * vrrp_outbox_flush(). An outbox without room is flushed first. */
void vrrp_outbox_put(struct vrrp_outbox *outbox, struct vrrp_raw *raw, const struct vrrp_sent *sent,
		     const struct vrrp_raw_message *message);
/* Sends all messages now, and calls fn with the result of each. */
void vrrp_outbox_flush(struct vrrp_outbox *outbox);

#endif
