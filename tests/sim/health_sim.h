/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The world of tests/sim/sim_health.c: both sides of the checks, the frames between them, and the
 * weather. */
#ifndef LVSD_TESTS_SIM_HEALTH_SIM_H
#define LVSD_TESTS_SIM_HEALTH_SIM_H

#include "base/vec.h"
#include "healthcheck/pace/pace.h"
#include "healthcheck/wire.h"

enum { N_VS = 8, N_RS = 300, N_CHECKS = 1, N = N_VS * N_RS * N_CHECKS };

/* How long a frame is under way. */
#define FRAME_NS (100 * NS_PER_US)

/* What befalls the world. Times in virtual milliseconds; 0: never. */
struct weather {
	int64_t loop_ms;                       /* delay_loop; 0: 10 s */
	int64_t probe_ms_max;                  /* a probe that ends well takes up to this */
	int64_t timeout_ms;                    /* and one that fails takes this */
	int64_t outage_at_ms, outage_until_ms; /* all servers fail */
	int64_t flap_ms;                       /* each server turns over about so often */
	unsigned flap_share;                   /* only one of so many servers, more often; 0: all */
	int64_t reload_ms;                     /* a new configuration so often */
	unsigned changed_percent; /* of the checks, the same ones in each reload, are others then */
	int64_t worker_dies_ms;   /* the prober is lost so often */
	uint32_t fall, rise;       /* 0: 2 and 1 */
	int64_t fast_ms, down_ms;  /* fast_interval and down_interval; 0: none */
	bool is_damped;            /* flap_damping: three times within 10 minutes, 60 s to 300 s */
	bool fail_closed;          /* no panic guard */
	int64_t tide_ms;           /* all servers fail in each second half of such a time */
	unsigned local_percent;   /* of the probes that cannot be made */
	int64_t link_at_ms,
	    link_until_ms; /* the director's own link to half the services is down */
};

/* One check by its place in the configuration, whatever its id. */
struct subject {
	check_id id;   /* now */
	bool is_out;   /* its probe is in flight, the last one of n_probes */
	bool is_well;  /* the server */
	bool is_known; /* the simple model of its state ... */
	enum health_state state;
	uint32_t n_against; /* outcomes in a row against state */
	struct mono last_start; /* ... and of its schedule */
	size_t n_probes;
};

struct ending {
	struct mono at;
	size_t place, n_probe;
};

/* A frame that is under way. A SPEC is the id and the place of a check here. */
struct frame {
	struct mono at;
	enum check_frame type;
	size_t len;
	uint8_t *body;
};

struct frames {
	VEC(struct frame) items;
	size_t n_taken;
};

struct sim {
	const struct weather *weather;
	struct health *health;
	struct pace *pace;
	struct frames to_worker, to_director;
	struct mono counts_due;
	struct conf *conf;
	struct mono now;
	uint64_t random;
	struct subject subjects[N];
	VEC(struct ending) endings; /* a heap by time */
	struct check_ids added, dropped;
	struct path_link link; /* to the services of even places */
	size_t n_plans; /* turns of the director after which the table is another one */
	size_t n_out, n_out_max, n_changes, n_words, n_told, n_counted;
	bool is_told; /* the outcome that the pace takes now */
	int64_t latest_ns, longest_wait_ns;
	unsigned n_reloads;
};

/* A world that begins at 0 ms. weather stays the caller's, who may change it. */
struct sim *health_sim_new(const struct weather *weather, uint64_t seed);
void health_sim_free(struct sim *sim);

/* Runs until ms. Now and then the sums of the weights are checked too. */
void health_sim_run(struct sim *sim, int64_t ms);

/* The check of that place. */
const struct health_check *health_sim_check(const struct sim *sim, size_t i);

/* Is the check another one in each configuration? */
bool health_sim_is_restless(const struct sim *sim, size_t i);

#endif
