/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/vrrp/vmac.h"
#include "conf/model/member_pack.h"

#include <stdio.h>
#include <string.h>

const char *conf_mac_format(uint64_t mac, char text[static CONF_MAC_TEXT_MAX])
{
	text[0] = '\0';
	if (mac)
		snprintf(text, CONF_MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x",
			 (unsigned)(mac >> 40) & 0xff, (unsigned)(mac >> 32) & 0xff,
			 (unsigned)(mac >> 24) & 0xff, (unsigned)(mac >> 16) & 0xff,
			 (unsigned)(mac >> 8) & 0xff, (unsigned)mac & 0xff);
	return text;
}

struct conf_vmac *vmac_of(const struct conf_vrrp *vrrp, const struct conf_vip *vip)
{
	for (size_t i = 0; i < vrrp->n_vmacs; i++) {
		struct conf_vmac *vmac = &vrrp->vmacs[i];

		if (vmac->family == vip->addr.family && !strcmp(vmac->parent, vip->interface) &&
		    (vmac->is_own || vip->uses_vmac))
			return vmac;
	}
	return NULL;
}

static void vip_resolve(const struct conf_vrrp *vrrp, struct conf_vip *vip)
{
	const struct conf_vmac *vmac = vmac_of(vrrp, vip);

	vip->vmac = vmac ? vmac->name : NULL;
}

void vmac_resolve(struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->n_vips; i++)
		vip_resolve(vrrp, &vrrp->vips[i]);
	for (size_t i = 0; i < vrrp->n_excluded; i++)
		vip_resolve(vrrp, &vrrp->excluded[i]);
}

static bool vmac_is_same(const struct conf_vmac *a, const struct conf_vmac *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->parent, b->parent) &&
	       a->family == b->family && a->mac == b->mac && a->group == b->group &&
	       a->is_announced == b->is_announced && a->is_own == b->is_own && a->mode == b->mode &&
	       !addr_cmp(&a->address, &b->address) && a->address_len == b->address_len;
}

bool vmac_are_same(const struct conf_vrrp *a, const struct conf_vrrp *b)
{
	if (a->n_vmacs != b->n_vmacs)
		return false;
	for (size_t i = 0; i < a->n_vmacs; i++)
		if (!vmac_is_same(&a->vmacs[i], &b->vmacs[i]))
			return false;
	return true;
}

void vmac_pack(struct pack_writer *writer, const struct conf_vrrp *vrrp)
{
	pack_put_u16(writer, vrrp->n_vmacs);
	for (size_t i = 0; i < vrrp->n_vmacs; i++) {
		const struct conf_vmac *vmac = &vrrp->vmacs[i];

		member_pack_text(writer, vmac->name);
		member_pack_text(writer, vmac->parent);
		pack_put_u16(writer, vmac->family);
		pack_put_u64(writer, vmac->mac);
		pack_put_u32(writer, vmac->group);
		pack_put_u8(writer, vmac->is_announced);
		pack_put_u8(writer, vmac->is_own);
		pack_put_u8(writer, vmac->mode);
		member_pack_addr(writer, &vmac->address);
		pack_put_u8(writer, vmac->address_len);
	}
}

static bool take_bool(struct pack_reader *reader)
{
	unsigned value = pack_take_u8(reader);

	pack_require(reader, value <= 1);
	return value == 1;
}

static struct conf_vmac vmac_take(struct pack_reader *reader, struct arena *arena)
{
	struct conf_vmac vmac = {.name = member_unpack_text(reader, arena, CONF_IFNAME_MAX - 1)};

	vmac.parent = member_unpack_text(reader, arena, CONF_IFNAME_MAX - 1);
	vmac.family = pack_take_u16(reader);
	vmac.mac = pack_take_u64(reader);
	vmac.group = pack_take_u32(reader);
	vmac.is_announced = take_bool(reader);
	vmac.is_own = take_bool(reader);
	vmac.mode = pack_take_u8(reader);
	vmac.address = member_unpack_addr(reader);
	vmac.address_len = pack_take_u8(reader);
	/* The name becomes a part of a path. */
	pack_require(reader, vmac.name[0] && !strchr(vmac.name, '/') && vmac.name[0] != '.');
	pack_require(reader, vmac.parent[0] && !(vmac.mac >> 48));
	pack_require(reader, vmac.mode <= CONF_IPVLAN_VEPA);
	pack_require(reader, vmac.address.family == AF_UNSPEC ||
				 (conf_vmac_is_ipvlan(&vmac) && vmac.address.family == vmac.family &&
				  vmac.address_len <= addr_bits(&vmac.address)));
	pack_require(reader, vmac.family == AF_INET || vmac.family == AF_INET6);
	return vmac;
}

void vmac_unpack(struct pack_reader *reader, struct arena *arena, struct conf_vrrp *vrrp)
{
	size_t n;

	n = pack_take_u16(reader);
	pack_require(reader, n <= VMACS_MAX);
	if (reader->is_bad)
		return;
	vrrp->vmacs = arena_calloc(arena, n, sizeof(*vrrp->vmacs));
	for (; vrrp->n_vmacs < n && !reader->is_bad; vrrp->n_vmacs++)
		vrrp->vmacs[vrrp->n_vmacs] = vmac_take(reader, arena);
	if (!reader->is_bad)
		vmac_resolve(vrrp);
}
