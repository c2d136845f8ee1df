/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number that tells one process, or one run of it, from all others. */
#ifndef LVSD_BASE_NONCE_H
#define LVSD_BASE_NONCE_H

#include <stdint.h>

/* Never 0. Does not wait: a kernel without randomness yet gives one of the time and the process. */
uint64_t nonce_new(void);

#endif
