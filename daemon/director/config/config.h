/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which configuration is in force, and what the run dir keeps of it and of the one before. A reload or
 * a rollback returns what came of it; who asked for it announces that.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_CONFIG_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_CONFIG_H

#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "conf/text/diag.h"
#include "daemon/director/config/reload.h"
#include "daemon/director/director.h"
#include "daemon/director/table/maintenance.h"

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

/* What the parts above do for it. */
struct config_sink {
	/* Whether the machine can carry conf, which is not in force yet: 0, or -errno with a sentence. */
	int (*prepare)(const struct conf *conf, struct err *err, void *arg);
	/* Puts conf, which is prepared, in force; it is taken. */
	void (*commit)(struct conf *conf, void *arg);
	/* What was prepared does not come into force. */
	void (*give_up)(void *arg);
	/* Nobody has confirmed the last reload in time: config_rollback(RELOAD_RETURN) is due. */
	void (*on_deadline)(void *arg);
	/* A director that replaces this one must not use these files (enum stale_file). */
	void (*on_stale)(uint8_t stale, void *arg);
	void *arg;
};

struct config {
	/* What it is given. */
	const struct director_args *args;
	struct loop *loop;
	const struct holds *holds; /* servers that a person keeps out of service */
	struct config_sink sink;

	const struct conf *conf; /* in force, NULL before the first; config_is_in_force() */
	int64_t applied_wall_us; /* when it came into force */
	struct reload_result last;
	struct reload_kept kept;
	uint8_t stale; /* of enum stale_file (stale.h) */
	struct rollback rollback;
};

/* conf is in force: the director's commit has put it there. */
void config_is_in_force(struct config *c, const struct conf *conf, int64_t wall_us);

/* reload.c */

/*
 * Reads the file, and puts it in force if it is without error and the order agrees to what it does.
 * With confirm_s the configuration of before returns after so many seconds without
 * rollback_confirm(). Returns 0, or -EINVAL when nothing has changed; *ret_answer says what changed,
 * or everything that is wrong.
 */
int config_reload(struct config *c, const struct reload_order *order,
		  struct reload_answer *ret_answer);

/* first.c */

/*
 * The first configuration: the file, or on a restart the one that was applied last. Says on stderr what
 * is wrong. Returns an exit status (daemon/shared/options.h).
 */
int config_load_first(struct config *c);
void config_close(struct config *c);

/* force.c: what a reload, a rollback and a start have in common. */

/*
 * Puts conf in force, which is prepared, and says in the log and in *ret_answer what action did;
 * changes is taken.
 */
void reload_accept(struct config *c, struct conf *conf, enum reload_action action, char *changes,
		   struct reload_answer *ret_answer);
/* The outcome when nothing changes; text is taken. Returns -EINVAL. */
int reload_refused(struct config *c, enum reload_action action, char *text, char **ret_text);
/* The same, and logs text. */
int reload_refuse(struct config *c, enum reload_action action, char *text, char **ret_text);
/* The heading of what the log says of a refusal. */
void reload_log_refusal(enum reload_action action);
/* What putting conf in force changes, a line each, and how many that are; free() it. */
char *reload_changes(const struct config *c, const struct conf *conf, size_t *ret_n);
/* The text that is in force, for a director that replaces this one: in the run dir and in memory. */
void reload_keep(struct config *c, const char *text, size_t len);
/* In memory alone: the run dir has it. */
void reload_remember(struct config *c, const char *text, size_t len);
/* Writes applied.conf again when the run dir was made anew. */
void reload_keep_again(struct config *c);
/* "reload", "rollback", "return". */
const char *reload_action_name(enum reload_action action);
/* As diags_print_errors_first() writes them; free() it. */
char *diags_text(const struct diags *diags);

/* rollback.c: the configuration of before. */

/* Before the first configuration: goes on with what a predecessor left, or forgets it. */
void rollback_open(struct config *c);
void rollback_close(struct config *c);
/* A reload waits for its confirmation. */
bool rollback_is_waiting(const struct config *c);
/*
 * Before a reload that changes something comes into force: what is in force becomes the previous
 * configuration, unless it waits for a confirmation itself. With confirm_s its return is prepared.
 * Without, always 0; else -errno with a sentence when it could not return.
 */
int rollback_prepare(struct config *c, unsigned confirm_s, struct err *err);
/* A reload has come into force. */
void rollback_forget(struct config *c);
/* Writes rollback.json again when the run dir was made anew. */
void rollback_keep(struct config *c);
/* Puts the previous configuration in force, which what was so becomes. Like config_reload(). */
int config_rollback(struct config *c, enum reload_action action,
		    struct reload_answer *ret_answer);
/* What is in force stays. -ENOENT: nothing waits. */
int rollback_confirm(struct config *c);

#endif
