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

static bool has_owner(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (conf->vrrps[i].priority == CONF_PRIORITY_OWNER)
			return true;
	return false;
}

bool held_add_owned_here(struct held *held, const struct conf *conf)
{
	struct ifaddrs *machine = NULL;
	bool is_new = has_owner(conf) && getifaddrs(&machine) == 0 && held_add_owned(held, conf, machine);

	if (machine)
		freeifaddrs(machine);
	return is_new;
}
