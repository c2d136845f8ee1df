/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lvsd keeps on a director outside of IPVS, as a value: sysctls of net.ipv4.vs, sets of
 * addresses (ipset), and one chain of rules in each table of iptables and ip6tables that it uses.
 * Wanted and present are the same type, so that host_plan() can compare them. Everything carries
 * lvsd's name, so that it can be told from what belongs to others: sets "lvsd-...", chains
 * "LVSD-...", rules a comment "lvsd:...". Pure; a state owns its texts.
 */
#ifndef LVSD_HOST_STATE_H
#define LVSD_HOST_STATE_H

#include "base/addr.h"
#include "base/vec.h"

#include <stdbool.h>

/* IPSET_MAXNAMELEN, with the terminating NUL. */
#define HOST_SET_NAME_MAX 32

/* What names of lvsd's sets begin with, and the comments of its rules. */
#define HOST_SET_PREFIX  "lvsd-"
#define HOST_RULE_PREFIX "lvsd:"

/* The tables in which lvsd has a chain. */
enum host_part {
	HOST_NAT4,
	HOST_MANGLE4,
	HOST_NAT6,
	HOST_MANGLE6,
	HOST_N_PARTS,
};

struct host_part_info {
	uint16_t family;
	const char *program; /* "iptables", "ip6tables" */
	const char *table;
	const char *chain; /* lvsd's own */
	const char *hook;  /* the chain of the kernel that jumps to it */
};

extern const struct host_part_info host_parts[HOST_N_PARTS];

/* The table for translated sources, or for marks, of a family. */
enum host_part host_part_nat(uint16_t family);
enum host_part host_part_mangle(uint16_t family);

struct host_sysctl {
	char *name;  /* below net.ipv4.vs */
	char *value; /* words with one blank between them */
};

struct host_set {
	char *name;
	char *type; /* "hash:ip", "hash:net" */
	enum host_part part;
	VEC(char *) members; /* as ipset prints them: 10.0.0.1, 10.0.0.0/8, fd09::1 */
};

struct host_rule {
	char *id;   /* the comment: what it is for, and a hash of its words */
	char *spec; /* the words behind "-A CHAIN", as iptables-restore reads them */
};

struct host_chain {
	bool exists;
	bool is_jumped; /* exactly one jump, from the hook alone */
	VEC(struct host_rule) rules;
	VEC(char *) jumps; /* as iptables-save shows them, without "-A "; present side only */
};

struct host_state {
	VEC(struct host_sysctl) sysctls; /* sorted by name */
	VEC(struct host_set) sets;       /* sorted by name; members sorted too */
	struct host_chain chains[HOST_N_PARTS];
};

/* Appends; names and values are copied. The address holds until the next call. */
void host_state_add_sysctl(struct host_state *state, const char *name, const char *value);
struct host_set *host_state_add_set(struct host_state *state, const char *name, const char *type,
				    enum host_part part);
void host_set_add(struct host_set *set, const char *member);
void host_chain_add(struct host_chain *chain, const char *id, const char *spec);

/* Brings what was added in any order into the order that is promised, each thing once. */
void host_state_sort(struct host_state *state);

/* In a sorted state; NULL when absent. O(log n). */
struct host_sysctl *host_state_sysctl(const struct host_state *state, const char *name);
struct host_set *host_state_set(const struct host_state *state, const char *name);
bool host_set_has(const struct host_set *set, const char *member);

/* The same rules in the same order, by their ids. */
bool host_chain_is_same(const struct host_chain *a, const struct host_chain *b);

/* Free what the value holds and leave it empty. */
void host_chain_clear(struct host_chain *chain);
void host_sets_clear(struct host_state *state);
void host_sysctls_clear(struct host_state *state);
void host_state_clear(struct host_state *state);

#endif
