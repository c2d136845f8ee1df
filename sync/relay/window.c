/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/window.h"

#include <assert.h>
#include <string.h>

static uint64_t number_bit(uint64_t seq)
{
	return 1ull << seq % 64;
}

bool relay_window_is_new(const struct relay_window *window, uint64_t seq)
{
	if (seq == 0)
		return false;
	if (seq > window->highest)
		return true;
	if (window->highest - seq >= RELAY_WINDOW)
		return false;
	return !(window->words[seq / 64 % RELAY_WINDOW_WORDS] & number_bit(seq));
}

void relay_window_note(struct relay_window *window, uint64_t seq)
{
	uint64_t last = window->highest / 64, word = seq / 64;

	assert(relay_window_is_new(window, seq));
	if (seq > window->highest) {
		if (word - last >= RELAY_WINDOW_WORDS)
			memset(window->words, 0, sizeof(window->words));
		else
			while (last < word)
				window->words[++last % RELAY_WINDOW_WORDS] = 0;
		window->highest = seq;
	}
	window->words[word % RELAY_WINDOW_WORDS] |= number_bit(seq);
}
