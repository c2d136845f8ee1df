/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual addresses of several instances on one machine, with random lists that share
 * addresses, random changes of role, configuration and machine. After each step the machine is
 * compared with what the instances together ask for.
 */
#include "vrrp/vips.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SEEDS     1000
#define N_STEPS     60
#define N_INSTANCES 3
#define N_MAX       6
/* What the kernel tells apart: a machine has at most so many of these addresses. */
#define N_ENTRIES 64

static const struct addr no_keep;

struct instance {
	struct vrrp_vips vips;
	struct conf_vip confs[N_MAX];
};

/* entries: the addresses that the machine has; each is a copy of how it was added. */
struct world {
	uint64_t state;
	unsigned seed;
	struct vrrp_vip_index index;
	struct instance instances[N_INSTANCES];
	struct conf_vip entries[N_ENTRIES];
	size_t n_entries;
};

static unsigned below(struct world *world, unsigned n)
{
	uint64_t z = world->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	return (unsigned)((z ^ (z >> 31)) % n);
}

/* --- the machine --- */

/* An IPv4 address may be there several times, with other lengths; an IPv6 address only once. */
static bool is_same(const struct conf_vip *a, const struct conf_vip *b)
{
	return !addr_cmp(&a->addr, &b->addr) && !strcmp(a->interface, b->interface) &&
	       (a->addr.family == AF_INET6 || a->prefix_len == b->prefix_len);
}

static size_t entry_find(const struct world *world, const struct conf_vip *conf)
{
	size_t i = 0;

	while (i < world->n_entries && !is_same(&world->entries[i], conf))
		i++;
	return i;
}

static bool is_there(const struct world *world, const struct conf_vip *conf)
{
	return entry_find(world, conf) < world->n_entries;
}

static int entry_add(struct world *world, const struct conf_vip *conf)
{
	if (is_there(world, conf))
		return -EEXIST;
	ck_assert_uint_lt(world->n_entries, N_ENTRIES);
	world->entries[world->n_entries++] = *conf;
	return 0;
}

static int entry_remove(struct world *world, const struct conf_vip *conf)
{
	size_t i = entry_find(world, conf);

	if (i == world->n_entries)
		return -EADDRNOTAVAIL;
	world->entries[i] = world->entries[--world->n_entries];
	return 0;
}

/* --- the claims --- */

/* Does a master other than one have this very address? */
static bool has_other_master(const struct world *world, const struct instance *one,
			     const struct conf_vip *conf)
{
	for (size_t i = 0; i < N_INSTANCES; i++) {
		const struct instance *other = &world->instances[i];

		if (other == one || !other->vips.is_master)
			continue;
		for (size_t k = 0; k < other->vips.list.n; k++)
			if (is_same(other->vips.list.items[k].conf, conf))
				return true;
	}
	return false;
}

static void may_be_removed(const struct world *world, const struct instance *instance,
			   const struct vrrp_vip *vip)
{
	ck_assert_msg(!has_other_master(world, instance, vip->conf),
		      "seed %u: an address of another master is removed", world->seed);
	ck_assert_msg(vip->state != VRRP_VIP_FOREIGN,
		      "seed %u: an address of somebody else is removed", world->seed);
}

static void is_as_wanted(const struct world *world, const struct instance *instance)
{
	for (size_t i = 0; i < instance->vips.list.n; i++) {
		const struct conf_vip *conf = instance->vips.list.items[i].conf;

		if (instance->vips.is_master)
			ck_assert_msg(is_there(world, conf),
				      "seed %u: a master lacks its address %zu", world->seed, i);
		else
			ck_assert_msg(!is_there(world, conf) ||
					  has_other_master(world, instance, conf),
				      "seed %u: a backup has address %zu", world->seed, i);
	}
}

/* --- an instance acts --- */

static void look(const struct world *world, const struct vrrp_vips *vips,
		 struct vrrp_vip_have have[static N_MAX])
{
	for (size_t i = 0; i < vips->list.n; i++)
		have[i] = (struct vrrp_vip_have){.index = strcmp(vips->list.items[i].conf->interface, "eth0") ? 8 : 7,
						 .is_up = true,
						 .is_there = is_there(world, vips->list.items[i].conf)};
}

