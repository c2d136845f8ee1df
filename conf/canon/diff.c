/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both sides of a comparison are sorted by key and walked together: a key on the old side alone is
 * a removal, on the new side alone an addition, on both sides a change or nothing.
 */
#include "conf/canon/diff.h"
#include "base/arena.h"
#include "base/plural.h"
#include "conf/canon/field.h"
#include "conf/canon/fields.h"
#include "conf/model/sorted.h"

#include <stdio.h>

struct walk {
	struct conf_diff *diff;
	struct fields fields; /* of the object that is being compared */
	struct out text;
	const struct conf_virtual_server *old_vs, *new_vs; /* whose real servers are compared */
	const struct conf_real_server *old_rs, *new_rs;    /* whose checks are compared */
	const struct tracker_kind *tracker; /* of the definitions that are compared */
	/* Instances whose name only one of the two sides has. */
	VEC(const void *) gone, come;
};

const char *conf_change_kind_name(enum conf_change_kind kind)
{
	static const char *const names[CONF_CHANGE_N] = {"add", "change", "restart", "remove"};

	return names[kind];
}

const char *conf_object_name(enum conf_object object)
{
	static const char *const names[] = {[CONF_OBJECT_GLOBAL] = "global",
					    [CONF_OBJECT_SYNC_DAEMON] = "lvs_sync_daemon",
					    [CONF_OBJECT_RELAY] = "sync",
					    [CONF_OBJECT_STATICS] = "static",
					    [CONF_OBJECT_VRRP_SCRIPT] = "vrrp_script",
					    [CONF_OBJECT_SYNC_GROUP] = "vrrp_sync_group",
					    [CONF_OBJECT_TRACK_FILE] = "track_file",
					    [CONF_OBJECT_TRACK_PROCESS] = "vrrp_track_process",
					    [CONF_OBJECT_VRRP] = "vrrp",
					    [CONF_OBJECT_VIRTUAL_SERVER] = "virtual_server",
					    [CONF_OBJECT_REAL_SERVER] = "real_server",
					    [CONF_OBJECT_CHECK] = "check"};

	return names[object];
}

static const char *arena_text(struct walk *walk)
{
	const char *text =
	    arena_strndup(walk->diff->arena, walk->text.len ? walk->text.text : "", walk->text.len);

	walk->text.len = 0;
	return text;
}

/*
 * Adds the change of one object, whose two sides are older and newer. walk->fields has the
 * differences when there are both, walk->text names the object. Returns NULL when nothing differs.
 */
static struct conf_change *change_add(struct walk *walk, enum conf_object object, const void *older,
				      const void *newer)
{
	struct conf_change *change = vec_push(&walk->diff->changes);

	change->object = object;
	change->kind = !older ? CONF_CHANGE_ADD : !newer ? CONF_CHANGE_REMOVE : CONF_CHANGE_CHANGE;
	change->fields = field_take(&walk->fields.out, walk->diff->arena, &change->n_fields);
	change->remark = walk->fields.remark;
	if (walk->fields.is_restart)
		change->kind = CONF_CHANGE_RESTART;
	fields_begin(&walk->fields);
	change->subject = arena_text(walk);
	return change;
}

/* Writes the text of a change. summary describes an object that is added or removed. */
static void change_say(struct walk *walk, struct conf_change *change, const char *summary)
{
	struct out *out = &walk->text;

	out_text(out, conf_change_kind_name(change->kind));
	out_text(out, " ");
	out_text(out, change->subject);
	out_text(out, summary[0] ? " " : "");
	out_text(out, summary);
	for (size_t i = 0; i < change->n_fields; i++) {
		out_text(out, i ? ", " : " ");
		field_write(&change->fields[i], out);
	}
	out_text(out, change->remark[0] ? " # " : "");
	out_text(out, change->remark);
	change->text = arena_text(walk);
}

static bool is_kept(struct walk *walk, const void *older, const void *newer)
{
	if (!older || !newer || walk->fields.out.len)
		return false;
	walk->diff->n_kept++;
	return true;
}

