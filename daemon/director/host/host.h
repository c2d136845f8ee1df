/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of the room host: keeps sysctls, address sets and firewall rules as the
 * configuration wants them. A run reads the present state, plans and applies. Sysctls and sets are
 * read in each run. Rules are listed, by the rules process, only if host_mark_read() shows that
 * somebody has changed some, and once in a while anyway. It knows nothing of the rest of the
 * director.
 */
#ifndef LVSD_DAEMON_DIRECTOR_HOST_HOST_H
#define LVSD_DAEMON_DIRECTOR_HOST_HOST_H

#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/host/filter.h"
#include "daemon/director/host/owner.h"
#include "daemon/director/host/rules.h"
#include "host/flavour.h"
#include "host/plan.h"
#include "host/save.h"
#include "ipvs/state.h"
#include "sync/rejoin.h"

#include <stdbool.h>

/* Asks the supervisor to load the modules of iptables' legacy tables; this process may not. */
typedef void host_modules_fn(void *arg);

struct host_side {
	/* Given at the beginning, and valid until host_close(), except that host_want_changed()
	 * replaces conf. */
	struct loop *loop;
	const char *run_dir;
	const struct conf *conf;
	const struct ipvs_state *table; /* the IPVS table: addresses of connections that it
					   translates stay in the sets */
	struct rules *rules;              /* runs iptables; host_close() frees it */
	const struct sync_rejoin *rejoin; /* while it is under way, two sysctls have other values */
	host_modules_fn *on_modules;
	/* Whether the machine may have virtual addresses that the configuration has no more. NULL: it has none. */
	bool (*has_left)(void *arg);
	void *arg;

	struct filter_side filter; /* of no_accept */
	struct owner_side owner;   /* of the relay's private interface */

	struct host_state want;
	struct host_state have;    /* as read last; chains are kept up to date with what was
				      applied */
	struct host_state formers; /* the sysctls' values before lvsd; stored in host.json */
	unsigned parts;            /* a set of 1 << part: parts that may have something of
				      lvsd's; stored in host.json */
	unsigned known;            /* the parts whose chains were read */
	unsigned ready;            /* the parts that equalled the wanted state after the last run */
	char *faults[HOST_N_PARTS];
	char *sysctl_fault;
	bool is_changed; /* the configuration has changed since the last run began */
	bool has_succeeded; /* a run has ended without an error since the configuration changed */
	bool is_stopping, is_stopped;
	bool is_asked; /* the supervisor was asked for modules */
	struct mono due, list_due;
	int64_t backoff_ms;
	struct mono list_began, list_not_before;
	uint64_t n_repairs;

	unsigned flavour;
	bool is_flavour_sure, is_nft;
	char *attempts; /* the errors of the flavours that did not work */
	uint64_t mark;  /* host_mark_read() before the chains were listed; 0: none */

	/* The run that is under way. */
	unsigned to_list; /* the parts that are still to be listed */
	enum host_part part;
	struct host_chain listed;
	struct host_lines lines;
	struct host_plan plan;
	size_t at, n_done;
	bool is_repair, is_repair_noted, is_active;
	void (*on_run_ended)(struct host_side *h); /* in host.c */
	unsigned failed; /* the parts for which an operation of this run has failed */
	char *new_faults[HOST_N_PARTS];
	struct loop_timer *timer;
};

/* host.c */

/* The members that the owner gives must be set. host_close() frees the memory; what is on the
 * machine stays. */
void host_open(struct host_side *h);
void host_close(struct host_side *h);
/* A new configuration is in force. */
void host_want_changed(struct host_side *h, const struct conf *conf);
/* The relay wants this from now on: rules by the owner of packets, and sysctls, in host_settle() of this turn. What is
 * not on removes them. To be called with each configuration, before the kernel's roles start. */
void host_owner_changed(struct host_side *h, const struct host_owner *owner);
/* Once a turn: begins a run if one is due, before the IPVS table is settled. */
void host_settle(struct host_side *h);
/* Begins a run as soon as possible, because a person has asked for the present state. */
void host_refresh(struct host_side *h);
/* lvsd stops: removes what is not kept. host_is_busy() is true until that is done. */
void host_stop(struct host_side *h);
bool host_is_busy(const struct host_side *h);
/* Why the service cannot do what the file says; NULL: it can, or that is not known yet. */
const char *host_fault(const struct host_side *h, const struct conf_virtual_server *vs);

/* Whether iptables has to run, beside the needs of services: rules of the previous configuration must
 * be removed, or it filters for no_accept. */
bool host_needs_iptables(const struct host_side *h);
/* Why no_accept has no effect; NULL: it has, or that is not known yet. */
const char *host_filter_fault(const struct host_side *h);

/* Why other users can send to the private interface; NULL: they cannot, or that is not known yet. */
const char *host_owner_fault(const struct host_side *h);

/* run.c: a run, step by step. */

/* Begins a run: reads what the machine has, and changes what differs. */
void host_run_begin(struct host_side *h);
/* Ends the run that is under way, with its program. */
void host_run_abort(struct host_side *h);

/* read.c */

/* Reads the sysctls that want names. A sysctl that cannot be read is left out; for the first of
 * them returns -errno with a sentence. */
int host_read_sysctls(const struct host_state *want, struct host_state *have, struct err *err);
/* The wanted state, from the file and the sysctls' former values: now, or when lvsd stops. */
void host_wanted(const struct conf *conf, bool is_stopping, const struct host_state *formers, struct host_state *want);
/* For `lvsd --plan`: reads into have the state to compare want with; for the chains it runs
 * programs and waits for them. Returns 0, or -errno with a sentence. */
int host_read_all(const char *run_dir, const struct conf *conf, struct host_state *want,
		  struct host_state *have, struct err *err);

/* The same for lvsctl: reads sysctls and sets, and takes the chains as the director knows them. */
void host_read_known(const struct host_side *h, const struct conf *conf, struct host_state *want,
		     struct host_state *have);

/* file.c: host.json. */

/* The contents of host.json: the sysctls' values before lvsd, which parts have rules of lvsd, and
 * the flavour of iptables. */
struct host_memory {
	struct host_state formers;
	unsigned parts, flavour;
	bool is_flavour_sure;
	/* The tables of no_accept that may exist, by their names. */
	VEC(char *) filter_tables;
	char owner_table[HOST_FILTER_TABLE_MAX]; /* that may exist; "": none */
};

/* Frees the names of the tables. */
void host_memory_clear_tables(struct host_memory *memory);

/* Without the file *ret_memory is empty. */
void host_file_read(const char *run_dir, struct host_memory *ret_memory);
/* Removes the file if there is nothing to remember. */
void host_file_store(struct host_side *h);

#endif
