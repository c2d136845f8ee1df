/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which sequence numbers of a session have arrived: a number is taken once, and never when it is so far behind the
 * highest one that nobody remembers. A sender keeps as many frames to send them again (RELAY_WINDOW). Pure.
 */
#ifndef LVSD_SYNC_RELAY_WINDOW_H
#define LVSD_SYNC_RELAY_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define RELAY_WINDOW	  8192
/* One word more than the window: the word of the highest number is only filled in part. */
#define RELAY_WINDOW_WORDS (RELAY_WINDOW / 64 + 1)

/* Zeroed: nothing has arrived. */
struct relay_window {
	uint64_t highest; /* 0: none */
	uint64_t words[RELAY_WINDOW_WORDS];
};

/* Whether seq has not arrived yet and may still be taken. Never for 0. */
bool relay_window_is_new(const struct relay_window *window, uint64_t seq);
/* Notes a number that is new. Call it only for a frame whose tag is right. */
void relay_window_note(struct relay_window *window, uint64_t seq);

#endif
