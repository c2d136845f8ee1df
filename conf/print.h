/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The canonical text of a snapshot. Parsed again it gives an equal snapshot. */
#ifndef LVSD_CONF_PRINT_H
#define LVSD_CONF_PRINT_H

#include "conf/conf.h"

#include <stdio.h>

void conf_print(const struct conf *conf, FILE *out);

#endif
