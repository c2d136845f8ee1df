/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In peace one thing happens to one of the two routers, and what must follow is known exactly. */
#include "base/virtual/world.h"
#include "sync/rejoin.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"
#include "vrrp/orphan/orphan.h"

#define POLL_MS 20
/* Turns and frames. */
#define SLACK_MS 300
/* A process that is replaced goes on at once, and listens for an interval if it may not preempt. */
#define REPLACED_MS 5000
/* Turns of an orphan and its successor, and the start of a process that is replaced. */
#define ORPHAN_GAP_MS 50

static struct pair_node *other_than(const struct pair_node *node)
{
	return &pair.nodes[!node->number];
}

/* Of its file; others may have stayed since a file of the run dir could not be written. */
static bool has_all(const struct pair_node *node)
{
	return (node->in_force->vrrp.addrs & ~pair_vrrp_addrs(node)) == 0;
}

/* Of networks where the other one is, too: in the others it waits for somebody who relieves it. */
static bool has_any(const struct pair_node *node)
{
	const struct model_vrrp *vrrp = &node->in_force->vrrp;
	unsigned addrs = 0;

	for (unsigned m = 0; m < PAIR_MEMBERS; m++)
		if (pair_vrrp_common() & 1u << m)
			addrs |= model_member_addrs(vrrp, m);
	return pair_vrrp_addrs(node) & addrs;
}

/* lvsd ends and starts again, with the configuration in force. */
static bool restart(struct pair_node *node)
{
	if (model_is_owner(&node->in_force->vrrp))
		return false; /* it is master again at once */
	node->file = node->in_force;
	pair_node_restart(node);
	return node->is_stopping;
}

/* For so long it alone has addresses. */
static void claim_stays(const struct pair_node *master, int64_t ms, const char *what)
{
	struct mono end = mono_add_ms(world_now(), ms);

	while (mono_before(world_now(), end)) {
		world_run_until(mono_add_ms(world_now(), POLL_MS));
		if (!has_all(master))
			pair_fail(master, "%s: the master has lost its addresses", what);
		if (has_any(other_than(master)))
			pair_fail(master, "%s: the other one has become master", what);
	}
}

/* Within so long this one has the addresses, and the other one none. is_lossless: until then the
 * other one has them. */
static void claim_taken(const struct pair_node *next, bool is_lossless, int64_t ms, const char *what)
{
	const struct pair_node *before = other_than(next);
	struct mono end = mono_add_ms(world_now(), ms);

	while (!has_all(next)) {
		if (!mono_before(world_now(), end))
			pair_fail(next, "%s: it does not take over within %lld ms", what,
				  (long long)ms);
		if (is_lossless && !has_all(before))
			pair_fail(before, "%s: nobody has the addresses", what);
		world_run_until(mono_add_ms(world_now(), is_lossless ? 1 : POLL_MS));
	}
	world_run_until(mono_add_ms(world_now(), POLL_MS));
	if (has_any(before))
		pair_fail(before, "%s: it keeps its addresses (%#x of %#x)", what, pair_vrrp_addrs(before),
			  before->in_force->vrrp.addrs);
}

/* The other one has given up its addresses. */
static void claim_follows(const struct pair_node *next, int64_t ms, const char *what)
{
	if (has_any(other_than(next)))
		pair_fail(other_than(next), "%s: it keeps its addresses", what);
	claim_taken(next, false, ms, what);
}

/* Within so long it has no addresses, and the other one gets none. */
static void claim_given_up(const struct pair_node *before, int64_t ms, const char *what)
{
	struct mono end = mono_add_ms(world_now(), ms);

	while (has_any(before)) {
		if (!mono_before(world_now(), end))
			pair_fail(before, "%s: it keeps its addresses", what);
		world_run_until(mono_add_ms(world_now(), POLL_MS));
	}
	if (has_any(other_than(before)))
		pair_fail(other_than(before), "%s: it has addresses", what);
}

static bool is_held(const struct pair_node *node)
{
	return node->in_force->vrrp.has_sync && !model_is_owner(&node->in_force->vrrp) &&
	       !pair_vrrp_is_hasty(node, other_than(node));
}

/* Whoever has returned leaves the other one alone until its connections have been told. */
static void claim_hold(const struct pair_node *returned, const char *what)
{
	if (!is_held(returned))
		return;
	pair_happened(PAIR_HOLD_CLAIMED);
	claim_stays(other_than(returned), SYNC_HOLD_MS - 1000, what);
}

static int64_t skew_ms(void)
{
	return pair.advert_ms + SLACK_MS;
}

static int64_t down_ms(void)
{
	return 4 * pair.advert_ms + SLACK_MS;
}

/* --- what happens --- */

