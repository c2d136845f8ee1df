/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/fields.h"
#include "conf/canon/field.h"

#include <stdlib.h>

void fields_sync_daemon(struct fields *fields, const struct conf_sync_daemon *older,
			const struct conf_sync_daemon *newer)
{
	field_text(&fields->out, "interface", older->interface, newer->interface);
	if (fields->out.len)
		fields_note(fields, true, FIELD_THREADS);
	fields_walk(fields, SCHEMA_SYNC_DAEMON_LINE, older, newer, NULL);
}

void fields_relay(struct fields *fields, const struct conf_relay *older, const struct conf_relay *newer)
{
	fields_walk(fields, SCHEMA_SYNC, older, newer, NULL);
	fields_walk(fields, SCHEMA_LISTEN_LINE, older, newer, NULL);
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
	case KW_SMTP_SERVER:
		field_text(&fields->out, "smtp_server", older->mail.server, newer->mail.server);
		field_number(&fields->out, "smtp_server port", older->mail.port, newer->mail.port);
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

/* Writes "G: V1 V2; H: V1", for free(). */
static char *groups_text(const struct conf_statics *statics)
{
	struct out text;

	out_init(&text, NULL, NULL);
	for (size_t i = 0; i < statics->n_groups; i++) {
		const struct conf_track_group *group = &statics->groups[i];

		out_text(&text, i ? "; " : "");
		out_text(&text, group->name);
		out_text(&text, ":");
		for (size_t k = 0; k < group->n_members; k++) {
			out_text(&text, " ");
			out_text(&text, group->members[k]);
		}
	}
	return out_take(&text);
}

/* Writes "0.01/0.02 s: eth0 eth1; ...", for free(). */
static char *garp_groups_text(const struct conf_statics *statics)
{
	struct out text;

	out_init(&text, NULL, NULL);
	for (size_t i = 0; i < statics->n_garp_groups; i++) {
		const struct conf_garp_group *group = &statics->garp_groups[i];

		out_text(&text, i ? "; " : "");
		out_seconds(&text, group->garp_interval_us);
		out_text(&text, "/");
		out_seconds(&text, group->gna_interval_us);
		out_text(&text, " s:");
		for (size_t k = 0; k < group->n_interfaces; k++) {
			out_text(&text, " ");
			out_text(&text, group->interfaces[k]);
		}
	}
	return out_take(&text);
}

static bool statics_rule(struct fields *fields, const struct schema_keyword *row, const void *left,
			 const void *right)
{
	char *a, *b;

	if (row->id != KW_TRACK_GROUP && row->id != KW_GARP_GROUP)
		return false;
	a = row->id == KW_TRACK_GROUP ? groups_text(left) : garp_groups_text(left);
	b = row->id == KW_TRACK_GROUP ? groups_text(right) : garp_groups_text(right);
	field_text(&fields->out, row->name, a, b);
	free(a);
	free(b);
	return true;
}

void fields_statics(struct fields *fields, const struct conf_statics *older,
		    const struct conf_statics *newer)
{
	fields_walk(fields, SCHEMA_ROOT, older, newer, statics_rule);
}

static const char *family_name(const struct conf_vrrp *vrrp)
{
	return vrrp->family == AF_INET6 ? "inet6" : "inet";
}

/* Writes "all 100", for free(). */
static char *extra_text(uint64_t extra)
{
	struct out text;

	out_init(&text, NULL, NULL);
	out_text(&text, extra & CONF_GARP_EXTRA_ALL ? "all " : "");
	out_number(&text, extra & UINT32_MAX);
	return out_take(&text);
}

static void extra_compare(struct fields *fields, const char *name, uint64_t older, uint64_t newer)
{
	char *a = extra_text(older), *b = extra_text(newer);

	field_text(&fields->out, name, a, b);
	free(a);
	free(b);
}

/* A router of version 2 accepts no other interval than its own (RFC 3768 section 7.1); one of version 3
 * adopts that of the master. */
static void interval_note(struct fields *fields, const struct conf_vrrp *older,
			  const struct conf_vrrp *newer)
{
	if (older->advert_int_us != newer->advert_int_us && older->version == 2 &&
	    newer->version == 2)
		fields_note(fields, false, FIELD_TOGETHER);
}

static bool vrrp_rule(struct fields *fields, const struct schema_keyword *row, const void *left,
		      const void *right)
{
	const struct conf_vrrp *older = left, *newer = right;
	enum conf_tracker kind;

	switch (row->id) {
	case KW_NOPREEMPT:
		field_text(&fields->out, "preemption",
			   older->is_preempting ? "preempt" : "nopreempt",
			   newer->is_preempting ? "preempt" : "nopreempt");
		return true;
	case KW_GARP_EXTRA_IF:
		extra_compare(fields, row->name, older->garp_extra, newer->garp_extra);
		return true;
	case KW_AUTHENTICATION:
		fields_walk(fields, SCHEMA_AUTHENTICATION, older, newer, NULL);
		return true;
	default:
		if (!tracker_kind_of_list(row->id, &kind))
			return false;
		fields_tracks(fields, kind, row->name,
			      (struct fields_tracked){older->tracks, older->n_tracks},
			      (struct fields_tracked){newer->tracks, newer->n_tracks});
		return true;
	}
}

void fields_vrrp(struct fields *fields, const struct conf_vrrp *older,
		 const struct conf_vrrp *newer)
{
	field_text(&fields->out, "name", older->name, newer->name);
	field_text(&fields->out, "family", family_name(older), family_name(newer));
	if (older->family != newer->family)
		fields_note(fields, true, FIELD_ELECTED);
	field_text(&fields->out, "vrrp_sync_group", older->sync_group ? older->sync_group : "",
		   newer->sync_group ? newer->sync_group : "");
	fields_walk(fields, SCHEMA_VRRP_INSTANCE, older, newer, vrrp_rule);
	fields_walk(fields, SCHEMA_VMAC_LINE, older, newer, NULL);
	fields_walk(fields, SCHEMA_IPVLAN_LINE, older, newer, NULL);
	interval_note(fields, older, newer);
}
