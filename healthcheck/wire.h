/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between the director and the check process (base/chan.h carries them): encoding and
 * checked decoding, pure. The director sends what a check is (SPEC) and when it is due (WORD). From
 * then on the check process decides when to probe (pace/pace.h). The channel is greeted
 * (base/greeted.h): after each HELLO of a check process the director sends all checks again.
 *
 * - Both ends are the same program on the same machine. So numbers are in host order, times are of
 *   CLOCK_MONOTONIC, and nonces and arrays of check_id are copied as they are in memory. An array
 *   too long for one frame is sent in several.
 * - A RESET makes the check process forget all checks.
 * - A SPEC makes the check begin anew: it is not probed before a WORD, and no outcome was told yet.
 * - After an outcome that is told at once (OUTCOME), the check is not probed before a WORD that
 *   answers this outcome. Outcomes that change nothing are counted, and told once a second
 *   (COUNTS).
 * - A check that the process has a WORD of but does not know (its SPEC was too long or was refused)
 *   has the outcome PROBE_NONE.
 */
#ifndef LVSD_HEALTHCHECK_WIRE_H
#define LVSD_HEALTHCHECK_WIRE_H

#include "base/arena.h"
#include "base/greeted.h"
#include "base/pack.h"
#include "healthcheck/health.h"
#include "healthcheck/pace/lateness.h"

/* The types of the frames between director and check process. */
enum check_frame {
	CHECK_FRAME_HELLO = GREETED_HELLO, /* worker -> director (base/greeted.h) */
	CHECK_FRAME_RESET = GREETED_RESET, /* director -> worker */
	CHECK_FRAME_SPEC,      /* director -> worker */
	CHECK_FRAME_DROP,      /* director -> worker: array of check_id */
	CHECK_FRAME_WORD,      /* director -> worker: array of words */
	CHECK_FRAME_OUTCOME,   /* worker -> director: array of outcomes */
	CHECK_FRAME_COUNTS,    /* worker -> director: pace_late_us(), pace_lateness(), array of counts */
	CHECK_FRAME_WANT,      /* worker -> director: one check_id (healthcheck/talk/sockets.h) */
	CHECK_FRAME_SOCKET,    /* director -> worker: a socket for the next probe of a check */
};

/* The sizes of a word and a count, and of the longest outcome, in bytes. */
#define CHECK_WORD_SIZE  (8 + 4 * 8 + 1 + 4)
#define CHECK_COUNT_SIZE (8 + 3 * 4 + 2 * 8)
#define CHECK_TOLD_MAX	 (CHECK_COUNT_SIZE + 1 + 4 + 8 + 1 + 1 + 1 + 2 + PROBE_REASON_MAX)

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

/* The part of a SPEC that says what the probe does, without the id: equal parts are equal probes. */
const void *check_spec_meaning(const void *body, size_t len, size_t *ret_len);

/* Append one item of a frame. If it does not fit, the writer becomes full. */
void check_word_put(struct pack_writer *writer, const struct health_word *word);
void check_told_put(struct pack_writer *writer, const struct health_told *told);
void check_count_put(struct pack_writer *writer, const struct health_count *count);
void check_lateness_put(struct pack_writer *writer, const struct lateness_sums *sums);

/*
 * Take the next item of a frame; the reader becomes bad by one that makes no sense. The reason of an
 * outcome is written to the log, and bytes of a server may have got into it: bytes that are not
 * printable ASCII become '?'.
 *
 *	while (reader.left && !reader.is_bad)
 *		check_told_take(&reader, &told);
 */
void check_word_take(struct pack_reader *reader, struct health_word *ret_word);
void check_told_take(struct pack_reader *reader, struct health_told *ret_told);
void check_count_take(struct pack_reader *reader, struct health_count *ret_count);
void check_lateness_take(struct pack_reader *reader, struct lateness_sums *ret_sums);

#endif
