/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a mail as SMTP carries it: RFC 5322 with the headers of MIME. Whatever the words of the
 * configuration and of other machines are, no byte of them begins a header or ends the head: control
 * characters become '?', and what is not ASCII is encoded (RFC 2047, quoted-printable). Pure.
 */
#ifndef LVSD_DAEMON_MAIL_MESSAGE_H
#define LVSD_DAEMON_MAIL_MESSAGE_H

#include "daemon/mail/wire.h"

/* What a message has besides its mail. */
struct message_origin {
	int32_t utc_offset_s; /* of the local time, for the date: 3600 for "+0100" */
	const char *host;     /* of this machine; for the message's id */
	int64_t pid;
};

/* Makes the text, for free(). Its lines end in CRLF and have less than 998 bytes. */
char *message_text(const struct mail_settings *settings, const struct mail *mail,
		   const struct message_origin *origin);

/* The address alone, in brackets, for free(): "<ops@example.net>". text must be a mailbox. */
char *message_envelope(const char *text);

#endif
