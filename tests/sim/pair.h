/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two directors whole on one virtual clock (base/virtual): what sim_pair is made of. Everything of
 * lvsd is linked as it is; what it opens of the outside is replaced at link time by the files
 * pair_*.c. All chance comes from one seed.
 */
#ifndef LVSD_TESTS_SIM_PAIR_H
#define LVSD_TESTS_SIM_PAIR_H

#include "base/loop.h"
#include "base/vec.h"
#include "base/virtual/world.h"
#include "daemon/control/control.h"
#include "daemon/director/director.h"
#include "daemon/shared/process_name.h"
#include "daemon/supervisor/hang_watch.h"
#include "daemon/supervisor/vrrp_absence.h"
#include "host/filter.h"
#include "ipvs/plan.h"
#include "ipvs/state.h"
#include "ipvs/timeouts.h"
#include "sync/want.h"
#include "tests/sim/pair_model.h"
#include "tests/sim/pair_wonders.h"
#include "vrrp/worker.h"

#include <jansson.h>
#include <setjmp.h>

#define PAIR_NODES   2
#define PAIR_SERVERS 6 /* real servers of the network */
#define PAIR_FILES   14
#define PAIR_SYSCTLS 16
#define PAIR_TRIED   32
#define PAIR_ORPHANS 6   /* of a director, at a time: all but one end at once */
#define PAIR_VOICES  256 /* VRIDs */
/* How much the fastest clock, or the slowest, has gone wrong after a reload's time for confirmation. */
#define PAIR_CLOCK_MS 10

/* The processes of a director that the simulation runs. */
enum pair_proc_name {
	PAIR_DIRECTOR,
	PAIR_CHECK,
	PAIR_SCRIPT,
	PAIR_VRRP,
	PAIR_PROCS,
};

struct pair_node;
struct lan_frame;
struct listener;
struct vrrp_door;

/* A process that runs, or that its supervisor starts again. */
struct pair_proc {
	struct pair_node *node;
	enum pair_proc_name name;
	struct loop *loop; /* NULL: it does not run */
	void *object;
	bool is_needed;    /* by the configuration; the director always is */
	struct mono paused_at;
	bool is_paused, is_hanging; /* hanging: it is killed when its supervisor's patience ends */
	unsigned acts_left; /* acts on the outside until it dies in the midst of a turn; 0: it does not */
	bool is_leaving, has_left; /* it was asked to end; it has said that it has */
	bool is_dead;       /* it does nothing any more, and is freed when its turn has ended */
	unsigned n_starts;
	struct loop_timer *next; /* of the supervisor: starts it, wakes it, buries it */
	struct mono wake_at;     /* is_paused: what next is set to */
	struct pair_orphan *orphan; /* NULL: its supervisor lives */
};

/* A vrrp process whose supervisor has died. */
struct pair_orphan {
	struct pair_proc proc; /* without a loop: there is none */
	unsigned number;       /* its process */
	unsigned life;         /* of its lvsd */
	struct vrrp_door *door;
	struct listener *listener; /* of door; NULL: it is not to be found */
	struct loop_timer *alone;
	struct mono since;
	bool is_standing; /* it was relieved, and waits for its successor to act */
	bool has_left;
};

/* A process that is to die. */
struct pair_doom {
	enum pair_proc_name name;
	unsigned acts_left; /* its acts on the outside until then; 0: it is not */
	bool is_at_relief;  /* it dies when the orphan has been relieved and its successor does not act yet */
	bool is_all;        /* all of lvsd dies then, but for the vrrp process */
	int64_t away_ms;    /* is_all: until lvsd is started again */
};

/* When a machine advertised last. */
struct pair_voice {
	struct mono last;
	int64_t gap_ns; /* the longest silence before an advertisement, since pair_voices_begin() */
};

/* What an operator asks, until it is answered. */
struct pair_asked {
	bool is_hold;        /* drain, undrain: */
	unsigned vs, server;
	bool was_unsure; /* before it was asked nobody knew whether the server is held */
	bool is_held;
	unsigned confirm_s; /* reload */
};

