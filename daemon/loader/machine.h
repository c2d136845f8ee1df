/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks whether this machine has what a configuration needs: interfaces, source addresses, users,
 * scripts, files for TLS, tracked files, the kernel module for FTP. A correct file may be read on a
 * machine that is not ready for it yet, so this only warns. A key of the relay that others could read is
 * an error, since the peers would trust whoever has it. It also warns of a library that is missing, without
 * which a start or reload is refused (loading_libraries()), and of a configuration that does nothing at all.
 * Needs no privilege; asks the name service for users.
 */
#ifndef LVSD_DAEMON_LOADER_MACHINE_H
#define LVSD_DAEMON_LOADER_MACHINE_H

#include "base/err.h"
#include "conf/conf.h"
#include "conf/query.h"
#include "conf/text/diag.h"
#include "daemon/script/user.h"

/* Appends a warning for each thing that is missing or not fit, in the order of the file, to diags
 * of the load that made conf. With conf NULL nothing is checked. */
void machine_judge(const struct conf *conf, struct diags *diags);

/* The same, but responder answers the questions about files and users. Tracked files are not
 * judged: the director reads them itself, and warns (daemon/director/track/files.h). */
void machine_judge_by(const struct conf *conf, const struct conf_responder *responder,
		      struct diags *diags);

/* Reports an error about the first thing that conf needs and whose query responder answers with
 * sentence, which says that no answer comes any more. Returns false if there is none. */
bool machine_unanswered_report(const struct conf *conf, const struct conf_responder *responder,
			       const char *sentence, struct diags *diags);

/* This process answers any question (conf/query.h); root as for conf_answer_here(). */
void machine_answer_here(void *root, enum conf_query_kind kind, const char *key,
			 struct conf_answer *ret_answer);

/*
 * Whether user may read the file at path, by the modes of the file and of its folders. The result
 * is also true for a file that is missing, or that this process cannot examine for another cause
 * than its rights. If false, *ret_at, for free(), is path or the folder that the user may not pass;
 * else NULL.
 */
bool machine_may_read(const char *path, const struct script_user *user, char **ret_at);

/* The key of the question for a file for TLS, or a key of the relay, for free(). */
char *machine_tls_key(const char *what, const char *path);

/*
 * The text of a file for TLS, to be freed, which responder answers (NULL: this process), or -errno
 * with a sentence that calls the file what.
 */
int machine_tls_text(const struct conf_responder *responder, const char *what, const char *path,
		     char **ret_text, struct err *err);

#endif
