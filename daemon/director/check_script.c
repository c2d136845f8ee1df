/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check_script.h"
#include "daemon/script/answer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* By the exit status of a Nagios plugin. */
static const struct {
	const char *name;
	enum probe_outcome outcome;
} nagios_states[] = {
    {"OK", PROBE_OK}, {"WARNING", PROBE_OK}, {"CRITICAL", PROBE_FAIL}, {"UNKNOWN", PROBE_NONE}};

#define NAGIOS_WARNING 1
#define NAGIOS_STATES  ((int)(sizeof(nagios_states) / sizeof(nagios_states[0])))

__attribute__((format(printf, 2, 3))) static void
reason_set(struct probe_result *result, const char *format, ...)
{
	char text[SCRIPT_DONE_TEXT_MAX];
	va_list words;

	va_start(words, format);
	vsnprintf(text, sizeof(text), format, words);
	va_end(words);
	snprintf(result->reason, sizeof(result->reason), "%.*s", PROBE_REASON_MAX - 1, text);
}

static void nagios_judge(const struct script_done *done, struct probe_result *result)
{
	int n = (int)strcspn(done->line, "|");

	if (done->value >= NAGIOS_STATES) {
		result->outcome = PROBE_NONE;
		reason_set(result, "no verdict: exit status %d is none of a Nagios plugin's 0 to 3: %s",
			   done->value, done->line[0] ? done->line : "it printed nothing");
		return;
	}
	while (n > 0 && done->line[n - 1] == ' ')
		n--;
	result->outcome = nagios_states[done->value].outcome;
	result->is_warning = done->value == NAGIOS_WARNING;
	reason_set(result, "%s%s: %.*s", result->outcome == PROBE_NONE ? "no verdict: " : "",
		   nagios_states[done->value].name, n ? n : SCRIPT_DONE_LINE_MAX,
		   n ? done->line : "it printed nothing");
}

static void json_judge(const struct script_done *done, struct probe_result *result)
{
	char reason[SCRIPT_LINE_MAX];
	struct err err;

	if (script_answer_read(done->line, &result->said, reason, &err) < 0) {
		result->outcome = PROBE_NONE;
		reason_set(result,
			   "no verdict: exit status %d, and the script's last line is no answer in JSON: %s",
			   done->value, err.text);
		return;
	}
	result->outcome = PROBE_OK;
	reason_set(result, "the script says: %s", reason[0] ? reason : done->line);
}

static void status_judge(const struct script_done *done, bool is_dynamic, struct probe_result *result)
{
	char text[SCRIPT_DONE_TEXT_MAX];

	result->has_weight = is_dynamic && done->value > 1;
	result->weight = result->has_weight ? (uint32_t)done->value - 2 : 0;
	result->outcome = done->value == 0 || result->has_weight ? PROBE_OK : PROBE_FAIL;
	reason_set(result, "%s", script_done_describe(done, text));
}

/* The script did not end by itself, or was not started. */
static void no_status_judge(const struct script_done *done, bool is_timeout_unknown,
			    struct probe_result *result)
{
	char text[SCRIPT_DONE_TEXT_MAX];
	bool is_unknown = done->how == SCRIPT_HOW_TIMED_OUT && is_timeout_unknown;

	if (is_unknown || done->how == SCRIPT_HOW_REFUSED ||
	    (done->how == SCRIPT_HOW_NOT_STARTED && done->value != ENOENT && done->value != EACCES))
		result->outcome = PROBE_NONE;
	else
		result->outcome = PROBE_FAIL;
	reason_set(result, "%s%s", is_unknown ? "no verdict: " : "",
		   done->how == SCRIPT_HOW_REFUSED ? done->line : script_done_describe(done, text));
}

void check_script_judge(const struct script_done *done, const struct conf_check *conf,
			struct probe_result *ret_result)
{
	enum conf_misc_protocol protocol = conf ? conf->misc_protocol : CONF_MISC_KEEPALIVED;

	if (!done) {
		*ret_result = (struct probe_result){.outcome = PROBE_NONE,
						    .reason = "the script process died"};
		return;
	}
	*ret_result = (struct probe_result){.latency_us = (uint32_t)done->duration_us};
	ret_result->is_decided = done->how == SCRIPT_HOW_EXITED;
	if (done->how != SCRIPT_HOW_EXITED)
		no_status_judge(done, conf && conf->is_timeout_unknown, ret_result);
	else if (protocol == CONF_MISC_NAGIOS)
		nagios_judge(done, ret_result);
	else if (protocol == CONF_MISC_JSON)
		json_judge(done, ret_result);
	else
		status_judge(done, conf && conf->is_dynamic, ret_result);
}
