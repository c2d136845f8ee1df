/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the kernel's answers about the table of host/filter.h. Pure. */
#ifndef LVSD_HOST_NFT_READ_H
#define LVSD_HOST_NFT_READ_H

#include "host/filter.h"

#include <linux/netlink.h>

/*
 * Takes one message of nf_tables, of which the bytes after its header are given: what it says is
 * added to the layout or to the elements. Messages about other chains, and bytes that are no valid
 * attribute, are ignored. Example: a NEWSETELEM of the set addresses4 adds its addresses.
 */
void host_nft_take(struct host_filter *have, uint16_t type, const void *body, size_t len);
/* The same of a table whose chain has another name. */
void host_nft_take_chain(struct host_filter *have, const char *chain, uint16_t type, const void *body,
			 size_t len);

#endif
