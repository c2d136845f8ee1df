/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/vips.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- which instance has which address --- */

static int compare_keys(const struct conf_vip *a, const struct conf_vip *b)
{
	int order = addr_cmp(&a->addr, &b->addr);

	if (!order)
		order = (a->prefix_len > b->prefix_len) - (a->prefix_len < b->prefix_len);
	return order ? order : strcmp(a->interface, b->interface);
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
}

void vrrp_vip_index_put(struct vrrp_vip_index *index, const struct vrrp_vips *vips)
{
	for (size_t i = 0; i < vips->list.n; i++)
		*(struct vrrp_vip_ref *)vec_push(&index->refs) =
		    (struct vrrp_vip_ref){vips->list.items[i].conf, vips};
}

void vrrp_vip_index_sort(struct vrrp_vip_index *index)
{
	if (index->refs.n)
		qsort(index->refs.items, index->refs.n, sizeof(*index->refs.items), compare_refs);
}

void vrrp_vip_index_fini(struct vrrp_vip_index *index)
{
	vec_free(&index->refs);
}

bool vrrp_vip_index_has(const struct vrrp_vip_index *index, const struct addr *addr)
{
	return index->refs.n && bsearch(addr, index->refs.items, index->refs.n,
					sizeof(*index->refs.items), compare_addrs);
}

/* To the kernel: IPv6 addresses that differ in their prefix length alone are one. */
static bool is_same_entry(const struct conf_vip *a, const struct conf_vip *b)
{
	return strcmp(a->interface, b->interface) == 0 &&
	       (a->addr.family == AF_INET6 || a->prefix_len == b->prefix_len);
}

/* Does another instance that is master have this very address on this interface? */
static bool is_held_by_other(const struct vrrp_vips *vips, const struct conf_vip *conf)
{
	const struct vrrp_vip_ref *items = vips->index->refs.items, *ref;
	const struct vrrp_vip_ref *end = items + vips->index->refs.n;

	if (!vips->index->refs.n)
		return false;
	ref = bsearch(&conf->addr, items, vips->index->refs.n, sizeof(*ref), compare_addrs);
	if (!ref)
		return false;
	while (ref > items && compare_addrs(&conf->addr, ref - 1) == 0)
		ref--;
	for (; ref < end && compare_addrs(&conf->addr, ref) == 0; ref++)
		if (ref->vips != vips && ref->vips->is_master && is_same_entry(ref->conf, conf))
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

/* The kernel cannot change these of an address; to take it away for them would cut connections. */
static void say_if_deferred(const struct vrrp_vips *vips, const struct vrrp_vip *before,
			    const struct conf_vip *conf)
{
	char text[ADDR_TEXT_MAX];

	if (before->state == VRRP_VIP_HELD &&
	    (before->conf->scope != conf->scope || strcmp(before->conf->label, conf->label) ||
	     addr_cmp(&before->conf->broadcast, &conf->broadcast)))
		log_notice("vrrp=%s address %s/%u: its new label, scope or broadcast address takes "
			   "effect when the address is added next time",
			   vips->instance, addr_format(&conf->addr, text), conf->prefix_len);
}

bool vrrp_vips_set(struct vrrp_vips *vips, const struct conf_vip *confs, size_t n,
		   struct vrrp_vips *ret_stale)
{
	struct vrrp_vips old = *vips;
	bool has_new = false;

	memset(&vips->list, 0, sizeof(vips->list));
	for (size_t i = 0; i < n; i++) {
		struct vrrp_vip *vip = vec_push(&vips->list),
				*before = find_vip(&old, i, &confs[i]);

		vip->conf = &confs[i];
		if (before) {
			vip->state = before->state;
			vip->tried = before->tried;
			say_if_deferred(vips, before, &confs[i]);
		} else {
			has_new = true;
		}
	}
	*ret_stale = *vips;
	ret_stale->is_master = false;
	memset(&ret_stale->list, 0, sizeof(ret_stale->list));
	for (size_t i = 0; i < old.list.n; i++)
		if (old.list.items[i].state == VRRP_VIP_HELD &&
		    !find_vip(vips, i, old.list.items[i].conf))
			*(struct vrrp_vip *)vec_push(&ret_stale->list) = old.list.items[i];
	vec_free(&old.list);
	return has_new;
}

static unsigned index_of(const struct vrrp_vips *vips, const struct conf_vip *conf)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(vips->link, conf->interface);

	return interface ? interface->index : 0;
}

/* 0: the interface is missing or down. */
static unsigned usable_index(const struct vrrp_vips *vips, const struct conf_vip *conf)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(vips->link, conf->interface);

	return interface && interface->is_up ? interface->index : 0;
}

static bool is_there(const struct vrrp_vips *vips, const struct conf_vip *conf)
{
	unsigned index = index_of(vips, conf);

	return index && vrrp_link_has_addr(vips->link, index, &conf->addr);
}

