/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/adopt.h"
#include "healthcheck/pool.h"

/* The destination of a server in the i-th service of vs; NULL if the kernel has none. */
static const struct ipvs_dest *dest_find(const struct ipvs_state *have,
					 const struct conf_virtual_server *vs, size_t i,
					 const struct conf_real_server *rs)
{
	const struct ipvs_service *service = ipvs_state_find(have, conf_service_key(vs, i));
	struct endpoint ep = conf_service_server(vs, i, rs);

	return service ? ipvs_service_find(service, &ep) : NULL;
}

static bool is_leaving(const struct ipvs_drain *drain, const struct conf_virtual_server *vs,
		       const struct conf_real_server *rs)
{
	for (size_t i = 0; i < conf_service_count(vs); i++) {
		struct endpoint ep = conf_service_server(vs, i, rs);

		if (ipvs_drain_find(drain, conf_service_key(vs, i), &ep))
			return true;
	}
	return false;
}

static bool is_dynamic(const struct conf_real_server *rs)
{
	for (size_t i = 0; i < rs->n_checks; i++)
		if (conf_check_gives_weight(&rs->checks[i]))
			return true;
	return false;
}

/* The destination of a server in the first of its services that has it, since other services may be
 * new. */
static const struct ipvs_dest *first_dest(const struct ipvs_state *have,
					  const struct conf_virtual_server *vs,
					  const struct conf_real_server *rs)
{
	const struct ipvs_dest *dest = NULL;

	for (size_t i = 0; i < conf_service_count(vs) && !dest; i++)
		dest = dest_find(have, vs, i, rs);
	return dest;
}

static uint32_t greatest_weight(const struct ipvs_state *have, const struct conf_virtual_server *vs,
				const struct conf_real_server *rs)
{
	uint32_t weight = 0;

	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct ipvs_dest *dest = dest_find(have, vs, i, rs);

		weight = dest && dest->weight > weight ? dest->weight : weight;
	}
	return weight;
}

/* Whether the server is in the table with weight 0, and only a lost quorum can be the cause: not
 * that it is a backup server that waits. */
static bool is_kept_at_zero(const struct ipvs_state *have, const struct ipvs_drain *drain,
			    const struct conf_virtual_server *vs, const struct conf_real_server *rs)
{
	bool may_have_failed = rs->is_inhibiting && rs->n_checks;

	if (!rs->weight || rs->backup || may_have_failed || is_dynamic(rs) || is_leaving(drain, vs, rs))
		return false;
	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct ipvs_dest *dest = dest_find(have, vs, i, rs);

		if (dest && dest->weight == 0)
			return true;
	}
	return false;
}

/*
 * For a real server that is the sorry server, too, and has a weight for each. It is in use as the
 * sorry server if no other server has a weight, and one of these holds: another server is kept at 0;
 * its weight is not its weight as a real server; its weight alone would be no quorum.
 */
static bool is_double_in_use(const struct ipvs_state *have, const struct ipvs_drain *drain,
			     const struct conf_virtual_server *vs,
			     const struct conf_real_server *rs)
{
	uint32_t weight = greatest_weight(have, vs, rs);
	bool is_other =
	    !vs->slow_start &&
	    ((weight == vs->sorry_server.weight && rs->weight != weight && !is_dynamic(rs)) ||
	     pool_is_lost(vs, weight));

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *other = &vs->real_servers[i];

		if (other == rs)
			continue;
		if (greatest_weight(have, vs, other) > 0)
			return false;
		is_other = is_other || is_kept_at_zero(have, drain, vs, other);
	}
	return weight > 0 && is_other;
}

static bool is_sorry_in_use(const struct ipvs_state *have, const struct ipvs_drain *drain,
			    const struct conf_virtual_server *vs)
{
	if (!vs->has_sorry_server)
		return false;
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (conf_server_is_sorry(vs, &vs->real_servers[i]))
			return is_double_in_use(have, drain, vs, &vs->real_servers[i]);
	return greatest_weight(have, vs, &vs->sorry_server) > 0;
}

/* Weight 0 does not show that a real server has failed if a sorry server is in use, if the file
 * gives the server weight 0, or if it is a backup server. In these cases only a server that drains has failed. With
 * inhibit_on_failure, weight 0 may be a failure: such a server waits until all its checks succeed.
 */
