/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status object as text for a person. Pure but for the stream. */
#ifndef LVSD_DAEMON_LVSCTL_STATUS_TEXT_H
#define LVSD_DAEMON_LVSCTL_STATUS_TEXT_H

#include <jansson.h>
#include <stdio.h>

void status_text_print(json_t *status, FILE *out);

/* Of its config: that it was rolled back, or waits for its confirmation; else nothing. */
void status_text_print_in_force(json_t *config, FILE *out);

/* The list of real servers that drain or are kept out; nothing when it is empty. */
void status_text_print_draining(json_t *list, FILE *out);

#endif
