/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends one mail at a time by SMTP (libcurl), in a loop. Mails that follow each other share a
 * connection. */
#ifndef LVSD_DAEMON_MAIL_SENDER_H
#define LVSD_DAEMON_MAIL_SENDER_H

#include "base/loop.h"
#include "daemon/mail/queue.h"
#include "daemon/mail/wire.h"

struct mail_sender;

/*
 * An attempt has ended. why: of a mail that was not sent, the cause, which follows "mail.example:25: "
 * in a message ("connection refused"); of a mail that was sent, "", or who did not get it.
 */
typedef void sender_done_fn(enum queue_outcome outcome, const char *why, void *arg);

/* ca: a file with the certificates that are trusted; NULL: those of the machine. */
struct mail_sender *sender_new(struct loop *loop, const char *ca, sender_done_fn *done, void *arg);
void sender_free(struct mail_sender *sender);

/*
 * Sends text, which message_text() has made, and which must stay until done is called. is_last: no
 * other mail waits, so the connection ends with this one.
 */
void sender_start(struct mail_sender *sender, const struct mail_settings *settings, const char *text,
		  bool is_last);

#endif
