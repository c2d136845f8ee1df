/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames between the director and the process that runs iptables, which base/greeted.h carries:
 * encoding and checked decoding. The director sends one request at a time; the answer is any number
 * of OUTPUT frames and one DONE. Requests of a director that was replaced are not answered. Pure.
 */
#ifndef LVSD_DAEMON_RULES_WIRE_H
#define LVSD_DAEMON_RULES_WIRE_H

#include "base/greeted.h"
#include "base/run_job.h"
#include "host/state.h"

#include <stdint.h>

enum rules_frame {
	RULES_FRAME_HELLO = GREETED_HELLO,
	RULES_FRAME_RESET = GREETED_RESET,
	RULES_FRAME_LIST,    /* director -> worker: struct rules_request */
	RULES_FRAME_RESTORE, /* director -> worker: struct rules_request; its text is in a file
				(memfd) */
	RULES_FRAME_OUTPUT,  /* worker -> director: u64 id, then bytes of the listing */
	RULES_FRAME_DONE,    /* worker -> director: struct rules_done */
};

struct rules_request {
	uint64_t id;
	enum host_part part;
	unsigned flavour; /* as in host/flavour.h */
};

struct rules_done {
	uint64_t id;
	int code; /* as in struct run_job_end; -EPERM: lvsd may not write such a text */
	char error[RUN_ERROR_TEXT_MAX + 200];
};

#define RULES_REQUEST_MAX 16
#define RULES_DONE_MAX    (sizeof(struct rules_done))

/* Return the length, or 0 if it does not fit. */
size_t rules_request_encode(const struct rules_request *request, void *buffer, size_t size);
size_t rules_done_encode(const struct rules_done *done, void *buffer, size_t size);
/* Return 0 or -EBADMSG. */
int rules_request_decode(const void *body, size_t len, struct rules_request *ret_request);
int rules_done_decode(const void *body, size_t len, struct rules_done *ret_done);

#endif
