/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/vips.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- which instance has which address --- */

static int compare_keys(const struct conf_vip *a, const struct conf_vip *b)
{
	int order = addr_cmp(&a->addr, &b->addr);

	if (!order)
		order = conf_vip_len(a) - conf_vip_len(b);
	if (!order)
		order = addr_cmp(&a->peer, &b->peer);
	return order ? order : strcmp(conf_vip_holder(a), conf_vip_holder(b));
}

static int compare_refs(const void *a, const void *b)
{
	return compare_keys(((const struct vrrp_vip_ref *)a)->conf,
			    ((const struct vrrp_vip_ref *)b)->conf);
}

static int compare_addrs(const void *addr, const void *ref)
{
	return addr_cmp(addr, &((const struct vrrp_vip_ref *)ref)->conf->addr);
}

void vrrp_vip_index_clear(struct vrrp_vip_index *index)
{
	vec_clear(&index->refs);
	vec_clear(&index->added);
}

void vrrp_vip_index_note_added(struct vrrp_vip_index *index, const struct conf_vip *vip)
{
	struct vrrp_vip_key *key = vec_push(&index->added);

	*key = (struct vrrp_vip_key){.addr = vip->addr, .peer = vip->peer, .len = conf_vip_len(vip)};
	strncpy(key->holder, conf_vip_holder(vip), sizeof(key->holder) - 1);
}

static bool was_added(const struct vrrp_vip_index *index, const struct conf_vip *vip)
{
	for (size_t i = 0; index && i < index->added.n; i++) {
		const struct vrrp_vip_key *key = &index->added.items[i];

		if (!addr_cmp(&key->addr, &vip->addr) && !strcmp(key->holder, conf_vip_holder(vip)) &&
		    (vip->addr.family == AF_INET6 ||
		     (key->len == conf_vip_len(vip) && !addr_cmp(&key->peer, &vip->peer))))
			return true;
	}
	return false;
}

void vrrp_vip_index_put(struct vrrp_vip_index *index, const struct vrrp_vips *vips)
{
	for (size_t i = 0; i < vips->list.n; i++)
		*(struct vrrp_vip_ref *)vec_push(&index->refs) =
		    (struct vrrp_vip_ref){vips->list.items[i].conf, vips, i};
}

void vrrp_vip_index_sort(struct vrrp_vip_index *index)
{
	if (index->refs.n)
		qsort(index->refs.items, index->refs.n, sizeof(*index->refs.items), compare_refs);
}

void vrrp_vip_index_fini(struct vrrp_vip_index *index)
{
	vec_free(&index->refs);
	vec_free(&index->added);
}

/* The first entry of the address, or NULL. */
static const struct vrrp_vip_ref *find_ref(const struct vrrp_vip_index *index, const struct addr *addr)
{
	const struct vrrp_vip_ref *items = index->refs.items, *ref;

	ref = index->refs.n ? bsearch(addr, items, index->refs.n, sizeof(*ref), compare_addrs) : NULL;
	while (ref && ref > items && compare_addrs(addr, ref - 1) == 0)
		ref--;
	return ref;
}

bool vrrp_vip_index_has(const struct vrrp_vip_index *index, const struct addr *addr)
{
	const struct vrrp_vip_ref *ref = find_ref(index, addr);
	const struct vrrp_vip_ref *end = index->refs.items + index->refs.n;

	for (; ref && ref < end && compare_addrs(addr, ref) == 0; ref++)
		if (!ref->vips->is_static)
			return true;
	return false;
}

/* Are both the same address to the kernel, on one interface? IPv6 addresses that differ only in the prefix length
 * are. */
static bool is_same_entry(const struct conf_vip *a, const struct conf_vip *b)
{
	return a->addr.family == AF_INET6 ||
	       (conf_vip_len(a) == conf_vip_len(b) && !addr_cmp(&a->peer, &b->peer));
}

/* The index of the interface on which the instance has the address, or last tried to add it; 0: none. */
static unsigned ref_index(const struct vrrp_vip_ref *ref)
{
	const struct vrrp_vip *vip = ref->vips->list.items + ref->at;

	if (ref->at >= ref->vips->list.n || vip->conf != ref->conf)
		return 0;
	return vip->index ? vip->index : vip->tried;
}

