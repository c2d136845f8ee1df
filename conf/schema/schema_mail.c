/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mail about events: where it goes (global_defs), and which objects it is about (smtp_alert). */
#include "conf/schema/field.h"
#include "conf/schema/schema.h"

/* The longest that keepalived can count in its own clock. */
#define SMTP_TIMEOUT_MAX_S 4294

/* As schema_switch; 0 means that the keyword is absent. */
static const struct schema_choice alert_switch[] = {
    {"on", CONF_ALERT_ON},   {"off", CONF_ALERT_OFF}, {"true", CONF_ALERT_ON}, {"false", CONF_ALERT_OFF},
    {"yes", CONF_ALERT_ON}, {"no", CONF_ALERT_OFF},  {0}};

static const struct schema_choice tls_modes[] = {
    {"off", CONF_MAIL_PLAIN}, {"starttls", CONF_MAIL_STARTTLS}, {"tls", CONF_MAIL_TLS}, {0}};

/* The two directors of a pair may differ in all of this: each machine tells whom it wants. */
#define MAIL_FIELD(...) GLOBAL_FIELD(__VA_ARGS__, .is_local = true)

static const struct schema_table *const recipient_tables[] = {&schema_mail, NULL};

static const struct schema_keyword rows[] = {
    {
	.id = KW_NOTIFICATION_EMAIL,
	.name = "notification_email",
	.in = {SCHEMA_GLOBAL_DEFS},
	.opens = SCHEMA_NOTIFICATION_EMAIL,
	.is_merged = true,
	.fields = {LIST_FIELD(CONF_OBJECT_GLOBAL, struct conf_global, mail.recipients,
			      mail.n_recipients, CONF_OBJECT_RECIPIENT, recipient_tables,
			      .is_local = true, .label = "notification_email")},
	.help = "Addresses that get mail about events. smtp_server must be set too.",
    },
    {
	.id = KW_NOTIFICATION_EMAIL_ADDRESS,
	.name = "RECIPIENT",
	.in = {SCHEMA_NOTIFICATION_EMAIL},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "RECIPIENT ...",
	.min = 1,
	.max = INT32_MAX,
	.is_repeatable = true,
	.is_item = true,
	.fields = {FIELD(CONF_OBJECT_RECIPIENT, struct conf_recipient, address, .is_local = true)},
	.help = "Addresses of mail, one or more a line. One with a name stands in quotes.",
	.example = "\"Operators <ops@example.net>\"",
    },
    {
	.id = KW_NOTIFICATION_EMAIL_FROM,
	.name = "notification_email_from",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "ADDRESS",
	.max = 255,
	.fields = {MAIL_FIELD(mail.from)},
	.help = "Sender address of the mail; lvsd@ and the name of the host when absent.",
    },
    {
	.id = KW_SMTP_SERVER,
	.name = "smtp_server",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_HOST,
	.fields = {GLOBAL_RULED(mail.server, .is_local = true)},
	.help = "Host to which the mail is sent, and its port; 25 when absent, 465 with smtp_tls tls. "
		"Without this keyword no mail is sent.",
    },
    {
	.id = KW_SMTP_HELO_NAME,
	.name = "smtp_helo_name",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.fields = {MAIL_FIELD(mail.helo)},
	.help = "Name that is sent to the mail server in HELO. When absent, the name of the host.",
    },
    {
	.id = KW_SMTP_CONNECT_TIMEOUT,
	.name = "smtp_connect_timeout",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = SMTP_TIMEOUT_MAX_S,
	.unit = "s",
	.fields = {MAIL_FIELD(mail.timeout_s)},
	.help = "How long to wait for the connection to smtp_server, and for each of its answers; 30 "
		"when absent or 0.",
    },
    {
	.id = KW_SMTP_TLS,
	.name = "smtp_tls",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = tls_modes,
	.is_own = true,
	.fields = {MAIL_FIELD(mail.tls)},
	.help = "Encrypts the connection to smtp_server: after STARTTLS, or from the first byte (tls). "
		"The certificate must be valid for the name of the server, by the authorities that "
		"this machine trusts; else no mail is sent. Off when absent.",
    },
    {
	.id = KW_SMTP_USER,
	.name = "smtp_user",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.is_own = true,
	.fields = {MAIL_FIELD(mail.user)},
	.help = "Name with which lvsd logs in at smtp_server. No login when absent.",
    },
    {
	.id = KW_SMTP_PASSWORD,
	.name = "smtp_password",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "PASSWORD",
	.max = 255,
	.is_own = true,
	.is_secret = true,
	.fields = {MAIL_FIELD(mail.password)},
	.help = "The password for smtp_user.",
    },
    {
	.id = KW_GLOBAL_SMTP_ALERT,
	.name = "smtp_alert",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = alert_switch,
	.bare = "on",
	.fields = {MAIL_FIELD(mail.alert)},
	.help = "Mail about all objects that have no smtp_alert of their own. When absent, there is "
		"mail about real servers only.",
    },
    {
	.id = KW_SMTP_ALERT_VRRP,
	.name = "smtp_alert_vrrp",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = alert_switch,
	.bare = "on",
	.fields = {MAIL_FIELD(mail.alert_vrrp)},
	.help = "The smtp_alert of instances and sync groups without their own; counts before that of "
		"global_defs.",
    },
    {
	.id = KW_SMTP_ALERT_CHECKER,
	.name = "smtp_alert_checker",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = alert_switch,
	.bare = "on",
	.fields = {MAIL_FIELD(mail.alert_checker)},
	.help = "The smtp_alert of services and real servers without their own; counts before that of "
		"global_defs.",
    },
    {
	.id = KW_NO_EMAIL_FAULTS,
	.name = "no_email_faults",
	.in = {SCHEMA_GLOBAL_DEFS},
	.fields = {MAIL_FIELD(mail.is_silent_about_faults)},
	.help = "Sends no mail when an instance or sync group goes to FAULT.",
    },
    {
	.id = KW_NO_CHECKER_EMAILS,
	.name = "no_checker_emails",
	.in = {SCHEMA_GLOBAL_DEFS},
	.help = "Sends mail only when the real server changes its state, not for each of its checks. "
		"lvsd always does so.",
    },
    {
	.id = KW_VRRP_SMTP_ALERT,
	.name = "smtp_alert",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = alert_switch,
	.bare = "on",
	.fields = {INSTANCE_FIELD(alert, .is_local = true), SYNC_GROUP_FIELD(alert, .is_local = true)},
	.help = "Mail about changes of state. When absent, smtp_alert_vrrp and smtp_alert of "
		"global_defs decide; without them there is none.",
    },
    {
	.id = KW_SMTP_ALERT,
	.name = "smtp_alert",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = alert_switch,
	.bare = "on",
	.fields = {SERVICE_FIELD(alert, .is_local = true), SERVER_FIELD(alert, .is_local = true)},
	.help = "Mail about the quorum of the service, or about the real server. When absent, "
		"smtp_alert_checker and smtp_alert of global_defs decide; without them there is mail "
		"about real servers, and none about services.",
    },
};

const struct schema_table schema_mail = {rows, sizeof(rows) / sizeof(rows[0])};
