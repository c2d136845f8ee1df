/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The health model: the one place that decides whether a real server is up. Probes report outcomes;
 * the model turns them into states of checks, of real servers and of quorums. It also says when
 * each check is due. Pure: the time is an argument, nothing is logged or sent.
 *
 * The rules are those of keepalived, without the faults of its reload.
 *
 * State:
 * - A check that is up goes down after retry + 1 failures in a row. A check that is down comes up
 *   with the first successful probe. The first outcome of a new check decides at once, whatever
 * retry says.
 * - A real server is down when one of its checks is down, up when all are up, else unknown. Without
 *   checks it is up. With checks_required M it is up while M of its checks are up, and down when so
 *   many are down that M can no longer be up.
 * - A check that says neither up nor down abstains: beside others it counts neither as up nor as down
 *   (health_rs_count()). An agent abstains until it has said up or down; a FILE_CHECK that is not
 *   down abstains unless its file says 0; a script or a file abstains when it has been asked and has
 *   had no verdict yet. Where all checks of a server abstain, they count as they are.
 * - An unknown server counts as present when its service is new, or when the kernel already has the
 *   server with a weight; else it counts as absent (health_adopt()). With `alpha` on one of its
 *   checks, a server is absent until its first successful probe, unless the kernel has the server.
 * - A check may begin with the verdict of an earlier director (verdict/verdict.h). It then goes on
 *   from that state, also with `alpha`.
 * - An outcome of PROBE_NONE (the probe could not be made here) is no verdict: only the time of the
 *   next probe changes.
 *
 * Weight and quorum:
 * - The weight of a server is the configured weight, plus the difference that each of its
 *   misc_dynamic checks asks for, and what each FILE_CHECK adds. It is computed anew each time, so
 *   differences never add up over
 *   time.
 * - The quorum of a service is up or down by the sum of the weights of the servers that are present
 *   (pool.h). It is reported once when it is first known, then at each change. Once it is known to
 *   be down, only servers that are up bring it back: a server without a verdict does not count.
 * - While the quorum is down, a service with a sorry server keeps the servers that are up with
 *   weight 0, so that their connections go on, and sends new connections to the sorry server. The
 *   sorry server may be one of the real servers. It then serves whatever its checks say, unless a
 *   person took it out of service: then the service has no sorry server.
 * - A server that a person took out of service (health_maintain()) is absent, whatever its checks
 * say and also with inhibit_on_failure. It adds nothing to the quorum.
 * - With slow_start, a server that was down, or out of service, gets its weight in steps
 *   (pool_ramp()). The steps go on after a restart (health_adopt_ramp()). The quorum counts the
 *   whole weight at once.
 * - With inhibit_on_failure, a server that is absent stays in the kernel's table with weight 0.
 *
 * A pool in need (judge/):
 * - The servers with `backup` have weight 0 until the tiers before theirs no longer can carry the
 *   service (tiers.h). The quorum counts all tiers.
 * - The panic guard keeps the weights of servers that are down when the fault is rather this
 *   director's (guard.h). A server counts as good before if it was up, or if the kernel had it with
 *   a weight at the start (health_adopt()). The guard ends when the servers that it keeps are no
 *   longer more than panic_threshold, or when a substitute can serve.
 * - A director that reaches neither its gateway nor its peer (health_reach()) keeps each server that falls
 *   silent. When it reaches one of them again, or a server answers, the checks of those that it keeps are
 *   probed soon, and their servers stay until these probes have ended.
 * - depool_threshold keeps the servers that failed last.
 * - Servers that are kept add nothing to the quorum: its scripts are told the truth.
 *
 * Flap damping (judge/flap.h):
 * - With flap_damping, a server that its checks take down again and again is held down: it is down
 *   until the hold is over, whatever its checks say. What a person says (lvsctl agent, FILE_CHECK) is
 *   no flap.
 * - A hold ends early when the others cannot do without the server: when more servers are held that
 *   would be up than are up, without a quorum, or below depool_threshold. So no hold empties a pool.
 *   Maintenance by a person ends and forgets the holds of a server.
 *
 * The path to a server (path.h):
 * - PROBE_NONE may name a fault of the path: the director itself cannot reach the server. When the
 *   fault has lasted for PATH_BOUND_S, the server is cut off: it stays in the kernel's table with
 *   weight 0 and adds nothing to the quorum. The server is no longer cut off when a probe of the
 *   check has an outcome without a fault of the path.
 * - When the path may be usable again (health_path_returned()), the checks concerned are probed
 *   within PATH_SPREAD_MS.
 *
 * Probes:
 * - One probe of an HTTP check asks for all its URLs in order, and fails at the first that fails
 *   (keepalived asks for one URL each delay_loop).
 * - The first round of probes is spread over warmup (half a second), the second over delay_loop,
 *   and so all later ones (sched_loop_due()). delay_loop counts from the start of a probe,
 *   delay_before_retry from its end. A check has at most one probe in flight, and all checks
 *   together at most HEALTH_IN_FLIGHT_MAX.
 * - Checks of the network are lent to the check process (health_lend()), which decides when they
 *   are probed. It counts the outcomes that change nothing, and tells all others.
 * - A check that no process runs (CONF_RUNNER_DIRECTOR, CONF_RUNNER_MODEL) is never due: its
 *   outcomes come by health_event(), or from what it tracks.
 * - When the connection that a check holds has ended (KEEP_CHECK), or cannot be made anew, the
 *   checks of its server that are not down are due at once; when that check gets a connection again
 *   after it was down, those that are not up. The first HASTEN_AT_ONCE servers of a second are
 *   probed at once, the others within PATH_SPREAD_MS. One check does so HASTEN_BURST times in
 *   HASTEN_SPACING_MS, and the next time at the end of that time. A probe in flight is begun anew,
 *   but only once: the next one has an outcome before another one is begun anew. A failure that the server itself
 *   answers then (refused, HTTP 503) counts as two: the end of the connection stands for the first.
 *   Such a check decides nothing beside checks that probe (conf_check.is_helper).
 *
 * - When the kernel counts connections to a server that nobody answers (`passive`, pace/passive.h), the
 *   checks of the server that are not down, and not failing already, are due at once, at most once in
 *   SUSPECT_PAUSE_MS. They decide as ever: nothing counts as a failure but a probe, and a probe in flight
 *   goes on.
 *
 * A new configuration (health_configure()):
 * - Changes that were not read before are gone, as they name objects of the old one.
 * - Services are recognized by key, real servers by their names in the file, checks by their
 *   meaning (check_key.h). A check keeps its state, counters, timer and probe in flight if only
 *   delay_loop, delay_before_retry, retry or its position among the checks changed. A shorter
 *   delay_loop takes effect at once.
 * - A check with a new meaning begins anew. Its first probe is not later than the next one of the
 *   check that it replaces, so that frequent reloads cannot put it off for ever.
 * - A real server without a verdict after the change stays present or absent, as before.
 */
