/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/tracking.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "conf/model/member.h"
#include "conf/schema/tracker.h"
#include "daemon/shared/tracked_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *left, const void *right)
{
	const struct tracked_script *a = left, *b = right;

	return strcmp(a->conf->name, b->conf->name);
}

static struct tracked_script *find(const struct tracking *tracking, const char *name)
{
	const struct conf_vrrp_script conf = {.name = name};
	const struct tracked_script key = {.conf = &conf};

	return tracking->n_scripts ? bsearch(&key, tracking->scripts, tracking->n_scripts,
					      sizeof(key), by_name)
				    : NULL;
}

const struct tracked_script *tracking_find(const struct tracking *tracking, const char *name)
{
	return find(tracking, name);
}

/* --- reporting --- */

void tracking_say(struct tracking *tracking, const struct vrrp_source *source)
{
	const struct vrrp_source *known =
	    vrrp_sources_find(&tracking->sources, source->kind, source->name);
	bool is_other = !known || known->state != source->state || known->number != source->number;
	struct vrrp_source now = *source;

	if (!is_other && !strcmp(known->text, source->text))
		return;
	now.since_wall_us = is_other ? clock_wall_us() : known->since_wall_us;
	vrrp_sources_set(&tracking->sources, &now);
	tracking->sink.on_source(&now, tracking->sink.arg);
	/* Another director finds out about the other sources at once. */
	if (now.kind == CONF_TRACKER_SCRIPT)
		tracking_store(tracking);
}

/* A script without a verdict is not reported, since the vrrp process may know its last state. */
static void say_script(struct tracking *tracking, const struct tracked_script *script)
{
	struct vrrp_source source = {.kind = CONF_TRACKER_SCRIPT, .state = script->step.state};

	if (source.state == VRRP_SOURCE_UNKNOWN)
		return;
	snprintf(source.name, sizeof(source.name), "%s", script->conf->name);
	snprintf(source.text, sizeof(source.text), "%s", script->text);
	tracking_say(tracking, &source);
}

static void on_source(const struct vrrp_source *source, void *arg)
{
	tracking_say(arg, source);
}

static void change_report(struct tracking *tracking, const struct tracked_script *script,
			  enum vrrp_source_state before)
{
	const char *from = vrrp_source_state_name(before);
	const char *to = vrrp_source_state_name(script->step.state);

	(script->step.state == VRRP_SOURCE_DOWN ? log_warning : log_notice)(
	    "vrrp_script=%s %s -> %s: %s", script->conf->name, from, to, script->text);
	say_script(tracking, script);
}

/* --- runs --- */

static void arm(struct tracking *tracking)
{
	struct mono due = MONO_NEVER;

	for (size_t i = 0; i < tracking->n_scripts; i++)
		if (!tracking->scripts[i].is_running)
			due = mono_min(due, tracking->scripts[i].due);
	tracking->due = due;
	loop_timer_set(tracking->timer, due);
}

static void on_script_due(void *arg)
{
	(void)arg; /* tracking_settle() in the same turn starts what is due */
}

static void take(struct tracking *tracking, struct tracked_script *script,
		 const struct probe_result *result)
{
	enum vrrp_source_state before = script->step.state;
	bool is_news = strcmp(script->text, result->reason) != 0;

	script->is_running = false;
	script->due = track_step_due(script->conf, script->started, clock_mono());
	snprintf(script->text, sizeof(script->text), "%.*s", VRRP_SOURCE_TEXT_MAX - 1,
		 result->reason);
	if (result->outcome == PROBE_NONE) {
		script->step.is_fresh |= before == VRRP_SOURCE_UNKNOWN;
		if (is_news)
			log_warning("vrrp_script=%s has no verdict, its state stays %s: %s",
				    script->conf->name, vrrp_source_state_name(before),
				    result->reason);
		return;
	}
	track_step_take(&script->step, script->conf, result->outcome == PROBE_OK);
	if (script->step.state != before)
		change_report(tracking, script, before);
}

void tracking_ended(struct tracking *tracking, uint64_t id, const struct probe_result *result)
{
	for (size_t i = 0; i < tracking->n_scripts; i++)
		if (tracking->scripts[i].id == id) {
			take(tracking, &tracking->scripts[i], result);
			arm(tracking);
			return;
		}
}

static void run(struct tracking *tracking, struct tracked_script *script)
{
	struct tracked_command command;
	char what[CONF_NAME_MAX + 16];
	struct err err;

	tracked_command_make(&command, script->conf->script);
	snprintf(what, sizeof(what), "vrrp_script=%s", script->conf->name);
	script->started = loop_now(tracking->loop);
	script->is_running = tracking->sink.run(&command.script, script->id, script->conf->timeout_us,
						what, &err, tracking->sink.arg);
	if (!script->is_running) {
		struct probe_result none = {.outcome = PROBE_NONE};

		snprintf(none.reason, sizeof(none.reason), "%.*s", PROBE_REASON_MAX - 1, err.text);
		take(tracking, script, &none);
	}
}

void tracking_quorum_changed(struct tracking *tracking)
{
	tracking->is_health_due = true;
}

static void services_report(struct tracking *tracking)
{
	const struct conf *conf = tracking->conf;

	tracking->is_health_due = false;
	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t k = 0; k < conf->vrrps[i].n_tracks; k++) {
			const struct conf_track *track = &conf->vrrps[i].tracks[k];
			struct vrrp_source source;

			if (track->kind != CONF_TRACKER_VIRTUAL_SERVER)
				continue;
			source = track_service_source(tracking->health, track->name);
			if (source.state != VRRP_SOURCE_UNKNOWN)
				tracking_say(tracking, &source);
		}
}

