/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMTP_CHECK: the probe connects to the server by TCP and holds a dialogue with it. */
#include "base/clock.h"
#include "base/mem.h"
#include "healthcheck/dialogue.h"
#include "healthcheck/probes/attempt.h"
#include "healthcheck/probes/patience.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct table {
	struct loop *loop;
	struct awake *awake;
};

struct conversation {
	struct attempt attempt;
	const struct dialogue_rules *rules;
	struct table *table;
	struct patience patience;
	bool is_connected;
	struct dialogue dialogue;
};

static void conversation_finish(struct conversation *conversation, struct probe_result result)
{
	patience_end(&conversation->patience);
	attempt_finish(&conversation->attempt, result);
}

static void finish_by_errno(struct conversation *conversation, int error)
{
	conversation_finish(conversation,
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
	conversation_finish(conversation, probe_result_answered(result));
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
	conversation_finish(conversation,
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
	conversation->attempt.io = loop_io_new(conversation->table->loop, conversation->attempt.fd,
					       LOOP_READ, on_heard, conversation);
	return go_on(conversation);
}

static void on_connection(int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	take_connection(arg);
}

static struct probe_result result_of_lateness(const struct conversation *conversation)
{
	const char *what = conversation->is_connected
			       ? conversation->rules->awaited(&conversation->dialogue)
			       : "connection";

	return probe_result_late(what, conversation->attempt.check, conversation->attempt.started);
}

static void on_conversation_late(void *arg)
{
	struct conversation *conversation = arg;

	switch (patience_judge(&conversation->patience)) {
	case PATIENCE_MORE:
		loop_timer_set(conversation->attempt.timer, conversation->patience.deadline);
		break;
	case PATIENCE_LOST:
		conversation_finish(conversation, patience_result(&conversation->patience,
								  conversation->attempt.started));
		break;
	case PATIENCE_OVER:
		conversation_finish(conversation, result_of_lateness(conversation));
	}
}

static struct probe *smtp_start(void *shared, const struct conf_check *check,
				const struct check_tls *tls, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	struct table *table = shared;
	struct patience patience;
	struct attempt attempt = {.check = check, .done = done, .arg = arg};
	struct conversation *conversation;

	(void)tls;
	patience_begin(&patience, table->awake);
	attempt.started = clock_mono();
	patience_set(&patience, mono_add_us(attempt.started, (int64_t)check->connect_timeout_us));
	attempt.fd = probe_connect(check, attempt.started, ret_result);
	if (attempt.fd < 0) {
		patience_end(&patience);
		return NULL;
	}
	conversation = attempt_new(table->loop, sizeof(*conversation), attempt, LOOP_WRITE,
				   on_connection, on_conversation_late);
	conversation->rules = &dialogue_smtp;
	conversation->table = table;
	conversation->patience = patience;
	return (struct probe *)conversation;
}

static void conversation_abandon(struct probe *probe)
{
	struct conversation *conversation = (struct conversation *)probe;

	patience_end(&conversation->patience);
	attempt_abandon(probe);
}

static void *table_open(struct loop *loop)
{
	struct table *table = mem_calloc(1, sizeof(*table));

	*table = (struct table){.loop = loop, .awake = awake_new(loop)};
	return table;
}

static void table_close(void *shared)
{
	struct table *table = shared;

	awake_free(table->awake);
	free(table);
}

const struct probe_kind probe_smtp = {table_open, table_close, smtp_start, conversation_abandon};
