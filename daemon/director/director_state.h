/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the director process share. Nobody else includes this. */
#ifndef LVSD_DAEMON_DIRECTOR_DIRECTOR_STATE_H
#define LVSD_DAEMON_DIRECTOR_DIRECTOR_STATE_H

#include "base/chan.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "conf/text/diag.h"
#include "daemon/director/check_tls.h"
#include "daemon/control/control.h"
#include "daemon/director/director.h"
#include "daemon/director/host/host.h"
#include "daemon/director/paths.h"
#include "daemon/director/config/reload.h"
#include "daemon/script/user.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/timeouts.h"
#include "healthcheck/health.h"
#include "sync/calls.h"
#include "sync/rejoin.h"
#include "vrrp/wire.h"

#include <jansson.h>

/* The director's side of a check process. */
struct checks {
	struct chan *chan;
	struct log_limit nonsense; /* that came from it */
	struct loop_timer *due;
	struct loop_timer *watch; /* for a check process that hangs */
	unsigned n_silent;        /* looks in a row that found it needed and not there */
	struct check_tls_texts tls;
	bool is_needed; /* by the configuration */
	bool is_greeted;
};

/* The director's side of the vrrp process. */
struct roles {
	struct chan *chan;
	struct log_limit nonsense; /* that came from it */
	VEC(struct vrrp_report) reports; /* the last of each instance of the configuration */
	bool is_needed;                  /* by the configuration */
	uint64_t nonce;                  /* of the last HELLO; 0: none yet */
	bool is_gate_open;               /* the instances may be handed out */
	struct mono
	    gate_due; /* when it opens at the latest; MONO_NEVER before the first configuration */
	struct loop_timer *gate;
};

/* Another director that comes back, and we that do. */
struct rejoin {
	struct sync_hello *hello; /* NULL without lvs_sync_daemon, or when it could not be opened */
	bool is_deaf;             /* it could not, and the log knows */
	struct sync_rejoin state;
	struct sync_callers callers; /* who said hello */
	struct loop_timer *step;
	struct sync_calls said; /* our own hellos, as the other director counts them */
	struct sync_greeting greeting; /* the last of them */
	bool is_missed;          /* the other director was silent: a hello is to be said */
	struct loop_timer *again; /* is_missed, or the hello is repeated */
	bool is_owed;            /* a hello is to be said, when next is due or hello is open */
	struct loop_timer *next;
};

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
	check_id check;   /* 0: a notification */
	const char *what; /* for the log */
};

struct scripts_user {
	char *name, *group;
	struct script_user user;
};

struct scripts_pending;

/* The director's side of the script process. */
struct scripts {
	struct chan *chan;
	struct log_limit nonsense; /* that came from it */
	bool is_needed; /* by the configuration */
	bool is_greeted;
	uint64_t next_id;
	struct {
		struct scripts_pending *items;
		size_t n, cap;
	} pending;                      /* sorted by id */
	VEC(struct scripts_user) users; /* looked up since the configuration came */
};

/* A notification that takes longer than this is hanging; it is ended with its whole group. */
#define NOTIFY_TIMEOUT_US (60 * US_PER_S)
/* Words that a notification adds to its script's own. */
#define NOTIFY_WORDS_MAX 4
/* Notifications that wait for the script process to be there. */
#define NOTIFY_WAITING_MAX 10000

struct notify_waiting {
	struct conf_script script;
	char *words[NOTIFY_WORDS_MAX];
	size_t n_words;
	uint64_t object;
	uint64_t event;
	bool is_supersedable;
	char *what;
	char *skipped; /* what the log says when its state is skipped; NULL: another script's says it */
};

struct notify {
	uint64_t next_event; /* never one of a predecessor of ours, whose scripts may still wait */
	VEC(struct notify_waiting) waiting;
};

/* What brought, or would have brought, a configuration. */
enum reload_action {
	RELOAD_FILE,     /* lvsctl reload, SIGHUP */
	RELOAD_ROLLBACK, /* lvsctl rollback */
	RELOAD_RETURN,   /* the time for lvsctl confirm is over */
};

/* The last one that was tried. */
struct reload_result {
	enum reload_action action;
	int64_t wall_us; /* 0: none yet */
	bool is_ok;
	char *text; /* what it changed, or why it was refused */
};

/*
 * The text of the configuration in force, as RUN_DIR/applied.conf should have it. The canonical form
 * would not do: it has no statement that lvsd ignores, so that their acceptance would be lost.
 */
