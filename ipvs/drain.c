/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/drain.h"
#include "base/merge.h"

#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <stdlib.h>

/* The destinations of a service that the file lists, sorted. */
struct members {
	VEC(struct endpoint) items;
	bool is_filled;
};

/* The data of one call of ipvs_drain_begin(). */
struct beginning {
	struct ipvs_drain *drain;
	const struct ipvs_drain_policies *policies;
	struct mono now;
	size_t n_before; /* entries before the call, which are sorted */
	size_t n_refused;
};

static int cmp_policies(const void *a, const void *b)
{
	const struct ipvs_drain_policy *left = a, *right = b;

	return svckey_cmp(&left->service, &right->service);
}

static int cmp_entries(const void *a, const void *b)
{
	const struct ipvs_drain_entry *left = a, *right = b;
	int order = svckey_cmp(&left->service, &right->service);

	return order ? order : endpoint_cmp(&left->server, &right->server);
}

static int cmp_endpoints(const void *a, const void *b)
{
	return endpoint_cmp(a, b);
}

static const struct ipvs_drain_policy *policy_find(const struct ipvs_drain_policies *policies,
						   const struct svckey *key)
{
	const struct ipvs_drain_policy wanted = {.service = *key};

	if (!policies->items.n)
		return NULL;
	return bsearch(&wanted, policies->items.items, policies->items.n, sizeof(wanted),
		       cmp_policies);
}

static void policies_add(struct ipvs_drain_policies *policies, const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < conf_service_count(vs); i++)
		*vec_push(&policies->items) =
		    (struct ipvs_drain_policy){.service = *conf_service_key(vs, i),
					       .timeout_s = vs->drain_timeout,
					       .is_on_failure = vs->is_drained_on_failure,
					       .vs = vs,
					       .number = i};
}

void ipvs_drain_policies_take(struct ipvs_drain_policies *policies, const struct conf *conf)
{
	struct ipvs_drain_policies fresh = {
	    /* With lvs_flush, services that the file does not have are deleted without a drain. */
	    .timeout_s = conf->global.is_flushing ? 0 : conf->global.drain_timeout};
	size_t n;

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		policies_add(&fresh, &conf->virtual_servers[i]);
	n = fresh.items.n;
	if (n)
		qsort(fresh.items.items, n, sizeof(*fresh.items.items), cmp_policies);
	for (size_t i = 0; i < policies->items.n; i++) {
		struct ipvs_drain_policy former = policies->items.items[i];
		bool is_kept = n && bsearch(&former, fresh.items.items, n, sizeof(former),
					    cmp_policies);

		if (!former.vs || is_kept)
			continue;
		former.vs = NULL;
		*vec_push(&fresh.items) = former;
	}
	if (fresh.items.n > n)
		qsort(fresh.items.items, fresh.items.n, sizeof(*fresh.items.items), cmp_policies);
	ipvs_drain_policies_free(policies);
	*policies = fresh;
}

void ipvs_drain_policies_free(struct ipvs_drain_policies *policies)
{
	vec_free(&policies->items);
	vec_free(&policies->maintained);
}

static int cmp_places(const void *a, const void *b)
{
	const struct ipvs_drain_place *left = a, *right = b;
	int order = svckey_cmp(&left->service, &right->service);

	return order ? order : endpoint_cmp(&left->server, &right->server);
}

void ipvs_drain_policies_maintain(struct ipvs_drain_policies *policies,
			      const struct conf_virtual_server *vs,
			      const struct conf_real_server *rs)
{
	for (size_t i = 0; i < conf_service_count(vs); i++)
		*vec_push(&policies->maintained) = (struct ipvs_drain_place){
		    *conf_service_key(vs, i), conf_service_server(vs, i, rs)};
}

void ipvs_drain_policies_sort(struct ipvs_drain_policies *policies)
{
	if (policies->maintained.n)
		qsort(policies->maintained.items, policies->maintained.n, sizeof(*policies->maintained.items),
		      cmp_places);
}

bool ipvs_drain_policies_has(const struct ipvs_drain_policies *policies,
			       const struct svckey *service, const struct endpoint *server)
{
	const struct ipvs_drain_place place = {*service, *server};

	return policies->maintained.n && bsearch(&place, policies->maintained.items, policies->maintained.n,
					   sizeof(place), cmp_places);
}

static bool is_in_file(struct members *members, const struct ipvs_drain_policy *policy,
		       const struct endpoint *server)
{
	const struct conf_virtual_server *vs = policy ? policy->vs : NULL;

	if (!vs)
		return false;
	for (size_t i = 0; i < vs->n_real_servers && !members->is_filled; i++)
		*vec_push(&members->items) =
		    conf_service_server(vs, policy->number, &vs->real_servers[i]);
	if (vs->has_sorry_server && !members->is_filled)
		*vec_push(&members->items) =
		    conf_service_server(vs, policy->number, &vs->sorry_server);
	if (members->items.n && !members->is_filled)
		qsort(members->items.items, members->items.n, sizeof(*server), cmp_endpoints);
	members->is_filled = true;
	return members->items.n && bsearch(server, members->items.items, members->items.n,
					   sizeof(*server), cmp_endpoints);
}

