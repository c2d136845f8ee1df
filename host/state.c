/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/state.h"

const struct host_part_info host_parts[HOST_N_PARTS] = {
    [HOST_NAT4] = {AF_INET, "iptables", "nat", "LVSD-POSTROUTING", "POSTROUTING"},
    [HOST_MANGLE4] = {AF_INET, "iptables", "mangle", "LVSD-PREROUTING", "PREROUTING"},
    [HOST_NAT6] = {AF_INET6, "ip6tables", "nat", "LVSD-POSTROUTING", "POSTROUTING"},
    [HOST_MANGLE6] = {AF_INET6, "ip6tables", "mangle", "LVSD-PREROUTING", "PREROUTING"},
    [HOST_FILTER4] = {AF_INET, "iptables", "filter", "LVSD-INPUT", "INPUT"},
    [HOST_FILTER6] = {AF_INET6, "ip6tables", "filter", "LVSD-INPUT", "INPUT"},
    [HOST_OUTPUT4] = {AF_INET, "iptables", "filter", "LVSD-OUTPUT", "OUTPUT"},
};

enum host_part host_part_nat(uint16_t family)
{
	return family == AF_INET6 ? HOST_NAT6 : HOST_NAT4;
}

enum host_part host_part_mangle(uint16_t family)
{
	return family == AF_INET6 ? HOST_MANGLE6 : HOST_MANGLE4;
}

enum host_part host_part_filter(uint16_t family)
{
	return family == AF_INET6 ? HOST_FILTER6 : HOST_FILTER4;
}

void host_state_add_sysctl(struct host_state *state, const char *name, const char *value)
{
	*vec_push(&state->sysctls) = (struct host_sysctl){mem_strdup(name), mem_strdup(value)};
}

struct host_set *host_state_add_set(struct host_state *state, const char *name, const char *type,
				    enum host_part part)
{
	struct host_set *set = vec_push(&state->sets);

	set->name = mem_strdup(name);
	set->type = mem_strdup(type);
	set->part = part;
	return set;
}

void host_set_add(struct host_set *set, const char *member)
{
	*vec_push(&set->members) = mem_strdup(member);
}

void host_chain_add(struct host_chain *chain, const char *id, const char *spec)
{
	chain->exists = true;
	*vec_push(&chain->rules) = (struct host_rule){mem_strdup(id), mem_strdup(spec)};
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_members(struct host_set *set)
{
	size_t n = 0;

	if (!set->members.n)
		return;
	qsort(set->members.items, set->members.n, sizeof(char *), compare_texts);
	for (size_t i = 1; i < set->members.n; i++)
		if (strcmp(set->members.items[n], set->members.items[i]))
			set->members.items[++n] = set->members.items[i];
		else
			free(set->members.items[i]);
	set->members.n = n + 1;
}

static void set_clear(struct host_set *set)
{
	for (size_t i = 0; i < set->members.n; i++)
		free(set->members.items[i]);
	vec_free(&set->members);
	free(set->name);
	free(set->type);
}

/* Moves the members of from to into: both are entries for the same set. */
static void merge(struct host_set *into, struct host_set *from)
{
	for (size_t i = 0; i < from->members.n; i++)
		host_set_add(into, from->members.items[i]);
	set_clear(from);
}

static int compare_sets(const void *a, const void *b)
{
	return strcmp(((const struct host_set *)a)->name, ((const struct host_set *)b)->name);
}

static int compare_sysctls(const void *a, const void *b)
{
	return strcmp(((const struct host_sysctl *)a)->name, ((const struct host_sysctl *)b)->name);
}

static void sort_sets(struct host_state *state)
{
	size_t n = 0;

	if (!state->sets.n)
		return;
	qsort(state->sets.items, state->sets.n, sizeof(*state->sets.items), compare_sets);
	for (size_t i = 1; i < state->sets.n; i++)
		if (compare_sets(&state->sets.items[n], &state->sets.items[i]))
			state->sets.items[++n] = state->sets.items[i];
		else
			merge(&state->sets.items[n], &state->sets.items[i]);
	state->sets.n = n + 1;
	for (size_t i = 0; i < state->sets.n; i++)
		sort_members(&state->sets.items[i]);
}

void host_state_sort(struct host_state *state)
{
	if (state->sysctls.n)
		qsort(state->sysctls.items, state->sysctls.n, sizeof(*state->sysctls.items),
		      compare_sysctls);
	sort_sets(state);
}

struct host_sysctl *host_state_sysctl(const struct host_state *state, const char *name)
{
	const struct host_sysctl wanted = {.name = (char *)name};

	if (!state->sysctls.n)
		return NULL;
	return bsearch(&wanted, state->sysctls.items, state->sysctls.n, sizeof(wanted),
		       compare_sysctls);
}

struct host_set *host_state_set(const struct host_state *state, const char *name)
{
	const struct host_set wanted = {.name = (char *)name};

	if (!state->sets.n)
		return NULL;
	return bsearch(&wanted, state->sets.items, state->sets.n, sizeof(wanted), compare_sets);
}

bool host_set_has(const struct host_set *set, const char *member)
{
	return set->members.n &&
	       bsearch(&member, set->members.items, set->members.n, sizeof(char *), compare_texts);
}

bool host_chain_is_same(const struct host_chain *a, const struct host_chain *b)
{
	if (a->exists != b->exists || a->rules.n != b->rules.n)
		return false;
	for (size_t i = 0; i < a->rules.n; i++)
		if (strcmp(a->rules.items[i].id, b->rules.items[i].id))
			return false;
	return true;
}

void host_chain_clear(struct host_chain *chain)
{
	for (size_t i = 0; i < chain->rules.n; i++) {
		free(chain->rules.items[i].id);
		free(chain->rules.items[i].spec);
	}
	for (size_t i = 0; i < chain->jumps.n; i++)
		free(chain->jumps.items[i]);
	vec_free(&chain->rules);
	vec_free(&chain->jumps);
	*chain = (struct host_chain){0};
}

void host_sets_clear(struct host_state *state)
{
	for (size_t i = 0; i < state->sets.n; i++)
		set_clear(&state->sets.items[i]);
	vec_free(&state->sets);
}

void host_sysctls_clear(struct host_state *state)
{
	for (size_t i = 0; i < state->sysctls.n; i++) {
		free(state->sysctls.items[i].name);
		free(state->sysctls.items[i].value);
	}
	vec_free(&state->sysctls);
}

void host_state_clear(struct host_state *state)
{
	host_sysctls_clear(state);
	host_sets_clear(state);
	for (int part = 0; part < HOST_N_PARTS; part++)
		host_chain_clear(&state->chains[part]);
}
