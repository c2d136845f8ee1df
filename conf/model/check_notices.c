/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks the settings of global_defs about FIFOs, dump files and mail. No two FIFOs may have the same
 * path, nor two dump files, and a script that reads a FIFO needs that FIFO. Mail addresses to which
 * nothing can be sent are left out.
 */
#include "base/mem.h"
#include "conf/model/check.h"
#include "conf/text/mailbox.h"

#include <stdlib.h>
#include <string.h>

struct fifo_pair {
	const char *keyword;
	struct conf_script **fifo, **reader;
};

void check_fifos(struct draft *draft)
{
	struct conf_global *global = &draft->conf->global;
	const struct fifo_pair pairs[] = {
	    {"notify_fifo", &global->notify_fifo, &global->notify_fifo_script},
	    {"vrrp_notify_fifo", &global->vrrp_notify_fifo, &global->vrrp_notify_fifo_script},
	    {"lvs_notify_fifo", &global->lvs_notify_fifo, &global->lvs_notify_fifo_script},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct conf_script *fifo = *pairs[i].fifo, *reader = *pairs[i].reader;

		for (size_t k = 0; fifo && k < i; k++) {
			const struct conf_script *other = *pairs[k].fifo;

			if (!other || strcmp(other->argv[0], fifo->argv[0]))
				continue;
			report_ignored(draft->report, &fifo->place,
				       "%s is the same FIFO as %s: each needs a path of its own",
				       pairs[i].keyword, pairs[k].keyword);
			*pairs[i].fifo = *pairs[i].reader = NULL;
			break;
		}
		if (!fifo && reader) {
			report_warning(draft->report, &reader->place,
				       "%s_script has no effect: there is no %s for it to read",
				       pairs[i].keyword, pairs[i].keyword);
			*pairs[i].reader = NULL;
		}
	}
}

/* ---- dump files ---- */

void check_dump_files(struct draft *draft)
{
	struct conf_global *global = &draft->conf->global;
	const struct {
		enum schema_id id;
		const char **path;
	} files[] = {{KW_STATE_DUMP_FILE, &global->state_dump_file},
		     {KW_STATS_DUMP_FILE, &global->stats_dump_file},
		     {KW_JSON_DUMP_FILE, &global->json_dump_file}};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		for (size_t k = 0; k < i; k++) {
			const char *path = *files[i].path;
			size_t len = strlen(path);

			/* In one folder each has a name of its own. */
			if (!len || path[len - 1] == '/' || strcmp(*files[k].path, path))
				continue;
			report_ignored(draft->report, build_place(draft->global_defs, files[i].id),
				       "%s is the same file as %s: each needs a path of its own",
				       lookup_row(draft->lookup, files[i].id)->name,
				       lookup_row(draft->lookup, files[k].id)->name);
			*files[i].path = "";
			break;
		}
}

/* ---- mail ---- */

static const struct conf_place *mail_place(const struct draft *draft, enum schema_id id)
{
	return build_place(draft->global_defs, id);
}

static void check_addresses(struct draft *draft, struct conf_mail *mail)
{
	const struct conf_place *place = mail_place(draft, KW_NOTIFICATION_EMAIL);
	struct mailbox mailbox;
	size_t n = 0;

	for (size_t i = 0; i < mail->n_recipients; i++) {
		if (mailbox_read(mail->recipients[i].address, &mailbox))
			mail->recipients[n++] = mail->recipients[i];
		else
			report_warning(draft->report, place,
				       "notification_email: '%s' gets no mail: it is no address; write "
				       "NAME@HOST, or \"NAME <NAME@HOST>\" in quotes",
				       mail->recipients[i].address);
	}
	if (n > CONF_RECIPIENTS_MAX) {
		report_warning(draft->report, place,
			       "notification_email: the first %d of %zu addresses get mail: name a list of "
			       "the mail server instead",
			       CONF_RECIPIENTS_MAX, n);
		n = CONF_RECIPIENTS_MAX;
	}
	mail->n_recipients = n;
	if (mail->from[0] && !mailbox_read(mail->from, &mailbox)) {
		report_warning(draft->report, mail_place(draft, KW_NOTIFICATION_EMAIL_FROM),
			       "notification_email_from: '%s' is no address: mail comes from lvsd@ and the "
			       "name of this host",
			       mail->from);
		mail->from = "";
	}
}

static void check_login(struct draft *draft, struct conf_mail *mail)
{
	if (!mail->user[0] != !mail->password[0]) {
		report_warning(draft->report,
			       mail_place(draft, mail->user[0] ? KW_SMTP_USER : KW_SMTP_PASSWORD),
			       "%s has no effect: %s is missing",
			       mail->user[0] ? "smtp_user" : "smtp_password",
			       mail->user[0] ? "smtp_password" : "smtp_user");
		mail->user = mail->password = "";
	}
	if (mail->user[0] && mail->tls <= CONF_MAIL_PLAIN)
		report_warning(draft->report, mail_place(draft, KW_SMTP_USER),
			       "smtp_user: without smtp_tls the password crosses the network in clear "
			       "text; add `smtp_tls starttls` or `smtp_tls tls`");
}

/* The first object of the file that asks for mail, in words for free(). *ret_place: where it is. */
static char *asker_find(const struct conf *conf, const struct conf_place **ret_place)
{
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		*ret_place = &conf->vrrps[i].place;
		if (conf->vrrps[i].alert == CONF_ALERT_ON)
			return mem_printf("vrrp_instance %s", conf->vrrps[i].name);
	}
	for (size_t i = 0; i < conf->n_sync_groups; i++) {
		*ret_place = &conf->sync_groups[i].place;
		if (conf->sync_groups[i].alert == CONF_ALERT_ON)
			return mem_printf("vrrp_sync_group %s", conf->sync_groups[i].name);
	}
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		*ret_place = &conf->virtual_servers[i].place;
		if (conf->virtual_servers[i].alert == CONF_ALERT_ON)
			return mem_printf("virtual_server %s",
					  svckey_format(&conf->virtual_servers[i].key, key));
	}
	return NULL;
}

/* Somebody who names a recipient or asks for mail about an object expects mail. */
static void check_sent(struct draft *draft, const struct conf_mail *mail)
{
	const struct conf_place *place;
	char *asker;

	if (mail->n_recipients && !mail->server[0])
		report_warning(draft->report, mail_place(draft, KW_NOTIFICATION_EMAIL),
			       "notification_email: no mail is sent, because smtp_server is missing");
	else if (mail->server[0] && !mail->n_recipients)
		report_warning(draft->report, mail_place(draft, KW_SMTP_SERVER),
			       "smtp_server: no mail is sent, because notification_email names nobody");
	if (mail->n_recipients || mail->server[0])
		return;
	asker = asker_find(draft->conf, &place);
	if (asker)
		report_warning(draft->report, place,
			       "%s: smtp_alert has no effect: global_defs has neither "
			       "notification_email nor smtp_server",
			       asker);
	free(asker);
}

static void check_server(struct draft *draft, struct conf_mail *mail)
{
	if (!mail->server[0] || mailbox_is_host(mail->server))
		return;
	report_warning(draft->report, mail_place(draft, KW_SMTP_SERVER),
		       "smtp_server: no mail is sent, because '%s' is neither an address nor the name of "
		       "a host",
		       mail->server);
	mail->server = "";
}

void check_mail(struct draft *draft)
{
	struct conf_mail *mail = &draft->conf->global.mail;

	if (draft->global_defs) {
		check_server(draft, mail);
		check_addresses(draft, mail);
		check_login(draft, mail);
	}
	check_sent(draft, mail);
}