struct reload_kept {
	char *text; /* NULL: none yet */
	size_t len;
};

struct rollback {
	bool is_rolled_back;    /* in force is not what the file had */
	struct mono confirm_by; /* when the previous configuration returns; MONO_NEVER */
	struct loop_timer *timer;
};

struct director {
	const struct director_args *args;
	struct loop *loop;
	struct chan *supervisor;
	struct control *control; /* NULL before is_announced */
	int listen_fd;           /* control.sock, until control has it */
	struct conf *conf;
	int64_t applied_wall_us; /* when conf came into force */
	struct reload_result reload;
	struct reload_kept kept;
	uint8_t stale; /* of enum stale_file (daemon/director/config/stale.h) */
	struct rollback rollback;
	struct claims *claims; /* the virtual routers that no other lvsd here may run */
	struct health *health;
	struct kernel kernel;
	struct host_side host;
	struct checks checks;
	struct paths paths;
	struct roles roles;
	struct rejoin rejoin;
	struct syncing *syncing;
	struct heartbeats *heartbeats;
	struct scripts scripts;
	struct notify notify;
	bool is_announced; /* READY was said, and commands are answered */
	bool is_stopping;
	struct loop_timer *stop;
};

/* reload.c */

/*
 * Reads the file, and puts it in force if it is without error and the order agrees to what it does.
 * With confirm_s the configuration of before returns after so many seconds without
 * rollback_confirm(). Returns 0, or -EINVAL when nothing has changed; *ret_answer says what changed,
 * or everything that is wrong.
 */
int director_reload(struct director *d, const struct reload_order *order,
		    struct reload_answer *ret_answer);
/* The first configuration: the file, or on a restart the one that was applied last. Says on stderr
 * what is wrong. */
int director_load_first(struct director *d);
/* Puts conf in force (the old one is freed) and tells the other rooms and processes. */
void director_commit(struct director *d, struct conf *conf);

/* The machine can carry conf; else a sentence. */
int reload_prepare(struct director *d, const struct conf *conf, struct err *err);
/*
 * Puts conf in force, which is prepared, and says in the log and in *ret_answer what action did;
 * changes is taken.
 */
void reload_accept(struct director *d, struct conf *conf, enum reload_action action, char *changes,
		   struct reload_answer *ret_answer);
/* The outcome when nothing changes; logs text, which is taken. Returns -EINVAL. */
int reload_refuse(struct director *d, enum reload_action action, char *text, char **ret_text);
/* What putting conf in force changes, a line each, and how many that are; free() it. */
char *reload_changes(struct director *d, const struct conf *conf, size_t *ret_n);
/* The text that is in force, for a director that replaces this one: in the run dir and in memory. */
void reload_keep(struct director *d, const char *text, size_t len);
/* Writes applied.conf again when the run dir was made anew. */
void reload_keep_again(struct director *d);
/* "reload", "rollback", "return". */
const char *reload_action_name(enum reload_action action);

/* rollback.c: the configuration of before. */

/* Before the first configuration: goes on with what a predecessor left, or forgets it. */
void rollback_open(struct director *d);
void rollback_close(struct director *d);
/* A reload waits for its confirmation. */
bool rollback_is_waiting(const struct director *d);
/*
 * Before a reload that changes something comes into force: what is in force becomes the previous
 * configuration, unless it waits for a confirmation itself. With confirm_s its return is prepared.
 * Without, always 0; else -errno with a sentence when it could not return.
 */
int rollback_prepare(struct director *d, unsigned confirm_s, struct err *err);
/* A reload has come into force. */
void rollback_forget(struct director *d);
/* Writes rollback.json again when the run dir was made anew. */
void rollback_keep(struct director *d);
/* Puts the previous configuration in force, which what was so becomes. Like director_reload(). */
int director_rollback(struct director *d, enum reload_action action,
		      struct reload_answer *ret_answer);
/* What is in force stays. -ENOENT: nothing waits. */
int rollback_confirm(struct director *d);

/* As diags_print() writes them; free() it. */
char *diags_text(const struct diags *diags);

/* checks.c */
void checks_open(struct director *d, int fd);
void checks_close(struct director *d);
/* After health_configure(): tells the check process what came and went. */
void checks_update(struct director *d, const struct check_ids *added,
		   const struct check_ids *dropped);
/* What came of a probe, by whichever process. */
void checks_take_result(struct director *d, check_id id, const struct probe_result *result);
/* Ends a probe in flight without an outcome; its check is due again within PATH_SPREAD_MS. */
void checks_end_probe(struct director *d, check_id id);
/* Once a turn: starts the probes that are due. */
void checks_settle(struct director *d);

