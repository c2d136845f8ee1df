/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens to the directors: each event has a weight of its own, which the seed draws. */
#include "base/virtual/world.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"

#include <stdio.h>
#include <string.h>

/* --- states of a director, of which each event is to have met each --- */

enum state {
	STATE_DOWN,     /* its director is away, or does not answer commands yet */
	STATE_STOPPED,  /* a process of it is stopped */
	STATE_WORKLESS, /* another process that it needs is away */
	STATE_READING,  /* a reload waits for the loader */
	STATE_FAILING,  /* its kernel had trouble lately */
	STATE_WAITING,  /* a reload waits for its confirmation */
	STATE_DRAINING,
	STATE_CALM,
	N_STATES,
};
static const char *const state_names[] = {"down",    "stopped", "workless", "reading",
					  "failing", "waiting", "draining", "calm"};

static bool is_any_paused(const struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_PROCS; i++)
		if (node->procs[i].is_paused)
			return true;
	return false;
}

static bool is_any_away(const struct pair_node *node)
{
	for (unsigned i = PAIR_CHECK; i < PAIR_PROCS; i++)
		if (node->procs[i].is_needed && !node->procs[i].loop)
			return true;
	return false;
}

static bool is_draining(const struct pair_node *node)
{
	for (size_t i = 0; i < node->kernel.dests.n; i++)
		if (!mono_is_never(node->kernel.dests.items[i].zero_since))
			return true;
	return false;
}

static enum state state_of(const struct pair_node *node)
{
	if (!node->procs[PAIR_DIRECTOR].loop || node->is_stopping || !node->control)
		return STATE_DOWN;
	if (is_any_paused(node))
		return STATE_STOPPED;
	if (is_any_away(node))
		return STATE_WORKLESS;
	if (pair_is_reading(node))
		return STATE_READING;
	if (node->kernel.troubled.ns &&
	    mono_before(world_now(), mono_add_ms(node->kernel.troubled, 1000)))
		return STATE_FAILING;
	if (!mono_is_never(node->confirm_by))
		return STATE_WAITING;
	return is_draining(node) ? STATE_DRAINING : STATE_CALM;
}

/* --- events --- */

static void change_file(struct pair_node *node, bool may_be_bad)
{
	node->file = model_new(node->in_force, may_be_bad);
}

static void reload_good(struct pair_node *node)
{
	change_file(node, false);
	pair_ask_reload(node, 0);
}

static void reload_again(struct pair_node *node)
{
	pair_ask_reload(node, 0);
}

static void reload_bad(struct pair_node *node)
{
	change_file(node, true);
	pair_ask_reload(node, 0);
}

static void reload_confirm(struct pair_node *node)
{
	change_file(node, pair_permille(200));
	pair_ask_reload(node, 2 + (unsigned)pair_below(15));
}

static void reload_dying(struct pair_node *node)
{
	change_file(node, false);
	pair_ask_reload(node, pair_permille(300) ? 5 : 0);
	pair_proc_kill(node, PAIR_DIRECTOR, 1 + (unsigned)pair_below(12));
	pair_happened(PAIR_DIED_IN_RELOAD);
}

static void hup(struct pair_node *node)
{
	if (pair_permille(500))
		change_file(node, pair_permille(300));
	pair_node_hup(node);
}

static void edit(struct pair_node *node)
{
	change_file(node, pair_permille(300));
}

static void rollback(struct pair_node *node)
{
	pair_ask_simple(node, "rollback");
}

static void confirm(struct pair_node *node)
{
	pair_ask_simple(node, "confirm");
}

static void reconcile(struct pair_node *node)
{
	pair_ask_simple(node, "reconcile");
}

static void status(struct pair_node *node)
{
	pair_ask_status(node);
}

/* A server of the configuration, mostly. */
static void hold(struct pair_node *node, bool is_held)
{
	const struct model_vs *vs = &node->in_force->vs[pair_below(node->in_force->n_vs)];
	unsigned server = pair_permille(900) ? vs->rs[pair_below(vs->n_rs)].server
					     : (unsigned)pair_below(PAIR_SERVERS);

	pair_ask_hold(node, vs->number, server, is_held);
}

static void drain(struct pair_node *node)
{
	hold(node, true);
}

static void undrain(struct pair_node *node)
{
	hold(node, false);
}

static void kill_director(struct pair_node *node)
{
	pair_proc_kill(node, PAIR_DIRECTOR, 0);
}

