/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/track.h"

#include <stdio.h>
#include <string.h>

#define PRIORITY_MIN 1
#define PRIORITY_MAX (CONF_PRIORITY_OWNER - 1)

static int source_order(const struct vrrp_source *source, enum conf_tracker kind, const char *name)
{
	if (source->kind != kind)
		return source->kind < kind ? -1 : 1;
	return strcmp(source->name, name);
}

/* The index of the source, or the index at which to insert it. */
static size_t source_place(const struct vrrp_sources *sources, enum conf_tracker kind, const char *name)
{
	size_t low = 0, high = sources->list.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (source_order(&sources->list.items[middle], kind, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct vrrp_source *vrrp_sources_find(const struct vrrp_sources *sources,
					    enum conf_tracker kind, const char *name)
{
	size_t at = source_place(sources, kind, name);

	return at < sources->list.n && !source_order(&sources->list.items[at], kind, name)
		   ? &sources->list.items[at]
		   : NULL;
}

void vrrp_sources_set(struct vrrp_sources *sources, const struct vrrp_source *source)
{
	size_t at = source_place(sources, source->kind, source->name);

	if (at == sources->list.n ||
	    source_order(&sources->list.items[at], source->kind, source->name)) {
		*(struct vrrp_source *)vec_push(&sources->list) = (struct vrrp_source){0};
		memmove(&sources->list.items[at + 1], &sources->list.items[at],
			(sources->list.n - 1 - at) * sizeof(*sources->list.items));
	}
	sources->list.items[at] = *source;
}

void vrrp_sources_free(struct vrrp_sources *sources)
{
	vec_free(&sources->list);
}

/* The rule of keepalived's track_file. */
static struct vrrp_effect number_effect(const struct conf_track *track, int32_t number)
{
	int64_t weight = track->is_reverse ? -track->weight : track->weight;
	int64_t product = number * weight;

	if (!track->weight)
		return (struct vrrp_effect){.is_fault = (number != 0) != track->is_reverse};
	if (product <= VRRP_TRACK_PRODUCT_FAULT)
		return (struct vrrp_effect){.is_fault = true};
	return (struct vrrp_effect){
	    .weight = (int32_t)(product > VRRP_TRACK_PRODUCT_MAX ? VRRP_TRACK_PRODUCT_MAX : product)};
}

struct vrrp_effect vrrp_track_effect(const struct conf_track *track,
				     const struct vrrp_source *source)
{
	enum vrrp_source_state state = source ? source->state : VRRP_SOURCE_UNKNOWN;
	int32_t weight = track->is_reverse ? -track->weight : track->weight;

	if (state == VRRP_SOURCE_UNKNOWN)
		return (struct vrrp_effect){0};
	if (state == VRRP_SOURCE_NUMBER)
		return number_effect(track, source->number);
	if (!track->weight)
		return (struct vrrp_effect){
		    .is_fault = state == (track->is_reverse ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN)};
	return (struct vrrp_effect){
	    .weight = state == (track->weight > 0 ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN) ? weight : 0};
}

struct vrrp_tracked vrrp_track_sum(const struct conf_vrrp *conf,
				   const struct vrrp_sources *sources)
{
	struct vrrp_tracked tracked = {.priority = conf->priority};
	int64_t sum = conf->priority;

	for (size_t i = 0; i < conf->n_tracks; i++) {
		const struct conf_track *track = &conf->tracks[i];
		struct vrrp_effect effect = vrrp_track_effect(
		    track, vrrp_sources_find(sources, track->kind, track->name));

		sum += effect.weight;
		if (effect.is_fault && !tracked.fault)
			tracked.fault = track;
	}
	if (conf->priority != CONF_PRIORITY_OWNER)
		tracked.priority = (uint8_t)(sum < PRIORITY_MIN   ? PRIORITY_MIN
					     : sum > PRIORITY_MAX ? PRIORITY_MAX
								  : sum);
	return tracked;
}

const struct conf_track *vrrp_track_find(const struct conf_vrrp *conf, enum conf_tracker kind,
					 const char *name)
{
	for (size_t i = 0; i < conf->n_tracks; i++)
		if (conf->tracks[i].kind == kind && !strcmp(conf->tracks[i].name, name))
			return &conf->tracks[i];
	return NULL;
}

const char *vrrp_track_text(const struct conf_track *track, const struct vrrp_source *source,
			    char text[static VRRP_TRACK_TEXT_MAX])
{
	enum vrrp_source_state state = source ? source->state : VRRP_SOURCE_UNKNOWN;
	static const char *const what[] = {[VRRP_SOURCE_UNKNOWN] = "has no verdict yet",
					   [VRRP_SOURCE_UP] = "is up",
					   [VRRP_SOURCE_DOWN] = "is down",
					   [VRRP_SOURCE_NUMBER] = "says "};
	bool has_text = source && source->text[0] && state != VRRP_SOURCE_UP;
	char number[16] = "";

	if (state == VRRP_SOURCE_NUMBER)
		snprintf(number, sizeof(number), "%d", source->number);
	snprintf(text, VRRP_TRACK_TEXT_MAX, "%s %s %s%s%s%s%s", conf_tracker_name(track->kind),
		 conf_track_label(track), what[state], number, has_text ? " (" : "", has_text ? source->text : "",
		 has_text ? ")" : "");
	return text;
}

const char *vrrp_source_state_name(enum vrrp_source_state state)
{
	static const char *const names[] = {[VRRP_SOURCE_UNKNOWN] = "unknown",
					    [VRRP_SOURCE_UP] = "up",
					    [VRRP_SOURCE_DOWN] = "down",
					    [VRRP_SOURCE_NUMBER] = "number"};

	return names[state];
}
