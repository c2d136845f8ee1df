/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMTP_CHECK: a conversation with a mail server. */
#include "healthcheck/probes/conversation.h"

static struct probe *smtp_start(void *shared, const struct conf_check *check,
				const struct probe_means *means, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	return conversation_start(shared, &dialogue_smtp, check, means, done, arg, ret_result);
}

const struct probe_kind probe_smtp = {conversations_open, conversations_close, smtp_start,
				      attempt_abandon, NULL};
