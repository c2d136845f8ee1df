/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads words: texts, names, paths, command lines, secrets, and bytes in hexadecimal. */
#include "conf/text/utf8.h"
#include "conf/tree/script.h"
#include "conf/tree/value.h"
#include "conf/tree/value_parts.h"
#include "conf/tree/value_refuse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The limits of Linux: PATH_MAX and LOGIN_NAME_MAX without their NUL. */
#define PATH_BYTES_MAX 4095
#define NAME_BYTES_MAX 255

/* The longest word of WORDS, the longest secret, and the longest name of a host (RFC 1035), in
 * bytes. */
#define WORD_BYTES_MAX 255

/* Names and texts appear in logs, JSON and HTTP headers, where control characters do harm. shown is
 * the text as it goes into a message: with a blank in front, or nothing. */
int value_check_named(const char *name, const char *shown, int64_t max, const char *text,
		      struct err *err)
{
	size_t len = strlen(text), n;

	if (!len)
		return err_set(err, -EINVAL, "%s is empty", name);
	if (len > (size_t)max)
		return err_set(err, -EINVAL, "%s%s has %zu bytes; the most is %" PRId64, name,
			       shown, len, max);
	for (size_t i = 0; i < len; i += n) {
		n = utf8_sequence(text + i, len - i);
		if (!n)
			return err_set(err, -EINVAL, "%s%s is not valid UTF-8", name, shown);
		if (utf8_is_control(text + i, n))
			return err_set(err, -EINVAL, "%s%s has a control character in it", name,
				       shown);
	}
	return 0;
}

int value_check_text(const struct schema_keyword *row, int64_t max, const char *text,
		     struct err *err)
{
	char *shown = row->is_secret ? mem_strdup("") : mem_printf(" '%s'", text);
	int r = value_check_named(row->name, shown, max, text, err);

	free(shown);
	return r;
}

/* keepalived resolves a relative path from its working directory, which is / for a daemon. */
int value_check_path(const struct schema_keyword *row, const char *text, struct err *err)
{
	if (value_check_text(row, PATH_BYTES_MAX, text, err) < 0)
		return -EINVAL;
	if (text[0] != '/')
		return err_set(err, 1, "%s '%s' is not an absolute path; /%s is used", row->name,
			       text, text);
	return 0;
}

/* Whether useradd(8) or groupadd(8) could have made the name. Whether it exists is not checked
 * here. */
int value_check_user(size_t i, const char *text, struct err *err)
{
	/* ":GROUP" adds the user's supplementary groups to GROUP, and ":" adds them to the user's
	 * own group. */
	const char *name = text + (i > 0 && text[0] == ':');
	size_t len = strlen(name);
	bool is_name = (len > 0 || name > text) && len <= NAME_BYTES_MAX && name[0] != '-';

	for (size_t k = 0; k < len; k++)
		is_name =
		    is_name && name[k] > ' ' && name[k] <= '~' && !strchr(":,/'\"#!{}\\", name[k]);
	if (!is_name)
		return err_set(err, -EINVAL, "'%s' cannot be the name of a %s", text,
			       i ? "group" : "user");
	return 0;
}

static int hex_parse(const struct schema_keyword *row, const char *text, struct err *err)
{
	if (strlen(text) != (size_t)row->max ||
	    strspn(text, "0123456789abcdefABCDEF") != (size_t)row->max)
		return err_set(err, -EINVAL, "%s '%s' is not %" PRId64 " hex digits", row->name,
			       text, row->max);
	return 0;
}

/* Reads the name of an interface: anything that the kernel accepts. */
static int interface_parse(const struct schema_keyword *row, const char *text, struct err *err)
{
	size_t len = strlen(text);

	if (len >= CONF_IFNAME_MAX)
		return err_set(err, -EINVAL, "%s '%s' is longer than %d bytes", row->name, text,
			       CONF_IFNAME_MAX - 1);
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '/' || text[i] == ':')
			len = 0;
	if (!len || !strcmp(text, ".") || !strcmp(text, ".."))
		return err_set(err, -EINVAL, "%s '%s' cannot be the name of an interface",
			       row->name, text);
	return 0;
}

static int choice_parse(const struct schema_keyword *row, const char *text,
			struct schema_value *value, struct err *err)
{
	for (const struct schema_choice *choice = row->choices; choice->name; choice++) {
		if (row->is_any_case ? strcasecmp(choice->name, text) : strcmp(choice->name, text))
			continue;
		value->choice.number = choice->number;
		value->choice.name = choice->name;
		return 0;
	}
	return value_refuse_choice(row, text, "not", err);
}

/* Reads a name or an address of a host, and a port. */
static int host_parse(const struct schema_keyword *row, size_t i, const char *text,
		      struct schema_value *value, struct err *err)
{
	int64_t port;

