/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/status_json.h"
#include "base/clock.h"
#include "daemon/director/role/role_orders.h"
#include "healthcheck/check_step.h"
#include "vrrp/fsm.h"
#include "vrrp/order_name.h"
#include "vrrp/unknown/unknown.h"

#include <string.h>

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

/* The outcomes in a row by which the check is on its way to the other state; JSON null if there are
 * none. */
static json_t *counting_json(const struct health_check *check)
{
	struct check_limits limits = check_limits_of(check->conf);
	bool is_up = check->state == HEALTH_UP;

	if (!check->streak)
		return json_null();
	return json_pack("{s:s, s:I, s:I}", "to", is_up ? "down" : "up", "n",
			 (json_int_t)check->streak, "of",
			 (json_int_t)(is_up ? limits.fall : limits.rise));
}

/* The virtual address that is probed, and the mark of the private service that leads to the server; JSON
 * null without through_vip. */
static json_t *through_json(const struct conf_check *check)
{
	char target[ENDPOINT_TEXT_MAX];

	if (!check->is_through_vip)
		return json_null();
	return json_pack("{s:s, s:I}", "address", endpoint_format(&check->target, target), "mark",
			 (json_int_t)check->fwmark);
}

static json_t *check_json(const struct health_rs *rs, const struct health_check *check)
{
	struct check_limits limits = check_limits_of(check->conf);
	bool has_run = check->last_wall_us != 0;
	json_t *last =
	    json_pack("{s:o, s:o, s:o}", "at", stamp(check->last_wall_us), "outcome",
		      has_run ? json_string(outcome_name(check->last.outcome)) : json_null(),
		      "reason", has_run ? json_string(check->last.reason) : json_null());

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:b, s:o, s:I, s:I, s:o, s:b}", "kind",
			 conf_check_kind(check->conf)->name, "state", health_state_name(check->state),
			 "since", stamp(check->since_wall_us), "last", last, "latency_us",
			 has_run ? json_integer(check->last.latency_us) : json_null(), "weight",
			 check->has_weight ? json_integer(check->weight) : json_null(), "added",
			 (int)check->added, "from_before_restart", check->is_from_before, "counting",
			 counting_json(check), "rise", (json_int_t)limits.rise, "fall",
			 (json_int_t)limits.fall, "through_vip", through_json(check->conf), "abstains",
			 health_check_is_abstaining(rs, check));
}

/* Adds what the kernel's table has of a server; null if the table could not be read. */
static void set_kernel_fields(json_t *server, const struct status_presence *there)
{
	json_object_set_new(server, "in_kernel",
			    there->is_known ? json_boolean(there->is_everywhere) : json_null());
	json_object_set_new(server, "kernel_weight",
			    there->n ? json_integer(there->weight) : json_null());
	json_object_set_new(server, "active_connections",
			    there->n ? json_integer((json_int_t)there->active) : json_null());
	json_object_set_new(server, "inactive_connections",
			    there->n ? json_integer((json_int_t)there->inactive) : json_null());
}

/* Why the director cannot reach the server; JSON null if it can. */
static json_t *path_json(const struct status_server *server)
{
	const struct health_check *check = server->path.check;

	if (!check)
		return json_null();
	return json_pack("{s:s, s:s?, s:o, s:b, s:s}", "fault", path_fault_name(check->last.fault),
			 "interface", server->path.interface, "since",
			 stamp(check->faulted_wall_us), "cut_off", health_rs_is_cut_off(server->health),
			 "text", check->last.reason);
}

/* Why a server that is down keeps its weight; JSON null if it does not. */
static json_t *kept_json(const struct health_rs *rs)
{
	if (!rs->held)
		return json_null();
	return json_string(rs->held & HEALTH_HELD_OPEN    ? "fail_open"
			   : rs->held & HEALTH_HELD_GUARD ? "panic_guard"
							  : "depool_threshold");
}

/* The hold of a server that is held down for flapping; JSON null if it is not. */
static json_t *damped_json(const struct health_rs *rs)
{
	if (!health_rs_is_damped(rs))
		return json_null();
	return json_pack("{s:o, s:I, s:b}", "until", stamp(rs->flap->until_wall_us), "holds",
			 (json_int_t)rs->flap->n_holds, "checks_up", rs->n_down == 0);
}

