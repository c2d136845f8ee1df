/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real servers that are draining or in maintenance: the contents of drain.json. A part of the
 * keeper of the table (kernel.h). */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_DRAINS_H
#define LVSD_DAEMON_DIRECTOR_TABLE_DRAINS_H

#include "daemon/director/table/drains_dir.h"
#include "daemon/director/table/maintenance.h"
#include "base/err.h"
#include "ipvs/drain.h"

/* The servers that drain, and those in maintenance. */
struct drains {
	struct ipvs_drain set;
	struct ipvs_drain_policies policies;
	struct mono wake; /* when the connections of set must be counted next, or a deadline
			     comes */
	struct maintained_list maintained; /* by lvsctl drain */
	struct drains_dir dir;		   /* by files of maintenance_dir */
	bool is_unsaved; /* drain.json could not be written; it is tried again at each count */
};

struct kernel;
struct table_decision;

void drains_close(struct drains *drains);
/* To be called after health_configure(): servers in maintenance stay so, if the file has them. */
void drains_configure(struct kernel *k);
/* The files of maintenance_dir have changed. is_used: the configuration in force is to follow at once, and
 * the wanted table has changed; else the next drains_configure() does it. */
void drains_dir_changed(struct kernel *k, const struct maint_file *files, size_t n, bool is_used);
/* Counts connections and takes steps of slow_start, if it is time. Returns whether that changes the
 * wanted table. */
bool drains_settle(struct kernel *k);
/* After the first reading of the kernel's table: drains of a dead predecessor that the kernel has not begun
 * have their whole time from now on. */
void drains_adopt(struct kernel *k);
/* Logs and stores the changes that a decision made to the set. */
void drains_take(struct kernel *k, const struct table_decision *decision);
/* To be called after a plan was applied: servers that the kernel no longer has are not draining any
 * more. */
void drains_forget_gone(struct kernel *k);
/* When drains_settle() must be called next. */
struct mono drains_wake(const struct kernel *k);

/* drains_file.c: drain.json in the run dir. */
void drains_read(const char *run_dir, struct drains *drains);
void drains_store(struct kernel *k);

/* drains_ctl.c: lvsctl drain and lvsctl undrain. */

/* Begins or ends the maintenance of a server: the health model and drain.json have it
 * then, and the wanted table has changed. Returns 0, or -errno with a sentence. */
int drains_maintain(struct kernel *k, const struct maintained *one, bool is_maintained, struct err *err);
/* drains_list.c: the list for the status. */

/* A server that is draining, or in maintenance. */
struct drain_row {
	struct svckey service; /* the kernel's service; for maintenance the service of the file */
	struct endpoint server;
	enum ipvs_drain_reason reason;
	bool is_draining;     /* false: it is in maintenance, and no connections are left to
				 drain */
	uint64_t connections; /* as the kernel counts them */
	int64_t since_wall_us; /* when the drain began; 0: it is not draining, and that is not known */
	int64_t left_s;       /* time until it is deleted with the connections that it still has;
				 0: it is not draining */
};

struct drain_rows {
	struct drain_row *items;
	size_t n, cap;
};

/* Appends a row for each such server. A server in maintenance has one row even if it drains in
 * several services. have: the table from which connections are taken. */
void drains_list(const struct kernel *k, const struct ipvs_state *have, struct mono now,
		 int64_t wall_us, struct drain_rows *rows);
/* Returns "draining", "maint", or the state of the server's checks. */
const char *drains_state(const struct drains *drains, const struct health_vs *vs,
			 const struct health_rs *rs);

#endif
