/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold of the two routers: who is master follows from the configurations in force, the
 * network and the stated times alone. Who has the addresses on his machine counts, not what he
 * says.
 */
#include "base/virtual/world.h"
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
/* A member that joins awaits a frame, or startup_gate, and then its master-down time; the guard puts
 * an address back that was taken away. */
#define HALF_NS (START_NS + 2 * NS_PER_S)
/* A master that hears the better one steps down at once; it may lose that one's first words. */
#define OVERLAP_NS (500 * NS_PER_MS)

static bool has_vip(const struct pair_node *node, unsigned i)
{
	struct addr addr = model_key(i).ep.addr;

	return lan_has_addr(node->number, &addr);
}

/* The claims ask for this again and again, and the addresses change seldom. */
unsigned pair_vrrp_addrs(const struct pair_node *node)
{
	static struct {
		uint64_t state;
		unsigned addrs;
	} known[PAIR_NODES];
	uint64_t state = lan_addrs_state(node->number);

	if (known[node->number].state != state) {
		known[node->number].state = state;
		known[node->number].addrs = 0;
		for (unsigned i = 0; i < PAIR_NUMBERS; i++)
			known[node->number].addrs |= has_vip(node, i) ? 1u << i : 0;
	}
	return known[node->number].addrs;
}

/* --- when it must hold --- */

static int64_t longest_wait_ns(void)
{
	int64_t ns = START_NS + TRACK_NS + DOWNS * 4 * pair.advert_ms * NS_PER_MS, delay_ns = 0;

	for (unsigned i = 0; i < PAIR_NODES; i++) {
		const struct model_vrrp *vrrp = &pair.nodes[i].in_force->vrrp;
		int64_t own_ns = (vrrp->preempt_delay_s + vrrp->track_hold_s) * NS_PER_S;

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
	for (unsigned i = 0; i < PAIR_ORPHANS; i++)
		if (node->orphans[i].proc.loop)
			return false;
	return pair_is_sure(node) && node->control;
}

/* A new member leaves a master alone that does not hear its group, as the network is cut, or has no fault,
 * as its tracking script fails: it joins when that is over. */
static bool is_join_hindered(const struct pair_node *node)
{
	return (!pair_net_is_whole() || !pair_vrrp_takes_part(node)) &&
	       mono_sub(node->half_began, node->members_since) < NS_PER_S;
}

/* Its group is not whole, and its other members are master in spite of the fault of the new one. */
static bool is_joined_in_vain(const struct pair_node *node)
{
	return !mono_is_never(node->half_since) && is_join_hindered(node);
}

static bool is_everything_well(void)
{
	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (!is_at_work(&pair.nodes[i]) || is_joined_in_vain(&pair.nodes[i]))
			return false;
	return pair.has_vrrp && pair_net_is_whole();
}

struct mono pair_vrrp_settled_at(void)
{
	return mono_add_ns(pair.vrrp_since, longest_wait_ns());
}

bool pair_vrrp_is_settled(void)
{
	return is_everything_well() && !mono_before(world_now(), pair_vrrp_settled_at());
}

/* --- who must be master: his number; -1: nobody; PAIR_NODES: one of the two --- */

bool pair_vrrp_takes_part(const struct pair_node *node)
{
	const struct model_vrrp *vrrp = &node->in_force->vrrp;

	bool is_tracking = false;

	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		is_tracking |= model_has_member(vrrp, m) && model_is_tracking(vrrp, m);
	return vrrp->priority && !(is_tracking && node->is_track_down && !vrrp->track_weight);
}

static unsigned member_priority(const struct pair_node *node, unsigned m)
{
	const struct model_vrrp *vrrp = &node->in_force->vrrp;
	int priority = (int)model_priority(vrrp, m);

	if (node->is_released)
		return 1;
	if (model_is_owner(vrrp))
		return MODEL_OWNER;
	if (model_is_tracking(vrrp, m) && node->is_track_down == (vrrp->track_weight < 0))
		priority += vrrp->track_weight;
	return (unsigned)(priority < 1 ? 1 : priority > 254 ? 254 : priority);
}

unsigned pair_vrrp_common(void)
{
	return pair.nodes[0].in_force->vrrp.members & pair.nodes[1].in_force->vrrp.members;
}

bool pair_vrrp_is_better(const struct pair_node *node, const struct pair_node *other)
{
	bool is_better = pair_vrrp_takes_part(node);

	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		is_better &= !(pair_vrrp_common() & 1u << m) ||
			     member_priority(node, m) > member_priority(other, m);
	return is_better;
}

bool pair_vrrp_may_preempt(const struct pair_node *node, const struct pair_node *other)
{
	bool may_preempt = !node->is_released && pair_vrrp_is_better(node, other);

	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		may_preempt &= !(pair_vrrp_common() & 1u << m) ||
			       !node->in_force->vrrp.is_nopreempt[m];
	return may_preempt;
}

bool pair_vrrp_is_forbidden(const struct pair_node *node)
{
	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		if ((pair_vrrp_common() & 1u << m) && !node->in_force->vrrp.is_nopreempt[m])
			return false;
	return true;
}

bool pair_vrrp_is_hasty(const struct pair_node *node, const struct pair_node *other)
{
	return node->in_force->vrrp.advert_ms < other->in_force->vrrp.advert_ms;
}

/* It takes the addresses of a master that it hears for some networks at least. */
bool pair_vrrp_may_displace(const struct pair_node *node, const struct pair_node *other)
{
	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		if ((pair_vrrp_common() & 1u << m) &&
		    member_priority(node, m) > member_priority(other, m))
			return pair_vrrp_takes_part(node);
	return false;
}

static int right_master(void)
{
	const struct pair_node *a = &pair.nodes[0], *b = &pair.nodes[1];

	if (!pair_vrrp_takes_part(a) || !pair_vrrp_takes_part(b))
		return pair_vrrp_takes_part(a) ? 0 : pair_vrrp_takes_part(b) ? 1 : -1;
	if (a->is_order_unsure || b->is_order_unsure)
		return PAIR_NODES;
	return pair_vrrp_may_preempt(a, b) ? 0 : pair_vrrp_may_preempt(b, a) ? 1 : PAIR_NODES;
}

struct pair_node *pair_vrrp_master(void)
{
	struct pair_node *master = NULL;

	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (pair_vrrp_addrs(&pair.nodes[i]) & pair.nodes[i].in_force->vrrp.addrs)
			master = &pair.nodes[i];
	return master;
}

static bool is_leaving_now(const struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_ORPHANS; i++)
		if (node->orphans[i].proc.loop && node->orphans[i].proc.is_leaving)
			return true;
	/* An operator may have released it, into the network of that moment, too. */
	return node->procs[PAIR_VRRP].is_leaving || node->is_order_unsure;
}

