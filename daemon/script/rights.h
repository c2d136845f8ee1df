/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether the scripts of a configuration can be started as their users. */
#ifndef LVSD_DAEMON_SCRIPT_RIGHTS_H
#define LVSD_DAEMON_SCRIPT_RIGHTS_H

#include "base/err.h"
#include "conf/conf.h"

#include <stdint.h>

struct conf_responder;

/*
 * permitted: the capabilities that lvsd was started with, a mask of 1 << CAP_X. responder: who
 * knows the users (script_user_ask()). Returns 0, or -EPERM with a sentence that names the first
 * script whose user lvsd cannot become. Users that do not exist are not reported here.
 */
int script_rights_check(const struct conf *conf, uint64_t permitted,
			const struct conf_responder *responder, struct err *err);

#endif
