/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the addresses, routes and rules of instances (virtual_ipaddress, virtual_routes, ...) and
 * of the machine (static_ipaddress, ...) from their lines, and reports those that the kernel would
 * refuse. */
#ifndef LVSD_CONF_MODEL_ROUTE_BUILD_ROUTE_H
#define LVSD_CONF_MODEL_ROUTE_BUILD_ROUTE_H

#include "conf/model/build.h"

struct build_address_owner {
	const char *text;      /* for messages: "vrrp_instance V" */
	const char *interface; /* of addresses without `dev` */
};

/* Builds the addresses of block, and appends them to the list that the keyword of block stands for.
 * base is the object with that list, and object says which kind of object it is. Example: the block
 * virtual_ipaddress, CONF_OBJECT_VRRP and a struct conf_vrrp: the addresses go into its vips. */
void build_addresses(struct draft *draft, const struct node *block, enum conf_object object,
		     void *base, const struct build_address_owner *owner);

/* Only static items have a track_group. If *group is set on a line of an instance, reports that,
 * and clears *group. line stands in block. */
void build_track_group_refuse(struct draft *draft, const struct node *line,
			      const struct node *block, const char **group);

/* The same for the routes of a block. A route that the kernel would refuse is reported and left
 * out. */
void build_routes(struct draft *draft, const struct node *block, enum conf_object object, void *base);

/* The same for rules. A rule without a preference has 0 until build_rules_number(). */
void build_rules(struct draft *draft, const struct node *block, enum conf_object object, void *base);
/* Gives a preference to each rule that has none: as keepalived, it counts down in the order of the file,
 * each family for itself, whether the rule is of the machine or of an instance. */
void build_rules_number(struct draft *draft);

/* Are all bits of a network clear behind its prefix? If not, reports the network: as an error with
 * is_refused, since the kernel refuses such a network, else as a warning, since the kernel ignores
 * the bits. True for a node without a network (`default`). */
bool build_network_check(struct draft *draft, const struct node *node, bool is_refused);

/* Names of routing tables ("main") and of the programs that set routes and rules ("static"), with
 * their numbers. Both lists end with {0}. */
extern const struct schema_choice build_tables[], build_protocols[];
/* Reads a number from 0 to max in any base of C, or one of the names (NULL: no names), or a name of
 * iproute2 in file ("rt_tables"; NULL: in none). If the value is nothing of that, reports the statement,
 * leaves *ret_number as it is, and returns false. */
bool build_number_read(struct draft *draft, const struct node *node,
		       const struct schema_choice *names, const char *file, uint32_t max,
		       uint32_t *ret_number);
/* Reads "FROM/TO" or "TO", numbers or names, as the kernel has both in one number. If the value is neither, reports
 * the statement and leaves *ret_realms as it is. */
void build_realms_read(struct draft *draft, const struct node *node, uint32_t *ret_realms);

/* Builds draft->conf->statics; call it when all instances are built. */
void build_statics(struct draft *draft, const struct node *root);

#endif
