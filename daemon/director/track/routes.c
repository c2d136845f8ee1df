/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/routes.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "daemon/director/track/route_seen.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES   (32 * 1024)
#define MONITOR_BUFFER (1024 * 1024)
/* So many datagrams are read in one turn of the loop. */
#define N_READ_MAX   64

struct tracked_route {
	char name[CONF_NAME_MAX];
	struct track_network network;
	/* In the reading that goes on: is it there, and is it usable? */
	bool is_there, is_usable;
};

struct route_reader {
	struct track_routes *routes;
	VEC(struct tracked_route) list; /* by network, each once */
	int monitor, asked; /* sockets: for changes; for questions and their answers */
	struct loop_io *monitor_io, *asked_io;
	struct loop_timer *timer; /* of the next reading */
	bool is_due;              /* something has changed since the reading began */
	bool is_reading, is_disturbed; /* the kernel's tables changed during the reading */
	bool has_failed;               /* the log has said so */
	uint16_t family;               /* of the question that is being answered */
	uint32_t sequence;             /* of that question */
	struct mono began, ended;      /* the last reading */
	_Alignas(struct nlmsghdr) char buffer[BUFFER_BYTES];
};

/* --- when a reading begins --- */

static void schedule(struct route_reader *reader)
{
	if (reader->is_due && !reader->is_reading)
		loop_timer_set(reader->timer,
			       track_routes_due(reader->began, reader->ended, reader->has_failed));
}

static void reading_end(struct route_reader *reader)
{
	reader->is_reading = false;
	reader->ended = clock_mono();
	schedule(reader);
}

/* The states stay as they are. */
static void reading_fail(struct route_reader *reader, int code)
{
	if (!reader->has_failed)
		log_warning("track_route: table main cannot be read: %s; the tracked routes keep their "
			    "states, and lvsd tries again every %d s",
			    err_errno(-code), TRACK_ROUTES_RETRY_MS / 1000);
	reader->has_failed = true;
	reader->is_due = true;
	reading_end(reader);
}

/* --- the question --- */

static bool is_tracked_family(const struct route_reader *reader, uint16_t family)
{
	for (size_t i = 0; i < reader->list.n; i++)
		if (reader->list.items[i].network.addr.family == family)
			return true;
	return false;
}

static void route_ask(struct route_reader *reader, uint16_t family)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
	} question = {.header = {.nlmsg_len = sizeof(question),
				 .nlmsg_type = RTM_GETROUTE,
				 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				 .nlmsg_seq = ++reader->sequence},
		      .route = {.rtm_family = (uint8_t)family, .rtm_table = RT_TABLE_MAIN}};

	reader->family = family;
	if (send(reader->asked, &question, sizeof(question), 0) < 0)
		reading_fail(reader, errno);
}

static void reading_begin(struct route_reader *reader)
{
	reader->is_due = reader->is_disturbed = false;
	reader->is_reading = true;
	reader->began = clock_mono();
	for (size_t i = 0; i < reader->list.n; i++)
		reader->list.items[i].is_there = reader->list.items[i].is_usable = false;
	route_ask(reader, is_tracked_family(reader, AF_INET) ? AF_INET : AF_INET6);
}

static void on_reading_due(void *arg)
{
	struct route_reader *reader = arg;

	if (!reader->is_reading)
		reading_begin(reader);
}

/* --- the answer --- */

static int by_network(const void *left, const void *right)
{
	const struct tracked_route *a = left, *b = right;

	return track_network_cmp(&a->network, &b->network);
}

static struct tracked_route *route_find(struct route_reader *reader,
					const struct track_network *network)
{
	const struct tracked_route key = {.network = *network};

	return bsearch(&key, reader->list.items, reader->list.n, sizeof(key), by_network);
}

