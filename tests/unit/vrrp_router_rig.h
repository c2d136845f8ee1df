/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the VRRP router share: a configuration, events, and what the router says of each
 * in short. A step carries out what it asks for of the addresses. */
#ifndef LVSD_TESTS_UNIT_VRRP_ROUTER_RIG_H
#define LVSD_TESTS_UNIT_VRRP_ROUTER_RIG_H

#include "vrrp/router.h"

#define NOW ((struct mono){1000 * NS_PER_S})

/* The address of the router itself, and of another one. */
extern const struct addr own, other;

/* An instance of version 3 with two addresses, and an interval of a second. */
struct conf_vrrp conf_of(uint8_t vrid, uint8_t priority);

/* "BACKUP>MASTER s100 + a2 R": a state, send, add, delete, announce n, ask, report, hold, spared (by
 * nopreempt), proof (waits n ms for it), leave n ms, kept (nobody took over), guard, bar end, rejected,
 * heard. missing: which addresses are missing after they were added. */
const char *carry_out(struct vrrp_router *router, enum vrrp_vips_missing missing, struct mono now);

/* One event, and what the router says of it. Where no id is given, it is that of the instance 0. */
const char *step(struct vrrp_router *router, struct vrrp_router_event event, struct mono now);
const char *step_kind(struct vrrp_router *router, enum vrrp_router_event_kind kind,
		      struct mono now);
const char *faults(struct vrrp_router *router, unsigned set, struct mono now);
/* SET, which says nothing, and APPLY. */
const char *change(struct vrrp_router *router, const struct conf_vrrp *conf, int64_t hold_ns,
		   bool has_new_vips, struct mono now);
/* The same, with an order of an operator. */
const char *order(struct vrrp_router *router, const struct conf_vrrp *conf,
		  enum vrrp_order_kind kind, uint64_t number, struct mono now);
/* An advertisement as sender would send it, from that address; hear(): from `other`. */
const char *hear_from(struct vrrp_router *router, const struct addr *source,
		      const struct conf_vrrp *sender, uint8_t priority, struct mono now);
const char *hear(struct vrrp_router *router, const struct conf_vrrp *sender, uint8_t priority,
		 struct mono now);

/* A router with one instance: added; started as BACKUP; MASTER since some time before now. */
struct vrrp_router *router_with(const struct conf_vrrp *conf, int64_t hold_ns, struct mono now);
struct vrrp_router *started(const struct conf_vrrp *conf, int64_t hold_ns, struct mono now);
struct vrrp_router *master(const struct conf_vrrp *conf, struct mono now);

enum vrrp_state_name state_of(const struct vrrp_router *router);
/* Time passes, punctually; the last one is at `until`. */
void run_until(struct vrrp_router *router, struct mono until);

/* When a router that becomes MASTER announces what, in five minutes in which it hears sender with a lower
 * priority once; for free(). */
char *announcements(const struct conf_vrrp *conf, const struct conf_vrrp *sender);

#endif
