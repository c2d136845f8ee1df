/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes of a director, and what its supervisor does with them: starts, replaces, ends. The
 * channels between them outlive each process, as the supervisor keeps their ends.
 */
#include "base/chan.h"
#include "base/exit_status.h"
#include "base/virtual/world.h"
#include "daemon/script/worker.h"
#include "daemon/shared/rights.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/wire.h"
#include "healthcheck/path.h"
#include "healthcheck/worker.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STOP_CHECK_MS 20
/* How long the operator needs to mend a file with which lvsd does not start. */
#define MEND_MS 5000

/* The process that acts outside of a turn of its loop. */
static struct pair_proc *starting;

void pair_enter(struct pair_proc *proc)
{
	starting = proc;
	world_use_clock(proc ? &proc->node->clock : NULL);
}

struct pair_proc *pair_caller_proc(void)
{
	const struct loop *loop = world_turning();

	if (starting)
		return starting;
	for (unsigned i = 0; i < PAIR_NODES; i++)
		for (unsigned k = 0; k < PAIR_PROCS; k++)
			if (loop && pair.nodes[i].procs[k].loop == loop)
				return &pair.nodes[i].procs[k];
	for (unsigned i = 0; i < PAIR_NODES; i++)
		for (unsigned k = 0; k < PAIR_ORPHANS; k++)
			if (loop && pair.nodes[i].orphans[k].proc.loop == loop)
				return &pair.nodes[i].orphans[k].proc;
	return NULL;
}

struct pair_node *pair_caller(void)
{
	struct pair_proc *proc = pair_caller_proc();

	if (!proc)
		abort();
	return proc->node;
}

void pair_disturb(struct pair_node *node)
{
	/* While it stood still it did not wait for the first answer over a way that is back. */
	if (mono_before(world_now(), node->seen_since) && !mono_is_never(node->seen_since))
		node->seen_since = mono_add_ns(world_now(), PATH_RETURN_S * NS_PER_S);
	node->clear_since = world_now();
}

bool pair_proc_lives(const struct pair_proc *proc)
{
	return proc->loop && !proc->is_dead && !proc->is_paused &&
	       !mono_before(world_now(), proc->node->suspended_until);
}

bool pair_proc_runs(const struct pair_node *node, enum pair_proc_name name)
{
	return pair_proc_lives(&node->procs[name]);
}

/* --- what each process is --- */

static struct rivals no_rivals;
static const struct rights_lacks no_lacks;

static void *start_director(struct pair_node *node, struct loop *loop)
{
	int status;

	node->worker_fds[PROCESS_VRRP] = node->ends[PAIR_VRRP][0];
	node->worker_fds[PROCESS_CHECK] = node->ends[PAIR_CHECK][0];
	node->worker_fds[PROCESS_SCRIPT] = node->ends[PAIR_SCRIPT][0];
	node->worker_fds[PROCESS_RULES] = node->rules_end;
	node->worker_fds[PROCESS_MAIL] = node->mail_end;
	node->worker_fds[PROCESS_SYNC] = node->sync_end;
	node->args = (struct director_args){
	    .config = "/sim/lvsd.conf",
	    .run_dir = "/sim/run",
	    .supervisor_fd = node->ends[PAIR_DIRECTOR][1],
	    .worker_fds = node->worker_fds,
	    .listen_fd = -1,
	    .orphan_fd = node->orphan_fd,
	    .permitted = UINT64_MAX,
	    .lacks = &no_lacks,
	    .stale = node->stale,
	    .is_restart = node->was_ready,
	    .rivals = &no_rivals,
	    .is_log_console = true,
	};
	return director_new(loop, &node->args, &status);
}

static void end_director(void *object)
{
	director_free(object);
}

static void *start_check(struct pair_node *node, struct loop *loop)
{
	return check_worker_new(loop, node->ends[PAIR_CHECK][1]);
}

static void end_check(void *object)
{
	check_worker_free(object);
}

static void *start_script(struct pair_node *node, struct loop *loop)
{
	return script_worker_new(loop, node->ends[PAIR_SCRIPT][1], NULL, -1, NULL);
}

static void end_script(void *object)
{
	script_worker_free(object);
}

