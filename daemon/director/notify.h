/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications: which script tells the world about a transition. Those of one object run one after
 * the other in the order of events; of one event the state's own script comes first, then `notify`.
 * An event of which nothing has started when a newer one comes is skipped whole, unless
 * notify_all_states is on, so that the last script that runs tells the present state. Until the
 * script process is there they wait here.
 */
#ifndef LVSD_DAEMON_DIRECTOR_NOTIFY_H
#define LVSD_DAEMON_DIRECTOR_NOTIFY_H

#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/director/scripts.h"
#include "healthcheck/health.h"
#include "vrrp/wire.h"

/* Words that a notification adds to its script's own. */
#define NOTIFY_WORDS_MAX 4
/* Notifications that wait for the script process to be there. */
#define NOTIFY_WAITING_MAX 10000

struct notify_waiting {
	struct conf_script script;
	char *words[NOTIFY_WORDS_MAX];
	size_t n_words;
	uint64_t object;
	uint64_t event;
	bool is_supersedable;
	char *what;
	char *skipped; /* what the log says when its state is skipped; NULL: another script's says it */
};

struct notify {
	struct scripts *scripts; /* by which they run; given */
	uint64_t next_event; /* never one of a predecessor of ours, whose scripts may still wait */
	VEC(struct notify_waiting) waiting;
};

void notify_close(struct notify *notify);
/* The script process is there: runs what waited for it. */
void notify_flush(struct notify *notify);
void notify_vrrp(struct notify *notify, const struct conf_vrrp *conf,
		 const struct vrrp_report *report);
/* is_all: notify_all_states of the configuration. */
void notify_real_server(struct notify *notify, const struct health_vs *vs,
			const struct health_rs *rs, bool is_up, bool is_all);
void notify_quorum(struct notify *notify, const struct health_vs *vs, bool is_up, bool is_all);
/* lvsd ends: what `omega` asks for. */
void notify_stop(struct notify *notify, const struct health *health, bool is_all);

#endif
