/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/notify.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/notice_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void notification_run(struct notify *notify, const struct notify_waiting *waiting)
{
	const char *words[NOTIFY_WORDS_MAX];
	const struct scripts_order order = {.script = &waiting->script,
					    .words = words,
					    .n_words = waiting->n_words,
					    .object = waiting->object,
					    .event = waiting->event,
					    .skipped = waiting->skipped,
					    .is_supersedable = waiting->is_supersedable,
					    .timeout_us = NOTIFY_TIMEOUT_US,
					    .what = waiting->what,
					    .cause = waiting->cause};
	struct err err;

	for (size_t i = 0; i < waiting->n_words; i++)
		words[i] = waiting->words[i];
	if (!scripts_run(notify->scripts, &order, &err))
		log_warning("%s: not run: %s", waiting->what, err.text);
}

static void waiting_fini(struct notify_waiting *waiting)
{
	for (size_t i = 0; i < waiting->script.argc; i++)
		free((char *)waiting->script.argv[i]);
	free((void *)waiting->script.argv);
	free((char *)waiting->script.user);
	free((char *)waiting->script.group);
	for (size_t i = 0; i < waiting->n_words; i++)
		free(waiting->words[i]);
	free(waiting->what);
	free(waiting->cause);
	free(waiting->skipped);
}

/* A copy, since the configuration may be freed before the script process is there. */
static struct conf_script script_copy(const struct conf_script *script)
{
	const char **argv = mem_calloc(script->argc + 1, sizeof(*argv));
	struct conf_script copy = *script;

	for (size_t i = 0; i < script->argc; i++)
		argv[i] = mem_strdup(script->argv[i]);
	copy.argv = argv;
	copy.user = mem_strdup(script->user);
	copy.group = mem_strdup(script->group);
	return copy;
}

/* A state of an object, and the scripts that report it. */
struct event {
	uint64_t number;
	const char *object; /* the object, whose notifications run one after the other:
			       "vrrp=VI_1" */
	const char *state;
	const char *cause;
	bool is_notifying_all;
	bool is_begun; /* one of its scripts was handed out, so another one does not log again that
			  the state was skipped */
};

static struct event event_new(struct notify *notify, const char *object, const char *state,
			      bool is_notifying_all, const char *cause)
{
	if (!notify->next_event)
		notify->next_event = (uint64_t)clock_wall_us();
	return (struct event){.number = notify->next_event++,
			      .object = object,
			      .state = state,
			      .cause = cause,
			      .is_notifying_all = is_notifying_all};
}

/* Hands out one script of an event. kind is the keyword of script, which may be NULL. words are the
 * n words after the script's own. */
static void script_notify(struct notify *notify, struct event *event,
			  const struct conf_script *script, const char *kind,
			  const char *const *words, size_t n)
{
	struct notify_waiting waiting = {.object = hash_text(event->object),
					 .event = event->number,
					 .is_supersedable = !event->is_notifying_all,
					 .n_words = n};

	if (!script || !script->argc)
		return;
	waiting.cause = mem_strdup(event->cause);
	waiting.script = script_copy(script);
	for (size_t i = 0; i < n; i++)
		waiting.words[i] = mem_strdup(words[i]);
	waiting.what = mem_printf("%s %s", event->object, kind);
	if (!event->is_begun)
		waiting.skipped =
		    mem_printf("%s: no script was run for %s: that state had ended before its "
			       "script could start; with notify_all_states a script runs for every "
			       "state",
			       event->object, event->state);
	event->is_begun = true;
	if (scripts_are_greeted(notify->scripts)) {
		notification_run(notify, &waiting);
		waiting_fini(&waiting);
		return;
	}
	if (notify->waiting.n >= NOTIFY_WAITING_MAX) {
		log_warning("%s: not run: too many notifications wait for the script process",
			    waiting.what);
		waiting_fini(&waiting);
		return;
	}
	*vec_push(&notify->waiting) = waiting;
}

void notify_flush(struct notify *notify)
{
	for (size_t i = 0; i < notify->waiting.n; i++) {
		notification_run(notify, &notify->waiting.items[i]);
		waiting_fini(&notify->waiting.items[i]);
	}
	vec_clear(&notify->waiting);
}

void notify_close(struct notify *notify)
{
	for (size_t i = 0; i < notify->waiting.n; i++)
		waiting_fini(&notify->waiting.items[i]);
	vec_free(&notify->waiting);
}

/* The scripts of an instance or a sync group: by state, and the one for every state. */
struct role_scripts {
	const struct conf_script *master, *backup, *fault, *stop, *any;
};

