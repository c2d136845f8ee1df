/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/sorted.h"
#include "conf/schema/tracker.h"

#include <stdlib.h>

static void sync_daemon_write(const struct conf_sync_daemon *sync, enum canon_part part,
			      struct lines *lines)
{
	if (!sync->is_on)
		return;
	lines_indent(lines);
	out_text(lines->out, lines->table->rows[KW_LVS_SYNC_DAEMON]->name);
	if (part != CANON_SHARED) {
		out_text(lines->out, " ");
		lines_quote(lines->out, sync->interface);
	}
	/* The digest must stay that of older versions, whose line had two blanks here. */
	out_text(lines->out, part == CANON_SHARED ? " " : "");
	canon_options_write(lines->table, part, SCHEMA_SYNC_DAEMON_LINE, sync, lines->out);
	lines_end(lines, false);
}

static bool relay_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		       const void *arg)
{
	const struct conf_relay *relay = arg;

	if (row->id != KW_RELAY_LISTEN)
		return false;
	lines_begin(lines, row->id);
	out_addr(lines->out, &relay->listen);
	canon_options_write(lines->table, part, row->options, relay, lines->out);
	lines_end(lines, false);
	return true;
}

static void relay_write(const struct conf_relay *relay, enum canon_part part, struct lines *lines)
{
	if (!relay->is_on)
		return;
	lines_open(lines, KW_SYNC, "");
	lines_word(lines, KW_SYNC_MODE, "relay");
	canon_fields(lines, part, SCHEMA_SYNC, relay, relay_rule, relay);
	lines_close(lines);
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

static void timeouts_write(const struct conf_global *global, enum canon_part part,
			   struct lines *lines)
{
	if (!global->timeouts.tcp && !global->timeouts.tcp_fin && !global->timeouts.udp)
		return;
	lines_indent(lines);
	out_text(lines->out, lines->table->rows[KW_LVS_TIMEOUTS]->name);
	canon_options_write(lines->table, part, SCHEMA_TIMEOUTS_LINE, global, lines->out);
	lines_end(lines, false);
}

static void mail_server_write(const struct conf_mail *mail, struct lines *lines)
{
	if (!mail->server[0])
		return;
	lines_begin(lines, KW_SMTP_SERVER);
	lines_quote(lines->out, mail->server);
	if (mail->port) {
		out_text(lines->out, " ");
		out_number(lines->out, mail->port);
	}
	lines_end(lines, false);
}

static bool global_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
			const void *arg)
{
	const struct conf_global *global = arg;

	switch (row->id) {
	case KW_LVS_SYNC_DAEMON:
		sync_daemon_write(&global->sync_daemon, part, lines);
		return true;
	case KW_LVS_TIMEOUTS:
		timeouts_write(global, part, lines);
		return true;
	case KW_SCRIPT_USER:
		script_user_write(global, lines);
		return true;
	case KW_SMTP_SERVER:
		mail_server_write(&global->mail, lines);
		return true;
	default:
		return false;
	}
}

static void global_write(const struct conf_global *global, enum canon_part part,
			 struct lines *lines)
{
	lines_open(lines, KW_GLOBAL_DEFS, "");
	canon_fields(lines, part, SCHEMA_GLOBAL_DEFS, global, global_rule, global);
	lines_close(lines);
}

static void tls_write(const struct conf_global *global, enum canon_part part, struct lines *lines)
{
	if (!global->tls.ca[0] && !global->tls.certificate[0] && !global->tls.password[0])
		return;
	lines_open(lines, KW_SSL, "");
	canon_fields(lines, part, SCHEMA_SSL, global, NULL, NULL);
	lines_close(lines);
}

static void source_write(const struct conf_vrrp *vrrp, struct lines *lines)
{
	if (vrrp->source.family == AF_UNSPEC)
		return;
	lines_indent(lines);
	out_text(lines->out, vrrp->n_peers || vrrp->needs_peer ? "unicast_src_ip " : "mcast_src_ip ");
	out_addr(lines->out, &vrrp->source);
	lines_end(lines, false);
}

/* use_vmac or use_ipvlan, with its options. */
static void vmac_write(const struct conf_vrrp *vrrp, enum canon_part part,
		       const struct schema_keyword *row, struct lines *lines)
{
	if (!(row->id == KW_USE_VMAC ? vrrp->uses_vmac : vrrp->uses_ipvlan))
		return;
	lines_indent(lines);
	out_text(lines->out, row->name);
	canon_options_write(lines->table, part, row->options, vrrp, lines->out);
	lines_end(lines, false);
}

static void authentication_write(const struct conf_vrrp *vrrp, enum canon_part part,
				 struct lines *lines)
{
	if (!vrrp->auth_pass[0])
		return;
	lines_open(lines, KW_AUTHENTICATION, "");
	canon_fields(lines, part, SCHEMA_AUTHENTICATION, vrrp, NULL, NULL);
	lines_close(lines);
}

static void extra_write(uint64_t extra, struct lines *lines)
{
	if (!extra)
		return;
	lines_begin(lines, KW_GARP_EXTRA_IF);
	out_text(lines->out, extra & CONF_GARP_EXTRA_ALL ? "all " : "");
	out_number(lines->out, extra & UINT32_MAX);
	lines_end(lines, false);
}

