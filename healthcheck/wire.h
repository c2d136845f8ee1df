/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between the director and a check process (base/chan.h carries them). Encoding and
 * checked decoding, pure. The check process is stateless: it is told what a check is (SPEC), told to
 * run it (RUN), and answers (OUTCOME). After its start it says HELLO; the director then sends RESET and
 * all SPECs anew, and what came before the RESET is ignored.
 */
#ifndef LVSD_HEALTHCHECK_WIRE_H
#define LVSD_HEALTHCHECK_WIRE_H

#include "base/arena.h"
#include "healthcheck/health.h"

enum check_frame {
	CHECK_FRAME_HELLO = 1, /* worker -> director: u64 nonce */
	CHECK_FRAME_RESET,     /* director -> worker: u64 nonce of the HELLO it answers */
	CHECK_FRAME_SPEC,      /* director -> worker */
	CHECK_FRAME_DROP,      /* director -> worker: array of check_id */
	CHECK_FRAME_RUN,       /* director -> worker: array of check_id */
	CHECK_FRAME_OUTCOME,   /* worker -> director: one outcome */
};

/* Encodes id and conf into buffer. Returns the length, or 0 when it does not fit into size. */
size_t check_spec_encode(check_id id, const struct conf_check *conf, void *buffer, size_t size);

/* Decodes into memory of arena. Returns 0 or -EBADMSG, never reads beyond len. */
int check_spec_decode(const void *body, size_t len, struct arena *arena, check_id *ret_id,
		      struct conf_check *ret_conf);

size_t check_outcome_encode(check_id id, const struct probe_result *result, void *buffer,
			    size_t size);
int check_outcome_decode(const void *body, size_t len, check_id *ret_id,
			 struct probe_result *ret_result);

#endif
