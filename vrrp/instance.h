/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the edge has of one VRRP instance: its configuration with its memory, its addresses, its
 * port, and what the log was told. Everything that is decided about it is in the router
 * (vrrp/router.h), under its id. The one exception is which address it sends from: the one of its
 * configuration, which must be on its interface, or its port's.
 */
#ifndef LVSD_VRRP_INSTANCE_H
#define LVSD_VRRP_INSTANCE_H

#include "vrrp/others.h"
#include "vrrp/port.h"
#include "vrrp/router.h"
#include "vrrp/wire.h"

struct vrrp_instance {
	unsigned id;
	struct vrrp_port *port;
	struct arena *arena; /* of frame */
	/* As it came last; what it says of a predecessor is used once. */
	struct vrrp_instance_frame frame;
	struct vrrp_vips vips;
	/* Between vrrp_instance_set() and vrrp_instance_trim(). */
	struct vrrp_vips stale;
	struct arena *old_arena; /* stale points into it */
	bool is_changed, has_new_vips;
	bool is_wanted; /* a mark while a configuration is put into force: that one has the instance
			 */
	struct vrrp_trouble failures; /* of sending */
	struct vrrp_others others;
	uint64_t adverts_sent;
	struct loop_timer *timer; /* of whoever runs the instance */
};

/* Registers it with the port. arena: of frame, taken over. */
struct vrrp_instance *vrrp_instance_new(unsigned id, struct vrrp_port *port,
					const struct vrrp_instance_frame *frame,
					struct arena *arena);
void vrrp_instance_free(struct vrrp_instance *instance);

/*
 * A live change in steps, so that a whole configuration adds before it removes: set takes the
 * configuration over (arena too), and says in is_changed whether there is anything to act on;
 * afterwards the addresses in stale are removed, and trim ends the change.
 */
void vrrp_instance_set(struct vrrp_instance *instance, const struct vrrp_instance_frame *frame,
		       struct arena *arena);
void vrrp_instance_trim(struct vrrp_instance *instance);

/* What the machine has for it: a set of VRRP_FAULTS_OF_MACHINE, and the address to send from. */
unsigned vrrp_instance_faults(const struct vrrp_instance *instance, struct addr *ret_source);
/* The sentence about one of the faults; err->text is "" for VRRP_FAULTS. */
void vrrp_instance_say_fault(const struct vrrp_instance *instance, enum vrrp_fault fault,
			     struct err *err);

#endif
