/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"
#include "conf/model/through/through.h"

static int position_cmp(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

static int real_server_id_cmp(const void *left, const void *right)
{
	const struct conf_real_server *const *a = left, *const *b = right;
	int order = endpoint_cmp(&(*a)->id, &(*b)->id);

	return order ? order : position_cmp(*a, *b);
}

static int real_server_cmp(const void *left, const void *right)
{
	const struct conf_real_server *const *a = left, *const *b = right;
	int order = endpoint_cmp(&(*a)->ep, &(*b)->ep);

	return order ? order : position_cmp(*a, *b);
}

/* A sorry server that is also a real server must have the same method, since the kernel has one
 * destination for both. */
static void sorry_method_check(struct draft *draft, const struct conf_virtual_server *vs)
{
	const struct conf_real_server *sorry = &vs->sorry_server;
	char key[SVCKEY_TEXT_MAX], ep[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; vs->has_sorry_server && i < vs->n_real_servers; i++) {
		const struct conf_real_server *rs = &vs->real_servers[i];

		if (!conf_server_is_sorry(vs, rs) ||
		    (rs->method == sorry->method &&
		     conf_tunnel_is_same(&rs->tunnel, &sorry->tunnel)))
			continue;
		report_warning(draft->report, &sorry->place,
			       "virtual_server %s: sorry_server %s is one of its real servers: it "
			       "keeps the lvs_method %s of that one",
			       svckey_format(&vs->key, key), endpoint_format(&sorry->id, ep),
			       conf_method_name(rs->method));
		report_note(draft->report, &rs->place, "the real server is here");
		return;
	}
}

/*
 * In a group, two servers with the same address and different ports in the file: a server with the
 * port of each member may be the same destination as the other one in some member.
 */
static void member_ports_check(struct draft *draft, const struct conf_virtual_server *vs,
			       const struct conf_real_server **list)
{
	const struct conf_real_server *last = NULL; /* the last server that is not dropped */
	char key[SVCKEY_TEXT_MAX], addr[ADDR_TEXT_MAX];

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *a = last, *b = list[i];

		if (b->is_dropped)
			continue;
		if (!a || addr_cmp(&a->ep.addr, &b->ep.addr) || a->ep.port == b->ep.port ||
		    (!a->has_port_of_member && !b->has_port_of_member)) {
			last = b;
			continue;
		}
		report_ignored(
		    draft->report, &b->place,
		    "virtual_server %s: a real_server %s has the port of each member, so "
		    "there cannot be another one of this address",
		    svckey_format(&vs->key, key), addr_format(&b->ep.addr, addr));
		report_note(draft->report, &a->place, "the other one is here");
		vs->real_servers[b - vs->real_servers].is_dropped = true;
	}
}

/*
 * Drops one of two servers that are the same destination, or (is_by_id) have the same name. Two
 * servers with the same name may be two destinations, if they have different methods. Afterwards
 * list is sorted in that order.
 */
static void twins_check(struct draft *draft, const struct conf_virtual_server *vs,
			const struct conf_real_server **list, bool is_by_id)
{
	char key[SVCKEY_TEXT_MAX], ep[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < vs->n_real_servers; i++)
		list[i] = &vs->real_servers[i];
	qsort(list, vs->n_real_servers, sizeof(*list),
	      is_by_id ? real_server_id_cmp : real_server_cmp);
	for (size_t i = 1, first = 0; i < vs->n_real_servers; i++) {
		int order = is_by_id ? endpoint_cmp(&list[i]->id, &list[first]->id)
				     : endpoint_cmp(&list[i]->ep, &list[first]->ep);

		if (order || list[first]->is_dropped) {
			first = i;
			continue;
		}
		if (list[i]->is_dropped)
			continue;
		report_ignored(draft->report, &list[i]->place,
			       "virtual_server %s has real_server %s twice",
			       svckey_format(&vs->key, key),
			       endpoint_format(is_by_id ? &list[i]->id : &list[i]->ep, ep));
		report_note(draft->report, &list[first]->place, "first defined here");
		vs->real_servers[list[i] - vs->real_servers].is_dropped = true;
	}
}

static void real_servers_unique_check(struct draft *draft, struct conf_virtual_server *vs,
				      const struct conf_real_server **list)
{
	twins_check(draft, vs, list, true);
	twins_check(draft, vs, list, false);
	sorry_method_check(draft, vs);
	if (vs->group)
		member_ports_check(draft, vs, list);
}

/*
 * Reports a tunnelled server of the other address family together with connection sync. The kernel
 * refuses the second of the two (ip_vs_add_dest, start_sync_thread).
 */
