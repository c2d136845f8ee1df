/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pairs of base/virtual/chan.c. */
#ifndef LVSD_BASE_VIRTUAL_CHANNEL_H
#define LVSD_BASE_VIRTUAL_CHANNEL_H

/* With world_begin(), after each chan has been freed: no pair, and no frame in one. */
void channels_begin(void);

#endif
