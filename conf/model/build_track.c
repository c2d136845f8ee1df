/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds trackers: their definitions, and those of each instance. */
#include "base/vec.h"
#include "conf/model/route/build_route.h"
#include "conf/schema/tracker.h"

#include <stdlib.h>

#define INTERVAL_BARE_US UINT64_C(1000000)
/* The longest run that the script process accepts. */
#define TIMEOUT_MAX_US (UINT64_C(86400) * 1000000)

/* --- definitions --- */

void build_weight_take(const struct node *weight, int32_t *ret_weight, bool *ret_is_reverse)
{
	if (!weight)
		return;
	*ret_weight = (int32_t)weight->value.number;
	if (resolve_child(weight, KW_TRACK_REVERSE))
		*ret_is_reverse = true;
	if (resolve_child(weight, KW_TRACK_NOREVERSE))
		*ret_is_reverse = false;
}

static int definition_cmp(const void *left, const void *right)
{
	const struct build_tracker *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* As definition_cmp(); of those with one name, the first one of the file comes first. */
static int order_cmp(const void *left, const void *right)
{
	const struct build_tracker *a = left, *b = right;
	int order = definition_cmp(a, b);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

struct build_tracker *build_tracker_find(const struct draft *draft, enum conf_tracker kind,
					 const char *name)
{
	const struct build_tracker key = {.kind = kind, .name = name};

	return draft->n_trackers ? bsearch(&key, draft->trackers, draft->n_trackers, sizeof(key),
					   definition_cmp)
				 : NULL;
}

static bool script_settle(struct draft *draft, const struct node *node, void *definition)
{
	struct conf_vrrp_script *script = definition;
	const struct node *user = resolve_child(node, KW_TRACKER_USER);

	if (!script->script)
		return false; /* reported before */
	if (user)
		build_script_user(draft, user, 1, script->script);
	if (!script->interval_us) {
		script->interval_us = INTERVAL_BARE_US;
		report_warning(draft->report, build_place(node, KW_TRACKER_INTERVAL),
			       "vrrp_script %s: interval 0 is taken for 1 s, as keepalived does",
			       script->name);
	}
	if (!script->timeout_us)
		script->timeout_us = script->interval_us < TIMEOUT_MAX_US ? script->interval_us
									  : TIMEOUT_MAX_US;
	return true;
}

static bool file_settle(struct draft *draft, const struct node *node, void *definition)
{
	const struct node *init = resolve_child(node, KW_TRACK_FILE_INIT);
	const struct node *number = init ? resolve_child(init, KW_INIT_FILE_NUMBER) : NULL;
	struct conf_track_file *file = definition;

	if (!file->path[0])
		return false;
	if (file->path[0] != '/')
		file->path = arena_printf(draft->conf->arena, "/%s", file->path);
	file->is_made = init != NULL;
	file->number = number ? (int32_t)number->value.number : 0;
	file->is_overwritten = init && resolve_child(init, KW_INIT_FILE_OVERWRITE);
	return true;
}

static enum conf_param_match match_of(const struct node *node, const struct conf_track_process *process)
{
	const struct node *match = resolve_child(node, KW_PROCESS_PARAM_MATCH);

	if (!match)
		return process->argc > 1 ? CONF_PARAM_EXACT : CONF_PARAM_ANY;
	if (match->n_words < 2)
		return CONF_PARAM_EXACT;
	return !strcmp(match->value.choice.name, "initial") ? CONF_PARAM_INITIAL : CONF_PARAM_PARTIAL;
}

static bool process_settle(struct draft *draft, const struct node *node, void *definition)
{
	const struct node *command = resolve_child(node, KW_PROCESS_COMMAND);
	const struct node *most = resolve_child(node, KW_PROCESS_QUORUM_MAX);
	const struct node *delay = resolve_child(node, KW_PROCESS_DELAY);
	struct conf_track_process *process = definition;
	const char **argv;

	if (!command)
		return false;
	process->argc = command->n_words - 1;
	argv = arena_calloc(draft->conf->arena, process->argc, sizeof(*argv));
	for (size_t i = 0; i < process->argc; i++)
		argv[i] = arena_strdup(draft->conf->arena, command->words[i + 1].text);
	process->argv = argv;
	process->match = match_of(node, process);
	process->quorum_max = most ? (uint32_t)most->value.number : CONF_QUORUM_MAX_NONE;
	if (!process->quorum_max)
		process->quorum = 0;
	if (delay && !process->fork_delay_us)
		process->fork_delay_us = (uint64_t)delay->value.number;
	if (delay && !process->terminate_delay_us)
		process->terminate_delay_us = (uint64_t)delay->value.number;
	if (process->quorum <= process->quorum_max)
		return true;
	report_ignored(draft->report, parse_place(most),
		       "vrrp_track_process %s: quorum_max %u is less than quorum %u: it can never be up",
		       process->name, process->quorum_max, process->quorum);
	return false;
}

/* Fills definition. Returns false if the definition is wrong, so that nothing can track it. */
static bool definition_build(struct draft *draft, const struct node *node, enum conf_tracker kind,
			     void *definition)
{
	static bool (*const settle[CONF_TRACKERS])(struct draft *, const struct node *, void *) = {
	    [CONF_TRACKER_SCRIPT] = script_settle,
	    [CONF_TRACKER_FILE] = file_settle,
	    [CONF_TRACKER_PROCESS] = process_settle,
	};
	const struct tracker_kind *facts = tracker_kind(kind);

	memcpy(definition, draft->templates.trackers[kind], facts->size);
	*(const char **)definition = arena_strdup(draft->conf->arena, node->value.text);
	*(struct conf_place *)((char *)definition + facts->place_at) = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next)
		build_field(draft, child, facts->object, definition);
	return settle[kind](draft, node, definition);
}

/* Of the n definitions in list, which are those of the last n trackers of draft, keeps the first one
 * of each name, as keepalived does. check_names() reports the others. Returns how many are kept. */
static size_t copies_drop(struct draft *draft, char *list, size_t n, size_t size)
{
	struct build_tracker *trackers = draft->trackers + draft->n_trackers - n;
	bool *is_copy = mem_calloc(n, sizeof(*is_copy));
	size_t n_names = 0, n_kept = 0;

	qsort(trackers, n, sizeof(*trackers), order_cmp);
	for (size_t i = 0; i < n; i++)
		if (n_names && !definition_cmp(&trackers[i], &trackers[n_names - 1]))
			is_copy[trackers[i].order] = true;
		else
			trackers[n_names++] = trackers[i];
	for (size_t i = 0; i < n; i++)
		if (!is_copy[i])
			memmove(list + n_kept++ * size, list + i * size, size);
	draft->n_trackers -= n - n_kept;
	free(is_copy);
	return n_kept;
}

static void definitions_build(struct draft *draft, const struct node *root, enum conf_tracker kind)
{
	const struct tracker_kind *facts = tracker_kind(kind);
	char *list = arena_calloc(draft->conf->arena, resolve_count(root, facts->definition), facts->size);
	size_t n = 0;

	for (const struct node *node = root->children; node; node = node->next) {
		struct build_tracker *tracker = &draft->trackers[draft->n_trackers];
		void *definition = list + n * facts->size;

		if (resolve_id(node) != facts->definition ||
		    !definition_build(draft, node, kind, definition))
			continue;
		*tracker = (struct build_tracker){.kind = kind,
						  .name = tracker_definition_name(definition),
						  .order = n};
		tracker->weight = (int32_t)build_default(draft, facts->weight_in).number;
		build_weight_take(resolve_child(node, facts->weight_in), &tracker->weight,
			    &tracker->is_reverse);
		draft->n_trackers++;
		n++;
	}
	if (n)
		n = copies_drop(draft, list, n, facts->size);
	tracker_definitions_set(draft->conf, facts, list, n);
}

void build_trackers(struct draft *draft, const struct node *root)
{
	size_t n = 0;

	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++)
		if (tracker_kind(kind)->definition)
			n += resolve_count(root, tracker_kind(kind)->definition);
	draft->trackers = mem_calloc(n, sizeof(*draft->trackers));
	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++)
		if (tracker_kind(kind)->definition)
			definitions_build(draft, root, kind);
}

