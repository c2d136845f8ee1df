/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes times as the configuration and its messages spell them. */
#ifndef LVSD_CONF_TEXT_SECONDS_H
#define LVSD_CONF_TEXT_SECONDS_H

#include <stdint.h>

/* The size of the text of any time. */
#define SECONDS_TEXT_MAX 32

/* Microseconds as decimal seconds without trailing zeros: "60", "0.5". Returns text. */
const char *seconds_format(uint64_t us, char text[static SECONDS_TEXT_MAX]);

#endif
