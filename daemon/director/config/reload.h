/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request for a reload, and its answer. */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_RELOAD_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_RELOAD_H

#include "conf/conf.h"

#include <jansson.h>
#include <stdbool.h>

/* All zero: the request of SIGHUP, which permits nothing special. */
struct reload_order {
	unsigned confirm_s;  /* after this time without a confirmation the previous configuration
				comes back; 0: it does not */
	bool is_empty_meant; /* lvsctl reload --yes: a file without any object may come into
				force */
	bool is_accepting;   /* --accept-ignored: a file with dangerous keywords is not refused */
};

/* All zero before it is filled. reload_answer_fini() frees the texts. */
struct reload_answer {
	char *text;     /* the changes, one a line, or everything that is wrong */
	char *warnings; /* as lvsd -t prints them; NULL or "" if there are none */
	json_t *maintenance_ended; /* as in daemon/director/table/maintenance.h; NULL if nothing
				      came into force */
};

void reload_answer_fini(struct reload_answer *answer);

#endif
