/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which configuration is in force, and what the run dir has of it and of the previous one. A reload
 * or rollback returns its result; the caller reports it. */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_CONFIG_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_CONFIG_H

#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "conf/text/diag.h"
#include "daemon/director/config/loading.h"
#include "daemon/director/config/reload.h"
#include "daemon/director/director.h"
#include "daemon/director/table/maintenance.h"

/* Why a configuration is put in force. */
enum reload_action {
	RELOAD_FILE,     /* lvsctl reload, SIGHUP */
	RELOAD_ROLLBACK, /* lvsctl rollback */
	RELOAD_RETURN,   /* nobody ran lvsctl confirm in time */
};

/* The result of the last attempt. */
struct reload_result {
	enum reload_action action;
	int64_t wall_us; /* when; 0: there was none */
	bool is_ok;
	char *text; /* the changes, or why it was refused */
};

/*
 * The text of the configuration in force, as it should be in RUN_DIR/applied.conf. The canonical
 * form will not do: it lacks the statements that lvsd ignores, so the director would forget that
 * they were accepted.
 */
struct reload_kept {
	char *text; /* NULL: none yet */
	size_t len;
};

struct rollback {
	bool is_rolled_back;    /* the configuration in force is not the one that the file had */
	struct mono confirm_by; /* when the previous configuration comes back; MONO_NEVER: it
				   does not */
	struct loop_timer *timer;
	struct err lost; /* why previous.conf could not be written at the last change; "": it was */
};

/* Callbacks to the parts above. */
struct config_sink {
	/* Prepares conf, which is not in force yet. Returns 0, or -errno with a sentence if this
	 * machine cannot carry it out. */
	int (*prepare)(const struct conf *conf, struct err *err, void *arg);
	/* Puts conf, which was prepared, in force, and takes it over. */
	void (*commit)(struct conf *conf, void *arg);
	/* Undoes the preparation of a configuration that does not come into force. */
	void (*give_up)(void *arg);
	/*
	 * Nobody has confirmed the last reload in time, so config_rollback(RELOAD_RETURN) is due.
	 */
	void (*on_deadline)(void *arg);
	/* A director that replaces this one must not use these files (a set of enum stale_file). */
	void (*on_stale)(uint8_t stale, void *arg);
	/* Starts a loader. Returns the socket on which it answers (loading.h); -1: there will be
	 * none. NULL: this process opens the files itself. */
	int (*load)(const struct loading_order *order, void *arg);
	/* The commands of this number are in force; 0: those of the previous configuration. */
	void (*on_vouched)(uint64_t number, void *arg);
	void *arg;
};

struct config {
	/* Given at the beginning. */
	const struct director_args *args;
	struct loop *loop;
	const struct maintained_list *maintained;
	struct config_sink sink;

	const struct conf *conf; /* in force, set by config_is_in_force(); NULL before the first */
	int64_t applied_wall_us; /* when it came into force */
	struct reload_result last;
	struct reload_kept kept;
	uint8_t stale; /* a set of enum stale_file (stale.h) */
	struct loading loading;
	bool is_tls_due; /* a configuration came into force without its files for TLS, which a
			    loader must read once more: to be taken by the owner of this struct */
	struct loop_timer *tls_again; /* sets is_tls_due; NULL: was never needed */
	struct rollback rollback;
};

/* To be called when the director's commit has put conf in force. */
void config_is_in_force(struct config *c, const struct conf *conf, int64_t wall_us);

/* reload.c */

/* A configuration that was read and prepared, and could come into force. Until reload_apply() or reload_drop() the
 * loader's answers are kept (loading.h), and no other configuration may come into force. All zero: there is none. */
struct reload_staged {
	struct conf *conf;
	char *text; /* of the file */
	size_t len;
	char *changes;
	size_t n_changes;
	unsigned confirm_s;
};

/* Loads the file from the reading that has ended, and prepares it. Results as of config_reload(), but nothing has come
 * into force; ret_answer has only the warnings then. */
int reload_stage(struct config *c, const struct reload_order *order, struct reload_staged *ret_staged,
		 struct reload_answer *ret_answer);
