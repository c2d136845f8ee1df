/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/plan.h"

#include <errno.h>

static int set_sysctl(const struct host_op *op, struct host_state *state)
{
	struct host_sysctl *sysctl = host_state_sysctl(state, op->name);

	if (!sysctl)
		return -ENOENT;
	free(sysctl->value);
	sysctl->value = mem_strdup(op->value);
	return 0;
}

static int change_member(const struct host_op *op, struct host_state *state)
{
	struct host_set *set = host_state_set(state, op->name);
	size_t n = 0;

	if (!set)
		return -ENOENT;
	if (op->kind == HOST_OP_ADD_MEMBER) {
		if (host_set_has(set, op->value))
			return -EEXIST;
		host_set_add(set, op->value);
		host_state_sort(state);
		return 0;
	}
	if (!host_set_has(set, op->value))
		return -ENOENT;
	for (size_t i = 0; i < set->members.n; i++)
		if (strcmp(set->members.items[i], op->value))
			set->members.items[n++] = set->members.items[i];
		else
			free(set->members.items[i]);
	set->members.n = n;
	return 0;
}

/* Whether a rule names the set: then the kernel does not destroy it. */
static bool is_set_named(const struct host_state *state, const struct host_set *set)
{
	char *words = mem_printf(" --match-set %s ", set->name);
	bool is_found = false;

	for (int part = 0; part < HOST_N_PARTS; part++)
		for (size_t i = 0; i < state->chains[part].rules.n && !is_found; i++)
			is_found = strstr(state->chains[part].rules.items[i].spec, words) != NULL;
	free(words);
	return is_found;
}

static int destroy(const struct host_op *op, struct host_state *state)
{
	struct host_set *set = host_state_set(state, op->name);
	struct host_state gone = {0};
	size_t i;

	if (!set)
		return -ENOENT;
	if (is_set_named(state, set))
		return -EBUSY;
	i = (size_t)(set - state->sets.items);
	*vec_push(&gone.sets) = *set;
	memmove(set, set + 1, (state->sets.n - i - 1) * sizeof(*set));
	state->sets.n--;
	host_sets_clear(&gone);
	return 0;
}

/* The kernel refuses a rule that names a set that does not exist. */
static bool are_sets_there(const struct host_chain *chain, const struct host_state *state)
{
	for (size_t i = 0; i < chain->rules.n; i++) {
		const char *at = strstr(chain->rules.items[i].spec, "--match-set ");
		char name[HOST_SET_NAME_MAX] = "";

		if (at)
			snprintf(name, sizeof(name), "%.*s",
				 (int)strcspn(at + strlen("--match-set "), " "),
				 at + strlen("--match-set "));
		if (at && !host_state_set(state, name))
			return false;
	}
	return true;
}

/* op->chain may be a part of the state that is being changed. */
static int write_chain(const struct host_op *op, struct host_state *state)
{
	struct host_chain *chain = &state->chains[op->part], fresh = {.exists = true};

	if (!are_sets_there(op->chain, state))
		return -ENOENT;
	for (size_t i = 0; i < op->chain->rules.n; i++)
		host_chain_add(&fresh, op->chain->rules.items[i].id,
			       op->chain->rules.items[i].spec);
	fresh.is_jumped = true;
	*vec_push(&fresh.jumps) = mem_printf("%s -m comment --comment lvsd -j %s",
					     host_parts[op->part].hook, host_parts[op->part].chain);
	host_chain_clear(chain);
	*chain = fresh;
	return 0;
}

int host_op_apply(const struct host_op *op, struct host_state *state)
{
	switch (op->kind) {
	case HOST_OP_SYSCTL:
		return set_sysctl(op, state);
	case HOST_OP_ADD_SET:
		if (host_state_set(state, op->name))
			return -EEXIST;
		host_state_add_set(state, op->name, op->value, op->part);
		host_state_sort(state);
		return 0;
	case HOST_OP_ADD_MEMBER:
	case HOST_OP_DEL_MEMBER:
		return change_member(op, state);
	case HOST_OP_WRITE_CHAIN:
		return write_chain(op, state);
	case HOST_OP_DEL_CHAIN:
		host_chain_clear(&state->chains[op->part]);
		return 0;
	case HOST_OP_DESTROY_SET:
		return destroy(op, state);
	}
	return 0;
}
