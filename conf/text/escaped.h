/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of the file that stand for bytes: what a check says to a server. A backslash begins an
 * escape: \r, \n, \t, \\ and \xHH with two hex digits. A text between quotes has no other way to
 * contain a quote than \x22.
 */
#ifndef LVSD_CONF_TEXT_ESCAPED_H
#define LVSD_CONF_TEXT_ESCAPED_H

#include "base/err.h"

#include <stddef.h>

/*
 * Writes the bytes that a text stands for; they need no more room than the text. Returns 0, or
 * -EINVAL with a sentence. Example: the text PING\r\n (8 bytes) gives 6 bytes. bytes may be NULL:
 * then the text is only checked.
 */
int escaped_read(const char *text, char *bytes, size_t *ret_n, struct err *err);

#endif
