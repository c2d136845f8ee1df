/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports that something about the interfaces of the machine has changed (rtnetlink). What it is, the caller reads
 * then. */
#ifndef LVSD_BASE_SOCKET_CHANGE_WATCH_H
#define LVSD_BASE_SOCKET_CHANGE_WATCH_H

#include "base/loop.h"

#include <stdint.h>

struct change_watch;

/*
 * Runs fn when something of these groups (RTMGRP_* of linux/rtnetlink.h) has changed. Changes within together_ms cause
 * one call. Returns 0 or -errno.
 */
int change_watch_new(struct loop *loop, uint32_t groups, int64_t together_ms, loop_fn *fn, void *arg,
		     struct change_watch **ret_watch);
void change_watch_free(struct change_watch *watch);

#endif
