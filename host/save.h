/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the output of iptables-save and libipset. Lines about lvsd's own chain and sets go into a
 * state; all other lines are ignored. Anybody may have made rules, so a line can have any content.
 * Pure.
 */
#ifndef LVSD_HOST_SAVE_H
#define LVSD_HOST_SAVE_H

#include "host/state.h"

#include <stddef.h>

/* The longest line that is read, in bytes; a longer one is ignored. */
#define HOST_LINE_MAX 65536

/* Gets a line without its newline, and may change it. */
typedef void host_line_fn(char *line, void *arg);

/* The output that does not end a line yet. Begins as {0}. */
struct host_lines {
	VEC(char) line;
	bool is_too_long; /* the rest of the line is ignored */
};

/* Takes the next piece of the output, which may begin and end within a line, and gives fn each line
 * that it completes. */
void host_lines_feed(struct host_lines *lines, const char *bytes, size_t len, host_line_fn *fn,
		     void *arg);
/* Gives fn the last line if it has no newline, and frees the memory. */
void host_lines_end(struct host_lines *lines, host_line_fn *fn, void *arg);

/* Reads one line of `iptables-save -t TABLE` for a part. Sets *ret_is_nft if the line shows that
 * the program works on nftables. */
void host_save_line(struct host_chain *chain, enum host_part part, const char *line,
		    bool *ret_is_nft);
/* To be called after the last line: sets is_jumped of the chain. */
void host_save_end(struct host_chain *chain, enum host_part part);

/* The length of the word that begins at text. A word in quotes ends at its closing quote. Example:
 * `"a b" -j` gives 5. */
size_t host_save_word_len(const char *text);

/* Whether the rule has the words "-j CHAIN" or "-g CHAIN". */
bool host_save_jumps_to(const char *rule, const char *chain);

/* Reads one line of `ipset save`. Sets that are not lvsd's are ignored. The members of a set follow
 * the line of the set. */
void host_ipset_line(struct host_state *state, const char *line);

#endif
