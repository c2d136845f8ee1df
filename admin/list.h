/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out -L in all its forms, and -S: reads the kernel's table and prints it. */
#ifndef LVSD_ADMIN_LIST_H
#define LVSD_ADMIN_LIST_H

#include "admin/command.h"

#include <stdio.h>

/* Returns the exit status. Errors are reported on standard error. */
int list_run(struct ipvs_admin *admin, const struct command *command, FILE *out);

#endif