/* A state of an instance or a sync group, and the script of that state. */
struct role_state {
	const char *word; /* keepalived's: "STOP" */
	const char *kind; /* the keyword of its script */
	const struct conf_script *script;
};

static struct role_state role_state(const struct role_scripts *scripts, enum vrrp_state_name state)
{
	const struct role_state states[] = {
	    [VRRP_INIT] = {"STOP", "notify_stop", scripts->stop},
	    [VRRP_BACKUP] = {"BACKUP", "notify_backup", scripts->backup},
	    [VRRP_MASTER] = {"MASTER", "notify_master", scripts->master},
	    [VRRP_FAULT] = {"FAULT", "notify_fault", scripts->fault}};

	return states[state];
}

/* words: the four words that the script for every state gets: kind, name, state, priority. */
static void role_notify(struct notify *notify, struct event *event, const struct role_state *state,
			const struct conf_script *any, const char *const *words)
{
	char generic[32];

	snprintf(generic, sizeof(generic), "notify %s", event->state);
	script_notify(notify, event, state->script, state->kind, NULL, 0);
	script_notify(notify, event, any, generic, words, 4);
}

static struct role_scripts instance_scripts(const struct conf_vrrp *conf)
{
	return (struct role_scripts){conf->notify_master, conf->notify_backup, conf->notify_fault,
				     conf->notify_stop, conf->notify};
}

static void instance_notify(struct notify *notify, const struct conf_vrrp *conf,
			    const struct vrrp_report *report, const struct role_state *state,
			    const char *cause)
{
	char priority[8], object[CONF_NAME_MAX + 8];
	const char *words[] = {"INSTANCE", conf->name, state->word, priority};
	struct event event =
	    event_new(notify, object, state->word, conf->is_notifying_all, cause);

	snprintf(priority, sizeof(priority), "%u", report->effective_priority);
	snprintf(object, sizeof(object), "vrrp=%s", conf->name);
	role_notify(notify, &event, state, conf->notify, words);
	fifos_write_role(notify->fifos, false, conf->name, state->word, report->effective_priority);
}

/* In keepalived the end of an instance is no mail. */
static void role_mail(struct notify *notify, enum alert_kind kind, const char *name,
		      enum vrrp_state_name state, const char *word, const char *cause, uint8_t own)
{
	const struct alert alert = {.kind = kind, .name = name, .state = word, .cause = cause};

	if (state != VRRP_INIT)
		mails_event(notify->mails, &alert, own);
}

void notify_vrrp(struct notify *notify, const struct conf_vrrp *conf, const struct vrrp_report *report)
{
	const struct role_scripts scripts = instance_scripts(conf);
	const struct role_state state = role_state(&scripts, report->state);
	const char *cause = report->cause ? report->cause : "";

	instance_notify(notify, conf, report, &state, cause);
	role_mail(notify, ALERT_INSTANCE, conf->name, report->state, state.word, cause,
		  conf->alert);
}

void notify_removed(struct notify *notify, const struct conf_vrrp *conf,
		    const struct vrrp_report *report)
{
	const struct role_scripts scripts = instance_scripts(conf);
	const struct role_state deleted = {"DELETED", "notify_deleted", conf->notify_deleted};
	const struct role_state fault = role_state(&scripts, VRRP_FAULT);

	instance_notify(notify, conf, report, conf->notify_deleted ? &deleted : &fault,
			"a reload has removed it");
}

/* The script runs in a queue of its own, so it neither waits for the scripts of states nor delays
 * them. */
void notify_lower(struct notify *notify, const struct conf_vrrp *conf,
		  const struct vrrp_report *report)
{
	static const char word[] = "MASTER_RX_LOWER_PRI";
	char object[CONF_NAME_MAX + 32];
	struct event event = event_new(notify, object, word, false,
				       "as MASTER it has heard a router of lower priority");

	snprintf(object, sizeof(object), "vrrp=%s lower priority", conf->name);
	script_notify(notify, &event, conf->notify_lower, "notify_master_rx_lower_pri", NULL, 0);
	fifos_write_role(notify->fifos, false, conf->name, word, report->effective_priority);
}

void notify_priority(struct notify *notify, const struct conf_vrrp *conf,
		     const struct vrrp_report *report)
{
	if (conf->is_notifying_priority &&
	    (report->state == VRRP_MASTER || report->state == VRRP_BACKUP))
		fifos_write_role(notify->fifos, false, conf->name,
				 report->state == VRRP_MASTER ? "MASTER_PRIORITY"
							      : "BACKUP_PRIORITY",
				 report->effective_priority);
}