/* Is the address of ref on the interface with this index, which the file may call by another name? is_named: it is
 * the one that has the name now. */
static bool is_on(const struct vrrp_vip_ref *ref, const struct conf_vip *conf, unsigned index, bool is_named)
{
	unsigned other = ref_index(ref);

	return (other && other == index) ||
	       ((is_named || !other) && !strcmp(conf_vip_holder(ref->conf), conf_vip_holder(conf)));
}

/* Does another instance that is master have this address on the interface where vips has it, this very one or with
 * another prefix length? is_left: on the one that was renamed. */
static bool is_held_by_any(const struct vrrp_vips *vips, const struct conf_vip *conf, const struct vrrp_vip_have *have,
			   bool is_left, bool is_very)
{
	const struct vrrp_vip_ref *ref = find_ref(vips->index, &conf->addr);
	const struct vrrp_vip_ref *end = vips->index->refs.items + vips->index->refs.n;

	for (; ref && ref < end && compare_addrs(&conf->addr, ref) == 0; ref++)
		if (ref->vips != vips && ref->vips->is_master &&
		    is_on(ref, conf, is_left ? have->left : have->index, !is_left) &&
		    (!is_very || is_same_entry(ref->conf, conf)))
			return true;
	return false;
}

/* --- the list --- */

void vrrp_vips_fini(struct vrrp_vips *vips)
{
	vec_free(&vips->list);
}

static struct vrrp_vip *find_vip(struct vrrp_vips *vips, size_t hint, const struct conf_vip *conf)
{
	if (hint < vips->list.n && compare_keys(vips->list.items[hint].conf, conf) == 0)
		return &vips->list.items[hint];
	for (size_t i = 0; i < vips->list.n; i++)
		if (compare_keys(vips->list.items[i].conf, conf) == 0)
			return &vips->list.items[i];
	return NULL;
}

/* On which interface the instance has the address, which the file called by another name. */
static unsigned former_index(const struct vrrp_vips *old, const struct conf_vip *conf)
{
	for (size_t i = 0; i < old->list.n; i++) {
		const struct vrrp_vip *vip = &old->list.items[i];

		if (vip->index && !addr_cmp(&vip->conf->addr, &conf->addr) && is_same_entry(vip->conf, conf))
			return vip->index;
	}
	return 0;
}

static bool is_outdated(const struct vrrp_vip *before, const struct conf_vip *conf)
{
	const struct conf_vip *old = before->conf;

	return before->state == VRRP_VIP_HELD &&
	       (old->scope != conf->scope || strcmp(old->label, conf->label) ||
		addr_cmp(&old->broadcast, &conf->broadcast) || old->is_home != conf->is_home ||
		old->is_managing_temporary != conf->is_managing_temporary ||
		old->is_without_route != conf->is_without_route ||
		old->is_joining != conf->is_joining ||
		old->is_probed != conf->is_probed ||
		old->preferred_lft != conf->preferred_lft);
}

bool vrrp_vips_set(struct vrrp_vips *vips, const struct conf_vrrp *list,
		   struct vrrp_vips *ret_stale)
{
	struct vrrp_vips old = *vips;
	bool has_new = false;

	vips->list.items = mem_calloc(conf_n_held(list), sizeof(*vips->list.items));
	vips->list.n = 0;
	vips->list.cap = conf_n_held(list);
	for (size_t i = 0; i < conf_n_held(list); i++) {
		const struct conf_vip *conf = conf_held(list, i);
		struct vrrp_vip *vip = vec_push(&vips->list), *before = find_vip(&old, i, conf);

		vip->conf = conf;
		if (before) {
			vip->state = before->state;
			vip->tried = before->tried;
			vip->refusal = before->refusal;
			vip->index = before->index;
			vip->was_added = before->was_added;
			vip->is_outdated = is_outdated(before, conf);
		} else {
			vip->former = former_index(&old, conf);
			vip->was_added = vips->is_owner && was_added(vips->index, conf);
			has_new = true;
		}
	}
	*ret_stale = *vips;
	ret_stale->is_master = false;
	memset(&ret_stale->list, 0, sizeof(ret_stale->list));
	for (size_t i = 0; i < old.list.n; i++)
		if ((old.list.items[i].state == VRRP_VIP_HELD || old.list.items[i].index) &&
		    !find_vip(vips, i, old.list.items[i].conf))
			*(struct vrrp_vip *)vec_push(&ret_stale->list) = old.list.items[i];
	vec_free(&old.list);
	return has_new;
}

