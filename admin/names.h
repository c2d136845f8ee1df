/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up names of hosts and ports with the machine's resolver (nsswitch.conf). */
#ifndef LVSD_ADMIN_NAMES_H
#define LVSD_ADMIN_NAMES_H

#include "admin/command.h"
#include "admin/format.h"

/* The functions for command_parse(). */
extern const struct command_names names_system;

/*
 * Writes "address:port", for IPv6 "[address]:port". Unless is_numeric, names replace the numbers if
 * they exist (port names are those of protocol). The text is cut if it is too long. Returns text.
 */
const char *names_endpoint(const struct endpoint *ep, uint16_t protocol, bool is_numeric,
			   char text[static FORMAT_ENDPOINT_MAX]);

#endif
