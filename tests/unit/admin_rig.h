/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvsadm as a person sees it: one command line at a time, with what it prints and its status, over
 * the IPVS table of fake_ipvs and with the names of admin_line.h in the place of admin/names.c.
 */
#ifndef LVSD_TESTS_UNIT_ADMIN_RIG_H
#define LVSD_TESTS_UNIT_ADMIN_RIG_H

#include "tests/unit/said.h"

#include "admin/command.h"

/* Runs one command line; input is what can be read from standard input. */
const struct said *rig_run(const char *line, bool is_plain, const char *input);
/* lvsadm-restore: the table is cleared first. */
const struct said *rig_restore(const char *input);

/*
 * 0, or what the kernel answers to an operation that it refuses though it is well formed: an
 * unknown scheduler or engine, thresholds in the wrong order, an address that is no host's. For
 * fake_ipvs.refuse.
 */
int rig_refuse(const struct ipvs_op *op);

#endif
