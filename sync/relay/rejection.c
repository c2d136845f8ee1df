/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for the status. Apart from session.c, so that a program which only prints them needs no libcrypto. */
#include "sync/relay/session.h"

const char *relay_rejection_name(enum relay_rejection why)
{
	static const char *const names[RELAY_REJECTED_N] = {
	    [RELAY_REJECTED_SHORT] = "short",   [RELAY_REJECTED_VERSION] = "version",
	    [RELAY_REJECTED_KEY] = "key",       [RELAY_REJECTED_TAG] = "tag",
	    [RELAY_REJECTED_SESSION] = "session", [RELAY_REJECTED_REPLAY] = "replay",
	    [RELAY_REJECTED_SYNCID] = "syncid", [RELAY_REJECTED_ECHO] = "echo",
	    [RELAY_REJECTED_FLOOD] = "flood",
	};

	return names[why];
}
