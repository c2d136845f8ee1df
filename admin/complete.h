/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to admin/command.c: the checks that need all words of a command line. It finds options
 * that exclude or need each other, and fills in the defaults. Pure. */
#ifndef LVSD_ADMIN_COMPLETE_H
#define LVSD_ADMIN_COMPLETE_H

#include "admin/command.h"

/*
 * sched_flags is the value of -b, or NULL. It is checked here, because -s may come after -b.
 * Returns COMMAND_OK, or COMMAND_WRONG with the sentence. Example: the command of
 * "-A -t 10.0.0.1:80" has the scheduler wlc afterwards.
 */
enum command_error complete_command(struct command *command, const char *sched_flags,
				    struct err *err);

#endif
