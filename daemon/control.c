/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/control.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
	struct client *next, **link;
	struct control *control;
	struct loop_io *io;
	int fd;
	bool is_allowed, is_ending; /* ending: closed when the answer is out */
	char *answer;
	size_t answer_len, answer_sent;
	size_t len;
	char request[CONTROL_REQUEST_MAX];
};

struct control {
	struct loop *loop;
	struct loop_io *io;
	int fd;
	control_fn *fn;
	void *arg;
	struct client *clients;
	unsigned n_clients;
};

json_t *control_ok(json_t *result)
{
	return json_pack("{s:b, s:o}", "ok", 1, "result", result);
}

json_t *control_refused(const char *sentence)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", sentence);
}

static void client_free(struct client *client)
{
	struct control *control = client->control;

	*client->link = client->next;
	if (client->next)
		client->next->link = client->link;
	if (control->n_clients-- == CONTROL_CLIENTS_MAX)
		loop_io_set(control->io, LOOP_READ);
	loop_io_free(client->io);
	close(client->fd);
	free(client->answer);
	free(client);
}

/* Sends what it can; false when the client is gone. */
static bool client_flush(struct client *client)
{
	while (client->answer_sent < client->answer_len) {
		ssize_t n = send(client->fd, client->answer + client->answer_sent,
				 client->answer_len - client->answer_sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			loop_io_set(client->io, LOOP_WRITE);
			return true;
		}
		if (n < 0) {
			client_free(client);
			return false;
		}
		client->answer_sent += (size_t)n;
	}
	free(client->answer);
	client->answer = NULL;
	client->answer_len = client->answer_sent = 0;
	if (client->is_ending) {
		client_free(client);
		return false;
	}
	loop_io_set(client->io, LOOP_READ);
	return true;
}

static bool client_answer(struct client *client, json_t *answer)
{
	char *text = json_dumps(answer, JSON_COMPACT);

	json_decref(answer);
	if (!text)
		mem_exhausted(0);
	client->answer_len = strlen(text);
	text[client->answer_len++] = '\n'; /* in place of the NUL */
	client->answer = text;
	client->answer_sent = 0;
	return client_flush(client);
}

static json_t *handle(struct client *client, const char *line, size_t len)
{
	json_error_t error;
	json_t *request, *answer;
	const char *command;

	if (!client->is_allowed)
		return control_refused("only root may use the control socket");
	request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(request)) {
		json_decref(request);
		return control_refused("a request is one JSON object on a line of its own");
	}
	command = json_string_value(json_object_get(request, "command"));
	answer = command ? client->control->fn(command, request, client->control->arg) : NULL;
	if (!answer) {
		char *text = command ? mem_printf("there is no command '%s'", command)
				     : mem_strdup("a request names its \"command\"");
		answer = control_refused(text);
		free(text);
	}
	json_decref(request);
	return answer;
}

/* Answers the first complete line; false when there is none, or no client, any more. */
static bool client_serve_line(struct client *client)
{
	char *end = memchr(client->request, '\n', client->len);
	json_t *answer;
	size_t used;

	if (!end && client->len == sizeof(client->request)) {
		client->is_ending = true;
		client_answer(client, control_refused("the request is longer than 65536 bytes"));
		return false;
	}
	if (!end || client->answer)
		return false;
	used = (size_t)(end - client->request) + 1;
	answer = handle(client, client->request, used - 1);
	client->len -= used;
	memmove(client->request, end + 1, client->len);
	return client_answer(client, answer);
}

static void on_client(int fd, unsigned events, void *arg)
{
	struct client *client = arg;
	ssize_t n;

	if (events & LOOP_WRITE) {
		if (!client_flush(client) || client->answer)
			return;
	}
	if (events & LOOP_READ) {
		n = recv(fd, client->request + client->len, sizeof(client->request) - client->len,
			 MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			client_free(client);
			return;
		}
		client->len += (size_t)n;
	}
	while (client_serve_line(client))
		;
}

static void on_connection(int listen_fd, unsigned events, void *arg)
{
	struct control *control = arg;
	struct client *client;
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd < 0)
		return;
	client = mem_calloc(1, sizeof(*client));
	client->is_allowed = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
			     peer.uid == 0;
	client->control = control;
	client->fd = fd;
	client->next = control->clients;
	client->link = &control->clients;
	if (client->next)
		client->next->link = &client->next;
	control->clients = client;
	client->io = loop_io_new(control->loop, fd, LOOP_READ, on_client, client);
	if (++control->n_clients == CONTROL_CLIENTS_MAX)
		loop_io_set(control->io, 0); /* further ones wait in the backlog */
}

struct control *control_new(struct loop *loop, int listen_fd, control_fn *fn, void *arg)
{
	struct control *control = mem_calloc(1, sizeof(*control));

	*control = (struct control){.loop = loop, .fd = listen_fd, .fn = fn, .arg = arg};
	control->io = loop_io_new(loop, listen_fd, LOOP_READ, on_connection, control);
	return control;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	while (control->clients)
		client_free(control->clients);
	loop_io_free(control->io);
	close(control->fd);
	free(control);
}
