/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the orders of an operator (lvsctl vrrp): as a command, in status and in roles.json. Pure. */
#ifndef LVSD_VRRP_ORDER_NAME_H
#define LVSD_VRRP_ORDER_NAME_H

#include "vrrp/wire.h"

/* The word of an order: "release", "hold", "take", "resume" or "none". */
const char *vrrp_order_name(enum vrrp_order_kind kind);
/* Sets *ret_kind to the order with this word. Returns false if no order has it. */
bool vrrp_order_read(const char *name, enum vrrp_order_kind *ret_kind);

#endif
