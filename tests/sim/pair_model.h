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

#define PAIR_MEMBERS 4

/* One instance, or a sync group of two and more. Member 0 is always there. */
struct model_vrrp {
	uint8_t priority; /* 0: there is no instance */
	unsigned members; /* a mask: the same numbers are the same networks on both directors */
	int more[PAIR_MEMBERS];    /* what a member adds to the priority; 0 of the first */
	bool is_nopreempt[PAIR_MEMBERS];
	bool is_no_accept[PAIR_MEMBERS]; /* of an owner it has no effect, and is not written */
	bool has_sync;
	bool has_notify; /* of the first member */
	bool has_track;
	/* The member that tracks the script, if there is one; PAIR_MEMBERS: the group does, so all do. */
	unsigned tracking;
	int track_weight; /* of the script; 0: its failure is a fault */
	unsigned track_hold_s;
	unsigned preempt_delay_s; /* of the first member, so of the group */
	unsigned addrs; /* a mask: the addresses of the services of these numbers */
	unsigned advert_ms;
};

#define MODEL_OWNER 255

static inline bool model_is_owner(const struct model_vrrp *vrrp)
{
	return vrrp->priority == MODEL_OWNER;
}

static inline bool model_has_member(const struct model_vrrp *vrrp, unsigned member)
{
	return vrrp->members & 1u << member;
}

/* A master takes no packets to the addresses of this member. */
static inline bool model_is_refusing(const struct model_vrrp *vrrp, unsigned member)
{
	return vrrp->is_no_accept[member] && !model_is_owner(vrrp);
}

/* The addresses of a member. */
unsigned model_member_addrs(const struct model_vrrp *vrrp, unsigned member);
/* Of the file, without what the script adds. */
unsigned model_priority(const struct model_vrrp *vrrp, unsigned member);
bool model_is_tracking(const struct model_vrrp *vrrp, unsigned member);

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
/* The same, with one member of the group more or less. */
const struct model *model_with_members(const struct model *like);
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