static void replace_vrrp(struct pair_node *master)
{
	pair_proc_replace(master, PAIR_VRRP);
	pair_happened(PAIR_REPLACED_CLAIMED);
	claim_stays(master, REPLACED_MS, "its vrrp process was replaced");
}

static void replace_director(struct pair_node *master)
{
	uint64_t n = lan_counts()->n_announced;

	if (master->rundir.is_lost)
		master->file = master->in_force; /* it may be read again */
	pair_proc_replace(master, PAIR_DIRECTOR);
	claim_stays(master, REPLACED_MS, "its director was replaced");
	if (lan_counts()->n_announced != n)
		pair_fail(master, "its director was replaced: it announces its addresses again");
}

static void replace_both(struct pair_node *master)
{
	if (master->rundir.is_lost)
		return; /* nobody remembers that it was master */
	pair_proc_replace(master, PAIR_DIRECTOR);
	pair_proc_replace(master, PAIR_VRRP);
	claim_stays(master, REPLACED_MS, "its director and vrrp process were replaced");
}

static void replace_backup(struct pair_node *master)
{
	struct pair_node *backup = other_than(master);

	if (pair_vrrp_may_displace(backup, master) && !pair_vrrp_is_forbidden(backup))
		return;
	pair_proc_replace(backup, PAIR_VRRP);
	claim_stays(master, REPLACED_MS, "the backup's vrrp process was replaced");
}

static void restart_master(struct pair_node *master)
{
	if (!restart(master))
		return;
	pair_happened(PAIR_HANDOVER_CLAIMED);
	pair.is_told_claimed = true;
	claim_taken(other_than(master), true, skew_ms(), "lvsd is ended");
	claim_hold(master, "after a start");
}

/* Without a way to hear the other one it is alone when the carrier returns. */
static void lose_carrier(struct pair_node *master)
{
	pair_net_carrier(master, false);
	world_run_until(mono_add_ms(world_now(), POLL_MS));
	claim_follows(other_than(master), down_ms(), "its carrier is lost");
	world_run_until(mono_add_ms(world_now(), (int64_t)pair_below(10000)));
	pair_net_carrier(master, true);
	pair.is_told_claimed = true;
	claim_hold(master, "after its carrier was lost");
}

static void stop_backup(struct pair_node *master)
{
	struct pair_node *backup = other_than(master);

	if (pair_vrrp_may_displace(backup, master) && !pair_vrrp_is_forbidden(backup))
		return;
	pair_node_pause(backup, (int64_t)pair_below(5000) * NS_PER_MS);
	claim_stays(master, 2 * REPLACED_MS, "the backup's machine stood still");
}

/* It becomes master while its director is stopped; then both of its processes die. */
static void replace_unknown(struct pair_node *master)
{
	struct pair_node *next = other_than(master);

	if (!is_held(master) || next->rundir.is_lost)
		return; /* it would be master for a moment only */
	pair_proc_pause(next, PAIR_DIRECTOR, 9 * NS_PER_S);
	if (!restart(master))
		return;
	claim_taken(next, true, skew_ms(), "lvsd is ended, and the other director is stopped");
	pair_proc_replace(next, PAIR_DIRECTOR);
	pair_proc_replace(next, PAIR_VRRP);
	claim_stays(next, SYNC_HOLD_MS - 1000, "who became master was replaced");
}

/* It dies when it becomes master: whoever is master then, all clients must hear of it. */
static void die_as_master(struct pair_node *master)
{
	const struct pair_node *next;

	if (!restart(master))
		return;
	pair_proc_kill(other_than(master), PAIR_VRRP, 1 + (unsigned)pair_below(6));
	world_run_until(mono_add_ms(world_now(), 2 * down_ms()));
	next = pair_vrrp_master();
	if (!next)
		pair_fail(other_than(master), "it died when it became master: nobody is");
	if (is_held(next))
		pair_claim_neighbours(next, next->in_force->vrrp.addrs);
}

/* It becomes master of addresses that its kernel refuses for a while. */
static void refuse_next(struct pair_node *master)
{
	struct pair_node *next = other_than(master);

	pair_net_refuse(next, true);
	if (restart(master)) {
		pair_happened(PAIR_REFUSED_CLAIMED);
		claim_given_up(master, skew_ms(), "lvsd is ended, and the other kernel refuses");
		world_run_until(mono_add_ms(world_now(), (int64_t)pair_below(40000)));
	}
	pair_net_refuse(next, false);
}

static void give_order(struct pair_node *node, bool is_release)
{
	node->is_released = is_release;
	pair_vrrp_disturb();
	pair_ask_order(node, is_release ? "release" : "take");
}

