/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has the kernel's modules loaded that it does not load by itself for a process without
 * CAP_SYS_MODULE: those under the older tables of iptables. By the program that the kernel itself
 * would call (/proc/sys/kernel/modprobe), with fixed words, beside the loop; for the supervisor.
 */
#ifndef LVSD_HOST_MODULES_H
#define LVSD_HOST_MODULES_H

#include "base/loop.h"

#include <sys/types.h>

struct host_modules;

struct host_modules *host_modules_new(struct loop *loop);
void host_modules_free(struct host_modules *modules);

/* Begins, unless it is under way; what fails is logged. */
void host_modules_load(struct host_modules *modules);

/* The program that runs and that nobody has waited for; 0: none. */
pid_t host_modules_pid(const struct host_modules *modules);

#endif
