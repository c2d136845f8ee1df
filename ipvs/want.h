/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's table should be, from the configuration and the present view of health.
 * Every field of every service and destination is named: what the file does not say has its
 * default, never "leave as it is". Pure.
 */
#ifndef LVSD_IPVS_WANT_H
#define LVSD_IPVS_WANT_H

#include "conf/conf.h"
#include "ipvs/state.h"

/* One per real server, in the order of the configuration; one per sorry server as well. */
struct ipvs_view_rs {
	bool is_present; /* in the kernel's table at all */
	uint32_t weight; /* effective */
};

/*
 * Fills *ret_want (empty before), sorted. view has one entry for each real server of each virtual
 * server, all in file order; sorry has one for the sorry server of each virtual server, not present
 * where there is none. A sorry server that is one of the service's real servers too is in the table
 * once, with the greater weight and always with the settings of the real server. Each member of a group is a service.
 */
void ipvs_want(const struct conf *conf, const struct ipvs_view_rs *view,
	       const struct ipvs_view_rs *sorry, struct ipvs_state *ret_want);

#endif
