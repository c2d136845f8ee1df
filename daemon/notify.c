/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications: which script tells the world about a transition. Those of one object run one after
 * the other in the order of events; one that waits while a newer one comes is dropped, so that the
 * last that runs tells the present state. Until the script process is there they wait here.
 */
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A notification that takes longer than this is hanging; it is ended with its whole group. */
#define NOTIFY_TIMEOUT_US (60 * US_PER_S)
/* At the end of lvsd there is less time. */
#define STOP_TIMEOUT_US (1 * US_PER_S)

/* FNV-1a: the number of an object, for the script process. */
static uint64_t object_number(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
	return hash;
}

static void run(struct director *d, const struct notify_waiting *waiting)
{
	const char *words[NOTIFY_WORDS_MAX];
	const struct scripts_order order = {.script = &waiting->script,
					    .words = words,
					    .n_words = waiting->n_words,
					    .object = waiting->object,
					    .is_supersedable = waiting->is_supersedable,
					    .timeout_us = d->is_stopping ? STOP_TIMEOUT_US
									 : NOTIFY_TIMEOUT_US,
					    .what = waiting->what};
	struct err err;

	for (size_t i = 0; i < waiting->n_words; i++)
		words[i] = waiting->words[i];
	if (!scripts_run(d, &order, &err))
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
}

/* A copy: the configuration may be gone before the script process is there. */
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

/* words: n of them, after the script's own. object: whose notifications follow one another. */
static void tell(struct director *d, const struct conf_script *script, const char *object,
		 const char *kind, const char *const *words, size_t n)
{
	struct notify_waiting waiting = {.object = object_number(object), .n_words = n};

	if (!script)
		return;
	waiting.script = script_copy(script);
	for (size_t i = 0; i < n; i++)
		waiting.words[i] = mem_strdup(words[i]);
	waiting.what = mem_printf("%s %s", object, kind);
	waiting.is_supersedable = true;
	if (d->scripts.is_greeted) {
		run(d, &waiting);
		waiting_fini(&waiting);
		return;
	}
	if (d->notify.waiting.n >= NOTIFY_WAITING_MAX) {
		log_warning("%s: not run: too many notifications wait for the script process",
			    waiting.what);
		waiting_fini(&waiting);
		return;
	}
	*vec_push(&d->notify.waiting) = waiting;
}

void notify_flush(struct director *d)
{
	for (size_t i = 0; i < d->notify.waiting.n; i++) {
		run(d, &d->notify.waiting.items[i]);
		waiting_fini(&d->notify.waiting.items[i]);
	}
	vec_clear(&d->notify.waiting);
}

void notify_close(struct director *d)
{
	for (size_t i = 0; i < d->notify.waiting.n; i++)
		waiting_fini(&d->notify.waiting.items[i]);
	vec_free(&d->notify.waiting);
}

void notify_vrrp(struct director *d, const struct conf_vrrp *conf, const struct vrrp_report *report)
{
	const struct {
		const struct conf_script *script;
		const char *kind, *state;
	} by_state[] = {[VRRP_INIT] = {conf->notify_stop, "notify_stop", "STOP"},
			[VRRP_BACKUP] = {conf->notify_backup, "notify_backup", "BACKUP"},
			[VRRP_MASTER] = {conf->notify_master, "notify_master", "MASTER"},
			[VRRP_FAULT] = {conf->notify_fault, "notify_fault", "FAULT"}};
	char priority[8], object[CONF_NAME_MAX + 8], generic[CONF_NAME_MAX + 16];
	const char *words[] = {"INSTANCE", conf->name, by_state[report->state].state, priority};

	snprintf(priority, sizeof(priority), "%u", report->effective_priority);
	snprintf(object, sizeof(object), "vrrp=%s", conf->name);
	/* The two kinds are told apart, or the second would drop the first while it waits. */
	snprintf(generic, sizeof(generic), "%s notify", object);
	tell(d, by_state[report->state].script, object, by_state[report->state].kind, NULL, 0);
	tell(d, conf->notify, generic, by_state[report->state].state, words, 4);
}

void notify_real_server(struct director *d, const struct health_vs *vs, const struct health_rs *rs,
			bool is_up)
{
	char key[SVCKEY_TEXT_MAX], ep[ENDPOINT_TEXT_MAX];
	char object[SVCKEY_TEXT_MAX + ENDPOINT_TEXT_MAX + 8];

	snprintf(object, sizeof(object), "vs=%s rs=%s", svckey_format(&vs->conf->key, key),
		 endpoint_format(&rs->conf->id, ep));
	if (is_up)
		tell(d, rs->conf->notify_up, object, "notify_up", NULL, 0);
	else
		tell(d, rs->conf->notify_down, object, "notify_down", NULL, 0);
}

void notify_quorum(struct director *d, const struct health_vs *vs, bool is_up)
{
	char key[SVCKEY_TEXT_MAX], object[SVCKEY_TEXT_MAX + 8];

	snprintf(object, sizeof(object), "vs=%s", svckey_format(&vs->conf->key, key));
	if (is_up)
		tell(d, vs->conf->quorum_up, object, "quorum_up", NULL, 0);
	else
		tell(d, vs->conf->quorum_down, object, "quorum_down", NULL, 0);
}

/* With `omega` the end of lvsd is a failure of all that it served. */
void notify_stop(struct director *d)
{
	size_t n;
	const struct health_vs *services = health_services(d->health, &n);

	for (size_t i = 0; i < n; i++) {
		if (!services[i].conf->is_omega)
			continue;
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			if (services[i].real_servers[j].state == HEALTH_UP)
				notify_real_server(d, &services[i], &services[i].real_servers[j],
						   false);
		notify_quorum(d, &services[i], false);
	}
}