#ifndef LVSD_HEALTHCHECK_HEALTH_H
#define LVSD_HEALTHCHECK_HEALTH_H

#include "healthcheck/judge/flap.h"
#include "healthcheck/judge/guard.h"
#include "healthcheck/judge/tiers.h"
#include "healthcheck/path.h"
#include "healthcheck/talk/agent.h"

/* Of a check or a real server. UNKNOWN: no verdict yet. */
enum health_state {
	HEALTH_UNKNOWN,
	HEALTH_UP,
	HEALTH_DOWN,
};

/* What a probe reports. */
enum probe_outcome {
	PROBE_OK,
	PROBE_FAIL,
	PROBE_NONE, /* no verdict: the fault is on this machine, or the check process died */
};

/* Room for a reason, in bytes with its NUL; a longer one is cut. */
#define PROBE_REASON_MAX 160

/* The most probes in flight at a time, all checks together. */
#define HEALTH_IN_FLIGHT_MAX 2000

/* The probes of servers whose path has come back are spread over this time. */
#define PATH_SPREAD_MS 1000

/* So many servers are probed at once in a second because a connection to them has ended. */
#define HASTEN_AT_ONCE 64
/* So often in this time, the connection of one check has the checks of its server probed at once. */
#define HASTEN_BURST      4
#define HASTEN_SPACING_MS 1000
/* So often at most, connections without an answer have the checks of one server probed at once. */
#define SUSPECT_PAUSE_MS 5000

