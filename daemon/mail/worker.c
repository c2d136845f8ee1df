/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/mail/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/signals.h"
#include "daemon/mail/message.h"
#include "daemon/mail/queue.h"
#include "daemon/mail/sender.h"
#include "daemon/shared/host_name.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* How often the same failure is logged. */
#define SAY_AGAIN_MS INT64_C(600000)

struct mail_worker {
	struct loop *loop;
	struct greeted *director;
	struct mail_sender *sender;
	struct loop_timer *timer; /* the next attempt, or the end of the oldest mail */
	struct loop_timer *stop;
	struct mail_queue queue;
	struct arena *arena; /* of settings; NULL: there are none yet */
	struct mail_settings settings;
	char *text; /* of the mail that is being sent */
	uint64_t n_taken;
	struct mail_state state, told; /* now, and as the director knows it */
	struct mono say_again;
	size_t n_full; /* mails that were lost for newer ones and not logged yet */
	struct log_limit full;
	bool is_stopping;
};

static int32_t utc_offset(int64_t wall_us)
{
	const time_t seconds = (time_t)(wall_us / US_PER_S);
	struct tm tm;

	return localtime_r(&seconds, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

static char *message_of(struct mail_worker *worker, const struct mail *mail)
{
	char host[HOST_NAME_MAX + 1];
	const struct message_origin origin = {.utc_offset_s = utc_offset(mail->wall_us),
					      .host = host,
					      .pid = getpid()};

	host_name(host);
	return message_text(&worker->settings, mail, &origin);
}

/* Tells the director how the worker is, if that has changed. */
static void report(struct mail_worker *worker)
{
	uint8_t body[MAIL_STATE_MAX];
	size_t len;

	worker->state.n_waiting = (uint32_t)worker->queue.items.n;
	worker->state.n_sent = worker->queue.n_sent;
	worker->state.n_lost = worker->queue.n_lost;
	if (!memcmp(&worker->state, &worker->told, sizeof(worker->state)) ||
	    !greeted_is_met(worker->director))
		return;
	len = mail_state_encode(&worker->state, body, sizeof(body));
	if (greeted_send(worker->director, MAIL_FRAME_STATE, body, len) == 0)
		worker->told = worker->state;
}

static void expire(struct mail_worker *worker, struct mono now)
{
	size_t n = queue_expire(&worker->queue, now);

	if (n)
		log_warning("%zu mail%s lost: the mail server took none for an hour: %s", n,
			    n == 1 ? " is" : "s are", worker->state.error);
}

/* Begins the next mail if its turn has come. */
static void step(struct mail_worker *worker)
{
	struct mono now = clock_mono();
	const struct mail *mail;

	expire(worker, now);
	mail = worker->arena ? queue_begin(&worker->queue, now) : NULL;
	if (mail) {
		free(worker->text);
		worker->text = message_of(worker, mail);
		sender_start(worker->sender, &worker->settings, worker->text,
			     worker->queue.items.n == 1);
	}
	loop_timer_set(worker->timer, worker->arena ? queue_next(&worker->queue) : MONO_NEVER);
	report(worker);
	if (worker->is_stopping && !worker->queue.is_sending)
		loop_stop(worker->loop);
}

static void on_turn(void *arg)
{
	step(arg);
}

/* Logs why mail is not sent: a new cause at once, the same one again after a while. */
static void log_failure(struct mail_worker *worker, enum queue_outcome outcome, const char *why)
{
	struct mono now = clock_mono();
	size_t n = worker->queue.items.n;
	bool is_same = !strcmp(worker->state.error, why);

	if (is_same && !mono_reached(now, worker->say_again))
		return;
	worker->say_again = mono_add_ms(now, SAY_AGAIN_MS);
	if (outcome == QUEUE_SENT)
		log_warning("mail to %s:%u: %s", worker->settings.server, worker->settings.port, why);
	else if (outcome == QUEUE_REFUSED)
		log_warning("mail to %s:%u is lost: %s", worker->settings.server,
			    worker->settings.port, why);
	else
		log_warning("mail to %s:%u cannot be sent: %s; %zu mail%s wait%s, each for an hour at "
			    "most, and lvsd tries again",
			    worker->settings.server, worker->settings.port, why, n, plural(n),
			    n == 1 ? "s" : "");
}

static void on_done(enum queue_outcome outcome, const char *why, void *arg)
{
	struct mail_worker *worker = arg;

	queue_end(&worker->queue, outcome, clock_mono());
	if (why[0])
		log_failure(worker, outcome, why);
	else if (worker->state.error[0])
		log_notice("mail to %s:%u is sent again", worker->settings.server,
			   worker->settings.port);
	memset(worker->state.error, 0, sizeof(worker->state.error));
	snprintf(worker->state.error, sizeof(worker->state.error), "%s", why);
	/* Not from here: libcurl is in the midst of the old transfer. */
	loop_timer_set(worker->timer, clock_mono());
}

static void take_settings(struct mail_worker *worker, const void *body, size_t len)
{
	struct arena *arena = arena_new();
	struct mail_settings settings;

	if (mail_settings_decode(body, len, arena, &settings) < 0) {
		log_warning("the director sent malformed settings for mail: ignored");
		arena_free(arena);
		return;
	}
	arena_free(worker->arena);
	worker->arena = arena;
	worker->settings = settings;
	queue_retry(&worker->queue);
	step(worker);
}

static void log_full(struct mail_worker *worker, size_t n_lost)
{
	unsigned n_unsaid;

	worker->n_full += n_lost;
	if (!worker->n_full || !log_limit_take(&worker->full, clock_mono(), &n_unsaid))
		return;
	log_warning("%zu mail%s lost: more events come than the mail server takes mails, and %d wait",
		    worker->n_full, worker->n_full == 1 ? " is" : "s are", QUEUE_MAX);
	worker->n_full = 0;
}

static void take_mail(struct mail_worker *worker, const void *body, size_t len)
{
	struct arena *arena = arena_new();
	struct mail mail;

	if (mail_decode(body, len, arena, &mail) < 0) {
		log_warning("the director sent a malformed mail: ignored");
	} else {
		mail.number = ++worker->n_taken;
		log_full(worker, queue_add(&worker->queue, &mail, clock_mono()));
	}
	arena_free(arena);
	/* Later in this turn, so that mails which come together share a connection. */
	loop_timer_set(worker->timer, clock_mono());
}

static void on_mail_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	if (type == MAIL_FRAME_SETTINGS)
		take_settings(arg, body, len);
	else if (type == MAIL_FRAME_MAIL)
		take_mail(arg, body, len);
}

/* A new director must be told how things are. */
static void on_mail_met(void *arg)
{
	struct mail_worker *worker = arg;

	worker->told = (struct mail_state){.n_waiting = UINT32_MAX};
	report(worker);
}

/* The director was replaced; what its predecessor reported has happened all the same. */
static void on_mail_lost(void *arg)
{
	(void)arg;
}

static void on_mail_closed(void *arg)
{
	loop_stop(((struct mail_worker *)arg)->loop);
}

static void on_mail_stop(void *arg)
{
	loop_stop(((struct mail_worker *)arg)->loop);
}

struct mail_worker *mail_worker_new(struct loop *loop, int channel, const char *ca)
{
	struct mail_worker *worker = mem_calloc(1, sizeof(*worker));
	const struct greeted_ops ops = {.on_lost = on_mail_lost,
					.on_met = on_mail_met,
					.on_frame = on_mail_frame,
					.on_closed = on_mail_closed,
					.arg = worker};

	worker->loop = loop;
	worker->sender = sender_new(loop, ca, on_done, worker);
	worker->timer = loop_timer_new(loop, on_turn, worker);
	worker->stop = loop_timer_new(loop, on_mail_stop, worker);
	worker->director = greeted_new_worker(loop, channel, &ops);
	return worker;
}

void mail_worker_stop(struct mail_worker *worker)
{
	worker->is_stopping = true;
	loop_timer_set(worker->stop, mono_add_ms(clock_mono(), MAIL_STOP_MS));
	step(worker);
}

void mail_worker_free(struct mail_worker *worker)
{
	size_t n;

	if (!worker)
		return;
	n = worker->queue.items.n;
	if (n)
		log_warning("%zu mail%s lost: the process that sends mail ends", n,
			    n == 1 ? " is" : "s are");
	greeted_free(worker->director);
	sender_free(worker->sender);
	loop_timer_free(worker->timer);
	loop_timer_free(worker->stop);
	queue_free(&worker->queue);
	arena_free(worker->arena);
	free(worker->text);
	free(worker);
}

static void on_mail_term(int number, void *arg)
{
	(void)number;
	mail_worker_stop(arg);
}

int mail_worker_run(int channel)
{
	struct loop *loop = loop_new();
	struct signals *signals = signals_new(loop, false);
	struct mail_worker *worker = mail_worker_new(loop, channel, NULL);
	struct loop_signal *term = loop_signal_new(loop, SIGTERM, on_mail_term, worker);

	loop_run(loop);
	loop_signal_free(term);
	mail_worker_free(worker);
	signals_free(signals);
	loop_free(loop);
	return 0;
}