static void *start_vrrp(struct pair_node *node, struct loop *loop)
{
	const struct vrrp_predecessor before = pair_vrrp_predecessor(node);
	struct vrrp_worker *worker;
	struct err err;

	lan_put_process(loop, node->number);
	node->vrrp.was_at_work = false;
	if (vrrp_worker_new(loop, node->ends[PAIR_VRRP][1], &before, (struct pulse *)node, &worker,
			    &err) < 0)
		abort();
	return worker;
}

/* It has handed over: it is freed outside of its turn. One that has died on the way has left nothing. */
static void on_left(void *arg)
{
	struct pair_proc *proc = pair_caller_proc();

	(void)arg; /* it may have become an orphan since */
	if (proc->is_dead)
		return;
	proc->has_left = true;
	loop_timer_set(proc->next, world_now());
}

static void stop_vrrp(struct pair_proc *proc)
{
	vrrp_worker_leave(proc->object, on_left, proc);
}

static void end_vrrp(void *object)
{
	vrrp_worker_free(object);
}

/* stop: SIGTERM makes it end by and by; NULL: it ends at once. */
static const struct {
	const char *title;
	enum process_name process;
	void *(*start)(struct pair_node *node, struct loop *loop);
	void (*end)(void *object);
	void (*stop)(struct pair_proc *proc);
	bool is_hang_watched;
} kinds[PAIR_PROCS] = {
    [PAIR_DIRECTOR] = {"director", PROCESS_DIRECTOR, start_director, end_director, NULL, true},
    [PAIR_CHECK] = {"check", PROCESS_CHECK, start_check, end_check, NULL, false},
    [PAIR_SCRIPT] = {"script", PROCESS_SCRIPT, start_script, end_script, NULL, true},
    [PAIR_VRRP] = {"vrrp", PROCESS_VRRP, start_vrrp, end_vrrp, stop_vrrp, true},
};

/* --- life and death --- */

static void proc_wait(struct pair_proc *proc, int64_t ms)
{
	loop_timer_set(proc->next, mono_add_ms(world_now(), ms));
}

/* Something happens to the process: what its servers are, and who is master, may be told later. */
static void proc_disturb(const struct pair_proc *proc)
{
	if (proc->name != PAIR_VRRP)
		pair_disturb(proc->node);
	if (proc->name != PAIR_CHECK)
		pair_vrrp_disturb();
	if (proc->name == PAIR_VRRP)
		proc->node->filter.vrrp_disturbed = world_now();
}

static int64_t hang_ns(const struct pair_proc *proc)
{
	return proc->name == PAIR_VRRP ? proc->node->vrrp.bound_ns : HANG_BOUND_MS * NS_PER_MS;
}

/* A new director has no verdicts, and no drains that could not be written. */
static void know_nothing(struct pair_node *node)
{
	memset(node->known_at, 0, sizeof(node->known_at));
	for (unsigned i = 0; i < PAIR_NUMBERS && node->rundir.is_lost; i++)
		for (unsigned s = 0; s < PAIR_SERVERS; s++)
			node->is_hold_unsure[i][s] = true;
}

static void proc_start(struct pair_proc *proc)
{
	struct pair_node *node = proc->node;

	pair_trace(node, "-- %s starts", kinds[proc->name].title);
	proc_disturb(proc);
	proc->loop = loop_new();
	world_set_clock(proc->loop, &node->clock);
	proc->is_dead = proc->is_paused = proc->is_leaving = proc->has_left = false;
	proc->acts_left = 0;
	if (proc->name == PAIR_DIRECTOR) {
		know_nothing(node);
		pair_filter_begun(node);
	}
	pair_enter(proc);
	proc->object = kinds[proc->name].start(node, proc->loop);
	pair_enter(NULL);
	if (proc->object || proc->is_dead)
		return;
	/* With a run dir that could not be written the file is read again, which may be a bad one. */
	pair_trace(node, "-- %s could not start", kinds[proc->name].title);
	if (!node->rundir.is_lost || !node->file->flaw)
		pair_fail(node, "a director that replaces another cannot start");
	node->file = model_new(node->in_force, false);
	proc->is_dead = true;
	proc_wait(proc, 0);
}

