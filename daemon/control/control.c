/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/control/control.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/control/clients.h"
#include "daemon/shared/admins.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long to wait when no client could be accepted because the process has no free descriptor. */
#define ACCEPT_PAUSE_MS 1000

struct client {
	struct client *next, **link;
	struct control *control;
	struct loop_io *io;
	int fd;
	int passed_fd; /* came with the request that is being received; -1: none */
	struct mono quiet_since; /* see clients.h */
	struct ucred peer; /* pid 0: not known */
	bool is_allowed, is_ending; /* ending: it is closed when the answer has been sent */
	uint64_t deferred; /* the number of the request that is not answered yet; 0: there is none */
	bool is_due; /* its deferred request was answered: serve_due() serves the next ones */
	char *answer;
	size_t answer_len, answer_sent;
	size_t len;
	char request[CONTROL_REQUEST_MAX];
};

struct control {
	struct loop *loop;
	struct loop_io *io; /* NULL without a socket */
	int fd;
	int64_t idle_ms;
	const struct control_command *commands;
	const char *refusal; /* see control_refuse(); NULL: nothing is refused */
	void *arg;
	struct client *clients;
	unsigned n_clients;
	struct client *caller; /* whose request is being answered; NULL: no request is */
	uint64_t n_deferred;
	struct loop_timer *idle;  /* set to the time at which the next client has been idle for
				     too long */
	struct loop_timer *pause; /* set while no client can be accepted */
	struct loop_timer *due;   /* set while a client is_due */
	bool is_paused, is_pause_said;
};

const char *control_caller(const struct control *control, char text[static CONTROL_CALLER_MAX])
{
	const struct ucred *peer = &control->caller->peer;

	snprintf(text, CONTROL_CALLER_MAX, "uid %u (process %d)", (unsigned)peer->uid, (int)peer->pid);
	return text;
}

json_t *control_ok(json_t *result)
{
	return json_pack("{s:b, s:o}", "ok", 1, "result", result);
}

json_t *control_refused(const char *sentence)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", sentence);
}

static struct control_seat seat_of(const struct client *client)
{
	return (struct control_seat){client->quiet_since, client->answer || client->deferred};
}

/* The client to be closed for a new one; NULL: all wait for their answers. */
static struct client *client_to_replace(const struct control *control)
{
	struct control_seat seats[CONTROL_CLIENTS_MAX];
	struct client *clients[CONTROL_CLIENTS_MAX] = {NULL};
	size_t n = 0;
	int at;

	for (struct client *c = control->clients; c && n < CONTROL_CLIENTS_MAX; c = c->next) {
		seats[n] = seat_of(c);
		clients[n++] = c;
	}
	at = control_seat_to_take(seats, n);
	return at < 0 ? NULL : clients[at];
}

/* While there is no place for a new client and none can be made, new ones wait in the socket's
 * backlog. */
static void listen_if_possible(struct control *control)
{
	bool has_place = control->n_clients < CONTROL_CLIENTS_MAX || client_to_replace(control);

	if (control->io)
		loop_io_set(control->io, has_place && !control->is_paused ? LOOP_READ : 0);
}

static void client_drop_passed(struct client *client)
{
	if (client->passed_fd >= 0)
		close(client->passed_fd);
	client->passed_fd = -1;
}

static void client_free(struct client *client)
{
	struct control *control = client->control;

	*client->link = client->next;
	if (client->next)
		client->next->link = client->link;
	control->n_clients--;
	loop_io_free(client->io);
	client_drop_passed(client);
	close(client->fd);
	free(client->answer);
	free(client);
	listen_if_possible(control);
}

static void close_idle(void *arg)
{
	struct control *control = arg;
	struct mono now = clock_mono(), next = MONO_NEVER;

	for (struct client *client = control->clients, *after; client; client = after) {
		struct control_seat seat = seat_of(client);
		struct mono end = control_seat_ends(&seat, control->idle_ms);

		after = client->next;
		if (mono_reached(now, end))
			client_free(client);
		else
			next = mono_min(next, end);
	}
	loop_timer_set(control->idle, next);
}

/* Sends as much of the answer as it can. Returns false if the client was closed. */
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
		client->quiet_since = clock_mono();
	}
	free(client->answer);
	client->answer = NULL;
	client->answer_len = client->answer_sent = 0;
	if (client->is_ending) {
		client_free(client);
		return false;
	}
	loop_io_set(client->io, LOOP_READ);
	listen_if_possible(client->control);
	return true;
}