/* What one probe found. */
struct probe_result {
	enum probe_outcome outcome;
	uint32_t latency_us;           /* from the start of the probe to its outcome */
	bool has_weight;               /* a script or an agent set the server's weight */
	bool is_warning;               /* with PROBE_OK: the server is up, but something is wrong */
	uint32_t weight;               /* 0 unless has_weight */
	int32_t added;                 /* FILE_CHECK: what is added to the server's weight */
	char reason[PROBE_REASON_MAX]; /* "connected", "HTTP 503, wanted 200-299", ... */
	bool is_answered;     /* with PROBE_FAIL: the server itself answered (refused, HTTP 503) */
	/* With PROBE_NONE: no probe was made; the connection that the check held has ended. */
	bool is_ended;
	/* With PROBE_FAIL: the failure is no silence of the network, though the server itself did not
	 * answer: a script decided it. The check process has no such check, so no frame has this. */
	bool is_decided;
	bool is_mute; /* with PROBE_OK: it says nothing of up or down. The check process does not say so */
	/* With PROBE_OK of a script of misc_protocol json: what it said now. The model adds it to what
	 * was said before, and sets outcome, has_weight and weight. */
	struct agent_words said;
	struct mono started;  /* when the probe began */
	enum path_fault fault; /* with PROBE_NONE: why the server cannot be reached from here */
	unsigned interface;    /* the interface with the fault; 0: none. The director fills it in */
};

/* Longest line of an agent, in bytes with its NUL. */
#define AGENT_LINE_MAX 128

/* Identifies a check as long as the check exists. Never 0, and never used again for another check.
 */
typedef uint64_t check_id;

/*
 * What the director tells the check process of a check that is lent (health_lend()). The check
 * process decides from then on when the check is probed (pace/pace.h).
 */
struct health_word {
	check_id id;
	struct mono due;           /* of the next probe */
	struct mono not_before;    /* the outcome of a probe that began before is of no use */
	uint64_t interval_us;      /* between probes, while their outcome is rest */
	uint64_t hash;             /* decides the place in the interval (sched_loop_due()) */
	/* An outcome like this that also equals the last one changes nothing, so it is only
	 * counted. PROBE_NONE: each outcome is told. */
	enum probe_outcome rest;
	/* The word answers the outcome of this number. Of a check that was just given: the number before
	 * that of its first outcome. */
	uint32_t seq;
};

/* Outcomes of a check that changed nothing: what the check process has counted since it told of the
 * check last. */
struct health_count {
	check_id id;
	uint32_t seq;        /* the number of the last outcome told */
	uint32_t n, last_us; /* n outcomes; the last one had the latency last_us */
	uint64_t sum_us;     /* of all latencies */
	struct mono started; /* of the last probe */
};

/* One outcome that the check process tells at once. */
struct health_told {
	struct health_count before; /* what came before; but seq counts this outcome too */
	struct probe_result result;
};

