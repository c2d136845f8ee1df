/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/build.h"
#include "conf/model/sorted.h"
#include "conf/text/secret.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>

void canon_scope_write(uint8_t scope, struct out *out)
{
	switch (scope) {
	case RT_SCOPE_UNIVERSE:
		out_text(out, "global");
		break;
	case RT_SCOPE_SITE:
		out_text(out, "site");
		break;
	case RT_SCOPE_LINK:
		out_text(out, "link");
		break;
	case RT_SCOPE_HOST:
		out_text(out, "host");
		break;
	case RT_SCOPE_NOWHERE:
		out_text(out, "nowhere");
		break;
	default:
		out_number(out, scope);
	}
}

static void option_number(struct out *out, const char *name, uint64_t value)
{
	if (!value)
		return;
	out_text(out, name);
	out_number(out, value);
}

static void sync_daemon_write(const struct conf_sync_daemon *sync, enum canon_part part,
			      struct lines *lines)
{
	struct out *out = lines->out;

	lines_begin(lines, KW_LVS_SYNC_DAEMON);
	if (part != CANON_SHARED) {
		lines_quote(out, sync->interface);
		out_text(out, sync->instance[0] ? " inst " : "");
		lines_quote(out, sync->instance);
	}
	out_text(out, " id ");
	out_number(out, sync->syncid);
	option_number(out, " maxlen ", sync->maxlen);
	option_number(out, " port ", sync->port);
	option_number(out, " ttl ", sync->ttl);
	if (sync->group.family != AF_UNSPEC) {
		out_text(out, " group ");
		out_addr(out, &sync->group);
	}
	lines_end(lines, false);
}

static void script_user_write(const struct conf_global *global, struct lines *lines)
{
	if (!global->script_user[0])
		return;
	lines_begin(lines, KW_SCRIPT_USER);
	lines_text(lines->out, global->script_user);
	out_text(lines->out, global->script_group[0] ? " " : "");
	lines_text(lines->out, global->script_group);
	lines_end(lines, false);
}

static void timeout_write(const char *name, uint32_t seconds, struct lines *lines)
{
	if (!seconds)
		return;
	out_text(lines->out, name);
	out_number(lines->out, seconds);
}

static void ipvs_write(const struct conf_global *global, struct lines *lines)
{
	if (global->timeouts.tcp || global->timeouts.tcp_fin || global->timeouts.udp) {
		lines_indent(lines);
		out_text(lines->out, lines->rows[KW_LVS_TIMEOUTS]->name);
		timeout_write(" tcp ", global->timeouts.tcp, lines);
		timeout_write(" tcpfin ", global->timeouts.tcp_fin, lines);
		timeout_write(" udp ", global->timeouts.udp, lines);
		lines_end(lines, false);
	}
	lines_number(lines, KW_DRAIN_TIMEOUT, global->drain_timeout);
	if (global->is_flushing)
		lines_flag(lines, KW_LVS_FLUSH, false);
	if (global->flush_on_stop == CONF_FLUSH_ALL)
		lines_flag(lines, KW_LVS_FLUSH_ON_STOP, false);
	else if (global->flush_on_stop == CONF_FLUSH_OWN)
		lines_word(lines, KW_LVS_FLUSH_ON_STOP, "VS");
	lines_number(lines, KW_RECONCILE_INTERVAL, global->reconcile_interval);
	lines_switch(lines, KW_EXCLUSIVE, global->is_exclusive);
}

static void global_write(const struct conf_global *global, enum canon_part part,
			 struct lines *lines)
{
	lines_open(lines, KW_GLOBAL_DEFS, "");
	if (part != CANON_SHARED && global->router_id[0])
		lines_word(lines, KW_ROUTER_ID, global->router_id);
	if (global->sync_daemon.is_on)
		sync_daemon_write(&global->sync_daemon, part, lines);
	ipvs_write(global, lines);
	script_user_write(global, lines);
	if (global->is_script_security)
		lines_flag(lines, KW_ENABLE_SCRIPT_SECURITY, false);
	lines_seconds(lines, KW_STARTUP_GATE, global->startup_gate_us);
	lines_word(lines, KW_KEEP_AT_STOP, conf_keep_name(global->keep_at_stop));
	if (part != CANON_SHARED || global->is_notifying_all)
		lines_switch(lines, KW_GLOBAL_NOTIFY_ALL_STATES, global->is_notifying_all);
	lines_close(lines);
}

/* A line with a secret as part has it; a digest must not know it at all. */
static void secret_write(enum schema_id id, const char *secret, enum canon_part part,
			 struct lines *lines)
{
	if (part == CANON_WHOLE)
		lines_word(lines, id, secret);
	if (part != CANON_MASKED)
		return;
	lines_begin(lines, id);
	out_text(lines->out, "\"" SECRET_SHOWN "\"");
	lines_end(lines, false);
}

static void tls_write(const struct conf_global *global, enum canon_part part, struct lines *lines)
{
	if (!global->tls.ca[0] && !global->tls.certificate[0] && !global->tls.password[0])
		return;
	lines_open(lines, KW_SSL, "");
	if (global->tls.ca[0])
		lines_word(lines, KW_SSL_CA, global->tls.ca);
	if (global->tls.certificate[0])
		lines_word(lines, KW_SSL_CERTIFICATE, global->tls.certificate);
	if (global->tls.key[0])
		lines_word(lines, KW_SSL_KEY, global->tls.key);
	if (global->tls.password[0])
		secret_write(KW_SSL_PASSWORD, global->tls.password, part, lines);
	lines_close(lines);
}