size_t vrrp_vips_adopt(struct vrrp_vips *vips, const struct vrrp_vip_have *have)
{
	size_t n = 0;

	for (size_t i = 0; i < vips->list.n; i++) {
		struct vrrp_vip *vip = &vips->list.items[i];
		bool is_foreign = vips->is_owner && !vip->was_added;

		if (!have[i].is_there)
			continue;
		vip->state = is_foreign ? VRRP_VIP_FOREIGN : VRRP_VIP_HELD;
		vip->index = is_foreign ? 0 : have[i].index;
		n++;
	}
	return n;
}

/* --- want, have, plan --- */

static bool may_remove(const struct vrrp_vips *vips, const struct vrrp_vip *vip, const struct vrrp_vip_have *have,
		       const struct addr *keep)
{
	if (vips->is_owner && vip->state != VRRP_VIP_HELD && !vip->was_added)
		return false;
	return addr_cmp(&vip->conf->addr, keep) != 0 && !is_held_by_any(vips, vip->conf, have, false, true);
}

static bool is_duplicate(const struct vrrp_vip *vip, const struct vrrp_vip_have *have)
{
	return have->is_duplicate && vip->state == VRRP_VIP_HELD;
}

bool vrrp_vip_is_in_use(const struct vrrp_vip *vip, const struct vrrp_vip_have *have)
{
	return is_duplicate(vip, have) || (have->is_probing && vip->refusal == -EADDRINUSE);
}

/* Is the address to be removed from the interface that has another name by now? An owner has added it there itself,
 * since it remembers the interface of no other. */
static bool is_left_to_remove(const struct vrrp_vips *vips, const struct vrrp_vip *vip,
			      const struct vrrp_vip_have *have, const struct addr *keep)
{
	if (!have->left || !addr_cmp(&vip->conf->addr, keep) || is_held_by_any(vips, vip->conf, have, true, true))
		return false;
	return !vips->is_master || have->index != 0;
}

void vrrp_vips_plan(const struct vrrp_vips *vips, const struct vrrp_vip_have *have,
		    const struct addr *keep, struct vrrp_vips_plan *ret_plan)
{
	*ret_plan = (struct vrrp_vips_plan){0};
	for (size_t i = 0; i < vips->list.n; i++) {
		const struct vrrp_vip *vip = &vips->list.items[i];
		struct vrrp_vip_op op = {VRRP_VIP_DEL, i, have[i].index, 0, false, false};

		if (is_left_to_remove(vips, vip, &have[i], keep))
			*(struct vrrp_vip_op *)vec_push(&ret_plan->ops) =
			    (struct vrrp_vip_op){VRRP_VIP_DEL, i, have[i].left, 0, false, false};
		if (vips->is_master) {
			op.is_again = is_duplicate(vip, &have[i]);
			if (op.is_again)
				*(struct vrrp_vip_op *)vec_push(&ret_plan->ops) = op;
			op.kind = VRRP_VIP_ADD;
			op.result = have[i].index ? 0 : -ENODEV;
			if (!op.is_again && vip->state != VRRP_VIP_ABSENT &&
			    (have[i].is_there || (vip->conf->is_untracked && !have[i].left)))
				continue;
		} else if (!have[i].is_there || !may_remove(vips, vip, &have[i], keep)) {
			continue;
		}
		*(struct vrrp_vip_op *)vec_push(&ret_plan->ops) = op;
	}
}

static enum vrrp_vip_state state_after(const struct vrrp_vips *vips, int result)
{
	if (result == 0)
		return VRRP_VIP_HELD;
	if (result != -EEXIST)
		return VRRP_VIP_ABSENT;
	return vips->is_owner ? VRRP_VIP_FOREIGN : VRRP_VIP_HELD;
}

/* An instance that is not master remembers an address only as an owner, which may remove no other
 * addresses than those that it added. */