static const char *guard_cause_name(enum guard_cause cause)
{
	return cause == GUARD_OPEN ? "fail_open" : cause == GUARD_PANIC ? "panic_threshold" : "cut_off";
}

/* The guard of a service that acts; JSON null if none does. */
static json_t *guard_json(const struct health_vs *vs)
{
	if (!guard_is_acting(vs->guard))
		return json_null();
	return json_pack("{s:s, s:o, s:I, s:I}", "cause", guard_cause_name(vs->guard), "since",
			 stamp(vs->guard_since_wall_us), "kept", (json_int_t)vs->n_held_guard, "pool",
			 (json_int_t)vs->n_pool);
}

/* What keeps the server out of service; JSON null if nothing does. */
static json_t *maintenance_json(const struct status_server *server)
{
	const struct maint_file *file = server->file;

	if (!server->health->is_maintained)
		return json_null();
	return json_pack("{s:b, s:s?, s:s?}", "by_order",
			 (server->health->maintained_by & HEALTH_MAINTAINED_BY_ORDER) != 0, "file",
			 file ? file->name : NULL, "reason", file ? file->reason : NULL);
}

static json_t *server_json(const struct status_server *server)
{
	const struct health_rs *rs = server->health;
	json_t *checks = json_array(), *json;
	char key[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < rs->n_checks; i++)
		json_array_append_new(checks, check_json(rs, &rs->checks[i]));
	json = json_pack("{s:s, s:s, s:o, s:I, s:I}", "key",
			 endpoint_format(&server->conf->id, key), "state", server->state, "since",
			 stamp(rs->since_wall_us), "weight", (json_int_t)server->conf->weight,
			 "effective_weight", (json_int_t)server->effective_weight);
	json_object_set_new(json, "before",
			    rs->before_wall_us
				? json_pack("{s:s, s:o}", "state", health_state_name(rs->before), "since",
					    stamp(rs->before_wall_us))
				: json_null());
	json_object_set_new(json, "slow_start", json_boolean(rs->is_ramping));
	set_kernel_fields(json, &server->kernel);
	json_object_set_new(json, "path", path_json(server));
	json_object_set_new(json, "kept", kept_json(rs));
	json_object_set_new(json, "maintenance", maintenance_json(server));
	json_object_set_new(json, "held_down", damped_json(rs));
	json_object_set_new(json, "backup", json_integer(rs->conf->backup));
	json_object_set_new(json, "in_use", json_boolean(server->is_in_use));
	json_object_set_new(json, "checks", checks);
	json_object_set_new(json, "ignored_check",
			    server->conf->ignored_check ? json_string(server->conf->ignored_check)
							: json_null());
	return json;
}

static json_t *sorry_json(const struct status_server *sorry)
{
	char key[ENDPOINT_TEXT_MAX];
	json_t *json;

	if (!sorry->conf)
		return json_null();
	json = json_pack("{s:s, s:I}", "key", endpoint_format(&sorry->conf->id, key),
			 "effective_weight", (json_int_t)sorry->effective_weight);
	set_kernel_fields(json, &sorry->kernel);
	return json;
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

static json_t *service_json(const struct status_service *service)
{
	const struct health_vs *vs = service->health;
	const struct conf_virtual_server *conf = vs->conf;
	json_t *servers = json_array(), *json;
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < service->n_servers; i++)
		json_array_append_new(servers, server_json(&service->servers[i]));
	json = json_pack("{s:s, s:o, s:s, s:s, s:b, s:o}", "key", svckey_format(&conf->key, key),
			 "members", members_json(conf), "scheduler", conf->scheduler, "method",
			 conf_method_name(conf->method), "quorum_up", vs->is_quorum_up,
			 "real_servers", servers);
	json_object_set_new(json, "quorum_since", stamp(vs->quorum_since_wall_us));
	json_object_set_new(json, "quorum", json_integer(conf->quorum));
	json_object_set_new(json, "live_weight", json_integer((json_int_t)vs->live_weight));
	json_object_set_new(json, "guard", guard_json(vs));
	json_object_set_new(json, "sorry_server", sorry_json(&service->sorry));
	json_object_set_new(json, "fault",
			    service->fault ? json_string(service->fault) : json_null());
	return json;
}

