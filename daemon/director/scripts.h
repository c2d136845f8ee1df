/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of the script process: hands scripts to it, and says what came of them. It
 * knows neither checks nor trackers nor notifications.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SCRIPTS_H
#define LVSD_DAEMON_DIRECTOR_SCRIPTS_H

#include "base/greeted.h"
#include "base/err.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/script/user.h"
#include "daemon/script/wire.h"
#include "healthcheck/health.h"

/* A notification that takes longer than this is hanging; it is ended with its whole group. */
#define NOTIFY_TIMEOUT_US (60 * US_PER_S)

/* One script to run. */
struct scripts_order {
	const struct conf_script *script;
	const char *const *words; /* n_words further words behind the script's own */
	size_t n_words;
	uint64_t object;      /* scripts of one object never run two at a time */
	uint64_t event;       /* those that tell of one state have one number; 0: it stands alone */
	const char *skipped;  /* what the log says when this run is superseded; NULL: nothing */
	bool is_supersedable; /* a newer event of the object takes its place while it waits */
	uint64_t timeout_us;
	/* Whose outcome is wanted; both 0: a notification, which is forgotten once it is done. */
	check_id check;
	uint64_t tracker;
	const char *what; /* for the log */
};

/* What a part above hears. */
struct scripts_sink {
	/* The script of a check has ended; done: NULL: the script process died with it. */
	void (*on_check_done)(check_id check, const struct script_done *done, void *arg);
	/* The script of a tracker has; likewise. */
	void (*on_tracker_done)(uint64_t tracker, const struct script_done *done, void *arg);
	/* The script process is there. */
	void (*on_greeted)(void *arg);
	void *arg;
};

struct scripts_user {
	char *name, *group;
	struct script_user user;
};

struct scripts_pending;

struct scripts {
	struct scripts_sink sink;
	struct greeted *worker;
	struct log_limit nonsense; /* that came from it */
	bool is_secure; /* enable_script_security of the configuration in force */
	bool is_needed; /* by the configuration */
	uint64_t next_id;
	struct {
		struct scripts_pending *items;
		size_t n, cap;
	} pending;                      /* sorted by id */
	VEC(struct scripts_user) users; /* looked up since the configuration came */
};

/* sink is copied. */
void scripts_open(struct scripts *scripts, struct loop *loop, int fd, bool is_restart,
		  const struct scripts_sink *sink);
/* The script process is there. */
bool scripts_are_greeted(const struct scripts *scripts);
void scripts_close(struct scripts *scripts);
/* After a new configuration: users are looked up anew. */
void scripts_configure(struct scripts *scripts, const struct conf *conf);
/* Hands a script to the script process; false with a sentence when it cannot be run. */
bool scripts_run(struct scripts *scripts, const struct scripts_order *order, struct err *err);
/* Whether a notification is not done yet. */
bool scripts_are_notifying(const struct scripts *scripts);
/*
 * lvsd ends: checks are ended, and each notification has SCRIPT_STOP_SHARE_US at most if another one
 * waits for it, so that a script that hangs does not keep notify_stop from running.
 */
void scripts_stop(struct scripts *scripts);
/* Logs each notification that is not done: lvsd waits no longer. */
void scripts_log_unfinished(const struct scripts *scripts);

#endif