/* --- uses --- */

static bool is_tracked(const struct conf_vrrp *vrrp, enum conf_tracker kind, const char *name)
{
	for (size_t i = 0; i < vrrp->n_tracks; i++)
		if (vrrp->tracks[i].kind == kind && !strcmp(vrrp->tracks[i].name, name))
			return true;
	return false;
}

/* Has the instance room for a further tracker, and not this one already? Otherwise reports that.
 * object is the statement of vrrp. */
static bool can_track(struct draft *draft, const struct node *object, const struct node *line,
		      enum conf_tracker kind, const char *name, const struct conf_vrrp *vrrp)
{
	if (is_tracked(vrrp, kind, name)) {
		report_warning(draft->report, parse_place(line),
			       "%s %s: %s %s is tracked already: this line has no effect",
			       object->keyword->name, vrrp->name, conf_tracker_name(kind),
			       conf_track_label(&(struct conf_track){.kind = kind, .name = name}));
		return false;
	}
	if (vrrp->n_tracks == CONF_TRACKS_MAX)
		report_ignored(draft->report, parse_place(line),
			       "%s %s: an instance or group tracks at most %d objects",
			       object->keyword->name, vrrp->name, CONF_TRACKS_MAX);
	return vrrp->n_tracks < CONF_TRACKS_MAX;
}

