/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The death of lvsd but for its vrrp process, which is an orphan then, and the lvsd that is started next. The talk
 * of both is lvsd's own (vrrp/orphan/door, daemon/director/heir). In the place of what they open of the outside:
 * base/socket/listener.c and abstract_list.c, vrrp/orphan/marks.c and relief.c, daemon/shared/orphan_find.c.
 */
#include "base/chan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/socket/abstract_list.h"
#include "base/socket/listener.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"
#include "daemon/shared/orphan_find.h"
#include "daemon/supervisor/release_filter.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"
#include "vrrp/orphan/door.h"
#include "vrrp/orphan/marks.h"
#include "vrrp/orphan/orphan.h"
#include "vrrp/orphan/relief.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DOOR "lvsd/door/sim"
/* When ExecStopPost= of the unit runs, after lvsd's death. */
#define POST_MS 50
/* Its time, the end of a handover, and of a talk with a successor that hangs. */
#define LIFE_NS ((VRRP_ORPHAN_MS + 30000) * NS_PER_MS)

/* --- connections: descriptors are ends of channels --- */

#define CONNS 128
#define PID_OF_LVSD 1000
#define PID_OF_ORPHAN 2000000

static struct {
	int ends[2]; /* of the successor, and of the orphan */
	pid_t pids[2];
} conns[CONNS];
static size_t n_conns;

/* Who is at the other end of a socket. */
int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict size)
{
	struct ucred *peer = value;

	(void)level;
	for (size_t i = 0; name == SO_PEERCRED && *size == sizeof(*peer) && i < n_conns && i < CONNS; i++)
		for (int k = 0; k < 2; k++)
			if (conns[i].ends[k] == fd) {
				*peer = (struct ucred){.pid = conns[i].pids[!k]};
				return 0;
			}
	errno = EBADF;
	return -1;
}

struct listener {
	struct pair_orphan *orphan;
	struct loop_timer *timer;
	listener_fn *fn;
	void *arg;
	bool is_accepting;
	VEC(int) waiting;
};

static void accept_all(void *arg)
{
	struct listener *listener = arg;

	while (listener->is_accepting && listener->waiting.n) {
		int fd = listener->waiting.items[0];

		memmove(listener->waiting.items, listener->waiting.items + 1,
			--listener->waiting.n * sizeof(fd));
		listener->fn(fd, listener->arg);
	}
}

int abstract_take(const char *name, int backlog, char ret_name[static ABSTRACT_NAME_MAX + 1])
{
	(void)backlog;
	strncpy(ret_name, name, ABSTRACT_NAME_MAX);
	return 0;
}

struct listener *listener_new(struct loop *loop, int fd, listener_fn *fn, void *arg)
{
	struct listener *listener = mem_calloc(1, sizeof(*listener));

	(void)fd;
	*listener = (struct listener){.orphan = pair_caller_proc()->orphan, .fn = fn, .arg = arg};
	listener->timer = loop_timer_new(loop, accept_all, listener);
	listener->orphan->listener = listener;
	return listener;
}

void listener_free(struct listener *listener)
{
	if (!listener)
		return;
	for (size_t i = 0; i < listener->waiting.n; i++)
		channel_close(listener->waiting.items[i]);
	vec_free(&listener->waiting);
	loop_timer_free(listener->timer);
	listener->orphan->listener = NULL;
	free(listener);
}

void listener_accept(struct listener *listener, bool is_accepting)
{
	listener->is_accepting = is_accepting;
	loop_timer_set(listener->timer, clock_mono());
}

void listener_drain(struct listener *listener)
{
	accept_all(listener);
}

char *orphan_door_name(const char *run_dir)
{
	(void)run_dir;
	return mem_strdup(DOOR);
}

/* For `lvsd --release-addresses`, which nobody runs here. */
int orphan_find(const char *run_dir, pid_t *ret_pid)
{
	(void)run_dir, (void)ret_pid;
	return -ECONNREFUSED;
}

int orphan_busy(const char *run_dir, int code, struct err *err)
{
	return err_set(err, code, "%s is busy", run_dir);
}

/* The processes that listen are those of this run dir that have had a configuration: one at most. */
static struct pair_orphan *orphan_that_listens(struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_ORPHANS; i++)
		if (node->orphans[i].listener)
			return &node->orphans[i];
	return NULL;
}

