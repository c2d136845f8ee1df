/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl drain and undrain, and what lvsctl status says of servers that leave or are kept out. */
#include "base/log.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/decide.h"

#include <errno.h>
#include <stdlib.h>

/* Servers that are kept out of service at a time. */
#define HOLDS_MAX 1024

/* A virtual server of the file, and one of its real servers. */
struct target {
	const struct health_vs *vs;
	const struct health_rs *rs;
	size_t vs_place, rs_place;
};

/* Connections that the kernel counts for a server of the file, in all services that it is in. */
static uint64_t connections_of(const struct ipvs_state *have, const struct conf_virtual_server *vs,
			       const struct conf_real_server *rs)
{
	uint64_t n = 0;

	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct ipvs_service *service = ipvs_state_find(have, conf_service_key(vs, i));
		struct endpoint ep = conf_service_server(vs, i, rs);
		const struct ipvs_dest *dest = service ? ipvs_service_find(service, &ep) : NULL;

		n += dest ? ipvs_drain_connections(dest) : 0;
	}
	return n;
}

/* What of a server of the file drains, in whichever of its services; NULL when nothing does. */
static const struct ipvs_drain_entry *entry_of(const struct drains *drains,
					       const struct conf_virtual_server *vs,
					       const struct conf_real_server *rs)
{
	const struct ipvs_drain_entry *entry = NULL;

	for (size_t i = 0; i < conf_service_count(vs) && !entry; i++) {
		struct endpoint ep = conf_service_server(vs, i, rs);

		entry = ipvs_drain_find(&drains->set, conf_service_key(vs, i), &ep);
	}
	return entry;
}

const char *drains_state(const struct drains *drains, const struct health_vs *vs,
			 const struct health_rs *rs)
{
	if (entry_of(drains, vs->conf, rs->conf))
		return "draining";
	return rs->is_held ? "maint" : health_state_name(rs->state);
}

static json_int_t seconds_left(struct mono deadline, struct mono now)
{
	int64_t left = mono_sub(deadline, now);

	return left > 0 ? left / NS_PER_S : 0;
}

static json_t *item_json(const char *vs, const char *rs, const char *reason, const char *state,
			 uint64_t connections, json_int_t left_s)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "service", vs, "real_server", rs,
			 "reason", reason, "state", state, "connections", (json_int_t)connections,
			 "deadline_s", left_s);
}

static json_t *entry_json(const struct ipvs_drain_entry *entry, const struct ipvs_state *have,
			  struct mono now)
{
	const struct ipvs_service *service = ipvs_state_find(have, &entry->service);
	const struct ipvs_dest *dest = service ? ipvs_service_find(service, &entry->server) : NULL;
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	return item_json(svckey_format(&entry->service, vs), endpoint_format(&entry->server, rs),
			 ipvs_drain_reason_name(entry->reason), "draining",
			 dest ? ipvs_drain_connections(dest) : 0, seconds_left(entry->deadline, now));
}

/* health has the servers of the configuration in force, in its order. */
static enum server_found target_find(const struct kernel *k, const struct hold *hold,
				     struct target *ret_target)
{
	size_t n, vs, rs;
	const struct health_vs *services = health_services(k->health, &n);
	enum server_found found = maintenance_find(k->conf, hold, &vs, &rs);

	if (found == SERVER_FOUND)
		*ret_target =
		    (struct target){&services[vs], &services[vs].real_servers[rs], vs, rs};
	return found;
}

static json_t *hold_json(const struct kernel *k, const struct hold *hold,
			 const struct ipvs_state *have, struct mono now)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];
	const struct ipvs_drain_entry *entry = NULL;
	struct target target;
	uint64_t n = 0;

	if (target_find(k, hold, &target) == SERVER_FOUND) {
		entry = entry_of(&k->drains, target.vs->conf, target.rs->conf);
		n = connections_of(have, target.vs->conf, target.rs->conf);
	}
	return item_json(svckey_format(&hold->vs, vs), endpoint_format(&hold->rs, rs), "manual",
			 entry ? "draining" : "maint", n,
			 entry ? seconds_left(entry->deadline, now) : 0);
}

/* One item for each server that is kept out, though it may drain in several services. */
json_t *drains_json(const struct kernel *k, const struct ipvs_state *have, struct mono now)
{
	const struct drains *drains = &k->drains;
	json_t *list = json_array();

	for (size_t i = 0; i < drains->set.entries.n; i++) {
		const struct ipvs_drain_entry *entry = &drains->set.entries.items[i];

		if (!ipvs_drain_policies_holds(&drains->policies, &entry->service, &entry->server))
			json_array_append_new(list, entry_json(entry, have, now));
	}
	for (size_t i = 0; i < drains->holds.n; i++)
		json_array_append_new(list, hold_json(k, &drains->holds.items[i], have, now));
	return list;
}

static void hold_remove(struct drains *drains, const struct target *target)
{
	size_t n = 0;

	for (size_t i = 0; i < drains->holds.n; i++)
		if (svckey_cmp(&drains->holds.items[i].vs, &target->vs->conf->key) ||
		    endpoint_cmp(&drains->holds.items[i].rs, &target->rs->conf->id))
			drains->holds.items[n++] = drains->holds.items[i];
	drains->holds.n = n;
}

static void change(struct kernel *k, const struct target *target, bool is_held)
{
	struct drains *drains = &k->drains;
	const struct conf_virtual_server *conf = target->vs->conf;
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	if (is_held)
		*vec_push(&drains->holds) = (struct hold){conf->key, target->rs->conf->id};
	else
		hold_remove(drains, target);
	drains_store(k);
	health_hold(k->health, target->vs_place, target->rs_place, is_held, loop_now(k->loop));
	table_take_held(k->health, &drains->policies);
	log_notice("drain: vs=%s rs=%s is %s service by lvsctl", svckey_format(&conf->key, vs),
		   endpoint_format(&target->rs->conf->id, rs), is_held ? "out of" : "back in");
}

int drains_hold(struct kernel *k, const struct hold *hold, bool is_held, struct err *err)
{
	struct target target;

	switch (target_find(k, hold, &target)) {
	case SERVER_FOUND:
		break;
	case SERVER_ABSENT:
		return err_set(err, -ENOENT,
			       "the configuration in force has no such real server in such a "
			       "virtual server: lvsctl status shows the keys");
	case SERVER_AMBIGUOUS:
		return err_set(err, -EINVAL,
			       "several real servers of this virtual server could be meant: name "
			       "one as lvsctl status shows it");
	}
	if (target.rs->is_held == is_held)
		return err_set(err, -EALREADY, "%s",
			       is_held ? "it is out of service already"
				       : "it is not out of service by lvsctl drain");
	if (is_held && k->drains.holds.n == HOLDS_MAX)
		return err_set(err, -ENOSPC,
			       "1024 real servers are out of service already: lvsctl undrain one of "
			       "them, or take some out of the file");
	change(k, &target, is_held);
	return 0;
}