/*
 * What the clients have been told in trouble is corrected when two masters that run meet. One that
 * has just been replaced, or that slept, may yield without a word. One that leaves has said so
 * once, into the network of that moment, and is silent from then on. In the network of a member that
 * one of them has no more they do not meet.
 */
void pair_vrrp_heard(bool is_net)
{
	struct pair_node *a = &pair.nodes[0], *b = &pair.nodes[1];
	bool is_whole =
	    pair_net_is_whole() && pair_vrrp_runs(a) && pair_vrrp_runs(b);

	bool is_leaving = is_leaving_now(a) || is_leaving_now(b);

	unsigned of_a = pair_vrrp_addrs(a), of_b = pair_vrrp_addrs(b);

	if (!of_a || !of_b || (!is_net && is_whole))
		return;
	a->is_unheard = !is_whole || is_leaving || (of_a & ~of_b);
	b->is_unheard = !is_whole || is_leaving || (of_b & ~of_a);
}

static void note_unheard(struct pair_node *node)
{
	unsigned addrs = pair_vrrp_addrs(node), others = pair_vrrp_addrs(&pair.nodes[!node->number]);

	if (!lan_is_forwarding(node->number))
		node->blocked_addrs |= addrs & ~node->had_addrs;
	node->blocked_addrs &= addrs & ~(lan_is_forwarding(node->number) ? others : 0);
	node->had_addrs = addrs;
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
			  member_priority(&pair.nodes[right], 0));
	for (unsigned i = 0; i < PAIR_NODES; i++)
		claim_addrs(&pair.nodes[i], master == &pair.nodes[i]);
}

/* Nobody takes an owner's addresses away while its vrrp process waits for its configuration: they are
 * those of the machine. Nor are those removed before that an lvsd has left that died with its vrrp process,
 * or an orphan that died. */