/* Replaces the values of the definition by those on the line of the instance. */
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

/* Builds a tracker that has a definition. check_names() reports a tracker that is not defined. */
static void defined_build(struct draft *draft, const struct node *object, const struct node *line,
			  enum conf_tracker kind, struct conf_vrrp *vrrp)
{
	struct build_tracker *tracker = build_tracker_find(draft, kind, line->value.text);
	struct conf_track *track = &vrrp->tracks[vrrp->n_tracks];

	if (!tracker || !can_track(draft, object, line, kind, tracker->name, vrrp))
		return;
	*track = (struct conf_track){.kind = kind,
				     .name = tracker->name,
				     .weight = tracker->weight,
				     .is_reverse = tracker->is_reverse,
				     .place = *parse_place(line)};
	options_take(line, track);
	vrrp->n_tracks++;
}

/* The name of a tracked network: "192.0.2.0/24"; of `default`: "0.0.0.0/0". NULL: no route can have
 * this destination, which is reported. */
static const char *network_name(struct draft *draft, const struct node *line)
{
	struct addr addr = line->value.addr;
	unsigned len = line->value.network.len;
	char text[ADDR_TEXT_MAX];

	if (line->value.tag != VALUE_NETWORK) {
		bool is_ip6 = !strcmp(line->value.text, "default6");

		addr = (struct addr){.family = is_ip6 ? AF_INET6 : AF_INET};
		len = 0;
	} else if (!build_network_check(draft, line, true)) {
		return NULL;
	}
	return arena_printf(draft->conf->arena, "%s/%u", addr_format(&addr, text), len);
}

/* Builds a tracker without a definition, from its line alone. */
static void plain_build(struct draft *draft, const struct node *object, const struct node *line,
			enum conf_tracker kind, struct conf_vrrp *vrrp)
{
	struct conf_track *track = &vrrp->tracks[vrrp->n_tracks];
	const char *name = kind == CONF_TRACKER_ROUTE
			       ? network_name(draft, line)
			       : arena_strdup(draft->conf->arena, line->value.text);

	if (!name || !can_track(draft, object, line, kind, name, vrrp))
		return;
	*track = (struct conf_track){.kind = kind,
				     .name = name,
				     .weight = tracker_kind(kind)->weight,
				     .place = *parse_place(line)};
	options_take(line, track);
	vrrp->n_tracks++;
}

static bool service_has_key(const struct conf *conf, const struct svckey *key)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		if (!svckey_cmp(&conf->virtual_servers[i].key, key))
			return true;
	return false;
}

/*
 * Replaces the name of the tracked service by the text of its key, as used everywhere else. Returns
 * false if there is no such service, and reports that for owner: "vrrp_instance VI_1".
 */
static bool service_settle(struct draft *draft, const char *owner, struct conf_track *track)
{
	char text[SVCKEY_TEXT_MAX];
	struct svckey key;

	if (svckey_parse(track->name, &key) < 0) {
		if (!track->is_of_group)
			report_ignored(draft->report, &track->place,
				       "%s: %s is not the key of a virtual_server: write it like "
				       "tcp:192.0.2.1:80, fwm4:7 or tcp:group:NAME",
				       owner, track->name);
		return false;
	}
	track->name = arena_strdup(draft->conf->arena, svckey_format(&key, text));
	if (service_has_key(draft->conf, &key))
		return true;
	if (!track->is_of_group)
		report_ignored(draft->report, &track->place, "%s: there is no virtual_server %s",
			       owner, track->name);
	return false;
}

/* Finds the services that are tracked. Call it when the services are built, which is after the
 * instances and groups. */
static void services_settle(struct draft *draft, const char *keyword, const char *name,
			    struct conf_track *tracks, size_t *n_tracks)
{
	const char *owner = arena_printf(draft->conf->arena, "%s %s", keyword, name);
	size_t n = 0;

	for (size_t i = 0; i < *n_tracks; i++)
		if (tracks[i].kind != CONF_TRACKER_VIRTUAL_SERVER ||
		    service_settle(draft, owner, &tracks[i]))
			tracks[n++] = tracks[i];
	*n_tracks = n;
}

/* The instance's own interface is left out, as in keepalived: the loss of that interface is a fault in any
 * case, or in none with dont_track_primary. A line without a weight asks for what happens anyway. */
