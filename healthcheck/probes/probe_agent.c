/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AGENT_CHECK: one line from an agent; without a port of its own nobody is asked. */
#include "base/clock.h"
#include "healthcheck/probes/conversation.h"

static struct probe *agent_start(void *shared, const struct conf_check *check,
				 const struct probe_means *means, probe_done_fn *done, void *arg,
				 struct probe_result *ret_result)
{
	if (check->agent_port)
		return conversation_start(shared, &dialogue_agent, check, means, done, arg,
					  ret_result);
	*ret_result = probe_result_new(PROBE_FAIL, clock_mono(), "it speaks by lvsctl agent");
	return NULL;
}

const struct probe_kind probe_agent = {conversations_open, conversations_close, agent_start,
				       attempt_abandon, NULL};
