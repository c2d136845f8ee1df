/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real servers that leave the table, or are kept out of service: what drain.json has. A part of the
 * keeper of the table (kernel.h).
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_DRAINS_H
#define LVSD_DAEMON_DIRECTOR_TABLE_DRAINS_H

#include "daemon/director/table/maintenance.h"
#include "base/err.h"
#include "healthcheck/health.h"
#include "ipvs/drain.h"

struct drains {
	struct ipvs_drain set;
	struct ipvs_drain_policies policies;
	struct mono wake; /* when the counters of set are to be read, or a deadline comes */
	struct holds holds;
	bool is_unsaved; /* drain.json could not be written: tried again with each count */
};

struct kernel;
struct table_decision;

void drains_close(struct drains *drains);
/* After health_configure(): what is kept out stays out, as far as the file has it. */
void drains_configure(struct kernel *k);
/* Counts connections and makes steps of slow_start when it is time; whether that changes what is
 * wanted. */
bool drains_settle(struct kernel *k);
/* Logs and keeps what a decision has made of the set. */
void drains_take(struct kernel *k, const struct table_decision *decision);
/* When drains_settle() has something to do next. */
struct mono drains_wake(const struct kernel *k);

/* drains_file.c: drain.json in the run dir. */
void drains_read(const char *run_dir, struct drains *drains);
void drains_store(struct kernel *k);

/* drains_ctl.c: lvsctl drain and undrain, and what status says of it. */

/*
 * Takes the server of hold out of service, or brings it back: the health model and drain.json know it
 * then, and what is wanted has changed. 0, or -errno with a sentence.
 */
int drains_hold(struct kernel *k, const struct hold *hold, bool is_held, struct err *err);
/* "draining" of lvsctl status (doc/control.md). have: the table whose connections are shown. */
json_t *drains_json(const struct kernel *k, const struct ipvs_state *have, struct mono now);
/* "draining", "maint", or the state of its checks. */
const char *drains_state(const struct drains *drains, const struct health_vs *vs,
			 const struct health_rs *rs);

#endif
