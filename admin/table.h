/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a table of rules: the table that -R --replace is to give the kernel. Pure. */
#ifndef LVSD_ADMIN_TABLE_H
#define LVSD_ADMIN_TABLE_H

#include "admin/command.h"

/* A command, and the number of its line. */
struct rule_line {
	struct command command;
	size_t number;
};

/*
 * Fills *ret_state, which is empty before, sorted, from lines that add services and real servers in
 * any order. Returns 0; or -EINVAL with the sentence if a line does anything else, occurs twice, or
 * adds a real server to a service that no line adds. Then *ret_state is empty. O(n log n).
 */
int table_build(const struct rule_line *lines, size_t n, struct ipvs_state *ret_state,
		struct err *err);

/*
 * Copies from have the settings that rules of -S do not contain: thresholds, and the netmask and
 * timeout of services without persistence. If a line has such a setting, the setting of the line
 * stays. O(n log n).
 */
void table_keep_unprinted(const struct rule_line *lines, size_t n, const struct ipvs_state *have,
			  struct ipvs_state *want);

#endif
