/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Characters in a string of bytes that should be UTF-8. */
#ifndef LVSD_CONF_TEXT_UTF8_H
#define LVSD_CONF_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The length in bytes of the character with which text begins; 0 when it is not well-formed (RFC
 * 3629: no overlong form, no surrogate, nothing above U+10FFFF). Example: "\xc3\xa9" (e with
 * acute): 2.
 */
size_t utf8_sequence(const char *text, size_t len);

/* Is the character at text a control character (C0, DEL, C1)? len: its length by utf8_sequence().
 */
bool utf8_is_control(const char *text, size_t len);

#endif
