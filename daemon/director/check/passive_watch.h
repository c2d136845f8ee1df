/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the kernel's counters of the servers with `passive`, once in PASSIVE_PERIOD_MS, and finds
 * the servers from which clients seem to get no answer. Only services with such a server are
 * read, each by one request. A turn of the loop reads until PASSIVE_BUSY_MS are over, and then reading
 * rests so long that it takes one part in PASSIVE_SHARE of the director's time: a large table is read
 * less often. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_PASSIVE_WATCH_H
#define LVSD_DAEMON_DIRECTOR_CHECK_PASSIVE_WATCH_H

#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "healthcheck/pace/passive.h"

#define PASSIVE_PERIOD_MS 1000
#define PASSIVE_BUSY_MS   5
#define PASSIVE_SHARE     20

struct ipvs_genl;

/* A server in one service of the kernel. */
struct passive_server {
	struct endpoint ep;
	size_t rs; /* its index in the service of the file */
	enum passive_sight sight;
	struct passive seen;
};

/* A service of the kernel. */
struct passive_service {
	struct svckey key;
	size_t vs; /* its index in the file */
	struct passive_server *servers;
	size_t n_servers;
};

struct passive_watch {
	/* Given at the beginning. *genl: NULL while IPVS is not open. */
	struct loop *loop;
	struct ipvs_genl **genl;
	/* Clients seem to get no answer from a server, which is named by its indexes in the file. */
	void (*on_suspect)(size_t vs, size_t rs, void *arg);
	void *arg;

	struct loop_timer *due; /* NULL until a service is watched */
	VEC(struct passive_service) services;
	struct mono next;   /* while a service is watched: when due is due */
	size_t at;          /* the service that is read next; from the number of services on, the first one */
	struct mono begun;  /* when the present round began */
	bool is_complained; /* that the counters cannot be read was said */
};

/* To be called after health_configure(), with the configuration in force. The present round goes on, with what was
 * seen of the servers that are watched as before. */
void passive_watch_configure(struct passive_watch *watch, const struct conf *conf);
void passive_watch_close(struct passive_watch *watch);

#endif
