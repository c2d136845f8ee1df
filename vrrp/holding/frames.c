/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/frames.h"
#include "base/mem.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct tap {
	unsigned index; /* of the macvlan */
	uint8_t mac[VRRP_MAC_LEN];
	struct vrrp_port *port;
};

/* What is shared by all taps of a family. */
struct shared {
	struct vrrp_raw *raw; /* NULL: there is no tap */
	struct loop_io *io;
	VEC(struct tap) taps;  /* by index */
	unsigned first, last; /* the indexes that raw receives from */
};

struct vrrp_frames {
	struct loop *loop;
	struct shared shared[2]; /* IPv4, IPv6 */
};

struct vrrp_frames *vrrp_frames_new(struct loop *loop)
{
	struct vrrp_frames *frames = mem_calloc(1, sizeof(*frames));

	frames->loop = loop;
	return frames;
}

void vrrp_frames_free(struct vrrp_frames *frames)
{
	if (!frames)
		return;
	vec_free(&frames->shared[0].taps);
	vec_free(&frames->shared[1].taps);
	free(frames);
}

static struct shared *shared_of(struct vrrp_frames *frames, uint16_t family)
{
	return &frames->shared[family == AF_INET6];
}

/* Where the tap with the index stands in the list, or belongs. */
static size_t tap_find(const struct shared *shared, unsigned index)
{
	size_t low = 0, high = shared->taps.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (shared->taps.items[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Any port that has a tap reads for all of them. */
static void on_frame(int fd, unsigned events, void *arg)
{
	const struct shared *shared = arg;
	struct vrrp_port *port = shared->taps.items[0].port;

	(void)fd;
	(void)events;
	port->host->on_readable(port);
}

/* Macvlans are younger than most other interfaces, so the range that they span has few others. What these
 * receive costs a reading, no more. */
static int shared_watch(struct shared *shared, unsigned first, unsigned last)
{
	int code;

	if (first == shared->first && last == shared->last)
		return 0;
	code = vrrp_raw_watch_frames(shared->raw, first, last);
	if (code == 0) {
		shared->first = first;
		shared->last = last;
	}
	return code;
}

static void shared_close(struct shared *shared)
{
	loop_io_free(shared->io);
	vrrp_raw_close(shared->raw);
	shared->io = NULL;
	shared->raw = NULL;
	shared->first = shared->last = 0;
}

/* Receives from one more interface. */
static int shared_grow(struct shared *shared, unsigned index, struct err *err)
{
	unsigned first = index, last = index;
	int code;

	if (shared->taps.n) {
		first = index < shared->first ? index : shared->first;
		last = index > shared->last ? index : shared->last;
	}
	code = shared_watch(shared, first, last);
	return code < 0 ? err_set(err, code, "a filter for the packet socket of use_vmac is refused: %s",
				  err_errno(code))
			: 0;
}

int vrrp_frames_join(struct vrrp_frames *frames, struct vrrp_port *port, const struct vrrp_link_if *macvlan,
		     struct vrrp_raw **ret_raw, struct err *err)
{
	struct shared *shared = shared_of(frames, port->family);
	int code = shared->raw ? 0 : vrrp_raw_open_frames(port->family, &shared->raw, err);
	size_t at;

	if (code < 0)
		return code;
	code = shared_grow(shared, macvlan->index, err);
	if (code < 0) {
		if (!shared->taps.n)
			shared_close(shared);
		return code;
	}
	at = tap_find(shared, macvlan->index);
	vec_push(&shared->taps);
	memmove(&shared->taps.items[at + 1], &shared->taps.items[at],
		(shared->taps.n - 1 - at) * sizeof(*shared->taps.items));
	shared->taps.items[at] = (struct tap){.index = macvlan->index, .port = port};
	memcpy(shared->taps.items[at].mac, macvlan->mac, VRRP_MAC_LEN);
	if (!shared->io)
		shared->io = loop_io_new(frames->loop, vrrp_raw_fd(shared->raw), LOOP_READ, on_frame, shared);
	*ret_raw = shared->raw;
	return 0;
}

void vrrp_frames_leave(struct vrrp_frames *frames, const struct vrrp_port *port, unsigned index)
{
	struct shared *shared = shared_of(frames, port->family);
	size_t at = tap_find(shared, index);

	shared->taps.n--;
	memmove(&shared->taps.items[at], &shared->taps.items[at + 1],
		(shared->taps.n - at) * sizeof(*shared->taps.items));
	if (!shared->taps.n)
		shared_close(shared);
	else /* a refusal does not matter: what comes from others is dropped below */
		(void)shared_watch(shared, shared->taps.items[0].index,
				   shared->taps.items[shared->taps.n - 1].index);
}

int vrrp_frames_receive(struct vrrp_frames *frames, uint16_t family, struct vrrp_raw_packet *ret_packet,
			struct vrrp_port **ret_port)
{
	struct shared *shared = shared_of(frames, family);
	int code = shared->raw ? vrrp_raw_receive(shared->raw, ret_packet) : -EAGAIN;
	const struct tap *tap;
	size_t at;

	if (code < 0)
		return code;
	at = tap_find(shared, ret_packet->index);
	tap = at < shared->taps.n ? &shared->taps.items[at] : NULL;
	if (!tap || tap->index != ret_packet->index || memcmp(tap->mac, ret_packet->mac, VRRP_MAC_LEN) != 0)
		return -EINVAL;
	*ret_port = tap->port;
	return 0;
}
