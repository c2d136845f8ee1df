/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configurations of the simulation: as a value, from which the claims follow, and as a text. */
#ifndef LVSD_TESTS_SIM_PAIR_MODEL_H
#define LVSD_TESTS_SIM_PAIR_MODEL_H

#include "base/svckey.h"

#include <stdbool.h>
#include <stdint.h>

#define PAIR_VS_MAX 3
/* Services that a configuration may have, by number. */
#define PAIR_NUMBERS (PAIR_VS_MAX + 1)
#define PAIR_RS_MAX 4
/* The number of a service of UDP. */
#define MODEL_UDP (PAIR_NUMBERS - 1)
/* The last byte of the sorry server's address. */
#define MODEL_SORRY 99

enum model_check {
	MODEL_TCP,
	MODEL_HTTP,
	MODEL_MISC,
	MODEL_CHECKS,
};

/* Why lvsd refuses the file. */
enum model_flaw {
	MODEL_GOOD,
	MODEL_UNKNOWN_WORD,
	MODEL_OPEN_BRACE,
	MODEL_BAD_NUMBER,
	MODEL_EMPTY, /* it would end all */
	MODEL_FLAWS,
};

struct model_rs {
	unsigned server; /* of the network */
	uint32_t weight;
	bool is_inhibiting;
};

struct model_vs {
	unsigned number; /* names its address */
	enum model_check check;
	unsigned delay_loop_s, retry, delay_before_retry_s, timeout_s;
	unsigned quorum, drain_timeout_s, slow_start_s;
	bool has_sorry, is_alpha, is_drained_on_failure;
	struct model_rs rs[PAIR_RS_MAX];
	unsigned n_rs;
};

struct model_vrrp {
	uint8_t priority; /* 0: there is no instance */
	bool is_preempting, has_sync;
	bool has_notify;
	bool has_track;
	int track_weight; /* of the script; 0: its failure is a fault */
	unsigned preempt_delay_s;
	unsigned addrs; /* a mask: the addresses of the services of these numbers */
};

struct model {
	unsigned id; /* its router_id is "m" and this */
	enum model_flaw flaw;
	unsigned reconcile_s;
	bool is_exclusive;
	struct model_vs vs[PAIR_VS_MAX];
	unsigned n_vs;
	struct model_vrrp vrrp;
	char *text;
};

/* Another one; like: that differs from it in a little, mostly. They live until models_clear(). */
const struct model *model_new(const struct model *like, bool may_be_bad);
/* NULL: there is none with this id. */
const struct model *model_find(unsigned id);
void models_clear(void);

/* NULL: model has no service with this key. */
const struct model_vs *model_find_vs(const struct model *model, const struct svckey *key);
const struct model_rs *model_find_rs(const struct model_vs *vs, unsigned server);
/* Whether a check that runs with was goes on as it is with is. */
bool model_is_same_check(const struct model_vs *was, const struct model_vs *is);

struct svckey model_key(unsigned number);
struct endpoint model_endpoint(unsigned server);
struct endpoint model_sorry(void);
/* A service of somebody else, which no configuration has. */
struct svckey model_foreign(void);

#endif
