/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pair consists of two queues. Its ends are numbers from FIRST_END on. A frame waits in the queue
 * of its receiving end until a process holds that end, as in a socket pair whose ends the
 * supervisor keeps. chan_free() does not remove the pair; the other end sees end of file after
 * channel_close(). A descriptor that is sent is a number, which nobody opens.
 */
#include "base/chan.h"
#include "base/mem.h"
#include "base/virtual/channel.h"
#include "base/virtual/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_END 1000
/* The largest number of ends in a world. */
#define ENDS_MAX 2048
#define BYTES_IN_THE_SOCKET (4 * 1024 * 1024)

struct frame {
	struct frame *next;
	uint16_t type;
	size_t len;
	int fd; /* a number; -1: none */
	char body[];
};

struct chan {
	struct loop *loop;
	struct loop_timer *deliver;
	chan_fn *on_frame;
	void *arg;
	loop_fn *on_closed;
	int end;
	int fd; /* of the frame that is being delivered, until it is taken */
	bool has_said; /* on_closed was called */
	bool *is_freed; /* set while a frame is being delivered */
};

/* The state that lasts between calls: the pairs of the world. */
static struct {
	struct end {
		struct frame *head, **tail; /* frames for the process that holds this end */
		size_t n_bytes;
		struct chan *holder;
		bool is_single; /* nobody keeps a copy of it: it closes with its chan */
		bool is_closed;
	} ends[ENDS_MAX];
	int n;
} pairs;

static struct end *end_of(int fd)
{
	return &pairs.ends[fd - FIRST_END];
}

static struct end *peer_of(int fd)
{
	return &pairs.ends[(fd - FIRST_END) ^ 1];
}

static void drop_head(struct end *end)
{
	struct frame *head = end->head;

	end->head = head->next;
	if (!end->head)
		end->tail = &end->head;
	end->n_bytes -= head->len;
	free(head);
}

void channels_begin(void)
{
	for (int i = 0; i < pairs.n; i++)
		while (pairs.ends[i].head)
			drop_head(&pairs.ends[i]);
	pairs.n = 0;
}

int chan_pair(int ret_fds[static 2])
{
	if (pairs.n + 2 > ENDS_MAX)
		return -EMFILE;
	for (int i = 0; i < 2; i++) {
		struct end *end = &pairs.ends[pairs.n];

		*end = (struct end){0};
		end->tail = &end->head;
		ret_fds[i] = FIRST_END + pairs.n++;
	}
	return 0;
}

static bool is_at_end(const struct chan *chan)
{
	return peer_of(chan->end)->is_closed && !end_of(chan->end)->head && !chan->has_said;
}

static void say_closed(struct chan *chan)
{
	chan->has_said = true;
	if (chan->on_closed)
		chan->on_closed(chan->arg);
}

/* Delivers one frame. The next frame follows in a turn of its own. */
static void deliver(void *arg)
{
	struct chan *chan = arg;
	struct end *end = end_of(chan->end);
	struct frame *frame = end->head;
	bool is_freed = false;

	if (is_at_end(chan)) {
		say_closed(chan);
		return;
	}
	if (!frame)
		return;
	end->head = frame->next;
	if (!end->head)
		end->tail = &end->head;
	end->n_bytes -= frame->len;
	chan->is_freed = &is_freed;
	chan->fd = frame->fd;
	chan->on_frame(frame->type, frame->body, frame->len, chan->arg);
	free(frame);
	if (is_freed)
		return;
	chan->is_freed = NULL;
	if (end->head || is_at_end(chan))
		loop_timer_set(chan->deliver, loop_now(chan->loop));
}

struct chan *chan_new(struct loop *loop, int fd, chan_fn *on_frame, loop_fn *on_closed, void *arg)
{
	struct chan *chan = mem_calloc(1, sizeof(*chan));

	*chan = (struct chan){
	    .loop = loop, .on_frame = on_frame, .on_closed = on_closed, .arg = arg, .end = fd, .fd = -1};
	chan->deliver = loop_timer_new(loop, deliver, chan);
	end_of(fd)->holder = chan;
	if (end_of(fd)->head || is_at_end(chan))
		loop_timer_set(chan->deliver, loop_now(loop));
	return chan;
}

void channel_close(int fd)
{
	const struct chan *holder = peer_of(fd)->holder;

	end_of(fd)->is_closed = true;
	if (holder)
		loop_timer_set(holder->deliver, loop_now(holder->loop));
}

void channel_keep_single(int fd)
{
	end_of(fd)->is_single = true;
}

bool channel_is_closed(int fd)
{
	return peer_of(fd)->is_closed;
}

void chan_free(struct chan *chan)
{
	if (!chan)
		return;
	if (chan->is_freed)
		*chan->is_freed = true;
	if (end_of(chan->end)->holder == chan)
		end_of(chan->end)->holder = NULL;
	if (end_of(chan->end)->is_single)
		channel_close(chan->end);
	loop_timer_free(chan->deliver);
	free(chan);
}

int chan_send(struct chan *chan, uint16_t type, const void *body, size_t len)
{
	return chan_send_fd(chan, type, body, len, -1);
}

int chan_send_fd(struct chan *chan, uint16_t type, const void *body, size_t len, int fd)
{
	struct end *peer = peer_of(chan->end);
	struct frame *frame;

	if (len > CHAN_BODY_MAX)
		return -EMSGSIZE;
	if (world_is_muted(chan->loop))
		return 0;
	if (peer->is_closed)
		return -EPIPE;
	if (peer->n_bytes + len > CHAN_QUEUE_BYTES_MAX + BYTES_IN_THE_SOCKET)
		return -ENOBUFS;
	frame = mem_calloc(1, sizeof(*frame) + len);
	*frame = (struct frame){.type = type, .len = len, .fd = fd};
	if (len)
		memcpy(frame->body, body, len);
	*peer->tail = frame;
	peer->tail = &frame->next;
	peer->n_bytes += len;
	if (peer->holder)
		loop_timer_set(peer->holder->deliver, loop_now(peer->holder->loop));
	return 0;
}

int chan_take_fd(struct chan *chan)
{
	int fd = chan->fd;

	chan->fd = -1;
	return fd;
}

/* Nothing is queued on this side: frames that were sent are in the pair already, as in a socket. */
void chan_reset(struct chan *chan)
{
	(void)chan;
}
