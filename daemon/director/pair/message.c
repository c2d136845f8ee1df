/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/pair/message.h"
#include "base/mem.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The end of the year 9999. */
#define WALL_MAX_US (253402300799 * (int64_t)1000000)

static const char *const types[PAIR_SAYS_N_TYPES] = {
    [PAIR_SAYS_HELLO] = "hello",       [PAIR_SAYS_PREPARE] = "prepare",
    [PAIR_SAYS_PREPARED] = "prepared", [PAIR_SAYS_REFUSED] = "refused",
    [PAIR_SAYS_APPLY] = "apply",       [PAIR_SAYS_DROP] = "drop",
    [PAIR_SAYS_APPLIED] = "applied",   [PAIR_SAYS_NOT_APPLIED] = "not_applied",
};

static bool has_text(enum pair_type type)
{
	return type == PAIR_SAYS_REFUSED || type == PAIR_SAYS_NOT_APPLIED;
}

/* --- what is sent --- */

/* A string that may be no UTF-8: the name of a file may be in it. */
static json_t *string_of(const char *text)
{
	size_t len = strnlen(text, PAIR_TEXT_MAX - 1);
	char *copy = mem_calloc(len + 1, 1);
	json_t *json;

	memcpy(copy, text, len);
	json = json_string(copy);
	for (size_t i = 0; !json && i < len; i++)
		if ((unsigned char)copy[i] > '~')
			copy[i] = '?';
	if (!json)
		json = json_string(copy);
	free(copy);
	return json;
}

static void hello_put(json_t *root, const struct pair_message *message)
{
	json_object_set_new(root, "version", string_of(message->version));
	json_object_set_new(root, "digest", string_of(message->digest));
	json_object_set_new(root, "name", string_of(message->name));
	json_object_set_new(root, "applied_us", json_integer(message->applied_wall_us));
	json_object_set_new(root, "run", json_integer((json_int_t)message->run));
	json_object_set_new(root, "asking", json_boolean(message->is_asking));
}

char *pair_message_encode(const struct pair_message *message, size_t *ret_len)
{
	json_t *root = json_pack("{s:s}", "type", types[message->type]);
	char *text;

	if (message->type == PAIR_SAYS_HELLO)
		hello_put(root, message);
	else
		json_object_set_new(root, "id", json_integer((json_int_t)message->id));
	if (message->type == PAIR_SAYS_PREPARE) {
		json_object_set_new(root, "yes", json_boolean(message->is_empty_meant));
		json_object_set_new(root, "accept_ignored", json_boolean(message->is_accepting));
	}
	if (message->type == PAIR_SAYS_PREPARED)
		json_object_set_new(root, "digest", string_of(message->digest));
	if (has_text(message->type))
		json_object_set_new(root, "text", string_of(message->text ? message->text : ""));
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	*ret_len = strlen(text);
	return text;
}

/* --- what comes --- */

/* What another machine says is shown on terminals: control characters are taken out. */
static void plain(char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t') || *text == 0x7f)
			*text = '?';
}

static bool string_take(json_t *root, const char *name, char *ret_text, size_t size)
{
	json_t *json = json_object_get(root, name);
	size_t len = json_string_length(json);

	if (!json_is_string(json) || len >= size || memchr(json_string_value(json), '\n', len))
		return false;
	memcpy(ret_text, json_string_value(json), len + 1);
	plain(ret_text);
	return true;
}

static bool digest_take(json_t *root, char digest[static PAIR_DIGEST_MAX])
{
	return string_take(root, "digest", digest, PAIR_DIGEST_MAX) &&
	       strlen(digest) == PAIR_DIGEST_MAX - 1 &&
	       strspn(digest, "0123456789abcdef") == PAIR_DIGEST_MAX - 1;
}

static bool number_take(json_t *root, const char *name, int64_t *ret_number)
{
	json_t *json = json_object_get(root, name);

	*ret_number = json_integer_value(json);
	return json_is_integer(json) && *ret_number >= 0;
}

static bool hello_take(json_t *root, struct pair_message *message)
{
	int64_t run = 0;
	bool is_whole = string_take(root, "version", message->version, sizeof(message->version)) &&
			digest_take(root, message->digest) &&
			string_take(root, "name", message->name, sizeof(message->name)) &&
			number_take(root, "applied_us", &message->applied_wall_us) &&
			number_take(root, "run", &run);

	is_whole = is_whole && message->applied_wall_us <= WALL_MAX_US;
	message->run = (uint64_t)run;
	message->is_asking = json_is_true(json_object_get(root, "asking"));
	return is_whole;
}

static bool rest_take(json_t *root, struct pair_message *message)
{
	const char *text = json_string_value(json_object_get(root, "text"));
	int64_t id = 0;

	if (!number_take(root, "id", &id))
		return false;
	message->id = (uint64_t)id;
	message->is_empty_meant = json_is_true(json_object_get(root, "yes"));
	message->is_accepting = json_is_true(json_object_get(root, "accept_ignored"));
	if (message->type == PAIR_SAYS_PREPARED)
		return digest_take(root, message->digest);
	if (!has_text(message->type))
		return true;
	if (!text || strlen(text) >= PAIR_TEXT_MAX)
		return false;
	message->text = mem_strdup(text);
	plain(message->text);
	return true;
}

static int type_find(json_t *root)
{
	const char *name = json_string_value(json_object_get(root, "type"));

	for (int i = 0; name && i < PAIR_SAYS_N_TYPES; i++)
		if (!strcmp(types[i], name))
			return i;
	return name ? -ENOTSUP : -EBADMSG;
}

int pair_message_decode(const void *bytes, size_t len, struct pair_message *ret_message)
{
	struct pair_message message = {0};
	json_t *root =
	    len > PAIR_MESSAGE_MAX ? NULL : json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	int code = type_find(root);

	if (code >= 0) {
		message.type = (enum pair_type)code;
		code = (message.type == PAIR_SAYS_HELLO ? hello_take(root, &message)
							: rest_take(root, &message))
			   ? 0
			   : -EBADMSG;
	}
	json_decref(root);
	if (code == 0)
		*ret_message = message;
	return code;
}

void pair_message_fini(struct pair_message *message)
{
	free(message->text);
	message->text = NULL;
}
