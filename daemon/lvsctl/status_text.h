/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the status object for a person. Pure but for the stream. */
#ifndef LVSD_DAEMON_LVSCTL_STATUS_TEXT_H
#define LVSD_DAEMON_LVSCTL_STATUS_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* Prints the status, the JSON of the director's answer, as text for people. */
void status_text_print(json_t *status, FILE *out);

/* Prints whether the configuration in force was rolled back, or waits for its confirmation;
 * otherwise nothing. config is a member of the status. */
void status_text_print_in_force(json_t *config, FILE *out);

/* Prints the list of real servers that are draining or in maintenance; nothing if it is empty. */
void status_text_print_draining(json_t *list, FILE *out);

#endif
