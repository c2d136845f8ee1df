/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's side of IPVS: generic netlink family "IPVS" (net/netfilter/ipvs/ip_vs_ctl.c). Only
 * ipvs/genl*.c include libnl-genl. Synchronous: the kernel answers these requests while they
 * are sent, and a socket timeout bounds the wait if it ever does not. Operations go out in
 * batches; one acknowledgement is asked for at the end of a batch, errors always answer.
 *
 * It decides nothing and retries nothing. After an error of the socket itself the socket is
 * replaced, so that answers to a lost request cannot be taken for answers to the next.
 */
#ifndef LVSD_IPVS_GENL_H
#define LVSD_IPVS_GENL_H

#include "base/err.h"
#include "ipvs/plan.h"
#include "ipvs/state.h"
#include "sync/want.h"

struct ipvs_genl;

/*
 * Finds the family; the kernel loads the module by itself where it may. Returns 0; -ENOENT: no
 * IPVS in this kernel; -EPERM: no CAP_NET_ADMIN; other -errno.
 */
int ipvs_genl_open(struct ipvs_genl **ret_genl, struct err *err);
void ipvs_genl_close(struct ipvs_genl *genl);

/*
 * Reads the whole table, sorted, into ret_state (empty before and after an error). One request for
 * the services and one for the destinations of each, so another writer can come between: a plan
 * made from it may meet ENOENT, ESRCH or EEXIST.
 */
int ipvs_genl_dump(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err);

/* Reads the services without their destinations: one request, whatever their number. */
int ipvs_genl_services(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err);

/* Reads the destinations of service in place of those that it has; after an error it has those. */
int ipvs_genl_dests(struct ipvs_genl *genl, struct ipvs_service *service, struct err *err);

/*
 * Reads the destinations of one service, sorted, into ret_state (empty before and after an error);
 * the service has nothing but its key there. A service that is gone has none.
 */
int ipvs_genl_dump_dests(struct ipvs_genl *genl, const struct svckey *key,
			 struct ipvs_state *ret_state, struct err *err);

/*
 * Applies all operations in order, going on after a failed one. results, when not NULL, receives 0
 * or -errno for each (ipvs_op_explain makes a sentence of it). Returns the number of operations
 * that failed, then err explains the first of them; or -errno when the socket itself failed: then
 * operations without an answer have that code.
 */
int ipvs_genl_apply(struct ipvs_genl *genl, const struct ipvs_plan *plan, int *results,
		    struct err *err);

/* What went over the socket since it was opened: for status and for tests that count. */
struct ipvs_genl_counters {
	uint64_t messages;        /* requests sent */
	uint64_t sends, receives; /* system calls */
};
void ipvs_genl_counters(const struct ipvs_genl *genl, struct ipvs_genl_counters *ret_counters);

/* Fills daemons (room for 2) and *ret_n. */
int ipvs_genl_daemons(struct ipvs_genl *genl, struct sync_daemon daemons[static 2], size_t *ret_n,
		      struct err *err);
int ipvs_genl_daemon_start(struct ipvs_genl *genl, const struct sync_daemon *daemon,
			   struct err *err);
int ipvs_genl_daemon_stop(struct ipvs_genl *genl, enum sync_role role, struct err *err);

#endif
