/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which events mail is sent about, and what the mail says. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_MAIL_ALERT_H
#define LVSD_DAEMON_DIRECTOR_MAIL_ALERT_H

#include "conf/conf_mail.h"

enum alert_kind {
	ALERT_INSTANCE,
	ALERT_SYNC_GROUP,
	ALERT_SERVICE, /* its quorum */
	ALERT_GUARD,   /* the panic guard of a service; UP: it has ended */
	ALERT_SERVER,
};

/* A change of the state of an object. */
struct alert {
	enum alert_kind kind;
	const char *name;    /* of the instance or group; of others as in daemon/shared/notice_name.h */
	const char *service; /* of a real server: its service, named likewise */
	const char *state;   /* keepalived's word: "MASTER", "UP" */
	const char *cause;   /* a part of a sentence; "": nobody knows more */
};

/*
 * Is mail sent about a change? own: the smtp_alert of the object itself (enum conf_alert). As in
 * keepalived its own setting counts first, then the default for its kind, then the one for all; without
 * any of them there is mail about real servers and the panic guard alone.
 * Example: ALERT_INSTANCE to "FAULT" with no_email_faults: false.
 */
bool alert_is_wanted(const struct conf_mail *mail, const struct alert *alert, uint8_t own);

/* The subject, as keepalived has it, for free(): "[lvs1] VRRP Instance VI_1 - Entering MASTER state". */
char *alert_subject(const struct alert *alert, const char *router_id);

/* The body, for free(). host is the name of the machine, since is when the state began. */
char *alert_body(const struct alert *alert, const char *router_id, const char *host,
		 const char *since);

#endif
