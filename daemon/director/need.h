/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processes a configuration needs, and what the supervisor must know of it. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_NEED_H
#define LVSD_DAEMON_DIRECTOR_NEED_H

#include "conf/conf.h"
#include "daemon/shared/wire.h"

struct daemon_need need_of(const struct conf *conf);

#endif
