/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keeper of the kernel's IPVS table. It knows the table, which services are lvsd's, what is
 * draining, and when to read the table next. It gets a configuration and a health model, and makes
 * the table as these want it (decide.h). It knows nothing of the rest of the director.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_KERNEL_H
#define LVSD_DAEMON_DIRECTOR_TABLE_KERNEL_H

#include "base/err.h"
#include "base/loop.h"
#include "daemon/director/table/drains.h"
#include "healthcheck/health.h"
#include "ipvs/drift.h"
#include "ipvs/genl.h"
#include "ipvs/owned.h"
#include "ipvs/recon.h"
#include "ipvs/timeouts.h"

/* How many refused operations are remembered, so that a retry does not log them again. */
#define REFUSALS_MAX 40

/* Sentences about operations that the kernel refused. */
struct refusals {
	char *texts[REFUSALS_MAX];
	size_t n;
};

/* The keeper of the IPVS table. */
struct kernel {
	/*
	 * Given at the beginning and always valid, except that each kernel_adopt() replaces conf.
	 */
	struct loop *loop;
	const char *run_dir;
	struct health *health;
	const struct conf *conf; /* NULL before the first configuration */
	bool is_restart;         /* this director replaces another */

	struct ipvs_genl *genl; /* NULL until a virtual server or sync needs it */
	struct ipvs_state have; /* the table as read last, kept up to date with every applied
				   operation */
	bool is_have_valid;
	bool is_whole_read_due;    /* the next reading takes the whole table */
	struct ipvs_state applied; /* the table as lvsd has made it; differences are drift */
	bool is_applied_known;
	bool is_adopted;      /* the kernel had every service of the configuration when lvsd came */
	bool is_want_changed; /* the wanted table may have changed since the last run */
	/* Otherwise, the virtual servers whose servers or quorum have changed since: indexes in the file */
	VEC(size_t) changed;
	struct {
		uint64_t n, n_whole, n_services; /* n_services: the services that were compared */
	} runs;
	unsigned ready;       /* the parts of the host's rules that are in place
				 (kernel_host_ready()) */
	struct ipvs_recon recon;
	struct mono read_due; /* when the table is read again even if nothing is to be changed */
	struct loop_timer *timer;
	struct ipvs_owned owned; /* the contents of owned.json */
	bool is_owned_unsaved;   /* owned.json could not be written; it is tried again at each
				    reading of the table */
	bool is_sync_ours;
	bool is_sync_set; /* sync roles and timeouts were compared since the last change */
	bool is_sync_due; /* for kernel_take_sync_due() */
	struct drains drains;
	struct ipvs_drift_counters drift;
	struct refusals said; /* operations refused in the last run, which were logged */
	struct {
		uint64_t n, n_whole, n_services_read; /* n_services_read: services whose
							 destinations were read */
	} reads;
	struct ipvs_timeouts former_timeouts; /* the kernel's own values, where lvsd has set
						 other ones */
};

/*
 * predecessor.c: to be called before the first kernel_adopt(). Reads from the run dir what a
 * predecessor left there: owned services, draining servers, former timeouts. Opens IPVS if the
 * kernel may have any of that. If the kernel has no IPVS, it has none of that, and all is
 * forgotten.
 */
void kernel_load(struct kernel *k);

/* settle.c */

/* Opens IPVS. 0, or -errno with a sentence. */
int kernel_open(struct kernel *k, struct err *err);
void kernel_close(struct kernel *k);
/* To be called after health_configure() with conf: reads the table, and tells the health model
 * which servers are in it. */
void kernel_adopt(struct kernel *k, const struct conf *conf);
/* To be called when anything has changed that decides about the table. */
void kernel_want_changed(struct kernel *k);
/* The same if only the services of one virtual server are concerned. */
void kernel_service_changed(struct kernel *k, const struct health_vs *vs);
/* Tells which parts of the host's rules are in place now. Services wait for theirs. */
void kernel_host_ready(struct kernel *k, unsigned parts);
/* Once a turn: makes the kernel's table as wanted, if anything has changed or it is time to read
 * the table. */
void kernel_settle(struct kernel *k);
/* Reads the whole table and settles now. */
void kernel_refresh(struct kernel *k);
/*
 * To be called after kernel_settle(): whether sync roles and timeouts are to be compared now. That
 * happens even if the kernel refuses an operation, since the refusal may last. Call
 * kernel_sync_done() with the result.
 */
bool kernel_take_sync_due(struct kernel *k);
void kernel_sync_done(struct kernel *k, bool is_set);

/* The result of lvsctl reconcile. */
struct kernel_mended {
	uint64_t n_repairs, n_foreign; /* n_foreign: services that lvsd does not own and
					  `exclusive` removed */
	size_t n_services, n_dests;    /* in the table now */
};

/* Reads the whole table and repairs it. Returns 0, or -errno with a sentence if the table is not as
 * wanted. */
int kernel_reconcile(struct kernel *k, struct kernel_mended *ret_mended, struct err *err);

/* read.c: reads the part of the table that is due into have; the whole table if have is not valid.
 * Returns 0 or -errno. */
int kernel_read(struct kernel *k, struct err *err);

/* kernel_stop.c: lvsd stops. Removes from the kernel what the file says, and restores the former
 * timeouts. */
void kernel_stop(struct kernel *k);

/* owned.c: the keys of lvsd's own services, in the run dir. */

/* Reads them from any run dir; without the file nothing is owned. */
void owned_read(const char *run_dir, struct ipvs_owned *ret_owned, bool *ret_is_sync_ours);
void owned_store(struct kernel *k);

#endif
