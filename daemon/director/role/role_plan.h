/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration would change of the interfaces, addresses, routes and rules that VRRP and the
 * static blocks put on the machine, for a dry run. The vrrp process keeps the machine as the configuration in force
 * says, so the difference of two configurations is what a reload does. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_ROLE_ROLE_PLAN_H
#define LVSD_DAEMON_DIRECTOR_ROLE_ROLE_PLAN_H

#include "base/vec.h"
#include "conf/conf.h"

/* Two configurations, and which instances are MASTER. */
struct role_plan_input {
	const struct conf *before; /* what is on the machine; NULL: nothing */
	const struct conf *conf;
	/* Is the instance MASTER now? The others have nothing on the machine but macvlans and ipvlans.
	 * NULL: none is. */
	bool (*is_master)(const struct conf_vrrp *vrrp, const void *arg);
	const void *arg;
};

/* The operations in the order in which they are done, as ip(8) would be told to do them:
 * "ip address add 10.9.0.100/24 dev eth0 # vrrp=web". */
struct role_plan {
	VEC(char *) lines;
};

/* Makes the plan; role_plan_fini() frees it. */
void role_plan_make(const struct role_plan_input *input, struct role_plan *ret_plan);
void role_plan_fini(struct role_plan *plan);

#endif