static bool vrrp_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		      const void *arg)
{
	const struct conf_vrrp *vrrp = arg;
	enum conf_tracker kind;

	switch (row->id) {
	case KW_STATE:
		lines_word_or(lines, row->id, vrrp->wants_master ? "MASTER" : "BACKUP",
			      vrrp->wants_master == (vrrp->priority == CONF_PRIORITY_OWNER));
		return true;
	case KW_NOPREEMPT:
		lines_flag(lines, vrrp->is_preempting ? KW_PREEMPT : KW_NOPREEMPT,
			   vrrp->is_preempting);
		return true;
	case KW_SOURCE:
		source_write(vrrp, lines);
		return true;
	case KW_GARP_EXTRA_IF:
		extra_write(vrrp->garp_extra, lines);
		return true;
	case KW_USE_VMAC:
	case KW_USE_IPVLAN:
		vmac_write(vrrp, part, row, lines);
		return true;
	case KW_ADVERT_INT_MAX:
		return vrrp->version != 3;
	/* Rows whose default is off are written only when on. */
	case KW_LOWER_PRIO_NO_ADVERT:
		return !vrrp->is_silent_to_lower;
	case KW_OWNER_IGNORE_ADVERTS:
		return !vrrp->is_ignoring_adverts;
	case KW_V3_CHECKSUM_AS_V2:
		return !vrrp->is_checksum_plain;
	case KW_UNICAST_TTL:
		return !vrrp->n_peers && !vrrp->needs_peer;
	case KW_VERSION:
		lines_begin(lines, row->id);
		out_number(lines->out, vrrp->version);
		lines_end(lines, vrrp->version == conf_vrrp_version(vrrp->family));
		return true;
	case KW_AUTHENTICATION:
		authentication_write(vrrp, part, lines);
		return true;
	default:
		if (!tracker_kind_of_list(row->id, &kind))
			return false;
		canon_tracks_write(vrrp->tracks, vrrp->n_tracks, kind, part, lines);
		return true;
	}
}

static void vrrp_write(const struct conf_vrrp *vrrp, enum canon_part part, struct lines *lines)
{
	lines_open(lines, KW_VRRP_INSTANCE, vrrp->name);
	canon_fields(lines, part, SCHEMA_VRRP_INSTANCE, vrrp, vrrp_rule, vrrp);
	lines_close(lines);
}

static void track_group_write(const struct conf_track_group *group, struct lines *lines)
{
	lines_open(lines, KW_TRACK_GROUP, group->name);
	lines_open(lines, KW_SYNC_GROUP_MEMBERS, "");
	for (size_t i = 0; i < group->n_members; i++) {
		lines_indent(lines);
		lines_quote(lines->out, group->members[i]);
		lines_end(lines, false);
	}
	lines_close(lines);
	lines_close(lines);
}

static void interval_write(struct lines *lines, enum schema_id id, uint64_t us)
{
	if (!us)
		return;
	lines_begin(lines, id);
	out_seconds(lines->out, us);
	lines_end(lines, false);
}

static void garp_group_write(const struct conf_garp_group *group, struct lines *lines)
{
	lines_open(lines, KW_GARP_GROUP, "");
	interval_write(lines, KW_GROUP_GARP_INTERVAL, group->garp_interval_us);
	interval_write(lines, KW_GROUP_GNA_INTERVAL, group->gna_interval_us);
	lines_open(lines, KW_GARP_GROUP_INTERFACES, "");
	for (size_t i = 0; i < group->n_interfaces; i++) {
		lines_indent(lines);
		lines_quote(lines->out, group->interfaces[i]);
		lines_end(lines, false);
	}
	lines_close(lines);
	lines_close(lines);
}

static bool statics_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
			 const void *arg)
{
	const struct conf_statics *statics = arg;

	(void)part;
	for (size_t i = 0; row->id == KW_GARP_GROUP && i < statics->n_garp_groups; i++)
		garp_group_write(&statics->garp_groups[i], lines);
	if (row->id != KW_TRACK_GROUP)
		return row->id == KW_GARP_GROUP;
	for (size_t i = 0; i < statics->n_groups; i++)
		track_group_write(&statics->groups[i], lines);
	return true;
}

void canon_write(const struct conf *conf, const struct table *table, enum canon_part part,
		 struct out *out)
{
	const void **vrrps = sorted_list(conf->vrrps, conf->n_vrrps, sizeof(*conf->vrrps),
					 part == CANON_SHARED ? sorted_vrrp_cmp : NULL);
	struct lines lines;

	lines_init(&lines, table, out, part != CANON_SHARED);
	global_write(&conf->global, part, &lines);
	relay_write(&conf->global.relay, part, &lines);
	tls_write(&conf->global, part, &lines);
	canon_fields(&lines, part, SCHEMA_ROOT, &conf->statics, statics_rule, &conf->statics);
	canon_write_trackers(conf, part, &lines);
	canon_write_sync_groups(conf, part, &lines);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		vrrp_write(vrrps[i], part, &lines);
	canon_write_groups(conf, part, &lines);
	canon_write_virtual_servers(conf, part, &lines);
	free(vrrps);
}
