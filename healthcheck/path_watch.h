/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says of the ways to the servers (edge, rtnetlink): the interfaces with their
 * carriers, kept true by a monitor, and the route to one server when somebody asks. A question
 * costs one short request, which the kernel answers before send() returns, so it is asked only
 * when a probe has failed, and now and then when one has succeeded. Routes are followed only while
 * somebody waits for one: a machine that learns routes by BGP changes them all the time.
 */
#ifndef LVSD_HEALTHCHECK_PATH_WATCH_H
#define LVSD_HEALTHCHECK_PATH_WATCH_H

#include "base/err.h"
#include "base/loop.h"
#include "healthcheck/path.h"
#include "healthcheck/path_targets.h"

struct path_watch;

/* Who hears of changes. */
struct path_sink {
	/* An interface lost its carrier, is gone, or has it back; link holds during the call. */
	void (*on_link)(const struct path_link *link, enum path_link_event event, void *arg);
	/* A route, or rules or addresses have changed; only when they are followed. Called once for each
	 * route. */
	void (*on_route)(const struct path_change *change, void *arg);
	void *arg;
};

/* 0, or -errno with a sentence. sink must live as long. */
int path_watch_open(struct loop *loop, const struct path_sink *sink, struct path_watch **ret_watch,
		    struct err *err);
void path_watch_close(struct path_watch *watch);

/* From now on changes of routes are told. */
void path_watch_follow_routes(struct path_watch *watch);

/*
 * The way to target for a TCP connection from source (AF_UNSPEC: no bindto). usual: the interface by
 * which target answered last, 0 when that is not known. The carriers are asked for anew, since the
 * kernel may tell of a loss a second late.
 */
void path_watch_look(struct path_watch *watch, const struct endpoint *target,
		     const struct endpoint *source, unsigned usual, struct path_facts *ret_facts);

/* The interface of the route alone; 0 without one. */
unsigned path_watch_interface(struct path_watch *watch, const struct endpoint *target,
			      const struct endpoint *source);

/* A probe that began at started was answered over this interface. */
void path_watch_prove(struct path_watch *watch, unsigned interface, struct mono started);

/* Whether some interface came up less than PATH_RETURN_S ago: answers should be told. */
bool path_watch_is_proving(const struct path_watch *watch);

/* NULL when there is no such interface. */
const struct path_link *path_watch_link(const struct path_watch *watch, unsigned interface);

#endif
