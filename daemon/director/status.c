/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/status.h"
#include "base/mem.h"
#include "daemon/director/host/host.h"
#include "daemon/director/paths.h"
#include "daemon/director/roles.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/track/tracking.h"
#include "daemon/shared/rights.h"

#include <stdlib.h>

static struct status_presence presence_of(const struct ipvs_state *table,
					  const struct conf_virtual_server *vs,
					  const struct conf_real_server *rs)
{
	struct status_presence presence = {.is_known = table != NULL};

	for (size_t i = 0; table && i < conf_service_count(vs); i++) {
		const struct ipvs_service *service = ipvs_state_find(table, conf_service_key(vs, i));
		struct endpoint ep = conf_service_server(vs, i, rs);
		const struct ipvs_dest *dest = service ? ipvs_service_find(service, &ep) : NULL;

		if (!dest)
			continue;
		presence.n++;
		presence.weight = dest->weight;
		presence.active += dest->counters.active;
		presence.inactive += dest->counters.inactive;
	}
	presence.is_everywhere = presence.n > 0 && presence.n == conf_service_count(vs);
	return presence;
}

/* The weight that the server should have now. A real server that is the sorry server, too, has the
 * sorry server's weight if it is greater. */
static uint32_t effective_weight(const struct health_vs *vs, const struct health_rs *rs)
{
	bool is_present, is_sorry_present = false;
	uint32_t weight, sorry_weight = 0;

	health_rs_effective(vs, rs, &is_present, &weight);
	if (conf_server_is_sorry(vs->conf, rs->conf))
		health_sorry_effective(vs, &is_sorry_present, &sorry_weight);
	weight = is_present ? weight : 0;
	return is_sorry_present && sorry_weight > weight ? sorry_weight : weight;
}

static struct status_path path_of(const struct paths *paths, const struct health_rs *rs)
{
	struct status_path path = {0};
	const struct path_link *link = NULL;

	for (size_t i = 0; i < rs->n_checks; i++)
		if (!mono_is_never(rs->checks[i].faulted) &&
		    (!path.check || mono_before(rs->checks[i].faulted, path.check->faulted)))
			path.check = &rs->checks[i];
	if (path.check && paths->watch)
		link = path_watch_link(paths->watch, path.check->last.interface);
	path.interface = link ? link->name : NULL;
	return path;
}

static struct status_server server_of(const struct status_sources *sources,
				      const struct health_vs *vs, const struct health_rs *rs)
{
	return (struct status_server){
	    .conf = rs->conf,
	    .health = rs,
	    .is_in_use = health_rs_is_in_use(vs, rs),
	    .state = drains_state(&sources->kernel->drains, vs, rs),
	    .file = rs->maintained_by & HEALTH_MAINTAINED_BY_FILE
			? drains_dir_file(&sources->kernel->drains.dir, &vs->conf->key, &rs->conf->id)
			: NULL,
	    .effective_weight = effective_weight(vs, rs),
	    .kernel = presence_of(sources->table, vs->conf, rs->conf),
	    .path = path_of(sources->paths, rs),
	};
}

static struct status_server sorry_of(const struct status_sources *sources,
				     const struct health_vs *vs)
{
	const struct conf_real_server *conf = &vs->conf->sorry_server;
	uint32_t weight;
	bool is_present;

	if (!vs->conf->has_sorry_server)
		return (struct status_server){0};
	health_sorry_effective(vs, &is_present, &weight);
	return (struct status_server){.conf = conf,
				      .effective_weight = is_present ? weight : 0,
				      .kernel = presence_of(sources->table, vs->conf, conf)};
}

static void add_services(const struct status_sources *sources, struct status *status)
{
	size_t n;
	const struct health_vs *services = health_services(sources->health, &n);

	for (size_t i = 0; i < n; i++) {
		const struct health_vs *vs = &services[i];
		struct status_service service = {
		    .health = vs,
		    .fault = host_fault(sources->host, vs->conf),
		    .servers = mem_calloc(vs->n_real_servers, sizeof(*service.servers)),
		    .n_servers = vs->n_real_servers,
		    .sorry = sorry_of(sources, vs)};

		for (size_t j = 0; j < vs->n_real_servers; j++)
			service.servers[j] = server_of(sources, vs, &vs->real_servers[j]);
		*vec_push(&status->services) = service;
	}
}

static struct status_tracker tracker_of(const struct status_sources *sources,
					const struct conf_track *track)
{
	bool is_script = track->kind == CONF_TRACKER_SCRIPT;
	bool is_heard = vrrp_track_is_watched(track->kind);
	const struct vrrp_source *source =
	    vrrp_sources_find(is_heard ? &sources->roles->heard : &sources->tracking->sources,
			      track->kind, track->name);
	const struct tracked_script *script =
	    is_script ? tracking_find(sources->tracking, track->name) : NULL;

	return (struct status_tracker){.conf = track,
				       .source = source,
				       .effect = vrrp_track_effect(track, source),
				       .text = script   ? script->text
					       : source ? source->text
							: "",
				       .since_wall_us = source ? source->since_wall_us : 0};
}

