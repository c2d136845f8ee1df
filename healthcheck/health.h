/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The health model: the one place that decides whether a real server is up. Probes report
 * outcomes; this machine turns them into states, and states into what the pool needs to know. It
 * also says which check is due when. Pure: the time is an argument, nothing is logged or sent.
 *
 * Rules (keepalived's, with the flaws of its reload mended):
 * - a check that is up goes down after retry + 1 failures in a row; one that is down comes up
 *   with the first success; the first outcome ever decides at once, whatever retry says;
 * - a real server is down when one of its checks is, up when all are, else unknown; without
 *   checks it is up;
 * - unknown counts as present when the pool is new or the kernel already has the server with a
 *   weight, and as absent when it does not (see health_adopt); with `alpha` on one of its checks a
 *   server is absent until its first success, unless the kernel has it;
 * - a server's weight is the configured one plus what its misc_dynamic checks deviate from it; it
 *   is computed anew each time, so nothing adds up;
 * - a service's quorum is up or down by the sum of the weights of the servers that are present
 *   (pool.h). It is reported once when it is first known, then at each change. While it is down
 *   a service with a sorry server keeps its living servers at weight 0 and has the sorry server in
 *   their place, so that their connections live on. The sorry server may be one of the real servers:
 *   it serves then whatever its checks say, unless a person took it out, which leaves the service
 *   without a sorry server;
 * - a server that a person took out of service (health_hold) is absent, whatever its checks say and
 *   also with inhibit_on_failure, and counts nothing for the quorum;
 * - with slow_start a server that was down, or held, gets its weight in steps (pool_ramp), which go
 *   on over a restart (health_adopt_ramp); for the quorum it has all of it at once;
 * - with inhibit_on_failure a server that is absent stays in the table with weight 0;
 * - an outcome of PROBE_NONE (the probe could not be made here) is no verdict: nothing changes but
 *   the time of the next probe;
 * - if such an outcome names a fault of the path (path.h), the director itself cannot reach the
 *   server. When that has lasted for PATH_BOUND_S the server is cut off: it stays in the table, with
 *   weight 0, and counts nothing for the quorum, until a probe of the check has a verdict or another
 *   reason for none. When the path may be back (health_path_returned), the checks concerned are
 *   probed within PATH_SPREAD_MS;
 * - one probe of an HTTP check asks for all its URLs in order and fails at the first that fails
 *   (keepalived asks for one URL each delay_loop);
 * - the first round is spread over warmup (half a second), the second over delay_loop, so that all later
 *   ones are; delay_loop counts from the start of a probe, delay_before_retry from its end; a check
 *   has at most one probe in flight, and all checks together at most HEALTH_IN_FLIGHT_MAX.
 *
 * Over a new configuration (health_configure):
 * - services are the same by key, real servers by what the file calls them, checks by what their probe does: a
 *   check keeps state, counters, timer and probe in flight when only its place among the others,
 *   delay_loop, delay_before_retry or retry changed (a shorter delay_loop holds at once);
 * - a check whose probe changed begins anew, no later than its predecessor would have run, so
 *   that no storm of reloads starves it;
 * - a real server that has no verdict by that stays in the pool or out of it as it was.
 */
#ifndef LVSD_HEALTHCHECK_HEALTH_H
#define LVSD_HEALTHCHECK_HEALTH_H

#include "healthcheck/path.h"

enum health_state {
	HEALTH_UNKNOWN,
	HEALTH_UP,
	HEALTH_DOWN,
};

enum probe_outcome {
	PROBE_OK,
	PROBE_FAIL,
	PROBE_NONE, /* no verdict: the fault is on this machine, or the prober died */
};

/* Longest reason kept, with its NUL. */
#define PROBE_REASON_MAX 160

/* Probes that are out at a time, all checks together. */
#define HEALTH_IN_FLIGHT_MAX 2000

/* The probes of a path that has come back are spread over this time. */
#define PATH_SPREAD_MS 1000

/* What one probe found. */
struct probe_result {
	enum probe_outcome outcome;
	uint32_t latency_us;
	bool has_weight;               /* a misc_dynamic script set the server's weight */
	uint32_t weight;               /* 0 unless has_weight */
	char reason[PROBE_REASON_MAX]; /* "connected", "HTTP 503, wanted 200-299", ... */
	bool is_answered;     /* with PROBE_FAIL: the server itself said so (refused, HTTP 503) */
	enum path_fault fault; /* with PROBE_NONE: why the server cannot be reached from here */
	unsigned interface;    /* which the fault is about; 0: none. The director fills it in */
};

/* Names a check for as long as it exists; never 0, never used again for another. */
typedef uint64_t check_id;

struct health_check {
	check_id id;
	const struct conf_check *conf; /* of the configuration last given */
	enum health_state state;
	uint32_t failures; /* in a row, while up */
	bool is_in_flight;
	struct mono due;      /* next probe; while in flight, when that one was due */
	struct mono started;  /* of the probe in flight, else of the last one */
	bool has_weight;      /* its last verdict gave the server a weight (misc_dynamic) */
	uint32_t weight;      /* which; 0 without one */
	int64_t last_wall_us; /* when the last outcome came; 0: none yet */
	struct probe_result last;
	struct mono faulted;     /* since when each outcome had a fault of the path; MONO_NEVER */
	int64_t faulted_wall_us; /* the same; 0: none */
	bool is_cut_off;         /* that is longer than PATH_BOUND_S */
	unsigned usual_interface; /* by which its server answered last; 0: not known. See health_path_seen */
	struct mono usual_at;     /* when that was looked up */
};

struct health_rs {
	const struct conf_real_server *conf;
	enum health_state state;
	bool was_present;              /* what unknown means for this server, see above */
	uint32_t weight;               /* in force while it is present in the pool */
	bool is_held;                  /* out of service by a person's wish */
	bool is_ramping;               /* its weight grows: slow_start */
	struct mono back_since;        /* while is_ramping */
	int64_t back_ns;               /* how long it had been back at its last step */
	struct mono step_due;          /* of the next one */
	bool is_ramp_listed;           /* for the model only */
	int64_t since_wall_us;         /* of the present state */
	struct health_check *checks;   /* in the order of the configuration */
	size_t n_checks, n_up, n_down; /* n_up and n_down: of the checks */
	size_t n_cut_off;              /* of the checks */
	bool is_shown_idle; /* the kernel showed it with weight 0, and it had no verdict yet */
};

struct health_vs {
	const struct conf_virtual_server *conf;
	bool is_quorum_up;
	bool is_quorum_known; /* it was reported; before, is_quorum_up is a guess */
	bool is_sorry_held;   /* its sorry server is a real server too, and out by a person's wish */
	uint64_t live_weight; /* of the real servers that are up, or unknown and present */
	size_t n_unknown;     /* real servers without a verdict */
	struct health_rs *real_servers; /* in the order of the configuration */
	size_t n_real_servers;
};

enum health_change_kind {
	HEALTH_CHANGE_REAL_SERVER, /* the state of a real server */
	HEALTH_CHANGE_WEIGHT,      /* the weight of a real server that stays in the pool */
	HEALTH_CHANGE_QUORUM,      /* a service gained or lost its quorum */
	HEALTH_CHANGE_CUT_OFF,     /* a real server is cut off, or so no longer: rs->n_cut_off */
	HEALTH_CHANGE_FAILURE,     /* nothing, but cause is to have each failure logged */
};

/*
 * One change, for the log, the scripts and the kernel's table. The pointers lead into the health
 * model and hold until the next health_configure().
 */
struct health_change {
	enum health_change_kind kind;
	const struct health_vs *vs;
	const struct health_rs *rs;       /* NULL for a quorum */
	const struct health_check *cause; /* NULL when no single check caused it */
	enum health_state from, to;       /* a quorum that was not known before: from unknown */
	uint32_t weight_from, weight_to;  /* HEALTH_CHANGE_WEIGHT; else 0 */
};

struct health;

struct health *health_new(void);
void health_free(struct health *health);

/* Ids of checks; the caller frees items (base/vec.h). */
struct check_ids {
	check_id *items;
	size_t n, cap;
};

/*
 * Takes a new configuration, which must live until the next health_configure() has returned, or
 * until health_free(). Appends to ret_dropped the ids that no longer exist (a probe of theirs in
 * flight no longer counts) and to ret_added those that are new. States of real servers that follow
 * from it are not reported as changes, quorums are; changes that were not read before are lost.
 * All pointers into the model and all that was read from it are stale.
 */
void health_configure(struct health *health, const struct conf *conf, struct mono now,
		      int64_t wall_us, struct check_ids *ret_added, struct check_ids *ret_dropped);

/*
 * Says what the kernel shows for one real server, by its places in the configuration; without
 * effect when it has a verdict. vs_exists: its service is there; is_present: the server is in it,
 * with a weight above 0 unless that has another cause than the server. Unknown then means: present when the
 * service did not exist and no check is alpha, or when the server is in it; absent otherwise.
 * Servers never told about count as present, unless a check is alpha.
 */
void health_adopt(struct health *health, size_t vs, size_t rs, bool vs_exists, bool is_present);

/*
 * After health_adopt() of a server that is present: the weight that the kernel shows for it. A
 * server with a misc_dynamic check keeps it until that check's first verdict; without effect on
 * others, and when the check has a verdict.
 */
void health_adopt_weight(struct health *health, size_t vs, size_t rs, uint32_t weight);

/*
 * At a start, after health_adopt() of a server that is present: the weight that the kernel shows for
 * it. If that is a step of slow_start on the way to its own, the predecessor did not finish, and the
 * step begins anew. A weight that the file got while nobody ran may look like one, and is then
 * reached slowly.
 */
void health_adopt_ramp(struct health *health, size_t vs, size_t rs, uint32_t weight,
		       struct mono now);

/*
 * After health_adopt() of all its servers: whether the kernel shows the service's sorry server in
 * use, which says that its quorum was down. Without effect on a quorum that is known.
 */
void health_adopt_quorum(struct health *health, size_t vs, bool is_sorry_in_use);

/*
 * Takes a real server, by its places in the configuration, out of service or back into it. It stays
 * so over health_configure(). Returns false when it was so already.
 */
bool health_hold(struct health *health, size_t vs, size_t rs, bool is_held, struct mono now);

/* Makes the steps of slow_start that are due; true when a weight has changed by it. */
bool health_ramp(struct health *health, struct mono now);

/* When the next step is due; MONO_NEVER when no server's weight grows. */
struct mono health_ramp_due(const struct health *health);

/* In the order of the configuration; NULL and 0 before the first health_configure(). */
const struct health_vs *health_services(const struct health *health, size_t *ret_n);

/* NULL when no such check exists (any more). O(1). */
const struct health_check *health_check_find(const struct health *health, check_id id);

/*
 * The earliest time at which a probe is due; MONO_NEVER when all are in flight or none exists, or
 * when the in-flight cap is reached. To be asked anew after each call that changes the model.
 */
struct mono health_next_due(const struct health *health);

/*
 * Up to max checks that are due at now, earliest first; they count as in flight afterwards.
 * Returns their number.
 */
size_t health_take_due(struct health *health, struct mono now, check_id *ids, size_t max);

/*
 * Takes the outcome of a probe; what changed by it is to be read by health_next_change(). Outcomes
 * of checks that do not exist or have no probe in flight are ignored.
 */
void health_outcome(struct health *health, check_id id, const struct probe_result *result,
		    struct mono now, int64_t wall_us);

/* Takes the oldest change that was not read yet, a server's before its service's; false: none. */
bool health_next_change(struct health *health, struct health_change *ret_change);

/* The prober was replaced: probes in flight have no verdict and are due again now. */
void health_lost_probes(struct health *health, struct mono now);

/* The same of one check, whose probe was ended: it is due again within PATH_SPREAD_MS. */
void health_lost_probe(struct health *health, check_id id, struct mono now);

/* The real server that a check is of. */
const struct health_rs *health_check_server(const struct health *health,
					    const struct health_check *check);

/* The server of this check was seen to answer over an interface. */
void health_path_seen(struct health *health, check_id id, unsigned interface, struct mono now);

/* How many checks have a fault of the path as their last outcome. */
size_t health_n_faulted(const struct health *health);
/* How many of those are cut off. */
size_t health_n_cut_off(const struct health *health);

typedef bool health_check_fn(const struct health_check *check, void *arg);

/* Lookups of a route in one call of health_path_returned(): 10 to 20 ms on a busy machine. */
#define PATH_SLICE 200

/* A look through the checks, since paths may be back; left is 0 when it has ended. */
struct path_look {
	unsigned faults;    /* a set of 1u << enum path_fault */
	unsigned interface; /* the one that came back; 0: routes have changed */
	size_t next;        /* place of the check that is looked at next */
	size_t left;        /* checks still to be looked at; SIZE_MAX: all of them */
};

/*
 * Goes on with a look: until it has ended, or is_passable was asked PATH_SLICE times, so that the
 * caller can do other things meanwhile. Concerned are the checks whose last outcome has one of
 * look->faults about look->interface, and of those with a fault about no interface (of all, if
 * look->interface is 0) the ones that is_passable says yes to. They are due within PATH_SPREAD_MS,
 * and health_is_awaiting() until each has had a verdict, or no path once more; until then they are
 * not concerned again. Appends to ret_in_flight those whose probe is in flight: it began while there
 * was no path, and should be ended. Returns how many are concerned.
 * To look at all of them once more, set left to SIZE_MAX, also after a health_configure(): the look
 * goes on where it is, so that frequent changes cannot starve the last checks. is_passable must not
 * go on with the same look, nor begin it anew.
 */
size_t health_path_returned(struct health *health, struct path_look *look, struct mono now,
			    health_check_fn *is_passable, void *arg,
			    struct check_ids *ret_in_flight);

/* Whether checks of a path that came back have had no outcome since. */
bool health_is_awaiting(const struct health *health);

/*
 * After health_adopt() of a server that is not present: the kernel has it all the same, with
 * weight 0, and nobody drains it. It stays so until its first verdict, so that connections that a
 * predecessor spared live on.
 */
void health_adopt_idle(struct health *health, size_t vs, size_t rs);

/*
 * True when every check has had an outcome at least once, or none exists. PROBE_NONE counts: who
 * waits for first verdicts must not wait for a probe that cannot be made.
 */
bool health_is_settled(const struct health *health);

/*
 * Whether the real server belongs into the kernel's table, and with which weight (0 when it does
 * not, when its failure is inhibited, or when the sorry server serves). vs is the service of rs.
 */
void health_rs_effective(const struct health_vs *vs, const struct health_rs *rs,
			 bool *ret_is_present, uint32_t *ret_weight);

/* The same of the service's sorry server; never present without one. */
void health_sorry_effective(const struct health_vs *vs, bool *ret_is_present, uint32_t *ret_weight);

/* "unknown", "up", "down". */
const char *health_state_name(enum health_state state);

#endif
