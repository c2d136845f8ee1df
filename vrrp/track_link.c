/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/track_link.h"

#include <stdio.h>

/* is_up: the interface counts as up. */
static const char *text_of(const struct vrrp_link_if *interface, bool is_up)
{
	if (!interface)
		return "it does not exist";
	if (is_up == interface->is_up)
		return is_up ? "it has a carrier" : "it is down or has no carrier";
	return is_up ? "it is down, but not for long enough yet (interface_up_down_delays)"
		     : "it is up, but not for long enough yet (interface_up_down_delays)";
}

struct vrrp_source vrrp_track_link_source(const struct vrrp_link *link,
					  const struct vrrp_damper *damper, const char *name)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(link, name);
	bool is_up = vrrp_damper_is_up(damper, interface);
	struct vrrp_source source = {.kind = CONF_TRACKER_INTERFACE};

	source.state = is_up ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN;
	snprintf(source.name, sizeof(source.name), "%s", name);
	snprintf(source.text, sizeof(source.text), "%s", text_of(interface, is_up));
	return source;
}
