/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to admin/command.c: what is judged when all words of a command line are read. Options that
 * exclude or need each other are found, and what was not named gets its default. Pure.
 */
#ifndef LVSD_ADMIN_COMPLETE_H
#define LVSD_ADMIN_COMPLETE_H

#include "admin/command.h"

/*
 * sched_flags is the value of -b, or NULL; it is judged here since -s may follow it. COMMAND_OK, or
 * COMMAND_WRONG with the sentence. Example: "-A -t 10.0.0.1:80" has the scheduler wlc afterwards.
 */
enum command_error complete_command(struct command *command, const char *sched_flags,
				    struct err *err);

#endif
