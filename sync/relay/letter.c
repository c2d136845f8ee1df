/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/letter.h"
#include "base/mem.h"
#include "base/pack.h"
#include "sync/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_SIZE (SYNC_GROUP_SIZE + 1)
#define PART_MAX  (CHAN_BODY_MAX - HEAD_SIZE)

enum {
	IS_FIRST = 1,
	IS_LAST = 2,
};

size_t letter_next(const struct endpoint *peer, const void *message, size_t len, size_t *at,
		   uint8_t body[static CHAN_BODY_MAX])
{
	size_t n = len - *at > PART_MAX ? PART_MAX : len - *at;

	sync_group_encode(peer, body);
	body[SYNC_GROUP_SIZE] = (uint8_t)((*at ? 0 : IS_FIRST) | (*at + n == len ? IS_LAST : 0));
	memcpy(body + HEAD_SIZE, (const uint8_t *)message + *at, n);
	*at += n;
	return HEAD_SIZE + n;
}

int letter_take(struct letter *letter, const void *body, size_t len, size_t max)
{
	const uint8_t *bytes = body;
	struct endpoint peer;
	uint8_t flags;
	bool was_open = letter->is_open;
	size_t n;

	letter->is_open = false;
	if (len <= HEAD_SIZE || sync_group_decode(body, SYNC_GROUP_SIZE, &peer) < 0)
		return -EBADMSG;
	flags = bytes[SYNC_GROUP_SIZE];
	if (flags & ~(IS_FIRST | IS_LAST))
		return -EBADMSG;
	if (flags & IS_FIRST) {
		letter->peer = peer;
		letter->len = 0;
	} else if (!was_open || endpoint_cmp(&peer, &letter->peer)) {
		return -EBADMSG;
	}
	n = len - HEAD_SIZE;
	if (n > max - letter->len)
		return -EMSGSIZE;
	if (letter->len + n > letter->size) {
		letter->size = 2 * (letter->len + n);
		letter->bytes = mem_realloc(letter->bytes, letter->size, 1);
	}
	memcpy(letter->bytes + letter->len, bytes + HEAD_SIZE, n);
	letter->len += n;
	letter->is_open = !(flags & IS_LAST);
	return !letter->is_open;
}

void letter_fini(struct letter *letter)
{
	free(letter->bytes);
	*letter = (struct letter){0};
}
