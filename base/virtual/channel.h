/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What base/virtual/chan.c has beside base/chan.h. */
#ifndef LVSD_BASE_VIRTUAL_CHANNEL_H
#define LVSD_BASE_VIRTUAL_CHANNEL_H

#include <stdbool.h>

/* To be called with world_begin(), after every chan has been freed: afterwards there is no pair and
 * no frame. */
void channels_begin(void);

/* Nobody has this end any more: the other one sees end of file when it has read what was sent before. */
void channel_close(int fd);
/* Nobody but one process has this end: it is closed with its chan. */
void channel_keep_single(int fd);
/* Whether the other end of fd was closed. */
bool channel_is_closed(int fd);

#endif