static bool is_owner_idle(const struct pair_node *node)
{
	return (model_is_owner(&node->in_force->vrrp) || node->has_leftovers) && !node->vrrp.was_at_work;
}

/* Two masters that hear each other; what an unwritten addresses.json had may stay on a backup. */
static void claim_no_overlap(void)
{
	unsigned both = pair_vrrp_addrs(&pair.nodes[0]) & pair_vrrp_addrs(&pair.nodes[1]);
	int64_t max_ns = 3 * pair.advert_ms * NS_PER_MS + OVERLAP_NS;

	if (!both || !pair_net_is_whole() || pair.nodes[0].rundir.is_lost ||
	    pair.nodes[1].rundir.is_lost || !pair_vrrp_runs(&pair.nodes[0]) ||
	    !pair_vrrp_runs(&pair.nodes[1]) || is_owner_idle(&pair.nodes[0]) ||
	    is_owner_idle(&pair.nodes[1])) {
		pair.overlap_since = MONO_NEVER;
		return;
	}
	if (mono_is_never(pair.overlap_since))
		pair.overlap_since = world_now();
	pair_happened(PAIR_OVERLAPPED);
	if (mono_sub(world_now(), pair.overlap_since) > max_ns)
		pair_fail(NULL, "both directors have the addresses %#x for %lld ms", both,
			  (long long)(mono_sub(world_now(), pair.overlap_since) / NS_PER_MS));
}

/* It has addresses of one member of its group, and none of another one. */
static bool is_half(const struct pair_node *node)
{
	const struct model_vrrp *vrrp = &node->in_force->vrrp;
	unsigned have = pair_vrrp_addrs(node), with = 0;

	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		if (model_has_member(vrrp, m) && have & model_member_addrs(vrrp, m))
			with |= 1u << m;
	return with && with != vrrp->members;
}

/* What else than a step of the group may have made it so. */
static bool is_half_excused(const struct pair_node *node)
{
	return !pair_is_sure(node) || !node->in_force->vrrp.priority || node->is_refusing ||
	       mono_before(world_now(), node->taking_since) ||
	       node->rundir.is_lost || !pair_proc_runs(node, PAIR_VRRP) ||
	       node->procs[PAIR_VRRP].is_leaving;
}

/* Whatever the network does: a group with some of its addresses is one that hands over, or is joined by
 * a new member. */
static void claim_whole(struct pair_node *node)
{
	int64_t max_ns = HALF_NS + 8 * pair.advert_ms * NS_PER_MS;

	if (!is_half(node)) {
		node->half_since = MONO_NEVER;
		return;
	}
	pair_happened(PAIR_HALF);
	if (mono_is_never(node->half_since) || mono_before(node->half_since, node->members_since))
		node->half_began = node->half_since = world_now();
	if (is_half_excused(node) || is_join_hindered(node))
		node->half_since = world_now();
	if (mono_sub(world_now(), node->half_since) > max_ns)
		pair_fail(node, "its sync group has had some of its addresses (%#x) for %lld ms",
			  pair_vrrp_addrs(node),
			  (long long)(mono_sub(world_now(), node->half_since) / NS_PER_MS));
}

/* An answer to each of ANSWERS_MAX adverts in an interval is allowed (vrrp/fsm.c), and an advert for each
 * order, reload and change of a tracker. */
void pair_claim_advert(unsigned machine, const struct lan_frame *frame)
{
	pair_orphan_heard(machine, frame);
	unsigned max = PAIR_MEMBERS * (9 * 1000 / pair.advert_min_ms + 12);

	if (mono_sub(world_now(), pair.adverts_since) >= NS_PER_S) {
		memset(pair.n_adverts, 0, sizeof(pair.n_adverts));
		pair.adverts_since = world_now();
	}
	if (++pair.n_adverts[machine] > max)
		pair_fail(&pair.nodes[machine], "a storm: more than %u adverts in a second", max);
	if (pair.settled && pair.settled_since.ns == pair.vrrp_since.ns && pair_vrrp_is_settled() &&
	    machine != pair.settled->number)
		pair_fail(&pair.nodes[machine], "a backup advertises in peace");
}

