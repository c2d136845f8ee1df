/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration of a director that has none yet. */
#ifndef LVSD_CONF_EMPTY_H
#define LVSD_CONF_EMPTY_H

#include "conf/conf.h"

/* The snapshot of an empty file: no object, and each global value at its default. conf_free() frees
 * it. Example: the difference from it to a first configuration adds every object. */
struct conf *conf_empty(void);

#endif
