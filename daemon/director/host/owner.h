/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the rules of host/owner.h in nftables: reads the table, plans and applies, again when somebody has changed
 * rules of nftables, which is an event. Where the kernel has no nftables, the host's run keeps a chain of iptables. The
 * rules stay when lvsd stops, with the kernel's roles; they go when a configuration has no relay.
 */
#ifndef LVSD_DAEMON_DIRECTOR_HOST_OWNER_H
#define LVSD_DAEMON_DIRECTOR_HOST_OWNER_H

#include "base/loop.h"
#include "host/owner.h"

/* What it costs if the rules are not there, as a part of a sentence. */
#define OWNER_COST                                                                                           \
	"any process of this machine can forge connections by way of the private interface of connection sync"

struct owner_side {
	/* Given at the beginning, and valid until owner_close(). */
	struct loop *loop;
	void (*on_store)(void *arg); /* may_exist has changed: it must be stored now */
	void *arg;
	char table[HOST_FILTER_TABLE_MAX]; /* its name */
	bool may_exist;			   /* the table may be in the kernel */

	struct host_owner owner; /* what is wanted */
	char *fault;		 /* why the rules are not as wanted; NULL: they are */
	bool is_absent;		 /* the kernel has no nftables: host_owner_want_chain() is wanted instead */
	bool is_settled;	 /* they were as wanted once since that changed */
	uint64_t n_repairs;
	struct mono due; /* the next reading; MONO_NEVER: none */
	int64_t backoff_ms;
	int watch; /* host_nft_watch_open(); -1: none */
	struct loop_io *io;
	struct loop_timer *timer;
};

void owner_open(struct owner_side *o);
void owner_close(struct owner_side *o);
/* Brings the rules about, if they changed, which it returns. */
bool owner_want_changed(struct owner_side *o, const struct host_owner *owner);
/* Once a turn: reads and repairs the rules if that is due. */
void owner_settle(struct owner_side *o);
/* Reads and repairs them in owner_settle() of this turn. */
void owner_refresh(struct owner_side *o);

#endif
