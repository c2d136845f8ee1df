/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The supervisor: starts the other processes, starts each again that dies, passes SIGHUP on to the
 * director, and ends all on SIGTERM or SIGINT. It keeps both ends of each channel and the listening
 * control socket, so that a new process gets the same ones as the process that died. It parses
 * nothing that comes from outside.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_SUPERVISE_H
#define LVSD_DAEMON_SUPERVISOR_SUPERVISE_H

#include "daemon/shared/options.h"

/* Runs until lvsd stops; returns the exit status of lvsd. A start that fails is explained on stderr. */
int supervise(const struct options *options);

#endif