/* Nothing has happened since it was settled: then it stays who is master. */
static void claim_peace(void)
{
	const struct pair_node *master = pair_vrrp_master();

	if (pair.settled && pair.settled_since.ns == pair.vrrp_since.ns && master != pair.settled)
		pair_fail(pair.settled, "it has lost its addresses in peace");
	pair.settled = master;
	pair.settled_since = pair.vrrp_since;
}

void pair_claim_vrrp(void)
{
	if (!pair.has_vrrp)
		return;
	for (unsigned i = 0; i < PAIR_NODES; i++) {
		note_unheard(&pair.nodes[i]);
		claim_whole(&pair.nodes[i]);
		pair_claim_orphans(&pair.nodes[i]);
		pair_claim_filter(&pair.nodes[i]);
	}
	claim_no_overlap();
	if (!pair_vrrp_is_settled()) {
		pair.settled = NULL;
		return;
	}
	claim_masters();
	claim_peace();
}

/* --- at the end --- */

void pair_claim_neighbours(const struct pair_node *master, unsigned addrs)
{
	for (unsigned i = 0; i < PAIR_NUMBERS; i++) {
		struct addr addr = model_key(i).ep.addr;
		int at = lan_neighbour(&addr);

		if (addrs & 1u << i && at != (int)master->number)
			pair_fail(master, "the clients send what is for address %u to %d", i, at);
	}
}

static bool is_remembered_as(json_t *instances, enum vrrp_state_name role)
{
	json_t *item;
	size_t i;

	json_array_foreach(instances, i, item)
		if (json_integer_value(json_object_get(item, "state")) != (json_int_t)role)
			return false;
	return true;
}

/* What the director shows, and what it remembers for a successor. */
static void claim_role(const struct pair_node *node, bool is_master)
{
	enum vrrp_state_name role = is_master                  ? VRRP_MASTER
				    : pair_vrrp_takes_part(node) ? VRRP_BACKUP
								 : VRRP_FAULT;
	const char *wanted = vrrp_state_text(role);
	const char *text = pair_rundir_text(node, RUNDIR_ROLES);
	json_t *root = text ? json_loads(text, 0, NULL) : NULL;
	bool is_remembered = is_remembered_as(json_object_get(root, "instances"), role);

	json_decref(root);
	if (pair.is_told_claimed && node->in_force->vrrp.has_notify) {
		pair_happened(PAIR_TOLD_CLAIMED);
		if (strcmp(node->told_role, wanted))
			pair_fail(node, "%s was told last, and it is %s", node->told_role, wanted);
	}
	if (strcmp(node->shown_role, wanted))
		pair_fail(node, "is shown as %s, and is %s", node->shown_role, wanted);
	if (!node->rundir.is_lost && !is_remembered)
		pair_fail(node, "is not remembered as %s, with all members", wanted);
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
		pair_claim_neighbours(master, master->in_force->vrrp.addrs);
	if (master && master->blocked_addrs)
		pair_happened(PAIR_BLOCKED_CLAIMED);
	if (master)
		pair_claim_neighbours(master, master->in_force->vrrp.addrs & master->blocked_addrs);
	for (unsigned i = 0; i < PAIR_NODES; i++) {
		if (pair.nodes[i].in_force->vrrp.priority)
			claim_role(&pair.nodes[i], master == &pair.nodes[i]);
		claim_sync(&pair.nodes[i]);
	}
}

static const char *state_shown(json_t *instance)
{
	const char *state = json_string_value(json_object_get(instance, "state"));

	for (int i = VRRP_INIT; state && i <= VRRP_FAULT; i++)
		if (!strcmp(state, vrrp_state_text((enum vrrp_state_name)i)))
			return vrrp_state_text((enum vrrp_state_name)i);
	return "nothing";
}

/* All members that count are in one state, or it is shown as mixed. */
void pair_vrrp_shown(struct pair_node *node, json_t *status)
{
	json_t *instance;
	size_t i;

	node->shown_role = "nothing";
	node->n_shown = 0;
	json_array_foreach(json_object_get(status, "vrrp"), i, instance) {
		const char *state = state_shown(instance);

		if (json_is_true(json_object_get(instance, "joining")))
			node->shown_role = "joining";
		else if (!node->n_shown++)
			node->shown_role = state;
		else if (strcmp(state, node->shown_role))
			node->shown_role = "mixed";
	}
}
