/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A message for the director of a peer, or from it, on its way between the own director and the sync process: the
 * bodies of SYNC_FRAME_MESSAGE. A long message takes several frames. A body has the peer's address and port
 * (SYNC_GROUP_SIZE bytes), a flag u8 (1: the message begins here, 2: it ends here), and bytes of the message. Pure.
 *
 * The peer has its address here and not its index: a configuration may move it to another index meanwhile.
 */
#ifndef LVSD_SYNC_RELAY_LETTER_H
#define LVSD_SYNC_RELAY_LETTER_H

#include "base/addr.h"
#include "base/chan.h"

/* All zero: nothing has come. letter_fini() frees it. */
struct letter {
	struct endpoint peer;
	uint8_t *bytes;
	size_t len, size;
	bool is_open; /* its end has not come */
};

/* Writes the body of the next frame of a message, from *at on, which begins with 0 and ends with len. Returns the
 * length of the body. len is not 0. */
size_t letter_next(const struct endpoint *peer, const void *message, size_t len, size_t *at,
		   uint8_t body[static CHAN_BODY_MAX]);

/*
 * Takes a body. Returns 1: a message of up to max bytes is whole in letter->bytes until the next call; 0: more of it
 * must come; -EBADMSG: the body is malformed, or belongs to a message whose beginning never came; -EMSGSIZE: the
 * message is too long. After an error the rest of that message is not taken.
 */
int letter_take(struct letter *letter, const void *body, size_t len, size_t max);
void letter_fini(struct letter *letter);

#endif