size_t vrrp_vips_adopt(struct vrrp_vips *vips)
{
	size_t n = 0;

	for (size_t i = 0; i < vips->list.n; i++)
		if (is_there(vips, vips->list.items[i].conf)) {
			vips->list.items[i].state = VRRP_VIP_HELD;
			n++;
		}
	return n;
}

static void log_failure(const struct vrrp_vips *vips, const struct conf_vip *conf, const char *what,
			int code)
{
	char text[ADDR_TEXT_MAX];

	log_error("vrrp=%s address %s/%u cannot be %s %s: %s", vips->instance,
		  addr_format(&conf->addr, text), conf->prefix_len, what, conf->interface,
		  err_errno(code));
}

/* The addresses that a call is about, and what the kernel is asked for. */
struct batch {
	VEC(struct vrrp_link_change) changes;
	VEC(struct vrrp_vip *) vips;
};

static void batch_put(struct batch *batch, struct vrrp_vip *vip, unsigned index)
{
	const struct conf_vip *conf = vip->conf;

	*(struct vrrp_link_change *)vec_push(&batch->changes) =
	    (struct vrrp_link_change){.index = index,
				      .addr = conf->addr,
				      .prefix_len = conf->prefix_len,
				      .scope = conf->scope,
				      .label = conf->label,
				      .broadcast = conf->broadcast};
	*(struct vrrp_vip **)vec_push(&batch->vips) = vip;
}

static void batch_fini(struct batch *batch)
{
	vec_free(&batch->changes);
	vec_free(&batch->vips);
}

void vrrp_vips_add(struct vrrp_vips *vips, bool is_owner, bool is_quiet)
{
	struct batch batch = {0};

	for (size_t i = 0; i < vips->list.n; i++) {
		struct vrrp_vip *vip = &vips->list.items[i];
		unsigned index = index_of(vips, vip->conf);

		vip->tried = usable_index(vips, vip->conf);
		if (!index) {
			vip->state = VRRP_VIP_ABSENT;
			if (!is_quiet)
				log_failure(vips, vip->conf, "added to", -ENODEV);
		} else if (vip->state == VRRP_VIP_ABSENT || !is_there(vips, vip->conf)) {
			batch_put(&batch, vip, index);
		}
	}
	vrrp_link_add_addrs(vips->link, batch.changes.items, batch.changes.n);
	for (size_t i = 0; i < batch.changes.n; i++) {
		int result = batch.changes.items[i].result;
		struct vrrp_vip *vip = batch.vips.items[i];

		if (result == 0 || (result == -EEXIST && !is_owner))
			vip->state = VRRP_VIP_HELD;
		else if (result == -EEXIST)
			vip->state = VRRP_VIP_FOREIGN;
		else
			vip->state = VRRP_VIP_ABSENT;
		if (vip->state == VRRP_VIP_ABSENT && !is_quiet)
			log_failure(vips, vip->conf, "added to", result);
	}
	batch_fini(&batch);
}

static bool may_remove(const struct vrrp_vips *vips, const struct vrrp_vip *vip,
		       const struct addr *keep)
{
	if (vip->state == VRRP_VIP_FOREIGN || addr_cmp(&vip->conf->addr, keep) == 0)
		return false;
	return !is_held_by_other(vips, vip->conf);
}

void vrrp_vips_del(struct vrrp_vips *vips, const struct addr *keep)
{
	struct batch batch = {0};

	for (size_t i = 0; i < vips->list.n; i++) {
		struct vrrp_vip *vip = &vips->list.items[i];

		if (may_remove(vips, vip, keep) && is_there(vips, vip->conf))
			batch_put(&batch, vip, index_of(vips, vip->conf));
		vip->state = VRRP_VIP_ABSENT;
	}
	vrrp_link_del_addrs(vips->link, batch.changes.items, batch.changes.n);
	for (size_t i = 0; i < batch.changes.n; i++) {
		int result = batch.changes.items[i].result;

		/* Of another prefix length than ours: not what we put there. */
		if (result < 0 && result != -EADDRNOTAVAIL && result != -ENODEV)
			log_failure(vips, batch.vips.items[i]->conf, "removed from", result);
	}
	batch_fini(&batch);
}

enum vrrp_vips_missing vrrp_vips_missing(const struct vrrp_vips *vips)
{
	enum vrrp_vips_missing missing = VRRP_VIPS_COMPLETE;

	for (size_t i = 0; i < vips->list.n; i++) {
		const struct vrrp_vip *vip = &vips->list.items[i];
		unsigned index = usable_index(vips, vip->conf);

		if (is_there(vips, vip->conf))
			continue;
		if (index && (vip->state != VRRP_VIP_ABSENT || vip->tried != index))
			return VRRP_VIPS_REMOVED;
		missing = VRRP_VIPS_REFUSED;
	}
	return missing;
}
