/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says whether an interface counts as up, with the delays of vrrp/damping/damping.h. Edge: reads the
 * table of links, has a timer. */
#ifndef LVSD_VRRP_DAMPING_DAMPER_H
#define LVSD_VRRP_DAMPING_DAMPER_H

#include "base/loop.h"
#include "vrrp/damping/damping.h"
#include "vrrp/machine/link.h"

struct vrrp_damper;

/* The least vrrp_damping_bound() of the instances on an interface; INT64_MAX: there are none. */
typedef int64_t vrrp_damper_bound_fn(const char *interface, void *arg);

/* on_due: a delay is over; call vrrp_damper_update(), and look at all interfaces again. link is the
 * caller's. */
struct vrrp_damper *vrrp_damper_new(struct loop *loop, const struct vrrp_link *link,
				    vrrp_damper_bound_fn *bound, loop_fn *on_due, void *arg);
void vrrp_damper_free(struct vrrp_damper *damper);
/* Copies the delays. Call vrrp_damper_update() afterwards. */
void vrrp_damper_set(struct vrrp_damper *damper, const struct conf_link_delay *delays, size_t n);
/* The table of links may have changed. */
void vrrp_damper_update(struct vrrp_damper *damper);
/* Does the interface count as up? NULL, which is missing, does not. */
bool vrrp_damper_is_up(const struct vrrp_damper *damper, const struct vrrp_link_if *interface);
/* Why the interface does not count as up, as the end of a sentence: "is down". */
const char *vrrp_damper_text(const struct vrrp_link_if *interface);

#endif