/* lvsctl vrrp: addresses go and come without a gap, and nobody preempts in between. */
static void order_handover(struct pair_node *master)
{
	struct pair_node *next = other_than(master);
	bool is_replaced = pair_permille(300);

	if (master->is_order_unsure || next->is_order_unsure)
		return; /* a successor may remember an earlier one */
	give_order(master, true);
	pair_happened(PAIR_ORDER_CLAIMED);
	pair.is_told_claimed = true;
	claim_taken(next, true, skew_ms(), "it is released");
	if (is_replaced)
		pair_proc_replace(master, PAIR_VRRP);
	if (pair_permille(300))
		pair_proc_replace(master, PAIR_DIRECTOR);
	claim_stays(next, REPLACED_MS, "the other one is released");
	if (is_replaced && master->in_force->vrrp.has_sync)
		return; /* a take would be refused: its new process has connections to learn */
	master->is_released = false;
	if (!pair_vrrp_is_better(master, next)) {
		master->is_released = true;
		return; /* a take would be refused: the other one would preempt it */
	}
	give_order(master, false);
	claim_taken(master, true, skew_ms(), "the other one takes over");
}

/* The last member of the group comes or goes by a reload; the addresses of the others stay. */
static void change_group(struct pair_node *master)
{
	const struct model *was = master->in_force;
	struct model_vrrp before = was->vrrp;
	unsigned kept = 0;

	/* Of members with priorities that differ, those that stay may be the worse ones. */
	if (pair_vrrp_may_displace(other_than(master), master) && !pair_vrrp_is_forbidden(other_than(master)))
		return;
	master->file = model_with_members(was);
	for (unsigned m = 0; m < PAIR_MEMBERS; m++) {
		if (!model_has_member(&before, m) || !model_has_member(&master->file->vrrp, m))
			continue;
		if (model_is_tracking(&before, m) != model_is_tracking(&master->file->vrrp, m))
			return; /* its priority changes, too */
		kept |= model_member_addrs(&before, m) & model_member_addrs(&master->file->vrrp, m);
	}
	pair_ask_reload(master, 0);
	pair_happened(PAIR_MEMBERS_CLAIMED);
	for (unsigned i = 0; i < REPLACED_MS / POLL_MS; i++) {
		world_run_until(mono_add_ms(world_now(), POLL_MS));
		if (kept & ~pair_vrrp_addrs(master))
			pair_fail(master, "a member came or went: addresses of others have gone");
		if (has_any(other_than(master)))
			pair_fail(master, "a member came or went: the other one has become master");
	}
}

/* Its vrrp process hangs until another one has taken over, and is replaced: the new process leaves that
 * one alone, if it may not preempt or has connections to learn. */
static void hang_master(struct pair_node *master)
{
	struct pair_proc *vrrp = &master->procs[PAIR_VRRP];
	const struct pair_node *next = other_than(master);
	unsigned n_starts = vrrp->n_starts;

	if (model_is_owner(&master->in_force->vrrp) ||
	    (!is_held(master) && !pair_vrrp_is_forbidden(master)) ||
	    pair_vrrp_is_hasty(master, next))
		return;
	pair_proc_pause(master, PAIR_VRRP, 60 * NS_PER_S);
	while (vrrp->n_starts == n_starts && !has_all(next))
		world_run_until(mono_add_ms(world_now(), POLL_MS));
	if (vrrp->n_starts != n_starts)
		return; /* it is replaced before anybody missed it */
	while (vrrp->n_starts == n_starts || !pair_proc_runs(master, PAIR_VRRP))
		world_run_until(mono_add_ms(world_now(), POLL_MS));
	pair_happened(PAIR_HUNG_CLAIMED);
	for (unsigned i = 0; i < REPLACED_MS / POLL_MS; i++) {
		world_run_until(mono_add_ms(world_now(), POLL_MS));
		if (!has_all(next))
			pair_fail(next, "the other vrrp process hung: it has lost its addresses again");
	}
	if (has_any(master))
		pair_fail(master, "its vrrp process hung: it keeps its addresses");
}

/* Its machine is suspended until the other one serves: the clock by which it sends has stood still. It leaves that one
 * alone, if it may not preempt or has connections to learn. How often that one advertises it does not know. */
static void suspend_master(struct pair_node *master)
{
	const struct pair_node *next = other_than(master);

	if (model_is_owner(&master->in_force->vrrp) ||
	    (!is_held(master) && !pair_vrrp_is_forbidden(master)) || pair_vrrp_is_hasty(master, next))
		return;
	pair_node_suspend(master, (down_ms() + (int64_t)pair_below(20000)) * NS_PER_MS);
	while (mono_before(world_now(), master->still_until))
		world_run_until(mono_add_ms(world_now(), POLL_MS));
	if (!has_all(next))
		pair_fail(next, "the other machine was suspended: it has not taken over");
	pair_happened(PAIR_SUSPENDED_CLAIMED);
	for (unsigned i = 0; i < REPLACED_MS / POLL_MS; i++) {
		world_run_until(mono_add_ms(world_now(), POLL_MS));
		if (!has_all(next))
			pair_fail(next, "the other machine was suspended: it has lost its addresses again");
	}
	if (has_any(master))
		pair_fail(master, "its machine was suspended: it keeps its addresses");
}

