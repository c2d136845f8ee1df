/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and routes of a file, of instances and of the machine: what stands on their lines, and what
 * follows from it. */
#ifndef LVSD_CONF_MODEL_ROUTE_BUILD_ROUTE_H
#define LVSD_CONF_MODEL_ROUTE_BUILD_ROUTE_H

#include "conf/model/build.h"

struct build_address_owner {
	const char *text;      /* for messages: "vrrp_instance V" */
	const char *interface; /* of addresses without `dev` */
};

/* Builds the addresses of a block, and appends them to the list of base, an object of that kind, that
 * the block stands for. */
void build_addresses(struct draft *draft, const struct node *block, enum conf_object object,
		     void *base, const struct build_address_owner *owner);

/* An address, route or rule of an instance has no track_group: it is reported, and cleared. line
 * stands in block. */
void build_track_group_refuse(struct draft *draft, const struct node *line,
			      const struct node *block, const char **group);

/* Builds the routes of a block, and appends them to the list of base, an object of that kind, that
 * the block stands for. A route that cannot be is reported. */
void build_routes(struct draft *draft, const struct node *block, enum conf_object object, void *base);

/* Builds draft->conf->statics; call it when all instances are built. */
void build_statics(struct draft *draft, const struct node *root);

#endif