static struct status_tracker *trackers_of(const struct status_sources *sources,
					  const struct conf_vrrp *conf)
{
	struct status_tracker *trackers = mem_calloc(conf->n_tracks, sizeof(*trackers));

	for (size_t i = 0; i < conf->n_tracks; i++)
		trackers[i] = tracker_of(sources, &conf->tracks[i]);
	return trackers;
}

static const struct role_order *order_on(const struct status_sources *sources,
					 const struct conf_vrrp *conf)
{
	const struct role_order *order = role_orders_find(&sources->roles->orders, conf);

	return order && role_order_lasts(order->order.kind) ? order : NULL;
}

static void add_instances(const struct status_sources *sources, struct status *status)
{
	const struct conf *conf = status->conf;

	for (size_t i = 0; i < conf->n_vrrps; i++)
		*vec_push(&status->instances) = (struct status_instance){
		    &conf->vrrps[i], trackers_of(sources, &conf->vrrps[i]),
		    roles_find(sources->roles, &conf->vrrps[i]),
		    order_on(sources, &conf->vrrps[i])};
}

static void add_groups(const struct status_sources *sources, struct status *status)
{
	const struct conf *conf = status->conf;

	for (size_t i = 0; i < conf->n_sync_groups; i++)
		*vec_push(&status->groups) = (struct status_group){
		    &conf->sync_groups[i],
		    roles_group_state(sources->roles, conf->sync_groups[i].name)};
}

static void add_scripts(const struct status_sources *sources, struct status *status)
{
	const struct conf *conf = status->conf;

	for (size_t i = 0; i < conf->n_vrrp_scripts; i++) {
		const struct conf_vrrp_script *script = &conf->vrrp_scripts[i];
		const struct tracked_script *tracked =
		    tracking_find(sources->tracking, script->name);

		*vec_push(&status->scripts) = (struct status_script){
		    script, tracked ? tracked->step.state : VRRP_SOURCE_UNKNOWN,
		    tracked && tracked->is_running};
	}
}

static struct status_reconcile reconcile_of(const struct kernel *k)
{
	return (struct status_reconcile){.interval_s = k->conf->global.reconcile_interval,
					 .state = k->recon.state,
					 .n_looks = k->reads.n,
					 .n_whole_looks = k->reads.n_whole,
					 .n_services_read = k->reads.n_services_read,
					 .drift = k->drift};
}

struct status_config status_config_make(const struct config *config, struct mono now,
					int64_t wall_us)
{
	/* The deadline is on the monotonic clock, the status has the time of day. */
	int64_t left_us = mono_sub(config->rollback.confirm_by, now) / NS_PER_US;

	return (struct status_config){
	    .file = config->args->config,
	    .config_id = config->args->how.config_id,
	    .is_lenient = config->args->how.is_lenient,
	    .applied_us = config->applied_wall_us,
	    .is_rolled_back = config->rollback.is_rolled_back,
	    .confirm_by_us = rollback_is_waiting(config) ? wall_us + left_us : 0,
	    .last = &config->last};
}

static void add_lacks(const struct rights_lacks *all, uint32_t processes, struct status *status)
{
	for (size_t i = 0; i < all->n; i++)
		if (!all->items[i].is_by_conf || processes & PROCESS_BIT(all->items[i].process))
			status->lacks.items[status->lacks.n++] = all->items[i];
}

void status_make(const struct status_sources *sources, struct status *ret_status)
{
	static const struct ipvs_state nothing;
	const struct config *config = sources->config;
	struct status *status = ret_status;

	*status = (struct status){
	    .now = sources->now,
	    .pid = sources->pid,
	    .router_id = *config->conf->global.router_id ? config->conf->global.router_id
							 : sources->host_name,
	    .conf = config->conf,
	    .config = status_config_make(config, sources->now, sources->wall_us),
	    .reconcile = reconcile_of(sources->kernel),
	    .n_host_repairs = sources->host->n_repairs + sources->host->filter.n_repairs +
			      sources->host->owner.n_repairs,
	    .told_at = sources->roles->told_at,
	    .vrrp_gone_wall_us = sources->roles->life.gone_wall_us,
	    .refusals = &sources->roles->refusals,
	    .unknowns = &sources->roles->unknowns,
	    .filter_fault = host_filter_fault(sources->host),
	    .sync = sources->sync,
	    .fifos = sources->fifos,
	    .mail = sources->mail,
	    .lateness = sources->lateness,
	    .in_kernel = sources->in_kernel,
	};
	add_lacks(config->args->lacks, sources->processes, status);
	add_services(sources, status);
	add_instances(sources, status);
	add_groups(sources, status);
	add_scripts(sources, status);
	drains_list(sources->kernel, sources->table ? sources->table : &nothing, sources->now,
		    sources->wall_us, &status->draining);
}

void status_fini(struct status *status)
{
	for (size_t i = 0; i < status->services.n; i++)
		free(status->services.items[i].servers);
	vec_free(&status->services);
	vec_free(&status->draining);
	for (size_t i = 0; i < status->instances.n; i++)
		free(status->instances.items[i].trackers);
	vec_free(&status->instances);
	vec_free(&status->groups);
	vec_free(&status->scripts);
}
