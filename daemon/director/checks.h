/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which checks run when, and what came of them: the director's side of the check process. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECKS_H
#define LVSD_DAEMON_DIRECTOR_CHECKS_H

#include "base/greeted.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/check_tls.h"
#include "daemon/director/scripts.h"
#include "healthcheck/health.h"

/* What a part above is asked and told. */
struct checks_sink {
	/* Whose fault a failed probe is: may take its verdict away. */
	void (*judge)(check_id id, struct probe_result *result, void *arg);
	/* Something changed, and the log has it. */
	void (*on_change)(const struct health_change *change, void *arg);
	/* The check process does not answer: it is to be replaced. */
	void (*on_hung)(void *arg);
	void *arg;
};

struct checks {
	/* What it is given; scripts run the checks that are scripts. */
	struct loop *loop;
	struct health *health;
	struct scripts *scripts;
	struct checks_sink sink;

	struct greeted *worker;
	struct log_limit nonsense; /* that came from it */
	struct loop_timer *due;
	struct loop_timer *watch; /* for a check process that hangs */
	unsigned n_silent;        /* looks in a row that found it needed and not there */
	struct check_tls_texts tls;
	bool is_needed; /* by the configuration */
};

void checks_open(struct checks *checks, int fd, bool is_restart);
void checks_close(struct checks *checks);
/* After health_configure() with conf: tells the check process what came and went. */
void checks_update(struct checks *checks, const struct conf *conf, const struct check_ids *added,
		   const struct check_ids *dropped);
/* What came of the script of a check; NULL: the script process died. */
void checks_take_script(struct checks *checks, check_id id, const struct script_done *done);
/* Ends a probe in flight without an outcome; its check is due again within PATH_SPREAD_MS. */
void checks_end_probe(struct checks *checks, check_id id);
/* Once a turn: starts the probes that are due. */
void checks_settle(struct checks *checks);

#endif
