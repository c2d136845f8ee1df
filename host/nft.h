/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and changes the table of host/filter.h in the kernel: requests to nf_tables, which are
 * answered while they are sent. It decides nothing.
 */
#ifndef LVSD_HOST_NFT_H
#define LVSD_HOST_NFT_H

#include "base/err.h"
#include "host/filter.h"
#include "host/nft_message.h"

/* Reads the present filter, the table of that name, into ret_have, sorted; ret_have is empty before,
 * and after an error. Returns 0, -EPERM: no CAP_NET_ADMIN, -EOPNOTSUPP: this kernel has no nf_tables, -EAGAIN:
 * others change rules all the time, or another -errno; with a sentence. */
int host_nft_read(const char *table, struct host_filter *ret_have, struct err *err);

/* Carries out a plan whose step is not NOTHING, in one step. Returns 0, or -errno with a sentence;
 * then nothing has changed. */
int host_nft_apply(const char *table, const struct host_filter_plan *plan,
		   const struct conf_global *global, struct err *err);

/* As host_nft_read(), of a table with one chain of this name and without sets (host/owner.h). */
int host_nft_read_chain(const char *table, const char *chain, struct host_filter *ret_have, struct err *err);
/* Sends a batch about the table. seq: as nft_batch_close() returned it. Returns as host_nft_apply(). */
int host_nft_carry_out(const char *table, const struct host_nft_bytes *bytes, uint32_t seq, struct err *err);

/* Opens a non-blocking socket that is readable when somebody has changed the rules of nf_tables.
 * Returns it for close(), or -errno. */
int host_nft_watch_open(void);
/* Reads what waits on the socket. */
void host_nft_watch_drain(int fd);

#endif
