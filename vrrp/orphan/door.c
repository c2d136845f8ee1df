/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/orphan/door.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "vrrp/orphan/orphan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A process that was stopped may wake after its time, with a successor waiting at its socket. So it
 * looks there for this long before it hands over.
 */
#define LAST_LOOK_MS 20

struct vrrp_door {
	struct loop *loop;
	struct vrrp_door_ops ops;
	struct vrrp_orphan orphan;
	int fd;
	struct loop_io *io; /* NULL: there is no socket */
	struct loop_timer *timer;
	bool is_last_look; /* its time is over, and timer runs once more */
	struct chan *successor; /* one at a time; NULL: none is connected */
};

static void orphan_begin(struct vrrp_door *door)
{
	log_warning("vrrp: lvsd has died, but for this process: it goes on with the addresses as they "
		    "are, and waits %d s for an lvsd that is started again; then it hands over",
		    VRRP_ORPHAN_MS / 1000);
	door->is_last_look = false;
	loop_timer_set(door->timer, mono_add_ms(clock_mono(), VRRP_ORPHAN_MS));
	loop_io_set(door->io, LOOP_READ);
}

static void states_tell(struct vrrp_door *door)
{
	door->ops.on_tell(door->ops.arg);
	chan_send(door->successor, VRRP_ORPHAN_TOLD, &door->orphan.asked, sizeof(door->orphan.asked));
}

static void orphan_finish(struct vrrp_door *door)
{
	loop_timer_set(door->timer, MONO_NEVER);
	if (door->io)
		loop_io_set(door->io, 0);
}

static void orphan_event(struct vrrp_door *door, enum vrrp_orphan_event event, uint64_t nonce)
{
	const struct vrrp_orphan_facts facts = {.is_at_work = door->ops.is_at_work(door->ops.arg),
						.is_leaving = door->ops.is_leaving(door->ops.arg),
						.is_reachable = door->io != NULL,
						.nonce = nonce};

	switch (vrrp_orphan_step(&door->orphan, event, &facts)) {
	case VRRP_ORPHAN_NOTHING:
		break;
	case VRRP_ORPHAN_SERVE:
		orphan_begin(door);
		break;
	case VRRP_ORPHAN_TELL:
		states_tell(door);
		break;
	case VRRP_ORPHAN_END:
		log_notice("vrrp: the lvsd that was started has taken over the addresses from this process");
		orphan_finish(door);
		/* End of file tells the successor that the last state has come. */
		chan_free(door->successor);
		door->successor = NULL;
		door->ops.on_end(door->ops.arg);
		break;
	case VRRP_ORPHAN_HAND_OVER:
		if (event == VRRP_ORPHAN_TIME_OVER)
			log_error("vrrp: no lvsd was started within %d s after lvsd had died: handing "
				  "over",
				  VRRP_ORPHAN_MS / 1000);
		else if (event == VRRP_ORPHAN_LOST)
			log_error("vrrp: the lvsd that was started ended before it had taken over, and the "
				  "time for another one is over: handing over");
		orphan_finish(door);
		door->ops.on_hand_over(door->ops.arg);
		break;
	}
}

static void on_time_over(void *arg)
{
	struct vrrp_door *door = arg;

	if (!door->is_last_look) {
		door->is_last_look = true;
		loop_timer_set(door->timer, mono_add_ms(clock_mono(), LAST_LOOK_MS));
		return;
	}
	orphan_event(door, VRRP_ORPHAN_TIME_OVER, 0);
}

static void on_successor_gone(void *arg)
{
	struct vrrp_door *door = arg;

	chan_free(door->successor);
	door->successor = NULL;
	orphan_event(door, VRRP_ORPHAN_LOST, 0);
	if (!door->orphan.is_over)
		loop_io_set(door->io, LOOP_READ);
}

static void on_succeed(struct vrrp_door *door, const void *body, size_t len)
{
	uint64_t nonce;
	bool is_same;

	if (vrrp_orphan_succeed_decode(body, len, &nonce, &is_same) < 0)
		return;
	if (!is_same)
		log_warning("vrrp: the lvsd that was started is of another version, and cannot take over "
			    "without a gap: handing over");
	orphan_event(door, is_same ? VRRP_ORPHAN_ASKED : VRRP_ORPHAN_ASKED_BY_OTHER, nonce);
}

static void on_successor_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	uint64_t nonce;

	if (type == VRRP_ORPHAN_SUCCEED) {
		on_succeed(arg, body, len);
	} else if (type == VRRP_ORPHAN_RELIEVE && len == sizeof(nonce)) {
		memcpy(&nonce, body, sizeof(nonce));
		orphan_event(arg, VRRP_ORPHAN_RELIEVED, nonce);
	} else if (type == VRRP_ORPHAN_LEAVE) {
		log_notice("vrrp: the lvsd that was started has other instances: handing over");
		orphan_event(arg, VRRP_ORPHAN_REFUSED, 0);
	}
}

/* The supervisor of an lvsd connects, as root. */
static bool is_trusted(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

static void on_caller(int fd, unsigned events, void *arg)
{
	struct vrrp_door *door = arg;
	int caller = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (caller < 0)
		return;
	if (!is_trusted(caller)) {
		close(caller);
		return;
	}
	door->successor = chan_new(door->loop, caller, on_successor_frame, on_successor_gone, door);
	loop_io_set(door->io, 0); /* the next one waits until this one is gone */
}

struct vrrp_door *vrrp_door_new(struct loop *loop, int fd, const struct vrrp_door_ops *ops)
{
	struct vrrp_door *door = mem_calloc(1, sizeof(*door));

	*door = (struct vrrp_door){.loop = loop, .ops = *ops, .fd = fd};
	door->timer = loop_timer_new(loop, on_time_over, door);
	if (fd >= 0)
		door->io = loop_io_new(loop, fd, 0, on_caller, door);
	return door;
}

void vrrp_door_free(struct vrrp_door *door)
{
	chan_free(door->successor);
	loop_timer_free(door->timer);
	if (door->io)
		loop_io_free(door->io);
	if (door->fd >= 0)
		close(door->fd);
	free(door);
}

void vrrp_door_alone(struct vrrp_door *door)
{
	orphan_event(door, VRRP_ORPHAN_ALONE, 0);
}

void vrrp_door_state(struct vrrp_door *door, const void *body, size_t len)
{
	if (door->successor && door->orphan.asked)
		chan_send(door->successor, VRRP_ORPHAN_STATE, body, len);
}
