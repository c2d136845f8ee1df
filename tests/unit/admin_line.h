/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines as text, parsed as if their words had been typed. Names are the test's own: hosts
 * web (10.0.0.7) and localhost, ports http of TCP and domain of UDP.
 */
#ifndef LVSD_TESTS_UNIT_ADMIN_LINE_H
#define LVSD_TESTS_UNIT_ADMIN_LINE_H

#include "admin/command.h"

/* As command_parse(). */
enum command_error line_parse(const char *line, bool is_plain, struct command *ret_command,
			      struct err *err);
/* The command of a line that is right, or the test fails. */
struct command line_right(const char *line);

/* The names, as struct command_names has them. */
int line_host(const char *name, struct addr *ret_addr);
int line_port(const char *name, uint16_t protocol);

#endif