static void own_interface_check(struct draft *draft, const struct node *object, const struct node *line,
				const struct conf_vrrp *vrrp)
{
	bool is_untracked = resolve_child(object, KW_DONT_TRACK_PRIMARY) != NULL;
	struct conf_track track = {.weight = tracker_kind(CONF_TRACKER_INTERFACE)->weight};

	options_take(line, &track);
	if (!track.weight && !track.is_reverse && !is_untracked)
		return;
	report_warning(draft->report, parse_place(line),
		       "%s %s: this line has no effect: %s is the instance's own interface, %s",
		       object->keyword->name, vrrp->name, vrrp->interface,
		       is_untracked ? "which dont_track_primary leaves out"
				    : "whose loss is FAULT in any case; a weight needs another interface");
}

static void track_build(struct draft *draft, const struct node *object, const struct node *line,
			enum conf_tracker kind, struct conf_vrrp *vrrp)
{
	if (kind == CONF_TRACKER_INTERFACE && !strcmp(line->value.text, vrrp->interface)) {
		own_interface_check(draft, object, line, vrrp);
		return;
	}
	(tracker_kind(kind)->definition ? defined_build : plain_build)(draft, object, line, kind,
								       vrrp);
}

void build_tracks(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	size_t n = 0;

	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++) {
		const struct node *list = resolve_child(node, tracker_kind(kind)->list);

		n += list ? resolve_count(list, tracker_kind(kind)->line) : 0;
	}
	vrrp->tracks = arena_calloc(draft->conf->arena, n, sizeof(*vrrp->tracks));
	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++) {
		const struct node *list = resolve_child(node, tracker_kind(kind)->list);

		for (const struct node *line = list ? list->children : NULL; line;
		     line = line->next)
			if (resolve_id(line) == tracker_kind(kind)->line)
				track_build(draft, node, line, kind, vrrp);
	}
}

/* --- sync groups --- */

void build_group_tracks(struct draft *draft, const struct node *node,
			struct conf_sync_group *group)
{
	struct conf_vrrp tracks = {.name = group->name, .interface = ""};

	build_tracks(draft, node, &tracks);
	group->tracks = tracks.tracks;
	group->n_tracks = tracks.n_tracks;
}

static const struct conf_track *group_track(const struct conf_sync_group *group,
					    const struct conf_track *track)
{
	for (size_t i = 0; i < group->n_tracks; i++)
		if (group->tracks[i].kind == track->kind &&
		    !strcmp(group->tracks[i].name, track->name))
			return &group->tracks[i];
	return NULL;
}

static void ineffective_note(const struct draft *draft, const struct conf_track *track)
{
	struct build_tracker *tracker = build_tracker_find(draft, track->kind, track->name);

	if (tracker)
		tracker->is_ineffective = true;
}

/* Does a tracker of a member count in its sync group? As in keepalived, a weight would move the
 * priority of one member alone; so it counts only if the group allows that. If the group has a line
 * for the same object, the weight of the group's line counts. */
static bool counts_in_group(struct draft *draft, const struct conf_sync_group *group,
			    const struct conf_vrrp *vrrp, const struct conf_track *track)
{
	const char *kind = conf_tracker_name(track->kind);

	if (!track->weight)
		return true;
	if (group_track(group, track)) {
		report_warning(draft->report, &track->place,
			       "vrrp_instance %s: the weight of %s %s in vrrp_sync_group %s counts, "
			       "not this one",
			       vrrp->name, kind, conf_track_label(track), group->name);
		return false;
	}
	if (!group->has_weights) {
		ineffective_note(draft, track);
		report_warning(draft->report, &track->place,
			       "vrrp_instance %s: %s %s has no effect: an instance of a sync group "
			       "has trackers with weights only if vrrp_sync_group %s has "
			       "sync_group_tracking_weight, or tracks it itself",
			       vrrp->name, kind, conf_track_label(track), group->name);
	}
	return group->has_weights;
}

void build_track_add(struct draft *draft, const struct conf_track *track, struct conf_vrrp *vrrp)
{
	struct conf_track *tracks;

	if (is_tracked(vrrp, track->kind, track->name))
		return;
	if (vrrp->n_tracks == CONF_TRACKS_MAX) {
		report_ignored(draft->report, &track->place,
			       "vrrp_instance %s: with those of its groups an instance tracks at "
			       "most %d objects",
			       vrrp->name, CONF_TRACKS_MAX);
		return;
	}
	tracks = arena_calloc(draft->conf->arena, vrrp->n_tracks + 1, sizeof(*tracks));
	if (vrrp->n_tracks)
		memcpy(tracks, vrrp->tracks, vrrp->n_tracks * sizeof(*tracks));
	tracks[vrrp->n_tracks++] = *track;
	vrrp->tracks = tracks;
}

