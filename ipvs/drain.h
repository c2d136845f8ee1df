/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Draining: a destination that leaves the kernel's table stays there with weight 0, so that it gets
 * no new connection, until its last connection ends or its deadline has passed. This file decides
 * which destinations drain, what the table must be until then, and when a drain ends. It stores no
 * settings: a draining destination, and a service that stays only for it, keep the settings that
 * the kernel has. Pure; the set owns its memory.
 */
#ifndef LVSD_IPVS_DRAIN_H
#define LVSD_IPVS_DRAIN_H

#include "base/mono.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "ipvs/slices.h"
#include "ipvs/state.h"

/* The most destinations that drain at the same time. Further ones are deleted at once. */
#define IPVS_DRAIN_MAX 16384

/* The kernel does not report the end of a connection. So while destinations drain, their counters
 * are read each second. At most IPVS_DRAIN_READS_MAX services are read in a second, beginning with
 * those that were read longest ago. So 10,000 draining services cost no more than 256; the end of a
 * drain is then seen within 40 s. The end of a drain by its deadline needs no reading. */
#define IPVS_DRAIN_READ_NS   NS_PER_S
#define IPVS_DRAIN_READS_MAX 256

/* Why a server drains. */
enum ipvs_drain_reason {
	IPVS_DRAIN_REMOVED, /* the file does not have the server any more */
	IPVS_DRAIN_FAILED,  /* a check of the server failed, and drain_on_failure is on */
	IPVS_DRAIN_MANUAL,  /* a person took the server out of service */
};
#define IPVS_DRAIN_REASONS (IPVS_DRAIN_MANUAL + 1)

/* A destination that drains: it has weight 0 until its last connection ends, or until deadline.
 */
struct ipvs_drain_entry {
	struct svckey service; /* of the kernel */
	struct endpoint server;
	enum ipvs_drain_reason reason;
	uint32_t weight; /* before the drain; 0: the server got no new connections before either */
	struct mono since, deadline;
	bool is_over;          /* the next plan deletes it; the entry stays until that is done */
	struct mono read_at;   /* the last reading of its connections, or attempt; {0}: none */
	bool is_counted;       /* connections was counted while the weight was 0 */
	uint64_t connections;  /* active, inactive and persistent ones together */
};

/* All destinations that drain. Begins as {0}. */
struct ipvs_drain {
	VEC(struct ipvs_drain_entry) entries; /* sorted by service, then server; each once */
	struct mono second; /* when the second began in which n_read services were read */
	size_t n_read;      /* at most IPVS_DRAIN_READS_MAX */
};

/* What the file says about draining in one service of the kernel. */
struct ipvs_drain_policy {
	struct svckey service;
	uint32_t timeout_s;                   /* drain_timeout; 0: connections are not waited for */
	bool is_on_failure;                   /* drain_on_failure */
	const struct conf_virtual_server *vs; /* NULL: not in the present configuration */
	size_t number; /* index among the services that vs makes (several for a group) */
};

/* Names a destination in the kernel's table. */
struct ipvs_drain_place {
	struct svckey service; /* a service of the kernel, never a group */
	struct endpoint server;
};

/* What the file says about draining, for all services. Begins as {0}. */
struct ipvs_drain_policies {
	VEC(struct ipvs_drain_policy) items; /* sorted by service, each once */
	uint32_t timeout_s;                  /* for services that are not among items */
	/* Servers that a person took out of service; sorted by service, then server. */
	VEC(struct ipvs_drain_place) maintained;
};

/*
 * Takes the policies of conf, which must live as long as policies is used. Services that only the
 * configuration before has keep their policies, since their destinations drain now; policies of
 * still older configurations are dropped. The list of servers in maintenance is empty afterwards.
 * Example: conf lacks tcp:10.9.0.100:80 with drain_timeout 60: its connections still have 60 s.
 */
void ipvs_drain_policies_take(struct ipvs_drain_policies *policies, const struct conf *conf);

/* Notes that the server is in maintenance. Call ipvs_drain_policies_sort() after the last server.
 */
void ipvs_drain_policies_maintain(struct ipvs_drain_policies *policies,
				  const struct conf_virtual_server *vs,
				  const struct conf_real_server *rs);
void ipvs_drain_policies_sort(struct ipvs_drain_policies *policies);

/* Is the server in maintenance? O(log n). */
bool ipvs_drain_policies_has(const struct ipvs_drain_policies *policies,
			     const struct svckey *service, const struct endpoint *server);
void ipvs_drain_policies_free(struct ipvs_drain_policies *policies);

/* The tables that a decision is made from. All are sorted; none is changed. */
struct ipvs_drain_tables {
	const struct ipvs_state *want, *have;
	const struct ipvs_state *applied; /* what lvsd applied last; NULL: nothing is known */
	const struct svckey *owned;       /* services that lvsd made or adopted */
	size_t n_owned;
};

