/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keeper of the kernel's IPVS table: what is there, what is lvsd's, what drains, and when to look
 * next. It is given a configuration and a health model, and brings the table to what they ask for
 * (decide.h); it knows nothing of the rest of the director.
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

/* Sentences on refused operations, which a retry need not say again. */
#define REFUSALS_MAX 40

struct refusals {
	char *texts[REFUSALS_MAX];
	size_t n;
};

struct kernel {
	/* What it is given: they outlive it, but for conf, which each kernel_adopt() replaces. */
	struct loop *loop;
	const char *run_dir;
	struct health *health;
	const struct conf *conf; /* NULL before the first */
	bool is_restart;         /* this director replaces another */

	struct ipvs_genl *genl; /* NULL until a virtual server or sync needs it */
	struct ipvs_state have; /* as read last, kept current with every applied operation */
	bool is_have_valid;
	bool is_whole_look_due;    /* at the next look all is read */
	struct ipvs_state applied; /* what lvsd has made of the table; drift is what differs */
	bool is_applied_known;
	bool is_adopted;      /* every service of the configuration was there when it came */
	bool is_want_changed; /* since the last run */
	unsigned ready;       /* parts of the host's rules that are there: kernel_host_ready() */
	struct ipvs_recon recon;
	struct mono look_due; /* when the table is read again though nothing is to change */
	struct loop_timer *timer;
	struct ipvs_owned owned; /* what owned.json says */
	bool is_owned_unsaved;   /* owned.json could not be written: tried again at each look */
	bool is_sync_ours;
	bool is_sync_set; /* sync roles and timeouts were compared since the last change */
	bool is_sync_due; /* for kernel_take_sync_due() */
	struct drains drains;
	struct ipvs_drift_counters drift;
	struct refusals said; /* in the last run */
	struct {
		uint64_t n, n_whole, n_services_read; /* whose destinations were read */
	} looks;
	struct ipvs_timeouts former_timeouts; /* of the kernel, where lvsd has set another one */
};

/*
 * predecessor.c: before the first kernel_adopt(), reads what a predecessor left in the run dir: what is owned, what
 * drains, former timeouts. Opens IPVS if any of that is in the kernel; in a kernel without IPVS nothing is, and
 * it is forgotten.
 */
void kernel_load(struct kernel *k);

/* settle.c */

int kernel_open(struct kernel *k, struct err *err);
void kernel_close(struct kernel *k);
/* After health_configure() with conf: reads the table, and tells health what is there. */
void kernel_adopt(struct kernel *k, const struct conf *conf);
/* Something that decides the table has changed. */
void kernel_want_changed(struct kernel *k);
/* Which parts of the host's rules are there now: services wait for theirs. */
void kernel_host_ready(struct kernel *k, unsigned parts);
/* Once a turn: brings the kernel to what is wanted if anything changed or it is time to look. */
void kernel_settle(struct kernel *k);
/* Settles now, with a fresh look at the whole table. */
void kernel_refresh(struct kernel *k);
/*
 * After kernel_settle(): whether sync roles and timeouts are to be compared now, also when the
 * kernel refuses an operation, which may last. Then kernel_sync_done() says what came of it.
 */
bool kernel_take_sync_due(struct kernel *k);
void kernel_sync_done(struct kernel *k, bool is_set);

/* What lvsctl reconcile has done. */
struct kernel_mended {
	uint64_t n_repairs, n_foreign; /* n_foreign: services of others that `exclusive` removed */
	size_t n_services, n_dests;    /* in the table */
};

/* A whole look and what it mends. 0, or -errno with a sentence when the table is not as wanted. */
int kernel_reconcile(struct kernel *k, struct kernel_mended *ret_mended, struct err *err);

/* look.c: reads as much of the table as is due into have, all of it if that is not valid. 0 or
 * -errno. */
int kernel_look(struct kernel *k, struct err *err);

/* kernel_stop.c: lvsd stops. What the file wants to go from the kernel goes, and former timeouts
 * come back. */
void kernel_stop(struct kernel *k);

/* owned.c: the keys of services that lvsd made, in the run dir. */

/* From any run dir; without the file there is nothing owned. */
void owned_read(const char *run_dir, struct ipvs_owned *ret_owned, bool *ret_is_sync_ours);
void owned_store(struct kernel *k);

#endif