static void route_report(const struct route_reader *reader, const struct tracked_route *route)
{
	struct vrrp_source source = {.kind = CONF_TRACKER_ROUTE};

	source.state = route->is_usable ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN;
	snprintf(source.name, sizeof(source.name), "%s", route->name);
	snprintf(source.text, sizeof(source.text), "%s",
		 route->is_usable  ? "table main has this route"
		 : route->is_there ? "its interface has no carrier"
				   : "table main has no such route");
	reader->routes->fn(&source, reader->routes->arg);
}

/* The answer to the present question is whole. */
static void answer_end(struct route_reader *reader)
{
	if (reader->family == AF_INET && is_tracked_family(reader, AF_INET6)) {
		route_ask(reader, AF_INET6);
		return;
	}
	if (reader->has_failed)
		log_notice("track_route: table main can be read again");
	reader->has_failed = false;
	reader->is_due |= reader->is_disturbed;
	if (!reader->is_disturbed)
		for (size_t i = 0; i < reader->list.n; i++)
			route_report(reader, &reader->list.items[i]);
	reading_end(reader);
}

static void error_take(struct route_reader *reader, const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	int code = header->nlmsg_len < NLMSG_LENGTH(sizeof(*error)) ? EPROTO : -error->error;

	/* There is no such table, or the kernel has no such family: so there is no route. */
	if (code == ENOENT || code == EOPNOTSUPP || code == EAFNOSUPPORT || code == 0)
		answer_end(reader);
	else
		reading_fail(reader, code);
}

static void route_answer_take(struct route_reader *reader, const struct nlmsghdr *header)
{
	struct track_route_seen seen;
	struct tracked_route *route;

	if (!reader->is_reading || header->nlmsg_seq != reader->sequence)
		return; /* of an earlier question */
	reader->is_disturbed |= (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	if (header->nlmsg_type == NLMSG_DONE) {
		answer_end(reader);
	} else if (header->nlmsg_type == NLMSG_ERROR) {
		error_take(reader, header);
	} else if (header->nlmsg_type == RTM_NEWROUTE && track_route_read(header, &seen)) {
		route = route_find(reader, &seen.network);
		if (!route)
			return;
		route->is_there = true;
		route->is_usable |= seen.is_usable;
	}
}

/* The message at `at` of the size bytes that were received last; NULL: there is no whole one. */
static const struct nlmsghdr *message_at(const struct route_reader *reader, size_t size, size_t at)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)(reader->buffer + at);

	if (at >= size || size - at < sizeof(*header) || header->nlmsg_len < sizeof(*header) ||
	    header->nlmsg_len > size - at)
		return NULL;
	return header;
}

typedef void route_message_fn(struct route_reader *reader, const struct nlmsghdr *header);

/* Gives take what waits in the socket, within the bound of a turn. Returns why it ended, as an errno:
 * EAGAIN: nothing waits any more. 0: more may wait. */
static int messages_read(struct route_reader *reader, int fd, route_message_fn *take)
{
	const struct nlmsghdr *header;

	for (int i = 0; i < N_READ_MAX; i++) {
		ssize_t size = recv(fd, reader->buffer, sizeof(reader->buffer), 0);

		if (size < 0)
			return errno;
		for (size_t at = 0; (header = message_at(reader, (size_t)size, at));
		     at += NLMSG_ALIGN(header->nlmsg_len))
			take(reader, header);
	}
	return 0;
}

static void on_routes_answer(int fd, unsigned events, void *arg)
{
	struct route_reader *reader = arg;
	int code = messages_read(reader, fd, route_answer_take);

	(void)events;
	if (code && code != EAGAIN && code != EINTR && reader->is_reading)
		reading_fail(reader, code);
}

/* --- changes --- */

static void route_change_take(struct route_reader *reader, const struct nlmsghdr *header)
{
	struct track_network network;
	bool is_route = header->nlmsg_type == RTM_NEWROUTE || header->nlmsg_type == RTM_DELROUTE;

	/* Else it is about an interface, an address or a next hop. */
	reader->is_due |= !is_route || (track_route_dst(header, &network) && route_find(reader, &network));
}

