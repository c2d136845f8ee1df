/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which words of a line are secrets, so that a message that shows the line can leave them out. */
#ifndef LVSD_CONF_TEXT_SECRET_H
#define LVSD_CONF_TEXT_SECRET_H

#include <stddef.h>

/* What stands where a secret is not shown. */
#define SECRET_SHOWN "***"

/* A secret ends at most so many bytes behind the beginning of its keyword. */
#define SECRET_REACH 320

/* Where in line the value of the first secret keyword begins; len when there is none. */
size_t secret_find(const char *line, size_t len);

#endif