/* Frees the process, which has no turn now. */
void pair_proc_free(struct pair_proc *proc)
{
	if (!proc->loop)
		return;
	pair_enter(proc); /* whom a release of the outside is for */
	if (proc->orphan)
		pair_orphan_close(proc->orphan);
	if (proc->object)
		kinds[proc->name].end(proc->object);
	pair_enter(NULL);
	if (world_count(proc->loop) > 0)
		pair_fail(proc->node, "the %s process left %zu watchers", kinds[proc->name].title,
			  world_count(proc->loop));
	loop_free(proc->loop);
	proc->loop = NULL;
	proc->object = NULL;
	proc->is_dead = proc->is_paused = false;
	loop_timer_set(proc->next, MONO_NEVER);
}

void pair_proc_die(struct pair_proc *proc)
{
	pair_trace(proc->node, "-- %s dies", kinds[proc->name].title);
	proc_disturb(proc);
	if (proc->name == PAIR_DIRECTOR && pair_is_reading(proc->node))
		pair_happened(PAIR_READ_DIED);
	if (!proc->is_paused)
		proc->paused_at = world_now();
	proc->is_dead = true;
	proc->is_paused = false;
	proc->acts_left = 0;
	world_mute(proc->loop);
	world_pause(proc->loop, true);
	if (proc->name == PAIR_DIRECTOR)
		proc->node->is_in_doubt = true;
	if (!proc->orphan)
		proc->node->n_deaths++;
	proc_wait(proc, 0);
}

bool pair_act(void)
{
	struct pair_proc *proc = pair_caller_proc();

	pair_doom_act(proc);
	if (proc->acts_left && --proc->acts_left == 0) {
		pair_happened(PAIR_DIED_IN_TURN);
		pair_proc_die(proc);
	}
	return !proc->is_dead;
}

void pair_proc_kill(struct pair_node *node, enum pair_proc_name name, unsigned n_acts)
{
	struct pair_proc *proc = &node->procs[name];

	if (!proc->loop || proc->is_dead)
		return;
	if (n_acts)
		proc->acts_left = n_acts;
	else
		pair_proc_die(proc);
}

static void proc_pause(struct pair_proc *proc, int64_t ns, bool is_hang)
{
	if (!pair_proc_lives(proc))
		return;
	pair_trace(proc->node, "-- %s is stopped for %lld ms", kinds[proc->name].title,
		   (long long)(ns / NS_PER_MS));
	proc->is_paused = true;
	proc->paused_at = world_now();
	proc->is_hanging = is_hang;
	proc_disturb(proc);
	world_pause(proc->loop, true);
	proc->wake_at = mono_add_ms(world_now(), (is_hang ? hang_ns(proc) : ns) / NS_PER_MS);
	loop_timer_set(proc->next, proc->wake_at);
}

void pair_proc_pause(struct pair_node *node, enum pair_proc_name name, int64_t ns)
{
	struct pair_proc *proc = &node->procs[name];
	struct pair_orphan *orphan = pair_orphan_of(node);

	if (name == PAIR_VRRP && !proc->loop && orphan)
		proc_pause(&orphan->proc, ns, false);
	else
		proc_pause(proc, ns, kinds[name].is_hang_watched && ns > hang_ns(proc));
}

/* The supervisor sleeps, too, so nothing hangs. */
void pair_node_pause(struct pair_node *node, int64_t ns)
{
	for (unsigned i = 0; i < PAIR_PROCS; i++)
		proc_pause(&node->procs[i], ns, false);
	for (unsigned i = 0; i < PAIR_ORPHANS; i++)
		proc_pause(&node->orphans[i].proc, ns, false);
	node->still_until = mono_add_ns(world_now(), ns);
	lan_set_still(node->number, true);
	loop_timer_set(node->resume, node->still_until);
}

static void on_resume(void *arg)
{
	struct pair_node *node = arg;

	pair_trace(node, "-- the machine goes on");
	lan_set_still(node->number, false);
	if (node->kernel.troubled.ns) /* it is mended by a clock that stood still */
		node->kernel.troubled = world_now();
	pair_disturb(node);
	pair_vrrp_disturb();
}

