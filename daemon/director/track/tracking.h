/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sources of trackers: decides when each tracked script runs, and knows the state of each
 * source. Each change is sent to the vrrp process, which keeps the last state even if this director
 * dies. A director that replaces another goes on with the states of scripts in trackers.json. A
 * reload keeps the states.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_TRACKING_H
#define LVSD_DAEMON_DIRECTOR_TRACK_TRACKING_H

#include "base/err.h"
#include "base/loop.h"
#include "daemon/director/track/files.h"
#include "daemon/director/track/processes.h"
#include "daemon/director/track/routes.h"
#include "daemon/director/track/services.h"
#include "daemon/director/track/step.h"
#include "vrrp/track.h"

/* Callbacks to the parts above. */
struct tracking_sink {
	/* Whether scripts can be started now. */
	bool (*can_run)(void *arg);
	/* Starts a script; tracking_ended() with this id follows. Returns false with a sentence if
	 * it cannot be started. */
	bool (*run)(const struct conf_script *script, uint64_t id, uint64_t timeout_us,
		    const char *what, struct err *err, void *arg);
	/* The state of a source has changed. */
	void (*on_source)(const struct vrrp_source *source, void *arg);
	void *arg;
};

struct tracked_script {
	const struct conf_vrrp_script *conf;
	uint64_t id; /* the number of its runs; a changed command gets another one */
	struct track_step step;
	bool is_running;
	struct mono started, due; /* when the last run began; when the next begins, if none is
				     running */
	char text[VRRP_SOURCE_TEXT_MAX]; /* the text of the last run */
};

struct tracking {
	/* Given at the beginning. */
	struct loop *loop;
	const char *run_dir;
	struct tracking_sink sink;
	const struct health *health; /* of the services that instances track */
	const struct conf *conf;     /* by tracking_configure(); NULL before the first */

	struct tracked_script *scripts; /* n_scripts scripts of the configuration, sorted by name */
	size_t n_scripts;
	struct vrrp_sources sources; /* the states that the vrrp process is told; before the
					first configuration, those that were read */
	uint64_t next_id;
	struct mono due; /* when the next script is due */
	struct loop_timer *timer;
	struct track_files files;
	struct track_processes processes;
	struct track_routes routes;
	bool is_restart;    /* this director replaces another */
	bool is_health_due; /* the quorum of a service may have changed */
};

/* is_restart: this director replaces another one, of this lvsd or of one that died, whose states are read. */
void tracking_open(struct tracking *tracking, bool is_restart);
void tracking_close(struct tracking *tracking);
/* conf stays the caller's and must live until the next call. A script whose name was there before
 * keeps its state. */
void tracking_configure(struct tracking *tracking, const struct conf *conf);
/* Call it when a service has gained or lost its quorum. */
void tracking_quorum_changed(struct tracking *tracking);
/* Once a turn: starts the scripts that are due. */
void tracking_settle(struct tracking *tracking);
/* Takes the result of a run. An unknown id is ignored. */
void tracking_ended(struct tracking *tracking, uint64_t id, const struct probe_result *result);
/* Whether every script has had a result. A script that cannot be run counts as if it had. */
bool tracking_is_known(const struct tracking *tracking);
/* Writes trackers.json again, for a run dir that was made anew. */
void tracking_keep(const struct tracking *tracking);
/* The script with that name, or NULL. */
const struct tracked_script *tracking_find(const struct tracking *tracking, const char *name);

/*
 * Takes the present state of a source: keeps it, and reports it if the state, the number or the
 * text is another one. Fills in since_wall_us.
 */
void tracking_say(struct tracking *tracking, const struct vrrp_source *source);

/* file.c: writes the states to trackers.json. */
void tracking_store(const struct tracking *tracking);
void tracking_load(struct tracking *tracking);

#endif