/* A check of a real server. */
struct health_check {
	check_id id;
	const struct conf_check *conf; /* of the present configuration */
	enum health_state state;
	int64_t since_wall_us; /* when the state began; 0: it has none yet */
	/* Outcomes in a row against the state: failures while up, successes while down. */
	uint32_t streak;
	bool is_in_flight;    /* of a check that is lent: an outcome is being taken */
	bool is_lent;         /* the check process decides when it is probed */
	uint32_t seq;         /* while lent: the number of the last outcome that was told */
	struct mono not_before; /* while lent: the outcome of a probe that began before is ignored */
	/* Its next probe follows the end of a held connection: what the server answers then counts
	 * as one failure more. */
	bool is_hastened;
	bool is_restarted; /* while lent: its probe was begun anew for that, and has no outcome yet */
	/* Of a check that holds a connection: how often it had others hastened since that time. */
	size_t n_hastened;
	struct mono hastened;
	uint64_t n_probes, latency_sum_us; /* probes with an outcome, and the sum of their latencies */
	struct mono due;      /* of the next probe; while a probe is in flight, of that probe */
	struct mono started;  /* start of the probe in flight, else of the last one */
	bool has_weight;      /* the last verdict gave the server a weight (misc_dynamic) */
	uint32_t weight;      /* that weight; 0 without one */
	int32_t added;        /* what the last verdict added to the server's weight (FILE_CHECK) */
	bool is_warned;       /* the last verdict had a warning */
	bool is_mute;         /* the last verdict says nothing of up or down (FILE_CHECK) */
	struct agent_words agent; /* what an agent, or a script of misc_protocol json, has said */
	char *said; /* of an agent: AGENT_SAID_MAX bytes for the line that holds; of others NULL */
	bool is_from_before;    /* an earlier director's verdict, which no probe has confirmed yet */
	struct mono adopted_at; /* while is_from_before: when it was taken over */
	int64_t last_wall_us; /* when the last outcome came; 0: no outcome yet */
	struct probe_result last;
	struct mono faulted;     /* when the present fault of the path began; MONO_NEVER: no fault */
	int64_t faulted_wall_us; /* the same as wall time; 0: no fault */
	bool is_cut_off;         /* the fault has lasted for PATH_BOUND_S */
	unsigned usual_interface; /* over which the server answered last; 0: unknown */
	struct mono usual_at;     /* when usual_interface was looked up */
};

/* A real server. */
struct health_rs {
	const struct conf_real_server *conf;
	enum health_state state;
	bool was_present;              /* does the server count as present while it is unknown? */
	uint32_t weight;               /* its weight while it is present */
	bool is_maintained;            /* in maintenance: a person took it out of service, */
	uint8_t maintained_by;         /* by these: a set of enum health_maintainer */
	bool is_ramping;               /* its weight grows in steps: slow_start */
	struct mono back_since;        /* while is_ramping: when the server came back */
	int64_t back_ns;               /* time from back_since to its last step */
	struct mono step_due;          /* the next step */
	bool is_ramp_listed;           /* used by the model alone */
	int64_t since_wall_us;         /* when the present state began */
	enum health_state before;      /* the verdict before it, */
	int64_t before_wall_us;        /* and when that began; 0: there was none */
	struct health_check *checks;   /* in the order of the configuration */
	size_t n_checks;
	size_t n_deciding;   /* of the checks: those that decide (conf_server_n_deciding()) */
	/* Of n_deciding, as health_rs_count() has counted them: */
	size_t n_up, n_down, n_cut_off; /* of those that do not abstain */
	size_t n_abstaining;            /* of them, n_mute are up */
	size_t n_mute;
	bool is_shown_idle; /* health_adopt_idle() was called, and there is no verdict yet */
	bool is_shown_out;    /* health_adopt(): its service existed and did not send it connections */
	bool is_adopted;      /* it served before this director began, which has no verdict yet */
	bool is_proven;       /* it was up once, or served before this director began */
	bool has_failed;      /* it is down and was good before, at down_at */
	bool is_lost;         /* has_failed, and it has not answered since */
	struct mono down_at;  /* while has_failed */
	uint8_t held;         /* a set of enum health_held: it is down and keeps its weight */
	bool is_flap_counted; /* that its checks took it down counts for flap_damping */
	bool is_flap_excused; /* the panic guard has kept it since: it is no flap when it comes back */
	struct mono suspect_due; /* when health_suspect() may have its checks probed again; 0: at once */
	struct flap *flap;    /* with flap_damping; else NULL */
};

/* What flap damping has done with a server. */
enum health_flap {
	HEALTH_FLAP_NONE,
	HEALTH_FLAP_HELD,      /* a hold begins, or begins anew at its end */
	HEALTH_FLAP_OVER,      /* a hold has ended */
	HEALTH_FLAP_LIFTED,    /* it ends early: the others are too few */
	HEALTH_FLAP_FORGOTTEN, /* it ends early: a person took the server out of service, or back */
};

