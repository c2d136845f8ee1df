/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/fake_interfaces.h"
#include "daemon/shared/held.h"

const struct if_nameindex *fake_interfaces;

bool held_locate_here(struct held *held)
{
	return held_locate(held, fake_interfaces);
}

void held_follow_here(struct held *held)
{
	held_follow(held, fake_interfaces);
}
