/* SPDX-License-Identifier: GPL-2.0-or-later */
/* roles.json: what the director writes of the instances for the director that replaces it. */
#ifndef LVSD_DAEMON_DIRECTOR_ROLES_FILE_H
#define LVSD_DAEMON_DIRECTOR_ROLES_FILE_H

#include "daemon/director/roles.h"

/* The text of the file, for free(). */
char *roles_text(const struct roles *roles, size_t *ret_len);
/* Reads the file into reports, orders and relieved, which are empty before. */
void roles_load(struct roles *roles);

#endif
