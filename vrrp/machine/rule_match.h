/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rule of the machine the kernel takes for a rule that it is asked about. Pure. */
#ifndef LVSD_VRRP_MACHINE_RULE_MATCH_H
#define LVSD_VRRP_MACHINE_RULE_MATCH_H

#include "conf/conf.h"

enum vrrp_rule_match {
	VRRP_RULE_OTHER,
	/* It has all that is asked for, and more. The kernel removes it in the place of the rule that is
	 * asked for, and refuses to add that (EEXIST). Example: asked "from 10.1.0.0/16 table 5 preference
	 * 100", found "from 10.1.0.0/16 to 10.2.0.0/16 table 5 preference 100". */
	VRRP_RULE_SIMILAR,
	VRRP_RULE_SAME,
};

enum vrrp_rule_match vrrp_rule_match(const struct conf_rule *asked, const struct conf_rule *found);

#endif
