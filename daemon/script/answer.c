/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/answer.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static int state_read(const json_t *value, struct agent_words *said, struct err *err)
{
	const char *text = json_string_value(value);
	struct agent_words words = {0};
	int r;

	if (!text || !text[0] || text[strspn(text, "abcdefghijklmnopqrstuvwxyz ,")])
		return err_set(err, -EINVAL,
			       "state must be words in quotes: up, down, fail, stopped, ready, drain, "
			       "maint");
	r = agent_read(text, &words, err);
	agent_hear(said, &words);
	return r;
}

static int weight_take(const json_t *value, struct agent_words *said, struct err *err)
{
	const char *text = json_string_value(value);
	struct agent_words share = {0};

	if (json_is_integer(value) && json_integer_value(value) >= 0 &&
	    json_integer_value(value) <= AGENT_WEIGHT_MAX) {
		said->weighs = AGENT_WEIGHT;
		said->weight = (uint16_t)json_integer_value(value);
		return 0;
	}
	if (text && !text[strspn(text, "0123456789%")] && agent_read(text, &share, NULL) == 0 &&
	    share.weighs == AGENT_PERCENT) {
		agent_hear(said, &share);
		return 0;
	}
	return err_set(err, -EINVAL, "weight must be a number from 0 to %d, or a text such as \"50%%\"",
		       AGENT_WEIGHT_MAX);
}

static int reason_take(const json_t *value, char reason[static SCRIPT_LINE_MAX], struct err *err)
{
	const char *text = json_string_value(value);
	size_t n = 0;

	if (!text)
		return err_set(err, -EINVAL, "reason must be a text in quotes");
	for (; n < SCRIPT_LINE_MAX - 1 && text[n]; n++)
		reason[n] = script_line_printable((uint8_t)text[n]);
	reason[n] = '\0';
	return 0;
}

static int member_take(const char *key, const json_t *value, struct agent_words *said,
		       char reason[static SCRIPT_LINE_MAX], struct err *err)
{
	if (!strcmp(key, "state"))
		return state_read(value, said, err);
	if (!strcmp(key, "weight"))
		return weight_take(value, said, err);
	if (!strcmp(key, "reason"))
		return reason_take(value, reason, err);
	return err_set(err, -EINVAL, "'%.40s' is none of state, weight and reason", key);
}

static int object_read(json_t *object, struct agent_words *said,
		       char reason[static SCRIPT_LINE_MAX], struct err *err)
{
	void *at = json_object_iter(object);
	int r = 0;

	for (; at && r == 0; at = json_object_iter_next(object, at))
		r = member_take(json_object_iter_key(at), json_object_iter_value(at), said, reason, err);
	return r;
}

int script_answer_read(const char *line, struct agent_words *ret_said,
		       char ret_reason[static SCRIPT_LINE_MAX], struct err *err)
{
	struct agent_words said = {0};
	char reason[SCRIPT_LINE_MAX] = "";
	json_error_t error;
	json_t *object;
	int r;

	if (!line[0])
		return err_set(err, -EINVAL, "it printed nothing");
	if (strlen(line) >= SCRIPT_LINE_MAX - 1)
		return err_set(err, -EINVAL, "the line has more than %d bytes", SCRIPT_LINE_MAX - 2);
	object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	if (!object)
		return err_set(err, -EINVAL, "%s", error.text);
	r = json_is_object(object) ? object_read(object, &said, reason, err)
				   : err_set(err, -EINVAL, "it is a list, not an object");
	json_decref(object);
	if (r < 0)
		return r;
	*ret_said = said;
	memcpy(ret_reason, reason, sizeof(reason));
	return 0;
}
