/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/run.h"

int run_command(struct run *run, const struct command *command)
{
	int status;

	if (command->kind != COMMAND_RESTORE)
		return run_single(run, command);
	status = run_open(run);
	if (status)
		return status;
	return command_has(command, OPTION_REPLACE) ? run_replace(run) : run_restore(run, false);
}
