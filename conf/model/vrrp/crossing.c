/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/vrrp/crossing.h"
#include "base/mem.h"
#include "conf/model/check.h"
#include "conf/model/member_pack.h"
#include "conf/model/vrrp/vmac.h"
#include "conf/schema/tracker.h"

#include <stdlib.h>

/* The fewest bytes of a garp_group in a message. */
#define GARP_GROUP_BYTES 18

void crossing_pack_vrrp(struct pack_writer *writer, const struct conf_vrrp *vrrp)
{
	member_pack_text(writer, vrrp->name);
	pack_put_u16(writer, vrrp->family);
	member_pack_text(writer, vrrp->sync_group ? vrrp->sync_group : "");
	pack_put_u16(writer, vrrp->sync_at);
	member_pack(writer, &schema_vrrp, SCHEMA_VRRP_INSTANCE, vrrp);
	member_pack(writer, &schema_protocol, SCHEMA_VRRP_INSTANCE, vrrp);
	member_pack(writer, &schema_vmac, SCHEMA_VRRP_INSTANCE, vrrp);
	member_pack(writer, &schema_vmac, SCHEMA_VMAC_LINE, vrrp);
	member_pack(writer, &schema_vmac, SCHEMA_IPVLAN_LINE, vrrp);
	member_pack(writer, &schema_vrrp, SCHEMA_AUTHENTICATION, vrrp);
	member_pack(writer, &schema_global_vrrp, SCHEMA_VRRP_INSTANCE, vrrp);
	member_pack_list(writer, &tracker_uses, vrrp);
	vmac_pack(writer, vrrp);
}

void crossing_unpack_vrrp(struct pack_reader *reader, struct arena *arena,
			  struct conf_vrrp *ret_vrrp)
{
	const char *group;

	ret_vrrp->name = member_unpack_text(reader, arena, CONF_NAME_MAX - 1);
	ret_vrrp->family = pack_take_u16(reader);
	group = member_unpack_text(reader, arena, CONF_NAME_MAX - 1);
	ret_vrrp->sync_group = group[0] ? group : NULL;
	ret_vrrp->sync_at = pack_take_u16(reader);
	member_unpack(reader, arena, &schema_vrrp, SCHEMA_VRRP_INSTANCE, ret_vrrp);
	member_unpack(reader, arena, &schema_protocol, SCHEMA_VRRP_INSTANCE, ret_vrrp);
	member_unpack(reader, arena, &schema_vmac, SCHEMA_VRRP_INSTANCE, ret_vrrp);
	member_unpack(reader, arena, &schema_vmac, SCHEMA_VMAC_LINE, ret_vrrp);
	member_unpack(reader, arena, &schema_vmac, SCHEMA_IPVLAN_LINE, ret_vrrp);
	member_unpack(reader, arena, &schema_vrrp, SCHEMA_AUTHENTICATION, ret_vrrp);
	member_unpack(reader, arena, &schema_global_vrrp, SCHEMA_VRRP_INSTANCE, ret_vrrp);
	member_unpack_list(reader, arena, &tracker_uses, ret_vrrp);
	vmac_unpack(reader, arena, ret_vrrp);
}

static void pack_garp_group(struct pack_writer *writer, const struct conf_garp_group *group)
{
	pack_put_u64(writer, group->garp_interval_us);
	pack_put_u64(writer, group->gna_interval_us);
	pack_put_u16(writer, group->n_interfaces);
	for (size_t i = 0; i < group->n_interfaces; i++)
		member_pack_text(writer, group->interfaces[i]);
}

static void unpack_garp_group(struct pack_reader *reader, struct arena *arena,
			      struct conf_garp_group *ret_group)
{
	size_t n;

	ret_group->garp_interval_us = pack_take_u64(reader);
	ret_group->gna_interval_us = pack_take_u64(reader);
	n = pack_take_u16(reader);
	pack_require(reader, n <= reader->left / sizeof(uint16_t));
	n = reader->is_bad ? 0 : n;
	ret_group->interfaces = arena_calloc(arena, n, sizeof(char *));
	for (size_t i = 0; i < n; i++)
		ret_group->interfaces[ret_group->n_interfaces++] =
		    member_unpack_text(reader, arena, CONF_IFNAME_MAX - 1);
}

void crossing_pack_statics(struct pack_writer *writer, const struct conf_statics *statics)
{
	member_pack(writer, &schema_root, SCHEMA_ROOT, statics);
	pack_put_u16(writer, statics->n_garp_groups);
	for (size_t i = 0; i < statics->n_garp_groups; i++)
		pack_garp_group(writer, &statics->garp_groups[i]);
}

void crossing_unpack_statics(struct pack_reader *reader, struct arena *arena,
			     struct conf_statics *ret_statics)
{
	size_t n;

	member_unpack(reader, arena, &schema_root, SCHEMA_ROOT, ret_statics);
	n = pack_take_u16(reader);
	pack_require(reader, n <= reader->left / GARP_GROUP_BYTES);
	n = reader->is_bad ? 0 : n;
	ret_statics->garp_groups = arena_calloc(arena, n, sizeof(*ret_statics->garp_groups));
	for (size_t i = 0; i < n; i++)
		unpack_garp_group(reader, arena, &ret_statics->garp_groups[ret_statics->n_garp_groups++]);
}

void crossing_check_vrrp(struct draft *draft, const struct conf_vrrp *vrrp)
{
	void *bytes = mem_realloc(NULL, CROSSING_MAX, 1);
	struct pack_writer writer = {bytes, CROSSING_MAX, false};

	crossing_pack_vrrp(&writer, vrrp);
	if (writer.is_full)
		report_error(draft->report, &vrrp->place,
			     "vrrp_instance %s: its addresses, routes, rules and peers need more than "
			     "%d bytes, the most that one instance may have; give some of them to "
			     "another instance, in one vrrp_sync_group with this one",
			     vrrp->name, CROSSING_MAX);
	free(bytes);
}

void crossing_check_statics(struct draft *draft, const struct node *root)
{
	void *bytes = mem_realloc(NULL, CROSSING_MAX, 1);
	struct pack_writer writer = {bytes, CROSSING_MAX, false};
	const struct node *first = resolve_child(root, KW_STATIC_IPADDRESS);

	first = first ? first : resolve_child(root, KW_STATIC_ROUTES);
	first = first ? first : resolve_child(root, KW_STATIC_RULES);
	first = first ? first : resolve_child(root, KW_UP_DOWN_DELAYS);
	first = first ? first : resolve_child(root, KW_GARP_GROUP);
	crossing_pack_statics(&writer, &draft->conf->statics);
	if (writer.is_full)
		report_error(draft->report, parse_place(first),
			     "static_ipaddress, static_routes, static_rules, interface_up_down_delays and "
			     "garp_group need more than %d bytes together, the most that they may have; set some "
			     "addresses, routes or rules up by the system's own network configuration",
			     CROSSING_MAX);
	free(bytes);
}