static bool client_answer(struct client *client, json_t *answer)
{
	char *text = json_dumps(answer, JSON_COMPACT);

	json_decref(answer);
	if (!text)
		mem_exhausted(0);
	client->answer_len = strlen(text);
	text[client->answer_len++] = '\n'; /* in place of the terminating NUL */
	client->answer = text;
	client->answer_sent = 0;
	return client_flush(client);
}

static json_t *help(const struct control_command *commands)
{
	json_t *list = json_array();

	for (; commands->name; commands++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", commands->name, "help",
						      commands->help));
	return control_ok(json_pack("{s:o}", "commands", list));
}

static size_t count_waiting(const struct control *control)
{
	size_t n = 0;

	for (const struct client *c = control->clients; c; c = c->next)
		n += c->deferred != 0;
	return n;
}

static json_t *run_command(const struct control *control, const struct control_command *command,
			   json_t *request)
{
	if (command->needs_start && control->refusal)
		return control_refused(control->refusal);
	if (command->may_wait && count_waiting(control) >= CONTROL_WAITING_MAX)
		return control_refused("too many clients wait for their commands already: nothing "
				       "was done; run this command again when some have ended");
	return command->fn(request, control->arg);
}

static json_t *answer_command(const struct control *control, const char *name, json_t *request)
{
	json_t *answer;
	char *text;

	for (const struct control_command *at = control->commands; at->name; at++)
		if (!strcmp(at->name, name))
			return run_command(control, at, request);
	if (!strcmp(name, "help"))
		return help(control->commands);
	text = mem_printf("there is no command '%s'", name);
	answer = control_refused(text);
	free(text);
	return answer;
}

static json_t *handle(struct client *client, const char *line, size_t len)
{
	json_error_t error;
	json_t *request, *answer;
	const char *command;

	if (!client->is_allowed)
		return control_refused("only root and the group " ADMINS_GROUP " may use the control "
				       "socket");
	request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(request)) {
		json_decref(request);
		return control_refused("a request is one JSON object on one line");
	}
	command = json_string_value(json_object_get(request, "command"));
	client->control->caller = client;
	answer = command ? answer_command(client->control, command, request)
			 : control_refused("a request needs a \"command\"");
	client->control->caller = NULL;
	json_decref(request);
	return answer;
}

/* Answers the first complete line. Returns false if there is none, or the client was closed. */
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
	if (!end || client->answer || client->deferred)
		return false;
	used = (size_t)(end - client->request) + 1;
	answer = handle(client, client->request, used - 1);
	client_drop_passed(client);
	client->len -= used;
	memmove(client->request, end + 1, client->len);
	if (client->deferred) {
		loop_io_set(client->io, 0);
		return false;
	}
	return client_answer(client, answer);
}

static void client_serve(struct client *client)
{
	while (client_serve_line(client))
		;
}

/* Serving a client may close it, and the command that it asks for may answer others. */
static void serve_due(void *arg)
{
	struct control *control = arg;
	struct client *client = control->clients;

	while (client) {
		if (!client->is_due) {
			client = client->next;
			continue;
		}
		client->is_due = false;
		loop_io_set(client->io, LOOP_READ);
		client_serve(client);
		client = control->clients;
	}
}

/* Of several descriptors the last one counts; the kernel closes those that find no room. */
static ssize_t client_receive(struct client *client)
{
	struct iovec iov = {client->request + client->len, sizeof(client->request) - client->len};
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))];
	struct msghdr head = {.msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = space,
			      .msg_controllen = CMSG_LEN(sizeof(int))};
	ssize_t n = recvmsg(client->fd, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *part = n > 0 ? CMSG_FIRSTHDR(&head) : NULL;

	if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS &&
	    part->cmsg_len == CMSG_LEN(sizeof(int))) {
		client_drop_passed(client);
		memcpy(&client->passed_fd, CMSG_DATA(part), sizeof(client->passed_fd));
	}
	return n;
}

static void on_client(int fd, unsigned events, void *arg)
{
	struct client *client = arg;
	ssize_t n;

	(void)fd;
	if (events & LOOP_WRITE) {
		if (!client_flush(client) || client->answer)
			return;
	}
	if (events & LOOP_READ) {
		n = client_receive(client);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			client_free(client);
			return;
		}
		client->len += (size_t)n;
	}
	client_serve(client);
}

