/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/build.h"
#include "conf/model/member.h"
#include "conf/model/sorted.h"

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

/* The fields that stand behind a value on its line: " ttl 3 group 224.0.0.9". */
static void options_write(struct lines *lines, enum canon_part part, enum schema_block block,
			  const void *object, canon_rule_fn *rule)
{
	for (size_t i = 0; i < lines->table->of[block].n; i++) {
		const struct table_entry *entry = &lines->table->of[block].items[i];
		const struct schema_field *field = entry->field;

		if (part == CANON_SHARED && field->is_local)
			continue;
		if (rule && rule(lines, part, entry->row, object))
			continue;
		if (member_is_empty(field, object))
			continue;
		out_text(lines->out, " ");
		out_text(lines->out, entry->row->name);
		out_text(lines->out, " ");
		if (field->storage == FIELD_TEXT)
			lines_quote(lines->out, member_text(field, object));
		else if (field->storage == FIELD_ADDR)
			out_addr(lines->out, member_addr(field, object));
		else
			out_number(lines->out, member_number(field, object));
	}
}

/* The id is written even if it is 0: else that of the instance would be taken. */
static bool sync_daemon_rule(struct lines *lines, enum canon_part part,
			     const struct schema_keyword *row, const void *arg)
{
	const struct conf_sync_daemon *sync = arg;

	(void)part;
	if (row->id != KW_SYNC_ID)
		return false;
	out_text(lines->out, " id ");
	out_number(lines->out, sync->syncid);
	return true;
}

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
	/* The digest is that of versions that left two blanks there. */
	out_text(lines->out, part == CANON_SHARED ? " " : "");
	options_write(lines, part, SCHEMA_SYNC_DAEMON_LINE, sync, sync_daemon_rule);
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

static void timeouts_write(const struct conf_global *global, enum canon_part part,
			   struct lines *lines)
{
	if (!global->timeouts.tcp && !global->timeouts.tcp_fin && !global->timeouts.udp)
		return;
	lines_indent(lines);
	out_text(lines->out, lines->table->rows[KW_LVS_TIMEOUTS]->name);
	options_write(lines, part, SCHEMA_TIMEOUTS_LINE, global, NULL);
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

static bool vip_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		     const void *arg)
{
	const struct conf_vip *vip = arg;

	(void)part;
	if (row->id != KW_VIP_SCOPE)
		return false;
	out_text(lines->out, " scope ");
	canon_scope_write(vip->scope, lines->out);
	return true;
}

static void vip_write(const struct conf_vip *vip, enum canon_part part, struct lines *lines)
{
	lines_indent(lines);
	out_addr(lines->out, &vip->addr);
	out_text(lines->out, "/");
	out_number(lines->out, vip->prefix_len);
	options_write(lines, part, SCHEMA_VIP_LINE, vip, vip_rule);
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

static void peers_write(const struct conf_vrrp *vrrp, enum canon_part part, struct lines *lines)
{
	if (!vrrp->n_peers)
		return;
	lines_open(lines, KW_UNICAST_PEER, "");
	for (size_t i = 0; part != CANON_SHARED && i < vrrp->n_peers; i++) {
		lines_indent(lines);
		out_addr(lines->out, &vrrp->peers[i]);
		lines_end(lines, false);
	}
	lines_close(lines);
}

static void source_write(const struct conf_vrrp *vrrp, struct lines *lines)
{
	if (vrrp->source.family == AF_UNSPEC)
		return;
	lines_indent(lines);
	out_text(lines->out, vrrp->n_peers ? "unicast_src_ip " : "mcast_src_ip ");
	out_addr(lines->out, &vrrp->source);
	lines_end(lines, false);
}

static void authentication_write(const struct conf_vrrp *vrrp, enum canon_part part,
				 struct lines *lines)
{
	if (!vrrp->auth_pass[0])
		return;
	lines_open(lines, KW_AUTHENTICATION, "");
	lines_word(lines, KW_AUTH_TYPE, "PASS");
	canon_fields(lines, part, SCHEMA_AUTHENTICATION, vrrp, NULL, NULL);
	lines_close(lines);
}

static bool vrrp_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		      const void *arg)
{
	const struct conf_vrrp *vrrp = arg;

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
	case KW_ADVERT_INT_MAX:
		return vrrp->version != 3;
	case KW_VERSION:
		lines_begin(lines, row->id);
		out_number(lines->out, vrrp->version);
		lines_end(lines, vrrp->version == build_vrrp_version(vrrp->family));
		return true;
	case KW_AUTHENTICATION:
		authentication_write(vrrp, part, lines);
		return true;
	case KW_UNICAST_PEER:
		peers_write(vrrp, part, lines);
		return true;
	case KW_VIRTUAL_IPADDRESS:
		vips_write(vrrp, part, lines);
		return true;
	default:
		return false;
	}
}

static void vrrp_write(const struct conf_vrrp *vrrp, enum canon_part part, struct lines *lines)
{
	lines_open(lines, KW_VRRP_INSTANCE, vrrp->name);
	canon_fields(lines, part, SCHEMA_VRRP_INSTANCE, vrrp, vrrp_rule, vrrp);
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
	lines_fini(&lines);
	free(vrrps);
}
