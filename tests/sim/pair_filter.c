/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter of no_accept in each machine's nf_tables, in the place of host/nft.c, and what must hold
 * of it: an address that must not accept packets is on the machine behind the filter alone.
 */
#include "base/virtual/world.h"
#include "host/nft.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#define WATCH_FD 30003
/* After an event the filter is read 200 ms later (daemon/director/host/filter.c); and a turn. */
#define EVENT_NS (700 * NS_PER_MS)
/* What is left over goes a second after a reload and the longest handover; a new director does not know
 * what was in force, and takes the longest of all. */
#define KEEP_NS (1500 * NS_PER_MS)
#define HANDOVER_MAX_NS (10 * NS_PER_S)
/* The first pause after a failure, which is doubled up to the longest one; and some turns. */
#define BACKOFF_MIN_MS 500
#define BACKOFF_MAX_MS 60000
#define BACKOFF_SLACK_MS 1000
/* A vrrp process that has gone on, or has its first configuration, removes the addresses that a reload drops, and
 * confirms that. */
#define REMOVAL_NS (2 * NS_PER_S)
/* Of a key of SERVICES4: after the address, each in four bytes. */
#define AT_PROTOCOL 4
#define AT_PORT 8

/* --- what the filter has: masks of the addresses, by number --- */

static struct host_filter_element element_of(unsigned i, enum host_filter_set set)
{
	struct svckey key = model_key(i);
	struct host_filter_element element = {.set = set};

	memcpy(element.key, key.ep.addr.bytes, addr_len(&key.ep.addr));
	if (set == HOST_FILTER_SERVICES4) {
		element.key[AT_PROTOCOL] = (uint8_t)key.protocol;
		element.key[AT_PORT] = (uint8_t)(key.ep.port >> 8);
		element.key[AT_PORT + 1] = (uint8_t)key.ep.port;
	}
	return element;
}

static unsigned mask_of(const struct host_filter *filter, enum host_filter_set set)
{
	unsigned mask = 0;

	for (unsigned i = 0; i < PAIR_NUMBERS; i++) {
		struct host_filter_element element = element_of(i, set);

		for (size_t k = 0; k < filter->elements.n; k++)
			if (!memcmp(&filter->elements.items[k], &element, sizeof(element)))
				mask |= 1u << i;
	}
	return mask;
}

static unsigned refused_by(const struct pair_node *node)
{
	return mask_of(&node->filter.have, HOST_FILTER_ADDRS4);
}

/* --- what the files say --- */

/* Addresses of members with no_accept (is_refusing), or of the others. */
static unsigned addrs_with(const struct model *model, bool is_refusing)
{
	unsigned addrs = 0;

	for (unsigned m = 0; model && m < PAIR_MEMBERS; m++)
		if (model_has_member(&model->vrrp, m) &&
		    model_is_refusing(&model->vrrp, m) == is_refusing)
			addrs |= model_member_addrs(&model->vrrp, m);
	return model && model->vrrp.priority ? addrs : 0;
}

/* By any configuration that may be in force now. */
static unsigned maybe_addrs_with(const struct pair_node *node, bool is_refusing)
{
	unsigned addrs = addrs_with(node->in_force, is_refusing) |
			 addrs_with(node->former, is_refusing) |
			 addrs_with(node->previous, is_refusing) |
			 addrs_with(node->file, is_refusing);

	for (size_t i = 0; i < PAIR_TRIED; i++)
		addrs |= addrs_with(node->tried[i], is_refusing);
	return addrs;
}

/* No configuration that may be in force accepts packets to them, and one refuses them. */
static unsigned refused_surely(const struct pair_node *node)
{
	return maybe_addrs_with(node, true) & ~maybe_addrs_with(node, false);
}

static unsigned services_of(const struct model *model)
{
	unsigned services = 0;

	for (unsigned i = 0; i < model->n_vs; i++)
		services |= 1u << model->vs[i].number;
	return services;
}

/* --- claims --- */

static void claim_behind(const struct pair_node *node, unsigned addrs, const char *when)
{
	unsigned open = addrs & refused_surely(node) & ~refused_by(node);

	if (!open || node->filter.is_wrong || node->rundir.is_lost)
		return;
	pair_fail(node, "%s: packets to the addresses %#x are accepted, and must not be", when, open);
}

/* The filter comes first. */
static void on_added(unsigned machine, const struct addr *addr)
{
	const struct pair_node *node = &pair.nodes[machine];

	for (unsigned i = 0; i < PAIR_NUMBERS; i++) {
		struct addr own = model_key(i).ep.addr;

		if (addr_cmp(&own, addr))
			continue;
		if (refused_by(node) & 1u << i)
			pair_happened(PAIR_FILTER_FIRST);
		claim_behind(node, 1u << i, "an address comes");
	}
}

