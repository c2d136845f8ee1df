/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which commands, files for TLS and files of init_file a configuration names. */
#ifndef LVSD_DAEMON_LOADER_VOUCH_H
#define LVSD_DAEMON_LOADER_VOUCH_H

#include "conf/conf.h"
#include "daemon/script/vouched.h"

/* Adds each command of conf, with the user that it runs as, and each of these files. A command whose
 * user does not exist is left out. */
void vouch_for(const struct conf *conf, struct vouched_list *list);

#endif