/* What a kernel does now and then instead of what it is asked: each in 1,000 requests. */
struct pair_kernel_faults {
	unsigned refuse;  /* an operation is refused */
	unsigned lost;    /* operations are carried out, the answers are lost (ENOBUFS, EINTR) */
	unsigned unread;  /* the table cannot be read */
	unsigned slow;    /* the call takes up to 200 ms */
	unsigned meddle;  /* somebody else changes the table between a reading and a plan */
};

/* What the kernel remembers of a destination, beside what lvsd sees. */
struct pair_dest {
	struct svckey service;
	struct endpoint ep;
	struct mono zero_since; /* when lvsd gave it weight 0; MONO_NEVER: it has a weight */
	bool is_late;           /* lvsd may have meant it long before */
	uint32_t timeout_s;     /* the shortest drain_timeout in force since then */
	bool is_foreign;        /* somebody else put it there */
};

struct pair_kernel {
	struct ipvs_state table;
	VEC(struct pair_dest) dests;
	struct ipvs_timeouts timeouts;
	struct pair_kernel_faults faults;
	bool is_open_refused;
	unsigned sync_roles; /* of connection sync: a mask of enum sync_role */
	struct sync_daemon sync_daemons[2];
	struct mono slowed;   /* when it was slow last */
	/* When the turn with this number began: in no other one has the clock moved. */
	struct mono slow_turn_began;
	uint64_t slow_turn;
	struct mono troubled; /* when it last failed, or somebody else changed the table */
	uint64_t n_ops, n_refused, n_lost;
	/* Pools that the present turn found with a weight, and emptied on the way. */
	uint64_t turn;
	struct {
		struct svckey service;
		bool had_weight, was_empty;
	} pools[PAIR_NUMBERS + 1];
	size_t n_pools;
	bool is_turn_troubled;
};

struct pair_rundir {
	struct {
		const char *name;
		char *text;
		int64_t touched_us;
	} files[PAIR_FILES];
	bool is_readonly;
	bool is_lost; /* something was not written: what is remembered may be of before */
};

/* What its kernel has of nf_tables: the filter of no_accept. */
struct pair_filter {
	struct host_filter have;
	char table[HOST_FILTER_TABLE_MAX]; /* its name */
	struct mono right_at;   /* it is as wanted by then, if nothing happens from now on */
	struct mono keep_until; /* until then it may refuse addresses that have left the file */
	int64_t backoff_ms;   /* the pause after the last failure; 0: it has succeeded since */
	bool is_wrong;        /* nothing has come into it since a change was refused, or somebody else made one */
	struct mono vrrp_disturbed; /* when the process that holds the addresses was hindered last */
};

/* What its supervisor knows of the vrrp process. */
struct pair_vrrp {
	struct vrrp_predecessor before; /* was_released: of absence */
	struct vrrp_absence absence;
	struct loop_timer *due; /* of absence */
	int64_t bound_ns;       /* a process that is silent for longer is killed */
	bool was_at_work;       /* it has had its configuration */
};