static json_t *vips_json(const struct conf_vrrp *conf)
{
	json_t *vips = json_array();
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < conf_n_held(conf); i++) {
		const struct conf_vip *vip = conf_held(conf, i);

		json_array_append_new(vips,
				      json_sprintf("%s/%u", addr_format(&vip->addr, text),
						   vip->prefix_len));
	}
	return vips;
}

/* The macvlan interfaces that the instance has, whatever its state; or its ipvlan. */
static json_t *vmacs_json(const struct conf_vrrp *conf, bool is_ipvlan)
{
	json_t *list = json_array();
	char mac[CONF_MAC_TEXT_MAX], address[ADDR_TEXT_MAX];

	for (size_t i = 0; i < conf->n_vmacs; i++) {
		const struct conf_vmac *vmac = &conf->vmacs[i];

		if (conf_vmac_is_ipvlan(vmac) != is_ipvlan)
			continue;
		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s}", "name", vmac->name, "on", vmac->parent,
				    is_ipvlan ? "address" : "mac",
				    !is_ipvlan ? conf_mac_format(vmac->mac, mac)
				    : vmac->address.family == AF_UNSPEC
					? ""
					: addr_format(&vmac->address, address)));
	}
	return list;
}

/* The advertisement interval that a backup has learnt from its master; JSON null for others. */
static json_t *master_interval_json(const struct vrrp_report *report)
{
	if (!report || report->state != VRRP_BACKUP || report->master.family == AF_UNSPEC)
		return json_null();
	return json_real(report->master_interval_us / (double)US_PER_S);
}

/* What the checksums of other directors cover. JSON null while no other director was heard, and for
 * instances other than version 3 with IPv4. */
static json_t *checksum_json(const struct vrrp_report *report)
{
	static const char *const names[VRRP_CHECKSUMS] = {[VRRP_CHECKSUM_PSEUDO] = "pseudo-header",
							  [VRRP_CHECKSUM_PLAIN] = "message"};

	return report && names[report->heard_checksum] ? json_string(names[report->heard_checksum])
						       : json_null();
}

/* The seconds until then; JSON null if it is over. */
static json_t *left_json(struct mono until, struct mono now)
{
	if (!mono_before(now, until))
		return json_null();
	return json_real((double)(mono_sub(until, now) / NS_PER_MS) / 1000);
}

/* How many seconds a backup goes on holding preemption; JSON null if it does not. */
static json_t *held_json(const struct vrrp_report *report, struct mono now)
{
	return report ? left_json(report->held_until, now) : json_null();
}

/* How many seconds a backup still waits for proof that it can receive; JSON null if it does not. */
static json_t *proof_json(const struct vrrp_report *report, struct mono now)
{
	return report ? left_json(report->proof_until, now) : json_null();
}

/* In how many seconds a change of the trackers counts; JSON null if none waits. */
static json_t *tracks_held_json(const struct vrrp_report *report, struct mono now)
{
	return report ? left_json(report->tracks_held_until, now) : json_null();
}

/*
 * The numbers of ignored advertisements by reason; JSON null if the vrrp process has not reported.
 */
static json_t *rejected_json(const struct vrrp_report *report)
{
	json_t *counts = report ? json_object() : json_null();

	for (size_t i = 0; report && i < VRRP_REASONS; i++)
		if (report->rejections[i])
			json_object_set_new(counts, vrrp_reason_name((enum vrrp_reason)i),
					    json_integer((json_int_t)report->rejections[i]));
	return counts;
}

/* JSON null if the vrrp process has not reported. */
static json_t *lateness_json(const struct vrrp_report *report)
{
	json_t *below = json_array();

	for (size_t i = 0; report && i < VRRP_LATENESS_BUCKETS; i++)
		json_array_append_new(below,
				      json_integer((json_int_t)report->lateness.counts[i]));
	if (report)
		return json_pack("{s:I, s:f, s:o}", "late", (json_int_t)report->lateness.n_late, "most",
				 (double)report->lateness.most_us / US_PER_S, "below", below);
	json_decref(below);
	return json_null();
}

/* The last line of the log about another director that does not fit this one; JSON null if there
 * was none. */