/* roles.c */
void roles_open(struct director *d, int fd);
void roles_close(struct director *d);
/* Writes roles.json again when the run dir was made anew. */
void roles_keep(struct director *d);
/* Sends the instances of the configuration to the vrrp process. */
void roles_update(struct director *d);
/*
 * Once a turn: opens the startup gate when there are first verdicts, or a table that was adopted.
 */
void roles_settle(struct director *d);
/* paths_are_holding_preemption() says something else than before. */
void roles_tell_preemption(struct director *d);
/* A hold of preemption that is under way (vrrp/fsm.h) ends in so many milliseconds. */
void roles_hold(struct director *d, uint32_t ms);
/* Whether an instance leaves a master of lower priority alone now. */
bool roles_are_held(const struct director *d);
/* The last report of an instance, or NULL. */
const struct vrrp_report *roles_find(const struct director *d, const struct conf_vrrp *conf);

/* rejoin.c */

/* Before the sync roles are compared: listens for other directors if lvs_sync_daemon is on. */
void rejoin_settle(struct director *d);
/*
 * Our kernel may have missed connections: its backup role has started, or an instance could not
 * hear for a while. Says hello in the next turn, or as soon as the other director will take it, and
 * tells the vrrp process how long preemption is held for that. While the interface of connection
 * sync has a fault the hello waits, and the log says what that costs.
 */
void rejoin_announce(struct director *d);
/*
 * Connection sync works again, and a hello of before may not have arrived: while preemption is held
 * it is said again, and the time counts from there.
 */
void rejoin_repeat(struct director *d);
/*
 * A heartbeat of another director came; hears_us: by what it says, it hears ours. A hello that it has not
 * answered is repeated while preemption is held. was_silent: none had come for some time, so what its kernel told
 * meanwhile is missing here: a hello is due.
 */
void rejoin_heard(struct director *d, bool hears_us, bool was_silent);
/* Our kernel tells of each connection in use anew, as after the other director's hello. */
void rejoin_tell_anew(struct director *d);
/* Listens anew: the interface is another one under the same name and index. */
void rejoin_reopen(struct director *d);
void rejoin_close(struct director *d);

/* announce.c: what the supervisor, and so the service manager, hears. */

/* The configuration that is in force serves. */
void announce_serving(struct director *d);
/* director_reload() and director_rollback() between two announcements. */
int announced_reload(struct director *d, const struct reload_order *order,
		     struct reload_answer *ret_answer);
int announced_rollback(struct director *d, enum reload_action action,
		       struct reload_answer *ret_answer);
/* applied.conf could not be written, for the cause in err: takes the old one away. */
void applied_forget(struct director *d, const struct err *err);

/* kernel_json.c: the answer to the request; with "kernel" all that lvsd holds there too. */
json_t *status_answer(struct director *d, json_t *request);

/* scripts.c */
void scripts_open(struct director *d, int fd);
void scripts_close(struct director *d);
/* After a new configuration: users are looked up anew. */
void scripts_forget_users(struct director *d);
/* Hands a script to the script process; false with a sentence when it cannot be run. */
bool scripts_run(struct director *d, const struct scripts_order *order, struct err *err);
/* Whether a notification is not done yet. */
bool scripts_are_notifying(const struct director *d);
/*
 * lvsd ends: checks are ended, and each notification has SCRIPT_STOP_SHARE_US at most if another one
 * waits for it, so that a script that hangs does not keep notify_stop from running.
 */
void scripts_stop(struct director *d);
/* Logs each notification that is not done: lvsd waits no longer. */
void scripts_log_unfinished(const struct director *d);

/* notify.c */
void notify_close(struct director *d);
/* The script process is there: runs what waited for it. */
void notify_flush(struct director *d);
void notify_vrrp(struct director *d, const struct conf_vrrp *conf,
		 const struct vrrp_report *report);
void notify_real_server(struct director *d, const struct health_vs *vs, const struct health_rs *rs,
			bool is_up);
void notify_quorum(struct director *d, const struct health_vs *vs, bool is_up);
/* lvsd ends: what `omega` asks for. */
void notify_stop(struct director *d);

/* status.c: the object that lvsctl status prints (doc/control.md); the caller's to decref. */
json_t *status_json(const struct director *d);
/* The part of it that says which configuration is in force. */
json_t *status_config_json(const struct director *d);

#endif
