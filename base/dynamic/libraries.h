/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The libraries of HTTP checks, TLS and mail: libcurl, which needs some 28 others, libcrypto and libssl. */
#ifndef LVSD_BASE_DYNAMIC_LIBRARIES_H
#define LVSD_BASE_DYNAMIC_LIBRARIES_H

#include "base/err.h"

/* Loads them into this process for good; nothing happens if that has been done. A process that it forks
 * then needs no file for them. 0, or -ELIBACC with a sentence. */
int libraries_load(struct err *err);

#endif
