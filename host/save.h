/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what iptables-save and libipset print: lines about lvsd's own chain and sets become part of
 * a state, all others are passed over. The texts come from programs that anybody may have given
 * rules to, so nothing about them is taken for granted. Pure.
 */
#ifndef LVSD_HOST_SAVE_H
#define LVSD_HOST_SAVE_H

#include "host/state.h"

#include <stddef.h>

/* Lines as they come in pieces; one that is longer than this is passed over. */
#define HOST_LINE_MAX 65536

/* line has no newline and may be changed while it is read. */
typedef void host_line_fn(char *line, void *arg);

struct host_lines {
	VEC(char) line;
	bool is_too_long; /* the rest of the line is passed over */
};

void host_lines_feed(struct host_lines *lines, const char *bytes, size_t len, host_line_fn *fn,
		     void *arg);
/* Gives the last line when it has no newline, and frees. */
void host_lines_end(struct host_lines *lines, host_line_fn *fn, void *arg);

/* One line of `iptables-save -t TABLE` for a part; ret_is_nft becomes true when the line says that
 * the program speaks nftables. */
void host_save_line(struct host_chain *chain, enum host_part part, const char *line,
		    bool *ret_is_nft);
/* All lines have come: whether the chain is jumped to as it should be. */
void host_save_end(struct host_chain *chain, enum host_part part);

/* The length of the word that begins at text; one in quotes goes to the quote that ends it. */
size_t host_save_word_len(const char *text);

/* Whether "-j CHAIN" or "-g CHAIN" are words of a rule. */
bool host_save_jumps_to(const char *rule, const char *chain);

/* One line of `ipset save`; a set that is not lvsd's is passed over. The members of a set follow
 * its own line. */
void host_ipset_line(struct host_state *state, const char *line);

#endif
