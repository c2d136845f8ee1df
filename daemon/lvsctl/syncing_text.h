/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl: "sync" of the status in words. */
#ifndef LVSD_DAEMON_LVSCTL_SYNCING_TEXT_H
#define LVSD_DAEMON_LVSCTL_SYNCING_TEXT_H

#include <jansson.h>
#include <stdio.h>

/*
 * Nothing without connection sync, or when sync is what an older lvsd answers (NULL). Example:
 * "connection sync on eth1: heartbeats of 10.8.0.12 are heard (3 s ago)".
 */
void syncing_text_print(json_t *sync, FILE *out);

#endif
