/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/same.h"
#include "conf/model/member.h"

/* The fields of two objects that the rows of schema_vrrp name. */
static bool fields_are_same(enum conf_object object, const void *a, const void *b)
{
	for (size_t i = 0; i < schema_vrrp.n; i++) {
		const struct schema_field *field = member_field(&schema_vrrp.rows[i], object);

		if (field && field->is_crossing && !field->is_at_start &&
		    member_differs(field, a, b))
			return false;
	}
	return true;
}

static bool vips_are_same(const struct conf_vrrp *a, const struct conf_vrrp *b)
{
	if (a->n_vips != b->n_vips)
		return false;
	for (size_t i = 0; i < a->n_vips; i++) {
		const struct conf_vip *x = &a->vips[i], *y = &b->vips[i];

		if (addr_cmp(&x->addr, &y->addr) || x->prefix_len != y->prefix_len ||
		    !fields_are_same(CONF_OBJECT_VIP, x, y))
			return false;
	}
	return true;
}

static bool peers_are_same(const struct conf_vrrp *a, const struct conf_vrrp *b)
{
	if (a->n_peers != b->n_peers)
		return false;
	for (size_t i = 0; i < a->n_peers; i++)
		if (addr_cmp(&a->peers[i], &b->peers[i]))
			return false;
	return true;
}

bool vrrp_is_same(const struct conf_vrrp *a, const struct conf_vrrp *b)
{
	return strcmp(a->name, b->name) == 0 && a->family == b->family &&
	       fields_are_same(CONF_OBJECT_VRRP, a, b) && peers_are_same(a, b) &&
	       vips_are_same(a, b);
}

bool vrrp_frame_is_same(const struct vrrp_instance_frame *a, const struct vrrp_instance_frame *b)
{
	return a->hold_ms == b->hold_ms && vrrp_is_same(&a->conf, &b->conf);
}