/* Why a server that is down keeps its weight. */
enum health_held {
	HEALTH_HELD_GUARD = 1, /* panic_threshold, or the director is cut off */
	HEALTH_HELD_DEPOOL = 2,
	HEALTH_HELD_OPEN = 4, /* fail_open */
};

/* What takes a server out of service. Each ends only its own maintenance. */
enum health_maintainer {
	HEALTH_MAINTAINED_BY_ORDER = 1, /* lvsctl drain */
	HEALTH_MAINTAINED_BY_FILE = 2,	/* maintenance_dir */
};

/* A virtual server: several services of the kernel if it has a group. */
struct health_vs {
	const struct conf_virtual_server *conf;
	bool is_quorum_up;
	/* When is_quorum_up became known as it is; 0: it is a guess. A director that replaces another
	 * counts from its own beginning, as for the servers. */
	int64_t quorum_since_wall_us;
	bool is_quorum_known; /* the quorum was reported; before that is_quorum_up is a guess */
	bool is_sorry_maintained; /* the sorry server is also a real server, which is in maintenance
				   */
	uint64_t live_weight; /* of the real servers that are up, or unknown and present */
	size_t n_unknown;     /* real servers without a verdict */
	/* The pool: real servers that are not in maintenance and to which the file gives a weight. The
	 * numbers below are of the pool. */
	size_t n_pool;
	size_t n_live;        /* that can serve by their checks */
	size_t n_live_backup; /* of n_live: with `backup`, and a weight, and not awaited */
	size_t n_cut_off;     /* that could serve by their checks, and are cut off */
	size_t n_awaited;     /* of n_live: served at the start (health_adopt()), without a verdict */
	size_t n_failed;      /* that are down and were good before */
	size_t n_held;        /* that are down and keep their weight */
	size_t n_held_guard;  /* of n_held: kept by the guard */
	size_t n_damped; /* that are held down for flapping, and would be up by their checks */
	size_t n_held_lost;   /* of n_held_guard: lost (guard.h) */
	enum guard_cause guard;
	int64_t guard_since_wall_us; /* when guard became as it is; 0: it was never otherwise */
	struct tier *tiers;          /* servers that can serve, or are kept */
	size_t n_tiers, n_tiers_used;
	struct health_rs *real_servers; /* in the order of the configuration */
	size_t n_real_servers;
};

/* What changed. */
enum health_change_kind {
	HEALTH_CHANGE_REAL_SERVER, /* the state of a real server changed */
	HEALTH_CHANGE_WEIGHT,  /* the weight of a real server changed, which stays in the pool */
	HEALTH_CHANGE_QUORUM,  /* a service gained or lost its quorum */
	HEALTH_CHANGE_CUT_OFF, /* a real server is cut off (health_rs_is_cut_off()), or no longer is */
	HEALTH_CHANGE_TIERS,   /* another number of tiers serves: from weight_from to weight_to */
	/* the panic guard begins (to is down) or ends; or from is to: it goes on for another cause. vs->guard
	 * says why */
	HEALTH_CHANGE_GUARD,
	HEALTH_CHANGE_KEPT,    /* depool_threshold keeps a real server (rs->held), or no longer does */
	HEALTH_CHANGE_FLAP,    /* a server that is down begins a hold, or ends it and stays down */
	HEALTH_CHANGE_WARNING, /* a server that is up got a warning (cause->is_warned), or lost it */
	HEALTH_CHANGE_CHECK,   /* a check went down, or came back, and the server is not down */
	HEALTH_CHANGE_FAILURE, /* a probe failed, and no state changed (log_all_failures) */
};

/*
 * One change, for the log, the scripts and the kernel's table. The pointers lead into the health
 * model and are valid until the next health_configure().
 */
struct health_change {
	enum health_change_kind kind;
	const struct health_vs *vs;
	const struct health_rs *rs;       /* NULL for a quorum, tiers and the guard */
	const struct health_check *cause; /* NULL when no single check caused it */
	enum health_state from, to;       /* a quorum that was not known before: from is unknown */
	uint32_t weight_from, weight_to;  /* HEALTH_CHANGE_WEIGHT; numbers of tiers; else 0 */
	enum health_flap flap;            /* HEALTH_CHANGE_FLAP, or why a hold ended with the state */
};

