/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides how the IPVS table is to be, and with which operations it becomes so. The director
 * (settle.c), a dry run (plan_ops.c) and tests all use this decision. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_DECIDE_H
#define LVSD_DAEMON_DIRECTOR_TABLE_DECIDE_H

#include "healthcheck/health.h"
#include "ipvs/drain.h"
#include "ipvs/owned.h"
#include "ipvs/plan.h"

/* All parts of the host's rules (host/state.h) are in place. */
#define TABLE_ALL_READY (~0u)

/* The input of the decision, which is not changed. Tables and sets are sorted. */
struct table_facts {
	const struct conf *conf;
	const struct health *health;      /* the health of conf's servers */
	const struct ipvs_state *have;    /* the kernel's table */
	const struct ipvs_state *applied; /* the table as lvsd applied it last; NULL: not known */
	const struct ipvs_owned *owned;   /* the services that lvsd made or adopted */
	const struct ipvs_drain_policies *policies; /* the policies of conf and of the
						       configuration before it */
	unsigned ready; /* a set of 1 << part (enum host_part): the parts of the host's rules
			   that are in place */
	struct mono now;
};

/* The result; table_decision_fini() frees it. */
struct table_decision {
	struct ipvs_state want; /* the wanted table: it includes draining servers, and leaves out
				   services that wait for their rules */
	struct ipvs_plan plan;  /* the operations from have to want, each with its cause */
	size_t n_begun, n_ended; /* how many servers begin to drain, and how many stop draining */
	size_t n_refused;        /* servers that are deleted at once, because IPVS_DRAIN_MAX are
				    draining already */
};

/*
 * Makes the decision, and updates drain, the set of draining servers, to what holds once the plan
 * has been sent. A new service whose rules are not in place is left out of want, since connections
 * that begin without the rules would fail; a service that the kernel already has stays. Example:
 * the file no longer has 10.1.0.1; want has it with weight 0, the plan is one edit, n_begun is 1.
 */
void table_decide(const struct table_facts *facts, struct ipvs_drain *drain,
		  struct table_decision *ret_decision);
/*
 * The same for the services of some virtual servers alone, so that it costs no more than these: n indexes in
 * the file, ascending, each once. The want of the decision has these services only. Returns false, and has
 * done nothing, if that may not be all there is to do: a server drains, or one of the services is not owned,
 * not in the kernel, or was not applied.
 */
bool table_decide_some(const struct table_facts *facts, const size_t *changed, size_t n,
		       struct ipvs_drain *drain, struct table_decision *ret_decision);
void table_decision_fini(struct table_decision *decision);

/* Sets in policies which servers of a health model are in maintenance. */
void table_take_maintained(const struct health *health, struct ipvs_drain_policies *policies);

#endif
