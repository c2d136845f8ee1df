/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Destinations that leave the kernel's table: each keeps weight 0, so that it gets no new
 * connection, until those that it has are gone or its time is over. This decides who drains, what
 * the table has to be meanwhile, and when it ends; it reads no counters and no clock, and keeps no
 * settings: those of a draining destination, and of a service that is there for nothing else, are
 * what the kernel has. Pure; the set owns its memory.
 */
#ifndef LVSD_IPVS_DRAIN_H
#define LVSD_IPVS_DRAIN_H

#include "base/mono.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "ipvs/slices.h"
#include "ipvs/state.h"

/* Destinations that drain at a time; further ones leave at once. */
#define IPVS_DRAIN_MAX 16384

/* The kernel says nothing when a connection ends, so while something drains its counters are read
 * each second, but of no more services in one: those that were read longest ago come first. A whole
 * table of 10,000 services that drains costs no more than a small one; each end is then seen within
 * 40 s, and a deadline needs no reading. */
#define IPVS_DRAIN_LOOK_NS   NS_PER_S
#define IPVS_DRAIN_READS_MAX 256

enum ipvs_drain_reason {
	IPVS_DRAIN_REMOVED, /* the file does not have it any more */
	IPVS_DRAIN_FAILED,  /* its check failed, and drain_on_failure is on */
	IPVS_DRAIN_MANUAL,  /* a person keeps it out of service */
};
#define IPVS_DRAIN_REASONS (IPVS_DRAIN_MANUAL + 1)

struct ipvs_drain_entry {
	struct svckey service; /* of the kernel */
	struct endpoint server;
	enum ipvs_drain_reason reason;
	uint32_t weight; /* when it began; 0: it was out of service by then */
	struct mono since, deadline;
	bool is_over;         /* it goes with the next plan; kept until it is gone */
	struct mono looked_at; /* when counting was tried last; 0: not yet */
	bool is_counted;      /* since it has weight 0 */
	uint64_t connections; /* then: active, inactive and persistent */
};

struct ipvs_drain {
	VEC(struct ipvs_drain_entry) entries; /* by service, then server; each once */
	struct mono second; /* when the present one of IPVS_DRAIN_READS_MAX began */
	size_t n_read;      /* services in it */
};

/* What the file says of a service of the kernel. */
struct ipvs_drain_policy {
	struct svckey service;
	uint32_t timeout_s;
	bool is_on_failure;
	const struct conf_virtual_server *vs; /* of the present configuration, or NULL */
	size_t number;                        /* which of its services it is */
};

/* A destination by its names. */
struct ipvs_drain_place {
	struct svckey service; /* of the kernel */
	struct endpoint server;
};

struct ipvs_drain_policies {
	VEC(struct ipvs_drain_policy) items; /* by service, each once */
	uint32_t timeout_s;                  /* of services that are not among them */
	VEC(struct ipvs_drain_place) held;   /* out by hand; by service, then server */
};

/*
 * Takes the policies of conf, which must live as long as they are used. Services of the
 * configuration of before that are not in conf keep theirs; those of the one before that go.
 * Nothing is out by hand then.
 */
void ipvs_drain_policies_take(struct ipvs_drain_policies *policies, const struct conf *conf);

/* Says that a server of the file is out by hand; a sort belongs behind the last one. */
void ipvs_drain_policies_hold(struct ipvs_drain_policies *policies,
			      const struct conf_virtual_server *vs,
			      const struct conf_real_server *rs);
void ipvs_drain_policies_sort(struct ipvs_drain_policies *policies);
bool ipvs_drain_policies_holds(const struct ipvs_drain_policies *policies,
			       const struct svckey *service, const struct endpoint *server);
void ipvs_drain_policies_free(struct ipvs_drain_policies *policies);

/* What a decision is made from; all sorted, none is changed. */
struct ipvs_drain_tables {
	const struct ipvs_state *want, *have;
	const struct ipvs_state *applied; /* what lvsd made last, or NULL when nothing is known */
	const struct svckey *owned;       /* services that are lvsd's */
	size_t n_owned;
};

/*
 * Begins to drain what have has and want has not: destinations of wanted services, and those of
 * owned services that go. Left out is what leaves at once: by UDP, with one-packet scheduling,
 * without a timeout, failed without drain_on_failure, or never lvsd's. That is a destination that
 * was not applied in a service that was: somebody else has put it there, and its removal is a repair
 * (ipvs/drift.h), whatever else changes in the same run. A service that was not applied is
 * taken over as it is: all that it has drains. Returns how many began; *ret_n_refused counts those
 * that IPVS_DRAIN_MAX kept out. O(n log n).
 */
size_t ipvs_drain_begin(struct ipvs_drain *drain, const struct ipvs_drain_policies *policies,
			const struct ipvs_drain_tables *tables, struct mono now,
			size_t *ret_n_refused);

/*
 * Puts what drains into want, with weight 0 and otherwise as have shows it, and its service where
 * want has none; want is sorted before and afterwards. Entries end that want has anyhow (they are
 * back) or have has not (they are gone). Returns how many ended. O(n log n).
 */
size_t ipvs_drain_merge(struct ipvs_drain *drain, const struct ipvs_state *have,
			struct ipvs_state *want);

/* After a plan was applied: entries end that have has no more. Returns how many. O(n log n). */
size_t ipvs_drain_forget(struct ipvs_drain *drain, const struct ipvs_state *have);

/*
 * Which services are to be counted at now: appends the place of each one's first entry to
 * ret_slice, ascending. They count as looked at, also when that fails. O(n log n).
 */
void ipvs_drain_pick(struct ipvs_drain *drain, struct mono now, struct ipvs_slice *ret_slice);

/*
 * Takes what the kernel shows now of the service of entry at, which is the first of that service;
 * without destinations when it is gone. A destination is counted only when it has weight 0 there:
 * before, a connection could come after the count.
 */
void ipvs_drain_count(struct ipvs_drain *drain, size_t at, const struct ipvs_service *service);

/* Active, inactive and persistent ones together. */
uint64_t ipvs_drain_connections(const struct ipvs_dest *dest);

/* Its connections were counted and there are none, or its time is over. */
bool ipvs_drain_is_done(const struct ipvs_drain_entry *entry, struct mono now);

/* Marks the entries that are done as over, and returns how many that were not so before. */
size_t ipvs_drain_reap(struct ipvs_drain *drain, struct mono now);

/*
 * When there is something to count again: at once for an entry without a count, each second else,
 * later when this second's readings are used up; and at each deadline. MONO_NEVER when nothing
 * drains.
 */
struct mono ipvs_drain_wake(const struct ipvs_drain *drain);

/* NULL when it does not drain. O(log n). */
const struct ipvs_drain_entry *ipvs_drain_find(const struct ipvs_drain *drain,
					       const struct svckey *service,
					       const struct endpoint *server);

/*
 * The weight that a server had until the file had it no more; 0 when it does not drain for that
 * reason. A file that has it again finds it as it was: nobody has seen it fail since.
 */
uint32_t ipvs_drain_weight_before(const struct ipvs_drain *drain, const struct svckey *service,
				  const struct endpoint *server);

/* Brings entries that were pushed in any order into the form of a set, IPVS_DRAIN_MAX at most. */
void ipvs_drain_sort(struct ipvs_drain *drain);
void ipvs_drain_free(struct ipvs_drain *drain);

/* "removed", "failed", "manual". */
const char *ipvs_drain_reason_name(enum ipvs_drain_reason reason);

#endif
