/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter of instances with no_accept: what nftables must drop, as a value. The table
 * `inet lvsd_vrrp` (host_filter_table()) has one chain at the hook input with a fixed list of rules,
 * and sets that these rules look up. The sets hold the addresses of all such instances whether they are master or not,
 * so a change of state changes nothing here. The wanted and the present filter have the same type.
 * Pure.
 *
 * The chain comes after IPVS at the same hook (99), so a packet that IPVS forwards does not reach
 * it. A packet that IPVS gives to this machine itself does, and is accepted by the address,
 * protocol and port of its virtual server.
 */
#ifndef LVSD_HOST_FILTER_H
#define LVSD_HOST_FILTER_H

#include "base/vec.h"
#include "conf/conf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The table of the lvsd with the usual run dir, and of all older versions. The names of the others
 * begin with it. */
#define HOST_FILTER_TABLE "lvsd_vrrp"
#define HOST_FILTER_TABLE_MAX 64
#define HOST_FILTER_CHAIN "input"

/* The sets of the table, by what their keys consist of. Each family has sets of its own. */
enum host_filter_set {
	HOST_FILTER_ADDRS4, /* address */
	HOST_FILTER_ADDRS6,
	HOST_FILTER_LINK6,     /* link-local address, name of the interface in IFNAMSIZ bytes */
	HOST_FILTER_SERVICES4, /* address, protocol, port in network order; the latter two are
				  padded with zeros to 4 bytes each */
	HOST_FILTER_SERVICES6,
	HOST_FILTER_N_SETS,
};

/* What nf_tables is told of a set. */
struct host_filter_set_info {
	const char *name; /* within the table: "services4" */
	uint32_t type; /* how nft(8) prints the keys (enum datatypes of nftables) */
	uint32_t key_len; /* in bytes */
};

/* By enum host_filter_set. */
extern const struct host_filter_set_info host_filter_sets[HOST_FILTER_N_SETS];

/* The longest key, in bytes: that of LINK6. */
#define HOST_FILTER_KEY_MAX 32

/* An element of a set. */
struct host_filter_element {
	enum host_filter_set set;
	uint8_t key[HOST_FILTER_KEY_MAX]; /* as the kernel has it; the rest is zero */
};

/* The table, wanted or present. Begins as {0}: it does not exist. */
struct host_filter {
	bool exists;
	/*
	 * All of the table but the elements: chain, sets and rules, one a line, in the order of the
	 * kernel (host_filter_note_*). "" while the filter does not exist.
	 */
	VEC(char) layout;
	VEC(struct host_filter_element) elements; /* sorted, each once */
};

/*
 * The name of the table of the lvsd with this run dir, of which the real path is given. NULL: the usual
 * run dir. Several lvsd may run in one network namespace, and each has a table of its own.
 * Example: "/run/lvsd2" gives "lvsd_vrrp_lvsd2_" and eight hexadecimal digits of the whole path.
 */
const char *host_filter_table(const char *run_dir, char name[static HOST_FILTER_TABLE_MAX]);
/* Can it be the name of such a table, of whatever run dir? */
bool host_filter_is_table(const char *name);

/* The rules of the chain, in this order. */
enum host_filter_rule {
	HOST_FILTER_RULE_SERVICES4, /* accept what is for a virtual server */
	HOST_FILTER_RULE_SERVICES6,
	HOST_FILTER_RULE_NEIGHBOURS, /* accept neighbour solicitations and advertisements */
	HOST_FILTER_RULE_ADDRS4,     /* drop what is for an address of no_accept */
	HOST_FILTER_RULE_ADDRS6,
	HOST_FILTER_RULE_LINK6,
	HOST_FILTER_N_RULES,
};

/* The comment of a rule, by which it is known again: "lvsd: ...". */
const char *host_filter_comment(enum host_filter_rule rule, bool is_counting);

/* Append a line to the layout, for the wanted and for the present filter alike. */
void host_filter_note_table(struct host_filter *filter, uint32_t flags);
void host_filter_note_chain(struct host_filter *filter, const char *type, uint32_t hook,
			    int32_t priority, uint32_t policy);
void host_filter_note_set(struct host_filter *filter, const char *name, uint32_t key_len);
void host_filter_note_rule(struct host_filter *filter, const char *comment);

/* The priority of the chain. */
int32_t host_filter_priority(const struct conf_global *global);

/* The number of the hook input, and of the policy accept, in nf_tables. */
#define HOST_FILTER_HOOK   1
#define HOST_FILTER_ACCEPT 1

/*
 * Fills ret_want, which is empty before. It does not exist if no instance has no_accept. An address
 * that another instance of the file accepts is not in it. Example: no_accept and 10.0.0.100, which
 * is also a virtual server of TCP port 80: ADDRS4 has 10.0.0.100, SERVICES4 has 10.0.0.100 tcp 80.
 */
void host_filter_want(const struct conf *conf, struct host_filter *ret_want);

/* Adds the elements of have to want. */
void host_filter_keep(struct host_filter *want, const struct host_filter *have);
/*
 * While addresses that left the file may still be on the machine: adds the elements of have to want,
 * except those at addresses that conf accepts. If there are any, and want does not exist, it exists
 * then, with the layout of have, whose memory it shares.
 */
void host_filter_keep_left(const struct conf *conf, const struct host_filter *have,
			   struct host_filter *want);

/* What is to be done with the table. */
enum host_filter_step {
	HOST_FILTER_NOTHING,
	HOST_FILTER_REMOVE, /* the table */
	HOST_FILTER_MAKE,   /* the table, in the place of one that may exist, in one step */
	HOST_FILTER_CHANGE, /* elements alone, in one step */
};

/* The elements belong to the two filters that the plan was made of. */
struct host_filter_plan {
	enum host_filter_step step;
	VEC(const struct host_filter_element *) added, removed; /* of CHANGE; of MAKE: added */
};

/* Makes the plan that leads from have to want. ret_plan is empty before. */
void host_filter_plan(const struct host_filter *want, const struct host_filter *have,
		      struct host_filter_plan *ret_plan);
void host_filter_plan_free(struct host_filter_plan *plan);

/* Sorts the elements, and leaves one of those that are equal. */
void host_filter_sort(struct host_filter *filter);
void host_filter_clear(struct host_filter *filter);

/* Prints an element. Examples: "10.0.0.100", "fe80::55 on eth0", "10.0.0.100 tcp 80". */
void host_filter_print(const struct host_filter_element *element, FILE *out);

#endif
