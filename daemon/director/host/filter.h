/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the filter of no_accept (host/filter.h) in the kernel. What is missing is added at once
 * when a configuration comes into force, before the vrrp process hears of it. An address that is
 * accepted from then on goes at once. What is left over goes later, when the vrrp process has
 * removed the addresses, as an instance that the configuration drops may hand over for a while: after
 * the time that this may take, and not before a vrrp process has confirmed it. The filter is read again
 * when somebody has changed rules of nftables, which is an event, and repaired.
 */
#ifndef LVSD_DAEMON_DIRECTOR_HOST_FILTER_H
#define LVSD_DAEMON_DIRECTOR_HOST_FILTER_H

#include "base/loop.h"
#include "host/filter.h"

struct filter_side {
	/* Given at the beginning, and valid until filter_close(). */
	struct loop *loop;
	void (*on_store)(void *arg); /* may_exist has changed: it must be stored now */
	/* Whether the machine may have virtual addresses that conf has no more. */
	bool (*has_left)(void *arg);
	void *arg;
	char table[HOST_FILTER_TABLE_MAX]; /* its name */
	/* A table that this lvsd made as an older version, or with another run dir: it is removed when
	 * the filter is as wanted. "": there is none. */
	char former_table[HOST_FILTER_TABLE_MAX];
	bool may_exist; /* the table may be in the kernel */

	const struct conf *conf; /* in force; NULL: none yet */
	struct host_filter want;
	char *fault;     /* why the filter is not as wanted; NULL: it is */
	bool is_absent;  /* the kernel has no nftables: host_want_filter() is wanted instead */
	bool is_settled; /* the filter was as wanted once since the configuration changed */
	uint64_t n_repairs;
	struct mono due;        /* the next reading; MONO_NEVER: none */
	struct mono keep_until; /* until then nothing is removed */
	bool is_late;           /* that time is over, and addresses are left */
	bool is_stopping;       /* nothing is kept any more */
	int64_t backoff_ms;
	int watch; /* host_nft_watch_open(); -1: none */
	struct loop_io *io;
	struct loop_timer *timer;
};

void filter_open(struct filter_side *f);
void filter_close(struct filter_side *f);
/* A new configuration is in force; conf is valid until the end of the next call. */
void filter_want_changed(struct filter_side *f, const struct conf *conf);
/* Once a turn: reads and repairs the filter if that is due. */
void filter_settle(struct filter_side *f);
/* Reads and repairs the filter in filter_settle() of this turn. */
void filter_refresh(struct filter_side *f);
/* lvsd stops, and the addresses are gone: removes the filter. */
void filter_stop(struct filter_side *f);

#endif
