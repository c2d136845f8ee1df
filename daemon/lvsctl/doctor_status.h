/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl doctor: asks the running lvsd for its status. */
#ifndef LVSD_DAEMON_LVSCTL_DOCTOR_STATUS_H
#define LVSD_DAEMON_LVSCTL_DOCTOR_STATUS_H

#include "doctor/facts.h"

/* Fills facts->sync, orders, late and refusals. They stay unknown or empty if no lvsd answers on the control socket of
 * run_dir within 3 s, or if the answer does not have them. */
void doctor_status_ask(const char *run_dir, struct doctor_facts *facts);

/* How the running lvsd reads files. Returns its option -i, for free(), or NULL; *ret_is_lenient is its
 * option --lenient. NULL and false if no lvsd answers. */
char *doctor_status_options(const char *run_dir, bool *ret_is_lenient);

#endif
