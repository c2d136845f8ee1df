/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's table as a level: what is wanted is computed from the configuration and the health
 * model, compared with what is there, and the difference is sent in one batch or two. What was
 * applied last tells a repair from a wish that has changed. Between looks (look.c) the picture is
 * kept current with what was applied; any failed operation makes it stale, so the table is read
 * again before the next plan.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "daemon/director/table/adopt.h"
#include "daemon/director/director_state.h"
#include "daemon/director/table/decide.h"
#include "daemon/director/sync/syncing.h"
#include "ipvs/drift.h"
#include "ipvs/plan_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A plan up to this size is logged operation by operation, a larger one as a count. */
#define LOGGED_OPS_MAX 40

static void on_timer(void *arg)
{
	(void)arg; /* the turn's settle looks at the time */
}

int kernel_open(struct director *d, struct err *err)
{
	struct kernel *k = &d->kernel;

	return k->genl ? 0 : ipvs_genl_open(&k->genl, err);
}

static void refusals_clear(struct refusals *refusals)
{
	for (size_t i = 0; i < refusals->n; i++)
		free(refusals->texts[i]);
	refusals->n = 0;
}

void kernel_close(struct director *d)
{
	struct kernel *k = &d->kernel;

	loop_timer_free(k->timer);
	ipvs_state_clear(&k->have);
	ipvs_state_clear(&k->applied);
	ipvs_owned_free(&k->owned);
	refusals_clear(&k->said);
	drains_close(d);
	ipvs_genl_close(k->genl);
}

void kernel_adopt(struct director *d)
{
	struct kernel *k = &d->kernel;
	bool is_start = !k->timer && !d->args->is_restart;
	struct err err;

	if (!k->timer) {
		k->timer = loop_timer_new(d->loop, on_timer, d);
		k->look_due = loop_now(d->loop);
		ipvs_recon_init(&k->recon, k->look_due, 0);
	}
	kernel_want_changed(d);
	k->is_sync_set = false;
	if (!k->genl) {
		/* Nothing is wanted in a table that nobody has opened. */
		ipvs_recon_step(&k->recon, IPVS_RECON_RUN_OK, loop_now(d->loop));
		return;
	}
	k->is_whole_look_due = true;
	if (kernel_look(d, &err) < 0)
		log_error("%s", err.text); /* the reconciler tries again */
	/* Whatever is not in the file goes with the first plan; what is there stays as it is. */
	if (is_start && d->conf->global.is_flushing)
		ipvs_owned_claim(&k->owned, &k->have);
	adopt_tell(&k->have, &k->drains.set, d->health);
	if (!k->is_applied_known)
		adopt_ramps(&k->have, d->health, loop_now(d->loop));
	k->is_adopted = true;
	for (size_t i = 0; i < d->conf->n_virtual_servers && k->is_adopted; i++) {
		const struct conf_virtual_server *vs = &d->conf->virtual_servers[i];

		k->is_adopted = adopt_has_all(&k->have, vs);
	}
}

void kernel_want_changed(struct director *d)
{
	d->kernel.is_want_changed = true;
}

static bool was_said(const struct refusals *said, const char *text)
{
	for (size_t i = 0; i < said->n; i++)
		if (!strcmp(said->texts[i], text))
			return true;
	return false;
}

static void log_refusal(const struct refusals *said, struct refusals *now, const struct ipvs_op *op,
			int result)
{
	struct err err;

	if (result == -ECANCELED && op->kind == IPVS_OP_ADD_DEST)
		return; /* its service's own refusal says it */
	if (now->n == REFUSALS_MAX)
		return;
	ipvs_op_explain(op, result, &err);
	if (!was_said(said, err.text))
		log_warning("kernel: %s; it is tried again", err.text);
	now->texts[now->n++] = mem_strdup(err.text);
}

/* What the kernel refuses it mostly refuses for long: each sentence once, until it is taken. */
static void log_refusals(struct refusals *said, const struct ipvs_plan *plan, const int *results)
{
	struct refusals now = {0};

	for (size_t i = 0; i < plan->ops.n; i++)
		if (results[i] < 0)
			log_refusal(said, &now, &plan->ops.items[i], results[i]);
	refusals_clear(said);
	*said = now;
}