static void sync_families_check(struct draft *draft, const struct conf_virtual_server *vs,
				const struct conf_real_server *rs)
{
	const struct conf_global *global = &draft->conf->global;
	const char *word = draft->sync ? "sync" : "lvs_sync_daemon";
	char key[SVCKEY_TEXT_MAX], addr[ADDR_TEXT_MAX];

	if (conf_sync_mode(global) == CONF_SYNC_OFF || rs->method != CONF_METHOD_TUN ||
	    !(rs->ep.addr.family == AF_INET ? vs->has_ipv6 : vs->has_ipv4))
		return;
	report_error(draft->report, &rs->place,
		     "%s is a tunnelled server of the other family than virtual_server %s, which "
		     "the kernel refuses together with %s; use NAT or a server of the "
		     "same family, or take %s out",
		     addr_format(&rs->ep.addr, addr), svckey_format(&vs->key, key), word, word);
	report_note(draft->report, global->relay.is_on ? &global->relay.place : &global->sync_daemon.place,
		    "%s is here", word);
}

static int addr_pointer_cmp(const void *left, const void *right)
{
	const struct addr *const *a = left, *const *b = right;

	return addr_cmp(*a, *b);
}

/* Reports a service whose address no instance has, so that no client reaches it: most often a
 * mistake. */
static void carried_service_check(struct draft *draft, const struct conf_virtual_server *vs,
				  const struct addr **vips, size_t n_vips)
{
	size_t n_missing = 0, first = 0, n = conf_service_count(vs);
	char key[SVCKEY_TEXT_MAX], addr[ADDR_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct svckey *service = conf_service_key(vs, i);
		const struct addr *wanted = &service->ep.addr;

		if (service->fwmark ||
		    bsearch(&wanted, vips, n_vips, sizeof(*vips), addr_pointer_cmp))
			continue;
		first = n_missing++ ? first : i;
	}
	if (n_missing && !vs->group)
		report_warning(draft->report, &vs->place,
			       "virtual_server %s: no vrrp_instance carries its address",
			       svckey_format(&vs->key, key));
	else if (n_missing)
		report_warning(draft->report, &vs->members[first].line->place,
			       "virtual_server %s: no vrrp_instance carries %s, the first of %zu "
			       "such addresses",
			       svckey_format(&vs->key, key),
			       addr_format(&vs->members[first].key.ep.addr, addr), n_missing);
}

/* Reports an fnat_source that does not move to the other director together with the service. */
static void carried_source_check(struct draft *draft, const struct conf_virtual_server *vs,
				 const struct addr **vips, size_t n_vips)
{
	const struct addr *addr = &vs->fnat_source;
	char text[ADDR_TEXT_MAX];

	if (addr->family != AF_UNSPEC && addr_cmp(addr, &vs->key.ep.addr) &&
	    !bsearch(&addr, vips, n_vips, sizeof(*vips), addr_pointer_cmp))
		report_warning(draft->report, &vs->fnat_source_place,
			       "fnat_source %s: no vrrp_instance carries it, so it does not move "
			       "with the service",
			       addr_format(addr, text));
}

static void carried_check(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	VEC(const struct addr *) vips = {0};

	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t k = 0; k < conf_n_held(&conf->vrrps[i]); k++)
			*vec_push(&vips) = &conf_held(&conf->vrrps[i], k)->addr;
	if (vips.n)
		qsort(vips.items, vips.n, sizeof(*vips.items), addr_pointer_cmp);
	for (size_t i = 0; vips.n && i < conf->n_virtual_servers; i++) {
		carried_service_check(draft, &conf->virtual_servers[i], vips.items, vips.n);
		carried_source_check(draft, &conf->virtual_servers[i], vips.items, vips.n);
	}
	vec_free(&vips);
}

/* Removes the services that are marked as dropped. */
static void services_drop(struct draft *draft)
{
	struct conf *conf = draft->conf;
	size_t n = 0;

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		if (vs->is_dropped || (vs->key.group[0] && !vs->n_members))
			continue;
		draft->virtual_servers[n] = draft->virtual_servers[i];
		conf->virtual_servers[n++] = *vs;
	}
	conf->n_virtual_servers = n;
}

void check_virtual_servers(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	const struct conf_real_server **list;
	size_t most = 0;

	check_services(draft);
	if (draft->report->is_lenient)
		services_drop(draft);
	through_targets(draft);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		if (conf->virtual_servers[i].n_real_servers > most)
			most = conf->virtual_servers[i].n_real_servers;
	list = mem_calloc(most, sizeof(*list));
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		real_servers_unique_check(draft, &conf->virtual_servers[i], list);
		check_virtual_server(draft, i);
		check_host(draft, i);
		for (size_t k = 0; k < conf->virtual_servers[i].n_real_servers; k++)
			sync_families_check(draft, &conf->virtual_servers[i],
					    &conf->virtual_servers[i].real_servers[k]);
		if (conf->virtual_servers[i].has_sorry_server)
			sync_families_check(draft, &conf->virtual_servers[i],
					    &conf->virtual_servers[i].sorry_server);
	}
	free(list);
	if (draft->report->is_lenient)
		services_drop(draft);
	check_full_nat(draft);
	through_marks(draft);
	/* After an error objects may be missing because they were refused. Messages about these
	 * rules would then mislead. */
	if (report_has_errors(draft->report))
		return;
	carried_check(draft);
	check_groups_used(draft);
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		check_servers(draft, i);
		check_quorum(draft, i);
	}
}
