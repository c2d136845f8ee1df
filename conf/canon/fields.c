/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/fields.h"
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/model/sorted.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>

void fields_sync_daemon(struct fields *fields, const struct conf_sync_daemon *older,
			const struct conf_sync_daemon *newer)
{
	field_text(&fields->out, "interface", older->interface, newer->interface);
	if (fields->out.len)
		fields_note(fields, true, FIELD_THREADS);
	fields_walk(fields, SCHEMA_SYNC_DAEMON_LINE, older, newer, NULL);
}

static bool global_rule(struct fields *fields, const struct schema_keyword *row, const void *left,
			const void *right)
{
	const struct conf_global *older = left, *newer = right;

	switch (row->id) {
	case KW_LVS_TIMEOUTS:
		fields_walk(fields, SCHEMA_TIMEOUTS_LINE, older, newer, NULL);
		return true;
	case KW_SCRIPT_USER:
		field_text(&fields->out, "script_user", older->script_user, newer->script_user);
		field_text(&fields->out, "script_user group", older->script_group,
			   newer->script_group);
		return true;
	default:
		return false;
	}
}

void fields_global(struct fields *fields, const struct conf_global *older,
		   const struct conf_global *newer)
{
	fields_walk(fields, SCHEMA_GLOBAL_DEFS, older, newer, global_rule);
	fields_walk(fields, SCHEMA_SSL, older, newer, NULL);
}

/* "10.9.0.1/24 dev eth0 scope link label eth0:x brd 10.9.0.255", for free(). */
static char *vip_text(const struct conf_vip *vip)
{
	struct out out;

	out_init(&out, NULL, NULL);
	out_addr(&out, &vip->addr);
	out_text(&out, "/");
	out_number(&out, vip->prefix_len);
	out_text(&out, " dev ");
	out_text(&out, vip->interface);
	if (vip->scope != RT_SCOPE_UNIVERSE) {
		out_text(&out, " scope ");
		canon_scope_write(vip->scope, &out);
	}
	out_text(&out, vip->label[0] ? " label " : "");
	out_text(&out, vip->label);
	if (vip->broadcast.family != AF_UNSPEC) {
		out_text(&out, " brd ");
		out_addr(&out, &vip->broadcast);
	}
	return out_take(&out);
}

static void vip_field(struct out *out, const struct conf_vip *older, const struct conf_vip *newer)
{
	char *a = older ? vip_text(older) : NULL, *b = newer ? vip_text(newer) : NULL;

	field_element(out, "address", a ? a : "", b ? b : "");
	free(a);
	free(b);
}

static void vips_fields(struct out *out, const struct conf_vrrp *older,
			const struct conf_vrrp *newer)
{
	const void **old_list =
	    sorted_list(older->vips, older->n_vips, sizeof(*older->vips), sorted_vip_cmp);
	const void **new_list =
	    sorted_list(newer->vips, newer->n_vips, sizeof(*newer->vips), sorted_vip_cmp);
	size_t i = 0, k = 0;

	while (i < older->n_vips || k < newer->n_vips) {
		int order = i == older->n_vips   ? 1
			    : k == newer->n_vips ? -1
						 : sorted_vip_cmp(&old_list[i], &new_list[k]);

		vip_field(out, order <= 0 ? old_list[i] : NULL, order >= 0 ? new_list[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
	free(old_list);
	free(new_list);
}

static void peers_fields(struct out *out, const struct conf_vrrp *older,
			 const struct conf_vrrp *newer)
{
	const void **old_list =
	    sorted_list(older->peers, older->n_peers, sizeof(*older->peers), sorted_addr_cmp);
	const void **new_list =
	    sorted_list(newer->peers, newer->n_peers, sizeof(*newer->peers), sorted_addr_cmp);
	char text[ADDR_TEXT_MAX];
	size_t i = 0, k = 0;

	while (i < older->n_peers || k < newer->n_peers) {
		int order = i == older->n_peers   ? 1
			    : k == newer->n_peers ? -1
						  : addr_cmp(old_list[i], new_list[k]);

		if (order < 0)
			field_element(out, "peer", addr_format(old_list[i], text), "");
		else if (order > 0)
			field_element(out, "peer", "", addr_format(new_list[k], text));
		i += order <= 0;
		k += order >= 0;
	}
	free(old_list);
	free(new_list);
}

static const char *family_name(const struct conf_vrrp *vrrp)
{
	return vrrp->family == AF_INET6 ? "inet6" : "inet";
}

static bool vrrp_rule(struct fields *fields, const struct schema_keyword *row, const void *left,
		      const void *right)
{
	const struct conf_vrrp *older = left, *newer = right;

	switch (row->id) {
	case KW_NOPREEMPT:
		field_text(&fields->out, "preemption",
			   older->is_preempting ? "preempt" : "nopreempt",
			   newer->is_preempting ? "preempt" : "nopreempt");
		return true;
	case KW_AUTHENTICATION:
		fields_walk(fields, SCHEMA_AUTHENTICATION, older, newer, NULL);
		return true;
	case KW_UNICAST_PEER:
		peers_fields(&fields->out, older, newer);
		return true;
	case KW_VIRTUAL_IPADDRESS:
		vips_fields(&fields->out, older, newer);
		return true;
	default:
		return false;
	}
}

void fields_vrrp(struct fields *fields, const struct conf_vrrp *older,
		 const struct conf_vrrp *newer)
{
	field_text(&fields->out, "name", older->name, newer->name);
	field_text(&fields->out, "family", family_name(older), family_name(newer));
	if (older->family != newer->family)
		fields_note(fields, true, FIELD_ELECTED);
	fields_walk(fields, SCHEMA_VRRP_INSTANCE, older, newer, vrrp_rule);
}
