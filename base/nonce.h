/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a number that tells one process, or one run of a process, from all others. */
#ifndef LVSD_BASE_NONCE_H
#define LVSD_BASE_NONCE_H

#include <stdint.h>

/* Never returns 0, and never waits: as long as the kernel has no random numbers yet (early at
 * boot), the number is made of the time and the process id. */
uint64_t nonce_new(void);

#endif
