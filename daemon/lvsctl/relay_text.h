/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints "sync" of the status of mode relay in words, for lvsctl. */
#ifndef LVSD_DAEMON_LVSCTL_RELAY_TEXT_H
#define LVSD_DAEMON_LVSCTL_RELAY_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* Example: "relay from 10.0.0.1, port 8850", and a line for each key and peer. */
void relay_text_print(json_t *sync, FILE *out);

#endif
