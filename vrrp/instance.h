/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the edge keeps of one VRRP instance: its configuration with its memory, its addresses, its
 * port, and what was logged. All decisions about the instance are made in the router
 * (vrrp/router.h), under the instance's id. One decision is made here: which address the instance
 * sends from. That is the address of its configuration, which must be on its interface; without one
 * it is the address that its port has chosen.
 */
#ifndef LVSD_VRRP_INSTANCE_H
#define LVSD_VRRP_INSTANCE_H

#include "vrrp/others.h"
#include "vrrp/port.h"
#include "vrrp/router.h"
#include "vrrp/holding/items.h"
#include "vrrp/holding/strays.h"
#include "vrrp/wire.h"

/* What an instance holds, and its new configuration does not have. */
struct vrrp_stale {
	struct vrrp_vips vips;
	struct vrrp_items items[VRRP_ITEM_KINDS];
	struct arena *arena; /* of the old configuration */
};

struct vrrp_instance {
	unsigned id;
	struct vrrp_port *port;
	struct arena *arena; /* of frame */
	/* The last frame of the director; what it says of a predecessor is used once. */
	struct vrrp_instance_frame frame;
	struct vrrp_vips vips;
	struct vrrp_items items[VRRP_ITEM_KINDS];
	struct vrrp_strays strays;
	struct vrrp_stale *stale; /* NULL but between vrrp_instance_set() and vrrp_instance_trim() */
	bool is_changed, has_new_vips;
	bool is_wanted; /* while a configuration is put into force: it has this instance */
	struct vrrp_trouble failures; /* of sending */
	struct vrrp_others others;
	uint64_t adverts_sent, zeros_sent;
	struct vrrp_lateness lateness; /* of those that left by their timer */
	struct mono lateness_reported_at; /* when it was reported; {0}: not yet */
	char *cause; /* why it came into its state, as it was logged; NULL: not known */
	bool follows_group; /* the cause is another member of its sync group */
	uint64_t n_adverts, last_sent; /* the number of the newest one, and of one that has left */
};

/* Makes an instance and registers it with the port. arena: the memory that frame points to, taken
 * over. */
struct vrrp_instance *vrrp_instance_new(unsigned id, struct vrrp_port *port,
					const struct vrrp_instance_frame *frame,
					struct arena *arena);
void vrrp_instance_free(struct vrrp_instance *instance);

struct vrrp_predecessor;

/* What is known of the instance in the vrrp process that this one replaces, but for its addresses. started: when
 * this process began. has_committed: it has had a configuration before, so that nothing is replaced. */
struct vrrp_legacy vrrp_instance_legacy(const struct vrrp_instance_frame *frame, const struct vrrp_predecessor *before,
					struct mono started, bool has_committed);

/*
 * A change of configuration in steps, so that addresses are added before others are removed.
 * vrrp_instance_set() takes the new configuration over (with arena), and sets is_changed if
 * anything in it differs. Then the caller removes what is stale (vrrp_carry_stale()), and
 * vrrp_instance_trim() frees what the old configuration used.
 */
void vrrp_instance_set(struct vrrp_instance *instance, const struct vrrp_instance_frame *frame,
		       struct arena *arena);
void vrrp_instance_trim(struct vrrp_instance *instance);

/* Adds the addresses of n instances to the index: those that they have, or those that are stale. */
void vrrp_instances_index(struct vrrp_vip_index *index, struct vrrp_instance *const *list, size_t n,
			  bool is_stale);

/* Routes or rules may be missing: the machine has changed. What is missing is tried at once if the
 * machine has gained something. */
void vrrp_instance_recheck_items(struct vrrp_instance *instance, const struct vrrp_link_gain *gain);
/* When to look for missing routes and rules; MONO_NEVER: not. */
struct mono vrrp_instance_items_wake(const struct vrrp_instance *instance);
/* When something is due that the router does not know of. */
struct mono vrrp_instance_wake(const struct vrrp_instance *instance);

/* Which faults the machine has for this instance (a set within VRRP_FAULTS_OF_MACHINE), and the
 * address to send from. */
unsigned vrrp_instance_faults(const struct vrrp_instance *instance, struct addr *ret_source);
/* A hash of the sentence about the first of these faults; 0: there is none. */
uint64_t vrrp_instance_hash_fault(const struct vrrp_instance *instance, unsigned faults);
/* The sentence that explains a fault, in err->text; "" for VRRP_FAULTS (there is no fault) and for
 * those that the router decides, of which it knows more. */
void vrrp_instance_say_fault(const struct vrrp_instance *instance, enum vrrp_fault fault,
			     struct err *err);

#endif
