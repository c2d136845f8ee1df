/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of hosts and ports, by the machine's resolver (nsswitch.conf). */
#ifndef LVSD_ADMIN_NAMES_H
#define LVSD_ADMIN_NAMES_H

#include "admin/command.h"
#include "admin/format.h"

/* For command_parse(). */
extern const struct command_names names_system;

/*
 * "address:port", with "[...]" for IPv6; unless is_numeric with the names of both where there are
 * any (of ports those of protocol). Cut where text ends. Returns text.
 */
const char *names_endpoint(const struct endpoint *ep, uint16_t protocol, bool is_numeric,
			   char text[static FORMAT_ENDPOINT_MAX]);

#endif