void pair_node_suspend(struct pair_node *node, int64_t ns)
{
	pair_node_pause(node, ns);
	world_clock_stop(&node->clock, ns);
	node->suspended_until = node->still_until;
	pair_filter_suspended(node, ns);
	if (!mono_is_never(node->confirm_by))
		node->confirm_by = mono_add_ns(node->confirm_by, ns);
}

void pair_proc_wake(struct pair_proc *proc)
{
	proc_disturb(proc);
	if (proc->is_hanging) {
		if (proc->name == PAIR_VRRP)
			pair_happened(PAIR_VRRP_HUNG);
		pair_proc_die(proc);
		return;
	}
	proc->is_paused = false;
	pair_trace(proc->node, "-- %s goes on", kinds[proc->name].title);
	world_pause(proc->loop, proc->orphan && proc->orphan->is_standing);
}

/* A process that was asked to end is gone. */
static void proc_ended(struct pair_proc *proc)
{
	bool has_left = proc->has_left;

	proc->is_leaving = proc->has_left = false;
	pair_proc_free(proc);
	proc_disturb(proc);
	if (proc->name == PAIR_VRRP && !(has_left && proc->node->vrrp.was_at_work) &&
	    !pair_orphan_serves(proc->node))
		pair_vrrp_release(proc->node);
	if (proc->is_needed)
		proc_wait(proc, 1);
}

/* SIGTERM. One that cannot hear it, or dies of it, is killed. */
static void proc_term(struct pair_proc *proc)
{
	if (proc->is_leaving)
		return;
	if (!pair_proc_runs(proc->node, proc->name) || !kinds[proc->name].stop) {
		proc_ended(proc);
		return;
	}
	proc->is_leaving = true;
	loop_timer_set(proc->next, MONO_NEVER);
	pair_enter(proc);
	kinds[proc->name].stop(proc);
	pair_enter(NULL);
}

/* lvsd ends: the addresses go first. */
static void proc_end_vrrp(struct pair_node *node)
{
	struct pair_proc *proc = &node->procs[PAIR_VRRP];

	if (!proc->is_needed)
		return;
	proc->is_needed = false;
	if (!proc->loop)
		loop_timer_set(proc->next, MONO_NEVER);
	proc_term(proc);
}

/* The start has failed: lvsd ends, and whoever started it does so again. */
static void start_anew(struct pair_node *node)
{
	pair_trace(node, "-- the start has failed");
	node->is_stopping = true;
	proc_end_vrrp(node);
	loop_timer_set(node->stop_check, world_now());
}

/* A process that has died is gone. */
static void proc_bury(struct pair_proc *proc)
{
	bool is_at_once = proc->n_starts++ < 3;

	if (proc->is_leaving) {
		proc_ended(proc);
		return;
	}
	pair_proc_free(proc);
	if (proc->name == PAIR_VRRP)
		pair_vrrp_ended(proc->node, proc->paused_at);
	if (proc->name == PAIR_DIRECTOR && !proc->node->was_ready && !proc->node->is_stopping)
		start_anew(proc->node);
	if (proc->is_needed && !proc->node->is_stopping)
		proc_wait(proc, is_at_once ? 1 : 20 + (int64_t)pair_below(980));
}

void pair_proc_replace(struct pair_node *node, enum pair_proc_name name)
{
	struct pair_proc *proc = &node->procs[name];

	if (!proc->loop)
		return;
	if (!proc->is_dead)
		pair_proc_die(proc);
	proc_bury(proc);
}

/* What is next for a process, of which the supervisor's timer says so. */
static void on_next(void *arg)
{
	struct pair_proc *proc = arg;

	/* One that was stopped before its machine, or is started meanwhile, waits for that too. */
	if (mono_before(world_now(), proc->node->still_until)) {
		loop_timer_set(proc->next, proc->node->still_until);
		return;
	}
	if (proc->has_left) {
		proc_ended(proc);
	} else if (proc->is_dead && proc->loop) {
		proc_bury(proc);
	} else if (proc->is_paused) {
		pair_proc_wake(proc);
	} else if (!proc->loop && proc->is_needed) {
		proc_start(proc);
	}
}

