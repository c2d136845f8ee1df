/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds secrets in a line of the file, so that a message which shows the line can leave them
 * out. */
#ifndef LVSD_CONF_TEXT_SECRET_H
#define LVSD_CONF_TEXT_SECRET_H

#include <stddef.h>

/* The text that is shown in place of a secret. */
#define SECRET_SHOWN "***"

/* The end of a secret is at most this many bytes after the beginning of its keyword. */
#define SECRET_REACH 320

/* The offset in line of the value of the first secret keyword; len when there is none.
 * Example: "auth_pass hello": 10. */
size_t secret_find(const char *line, size_t len);

#endif