void tracking_settle(struct tracking *tracking)
{
	struct mono now = loop_now(tracking->loop);

	if (tracking->is_health_due && tracking->conf)
		services_report(tracking);
	if (!tracking->n_scripts || !mono_reached(now, tracking->due) ||
	    !tracking->sink.can_run(tracking->sink.arg))
		return; /* the HELLO of the script process begins a turn */
	for (size_t i = 0; i < tracking->n_scripts; i++) {
		struct tracked_script *script = &tracking->scripts[i];

		if (!script->is_running && mono_reached(now, script->due))
			run(tracking, script);
	}
	arm(tracking);
}

bool tracking_is_known(const struct tracking *tracking)
{
	for (size_t i = 0; i < tracking->n_scripts; i++) {
		const struct tracked_script *script = &tracking->scripts[i];

		if (script->step.state == VRRP_SOURCE_UNKNOWN && !script->text[0])
			return false;
	}
	return true;
}

/* --- configurations --- */

/* For a script that is new, or that a predecessor of this director has run. */
static void begin(struct tracking *tracking, struct tracked_script *script)
{
	const struct vrrp_source *former =
	    vrrp_sources_find(&tracking->sources, CONF_TRACKER_SCRIPT, script->conf->name);

	script->id = tracking->next_id++;
	script->due = loop_now(tracking->loop);
	script->step = track_step_begin(script->conf, !tracking->conf && !tracking->is_restart);
	if (!former)
		return;
	script->step = (struct track_step){.state = former->state};
	snprintf(script->text, sizeof(script->text), "%s", former->text);
}

/* A script goes on with the state that a script of the same name had in the last configuration. */
static void inherit(struct tracking *tracking, struct tracked_script *script,
		    const struct tracked_script *before)
{
	const struct conf_vrrp_script *conf = script->conf;

	*script = *before;
	script->conf = conf;
	if (conf_script_cmp(conf->script, before->conf->script) == 0)
		return;
	/* A run of the old command says nothing about the new one. */
	script->id = tracking->next_id++;
	script->is_running = false;
	script->due = loop_now(tracking->loop);
	track_step_renew(&script->step);
}

/* Whether an instance may track the source: it is defined, or one names it. */
static bool is_used(const struct conf *conf, const struct vrrp_source *source)
{
	const struct tracker_kind *kind = tracker_kind(source->kind);
	size_t n;
	const char *list = tracker_definitions(conf, kind, &n);

	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (vrrp_track_find(&conf->vrrps[i], source->kind, source->name))
			return true;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(tracker_definition_name(list + i * kind->size), source->name))
			return true;
	return false;
}

static void forget_others(struct tracking *tracking, const struct conf *conf)
{
	struct vrrp_sources *sources = &tracking->sources;
	size_t n = 0;

	for (size_t i = 0; i < sources->list.n; i++)
		if (is_used(conf, &sources->list.items[i]))
			sources->list.items[n++] = sources->list.items[i];
	sources->list.n = n;
}

void tracking_configure(struct tracking *tracking, const struct conf *conf)
{
	struct tracked_script *scripts = mem_calloc(conf->n_vrrp_scripts, sizeof(*scripts));

	for (size_t i = 0; i < conf->n_vrrp_scripts; i++) {
		const struct tracked_script *before = find(tracking, conf->vrrp_scripts[i].name);

		scripts[i].conf = &conf->vrrp_scripts[i];
		if (before)
			inherit(tracking, &scripts[i], before);
		else
			begin(tracking, &scripts[i]);
	}
	if (conf->n_vrrp_scripts)
		qsort(scripts, conf->n_vrrp_scripts, sizeof(*scripts), by_name);
	free(tracking->scripts);
	tracking->scripts = scripts;
	tracking->n_scripts = conf->n_vrrp_scripts;
	forget_others(tracking, conf);
	for (size_t i = 0; i < tracking->n_scripts; i++)
		say_script(tracking, &tracking->scripts[i]);
	track_files_configure(&tracking->files, conf);
	track_processes_configure(&tracking->processes, conf);
	track_routes_configure(&tracking->routes, conf);
	tracking->conf = conf;
	tracking->is_health_due = true;
	arm(tracking);
}

void tracking_keep(const struct tracking *tracking)
{
	if (tracking->n_scripts)
		tracking_store(tracking);
}

void tracking_open(struct tracking *tracking, bool is_restart)
{
	tracking->timer = loop_timer_new(tracking->loop, on_script_due, tracking);
	tracking->is_restart = is_restart;
	track_files_open(&tracking->files, tracking->loop, on_source, tracking);
	track_processes_open(&tracking->processes, tracking->loop, on_source, tracking);
	track_routes_open(&tracking->routes, tracking->loop, on_source, tracking);
	/* Not an id of a predecessor, whose results may still come. */
	tracking->next_id = (uint64_t)clock_wall_us();
	if (is_restart)
		tracking_load(tracking);
}

void tracking_close(struct tracking *tracking)
{
	loop_timer_free(tracking->timer);
	track_files_close(&tracking->files);
	track_processes_close(&tracking->processes);
	track_routes_close(&tracking->routes);
	free(tracking->scripts);
	vrrp_sources_free(&tracking->sources);
}