static void proc_need(struct pair_proc *proc, bool is_needed)
{
	if (!kinds[proc->name].start || proc->is_needed == is_needed)
		return;
	proc->is_needed = is_needed;
	if (is_needed && !proc->loop)
		proc_wait(proc, 1);
	else if (!is_needed && proc->loop)
		proc_term(proc);
}

/* --- the supervisor's end of the director's channel --- */

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct pair_node *node = arg;
	struct daemon_need need;

	if (type == DAEMON_FRAME_NEED && len == sizeof(need) && !node->is_stopping) {
		memcpy(&need, body, sizeof(need));
		pair_vrrp_need(node, &need);
		for (unsigned i = PAIR_CHECK; i < PAIR_PROCS; i++)
			proc_need(&node->procs[i],
				  need.processes & PROCESS_BIT(kinds[i].process));
		if (need.owes_release && !node->procs[PAIR_VRRP].loop && !pair_orphan_serves(node))
			pair_vrrp_release(node);
	} else if (type == DAEMON_FRAME_READY) {
		node->was_ready = true;
		if (node->is_in_doubt)
			pair_ask_status(node); /* a reload by SIGHUP has ended */
	} else if (type == DAEMON_FRAME_HUNG) {
		pair_happened(PAIR_CHECK_HUNG);
		pair_proc_kill(node, PAIR_CHECK, 0);
	} else if (type == DAEMON_FRAME_ORPHAN_HUNG) {
		pair_happened(PAIR_ORPHAN_HUNG);
		if (pair_orphan_serves(node))
			pair_orphan_kill(node);
	} else if (type == DAEMON_FRAME_STALE && len == 1) {
		node->stale = *(const uint8_t *)body;
	}
}

/* One that is stopped would reload much later, between commands that were given since. */
void pair_node_hup(struct pair_node *node)
{
	if (!pair_proc_runs(node, PAIR_DIRECTOR))
		return;
	pair_trace(node, "-> SIGHUP with m%u", node->file->id);
	node->is_in_doubt = true;
	chan_send(node->supervisor, DAEMON_FRAME_RELOAD, NULL, 0);
	pair_ask_status(node);
}

static void make_channels(struct pair_node *node)
{
	int ends[2];

	for (unsigned i = 0; i < PAIR_PROCS; i++)
		if (chan_pair(node->ends[i]) < 0)
			abort();
	if (chan_pair(ends) < 0)
		abort();
	node->rules_end = ends[0];
	if (chan_pair(ends) < 0)
		abort();
	node->mail_end = ends[0];
	if (chan_pair(ends) < 0)
		abort();
	node->sync_end = ends[0];
	node->supervisor = chan_new(pair.loop, node->ends[PAIR_DIRECTOR][0], on_frame, NULL, node);
}

/* --- lvsd as a whole --- */

static void end_all(struct pair_node *node)
{
	for (unsigned i = 0; i < PAIR_PROCS; i++) {
		loop_timer_set(node->procs[i].next, MONO_NEVER);
		pair_proc_free(&node->procs[i]);
		node->procs[i].is_needed = false;
	}
	chan_free(node->supervisor);
	node->supervisor = NULL;
	pair_orphan_disconnect(node);
}

void pair_node_start(struct pair_node *node)
{
	make_channels(node);
	pair_orphan_connect(node);
	pair_vrrp_start(node);
	node->was_ready = node->is_stopping = false;
	node->stale = 0;
	node->procs[PAIR_DIRECTOR].is_needed = true;
	pair_new_in_force(node, node->file);
	node->previous = NULL;
	node->confirm_by = MONO_NEVER;
	node->is_in_doubt = false;
	proc_start(&node->procs[PAIR_DIRECTOR]);
}

/* A start prints what is wrong with its file, which here is of interest to nobody. */
static void *start_unseen(struct pair_node *node, struct loop *loop)
{
	int before = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
	void *object;

	if (before < 0 || null < 0)
		abort();
	dup2(null, STDERR_FILENO);
	object = start_director(node, loop);
	dup2(before, STDERR_FILENO);
	close(before);
	close(null);
	return object;
}