/* Is the server the sorry server of the service, and not one of its real servers? */
static bool is_sorry_alone(const struct ipvs_drain_policy *policy, const struct endpoint *server)
{
	const struct conf_virtual_server *vs = policy ? policy->vs : NULL;
	struct endpoint ep;

	if (!vs || !vs->has_sorry_server)
		return false;
	ep = conf_service_server(vs, policy->number, &vs->sorry_server);
	if (endpoint_cmp(&ep, server))
		return false;
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		ep = conf_service_server(vs, policy->number, &vs->real_servers[i]);
		if (!endpoint_cmp(&ep, server))
			return false;
	}
	return true;
}

static const struct ipvs_drain_entry *entry_find(const struct ipvs_drain *drain, size_t n,
						 const struct svckey *service,
						 const struct endpoint *server)
{
	const struct ipvs_drain_entry wanted = {.service = *service, .server = *server};

	return n ? bsearch(&wanted, drain->entries.items, n, sizeof(wanted), cmp_entries) : NULL;
}

const struct ipvs_drain_entry *ipvs_drain_find(const struct ipvs_drain *drain,
					       const struct svckey *service,
					       const struct endpoint *server)
{
	return entry_find(drain, drain->entries.n, service, server);
}

static enum ipvs_drain_reason reason_of(const struct beginning *b,
					const struct ipvs_drain_policy *policy,
					struct members *members, const struct svckey *key,
					const struct endpoint *server)
{
	if (!is_in_file(members, policy, server))
		return IPVS_DRAIN_REMOVED;
	return ipvs_drain_policies_has(b->policies, key, server) ? IPVS_DRAIN_MANUAL
								    : IPVS_DRAIN_FAILED;
}

static void begin_dest(struct beginning *b, const struct ipvs_drain_policy *policy,
		       struct members *members, const struct svckey *key,
		       const struct ipvs_dest *dest)
{
	const struct endpoint *server = &dest->ep;
	uint32_t timeout_s = policy ? policy->timeout_s : b->policies->timeout_s;
	enum ipvs_drain_reason reason = reason_of(b, policy, members, key, server);

	if (timeout_s == 0 ||
	    (reason == IPVS_DRAIN_FAILED &&
	     (!policy->is_on_failure || is_sorry_alone(policy, server))) ||
	    entry_find(b->drain, b->n_before, key, server))
		return;
	if (b->drain->entries.n == IPVS_DRAIN_MAX) {
		b->n_refused++;
		return;
	}
	*vec_push(&b->drain->entries) = (struct ipvs_drain_entry){
	    .service = *key,
	    .server = *server,
	    .reason = reason,
	    .weight = dest->weight,
	    .since = b->now,
	    .deadline = mono_add_ns(b->now, timeout_s * NS_PER_S)};
}

static int cmp_dest_with(const void *dest, const void *ep)
{
	return endpoint_cmp(&((const struct ipvs_dest *)dest)->ep, ep);
}

/* Begins the drains of one service. want NULL: the whole service is deleted. applied NULL: lvsd has
 * not applied the service yet. */
static void begin_service(struct beginning *b, const struct ipvs_service *want,
			  const struct ipvs_service *applied, const struct ipvs_service *have)
{
	const struct ipvs_drain_policy *policy = NULL;
	struct merge_list wanted = {0};
	struct members members = {0};

	if (want)
		wanted = (struct merge_list){want->dests, want->n_dests, sizeof(*want->dests)};
	/* There is no connection to wait for: the next datagram may go to any server. */
	if (have->key.protocol == IPPROTO_UDP || (have->flags & IP_VS_SVC_F_ONEPACKET))
		return;
	for (size_t i = 0; i < have->n_dests; i++) {
		const struct endpoint *ep = &have->dests[i].ep;

		if (merge_seek(&wanted, ep, cmp_dest_with))
			continue;
		if (applied && !ipvs_service_find(applied, ep))
			continue;
		if (!policy)
			policy = policy_find(b->policies, &have->key);
		begin_dest(b, policy, &members, &have->key, &have->dests[i]);
	}
	vec_free(&members.items);
}

static int cmp_keys(const void *a, const void *b)
{
	return svckey_cmp(a, b);
}

static int cmp_service_with(const void *service, const void *key)
{
	return svckey_cmp(&((const struct ipvs_service *)service)->key, key);
}

/* The services of a table for merge_seek(): one that is in both tables costs one comparison. */
static struct merge_list services_of(const struct ipvs_state *state)
{
	return (struct merge_list){state->services, state->n_services, sizeof(*state->services)};
}

