/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check_script.h"

#include <errno.h>
#include <stdio.h>

static enum probe_outcome outcome_of(const struct script_done *done, bool is_dynamic)
{
	bool is_exit = done->how == SCRIPT_HOW_EXITED;

	if (done->how == SCRIPT_HOW_REFUSED ||
	    (done->how == SCRIPT_HOW_NOT_STARTED && done->value != ENOENT && done->value != EACCES))
		return PROBE_NONE;
	return is_exit && (done->value == 0 || (is_dynamic && done->value > 1)) ? PROBE_OK
										 : PROBE_FAIL;
}

void check_script_judge(const struct script_done *done, bool is_dynamic,
			struct probe_result *ret_result)
{
	char text[SCRIPT_DONE_TEXT_MAX];

	if (!done) {
		*ret_result = (struct probe_result){.outcome = PROBE_NONE,
						    .reason = "the script process died"};
		return;
	}
	*ret_result = (struct probe_result){.outcome = outcome_of(done, is_dynamic),
					    .latency_us = (uint32_t)done->duration_us};
	ret_result->is_decided = done->how == SCRIPT_HOW_EXITED;
	if (done->how == SCRIPT_HOW_EXITED && is_dynamic && done->value > 1) {
		ret_result->has_weight = true;
		ret_result->weight = (uint32_t)done->value - 2;
	}
	snprintf(ret_result->reason, sizeof(ret_result->reason), "%.*s", PROBE_REASON_MAX - 1,
		 done->how == SCRIPT_HOW_REFUSED ? done->line : script_done_describe(done, text));
}
