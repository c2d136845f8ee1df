/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/refusal.h"
#include "base/pack.h"
#include "conf/model/member_pack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void vrrp_refusals_free(struct vrrp_refusals *refusals)
{
	vec_free(&refusals->list);
	refusals->n_all = 0;
}

void vrrp_refusals_add(struct vrrp_refusals *refusals, const char *instance, const char *kind,
		       const char *item, const char *reason)
{
	struct vrrp_refusal *refusal;

	refusals->n_all++;
	if (refusals->list.n >= VRRP_REFUSALS_MAX)
		return;
	refusal = vec_push(&refusals->list);
	memset(refusal, 0, sizeof(*refusal));
	snprintf(refusal->instance, sizeof(refusal->instance), "%s", instance);
	snprintf(refusal->kind, sizeof(refusal->kind), "%s", kind);
	snprintf(refusal->item, sizeof(refusal->item), "%s", item);
	snprintf(refusal->reason, sizeof(refusal->reason), "%s", reason);
}

size_t vrrp_refusals_encode(const struct vrrp_refusals *refusals, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	pack_put_u32(&w, (uint32_t)refusals->n_all);
	pack_put_u8(&w, (unsigned)refusals->list.n);
	for (size_t i = 0; i < refusals->list.n; i++) {
		const struct vrrp_refusal *refusal = &refusals->list.items[i];

		member_pack_text(&w, refusal->instance);
		member_pack_text(&w, refusal->kind);
		member_pack_text(&w, refusal->item);
		member_pack_text(&w, refusal->reason);
	}
	return w.is_full ? 0 : size - w.left;
}

int vrrp_refusals_decode(const void *body, size_t len, struct vrrp_refusals *refusals)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_refusals read = {.n_all = pack_take_u32(&r)};
	size_t n = pack_take_u8(&r);

	pack_require(&r, n <= VRRP_REFUSALS_MAX && n <= read.n_all);
	for (size_t i = 0; i < n && !r.is_bad; i++) {
		struct vrrp_refusal *refusal = vec_push(&read.list);

		pack_take_text(&r, refusal->instance, sizeof(refusal->instance));
		pack_take_text(&r, refusal->kind, sizeof(refusal->kind));
		pack_take_text(&r, refusal->item, sizeof(refusal->item));
		pack_take_text(&r, refusal->reason, sizeof(refusal->reason));
		pack_require(&r, refusal->kind[0] && refusal->item[0]);
	}
	if (r.is_bad || r.left) {
		vrrp_refusals_free(&read);
		return -EBADMSG;
	}
	vrrp_refusals_free(refusals);
	*refusals = read;
	return 0;
}
