/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/fields.h"
#include "conf/field.h"
#include "conf/sorted.h"

#include <stdlib.h>
#include <string.h>

static void sync_daemon_fields(struct out *out, const struct conf_sync_daemon *a,
			       const struct conf_sync_daemon *b)
{
	field_text(out, "lvs_sync_daemon", a->is_on ? a->interface : "off",
		   b->is_on ? b->interface : "off");
	if (!a->is_on || !b->is_on)
		return;
	field_text(out, "lvs_sync_daemon inst", a->instance, b->instance);
	field_number(out, "lvs_sync_daemon id", a->syncid, b->syncid);
	field_number(out, "lvs_sync_daemon maxlen", a->maxlen, b->maxlen);
	field_number(out, "lvs_sync_daemon port", a->port, b->port);
	field_number(out, "lvs_sync_daemon ttl", a->ttl, b->ttl);
	field_addr(out, "lvs_sync_daemon group", &a->group, &b->group);
}

void fields_global(const struct conf_global *older, const struct conf_global *newer,
		   struct out *out)
{
	field_text(out, "router_id", older->router_id, newer->router_id);
	sync_daemon_fields(out, &older->sync_daemon, &newer->sync_daemon);
	field_text(out, "script_user", older->script_user, newer->script_user);
	field_text(out, "script_user group", older->script_group, newer->script_group);
	field_switch(out, "enable_script_security", older->is_script_security,
		     newer->is_script_security);
	field_seconds(out, "startup_gate", older->startup_gate_us, newer->startup_gate_us);
	field_text(out, "SSL ca", older->tls.ca, newer->tls.ca);
	field_text(out, "SSL certificate", older->tls.certificate, newer->tls.certificate);
	field_text(out, "SSL key", older->tls.key, newer->tls.key);
	field_secret(out, "SSL password", older->tls.password, newer->tls.password);
}
static bool vip_is_same(const struct conf_vip *a, const struct conf_vip *b)
{
	return !addr_cmp(&a->addr, &b->addr) && a->prefix_len == b->prefix_len &&
	       !strcmp(a->interface, b->interface) && !strcmp(a->label, b->label) &&
	       a->scope == b->scope && !addr_cmp(&a->broadcast, &b->broadcast);
}

static void vip_write(struct out *out, const char *verb, const struct conf_vip *vip)
{
	field_name(out, verb);
	out_addr(out, &vip->addr);
	out_text(out, "/");
	out_number(out, vip->prefix_len);
	out_text(out, " dev ");
	out_text(out, vip->interface);
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

		if (order < 0)
			vip_write(out, "address removed", old_list[i++]);
		else if (order > 0)
			vip_write(out, "address added", new_list[k++]);
		else if (i++, !vip_is_same(old_list[i - 1], new_list[k++]))
			vip_write(out, "address changed", new_list[k - 1]);
	}
	free(old_list);
	free(new_list);
}

static void peer_write(struct out *out, const char *verb, const struct addr *addr)
{
	field_name(out, verb);
	out_addr(out, addr);
}

static void peers_fields(struct out *out, const struct conf_vrrp *older,
			 const struct conf_vrrp *newer)
{
	const void **old_list =
	    sorted_list(older->peers, older->n_peers, sizeof(*older->peers), sorted_addr_cmp);
	const void **new_list =
	    sorted_list(newer->peers, newer->n_peers, sizeof(*newer->peers), sorted_addr_cmp);
	size_t i = 0, k = 0;

	while (i < older->n_peers || k < newer->n_peers) {
		int order = i == older->n_peers   ? 1
			    : k == newer->n_peers ? -1
						  : addr_cmp(old_list[i], new_list[k]);

		if (order < 0)
			peer_write(out, "peer removed", old_list[i]);
		else if (order > 0)
			peer_write(out, "peer added", new_list[k]);
		i += order <= 0;
		k += order >= 0;
	}
	free(old_list);
	free(new_list);
}

void fields_vrrp(const struct conf_vrrp *older, const struct conf_vrrp *newer, struct out *out)
{
	field_text(out, "interface", older->interface, newer->interface);
	field_number(out, "virtual_router_id", older->vrid, newer->vrid);
	field_number(out, "priority", older->priority, newer->priority);
	field_number(out, "version", older->version, newer->version);
	field_seconds(out, "advert_int", older->advert_int_us, newer->advert_int_us);
	field_text(out, "state", older->wants_master ? "MASTER" : "BACKUP",
		   newer->wants_master ? "MASTER" : "BACKUP");
	field_text(out, "preemption", older->is_preempting ? "preempt" : "nopreempt",
		   newer->is_preempting ? "preempt" : "nopreempt");
	field_secret(out, "auth_pass", older->auth_pass, newer->auth_pass);
	field_addr(out, "source", &older->source, &newer->source);
	peers_fields(out, older, newer);
	vips_fields(out, older, newer);
	field_script(out, "notify_master", &older->notify_master, &newer->notify_master);
	field_script(out, "notify_backup", &older->notify_backup, &newer->notify_backup);
	field_script(out, "notify_fault", &older->notify_fault, &newer->notify_fault);
	field_script(out, "notify_stop", &older->notify_stop, &newer->notify_stop);
	field_script(out, "notify", &older->notify, &newer->notify);
}
