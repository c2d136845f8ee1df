/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/conversation.h"
#include "base/clock.h"
#include "base/mem.h"
#include "healthcheck/probes/patience.h"
#include "healthcheck/probes/tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* What a conversation does now. */
enum phase {
	PHASE_CONNECTING,
	PHASE_HANDSHAKE, /* of TLS */
	PHASE_SAYING,
	PHASE_HEARING,
};

struct conversation {
	struct attempt attempt;
	const struct dialogue_rules *rules;
	const struct check_tls *files;
	struct conversations *shared;
	struct patience patience;
	enum phase phase;
	unsigned awaited; /* LOOP_READ or LOOP_WRITE: what the socket is watched for */
	struct tls *tls;  /* NULL: the connection is not encrypted */
	size_t n_said;    /* of dialogue.say */
	struct dialogue dialogue;
};

/* How a part of a conversation has gone. */
enum progress {
	GONE_ON,
	WAITING, /* for the socket */
	OVER,    /* the conversation is freed */
};

static void conversation_clear(struct attempt *attempt)
{
	struct conversation *conversation = (struct conversation *)attempt;

	tls_free(conversation->tls);
	patience_end(&conversation->patience);
}

static enum progress finish(struct conversation *conversation, struct probe_result result)
{
	attempt_finish(&conversation->attempt, result);
	return OVER;
}

static enum progress finish_by_errno(struct conversation *conversation, int error)
{
	return finish(conversation, probe_result_of_errno(error, conversation->attempt.started));
}

/* The server has answered, with what makes the check fail. */
static enum progress finish_badly(struct conversation *conversation, const char *reason)
{
	return finish(conversation, probe_result_answered(probe_result_new(
					PROBE_FAIL, conversation->attempt.started, "%s", reason)));
}

static void on_socket(int fd, unsigned events, void *arg);

static enum progress wait_for(struct conversation *conversation, unsigned events)
{
	if (conversation->awaited == events)
		return WAITING;
	loop_io_free(conversation->attempt.io);
	conversation->attempt.io = loop_io_new(conversation->shared->loop, conversation->attempt.fd,
					       events, on_socket, conversation);
	conversation->awaited = events;
	return WAITING;
}

/* What follows from a value of a function of tls.h that is no success. */
static enum progress tls_halt(struct conversation *conversation, ssize_t r, const struct err *err)
{
	if (r == TLS_WANTS_READ)
		return wait_for(conversation, LOOP_READ);
	if (r == TLS_WANTS_WRITE)
		return wait_for(conversation, LOOP_WRITE);
	if (r == TLS_BROKEN)
		return finish_by_errno(conversation, errno);
	return finish_badly(conversation, err->text);
}

static void awaited_write(const struct conversation *conversation,
			  char text[static DIALOGUE_AWAITED_MAX])
{
	static const char *const waits[] = {[PHASE_CONNECTING] = "connection",
					    [PHASE_HANDSHAKE] = "TLS handshake",
					    [PHASE_SAYING] = "room to send"};

	if (conversation->phase == PHASE_HEARING)
		conversation->rules->awaited(&conversation->dialogue, conversation->attempt.check,
					     text);
	else
		snprintf(text, DIALOGUE_AWAITED_MAX, "%s", waits[conversation->phase]);
}

static enum progress connect_end(struct conversation *conversation)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(conversation->attempt.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error)
		return finish_by_errno(conversation, error);
	conversation->phase = PHASE_HEARING;
	return GONE_ON;
}

static enum progress handshake(struct conversation *conversation)
{
	struct err err;
	int r = tls_handshake(conversation->tls, &err);

	if (r)
		return tls_halt(conversation, r, &err);
	conversation->phase = PHASE_HEARING;
	return GONE_ON;
}

static enum progress say(struct conversation *conversation)
{
	struct dialogue *dialogue = &conversation->dialogue;

	while (conversation->n_said < dialogue->n_say) {
		const char *at = dialogue->say + conversation->n_said;
		size_t left = dialogue->n_say - conversation->n_said;
		struct err err;
		ssize_t n;

		if (conversation->tls)
			n = tls_write(conversation->tls, at, left, &err);
		else
			n = send(conversation->attempt.fd, at, left, MSG_NOSIGNAL);
		if (n < 0 && conversation->tls)
			return tls_halt(conversation, n, &err);
		if (n < 0 && errno == EAGAIN)
			return wait_for(conversation, LOOP_WRITE);
		if (n < 0)
			return finish_by_errno(conversation, errno);
		conversation->n_said += (size_t)n;
	}
	conversation->phase = PHASE_HEARING;
	return GONE_ON;
}

static enum progress break_off(struct conversation *conversation)
{
	char awaited[DIALOGUE_AWAITED_MAX];

	awaited_write(conversation, awaited);
	return finish(conversation,
		      probe_result_answered(probe_result_new(
			  PROBE_FAIL, conversation->attempt.started,
			  "the server closed the connection before its %s was complete", awaited)));
}

static enum progress hear(struct conversation *conversation)
{
	struct dialogue *dialogue = &conversation->dialogue;
	char *at = dialogue->heard + dialogue->n_heard;
	size_t room = sizeof(dialogue->heard) - dialogue->n_heard;
	struct err err;
	ssize_t n;

