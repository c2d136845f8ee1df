/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command that runs for a vrrp_script. The director asks for these words, and the loader vouches
 * for the same ones.
 */
#ifndef LVSD_DAEMON_SHARED_TRACKED_COMMAND_H
#define LVSD_DAEMON_SHARED_TRACKED_COMMAND_H

#include "conf/conf.h"

struct tracked_command {
	struct conf_script script; /* its words are those of the configuration, or opener */
	const char *opener[6];
};

/*
 * The script itself; for `<PATH` a shell that opens PATH, as keepalived has it.
 * Example: "</dev/tcp/10.0.0.1/80" runs bash -c ': <"$1"' bash /dev/tcp/10.0.0.1/80.
 */
void tracked_command_make(struct tracked_command *command, const struct conf_script *script);

#endif
