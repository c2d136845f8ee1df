/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/conversation.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct conversation {
	const struct dialogue_rules *rules;
	const struct conf_check *check;
	struct loop *loop;
	probe_done_fn *done;
	void *arg;
	struct loop_io *io;
	struct loop_timer *timer;
	struct mono started;
	int fd;
	bool is_connected;
	struct dialogue dialogue;
};

static void conversation_free(struct conversation *conversation)
{
	loop_io_free(conversation->io);
	loop_timer_free(conversation->timer);
	close(conversation->fd);
	free(conversation);
}

static void conversation_finish(struct conversation *conversation, struct probe_result result)
{
	probe_done_fn *done = conversation->done;
	void *arg = conversation->arg;

	conversation_free(conversation);
	done(&result, arg);
}

static void finish_by_errno(struct conversation *conversation, int error)
{
	conversation_finish(conversation, probe_result_of_errno(error, conversation->started));
}

/*
 * Sends what the dialogue says: some hundred bytes, for which a connection whose replies have all
 * arrived has room. Returns 0, or an errno value.
 */
static int say(struct conversation *conversation)
{
	const struct dialogue *dialogue = &conversation->dialogue;
	ssize_t n = send(conversation->fd, dialogue->say, dialogue->n_say, MSG_NOSIGNAL);

	if (n < 0)
		return errno;
	return (size_t)n == dialogue->n_say ? 0 : ENOBUFS;
}

static void conversation_end(struct conversation *conversation, bool is_good)
{
	struct probe_result result =
	    probe_result_new(is_good ? PROBE_OK : PROBE_FAIL, conversation->started, "%s",
			     conversation->dialogue.reason);

	if (is_good && conversation->dialogue.n_say)
		say(conversation); /* the last word; nothing depends on it */
	conversation_finish(conversation, probe_result_answered(result));
}

/* Goes on until the server has to speak. False when the conversation is over, and freed. */
static bool go_on(struct conversation *conversation)
{
	struct dialogue *dialogue = &conversation->dialogue;

	for (;;) {
		enum dialogue_act act = conversation->rules->next(dialogue, conversation->check);
		int error;

		if (act == DIALOGUE_LISTEN)
			return true;
		if (act != DIALOGUE_SAY) {
			conversation_end(conversation, act == DIALOGUE_GOOD);
			return false;
		}
		error = say(conversation);
		if (error) {
			finish_by_errno(conversation, error);
			return false;
		}
	}
}

static void conversation_break_off(struct conversation *conversation)
{
	conversation_finish(
	    conversation, probe_result_answered(probe_result_new(
			      PROBE_FAIL, conversation->started,
			      "the server closed the connection before its %s was complete",
			      conversation->rules->awaited(&conversation->dialogue))));
}

/* Reads once: a server that talks without end gets one turn of the loop at a time. False when the
 * conversation is over, and freed. */
static bool listen_once(struct conversation *conversation)
{
	struct dialogue *dialogue = &conversation->dialogue;
	ssize_t n = recv(conversation->fd, dialogue->heard + dialogue->n_heard,
			 sizeof(dialogue->heard) - dialogue->n_heard, 0);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n < 0)
		finish_by_errno(conversation, errno);
	else if (n == 0)
		conversation_break_off(conversation);
	else {
		dialogue->n_heard += (size_t)n;
		return go_on(conversation);
	}
	return false;
}

static void on_heard(int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	listen_once(arg);
}

/* The connection is made, or has failed. False when the conversation is over, and freed. */
static bool take_connection(struct conversation *conversation)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(conversation->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		finish_by_errno(conversation, error);
		return false;
	}
	conversation->is_connected = true;
	loop_io_free(conversation->io);
	conversation->io =
	    loop_io_new(conversation->loop, conversation->fd, LOOP_READ, on_heard, conversation);
	return go_on(conversation);
}

static void on_connection(int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	take_connection(arg);
}

static void on_conversation_late(void *arg)
{
	struct conversation *conversation = arg;
	struct pollfd ready = {.fd = conversation->fd,
			       .events = conversation->is_connected ? POLLIN : POLLOUT};
	const char *what = "connection";

	/* If this process did not run for a while, what is awaited may have arrived unread. */
	if (poll(&ready, 1, 0) > 0 && !(conversation->is_connected ? listen_once(conversation)
								 : take_connection(conversation)))
		return;
	if (conversation->is_connected)
		what = conversation->rules->awaited(&conversation->dialogue);
	conversation_finish(conversation, probe_result_late(what, conversation->check,
							    conversation->started));
}

struct probe *conversation_start(const struct dialogue_rules *rules, void *shared,
				 const struct conf_check *check, probe_done_fn *done, void *arg,
				 struct probe_result *ret_result)
{
	struct mono started = clock_mono();
	struct conversation *conversation;
	int fd = probe_connect(check, started, ret_result);

	if (fd < 0)
		return NULL;
	conversation = mem_calloc(1, sizeof(*conversation));
	conversation->rules = rules;
	conversation->check = check;
	conversation->loop = shared;
	conversation->done = done;
	conversation->arg = arg;
	conversation->started = started;
	conversation->fd = fd;
	conversation->io =
	    loop_io_new(conversation->loop, fd, LOOP_WRITE, on_connection, conversation);
	conversation->timer = loop_timer_new(conversation->loop, on_conversation_late, conversation);
	loop_timer_set(conversation->timer,
		       mono_add_us(started, (int64_t)check->connect_timeout_us));
	return (struct probe *)conversation;
}

void conversation_abandon(struct probe *probe)
{
	conversation_free((struct conversation *)probe);
}

void *conversation_open(struct loop *loop)
{
	return loop;
}

void conversation_close(void *shared)
{
	(void)shared;
}