static void visit_vrrp(const void *left, const void *right, void *arg)
{
	struct walk *walk = arg;
	const struct conf_vrrp *older = left, *newer = right, *any = newer ? newer : older;
	struct conf_change *change;
	char *summary;

	if (older && newer)
		fields_vrrp(&walk->fields, older, newer);
	if (is_kept(walk, older, newer))
		return;
	out_text(&walk->text, "vrrp=");
	out_text(&walk->text, older ? older->name : newer->name);
	change = change_add(walk, CONF_OBJECT_VRRP, older, newer);
	change->old_vrrp = older;
	change->new_vrrp = newer;
	summary = older && newer ? mem_strdup("")
				 : mem_printf("interface %s, virtual_router_id %u, %zu address%s",
					      any->interface, any->vrid, any->n_vips,
					      plural_of(any->n_vips, "", "es"));
	change_say(walk, change, summary);
	free(summary);
}

static void visit_tracker(const void *older, const void *newer, void *arg)
{
	struct walk *walk = arg;
	const struct tracker_kind *kind = walk->tracker;
	struct conf_change *change;

	if (older && newer)
		fields_tracker(&walk->fields, kind, older, newer);
	if (is_kept(walk, older, newer))
		return;
	out_text(&walk->text, conf_object_name(kind->object));
	out_text(&walk->text, "=");
	out_text(&walk->text, tracker_definition_name(older ? older : newer));
	change = change_add(walk, kind->object, older, newer);
	change->old_tracker = older;
	change->new_tracker = newer;
	change_say(walk, change, "");
}

static void diff_trackers(struct walk *walk, const struct conf *older, const struct conf *newer)
{
	for (enum conf_tracker k = 0; k < CONF_TRACKERS; k++) {
		size_t n_old, n_new;
		const void *from, *to;

		walk->tracker = tracker_kind(k);
		from = tracker_definitions(older, walk->tracker, &n_old);
		to = tracker_definitions(newer, walk->tracker, &n_new);
		sorted_walk(from, n_old, to, n_new, walk->tracker->size, sorted_tracker_cmp,
			    visit_tracker, walk);
	}
}

static void visit_sync_group(const void *left, const void *right, void *arg)
{
	const struct conf_sync_group *older = left, *newer = right;
	struct walk *walk = arg;
	struct conf_change *change;

	if (older && newer)
		fields_sync_group(&walk->fields, older, newer);
	if (is_kept(walk, older, newer))
		return;
	out_text(&walk->text, "vrrp_sync_group=");
	out_text(&walk->text, older ? older->name : newer->name);
	change = change_add(walk, CONF_OBJECT_SYNC_GROUP, older, newer);
	change->old_sync_group = older;
	change->new_sync_group = newer;
	change_say(walk, change, "");
}

/* An instance may have been renamed. If a name exists on one side only, the walk looks for the same
 * interface and VRID on the other side before it reports an addition and a removal. */
static void visit_vrrp_by_name(const void *older, const void *newer, void *arg)
{
	struct walk *walk = arg;
	if (older && newer)
		visit_vrrp(older, newer, walk);
	else if (older)
		*vec_push(&walk->gone) = older;
	else
		*vec_push(&walk->come) = newer;
}

static void diff_vrrps(struct walk *walk, const struct conf *older, const struct conf *newer)
{
	sorted_walk(older->vrrps, older->n_vrrps, newer->vrrps, newer->n_vrrps,
		    sizeof(struct conf_vrrp), sorted_vrrp_cmp, visit_vrrp_by_name, walk);
	sorted_sort(walk->gone.items, walk->gone.n, sorted_vrrp_router_cmp);
	sorted_sort(walk->come.items, walk->come.n, sorted_vrrp_router_cmp);
	sorted_walk_lists(walk->gone.items, walk->gone.n, walk->come.items, walk->come.n,
			  sorted_vrrp_router_cmp, visit_vrrp, walk);
}

static void name_virtual_server(struct walk *walk, const struct conf_virtual_server *vs)
{
	char key[SVCKEY_TEXT_MAX];

	out_text(&walk->text, "vs=");
	out_text(&walk->text, svckey_format(&vs->key, key));
}

