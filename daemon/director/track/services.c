/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/services.h"

#include <stdio.h>
#include <string.h>

static const struct health_vs *service_find(const struct health *health, const char *name)
{
	size_t n;
	const struct health_vs *services = health_services(health, &n);
	struct svckey key;

	if (svckey_parse(name, &key) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!svckey_cmp(&services[i].conf->key, &key))
			return &services[i];
	return NULL;
}

struct vrrp_source track_service_source(const struct health *health, const char *key)
{
	const struct health_vs *vs = service_find(health, key);
	struct vrrp_source source = {.kind = CONF_TRACKER_VIRTUAL_SERVER};

	snprintf(source.name, sizeof(source.name), "%s", key);
	if (!vs || !vs->is_quorum_known)
		return source;
	source.state = vs->is_quorum_up ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN;
	snprintf(source.text, sizeof(source.text),
		 "weight %llu of its real servers is up, and the quorum is %u",
		 (unsigned long long)vs->live_weight, vs->conf->quorum);
	return source;
}