void pair_orphan_connect(struct pair_node *node)
{
	struct pair_orphan *orphan = orphan_that_listens(node);
	size_t at = n_conns++ % CONNS;
	struct listener *listener;

	node->life++;
	node->orphan_fd = -1;
	if (!orphan)
		return;
	listener = orphan->listener;
	if (chan_pair(conns[at].ends) < 0)
		abort();
	conns[at].pids[0] = PID_OF_LVSD + (pid_t)node->life;
	conns[at].pids[1] = PID_OF_ORPHAN + (pid_t)orphan->number;
	channel_keep_single(conns[at].ends[1]);
	*(int *)vec_push(&listener->waiting) = conns[at].ends[1];
	loop_timer_set(listener->timer, loop_now(orphan->proc.loop));
	node->orphan_fd = conns[at].ends[0];
}

void pair_orphan_disconnect(struct pair_node *node)
{
	if (node->orphan_fd >= 0)
		channel_close(node->orphan_fd);
	node->orphan_fd = -1;
}

bool pair_orphan_serves(const struct pair_node *node)
{
	return node->orphan_fd >= 0 && !channel_is_closed(node->orphan_fd);
}

/* --- in the place of vrrp/orphan/marks.c: there is no other run dir --- */

struct vrrp_marks *vrrp_marks_new(struct loop *loop, const char *door)
{
	(void)loop, (void)door;
	return NULL;
}

void vrrp_marks_free(struct vrrp_marks *marks)
{
	(void)marks;
}

void vrrp_marks_add(struct vrrp_marks *marks, const struct vrrp_report *report)
{
	(void)marks, (void)report;
}

void vrrp_marks_settle(const struct vrrp_marks *marks)
{
	(void)marks;
}

/* --- in the place of vrrp/orphan/relief.c: pipes --- */

#define PIPES 128
#define PIPE_FIRST (1 << 24) /* no descriptor has such a number */

static struct {
	const struct pair_node *node;
	unsigned n_deaths; /* of the node, when it was offered */
	bool is_taken;
} pipes[PIPES];
static int n_pipes;

void vrrp_relief_close(struct vrrp_relief *relief)
{
	*relief = VRRP_RELIEF_NONE;
}

int vrrp_relief_offer(struct vrrp_relief *relief, pid_t supervisor)
{
	const struct pair_node *node = pair_caller();
	int at = n_pipes++ % PIPES;

	pipes[at].node = node;
	pipes[at].n_deaths = node->n_deaths;
	pipes[at].is_taken = false;
	*relief = (struct vrrp_relief){PIPE_FIRST + at, supervisor};
	return relief->fd;
}

void vrrp_relief_take(int fd)
{
	if (fd < PIPE_FIRST || !pair_act())
		return;
	pipes[fd - PIPE_FIRST].is_taken = true;
}

static bool is_lvsd_dead(const struct pair_node *node, pid_t supervisor)
{
	return node->is_lvsd_dead || !node->supervisor || supervisor != PID_OF_LVSD + (pid_t)node->life;
}

static void doom_relieved(struct pair_node *node);

/* The orphan waits in its turn: the others go on meanwhile. The pipe closes with the process that has its end, which
 * is the director or the vrrp process. */
bool vrrp_relief_is_forsaken(const struct vrrp_relief *relief, int64_t wait_ms)
{
	struct pair_proc *proc = pair_caller_proc();
	struct pair_node *node = proc->node;
	struct mono end = mono_add_ms(world_now(), wait_ms);
	int at = relief->fd - PIPE_FIRST;
	bool is_closed = false;

	if (relief->fd < 0)
		return false;
	proc->orphan->is_standing = true;
	world_pause(proc->loop, true);
	doom_relieved(node);
	while (!pipes[at].is_taken && !is_closed && !proc->is_dead && mono_before(world_now(), end)) {
		if (!world_step(end))
			break;
		is_closed = is_lvsd_dead(node, relief->supervisor) || node->n_deaths != pipes[at].n_deaths;
	}
	proc->orphan->is_standing = false;
	if (!proc->is_paused && !proc->is_dead)
		world_pause(proc->loop, false);
	if (!is_closed || pipes[at].is_taken || proc->is_dead || !is_lvsd_dead(node, relief->supervisor))
		return false;
	pair_happened(PAIR_ORPHAN_FORSAKEN);
	return true;
}

/* --- the orphan, as vrrp/process.c makes it --- */

static bool orphan_is_at_work(void *arg)
{
	return vrrp_worker_is_at_work(((const struct pair_orphan *)arg)->proc.object);
}

