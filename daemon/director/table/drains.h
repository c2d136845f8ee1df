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
/* After a plan was applied: what the kernel has no more does not drain any more. */
void drains_forget_gone(struct kernel *k);
/* When drains_settle() has something to do next. */
struct mono drains_wake(const struct kernel *k);

/* drains_file.c: drain.json in the run dir. */
void drains_read(const char *run_dir, struct drains *drains);
void drains_store(struct kernel *k);

/* drains_ctl.c: lvsctl drain and undrain. */

/*
 * Takes the server of hold out of service, or brings it back: the health model and drain.json know it
 * then, and what is wanted has changed. 0, or -errno with a sentence.
 */
int drains_hold(struct kernel *k, const struct hold *hold, bool is_held, struct err *err);
/* drains_list.c: what status says of them. */

/* A server that leaves, or that is kept out of service. */
struct drain_row {
	struct svckey service; /* of the kernel; of one that a person keeps out, of the file */
	struct endpoint server;
	enum ipvs_drain_reason reason;
	bool is_draining;     /* else it is out, and nothing of it drains any more */
	uint64_t connections; /* that the kernel counts */
	int64_t left_s;       /* until it is deleted whatever it has; 0: it does not drain */
};

struct drain_rows {
	struct drain_row *items;
	size_t n, cap;
};

/*
 * Appends a row for each; one for a server that a person keeps out, though it may drain in several
 * services. have: the table whose connections are shown.
 */
void drains_list(const struct kernel *k, const struct ipvs_state *have, struct mono now,
		 struct drain_rows *rows);
/* "draining", "maint", or the state of its checks. */
const char *drains_state(const struct drains *drains, const struct health_vs *vs,
			 const struct health_rs *rs);

#endif