static bool is_remembered(const struct vrrp_vips *vips, const struct vrrp_vip_have *have)
{
	return vips->is_owner && have->is_there;
}

/* Is the result of the op a failure? Adding an address that is present is not, and removing one
 * that is absent is not. */
static bool is_failure(const struct vrrp_vip_op *op)
{
	if (op->kind == VRRP_VIP_ADD)
		return op->result != 0 && op->result != -EEXIST;
	return op->result < 0 && op->result != -EADDRNOTAVAIL && op->result != -ENODEV;
}

/* Takes over that the address was removed, or added, or that it was there. */
static void op_take(const struct vrrp_vips *vips, struct vrrp_vip *vip, const struct vrrp_vip_op *op)
{
	if (op->kind == VRRP_VIP_ADD) {
		vip->refusal = op->is_failure ? op->result : op->is_again ? -EADDRINUSE : 0;
		vip->state = state_after(vips, op->result);
		if (vip->state == VRRP_VIP_FOREIGN && (vip->was_added || vip->former == op->index))
			vip->state = VRRP_VIP_HELD;
		vip->former = 0;
		vip->was_added = false;
		if (vip->state == VRRP_VIP_HELD)
			vip->index = op->index;
	} else if (!op->is_failure) {
		vip->state = VRRP_VIP_ABSENT;
		vip->was_added = false;
		vip->index = vip->index == op->index ? 0 : vip->index;
	}
}

void vrrp_vips_applied(struct vrrp_vips *vips, const struct vrrp_vip_have *have,
		       struct vrrp_vips_plan *plan)
{
	for (size_t i = 0; i < vips->list.n; i++) {
		struct vrrp_vip *vip = &vips->list.items[i];

		if (!vips->is_master || !vrrp_vip_is_in_use(vip, &have[i]))
			vip->refusal = 0;
		if (vips->is_master)
			vip->tried = have[i].is_up ? have[i].index : 0;
		else if (!is_remembered(vips, &have[i]))
			vip->state = VRRP_VIP_ABSENT;
		if (!vips->is_master && !have[i].is_there && !have[i].left)
			vip->index = 0;
		vip->was_added = vip->was_added && have[i].is_there;
	}
	for (size_t i = 0; i < plan->ops.n; i++) {
		struct vrrp_vip_op *op = &plan->ops.items[i];

		op->is_failure = is_failure(op);
		op_take(vips, &vips->list.items[op->at], op);
	}
}

struct vrrp_vips_strays vrrp_vips_strays(const struct vrrp_vips *vips, const struct vrrp_vip_have *have,
					 const struct addr *keep)
{
	struct vrrp_vips_strays strays = {0};

	for (size_t i = 0; i < vips->list.n; i++) {
		const struct vrrp_vip *vip = &vips->list.items[i];

		if (is_left_to_remove(vips, vip, &have[i], keep) ||
		    (have[i].is_there && !have[i].is_other && may_remove(vips, vip, &have[i], keep))) {
			strays.first = strays.n++ ? strays.first : vip->conf;
		} else if (have[i].is_other && may_remove(vips, vip, &have[i], keep) &&
			   !is_held_by_any(vips, vip->conf, &have[i], false, false)) {
			strays.first_other = strays.n_other++ ? strays.first_other : vip->conf;
		}
	}
	return strays;
}

enum vrrp_vips_missing vrrp_vips_missing(const struct vrrp_vips *vips,
					 const struct vrrp_vip_have *have)
{
	enum vrrp_vips_missing missing = VRRP_VIPS_COMPLETE;

	for (size_t i = 0; i < vips->list.n; i++) {
		const struct vrrp_vip *vip = &vips->list.items[i];

		/* With no_track a loss is left alone; a duplicate was never of use, and is no loss. */
		if (!is_duplicate(vip, &have[i]) && (have[i].is_there || vip->conf->is_untracked))
			continue;
		if (!have[i].is_there && have[i].is_up &&
		    (vip->state != VRRP_VIP_ABSENT || vip->tried != have[i].index))
			return VRRP_VIPS_REMOVED;
		missing = VRRP_VIPS_REFUSED;
	}
	return missing;
}
