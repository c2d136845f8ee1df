/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/orphan/door.h"
#include "base/socket/abstract_list.h"
#include "base/socket/listener.h"
#include "base/arena.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "vrrp/orphan/marks.h"
#include "vrrp/orphan/orphan.h"
#include "vrrp/orphan/relief.h"
#include "vrrp/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A process that was stopped may wake after its time, with a successor waiting at its socket. So it
 * looks there for this long before it hands over.
 */
#define LAST_LOOK_MS 20
#define BACKLOG 64
/* So many instances are named to who looks. */
#define LOOK_MAX 8
/* Who may be connected at a time: a successor, and programs of root that say nothing. */
#define CALLERS_MAX 256

struct caller {
	struct vrrp_door *door;
	struct chan *chan;
	pid_t pid; /* of its supervisor; 0: in another PID namespace */
	bool has_spoken, has_looked; /* has_looked: it has said nothing else */
};

struct vrrp_door {
	struct loop *loop;
	struct vrrp_door_ops ops;
	struct vrrp_orphan orphan;
	const char *name;
	struct listener *listener; /* NULL: nothing listens */
	struct loop_timer *timer;
	bool is_last_look; /* its time is over, and timer runs once more */
	VEC(struct caller *) callers;
	struct caller *successor; /* the one that asked for the states last; NULL: none */
	struct vrrp_relief relief;
	struct vrrp_marks *marks;
	struct mono due; /* the end of its time */
	enum {
		FOR_SUCCESSOR,
		FOR_MARKS,
		FOR_LOOK,
	} purpose; /* of the reports */
	FILE *seen; /* FOR_LOOK */
	size_t n_seen;
};

static void orphan_mark(struct vrrp_door *door)
{
	door->purpose = FOR_MARKS;
	door->ops.on_tell(door->ops.arg);
	door->purpose = FOR_SUCCESSOR;
	vrrp_marks_settle(door->marks);
}

static void orphan_begin(struct vrrp_door *door)
{
	log_warning("vrrp: lvsd has died, but for this process: it goes on with the addresses as they "
		    "are, and waits %d s for an lvsd that is started again; then it hands over",
		    VRRP_ORPHAN_MS / 1000);
	door->is_last_look = false;
	door->due = mono_add_ms(clock_mono(), VRRP_ORPHAN_MS);
	loop_timer_set(door->timer, door->due);
	orphan_mark(door);
}

static void states_tell(struct vrrp_door *door)
{
	int fd = vrrp_relief_offer(&door->relief, door->successor->pid);

	door->ops.on_tell(door->ops.arg);
	chan_send_fd(door->successor->chan, VRRP_ORPHAN_TOLD, &door->orphan.asked, sizeof(door->orphan.asked), fd);
	if (fd >= 0)
		close(fd);
}

static void leaving_say(const struct caller *caller)
{
	chan_send(caller->chan, VRRP_ORPHAN_LEAVING, NULL, 0);
}

static void callers_free(struct vrrp_door *door)
{
	for (size_t i = 0; i < door->callers.n; i++) {
		chan_free(door->callers.items[i]->chan);
		free(door->callers.items[i]);
	}
	vec_free(&door->callers);
	door->successor = NULL;
}

/* End of file tells the successor that the last state has come. The names are free before: the successor's
 * vrrp process needs them. */
static void names_give_up(struct vrrp_door *door)
{
	listener_free(door->listener);
	door->listener = NULL;
	vrrp_marks_free(door->marks);
	door->marks = NULL;
	callers_free(door);
}

/* The time for a successor goes on. */
static void orphan_go_on(struct vrrp_door *door)
{
	log_warning("vrrp: the lvsd that was started has died before it had taken over: this process goes on, and "
		    "waits for another one");
	door->marks = vrrp_marks_new(door->loop, door->name);
	vrrp_door_open(door);
	if (door->listener)
		listener_accept(door->listener, true);
	door->is_last_look = false;
	loop_timer_set(door->timer, door->due);
	orphan_mark(door);
}