static void kill_director_in_turn(struct pair_node *node)
{
	pair_proc_kill(node, PAIR_DIRECTOR, 1 + (unsigned)pair_below(4));
}

static void kill_check(struct pair_node *node)
{
	pair_proc_kill(node, PAIR_CHECK, 0);
}

static void kill_script(struct pair_node *node)
{
	pair_proc_kill(node, PAIR_SCRIPT, 0);
}

static void stop_one(struct pair_node *node)
{
	enum pair_proc_name name = (enum pair_proc_name)pair_below(PAIR_PROCS);

	pair_proc_pause(node, name, (int64_t)pair_below(15000) * NS_PER_MS);
}

static void stop_shortly(struct pair_node *node)
{
	enum pair_proc_name name = (enum pair_proc_name)pair_below(PAIR_PROCS);

	pair_proc_pause(node, name, (int64_t)pair_below(800) * NS_PER_MS);
}

static void kill_vrrp(struct pair_node *node)
{
	pair_proc_kill(node, PAIR_VRRP, 0);
}

static void kill_vrrp_in_turn(struct pair_node *node)
{
	pair_proc_kill(node, PAIR_VRRP, 1 + (unsigned)pair_below(6));
}

static void kill_both(struct pair_node *node)
{
	pair_proc_kill(node, PAIR_VRRP, (unsigned)pair_below(3));
	pair_proc_kill(node, PAIR_DIRECTOR, (unsigned)pair_below(3));
}

static void stop_vrrp(struct pair_node *node)
{
	pair_proc_pause(node, PAIR_VRRP, (int64_t)pair_below(10 * pair.advert_ms) * NS_PER_MS);
}

/* What was removed may be known to nobody then but the director, or addresses.json. */
static void reload_without_vrrp(struct pair_node *node)
{
	change_file(node, false);
	pair_ask_reload(node, 0);
	pair_proc_kill(node, PAIR_VRRP, pair_permille(500) ? 0 : 1 + (unsigned)pair_below(3));
	if (pair_permille(300))
		pair_proc_kill(node, PAIR_DIRECTOR, 1 + (unsigned)pair_below(12));
}

/* A virtual machine that is moved. */
static void stop_machine(struct pair_node *node)
{
	pair_node_pause(node, (int64_t)pair_below(8000) * NS_PER_MS);
}

static void suspend_machine(struct pair_node *node)
{
	pair_node_suspend(node, (int64_t)pair_below(20000) * NS_PER_MS);
}

static void lose_carrier(struct pair_node *node)
{
	pair_net_carrier(node, false);
}

/* A port that has just got its carrier may not forward yet. */
static void get_carrier(struct pair_node *node)
{
	if (!lan_has_carrier(node->number))
		pair_net_forward(node, pair_permille(600));
	pair_net_carrier(node, true);
}

static void block_port(struct pair_node *node)
{
	pair_net_forward(node, false);
}

static void open_port(struct pair_node *node)
{
	pair_net_forward(node, true);
}

static void blind_probes(struct pair_node *node)
{
	pair_probes_set(node, PAIR_BLIND_HERE);
}

static void lose_path(struct pair_node *node)
{
	pair_probes_set(node, PAIR_BLIND_PATH);
}

static void see_probes(struct pair_node *node)
{
	pair_probes_set(node, PAIR_NOT_BLIND);
}

static void turn_track(struct pair_node *node)
{
	pair_track_set(node, !node->is_track_down);
}

/* Nobody waits for what becomes of it. */
static void order(struct pair_node *node)
{
	static const char *const orders[] = {"release", "take", "hold", "resume"};

	node->is_order_unsure = true;
	pair_ask_order(node, orders[pair_below(4)]);
}

static void take_addr(struct pair_node *node)
{
	pair_net_take_addr(node);
}

static void refuse_addrs(struct pair_node *node)
{
	pair_net_refuse(node, true);
}

static void take_addrs(struct pair_node *node)
{
	pair_net_refuse(node, false);
}

/* Of both directors: nothing of it happens to a pair that is healed. */
static void lose_frames(struct pair_node *node)
{
	(void)node;
	pair_net_lose();
}

static void part(struct pair_node *node)
{
	(void)node;
	pair_net_part();
}

static void mend_net(struct pair_node *node)
{
	(void)node;
	pair_net_mend();
}

