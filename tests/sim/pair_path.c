/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way from each director to the real servers, in the place of healthcheck/path_watch.c: one
 * interface, whose carrier may be lost (pair_servers.c then lets no probe have an answer).
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/virtual/world.h"
#include "daemon/director/check/gateways.h"
#include "daemon/director/role/link_watch.h"
#include "daemon/shared/held.h"
#include "healthcheck/path_watch.h"
#include "tests/sim/pair.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define PATH_FD 30002
#define ETH1    3

static char eth0[] = "eth0";

/* One gateway, which answers at once. */
struct gateways {
	struct gateways_seen seen;
};

struct gateways *gateways_new(struct loop *loop, loop_fn *fn, void *arg)
{
	(void)loop, (void)fn, (void)arg;
	return mem_calloc(1, sizeof(struct gateways));
}

void gateways_free(struct gateways *gateways)
{
	free(gateways);
}

void gateways_ask(struct gateways *gateways)
{
	(void)gateways;
}

void gateways_rest(struct gateways *gateways)
{
	(void)gateways;
}

enum reach_state gateways_state(const struct gateways *gateways)
{
	(void)gateways;
	return REACH_HEARD;
}

const struct gateways_seen *gateways_list(const struct gateways *gateways)
{
	return &gateways->seen;
}

struct path_watch {
	struct pair_node *node;
	struct loop *loop;
	struct loop_io *io;
	const struct path_sink *sink;
	struct path_link eth1;
	struct mono proving_end;
};

static bool is_up(const struct path_watch *w)
{
	return w->node->blind_by != PAIR_BLIND_PATH;
}

/* The carrier is read each time, as the kernel may announce a change late. */
static void path_update(struct path_watch *w)
{
	enum path_link_event event = path_link_update(&w->eth1, is_up(w), w->node->n_path_losses,
						      clock_mono(), clock_wall_us());
	const struct path_link link = w->eth1;

	if (event == PATH_LINK_BACK)
		w->proving_end = mono_add_ns(link.back_at, PATH_RETURN_S * NS_PER_S);
	if (event != PATH_LINK_SAME)
		w->sink->on_link(&link, event, w->sink->arg);
}

static void on_carrier(int fd, unsigned events, void *arg)
{
	(void)fd, (void)events;
	path_update(arg);
}

void pair_path_changed(struct pair_node *node)
{
	if (node->path_watch)
		world_fire(node->path_watch->loop, PATH_FD, LOOP_READ);
}

int path_watch_open(struct loop *loop, const struct path_sink *sink, struct path_watch **ret_watch,
		    struct err *err)
{
	struct path_watch *w = mem_calloc(1, sizeof(*w));

	(void)err;
	*w = (struct path_watch){.node = pair_caller(), .loop = loop, .sink = sink};
	w->eth1 = path_link_new(ETH1, "eth1", is_up(w), w->node->n_path_losses, clock_mono(),
				clock_wall_us());
	w->io = loop_io_new(loop, PATH_FD, LOOP_READ, on_carrier, w);
	w->node->path_watch = w;
	*ret_watch = w;
	return 0;
}

void path_watch_close(struct path_watch *w)
{
	if (!w)
		return;
	w->node->path_watch = NULL;
	loop_io_free(w->io);
	free(w);
}

void path_watch_follow_routes(struct path_watch *w)
{
	(void)w;
}

void path_watch_read(struct path_watch *w, const struct path_way *way, unsigned usual,
		     struct path_facts *ret_facts)
{
	(void)way, (void)usual;
	path_update(w);
	*ret_facts = (struct path_facts){.link = w->eth1};
}

unsigned path_watch_interface(struct path_watch *w, const struct path_way *way)
{
	(void)w, (void)way;
	return ETH1;
}

void path_watch_prove(struct path_watch *w, unsigned interface, struct mono started)
{
	if (interface == ETH1)
		path_link_prove(&w->eth1, started);
}

bool path_watch_is_proving(const struct path_watch *w)
{
	return mono_before(clock_mono(), w->proving_end);
}

const struct path_link *path_watch_link(const struct path_watch *w, unsigned interface)
{
	return interface == ETH1 ? &w->eth1 : NULL;
}

/* Interfaces are neither renamed nor made again. */
bool held_locate_here(struct held *held)
{
	(void)held;
	return false;
}

/* The machine has the addresses of the network's model, all of them on eth0. */
bool held_add_owned_here(struct held *held, const struct conf *conf)
{
	unsigned addrs = pair_vrrp_addrs(pair_caller());
	struct sockaddr_in ends[PAIR_NUMBERS];
	struct ifaddrs machine[PAIR_NUMBERS], nothing = {.ifa_name = eth0};
	size_t n = 0;

	for (unsigned i = 0; i < PAIR_NUMBERS; i++) {
		struct addr addr = model_key(i).ep.addr;

		if (!(addrs & 1u << i))
			continue;
		ends[n] = (struct sockaddr_in){.sin_family = AF_INET};
		memcpy(&ends[n].sin_addr, addr.bytes, sizeof(ends[n].sin_addr));
		machine[n] = nothing;
		machine[n].ifa_addr = (struct sockaddr *)&ends[n];
		if (n)
			machine[n - 1].ifa_next = &machine[n];
		n++;
	}
	return held_add_owned(held, conf, n ? machine : &nothing);
}

void held_follow_here(struct held *held)
{
	(void)held;
}

struct link_watch *link_watch_new(struct loop *loop, loop_fn *fn, void *arg)
{
	(void)loop;
	(void)fn;
	(void)arg;
	return NULL;
}

void link_watch_free(struct link_watch *watch)
{
	(void)watch;
}