static void name_real_server(struct walk *walk, const struct conf_real_server *rs)
{
	char key[ENDPOINT_TEXT_MAX];

	name_virtual_server(walk, walk->new_vs);
	out_text(&walk->text, " rs=");
	out_text(&walk->text, endpoint_format(&rs->id, key));
}

#define KIND_WORD(name, keyword, object, ...) #object,

/* Writes the name of a check: the word for its kind and its number, "http#1". */
static void name_check(struct walk *walk, const struct conf_check *check)
{
	static const char *const names[] = {CONF_KINDS(KIND_WORD)};

	name_real_server(walk, walk->new_rs);
	out_text(&walk->text, " check=");
	out_text(&walk->text, names[check->type]);
	out_text(&walk->text, "#");
	out_number(&walk->text, check->ordinal);
}

static void visit_check(const void *left, const void *right, void *arg)
{
	struct walk *walk = arg;
	const struct conf_check *older = left, *newer = right;
	struct conf_change *change;

	if (older && newer)
		fields_check(&walk->fields, older, newer);
	if (is_kept(walk, older, newer))
		return;
	name_check(walk, newer ? newer : older);
	change = change_add(walk, CONF_OBJECT_CHECK, older, newer);
	change->old_vs = walk->old_vs;
	change->new_vs = walk->new_vs;
	change->old_rs = walk->old_rs;
	change->new_rs = walk->new_rs;
	change->old_check = older;
	change->new_check = newer;
	change_say(walk, change, "");
}

static void diff_checks(struct walk *walk, const struct conf_real_server *older,
			const struct conf_real_server *newer)
{
	walk->old_rs = older;
	walk->new_rs = newer;
	sorted_walk(older->checks, older->n_checks, newer->checks, newer->n_checks,
		    sizeof(struct conf_check), sorted_check_cmp, visit_check, walk);
}

static void visit_real_server(const void *left, const void *right, void *arg)
{
	struct walk *walk = arg;
	const struct conf_real_server *older = left, *newer = right, *any = newer ? newer : older;
	struct conf_change *change;
	char weight[32] = "";

	if (older && newer)
		fields_real_server(&walk->fields, older, newer);
	else
		snprintf(weight, sizeof(weight), "weight %u", any->weight);
	if (!is_kept(walk, older, newer)) {
		name_real_server(walk, any);
		change = change_add(walk, CONF_OBJECT_REAL_SERVER, older, newer);
		change->old_vs = walk->old_vs;
		change->new_vs = walk->new_vs;
		change->old_rs = older;
		change->new_rs = newer;
		change_say(walk, change, weight);
	}
	if (older && newer)
		diff_checks(walk, older, newer);
}

static void diff_real_servers(struct walk *walk, const struct conf_virtual_server *older,
			      const struct conf_virtual_server *newer)
{
	walk->old_vs = older;
	walk->new_vs = newer;
	sorted_walk(older->real_servers, older->n_real_servers, newer->real_servers,
		    newer->n_real_servers, sizeof(struct conf_real_server), sorted_real_server_cmp,
		    visit_real_server, walk);
}

static void visit_virtual_server(const void *left, const void *right, void *arg)
{
	struct walk *walk = arg;
	const struct conf_virtual_server *older = left, *newer = right,
					 *any = newer ? newer : older;
	struct conf_change *change;
	char *summary = NULL;

	if (older && newer)
		fields_virtual_server(&walk->fields, older, newer);
	else
		summary = mem_printf("%s, %s, %zu real server%s", any->scheduler,
				     conf_method_name(any->method), any->n_real_servers,
				     plural(any->n_real_servers));
	if (!is_kept(walk, older, newer)) {
		name_virtual_server(walk, any);
		change = change_add(walk, CONF_OBJECT_VIRTUAL_SERVER, older, newer);
		change->old_vs = older;
		change->new_vs = newer;
		change_say(walk, change, summary ? summary : "");
	}
	free(summary);
	if (older && newer)
		diff_real_servers(walk, older, newer);
}