struct health;

/* A model without a configuration. Never NULL. */
struct health *health_new(void);
void health_free(struct health *health);

/*
 * Tells the model where the director is in the network (judge/reach.h). While reach->is_asking, servers that are lost
 * stay; else what the question has found decides about them.
 */
void health_reach(struct health *health, const struct guard_reach *reach, struct mono now, int64_t wall_us);

/* How many services keep servers because the director is cut off; with is_returning, also those that still do so
 * after its return. */
size_t health_n_kept_cut_off(const struct health *health, bool is_returning);

/* Ids of checks; the caller frees items (base/vec.h). */
struct check_ids {
	check_id *items;
	size_t n, cap;
};

/*
 * Takes a new configuration, which must live until the next health_configure() has returned, or
 * until health_free(). Appends the ids of new checks to ret_added and the ids of checks that no
 * longer exist to ret_dropped; the outcome of a dropped check's probe is ignored. If the new
 * configuration changes the state of a real server, that is not reported as a change; if it changes
 * a quorum, that is reported. The quorum of a service that has servers without a verdict stays as
 * it was until health_adopt_quorum(). Unread changes are lost, and all pointers into the model
 * become invalid.
 */
void health_configure(struct health *health, const struct conf *conf, struct mono now,
		      int64_t wall_us, struct check_ids *ret_added, struct check_ids *ret_dropped);

/*
 * Tells the model what the kernel's table has for one real server, which is named by its indexes in
 * the configuration. No effect on a server with a verdict. vs_exists: the kernel has the service.
 * is_present: the server is in the kernel's service and receives connections; a weight of 0 that
 * lvsd set for another reason (a drain, a lost quorum) still counts as present. From this follows
 * how the server counts while it is unknown: as present if is_present, or if the service did not
 * exist and no check is alpha; else as absent. Without this call a server counts as present unless
 * a check is alpha.
 * Example: vs_exists, not is_present: absent until its first successful probe.
 */
void health_adopt(struct health *health, size_t vs, size_t rs, bool vs_exists, bool is_present);

/*
 * To be called after health_adopt() of a server that is present. weight: the server's weight in the
 * kernel's table. A server with a misc_dynamic check keeps this weight until the first verdict of
 * that check. No effect on other servers, or when the check has a verdict.
 */
void health_adopt_weight(struct health *health, size_t vs, size_t rs, uint32_t weight);

/*
 * To be called at a start, after health_adopt() of a server that is present. weight: the server's
 * weight in the kernel's table. If that weight is a step of slow_start on the way to the server's
 * full weight, the lvsd before did not finish slow_start, which goes on from the beginning of that
 * step. If somebody changed the weight in the file while lvsd did not run, the old weight may equal
 * such a step; then the server reaches the new weight in steps.
 * Example: full weight 100, weight 54, slow_start 10: 100 after 5 more seconds.
 */
void health_adopt_ramp(struct health *health, size_t vs, size_t rs, uint32_t weight,
		       struct mono now);

/*
 * To be called after health_adopt() of all servers of a service. is_sorry_in_use: the kernel's
 * table has the service's sorry server, so the quorum was down; without effect on a quorum that is
 * known. Such a quorum may now be lost because no server is present, which is reported.
 */
void health_adopt_quorum(struct health *health, size_t vs, bool is_sorry_in_use);

/*
 * Begins (is_maintained) or ends the maintenance of a real server, which a person has asked for.
 * The server is identified by its indexes in the configuration. Maintenance goes on after
 * health_configure(). Returns false when nothing changed.
 */
bool health_maintain(struct health *health, size_t vs, size_t rs, bool is_maintained,
		     struct mono now);

/* The same for the maintenance that a file asks for. A server is in maintenance while either asks for
 * it. */
bool health_maintain_by_file(struct health *health, size_t vs, size_t rs, bool is_maintained,
			     struct mono now);

