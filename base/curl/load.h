/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads libcurl, which is no part of the program's own libraries: it needs some 28 others, and only
 * checks of the network and mail use it. A process inherits a loaded library by fork. So the
 * supervisor loads it, and a process that it starts later needs no file.
 */
#ifndef LVSD_BASE_CURL_LOAD_H
#define LVSD_BASE_CURL_LOAD_H

#include "base/err.h"

/* Loads libcurl into this process for good; nothing happens if that has been done. 0, or -ELIBACC
 * with a sentence. */
int curl_load(struct err *err);

#endif
