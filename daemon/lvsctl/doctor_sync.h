/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl doctor: asks the running lvsd for "sync" of its status. */
#ifndef LVSD_DAEMON_LVSCTL_DOCTOR_SYNC_H
#define LVSD_DAEMON_LVSCTL_DOCTOR_SYNC_H

#include "doctor/facts.h"

/*
 * Fills facts->sync, which stays unknown when no lvsd answers on the control socket of run_dir
 * within 3 s, or when it is one without "sync".
 */
void doctor_sync_ask(const char *run_dir, struct doctor_facts *facts);

#endif
