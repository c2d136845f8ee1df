/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files with a key that several machines share: random bytes, which nobody but root may read. Messages never have
 * a byte of the key.
 */
#ifndef LVSD_BASE_SECRET_KEY_FILE_H
#define LVSD_BASE_SECRET_KEY_FILE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* A key has so many bytes. */
#define KEY_FILE_MIN 32
#define KEY_FILE_MAX 4096

/* What a key is called in the question for its contents (conf/query.h), before "\n" and the path. */
#define KEY_FILE_WHAT "relay key"

/* The command that makes a key, in messages. */
#define KEY_FILE_MAKE "lvsctl sync keygen"

/*
 * Judges the file path by its status: a regular file of root with mode 0600 or 0400 and KEY_FILE_MIN to
 * KEY_FILE_MAX bytes. Pure. Returns 0, or -errno with a sentence that says what to do. Example: "key file
 * /etc/lvsd/sync.key (mode 0644) can be read by others than root: run `chmod 0600 /etc/lvsd/sync.key`, and
 * make another key if anybody may have read this one".
 */
int key_file_judge(const char *path, const struct stat *st, struct err *err);

/* Judges the file and the directories above it, without opening it. Returns 0, or -errno with a sentence; -EACCES:
 * this user cannot see the file, so it is not known whether it is right. */
int key_file_check(const char *path, struct err *err);

/* Reads a file that is judged to be right. ret_bytes gets *ret_len bytes; the caller wipes them (explicit_bzero).
 * Returns 0, or -errno with a sentence. */
int key_file_read(const char *path, uint8_t ret_bytes[static KEY_FILE_MAX], size_t *ret_len, struct err *err);

/* Makes the file with KEY_FILE_MIN random bytes and mode 0600, of the user of this process. The file must not exist.
 * ret_bytes gets the key. Returns 0, or -errno with a sentence; then there is no new file. */
int key_file_make(const char *path, uint8_t ret_bytes[static KEY_FILE_MIN], struct err *err);

#endif
