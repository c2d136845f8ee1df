/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why VRRP instances and sync groups are as they are. */
#include "daemon/lvsctl/explain/lines.h"

#include <string.h>

static void explain_tracker(struct lines *lines, json_t *tracker)
{
	json_int_t effect = json_integer_value(json_object_get(tracker, "effect"));
	const char *text = json_text(tracker, "text");
	char since[SINCE_TEXT_MAX];

	if (!effect && !json_is_true(json_object_get(tracker, "fault")))
		return;
	since_format(lines, json_object_get(tracker, "since"), since);
	if (effect)
		line_add(lines, 2, "%s %s is %s%s%s%s: it %s %lld", json_text(tracker, "kind"),
			 json_text(tracker, "name"), json_text(tracker, "state"), since, *text ? ": " : "",
			 text, effect > 0 ? "adds" : "takes", (long long)(effect > 0 ? effect : -effect));
	else
		line_add(lines, 2, "%s %s is %s%s%s%s: it puts the instance into FAULT",
			 json_text(tracker, "kind"), json_text(tracker, "name"), json_text(tracker, "state"),
			 since, *text ? ": " : "", text);
}

static void explain_priority(struct lines *lines, json_t *item)
{
	json_t *effective = json_object_get(item, "effective_priority"), *tracker;
	json_int_t own = json_integer_value(json_object_get(item, "priority"));
	size_t i;

	if (json_is_integer(effective) && json_integer_value(effective) != own)
		line_add(lines, 1, "its priority is %lld now, and %lld in the file",
			 (long long)json_integer_value(effective), (long long)own);
	else
		line_add(lines, 1, "its priority is %lld", (long long)own);
	json_array_foreach(json_object_get(item, "trackers"), i, tracker) explain_tracker(lines, tracker);
	if (json_is_number(json_object_get(item, "trackers_held_for")))
		line_add(lines, 2, "the last change of its trackers counts in %.1f s (track_hold_time)",
			 json_number_value(json_object_get(item, "trackers_held_for")));
}

/* Why a backup is not the master. */
static void explain_backup(struct lines *lines, json_t *item)
{
	json_t *theirs = json_object_get(item, "master_priority"), *held = json_object_get(item, "held_for");
	json_int_t own = json_integer_value(json_object_get(item, "effective_priority"));
	json_int_t other = json_integer_value(theirs);
	const char *master = json_text(item, "master");

	if (!json_is_string(json_object_get(item, "master"))) {
		line_add(lines, 1, "no master is heard");
		if (json_is_number(json_object_get(item, "proof_wait")))
			line_add(lines, 2,
				 "it waits up to %.1f s more for proof that it can receive: no frame of "
				 "another machine has come on %s",
				 json_number_value(json_object_get(item, "proof_wait")),
				 json_text(item, "interface"));
		return;
	}
	if (!json_is_integer(theirs))
		line_add(lines, 1, "the master is %s", master);
	else if (other > own || json_is_true(json_object_get(item, "preempt")))
		line_add(lines, 1, "the master is %s, which has the %s priority %lld", master,
			 other > own   ? "higher"
			 : other < own ? "lower"
				       : "same",
			 (long long)other);
	else
		line_add(lines, 1, "the master is %s, with the priority %lld; nopreempt leaves it in its place",
			 master, (long long)other);
	if (json_is_number(held))
		line_add(lines, 2, "it does not preempt for %.1f s more", json_number_value(held));
}

/* The instances of its group that keep it from being master. */
static void explain_fellows(struct lines *lines, json_t *status, json_t *item)
{
	json_t *other, *group = json_object_get(item, "sync_group");
	size_t i;

	if (!json_is_string(group))
		return;
	line_add(lines, 1, "it moves with its sync group %s", json_string_value(group));
	if (json_is_true(json_object_get(item, "joining")))
		line_add(lines, 2, "it follows the group and does not count yet");
	json_array_foreach(json_object_get(status, "vrrp"), i, other)
	{
		if (other != item && !strcmp(json_text(other, "sync_group"), json_string_value(group)) &&
		    json_is_string(json_object_get(other, "fault")))
			line_add(lines, 2, "%s is in FAULT: %s", json_text(other, "name"),
				 json_text(other, "fault"));
	}
}

void explain_instance(struct lines *lines, json_t *status, json_t *item)
{
	json_t *order = json_object_get(item, "order"), *mismatch = json_object_get(item, "mismatch");
	json_t *cause = json_object_get(item, "cause");
	char since[SINCE_TEXT_MAX];

	line_add(lines, 0, "VRRP instance %s: %s%s", json_text(item, "name"), json_text(item, "state"),
		 since_format(lines, json_object_get(item, "since"), since));
	if (json_is_string(json_object_get(status, "vrrp_gone")))
		line_add(lines, 1, "no vrrp process has been at work since %s: this is what it said last",
			 json_text(status, "vrrp_gone"));
	if (json_is_string(json_object_get(item, "fault")))
		line_add(lines, 1, "FAULT: %s", json_text(item, "fault"));
	else if (json_is_string(cause))
		line_add(lines, 1, "%s", json_string_value(cause));
	if (json_is_state(item, "BACKUP"))
		explain_backup(lines, item);
	explain_priority(lines, item);
	if (json_is_object(order))
		line_add(lines, 1, "%s by an operator%s: `lvsctl vrrp resume %s` ends that",
			 !strcmp(json_text(order, "kind"), "release") ? "released" : "kept from preempting",
			 since_format(lines, json_object_get(order, "since"), since), json_text(item, "name"));
	explain_fellows(lines, status, item);
	if (json_is_object(mismatch))
		line_add(lines, 1, "%s does not fit: %s", json_text(mismatch, "peer"),
			 json_text(mismatch, "text"));
}

void explain_group(struct lines *lines, json_t *status, json_t *group)
{
	json_t *name, *item;
	size_t i, j;

	line_add(lines, 0, "sync group %s: %s", json_text(group, "name"), json_text(group, "state"));
	json_array_foreach(json_object_get(group, "instances"), i, name)
	{
		json_array_foreach(json_object_get(status, "vrrp"), j, item)
		{
			if (!strcmp(json_text(item, "name"), json_string_value(name)))
				explain_instance(lines, status, item);
		}
	}
}
