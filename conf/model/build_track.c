/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds trackers: their definitions, and those of each instance. */
#include "base/vec.h"
#include "conf/model/build.h"

#include <stdlib.h>

#define INTERVAL_BARE_US UINT64_C(1000000)
/* The longest run that the script process accepts. */
#define TIMEOUT_MAX_US (UINT64_C(86400) * 1000000)

/* Reads "weight N [reverse | noreverse]" after node, as far as it is there. */
static void weight_take(const struct node *weight, int32_t *ret_weight, bool *ret_is_reverse)
{
	if (!weight)
		return;
	*ret_weight = (int32_t)weight->value.number;
	if (resolve_child(weight, KW_TRACK_REVERSE))
		*ret_is_reverse = true;
}

static int definition_cmp(const void *left, const void *right)
{
	const struct build_tracker *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Finds a definition of draft, or NULL. If two have the same name, which is an error, either is
 * found. */
static struct build_tracker *definition_find(const struct draft *draft, enum conf_tracker kind,
					     const char *name)
{
	const struct build_tracker key = {.kind = kind, .name = name};

	return draft->n_trackers ? bsearch(&key, draft->trackers, draft->n_trackers, sizeof(key),
					   definition_cmp)
				 : NULL;
}

static void script_settle(struct draft *draft, const struct node *node,
			  struct conf_vrrp_script *script)
{
	const struct node *user = resolve_child(node, KW_TRACKER_USER);

	if (user && script->script)
		build_user(draft, &user->value, &script->script->user, &script->script->group);
	if (!script->interval_us) {
		script->interval_us = INTERVAL_BARE_US;
		report_warning(draft->report, build_place(node, KW_TRACKER_INTERVAL),
			       "vrrp_script %s: interval 0 is taken for 1 s, as keepalived does",
			       script->name);
	}
	if (!script->timeout_us)
		script->timeout_us = script->interval_us < TIMEOUT_MAX_US ? script->interval_us
									  : TIMEOUT_MAX_US;
}

/* Fills script. Returns whether it can be tracked. */
static bool script_build(struct draft *draft, const struct node *node,
			 struct conf_vrrp_script *script)
{
	*script = draft->templates.vrrp_script;
	script->name = arena_strdup(draft->conf->arena, node->value.text);
	script->place = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next)
		build_field(draft, child, CONF_OBJECT_VRRP_SCRIPT, script);
	if (!script->script)
		return false; /* reported before */
	script_settle(draft, node, script);
	return true;
}

void build_trackers(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;
	size_t n = resolve_count(root, KW_VRRP_SCRIPT);

	conf->vrrp_scripts = arena_calloc(conf->arena, n, sizeof(*conf->vrrp_scripts));
	draft->trackers = mem_calloc(n, sizeof(*draft->trackers));
	for (const struct node *node = root->children; node; node = node->next) {
		struct conf_vrrp_script *script = &conf->vrrp_scripts[conf->n_vrrp_scripts];
		struct build_tracker *tracker = &draft->trackers[draft->n_trackers];

		if (resolve_id(node) != KW_VRRP_SCRIPT || !script_build(draft, node, script))
			continue;
		*tracker = (struct build_tracker){.kind = CONF_TRACKER_SCRIPT, .name = script->name};
		weight_take(resolve_child(node, KW_TRACKER_WEIGHT), &tracker->weight,
			    &tracker->is_reverse);
		conf->n_vrrp_scripts++;
		draft->n_trackers++;
	}
	if (draft->n_trackers)
		qsort(draft->trackers, draft->n_trackers, sizeof(*draft->trackers), definition_cmp);
}

static bool is_tracked(const struct conf_vrrp *vrrp, enum conf_tracker kind, const char *name)
{
	for (size_t i = 0; i < vrrp->n_tracks; i++)
		if (vrrp->tracks[i].kind == kind && !strcmp(vrrp->tracks[i].name, name))
			return true;
	return false;
}

/* Whether there is room for one more tracker, and this one is new. Reports if not. */
static bool can_track(struct draft *draft, const struct node *line, enum conf_tracker kind,
		      const struct conf_vrrp *vrrp)
{
	const char *name = line->value.text;

	if (is_tracked(vrrp, kind, name)) {
		report_warning(draft->report, parse_place(line),
			       "vrrp_instance %s: %s %s is tracked already: this line has no "
			       "effect",
			       vrrp->name, conf_tracker_name(kind), name);
		return false;
	}
	if (vrrp->n_tracks == CONF_TRACKS_MAX)
		report_ignored(draft->report, parse_place(line),
			       "vrrp_instance %s: an instance tracks at most %d objects",
			       vrrp->name, CONF_TRACKS_MAX);
	return vrrp->n_tracks < CONF_TRACKS_MAX;
}