static json_t *mismatch_json(const struct vrrp_report *report, struct mono now)
{
	char peer[ADDR_TEXT_MAX];

	if (!report || report->mismatch.kind == VRRP_MISMATCH_NONE)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:f}", "kind", vrrp_mismatch_name(report->mismatch.kind),
			 "peer", addr_format(&report->mismatch.peer, peer), "text",
			 report->mismatch.text, "seconds_ago",
			 (double)(mono_sub(now, report->mismatch.at) / NS_PER_MS) / 1000);
}

/* JSON null without an order of an operator. */
static json_t *order_json(const struct role_order *order)
{
	return order ? json_pack("{s:s, s:o}", "kind", vrrp_order_name(order->order.kind), "since",
				 stamp(order->since_wall_us))
		     : json_null();
}

static json_t *tracker_json(const struct status_tracker *tracker)
{
	const struct conf_track *conf = tracker->conf;
	enum vrrp_source_state state =
	    tracker->source ? tracker->source->state : VRRP_SOURCE_UNKNOWN;

	return json_pack("{s:s, s:s, s:s, s:o, s:i, s:b, s:b, s:i, s:o, s:s}", "kind",
			 conf_tracker_name(conf->kind), "name", conf_track_label(conf), "state",
			 vrrp_source_state_name(state), "number",
			 state == VRRP_SOURCE_NUMBER ? json_integer(tracker->source->number) : json_null(),
			 "weight", (int)conf->weight, "reverse",
			 conf->is_reverse, "fault", tracker->effect.is_fault, "effect",
			 (int)tracker->effect.weight, "since", stamp(tracker->since_wall_us),
			 "text", tracker->text);
}

static json_t *trackers_json(const struct status_instance *instance)
{
	json_t *list = json_array();

	for (size_t i = 0; i < instance->conf->n_tracks; i++)
		json_array_append_new(list, tracker_json(&instance->trackers[i]));
	return list;
}

static json_t *instance_json(const struct status_instance *instance, struct mono now)
{
	const struct conf_vrrp *conf = instance->conf;
	const struct vrrp_report *report = instance->report;
	char master[ADDR_TEXT_MAX];
	bool has_master = report && report->master.family != AF_UNSPEC;

	return json_pack(
	    "{s:s, s:s?, s:b, s:s, s:o, s:o, s:o, s:i, s:o, s:i, s:s, s:o, s:f, "
	    "s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:b, s:o, s:o}", "name",
	    conf->name, "sync_group", conf->sync_group, "joining", report && report->is_joining,
	    "state", vrrp_state_text(report ? report->state : VRRP_INIT), "since",
	    stamp(report ? report->since_wall_us : 0), "cause",
	    report && report->cause ? json_string(report->cause) : json_null(), "fault",
	    report && report->fault ? json_string(report->fault) : json_null(), "priority",
	    conf->priority, "effective_priority",
	    report ? json_integer(report->effective_priority) : json_null(), "vrid", conf->vrid,
	    "interface", conf->interface, "master",
	    has_master ? json_string(addr_format(&report->master, master)) : json_null(),
	    "advert_int", conf->advert_int_us / (double)US_PER_S, "master_advert_int",
	    master_interval_json(report), "held_for", held_json(report, now), "order",
	    order_json(instance->order), "heard_checksum",
	    checksum_json(report), "rejected",
	    rejected_json(report), "lateness", lateness_json(report), "mismatch",
	    mismatch_json(report, now), "virtual_addresses",
	    vips_json(conf), "macvlans", vmacs_json(conf, false), "ipvlans",
	    vmacs_json(conf, true), "trackers", trackers_json(instance), "accept",
	    !conf->is_refusing, "master_priority",
	    has_master && report->master_priority ? json_integer(report->master_priority) : json_null(),
	    "preempt", conf->is_preempting, "trackers_held_for", tracks_held_json(report, now),
	    "proof_wait", proof_json(report, now));
}

static json_t *members_of(const struct conf *conf, const char *group)
{
	json_t *names = json_array();

	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (conf->vrrps[i].sync_group && !strcmp(conf->vrrps[i].sync_group, group))
			json_array_append_new(names, json_string(conf->vrrps[i].name));
	return names;
}

static json_t *groups_json(const struct status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->groups.n; i++) {
		const struct status_group *group = &status->groups.items[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "name", group->conf->name,
						      "state", vrrp_state_text(group->state),
						      "instances",
						      members_of(status->conf, group->conf->name)));
	}
	return list;
}

