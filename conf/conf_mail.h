/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the snapshot that says where mail about events goes, and which events it is about. */
#ifndef LVSD_CONF_CONF_MAIL_H
#define LVSD_CONF_CONF_MAIL_H

#include "conf/conf_base.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A smtp_alert: of an object, or a default of global_defs. */
enum conf_alert {
	CONF_ALERT_UNSET, /* the keyword is absent: the next default decides */
	CONF_ALERT_OFF,
	CONF_ALERT_ON,
};

/* Is the connection to the mail server encrypted (smtp_tls)? */
enum conf_mail_tls {
	CONF_MAIL_TLS_UNSET, /* the keyword is absent: as CONF_MAIL_PLAIN */
	CONF_MAIL_PLAIN,
	CONF_MAIL_STARTTLS, /* after the STARTTLS of the server, or there is no mail */
	CONF_MAIL_TLS,      /* from the first byte */
};

struct conf_recipient {
	const char *address; /* as in the file: "ops@example.net", "Operators <ops@example.net>" */
};

/* How long the connection may take, and each answer, when the file does not say it. */
#define CONF_MAIL_TIMEOUT_S 30

/* The most recipients of a mail. */
#define CONF_RECIPIENTS_MAX 100

struct conf_mail {
	struct conf_recipient *recipients; /* notification_email, in the order of the file */
	size_t n_recipients;
	const char *from;   /* notification_email_from; "": absent */
	const char *server; /* smtp_server, a name or an address; "": absent */
	uint16_t port;      /* 0: absent */
	const char *helo;   /* smtp_helo_name; "": absent, which is the name of the host */
	uint32_t timeout_s; /* smtp_connect_timeout; 0: CONF_MAIL_TIMEOUT_S */
	uint8_t tls;        /* enum conf_mail_tls */
	const char *user, *password; /* "": no login */
	/* enum conf_alert: the defaults of all objects, of instances and sync groups, and of services
	 * and real servers. */
	uint8_t alert, alert_vrrp, alert_checker;
	bool is_silent_about_faults; /* no_email_faults */
};

/* Is mail sent at all? Without one of the two nobody would get it. */
static inline bool conf_mail_is_sent(const struct conf_mail *mail)
{
	return mail->n_recipients && mail->server[0];
}

#endif
