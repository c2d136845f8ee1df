/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real servers that are draining keep weight 0 in the kernel's table until their connections have
 * ended (ipvs/drain.h decides). Real servers in maintenance drain, too, and stay out of service
 * until `lvsctl undrain`. Both are in drain.json, so that they outlive this process.
 */
#include "base/log.h"
#include "base/plural.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/decide.h"

#include <stdlib.h>

/* When more servers than this begin or end together, the others are not logged one by one. */
#define LOGGED_SERVERS_MAX 40

void drains_close(struct drains *drains)
{
	ipvs_drain_free(&drains->set);
	ipvs_drain_policies_free(&drains->policies);
	maintained_free(&drains->maintained);
	drains_dir_free(&drains->dir);
}

void drains_configure(struct kernel *k)
{
	struct drains *drains = &k->drains;
	bool is_changed;

	ipvs_drain_policies_take(&drains->policies, k->conf);
	is_changed = maintenance_apply(&drains->maintained, k->conf, k->health, loop_now(k->loop));
	drains_dir_apply(&drains->dir, k->conf, k->health, loop_now(k->loop));
	table_take_maintained(k->health, &drains->policies);
	if (is_changed)
		drains_store(k);
}

void drains_dir_changed(struct kernel *k, const struct maint_file *files, size_t n, bool is_used)
{
	struct drains *drains = &k->drains;

	drains_dir_store(&drains->dir, files, n);
	if (is_used && drains_dir_apply(&drains->dir, k->conf, k->health, loop_now(k->loop)))
		table_take_maintained(k->health, &drains->policies);
}

static void log_rest(size_t n, const char *what)
{
	if (n > LOGGED_SERVERS_MAX)
		log_info("drain: and %zu more %s; lvsctl status has what drains",
			 n - LOGGED_SERVERS_MAX, what);
}

static void log_begun(const struct drains *drains, struct mono now)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < drains->set.entries.n; i++) {
		const struct ipvs_drain_entry *entry = &drains->set.entries.items[i];

		if (mono_sub(entry->since, now) != 0 || entry->read_at.ns ||
		    n++ >= LOGGED_SERVERS_MAX)
			continue;
		log_info("drain: vs=%s rs=%s begins: %s, %lld s at most",
			 svckey_format(&entry->service, vs), endpoint_format(&entry->server, rs),
			 ipvs_drain_reason_name(entry->reason),
			 (long long)(mono_sub(entry->deadline, now) / NS_PER_S));
	}
	log_rest(n, "begin");
}

void drains_take(struct kernel *k, const struct table_decision *decision)
{
	struct drains *drains = &k->drains;

	if (decision->n_refused)
		log_warning("drain: %zu real server%s deleted at once: at most %d can drain at a "
			    "time",
			    decision->n_refused,
			    plural_of(decision->n_refused, " leaves", "s leave"), IPVS_DRAIN_MAX);
	if (decision->n_begun)
		log_begun(drains, loop_now(k->loop));
	drains->wake = ipvs_drain_wake(&drains->set);
	if (decision->n_begun || decision->n_ended)
		drains_store(k); /* before the kernel has the change */
}

void drains_forget_gone(struct kernel *k)
{
	struct drains *drains = &k->drains;

	if (!ipvs_drain_forget(&drains->set, &k->have))
		return;
	drains->wake = ipvs_drain_wake(&drains->set);
	drains_store(k);
}

void drains_adopt(struct kernel *k)
{
	size_t n = ipvs_drain_begin_anew(&k->drains.set, &k->have, loop_now(k->loop));

	if (!n)
		return;
	log_info("drain: %zu real server%s that drained when lvsd died had a weight in the kernel until "
		 "now, and %s the whole time",
		 n, plural(n), plural_of(n, "gets", "get"));
	drains_store(k);
}

/* Reads the counters of those services in which a server is draining. */
static void count(struct kernel *k)
{
	struct ipvs_drain *set = &k->drains.set;
	struct ipvs_slice slice = {0};
	size_t n_anew = 0;
	int code = 0;
	struct err err;

	ipvs_drain_pick(set, loop_now(k->loop), &slice);
	for (size_t i = 0; i < slice.at.n && code == 0; i++) {
		size_t at = slice.at.items[i];
		struct ipvs_state shown = {0};

		code = ipvs_genl_dump_dests(k->genl, &set->entries.items[at].service, &shown,
					    &err);
		if (code < 0)
			log_error("drain: %s", err.text);
		else
			n_anew += ipvs_drain_count(set, at, &shown.services[0]);
		ipvs_state_clear(&shown);
	}
	ipvs_slice_free(&slice);
	if (n_anew)
		drains_store(k);
}

static void log_done(const struct ipvs_drain_entry *entry)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	if (entry->connections || !entry->is_counted)
		log_warning("drain: vs=%s rs=%s is deleted with %llu connection%s: its time is "
			    "over",
			    svckey_format(&entry->service, vs), endpoint_format(&entry->server, rs),
			    (unsigned long long)entry->connections, plural(entry->connections));
	else
		log_info("drain: vs=%s rs=%s is deleted: its last connection has ended",
			 svckey_format(&entry->service, vs), endpoint_format(&entry->server, rs));
}

/* Whether some of the draining servers are to be deleted now. */
static bool drains_reap(struct kernel *k)
{
	struct ipvs_drain *set = &k->drains.set;
	struct mono now = loop_now(k->loop);
	size_t n = 0;

	for (size_t i = 0; i < set->entries.n; i++) {
		const struct ipvs_drain_entry *entry = &set->entries.items[i];

		if (!entry->is_over && ipvs_drain_is_done(entry, now) && n++ < LOGGED_SERVERS_MAX)
			log_done(entry);
	}
	log_rest(n, "end");
	return ipvs_drain_reap(set, now) > 0;
}

bool drains_settle(struct kernel *k)
{
	struct drains *drains = &k->drains;
	struct mono now = loop_now(k->loop);
	bool is_changed =
	    mono_reached(now, health_ramp_due(k->health)) && health_ramp(k->health, now);

	if (!drains->set.entries.n || !mono_reached(now, drains->wake))
		return is_changed;
	count(k);
	is_changed = drains_reap(k) || is_changed;
	drains->wake = ipvs_drain_wake(&drains->set);
	if (drains->is_unsaved)
		drains_store(k);
	return is_changed;
}

struct mono drains_wake(const struct kernel *k)
{
	const struct drains *drains = &k->drains;
	struct mono wake = drains->set.entries.n ? drains->wake : MONO_NEVER;

	return mono_min(wake, health_ramp_due(k->health));
}
