/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The users that the scripts and FIFOs of a configuration name. The loader asks the name service for
 * all of them, and the director remembers the answers, so that it waits for no name service later.
 */
#ifndef LVSD_DAEMON_SCRIPT_USERS_H
#define LVSD_DAEMON_SCRIPT_USERS_H

#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/script/user_query.h"

struct script_users_entry {
	char *user, *group;
	char *refusal; /* why there are no numbers; NULL: there are */
	unsigned age;  /* how many configurations were learned since */
	struct script_user numbers;
};

/* All zero: nobody is known. */
struct script_users {
	VEC(struct script_users_entry) entries;
};

/* Asks responder for each pair of user and group that conf names, once. */
void script_users_ask(const struct conf *conf, const struct conf_responder *responder);
/* The same, and remembers the answers. Those of the configuration before stay, for a rollback. */
void script_users_learn(struct script_users *users, const struct conf *conf,
			const struct conf_responder *responder);
/*
 * Finds the user of a script or FIFO. This process asks the name service for one that it does not know.
 * A script without a user has SCRIPT_USER_DEFAULT; where that does not exist, root if may_be_root. False
 * with a sentence: there is none.
 */
bool script_users_find(struct script_users *users, const struct conf_script *script, bool may_be_root,
		       struct script_user *ret_user, struct err *err);
void script_users_fini(struct script_users *users);

#endif
