/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the values of options as ipvsadm does, including its oddities: scripts written for it must
 * go on to work. Pure; the caller's functions look names up. */
#ifndef LVSD_ADMIN_VALUES_H
#define LVSD_ADMIN_VALUES_H

#include "admin/command.h"

/* Reads a decimal number from min to max; -1 if it is not one. */
long values_number(const char *text, long min, long max);

/* What values_endpoint() has found. */
enum values_found {
	VALUES_NOTHING,
	VALUES_ADDRESS, /* an address without a port; the port is untouched */
	VALUES_ADDRESS_AND_PORT,
};

/*
 * Reads "host", "host:port", or an IPv6 address with or without "[...]:port"; host and port may be
 * names (ports of protocol). A number alone is not accepted. With VALUES_NOTHING *endpoint is
 * untouched.
 */
enum values_found values_endpoint(const char *text, uint16_t protocol,
				  const struct command_names *names, struct endpoint *endpoint);

/* Reads a netmask with dots into network order. As in ipvsadm, any host's address is accepted.
 * Returns 0 or -EINVAL. */
int values_netmask(const char *text, const struct command_names *names, uint32_t *ret_netmask);

/* Reads a firewall mark from 1 to UINT32_MAX. Returns 0 or -EINVAL. */
int values_mark(const char *text, uint32_t *ret_mark);

/* Reads flags such as "flag-1,sh-port" into IP_VS_SVC_F_SCHED* bits. scheduler is the service's (""
 * for the default one). Returns COMMAND_OK, or COMMAND_WRONG with the sentence. */
enum command_error values_sched_flags(const char *text, const char *scheduler, uint32_t *ret_flags,
				      struct err *err);

#endif
