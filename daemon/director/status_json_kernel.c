/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/status_json.h"
#include "daemon/director/host/owner.h"

static json_t *dest_json(const struct ipvs_dest *dest)
{
	char key[ENDPOINT_TEXT_MAX];

	return json_pack("{s:s, s:I, s:s, s:I, s:I}", "key", endpoint_format(&dest->ep, key),
			 "weight", (json_int_t)dest->weight, "method",
			 ipvs_method_name(dest->method), "active_connections",
			 (json_int_t)dest->counters.active, "inactive_connections",
			 (json_int_t)dest->counters.inactive);
}

static json_t *service_json(const struct ipvs_service *service)
{
	json_t *dests = json_array();
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < service->n_dests; i++)
		json_array_append_new(dests, dest_json(&service->dests[i]));
	return json_pack("{s:s, s:s, s:I, s:o}", "key", svckey_format(&service->key, key),
			 "scheduler", service->scheduler, "persistence_timeout",
			 (json_int_t)service->timeout, "destinations", dests);
}

static json_t *services_json(const struct status_kernel *kernel)
{
	json_t *services = json_array();

	for (size_t i = 0; i < kernel->owned->keys.n; i++) {
		const struct ipvs_service *service =
		    ipvs_state_find(kernel->table, &kernel->owned->keys.items[i]);

		if (service)
			json_array_append_new(services, service_json(service));
	}
	return services;
}

static json_t *sync_json(const struct status_kernel *kernel)
{
	json_t *roles = json_array();

	for (size_t i = 0; i < kernel->n_daemons; i++) {
		const struct sync_daemon *daemon = &kernel->daemons[i];

		json_array_append_new(roles, json_pack("{s:s, s:s, s:I}", "role",
						       sync_role_name(daemon->role), "interface",
						       daemon->interface, "syncid",
						       (json_int_t)daemon->syncid));
	}
	return roles;
}

static void locals_add(const struct status_kernel *kernel, json_t *sysctls)
{
	for (size_t i = 0; i < kernel->locals.n; i++) {
		const struct status_local *local = &kernel->locals.items[i];

		json_array_append_new(
		    sysctls, json_pack("{s:o, s:o, s:s}", "name",
				       json_sprintf("net.ipv4.conf.%s.accept_local", local->interface),
				       "value", local->value[0] ? json_string(local->value) : json_null(),
				       "former", local->former));
	}
}

static json_t *sysctls_json(const struct status_kernel *kernel)
{
	json_t *sysctls = json_array();

	for (size_t i = 0; i < kernel->formers->sysctls.n; i++) {
		const struct host_sysctl *former = &kernel->formers->sysctls.items[i];
		const struct host_sysctl *now = host_state_sysctl(&kernel->host, former->name);

		json_array_append_new(
		    sysctls,
		    json_pack("{s:o, s:o, s:s}", "name",
			      json_sprintf("net.ipv4.vs.%s", former->name), "value",
			      now ? json_string(now->value) : json_null(), "former", former->value));
	}
	locals_add(kernel, sysctls);
	return sysctls;
}

static json_t *sets_json(const struct host_state *host)
{
	json_t *sets = json_array();

	for (size_t i = 0; i < host->sets.n; i++) {
		const struct host_set *set = &host->sets.items[i];
		json_t *members = json_array();

		for (size_t k = 0; k < set->members.n; k++)
			json_array_append_new(members, json_string(set->members.items[k]));
		json_array_append_new(sets, json_pack("{s:s, s:s, s:o}", "name", set->name, "type",
						      set->type, "members", members));
	}
	return sets;
}

/* A rule of nftables is shown by its comment, which says what the rule does. */
static void owner_rules_add(const struct owner_side *side, json_t *rules)
{
	char comment[HOST_OWNER_COMMENT_MAX];

	for (int rule = 0; side && side->may_exist && side->owner.is_on && rule < HOST_OWNER_N_RULES; rule++)
		json_array_append_new(
		    rules, json_pack("{s:s, s:o, s:s, s:s}", "program", "nft", "table",
				     json_sprintf("inet %s", side->table), "chain", HOST_OWNER_CHAIN, "rule",
				     host_owner_comment(&side->owner, (enum host_owner_rule)rule, comment)));
}

static json_t *rules_json(const struct status_kernel *kernel)
{
	const struct host_state *host = &kernel->host;
	json_t *rules = json_array();

	for (int part = 0; part < HOST_N_PARTS; part++) {
		const struct host_part_info *info = &host_parts[part];
		const struct host_chain *chain = &host->chains[part];

		for (size_t i = 0; i < chain->rules.n; i++)
			json_array_append_new(
			    rules, json_pack("{s:s, s:s, s:s, s:s}", "program", info->program,
					     "table", info->table, "chain", info->chain, "rule",
					     chain->rules.items[i].spec));
	}
	owner_rules_add(kernel->owner, rules);
	return rules;
}

static json_t *addresses_json(const struct status *status)
{
	json_t *addresses = json_array();
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < status->instances.n; i++) {
		const struct conf_vrrp *vrrp = status->instances.items[i].conf;
		const struct vrrp_report *report = status->instances.items[i].report;

		for (size_t j = 0; report && report->state == VRRP_MASTER && j < conf_n_held(vrrp);
		     j++) {
			const struct conf_vip *vip = conf_held(vrrp, j);

			json_array_append_new(
			    addresses,
			    json_pack("{s:o, s:s, s:s}", "address",
				      json_sprintf("%s/%u", addr_format(&vip->addr, text),
						   vip->prefix_len),
				      "interface", conf_vip_holder(vip), "instance", vrrp->name));
		}
	}
	return addresses;
}

json_t *status_kernel_json(const struct status *status)
{
	const struct status_kernel *kernel = status->in_kernel;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "services",
			 kernel->table ? services_json(kernel) : json_null(), "sync",
			 sync_json(kernel), "sysctls", sysctls_json(kernel), "sets",
			 sets_json(&kernel->host), "rules", rules_json(kernel), "addresses",
			 addresses_json(status));
}
