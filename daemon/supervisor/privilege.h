/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each process may do (libcap-ng, prctl). The table is in doc/architecture.md. */
#ifndef LVSD_DAEMON_SUPERVISOR_PRIVILEGE_H
#define LVSD_DAEMON_SUPERVISOR_PRIVILEGE_H

#include "base/err.h"
#include "daemon/shared/rights.h"

/*
 * Whether this process has what lvsd needs at all; a sentence that says what is missing if not. In
 * *ret_permitted the capabilities that lvsd was started with, a mask of 1 << CAP_X. A limit that
 * allows real-time priority (LimitRTPRIO=) counts as CAP_SYS_NICE.
 */
int privilege_check(uint64_t *ret_permitted, struct err *err);

/*
 * Gives up all that role does not need, and logs what role lacks of permitted and what that costs.
 * Fails closed: on an error the process must exit.
 */
int privilege_drop(enum privilege_role role, uint64_t permitted, struct err *err);

#endif
