/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP_CHECK. */
#include "healthcheck/probes/exchange.h"

static struct probe *udp_start(void *shared, const struct conf_check *check,
			       const struct check_tls *tls, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result)
{
	(void)tls;
	return exchange_start(&datagram_udp, shared, check, done, arg, ret_result);
}

const struct probe_kind probe_udp = {
    .open = exchange_open,
    .close = exchange_close,
    .start = udp_start,
    .abandon = exchange_abandon,
};
