/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a byte string holds when it is read as UTF-8. Knows nothing of files or messages. */
#ifndef LVSD_CONF_TEXT_UTF8_H
#define LVSD_CONF_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Length in bytes of the character that text begins with, or 0 when its first byte begins no
 * well-formed character (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF).
 */
size_t utf8_sequence(const char *text, size_t len);

/* The character at text is a control character (C0, DEL, C1); len is what utf8_sequence() gave. */
bool utf8_is_control(const char *text, size_t len);

#endif
