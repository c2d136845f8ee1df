/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/listeners.h"
#include "base/mem.h"
#include "base/vec.h"
#include "vrrp/machine/listen.h"

#include <errno.h>
#include <stdlib.h>

/* Frames that are read at a time. Then the filter drops those of the interfaces that they came by. */
#define READ_MAX 256

struct listener {
	struct vrrp_port *port;
	unsigned index; /* of the interface */
	bool has_heard;
};

struct vrrp_listeners {
	struct loop *loop;
	int fd; /* negative: closed */
	struct loop_io *io;
	struct loop_timer *tell; /* ports have heard, and do not know yet */
	VEC(struct listener) list; /* by index */
};

/* Receives from the interfaces of those that have not heard yet. 0 or -errno. */
static int filter_renew(const struct vrrp_listeners *listeners)
{
	VEC(unsigned) indexes = {0};
	int code;

	for (size_t i = 0; i < listeners->list.n; i++) {
		const struct listener *listener = &listeners->list.items[i];

		/* The ports of both families may have the same interface. */
		if (!listener->has_heard &&
		    (!indexes.n || indexes.items[indexes.n - 1] != listener->index))
			*(unsigned *)vec_push(&indexes) = listener->index;
	}
	code = vrrp_listen_watch(listeners->fd, indexes.items, indexes.n);
	vec_free(&indexes);
	return code;
}

static bool index_has_heard(struct vrrp_listeners *listeners, unsigned index)
{
	bool is_news = false;

	for (size_t i = 0; i < listeners->list.n; i++)
		if (listeners->list.items[i].index == index && !listeners->list.items[i].has_heard)
			listeners->list.items[i].has_heard = is_news = true;
	return is_news;
}

static void frames_read(struct vrrp_listeners *listeners)
{
	bool is_news = false;
	unsigned index;
	int code = 0;

	for (unsigned i = 0; i < READ_MAX && code != -EAGAIN; i++) {
		code = vrrp_listen_read(listeners->fd, &index);
		if (code == 0)
			is_news |= index_has_heard(listeners, index);
	}
	if (!is_news)
		return;
	/* A refusal does not matter: they go on being read. */
	(void)filter_renew(listeners);
	loop_timer_set(listeners->tell, loop_now(listeners->loop));
}

static void on_listen_readable(int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	frames_read(arg);
}

/* A port that is told is dropped as a rule, and others may come meanwhile. */
static void on_listener_told(void *arg)
{
	struct vrrp_listeners *listeners = arg;
	VEC(struct vrrp_port *) told = {0};

	for (size_t i = 0; i < listeners->list.n; i++)
		if (listeners->list.items[i].has_heard)
			*(struct vrrp_port **)vec_push(&told) = listeners->list.items[i].port;
	for (size_t i = 0; i < told.n; i++)
		told.items[i]->host->on_frame(told.items[i]);
	vec_free(&told);
}

struct vrrp_listeners *vrrp_listeners_new(struct loop *loop)
{
	struct vrrp_listeners *listeners = mem_calloc(1, sizeof(*listeners));

	listeners->loop = loop;
	listeners->fd = -1;
	listeners->tell = loop_timer_new(loop, on_listener_told, listeners);
	return listeners;
}

void vrrp_listeners_free(struct vrrp_listeners *listeners)
{
	if (!listeners)
		return;
	loop_timer_free(listeners->tell);
	vec_free(&listeners->list);
	free(listeners);
}

static int listening_begin(struct vrrp_listeners *listeners)
{
	if (listeners->fd >= 0)
		return 0;
	listeners->fd = vrrp_listen_open();
	if (listeners->fd < 0)
		return listeners->fd;
	listeners->io =
	    loop_io_new(listeners->loop, listeners->fd, LOOP_READ, on_listen_readable, listeners);
	return 0;
}

static void listening_end(struct vrrp_listeners *listeners)
{
	if (listeners->list.n || listeners->fd < 0)
		return;
	loop_io_free(listeners->io);
	vrrp_listen_close(listeners->fd);
	listeners->io = NULL;
	listeners->fd = -1;
}

int vrrp_listeners_add(struct vrrp_listeners *listeners, struct vrrp_port *port, struct err *err)
{
	int code = listening_begin(listeners);
	size_t at = 0;

	if (code == 0) {
		/* What waits in the socket is older than this listening. */
		frames_read(listeners);
		while (at < listeners->list.n && listeners->list.items[at].index <= port->index)
			at++;
		vec_push(&listeners->list);
		for (size_t i = listeners->list.n - 1; i > at; i--)
			listeners->list.items[i] = listeners->list.items[i - 1];
		listeners->list.items[at] = (struct listener){.port = port, .index = port->index};
		code = filter_renew(listeners);
		if (code < 0)
			vrrp_listeners_drop(listeners, port);
	}
	return code < 0 ? err_set(err, code, "a packet socket that listens on %s cannot be opened: %s",
				  port->interface, err_errno(code))
			: 0;
}

static size_t listener_find(const struct vrrp_listeners *listeners, const struct vrrp_port *port)
{
	size_t at = 0;

	while (listeners->list.items[at].port != port)
		at++;
	return at;
}

void vrrp_listeners_drop(struct vrrp_listeners *listeners, const struct vrrp_port *port)
{
	size_t at = listener_find(listeners, port);
	bool is_received = !listeners->list.items[at].has_heard;

	listeners->list.n--;
	for (size_t i = at; i < listeners->list.n; i++)
		listeners->list.items[i] = listeners->list.items[i + 1];
	if (is_received && listeners->list.n)
		(void)filter_renew(listeners);
	listening_end(listeners);
}

bool vrrp_listeners_have_heard(struct vrrp_listeners *listeners, const struct vrrp_port *port)
{
	frames_read(listeners);
	return listeners->list.items[listener_find(listeners, port)].has_heard;
}