void build_tracks_join(struct draft *draft, const struct conf_sync_group *group,
		       struct conf_vrrp *vrrp)
{
	size_t max = vrrp->n_tracks + group->n_tracks, n = 0;
	struct conf_track *tracks = arena_calloc(draft->conf->arena, max, sizeof(*tracks));

	for (size_t i = 0; i < vrrp->n_tracks; i++)
		if (counts_in_group(draft, group, vrrp, &vrrp->tracks[i]))
			tracks[n++] = vrrp->tracks[i];
	vrrp->tracks = tracks;
	vrrp->n_tracks = n;
	for (size_t i = 0; i < group->n_tracks; i++) {
		const struct conf_track *track = &group->tracks[i];
		bool is_own = track->kind == CONF_TRACKER_INTERFACE &&
			      !strcmp(track->name, vrrp->interface);

		if (is_own || is_tracked(vrrp, track->kind, track->name))
			continue;
		if (vrrp->n_tracks == CONF_TRACKS_MAX) {
			report_ignored(draft->report, &track->place,
				       "vrrp_instance %s: with those of its group an instance tracks "
				       "at most %d objects",
				       vrrp->name, CONF_TRACKS_MAX);
			return;
		}
		tracks[vrrp->n_tracks] = *track;
		tracks[vrrp->n_tracks++].is_of_group = true;
	}
}

/* Warns that weights have no effect on an owner, whose priority is always 255. */
static void owner_check(struct draft *draft, const struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->n_tracks; i++)
		if (vrrp->priority == CONF_PRIORITY_OWNER && vrrp->tracks[i].weight)
			report_warning(draft->report, &vrrp->tracks[i].place,
				       "vrrp_instance %s: the weight of %s %s has no effect: "
				       "priority 255 is the owner's, which no tracker changes",
				       vrrp->name, conf_tracker_name(vrrp->tracks[i].kind),
				       conf_track_label(&vrrp->tracks[i]));
}

/* --- when all is built --- */

/* Notes which definitions the instance tracks. In a sync group these may be fewer than the lines of
 * the instance name. */
static void note_used(const struct draft *draft, const struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < vrrp->n_tracks; i++) {
		const struct conf_track *track = &vrrp->tracks[i];
		struct build_tracker *tracker = build_tracker_find(draft, track->kind, track->name);

		if (tracker)
			tracker->is_used = true;
	}
}

/* Leaves out the definitions of a kind that nobody tracks. */
static void definitions_settle(struct draft *draft, enum conf_tracker kind)
{
	const struct tracker_kind *facts = tracker_kind(kind);
	size_t n_all, n = 0;
	char *list = tracker_definitions(draft->conf, facts, &n_all);

	for (size_t i = 0; i < n_all; i++) {
		const char *item = list + i * facts->size;
		const char *name = tracker_definition_name(item);
		const struct build_tracker *tracker = build_tracker_find(draft, kind, name);

		if (tracker->is_used)
			memmove(list + n++ * facts->size, item, facts->size);
		/* After an error, the line that tracks it may be the wrong one. */
		else if (!report_has_errors(draft->report))
			report_warning(draft->report,
				       (const struct conf_place *)(item + facts->place_at),
				       "%s %s is %s: %s", lookup_row(draft->lookup, facts->definition)->name,
				       name, facts->idle,
				       tracker->is_ineffective
					   ? "the lines that track it have no effect in their sync groups"
				       : kind == CONF_TRACKER_FILE
					   ? "no instance and no FILE_CHECK tracks it"
					   : "no instance tracks it");
	}
	tracker_definitions_set(draft->conf, facts, list, n);
}

void build_trackers_settle(struct draft *draft)
{
	for (size_t i = 0; i < draft->conf->n_vrrps; i++) {
		owner_check(draft, &draft->conf->vrrps[i]);
		note_used(draft, &draft->conf->vrrps[i]);
		services_settle(draft, "vrrp_instance", draft->conf->vrrps[i].name,
				draft->conf->vrrps[i].tracks, &draft->conf->vrrps[i].n_tracks);
	}
	for (size_t i = 0; i < draft->conf->n_sync_groups; i++)
		services_settle(draft, "vrrp_sync_group", draft->conf->sync_groups[i].name,
				draft->conf->sync_groups[i].tracks,
				&draft->conf->sync_groups[i].n_tracks);
	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++)
		if (tracker_kind(kind)->definition)
			definitions_settle(draft, kind);
}
