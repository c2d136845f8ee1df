/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sysctl net.ipv4.conf.INTERFACE.accept_local, without which the kernel drops IPv4 packets from an address
 * of its own: so it does with the answers to probes through a virtual address that this director has. lvsd
 * sets it to 1 where such probes come in, and puts the former value back. That value is written to the
 * run dir before the change, so that a crash loses nothing. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_ACCEPT_LOCAL_H
#define LVSD_DAEMON_DIRECTOR_CHECK_ACCEPT_LOCAL_H

#include "base/err.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "host/sysctl.h"

#include <stdbool.h>

/* An interface where lvsd has set the sysctl to 1. */
struct accept_local {
	char interface[CONF_IFNAME_MAX];
	char former[HOST_SYSCTL_MAX];
	bool is_needed; /* used by the caller, between accept_locals_unneed() and accept_locals_sweep() */
};

struct accept_locals {
	const char *run_dir;
	VEC(struct accept_local) items;
};

/* Reads what a predecessor has set and not put back. */
void accept_locals_open(struct accept_locals *locals, const char *run_dir);
void accept_locals_close(struct accept_locals *locals);
/* Writes the file of the run dir, or removes it if there is nothing to put back. */
void accept_locals_store(const struct accept_locals *locals);

/*
 * Sees to it that the sysctl of the interface is 1. Returns 0, or -errno with a sentence. *ret_was_lost:
 * lvsd had set it, and somebody else has changed it since.
 */
int accept_local_take(struct accept_locals *locals, const char *interface, bool *ret_was_lost,
		      struct err *err);

/* What the sysctl of the interface is now. Returns 0 or -errno. */
int accept_local_read(const char *interface, char ret_value[static HOST_SYSCTL_MAX]);

/* Put back what is not taken between these two calls. */
void accept_locals_unneed(struct accept_locals *locals);
void accept_locals_sweep(struct accept_locals *locals);

#endif