/* The destinations that came back with a service. */
static size_t count_restored(const struct ipvs_plan *plan, const int *results, size_t at)
{
	size_t n = 0;

	for (at++; at < plan->ops.n && plan->ops.items[at].cause == IPVS_CAUSE_RESTORED; at++)
		n += results[at] == 0;
	return n;
}

static void log_done(const struct ipvs_plan *plan, const int *results, size_t at)
{
	const struct ipvs_op *op = &plan->ops.items[at];
	char *text = NULL;
	size_t size, n = count_restored(plan, results, at);
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	ipvs_op_print(op, out);
	if (n > 0)
		fprintf(out, ", with %zu destination%s", n, plural(n));
	fclose(out);
	if (op->cause == IPVS_CAUSE_DRIFT)
		log_warning("kernel: somebody else changed the IPVS table; repaired: %s", text);
	else if (op->cause == IPVS_CAUSE_FOREIGN)
		log_warning("kernel: exclusive: %s", text);
	else
		log_info("kernel: %s", text);
	free(text);
}

/* A repair is a line in any case; of what is wanted in a large plan only the refusals are. */
static void log_plan(const struct ipvs_plan *plan, const int *results)
{
	bool is_small = plan->ops.n <= LOGGED_OPS_MAX;
	size_t n_done = 0;

	for (size_t i = 0; i < plan->ops.n; i++) {
		enum ipvs_op_cause cause = plan->ops.items[i].cause;

		n_done += results[i] == 0;
		if (results[i] == 0 && cause != IPVS_CAUSE_RESTORED &&
		    (is_small || cause != IPVS_CAUSE_WANTED))
			log_done(plan, results, i);
	}
	if (n_done == plan->ops.n)
		log_info("kernel: plan of %zu operation%s applied", n_done, plural(n_done));
	else if (n_done > 0)
		log_info("kernel: %zu of the plan's %zu operations applied", n_done, plan->ops.n);
}

static enum ipvs_recon_event judge(const struct ipvs_plan *plan, const int *results)
{
	enum ipvs_recon_event worst = IPVS_RECON_RUN_OK;

	for (size_t i = 0; i < plan->ops.n; i++) {
		/* What was held back waits for an operation that has a code of its own. */
		if (results[i] == 0 || results[i] == -ECANCELED)
			continue;
		if (!ipvs_op_is_stale(&plan->ops.items[i], results[i]))
			return IPVS_RECON_RUN_FAILED;
		worst = IPVS_RECON_RUN_STALE;
	}
	return worst;
}

/* What lvsd has just made it knows, so that a look need not read it at once. */
static void mark_read(struct ipvs_state *have, const struct ipvs_plan *plan, struct mono now)
{
	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];
		struct ipvs_service *service = op->kind == IPVS_OP_ADD_SERVICE
						   ? ipvs_state_find(have, &op->service.key)
						   : NULL;

		if (service)
			service->read_at = now;
	}
}

static int send_batch(void *arg, const struct ipvs_plan *batch, int *results, struct err *err)
{
	return ipvs_genl_apply(arg, batch, results, err);
}

/* After a refusal the table is read anew. */
static enum ipvs_recon_event apply(struct director *d, const struct ipvs_plan *plan, int *results)
{
	struct kernel *k = &d->kernel;
	enum ipvs_recon_event event = IPVS_RECON_RUN_FAILED;
	struct err err;

	if (ipvs_plan_run(plan, &k->have, send_batch, k->genl, results, &err) < 0)
		log_error("kernel: %s", err.text);
	else
		event = judge(plan, results);
	log_refusals(&k->said, plan, results);
	log_plan(plan, results);
	ipvs_drift_count(&k->drift, plan, results);
	if (event == IPVS_RECON_RUN_OK)
		mark_read(&k->have, plan, loop_now(d->loop));
	else
		k->is_have_valid = false;
	return event;
}

