/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual addresses of one instance: which of them it wants on the machine's interfaces (all,
 * or none), which are present, and the plan from one to the other. Pure; vrrp/vips_link.h reads the
 * machine and carries out the plan.
 *
 * A plan never removes these addresses: one that an address owner (priority 255) has not added
 * itself; the address that advertisements are sent from; an address that another master of this
 * process has. A master removes its own address that another machine has, and adds it again: the kernel asks anew only
 * then.
 *
 * An interface may be renamed while it has an address, and another one may get its name. The list remembers on
 * which interface an address was added, so that it is removed there. Another master may have the address on that
 * interface under its new name: then it stays.
 */
#ifndef LVSD_VRRP_VIPS_H
#define LVSD_VRRP_VIPS_H

#include "base/vec.h"
#include "conf/conf.h"

struct vrrp_vips;

/* One entry of the index: a virtual address and the instance that has it. */
struct vrrp_vip_ref {
	const struct conf_vip *conf;
	const struct vrrp_vips *vips;
	size_t at; /* in the list of vips, unless that has changed since */
};

/* An address on an interface. */
struct vrrp_vip_key {
	struct addr addr, peer;
	uint8_t len; /* conf_vip_len() */
	char holder[CONF_IFNAME_MAX];
};

/* Which instance has which address; sorted, and rebuilt with each configuration. */
struct vrrp_vip_index {
	VEC(struct vrrp_vip_ref) refs;
	VEC(struct vrrp_vip_key) added; /* by a former process, for an owner */
};

enum vrrp_vip_state {
	VRRP_VIP_ABSENT,
	VRRP_VIP_HELD,    /* on the interface: this instance added it */
	VRRP_VIP_FOREIGN, /* on the interface: it was there before this instance */
};

struct vrrp_vip {
	const struct conf_vip *conf; /* lives in the instance's configuration */
	enum vrrp_vip_state state;
	/* At the last attempt to add the address: the index of its interface, if that was up; else
	 * 0. */
	unsigned tried;
	/* Of the interface on which this instance has the address, whatever its name is by now; 0: none. */
	unsigned index;
	unsigned former; /* of the interface on which it had the address under another name of the file; 0: none */
	/* -errno of the last attempt, if the address is wanted and absent; -EADDRINUSE: it was added again, as another
	 * machine had it; else 0. */
	int refusal;
	/* Of an owner: a former process has added the address. Until this one has added or removed it. */
	bool was_added;
	/* The address is present with other options (label, scope, broadcast) than conf asks for.
	 * The kernel cannot change these, and removing the address for them would cut connections.
	 */
	bool is_outdated;
};

struct vrrp_vips {
	const struct vrrp_vip_index *index;
	VEC(struct vrrp_vip) list;
	bool is_master; /* set by the caller: all addresses are wanted, else none */
	bool is_owner;  /* priority 255: addresses that are present at the start are FOREIGN */
	bool is_static; /* the machine's own, of static_ipaddress: no virtual addresses */
};

/* What the machine shows of one address. */
struct vrrp_vip_have {
	unsigned index; /* of its interface; 0: there is no interface of that name */
	bool is_up;     /* the interface can carry packets */
	bool is_there;  /* the address is on the interface, with whatever prefix length */
	/* The index of another interface, on which the instance has the address: it had that name when the
	 * address was added; 0: none. */
	unsigned left;
	bool is_probing;   /* it is there, and duplicate address detection runs for it */
	bool is_duplicate; /* it is there, and that has failed: the kernel does not use it */
	bool is_other; /* it is there, and none with the prefix length and the peer of the file is */
};

/* Add the address to its interface, or remove it. */
enum vrrp_vip_op_kind {
	VRRP_VIP_ADD,
	VRRP_VIP_DEL,
};

struct vrrp_vip_op {
	enum vrrp_vip_op_kind kind;
	size_t at;       /* index of the address in the list */
	unsigned index;  /* of the interface; 0: there is none, so the op cannot be carried out */
	int result;      /* the kernel's answer: 0 or -errno */
	bool is_again;   /* add an address that is a duplicate, after its removal: the kernel asks anew then */
	bool is_failure; /* set by vrrp_vips_applied(): the result is worth a line of the log */
};

