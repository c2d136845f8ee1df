/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/same.h"
#include "conf/model/member.h"
#include "conf/model/vrrp/vmac.h"
#include "conf/schema/tracker.h"

/* Are all fields of a table equal that the vrrp process gets, except those that count only at the start? */
static bool fields_are_same(const struct schema_table *table, const struct conf_vrrp *a,
			    const struct conf_vrrp *b)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct schema_field *field =
		    member_field(&table->rows[i], CONF_OBJECT_VRRP);

		if (field && field->is_crossing && !field->is_at_start &&
		    member_differs(field, a, b))
			return false;
	}
	return true;
}

static bool groups_are_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

bool vrrp_is_same(const struct conf_vrrp *a, const struct conf_vrrp *b)
{
	return strcmp(a->name, b->name) == 0 && a->family == b->family &&
	       groups_are_same(a->sync_group, b->sync_group) && a->sync_at == b->sync_at &&
	       fields_are_same(&schema_vrrp, a, b) &&
	       fields_are_same(&schema_protocol, a, b) && fields_are_same(&schema_vmac, a, b) &&
	       fields_are_same(&schema_global_vrrp, a, b) && vmac_are_same(a, b) &&
	       !member_differs(&tracker_uses, a, b);
}

bool vrrp_frame_is_same(const struct vrrp_instance_frame *a, const struct vrrp_instance_frame *b)
{
	return a->hold_ms == b->hold_ms && a->gate_ms == b->gate_ms && a->order.kind == b->order.kind &&
	       a->order.number == b->order.number && vrrp_is_same(&a->conf, &b->conf);
}