/* The filter goes last: the process that holds the addresses has had the time to remove them. */
static void claim_not_needed(const struct pair_node *node, const struct host_filter *before)
{
	unsigned gone = mask_of(before, HOST_FILTER_ADDRS4) & ~refused_by(node);

	if (!gone)
		return;
	pair_happened(PAIR_FILTER_LAST);
	if (!pair_proc_runs(node, PAIR_VRRP) && (node->procs[PAIR_VRRP].is_needed || node->is_lvsd_dead))
		return;
	claim_behind(node, gone & pair_vrrp_addrs(node), "the filter goes");
}

/* Nothing hinders lvsd from keeping the filter. */
static bool is_at_rest(const struct pair_node *node)
{
	struct mono now = world_now();

	return pair_is_sure(node) && node->control && pair_proc_runs(node, PAIR_DIRECTOR) &&
	       !node->is_stopping && !mono_before(now, node->filter.right_at) &&
	       !mono_before(now, mono_add_ns(node->clear_since, EVENT_NS)) &&
	       !mono_before(now, mono_add_ns(node->kernel.slowed, EVENT_NS));
}

/* No vrrp process has confirmed that the addresses which the file has no more are gone, or only just now. */
static bool is_unconfirmed(const struct pair_node *node)
{
	const struct pair_proc *vrrp = &node->procs[PAIR_VRRP];

	return ((vrrp->loop || vrrp->is_needed) &&
		!(pair_proc_runs(node, PAIR_VRRP) && node->vrrp.was_at_work)) ||
	       mono_before(world_now(), mono_add_ns(node->filter.vrrp_disturbed, REMOVAL_NS));
}

/* Of addresses that the file has no more it may go on for a while. */
static void claim_nothing_else(const struct pair_node *node, unsigned wanted, unsigned services)
{
	const struct host_filter *have = &node->filter.have;
	size_t n = (size_t)__builtin_popcount(wanted) + (size_t)__builtin_popcount(services);
	unsigned extra = refused_by(node) & ~wanted;

	if (!wanted && node->rundir.is_lost)
		return; /* nobody knows any more that the table may be there */
	if (extra & addrs_with(node->in_force, false))
		pair_fail(node, "packets to the addresses %#x are refused, and are to be accepted",
			  extra & addrs_with(node->in_force, false));
	if (mono_before(world_now(), node->filter.keep_until) || is_unconfirmed(node))
		return;
	if (have->elements.n != n || have->exists != (wanted != 0))
		pair_fail(node, "the filter refuses %#x, lets pass what is for the services %#x and has "
				"%zu elements, which are too many",
			  refused_by(node), mask_of(have, HOST_FILTER_SERVICES4), have->elements.n);
}

void pair_claim_filter(const struct pair_node *node)
{
	unsigned wanted, services;

	if (!is_at_rest(node))
		return;
	wanted = addrs_with(node->in_force, true);
	services = wanted & services_of(node->in_force);
	if (wanted)
		pair_happened(PAIR_FILTER_CLAIMED);
	if (wanted & ~refused_by(node))
		pair_fail(node, "packets to the addresses %#x are accepted, and must not be",
			  wanted & ~refused_by(node));
	if (services & ~mask_of(&node->filter.have, HOST_FILTER_SERVICES4))
		pair_fail(node, "the filter drops what is for the services %#x",
			  services & ~mask_of(&node->filter.have, HOST_FILTER_SERVICES4));
	claim_nothing_else(node, wanted, services);
}

/* --- the kernel --- */

/* So much later by the clock of the machine, which may stand still. */
static struct mono later(const struct pair_node *node, int64_t ns)
{
	bool is_still = mono_before(world_now(), node->suspended_until);

	return mono_add_ns(is_still ? node->suspended_until : world_now(), ns);
}

static void right_by(struct pair_node *node, int64_t ns)
{
	struct mono at = later(node, ns);

	if (mono_before(node->filter.right_at, at))
		node->filter.right_at = at;
}

static void fire(const struct pair_node *node)
{
	if (node->procs[PAIR_DIRECTOR].loop)
		world_fire(node->procs[PAIR_DIRECTOR].loop, WATCH_FD, LOOP_READ);
}

static void copy(const struct host_filter *from, struct host_filter *to)
{
	host_filter_clear(to);
	to->exists = from->exists;
	for (size_t i = 0; i < from->layout.n; i++)
		*vec_push(&to->layout) = from->layout.items[i];
	host_filter_keep(to, from);
}

static int fail_now(struct pair_node *node, struct err *err)
{
	int64_t ms = node->filter.backoff_ms;

	ms = !ms ? BACKOFF_MIN_MS : 2 * ms < BACKOFF_MAX_MS ? 2 * ms : BACKOFF_MAX_MS;
	node->filter.backoff_ms = ms;
	right_by(node, (ms + BACKOFF_SLACK_MS) * NS_PER_MS);
	node->filter.is_wrong = true;
	return err_set(err, -ENOMEM, "nf_tables refuses it");
}

int host_nft_read(const char *table, struct host_filter *ret_have, struct err *err)
{
	struct pair_node *node = pair_caller();

	if (strcmp(node->filter.table, table))
		return 0;
	if (pair_permille(node->kernel.faults.unread))
		return fail_now(node, err);
	copy(&node->filter.have, ret_have);
	return 0;
}

