/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the real server that a person or a stored file names. Pure.
 */
#ifndef LVSD_CONF_MODEL_SERVER_FIND_H
#define LVSD_CONF_MODEL_SERVER_FIND_H

#include "conf/conf.h"

enum server_found {
	SERVER_FOUND,
	SERVER_ABSENT,
	SERVER_AMBIGUOUS, /* several servers match, and none of them has exactly this id */
};

/*
 * Reads the name of a server: "10.9.0.21:80" or "[fd09::21]:80". In a name without a port
 * ("10.9.0.21", "fd09::21", "[fd09::21]") the port is 0. Returns 0 or -EINVAL.
 */
int server_name_parse(const char *text, struct endpoint *ret_name);

/*
 * Finds the server of vs that name means. Three rules are tried in turn: the server whose id is
 * name; the only server that has this address and port in one of the services of vs in the kernel;
 * and, for a name without a port, the only server with that address. *ret_at is the server's index
 * in vs->real_servers, and is set only with SERVER_FOUND.
 * Example: 10.9.0.21:80 finds `real_server 10.9.0.21` of a group that has a member with port 80.
 */
enum server_found server_find(const struct conf_virtual_server *vs, const struct endpoint *name,
			      size_t *ret_at);

#endif
