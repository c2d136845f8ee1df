/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/startup.h"
#include "daemon/shared/options.h"

#include <sys/wait.h>

bool startup_has_failed(int wait_status, unsigned n_deaths)
{
	bool is_its_word = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == EXIT_STATUS_MACHINE;

	return is_its_word || n_deaths >= STARTUP_DEATHS_MAX;
}