static bool orphan_is_leaving(void *arg)
{
	return vrrp_worker_is_leaving(((const struct pair_orphan *)arg)->proc.object);
}

static void orphan_told(const void *body, size_t len, void *arg)
{
	vrrp_door_state(((const struct pair_orphan *)arg)->door, body, len);
}

static void orphan_tell(void *arg)
{
	const struct pair_orphan *orphan = arg;

	vrrp_worker_tell(orphan->proc.object, orphan_told, arg);
}

/* Its loop has stopped: it does nothing any more. */
static void orphan_stop(struct pair_orphan *orphan)
{
	if (orphan->proc.is_dead)
		return;
	orphan->proc.is_dead = true;
	world_mute(orphan->proc.loop);
	world_pause(orphan->proc.loop, true);
	loop_timer_set(orphan->proc.next, world_now());
}

static void orphan_relieved(void *arg)
{
	struct pair_orphan *orphan = arg;

	pair_trace(orphan->proc.node, "-- the orphan is relieved");
	pair_happened(PAIR_ORPHAN_RELIEVED);
	orphan_stop(orphan);
}

static void orphan_left(void *arg)
{
	struct pair_orphan *orphan = arg;

	if (orphan->proc.is_dead)
		return;
	orphan->has_left = true;
	orphan_stop(orphan);
}

static void orphan_hands_over(void *arg)
{
	struct pair_orphan *orphan = arg;

	pair_happened(PAIR_ORPHAN_LEFT);
	orphan->proc.is_leaving = true;
	vrrp_worker_leave(orphan->proc.object, orphan_left, orphan);
	vrrp_door_leave(orphan->door);
}

static void orphan_alone(void *arg)
{
	struct pair_orphan *orphan = arg;

	vrrp_door_alone(orphan->door);
}

static struct pair_orphan *free_orphan(struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_ORPHANS; i++)
		if (!node->orphans[i].proc.loop)
			return &node->orphans[i];
	pair_fail(node, "%d orphans live", PAIR_ORPHANS);
}

/* Of a process that lives. */
static void orphan_begin(struct pair_node *node)
{
	struct pair_proc *proc = &node->procs[PAIR_VRRP];
	struct pair_orphan *orphan = free_orphan(node);
	struct loop_timer *next = orphan->proc.next;
	const struct vrrp_door_ops ops = {orphan_is_at_work, orphan_is_leaving, orphan_tell, orphan_relieved,
					  orphan_hands_over, orphan};
	static unsigned n;

	pair_trace(node, "-- its vrrp process is an orphan");
	pair_happened(PAIR_ORPHANED);
	*orphan = (struct pair_orphan){.proc = *proc, .number = ++n % 100000, .life = node->life, .since = world_now()};
	orphan->proc.next = next;
	orphan->proc.orphan = orphan;
	orphan->proc.acts_left = 0;
	orphan->proc.is_hanging = false;
	proc->loop = NULL;
	proc->object = NULL;
	proc->is_paused = proc->is_hanging = proc->is_leaving = proc->has_left = false;
	pair_enter(&orphan->proc);
	orphan->door = vrrp_door_new(orphan->proc.loop, DOOR, &ops);
	if (orphan_is_at_work(orphan))
		vrrp_door_open(orphan->door);
	orphan->alone = loop_timer_new(orphan->proc.loop, orphan_alone, orphan);
	loop_timer_set(orphan->alone, loop_now(orphan->proc.loop));
	pair_enter(NULL);
	if (orphan->proc.is_paused)
		loop_timer_set(next, proc->wake_at);
}

void pair_orphan_close(struct pair_orphan *orphan)
{
	vrrp_door_free(orphan->door);
	loop_timer_free(orphan->alone);
}

/* The last process of an lvsd that nobody has started again removes the filter. */
static void orphan_end(struct pair_orphan *orphan)
{
	struct pair_node *node = orphan->proc.node;
	struct pair_proc process = {.node = node, .name = PAIR_VRRP, .orphan = orphan};
	bool is_last;

	pair_enter(&orphan->proc);
	is_last = orphan->has_left && orphan_is_at_work(orphan) && !vrrp_door_has_caller(orphan->door);
	pair_enter(NULL);
	pair_trace(node, "-- the orphan ends");
	pair_proc_free(&orphan->proc);
	pair_vrrp_disturb();
	if (!is_last)
		return;
	pair_enter(&process);
	release_filter_of("/sim/run");
	pair_enter(NULL);
}

