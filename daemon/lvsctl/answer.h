/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads members of the director's answers, for the texts that lvsctl prints of them. */
#ifndef LVSD_DAEMON_LVSCTL_ANSWER_H
#define LVSD_DAEMON_LVSCTL_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

/* The text of a member; "-" when object has no member of this name, or it is no text. */
static inline const char *json_text(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "-";
}

/* The number of a member; 0 when object has no member of this name, or it is no integer. */
static inline long long json_number(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* Is the member "state" of object this text? */
static inline bool json_is_state(json_t *object, const char *state)
{
	return !strcmp(json_text(object, "state"), state);
}

#endif
