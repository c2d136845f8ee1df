/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between the director and a check process (base/chan.h carries them). Encoding and
 * checked decoding, pure. The check process is stateless: it is told what a check is (SPEC), told
 * to run it (RUN), and answers (OUTCOME). It is greeted (base/greeted.h): after its HELLO the director
 * sends all SPECs anew.
 *
 * - Both ends are one program on one machine: numbers are in host order; nonces and arrays of
 *   check_id are the bare memory (an array too long for one frame goes in several).
 * - A RESET makes the worker forget all checks.
 * - Each RUN of a check is answered by one OUTCOME, unless a RESET, DROP or new SPEC of it comes in
 *   between. A RUN while one is unanswered is ignored. A check that the worker does not know (its
 *   SPEC did not fit or was refused) is answered with PROBE_NONE.
 */
#ifndef LVSD_HEALTHCHECK_WIRE_H
#define LVSD_HEALTHCHECK_WIRE_H

#include "base/arena.h"
#include "base/greeted.h"
#include "healthcheck/health.h"

enum check_frame {
	CHECK_FRAME_HELLO = GREETED_HELLO, /* worker -> director (base/greeted.h) */
	CHECK_FRAME_RESET = GREETED_RESET, /* director -> worker */
	CHECK_FRAME_SPEC,      /* director -> worker */
	CHECK_FRAME_DROP,      /* director -> worker: array of check_id */
	CHECK_FRAME_RUN,       /* director -> worker: array of check_id */
	CHECK_FRAME_OUTCOME,   /* worker -> director: one outcome */
};

/* Room for any outcome. */
#define CHECK_OUTCOME_MAX (8 + 1 + 4 + 1 + 1 + 2 + PROBE_REASON_MAX)

/*
 * The client side of TLS, as PEM texts, "" where there is none: the check process opens no file.
 * Without ca the peer's certificate is not verified. password opens key.
 */
struct check_tls {
	const char *ca, *certificate, *key, *password;
};

/*
 * Encodes id and conf (all but its place) into buffer, and tls (NULL: nothing in it) with a check
 * that uses TLS. Returns the length, or 0 when it does not fit into size. A MISC_CHECK is the
 * script process's matter: its frame would be refused.
 */
size_t check_spec_encode(check_id id, const struct conf_check *conf, const struct check_tls *tls,
			 void *buffer, size_t size);

/*
 * Decodes into memory of arena. Returns 0 or -EBADMSG, never reads beyond len. What it accepts is
 * safe to probe: enums in range, a numeric target with a port, a source address of the same
 * family, a server name that is no part of a URL but its host, and texts without control
 * characters, which could forge a request.
 */
int check_spec_decode(const void *body, size_t len, struct arena *arena, check_id *ret_id,
		      struct conf_check *ret_conf, struct check_tls *ret_tls);

/* Returns the length, at most CHECK_OUTCOME_MAX, or 0 when it does not fit into size. */
size_t check_outcome_encode(check_id id, const struct probe_result *result, void *buffer,
			    size_t size);

/*
 * Returns 0 or -EBADMSG. A reason goes into the log: what is not printable ASCII in it becomes
 * '?', since a server's bytes may have a way into the process that sent it.
 */
int check_outcome_decode(const void *body, size_t len, check_id *ret_id,
			 struct probe_result *ret_result);

#endif