static void on_orphan_next(void *arg)
{
	struct pair_orphan *orphan = arg;
	struct pair_proc *proc = &orphan->proc;

	if (mono_before(world_now(), proc->node->still_until))
		loop_timer_set(proc->next, proc->node->still_until);
	else if (orphan->is_standing && proc->is_dead)
		loop_timer_set(proc->next, mono_add_ms(world_now(), 1));
	else if (proc->is_dead)
		orphan_end(orphan);
	else if (proc->is_paused)
		pair_proc_wake(proc);
}

bool pair_vrrp_runs(const struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_ORPHANS; i++)
		if (node->orphans[i].proc.loop)
			return !node->orphans[i].is_standing && pair_proc_lives(&node->orphans[i].proc);
	return pair_proc_runs(node, PAIR_VRRP);
}

struct pair_orphan *pair_orphan_of(struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_ORPHANS; i++)
		if (node->orphans[i].proc.loop)
			return &node->orphans[i];
	return NULL;
}

void pair_orphan_kill(struct pair_node *node)
{
	struct pair_orphan *orphan = pair_orphan_of(node);

	if (!orphan || orphan->proc.is_dead)
		return;
	pair_proc_die(&orphan->proc);
	/* ExecStopPost= was over, and had left the addresses to it. */
	node->has_leftovers |= node->is_posted;
}

/* --- lvsd dies, and is started again --- */

static void lvsd_bury(struct pair_node *node)
{
	struct pair_proc *vrrp = &node->procs[PAIR_VRRP];

	for (unsigned i = 0; i < PAIR_PROCS; i++) {
		loop_timer_set(node->procs[i].next, MONO_NEVER);
		node->procs[i].is_needed = false;
		if (i != PAIR_VRRP || !vrrp->loop || vrrp->is_dead)
			pair_proc_free(&node->procs[i]);
	}
	if (vrrp->loop)
		orphan_begin(node);
	chan_free(node->supervisor);
	node->supervisor = NULL;
	pair_orphan_disconnect(node);
	pair_vrrp_start(node);
	node->is_buried = true;
	loop_timer_set(node->death, mono_add_ms(world_now(), (int64_t)pair_below(POST_MS)));
}

/* ExecStopPost= of the unit, which leaves an orphan alone; or nobody does anything. */
static void lvsd_post(struct pair_node *node)
{
	node->is_posted = true;
	loop_timer_set(node->death, node->revive_at);
	if (orphan_that_listens(node))
		return;
	if (pair_permille(700))
		pair_vrrp_release(node);
	else
		node->has_leftovers = true;
}

static void on_death(void *arg)
{
	struct pair_node *node = arg;

	if (mono_before(world_now(), node->still_until)) {
		loop_timer_set(node->death, node->still_until);
	} else if (!node->is_buried) {
		lvsd_bury(node);
	} else if (!node->is_posted) {
		lvsd_post(node);
	} else {
		node->is_lvsd_dead = false;
		pair_trace(node, "-- lvsd is started again");
		pair_node_begin(node);
	}
}

void pair_lvsd_kill(struct pair_node *node, int64_t away_ms)
{
	if (node->is_lvsd_dead || !node->supervisor || node->is_refused_start)
		return;
	pair_trace(node, "-- lvsd dies, and is started in %lld ms", (long long)away_ms);
	node->is_lvsd_dead = node->is_stopping = true;
	node->is_buried = node->is_posted = false;
	node->revive_at = mono_add_ms(world_now(), away_ms);
	loop_timer_set(node->stop_check, MONO_NEVER);
	for (unsigned i = 0; i < PAIR_VRRP; i++)
		if (node->procs[i].loop && !node->procs[i].is_dead)
			pair_proc_die(&node->procs[i]);
	pair_disturb(node);
	pair_vrrp_disturb();
	loop_timer_set(node->death, world_now());
}

void pair_lvsd_hurry(struct pair_node *node)
{
	struct mono at = mono_add_ms(world_now(), 100);

	if (!node->is_lvsd_dead || !mono_before(at, node->revive_at))
		return;
	node->revive_at = at;
	if (node->is_posted)
		loop_timer_set(node->death, at);
}

void pair_doom(struct pair_node *node, enum pair_proc_name name, unsigned n_acts, bool is_all, int64_t away_ms)
{
	node->doom = (struct pair_doom){.name = name, .acts_left = n_acts, .is_all = is_all, .away_ms = away_ms};
}