static void diff_global(struct walk *walk, const struct conf_global *older,
			const struct conf_global *newer)
{
	fields_global(&walk->fields, older, newer);
	if (!walk->fields.out.len)
		return;
	out_text(&walk->text, "global");
	change_say(walk, change_add(walk, CONF_OBJECT_GLOBAL, older, newer), "");
}

static void diff_statics(struct walk *walk, const struct conf_statics *older,
			 const struct conf_statics *newer)
{
	fields_statics(&walk->fields, older, newer);
	if (!walk->fields.out.len)
		return;
	out_text(&walk->text, conf_object_name(CONF_OBJECT_STATICS));
	change_say(walk, change_add(walk, CONF_OBJECT_STATICS, older, newer), "");
}

/* An object of which there is one or none (NULL). summary: what is said of it when it comes or goes. */
static void diff_single(struct walk *walk, enum conf_object object, const void *older, const void *newer,
			const char *summary)
{
	if (is_kept(walk, older, newer))
		return;
	out_text(&walk->text, conf_object_name(object));
	change_say(walk, change_add(walk, object, older, newer), older && newer ? "" : summary);
}

static void diff_sync_daemon(struct walk *walk, const struct conf_sync_daemon *older,
			     const struct conf_sync_daemon *newer)
{
	const struct conf_sync_daemon *any = newer->is_on ? newer : older;
	char *summary;

	if (!any->is_on)
		return;
	if (older->is_on && newer->is_on)
		fields_sync_daemon(&walk->fields, older, newer);
	summary = mem_printf("interface %s, id %u", any->interface, any->syncid);
	diff_single(walk, CONF_OBJECT_SYNC_DAEMON, older->is_on ? older : NULL, newer->is_on ? newer : NULL, summary);
	free(summary);
}

static void diff_relay(struct walk *walk, const struct conf_relay *older, const struct conf_relay *newer)
{
	const struct conf_relay *any = newer->is_on ? newer : older;
	char *summary;

	if (!any->is_on)
		return;
	if (older->is_on && newer->is_on)
		fields_relay(&walk->fields, older, newer);
	summary = mem_printf("mode relay, %zu peer%s", any->n_peers, plural(any->n_peers));
	diff_single(walk, CONF_OBJECT_RELAY, older->is_on ? older : NULL, newer->is_on ? newer : NULL, summary);
	free(summary);
}

void conf_diff(const struct conf *older, const struct conf *newer, struct conf_diff *ret_diff)
{
	struct conf_diff diff = {.arena = arena_new()};
	struct table *table = table_new();
	struct walk walk = {.diff = &diff, .fields = {.table = table, .arena = diff.arena}};

	fields_begin(&walk.fields);
	diff_global(&walk, &older->global, &newer->global);
	diff_sync_daemon(&walk, &older->global.sync_daemon, &newer->global.sync_daemon);
	diff_relay(&walk, &older->global.relay, &newer->global.relay);
	diff_statics(&walk, &older->statics, &newer->statics);
	diff_trackers(&walk, older, newer);
	sorted_walk(older->sync_groups, older->n_sync_groups, newer->sync_groups,
		    newer->n_sync_groups, sizeof(struct conf_sync_group), sorted_sync_group_cmp,
		    visit_sync_group, &walk);
	diff_vrrps(&walk, older, newer);
	sorted_walk(older->virtual_servers, older->n_virtual_servers, newer->virtual_servers,
		    newer->n_virtual_servers, sizeof(struct conf_virtual_server),
		    sorted_virtual_server_cmp, visit_virtual_server, &walk);
	out_fini(&walk.fields.out);
	table_free(table);
	out_fini(&walk.text);
	vec_free(&walk.gone);
	vec_free(&walk.come);
	*ret_diff = diff;
}

bool conf_diff_is_emptying(const struct conf *older, const struct conf *newer)
{
	return !newer->n_virtual_servers && !newer->n_vrrps &&
	       (older->n_virtual_servers || older->n_vrrps);
}

void conf_diff_fini(struct conf_diff *diff)
{
	arena_free(diff->arena);
	vec_free(&diff->changes);
	*diff = (struct conf_diff){0};
}
