/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold of the two routers: who is master follows from the configurations in force, the
 * network and the stated times alone. Who has the addresses on his machine counts, not what he
 * says.
 */
#include "base/clock.h"
#include "daemon/shared/rundir_names.h"
#include "sync/rejoin.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"
#include "vrrp/wire.h"

#include <string.h>

/* startup_gate, and what turns, frames and the starts of processes take. */
#define START_NS (5 * NS_PER_S + 2 * NS_PER_S)
/* Two runs of a tracking script, and one that had begun. */
#define TRACK_NS (4 * NS_PER_S)
/* Master-down times: of the one that waits, and of one that has just begun to. */
#define DOWNS 2
/* vrrp/hold.h: four times the usual time at most. */
#define HOLDS 4
/* A master that hears the better one steps down at once; it may lose that one's first words. */
#define OVERLAP_NS (500 * NS_PER_MS)

static bool has_vip(const struct pair_node *node, unsigned i)
{
	struct addr addr = model_key(i).ep.addr;

	return lan_has_addr(node->number, &addr);
}

unsigned pair_vrrp_addrs(const struct pair_node *node)
{
	unsigned addrs = 0;

	for (unsigned i = 0; i < PAIR_NUMBERS; i++)
		addrs |= has_vip(node, i) ? 1u << i : 0;
	return addrs;
}

/* --- when it must hold --- */

static int64_t longest_wait_ns(void)
{
	int64_t ns = START_NS + TRACK_NS + DOWNS * 4 * pair.advert_ms * NS_PER_MS, delay_ns = 0;

	for (unsigned i = 0; i < PAIR_NODES; i++) {
		const struct model_vrrp *vrrp = &pair.nodes[i].in_force->vrrp;
		int64_t own_ns = vrrp->preempt_delay_s * NS_PER_S;

		if (vrrp->has_sync)
			own_ns += HOLDS * SYNC_HOLD_MS * NS_PER_MS;
		delay_ns = own_ns > delay_ns ? own_ns : delay_ns;
	}
	return ns + delay_ns;
}

static bool is_at_work(const struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_PROCS; i++)
		if (i != PAIR_CHECK && node->procs[i].is_needed &&
		    !pair_proc_runs(node, (enum pair_proc_name)i))
			return false;
	return pair_is_sure(node) && node->control;
}

static bool is_everything_well(void)
{
	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (!is_at_work(&pair.nodes[i]))
			return false;
	return pair.has_vrrp && pair_net_is_whole();
}

struct mono pair_vrrp_settled_at(void)
{
	return mono_add_ns(pair.vrrp_since, longest_wait_ns());
}

bool pair_vrrp_is_settled(void)
{
	return is_everything_well() && !mono_before(clock_mono(), pair_vrrp_settled_at());
}

/* --- who must be master: his number; -1: nobody; PAIR_NODES: one of the two --- */

unsigned pair_vrrp_priority(const struct pair_node *node)
{
	const struct model_vrrp *vrrp = &node->in_force->vrrp;
	int priority = vrrp->priority;

	if (priority && vrrp->has_track && node->is_track_down && !vrrp->track_weight)
		return 0;
	if (priority && node->is_released)
		return 1;
	if (!priority || !vrrp->has_track)
		return (unsigned)priority;
	if (node->is_track_down == (vrrp->track_weight < 0))
		priority += vrrp->track_weight;
	return (unsigned)(priority < 1 ? 1 : priority > 254 ? 254 : priority);
}

static int right_master(void)
{
	unsigned a = pair_vrrp_priority(&pair.nodes[0]), b = pair_vrrp_priority(&pair.nodes[1]);

	if (!a || !b)
		return a ? 0 : b ? 1 : -1;
	if (a > b && pair.nodes[0].in_force->vrrp.is_preempting)
		return 0;
	if (b > a && pair.nodes[1].in_force->vrrp.is_preempting)
		return 1;
	return PAIR_NODES;
}

struct pair_node *pair_vrrp_master(void)
{
	struct pair_node *master = NULL;

	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (pair_vrrp_addrs(&pair.nodes[i]) & pair.nodes[i].in_force->vrrp.addrs)
			master = &pair.nodes[i];
	return master;
}

/*
 * What the clients have been told in trouble is corrected when two masters that run meet. One that
 * has just been replaced, or that slept, may yield without a word. One that leaves has said so
 * once, into the network of that moment, and is silent from then on.
 */
void pair_vrrp_heard(bool is_net)
{
	struct pair_node *a = &pair.nodes[0], *b = &pair.nodes[1];
	bool is_whole =
	    pair_net_is_whole() && pair_proc_runs(a, PAIR_VRRP) && pair_proc_runs(b, PAIR_VRRP);

	bool is_leaving = a->procs[PAIR_VRRP].is_leaving || b->procs[PAIR_VRRP].is_leaving;

	if (pair_vrrp_addrs(a) && pair_vrrp_addrs(b) && (is_net || !is_whole))
		a->is_unheard = b->is_unheard = !is_whole || is_leaving;
}

static void note_unheard(struct pair_node *node)
{
	if (!pair_vrrp_addrs(node))
		node->is_unheard = false;
	else if (!pair_net_is_whole())
		node->is_unheard = true;
}

/* Of those that an earlier configuration had nothing may be left. */
static void claim_addrs(const struct pair_node *node, bool is_master)
{
	const struct model_vrrp *vrrp = &node->in_force->vrrp;
	unsigned wanted = is_master ? vrrp->addrs : 0, have = pair_vrrp_addrs(node);

	if (have == wanted || (node->rundir.is_lost && (have & vrrp->addrs) == wanted))
		return;
	pair_fail(node, "the %s of priority %u has the addresses %#x, wanted are %#x",
		  is_master ? "master" : "backup", vrrp->priority, have, wanted);
}

