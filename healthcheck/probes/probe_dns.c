/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS_CHECK. */
#include "healthcheck/probes/exchange.h"

static struct probe *dns_start(void *shared, const struct conf_check *check,
			       const struct check_tls *tls, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result)
{
	(void)tls;
	return exchange_start(&datagram_dns, shared, check, done, arg, ret_result);
}

const struct probe_kind probe_dns = {
    .open = exchange_open,
    .close = exchange_close,
    .start = dns_start,
    .abandon = exchange_abandon,
};
