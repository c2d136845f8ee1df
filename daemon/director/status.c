/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsctl status shows, as one JSON object: doc/control.md says what each field means. */
#include "base/clock.h"
#include "daemon/director/director_state.h"
#include "daemon/director/config/ignored.h"
#include "daemon/shared/rights.h"

#include <limits.h>
#include <unistd.h>

static json_t *stamp(int64_t wall_us)
{
	char text[CLOCK_STAMP_MAX];

	if (!wall_us)
		return json_null();
	clock_format(wall_us, text);
	return json_string(text);
}

static const char *outcome_name(enum probe_outcome outcome)
{
	static const char *const names[] = {
	    [PROBE_OK] = "ok", [PROBE_FAIL] = "fail", [PROBE_NONE] = "none"};

	return names[outcome];
}

static json_t *check_json(const struct health_check *check)
{
	bool has_run = check->last_wall_us != 0;
	json_t *last =
	    json_pack("{s:o, s:o, s:o}", "at", stamp(check->last_wall_us), "outcome",
		      has_run ? json_string(outcome_name(check->last.outcome)) : json_null(),
		      "reason", has_run ? json_string(check->last.reason) : json_null());

	return json_pack("{s:s, s:s, s:o, s:o}", "kind", conf_check_type_name(check->conf->type),
			 "state", health_state_name(check->state), "last", last, "latency_us",
			 has_run ? json_integer(check->last.latency_us) : json_null());
}

/* What the kernel has of one server, in all services that its virtual server is. */
struct presence {
	size_t n; /* services that it is in */
	uint32_t weight;
	uint64_t active, inactive;
};

static struct presence presence_of(const struct ipvs_state *have,
				   const struct conf_virtual_server *vs,
				   const struct conf_real_server *rs)
{
	struct presence presence = {0};

	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct ipvs_service *service = ipvs_state_find(have, conf_service_key(vs, i));
		struct endpoint ep = conf_service_server(vs, i, rs);
		const struct ipvs_dest *dest = service ? ipvs_service_find(service, &ep) : NULL;

		if (!dest)
			continue;
		presence.n++;
		presence.weight = dest->weight;
		presence.active += dest->counters.active;
		presence.inactive += dest->counters.inactive;
	}
	return presence;
}

/* What the kernel's table shows of a server; all null when the table could not be read. */
static void set_kernel_fields(json_t *server, const struct kernel *k,
			      const struct conf_virtual_server *vs,
			      const struct conf_real_server *rs)
{
	struct presence there = presence_of(&k->have, vs, rs);
	bool is_everywhere = there.n > 0 && there.n == conf_service_count(vs);

	json_object_set_new(server, "in_kernel",
			    k->is_have_valid ? json_boolean(is_everywhere) : json_null());
	json_object_set_new(server, "kernel_weight",
			    there.n ? json_integer(there.weight) : json_null());
	json_object_set_new(server, "active_connections",
			    there.n ? json_integer((json_int_t)there.active) : json_null());
	json_object_set_new(server, "inactive_connections",
			    there.n ? json_integer((json_int_t)there.inactive) : json_null());
}

/* A real server that serves as the sorry server too has that one's weight, if it is greater. */
static void effective(const struct health_vs *vs, const struct health_rs *rs, bool *ret_is_present,
		      uint32_t *ret_weight)
{
	bool is_sorry_present;
	uint32_t sorry_weight;

	health_rs_effective(vs, rs, ret_is_present, ret_weight);
	if (!conf_server_is_sorry(vs->conf, rs->conf))
		return;
	health_sorry_effective(vs, &is_sorry_present, &sorry_weight);
	if (!is_sorry_present)
		return;
	if (!*ret_is_present || *ret_weight < sorry_weight)
		*ret_weight = sorry_weight;
	*ret_is_present = true;
}

/* Why the director cannot reach the server, by the check that has known it longest; null: it can. */
static json_t *path_json(const struct director *d, const struct health_rs *rs)
{
	const struct health_check *worst = NULL;
	const struct path_link *link;

	for (size_t i = 0; i < rs->n_checks; i++)
		if (!mono_is_never(rs->checks[i].faulted) &&
		    (!worst || mono_before(rs->checks[i].faulted, worst->faulted)))
			worst = &rs->checks[i];
	if (!worst)
		return json_null();
	link = d->paths.watch ? path_watch_link(d->paths.watch, worst->last.interface) : NULL;
	return json_pack("{s:s, s:o, s:o, s:b, s:s}", "fault", path_fault_name(worst->last.fault),
			 "interface", link ? json_string(link->name) : json_null(), "since",
			 stamp(worst->faulted_wall_us), "cut_off", rs->n_cut_off > 0, "text",
			 worst->last.reason);
}

