/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked of a reload, and what the asker hears of it. */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_RELOAD_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_RELOAD_H

#include "conf/conf.h"

#include <jansson.h>
#include <stdbool.h>

/* Zeroed: what SIGHUP asks, which can agree to nothing. */
struct reload_order {
	unsigned confirm_s;  /* the configuration of before returns after that time; 0: it does not */
	bool is_empty_meant; /* lvsctl reload --yes: a file without any object may come into force */
	bool is_accepting;   /* --accept-ignored: dangerous keywords do not refuse the file */
};

/* Zeroed before it is filled; reload_answer_fini() frees the texts. */
struct reload_answer {
	char *text;     /* the changes, a line each, or everything that is wrong */
	char *warnings; /* as lvsd -t prints them; NULL or "" without any */
	json_t *maintenance_ended; /* daemon/director/table/maintenance.h; NULL when nothing came into force */
};

void reload_answer_fini(struct reload_answer *answer);

#endif
