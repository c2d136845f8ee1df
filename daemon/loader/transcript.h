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
#include "conf/look.h"

#include <stddef.h>
#include <stdint.h>

/* Bounds of one stream. */
#define TRANSCRIPT_BYTES_MAX (512u * 1024 * 1024)

/* Of one that is a file. The text of 40,000 real servers has 5 MiB. */
#define TRANSCRIPT_FILE_MAX (8u * 1024 * 1024)

/* ---- the loader, lvsctl ---- */

/* A file in memory to write to. Returns a descriptor, or -errno. */
int transcript_file_new(void);
/* After the end was written: from now on nobody can change it. 0 or -errno. */
int transcript_file_seal(int fd);

/* Write to fd, a stream socket or such a file, and wait where the reader is slow. 0 or -errno. */
int transcript_put(int fd, enum conf_look_kind kind, const char *key,
		   const struct conf_looked *looked);
/* Ends the transcript: number is the result of transcript_finish(); or writes why the configuration
 * must not be used. */
int transcript_end(int fd, uint64_t number, const char *refusal);

/* ---- the director ---- */

struct transcript;

/* fd: the other end of the loader's socket, which is waited for as long as it takes;
 * transcript_free() closes it. */
struct transcript *transcript_new(int fd);
/*
 * A transcript out of the len bytes of a stream that has ended; bytes stay the caller's and must live
 * longer. late_s: the stream had not ended after so many seconds, so what it has not answered gets a
 * sentence about that. 0: it has ended, so the sentence is that the loader is gone.
 */
struct transcript *transcript_of_bytes(const char *bytes, size_t len, unsigned late_s);
/* A transcript out of fd, which stays the caller's. NULL with a sentence if it is no sealed file, or has
 * more than TRANSCRIPT_FILE_MAX bytes. */
struct transcript *transcript_of_file(int fd, struct err *err);
void transcript_free(struct transcript *transcript);

/* A function for struct conf_look; arg: a transcript. A question that the loader did not ask is
 * answered by -EIO. */
void transcript_look(void *transcript, enum conf_look_kind kind, const char *key,
		     struct conf_looked *ret_looked);

/* Goes to the end. 0 with the loader's number, or -errno with a sentence. */
int transcript_finish(struct transcript *transcript, uint64_t *ret_number, struct err *err);

/* Frees the answers that only the reading of the configuration needs. */
void transcript_prune(struct transcript *transcript);

#endif