static void on_routes_change(int fd, unsigned events, void *arg)
{
	struct route_reader *reader = arg;

	(void)events;
	/* Lost messages are reported once (ENOBUFS); the socket stays readable while more wait. */
	if (messages_read(reader, fd, route_change_take) == ENOBUFS)
		reader->is_due = true;
	schedule(reader);
}

/* --- opening --- */

/* A socket of rtnetlink that gets the messages of groups; -errno. */
static int socket_open(unsigned groups)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	int code;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	code = -errno;
	close(fd);
	return code;
}

static void reader_free(struct route_reader *reader)
{
	if (!reader)
		return;
	loop_io_free(reader->monitor_io);
	loop_io_free(reader->asked_io);
	loop_timer_free(reader->timer);
	if (reader->monitor >= 0)
		close(reader->monitor);
	if (reader->asked >= 0)
		close(reader->asked);
	vec_free(&reader->list);
	free(reader);
}

/* NULL, after a line in the log: the sockets cannot be made. */
static struct route_reader *reader_new(struct track_routes *routes)
{
	struct route_reader *reader = mem_calloc(1, sizeof(*reader));
	const int on = 1, size = MONITOR_BUFFER, hops = RTNLGRP_NEXTHOP;

	reader->routes = routes;
	reader->monitor = socket_open(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
				      RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE);
	reader->asked = socket_open(0);
	if (reader->monitor < 0 || reader->asked < 0) {
		int code = reader->monitor < 0 ? reader->monitor : reader->asked;

		log_error("track_route: routes cannot be watched: %s; they keep their states. Reload lvsd "
			  "when the cause is gone",
			  err_errno(code));
		reader_free(reader);
		return NULL;
	}
	/* Without the first, more changes are read anew; without the second the kernel has no next hops
	 * that several routes share; without the third it lists all tables. */
	setsockopt(reader->monitor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(reader->monitor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &hops, sizeof(hops));
	setsockopt(reader->asked, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	reader->monitor_io = loop_io_new(routes->loop, reader->monitor, LOOP_READ, on_routes_change, reader);
	reader->asked_io = loop_io_new(routes->loop, reader->asked, LOOP_READ, on_routes_answer, reader);
	reader->timer = loop_timer_new(routes->loop, on_reading_due, reader);
	return reader;
}

static void tracks_take(struct route_reader *reader, const struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->n_tracks; i++) {
		const struct conf_track *track = &vrrp->tracks[i];
		struct tracked_route *route;

		if (track->kind != CONF_TRACKER_ROUTE)
			continue;
		route = vec_push(&reader->list);
		route->network = track_network_of(track->name);
		snprintf(route->name, sizeof(route->name), "%s", track->name);
	}
}

/* Several instances may track one network. */
static void list_settle(struct route_reader *reader)
{
	struct tracked_route *items = reader->list.items;
	size_t n = 0;

	qsort(items, reader->list.n, sizeof(*items), by_network);
	for (size_t i = 0; i < reader->list.n; i++)
		if (!n || by_network(&items[n - 1], &items[i]))
			items[n++] = items[i];
	reader->list.n = n;
}

static bool is_any_tracked(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t k = 0; k < conf->vrrps[i].n_tracks; k++)
			if (conf->vrrps[i].tracks[k].kind == CONF_TRACKER_ROUTE)
				return true;
	return false;
}

void track_routes_configure(struct track_routes *routes, const struct conf *conf)
{
	reader_free(routes->reader);
	routes->reader = is_any_tracked(conf) ? reader_new(routes) : NULL;
	if (!routes->reader)
		return;
	for (size_t i = 0; i < conf->n_vrrps; i++)
		tracks_take(routes->reader, &conf->vrrps[i]);
	list_settle(routes->reader);
	reading_begin(routes->reader);
}

void track_routes_open(struct track_routes *routes, struct loop *loop, track_routes_fn *fn, void *arg)
{
	*routes = (struct track_routes){.loop = loop, .fn = fn, .arg = arg};
}

void track_routes_close(struct track_routes *routes)
{
	reader_free(routes->reader);
	routes->reader = NULL;
}
