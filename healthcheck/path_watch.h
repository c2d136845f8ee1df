/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the paths to the servers from the kernel (edge, rtnetlink): the interfaces with their
 * carriers, which a monitor keeps up to date, and the route to one server on request. A request is
 * short, and the kernel answers it before send() returns. It is made when a probe has failed, and
 * now and then when a probe has succeeded. Changes of routes are followed only while the caller
 * needs them: on a machine that learns routes by BGP they never end.
 */
#ifndef LVSD_HEALTHCHECK_PATH_WATCH_H
#define LVSD_HEALTHCHECK_PATH_WATCH_H

#include "base/err.h"
#include "base/loop.h"
#include "healthcheck/path.h"
#include "healthcheck/path_targets.h"

struct path_watch;

/* The callbacks for changes. */
struct path_sink {
	/* An interface lost its carrier, got it back, or is gone. link is valid during the call. */
	void (*on_link)(const struct path_link *link, enum path_link_event event, void *arg);
	/* Routes, rules or addresses have changed, while they are followed. Called once for each
	 * route. */
	void (*on_route)(const struct path_change *change, void *arg);
	void *arg;
};

/* Opens the watch. sink must live as long as the watch. 0, or -errno with err. */
int path_watch_open(struct loop *loop, const struct path_sink *sink, struct path_watch **ret_watch,
		    struct err *err);
void path_watch_close(struct path_watch *watch);

/* From now on on_route is called for changes of routes. */
void path_watch_follow_routes(struct path_watch *watch);

/*
 * Asks the kernel for the path that a TCP connection on this way would take. usual: the usual
 * interface of its target; 0: unknown. The carriers are asked for too, since the
 * kernel may report the loss of a carrier a second late.
 */
void path_watch_read(struct path_watch *watch, const struct path_way *way, unsigned usual,
		     struct path_facts *ret_facts);

/* The interface of the route on this way; 0 without a route. */
unsigned path_watch_interface(struct path_watch *watch, const struct path_way *way);

/* A probe that began at started got an answer over this interface. */
void path_watch_prove(struct path_watch *watch, unsigned interface, struct mono started);

/* Did some interface come up less than PATH_RETURN_S ago? Then call path_watch_prove() for answers.
 */
bool path_watch_is_proving(const struct path_watch *watch);

/* The interface as it is now; NULL when it does not exist. */
const struct path_link *path_watch_link(const struct path_watch *watch, unsigned interface);

#endif
