/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/mail/mails.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/host_name.h"

#include <stdlib.h>
#include <string.h>

#define SMTP_PORT  25
#define SMTPS_PORT 465

static unsigned port_of(const struct conf_mail *mail)
{
	return mail->port ? mail->port : mail->tls == CONF_MAIL_TLS ? SMTPS_PORT : SMTP_PORT;
}

static void send_settings(struct mails *mails)
{
	const struct conf_mail *mail = &mails->global->mail;
	const char *recipients[CONF_RECIPIENTS_MAX];
	char host[HOST_NAME_MAX + 1], *from;
	struct mail_settings settings;
	uint8_t frame[MAIL_SETTINGS_MAX];

	host_name(host);
	from = mail->from[0] ? mem_strdup(mail->from) : mem_printf("lvsd@%s", host);
	for (size_t i = 0; i < mail->n_recipients; i++)
		recipients[i] = mail->recipients[i].address;
	settings = (struct mail_settings){.server = mail->server,
					  .port = (uint16_t)port_of(mail),
					  .helo = mail->helo[0] ? mail->helo : host,
					  .timeout_s = mail->timeout_s ? mail->timeout_s : CONF_MAIL_TIMEOUT_S,
					  .tls = (enum conf_mail_tls)mail->tls,
					  .user = mail->user,
					  .password = mail->password,
					  .from = from,
					  .recipients = recipients,
					  .n_recipients = mail->n_recipients};
	greeted_send(mails->worker, MAIL_FRAME_SETTINGS, frame,
		     mail_settings_encode(&settings, frame, sizeof(frame)));
	free(from);
}

static void waiting_drop(struct mails *mails, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(mails->waiting.items[i].frame);
	mails->waiting.n -= n;
	if (!mails->waiting.n)
		return;
	memmove(mails->waiting.items, mails->waiting.items + n,
		mails->waiting.n * sizeof(*mails->waiting.items));
}

static void frame_send(struct mails *mails, const void *frame, size_t len)
{
	if (greeted_send(mails->worker, MAIL_FRAME_MAIL, frame, len) < 0)
		mails->n_lost++;
	else
		mails->n_given++;
}

static void on_mails_met(void *arg)
{
	struct mails *mails = arg;

	if (!mails->global || !conf_mail_is_sent(&mails->global->mail))
		return;
	send_settings(mails);
	for (size_t i = 0; i < mails->waiting.n; i++)
		frame_send(mails, mails->waiting.items[i].frame, mails->waiting.items[i].len);
	waiting_drop(mails, mails->waiting.n);
}

/* The process has died or was ended: what waited there is lost. */
static void on_mails_lost(void *arg)
{
	struct mails *mails = arg;
	uint64_t n = mails->n_before + mails->n_given - mails->state.n_sent - mails->state.n_lost;

	if (n && !mails->is_closed)
		log_warning("%llu mail%s lost: the process that sends mail has ended",
			    (unsigned long long)n, n == 1 ? " is" : "s are");
	mails->n_lost += n + mails->state.n_lost;
	mails->n_sent += mails->state.n_sent;
	mails->n_before = mails->n_given = 0;
	mails->has_state = false;
	memset(&mails->state, 0, sizeof(mails->state));
}

static void on_mails_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct mails *mails = arg;

	if (type != MAIL_FRAME_STATE)
		return;
	if (mail_state_decode(body, len, &mails->state) < 0) {
		log_warning("the process that sends mail sent a malformed report: ignored");
		return;
	}
	/* The first report comes before the process takes a mail of this director. */
	if (!mails->has_state)
		mails->n_before =
		    mails->state.n_waiting + mails->state.n_sent + mails->state.n_lost;
	mails->has_state = true;
}

void mails_open(struct mails *mails, struct loop *loop, int fd, bool is_restart)
{
	const struct greeted_ops ops = {.on_lost = on_mails_lost,
					.on_met = on_mails_met,
					.on_frame = on_mails_frame,
					.arg = mails};

	mails->worker = greeted_new_director(loop, fd, is_restart, &ops);
}

void mails_close(struct mails *mails)
{
	waiting_drop(mails, mails->waiting.n);
	vec_free(&mails->waiting);
	greeted_free(mails->worker);
}

void mails_configure(struct mails *mails, const struct conf *conf)
{
	mails->global = &conf->global;
	if (!conf_mail_is_sent(&conf->global.mail))
		waiting_drop(mails, mails->waiting.n);
	else if (greeted_is_met(mails->worker))
		send_settings(mails);
}

void mails_stop(struct mails *mails)
{
	mails->is_closed = true;
}

static void frame_keep(struct mails *mails, const void *frame, size_t len)
{
	struct mails_waiting *waiting;

	if (mails->waiting.n >= MAILS_WAITING_MAX) {
		waiting_drop(mails, 1);
		mails->n_lost++;
	}
	waiting = vec_push(&mails->waiting);
	waiting->frame = mem_calloc(1, len);
	waiting->len = len;
	memcpy(waiting->frame, frame, len);
}

void mails_event(struct mails *mails, const struct alert *alert, uint8_t own)
{
	char host[HOST_NAME_MAX + 1], stamp[CLOCK_STAMP_MAX];
	struct mail mail = {.wall_us = clock_wall_us()};
	uint8_t frame[MAIL_MAIL_MAX];
	const char *router_id;
	char *subject, *body;
	size_t len;

	if (mails->is_closed || !mails->global ||
	    !alert_is_wanted(&mails->global->mail, alert, own))
		return;
	host_name(host);
	router_id = mails->global->router_id[0] ? mails->global->router_id : host;
	clock_format(mail.wall_us, stamp);
	mail.subject = subject = alert_subject(alert, router_id);
	mail.body = body = alert_body(alert, router_id, host, stamp);
	len = mail_encode(&mail, frame, sizeof(frame));
	if (!len)
		mails->n_lost++;
	else if (greeted_is_met(mails->worker))
		frame_send(mails, frame, len);
	else
		frame_keep(mails, frame, len);
	free(subject);
	free(body);
}

struct mail_row mails_row(const struct mails *mails)
{
	const struct conf_mail *mail = mails->global ? &mails->global->mail : NULL;
	struct mail_row row = {.server = "", .error = mails->state.error};

	if (!mail || !conf_mail_is_sent(mail))
		return row;
	row.is_on = true;
	row.server = mail->server;
	row.port = port_of(mail);
	row.is_running = greeted_is_met(mails->worker);
	row.n_waiting = mails->state.n_waiting + mails->waiting.n;
	row.n_sent = mails->state.n_sent + mails->n_sent;
	row.n_lost = mails->state.n_lost + mails->n_lost;
	return row;
}
