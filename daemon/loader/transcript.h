/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loader has asked the machine while it read a configuration, and the answers, as a
 * stream. The director reads the same configuration with the same code, so it asks the same
 * questions, and each is answered out of the stream. A director that serves collects the whole
 * stream first (daemon/director/config/answers.h), so it waits for nobody. While lvsd starts, the
 * director has nothing else to do: it waits for each answer, and the two work side by side.
 *
 * `lvsctl plan FILE` does the loader's part with the rights of its caller, and hands over the whole
 * transcript as a sealed file in memory. So the director can show nothing that the caller cannot
 * read.
 */
#ifndef LVSD_DAEMON_LOADER_TRANSCRIPT_H
#define LVSD_DAEMON_LOADER_TRANSCRIPT_H

#include "base/err.h"
#include "conf/query.h"

#include <stddef.h>
#include <stdint.h>

/* Bounds of one stream. */
#define TRANSCRIPT_BYTES_MAX (512u * 1024 * 1024)

/* The most bytes of a transcript that is a file. The text of 40,000 real servers has 5 MiB. */
#define TRANSCRIPT_FILE_MAX (8u * 1024 * 1024)

/* ---- the loader, lvsctl ---- */

/* Makes a file in memory for a transcript. Returns a descriptor, or -errno. */
int transcript_file_new(void);
/* Seals the file, so that nobody can change it any more. Call it after transcript_end(). Returns 0
 * or -errno. */
int transcript_file_seal(int fd);

/* Writes a question and its answer to fd, a stream socket or a file of transcript_file_new(). Waits
 * while the reader is slow. Returns 0 or -errno. */
int transcript_put(int fd, enum conf_query_kind kind, const char *key,
		   const struct conf_answer *answer);
/* Ends the transcript. number is what transcript_finish() returns at the other end. If the
 * configuration must not be used, refusal is the sentence that says why; else NULL. */
int transcript_end(int fd, uint64_t number, const char *refusal);

/* ---- the director ---- */

struct transcript;

/* fd: the other end of the loader's socket, which is waited for as long as it takes;
 * transcript_free() closes it. */
struct transcript *transcript_new(int fd);
/*
 * Makes a transcript of the len bytes of a stream. bytes stay the caller's and must live longer.
 * late_s: after so many seconds the stream had not ended; a question without an answer gets a
 * sentence that says so. 0: the stream has ended, and the sentence is that the loader is gone.
 */
struct transcript *transcript_of_bytes(const char *bytes, size_t len, unsigned late_s);
/* A transcript out of fd, which stays the caller's. NULL with a sentence if it is no sealed file, or has
 * more than TRANSCRIPT_FILE_MAX bytes. */
struct transcript *transcript_of_file(int fd, struct err *err);
void transcript_free(struct transcript *transcript);

/* A function for struct conf_responder; arg: a transcript. A question that the loader did not ask
 * is answered by -EIO. */
void transcript_answer(void *transcript, enum conf_query_kind kind, const char *key,
		       struct conf_answer *ret_answer);

/* Reads to the end. Returns 0 with the loader's number, or -errno with a sentence. */
int transcript_finish(struct transcript *transcript, uint64_t *ret_number, struct err *err);

/* Frees the answers that only the reading of the configuration needs. */
void transcript_prune(struct transcript *transcript);

#endif