/* One director: its processes, its kernel, its files. */
struct pair_node {
	unsigned number;
	struct world_clock clock;
	struct pair_proc procs[PAIR_PROCS];
	/* Channels: the director's end and that of each process; of the director: the supervisor's and its own. */
	int ends[PAIR_PROCS][2];
	/* Of the director's channels to the processes that run iptables and send mail, which are never
	 * there. */
	int rules_end, mail_end, sync_end;
	struct chan *supervisor;
	struct loop_timer *stop_check; /* while lvsd ends: whether the director has */
	/* lvsd is dead, but perhaps for its vrrp process: death buries it, and starts it again at revive_at. */
	struct loop_timer *death;
	bool is_lvsd_dead, is_buried, is_posted;
	struct mono revive_at;
	bool is_refused_start; /* a start with a bad file is under way */
	bool has_leftovers;    /* an lvsd that died has left addresses, which nobody has removed yet */
	struct pair_doom doom;
	struct pair_orphan orphans[PAIR_ORPHANS];
	int orphan_fd;        /* the supervisor's connection to one of them; -1: there is none */
	unsigned life;        /* the number of its lvsd */
	unsigned spoken_life; /* of the lvsd whose vrrp process has advertised last */
	unsigned n_deaths;    /* of directors and vrrp processes that have supervisors */
	struct pair_voice voices[PAIR_VOICES];
	struct mono still_until, suspended_until; /* the whole machine; its clock, too */
	struct loop_timer *resume;                /* at still_until */
	struct director_args args;
	int worker_fds[N_PROCESSES];
	struct pair_kernel kernel;
	struct pair_rundir rundir;
	struct pair_filter filter;
	struct {
		char name[32], value[32];
	} sysctls[PAIR_SYSCTLS];
	struct control *control;
	struct pair_vrrp vrrp;
	struct sync_hello *hello;   /* NULL: it has none open */
	struct loop *sync_loop;     /* hears of changes of eth0; NULL: it does not */
	bool is_track_down;         /* its tracking script fails */
	bool is_released;           /* by an operator */
	bool is_order_unsure;       /* orders were given, and nobody waited for what became of them */
	struct mono half_since;     /* its group has some of its addresses; MONO_NEVER: all, or none */
	struct mono half_began;     /* the same, whatever has hindered it since */
	struct mono members_since;  /* the members of its group are the present ones */
	unsigned n_shown;           /* members that counted in the last status */
	const char *told_role;      /* by the last notification; never NULL */
	enum pair_blind {
		PAIR_NOT_BLIND,
		PAIR_BLIND_HERE, /* its machine cannot make a probe */
		PAIR_BLIND_PATH, /* the way to the servers has no carrier */
	} blind_by;
	/* Since when its probes say nothing (MONO_NEVER: they do); since when they do again. */
	struct mono blind_since, seen_since;
	struct path_watch *path_watch; /* NULL: none is open */
	struct answers *answers; /* of the loader that reads the file; NULL: none does */
	bool is_loader_stuck;    /* it stands still: its file system does not answer */
	unsigned n_path_losses;
	bool is_refusing;           /* its kernel takes no addresses */
	struct mono taking_since;   /* attempts to add what it refused before have come by then */
	/* It has addresses of which the clients may not know: it took them while the network was in
	 * trouble, and has met no other master since. */
	bool is_unheard;
	/* Addresses that it took while its switch port did not forward, and the other one has not had
	 * since: the clients hear of them when the port forwards. */
	unsigned blocked_addrs, had_addrs;
	unsigned n_taken;           /* addresses that somebody took away */
	const char *shown_role;     /* of all members in the last status; never NULL */
	bool was_ready; /* a director that starts replaces one */
	bool is_director_asked; /* while it is being ended: the director was asked to end */
	bool is_stopping; /* lvsd as a whole is being ended, to be started again */
	uint8_t stale;

	/* What the operator knows. */
	const struct model *file;     /* the configuration file; never NULL */
	const struct model *in_force; /* by the answers that he got; NULL: none yet */
	const struct model *former;   /* what was in force before that */
	const struct model *previous; /* what a rollback brings; NULL: none */
	/* What the director has read since the last doubt ended, whatever came of it: the last first.
	 * While there is doubt also what was thought to be in force when another one came. */
	const struct model *tried[PAIR_TRIED];
	struct mono tried_at; /* when it read the last of them */
	struct mono confirm_by;       /* MONO_NEVER: nothing waits */
	bool is_in_doubt; /* a director died in a reload: what is in force is to be asked */
	bool is_held[PAIR_NUMBERS][PAIR_SERVERS];
	bool is_hold_unsure[PAIR_NUMBERS][PAIR_SERVERS]; /* a director died while it was told */
	struct pair_asked asked;

	/* Since when nothing has kept this director from knowing its servers. */
	struct mono clear_since;
	struct mono conf_since[PAIR_NUMBERS][PAIR_SERVERS]; /* the check of this server is as it is */
	struct mono pool_since[PAIR_NUMBERS]; /* the service is as it is */
	struct mono known_at[PAIR_NUMBERS][PAIR_SERVERS]; /* a verdict was shown then; 0: none yet */
	bool is_core; /* of the second phase: it is healed */
};

