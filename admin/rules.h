/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to admin/command*.c: which option goes with which command and with which kind of
 * tunnel, and the names by which complaints call them. Pure.
 */
#ifndef LVSD_ADMIN_RULES_H
#define LVSD_ADMIN_RULES_H

#include "admin/command.h"

/* "numeric", "service-address"... */
const char *rules_option_name(enum command_option option);

/* COMMAND_OK, or COMMAND_WRONG with the sentence: an option lacks, is illegal, or excludes another.
 */
enum command_error rules_check_command(enum command_kind kind, uint64_t options, struct err *err);
enum command_error rules_check_tunnel(uint8_t tun_type, uint64_t options, struct err *err);

/* Whether an option is among them that describes a tunnel. */
bool rules_has_tunnel(uint64_t options);

/* IP_VS_CONN_F_TUNNEL_TYPE_* of "ipip", "gue", "gre"; -1. And the reverse; NULL when unknown. */
int rules_tunnel_type(const char *name);
const char *rules_tunnel_name(uint8_t tun_type);

#endif
