/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMTP_CHECK. */
#include "healthcheck/probes/conversation.h"

static struct probe *smtp_start(void *shared, const struct conf_check *check,
				const struct check_tls *tls, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	(void)tls;
	return conversation_start(&dialogue_smtp, shared, check, done, arg, ret_result);
}

const struct probe_kind probe_smtp = {
    .open = conversation_open,
    .close = conversation_close,
    .start = smtp_start,
    .abandon = conversation_abandon,
};
