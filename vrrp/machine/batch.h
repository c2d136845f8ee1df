/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many requests to the kernel's rtnetlink at once. Edge. The kernel answers a request before send()
 * returns, so nothing here waits for another process. */
#ifndef LVSD_VRRP_MACHINE_BATCH_H
#define LVSD_VRRP_MACHINE_BATCH_H

#include "vrrp/machine/item.h"

#include <stddef.h>

struct nl_msg;
struct nl_sock;

/* Writes the body of the request for item i. */
typedef void vrrp_batch_put_fn(struct nl_msg *message, size_t i, const void *arg);

/*
 * Sends n requests of one type (RTM_*) and with the same flags (NLM_F_REQUEST and NLM_F_ACK are
 * added). ret_results gets an answer for each: 0 or -errno. ret_why gets the kernel's words about the
 * last request that it refused, such as "Nexthop has invalid gateway"; "": it has said nothing, or the
 * socket has not the option NETLINK_EXT_ACK. NULL: they are not wanted. The socket is for requests alone.
 */
void vrrp_batch_send(struct nl_sock *sock, int type, int flags, size_t n, vrrp_batch_put_fn *put,
		     const void *arg, int *ret_results, char *ret_why);

#endif