	if (conversation->tls)
		n = tls_read(conversation->tls, at, room, &err);
	else
		n = recv(conversation->attempt.fd, at, room, 0);
	if (n < 0 && conversation->tls)
		return tls_halt(conversation, n, &err);
	if (n < 0 && errno == EAGAIN)
		return wait_for(conversation, LOOP_READ);
	if (n < 0)
		return finish_by_errno(conversation, errno);
	if (n == 0)
		return break_off(conversation);
	dialogue->n_heard += (size_t)n;
	dialogue->n_pieces++;
	return GONE_ON;
}

/* The last step before the one that comes next is the one that began TLS. */
static const char *sni_of(const struct conversation *conversation)
{
	const struct conf_check *check = conversation->attempt.check;
	unsigned step = conversation->dialogue.step;

	return step > 0 && step <= check->n_steps ? check->steps[step - 1].text : "";
}

static enum progress begin_tls(struct conversation *conversation)
{
	struct err err;
	int r = tls_new(conversation->attempt.fd, sni_of(conversation), conversation->files,
			&conversation->tls, &err);

	if (r < 0)
		return finish(conversation,
			      probe_result_new(PROBE_NONE, conversation->attempt.started,
					       "this machine could not probe: %s", err.text));
	conversation->phase = PHASE_HANDSHAKE;
	return GONE_ON;
}

static enum progress end_well(struct conversation *conversation)
{
	struct dialogue *dialogue = &conversation->dialogue;

	/* The last word; nothing depends on it. */
	if (dialogue->n_say && !conversation->tls)
		send(conversation->attempt.fd, dialogue->say, dialogue->n_say, MSG_NOSIGNAL);
	return finish(conversation,
		      probe_result_answered(probe_result_new(
			  PROBE_OK, conversation->attempt.started, "%s", dialogue->reason)));
}

/* Does the next act of the dialogue. */
static enum progress act(struct conversation *conversation)
{
	switch (conversation->rules->next(&conversation->dialogue, conversation->attempt.check)) {
	case DIALOGUE_LISTEN:
		return hear(conversation);
	case DIALOGUE_SAY:
		conversation->n_said = 0;
		conversation->phase = PHASE_SAYING;
		return GONE_ON;
	case DIALOGUE_TLS:
		return begin_tls(conversation);
	case DIALOGUE_GOOD:
		return end_well(conversation);
	default:
		return finish_badly(conversation, conversation->dialogue.reason);
	}
}

/*
 * Goes on until the socket must be waited for. A server that talks without end is heard
 * DIALOGUE_PIECES_MAX times at most.
 */
static enum progress go_on(struct conversation *conversation)
{
	static enum progress (*const phases[])(struct conversation *) = {
	    [PHASE_CONNECTING] = connect_end,
	    [PHASE_HANDSHAKE] = handshake,
	    [PHASE_SAYING] = say,
	    [PHASE_HEARING] = act,
	};
	enum progress progress;

	do
		progress = phases[conversation->phase](conversation);
	while (progress == GONE_ON);
	return progress;
}

static void on_socket(int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	go_on(arg);
}

static struct probe_result result_of_lateness(const struct conversation *conversation)
{
	char awaited[DIALOGUE_AWAITED_MAX];

	awaited_write(conversation, awaited);
	return probe_result_late(awaited, conversation->attempt.check,
				 conversation->attempt.started);
}

static void on_conversation_late(void *arg)
{
	struct conversation *conversation = arg;

	switch (patience_judge(&conversation->patience)) {
	case PATIENCE_MORE:
		loop_timer_set(conversation->attempt.timer, conversation->patience.deadline);
		break;
	case PATIENCE_LOST:
		finish(conversation,
		       patience_result(&conversation->patience, conversation->attempt.started));
		break;
	case PATIENCE_OVER:
		finish(conversation, result_of_lateness(conversation));
	}
}

struct probe *conversation_start(struct conversations *shared, const struct dialogue_rules *rules,
				 const struct conf_check *check, const struct probe_means *means,
				 probe_done_fn *done, void *arg, struct probe_result *ret_result)
{
	struct attempt attempt = {
	    .check = check, .done = done, .arg = arg, .clear = conversation_clear};
	struct conversation *conversation;
	struct patience patience;

	patience_begin(&patience, shared->awake);
	attempt.started = clock_mono();
	patience_set(&patience, mono_add_us(attempt.started, (int64_t)check->connect_timeout_us));
	attempt.fd = probe_connect(check, means, attempt.started, ret_result);
	if (attempt.fd < 0) {
		patience_end(&patience);
		return NULL;
	}
	conversation = attempt_new(shared->loop, sizeof(*conversation), attempt, LOOP_WRITE,
				   on_socket, on_conversation_late);
	conversation->awaited = LOOP_WRITE;
	conversation->rules = rules;
	conversation->files = means->tls;
	conversation->shared = shared;
	conversation->patience = patience;
	return (struct probe *)conversation;
}

void *conversations_open(struct loop *loop)
{
	struct conversations *shared = mem_calloc(1, sizeof(*shared));

	*shared = (struct conversations){.loop = loop, .awake = awake_new(loop)};
	return shared;
}

void conversations_close(void *arg)
{
	struct conversations *shared = arg;

	awake_free(shared->awake);
	free(shared);
}