static json_t *rs_json(const struct director *d, const struct health_vs *vs,
		       const struct health_rs *rs)
{
	json_t *checks = json_array(), *server;
	char key[ENDPOINT_TEXT_MAX];
	uint32_t weight;
	bool is_present;

	effective(vs, rs, &is_present, &weight);
	for (size_t i = 0; i < rs->n_checks; i++)
		json_array_append_new(checks, check_json(&rs->checks[i]));
	server = json_pack("{s:s, s:s, s:o, s:I, s:I}", "key", endpoint_format(&rs->conf->id, key),
			   "state", drains_state(&d->kernel.drains, vs, rs), "since", stamp(rs->since_wall_us),
			   "weight", (json_int_t)rs->conf->weight, "effective_weight",
			   (json_int_t)(is_present ? weight : 0));
	set_kernel_fields(server, &d->kernel, vs->conf, rs->conf);
	json_object_set_new(server, "path", path_json(d, rs));
	json_object_set_new(server, "checks", checks);
	json_object_set_new(server, "ignored_check",
			    rs->conf->ignored_check ? json_string(rs->conf->ignored_check)
						    : json_null());
	return server;
}

static json_t *sorry_json(const struct kernel *k, const struct health_vs *vs)
{
	const struct endpoint *ep = &vs->conf->sorry_server.id;
	char key[ENDPOINT_TEXT_MAX];
	uint32_t weight;
	bool is_present;
	json_t *server;

	if (!vs->conf->has_sorry_server)
		return json_null();
	health_sorry_effective(vs, &is_present, &weight);
	server = json_pack("{s:s, s:I}", "key", endpoint_format(ep, key), "effective_weight",
			   (json_int_t)(is_present ? weight : 0));
	set_kernel_fields(server, k, vs->conf, &vs->conf->sorry_server);
	return server;
}

static json_t *members_json(const struct conf_virtual_server *vs)
{
	json_t *members = json_array();
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < conf_service_count(vs); i++)
		json_array_append_new(members,
				      json_string(svckey_format(conf_service_key(vs, i), key)));
	return members;
}

static json_t *vs_json(const struct director *d, const struct health_vs *vs)
{
	json_t *real_servers = json_array(), *json;
	const char *fault = host_fault(&d->host, vs->conf);
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < vs->n_real_servers; i++)
		json_array_append_new(real_servers, rs_json(d, vs, &vs->real_servers[i]));
	json =
	    json_pack("{s:s, s:o, s:s, s:s, s:b, s:o}", "key", svckey_format(&vs->conf->key, key),
		      "members", members_json(vs->conf), "scheduler", vs->conf->scheduler, "method",
		      conf_method_name(vs->conf->method), "quorum_up", vs->is_quorum_up,
		      "real_servers", real_servers);
	json_object_set_new(json, "quorum", json_integer(vs->conf->quorum));
	json_object_set_new(json, "live_weight", json_integer((json_int_t)vs->live_weight));
	json_object_set_new(json, "sorry_server", sorry_json(&d->kernel, vs));
	json_object_set_new(json, "fault", fault ? json_string(fault) : json_null());
	return json;
}

static json_t *vips_json(const struct conf_vrrp *conf)
{
	json_t *vips = json_array();
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < conf->n_vips; i++)
		json_array_append_new(vips,
				      json_sprintf("%s/%u", addr_format(&conf->vips[i].addr, text),
						   conf->vips[i].prefix_len));
	return vips;
}

/* How often the master that a backup hears advertises, as adopted; null elsewhere. */
static json_t *master_interval_json(const struct vrrp_report *report)
{
	if (!report || report->state != VRRP_BACKUP || report->master.family == AF_UNSPEC)
		return json_null();
	return json_real(report->master_interval_us / (double)US_PER_S);
}

/* For how many seconds a backup still leaves a master of lower priority alone; null elsewhere. */
static json_t *held_json(const struct vrrp_report *report, struct mono now)
{
	if (!report || !mono_before(now, report->held_until))
		return json_null();
	return json_real((double)(mono_sub(report->held_until, now) / NS_PER_MS) / 1000);
}

/* Advertisements that were ignored, by reason; null when the vrrp process has not reported. */
static json_t *rejected_json(const struct vrrp_report *report)
{
	json_t *counts = report ? json_object() : json_null();

	for (size_t i = 0; report && i < VRRP_REASONS; i++)
		if (report->rejections[i])
			json_object_set_new(counts, vrrp_reason_name((enum vrrp_reason)i),
					    json_integer((json_int_t)report->rejections[i]));
	return counts;
}

static json_t *vrrp_json(const struct director *d, const struct conf_vrrp *conf)
{
	const struct vrrp_report *report = roles_find(&d->roles, conf);
	char master[ADDR_TEXT_MAX];
	bool has_master = report && report->master.family != AF_UNSPEC;

	return json_pack(
	    "{s:s, s:s, s:o, s:i, s:o, s:i, s:s, s:o, s:f, s:o, s:o, s:o, s:o}", "name", conf->name,
	    "state", vrrp_state_text(report ? report->state : VRRP_INIT), "fault",
	    report && report->fault[0] ? json_string(report->fault) : json_null(), "priority",
	    conf->priority, "effective_priority",
	    report ? json_integer(report->effective_priority) : json_null(), "vrid", conf->vrid,
	    "interface", conf->interface, "master",
	    has_master ? json_string(addr_format(&report->master, master)) : json_null(),
	    "advert_int", conf->advert_int_us / (double)US_PER_S, "master_advert_int",
	    master_interval_json(report), "held_for", held_json(report, loop_now(d->loop)),
	    "rejected", rejected_json(report),
	    "virtual_addresses", vips_json(conf));
}

