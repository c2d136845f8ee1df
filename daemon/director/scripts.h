/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's side of the script process: sends it scripts to run, and hands on their results.
 * It does not know what checks, trackers and notifications are. */
#ifndef LVSD_DAEMON_DIRECTOR_SCRIPTS_H
#define LVSD_DAEMON_DIRECTOR_SCRIPTS_H

#include "base/greeted.h"
#include "base/err.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/script/users.h"
#include "daemon/script/wire.h"
#include "healthcheck/health.h"

/* A notification that runs longer than this hangs; its whole process group is ended. */
#define NOTIFY_TIMEOUT_US (60 * US_PER_S)

/* A script to run. */
struct scripts_order {
	const struct conf_script *script;
	const char *const *words; /* n_words words that follow the script's own */
	size_t n_words;
	uint64_t object;      /* scripts of the same object run one at a time */
	uint64_t event;       /* the scripts that report the same state have the same number; 0:
				 no other script belongs to this one */
	const char *skipped;  /* the log line for the case that the run is superseded; NULL: none */
	bool is_supersedable; /* it is not run if a newer event of the object comes while it
				 waits */
	bool is_first_line;   /* the first line of its output is wanted, not the last one */
	uint64_t timeout_us;
	/* The check whose outcome this run gives. Both members 0: a notification, which is
	 * forgotten when it is done. */
	check_id check;
	uint64_t tracker;
	uint64_t reader;  /* not 0: a reader of a FIFO, which runs without a deadline */
	const char *what; /* its name in log lines */
	const char *cause; /* LVSD_CAUSE of a notification; NULL: none */
};

/* Callbacks to the parts above. */
struct scripts_sink {
	/* A check's script has ended. done NULL: the script process has died. */
	void (*on_check_done)(check_id check, const struct script_done *done, void *arg);
	/* A tracker's script has ended. done NULL: the script process has died. */
	void (*on_tracker_done)(uint64_t tracker, const struct script_done *done, void *arg);
	/* A reader has ended. done NULL: the script process has died. */
	void (*on_reader_done)(uint64_t reader, const struct script_done *done, void *arg);
	/* The answer to scripts_open_fifo(). fd is the open FIFO, the caller's from now on; -1: it
	 * is not open, and the answer has the cause. */
	void (*on_fifo)(const struct script_fifo_answer *answer, int fd, void *arg);
	/* A script process is there, and takes scripts. */
	void (*on_greeted)(void *arg);
	void *arg;
};

struct conf_responder;
struct scripts_pending;

struct scripts {
	struct scripts_sink sink;
	struct greeted *worker;
	struct log_limit nonsense; /* for malformed frames of the script process */
	bool is_secure; /* enable_script_security of the configuration in force */
	bool is_needed; /* there shall be a script process */
	bool is_lingering; /* no configuration needs it: it ends when its notifications are done */
	uint64_t next_id;
	struct {
		struct scripts_pending *items;
		size_t n, cap;
	} pending; /* scripts without a result yet, sorted by id */
	struct script_users users;
};

/* sink is copied. */
void scripts_open(struct scripts *scripts, struct loop *loop, int fd, bool is_restart,
		  const struct scripts_sink *sink);
/* Whether a script process is there, and takes scripts. */
bool scripts_are_greeted(const struct scripts *scripts);
void scripts_close(struct scripts *scripts);
/* Call it with each new configuration. responder answers questions about its users
 * (script_user_ask()). responder NULL: this process looks up a user when a script runs, unless it
 * knows the user already. */
void scripts_configure(struct scripts *scripts, const struct conf *conf,
		       const struct conf_responder *responder);
/* Sends a script to the script process. Returns false with a sentence if it cannot be run. */
bool scripts_run(struct scripts *scripts, const struct scripts_order *order, struct err *err);
/* Drops the scripts that still wait to run for checks that is_gone. A script that runs goes on until
 * it ends or is late; nobody waits for its outcome. */
void scripts_drop_checks(struct scripts *scripts, bool (*is_gone)(check_id check, void *arg),
			 void *arg);
/* Ends the running script of an object, and drops those that wait. */
void scripts_end(struct scripts *scripts, uint64_t object);
/* Asks for a FIFO; on_fifo() follows. fifo NULL: closes that of the slot. Returns false with a
 * sentence if it cannot be asked for. */
bool scripts_open_fifo(struct scripts *scripts, unsigned slot, const struct conf_script *fifo,
		       struct err *err);
/* The script process is going to end, since it is not needed. What is to run later waits for the next
 * one. */
void scripts_dismiss(struct scripts *scripts);
/* Whether a notification is not done yet. */
bool scripts_are_notifying(const struct scripts *scripts);
/* lvsd stops: checks are ended. A notification that another one waits for gets SCRIPT_STOP_SHARE_US
 * at most, so that a script that hangs does not prevent notify_stop. */
void scripts_stop(struct scripts *scripts);
/* Logs each notification that is not done, since lvsd does not wait any longer. */
void scripts_log_unfinished(const struct scripts *scripts);

#endif
