/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network between the directors (tests/sim/lan.h), what befalls it and the machines on it, and
 * the datagrams of connection sync, in the place of sync/hello.c and sync/watch.c.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "base/virtual/world.h"
#include "sync/hello.h"
#include "sync/rejoin.h"
#include "sync/tap.h"
#include "sync/watch.h"
#include "tests/sim/lan.h"
#include "tests/sim/pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* lan.c has none of 0. */
#define DELAY_NS NS_PER_MS
#define HELLO_FD 30000
#define WATCH_FD 30001
#define N_SAID   3
#define SAID_MS  400
/* Losses within a minute that the guard of the addresses takes (vrrp/guard.h). */
#define TAKEN_MAX 5

/* --- trouble --- */

void pair_vrrp_disturb(void)
{
	if (mono_before(pair.vrrp_since, world_now()))
		pair.vrrp_since = world_now();
	pair.overlap_since = MONO_NEVER;
	pair_vrrp_heard(false);
}

static void net_changed(void)
{
	pair_vrrp_disturb();
	pair_vrrp_heard(true);
}

void pair_net_lose(void)
{
	struct lan_trouble *trouble = lan_trouble();

	trouble->loss_percent = (unsigned)pair_below(70);
	trouble->duplicate_percent = (unsigned)pair_below(40);
	trouble->delay_max_ns = DELAY_NS * (1 + (int64_t)pair_below(500));
	trouble->keeps_order = false;
	pair_trace(NULL, "** the network loses %u %%, doubles %u %%, delays by %lld ms",
		   trouble->loss_percent, trouble->duplicate_percent,
		   (long long)(trouble->delay_max_ns / NS_PER_MS));
	pair.is_net_troubled = true;
	net_changed();
}

void pair_net_part(void)
{
	struct lan_trouble *trouble = lan_trouble();

	trouble->is_cut[0][1] = pair_permille(700);
	trouble->is_cut[1][0] = !trouble->is_cut[0][1] || pair_permille(700);
	pair_trace(NULL, "** the network is cut%s%s", trouble->is_cut[0][1] ? " A->B" : "",
		   trouble->is_cut[1][0] ? " B->A" : "");
	pair_happened(PAIR_PARTED);
	pair.is_net_troubled = true;
	net_changed();
}

void pair_net_mend(void)
{
	if (pair.is_net_troubled)
		pair_trace(NULL, "** the network is whole");
	*lan_trouble() = (struct lan_trouble){.delay_max_ns = DELAY_NS, .keeps_order = true};
	pair.is_net_troubled = false;
	net_changed();
}

void pair_net_carrier(struct pair_node *node, bool has_carrier)
{
	if (lan_has_carrier(node->number) == has_carrier)
		return;
	pair_trace(node, "** eth0 has %s carrier", has_carrier ? "its" : "no");
	lan_set_carrier(node->number, has_carrier);
	if (node->sync_loop)
		world_fire(node->sync_loop, WATCH_FD, LOOP_READ);
	net_changed();
}

void pair_net_forward(struct pair_node *node, bool is_forwarding)
{
	if (lan_is_forwarding(node->number) == is_forwarding)
		return;
	pair_trace(node, "** the switch port %s", is_forwarding ? "forwards" : "blocks");
	lan_set_forwarding(node->number, is_forwarding);
	net_changed();
}

void pair_net_take_addr(struct pair_node *node)
{
	struct addr addr = model_key((unsigned)pair_below(PAIR_NUMBERS)).ep.addr;

	if (!lan_has_addr(node->number, &addr) || node->n_taken == TAKEN_MAX)
		return;
	pair_trace(node, "!! somebody takes an address away");
	node->n_taken++;
	pair_happened(PAIR_TAKEN_AWAY);
	lan_take_addr_away(node->number, &addr);
	net_changed();
}

