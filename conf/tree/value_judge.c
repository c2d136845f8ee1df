/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/value_judge.h"
#include "conf/tree/script.h"
#include "conf/tree/value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The most bytes of one word of WORDS and of a secret, and of a host's name (RFC 1035). */
#define WORD_BYTES_MAX 255

/* A route's timer is a number of 32 bits in the kernel. */
#define SPAN_MAX_S 4294967

static int span_judge(const struct schema_keyword *row, const char *text, struct err *err)
{
	size_t whole = strspn(text, "0123456789");
	const char *end = text + whole;

	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (!whole || (*end && strcmp(end, "s") && strcmp(end, "ms")))
		return err_set(err, -EINVAL,
			       "%s '%s' is neither a number of seconds nor of milliseconds, like "
			       "200ms",
			       row->name, text);
	if (strtoull(text, NULL, 10) > SPAN_MAX_S)
		return err_set(err, -EINVAL, "%s %s is out of range: 0..%d", row->name, text,
			       SPAN_MAX_S);
	return 0;
}

/* One number of 32 bits in any base that C has, from text to end. */
static bool is_mark(const char *text, const char *end)
{
	char *stop;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	return strtoull(text, &stop, 0) <= UINT32_MAX && !errno && stop == end;
}

static int mark_judge(const struct schema_keyword *row, const char *text, struct err *err)
{
	const char *slash = strchrnul(text, '/');

	if (!is_mark(text, slash) || (*slash && !is_mark(slash + 1, slash + strlen(slash))))
		return err_set(err, -EINVAL,
			       "%s '%s' is neither a number of 32 bits nor two like 0x10/0xff",
			       row->name, text);
	return 0;
}

static int host_judge(const struct schema_keyword *row, size_t i, const char *text, struct err *err)
{
	int64_t port;

	if (i)
		return value_parse_number("port", 1, UINT16_MAX, text, &port, err);
	return value_check_text(row, WORD_BYTES_MAX, text, err);
}

static int destination_judge(const struct schema_keyword *row, const char *text, struct err *err)
{
	static const char *const words[] = {"default", "default6", "any", "all"};
	struct schema_keyword prefix = *row;
	struct schema_value value = {0};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(text, words[i]))
			return 0;
	prefix.type = SCHEMA_TYPE_PREFIX;
	return value_parse(&prefix, 0, text, &value, err);
}

static int mac_judge(const struct schema_keyword *row, const char *text, struct err *err)
{
	size_t n = 0, len = strlen(text);

	for (; n * 3 + 2 <= len; n++)
		if (!isxdigit((unsigned char)text[n * 3]) ||
		    !isxdigit((unsigned char)text[n * 3 + 1]) ||
		    (text[n * 3 + 2] && text[n * 3 + 2] != ':'))
			break;
	if ((n != 5 && n != 6) || len != n * 3 - 1)
		return err_set(err, -EINVAL, "%s '%s' is not a hardware address of 5 or 6 octets",
			       row->name, text);
	return 0;
}

/* One name of those that umask takes, like IRWXG. */
static bool is_mode_name(const char *text, size_t len)
{
	static const char *const names[] = {"IRUSR", "IWUSR", "IXUSR", "IRWXU", "IRGRP", "IWGRP",
					    "IXGRP", "IRWXG", "IROTH", "IWOTH", "IXOTH", "IRWXO"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && !memcmp(names[i], text, len))
			return true;
	return false;
}

static int umask_judge(const struct schema_keyword *row, const char *text, struct err *err)
{
	bool is_good = *text && strspn(text, "01234567") == strlen(text) && strlen(text) <= 4;
	bool is_named = !is_good;

	for (const char *at = text; is_named;) {
		size_t len = strcspn(at, "|");

		is_named = is_mode_name(at, len);
		if (!at[len])
			break;
		at += len + 1;
	}
	if (!is_good && !is_named)
		return err_set(err, -EINVAL,
			       "%s '%s' is neither an octal number nor names like IRWXG|IRWXO",
			       row->name, text);
	return 0;
}

/* Hex digits in pairs, and X for any digit where is_pattern. */
static int bytes_judge(const struct schema_keyword *row, const char *text, bool is_pattern,
		       struct err *err)
{
	size_t len = strlen(text);
	const char *digits = is_pattern ? "0123456789abcdefABCDEFXx" : "0123456789abcdefABCDEF";

	if (len % 2 || strspn(text, digits) != len)
		return err_set(err, -EINVAL, "%s '%s' is not pairs of hex digits%s", row->name,
			       text, is_pattern ? " or X" : "");
	if (len / 2 < (size_t)row->min || len / 2 > (size_t)row->max)
		return err_set(err, -EINVAL,
			       "%s has %zu bytes, out of range: %" PRId64 "..%" PRId64, row->name,
			       len / 2, row->min, row->max);
	return 0;
}

/* How long a key is by its spelling; that of a file is not known here. */
static size_t key_bytes(const char *text)
{
	if (!strncmp(text, "hex:", 4))
		return strspn(text + 4, "0123456789abcdefABCDEF") == strlen(text + 4)
			   ? strlen(text + 4) / 2
			   : 0;
	return strlen(text);
}

static int key_judge(const struct schema_keyword *row, size_t i, const char *text, struct err *err)
{
	int64_t id;

	if (i == 0)
		return value_parse_number(row->name, row->min, row->max, text, &id, err);
	if (value_check_text(row, WORD_BYTES_MAX, text, err) < 0)
		return -EINVAL;
	if (strncmp(text, "file:", 5) && (key_bytes(text) < 32 || key_bytes(text) > 64))
		return err_set(err, -EINVAL, "%s has not 32 to 64 bytes", row->name);
	return 0;
}

int value_judge(const struct schema_keyword *row, size_t i, const char *text, struct err *err)
{
	int64_t first, last;

	switch (row->type) {
	case SCHEMA_TYPE_SPAN:
		return span_judge(row, text, err);
	case SCHEMA_TYPE_NUMBERS:
		return value_parse_number(row->name, row->min, row->max, text, &first, err);
	case SCHEMA_TYPE_RANGE:
		return value_parse_range(row, text, &first, &last, err);
	case SCHEMA_TYPE_MARK:
		return mark_judge(row, text, err);
	case SCHEMA_TYPE_WORDS:
		return value_check_text(row, WORD_BYTES_MAX, text, err);
	case SCHEMA_TYPE_HOST:
		return host_judge(row, i, text, err);
	case SCHEMA_TYPE_DESTINATION:
		return destination_judge(row, text, err);
	case SCHEMA_TYPE_MAC:
		return mac_judge(row, text, err);
	case SCHEMA_TYPE_COMMAND:
		return i ? value_check_user(i - 1, text, err)
			 : script_check(row->name, false, text, err);
	case SCHEMA_TYPE_FIFO:
		return i ? value_check_user(i - 1, text, err) : value_check_path(row, text, err);
	case SCHEMA_TYPE_UMASK:
		return umask_judge(row, text, err);
	case SCHEMA_TYPE_KEY:
		return key_judge(row, i, text, err);
	case SCHEMA_TYPE_BYTES:
	case SCHEMA_TYPE_PATTERN:
		return bytes_judge(row, text, row->type == SCHEMA_TYPE_PATTERN, err);
	default:
		return 0;
	}
}
