/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads the kernel modules of the legacy iptables tables. The kernel does not load them by itself
 * for a process without CAP_SYS_MODULE. This runs, beside the loop, the program that the kernel
 * would call (/proc/sys/kernel/modprobe), with a fixed command line. Only the supervisor does this,
 * since it has that capability.
 */
#ifndef LVSD_HOST_MODULES_H
#define LVSD_HOST_MODULES_H

#include "base/loop.h"

#include <sys/types.h>

struct host_modules;

/* Never NULL. host_modules_free() ends a program that is running. */
struct host_modules *host_modules_new(struct loop *loop);
void host_modules_free(struct host_modules *modules);

/* Begins to load the modules, unless that is under way. A failure is logged. */
void host_modules_load(struct host_modules *modules);

/* The pid of the program that is running and not yet reaped; 0: none. */
pid_t host_modules_pid(const struct host_modules *modules);

#endif
