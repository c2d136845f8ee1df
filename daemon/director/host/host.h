/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of room host: keeps sysctls, sets and rules as the configuration wants them.
 * A run looks, plans and applies. Sysctls and sets are read at each look; rules are listed, by a
 * process of lvsd's that may run iptables, when a cheap look says that somebody changed some, and now and then
 * anyway. It knows nothing of the rest of the director.
 */
#ifndef LVSD_DAEMON_DIRECTOR_HOST_HOST_H
#define LVSD_DAEMON_DIRECTOR_HOST_HOST_H

#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/host/rules.h"
#include "host/flavour.h"
#include "host/plan.h"
#include "host/save.h"
#include "ipvs/state.h"
#include "sync/rejoin.h"

#include <stdbool.h>

/* Asks for the modules of the older tables, which a process without rights cannot load. */
typedef void host_modules_fn(void *arg);

struct host_side {
	/* What it is given; all outlives it, but for conf, which host_want_changed() replaces. */
	struct loop *loop;
	const char *run_dir;
	const struct conf *conf;
	const struct ipvs_state *table; /* the IPVS table: what it translates stays in the sets */
	struct rules *rules;              /* who runs iptables; host_close() frees it */
	const struct sync_rejoin *rejoin; /* has two sysctls at values of its own while it is on */
	host_modules_fn *on_modules;
	void *arg;

	struct host_state want;
	struct host_state have;    /* as read last, chains kept current with what was applied */
	struct host_state formers; /* sysctls before lvsd came; in host.json */
	unsigned parts;            /* 1 << part that may hold something of lvsd's; in host.json */
	unsigned known;            /* parts whose chains were read */
	unsigned ready;            /* parts that were as wanted after the last run */
	char *faults[HOST_N_PARTS];
	char *sysctl_fault;
	bool is_changed; /* the configuration, since the last run began */
	bool is_settled; /* a run has ended without fault since the configuration changed */
	bool is_stopping, is_stopped;
	bool is_asked; /* for modules */
	struct mono due, list_due;
	int64_t backoff_ms;
	struct mono list_began, list_not_before;
	uint64_t n_repairs;

	unsigned flavour;
	bool is_flavour_sure, is_nft;
	char *attempts; /* what the flavours said that did not work */
	uint64_t mark;  /* of host_mark_read() before chains were listed; 0: none */

	/* The run. */
	unsigned to_list; /* parts yet to be listed */
	enum host_part part;
	struct host_chain listed;
	struct host_lines lines;
	struct host_plan plan;
	size_t at, n_done;
	bool is_repair, is_repair_noted, is_active;
	void (*on_run_ended)(struct host_side *h); /* host.c's */
	unsigned failed; /* parts that an operation of this run failed for */
	char *new_faults[HOST_N_PARTS];
	struct loop_timer *timer;
};

/* host.c */

void host_open(struct host_side *h);
void host_close(struct host_side *h);
/* A new configuration is in force. */
void host_want_changed(struct host_side *h, const struct conf *conf);
/* Once a turn: begins a run when one is due, before the IPVS table is settled. */
void host_settle(struct host_side *h);
/* Looks as soon as it can: a person is about to see what is there. */
void host_refresh(struct host_side *h);
/* lvsd ends: takes away what is not kept. host_is_busy() until that is done. */
void host_stop(struct host_side *h);
bool host_is_busy(const struct host_side *h);
/* Why a service cannot do what the file says; NULL: it can, or it is not known yet. */
const char *host_fault(const struct host_side *h, const struct conf_virtual_server *vs);

/* run.c: one run, step by step. */

void host_run_begin(struct host_side *h);
/* Ends a run that is under way, its process too. */
void host_run_abort(struct host_side *h);

/* look.c */

/* The sysctls that want names, as they are. Those that cannot be read are left out; -errno and a
 * sentence for the first of them. */
int host_look_sysctls(const struct host_state *want, struct host_state *have, struct err *err);
/* What the file and the former values ask for, now or at the end of lvsd. */
void host_wish(const struct conf *conf, bool is_stopping, const struct host_state *formers,
	       struct host_state *want);
/*
 * For `lvsd --plan`: fills have with what want needs to be compared with, chains listed by programs
 * that are waited for. 0, or -errno with a sentence.
 */
int host_look_whole(const char *run_dir, const struct conf *conf, struct host_state *want,
		    struct host_state *have, struct err *err);

/* The same for lvsctl: sysctls and sets are read, chains are as the director knows them. */
void host_look_known(const struct host_side *h, const struct conf *conf, struct host_state *want,
		     struct host_state *have);

/* file.c: host.json. */

struct host_memory {
	struct host_state formers;
	unsigned parts, flavour;
	bool is_flavour_sure;
};

/* Without the file there is nothing to remember. */
void host_file_read(const char *run_dir, struct host_memory *ret_memory);
/* Removes the file when there is nothing to remember. */
void host_file_store(struct host_side *h);

#endif
