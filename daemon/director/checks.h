/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has checks run and takes their results: the director's side of the check process. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECKS_H
#define LVSD_DAEMON_DIRECTOR_CHECKS_H

#include "base/greeted.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/check_tls.h"
#include "daemon/director/scripts.h"
#include "healthcheck/health.h"

/* Callbacks to the parts above. */
struct checks_sink {
	/*
	 * Decides whether the director itself caused a failed probe; if so, takes its verdict away.
	 */
	void (*judge)(check_id id, struct probe_result *result, void *arg);
	/* The state of a server or a pool has changed. The change is logged already. */
	void (*on_change)(const struct health_change *change, void *arg);
	/* The check process does not answer and must be replaced. */
	void (*on_hung)(void *arg);
	/* Opens the socket for a probe of a check with through_vip: a descriptor or -errno. */
	int (*open_through)(const struct health_check *check, void *arg);
	void *arg;
};

struct checks {
	/* Given at the beginning; scripts runs checks that are scripts. */
	struct loop *loop;
	struct health *health;
	struct scripts *scripts;
	/* Used by checks_update(): responder reads the files for TLS (NULL: this process). With
	 * is_tls_later the files come later, by checks_take_tls(). */
	const struct conf_responder *responder;
	bool is_tls_later;
	struct checks_sink sink;

	struct greeted *worker;
	struct log_limit nonsense; /* for malformed frames of the check process */
	struct loop_timer *due;   /* of scripts */
	struct loop_timer *flap;  /* the next hold of flap damping ends */
	struct loop_timer *watch; /* notices a check process that hangs */
	struct mono watch_due;    /* the next look for that */
	bool is_overdue;          /* used by that look */
	int64_t late_us; /* by how much the check process was behind at late_at, as it said */
	struct mono late_at;
	struct lateness_sums lateness; /* of the probes of the last minute, as told at late_at */
	unsigned n_silent;        /* how often in a row the check process was needed and had not
				     sent HELLO */
	struct check_tls_texts tls;
	bool is_tls_awaited; /* the files are to come; until then no check uses TLS */
	bool is_needed; /* the configuration needs a check process: see checks_need() */
};

/* fd: the channel to the check process, which checks_close() closes. is_restart: this director
 * replaces another one. */
void checks_open(struct checks *checks, int fd, bool is_restart);
void checks_close(struct checks *checks);
/* Says whether the configuration needs a check process. One that is not needed any more ends, and the
 * next one gets all checks after its HELLO. */
void checks_need(struct checks *checks, bool is_needed);
/* To be called after health_configure() with conf: tells the check process which checks are new and
 * which are gone. */
void checks_update(struct checks *checks, const struct conf *conf, const struct check_ids *added,
		   const struct check_ids *dropped);
/* Takes the files for TLS that conf names, which have been read by now. conf is in force. */
void checks_take_tls(struct checks *checks, const struct conf *conf,
		     const struct conf_responder *responder);
/* Takes the result of a check's script; done NULL: the script process has died. */
void checks_take_script(struct checks *checks, check_id id, const struct script_done *done);
/* Takes an outcome of a check that no process runs. */
void checks_take_event(struct checks *checks, check_id id, const struct probe_result *result);
/* Takes the changes of the health model, also those of a new configuration, of maintenance and of what an
 * agent says by lvsctl: logs them and hands them on. To be called before the kernel's table is planned. */
void checks_take_changes(struct checks *checks);
/* Once a turn: starts the scripts that are due, and sends what the check process must know. */
void checks_settle(struct checks *checks);

#endif