size_t ipvs_drain_begin(struct ipvs_drain *drain, const struct ipvs_drain_policies *policies,
			const struct ipvs_drain_tables *tables, struct mono now,
			size_t *ret_n_refused)
{
	static const struct ipvs_state nothing;
	struct beginning b = {
	    .drain = drain, .policies = policies, .now = now, .n_before = drain->entries.n};
	const struct ipvs_state *applied = tables->applied ? tables->applied : &nothing;
	struct merge_list wanted_left = services_of(tables->want), applied_left = services_of(applied);

	for (size_t i = 0; i < tables->have->n_services; i++) {
		const struct ipvs_service *have = &tables->have->services[i];
		const struct ipvs_service *wanted = merge_seek(&wanted_left, &have->key, cmp_service_with);

		if (wanted ||
		    (tables->n_owned && bsearch(&have->key, tables->owned, tables->n_owned,
						sizeof(*tables->owned), cmp_keys)))
			begin_service(&b, wanted, merge_seek(&applied_left, &have->key, cmp_service_with), have);
	}
	*ret_n_refused = b.n_refused;
	if (drain->entries.n > b.n_before)
		ipvs_drain_sort(drain);
	return drain->entries.n - b.n_before;
}

static bool has_dest(const struct ipvs_state *state, const struct ipvs_drain_entry *entry)
{
	const struct ipvs_service *service = ipvs_state_find(state, &entry->service);

	return service && ipvs_service_find(service, &entry->server);
}

/* The service in want for an entry, added if it is missing. Entries are sorted by service, so a
 * service that was added for the last entry is the last one. */
static struct ipvs_service *service_for(struct ipvs_state *want, size_t n_sorted,
					const struct ipvs_service *have)
{
	const struct ipvs_state sorted = {.services = want->services, .n_services = n_sorted};
	struct ipvs_service *service = ipvs_state_find(&sorted, &have->key);

	if (service)
		return service;
	if (want->n_services > n_sorted &&
	    !svckey_cmp(&want->services[want->n_services - 1].key, &have->key))
		return &want->services[want->n_services - 1];
	service = ipvs_state_add(want, &have->key);
	*service = *have;
	service->dests = NULL;
	service->n_dests = service->cap_dests = 0;
	return service;
}

/* Removes the entries whose server is back in want, or gone from have. */
static size_t entries_trim(struct ipvs_drain *drain, const struct ipvs_state *have,
			   const struct ipvs_state *want)
{
	size_t n = drain->entries.n, n_kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct ipvs_drain_entry *entry = &drain->entries.items[i];

		if (has_dest(have, entry) && !has_dest(want, entry))
			drain->entries.items[n_kept++] = *entry;
	}
	drain->entries.n = n_kept;
	return n - n_kept;
}

size_t ipvs_drain_merge(struct ipvs_drain *drain, const struct ipvs_state *have,
			struct ipvs_state *want)
{
	size_t n_ended = entries_trim(drain, have, want), n_sorted = want->n_services;

	for (size_t i = 0; i < drain->entries.n; i++) {
		const struct ipvs_drain_entry *entry = &drain->entries.items[i];
		const struct ipvs_service *service;
		struct ipvs_dest *wanted;

		if (entry->is_over)
			continue;
		service = ipvs_state_find(have, &entry->service);
		wanted = ipvs_service_add(service_for(want, n_sorted, service), &entry->server);
		*wanted = *ipvs_service_find(service, &entry->server);
		wanted->weight = 0;
	}
	if (drain->entries.n)
		ipvs_state_sort(want);
	return n_ended;
}

size_t ipvs_drain_forget(struct ipvs_drain *drain, const struct ipvs_state *have)
{
	static const struct ipvs_state nothing;

	return entries_trim(drain, have, &nothing);
}

uint32_t ipvs_drain_weight_before(const struct ipvs_drain *drain, const struct svckey *service,
				  const struct endpoint *server)
{
	const struct ipvs_drain_entry *entry = ipvs_drain_find(drain, service, server);

	return entry && entry->reason == IPVS_DRAIN_REMOVED ? entry->weight : 0;
}

void ipvs_drain_sort(struct ipvs_drain *drain)
{
	size_t n = 0;

	if (!drain->entries.n)
		return;
	qsort(drain->entries.items, drain->entries.n, sizeof(*drain->entries.items), cmp_entries);
	for (size_t i = 1; i < drain->entries.n; i++)
		if (cmp_entries(&drain->entries.items[n], &drain->entries.items[i]))
			drain->entries.items[++n] = drain->entries.items[i];
	drain->entries.n = n + 1 > IPVS_DRAIN_MAX ? IPVS_DRAIN_MAX : n + 1;
}

void ipvs_drain_free(struct ipvs_drain *drain)
{
	vec_free(&drain->entries);
}

const char *ipvs_drain_reason_name(enum ipvs_drain_reason reason)
{
	static const char *const names[] = {"removed", "failed", "manual"};

	return names[reason];
}
