/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -L in all its forms, and -S: reads the kernel and writes to a stream. */
#ifndef LVSD_ADMIN_LIST_H
#define LVSD_ADMIN_LIST_H

#include "admin/command.h"

#include <stdio.h>

/* The exit status; what went wrong is said on standard error. */
int list_run(struct ipvs_admin *admin, const struct command *command, FILE *out);

#endif
