/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/fields.h"
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/model/sorted.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>

void fields_sync_daemon(const struct conf_sync_daemon *older, const struct conf_sync_daemon *newer,
			struct out *out)
{
	field_text(out, "interface", older->interface, newer->interface);
	field_text(out, "inst", older->instance, newer->instance);
	field_number(out, "id", older->syncid, newer->syncid);
	field_number(out, "maxlen", older->maxlen, newer->maxlen);
	field_number(out, "port", older->port, newer->port);
	field_number(out, "ttl", older->ttl, newer->ttl);
	field_addr(out, "group", &older->group, &newer->group);
}

static const char *flush_name(enum conf_flush flush)
{
	static const char *const names[] = {"off", "VS", "all"};

	return names[flush];
}

void fields_global(const struct conf_global *older, const struct conf_global *newer,
		   struct out *out)
{
	field_text(out, "router_id", older->router_id, newer->router_id);
	field_number(out, "lvs_timeouts tcp", older->timeouts.tcp, newer->timeouts.tcp);
	field_number(out, "lvs_timeouts tcpfin", older->timeouts.tcp_fin, newer->timeouts.tcp_fin);
	field_number(out, "lvs_timeouts udp", older->timeouts.udp, newer->timeouts.udp);
	field_number(out, "drain_timeout", older->drain_timeout, newer->drain_timeout);
	field_switch(out, "lvs_flush", older->is_flushing, newer->is_flushing);
	field_text(out, "lvs_flush_on_stop", flush_name(older->flush_on_stop),
		   flush_name(newer->flush_on_stop));
	field_number(out, "reconcile_interval", older->reconcile_interval,
		     newer->reconcile_interval);
	field_switch(out, "exclusive", older->is_exclusive, newer->is_exclusive);
	field_switch(out, "notify_all_states", older->is_notifying_all, newer->is_notifying_all);
	field_text(out, "script_user", older->script_user, newer->script_user);
	field_text(out, "script_user group", older->script_group, newer->script_group);
	field_switch(out, "enable_script_security", older->is_script_security,
		     newer->is_script_security);
	field_seconds(out, "startup_gate", older->startup_gate_us, newer->startup_gate_us);
	field_text(out, "keep_at_stop", conf_keep_name(older->keep_at_stop),
		   conf_keep_name(newer->keep_at_stop));
	field_text(out, "SSL ca", older->tls.ca, newer->tls.ca);
	field_text(out, "SSL certificate", older->tls.certificate, newer->tls.certificate);
	field_text(out, "SSL key", older->tls.key, newer->tls.key);
	field_secret(out, "SSL password", older->tls.password, newer->tls.password);
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

void fields_vrrp(const struct conf_vrrp *older, const struct conf_vrrp *newer, struct out *out)
{
	field_text(out, "name", older->name, newer->name);
	field_text(out, "interface", older->interface, newer->interface);
	field_text(out, "family", family_name(older), family_name(newer));
	field_number(out, "virtual_router_id", older->vrid, newer->vrid);
	field_number(out, "priority", older->priority, newer->priority);
	field_number(out, "version", older->version, newer->version);
	field_seconds(out, "advert_int", older->advert_int_us, newer->advert_int_us);
	field_text(out, "state", older->wants_master ? "MASTER" : "BACKUP",
		   newer->wants_master ? "MASTER" : "BACKUP");
	field_text(out, "preemption", older->is_preempting ? "preempt" : "nopreempt",
		   newer->is_preempting ? "preempt" : "nopreempt");
	field_seconds(out, "preempt_delay", older->preempt_delay_us, newer->preempt_delay_us);
	field_seconds(out, "advert_int_max", older->advert_int_max_us, newer->advert_int_max_us);
	field_secret(out, "auth_pass", older->auth_pass, newer->auth_pass);
	field_addr(out, "source", &older->source, &newer->source);
	peers_fields(out, older, newer);
	vips_fields(out, older, newer);
	field_script(out, "notify_master", older->notify_master, newer->notify_master);
	field_script(out, "notify_backup", older->notify_backup, newer->notify_backup);
	field_script(out, "notify_fault", older->notify_fault, newer->notify_fault);
	field_script(out, "notify_stop", older->notify_stop, newer->notify_stop);
	field_script(out, "notify", older->notify, newer->notify);
	field_switch(out, "notify_all_states", older->is_notifying_all, newer->is_notifying_all);
}
