/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draining (ipvs/drain.h): when connections are counted, and what follows from a count. */
#include "ipvs/drain.h"

#include <stdlib.h>

/* A service that is due: the index of its first entry. */
struct candidate {
	size_t at;
	struct mono read_at; /* of the entry that waits longest */
};

struct candidates {
	VEC(struct candidate) list;
};

static int cmp_waits(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return (left->read_at.ns > right->read_at.ns) - (left->read_at.ns < right->read_at.ns);
}

static int cmp_places(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return (left->at > right->at) - (left->at < right->at);
}

/* When the entry is due; at once if it was never counted. */
static struct mono due_of(const struct ipvs_drain_entry *entry)
{
	if (entry->is_over)
		return MONO_NEVER;
	return entry->read_at.ns ? mono_add_ns(entry->read_at, IPVS_DRAIN_READ_NS) : entry->read_at;
}

/* Appends the service of entry at to candidates if it is due. Returns the index of the next
 * service's first entry. */
static size_t consider(const struct ipvs_drain *drain, size_t at, struct mono now,
		       struct candidates *candidates)
{
	const struct svckey *service = &drain->entries.items[at].service;
	struct candidate candidate = {at, MONO_NEVER};

	for (; at < drain->entries.n; at++) {
		const struct ipvs_drain_entry *entry = &drain->entries.items[at];

		if (svckey_cmp(&entry->service, service))
			break;
		if (mono_reached(now, due_of(entry)))
			candidate.read_at = mono_min(candidate.read_at, entry->read_at);
	}
	if (!mono_is_never(candidate.read_at))
		*vec_push(&candidates->list) = candidate;
	return at;
}

static void note_read(struct ipvs_drain *drain, size_t at, struct mono now)
{
	const struct svckey *service = &drain->entries.items[at].service;

	for (; at < drain->entries.n && !svckey_cmp(&drain->entries.items[at].service, service);
	     at++)
		drain->entries.items[at].read_at = now;
}

/* How many services may still be read in this second. A second begins with the first reading
 * after the end of the second before. */
static size_t allowance(struct ipvs_drain *drain, struct mono now)
{
	if (mono_reached(now, mono_add_ns(drain->second, NS_PER_S))) {
		drain->second = now;
		drain->n_read = 0;
	}
	return IPVS_DRAIN_READS_MAX - drain->n_read;
}

void ipvs_drain_pick(struct ipvs_drain *drain, struct mono now, struct ipvs_slice *ret_slice)
{
	struct candidates due = {0};
	size_t n_allowed = allowance(drain, now);

	for (size_t at = 0; at < drain->entries.n && n_allowed;)
		at = consider(drain, at, now, &due);
	if (due.list.n > n_allowed) {
		qsort(due.list.items, due.list.n, sizeof(*due.list.items), cmp_waits);
		due.list.n = n_allowed;
		qsort(due.list.items, due.list.n, sizeof(*due.list.items), cmp_places);
	}
	for (size_t i = 0; i < due.list.n; i++) {
		*vec_push(&ret_slice->at) = due.list.items[i].at;
		note_read(drain, due.list.items[i].at, now);
	}
	drain->n_read += due.list.n;
	vec_free(&due.list);
}

/* Until now the destination could get connections. They have the whole time. */
static bool begin_anew(struct ipvs_drain_entry *entry, const struct ipvs_dest *dest, struct mono now)
{
	int64_t time_ns = mono_sub(entry->deadline, entry->since);

	if (entry->is_over || !dest || !dest->weight || mono_reached(entry->since, now))
		return false;
	entry->since = now;
	entry->deadline = mono_add_ns(now, time_ns);
	return true;
}

size_t ipvs_drain_begin_anew(struct ipvs_drain *drain, const struct ipvs_state *have, struct mono now)
{
	size_t n = 0;

	for (size_t i = 0; i < drain->entries.n; i++) {
		struct ipvs_drain_entry *entry = &drain->entries.items[i];
		const struct ipvs_service *service = ipvs_state_find(have, &entry->service);

		n += service && begin_anew(entry, ipvs_service_find(service, &entry->server), now);
	}
	return n;
}

size_t ipvs_drain_count(struct ipvs_drain *drain, size_t at, const struct ipvs_service *service)
{
	size_t n = 0;

	for (; at < drain->entries.n; at++) {
		struct ipvs_drain_entry *entry = &drain->entries.items[at];
		const struct ipvs_dest *dest = ipvs_service_find(service, &entry->server);

		if (svckey_cmp(&entry->service, &service->key))
			break;
		entry->is_counted = !dest || dest->weight == 0;
		entry->connections = dest ? ipvs_drain_connections(dest) : 0;
		n += begin_anew(entry, dest, entry->read_at);
	}
	return n;
}

uint64_t ipvs_drain_connections(const struct ipvs_dest *dest)
{
	return (uint64_t)dest->counters.active + dest->counters.inactive +
	       dest->counters.persistent;
}

bool ipvs_drain_is_done(const struct ipvs_drain_entry *entry, struct mono now)
{
	return (entry->is_counted && entry->connections == 0) ||
	       mono_reached(now, entry->deadline);
}

size_t ipvs_drain_reap(struct ipvs_drain *drain, struct mono now)
{
	size_t n = 0;

	for (size_t i = 0; i < drain->entries.n; i++) {
		struct ipvs_drain_entry *entry = &drain->entries.items[i];

		if (entry->is_over || !ipvs_drain_is_done(entry, now))
			continue;
		entry->is_over = true;
		n++;
	}
	return n;
}

struct mono ipvs_drain_wake(const struct ipvs_drain *drain)
{
	struct mono next_second = mono_add_ns(drain->second, NS_PER_S);
	struct mono wake = MONO_NEVER, deadline = MONO_NEVER;

	for (size_t i = 0; i < drain->entries.n; i++) {
		const struct ipvs_drain_entry *entry = &drain->entries.items[i];

		wake = mono_min(wake, due_of(entry));
		if (!entry->is_over)
			deadline = mono_min(deadline, entry->deadline);
	}
	if (drain->n_read == IPVS_DRAIN_READS_MAX && mono_before(wake, next_second))
		wake = next_second;
	return mono_min(wake, deadline);
}
