/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The supervisor: starts the other processes, starts again any that dies, passes SIGHUP on to the
 * director, and ends everything on SIGTERM or SIGINT. It keeps both ends of each channel and the
 * listening control socket, so that a process finds its place again whatever happened to its
 * predecessor. It parses nothing that comes from outside.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_SUPERVISE_H
#define LVSD_DAEMON_SUPERVISOR_SUPERVISE_H

#include "daemon/shared/options.h"

/* Runs until stopped; returns the exit status of lvsd. What goes wrong before that is said on
 * stderr. */
int supervise(const struct options *options);

#endif