static bool is_server_in_use(const struct ipvs_state *have, const struct ipvs_drain *drain,
			     const struct conf_virtual_server *vs,
			     const struct conf_real_server *rs, bool is_sorry)
{
	bool is_idle_well =
	    (is_sorry || !rs->weight || rs->backup) && !rs->is_inhibiting && !is_leaving(drain, vs, rs);

	for (size_t i = 0; i < conf_service_count(vs); i++) {
		const struct ipvs_dest *dest = dest_find(have, vs, i, rs);

		if (dest && (dest->weight || is_idle_well))
			return true;
	}
	return false;
}

/* In how many of its services the kernel has the server. */
static size_t count_present(const struct ipvs_state *have, const struct conf_virtual_server *vs)
{
	size_t n = 0;

	for (size_t i = 0; i < conf_service_count(vs); i++)
		n += ipvs_state_find(have, conf_service_key(vs, i)) != NULL;
	return n;
}

/* The weight that the server had in one of its services before the file no longer had it; 0: not
 * known. */
static uint32_t weight_before(const struct ipvs_drain *drain, const struct conf_virtual_server *vs,
			      const struct conf_real_server *rs)
{
	uint32_t weight = 0;

	for (size_t i = 0; i < conf_service_count(vs) && !weight; i++) {
		struct endpoint ep = conf_service_server(vs, i, rs);

		weight = ipvs_drain_weight_before(drain, conf_service_key(vs, i), &ep);
	}
	return weight;
}

bool adopt_has_all(const struct ipvs_state *have, const struct conf_virtual_server *vs)
{
	return count_present(have, vs) == conf_service_count(vs);
}

/* Takes the weight that a script had set as the table shows it, even 0, since only the script can
 * change it. With inhibit_on_failure weight 0 may be a failure instead. */
static bool has_shown_weight(const struct ipvs_dest *dest, const struct ipvs_drain *drain,
			     const struct conf_virtual_server *vs,
			     const struct conf_real_server *rs)
{
	return dest && (dest->weight > 0 || !rs->is_inhibiting) && is_dynamic(rs) &&
	       !is_leaving(drain, vs, rs);
}

void adopt_report(const struct ipvs_state *have, const struct ipvs_drain *drain,
		  struct health *health)
{
	size_t n;
	const struct health_vs *services = health_services(health, &n);

	for (size_t i = 0; i < n; i++) {
		const struct conf_virtual_server *vs = services[i].conf;
		bool is_sorry = is_sorry_in_use(have, drain, vs);
		bool exists = count_present(have, vs) > 0;

		for (size_t j = 0; j < services[i].n_real_servers; j++) {
			const struct conf_real_server *rs = services[i].real_servers[j].conf;
			const struct ipvs_dest *dest = first_dest(have, vs, rs);
			uint32_t before = weight_before(drain, vs, rs);
			/* the sorry server's destination does not show the state of the real server
			 */
			bool is_double = is_sorry && conf_server_is_sorry(vs, rs);
			bool is_shown = !is_double && has_shown_weight(dest, drain, vs, rs);

			health_adopt(
			    health, i, j, exists,
			    before || is_shown ||
				(!is_double && is_server_in_use(have, drain, vs, rs, is_sorry)));
			if (dest && !is_double && !is_leaving(drain, vs, rs))
				health_adopt_idle(health, i, j);
			if (before || is_shown)
				health_adopt_weight(health, i, j, before ? before : dest->weight);
		}
		health_adopt_quorum(health, i, is_sorry);
	}
}

void adopt_ramps(const struct ipvs_state *have, struct health *health, struct mono now)
{
	size_t n;
	const struct health_vs *services = health_services(health, &n);

	for (size_t i = 0; i < n; i++) {
		const struct conf_virtual_server *vs = services[i].conf;

		for (size_t j = 0; vs->slow_start && j < services[i].n_real_servers; j++) {
			const struct ipvs_dest *dest =
			    first_dest(have, vs, services[i].real_servers[j].conf);

			if (dest && dest->weight > 0)
				health_adopt_ramp(health, i, j, dest->weight, now);
		}
	}
}
