/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to nf_tables (linux/netfilter/nf_tables.h) about the table of host/filter.h. Numbers in
 * attributes are in network order. Pure. */
#ifndef LVSD_HOST_NFT_WRITE_H
#define LVSD_HOST_NFT_WRITE_H

#include "host/filter.h"
#include "host/nft_message.h"

/* What is asked for, in the order in which host_filter_note_*() expects the answers. */
enum host_nft_query {
	HOST_NFT_GET_TABLE, /* one answer, and an acknowledgement; or -ENOENT */
	HOST_NFT_GET_CHAIN,
	HOST_NFT_LIST_SETS, /* any number of answers, and NLMSG_DONE */
	HOST_NFT_LIST_RULES,
	HOST_NFT_LIST_ELEMENTS, /* of one set */
};

/* Appends the request. chain is used by GET_CHAIN, set by LIST_ELEMENTS. */
void host_nft_write_query(enum host_nft_query query, const char *table, const char *chain,
			  enum host_filter_set set, uint32_t seq, struct host_nft_bytes *out);

/*
 * Appends the batch that carries out a plan whose step is not NOTHING. The kernel does all of it or
 * nothing. global: its priority and counters. Returns the sequence number of the message that asks
 * for an acknowledgement. Messages are numbered from 1.
 */
uint32_t host_nft_write_plan(const char *table, const struct host_filter_plan *plan,
			     const struct conf_global *global, struct host_nft_bytes *out);

#endif
