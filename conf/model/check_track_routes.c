/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tracked routes that only the instance itself would set. */
#include "conf/model/check_track_routes.h"
#include "conf/text/report.h"

#include <linux/rtnetlink.h>
#include <string.h>

/* Is it a route to that network that track_route counts: unicast, in table main? */
static const struct conf_route *find_route(const struct conf_route *routes, size_t n, const char *network)
{
	char addr[ADDR_TEXT_MAX], text[ADDR_TEXT_MAX + 8];

	for (size_t i = 0; i < n; i++) {
		const struct conf_route *route = &routes[i];

		snprintf(text, sizeof(text), "%s/%u", addr_format(&route->dst, addr), route->dst_len);
		if (route->type == RTN_UNICAST && !route->vrf[0] &&
		    (!route->table || route->table == RT_TABLE_MAIN) && !strcmp(text, network))
			return route;
	}
	return NULL;
}

/* Instances of one sync group have their routes together. */
static bool is_together(const struct conf_vrrp *a, const struct conf_vrrp *b)
{
	return a == b || (a->sync_group && b->sync_group && !strcmp(a->sync_group, b->sync_group));
}

static const char *consequence(const struct conf_track *track)
{
	if (track->weight)
		return "the tracker only says whether the instance is MASTER";
	return track->is_reverse ? "the instance is in FAULT as soon as it has set the route"
				 : "the instance waits in FAULT for a route that only it would set";
}

static void check_one(struct report *report, const struct conf *conf, const struct conf_vrrp *vrrp,
		      const struct conf_track *track)
{
	if (find_route(conf->statics.routes, conf->statics.n_routes, track->name))
		return;
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *setter = &conf->vrrps[i];
		const struct conf_route *route =
		    is_together(setter, vrrp) ? find_route(setter->routes, setter->n_routes, track->name)
					      : NULL;

		if (!route)
			continue;
		report_warning(report, &track->place,
			       "vrrp_instance %s: virtual_routes%s%s sets the tracked route %s on the master "
			       "alone: unless this machine has another route to that network, %s; track the "
			       "network of a route that the machine always has, or write this route in "
			       "static_routes",
			       vrrp->name, setter == vrrp ? "" : " of vrrp_instance ",
			       setter == vrrp ? "" : setter->name, conf_track_label(track),
			       consequence(track));
		report_note(report, &route->place, "the route is here");
		return;
	}
}

void check_track_routes(const struct conf *conf, struct report *report)
{
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];

		for (size_t k = 0; k < vrrp->n_tracks; k++)
			if (vrrp->tracks[k].kind == CONF_TRACKER_ROUTE)
				check_one(report, conf, vrrp, &vrrp->tracks[k]);
	}
}