/* caller: who has caused the event; NULL: nobody. */
static void orphan_event(struct vrrp_door *door, enum vrrp_orphan_event event, const struct caller *caller,
			 uint64_t nonce)
{
	const struct vrrp_orphan_facts facts = {.is_at_work = door->ops.is_at_work(door->ops.arg),
						.is_leaving = door->ops.is_leaving(door->ops.arg),
						.is_reachable = door->listener != NULL,
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
	case VRRP_ORPHAN_SAY:
		leaving_say(caller);
		break;
	case VRRP_ORPHAN_END:
		log_notice("vrrp: the lvsd that was started has taken over the addresses from this process");
		loop_timer_set(door->timer, MONO_NEVER);
		chan_send(caller->chan, VRRP_ORPHAN_ENDS, &nonce, sizeof(nonce));
		names_give_up(door);
		if (vrrp_relief_is_forsaken(&door->relief, VRRP_RELIEF_WAIT_MS))
			orphan_event(door, VRRP_ORPHAN_FORSAKEN, NULL, 0);
		else
			door->ops.on_end(door->ops.arg);
		break;
	case VRRP_ORPHAN_GO_ON:
		orphan_go_on(door);
		break;
	case VRRP_ORPHAN_HAND_OVER:
		if (event == VRRP_ORPHAN_TIME_OVER)
			log_error("vrrp: no lvsd was started within %d s after lvsd had died: handing "
				  "over",
				  VRRP_ORPHAN_MS / 1000);
		else if (event == VRRP_ORPHAN_LOST)
			log_error("vrrp: the lvsd that was started ended before it had taken over, and the "
				  "time for another one is over: handing over");
		loop_timer_set(door->timer, MONO_NEVER);
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
	orphan_event(door, VRRP_ORPHAN_TIME_OVER, NULL, 0);
}

static void caller_drop(struct vrrp_door *door, size_t at)
{
	struct caller *caller = door->callers.items[at];

	memmove(&door->callers.items[at], &door->callers.items[at + 1],
		(--door->callers.n - at) * sizeof(door->callers.items[0]));
	chan_free(caller->chan);
	if (door->successor == caller) {
		door->successor = NULL;
		orphan_event(door, VRRP_ORPHAN_LOST, NULL, 0);
	}
	free(caller);
}

static void on_caller_gone(void *arg)
{
	const struct caller *caller = arg;
	size_t at = 0;

	while (caller->door->callers.items[at] != caller)
		at++;
	caller_drop(caller->door, at);
}

/* There are too many: drops the first that has said nothing, or else the last one. */
static void silent_drop(struct vrrp_door *door)
{
	size_t at = 0;

	while (at < door->callers.n - 1 && door->callers.items[at]->has_spoken)
		at++;
	caller_drop(door, at);
}

static void on_succeed(struct caller *caller, const void *body, size_t len)
{
	struct vrrp_door *door = caller->door;
	uint64_t nonce;
	bool is_same;

	if (vrrp_orphan_succeed_decode(body, len, &nonce, &is_same) < 0)
		return;
	if (!is_same)
		log_warning("vrrp: the lvsd that was started is of another version, and cannot take over "
			    "without a gap: handing over");
	door->successor = caller;
	orphan_event(door, is_same ? VRRP_ORPHAN_ASKED : VRRP_ORPHAN_ASKED_BY_OTHER, caller, nonce);
}

static void look_answer(struct caller *caller)
{
	struct vrrp_door *door = caller->door;
	int64_t left_ms = mono_sub(door->due, clock_mono()) / NS_PER_MS;
	uint32_t ms = left_ms > 0 ? (uint32_t)left_ms : 0;
	char *body;
	size_t len;

	door->seen = open_memstream(&body, &len);
	if (!door->seen)
		mem_exhausted(0);
	fwrite(&ms, sizeof(ms), 1, door->seen);
	door->n_seen = 0;
	door->purpose = FOR_LOOK;
	door->ops.on_tell(door->ops.arg);
	door->purpose = FOR_SUCCESSOR;
	if (door->n_seen > LOOK_MAX)
		fprintf(door->seen, " and %zu more", door->n_seen - LOOK_MAX);
	if (fclose(door->seen) != 0)
		mem_exhausted(0);
	chan_send(caller->chan, VRRP_ORPHAN_SEEN, body, len);
	free(body);
}

static void on_caller_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct caller *caller = arg;
	uint64_t nonce;

	caller->has_looked = (!caller->has_spoken || caller->has_looked) && type == VRRP_ORPHAN_LOOK;
	caller->has_spoken = true;
	if (type == VRRP_ORPHAN_CALL) {
		orphan_event(caller->door, VRRP_ORPHAN_CALLED, caller, 0);
	} else if (type == VRRP_ORPHAN_SUCCEED) {
		on_succeed(caller, body, len);
	} else if (type == VRRP_ORPHAN_RELIEVE && len == sizeof(nonce)) {
		memcpy(&nonce, body, sizeof(nonce));
		orphan_event(caller->door, VRRP_ORPHAN_RELIEVED, caller, nonce);
	} else if (type == VRRP_ORPHAN_LEAVE) {
		log_notice("vrrp: the lvsd that was started has other instances: handing over");
		orphan_event(caller->door, VRRP_ORPHAN_REFUSED, caller, 0);
	} else if (type == VRRP_ORPHAN_LOOK) {
		look_answer(caller);
	}
}

