/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wanted table, from the configuration and the present health. Every field of every service and
 * destination is set: a value that the file does not give has its default, and is never left as the
 * kernel has it. Pure.
 */
#ifndef LVSD_IPVS_WANT_H
#define LVSD_IPVS_WANT_H

#include "conf/conf.h"
#include "ipvs/state.h"

/* How one real server or sorry server should be in the kernel's table. */
struct ipvs_view_rs {
	bool is_present; /* it should be in the table */
	uint32_t weight; /* with this weight */
};

/*
 * Fills *ret_want (empty before), sorted. view has an entry for each real server of each virtual
 * server, in the order of the file. sorry has an entry for each virtual server; is_present is false
 * where there is no sorry server. If the sorry server is also a real server of the service, the
 * table has it once, with the greater weight and the settings of the real server. Each member of a
 * group is a service of its own.
 * Example: a service with one real server, is_present and weight 3: one service, whose only
 * destination has weight 3.
 */
void ipvs_want(const struct conf *conf, const struct ipvs_view_rs *view,
	       const struct ipvs_view_rs *sorry, struct ipvs_state *ret_want);

/* Adds the services of one virtual server, in any order. view: one for each of its real servers. */
void ipvs_want_of(const struct conf_virtual_server *vs, const struct ipvs_view_rs *view,
		  const struct ipvs_view_rs *sorry, struct ipvs_state *want);

/*
 * Adds the services for the marks of checks with through_vip, in any order; ipvs_want() has them. Servers
 * that share a mark give the same service several times. Its server stays whatever the checks say.
 */
void ipvs_want_passages(const struct conf *conf, struct ipvs_state *want);
/* Is it like such a service? It may also be one of a user, who has chosen the same. */
bool ipvs_is_like_passage(const struct ipvs_service *service);

#endif