static int carry_out(struct world *world, struct instance *instance, const struct vrrp_vips *vips,
		     const struct vrrp_vip_op *op)
{
	const struct vrrp_vip *vip = &vips->list.items[op->at];

	if (op->kind == VRRP_VIP_ADD)
		return entry_add(world, vip->conf);
	may_be_removed(world, instance, vip);
	return entry_remove(world, vip->conf);
}

/* vips: the instance's list, or the addresses that a new configuration dropped. */
static void bring_about(struct world *world, struct instance *instance, struct vrrp_vips *vips)
{
	struct vrrp_vip_have have[N_MAX];
	struct vrrp_vips_plan plan;

	look(world, vips, have);
	vrrp_vips_plan(vips, have, &no_keep, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		plan.ops.items[i].result = carry_out(world, instance, vips, &plan.ops.items[i]);
	vrrp_vips_applied(vips, have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		ck_assert(!plan.ops.items[i].is_failure);
	vec_free(&plan.ops);
}

static void index_make(struct world *world)
{
	vrrp_vip_index_clear(&world->index);
	for (size_t i = 0; i < N_INSTANCES; i++)
		vrrp_vip_index_put(&world->index, &world->instances[i].vips);
	vrrp_vip_index_sort(&world->index);
}

/* --- random lists --- */

static struct conf_vip draw_vip(struct world *world)
{
	static const char *const interfaces[] = {"eth0", "eth1"}, *const labels[] = {"", "eth0:a"};
	bool is_ipv6 = below(world, 4) == 0;
	struct conf_vip vip = {.interface = interfaces[below(world, 4) == 0],
			       .label = labels[below(world, 2)],
			       .scope = below(world, 3) ? 0 : 253};

	vip.prefix_len = (uint8_t)(is_ipv6 ? 64 + 64 * below(world, 2) : 24 + 8 * below(world, 2));
	vip.addr.family = is_ipv6 ? AF_INET6 : AF_INET;
	vip.addr.bytes[3] = (uint8_t)(1 + below(world, 3));
	if (!is_ipv6 && below(world, 3) == 0)
		vip.broadcast = (struct addr){AF_INET, {10, 0, 0, 255}};
	return vip;
}

/* A list has no address twice: a configuration with one is refused. */
static size_t draw_list(struct world *world, struct conf_vip list[static N_MAX])
{
	size_t n = 0, tries = 1 + below(world, N_MAX);

	for (size_t i = 0; i < tries; i++) {
		struct conf_vip vip = draw_vip(world);
		bool is_double = false;

		for (size_t k = 0; k < n; k++)
			is_double |= is_same(&list[k], &vip);
		if (!is_double)
			list[n++] = vip;
	}
	return n;
}

/* What vrrp_vips_set() must have made of one address. */
static void is_taken_over(const struct world *world, const struct vrrp_vip *vip,
			  const struct vrrp_vip *old, size_t n_old)
{
	const struct vrrp_vip *before = NULL;
	bool is_other;

	for (size_t i = 0; i < n_old; i++)
		if (is_same(old[i].conf, vip->conf) &&
		    old[i].conf->prefix_len == vip->conf->prefix_len)
			before = &old[i];
	ck_assert_int_eq(vip->state, before ? before->state : VRRP_VIP_ABSENT);
	is_other = before && (before->conf->scope != vip->conf->scope ||
			      strcmp(before->conf->label, vip->conf->label) ||
			      addr_cmp(&before->conf->broadcast, &vip->conf->broadcast));
	ck_assert_msg(vip->is_outdated == (is_other && before->state == VRRP_VIP_HELD),
		      "seed %u: an address with other options is taken for %s", world->seed,
		      vip->is_outdated ? "outdated" : "what is there");
}

static void reconfigure(struct world *world, struct instance *instance)
{
	struct vrrp_vip old[N_MAX];
	struct conf_vip old_confs[N_MAX], confs[N_MAX];
	size_t n = draw_list(world, confs), n_old = instance->vips.list.n;
	struct conf_vrrp list = {.vips = instance->confs, .excluded = instance->confs};
	struct vrrp_vips stale;

	for (size_t i = 0; i < n_old; i++) {
		old[i] = instance->vips.list.items[i];
		old_confs[i] = *old[i].conf;
		old[i].conf = &old_confs[i];
		instance->vips.list.items[i].conf = &old_confs[i];
	}
	memcpy(instance->confs, confs, sizeof(confs));
	/* The first of them are advertised, the others only held. */
	list.n_vips = below(world, (unsigned)n + 1);
	list.excluded += list.n_vips;
	list.n_excluded = n - list.n_vips;
	vrrp_vips_set(&instance->vips, &list, &stale);
	for (size_t i = 0; i < n; i++)
		is_taken_over(world, &instance->vips.list.items[i], old, n_old);
	index_make(world);
	bring_about(world, instance, &stale);
	vrrp_vips_fini(&stale);
	/* An IPv6 address whose length alone changed is one entry: it went with the old one. */
	bring_about(world, instance, &instance->vips);
}

static void step(struct world *world)
{
	struct instance *instance = &world->instances[below(world, N_INSTANCES)];

	switch (below(world, 4)) {
	case 0:
		reconfigure(world, instance);
		break;
	case 1: /* somebody removes an address */
		if (world->n_entries)
			entry_remove(world,
				     &world->entries[below(world, (unsigned)world->n_entries)]);
		break;
	default:
		instance->vips.is_master = !instance->vips.is_master;
	}
	/* Each notices what happened to its addresses. */
	for (size_t i = 0; i < N_INSTANCES; i++)
		bring_about(world, &world->instances[i], &world->instances[i].vips);
	for (size_t i = 0; i < N_INSTANCES; i++)
		is_as_wanted(world, &world->instances[i]);
}

START_TEST(the_machine_has_what_all_masters_ask_for)
{
	for (unsigned seed = 0; seed < N_SEEDS; seed++) {
		struct world world = {.state = seed, .seed = seed};

		for (size_t i = 0; i < N_INSTANCES; i++) {
			world.instances[i].vips.index = &world.index;
			reconfigure(&world, &world.instances[i]);
		}
		for (unsigned i = 0; i < N_STEPS; i++)
			step(&world);
		for (size_t i = 0; i < N_INSTANCES; i++)
			vrrp_vips_fini(&world.instances[i].vips);
		vrrp_vip_index_fini(&world.index);
	}
}
END_TEST

/* An owner finds addresses that an administrator gave the machine: they stay whatever happens. */
START_TEST(an_owner_leaves_what_it_found)
{
	for (unsigned seed = 0; seed < N_SEEDS; seed++) {
		struct world world = {.state = seed, .seed = seed};
		struct instance *owner = &world.instances[0];
		struct conf_vip found;

		owner->vips.index = &world.index;
		owner->vips.is_owner = true;
		reconfigure(&world, owner);
		found = *owner->vips.list.items[0].conf;
		ck_assert_int_eq(entry_add(&world, &found), 0);
		for (unsigned i = 0; i < 8; i++) {
			owner->vips.is_master = true;
			bring_about(&world, owner, &owner->vips);
			ck_assert_int_eq(owner->vips.list.items[0].state, VRRP_VIP_FOREIGN);
			if (below(&world, 2))
				break;
		}
		if (below(&world, 2))
			reconfigure(&world, owner);
		owner->vips.is_master = true;
		bring_about(&world, owner, &owner->vips);
		ck_assert(is_there(&world, &found));
		vrrp_vips_fini(&owner->vips);
		vrrp_vip_index_fini(&world.index);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("virtual addresses, properties");
	TCase *tcase = tcase_create("properties");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, the_machine_has_what_all_masters_ask_for);
	tcase_add_test(tcase, an_owner_leaves_what_it_found);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
