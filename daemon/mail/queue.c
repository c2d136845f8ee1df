/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/mail/queue.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void item_take_out(struct mail_queue *queue, size_t i)
{
	struct queue_item *items = queue->items.items;

	queue->bytes -= items[i].bytes;
	free((char *)items[i].mail.subject);
	free((char *)items[i].mail.body);
	memmove(&items[i], &items[i + 1], (queue->items.n - i - 1) * sizeof(*items));
	queue->items.n--;
}

size_t queue_add(struct mail_queue *queue, const struct mail *mail, struct mono now)
{
	const size_t bytes = strlen(mail->subject) + strlen(mail->body);
	/* The one that is being sent is not the one to go. */
	const size_t oldest = queue->is_sending ? 1 : 0;
	size_t n = 0;

	while (queue->items.n > oldest &&
	       (queue->items.n >= QUEUE_MAX || queue->bytes + bytes > QUEUE_BYTES_MAX)) {
		item_take_out(queue, oldest);
		n++;
	}
	*vec_push(&queue->items) = (struct queue_item){
	    .mail = {mail->wall_us, mail->number, mem_strdup(mail->subject), mem_strdup(mail->body)},
	    .bytes = bytes,
	    .expires = mono_add_ms(now, QUEUE_KEEP_MS)};
	queue->bytes += bytes;
	queue->n_lost += n;
	return n;
}

size_t queue_expire(struct mail_queue *queue, struct mono now)
{
	const size_t oldest = queue->is_sending ? 1 : 0;
	size_t n = 0;

	for (; queue->items.n > oldest && mono_reached(now, queue->items.items[oldest].expires); n++)
		item_take_out(queue, oldest);
	queue->n_lost += n;
	return n;
}

const struct mail *queue_begin(struct mail_queue *queue, struct mono now)
{
	if (queue->is_sending || !queue->items.n || !mono_reached(now, queue->next))
		return NULL;
	queue->is_sending = true;
	return &queue->items.items[0].mail;
}

void queue_end(struct mail_queue *queue, enum queue_outcome outcome, struct mono now)
{
	queue->is_sending = false;
	if (outcome == QUEUE_LATER) {
		queue->pause_ms = queue->pause_ms ? queue->pause_ms * 2 : QUEUE_PAUSE_MS;
		if (queue->pause_ms > QUEUE_PAUSE_MAX_MS)
			queue->pause_ms = QUEUE_PAUSE_MAX_MS;
		queue->next = mono_add_ms(now, queue->pause_ms);
		return;
	}
	queue->n_sent += outcome == QUEUE_SENT;
	queue->n_lost += outcome == QUEUE_REFUSED;
	item_take_out(queue, 0);
	queue_retry(queue);
}

void queue_retry(struct mail_queue *queue)
{
	queue->pause_ms = 0;
	queue->next = (struct mono){0};
}

struct mono queue_next(const struct mail_queue *queue)
{
	const struct mono expires = queue->items.n ? queue->items.items[0].expires : MONO_NEVER;

	if (!queue->items.n || queue->is_sending)
		return MONO_NEVER;
	return mono_before(queue->next, expires) ? queue->next : expires;
}

void queue_free(struct mail_queue *queue)
{
	while (queue->items.n)
		item_take_out(queue, queue->items.n - 1);
	vec_free(&queue->items);
}
