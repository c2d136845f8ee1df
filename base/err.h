/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error sentence of a failed call. A function that can fail returns 0 or -errno. If a person
 * will read the cause, the function also fills a struct err, which the caller owns (usually on its
 * stack). Callers put context in front while the error is passed upwards. Example: "apply: add rs
 * 10.0.0.5:80: No such file or directory".
 */
#ifndef LVSD_BASE_ERR_H
#define LVSD_BASE_ERR_H

/* The longest sentence, in bytes with the terminating NUL. A longer sentence is cut and ends in
 * "...". */
#define ERR_TEXT_MAX 1024

struct err {
	char text[ERR_TEXT_MAX];
};

/* Sets the sentence. Returns code, so that a caller can write `return err_set(err, -EINVAL, ...)`.
 * err may be NULL. */
int err_set(struct err *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the sentence that err has. Returns code. err may be NULL. */
int err_wrap(struct err *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The text of an errno value, with or without its minus sign: "No such file or directory" for
 * ENOENT. Thread safe; the text is static. */
const char *err_errno(int code);

#endif