static void vip_write(const struct conf_vip *vip, enum canon_part part, struct lines *lines)
{
	struct out *out = lines->out;

	out_text(out, "\t\t");
	out_addr(out, &vip->addr);
	out_text(out, "/");
	out_number(out, vip->prefix_len);
	if (part != CANON_SHARED) {
		out_text(out, " dev ");
		lines_quote(out, vip->interface);
	}
	out_text(out, " scope ");
	canon_scope_write(vip->scope, out);
	out_text(out, vip->label[0] ? " label " : "");
	lines_quote(out, vip->label);
	if (vip->broadcast.family != AF_UNSPEC) {
		out_text(out, " brd ");
		out_addr(out, &vip->broadcast);
	}
	lines_end(lines, false);
}

static void vips_write(const struct conf_vrrp *vrrp, enum canon_part part, struct lines *lines)
{
	const void **list = sorted_list(vrrp->vips, vrrp->n_vips, sizeof(*vrrp->vips),
					part == CANON_SHARED ? sorted_vip_cmp : NULL);

	if (vrrp->n_vips)
		lines_open(lines, KW_VIRTUAL_IPADDRESS, "");
	for (size_t i = 0; i < vrrp->n_vips; i++)
		vip_write(list[i], part, lines);
	if (vrrp->n_vips)
		lines_close(lines);
	free(list);
}

/* What is this director's own. */
static void role_write(const struct conf_vrrp *vrrp, struct lines *lines)
{
	lines_word_or(lines, KW_STATE, vrrp->wants_master ? "MASTER" : "BACKUP",
		      vrrp->wants_master == (vrrp->priority == CONF_PRIORITY_OWNER));
	lines_word(lines, KW_INTERFACE, vrrp->interface);
	lines_number(lines, KW_PRIORITY, vrrp->priority);
	if (vrrp->is_preempting)
		lines_flag(lines, KW_PREEMPT, true);
	else
		lines_flag(lines, KW_NOPREEMPT, false);
	if (vrrp->source.family != AF_UNSPEC) {
		out_text(lines->out, vrrp->n_peers ? "\tunicast_src_ip " : "\tmcast_src_ip ");
		out_addr(lines->out, &vrrp->source);
		lines_end(lines, false);
	}
	lines_seconds(lines, KW_PREEMPT_DELAY, vrrp->preempt_delay_us);
	if (vrrp->version == 3)
		lines_seconds(lines, KW_ADVERT_INT_MAX, vrrp->advert_int_max_us);
}

static void peers_write(const struct conf_vrrp *vrrp, enum canon_part part, struct lines *lines)
{
	if (!vrrp->n_peers)
		return;
	lines_open(lines, KW_UNICAST_PEER, "");
	for (size_t i = 0; part != CANON_SHARED && i < vrrp->n_peers; i++) {
		out_text(lines->out, "\t\t");
		out_addr(lines->out, &vrrp->peers[i]);
		lines_end(lines, false);
	}
	lines_close(lines);
}

static void vrrp_write(const struct conf_vrrp *vrrp, enum canon_part part, struct lines *lines)
{
	lines_open(lines, KW_VRRP_INSTANCE, vrrp->name);
	if (part != CANON_SHARED)
		role_write(vrrp, lines);
	lines_number(lines, KW_VIRTUAL_ROUTER_ID, vrrp->vrid);
	lines_begin(lines, KW_VERSION);
	out_number(lines->out, vrrp->version);
	lines_end(lines, vrrp->version == build_vrrp_version(vrrp->family));
	lines_seconds(lines, KW_ADVERT_INT, vrrp->advert_int_us);
	if (vrrp->auth_pass[0]) {
		lines_open(lines, KW_AUTHENTICATION, "");
		lines_word(lines, KW_AUTH_TYPE, "PASS");
		secret_write(KW_AUTH_PASS, vrrp->auth_pass, part, lines);
		lines_close(lines);
	}
	peers_write(vrrp, part, lines);
	vips_write(vrrp, part, lines);
	lines_script(lines, KW_NOTIFY_MASTER, vrrp->notify_master);
	lines_script(lines, KW_NOTIFY_BACKUP, vrrp->notify_backup);
	lines_script(lines, KW_NOTIFY_FAULT, vrrp->notify_fault);
	lines_script(lines, KW_NOTIFY_STOP, vrrp->notify_stop);
	lines_script(lines, KW_NOTIFY, vrrp->notify);
	/* The digest of a file that says nothing of it is that of a lvsd that knows nothing of it. */
	if (part != CANON_SHARED || vrrp->is_notifying_all)
		lines_switch(lines, KW_NOTIFY_ALL_STATES, vrrp->is_notifying_all);
	lines_close(lines);
}

void canon_write(const struct conf *conf, enum canon_part part, struct out *out)
{
	const void **vrrps = sorted_list(conf->vrrps, conf->n_vrrps, sizeof(*conf->vrrps),
					 part == CANON_SHARED ? sorted_vrrp_cmp : NULL);
	struct lines lines;

	lines_init(&lines, out, part != CANON_SHARED);
	global_write(&conf->global, part, &lines);
	tls_write(&conf->global, part, &lines);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		vrrp_write(vrrps[i], part, &lines);
	canon_write_groups(conf, part, &lines);
	canon_write_virtual_servers(conf, part, &lines);
	free(vrrps);
}
