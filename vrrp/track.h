/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trackers change the priority of an instance, or put it into FAULT. Both results are computed from
 * the configuration and the present state of each source, each time anew. Nothing is added up over
 * time, so nothing is left over when a tracker comes or goes. Pure.
 *
 * A source is whatever instances track, by kind and name. The rules are keepalived's:
 *	weight 20, up: priority + 20		weight -20, down: priority - 20
 *	weight 0, down: FAULT			weight 0 reverse, up: FAULT
 *	weight 2, number 10: priority + 20	weight 2, number -127 or less: FAULT
 *	weight 0, number not 0: FAULT		weight 0 reverse, number 0: FAULT
 *	reverse: the weight has the other sign	no verdict yet: no effect
 * The sum is brought into 1..254 once. Priority 255, the owner's, is left as it is.
 */
#ifndef LVSD_VRRP_TRACK_H
#define LVSD_VRRP_TRACK_H

#include "base/vec.h"
#include "conf/conf.h"

enum vrrp_source_state {
	VRRP_SOURCE_UNKNOWN, /* no verdict yet: neither good nor bad */
	VRRP_SOURCE_UP,
	VRRP_SOURCE_DOWN,
	VRRP_SOURCE_NUMBER, /* it reports a number, which is multiplied by the weight */
	VRRP_SOURCE_STATES,
};

#define VRRP_SOURCE_TEXT_MAX 160

struct vrrp_source {
	enum conf_tracker kind;
	char name[CONF_NAME_MAX];
	enum vrrp_source_state state;
	int32_t number; /* NUMBER; else 0 */
	/* why the source is in this state, as "exit status 1"; "": not known */
	char text[VRRP_SOURCE_TEXT_MAX];
	/* since when state and number are as they are; only the director sets it; 0: not known */
	int64_t since_wall_us;
};

/* Begins as {0}. */
struct vrrp_sources {
	VEC(struct vrrp_source) list; /* by kind and name */
};

void vrrp_sources_free(struct vrrp_sources *sources);
/* Adds a source. It replaces a source of the same kind and name. */
void vrrp_sources_set(struct vrrp_sources *sources, const struct vrrp_source *source);
/* NULL: no state of this source was reported yet, so it counts as UNKNOWN. */
const struct vrrp_source *vrrp_sources_find(const struct vrrp_sources *sources,
					    enum conf_tracker kind, const char *name);

/* What one tracker does to an instance. */
struct vrrp_effect {
	bool is_fault;
	int32_t weight; /* added to the priority */
};

/* The most that a product of number and weight adds, and the product that is a FAULT. */
#define VRRP_TRACK_PRODUCT_MAX   253
#define VRRP_TRACK_PRODUCT_FAULT (-254)

/* source: NULL is UNKNOWN. Example: weight -20 and a source that is DOWN: {false, -20}. */
struct vrrp_effect vrrp_track_effect(const struct conf_track *track,
				     const struct vrrp_source *source);

/* What all trackers of an instance do together. */
struct vrrp_tracked {
	uint8_t priority;               /* the effective priority */
	const struct conf_track *fault; /* the first tracker that asks for FAULT; NULL: none does */
};

/* Adds up the trackers of an instance; a source that is missing counts as UNKNOWN. */
struct vrrp_tracked vrrp_track_sum(const struct conf_vrrp *conf,
				   const struct vrrp_sources *sources);

/* The instance's tracker of that kind and name, or NULL. */
const struct conf_track *vrrp_track_find(const struct conf_vrrp *conf, enum conf_tracker kind,
					 const char *name);

/* Does the vrrp process watch such sources itself, and tell the director? Else it is told of them. */
static inline bool vrrp_track_is_watched(enum conf_tracker kind)
{
	return kind == CONF_TRACKER_INTERFACE || kind == CONF_TRACKER_STATIC;
}

#define VRRP_TRACK_TEXT_MAX (CONF_NAME_MAX + VRRP_SOURCE_TEXT_MAX + 32)
/* "script chk_haproxy is down (exit status 1)", "file load says -5". Returns text. */
const char *vrrp_track_text(const struct conf_track *track, const struct vrrp_source *source,
			    char text[static VRRP_TRACK_TEXT_MAX]);

/* "unknown", "up", "down", "number". */
const char *vrrp_source_state_name(enum vrrp_source_state state);

#endif
