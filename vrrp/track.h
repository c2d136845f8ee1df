/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trackers: what the present state of the sources makes of the priority of an instance, and whether
 * it is in FAULT. Both are functions of the configuration and of what each source says now. Nothing
 * is added up over time, so nothing can be left behind. Pure.
 *
 * A source is whatever instances track, by kind and name. The rules are keepalived's:
 *	weight 20, up: priority + 20		weight -20, down: priority - 20
 *	weight 0, down: FAULT			weight 0 reverse, up: FAULT
 *	weight 2, number 10: priority + 20	weight 2, number -127 or less: FAULT
 *	weight 0, number not 0: FAULT		weight 0 reverse, number 0: FAULT
 *	reverse: the weight has the other sign	no verdict yet: nothing
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
	VRRP_SOURCE_NUMBER, /* it says a number, which the weight multiplies */
	VRRP_SOURCE_STATES,
};

#define VRRP_SOURCE_TEXT_MAX 160

struct vrrp_source {
	enum conf_tracker kind;
	char name[CONF_NAME_MAX];
	enum vrrp_source_state state;
	int32_t number; /* NUMBER; else 0 */
	char text[VRRP_SOURCE_TEXT_MAX]; /* what it said: "exit status 1"; "" when nothing */
	int64_t since_wall_us; /* of state and number, in the director alone; 0: not known */
};

/* Begins as {0}. */
struct vrrp_sources {
	VEC(struct vrrp_source) list; /* by kind and name */
};

void vrrp_sources_free(struct vrrp_sources *sources);
/* Adds a source, or puts it in the place of the one of that kind and name. */
void vrrp_sources_set(struct vrrp_sources *sources, const struct vrrp_source *source);
/* NULL: nothing was said of it, which is as UNKNOWN. */
const struct vrrp_source *vrrp_sources_find(const struct vrrp_sources *sources,
					    enum conf_tracker kind, const char *name);

/* What one tracker does to an instance. */
struct vrrp_effect {
	bool is_fault;
	int32_t weight; /* that is added to the priority; 0: nothing */
};

/* The most that a product of number and weight adds, and the product that is a FAULT. */
#define VRRP_TRACK_PRODUCT_MAX   253
#define VRRP_TRACK_PRODUCT_FAULT (-254)

/* source: NULL is UNKNOWN. Example: weight -20 and a source that is DOWN: {false, -20}. */
struct vrrp_effect vrrp_track_effect(const struct conf_track *track,
				     const struct vrrp_source *source);

/* What all of them do. */
struct vrrp_tracked {
	uint8_t priority;               /* in force */
	const struct conf_track *fault; /* the first that wants FAULT; NULL: none */
};

struct vrrp_tracked vrrp_track_sum(const struct conf_vrrp *conf,
				   const struct vrrp_sources *sources);

/* The instance's tracker of that kind and name, or NULL. */
const struct conf_track *vrrp_track_find(const struct conf_vrrp *conf, enum conf_tracker kind,
					 const char *name);

#define VRRP_TRACK_TEXT_MAX (CONF_NAME_MAX + VRRP_SOURCE_TEXT_MAX + 32)
/* "script chk_haproxy is down (exit status 1)", "file load says -5". Returns text. */
const char *vrrp_track_text(const struct conf_track *track, const struct vrrp_source *source,
			    char text[static VRRP_TRACK_TEXT_MAX]);

/* "unknown", "up", "down", "number". */
const char *vrrp_source_state_name(enum vrrp_source_state state);

#endif