/* The options on a tracker's line replace those of its definition. */
static void options_take(const struct node *line, struct conf_track *track)
{
	for (const struct node *option = line->children; option; option = option->next) {
		switch (resolve_id(option)) {
		case KW_TRACK_WEIGHT:
		case KW_TRACK_WIDE_WEIGHT:
			track->weight = (int32_t)option->value.number;
			break;
		case KW_TRACK_REVERSE:
		case KW_TRACK_NOREVERSE:
			track->is_reverse = resolve_id(option) == KW_TRACK_REVERSE;
			break;
		default:
			break;
		}
	}
}

/* A tracker without a definition is reported by check_names(). */
static void defined_build(struct draft *draft, const struct node *line, enum conf_tracker kind,
			  struct conf_vrrp *vrrp)
{
	struct build_tracker *tracker = definition_find(draft, kind, line->value.text);
	struct conf_track *track = &vrrp->tracks[vrrp->n_tracks];

	if (!tracker || !can_track(draft, line, kind, vrrp))
		return;
	tracker->is_used = true;
	*track = (struct conf_track){.kind = kind,
				     .name = tracker->name,
				     .weight = tracker->weight,
				     .is_reverse = tracker->is_reverse,
				     .place = *parse_place(line)};
	options_take(line, track);
	vrrp->n_tracks++;
}

/* The instance's own interface is left out, as in keepalived: its loss is a fault in any case. */
static void interface_build(struct draft *draft, const struct node *line, struct conf_vrrp *vrrp)
{
	struct conf_track *track = &vrrp->tracks[vrrp->n_tracks];

	if (!strcmp(line->value.text, vrrp->interface) ||
	    !can_track(draft, line, CONF_TRACKER_INTERFACE, vrrp))
		return;
	*track = (struct conf_track){.kind = CONF_TRACKER_INTERFACE,
				     .name = arena_strdup(draft->conf->arena, line->value.text),
				     .place = *parse_place(line)};
	options_take(line, track);
	vrrp->n_tracks++;
}

void build_tracks(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *scripts = resolve_child(node, KW_TRACK_SCRIPT);
	const struct node *interfaces = resolve_child(node, KW_TRACK_INTERFACE);
	size_t n = (scripts ? resolve_count(scripts, KW_TRACKED_SCRIPT) : 0) +
		   (interfaces ? resolve_count(interfaces, KW_TRACKED_INTERFACE) : 0);

	if (!n)
		return;
	vrrp->tracks = arena_calloc(draft->conf->arena, n, sizeof(*vrrp->tracks));
	for (const struct node *line = scripts ? scripts->children : NULL; line; line = line->next)
		if (resolve_id(line) == KW_TRACKED_SCRIPT)
			defined_build(draft, line, CONF_TRACKER_SCRIPT, vrrp);
	for (const struct node *line = interfaces ? interfaces->children : NULL; line;
	     line = line->next)
		if (resolve_id(line) == KW_TRACKED_INTERFACE)
			interface_build(draft, line, vrrp);
}

/* The priority of the address owner never changes, so weights are reported as having no effect. */
static void owner_check(struct draft *draft, const struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->n_tracks; i++)
		if (vrrp->priority == CONF_PRIORITY_OWNER && vrrp->tracks[i].weight)
			report_warning(draft->report, &vrrp->tracks[i].place,
				       "vrrp_instance %s: the weight of %s %s has no effect: "
				       "priority 255 is the owner's, which no tracker changes",
				       vrrp->name, conf_tracker_name(vrrp->tracks[i].kind),
				       vrrp->tracks[i].name);
}

void build_trackers_settle(struct draft *draft)
{
	struct conf *conf = draft->conf;
	size_t n = 0;

	for (size_t i = 0; i < conf->n_vrrps; i++)
		owner_check(draft, &conf->vrrps[i]);
	for (size_t i = 0; i < conf->n_vrrp_scripts; i++) {
		const struct conf_vrrp_script *script = &conf->vrrp_scripts[i];

		if (definition_find(draft, CONF_TRACKER_SCRIPT, script->name)->is_used)
			conf->vrrp_scripts[n++] = *script;
		else if (!report_has_errors(draft->report)) /* after an error the line that
							       tracks it may be wrong */
			report_warning(draft->report, &script->place,
				       "vrrp_script %s is not run: no instance tracks it",
				       script->name);
	}
	conf->n_vrrp_scripts = n;
}
