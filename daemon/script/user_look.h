/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of a user as a question whose answer another process may give (conf/look.h). */
#ifndef LVSD_DAEMON_SCRIPT_USER_LOOK_H
#define LVSD_DAEMON_SCRIPT_USER_LOOK_H

#include "conf/look.h"
#include "daemon/script/user.h"

/*
 * The same as script_user_resolve(), but look answers, so that this process waits for no name service
 * (conf/look.h, CONF_LOOK_USER). NULL: this process asks the name service.
 */
int script_user_ask(const struct conf_look *look, const char *user, const char *group,
		    struct script_user *ret_user, struct err *err);
/* The text of the answer to the question key, for free(), or -errno with a sentence. */
int script_user_answer(const char *key, char **ret_text, struct err *err);

#endif
