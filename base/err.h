/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentence that goes with a failed call. A fallible function returns 0 or -errno and, where
 * a person will read the cause, fills a struct err that its caller owns (usually on the stack).
 * Callers add context in front as the error travels up: "apply: add rs 10.0.0.5:80: ENOENT".
 */
#ifndef LVSD_BASE_ERR_H
#define LVSD_BASE_ERR_H

/* Longest sentence kept; a longer one is cut and ends in "...". */
#define ERR_TEXT_MAX 1024

struct err {
	char text[ERR_TEXT_MAX];
};

/* Sets the sentence; returns code, so that `return err_set(err, -EINVAL, ...)` reads well. err may
 * be NULL. */
int err_set(struct err *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the sentence that is there; returns code. err may be NULL. */
int err_wrap(struct err *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The text of an errno value without its sign ("No such file or directory"); thread safe, static.
 */
const char *err_errno(int code);

#endif
