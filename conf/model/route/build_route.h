/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, routes and rules of a file, of instances and of the machine: what stands on their lines, and what
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

/* The same for rules. A rule without a preference has 0 until build_rules_number(). */
void build_rules(struct draft *draft, const struct node *block, enum conf_object object, void *base);
/* Gives the rules of all objects that have no preference one, as keepalived would. */
void build_rules_number(struct draft *draft);

/* Does a network have no bits set behind its prefix? Otherwise that is reported: as an error with
 * is_refused, since the kernel refuses such a network, else as a warning, since the kernel ignores
 * the bits. A node without a network (`default`) has none. */
bool build_network_check(struct draft *draft, const struct node *node, bool is_refused);

/* Words for tables, and for what has set a route or rule; they end with {0}. */
extern const struct schema_choice build_tables[], build_protocols[];
/* Reads a number of 0..max in any base, or one of the names (NULL: there are none). Otherwise the
 * statement is reported, *ret_number stays as it is, and false is returned. */
bool build_number_read(struct draft *draft, const struct node *node,
		       const struct schema_choice *names, uint32_t max, uint32_t *ret_number);
/* Reads "FROM/TO" or "TO"; otherwise the statement is reported. */
void build_realms_read(struct draft *draft, const struct node *node, uint32_t *ret_realms);

/* Builds draft->conf->statics; call it when all instances are built. */
void build_statics(struct draft *draft, const struct node *root);

#endif
