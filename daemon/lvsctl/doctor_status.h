/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl doctor: asks the running lvsd for its status. */
#ifndef LVSD_DAEMON_LVSCTL_DOCTOR_STATUS_H
#define LVSD_DAEMON_LVSCTL_DOCTOR_STATUS_H

#include "doctor/facts.h"

/* Fills facts->sync, orders, faults, mismatches, late, trackers and refusals. They stay unknown or empty if no
 * lvsd answers on the control socket of run_dir within 3 s, or if the answer does not have them. */
void doctor_status_ask(const char *run_dir, struct doctor_facts *facts);

/* How the running lvsd reads its file. All zero if no lvsd answers. */
struct doctor_reading {
	char *file, *config_id; /* for free(); config_id: NULL without the option -i */
	bool is_lenient;
};

void doctor_status_reading(const char *run_dir, struct doctor_reading *ret_reading);

#endif