/* As the table has it after a plan that makes it. */
static void layout_new(struct host_filter *filter, const struct conf_global *global)
{
	host_filter_note_table(filter, 0);
	host_filter_note_chain(filter, "filter", HOST_FILTER_HOOK, host_filter_priority(global),
			       HOST_FILTER_ACCEPT);
	for (int set = 0; set < HOST_FILTER_N_SETS; set++)
		host_filter_note_set(filter, host_filter_sets[set].name,
				     host_filter_sets[set].key_len);
	for (int rule = 0; rule < HOST_FILTER_N_RULES; rule++)
		host_filter_note_rule(filter, host_filter_comment((enum host_filter_rule)rule,
								  global->is_nft_counting));
}

static void element_remove(struct host_filter *filter, const struct host_filter_element *element)
{
	size_t n = 0;

	for (size_t i = 0; i < filter->elements.n; i++)
		if (memcmp(&filter->elements.items[i], element, sizeof(*element)))
			filter->elements.items[n++] = filter->elements.items[i];
	filter->elements.n = n;
}

static void carry_out(struct host_filter *have, const struct host_filter_plan *plan,
		      const struct conf_global *global)
{
	if (plan->step != HOST_FILTER_CHANGE)
		host_filter_clear(have);
	if (plan->step == HOST_FILTER_REMOVE)
		return;
	if (plan->step == HOST_FILTER_MAKE)
		layout_new(have, global);
	have->exists = true;
	for (size_t i = 0; i < plan->added.n; i++)
		*vec_push(&have->elements) = *plan->added.items[i];
	for (size_t i = 0; i < plan->removed.n; i++)
		element_remove(have, plan->removed.items[i]);
	host_filter_sort(have);
}

int host_nft_apply(const char *table, const struct host_filter_plan *plan,
		   const struct conf_global *global, struct err *err)
{
	struct pair_node *node = pair_caller();
	struct host_filter before = {0};

	if (!pair_act())
		return err_set(err, -EIO, "dead");
	node->kernel.n_ops++;
	if (pair_permille(node->kernel.faults.refuse))
		return fail_now(node, err);
	copy(&node->filter.have, &before);
	strcpy(node->filter.table, table);
	carry_out(&node->filter.have, plan, global);
	node->filter.is_wrong = false;
	node->filter.backoff_ms = 0;
	pair_trace(node, "kernel: the filter refuses %#x", refused_by(node));
	claim_not_needed(node, &before);
	host_filter_clear(&before);
	fire(node);
	return 0;
}

/* No scenario has the relay, so its table is never there. */
int host_nft_read_chain(const char *table, const char *chain, struct host_filter *ret_have, struct err *err)
{
	(void)table;
	(void)chain;
	(void)ret_have;
	(void)err;
	return 0;
}

int host_nft_carry_out(const char *table, const struct host_nft_bytes *bytes, uint32_t seq, struct err *err)
{
	(void)bytes;
	(void)seq;
	return err_set(err, -EINVAL, "nothing makes the table %s here", table);
}

int host_nft_watch_open(void)
{
	return WATCH_FD;
}

void host_nft_watch_drain(int fd)
{
	(void)fd;
}

/* --- what happens to it --- */

void pair_filter_meddle(struct pair_node *node)
{
	struct host_filter *have = &node->filter.have;
	struct host_filter_element element = element_of((unsigned)pair_below(PAIR_NUMBERS),
							HOST_FILTER_ADDRS4);

	if (!have->exists)
		return;
	pair_trace(node, "!! somebody changes the filter");
	pair_happened(PAIR_FILTER_MEDDLED);
	if (pair_permille(300))
		host_filter_clear(have);
	else if (have->elements.n && pair_permille(500))
		element_remove(have, &have->elements.items[pair_below(have->elements.n)]);
	else
		*vec_push(&have->elements) = element;
	host_filter_sort(have);
	node->filter.is_wrong = true;
	right_by(node, EVENT_NS);
	/* One that is wanted no more is not watched. */
	if (mono_before(node->filter.right_at, node->filter.keep_until))
		node->filter.right_at = node->filter.keep_until;
	fire(node);
}

static void keep_for(struct pair_node *node, int64_t handover_ns)
{
	struct mono at = later(node, KEEP_NS + handover_ns);

	if (mono_before(node->filter.keep_until, at))
		node->filter.keep_until = at;
}

void pair_filter_reloaded(struct pair_node *node)
{
	keep_for(node, 2 * pair.advert_ms * NS_PER_MS);
}

void pair_filter_begun(struct pair_node *node)
{
	keep_for(node, HANDOVER_MAX_NS);
}

void pair_filter_suspended(struct pair_node *node, int64_t ns)
{
	node->filter.keep_until = mono_add_ns(node->filter.keep_until, ns);
	node->filter.right_at = mono_add_ns(node->filter.right_at, ns);
}

void pair_filter_open(void)
{
	lan_on_addr(on_added);
}

void pair_filter_close(struct pair_node *node)
{
	host_filter_clear(&node->filter.have);
}
