/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the IPVS table shall be and how it comes there: the one decision that a run of the director
 * (settle.c), a dry run (plan_ops.c) and tests make alike. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_DECIDE_H
#define LVSD_DAEMON_DIRECTOR_TABLE_DECIDE_H

#include "healthcheck/health.h"
#include "ipvs/drain.h"
#include "ipvs/owned.h"
#include "ipvs/plan.h"

/* All parts of the host's rules (host/state.h) are there. */
#define TABLE_ALL_READY (~0u)

/* What is known; nothing of it is changed. Tables and sets are sorted. */
struct table_facts {
	const struct conf *conf;
	const struct health *health;      /* a model of conf */
	const struct ipvs_state *have;    /* the kernel's table */
	const struct ipvs_state *applied; /* what lvsd made of it last; NULL: not known */
	const struct ipvs_owned *owned;   /* services that lvsd made or adopted */
	const struct ipvs_drain_policies *policies; /* of conf and the one before it */
	unsigned ready; /* 1 << part (enum host_part) for each part of the host's rules that is there */
	struct mono now;
};

/* table_decision_fini() frees it. */
struct table_decision {
	struct ipvs_state want; /* with what drains, without services that wait for their rules */
	struct ipvs_plan plan;  /* from have to want; each operation with its cause */
	size_t n_begun, n_ended; /* servers that begin to drain, and that drain no longer */
	size_t n_refused;        /* that leave at once, as IPVS_DRAIN_MAX drain already */
};

/*
 * Decides, and brings drain, the set of servers that drain, to what holds once the plan is sent. A
 * new service whose rules are not there is left out of want: a connection that began without
 * them would go astray. One that the kernel serves already stays. Example: 10.1.0.1 was taken out of
 * the file; want has it with weight 0, plan is one edit, n_begun is 1.
 */
void table_decide(const struct table_facts *facts, struct ipvs_drain *drain,
		  struct table_decision *ret_decision);
void table_decision_fini(struct table_decision *decision);

/* Says in policies which servers of a model are kept out of service by hand. */
void table_take_held(const struct health *health, struct ipvs_drain_policies *policies);

#endif