static json_t *last_reload_json(const struct reload_result *reload)
{
	if (!reload->wall_us)
		return json_null();
	return json_pack("{s:s, s:o, s:b, s:s}", "action", reload_action_name(reload->action), "at",
			 stamp(reload->wall_us), "ok", reload->is_ok, "text", reload->text);
}

json_t *status_config_json(const struct status_config *config)
{
	return json_pack("{s:s, s:s?, s:b, s:o, s:s, s:o, s:o}", "file", config->file, "config_id",
			 config->config_id, "lenient", config->is_lenient, "applied_at",
			 stamp(config->applied_us), "in_force",
			 config->is_rolled_back ? "previous" : "file", "confirm_by",
			 stamp(config->confirm_by_us), "last_reload",
			 last_reload_json(config->last));
}

/* A file's name may contain any bytes. */
static json_t *file_json(const char *name)
{
	json_t *json = json_string(name);

	return json ? json : json_null();
}

static json_t *ignored_json(const struct conf *conf)
{
	json_t *list = json_array();

	for (size_t i = 0; i < conf->n_ignored; i++) {
		const struct conf_ignored *ignored = &conf->ignored[i];

		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s, s:I, s:s, s:o, s:I}", "keyword",
				    ignored->keyword, "consequence", ignored->what, "reason",
				    ignored->reason, "times", (json_int_t)ignored->n, "accepted_by",
				    conf_acceptance_name(ignored->acceptance), "file",
				    file_json(ignored->place.file), "line",
				    (json_int_t)ignored->place.line));
	}
	return list;
}

static json_t *reconcile_json(const struct status_reconcile *reconcile)
{
	json_t *repairs = json_object();

	for (enum ipvs_op_kind kind = 0; kind < IPVS_OP_KINDS; kind++)
		json_object_set_new(repairs, ipvs_op_kind_name(kind),
				    json_integer((json_int_t)reconcile->drift.repairs[kind]));
	return json_pack("{s:I, s:s, s:I, s:I, s:I, s:o, s:I}", "interval",
			 (json_int_t)reconcile->interval_s, "state",
			 ipvs_recon_state_name(reconcile->state), "looks",
			 (json_int_t)reconcile->n_looks, "whole_looks",
			 (json_int_t)reconcile->n_whole_looks, "services_read",
			 (json_int_t)reconcile->n_services_read, "repairs", repairs,
			 "foreign_removed", (json_int_t)reconcile->drift.foreign);
}

json_t *status_draining_json(const struct drain_rows *rows)
{
	json_t *list = json_array();
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < rows->n; i++) {
		const struct drain_row *row = &rows->items[i];

		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:I}", "service",
				    svckey_format(&row->service, vs), "real_server",
				    endpoint_format(&row->server, rs), "reason",
				    ipvs_drain_reason_name(row->reason), "state",
				    row->is_draining ? "draining" : "maint", "since",
				    stamp(row->since_wall_us), "connections",
				    (json_int_t)row->connections, "deadline_s",
				    (json_int_t)row->left_s));
	}
	return list;
}

/* The capabilities that processes of this configuration lack. */
static json_t *lacks_json(const struct rights_lacks *lacks)
{
	json_t *list = json_array();

	for (size_t i = 0; i < lacks->n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "process",
						      lacks->items[i].process_text, "capability",
						      lacks->items[i].right->name, "cost",
						      lacks->items[i].right->cost));
	return list;
}

static json_t *fifos_json(const struct fifo_rows *rows)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->n; i++) {
		const struct fifo_row *row = &rows->items[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:s?, s:I}", "keyword",
						      row->keyword, "path", row->path, "open",
						      row->is_open, "refused",
						      row->refusal[0] ? row->refusal : NULL,
						      "lines_lost", (json_int_t)row->n_lost));
	}
	return list;
}

/* What the machine should have now for VRRP and as static items, and the kernel refuses. */
static json_t *refused_json(const struct vrrp_refusals *refusals)
{
	json_t *list = json_array();

	for (size_t i = 0; i < refusals->list.n; i++) {
		const struct vrrp_refusal *refusal = &refusals->list.items[i];

		json_array_append_new(
		    list, json_pack("{s:s?, s:s, s:s, s:s}", "instance",
				    refusal->instance[0] ? refusal->instance : NULL, "kind",
				    refusal->kind, "item", refusal->item, "reason",
				    refusal->reason));
	}
	return list;
}