struct pair_server {
	enum pair_server_state {
		PAIR_SERVER_UP,
		PAIR_SERVER_REFUSING, /* its port is closed */
		PAIR_SERVER_SILENT,   /* it answers nothing */
		PAIR_SERVER_SICK,     /* it takes connections and answers 503 */
		PAIR_SERVER_STATES,
	} state;
	bool is_core;              /* of the second phase: it stays as it is */
	struct mono since[2];      /* it is well, or not: to TCP_CHECK, and to the others */
};

struct pair {
	uint64_t seed, random;
	struct loop *loop; /* of all that is not lvsd */
	struct pair_node nodes[PAIR_NODES];
	struct pair_server servers[PAIR_SERVERS];
	bool is_quiet; /* the second phase: the core is healed */
	/* Of both directors: */
	bool has_vrrp, has_sync;
	bool has_clocks; /* that are fast or slow by up to 100 parts in a million */
	unsigned advert_ms, advert_min_ms; /* the longest interval that a file may have; the shortest */
	unsigned n_nets; /* instances that a file may have */
	bool is_net_troubled;
	struct mono vrrp_since;    /* the last that may have changed who is master, and why */
	bool is_told_claimed;      /* what was told last must be what is */
	struct mono overlap_since; /* both have an address, and hear each other; MONO_NEVER: no */
	struct mono began;
	/* Adverts that each has sent in the present second. */
	unsigned n_adverts[PAIR_NODES];
	struct mono adverts_since;
	const struct pair_node *settled; /* the master since it was settled; NULL: it is not */
	struct mono settled_since;       /* pair.vrrp_since of then */
	char failure[512];
};

extern struct pair pair;
extern jmp_buf pair_failed; /* where a scenario that failed goes on */

/* pair_chance.c: all chance of a scenario. */
uint64_t pair_below(uint64_t n); /* from 0 to n - 1 */
bool pair_permille(unsigned n);
/* A probability for this scenario, in permille: often 0, seldom much, max at most. */
unsigned pair_draw_rate(unsigned max);

/* The interval of a file: in most pairs all have the same. */
unsigned pair_draw_advert_ms(void);

