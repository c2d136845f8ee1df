/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sources of trackers: which scripts run when, and what each of them says now. The vrrp process
 * gets each change of a state and keeps the last one, whatever dies here. A director that replaces
 * another goes on with the states of trackers.json, and a reload keeps them.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_TRACKING_H
#define LVSD_DAEMON_DIRECTOR_TRACK_TRACKING_H

#include "base/err.h"
#include "base/loop.h"
#include "daemon/director/track/step.h"
#include "healthcheck/health.h"
#include "vrrp/track.h"

/* What the part asks for, and what a part above hears. */
struct tracking_sink {
	/* Can scripts be started now? */
	bool (*can_run)(void *arg);
	/* Starts a script; tracking_ended() with this id follows. False with a sentence: it cannot. */
	bool (*run)(const struct conf_script *script, uint64_t id, uint64_t timeout_us,
		    const char *what, struct err *err, void *arg);
	/* The state of a source is another one. */
	void (*tell)(const struct vrrp_source *source, void *arg);
	void *arg;
};

struct tracked_script {
	const struct conf_vrrp_script *conf;
	uint64_t id; /* of its runs; another command has another one */
	struct track_step step;
	bool is_running;
	struct mono started, due; /* of the last run; of the next one while none runs */
	int64_t since_wall_us;    /* of the state; 0: not known */
	char text[VRRP_SOURCE_TEXT_MAX]; /* of the last run */
};

struct tracking {
	/* What it is given. */
	struct loop *loop;
	const char *run_dir;
	struct tracking_sink sink;

	struct tracked_script *scripts; /* of the configuration, n_scripts of them, by name */
	size_t n_scripts;
	struct vrrp_sources sources; /* what the vrrp process is told; before that what was read */
	uint64_t next_id;
	struct mono due; /* of the first script that is due */
	struct loop_timer *timer;
};

/* is_restart: this director replaces one, whose states are read. */
void tracking_open(struct tracking *tracking, bool is_restart);
void tracking_close(struct tracking *tracking);
/* conf stays the caller's, until the next one is given. Scripts of the same name keep their state. */
void tracking_configure(struct tracking *tracking, const struct conf *conf);
/* Once a turn: starts the scripts that are due. */
void tracking_settle(struct tracking *tracking);
/* What came of a run. An id that is not known is ignored. */
void tracking_ended(struct tracking *tracking, uint64_t id, const struct probe_result *result);
/* Has every script had an outcome? Those that cannot run count as if. */
bool tracking_is_settled(const struct tracking *tracking);
/* Writes trackers.json again when the run dir was made anew. */
void tracking_keep(const struct tracking *tracking);
/* The script of that name, or NULL. */
const struct tracked_script *tracking_find(const struct tracking *tracking, const char *name);

/* file.c: the states on disk. */
void tracking_store(const struct tracking *tracking);
void tracking_load(struct tracking *tracking);

#endif
