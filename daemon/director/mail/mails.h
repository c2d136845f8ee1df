/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mail about events: hands mails to the process that sends them, and knows from its reports how it
 * is. Nothing waits for that process. While it is not there, some mails wait here.
 */
#ifndef LVSD_DAEMON_DIRECTOR_MAIL_MAILS_H
#define LVSD_DAEMON_DIRECTOR_MAIL_MAILS_H

#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/director/mail/alert.h"
#include "daemon/mail/wire.h"

/* The most mails that wait for the process to be started. */
#define MAILS_WAITING_MAX 1000

struct mails_waiting {
	void *frame; /* len bytes, as mail_encode() has written them */
	size_t len;
};

struct mails {
	struct greeted *worker;
	const struct conf_global *global; /* of the configuration in force; NULL: none yet */
	bool is_closed;			  /* lvsd stops: no mail is accepted any more */
	VEC(struct mails_waiting) waiting;
	/* Of the processes that sent mail before, and of what no process got. */
	uint64_t n_sent, n_lost;
	/* Of the process of now: mails that it had from directors before this one, and has from this
	 * one. */
	uint64_t n_before, n_given;
	bool has_state;
	struct mail_state state; /* its last report */
};

void mails_open(struct mails *mails, struct loop *loop, int fd, bool is_restart);
void mails_close(struct mails *mails);
/* To be called when conf comes into force. */
void mails_configure(struct mails *mails, const struct conf *conf);
/* lvsd stops: what it ends itself is no news. */
void mails_stop(struct mails *mails);

/* Events. own: the smtp_alert of the object. */
void mails_event(struct mails *mails, const struct alert *alert, uint8_t own);

/* Mail as the status shows it. */
struct mail_row {
	bool is_on; /* the configuration in force has a server and recipients */
	const char *server; /* "": none */
	unsigned port;
	bool is_running; /* the process that sends mail is there */
	uint64_t n_waiting, n_sent, n_lost; /* since the director began, or the process did before */
	const char *error; /* why mail is not sent; "": it is */
};

/* Valid until mails changes. */
struct mail_row mails_row(const struct mails *mails);

#endif