/*
 * Clients seem to get no answer from a real server, which is named by its indexes in the configuration:
 * its checks are probed before their time. Returns whether a check is.
 * Example: an idle server with one TCP_CHECK: true; again a second later: false.
 */
bool health_suspect(struct health *health, size_t vs, size_t rs, struct mono now);

/* Makes the steps of slow_start that are due. Returns whether a weight has changed. */
bool health_ramp(struct health *health, struct mono now);

/* When the next step is due; MONO_NEVER when no server's weight grows. */
struct mono health_ramp_due(const struct health *health);

/* Is the real server held down for flapping, whatever its checks say? */
bool health_rs_is_damped(const struct health_rs *rs);

/* What it means for a person, such as "its hold for flapping is over". */
const char *health_flap_text(enum health_flap flap);

/* Ends the holds whose time is over; read the changes that follow. */
void health_flap_time(struct health *health, struct mono now);

/* When the next hold ends; MONO_NEVER: no server is held. */
struct mono health_flap_due(const struct health *health);

/* All services in the order of the configuration; NULL and 0 before the first health_configure().
 */
const struct health_vs *health_services(const struct health *health, size_t *ret_n);

/* The check with that id; NULL when there is none (any more). O(1). */
const struct health_check *health_check_find(const struct health *health, check_id id);

/*
 * The earliest time at which a probe is due. MONO_NEVER: there is no check, all probes are in
 * flight, or HEALTH_IN_FLIGHT_MAX is reached. Ask again after each call that changes the model.
 */
struct mono health_next_due(const struct health *health);

/*
 * Writes the ids of up to max checks that are due at now, the earliest first, and marks them as in
 * flight. Returns their number.
 */
size_t health_take_due(struct health *health, struct mono now, check_id *ids, size_t max);

/*
 * Takes the outcome of a probe. Read the changes that follow with health_next_change(). An outcome
 * of a check that does not exist or has no probe in flight is ignored.
 */
void health_outcome(struct health *health, check_id id, const struct probe_result *result,
		    struct mono now, int64_t wall_us);

/*
 * Takes what an agent says to this machine (lvsctl agent), for each agent check of the server, as if a
 * probe had brought it. vs and rs are indexes of the configuration. False: the server has no such
 * check.
 */
bool health_agent_say(struct health *health, size_t vs, size_t rs, const char *line,
		      struct mono now, int64_t wall_us);

/* Takes an outcome of a check for which no probe was made (CONF_RUNNER_DIRECTOR): it counts at once,
 * whatever retry says. */
void health_event(struct health *health, check_id id, const struct probe_result *result,
		  struct mono now, int64_t wall_us);

/* Takes the oldest unread change; a server's change comes before that of its service. False: there
 * is no unread change. */
bool health_next_change(struct health *health, struct health_change *ret_change);

/*
 * From now on checks that the check process runs are lent to it, and health_take_due() gives only
 * the others: scripts. A check that is not lent (yet) is not probed.
 */
void health_set_lending(struct health *health);

/* Lends a check to the check process, which was sent the check. A word follows. */
void health_lend(struct health *health, check_id id);

/* Takes a check back: the check process must not probe it any more. Its next probe is due as it was,
 * or within PATH_SPREAD_MS if it may have begun already. */
void health_recall(struct health *health, check_id id, struct mono now);

/* Takes the next word for the check process. Ask until there is none, after each turn. */
bool health_next_word(struct health *health, struct health_word *ret_word);

/*
 * Takes an outcome that the check process told. True: judge the result, then call health_outcome()
 * with it. False: it is of no use, since the check is gone, the probe began too early, or the outcome
 * was told before the check was taken back and lent anew.
 */
bool health_take_told(struct health *health, const struct health_told *told);

/* The same for outcomes that were only counted. True: *ret_result is the last of them. */
bool health_take_count(struct health *health, const struct health_count *count,
		       struct probe_result *ret_result);

/* The check process was replaced: all checks that were lent are taken back. Without
 * health_set_lending(): all probes in flight are lost, and their checks are due now. */