static void claim_masters(void)
{
	int right = right_master();
	const struct pair_node *master = pair_vrrp_master();

	pair_happened(PAIR_MASTER_CLAIMED);
	if (right >= 0 && !master)
		pair_fail(NULL, "nobody is master");
	if (right < 0 && master)
		pair_fail(master, "is master, and takes no part");
	if (right >= 0 && right < PAIR_NODES && master->number != (unsigned)right)
		pair_fail(&pair.nodes[right], "has priority %u, and is not master",
			  pair_vrrp_priority(&pair.nodes[right]));
	for (unsigned i = 0; i < PAIR_NODES; i++)
		claim_addrs(&pair.nodes[i], master == &pair.nodes[i]);
}

/* Two masters that hear each other; what an unwritten addresses.json had may stay on a backup. */
static void claim_no_overlap(void)
{
	unsigned both = pair_vrrp_addrs(&pair.nodes[0]) & pair_vrrp_addrs(&pair.nodes[1]);
	int64_t max_ns = 3 * pair.advert_ms * NS_PER_MS + OVERLAP_NS;

	if (!both || !pair_net_is_whole() || pair.nodes[0].rundir.is_lost ||
	    pair.nodes[1].rundir.is_lost || !pair_proc_runs(&pair.nodes[0], PAIR_VRRP) ||
	    !pair_proc_runs(&pair.nodes[1], PAIR_VRRP)) {
		pair.overlap_since = MONO_NEVER;
		return;
	}
	if (mono_is_never(pair.overlap_since))
		pair.overlap_since = clock_mono();
	pair_happened(PAIR_OVERLAPPED);
	if (mono_sub(clock_mono(), pair.overlap_since) > max_ns)
		pair_fail(NULL, "both directors have the addresses %#x for %lld ms", both,
			  (long long)(mono_sub(clock_mono(), pair.overlap_since) / NS_PER_MS));
}

void pair_claim_vrrp(void)
{
	if (!pair.has_vrrp)
		return;
	for (unsigned i = 0; i < PAIR_NODES; i++)
		note_unheard(&pair.nodes[i]);
	claim_no_overlap();
	if (pair_vrrp_is_settled())
		claim_masters();
}

/* --- at the end --- */

void pair_claim_neighbours(const struct pair_node *master)
{
	for (unsigned i = 0; i < PAIR_NUMBERS; i++) {
		struct addr addr = model_key(i).ep.addr;
		int at = lan_neighbour(&addr);

		if (master->in_force->vrrp.addrs & 1u << i && at != (int)master->number)
			pair_fail(master, "the clients send what is for address %u to %d", i, at);
	}
}

/* What the director shows, and what it remembers for a successor. */
static void claim_role(const struct pair_node *node, bool is_master)
{
	enum vrrp_state_name role = is_master                  ? VRRP_MASTER
				    : pair_vrrp_priority(node) ? VRRP_BACKUP
							       : VRRP_FAULT;
	const char *wanted = vrrp_state_text(role);
	const char *text = pair_rundir_text(node, RUNDIR_ROLES);
	json_t *root = text ? json_loads(text, 0, NULL) : NULL;
	json_t *item = json_array_get(json_object_get(root, "instances"), 0);
	json_int_t state = json_integer_value(json_object_get(item, "state"));

	json_decref(root);
	if (pair.is_told_claimed && node->in_force->vrrp.has_notify) {
		pair_happened(PAIR_TOLD_CLAIMED);
		if (strcmp(node->told_role, wanted))
			pair_fail(node, "%s was told last, and it is %s", node->told_role, wanted);
	}
	if (strcmp(node->shown_role, wanted))
		pair_fail(node, "is shown as %s, and is %s", node->shown_role, wanted);
	if (!node->rundir.is_lost && state != (json_int_t)role)
		pair_fail(node, "is remembered as %s, and is %s",
			  vrrp_state_text((enum vrrp_state_name)state), wanted);
}

/* Both roles of the kernel run on both directors. */
static void claim_sync(const struct pair_node *node)
{
	unsigned wanted = node->in_force->vrrp.has_sync ? 3 : 0;

	if (node->kernel.sync_roles != wanted && !node->rundir.is_lost &&
	    mono_before(node->kernel.troubled, pair.vrrp_since))
		pair_fail(node, "the kernel's roles of connection sync are %#x, wanted are %#x",
			  node->kernel.sync_roles, wanted);
}

void pair_claim_roles(void)
{
	const struct pair_node *master = pair_vrrp_master();

	if (!pair_vrrp_is_settled())
		return;
	claim_masters();
	pair_happened(PAIR_ROLE_CLAIMED);
	if (master && !master->is_unheard)
		pair_claim_neighbours(master);
	for (unsigned i = 0; i < PAIR_NODES; i++) {
		if (pair.nodes[i].in_force->vrrp.priority)
			claim_role(&pair.nodes[i], master == &pair.nodes[i]);
		claim_sync(&pair.nodes[i]);
	}
}

void pair_vrrp_shown(struct pair_node *node, json_t *status)
{
	json_t *instance = json_array_get(json_object_get(status, "vrrp"), 0);
	const char *state = json_string_value(json_object_get(instance, "state"));

	node->shown_role = "nothing";
	for (int i = VRRP_INIT; state && i <= VRRP_FAULT; i++)
		if (!strcmp(state, vrrp_state_text((enum vrrp_state_name)i)))
			node->shown_role = vrrp_state_text((enum vrrp_state_name)i);
}