	if (!i) {
		value->host.name = text;
		value->host.port = SCHEMA_NO_PORT;
		return value_check_text(row, WORD_BYTES_MAX, text, err);
	}
	if (value_parse_number("port", 1, UINT16_MAX, text, &port, err) < 0)
		return -EINVAL;
	value->host.port = (int32_t)port;
	return 0;
}

/* Checks hexadecimal digits in pairs; with is_pattern X stands for any digit. */
static int bytes_check(const struct schema_keyword *row, const char *text, bool is_pattern,
		       struct err *err)
{
	size_t len = strlen(text);
	const char *digits = is_pattern ? "0123456789abcdefABCDEFXx" : "0123456789abcdefABCDEF";

	if (len % 2 || strspn(text, digits) != len)
		return err_set(err, -EINVAL, "%s '%s' is not pairs of hex digits%s", row->name,
			       text, is_pattern ? " or X, or *" : "");
	if (len / 2 < (size_t)row->min || len / 2 > (size_t)row->max)
		return err_set(err, -EINVAL,
			       "%s has %zu bytes, out of range: %" PRId64 "..%" PRId64, row->name,
			       len / 2, row->min, row->max);
	return 0;
}

/* The length of a key that the file gives as text. The length of a key that is in a file of its own
 * is not known here. */
static size_t key_bytes(const char *text)
{
	if (!strncmp(text, "hex:", 4))
		return strspn(text + 4, "0123456789abcdefABCDEF") == strlen(text + 4)
			   ? strlen(text + 4) / 2
			   : 0;
	return strlen(text);
}

static int key_parse(const struct schema_keyword *row, size_t i, const char *text,
		     struct schema_value *value, struct err *err)
{
	if (i == 0)
		return value_parse_number(row->name, row->min, row->max, text, &value->key.number,
					  err);
	if (value_check_text(row, WORD_BYTES_MAX, text, err) < 0)
		return -EINVAL;
	if (strncmp(text, "file:", 5) && (key_bytes(text) < 32 || key_bytes(text) > 64))
		return err_set(err, -EINVAL, "%s must have 32 to 64 bytes", row->name);
	value->key.secret = text;
	return 0;
}

/* Reads argument i, from 0 on: the command or the file, the user, the group. With USER the user is
 * the first. */
static int script_parse(const struct schema_keyword *row, size_t i, const char *text,
			struct schema_value *value, struct err *err)
{
	size_t part = row->type == SCHEMA_TYPE_USER ? i + 1 : i;

	value->tag = VALUE_SCRIPT;
	if (part > 0) {
		*(part == 1 ? &value->script.user : &value->script.group) = text;
		return value_check_user(part - 1, text, err);
	}
	value->script.command = text;
	if (row->type == SCHEMA_TYPE_FIFO)
		return value_check_path(row, text, err);
	return script_check(row->name, row->type == SCHEMA_TYPE_SCRIPT, text, err);
}

int value_text_parse(const struct schema_keyword *row, size_t i, const char *text,
		     struct schema_value *value, struct arena *arena, struct err *err)
{
	switch (row->type) {
	case SCHEMA_TYPE_CHOICE:
		value->tag = VALUE_CHOICE;
		return choice_parse(row, text, value, err);
	case SCHEMA_TYPE_SCRIPT:
	case SCHEMA_TYPE_COMMAND:
	case SCHEMA_TYPE_FIFO:
	case SCHEMA_TYPE_USER:
		return script_parse(row, i, text, value, err);
	case SCHEMA_TYPE_WORDS:
		value->tag = VALUE_WORDS;
		value_list_add(value, arena, text);
		return row->are_interfaces ? interface_parse(row, text, err)
					   : value_check_text(row, WORD_BYTES_MAX, text, err);
	case SCHEMA_TYPE_HOST:
		value->tag = VALUE_HOST;
		return host_parse(row, i, text, value, err);
	case SCHEMA_TYPE_KEY:
		value->tag = VALUE_KEY;
		return key_parse(row, i, text, value, err);
	default:
		break;
	}
	value->tag = VALUE_TEXT;
	value->text = text;
	switch (row->type) {
	case SCHEMA_TYPE_HEX:
		return hex_parse(row, text, err);
	case SCHEMA_TYPE_INTERFACE:
		return interface_parse(row, text, err);
	case SCHEMA_TYPE_PATH:
		return value_check_path(row, text, err);
	case SCHEMA_TYPE_BYTES:
		return bytes_check(row, text, false, err);
	case SCHEMA_TYPE_PATTERN:
		return !strcmp(text, CONF_ANY_BYTES) ? 0 : bytes_check(row, text, true, err);
	default:
		return value_check_text(row, row->max, text, err);
	}
}
