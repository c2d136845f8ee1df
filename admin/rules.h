/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to admin/command*.c: which options each command and each kind of tunnel may have, and the
 * options' names in error sentences. Pure. */
#ifndef LVSD_ADMIN_RULES_H
#define LVSD_ADMIN_RULES_H

#include "admin/command.h"

/* The option's name, such as "numeric" or "service-address". */
const char *rules_option_name(enum command_option option);

/* Returns COMMAND_OK, or COMMAND_WRONG with the sentence: an option is missing, is not allowed, or
 * excludes another. */
enum command_error rules_check_command(enum command_kind kind, uint64_t options, struct err *err);
enum command_error rules_check_tunnel(uint8_t tun_type, uint64_t options, struct err *err);

/* Whether one of the options describes a tunnel. */
bool rules_has_tunnel(uint64_t options);

/* IP_VS_CONN_F_TUNNEL_TYPE_* of "ipip", "gue" or "gre"; -1 for other names. rules_tunnel_name() is
 * the reverse; NULL for an unknown type. */
int rules_tunnel_type(const char *name);
const char *rules_tunnel_name(uint8_t tun_type);

#endif
