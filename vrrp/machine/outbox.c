/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/outbox.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 256
#define BYTES_MAX (32 * 1024)
_Static_assert(BYTES_MAX >= VRRP_PKT_MAX, "each message fits into an empty outbox");

struct item {
	struct vrrp_raw *raw;
	struct vrrp_raw_message message;
	struct vrrp_sent sent;
};

struct vrrp_outbox {
	vrrp_sent_fn *fn;
	void *arg;
	size_t n, n_bytes;
	struct item items[ITEMS_MAX];
	uint8_t bytes[BYTES_MAX];
};

struct vrrp_outbox *vrrp_outbox_new(vrrp_sent_fn *fn, void *arg)
{
	struct vrrp_outbox *outbox = mem_calloc(1, sizeof(*outbox));

	outbox->fn = fn;
	outbox->arg = arg;
	return outbox;
}

void vrrp_outbox_free(struct vrrp_outbox *outbox)
{
	free(outbox);
}

void vrrp_outbox_put(struct vrrp_outbox *outbox, struct vrrp_raw *raw, const struct vrrp_sent *sent,
		     const struct vrrp_raw_message *message)
{
	struct item *item;

	if (outbox->n == ITEMS_MAX || BYTES_MAX - outbox->n_bytes < message->len)
		vrrp_outbox_flush(outbox);
	item = &outbox->items[outbox->n++];
	*item = (struct item){raw, *message, *sent};
	item->message.body = memcpy(outbox->bytes + outbox->n_bytes, message->body, message->len);
	outbox->n_bytes += message->len;
}

/* Takes up to VRRP_RAW_BATCH messages of the socket raw out of the items from first on. Returns how
 * many. */
static size_t gather(struct vrrp_outbox *outbox, size_t first, struct vrrp_raw *raw,
		     struct vrrp_raw_message **ret_messages)
{
	size_t n = 0;

	for (size_t i = first; i < outbox->n && n < VRRP_RAW_BATCH; i++)
		if (outbox->items[i].raw == raw) {
			outbox->items[i].raw = NULL;
			ret_messages[n++] = &outbox->items[i].message;
		}
	return n;
}

void vrrp_outbox_flush(struct vrrp_outbox *outbox)
{
	struct vrrp_raw_message *messages[VRRP_RAW_BATCH];

	for (size_t i = 0; i < outbox->n; i++) {
		struct vrrp_raw *raw = outbox->items[i].raw;

		if (raw)
			vrrp_raw_send(raw, messages, gather(outbox, i, raw, messages));
	}
	for (size_t i = 0; i < outbox->n; i++) {
		struct item *item = &outbox->items[i];

		item->sent.code = item->message.code;
		outbox->fn(&item->sent, outbox->arg);
	}
	outbox->n = outbox->n_bytes = 0;
}
