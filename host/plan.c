/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/plan.h"

#include <errno.h>

static struct host_op *add(struct host_plan *plan, enum host_op_kind kind, enum host_part part)
{
	struct host_op *op = vec_push(&plan->ops);

	op->kind = kind;
	op->part = part;
	return op;
}

static void add_set_op(struct host_plan *plan, enum host_op_kind kind, const struct host_set *set,
		       const char *value)
{
	struct host_op *op = add(plan, kind, set->part);

	op->name = set->name;
	op->value = value;
}

static void plan_sysctls(const struct host_state *want, const struct host_state *have,
			 struct host_plan *plan)
{
	for (size_t i = 0; i < want->sysctls.n; i++) {
		const struct host_sysctl *sysctl = &want->sysctls.items[i];
		const struct host_sysctl *present = host_state_sysctl(have, sysctl->name);
		struct host_op *op;

		if (!present || !strcmp(present->value, sysctl->value))
			continue;
		op = add(plan, HOST_OP_SYSCTL, HOST_NAT4);
		op->name = sysctl->name;
		op->value = sysctl->value;
		op->before = present->value;
	}
}

/* Whether the present set can be used. For a set of another type with the same name the plan has
 * ADD_SET, which the kernel refuses with a reason. */
static bool is_usable(const struct host_set *want, const struct host_set *have)
{
	return have && !strcmp(want->type, have->type) &&
	       host_parts[want->part].family == host_parts[have->part].family;
}

static void plan_additions(const struct host_state *want, const struct host_state *have,
			   struct host_plan *plan)
{
	for (size_t i = 0; i < want->sets.n; i++) {
		const struct host_set *set = &want->sets.items[i];
		const struct host_set *present = host_state_set(have, set->name);
		bool is_there = is_usable(set, present);

		if (!is_there)
			add_set_op(plan, HOST_OP_ADD_SET, set, set->type);
		for (size_t k = 0; k < set->members.n; k++)
			if (!is_there || !host_set_has(present, set->members.items[k]))
				add_set_op(plan, HOST_OP_ADD_MEMBER, set, set->members.items[k]);
	}
}

static void plan_chain(const struct host_chain *want, const struct host_chain *have,
		       enum host_part part, struct host_plan *plan)
{
	struct host_op *op;

	if (want->exists && (!have->is_jumped || !host_chain_is_same(want, have))) {
		op = add(plan, HOST_OP_WRITE_CHAIN, part);
		op->chain = want;
		op->old = have;
	} else if (!want->exists && (have->exists || have->jumps.n)) {
		op = add(plan, HOST_OP_DEL_CHAIN, part);
		op->old = have;
	}
}

static void plan_removals(const struct host_state *want, const struct host_state *have,
			  struct host_plan *plan)
{
	for (size_t i = 0; i < have->sets.n; i++) {
		const struct host_set *present = &have->sets.items[i];
		const struct host_set *set = host_state_set(want, present->name);

		if (!set) {
			add_set_op(plan, HOST_OP_DESTROY_SET, present, NULL);
			continue;
		}
		for (size_t k = 0; is_usable(set, present) && k < present->members.n; k++)
			if (!host_set_has(set, present->members.items[k]))
				add_set_op(plan, HOST_OP_DEL_MEMBER, present,
					   present->members.items[k]);
	}
}

void host_plan(const struct host_state *want, const struct host_state *have,
	       struct host_plan *ret_plan)
{
	plan_sysctls(want, have, ret_plan);
	plan_additions(want, have, ret_plan);
	for (int part = 0; part < HOST_N_PARTS; part++)
		plan_chain(&want->chains[part], &have->chains[part], (enum host_part)part,
			   ret_plan);
	plan_removals(want, have, ret_plan);
}

void host_plan_free(struct host_plan *plan)
{
	vec_free(&plan->ops);
}

static void print_chain(const struct host_op *op, const char *verb, FILE *out)
{
	const struct host_part_info *part = &host_parts[op->part];

	fprintf(out, "%s chain=%s table=%s program=%s", verb, part->chain, part->table,
		part->program);
	for (size_t i = 0; op->kind == HOST_OP_WRITE_CHAIN && i < op->chain->rules.n; i++)
		fprintf(out, " rule='%s'", op->chain->rules.items[i].spec);
}

void host_op_print(const struct host_op *op, FILE *out)
{
	switch (op->kind) {
	case HOST_OP_SYSCTL:
		fprintf(out, "set sysctl=net.ipv4.vs.%s value=\"%s\"->\"%s\"", op->name, op->before,
			op->value);
		break;
	case HOST_OP_ADD_SET:
		fprintf(out, "add set=%s type=%s family=%s", op->name, op->value,
			host_parts[op->part].family == AF_INET6 ? "inet6" : "inet");
		break;
	case HOST_OP_ADD_MEMBER:
		fprintf(out, "add member set=%s member=%s", op->name, op->value);
		break;
	case HOST_OP_WRITE_CHAIN:
		print_chain(op, "write", out);
		break;
	case HOST_OP_DEL_CHAIN:
		print_chain(op, "delete", out);
		break;
	case HOST_OP_DEL_MEMBER:
		fprintf(out, "delete member set=%s member=%s", op->name, op->value);
		break;
	case HOST_OP_DESTROY_SET:
		fprintf(out, "delete set=%s", op->name);
		break;
	}
}

static void write_rules(const struct host_op *op, FILE *out)
{
	const struct host_part_info *part = &host_parts[op->part];

	if (!op->old->is_jumped)
		fprintf(out, "-I %s 1 -m comment --comment \"lvsd\" -j %s\n", part->hook,
			part->chain);
	for (size_t i = 0; i < op->chain->rules.n; i++)
		fprintf(out, "-A %s %s\n", part->chain, op->chain->rules.items[i].spec);
}

char *host_op_restore_text(const struct host_op *op)
{
	const struct host_part_info *part = &host_parts[op->part];
	bool is_removal = op->kind == HOST_OP_DEL_CHAIN;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	/* This line creates the chain, or empties it if it exists. */
	fprintf(out, "*%s\n:%s - [0:0]\n", part->table, part->chain);
	for (size_t i = 0; (is_removal || !op->old->is_jumped) && i < op->old->jumps.n; i++)
		fprintf(out, "-D %s\n", op->old->jumps.items[i]);
	if (is_removal)
		fprintf(out, "-X %s\n", part->chain);
	else
		write_rules(op, out);
	fputs("COMMIT\n", out);
	fclose(out);
	return text;
}