static void doom_next(struct pair_node *node)
{
	enum pair_proc_name name = pair_permille(500) ? PAIR_DIRECTOR : PAIR_VRRP;
	bool is_all = pair_permille(600);
	int64_t away_ms = (int64_t)pair_below(1000);

	if (pair_permille(500))
		pair_doom_at_relief(node, name, is_all, away_ms);
	else
		pair_doom(node, name, 1 + (unsigned)pair_below(24), is_all, away_ms);
}

/* lvsd dies, but for its vrrp process, and is started again before that one's time is over: nobody notices, not even
 * if the new lvsd, or a process of it, dies in the takeover. */
static void orphan_master(struct pair_node *master)
{
	struct mono died = world_now();
	int64_t away_ms = (int64_t)pair_below(pair_permille(500) ? 28000 : 1000);
	int64_t gap_ms = master->in_force->vrrp.advert_ms + ORPHAN_GAP_MS;

	if (master->rundir.is_lost)
		return;
	master->file = master->in_force;
	pair_voices_begin(master);
	pair_lvsd_kill(master, away_ms);
	if (pair_permille(600)) {
		doom_next(master);
		pair_happened(PAIR_ORPHAN_DOOMED);
		/* A process that replaces one of the same lvsd listens for an interval if it may not preempt. */
		gap_ms += 2 * master->in_force->vrrp.advert_ms;
	}
	pair_happened(PAIR_ORPHAN_CLAIMED);
	claim_stays(master, away_ms + REPLACED_MS, "its lvsd has died");
	pair_voices_claim(master, gap_ms * NS_PER_MS, died, "its lvsd has died");
	if (pair_orphan_of(master))
		pair_fail(master, "its lvsd has died: the orphan has not ended");
	master->doom = (struct pair_doom){0};
}

/* Nobody starts lvsd again in time: the orphan hands over as at a stop. */
static void forget_orphan(struct pair_node *master)
{
	struct pair_node *next = other_than(master);

	if (model_is_owner(&master->in_force->vrrp))
		return;
	master->file = master->in_force;
	pair_lvsd_kill(master, 60000);
	claim_stays(master, VRRP_ORPHAN_MS - 100, "its lvsd has died, and is not started");
	pair_happened(PAIR_ORPHAN_END_CLAIMED);
	claim_taken(next, true, 200 + skew_ms(), "its lvsd has died, and is not started in time");
	claim_stays(next, REPLACED_MS, "the other lvsd has died");
	pair_lvsd_hurry(master);
	claim_hold(master, "after its lvsd has died");
}

/* lvsd dies with its vrrp process, or that one hangs, or its time is just over when lvsd is started again: whoever is
 * master then, it is one. */
static void lose_orphan(struct pair_node *master)
{
	uint64_t how = pair_below(3);

	master->file = master->in_force;
	pair_lvsd_kill(master, how < 2 ? (int64_t)pair_below(3000) : VRRP_ORPHAN_MS - 60 + (int64_t)pair_below(120));
	world_run_until(mono_add_ms(world_now(), (int64_t)pair_below(1000)));
	if (how == 0)
		pair_orphan_kill(master);
	else if (how == 1)
		pair_proc_pause(master, PAIR_VRRP, (int64_t)pair_below(60000) * NS_PER_MS);
	world_run_until(mono_add_ms(world_now(), 60000));
	if (pair_orphan_of(master))
		pair_fail(master, "its lvsd has died: the orphan has not ended");
}

static void (*const acts[])(struct pair_node *master) = {
    replace_vrrp, replace_director, replace_both,    replace_backup, restart_master,
    lose_carrier, stop_backup,      replace_unknown, die_as_master,  order_handover,
    refuse_next,  change_group,     hang_master,    suspend_master,
    orphan_master, orphan_master,   orphan_master,     forget_orphan,  lose_orphan,
};

void pair_last_act(void)
{
	struct pair_node *master = pair_vrrp_master();
	uint64_t at = pair_below(sizeof(acts) / sizeof(acts[0]));

	if (!master || !pair_vrrp_is_settled() || !pair_vrrp_takes_part(other_than(master)))
		return;
	pair_trace(master, "== the last act: %u", (unsigned)at);
	for (unsigned i = 0; i < PAIR_NODES; i++)
		for (unsigned k = 0; k < PAIR_PROCS; k++)
			pair.nodes[i].procs[k].n_starts = 0; /* the next is started at once */
	acts[at](master);
}
