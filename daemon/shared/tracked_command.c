/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/tracked_command.h"

#include <string.h>

/* Only bash knows /dev/tcp. The path is an argument of bash, so that the shell does not interpret it. */
#define OPENER ": <\"$1\""

void tracked_command_make(struct tracked_command *command, const struct conf_script *script)
{
	const char *const opener[] = {"bash", "-c", OPENER, "bash", script->argv[0] + 1, NULL};

	command->script = *script;
	if (script->argv[0][0] != '<')
		return;
	_Static_assert(sizeof(opener) == sizeof(command->opener), "one room for the words");
	memcpy(command->opener, opener, sizeof(opener));
	command->script.argv = command->opener;
	command->script.argc = sizeof(opener) / sizeof(opener[0]) - 1;
}
