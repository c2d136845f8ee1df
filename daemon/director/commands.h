/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of the control socket (doc/control.md). */
#ifndef LVSD_DAEMON_DIRECTOR_COMMANDS_H
#define LVSD_DAEMON_DIRECTOR_COMMANDS_H

#include "daemon/control/control.h"

/* For control_new(), whose arg must be the struct director. */
extern const struct control_command commands[];

#endif