void pair_doom_at_relief(struct pair_node *node, enum pair_proc_name name, bool is_all, int64_t away_ms)
{
	node->doom = (struct pair_doom){.name = name, .is_at_relief = true, .is_all = is_all, .away_ms = away_ms};
}

static void doom_strikes(struct pair_proc *proc)
{
	const struct pair_doom doom = proc->node->doom;

	proc->node->doom = (struct pair_doom){0};
	if (doom.is_all)
		pair_lvsd_kill(proc->node, doom.away_ms);
	else if (proc->loop && !proc->is_dead)
		pair_proc_die(proc);
}

static void doom_relieved(struct pair_node *node)
{
	if (node->doom.is_at_relief)
		doom_strikes(&node->procs[node->doom.name]);
}

void pair_doom_act(struct pair_proc *proc)
{
	struct pair_doom *doom = &proc->node->doom;

	if (!doom->acts_left || proc->orphan || proc->is_dead || !proc->loop || proc->name != doom->name ||
	    proc->node->is_refused_start || --doom->acts_left)
		return;
	doom_strikes(proc);
}

/* --- claims --- */

static void claim_one_speaks(struct pair_node *node)
{
	const struct pair_proc *proc = pair_caller_proc();

	if (!proc || proc->name != PAIR_VRRP)
		return;
	if (!proc->orphan)
		node->spoken_life = node->life;
	else if (node->spoken_life == node->life && node->life != proc->orphan->life)
		pair_fail(node, "an orphan speaks after its successor has spoken");
	for (unsigned i = 0; i < PAIR_ORPHANS; i++) {
		const struct pair_orphan *other = &node->orphans[i];

		if (other->proc.loop && &other->proc != proc && !other->is_standing && other->listener &&
		    pair_proc_lives(&other->proc))
			pair_fail(node, "an orphan lives beside the process that speaks");
	}
}

void pair_orphan_heard(unsigned machine, const struct lan_frame *frame)
{
	struct pair_node *node = &pair.nodes[machine];
	struct pair_voice *voice = &node->voices[frame->bytes[1]];
	int64_t gap_ns = mono_sub(world_now(), voice->last);

	claim_one_speaks(node);
	if (gap_ns > voice->gap_ns)
		voice->gap_ns = gap_ns;
	voice->last = world_now();
}

void pair_voices_begin(struct pair_node *node)
{
	for (size_t i = 0; i < PAIR_VOICES; i++)
		node->voices[i].gap_ns = 0;
}

/* Of those that have spoken at least once since then. */
void pair_voices_claim(struct pair_node *node, int64_t ns, struct mono since, const char *what)
{
	for (size_t i = 0; i < PAIR_VOICES; i++) {
		const struct pair_voice *voice = &node->voices[i];
		int64_t now_ns = mono_sub(world_now(), voice->last);

		if (!mono_before(voice->last, since) && (voice->gap_ns > ns || now_ns > ns))
			pair_fail(node, "%s: VRID %zu was silent for %lld us", what, i,
				  (long long)((voice->gap_ns > now_ns ? voice->gap_ns : now_ns) / NS_PER_US));
	}
}

void pair_claim_orphans(struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_ORPHANS; i++) {
		struct pair_orphan *orphan = &node->orphans[i];

		if (!orphan->proc.loop)
			continue;
		if (!pair_proc_lives(&orphan->proc) || mono_before(world_now(), node->still_until))
			orphan->since = world_now();
		if (mono_sub(world_now(), orphan->since) > LIFE_NS)
			pair_fail(node, "an orphan does not end");
	}
}

/* --- the whole --- */

void pair_orphan_open(struct pair_node *node)
{
	n_conns = 0;
	memset(conns, 0, sizeof(conns));
	node->orphan_fd = -1;
	node->death = loop_timer_new(pair.loop, on_death, node);
	for (unsigned i = 0; i < PAIR_ORPHANS; i++) {
		struct pair_orphan *orphan = &node->orphans[i];

		orphan->proc = (struct pair_proc){.node = node, .name = PAIR_VRRP, .orphan = orphan};
		orphan->proc.next = loop_timer_new(pair.loop, on_orphan_next, orphan);
	}
}

void pair_orphans_close(struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_ORPHANS; i++) {
		pair_proc_free(&node->orphans[i].proc);
		loop_timer_free(node->orphans[i].proc.next);
	}
	loop_timer_free(node->death);
}
