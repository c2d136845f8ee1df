/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as the object that doc/control.md describes. */
#ifndef LVSD_DAEMON_DIRECTOR_PLAN_JSON_H
#define LVSD_DAEMON_DIRECTOR_PLAN_JSON_H

#include "conf/conf.h"
#include "daemon/director/table/plan_ops.h"

#include <jansson.h>

/*
 * What leads from older (NULL: from nothing) to newer, and the kernel operations that follow. from
 * says what older is, NULL for nothing. The caller's to decref.
 */
json_t *plan_json(const struct conf *older, const char *from, const struct conf *newer,
		  const struct plan_ops *ops, const char *warnings);

#endif
