/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that keep other users of this machine from the private interface of connection sync. Any process can send
 * there, and so forge connections. A packet that a process sends has the owner of its socket; the kernel's own have
 * none. So on the port of the master role packets with an owner are dropped, and on the port of the backup role those
 * that have another owner than the user who opened the sockets of the sync process (sync/private/sockets.h).
 *
 * With nftables they are the table `inet lvsd_sync` (host_owner_table()), whose one chain is at the hook output; it has
 * the type of the filter of no_accept. Without, they are a chain of iptables. Both stay when lvsd stops, as the
 * kernel's roles do. Pure.
 */
#ifndef LVSD_HOST_OWNER_H
#define LVSD_HOST_OWNER_H

#include "host/filter.h"
#include "host/nft_message.h"
#include "host/state.h"

/* What the rules are about. */
struct host_owner {
	bool is_on;
	char interface[CONF_IFNAME_MAX];
	uint16_t master_port, backup_port; /* of UDP */
	uint32_t uid; /* who may send to the backup role */
};

#define HOST_OWNER_TABLE "lvsd_sync"
#define HOST_OWNER_CHAIN "output"

/* The name of the table of the lvsd with this run dir, as host_filter_table(). */
const char *host_owner_table(const char *run_dir, char name[static HOST_FILTER_TABLE_MAX]);

enum host_owner_rule {
	HOST_OWNER_MASTER,     /* drop what has an owner */
	HOST_OWNER_BACKUP_OWN, /* accept what is lvsd's */
	HOST_OWNER_BACKUP,     /* drop the rest */
	HOST_OWNER_N_RULES,
};

/* The comment of a rule says all that the rule does; it is known again by it. Returns comment. */
#define HOST_OWNER_COMMENT_MAX 96
const char *host_owner_comment(const struct host_owner *owner, enum host_owner_rule rule,
			       char comment[static HOST_OWNER_COMMENT_MAX]);

/* The table that is wanted, for host_filter_plan(). ret_want is empty before. */
void host_owner_want(const struct host_owner *owner, struct host_filter *ret_want);
/* Appends the batch that carries out a plan whose step is MAKE or REMOVE. Returns as host_nft_write_plan(). */
uint32_t host_owner_write(const char *table, enum host_filter_step step, const struct host_owner *owner,
			  struct host_nft_bytes *out);

/* Adds what is wanted of iptables, to be called where the kernel has no nftables; and sorts want. */
void host_owner_want_chain(const struct host_owner *owner, struct host_state *want);

#endif
