/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames between the director and the process that sends mail, which base/greeted.h carries:
 * encoding and checked decoding. The director sends the settings first and after each reload, and a
 * frame for each mail; it waits for no answer. The worker reports how it is. Pure.
 */
#ifndef LVSD_DAEMON_MAIL_WIRE_H
#define LVSD_DAEMON_MAIL_WIRE_H

#include "base/arena.h"
#include "base/greeted.h"
#include "conf/conf_mail.h"

#include <stdint.h>

enum mail_frame {
	MAIL_FRAME_HELLO = GREETED_HELLO,
	MAIL_FRAME_RESET = GREETED_RESET,
	MAIL_FRAME_SETTINGS, /* director -> worker: struct mail_settings */
	MAIL_FRAME_MAIL,     /* director -> worker: struct mail */
	MAIL_FRAME_STATE,    /* worker -> director: struct mail_state */
};

/* Where mail goes. Texts are never NULL. */
struct mail_settings {
	const char *server; /* a name or an address */
	uint16_t port;
	const char *helo;
	uint32_t timeout_s; /* at least 1 */
	enum conf_mail_tls tls;
	const char *user, *password; /* "": no login */
	/* The sender and the recipients, each in a form that conf/text/mailbox.h reads. */
	const char *from;
	const char **recipients;
	size_t n_recipients; /* 1..CONF_RECIPIENTS_MAX */
};

/* The longest texts of a mail, in bytes with the terminating NUL. */
#define MAIL_SUBJECT_MAX 1024
#define MAIL_BODY_MAX	 8192

struct mail {
	int64_t wall_us;     /* when it happened, in microseconds since 1970 */
	uint64_t number;     /* the worker's: another one for each mail; not in the frame */
	const char *subject; /* one line */
	const char *body;    /* lines that end in '\n' */
};

#define MAIL_ERROR_MAX 256

/* How the worker is. */
struct mail_state {
	uint32_t n_waiting; /* mails that are not sent yet */
	uint64_t n_sent, n_lost; /* since the process began */
	char error[MAIL_ERROR_MAX]; /* why the last attempt failed; "": it did not */
};

#define MAIL_STATE_MAX sizeof(struct mail_state)
#define MAIL_SETTINGS_MAX ((CONF_RECIPIENTS_MAX + 5) * 258 + 32)
#define MAIL_MAIL_MAX (MAIL_SUBJECT_MAX + MAIL_BODY_MAX + 32)

/* Return the length, or 0 if it does not fit. */
size_t mail_settings_encode(const struct mail_settings *settings, void *buffer, size_t size);
size_t mail_encode(const struct mail *mail, void *buffer, size_t size);
size_t mail_state_encode(const struct mail_state *state, void *buffer, size_t size);

/*
 * Return 0 or -EBADMSG, for which a control character in a text is enough: no text can begin a line
 * of a mail's head or a command of SMTP. Only the body has line ends. The texts are in the arena.
 */
int mail_settings_decode(const void *frame, size_t len, struct arena *arena,
			 struct mail_settings *ret_settings);
int mail_decode(const void *frame, size_t len, struct arena *arena, struct mail *ret_mail);
int mail_state_decode(const void *frame, size_t len, struct mail_state *ret_state);

#endif
