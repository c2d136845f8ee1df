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

/* One per real server, in the order of the configuration. */
struct ipvs_view_rs {
	bool is_present; /* in the kernel's table at all */
	uint32_t weight; /* effective */
};

/*
 * Fills *ret_want (empty before), sorted. view has one entry for each real server of each virtual
 * server, all in file order.
 */
void ipvs_want(const struct conf *conf, const struct ipvs_view_rs *view,
	       struct ipvs_state *ret_want);

#endif
