/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resets the channels of base/virtual/chan.c. */
#ifndef LVSD_BASE_VIRTUAL_CHANNEL_H
#define LVSD_BASE_VIRTUAL_CHANNEL_H

/* To be called with world_begin(), after every chan has been freed: afterwards there is no pair and
 * no frame. */
void channels_begin(void);

#endif