static json_t *last_reload_json(const struct reload_result *reload)
{
	if (!reload->wall_us)
		return json_null();
	return json_pack("{s:s, s:o, s:b, s:s}", "action", reload_action_name(reload->action), "at",
			 stamp(reload->wall_us), "ok", reload->is_ok, "text", reload->text);
}

/* The deadline as wall time: the loop counts on another clock. */
static json_t *confirm_by_json(const struct director *d)
{
	int64_t left_ns = mono_sub(d->config.rollback.confirm_by, loop_now(d->loop));

	return rollback_is_waiting(&d->config) ? stamp(clock_wall_us() + left_ns / NS_PER_US) : json_null();
}

json_t *status_config_json(const struct director *d)
{
	return json_pack("{s:s, s:o, s:s, s:o, s:o}", "file", d->args->config, "applied_at",
			 stamp(d->config.applied_wall_us), "in_force",
			 d->config.rollback.is_rolled_back ? "previous" : "file", "confirm_by",
			 confirm_by_json(d), "last_reload", last_reload_json(&d->config.last));
}

static json_t *router_id_json(const struct conf *conf)
{
	char host[HOST_NAME_MAX + 1] = "";

	if (*conf->global.router_id)
		return json_string(conf->global.router_id);
	gethostname(host, sizeof(host) - 1);
	return json_string(host);
}

/* How the table is kept as it should be. */
static json_t *reconcile_json(const struct director *d)
{
	const struct kernel *k = &d->kernel;
	json_t *repairs = json_object();

	for (enum ipvs_op_kind kind = 0; kind < IPVS_OP_KINDS; kind++)
		json_object_set_new(repairs, ipvs_op_kind_name(kind),
				    json_integer((json_int_t)k->drift.repairs[kind]));
	return json_pack("{s:I, s:s, s:I, s:I, s:I, s:o, s:I}", "interval",
			 (json_int_t)d->conf->global.reconcile_interval, "state",
			 ipvs_recon_state_name(k->recon.state), "looks", (json_int_t)k->looks.n,
			 "whole_looks", (json_int_t)k->looks.n_whole, "services_read",
			 (json_int_t)k->looks.n_services_read, "repairs", repairs,
			 "foreign_removed", (json_int_t)k->drift.foreign);
}

/* Capabilities that processes of this configuration lack. */
static json_t *lacks_json(const struct director *d)
{
	const bool is_needed[] = {[PRIVILEGE_DIRECTOR] = true,
				  [PRIVILEGE_VRRP] = d->roles.is_needed,
				  [PRIVILEGE_CHECK] = d->checks.is_needed,
				  [PRIVILEGE_SCRIPT] = d->scripts.is_needed};
	const struct rights_lack *lacks[RIGHTS_LACKS_MAX];
	json_t *list = json_array();

	for (enum privilege_role role = PRIVILEGE_DIRECTOR; role <= PRIVILEGE_SCRIPT; role++) {
		size_t n = is_needed[role] ? rights_lacks(role, d->args->permitted, lacks) : 0;

		for (size_t i = 0; i < n; i++)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "process",
							      rights_role_name(role), "capability",
							      lacks[i]->name, "cost",
							      lacks[i]->cost));
	}
	return list;
}

json_t *status_json(const struct director *d)
{
	size_t n;
	const struct health_vs *services = health_services(d->health, &n);
	json_t *virtual_servers = json_array(), *vrrp = json_array(), *status;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(virtual_servers, vs_json(d, &services[i]));
	for (size_t i = 0; i < d->conf->n_vrrps; i++)
		json_array_append_new(vrrp, vrrp_json(d, &d->conf->vrrps[i]));
	status = json_pack(
	    "{s:i, s:s, s:s, s:i, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "schema", 1, "version",
	    PACKAGE_VERSION, "config_digest", d->conf->digest, "pid", (int)getppid(), "router_id",
	    router_id_json(d->conf), "config", status_config_json(d), "ignored",
	    ignored_json(d->conf), "repairs",
	    (json_int_t)ipvs_drift_repairs(&d->kernel.drift), "host_repairs",
	    (json_int_t)d->host.n_repairs, "reconcile", reconcile_json(d), "virtual_servers",
	    virtual_servers, "draining",
	    drains_json(&d->kernel, &d->kernel.have, loop_now(d->loop)), "vrrp", vrrp, "sync", syncing_json(&d->sync));
	json_object_set_new(status, "lacks", lacks_json(d));
	return status;
}