/* Sends the plan; what was wanted is taken over as what was applied. */
static enum ipvs_recon_event bring(struct director *d, struct table_decision *decision)
{
	struct kernel *k = &d->kernel;
	const struct ipvs_plan *plan = &decision->plan;
	enum ipvs_recon_event event = IPVS_RECON_RUN_OK;
	int *results = mem_calloc(plan->ops.n, sizeof(*results));

	if (plan->ops.n > 0)
		event = apply(d, plan, results);
	else
		refusals_clear(&k->said);
	if (plan->ops.n > 0 && event == IPVS_RECON_RUN_OK &&
	    ipvs_owned_trim(&k->owned, &decision->want, &k->have))
		owned_store(d);
	ipvs_drift_follow(&k->applied, &decision->want, plan, results);
	k->is_applied_known = true;
	free(results);
	return event;
}

/* One look if it is time, plan and apply. */
static enum ipvs_recon_event run(struct director *d)
{
	struct kernel *k = &d->kernel;
	const struct table_facts facts = {.conf = d->conf,
					  .health = d->health,
					  .have = &k->have,
					  .applied = k->is_applied_known ? &k->applied : NULL,
					  .owned = &k->owned,
					  .policies = &k->drains.policies,
					  .ready = d->host.ready,
					  .now = loop_now(d->loop)};
	struct table_decision decision;
	enum ipvs_recon_event event;
	struct err err;

	k->is_want_changed = false;
	if ((!k->is_have_valid || mono_reached(loop_now(d->loop), k->look_due)) &&
	    kernel_look(d, &err) < 0) {
		log_error("kernel: %s", err.text);
		return IPVS_RECON_RUN_FAILED;
	}
	table_decide(&facts, &k->drains.set, &decision);
	drains_take(d, &decision);
	if (ipvs_owned_claim(&k->owned, &decision.want) || k->is_owned_unsaved)
		owned_store(d); /* before they are in the kernel */
	event = bring(d, &decision);
	table_decision_fini(&decision);
	return event;
}

void kernel_settle(struct director *d)
{
	struct kernel *k = &d->kernel;
	struct mono now = loop_now(d->loop);
	bool is_look_due = k->genl && mono_reached(now, k->look_due), has_run;
	struct ipvs_recon_next next;

	if (!k->genl)
		return;
	drains_settle(d);
	next = ipvs_recon_step(
	    &k->recon,
	    k->is_want_changed || is_look_due ? IPVS_RECON_WANT_CHANGED : IPVS_RECON_TICK, now);
	has_run = next.is_run_due;
	while (next.is_run_due)
		next = ipvs_recon_step(&k->recon, run(d), now);
	/* Also when the kernel refuses an operation, which may last: the other services need them. */
	if (is_look_due || (has_run && !k->is_sync_set)) {
		bool are_timeouts_set = timeouts_settle(d) == 0;

		k->is_sync_set = syncing_settle(d) == 0 && are_timeouts_set;
	}
	loop_timer_set(k->timer, mono_min(mono_min(next.wake, k->look_due), drains_wake(d)));
}

void kernel_refresh(struct director *d)
{
	d->kernel.look_due = loop_now(d->loop);
	d->kernel.is_whole_look_due = true;
	kernel_settle(d);
}

json_t *kernel_reconcile(struct director *d)
{
	struct kernel *k = &d->kernel;
	uint64_t n_repairs = ipvs_drift_repairs(&k->drift), n_foreign = k->drift.foreign;
	size_t n_dests = 0;

	if (!k->genl)
		return control_refused("nothing of the configuration needs the kernel's IPVS");
	kernel_refresh(d);
	if (k->recon.state != IPVS_RECON_SETTLED)
		return control_refused("the kernel could not be brought to what is wanted: the log "
				       "says why; it is tried again");
	for (size_t i = 0; i < k->have.n_services; i++)
		n_dests += k->have.services[i].n_dests;
	return control_ok(json_pack(
	    "{s:I, s:I, s:I, s:I}", "repairs",
	    (json_int_t)(ipvs_drift_repairs(&k->drift) - n_repairs), "foreign_removed",
	    (json_int_t)(k->drift.foreign - n_foreign), "services",
	    (json_int_t)k->have.n_services, "destinations", (json_int_t)n_dests));
}
