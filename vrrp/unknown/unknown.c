/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/unknown/unknown.h"
#include "base/pack.h"
#include "conf/model/member_pack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct vrrp_unknown *find_unknown(struct vrrp_unknowns *unknowns, const char *interface,
					 uint16_t family, uint8_t vrid)
{
	for (size_t i = 0; i < unknowns->n; i++) {
		struct vrrp_unknown *unknown = &unknowns->items[i];

		if (unknown->vrid == vrid && unknown->source.family == family &&
		    !strcmp(unknown->interface, interface))
			return unknown;
	}
	return NULL;
}

/* A free place, or else that of the one that was heard longest ago. */
static struct vrrp_unknown *unknown_place(struct vrrp_unknowns *unknowns)
{
	struct vrrp_unknown *oldest = unknowns->items;

	if (unknowns->n < VRRP_UNKNOWNS_MAX)
		return &unknowns->items[unknowns->n++];
	for (size_t i = 1; i < unknowns->n; i++)
		if (mono_before(unknowns->items[i].at, oldest->at))
			oldest = &unknowns->items[i];
	return oldest;
}

void vrrp_unknowns_note(struct vrrp_unknowns *unknowns, const char *interface, uint8_t vrid,
			const struct addr *source, struct mono now)
{
	struct vrrp_unknown *unknown = find_unknown(unknowns, interface, source->family, vrid);

	if (!vrid)
		return;
	if (!unknown)
		unknown = unknown_place(unknowns);
	*unknown = (struct vrrp_unknown){.vrid = vrid, .source = *source, .at = now};
	snprintf(unknown->interface, sizeof(unknown->interface), "%s", interface);
}

void vrrp_unknowns_drop(struct vrrp_unknowns *unknowns, const char *interface, uint16_t family,
			uint8_t vrid)
{
	struct vrrp_unknown *unknown = find_unknown(unknowns, interface, family, vrid);

	if (unknown)
		*unknown = unknowns->items[--unknowns->n];
}

size_t vrrp_unknowns_encode(const struct vrrp_unknowns *unknowns, void *buffer, size_t size)
{
	struct pack_writer w = {buffer, size, false};

	pack_put_u8(&w, (unsigned)unknowns->n);
	for (size_t i = 0; i < unknowns->n; i++) {
		const struct vrrp_unknown *unknown = &unknowns->items[i];

		pack_put_u8(&w, unknown->vrid);
		member_pack_text(&w, unknown->interface);
		member_pack_addr(&w, &unknown->source);
		pack_put_u64(&w, (uint64_t)unknown->at.ns);
	}
	return w.is_full ? 0 : size - w.left;
}

int vrrp_unknowns_decode(const void *body, size_t len, struct vrrp_unknowns *unknowns)
{
	struct pack_reader r = {body, len, false};
	struct vrrp_unknowns read = {.n = pack_take_u8(&r)};

	pack_require(&r, read.n <= VRRP_UNKNOWNS_MAX);
	for (size_t i = 0; i < read.n && !r.is_bad; i++) {
		struct vrrp_unknown *unknown = &read.items[i];

		unknown->vrid = pack_take_u8(&r);
		pack_take_text(&r, unknown->interface, sizeof(unknown->interface));
		unknown->source = member_unpack_addr(&r);
		unknown->at.ns = (int64_t)pack_take_u64(&r);
		pack_require(&r, unknown->vrid && unknown->interface[0] && unknown->at.ns >= 0 &&
				     unknown->source.family != AF_UNSPEC);
	}
	if (r.is_bad || r.left)
		return -EBADMSG;
	*unknowns = read;
	return 0;
}
