/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMTP_CHECK: the probe connects to the server by TCP and holds a dialogue with it. */
#include "base/clock.h"
#include "healthcheck/dialogue.h"
#include "healthcheck/probes/attempt.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

struct conversation {
	struct attempt attempt;
	const struct dialogue_rules *rules;
	struct loop *loop;
	bool is_connected;
	struct dialogue dialogue;
};

static void finish_by_errno(struct conversation *conversation, int error)
{
	attempt_finish(&conversation->attempt,
		       probe_result_of_errno(error, conversation->attempt.started));
}

/*
 * Sends what the dialogue says: some hundred bytes, for which a connection whose replies have all
 * arrived has room. Returns 0, or an errno value.
 */
static int say(struct conversation *conversation)
{
	const struct dialogue *dialogue = &conversation->dialogue;
	ssize_t n = send(conversation->attempt.fd, dialogue->say, dialogue->n_say, MSG_NOSIGNAL);

	if (n < 0)
		return errno;
	return (size_t)n == dialogue->n_say ? 0 : ENOBUFS;
}

static void conversation_end(struct conversation *conversation, bool is_good)
{
	struct probe_result result =
	    probe_result_new(is_good ? PROBE_OK : PROBE_FAIL, conversation->attempt.started, "%s",
			     conversation->dialogue.reason);

	if (is_good && conversation->dialogue.n_say)
		say(conversation); /* the last word; nothing depends on it */
	attempt_finish(&conversation->attempt, probe_result_answered(result));
}

/* Goes on until the server has to speak. False when the conversation is over, and freed. */
static bool go_on(struct conversation *conversation)
{
	struct dialogue *dialogue = &conversation->dialogue;

	for (;;) {
		enum dialogue_act act =
		    conversation->rules->next(dialogue, conversation->attempt.check);
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
	attempt_finish(&conversation->attempt,
		       probe_result_answered(probe_result_new(
			   PROBE_FAIL, conversation->attempt.started,
			   "the server closed the connection before its %s was complete",
			   conversation->rules->awaited(&conversation->dialogue))));
}

/* Reads once: a server that talks without end gets one turn of the loop at a time. False when the
 * conversation is over, and freed. */
static bool listen_once(struct conversation *conversation)
{
	struct dialogue *dialogue = &conversation->dialogue;
	ssize_t n = recv(conversation->attempt.fd, dialogue->heard + dialogue->n_heard,
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

	if (getsockopt(conversation->attempt.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		finish_by_errno(conversation, error);
		return false;
	}
	conversation->is_connected = true;
	loop_io_free(conversation->attempt.io);
	conversation->attempt.io = loop_io_new(conversation->loop, conversation->attempt.fd,
					       LOOP_READ, on_heard, conversation);
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
	struct pollfd ready = {.fd = conversation->attempt.fd,
			       .events = conversation->is_connected ? POLLIN : POLLOUT};
	const char *what = "connection";

	/* If this process did not run for a while, what is awaited may have arrived unread. */
	if (poll(&ready, 1, 0) > 0 && !(conversation->is_connected ? listen_once(conversation)
								   : take_connection(conversation)))
		return;
	if (conversation->is_connected)
		what = conversation->rules->awaited(&conversation->dialogue);
	attempt_finish(&conversation->attempt, probe_result_late(what, conversation->attempt.check,
								 conversation->attempt.started));
}

static struct probe *smtp_start(void *shared, const struct conf_check *check,
				const struct check_tls *tls, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	struct mono started = clock_mono();
	struct conversation *conversation;
	int fd = probe_connect(check, started, ret_result);
	const struct attempt attempt = {
	    .check = check, .done = done, .arg = arg, .started = started, .fd = fd};

	(void)tls;
	if (fd < 0)
		return NULL;
	conversation = attempt_new(shared, sizeof(*conversation), attempt, LOOP_WRITE,
				   on_connection, on_conversation_late);
	conversation->rules = &dialogue_smtp;
	conversation->loop = shared;
	return (struct probe *)conversation;
}

const struct probe_kind probe_smtp = {attempt_open, attempt_close, smtp_start, attempt_abandon};
