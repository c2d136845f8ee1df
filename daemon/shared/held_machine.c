/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/held.h"

bool held_locate_here(struct held *held)
{
	struct if_nameindex *interfaces = held->list.n ? if_nameindex() : NULL;
	bool is_changed = held_locate(held, interfaces);

	if (interfaces)
		if_freenameindex(interfaces);
	return is_changed;
}

void held_follow_here(struct held *held)
{
	struct if_nameindex *interfaces = held->list.n ? if_nameindex() : NULL;

	held_follow(held, interfaces);
	if (interfaces)
		if_freenameindex(interfaces);
}
