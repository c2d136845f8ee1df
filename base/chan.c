/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/chan.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define FRAME_MAGIC 0x6c76
/* Frames read in one turn, so that a busy peer cannot starve timers. */
#define FRAMES_PER_TURN 256

struct frame_header {
	uint16_t magic, type;
	uint32_t len;
};

struct queued {
	struct queued *next;
	int fd; /* our copy of the descriptor to be sent with the frame; -1: none */
	size_t size;
	char bytes[];
};

struct chan {
	struct loop_io *io;
	chan_fn *on_frame;
	loop_fn *on_closed;
	void *arg;
	int fd;
	struct queued *head, **tail;
	size_t n_queued, queued_bytes, n_queued_fds;
	int received_fd; /* the descriptor of the frame being delivered; -1: none, or taken */
	bool *is_freed; /* set while frames are being delivered */
	char buffer[sizeof(struct frame_header) + CHAN_BODY_MAX];
};

int chan_pair(int ret_fds[static 2])
{
	int size = 4 * 1024 * 1024;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ret_fds) < 0)
		return -errno;
	for (int i = 0; i < 2; i++) {
		/* SO_SNDBUFFORCE needs CAP_NET_ADMIN. Without it the socket holds less, and
		 * chan_send() queues the rest. */
		if (setsockopt(ret_fds[i], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
			setsockopt(ret_fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	}
	return 0;
}

static void peer_is_gone(struct chan *chan)
{
	loop_io_set(chan->io, 0);
	if (chan->on_closed)
		chan->on_closed(chan->arg);
}

/* The descriptor that came with a message, or -1. */
static int descriptor_of(struct msghdr *message)
{
	const struct cmsghdr *part = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS &&
	    part->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(part), sizeof(fd));
	return fd;
}

/* As recv(); also sets received_fd. */
static ssize_t chan_receive(struct chan *chan)
{
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(__alignof__(struct cmsghdr))));
	struct iovec part = {chan->buffer, sizeof(chan->buffer)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t len = recvmsg(chan->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	chan->received_fd = len < 0 ? -1 : descriptor_of(&message);
	return len;
}

int chan_take_fd(struct chan *chan)
{
	int fd = chan->received_fd;

	chan->received_fd = -1;
	return fd;
}

static void close_received(struct chan *chan)
{
	int fd = chan_take_fd(chan);

	if (fd >= 0)
		close(fd);
}

/* Reads and delivers one frame. Returns false if there is no further frame, or the channel was
 * freed. */
static bool read_frame(struct chan *chan)
{
	struct frame_header header = {0};
	ssize_t len = chan_receive(chan);
	bool is_freed = false;

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (len <= 0) {
		peer_is_gone(chan);
		return false;
	}
	if ((size_t)len >= sizeof(header))
		memcpy(&header, chan->buffer, sizeof(header));
	if ((size_t)len < sizeof(header) || header.magic != FRAME_MAGIC ||
	    header.len != (size_t)len - sizeof(header)) {
		close_received(chan);
		return true;
	}
	chan->is_freed = &is_freed;
	chan->on_frame(header.type, chan->buffer + sizeof(header), header.len, chan->arg);
	if (is_freed)
		return false;
	chan->is_freed = NULL;
	close_received(chan);
	return true;
}

/* Sends the parts as one frame, with the descriptor fd (-1: none). Returns 0 or -errno. */
static int send_parts(const struct chan *chan, struct iovec *parts, size_t n, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(__alignof__(struct cmsghdr))));
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = n};
	struct cmsghdr *part;

	if (fd >= 0) {
		memset(control, 0, sizeof(control));
		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		part = CMSG_FIRSTHDR(&message);
		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(part), &fd, sizeof(fd));
	}
	return sendmsg(chan->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int send_queued(const struct chan *chan, struct queued *frame)
{
	return send_parts(chan, &(struct iovec){frame->bytes, frame->size}, 1, frame->fd);
}

static void drop_head(struct chan *chan)
{
	struct queued *head = chan->head;

	chan->head = head->next;
	if (!chan->head)
		chan->tail = &chan->head;
	chan->n_queued--;
	chan->queued_bytes -= head->size;
	if (head->fd >= 0) {
		close(head->fd);
		chan->n_queued_fds--;
	}
	free(head);
}

static void chan_flush(struct chan *chan)
{
	while (chan->head && send_queued(chan, chan->head) != -EAGAIN)
		drop_head(chan);
	if (!chan->head)
		loop_io_set(chan->io, LOOP_READ);
}

static void on_chan_ready(int fd, unsigned events, void *arg)
{
	struct chan *chan = arg;

	(void)fd;
	if (events & LOOP_WRITE)
		chan_flush(chan);
	if (events & LOOP_READ)
		for (int i = 0; i < FRAMES_PER_TURN && read_frame(chan); i++)
			;
}

struct chan *chan_new(struct loop *loop, int fd, chan_fn *on_frame, loop_fn *on_closed, void *arg)
{
	struct chan *chan = mem_calloc(1, sizeof(*chan));

	chan->fd = fd;
	chan->received_fd = -1;
	chan->on_frame = on_frame;
	chan->on_closed = on_closed;
	chan->arg = arg;
	chan->tail = &chan->head;
	chan->io = loop_io_new(loop, fd, LOOP_READ, on_chan_ready, chan);
	return chan;
}

void chan_reset(struct chan *chan)
{
	while (chan->head)
		drop_head(chan);
}

void chan_free(struct chan *chan)
{
	if (!chan)
		return;
	chan_reset(chan);
	close_received(chan);
	if (chan->is_freed)
		*chan->is_freed = true;
	loop_io_free(chan->io);
	close(chan->fd);
	free(chan);
}

static int enqueue(struct chan *chan, const struct frame_header *header, const void *body, int fd)
{
	struct queued *frame;
	int copy;

	if (fd >= 0 && chan->n_queued_fds >= CHAN_QUEUE_FDS_MAX)
		return -ENOBUFS;
	copy = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	if (fd >= 0 && copy < 0)
		return -errno;
	if (chan->n_queued >= CHAN_QUEUE_MAX ||
	    chan->queued_bytes + sizeof(*header) + header->len > CHAN_QUEUE_BYTES_MAX) {
		if (copy >= 0)
			close(copy);
		return -ENOBUFS;
	}
	frame = mem_calloc(1, sizeof(*frame) + sizeof(*header) + header->len);
	frame->fd = copy;
	chan->n_queued_fds += copy >= 0;
	frame->size = sizeof(*header) + header->len;
	memcpy(frame->bytes, header, sizeof(*header));
	if (header->len)
		memcpy(frame->bytes + sizeof(*header), body, header->len);
	*chan->tail = frame;
	chan->tail = &frame->next;
	chan->n_queued++;
	chan->queued_bytes += frame->size;
	loop_io_set(chan->io, LOOP_READ | LOOP_WRITE);
	return 0;
}

int chan_send_fd(struct chan *chan, uint16_t type, const void *body, size_t len, int fd)
{
	struct frame_header header = {FRAME_MAGIC, type, (uint32_t)len};
	struct iovec parts[2] = {{&header, sizeof(header)}, {(void *)body, len}};
	int code;

	if (len > CHAN_BODY_MAX)
		return -EMSGSIZE;
	if (chan->head)
		return enqueue(chan, &header, body, fd);
	code = send_parts(chan, parts, len ? 2 : 1, fd);
	return code == -EAGAIN ? enqueue(chan, &header, body, fd) : code;
}

int chan_send(struct chan *chan, uint16_t type, const void *body, size_t len)
{
	return chan_send_fd(chan, type, body, len, -1);
}
