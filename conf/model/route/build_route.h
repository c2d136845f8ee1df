/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes of a file: what stands on their lines, and what follows from it. */
#ifndef LVSD_CONF_MODEL_ROUTE_BUILD_ROUTE_H
#define LVSD_CONF_MODEL_ROUTE_BUILD_ROUTE_H

#include "conf/model/build.h"

/* Builds the routes of a block, and appends them to a list of base. A route that cannot be is
 * reported. */
void build_routes(struct draft *draft, const struct node *block, const struct schema_field *list,
		  void *base);

#endif
