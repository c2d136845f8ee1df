/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl doctor: asks the running lvsd about connection sync ("sync" of its status). */
#ifndef LVSD_DAEMON_LVSCTL_DOCTOR_SYNC_H
#define LVSD_DAEMON_LVSCTL_DOCTOR_SYNC_H

#include "doctor/facts.h"

/* Fills facts->sync. It stays unknown if no lvsd answers on the control socket of run_dir within 3
 * s, or if the answer has no "sync". */
void doctor_sync_ask(const char *run_dir, struct doctor_facts *facts);

#endif