static void client_add(struct control *control, int fd)
{
	struct client *client = mem_calloc(1, sizeof(*client));
	socklen_t size = sizeof(client->peer);

	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &client->peer, &size);
	client->is_allowed = admins_have_peer(fd);
	client->control = control;
	client->fd = fd;
	client->passed_fd = -1;
	client->quiet_since = clock_mono();
	client->next = control->clients;
	client->link = &control->clients;
	if (client->next)
		client->next->link = &client->next;
	control->clients = client;
	client->io = loop_io_new(control->loop, fd, LOOP_READ, on_client, client);
	if (control->n_clients++ == 0)
		close_idle(control); /* sets the timer; later clients become idle later */
}

static void resume(void *arg)
{
	struct control *control = arg;

	control->is_paused = false;
	listen_if_possible(control);
}

/* The socket stays readable, so without a pause the loop would try again without end. */
static void pause_accepting(struct control *control, int error)
{
	if (!control->is_pause_said)
		log_error("the control socket cannot take another client: %s; %slvsd tries again "
			  "each second",
			  err_errno(error),
			  error == EMFILE ? "LimitNOFILE= of the unit or `ulimit -n` allows more "
					    "descriptors; "
					  : "");
	control->is_pause_said = control->is_paused = true;
	loop_timer_set(control->pause, mono_add_ms(clock_mono(), ACCEPT_PAUSE_MS));
	listen_if_possible(control);
}

/* Returns a descriptor; -EAGAIN if no client waits; or another -errno. */
static int accept_one(int listen_fd)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		return fd;
	return errno == EINTR || errno == ECONNABORTED ? -EAGAIN : -errno;
}

static void on_connection(int listen_fd, unsigned events, void *arg)
{
	struct control *control = arg;
	struct client *quietest = client_to_replace(control);
	int fd;

	(void)events;
	if (control->n_clients >= CONTROL_CLIENTS_MAX && !quietest) {
		listen_if_possible(control); /* every client waits for its answer by now */
		return;
	}
	if (control->n_clients >= CONTROL_CLIENTS_MAX) {
		client_free(quietest);
		quietest = client_to_replace(control);
	}
	fd = accept_one(listen_fd);
	if ((fd == -EMFILE || fd == -ENFILE) && quietest) {
		client_free(quietest); /* frees the descriptor that is needed */
		fd = accept_one(listen_fd);
	}
	if (fd >= 0) {
		control->is_pause_said = false;
		client_add(control, fd);
		listen_if_possible(control);
	} else if (fd != -EAGAIN) {
		pause_accepting(control, -fd);
	}
}

void control_listen(struct control *control, int listen_fd)
{
	if (control->io) {
		loop_io_free(control->io);
		close(control->fd);
	}
	control->fd = listen_fd;
	control->io = listen_fd < 0 ? NULL
				    : loop_io_new(control->loop, listen_fd, LOOP_READ,
						  on_connection, control);
	listen_if_possible(control);
}

struct control *control_new(struct loop *loop, int listen_fd, int64_t idle_ms,
			    const struct control_command *commands, void *arg)
{
	struct control *control = mem_calloc(1, sizeof(*control));

	*control = (struct control){
	    .loop = loop, .idle_ms = idle_ms, .commands = commands, .arg = arg};
	control->idle = loop_timer_new(loop, close_idle, control);
	control->pause = loop_timer_new(loop, resume, control);
	control->due = loop_timer_new(loop, serve_due, control);
	control_listen(control, listen_fd);
	return control;
}

void control_refuse(struct control *control, const char *sentence)
{
	control->refusal = sentence;
}

int control_passed(const struct control *control)
{
	return control->caller ? control->caller->passed_fd : -1;
}

uint64_t control_defer(struct control *control)
{
	assert(control->caller && !control->caller->deferred);
	control->caller->deferred = ++control->n_deferred;
	return control->n_deferred;
}

void control_answer(struct control *control, uint64_t number, json_t *answer)
{
	struct client *client = control->clients;

	while (client && client->deferred != number)
		client = client->next;
	if (!client) {
		json_decref(answer);
		return;
	}
	client->deferred = 0;
	client->quiet_since = clock_mono();
	if (!client_answer(client, answer) || client->answer)
		return;
	/* Until serve_due() nothing more is read from this client: its buffer may be full of
	 * requests. */
	client->is_due = true;
	loop_io_set(client->io, 0);
	loop_timer_set(control->due, clock_mono());
}

void control_free(struct control *control)
{
	if (!control)
		return;
	while (control->clients)
		client_free(control->clients);
	control_listen(control, -1);
	loop_timer_free(control->idle);
	loop_timer_free(control->pause);
	loop_timer_free(control->due);
	free(control);
}
