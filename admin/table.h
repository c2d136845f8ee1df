/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules as a table: what -R --replace makes the kernel's equal to. Pure. */
#ifndef LVSD_ADMIN_TABLE_H
#define LVSD_ADMIN_TABLE_H

#include "admin/command.h"

/* A command with the line that it stands on. */
struct rule_line {
	struct command command;
	size_t number;
};

/*
 * Fills *ret_state (empty before), sorted, from lines that add services and real servers, in any
 * order. 0; or -EINVAL with the sentence for a line that does anything else, comes twice or has a
 * real server of a service that is not there, *ret_state being empty then. O(n log n).
 */
int table_build(const struct rule_line *lines, size_t n, struct ipvs_state *ret_state,
		struct err *err);

/*
 * What rules as -S writes them leave unsaid stays as it is in have: thresholds, and the netmask and
 * timeout of services without persistence. A line that names it has its way. O(n log n).
 */
void table_keep_unsaid(const struct rule_line *lines, size_t n, const struct ipvs_state *have,
		       struct ipvs_state *want);

#endif