/* lvsd is started with a bad file: it changes nothing. By and by the operator mends the file. */
static void start_refused(struct pair_node *node)
{
	struct pair_proc *director = &node->procs[PAIR_DIRECTOR];
	uint64_t n_ops = node->kernel.n_ops;
	unsigned addrs = pair_vrrp_addrs(node);

	make_channels(node);
	pair_orphan_connect(node);
	node->is_refused_start = true;
	pair_vrrp_start(node);
	node->was_ready = false;
	node->stale = 0;
	director->loop = loop_new();
	world_set_clock(director->loop, &node->clock);
	pair_enter(director);
	director->object = start_unseen(node, director->loop);
	pair_enter(NULL);
	if (director->object)
		pair_fail(node, "lvsd starts with m%u, which is bad", node->file->id);
	if (node->kernel.n_ops != n_ops || pair_vrrp_addrs(node) != addrs)
		pair_fail(node, "a start that was refused has changed the kernel");
	pair_trace(node, "-- the start is refused");
	pair_happened(PAIR_START_REFUSED);
	end_all(node);
	node->is_refused_start = false;
	node->file = model_new(node->in_force, false);
	loop_timer_set(node->stop_check, mono_add_ms(world_now(), (int64_t)pair_below(MEND_MS)));
}

void pair_node_begin(struct pair_node *node)
{
	if (node->file->flaw == MODEL_EMPTY) /* lvsd starts with that and serves nothing */
		node->file = model_new(node->in_force, false);
	if (node->file->flaw)
		start_refused(node);
	else
		pair_node_start(node);
}

static void on_stop_check(void *arg)
{
	struct pair_node *node = arg;
	struct pair_proc *director = &node->procs[PAIR_DIRECTOR];

	if (node->procs[PAIR_VRRP].loop) {
		loop_timer_set(node->stop_check, mono_add_ms(world_now(), STOP_CHECK_MS));
		return;
	}
	if (!node->is_director_asked && pair_proc_runs(node, PAIR_DIRECTOR)) {
		node->is_director_asked = true;
		pair_enter(director);
		director_stop(director->object);
		pair_enter(NULL);
	}
	if (director->loop && !director->is_dead && !world_is_stopped(director->loop)) {
		loop_timer_set(node->stop_check, mono_add_ms(world_now(), STOP_CHECK_MS));
		return;
	}
	end_all(node);
	pair_node_begin(node);
}

void pair_node_restart(struct pair_node *node)
{
	if (!pair_proc_runs(node, PAIR_DIRECTOR) || !node->was_ready || node->is_stopping)
		return;
	pair_trace(node, "-- lvsd is restarted");
	pair_disturb(node);
	node->is_stopping = true;
	node->is_director_asked = false;
	proc_end_vrrp(node);
	loop_timer_set(node->stop_check, mono_add_ms(world_now(), STOP_CHECK_MS));
}

void pair_node_open(struct pair_node *node, unsigned number)
{
	*node = (struct pair_node){.number = number, .confirm_by = MONO_NEVER};
	node->clock = world_clock_new(pair.has_clocks ? (int64_t)pair_below(201) - 100 : 0);
	node->kernel.timeouts = (struct ipvs_timeouts){900, 120, 300};
	node->shown_role = node->told_role = "nothing";
	node->blind_since = node->half_since = MONO_NEVER;
	pair_vrrp_open(node);
	pair_orphan_open(node);
	node->stop_check = loop_timer_new(pair.loop, on_stop_check, node);
	node->resume = loop_timer_new(pair.loop, on_resume, node);
	for (unsigned i = 0; i < PAIR_PROCS; i++) {
		node->procs[i] = (struct pair_proc){.node = node, .name = (enum pair_proc_name)i};
		node->procs[i].next = loop_timer_new(pair.loop, on_next, &node->procs[i]);
	}
}

void pair_node_close(struct pair_node *node)
{
	end_all(node);
	pair_orphans_close(node);
	pair_vrrp_close(node);
	loop_timer_free(node->stop_check);
	loop_timer_free(node->resume);
	for (unsigned i = 0; i < PAIR_PROCS; i++)
		loop_timer_free(node->procs[i].next);
	pair_kernel_close(&node->kernel);
	pair_filter_close(node);
	pair_rundir_close(&node->rundir);
}
