/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/mail/alert.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Nothing that stands in a mail may have a control character, whoever has chosen the words. */
static char *cleaned(char *text)
{
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	return text;
}

static bool is_role(const struct alert *alert)
{
	return alert->kind == ALERT_INSTANCE || alert->kind == ALERT_SYNC_GROUP;
}

bool alert_is_wanted(const struct conf_mail *mail, const struct alert *alert, uint8_t own)
{
	const uint8_t asked[] = {own, is_role(alert) ? mail->alert_vrrp : mail->alert_checker,
				 mail->alert};

	if (!conf_mail_is_sent(mail))
		return false;
	if (is_role(alert) && mail->is_silent_about_faults && !strcmp(alert->state, "FAULT"))
		return false;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (asked[i] != CONF_ALERT_UNSET)
			return asked[i] == CONF_ALERT_ON;
	return alert->kind == ALERT_SERVER || alert->kind == ALERT_GUARD;
}

static bool is_up(const struct alert *alert)
{
	return !strcmp(alert->state, "UP");
}

static char *subject_text(const struct alert *alert, const char *router_id)
{
	switch (alert->kind) {
	case ALERT_INSTANCE:
		return mem_printf("[%s] VRRP Instance %s - Entering %s state", router_id, alert->name,
				  alert->state);
	case ALERT_SYNC_GROUP:
		return mem_printf("[%s] VRRP Group %s - Entering %s state", router_id, alert->name,
				  alert->state);
	case ALERT_SERVICE:
		return mem_printf("[%s] Virtualserver %s - %s", router_id, alert->name, alert->state);
	case ALERT_GUARD:
		return mem_printf("[%s] Virtualserver %s - panic guard %s", router_id, alert->name,
				  is_up(alert) ? "ended" : "ACTS");
	default:
		return mem_printf("[%s] Realserver %s of virtual server %s - %s", router_id,
				  alert->name, alert->service, alert->state);
	}
}

char *alert_subject(const struct alert *alert, const char *router_id)
{
	return cleaned(subject_text(alert, router_id));
}

/* What has happened, in a sentence for free(). */
static char *happened(const struct alert *alert)
{
	switch (alert->kind) {
	case ALERT_INSTANCE:
		return mem_printf("VRRP instance %s is %s now.", alert->name, alert->state);
	case ALERT_SYNC_GROUP:
		return mem_printf("All instances of VRRP sync group %s are %s now.", alert->name,
				  alert->state);
	case ALERT_SERVICE:
		return mem_printf("Virtual server %s has %s its quorum.", alert->name,
				  is_up(alert) ? "gained" : "lost");
	case ALERT_GUARD:
		return mem_printf(is_up(alert) ? "Virtual server %s no longer keeps servers that are down."
					       : "Virtual server %s keeps the weights of servers that are "
						 "down, since the fault may be this director's.",
				  alert->name);
	default:
		return mem_printf("Real server %s of virtual server %s is %s now.", alert->name,
				  alert->service, alert->state);
	}
}

char *alert_body(const struct alert *alert, const char *router_id, const char *host,
		 const char *since)
{
	char *what = cleaned(happened(alert));
	char *cause = cleaned(mem_strdup(alert->cause[0] ? alert->cause : "not known"));
	char *body = mem_printf("%s\n\nCause:    %s\nSince:    %s\nDirector: %s%s%s%s\n\n"
				"`lvsctl status` on the director shows how it is now.\n",
				what, cause, since, router_id,
				strcmp(router_id, host) ? " (" : "", strcmp(router_id, host) ? host : "",
				strcmp(router_id, host) ? ")" : "");

	free(what);
	free(cause);
	return body;
}
