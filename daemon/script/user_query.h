/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of a user as a question whose answer another process may give (conf/query.h). */
#ifndef LVSD_DAEMON_SCRIPT_USER_QUERY_H
#define LVSD_DAEMON_SCRIPT_USER_QUERY_H

#include "conf/query.h"
#include "daemon/script/user.h"

/*
 * The same as script_user_resolve(), but responder answers, so that this process waits for no name
 * service (conf/query.h, CONF_QUERY_USER). NULL: this process asks the name service.
 */
int script_user_ask(const struct conf_responder *responder, const char *user, const char *group,
		    struct script_user *ret_user, struct err *err);
/* The text of the answer to the question key, for free(), or -errno with a sentence. */
int script_user_answer(const char *key, char **ret_text, struct err *err);

#endif