void notify_sync_group(struct notify *notify, const struct conf_sync_group *conf,
		       enum vrrp_state_name name, const char *cause)
{
	const struct role_scripts scripts = {conf->notify_master, conf->notify_backup,
					     conf->notify_fault, conf->notify_stop, conf->notify};
	const struct role_state state = role_state(&scripts, name);
	char object[CONF_NAME_MAX + 20];
	const char *words[] = {"GROUP", conf->name, state.word, "0"};
	struct event event = event_new(notify, object, words[2], conf->is_notifying_all, cause);

	snprintf(object, sizeof(object), "vrrp_sync_group=%s", conf->name);
	role_notify(notify, &event, &state, conf->notify, words);
	fifos_write_role(notify->fifos, true, conf->name, words[2], 0);
	role_mail(notify, ALERT_SYNC_GROUP, conf->name, name, state.word, cause, conf->alert);
}

/* keepalived's word for a state. */
static const char *state_word(enum vrrp_state_name state)
{
	return role_state(&(struct role_scripts){0}, state).word;
}

void notify_real_server(struct notify *notify, const struct health_vs *vs,
			const struct health_rs *rs, bool is_up, bool is_all, const char *cause)
{
	char key[SVCKEY_TEXT_MAX], id[ENDPOINT_TEXT_MAX];
	char object[SVCKEY_TEXT_MAX + ENDPOINT_TEXT_MAX + 8];
	char server[NOTICE_SERVER_MAX], service[NOTICE_SERVICE_MAX];
	const struct alert alert = {.kind = ALERT_SERVER,
				    .name = notice_server(vs->conf, rs->conf, server),
				    .service = notice_service(vs->conf, service),
				    .state = is_up ? "UP" : "DOWN",
				    .cause = cause};
	struct event event =
	    event_new(notify, object, is_up ? "up" : "down", is_all, cause);

	snprintf(object, sizeof(object), "vs=%s rs=%s", svckey_format(&vs->conf->key, key),
		 endpoint_format(&rs->conf->id, id));
	script_notify(notify, &event, is_up ? rs->conf->notify_up : rs->conf->notify_down,
		      is_up ? "notify_up" : "notify_down", NULL, 0);
	fifos_write_server(notify->fifos, vs->conf, rs->conf, is_up);
	mails_event(notify->mails, &alert, rs->conf->alert);
}

void notify_quorum(struct notify *notify, const struct health_vs *vs, bool is_up, bool is_all,
		   const char *cause)
{
	char key[SVCKEY_TEXT_MAX], object[SVCKEY_TEXT_MAX + 8], service[NOTICE_SERVICE_MAX];
	const struct alert alert = {.kind = ALERT_SERVICE,
				    .name = notice_service(vs->conf, service),
				    .state = is_up ? "UP" : "DOWN",
				    .cause = cause};
	struct event event =
	    event_new(notify, object, is_up ? "quorum up" : "quorum down", is_all, cause);

	snprintf(object, sizeof(object), "vs=%s", svckey_format(&vs->conf->key, key));
	script_notify(notify, &event, is_up ? vs->conf->quorum_up : vs->conf->quorum_down,
		      is_up ? "quorum_up" : "quorum_down", NULL, 0);
	fifos_write_service(notify->fifos, vs->conf, is_up);
	mails_event(notify->mails, &alert, vs->conf->alert);
}

void notify_guard(struct notify *notify, const struct health_vs *vs, bool is_ended, const char *cause)
{
	char service[NOTICE_SERVICE_MAX];
	const struct alert alert = {.kind = ALERT_GUARD,
				    .name = notice_service(vs->conf, service),
				    .state = is_ended ? "UP" : "DOWN",
				    .cause = cause};

	mails_event(notify->mails, &alert, vs->conf->alert);
}

void notify_write_instance(struct notify *notify, const struct conf_vrrp *conf,
			   const struct vrrp_report *report)
{
	fifos_write_role(notify->fifos, false, conf->name, state_word(report->state),
			 report->effective_priority);
}

void notify_write_sync_group(struct notify *notify, const struct conf_sync_group *conf,
			     enum vrrp_state_name state)
{
	fifos_write_role(notify->fifos, true, conf->name, state_word(state), 0);
}

/* With `omega` the scripts of a service report the end of lvsd as a failure of the service and of
 * its servers. */
void notify_stop(struct notify *notify, const struct health *health, bool is_all)
{
	static const char cause[] = "lvsd stops (omega)";
	size_t n;
	const struct health_vs *services = health_services(health, &n);

	for (size_t i = 0; i < n; i++) {
		if (!services[i].conf->is_omega)
			continue;
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			if (services[i].real_servers[j].state == HEALTH_UP)
				notify_real_server(notify, &services[i],
						   &services[i].real_servers[j], false, is_all, cause);
		notify_quorum(notify, &services[i], false, is_all, cause);
	}
}