/* The operations for the addresses of an instance, in their order. */
struct vrrp_vips_plan {
	VEC(struct vrrp_vip_op) ops;
};

/* Empties the index; and adds the addresses of an instance to it. */
void vrrp_vip_index_clear(struct vrrp_vip_index *index);
void vrrp_vip_index_put(struct vrrp_vip_index *index, const struct vrrp_vips *vips);
/* A former process has added this address of an owner: vrrp_vips_set() of an owner says so to a new list. Holds until
 * vrrp_vip_index_clear(). */
void vrrp_vip_index_note_added(struct vrrp_vip_index *index, const struct conf_vip *vip);
/* Call after the last put, before any look-up. */
void vrrp_vip_index_sort(struct vrrp_vip_index *index);
void vrrp_vip_index_fini(struct vrrp_vip_index *index);
/* Is addr a virtual address of any instance, on any interface? A static address is none. */
bool vrrp_vip_index_has(const struct vrrp_vip_index *index, const struct addr *addr);

void vrrp_vips_fini(struct vrrp_vips *vips);

/*
 * Takes over a new list: the addresses that a master of list holds. Addresses in both lists keep
 * their state. Addresses that the instance has and no longer listed go to ret_stale; the caller removes them
 * from the machine, then calls vrrp_vips_fini(ret_stale). Returns whether the new list has an
 * address that the old one lacks.
 */
bool vrrp_vips_set(struct vrrp_vips *vips, const struct conf_vrrp *list,
		   struct vrrp_vips *ret_stale);

/* Here and below, have has one item for each address of the list, in the same order. */

/* Counts the addresses that are on their interfaces now, and marks them HELD; those of an owner FOREIGN, unless a
 * former process has added them. Returns the number. */
size_t vrrp_vips_adopt(struct vrrp_vips *vips, const struct vrrp_vip_have *have);

/*
 * The operations after which all addresses are present (is_master), or none except those that a
 * plan never removes (see the top). keep is the address that advertisements are sent from. Free
 * ret_plan->ops with vec_free(). Example: a master whose second address somebody removed: one op,
 * ADD of index 1. An address that was left on a renamed interface is removed there; a master keeps it as long as
 * no other interface has the name.
 */
void vrrp_vips_plan(const struct vrrp_vips *vips, const struct vrrp_vip_have *have,
		    const struct addr *keep, struct vrrp_vips_plan *ret_plan);
/* Takes the results of a plan that was carried out into the list, and sets is_failure of each op.
 */
void vrrp_vips_applied(struct vrrp_vips *vips, const struct vrrp_vip_have *have,
		       struct vrrp_vips_plan *plan);

/* The addresses that are on the machine although the instance is not master. */
struct vrrp_vips_strays {
	size_t n;       /* those that a plan removes */
	size_t n_other; /* those with another prefix length: a plan cannot remove them */
	const struct conf_vip *first, *first_other; /* of both kinds; NULL: none */
};

/* vips is that of an instance that is not master, for which the addresses were removed once. Those that a plan
 * never removes (see the top) do not count. */
struct vrrp_vips_strays vrrp_vips_strays(const struct vrrp_vips *vips, const struct vrrp_vip_have *have,
					 const struct addr *keep);

enum vrrp_vips_missing {
	VRRP_VIPS_COMPLETE,
	/* An address could not be added, and its interface has not changed since; or it is a duplicate. */
	VRRP_VIPS_REFUSED,
	VRRP_VIPS_REMOVED, /* somebody removed an address, or its interface has come back since */
};

/* Has another machine the address, as the kernel has found, or did it before the last attempt? Then it is there and of
 * no use. An address that was there before an owner is the machine's own business. */
bool vrrp_vip_is_in_use(const struct vrrp_vip *vip, const struct vrrp_vip_have *have);

/* Is an address of the list missing, or a duplicate, and why? When both reasons occur, REMOVED. */
enum vrrp_vips_missing vrrp_vips_missing(const struct vrrp_vips *vips,
					 const struct vrrp_vip_have *have);

#endif