/* The supervisor of an lvsd connects, as root. */
static bool is_trusted(int fd, pid_t *ret_pid)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || (peer.uid != 0 && peer.uid != geteuid()))
		return false;
	*ret_pid = peer.pid;
	return true;
}

static void caller_add(struct vrrp_door *door, int fd, pid_t pid)
{
	struct caller *caller = mem_calloc(1, sizeof(*caller));

	*caller = (struct caller){.door = door, .pid = pid};
	caller->chan = chan_new(door->loop, fd, on_caller_frame, on_caller_gone, caller);
	*(struct caller **)vec_push(&door->callers) = caller;
}

static void on_caller(int fd, void *arg)
{
	struct vrrp_door *door = arg;
	pid_t pid;

	if (!is_trusted(fd, &pid)) {
		close(fd);
		return;
	}
	if (door->callers.n == CALLERS_MAX)
		silent_drop(door);
	caller_add(door, fd, pid);
}

struct vrrp_door *vrrp_door_new(struct loop *loop, const char *name, const struct vrrp_door_ops *ops)
{
	struct vrrp_door *door = mem_calloc(1, sizeof(*door));

	*door = (struct vrrp_door){.loop = loop, .ops = *ops, .name = name, .marks = vrrp_marks_new(loop, name),
				   .relief = VRRP_RELIEF_NONE};
	door->timer = loop_timer_new(loop, on_time_over, door);
	return door;
}

void vrrp_door_free(struct vrrp_door *door)
{
	names_give_up(door);
	vrrp_relief_close(&door->relief);
	loop_timer_free(door->timer);
	free(door);
}

void vrrp_door_open(struct vrrp_door *door)
{
	char name[ABSTRACT_NAME_MAX + 1];
	int fd;

	if (door->listener || !door->name)
		return;
	fd = abstract_take(door->name, BACKLOG, name);
	if (fd >= 0)
		door->listener = listener_new(door->loop, fd, on_caller, door);
	else
		log_warning("vrrp: the socket \"@%s\" cannot be listened on: %s; if the supervisor of lvsd dies, "
			    "the vrrp process hands over at once",
			    name, err_errno(fd));
}

void vrrp_door_leave(struct vrrp_door *door)
{
	for (size_t i = 0; i < door->callers.n; i++)
		if (door->callers.items[i]->has_spoken && !door->callers.items[i]->has_looked)
			leaving_say(door->callers.items[i]);
}

void vrrp_door_alone(struct vrrp_door *door)
{
	if (door->ops.is_at_work(door->ops.arg))
		vrrp_door_open(door);
	if (door->listener)
		listener_accept(door->listener, true);
	orphan_event(door, VRRP_ORPHAN_ALONE, NULL, 0);
}

/* Of a state that was decoded: what others may see. */
static void report_show(struct vrrp_door *door, const struct vrrp_report *report)
{
	if (door->n_seen++ < LOOK_MAX)
		fprintf(door->seen, "%s%s (%s)", door->n_seen > 1 ? ", " : "", report->name,
			vrrp_state_text(report->state));
}

static void report_use(struct vrrp_door *door, const void *body, size_t len)
{
	struct arena *arena = arena_new();
	struct vrrp_report report;

	if (vrrp_report_decode(body, len, arena, &report) == 0) {
		if (door->purpose == FOR_MARKS)
			vrrp_marks_add(door->marks, &report);
		else
			report_show(door, &report);
	}
	arena_free(arena);
}

void vrrp_door_state(struct vrrp_door *door, const void *body, size_t len)
{
	if (door->purpose != FOR_SUCCESSOR)
		report_use(door, body, len);
	else if (door->successor && door->orphan.asked)
		chan_send(door->successor->chan, VRRP_ORPHAN_STATE, body, len);
}

bool vrrp_door_has_caller(struct vrrp_door *door)
{
	if (door->listener)
		listener_drain(door->listener);
	for (size_t i = 0; i < door->callers.n; i++)
		if (!door->callers.items[i]->has_looked)
			return true;
	return false;
}
