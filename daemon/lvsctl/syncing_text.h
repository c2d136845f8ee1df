/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints "sync" of the status in words, for lvsctl. */
#ifndef LVSD_DAEMON_LVSCTL_SYNCING_TEXT_H
#define LVSD_DAEMON_LVSCTL_SYNCING_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* Prints nothing without connection sync, or if sync is NULL, as from an older lvsd. Example:
 * "connection sync on eth1: heartbeats of 10.8.0.12 are heard (3 s ago)". */
void syncing_text_print(json_t *sync, FILE *out);

#endif
