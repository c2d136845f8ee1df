/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The requests to the kernel's IPVS: generic netlink family "IPVS"
 * (net/netfilter/ipvs/ip_vs_ctl.c). Only ipvs/genl*.c include libnl-genl. The calls are
 * synchronous: the kernel answers a request while it is sent, and a timeout of the socket bounds
 * the wait. Operations are sent in batches. One acknowledgement is asked for at the end of a batch;
 * an operation that fails is always answered.
 *
 * This file decides nothing and retries nothing. After an error of the socket itself the socket is
 * replaced, so that answers to a lost request cannot be taken for answers to the next one.
 */
#ifndef LVSD_IPVS_GENL_H
#define LVSD_IPVS_GENL_H

#include "base/err.h"
#include "ipvs/plan.h"
#include "ipvs/state.h"
#include "sync/want.h"

struct ipvs_genl;

/*
 * Opens a socket and finds the family; the kernel loads the module ip_vs by itself if it is allowed
 * to. Returns 0; -ENOENT: this kernel has no IPVS; -EPERM: no CAP_NET_ADMIN; another -errno. err is
 * set with each error, here and below.
 */
int ipvs_genl_open(struct ipvs_genl **ret_genl, struct err *err);
void ipvs_genl_close(struct ipvs_genl *genl);

/*
 * Reads the whole table, sorted, into ret_state (empty before, and after an error). This takes one
 * request for the services and one for the destinations of each, so others may change the table in
 * between: a plan made from it may then fail with ENOENT, ESRCH or EEXIST.
 */
int ipvs_genl_dump(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err);

/* Reads the services without their destinations: one request, whatever their number. */
int ipvs_genl_services(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err);

/* Reads the destinations of service. They replace the destinations that service has; after an error
 * the old ones stay. */
int ipvs_genl_dests(struct ipvs_genl *genl, struct ipvs_service *service, struct err *err);

/*
 * Reads the destinations of one service, sorted, into ret_state (empty before, and after an error).
 * Of the service itself ret_state has the key alone. A service that does not exist has no
 * destinations.
 */
int ipvs_genl_dump_dests(struct ipvs_genl *genl, const struct svckey *key,
			 struct ipvs_state *ret_state, struct err *err);

/*
 * Applies all operations in order, and goes on after a failed one. results (not NULL: room for all)
 * gets 0 or -errno for each; ipvs_op_explain() makes a sentence of it. Returns the number of
 * operations that failed, and err explains the first. Returns -errno when the socket itself failed;
 * operations without an answer have that code.
 * Example: three operations, the second names a server that does not exist: 1, results 0, -ENOENT,
 * 0.
 */
int ipvs_genl_apply(struct ipvs_genl *genl, const struct ipvs_plan *plan, int *results,
		    struct err *err);

/* The traffic of the socket since it was opened, for the status and for tests that count it. */
struct ipvs_genl_counters {
	uint64_t messages;        /* requests sent */
	uint64_t sends, receives; /* system calls */
};
/* Copies the counters of the present moment. */
void ipvs_genl_counters(const struct ipvs_genl *genl, struct ipvs_genl_counters *ret_counters);

/* Reads the kernel's sync daemons, at most two. *ret_n is their number. */
int ipvs_genl_daemons(struct ipvs_genl *genl, struct sync_daemon daemons[static 2], size_t *ret_n,
		      struct err *err);
int ipvs_genl_daemon_start(struct ipvs_genl *genl, const struct sync_daemon *daemon,
			   struct err *err);
int ipvs_genl_daemon_stop(struct ipvs_genl *genl, enum sync_role role, struct err *err);

#endif