/* pair_trace.c */
/* Prints a line of the trace, in the column of node (NULL: of both), when this run is traced. */
void pair_trace(const struct pair_node *node, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Fails the scenario. */
void pair_fail(const struct pair_node *node, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
extern bool pair_is_tracing;
/* The last lines of the trace are kept, and printed by: */
extern bool pair_is_retelling;
void pair_print_last(void);

/* pair_node.c */
/* The node whose process turns now, or is being started; never NULL for what stands in for the kernel. */
struct pair_node *pair_caller(void);
/* The process of it. */
struct pair_proc *pair_caller_proc(void);
/*
 * What calls this acts on the outside. False: the process has died on the way here, and nothing of
 * what it does from now on happens.
 */
bool pair_act(void);
/* proc acts from now on, in a turn that is not its own; NULL: it has ended that. */
void pair_enter(struct pair_proc *proc);
void pair_node_open(struct pair_node *node, unsigned number);
void pair_node_close(struct pair_node *node);
/* Starts lvsd with the file, as after a boot or an upgrade. */
void pair_node_start(struct pair_node *node);
/* Ends lvsd, which starts again. */
void pair_node_restart(struct pair_node *node);
/* The process dies: now, or after n_acts acts on the outside. It is replaced. */
void pair_proc_kill(struct pair_node *node, enum pair_proc_name name, unsigned n_acts);
/* The same, at once and outside of its turn. */
void pair_proc_replace(struct pair_node *node, enum pair_proc_name name);
void pair_proc_pause(struct pair_node *node, enum pair_proc_name name, int64_t ns);
/* All processes of the machine; the frames that come to it are lost. It must not stand still yet. */
void pair_node_pause(struct pair_node *node, int64_t ns);
/* The same, and the clock of the machine stands still: nothing of it knows of the time that passed. */
void pair_node_suspend(struct pair_node *node, int64_t ns);
void pair_node_hup(struct pair_node *node);
bool pair_proc_runs(const struct pair_node *node, enum pair_proc_name name);
/* Something has kept the director of node from knowing its servers until now. */
void pair_disturb(struct pair_node *node);

/* For pair_orphan.c: a process dies, is freed, goes on; lvsd is started with its file. */
void pair_proc_die(struct pair_proc *proc);
void pair_proc_free(struct pair_proc *proc);
void pair_proc_wake(struct pair_proc *proc);
void pair_node_begin(struct pair_node *node);
bool pair_proc_lives(const struct pair_proc *proc);

/* pair_orphan.c: lvsd dies but for its vrrp process, and is started again */
void pair_orphan_open(struct pair_node *node);
void pair_orphans_close(struct pair_node *node);
void pair_lvsd_kill(struct pair_node *node, int64_t away_ms);
/* If it is dead, it is started soon. */
void pair_lvsd_hurry(struct pair_node *node);
/* After n_acts acts of that process on the outside, of the present lvsd or the next one, it dies, or all of lvsd. */
void pair_doom(struct pair_node *node, enum pair_proc_name name, unsigned n_acts, bool is_all, int64_t away_ms);
/* The same when it has relieved the orphan, before its vrrp process acts. */
void pair_doom_at_relief(struct pair_node *node, enum pair_proc_name name, bool is_all, int64_t away_ms);
void pair_doom_act(struct pair_proc *proc);
/* The supervisor of a new lvsd looks for an orphan; it gives the connection up; whether the orphan lives. */
void pair_orphan_connect(struct pair_node *node);
void pair_orphan_disconnect(struct pair_node *node);
bool pair_orphan_serves(const struct pair_node *node);
/* What an orphan has beside its worker. */
void pair_orphan_close(struct pair_orphan *orphan);
/* NULL: there is none. */
struct pair_orphan *pair_orphan_of(struct pair_node *node);
void pair_orphan_kill(struct pair_node *node);
/* A vrrp process of this machine works. */
bool pair_vrrp_runs(const struct pair_node *node);
/* It advertises: never two processes of a machine in turn. */
void pair_orphan_heard(unsigned machine, const struct lan_frame *frame);
/* Always: orphans end. */
void pair_claim_orphans(struct pair_node *node);
/* From begin on, what has been advertised at since or later has never been silent for longer. */
void pair_voices_begin(struct pair_node *node);
void pair_voices_claim(struct pair_node *node, int64_t ns, struct mono since, const char *what);

/* pair_super.c: what the supervisor does for the vrrp process */
struct daemon_need;
void pair_vrrp_open(struct pair_node *node);
void pair_vrrp_close(struct pair_node *node);
/* lvsd begins anew. */
void pair_vrrp_start(struct pair_node *node);
void pair_vrrp_need(struct pair_node *node, const struct daemon_need *need);
/* The process has died, and is gone. alive: when it was certainly at work last. */
void pair_vrrp_ended(struct pair_node *node, struct mono alive);
struct vrrp_predecessor pair_vrrp_predecessor(const struct pair_node *node);
/* Removes the addresses. */
void pair_vrrp_release(struct pair_node *node);

/* pair_net.c */
void pair_net_open(void);
void pair_net_close(void);
void pair_net_lose(void);
void pair_net_part(void);
void pair_net_mend(void);
void pair_net_carrier(struct pair_node *node, bool has_carrier);
void pair_net_forward(struct pair_node *node, bool is_forwarding);
void pair_net_take_addr(struct pair_node *node);
void pair_net_refuse(struct pair_node *node, bool is_refusing);
/* The machine of node is well again. */
void pair_net_heal(struct pair_node *node);
bool pair_net_is_whole(void);
/* Something has happened that may change who is master. */
void pair_vrrp_disturb(void);

/* pair_operator.c: commands through the director's own table. */
/* {"command": ...}; request is taken. fn may be NULL. */
typedef void pair_answer_fn(struct pair_node *node, const struct model *file, json_t *answer);
/* False: there is nobody who answers. */
bool pair_ask(struct pair_node *node, json_t *request, pair_answer_fn *fn);
void pair_ask_reload(struct pair_node *node, unsigned confirm_s);
void pair_ask_simple(struct pair_node *node, const char *command);
/* lvsctl vrrp: release, take, hold or resume. */
void pair_ask_order(struct pair_node *node, const char *order);
/* resume: from its answer on the file alone decides. */
void pair_ask_resume(struct pair_node *node);
void pair_ask_hold(struct pair_node *node, unsigned vs, unsigned server, bool is_held);
void pair_ask_status(struct pair_node *node);
/* Now and then: whether a reload went back by itself. */
void pair_operator_check(struct pair_node *node);
/* The director reads the file: after a death it may be in force, whoever asked for that. */
void pair_try(struct pair_node *node);
void pair_new_in_force(struct pair_node *node, const struct model *model);

/* Whether the director of node has commands for which the file must be read. */
bool pair_is_reading(const struct pair_node *node);

/* pair_loader.c */
void pair_loader_set(struct pair_node *node, bool is_stuck);
/* The director has given the loader of this reading up. */
bool pair_loader_was_late(const struct pair_node *node);

/* pair_kernel.c */
struct pair_dest *pair_kernel_dest(struct pair_kernel *kernel, const struct svckey *key, const struct endpoint *ep);
/* Somebody who is not lvsd changes the table. */
void pair_kernel_meddle(struct pair_node *node);
void pair_kernel_clear(struct pair_node *node);
void pair_kernel_add_foreign(struct pair_node *node);
void pair_kernel_close(struct pair_kernel *kernel);
/* A configuration came into force: what drains may have less time by it. */
void pair_drains_reloaded(struct pair_node *node);
/* The drain_timeout in force of a service; of one that the file has no more, the last known. */
uint32_t pair_drain_timeout(const struct pair_node *node, const struct svckey *key);
/* When the turn began that the director of node is in. */
struct mono pair_turn_began(const struct pair_node *node);
/* The claim of the turn that has ended: no pool was emptied on the way. */
void pair_kernel_end_turn(struct pair_node *node);

/* pair_filter.c: the filter of no_accept */
void pair_filter_open(void);
void pair_filter_close(struct pair_node *node);
/* A configuration is in force: another one, or the same again. */
void pair_filter_reloaded(struct pair_node *node);
/* A new director begins. */
void pair_filter_begun(struct pair_node *node);
/* The clock of its machine has stood still for so long. */
void pair_filter_suspended(struct pair_node *node, int64_t ns);
/* Somebody who is not lvsd changes it. */
void pair_filter_meddle(struct pair_node *node);
/* Always: at rest it refuses what the file says, and nothing else. */
void pair_claim_filter(const struct pair_node *node);

/* pair_rundir.c */
const char *pair_rundir_text(const struct pair_node *node, const char *name);
void pair_rundir_close(struct pair_rundir *rundir);

/* pair_servers.c */
void pair_servers_open(void);
/* The probes of node cannot be made on its machine, or can again. */
void pair_probes_set(struct pair_node *node, enum pair_blind blind_by);
/* The tracking script of node fails, or succeeds. */
void pair_track_set(struct pair_node *node, bool is_down);
void pair_server_set(unsigned server, enum pair_server_state state);
/* Whether the checks of vs find it well; since when. */
bool pair_server_is_well(const struct model_vs *vs, unsigned server);
struct mono pair_server_since(const struct model_vs *vs, unsigned server);
/* -1: no server of the network has this address. */
int pair_server_of(const struct addr *addr);

/* pair_vrrp.c */
/* Always. */
void pair_claim_vrrp(void);
/* After a status of each. */
void pair_claim_roles(void);
/* The clients send to the master. */
void pair_claim_neighbours(const struct pair_node *master, unsigned addrs);
void pair_vrrp_shown(struct pair_node *node, json_t *status);
/* When the right one is master at the latest, if nothing happens from now on. */
struct mono pair_vrrp_settled_at(void);
/* That time has come, and all that takes part works. */
bool pair_vrrp_is_settled(void);
/* The services' addresses that its machine has: a mask by number. */
unsigned pair_vrrp_addrs(const struct pair_node *node);
/* The members that both have: a mask. */
unsigned pair_vrrp_common(void);
/* By its file, its tracking script and orders: */
bool pair_vrrp_takes_part(const struct pair_node *node);
/* It has a higher priority for all networks that both are on. */
bool pair_vrrp_is_better(const struct pair_node *node, const struct pair_node *other);
/* The same, and no member is forbidden to preempt. */
bool pair_vrrp_may_preempt(const struct pair_node *node, const struct pair_node *other);
/* No member that both have may preempt. */
bool pair_vrrp_is_forbidden(const struct pair_node *node);
/* Its file has a shorter interval: a process of it that has just begun does not know how long it must
 * wait for the other one's advert. */
bool pair_vrrp_is_hasty(const struct pair_node *node, const struct pair_node *other);
/* It has a higher priority for one network at least. */
bool pair_vrrp_may_displace(const struct pair_node *node, const struct pair_node *other);
/* NULL: nobody is. */
struct pair_node *pair_vrrp_master(void);
/* A frame of VRRP has left the machine with this number. */
void pair_claim_advert(unsigned machine, const struct lan_frame *frame);
/* The network has changed (is_net), or who runs. */
void pair_vrrp_heard(bool is_net);

/* pair_acts.c */
/* After pair_claim_roles(): one thing happens to one of the routers. */
void pair_last_act(void);

/* pair_memory.c */
/* In a scenario of its own, without trouble, and in a process that pair_memory_holds() has started. */
void pair_claim_memory(void);
bool pair_memory_holds(uint64_t seed);

/* pair_jobs.c: scenarios in several processes */
struct pair_result {
	uint64_t seed; /* of the scenario that runs */
	unsigned long n_failed;
	double seconds; /* of all scenarios */
	double cpu_s;   /* what they took */
};
/* Runs the scenarios number, number + step and so on. */
typedef void pair_job_fn(unsigned number, unsigned step, struct pair_result *result, void *arg);
/* What all processes have together. What they met is added to what this one has. */
struct pair_result pair_jobs_run(pair_job_fn *fn, void *arg);

/* pair_path.c */
/* The carrier of the way to the servers has changed. */
void pair_path_changed(struct pair_node *node);

/* pair_clients.c */
void pair_clients_open(void);
void pair_clients_close(void);
/* Connections that the kernel of node knows through a destination, also when that is gone. */
unsigned pair_conns(const struct pair_node *node, const struct svckey *key, const struct endpoint *ep);
/* The same, with those that ended so lately that the director need not know it. */
unsigned pair_conns_lately(const struct pair_node *node, const struct svckey *key, const struct endpoint *ep);

/* pair_events.c */
void pair_events_draw(void);
void pair_event(void);
/* The counts of what was met, to be carried from one process to another. */
size_t pair_events_size(void);
void pair_events_save(void *ret_counts);
void pair_events_add(const void *others);
/* One line each of what must have happened over all seeds and has not; returns how many. */
unsigned pair_events_missing(void);
void pair_events_print(void);
/* Something that must have happened at least once over all seeds. */
void pair_happened(enum pair_wonder wonder);

/* pair_claims.c */
/* What is in force is known: no reload is under way, and none goes back by itself now. */
bool pair_is_sure(const struct pair_node *node);
/* Always: of each pool of node, and of each request. */
void pair_claim_pools(struct pair_node *node);
/* Of what the director shows: a verdict is never forgotten. */
void pair_claim_status(struct pair_node *node, json_t *status);
void pair_claim_request(struct pair_node *node, const struct model_vs *vs, unsigned server);
/* lvsd is about to delete the destination or give it weight 0. */
void pair_claim_leaves(struct pair_node *node, const struct svckey *key, const struct ipvs_dest *dest, bool is_deleted);
/* lvsd is about to carry op out: it touches nothing that is not its own. */
void pair_claim_foreign(struct pair_node *node, const struct ipvs_op *op);
/* pair_table.c: the table of a node that was healed is what is wanted. */
void pair_claim_table(struct pair_node *node, const char *when);
/* From its beginning, the longest time until a death, or a return, of the server is in the table. */
int64_t pair_detection_ns(const struct model_vs *vs);
int64_t pair_return_ns(const struct model_vs *vs);

#endif