void health_lost_probes(struct health *health, struct mono now);

/* The real server that a check belongs to. */
const struct health_rs *health_check_server(const struct health *health,
					    const struct health_check *check);

/* The server of this check has answered over this interface, which becomes the server's usual
 * interface. */
void health_path_seen(struct health *health, check_id id, unsigned interface, struct mono now);

/* The number of checks whose last outcome has a fault of the path. */
size_t health_n_faulted(const struct health *health);
/* The number of those checks that are cut off. */
size_t health_n_cut_off(const struct health *health);

/* Answers a question about a check. */
typedef bool health_check_fn(const struct health_check *check, void *arg);

/* How many routes one call of health_path_returned() asks for: 10 to 20 ms on a busy machine. */
#define PATH_SLICE 200

/* A pass over the checks after paths may have come back. It has ended when left is 0. */
struct path_pass {
	unsigned faults;    /* what the pass looks for: a set of 1u << enum path_fault */
	unsigned interface; /* the interface that came back; 0: routes have changed */
	size_t next;        /* index of the next check */
	size_t left;        /* checks that are still to be visited; SIZE_MAX: all of them */
};

/*
 * Goes on with a pass until the pass has ended, or until is_passable was called PATH_SLICE times,
 * so that the caller can do other work in between. The pass finds the checks whose path is back:
 * the last outcome of the check has one of pass->faults, and that fault is about pass->interface;
 * or the fault or the pass is about no interface (0), and is_passable returns true. The checks
 * found are due within PATH_SPREAD_MS. They are awaited until their next outcome, except those with
 * PATH_RETURNING; no pass finds an awaited check again.
 *
 * If a found check is lent, its word says that a probe in flight is of no use, as that probe began
 * while there was no path. Returns the number of checks found. To visit all checks once more, set
 * left to SIZE_MAX, also after health_configure(): the pass goes on where it is, so that frequent
 * changes cannot starve the last checks. is_passable must not use the same struct path_pass.
 * Example: eth1 came back, three servers had no carrier on eth1: returns 3 without is_passable.
 */
size_t health_path_returned(struct health *health, struct path_pass *pass, struct mono now,
			    health_check_fn *is_passable, void *arg);

/* Is any check still awaited after its path came back? */
bool health_is_awaiting(const struct health *health);

/*
 * To be called after health_adopt() of a server that is not present, if the kernel's table has the
 * server with weight 0 and the server does not drain. The server stays in the table until its first
 * verdict, so that the connections go on which an lvsd before this one had left alone.
 */
void health_adopt_idle(struct health *health, size_t vs, size_t rs);

/*
 * True when every check has had at least one outcome. PROBE_NONE counts too, so that a caller that
 * waits for the first verdicts does not wait for a probe that cannot be made.
 */
bool health_is_known(const struct health *health);

/*
 * Decides whether the kernel's table should have the real server, and with which weight. The weight
 * is 0 when the server is absent, when inhibit_on_failure keeps it, or when the sorry server
 * serves. vs is the service of rs. Example: a server that is down, with inhibit_on_failure: present
 * with weight 0.
 */
void health_rs_effective(const struct health_vs *vs, const struct health_rs *rs,
			 bool *ret_is_present, uint32_t *ret_weight);

/* The same for the service's sorry server; never present when the service has none. */
void health_sorry_effective(const struct health_vs *vs, bool *ret_is_present, uint32_t *ret_weight);

/* Is the real server cut off: do too few of its checks have a path? */
bool health_rs_is_cut_off(const struct health_rs *rs);

/* Does the check abstain: does it say neither up nor down, beside others that say so? check is one of rs.
 * Example: an agent that has not answered yet, beside a TCP_CHECK that is up: true. */
bool health_check_is_abstaining(const struct health_rs *rs, const struct health_check *check);

/* Does the tier of the real server serve? vs is the service of rs. */
bool health_rs_is_in_use(const struct health_vs *vs, const struct health_rs *rs);

/* The name of a state: "unknown", "up" or "down". */
const char *health_state_name(enum health_state state);

#endif
