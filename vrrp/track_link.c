/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/track_link.h"

#include <stdio.h>

struct vrrp_source vrrp_track_link_source(const struct vrrp_link *link, const char *name)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(link, name);
	struct vrrp_source source = {.kind = CONF_TRACKER_INTERFACE};
	const char *text = !interface         ? "it does not exist"
			   : interface->is_up ? "it has a carrier"
					      : "it is down or has no carrier";

	source.state = interface && interface->is_up ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN;
	snprintf(source.name, sizeof(source.name), "%s", name);
	snprintf(source.text, sizeof(source.text), "%s", text);
	return source;
}
