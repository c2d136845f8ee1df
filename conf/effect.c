/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/effect.h"

#include <string.h>

/* RFC 9568 knows a virtual router by these three: with another one it is another router. */
#define ELECTED "its addresses are given up and it is elected anew"
/* The kernel takes no other settings while its threads run. */
#define THREADS "the kernel's two sync threads are stopped and started"
/* The kernel translates a connection as its first packet was. */
#define SOURCED "open connections keep their source"
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
    {CONF_OBJECT_GLOBAL, "startup_gate", false, "startup_gate holds from the next start on"},
    {CONF_OBJECT_GLOBAL, "keep_at_stop", false, ""},
    {CONF_OBJECT_VIRTUAL_SERVER, "fnat_source", false, SOURCED},
    {CONF_OBJECT_GLOBAL, "drain_timeout", false, DRAINING},
    {CONF_OBJECT_VIRTUAL_SERVER, "drain_timeout", false, DRAINING},
    {CONF_OBJECT_SYNC_DAEMON, "inst", false, "inst only gives the default id"},
    {CONF_OBJECT_SYNC_DAEMON, NULL, true, THREADS},
    {CONF_OBJECT_VRRP, "interface", true, ELECTED},
    {CONF_OBJECT_VRRP, "virtual_router_id", true, ELECTED},
    {CONF_OBJECT_VRRP, "family", true, ELECTED},
    {CONF_OBJECT_VRRP, "state", false, "state holds from the next start on"},
    {CONF_OBJECT_REAL_SERVER, "lvs_method", false, "open connections keep their lvs_method"},
    {CONF_OBJECT_CHECK, "retry", false, ""},
    {CONF_OBJECT_CHECK, "delay_before_retry", false, ""},
    {CONF_OBJECT_CHECK, "delay_loop", false, ""},
    {CONF_OBJECT_CHECK, "warmup", false, ""},
    {CONF_OBJECT_CHECK, "alpha", false, ""},
    {CONF_OBJECT_CHECK, NULL, true, PROBED},
};

static bool is_field(const char *pattern, const char *field)
{
	size_t len = strcspn(field, "#");

	return !pattern || (strlen(pattern) == len && !memcmp(pattern, field, len));
}

const struct effect *effect_find(enum conf_object object, const char *field)
{
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		if (effects[i].object == object && is_field(effects[i].field, field))
			return &effects[i];
	return NULL;
}