/* Attempts are up to 30 s apart (vrrp/guard.h). */
void pair_net_refuse(struct pair_node *node, bool is_refusing)
{
	if (node->is_refusing == is_refusing)
		return;
	pair_trace(node, "** the kernel %s addresses", is_refusing ? "refuses" : "takes");
	node->is_refusing = is_refusing;
	lan_refuse_addrs(node->number, is_refusing ? -EPERM : 0);
	net_changed();
	pair.vrrp_since = node->taking_since = mono_add_ns(world_now(), 30 * NS_PER_S);
}

void pair_net_heal(struct pair_node *node)
{
	pair_net_carrier(node, true);
	pair_net_forward(node, true);
	pair_net_refuse(node, false);
	pair_probes_set(node, PAIR_NOT_BLIND);
	pair_track_set(node, false);
}

bool pair_net_is_whole(void)
{
	for (unsigned i = 0; i < PAIR_NODES; i++)
		if (!lan_has_carrier(i) || !lan_is_forwarding(i) || pair.nodes[i].is_refusing)
			return false;
	return !pair.is_net_troubled;
}

/* --- in the place of sync/hello.c --- */

struct sync_hello {
	struct pair_node *node;
	struct loop *loop;
	struct sync_daemon daemon;
	unsigned file_ttl, n_left;
	struct loop_io *io;
	struct loop_timer *again;
	sync_hello_fn *fn;
	void *arg;
	struct sync_ears ears;
	VEC(struct lan_frame) frames;
};

static void on_sync(unsigned machine, const struct lan_frame *frame)
{
	struct sync_hello *hello = pair.nodes[machine].hello;

	if (!hello)
		return;
	*vec_push(&hello->frames) = *frame;
	world_fire(hello->loop, HELLO_FD, LOOP_READ);
}

static void take(struct sync_hello *hello, const struct lan_frame *frame)
{
	struct sync_heartbeat heartbeat;
	uint32_t syncid = hello->daemon.syncid;

	if (sync_hello_is(frame->bytes, frame->len, syncid)) {
		pair_happened(PAIR_HELLO_HEARD);
		hello->fn(&frame->source, hello->arg);
	} else if (hello->ears.on_heartbeat &&
		   sync_heartbeat_decode(frame->bytes, frame->len, syncid, &heartbeat)) {
		hello->ears.on_heartbeat(&frame->source, &heartbeat, hello->ears.arg);
	}
}

static void on_frames(int fd, unsigned events, void *arg)
{
	struct sync_hello *hello = arg;

	(void)fd, (void)events;
	while (hello->frames.n) {
		struct lan_frame frame = hello->frames.items[0];

		memmove(hello->frames.items, hello->frames.items + 1,
			--hello->frames.n * sizeof(frame));
		take(hello, &frame);
	}
}

static int say(struct sync_hello *hello, const void *bytes, size_t len)
{
	struct lan_frame frame = {.kind = LAN_SYNC,
				  .source = lan_address(hello->node->number, AF_INET),
				  .destination = hello->daemon.group,
				  .hop_limit = 255,
				  .len = len};

	memcpy(frame.bytes, bytes, len);
	if (pair_act())
		lan_send(hello->node->number, &frame);
	return lan_has_carrier(hello->node->number) ? 0 : -ENETUNREACH;
}

static void on_again(void *arg)
{
	struct sync_hello *hello = arg;
	uint8_t bytes[SYNC_HELLO_SIZE];

	sync_hello_encode(hello->daemon.syncid, bytes);
	say(hello, bytes, sizeof(bytes));
	if (--hello->n_left > 0)
		loop_timer_set(hello->again, mono_add_ms(clock_mono(), SAID_MS));
}

/* No sync process is played, so nobody asks. */
int sync_tap_open(const struct sync_daemon *daemon, unsigned index, unsigned ttl, struct sync_tap *ret_tap,
		  struct err *err)
{
	(void)daemon;
	(void)index;
	(void)ttl;
	(void)ret_tap;
	(void)err;
	abort();
}