/* Puts it in force, and clears *staged. Returns 0; with confirm_s also -EINVAL, and nothing has changed. */
int reload_apply(struct config *c, struct reload_staged *staged, struct reload_answer *ret_answer);
/* Gives it up because of a sentence, and clears *staged. */
void reload_drop(struct config *c, struct reload_staged *staged, const char *why);
/*
 * Loads the file from the reading that has ended (loading.h), and puts it in force if it has no
 * error and the order permits its changes. With confirm_s, the previous configuration comes back
 * after so many seconds unless rollback_confirm() is called. Returns 0; or -EINVAL, and nothing has
 * changed. *ret_answer has the changes, or everything that is wrong.
 */
int config_reload(struct config *c, const struct reload_order *order,
		  struct reload_answer *ret_answer);

/* first.c */

/* Puts the first configuration in force: the file, or after a restart the configuration that was
 * applied last. Says on stderr what is wrong. Returns an exit status (daemon/shared/options.h). */
int config_load_first(struct config *c);
void config_close(struct config *c);

/* force.c: the common parts of a reload, a rollback and a start. */

/* Puts conf, which was prepared, in force, and says in the log and in *ret_answer what action did.
 * Frees changes. */
void reload_accept(struct config *c, struct conf *conf, enum reload_action action, char *changes,
		   struct reload_answer *ret_answer);
/* The configuration that was read last is in force, and so are the commands that its loader has
 * vouched for. */
void reload_vouched(struct config *c);
/* Records that nothing changes, because of text, which it takes over. Returns -EINVAL. */
int reload_refused(struct config *c, enum reload_action action, char *text, char **ret_text);
/* The same, and logs text. */
int reload_refuse(struct config *c, enum reload_action action, char *text, char **ret_text);
/* Logs the line that introduces a refusal. */
void reload_log_refusal(enum reload_action action);
/* The changes that conf would make, one a line, for free(), and their number. */
char *reload_changes(const struct config *c, const struct conf *conf, size_t *ret_n);
/* Stores the text that is in force in the run dir, for a director that replaces this one, and in
 * memory. */
void reload_keep(struct config *c, const char *text, size_t len);
/* The same, but stores the text only in memory: the run dir has it already. */
void reload_remember(struct config *c, const char *text, size_t len);
/* Writes applied.conf again, for a run dir that was made anew. */
void reload_keep_again(struct config *c);
/* Returns "reload", "rollback" or "return". */
const char *reload_action_name(enum reload_action action);
/* The text that diags_print_errors_first() prints, for free(). */
char *diags_text(const struct diags *diags);

/* rollback.c: the previous configuration. */

/* To be called before the first configuration. A director that replaces another takes over its state. */
void rollback_open(struct config *c);
/* When the first configuration of lvsd comes into force, read from the file: forgets what an earlier run
 * of lvsd had. A start that is refused leaves that as it was. */
void rollback_begin(struct config *c);
void rollback_close(struct config *c);
/* Whether a reload waits for its confirmation. */
bool rollback_is_waiting(const struct config *c);
/*
 * To be called before a reload that changes something comes into force. The configuration in force
 * becomes the previous one, unless it waits for a confirmation itself. With confirm_s its return is
 * prepared, and the result is 0, or -errno with a sentence if it could not return. Without
 * confirm_s the result is always 0.
 */
int rollback_prepare(struct config *c, unsigned confirm_s, struct err *err);
/* To be called when a reload has come into force. */
void rollback_forget(struct config *c);
/* lvsd stops: a reload that waits for its confirmation is not undone any more. */
void rollback_stop(struct config *c);
/* Writes rollback.json again, for a run dir that was made anew. */
void rollback_keep(struct config *c);
/* Puts the previous configuration in force; the present one becomes the previous. Results as of
 * config_reload(). */
int config_rollback(struct config *c, enum reload_action action,
		    struct reload_answer *ret_answer);
/* The configuration in force stays. Returns 0, or -ENOENT if no reload waits for a confirmation. */
int rollback_confirm(struct config *c);

#endif