/*
 * Begins to drain destinations that are in have and not in want: in services that stay, and in
 * owned services that are deleted. These are deleted at once instead: destinations of a UDP service
 * or one with one-packet scheduling, with drain_timeout 0, that failed without drain_on_failure,
 * and foreign ones. A destination counts as foreign when lvsd applied its service but never applied
 * the destination: somebody added it by hand. Its removal is a repair (ipvs/drift.h), whatever else
 * changes in the same run. In a service that lvsd has not applied yet (one that it adopts) nothing
 * is foreign. Returns the number of drains that began; *ret_n_refused is the number of destinations
 * for which IPVS_DRAIN_MAX left no room. O(n log n).
 * Example: the file drops one of three TCP servers: 1, and the server's weight is 0 until its last
 * connection has ended.
 */
size_t ipvs_drain_begin(struct ipvs_drain *drain, const struct ipvs_drain_policies *policies,
			const struct ipvs_drain_tables *tables, struct mono now,
			size_t *ret_n_refused);

/*
 * Adds the draining destinations to want, with weight 0 and otherwise as in have, and their
 * services where want lacks them. want is sorted before and afterwards. A drain ends when want has
 * the destination already (the server is back) or have lacks it (somebody deleted it). Returns how
 * many drains ended. O(n log n).
 */
size_t ipvs_drain_merge(struct ipvs_drain *drain, const struct ipvs_state *have,
			struct ipvs_state *want);

/* To be called after a plan was applied: ends the drains of destinations that the kernel's table
 * (have) no longer contains. Returns how many drains ended. O(n log n). */
size_t ipvs_drain_forget(struct ipvs_drain *drain, const struct ipvs_state *have);

/*
 * Chooses the services to read at now: appends the index of the first entry of each to ret_slice,
 * ascending. read_at of their entries becomes now, whether or not the reading succeeds.
 * O(n log n).
 */
void ipvs_drain_pick(struct ipvs_drain *drain, struct mono now, struct ipvs_slice *ret_slice);

/*
 * Takes the connections of one service as the kernel shows them at read_at of its entries. at: index of
 * the first entry of that service; service has no destinations if the kernel does not have it any
 * more. A destination counts only when its weight is 0 in service: with another weight a connection
 * could begin after the count. So its drain begins anew, as in ipvs_drain_begin_anew(). Returns how many do.
 */
size_t ipvs_drain_count(struct ipvs_drain *drain, size_t at, const struct ipvs_service *service);

/*
 * Of drains that a dead predecessor had begun: those whose destination still has a weight in have, the
 * kernel's table, begin now and have their whole time, as the destination got connections until now. The
 * same holds after a refusal of the kernel, and after somebody else has given the weight back. Returns how
 * many begin anew.
 * Example: lvsd wrote drain.json, with 16 s for 10.1.0.1, and died before the kernel had weight 0. It is
 * started again a minute later: 10.1.0.1 has 16 s from then on.
 */
size_t ipvs_drain_begin_anew(struct ipvs_drain *drain, const struct ipvs_state *have, struct mono now);

/* The connections of a destination: active, inactive and persistent ones together. */
uint64_t ipvs_drain_connections(const struct ipvs_dest *dest);

/* Can the destination be deleted? Yes if its connections were counted and there are none, or if its
 * deadline has passed. Example: is_counted, connections 1, deadline in 10 s: false. */
bool ipvs_drain_is_done(const struct ipvs_drain_entry *entry, struct mono now);

/* Marks the entries that are done as over. Returns how many were marked now. */
size_t ipvs_drain_reap(struct ipvs_drain *drain, struct mono now);

/*
 * When to count again or to end a drain: at once for an entry without a count; each second for
 * others, later if IPVS_DRAIN_READS_MAX is used up in this second; and at each deadline. MONO_NEVER
 * when nothing drains.
 */
struct mono ipvs_drain_wake(const struct ipvs_drain *drain);

/* The entry of a destination; NULL when it does not drain. O(log n). */
const struct ipvs_drain_entry *ipvs_drain_find(const struct ipvs_drain *drain,
					       const struct svckey *service,
					       const struct endpoint *server);

/*
 * The weight that a server had before the file dropped it; 0 when it does not drain for that
 * reason. If the file has the server again, it gets this weight back at once: no check has failed
 * since.
 */
uint32_t ipvs_drain_weight_before(const struct ipvs_drain *drain, const struct svckey *service,
				  const struct endpoint *server);

/* Sorts entries that were pushed in any order. Drops doubles, and the entries beyond
 * IPVS_DRAIN_MAX. */
void ipvs_drain_sort(struct ipvs_drain *drain);
void ipvs_drain_free(struct ipvs_drain *drain);

/* The name of a reason: "removed", "failed" or "manual". */
const char *ipvs_drain_reason_name(enum ipvs_drain_reason reason);

#endif
