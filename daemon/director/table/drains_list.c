/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of draining servers and servers in maintenance for lvsctl status. Changes nothing. */
#include "daemon/director/table/kernel.h"

const struct maint_file *drains_dir_file(const struct drains_dir *dir, const struct svckey *service,
					 const struct endpoint *server)
{
	for (size_t i = 0; i < dir->held.n; i++)
		if (!svckey_cmp(&dir->held.items[i].one.vs, service) &&
		    !endpoint_cmp(&dir->held.items[i].one.rs, server))
			return &dir->files.items[dir->held.items[i].file];
	return NULL;
}

/* The connections that the kernel counts for a server of the file, in all its services. */
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

/* The entry of a server of the file that is draining in any of its services; NULL if it is not. */
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
	return rs->is_maintained ? "maint" : health_state_name(rs->state);
}

static int64_t seconds_left(struct mono deadline, struct mono now)
{
	int64_t left = mono_sub(deadline, now);

	return left > 0 ? left / NS_PER_S : 0;
}

/* The time of day that now - since ago was. */
static int64_t wall_of(struct mono since, struct mono now, int64_t wall_us)
{
	return wall_us - mono_sub(now, since) / NS_PER_US;
}

static struct drain_row row_of(const struct ipvs_drain_entry *entry, const struct ipvs_state *have,
			       struct mono now, int64_t wall_us)
{
	const struct ipvs_service *service = ipvs_state_find(have, &entry->service);
	const struct ipvs_dest *dest = service ? ipvs_service_find(service, &entry->server) : NULL;

	return (struct drain_row){.service = entry->service,
				  .server = entry->server,
				  .reason = entry->reason,
				  .is_draining = true,
				  .connections = dest ? ipvs_drain_connections(dest) : 0,
				  .since_wall_us = wall_of(entry->since, now, wall_us),
				  .left_s = seconds_left(entry->deadline, now)};
}

static struct drain_row row_of_maintained(const struct kernel *k, const struct maintained *one,
				    const struct ipvs_state *have, struct mono now, int64_t wall_us)
{
	struct drain_row row = {
	    .service = one->vs, .server = one->rs, .reason = IPVS_DRAIN_MANUAL};
	const struct ipvs_drain_entry *entry;
	const struct conf_virtual_server *vs;
	size_t vs_place, rs_place;

	if (maintenance_find(k->conf, one, &vs_place, &rs_place) != SERVER_FOUND)
		return row;
	vs = &k->conf->virtual_servers[vs_place];
	entry = entry_of(&k->drains, vs, &vs->real_servers[rs_place]);
	row.is_draining = entry != NULL;
	row.connections = connections_of(have, vs, &vs->real_servers[rs_place]);
	row.since_wall_us = entry ? wall_of(entry->since, now, wall_us) : 0;
	row.left_s = entry ? seconds_left(entry->deadline, now) : 0;
	return row;
}

static bool is_ordered(const struct drains *drains, const struct maintained *one)
{
	for (size_t i = 0; i < drains->maintained.n; i++)
		if (!svckey_cmp(&drains->maintained.items[i].vs, &one->vs) &&
		    !endpoint_cmp(&drains->maintained.items[i].rs, &one->rs))
			return true;
	return false;
}

void drains_list(const struct kernel *k, const struct ipvs_state *have, struct mono now,
		 int64_t wall_us, struct drain_rows *rows)
{
	const struct drains *drains = &k->drains;

	for (size_t i = 0; i < drains->set.entries.n; i++) {
		const struct ipvs_drain_entry *entry = &drains->set.entries.items[i];

		if (!ipvs_drain_policies_has(&drains->policies, &entry->service, &entry->server))
			*vec_push(rows) = row_of(entry, have, now, wall_us);
	}
	for (size_t i = 0; i < drains->maintained.n; i++)
		*vec_push(rows) = row_of_maintained(k, &drains->maintained.items[i], have, now, wall_us);
	for (size_t i = 0; i < drains->dir.held.n; i++)
		if (!is_ordered(drains, &drains->dir.held.items[i].one))
			*vec_push(rows) = row_of_maintained(k, &drains->dir.held.items[i].one, have, now,
							    wall_us);
}