static void kill_lvsd(struct pair_node *node)
{
	int64_t away_ms = (int64_t)pair_below(pair_permille(600) ? 3000 : 45000);

	if (pair_permille(500))
		pair_lvsd_kill(node, away_ms);
	else
		pair_doom(node, pair_permille(500) ? PAIR_DIRECTOR : PAIR_VRRP,
			  1 + (unsigned)pair_below(12), true, away_ms);
	/* The lvsd that is started next may not live long either, nor may a process of it. */
	if (pair_permille(150) && node->is_lvsd_dead)
		pair_doom_at_relief(node, pair_permille(500) ? PAIR_DIRECTOR : PAIR_VRRP,
				    pair_permille(500), (int64_t)pair_below(3000));
	else if (pair_permille(300) && node->is_lvsd_dead)
		pair_doom(node, pair_permille(500) ? PAIR_DIRECTOR : PAIR_VRRP,
			  1 + (unsigned)pair_below(12), pair_permille(500),
			  (int64_t)pair_below(3000));
}

static void kill_orphan(struct pair_node *node)
{
	pair_orphan_kill(node);
}

static void restart(struct pair_node *node)
{
	pair_node_restart(node);
}

static void meddle(struct pair_node *node)
{
	pair_kernel_meddle(node);
}

static void clear(struct pair_node *node)
{
	pair_kernel_clear(node);
}

static void meddle_filter(struct pair_node *node)
{
	pair_filter_meddle(node);
}

static void draw_faults(struct pair_node *node)
{
	node->kernel.faults = (struct pair_kernel_faults){
	    .refuse = pair_draw_rate(300),
	    .lost = pair_draw_rate(150),
	    .unread = pair_draw_rate(150),
	    .slow = pair_draw_rate(100),
	    .meddle = pair_draw_rate(100),
	};
}

static void mend_kernel(struct pair_node *node)
{
	node->kernel.faults = (struct pair_kernel_faults){0};
}

static void lock_rundir(struct pair_node *node)
{
	node->rundir.is_readonly = true;
	if (pair_permille(200))
		rollback(node);
}

static void unlock_rundir(struct pair_node *node)
{
	node->rundir.is_readonly = false;
}

static void stop_loader(struct pair_node *node)
{
	pair_loader_set(node, true);
}

static void continue_loader(struct pair_node *node)
{
	pair_loader_set(node, false);
}

static void flap(struct pair_node *node)
{
	unsigned server = (unsigned)pair_below(PAIR_SERVERS);

	(void)node;
	if (pair.is_quiet && pair.servers[server].is_core)
		return;
	pair_server_set(server, pair_permille(500) ? PAIR_SERVER_UP
						   : (enum pair_server_state)pair_below(PAIR_SERVER_STATES));
}

/* most: of its weight. Of those that are rare no scenario may have more than few. */
static const struct event {
	const char *name;
	void (*fn)(struct pair_node *node);
	unsigned most;
} events[] = {
    {"a server changes", flap, 1000},
    {"reload", reload_good, 400},
    {"reload of the same file", reload_again, 100},
    {"reload of a bad file", reload_bad, 100},
    {"reload --confirm", reload_confirm, 200},
    {"a director dies in a reload", reload_dying, 100},
    {"SIGHUP", hup, 200},
    {"the file is edited", edit, 100},
    {"rollback", rollback, 150},
    {"confirm", confirm, 150},
    {"reconcile", reconcile, 100},
    {"status", status, 200},
    {"drain", drain, 400},
    {"undrain", undrain, 300},
    {"the director dies", kill_director, 150},
    {"the director dies in a turn", kill_director_in_turn, 200},
    {"the check process dies", kill_check, 150},
    {"the script process dies", kill_script, 150},
    {"a process is stopped", stop_one, 60},
    {"a process is stopped for a moment", stop_shortly, 200},
    {"the vrrp process dies", kill_vrrp, 200},
    {"the vrrp process dies in a turn", kill_vrrp_in_turn, 200},
    {"vrrp and director die", kill_both, 100},
    {"the vrrp process dies in a reload", reload_without_vrrp, 150},
    {"the vrrp process is stopped", stop_vrrp, 150},
    {"the machine stands still", stop_machine, 60},
    {"the machine is suspended", suspend_machine, 40},
    {"the network loses frames", lose_frames, 100},
    {"the network is cut", part, 100},
    {"the network is whole", mend_net, 300},
    {"the carrier is lost", lose_carrier, 100},
    {"the carrier is there", get_carrier, 300},
    {"the switch port blocks", block_port, 100},
    {"the switch port forwards", open_port, 300},
    {"probes cannot be made", blind_probes, 60},
    {"the way to the servers is lost", lose_path, 60},
    {"probes can be made", see_probes, 300},
    {"a tracking script changes", turn_track, 150},
    {"an order to the vrrp process", order, 150},
    {"an address is taken away", take_addr, 100},
    {"addresses are refused", refuse_addrs, 40},
    {"addresses are taken", take_addrs, 300},
    {"lvsd is restarted", restart, 40},
    {"lvsd dies, but for its vrrp process", kill_lvsd, 100},
    {"an orphan dies", kill_orphan, 40},
    {"somebody changes the table", meddle, 200},
    {"somebody clears the table", clear, 80},
    {"somebody changes the filter", meddle_filter, 60},
    {"the kernel errs", draw_faults, 100},
    {"the kernel is mended", mend_kernel, 200},
    {"the loader stands still", stop_loader, 60},
    {"the loader goes on", continue_loader, 200},
    {"the run dir is read-only", lock_rundir, 30},
    {"the run dir can be written", unlock_rundir, 200},
};
#define N_EVENTS (sizeof(events) / sizeof(events[0]))

