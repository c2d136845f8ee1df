/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as JSON (doc/control.md). */
#ifndef LVSD_DAEMON_DIRECTOR_PLAN_JSON_H
#define LVSD_DAEMON_DIRECTOR_PLAN_JSON_H

#include "conf/conf.h"
#include "daemon/director/role/role_plan.h"
#include "daemon/director/table/plan_ops.h"

#include <jansson.h>

/*
 * The changes from the configuration older (NULL: from none) to newer, and the kernel operations that
 * follow: those of ops, then those of roles. from describes older in words; NULL for none. The caller
 * frees the result with json_decref().
 */
json_t *plan_json(const struct conf *older, const char *from, const struct conf *newer,
		  const struct plan_ops *ops, const struct role_plan *roles,
		  const char *warnings);

#endif