/* A reload may have taken the keyword away since they were heard. */
static json_t *unknown_vrids_json(const struct status *status)
{
	size_t n = status->conf->global.is_logging_unknown ? status->unknowns->n : 0;
	json_t *list = json_array();
	char source[ADDR_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct vrrp_unknown *unknown = &status->unknowns->items[i];

		json_array_append_new(
		    list, json_pack("{s:i, s:s, s:s, s:f}", "vrid", (int)unknown->vrid, "interface",
				    unknown->interface, "source", addr_format(&unknown->source, source),
				    "seconds_ago",
				    (double)(mono_sub(status->now, unknown->at) / NS_PER_MS) / 1000));
	}
	return list;
}

static json_t *mail_json(const struct mail_row *row)
{
	if (!row->is_on)
		return json_null();
	return json_pack("{s:s, s:i, s:b, s:I, s:I, s:I, s:s?}", "server", row->server, "port",
			 (int)row->port, "running", row->is_running, "waiting",
			 (json_int_t)row->n_waiting, "sent", (json_int_t)row->n_sent, "lost",
			 (json_int_t)row->n_lost, "error", row->error[0] ? row->error : NULL);
}

/* JSON null if no probe has begun. */
static json_t *checks_late_json(const struct lateness_sums *sums)
{
	if (!sums->n)
		return json_null();
	return json_pack("{s:I, s:f, s:f, s:f}", "probes", (json_int_t)sums->n, "p50",
			 (double)sums->p50_us / US_PER_S, "p99", (double)sums->p99_us / US_PER_S, "most",
			 (double)sums->most_us / US_PER_S);
}

json_t *status_json(const struct status *status)
{
	const struct conf *conf = status->conf;
	json_t *services = json_array(), *instances = json_array(), *json;

	for (size_t i = 0; i < status->services.n; i++)
		json_array_append_new(services, service_json(&status->services.items[i]));
	for (size_t i = 0; i < status->instances.n; i++)
		json_array_append_new(instances,
				      instance_json(&status->instances.items[i], status->now));
	json = json_pack(
	    "{s:i, s:s, s:s, s:i, s:s, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o}", "schema", 1,
	    "version", PACKAGE_VERSION, "config_digest", conf->digest, "pid", status->pid,
	    "router_id", status->router_id, "config", status_config_json(&status->config),
	    "ignored", ignored_json(conf), "repairs",
	    (json_int_t)ipvs_drift_repairs(&status->reconcile.drift), "host_repairs",
	    (json_int_t)status->n_host_repairs, "reconcile", reconcile_json(&status->reconcile),
	    "virtual_servers", services, "draining", status_draining_json(&status->draining),
	    "vrrp", instances);
	json_object_set_new(json, "vrrp_counters_s",
			    status->told_at.ns
				? json_real((double)mono_sub(status->now, status->told_at) / NS_PER_S)
				: json_null());
	json_object_set_new(json, "vrrp_gone", stamp(status->vrrp_gone_wall_us));
	json_object_set_new(json, "sync_groups", groups_json(status));
	json_object_set_new(json, "refused", refused_json(status->refusals));
	json_object_set_new(json, "refused_total", json_integer((json_int_t)status->refusals->n_all));
	json_object_set_new(json, "unknown_vrids", unknown_vrids_json(status));
	json_object_set_new(json, "filter_fault",
			    status->filter_fault ? json_string(status->filter_fault) : json_null());
	json_object_set_new(json, "lacks", lacks_json(&status->lacks));
	json_object_set_new(json, "sync",
			    status->sync.is_on ? status_sync_json(&status->sync, status->now)
					       : json_null());
	json_object_set_new(json, "fifos", fifos_json(&status->fifos));
	json_object_set_new(json, "mail", mail_json(&status->mail));
	json_object_set_new(json, "check_lateness", checks_late_json(&status->lateness));
	if (status->in_kernel)
		json_object_set_new(json, "kernel", status_kernel_json(status));
	return json;
}
