/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which real server a person or a stored file means. Pure.
 */
#ifndef LVSD_CONF_MODEL_SERVER_FIND_H
#define LVSD_CONF_MODEL_SERVER_FIND_H

#include "conf/conf.h"

enum server_found {
	SERVER_FOUND,
	SERVER_ABSENT,
	SERVER_AMBIGUOUS, /* several could be meant, and none is named exactly */
};

/*
 * Reads "10.9.0.21:80" and "[fd09::21]:80"; without a port also "10.9.0.21", "fd09::21" and
 * "[fd09::21]", which have port 0. Returns 0 or -EINVAL.
 */
int server_name_parse(const char *text, struct endpoint *ret_name);

/*
 * The server that is called name (its id) if there is one; else the only one that is in the kernel
 * under that name in one of the services of vs; else, if name has no port, the only one with that
 * address. So 10.9.0.21:80 finds `real_server 10.9.0.21` of a group with a member of port 80.
 * *ret_at is its place in vs->real_servers; untouched unless SERVER_FOUND.
 */
enum server_found server_find(const struct conf_virtual_server *vs, const struct endpoint *name,
			      size_t *ret_at);

#endif