/* An event of less weight need not meet a director that is down, stopped or workless, which is rare. */
#define RARE 150

static unsigned weights[N_EVENTS], sum;
static struct counts {
	uint64_t met[N_STATES][N_EVENTS], wonders[PAIR_N_WONDERS];
} counts;

void pair_events_draw(void)
{
	sum = 0;
	for (size_t i = 0; i < N_EVENTS; i++)
		sum += weights[i] = pair_draw_rate(events[i].most);
	if (!sum)
		sum = weights[0] = 1;
}

/* In the second phase what is healed is left alone. */
static struct pair_node *any_node(void)
{
	struct pair_node *node = &pair.nodes[pair_below(PAIR_NODES)];

	return pair.is_quiet && node->is_core ? NULL : node;
}

void pair_event(void)
{
	uint64_t at = pair_below(sum);
	struct pair_node *node;
	size_t i = 0;

	while (at >= weights[i])
		at -= weights[i++];
	node = events[i].fn == flap ? &pair.nodes[pair_below(PAIR_NODES)] : any_node();
	if (!node || mono_before(world_now(), node->still_until))
		return; /* nobody acts on a machine that stands still */
	counts.met[state_of(node)][i]++;
	if (events[i].fn != flap)
		pair_trace(node, ".. %s", events[i].name);
	events[i].fn(node);
}

/* --- what was met --- */

void pair_happened(enum pair_wonder wonder)
{
	counts.wonders[wonder]++;
}

size_t pair_events_size(void)
{
	return sizeof(counts);
}

void pair_events_save(void *ret_counts)
{
	memcpy(ret_counts, &counts, sizeof(counts));
}

void pair_events_add(const void *others)
{
	const struct counts *other = others;

	for (size_t i = 0; i < PAIR_N_WONDERS; i++)
		counts.wonders[i] += other->wonders[i];
	for (size_t s = 0; s < N_STATES; s++)
		for (size_t e = 0; e < N_EVENTS; e++)
			counts.met[s][e] += other->met[s][e];
}

unsigned pair_events_missing(void)
{
	static const char *const texts[] = {
#define TEXT(name, text) text,
	    PAIR_WONDERS(TEXT)};
	unsigned n = 0;

	for (unsigned i = 0; i < PAIR_N_WONDERS; i++)
		if (!counts.wonders[i]) {
			printf("never: %s\n", texts[i]);
			n++;
		}
	for (unsigned s = 0; s < N_STATES; s++)
		for (unsigned e = 0; e < N_EVENTS; e++)
			if (!counts.met[s][e] && (events[e].most >= RARE || s >= STATE_READING)) {
				printf("never: %s, while a director is %s\n", events[e].name,
				       state_names[s]);
				n++;
			}
	return n;
}

void pair_events_print(void)
{
	static const char *const texts[] = {PAIR_WONDERS(TEXT)};

	for (unsigned i = 0; i < PAIR_N_WONDERS; i++)
		printf("%10llu  %s\n", (unsigned long long)counts.wonders[i], texts[i]);
	printf("%-36s", "");
	for (unsigned s = 0; s < N_STATES; s++)
		printf("%10s", state_names[s]);
	printf("\n");
	for (unsigned e = 0; e < N_EVENTS; e++) {
		printf("%-36s", events[e].name);
		for (unsigned s = 0; s < N_STATES; s++)
			printf("%10llu", (unsigned long long)counts.met[s][e]);
		printf("\n");
	}
}
