/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the answer of a check's script in JSON (misc_protocol json). Pure. */
#ifndef LVSD_DAEMON_SCRIPT_ANSWER_H
#define LVSD_DAEMON_SCRIPT_ANSWER_H

#include "base/err.h"
#include "daemon/script/line.h"
#include "healthcheck/talk/agent.h"

/*
 * Reads one object with any of the keys "state" (words of an agent such as "up" or "ready up"),
 * "weight" (0 to AGENT_WEIGHT_MAX, or "N%" of the weight in the file) and "reason" (any text, which
 * ret_reason has in printable ASCII; "" without one). Returns 0, or -EINVAL with a sentence. An
 * answer with one mistake says nothing at all: neither ret_said nor ret_reason is touched.
 * Example: {"state": "drain", "reason": "backup"} gives AGENT_DRAIN and "backup".
 */
int script_answer_read(const char *line, struct agent_words *ret_said,
		       char ret_reason[static SCRIPT_LINE_MAX], struct err *err);

#endif
