/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/gateways.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFFER_BYTES (32 * 1024)
/* So many datagrams are read in one turn of the loop. */
#define N_READ_MAX 64

struct gateways {
	struct loop *loop;
	loop_fn *fn;
	void *arg;
	int fd; /* -1: none */
	struct loop_io *io;
	bool is_reading;   /* the routes are not all known yet */
	uint16_t family;   /* of the routes that are being read */
	uint32_t sequence; /* of the question about them */
	bool has_failed;   /* the log has said so */
	struct gateways_seen seen;
	_Alignas(struct nlmsghdr) char buffer[BUFFER_BYTES];
};

static void socket_close(struct gateways *g)
{
	loop_io_free(g->io);
	if (g->fd >= 0)
		close(g->fd);
	g->io = NULL;
	g->fd = -1;
	g->is_reading = false;
}

static void question_fail(struct gateways *g, int code)
{
	if (!g->has_failed)
		log_warning("checks: the kernel cannot be asked whether the default gateways answer: %s; so "
			    "lvsd does not find out whether this director is cut off",
			    err_errno(-code));
	g->has_failed = true;
	g->seen.n = 0;
	socket_close(g);
}

/* --- the routes --- */

static int routes_ask(struct gateways *g, uint16_t family)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
	} question = {.header = {.nlmsg_len = sizeof(question),
				 .nlmsg_type = RTM_GETROUTE,
				 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				 .nlmsg_seq = ++g->sequence},
		      .route = {.rtm_family = (uint8_t)family, .rtm_table = RT_TABLE_MAIN}};

	g->family = family;
	return send(g->fd, &question, sizeof(question), 0) < 0 ? -errno : 0;
}

/* --- the neighbours --- */

static void message_send(struct gateways *g, const struct gateway_question *question)
{
	if (g->fd >= 0 && send(g->fd, question, question->header.nlmsg_len, 0) < 0)
		question_fail(g, -errno);
}

/* The kernel answers with the entry, or that there is none. */
static void neighbours_query(struct gateways *g)
{
	struct gateway_question question;

	for (size_t i = 0; i < g->seen.n; i++) {
		gateway_query_fill(&g->seen.items[i], ++g->sequence, &question);
		message_send(g, &question);
	}
}

/* Of an entry that the kernel has: what is valid is probed, else the kernel looks for the neighbour. */
static void neighbour_probe(struct gateways *g, const struct gateway *gateway, uint16_t nud)
{
	struct gateway_question question;

	gateway_question_fill(gateway, nud & (NUD_REACHABLE | NUD_STALE | NUD_DELAY), 0, &question);
	message_send(g, &question);
}

/* Is it an answer to neighbours_query(), for which nothing was asked yet? */
static struct gateway *queried(struct gateways *g, const struct nlmsghdr *header)
{
	size_t first = g->sequence - g->seen.n + 1;

	if (g->is_reading || header->nlmsg_seq < first || header->nlmsg_seq > g->sequence)
		return NULL;
	return &g->seen.items[header->nlmsg_seq - first];
}

/* --- what the kernel says --- */

static void error_take(struct gateways *g, const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	int code = header->nlmsg_len < NLMSG_LENGTH(sizeof(*error)) ? -EPROTO : error->error;
	struct gateway *gateway = queried(g, header);

	if (gateway) /* there is no entry */
		neighbour_probe(g, gateway, 0);
	else if (g->is_reading && header->nlmsg_seq == g->sequence)
		question_fail(g, code);
}

static void neighbour_take(struct gateways *g, const struct nlmsghdr *header)
{
	uint16_t nud;
	struct gateway *gateway = gateways_seen_neighbour(&g->seen, header, &nud);

	if (!gateway)
		return;
	if (queried(g, header) == gateway && gateway_state_of(nud) != REACH_NONE)
		neighbour_probe(g, gateway, nud); /* what it was before proves nothing */
	else
		gateway->state = gateway_state_of(nud);
}

static void routes_end(struct gateways *g)
{
	int code = 0;

	if (g->family == AF_INET) {
		code = routes_ask(g, AF_INET6);
	} else {
		g->is_reading = false;
		g->has_failed = false;
		neighbours_query(g);
	}
	if (code < 0)
		question_fail(g, code);
}

static void message_take(struct gateways *g, const struct nlmsghdr *header)
{
	bool is_route = g->is_reading && header->nlmsg_seq == g->sequence;

	if (header->nlmsg_type == NLMSG_ERROR)
		error_take(g, header);
	else if (is_route && header->nlmsg_type == NLMSG_DONE)
		routes_end(g);
	else if (is_route)
		gateways_seen_route(&g->seen, header);
	else
		neighbour_take(g, header);
}

static void on_messages(int fd, unsigned events, void *arg)
{
	struct gateways *g = arg;

	(void)events;
	for (int i = 0; i < N_READ_MAX && g->fd >= 0; i++) {
		ssize_t size = recv(fd, g->buffer, sizeof(g->buffer), 0);
		const struct nlmsghdr *header = (const struct nlmsghdr *)g->buffer;

		if (size < 0 && errno == ENOBUFS && !g->is_reading) {
			neighbours_query(g); /* messages were lost: asked anew */
			continue;
		}
		if (size < 0) {
			if (errno != EAGAIN && errno != EINTR)
				question_fail(g, -errno);
			break;
		}
		for (; g->fd >= 0 && NLMSG_OK(header, (unsigned)size); header = NLMSG_NEXT(header, size))
			message_take(g, header);
	}
	g->fn(g->arg);
}

/* --- questions --- */

static int neighbours_open(struct gateways *g)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_NEIGH};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE), code;
	const int on = 1;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		code = -errno;
		close(fd);
		return code;
	}
	/* Without it the kernel lists all tables. */
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	g->fd = fd;
	g->io = loop_io_new(g->loop, fd, LOOP_READ, on_messages, g);
	return 0;
}

void gateways_ask(struct gateways *g)
{
	int code;

	socket_close(g);
	g->seen.n = 0;
	code = neighbours_open(g);
	g->is_reading = code == 0;
	if (code == 0)
		code = routes_ask(g, AF_INET);
	if (code < 0)
		question_fail(g, code);
}

void gateways_rest(struct gateways *g)
{
	socket_close(g);
}

enum reach_state gateways_state(const struct gateways *g)
{
	return g->is_reading ? REACH_UNSURE : gateways_seen_state(&g->seen);
}

const struct gateways_seen *gateways_list(const struct gateways *g)
{
	return &g->seen;
}

struct gateways *gateways_new(struct loop *loop, loop_fn *fn, void *arg)
{
	struct gateways *g = mem_calloc(1, sizeof(*g));

	g->loop = loop;
	g->fn = fn;
	g->arg = arg;
	g->fd = -1;
	return g;
}

void gateways_free(struct gateways *g)
{
	if (!g)
		return;
	socket_close(g);
	free(g);
}
