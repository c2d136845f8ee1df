/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mails that wait to be sent, oldest first. One at a time is sent. If it could not be sent, all
 * wait for a pause, which is twice as long each time. The queue is bounded in number, bytes and time:
 * when it is full the oldest mails are lost, and a mail that is an hour old is. Pure.
 */
#ifndef LVSD_DAEMON_MAIL_QUEUE_H
#define LVSD_DAEMON_MAIL_QUEUE_H

#include "base/mono.h"
#include "base/vec.h"
#include "daemon/mail/wire.h"

#include <stdbool.h>

#define QUEUE_MAX	1000
#define QUEUE_BYTES_MAX (1024 * 1024)
/* How long a mail waits at most. */
#define QUEUE_KEEP_MS INT64_C(3600000)
/* The first and the longest pause after a failure. */
#define QUEUE_PAUSE_MS	   INT64_C(5000)
#define QUEUE_PAUSE_MAX_MS INT64_C(300000)

/* What became of an attempt to send a mail. */
enum queue_outcome {
	QUEUE_SENT,
	QUEUE_REFUSED, /* the server does not take this mail, and would not take it later */
	QUEUE_LATER,   /* it may be sent later */
};

struct queue_item {
	struct mail mail; /* its texts are the item's own */
	size_t bytes;
	struct mono expires;
};

struct mail_queue {
	VEC(struct queue_item) items;
	size_t bytes;
	bool is_sending; /* the first item is being sent, so it stays */
	struct mono next; /* no attempt begins before this time */
	int64_t pause_ms; /* the last one; 0: the last attempt did not fail */
	uint64_t n_sent, n_lost;
};

/* Appends a copy of mail. Returns how many older mails were lost for it. */
size_t queue_add(struct mail_queue *queue, const struct mail *mail, struct mono now);
/* Takes away what is too old. Returns how many mails that are. */
size_t queue_expire(struct mail_queue *queue, struct mono now);
/* The mail whose turn it is, which is being sent from now on; NULL: none now. It stays valid until
 * queue_end(). */
const struct mail *queue_begin(struct mail_queue *queue, struct mono now);
/* The attempt has ended. */
void queue_end(struct mail_queue *queue, enum queue_outcome outcome, struct mono now);
/* The way to the server has changed: the next attempt begins at once. */
void queue_retry(struct mail_queue *queue);
/* When queue_expire() and queue_begin() are to be called again; MONO_NEVER: when something happens. */
struct mono queue_next(const struct mail_queue *queue);
void queue_free(struct mail_queue *queue);

#endif
