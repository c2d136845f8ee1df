/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/order_name.h"

#include <string.h>

static const char *const names[VRRP_ORDERS] = {[VRRP_ORDER_NONE] = "none",
					       [VRRP_ORDER_RELEASE] = "release",
					       [VRRP_ORDER_HOLD] = "hold",
					       [VRRP_ORDER_TAKE] = "take",
					       [VRRP_ORDER_RESUME] = "resume"};

const char *vrrp_order_name(enum vrrp_order_kind kind)
{
	return (unsigned)kind < VRRP_ORDERS ? names[kind] : "?";
}

bool vrrp_order_read(const char *name, enum vrrp_order_kind *ret_kind)
{
	for (enum vrrp_order_kind kind = VRRP_ORDER_NONE + 1; kind < VRRP_ORDERS; kind++)
		if (!strcmp(names[kind], name)) {
			*ret_kind = kind;
			return true;
		}
	return false;
}
