/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lvsd keeps on a director outside of IPVS, as a value: sysctls of net.ipv4.vs, address sets
 * (ipset), and one chain of rules in each table of iptables and ip6tables that it uses. The wanted
 * and the present state have the same type, so that host_plan() can compare them. Sets and chains,
 * and the comments of rules, carry lvsd's name, so that they can be told from those of others:
 * "lvsd-...", "LVSD-..." and "lvsd:...". A state owns its texts. Pure.
 */
#ifndef LVSD_HOST_STATE_H
#define LVSD_HOST_STATE_H

#include "base/addr.h"
#include "base/vec.h"

#include <stdbool.h>

/* IPSET_MAXNAMELEN, which includes the terminating NUL. */
#define HOST_SET_NAME_MAX 32

/* The beginning of the names of lvsd's sets. The comments of lvsd's rules begin with
 * HOST_RULE_PREFIX. */
#define HOST_SET_PREFIX  "lvsd-"
#define HOST_RULE_PREFIX "lvsd:"

/* What follows the prefix in the names of the sets of marks, and of no_accept. */
#define HOST_SET_MARK   "fwm"
#define HOST_SET_REFUSE "refuse" /* addresses */
#define HOST_SET_SERVE  "serve"  /* addresses, protocols and ports of virtual servers there */

/* The tables in which lvsd has a chain. */
enum host_part {
	HOST_NAT4,
	HOST_MANGLE4,
	HOST_NAT6,
	HOST_MANGLE6,
	HOST_FILTER4, /* of no_accept, where the kernel has no nftables */
	HOST_FILTER6,
	HOST_OUTPUT4, /* of host/owner.h, where the kernel has no nftables */
	HOST_N_PARTS,
};

/* How a table is reached. family: AF_INET or AF_INET6. */
struct host_part_info {
	uint16_t family;
	const char *program; /* "iptables" or "ip6tables" */
	const char *table;
	const char *chain; /* lvsd's own chain */
	const char *hook;  /* the kernel's chain that jumps to lvsd's */
};

/* By enum host_part. */
extern const struct host_part_info host_parts[HOST_N_PARTS];

/* The table of an address family in which sources are translated, or packets are marked. */
enum host_part host_part_nat(uint16_t family);
enum host_part host_part_mangle(uint16_t family);
enum host_part host_part_filter(uint16_t family);

/* A sysctl and its value. */
struct host_sysctl {
	char *name;  /* the path below net.ipv4.vs */
	char *value; /* its words, with one blank between them */
};

/* A set of ipset. */
struct host_set {
	char *name;
	char *type; /* "hash:ip", "hash:net" or "hash:ip,port" */
	enum host_part part;
	VEC(char *) members; /* as ipset prints them: 10.0.0.1, 10.0.0.0/8, fd09::1 */
};

/* A rule of lvsd's chain. */
struct host_rule {
	char *id;   /* the rule's comment: its purpose and a hash of its words */
	char *spec; /* the words after "-A CHAIN", as iptables-restore reads them */
};

/* lvsd's chain in one table. All zero: it does not exist. */
struct host_chain {
	bool exists;
	bool is_jumped; /* there is exactly one jump to the chain, from its hook */
	VEC(struct host_rule) rules;
	VEC(char *) jumps; /* of a present chain: the jumps as iptables-save shows them, without
			      "-A " */
};

/* All of it, wanted or present. Begins as {0}; host_state_clear() frees what it owns. */
struct host_state {
	VEC(struct host_sysctl) sysctls; /* sorted by name */
	VEC(struct host_set) sets;       /* sorted by name; members sorted too */
	struct host_chain chains[HOST_N_PARTS];
};

/* Appends a sysctl, a set and so on. Names and values are copied. The returned address is valid
 * until the next such call. */
void host_state_add_sysctl(struct host_state *state, const char *name, const char *value);
struct host_set *host_state_add_set(struct host_state *state, const char *name, const char *type,
				    enum host_part part);
void host_set_add(struct host_set *set, const char *member);
void host_chain_add(struct host_chain *chain, const char *id, const char *spec);

/* Sorts what was added in any order, and merges double entries, as the members of struct host_state
 * promise. */
void host_state_sort(struct host_state *state);

/* Finds a sysctl, set or chain in a sorted state, in O(log n). NULL: it has none. */
struct host_sysctl *host_state_sysctl(const struct host_state *state, const char *name);
struct host_set *host_state_set(const struct host_state *state, const char *name);
bool host_set_has(const struct host_set *set, const char *member);

/* Whether both chains have the same rules in the same order. Rules are compared by their ids. */
bool host_chain_is_same(const struct host_chain *a, const struct host_chain *b);

/* Free what the value owns, and leave it empty. */
void host_chain_clear(struct host_chain *chain);
void host_sets_clear(struct host_state *state);
void host_sysctls_clear(struct host_state *state);
void host_state_clear(struct host_state *state);

#endif
