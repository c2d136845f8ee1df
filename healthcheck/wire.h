/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between the director and the check process (base/chan.h carries them): encoding and
 * checked decoding, pure. The check process is stateless: the director sends what a check is (SPEC)
 * and when to run it (RUN), and the check process answers with an OUTCOME. The channel is greeted
 * (base/greeted.h): after each HELLO of a check process the director sends all SPECs again.
 *
 * - Both ends are the same program on the same machine. So numbers are in host order, and nonces
 *   and arrays of check_id are copied as they are in memory. An array too long for one frame is
 *   sent in several.
 * - A RESET makes the check process forget all checks.
 * - Each RUN of a check is answered by one OUTCOME, unless a RESET, a DROP or a new SPEC of the
 *   check comes in between. A second RUN before the answer is ignored. A RUN of a check that the
 *   process does not know (its SPEC was too long or was refused) is answered with PROBE_NONE.
 */
#ifndef LVSD_HEALTHCHECK_WIRE_H
#define LVSD_HEALTHCHECK_WIRE_H

#include "base/arena.h"
#include "base/greeted.h"
#include "healthcheck/health.h"

/* The types of the frames between director and check process. */
enum check_frame {
	CHECK_FRAME_HELLO = GREETED_HELLO, /* worker -> director (base/greeted.h) */
	CHECK_FRAME_RESET = GREETED_RESET, /* director -> worker */
	CHECK_FRAME_SPEC,      /* director -> worker */
	CHECK_FRAME_DROP,      /* director -> worker: array of check_id */
	CHECK_FRAME_RUN,       /* director -> worker: array of check_id */
	CHECK_FRAME_OUTCOME,   /* worker -> director: one outcome */
};

/* The size of the longest encoded outcome, in bytes. */
#define CHECK_OUTCOME_MAX (8 + 1 + 4 + 1 + 1 + 2 + PROBE_REASON_MAX)

/*
 * The client side of TLS as PEM texts, as the check process opens no file. "": there is none.
 * Without ca the certificate of the server is not verified. password decrypts key.
 */
struct check_tls {
	const char *ca, *certificate, *key, *password;
};

/*
 * Encodes id and conf (without its position in the file) into buffer, and for a check that uses TLS
 * also tls (NULL: all texts are ""). Returns the length, or 0 when size is too small. Not for a
 * MISC_CHECK, which the script process runs: check_spec_decode() would refuse it.
 */
size_t check_spec_encode(check_id id, const struct conf_check *conf, const struct check_tls *tls,
			 void *buffer, size_t size);

/*
 * Decodes a SPEC into memory of arena. Returns 0 or -EBADMSG; never reads beyond len. An accepted
 * check is safe to probe: its enums are in range, its target is numeric and has a port, its source
 * address has the same family, its server name can be nothing but the host of a URL, and its texts
 * have no control characters, with which a request could be forged.
 */
int check_spec_decode(const void *body, size_t len, struct arena *arena, check_id *ret_id,
		      struct conf_check *ret_conf, struct check_tls *ret_tls);

/* Encodes an OUTCOME. Returns its length, at most CHECK_OUTCOME_MAX; 0 when size is too small. */
size_t check_outcome_encode(check_id id, const struct probe_result *result, void *buffer,
			    size_t size);

/*
 * Decodes an OUTCOME. Returns 0 or -EBADMSG. The reason is written to the log, and bytes of a
 * server may have got into it: bytes that are not printable ASCII become '?'.
 */
int check_outcome_decode(const void *body, size_t len, check_id *ret_id,
			 struct probe_result *ret_result);

#endif