int sync_hello_open(struct loop *loop, const struct sync_daemon *daemon, unsigned file_ttl,
		    sync_hello_fn *fn, void *arg, struct sync_hello **ret_hello, struct err *err)
{
	struct sync_hello *hello = mem_calloc(1, sizeof(*hello));

	(void)err;
	*hello = (struct sync_hello){.node = pair_caller(),
				     .loop = loop,
				     .daemon = *daemon,
				     .file_ttl = file_ttl,
				     .fn = fn,
				     .arg = arg};
	hello->io = loop_io_new(loop, HELLO_FD, LOOP_READ, on_frames, hello);
	hello->again = loop_timer_new(loop, on_again, hello);
	hello->node->hello = hello;
	*ret_hello = hello;
	return 0;
}

void sync_hello_close(struct sync_hello *hello)
{
	if (!hello)
		return;
	hello->node->hello = NULL;
	loop_io_free(hello->io);
	loop_timer_free(hello->again);
	vec_free(&hello->frames);
	free(hello);
}

bool sync_hello_fits(const struct sync_hello *hello, const struct sync_daemon *daemon,
		     unsigned file_ttl)
{
	return hello->daemon.syncid == daemon->syncid && hello->daemon.port == daemon->port &&
	       hello->file_ttl == file_ttl && !addr_cmp(&hello->daemon.group, &daemon->group);
}

bool sync_hello_listen(struct sync_hello *hello, const struct sync_ears *ears)
{
	if (hello->ears.on_heartbeat)
		return false;
	hello->ears = *ears;
	return true;
}

int sync_hello_beat(struct sync_hello *hello, const struct sync_heartbeat *heartbeat)
{
	uint8_t bytes[SYNC_HEARTBEAT_SIZE_MAX];

	return say(hello, bytes, sync_heartbeat_encode(heartbeat, hello->daemon.syncid, bytes));
}

void sync_hello_send(struct sync_hello *hello)
{
	hello->n_left = N_SAID;
	on_again(hello);
}

/* --- in the place of sync/watch.c: eth0 is never made anew --- */

struct sync_watch {
	struct pair_node *node;
	struct loop_io *io;
	loop_fn *fn;
	void *arg;
};

static void on_link(int fd, unsigned events, void *arg)
{
	struct sync_watch *w = arg;

	(void)fd, (void)events;
	w->fn(w->arg);
}

int sync_watch_open(struct loop *loop, loop_fn *fn, void *arg, struct sync_watch **ret_watch,
		    struct err *err)
{
	struct sync_watch *w = mem_calloc(1, sizeof(*w));

	(void)err;
	*w = (struct sync_watch){.node = pair_caller(), .fn = fn, .arg = arg};
	w->io = loop_io_new(loop, WATCH_FD, LOOP_READ, on_link, w);
	w->node->sync_loop = loop;
	*ret_watch = w;
	return 0;
}

void sync_watch_close(struct sync_watch *w)
{
	if (!w)
		return;
	w->node->sync_loop = NULL;
	loop_io_free(w->io);
	free(w);
}

void sync_watch_read(const struct sync_daemon *daemon, unsigned n_own, unsigned bound,
		     struct sync_seen *ret_seen)
{
	unsigned machine = pair_caller()->number;

	(void)daemon, (void)n_own, (void)bound;
	*ret_seen = (struct sync_seen){.index = machine + 1,
				       .is_up = true,
				       .has_carrier = lan_has_carrier(machine),
				       .has_address = true};
}

/* --- the whole --- */

void pair_net_open(void)
{
	lan_begin(pair_below, on_sync);
	lan_on_act(pair_act);
	lan_on_vrrp(pair_claim_advert);
	pair_filter_open();
	for (unsigned i = 0; i < PAIR_NODES; i++)
		lan_add_machine();
	pair.overlap_since = MONO_NEVER;
	pair_net_mend();
}

void pair_net_close(void)
{
	lan_end();
}
