/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/effect.h"

#include <string.h>

/* RFC 9568 knows a virtual router by these three: with another one it is another router. */
#define ELECTED "its addresses are given up and it is elected anew"
/* The kernel takes no other settings while its threads run. */
#define THREADS "the kernel's two sync threads are stopped and started"
/* The kernel translates a connection as its first packet was. */
#define SOURCED "open connections keep their source"
/*
 * A connection has its forwarding method from its first packet on (ip_vs_bind_dest), and of a tunnel
 * looks at the destination's settings with each one (ip_vs_tunnel_xmit); a destination without
 * a tunnel has those of type ipip.
 */
#define FORWARDED "open connections keep their lvs_method"
#define WRAPPED   "open connections go by the new tunnel at once"
#define UNWRAPPED "open connections keep lvs_method TUN, from now on with type ipip"
/* A promise that was made is kept. */
#define DRAINING "what drains already keeps its time"
/* The outcome of another probe says nothing about this one. */
#define PROBED "it probes anew, and its server keeps its place until the verdict"

/*
 * Where nothing is found the change is made in place: settings of a service and of a destination
 * are edited in the kernel without touching a connection, and a virtual router takes all but its
 * identity over while it is MASTER.
 */
static const struct effect effects[] = {
    {CONF_OBJECT_GLOBAL, "startup_gate", false, "startup_gate holds from the next start on", NULL,
     NULL},
    {CONF_OBJECT_GLOBAL, "keep_at_stop", false, "", NULL, NULL},
    {CONF_OBJECT_VIRTUAL_SERVER, "fnat_source", false, SOURCED, NULL, NULL},
    {CONF_OBJECT_GLOBAL, "drain_timeout", false, DRAINING, NULL, NULL},
    {CONF_OBJECT_VIRTUAL_SERVER, "drain_timeout", false, DRAINING, NULL, NULL},
    {CONF_OBJECT_SYNC_DAEMON, "inst", false, "inst only gives the default id", NULL, NULL},
    {CONF_OBJECT_SYNC_DAEMON, NULL, true, THREADS, NULL, NULL},
    {CONF_OBJECT_VRRP, "interface", true, ELECTED, NULL, NULL},
    {CONF_OBJECT_VRRP, "virtual_router_id", true, ELECTED, NULL, NULL},
    {CONF_OBJECT_VRRP, "family", true, ELECTED, NULL, NULL},
    {CONF_OBJECT_VRRP, "state", false, "state holds from the next start on", NULL, NULL},
    {CONF_OBJECT_REAL_SERVER, "lvs_method", false, WRAPPED, "TUN ", "TUN "},
    {CONF_OBJECT_REAL_SERVER, "lvs_method", false, FORWARDED, "TUN type ipip", NULL},
    {CONF_OBJECT_REAL_SERVER, "lvs_method", false, UNWRAPPED, "TUN ", NULL},
    {CONF_OBJECT_REAL_SERVER, "lvs_method", false, FORWARDED, NULL, NULL},
    {CONF_OBJECT_CHECK, "retry", false, "", NULL, NULL},
    {CONF_OBJECT_CHECK, "delay_before_retry", false, "", NULL, NULL},
    {CONF_OBJECT_CHECK, "delay_loop", false, "", NULL, NULL},
    {CONF_OBJECT_CHECK, "warmup", false, "", NULL, NULL},
    {CONF_OBJECT_CHECK, "alpha", false, "", NULL, NULL},
    {CONF_OBJECT_CHECK, NULL, true, PROBED, NULL, NULL},
};

static bool is_field(const char *pattern, const char *name)
{
	size_t len = strcspn(name, "#");

	return !pattern || (strlen(pattern) == len && !memcmp(pattern, name, len));
}

static bool begins(const char *pattern, const char *value)
{
	return !pattern || !strncmp(value, pattern, strlen(pattern));
}

const struct effect *effect_find(enum conf_object object, const struct conf_field *field)
{
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		const struct effect *effect = &effects[i];

		if (effect->object == object && is_field(effect->field, field->name) &&
		    begins(effect->from, field->older) && begins(effect->to, field->newer))
			return effect;
	}
	return NULL;
}
