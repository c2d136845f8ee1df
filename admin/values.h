/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of options as ipvsadm reads them, quirks included: what scripts write today must mean
 * the same tomorrow. Pure; names are looked up by the caller's functions.
 */
#ifndef LVSD_ADMIN_VALUES_H
#define LVSD_ADMIN_VALUES_H

#include "admin/command.h"

/* A decimal number from min to max, or -1. */
long values_number(const char *text, long min, long max);

/* What values_endpoint() found. */
enum values_found {
	VALUES_NOTHING,
	VALUES_ADDRESS, /* without a port, which then is as it was */
	VALUES_ADDRESS_AND_PORT,
};

/*
 * "host", "host:port", an IPv6 address with or without "[...]:port"; host and port may be names of
 * protocol. Not a mere number. VALUES_NOTHING leaves *endpoint as it was.
 */
enum values_found values_endpoint(const char *text, uint16_t protocol,
				  const struct command_names *names, struct endpoint *endpoint);

/* A dotted mask (or, odd but so, a host's address) in network order. 0 or -EINVAL. */
int values_netmask(const char *text, const struct command_names *names, uint32_t *ret_netmask);

/* A firewall mark, 1 to UINT32_MAX. 0 or -EINVAL. */
int values_mark(const char *text, uint32_t *ret_mark);

/*
 * "flag-1,sh-port": IP_VS_SVC_F_SCHED* bits of scheduler ("" is the default one). COMMAND_OK or
 * COMMAND_WRONG with the sentence.
 */
enum command_error values_sched_flags(const char *text, const char *scheduler, uint32_t *ret_flags,
				      struct err *err);

#endif
