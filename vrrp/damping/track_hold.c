/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/damping/track_hold.h"

void vrrp_track_hold_free(struct vrrp_track_hold *hold)
{
	vrrp_sources_free(&hold->counted);
	*hold = (struct vrrp_track_hold){0};
}

static int64_t time_ns(const struct conf_vrrp *conf)
{
	return (int64_t)conf->track_hold_us * NS_PER_US;
}

/* Takes the present state of each tracker; with is_new_only, only where no state counts yet. A source
 * that is not tracked any more is dropped. */
static void counted_take(struct vrrp_track_hold *hold, const struct conf_vrrp *conf,
			 const struct vrrp_sources *present, bool is_new_only)
{
	struct vrrp_sources counted = {0};

	for (size_t i = 0; i < conf->n_tracks; i++) {
		const struct conf_track *track = &conf->tracks[i];
		const struct vrrp_source *old =
		    vrrp_sources_find(&hold->counted, track->kind, track->name);
		const struct vrrp_source *now = vrrp_sources_find(present, track->kind, track->name);
		bool keeps_old = is_new_only && old && old->state != VRRP_SOURCE_UNKNOWN;

		if (keeps_old || now)
			vrrp_sources_set(&counted, keeps_old ? old : now);
	}
	vrrp_sources_free(&hold->counted);
	hold->counted = counted;
}

void vrrp_track_hold_skip(struct vrrp_track_hold *hold, const struct conf_vrrp *conf,
			  const struct vrrp_sources *present)
{
	hold->is_waiting = false;
	if (conf->track_hold_us)
		counted_take(hold, conf, present, false);
}

void vrrp_track_hold_set(struct vrrp_track_hold *hold, const struct conf_vrrp *conf,
			 const struct vrrp_sources *present, struct mono now)
{
	if (!conf->track_hold_us) {
		vrrp_track_hold_free(hold);
		return;
	}
	counted_take(hold, conf, present, true);
	hold->due = mono_min(hold->due, mono_add_ns(now, time_ns(conf)));
}

/* Is what `now` asks for worse for the instance than what counts? */
static bool is_loss(const struct vrrp_tracked *now, const struct vrrp_tracked *counted)
{
	if (!now->fault != !counted->fault)
		return now->fault != NULL;
	return now->priority < counted->priority;
}

static bool is_same_effect(const struct vrrp_tracked *a, const struct vrrp_tracked *b)
{
	return !a->fault == !b->fault && a->priority == b->priority;
}

enum vrrp_track_hold_news vrrp_track_hold_take(struct vrrp_track_hold *hold,
					       const struct conf_vrrp *conf,
					       const struct vrrp_sources *present, struct mono now)
{
	struct vrrp_tracked wanted = vrrp_track_sum(conf, present), counted;
	bool was_waiting = hold->is_waiting;

	if (!conf->track_hold_us)
		return VRRP_TRACK_HOLD_COUNTS;
	counted_take(hold, conf, present, true); /* the first state of a tracker */
	counted = vrrp_track_sum(conf, &hold->counted);
	if (is_same_effect(&wanted, &counted)) {
		vrrp_track_hold_skip(hold, conf, present);
		return was_waiting ? VRRP_TRACK_HOLD_ENDS : VRRP_TRACK_HOLD_COUNTS;
	}
	if ((conf->is_hold_asymmetric && is_loss(&wanted, &counted)) ||
	    (was_waiting && mono_reached(now, hold->due))) {
		vrrp_track_hold_skip(hold, conf, present);
		return VRRP_TRACK_HOLD_COUNTS;
	}
	if (was_waiting)
		return VRRP_TRACK_HOLD_GOES_ON;
	hold->is_waiting = true;
	hold->due = mono_add_ns(now, time_ns(conf));
	return VRRP_TRACK_HOLD_BEGINS;
}

const struct vrrp_sources *vrrp_track_hold_sources(const struct vrrp_track_hold *hold,
						   const struct conf_vrrp *conf,
						   const struct vrrp_sources *present)
{
	return conf->track_hold_us ? &hold->counted : present;
}

const struct conf_track *vrrp_track_hold_changed(const struct vrrp_track_hold *hold,
						 const struct conf_vrrp *conf,
						 const struct vrrp_sources *present)
{
	for (size_t i = 0; i < conf->n_tracks; i++) {
		const struct conf_track *track = &conf->tracks[i];
		struct vrrp_effect wanted = vrrp_track_effect(
		    track, vrrp_sources_find(present, track->kind, track->name));
		struct vrrp_effect counts = vrrp_track_effect(
		    track, vrrp_sources_find(&hold->counted, track->kind, track->name));

		if (wanted.is_fault != counts.is_fault || wanted.weight != counts.weight)
			return track;
	}
	return NULL;
}

struct mono vrrp_track_hold_wake(const struct vrrp_track_hold *hold)
{
	return hold->is_waiting ? hold->due : MONO_NEVER;
}
