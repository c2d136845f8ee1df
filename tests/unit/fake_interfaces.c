/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/fake_interfaces.h"
#include "daemon/shared/held.h"

const struct if_nameindex *fake_interfaces;
const struct ifaddrs *fake_addresses;

bool held_locate_here(struct held *held)
{
	return held_locate(held, fake_interfaces);
}

void held_follow_here(struct held *held)
{
	held_follow(held, fake_interfaces);
}

bool held_add_owned_here(struct held *held, const struct conf *conf)
{
	return held_add_owned(held, conf, fake_addresses);
}
