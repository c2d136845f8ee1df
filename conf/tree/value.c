/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/value.h"
#include "conf/tree/script.h"
#include "conf/text/seconds.h"
#include "conf/text/utf8.h"
#include "conf/tree/value_judge.h"
#include "conf/tree/value_refuse.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Of seconds and of milliseconds: microseconds, and the decimals that make one. */
struct scale {
	int64_t us;
	size_t decimals;
	const char *name, *unit;
};

static const struct scale seconds = {1000000, 6, "seconds", "s"};
static const struct scale milliseconds = {1000, 3, "milliseconds", "ms"};

/* Linux: PATH_MAX and LOGIN_NAME_MAX without their NUL. */
#define PATH_BYTES_MAX 4095
#define NAME_BYTES_MAX 255

struct value_count value_count(const struct schema_keyword *row, const char *first)
{
	size_t min = row->bare || row->is_value_optional ? 0 : 1;
	bool is_named;

	switch (row->type) {
	case SCHEMA_TYPE_PLAIN:
		return (struct value_count){0, 0};
	case SCHEMA_TYPE_SERVICE:
		is_named = first && (!strcmp(first, SCHEMA_FWMARK) || !strcmp(first, SCHEMA_BY_GROUP));
		return (struct value_count){is_named ? 2 : 1, 2};
	case SCHEMA_TYPE_ENDPOINT:
	case SCHEMA_TYPE_USER:
	case SCHEMA_TYPE_HOST:
		return (struct value_count){1, 2};
	case SCHEMA_TYPE_MEMBER:
		return (struct value_count){first && !strcmp(first, SCHEMA_FWMARK) ? 2 : 1, 3};
	case SCHEMA_TYPE_SCRIPT:
	case SCHEMA_TYPE_COMMAND:
		return (struct value_count){min, (size_t)row->max};
	case SCHEMA_TYPE_FIFO:
		return (struct value_count){1, 3};
	case SCHEMA_TYPE_KEY:
		return (struct value_count){2, 2};
	case SCHEMA_TYPE_WORDS:
		return (struct value_count){(size_t)row->min, (size_t)row->max};
	case SCHEMA_TYPE_STATUSES:
	case SCHEMA_TYPE_NUMBERS:
		return (struct value_count){1, SIZE_MAX};
	default:
		if (row->lead && first && !strcmp(first, row->lead))
			return (struct value_count){2, 2};
		return (struct value_count){min, 1};
	}
}

static bool is_whole(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Decimal digits; what does not fit is INT64_MAX. */
static int64_t digits_value(const char *text, size_t len)
{
	int64_t number = 0;

	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, text[i] - '0', &number))
			return INT64_MAX;
	return number;
}

int value_parse_number(const char *name, int64_t min, int64_t max, const char *text,
		       int64_t *ret_number, struct err *err)
{
	bool is_negative = min < 0 && text[0] == '-';
	int64_t number;

	if (!is_whole(text + is_negative))
		return value_refuse_number(name, max, text, err);
	number = digits_value(text + is_negative, strlen(text + is_negative));
	if (is_negative)
		number = -number;
	if (number < min || number > max)
		return err_set(err, -EINVAL, "%s %s is out of range: %" PRId64 "..%" PRId64, name,
			       text, min, max);
	*ret_number = number;
	return 0;
}

/* The microseconds of the decimals, half rounded up by the first one too many. */
static int64_t fraction_value(const struct scale *scale, const char *text, size_t len)
{
	int64_t us = digits_value(text, len < scale->decimals ? len : scale->decimals);

	for (size_t i = len; i < scale->decimals; i++)
		us *= 10;
	return len > scale->decimals && text[scale->decimals] >= '5' ? us + 1 : us;
}

/* Microseconds in a unit, as seconds_format() writes them. */
static const char *scaled(const struct scale *scale, int64_t us,
			  char text[static SECONDS_TEXT_MAX])
{
	return seconds_format((uint64_t)(us * (seconds.us / scale->us)), text);
}

static int timer_parse(const struct schema_keyword *row, const struct scale *scale,
		       const char *text, int64_t *ret_us, struct err *err)
{
	char min[SECONDS_TEXT_MAX], max[SECONDS_TEXT_MAX], used[SECONDS_TEXT_MAX];
	size_t whole = strspn(text, "0123456789"), decimals = 0;
	bool has_point = text[whole] == '.';
	int64_t us;

	if (has_point)
		decimals = strspn(text + whole + 1, "0123456789");
	if (whole + decimals == 0 || text[whole + has_point + decimals])
		return value_refuse_time(row->name, scale->name, false, text, err);
	us = digits_value(text, whole);
	if (__builtin_mul_overflow(us, scale->us, &us) ||
	    __builtin_add_overflow(us, fraction_value(scale, text + whole + has_point, decimals),
				   &us))
		us = INT64_MAX;
	if (us < row->min || us > row->max)
		return err_set(err, -EINVAL, "%s %s is out of range: %s..%s %s", row->name, text,
			       scaled(scale, row->min, min), scaled(scale, row->max, max),
			       scale->unit);
	*ret_us = us;
	if (decimals > scale->decimals)
		return err_set(err, 1, "%s %s has more than %zu decimals; %s %s is used", row->name,
			       text, scale->decimals, scaled(scale, us, used), scale->unit);
	return 0;
}

/*
 * Names and texts end up in logs, JSON and HTTP headers, where control characters do harm. shown is
 * the text as a message may have it: with a blank before it, or nothing.
 */
static int text_check(const char *name, const char *shown, int64_t max, const char *text,
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
	int r = text_check(row->name, shown, max, text, err);

	free(shown);
	return r;
}

/* keepalived takes a path from its own working directory, which is / in a daemon. */
int value_check_path(const struct schema_keyword *row, const char *text, struct err *err)
{
	if (value_check_text(row, PATH_BYTES_MAX, text, err) < 0)
		return -EINVAL;
	if (text[0] != '/')
		return err_set(err, 1, "%s '%s' is not an absolute path; /%s is used", row->name,
			       text, text);
	return 0;
}

/* What useradd(8) and groupadd(8) could have made; whether they did is not the file's matter. */
int value_check_user(size_t i, const char *text, struct err *err)
{
	/* ":GROUP" is with the user's other groups too, and ":" has these beside the user's own. */
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

/* What the kernel takes for the name of a device. */
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

/*
 * Of a host: keepalived does not look at a prefix length behind it. has_port: a port may follow as
 * a word of its own.
 */
static int host_parse(const char *text, bool has_port, struct addr *ret_addr, struct err *err)
{
	const char *slash = strchr(text, '/');
	char host[ADDR_TEXT_MAX];
	size_t len = slash ? (size_t)(slash - text) : 0;

	if (addr_parse(text, ret_addr) == 0)
		return 0;
	if (!slash || !is_whole(slash + 1) || len >= sizeof(host))
		return value_refuse_address(text, has_port, err);
	memcpy(host, text, len);
	host[len] = '\0';
	if (addr_parse(host, ret_addr) < 0)
		return value_refuse_address(text, has_port, err);
	return err_set(err, 1, "'%s' stands for one host: %s is used", text, host);
}

int value_netmask_bits(const char *text)
{
	struct addr mask;
	uint32_t bits;

	if (addr_parse(text, &mask) < 0 || mask.family != AF_INET)
		return -EINVAL;
	bits = (uint32_t)mask.bytes[0] << 24 | (uint32_t)mask.bytes[1] << 16 |
	       (uint32_t)mask.bytes[2] << 8 | mask.bytes[3];
	/* The ones come first: the others, and one more, are a power of two. */
	if (!mask.bytes[0] || (~bits & (~bits + 1)) != 0)
		return -EINVAL;
	return __builtin_popcount(bits);
}

static int prefix_parse(const char *text, struct schema_value *value, struct err *err)
{
	const char *slash = strchr(text, '/');
	char addr[ADDR_TEXT_MAX];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	int bits;

	if (len >= sizeof(addr))
		return value_refuse_address(text, false, err);
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (addr_parse(addr, &value->addr) < 0)
		return value_refuse_address(addr, false, err);
	value->number = addr_bits(&value->addr);
	if (!slash)
		return 0;
	if ((bits = value_netmask_bits(slash + 1)) >= 0)
		return err_set(err, -EINVAL, "a netmask stands behind %s; write the prefix length: %s/%d",
			       addr, addr, bits);
	return value_parse_number("prefix length", 0, value->number, slash + 1, &value->number,
				  err);
}

static int broadcast_parse(const struct schema_keyword *row, const char *text,
			   struct schema_value *value, struct err *err)
{
	if (!strcmp(text, "+") || !strcmp(text, "-")) {
		value->text = text;
		return 0;
	}
	if (addr_parse(text, &value->addr) < 0 || value->addr.family != AF_INET)
		return err_set(err, -EINVAL, "%s '%s' is not an IPv4 address, '+' or '-'",
			       row->name, text);
	return 0;
}

static int choice_parse(const struct schema_keyword *row, const char *text,
			struct schema_value *value, struct err *err)
{
	for (const struct schema_choice *choice = row->choices; choice->name; choice++) {
		if (row->is_any_case ? strcasecmp(choice->name, text) : strcmp(choice->name, text))
			continue;
		value->number = choice->number;
		value->text = choice->name;
		return 0;
	}
	return value_refuse_choice(row, text, "not", err);
}

int value_parse_range(const struct schema_keyword *row, const char *text, int64_t *ret_first,
		      int64_t *ret_last, struct err *err)
{
	size_t len = strspn(text, "0123456789"), second_len = len;
	const char *second = text, *end = text + len;
	int64_t first, last;

	if (*end == '-') {
		second = end + 1;
		second_len = strspn(second, "0123456789");
		end = second + second_len;
	}
	if (!len || !second_len || *end)
		return err_set(err, -EINVAL, "%s '%s' is neither a number nor a range like 200-299",
			       row->name, text);
	first = digits_value(text, len);
	last = digits_value(second, second_len);
	if (first < row->min || last > row->max)
		return err_set(err, -EINVAL, "%s %s is out of range: %" PRId64 "..%" PRId64,
			       row->name, text, row->min, row->max);
	if (first > last)
		return err_set(err, -EINVAL, "%s %s ends before it begins", row->name, text);
	*ret_first = first;
	*ret_last = last;
	return 0;
}

int value_parse_statuses(const struct schema_keyword *row, const char *text,
			 struct conf_status_range *ret_range, struct err *err)
{
	int64_t first, last;
	int r = value_parse_range(row, text, &first, &last, err);

	if (r == 0)
		*ret_range = (struct conf_status_range){(uint16_t)first, (uint16_t)last};
	return r;
}

/* A number, or a word that stands for one or before one. */
static int number_argument_parse(const struct schema_keyword *row, size_t i, const char *text,
				 struct schema_value *value, struct err *err)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++) {
		if (strcmp(choice->name, text))
			continue;
		value->number = choice->number;
		return 0;
	}
	if (i == 0 && row->lead && !strcmp(row->lead, text))
		return 0;
	if (row->choices && !is_whole(text))
		return value_refuse_choice(row, text, "neither a whole number nor", err);
	if (row->unit && !strcmp(row->unit, seconds.unit) && !is_whole(text))
		return value_refuse_time(row->name, seconds.name, true, text, err);
	return value_parse_number(row->name, row->min, row->max, text, &value->number, err);
}

static int endpoint_argument_parse(size_t i, const char *text, struct schema_value *value,
				   struct err *err)
{
	if (i == 0) {
		value->number = SCHEMA_NO_PORT;
		return host_parse(text, true, &value->addr, err);
	}
	/* 0 is no port but the word for "every port", so the range is that of ports. */
	if (!strcmp(text, "0")) {
		value->number = 0;
		return 0;
	}
	return value_parse_number("port", 1, UINT16_MAX, text, &value->number, err);
}

/*
 * The kernel reads the mark 0 of a service as "this service has no mark", and each packet without a
 * mark has 0.
 */
static int mark_parse(const char *text, struct schema_value *value, struct err *err)
{
	if (is_whole(text) && !digits_value(text, strlen(text)))
		return err_set(err, -EINVAL,
			       SCHEMA_FWMARK " 0 cannot be served: the kernel reads mark 0 as \"no "
			       "mark\"; write the mark that your firewall rule sets, from 1 on");
	return value_parse_number(SCHEMA_FWMARK, 1, UINT32_MAX, text, &value->number, err);
}

static int service_argument_parse(size_t i, const char *text, struct schema_value *value,
				  struct err *err)
{
	if (i == 0 && (!strcmp(text, SCHEMA_FWMARK) || !strcmp(text, SCHEMA_BY_GROUP))) {
		value->number = 0;
		value->text = !strcmp(text, SCHEMA_BY_GROUP) ? text : NULL;
		return 0;
	}
	if (i == 1 && value->text) {
		value->text = text;
		return text_check(SCHEMA_BY_GROUP, "", SVCKEY_GROUP_MAX - 1, text, err);
	}
	/* An address that could not be read has left SCHEMA_NO_PORT there. */
	if (i == 1 && value->addr.family == AF_UNSPEC && value->number != SCHEMA_NO_PORT)
		return mark_parse(text, value, err);
	return endpoint_argument_parse(i, text, value, err);
}

/* inet_aton(3), which keepalived uses, would take "24" for 0.0.0.24. */
static int clients_parse(const struct schema_keyword *row, const char *text,
			 struct schema_value *value, struct err *err)
{
	if (is_whole(text))
		return value_parse_number(row->name, row->min, row->max, text, &value->number, err);
	if (addr_parse(text, &value->addr) < 0 || value->addr.family != AF_INET)
		return value_refuse_clients(row, text, err);
	return 0;
}

/* Puts the last octet or group of a range, which text is, into addr. */
static int last_part_parse(const char *text, struct addr *addr)
{
	bool is_ipv6 = addr->family == AF_INET6;
	size_t max_len = is_ipv6 ? 4 : 3, len = strlen(text), at = addr_len(addr) - 1;
	unsigned long part;

	if (!len || len > max_len ||
	    strspn(text, is_ipv6 ? "0123456789abcdefABCDEF" : "0123456789") != len)
		return -EINVAL;
	part = strtoul(text, NULL, is_ipv6 ? 16 : 10);
	if (!is_ipv6 && part > UINT8_MAX)
		return -EINVAL;
	addr->bytes[at] = (uint8_t)part;
	if (is_ipv6)
		addr->bytes[at - 1] = (uint8_t)(part >> 8);
	return 0;
}

static int network_parse(const char *text, struct addr *ret_first, struct addr *ret_last,
			 struct err *err)
{
	struct schema_value value = {0};
	struct addr last;
	int code = prefix_parse(text, &value, err);

	if (code < 0)
		return code;
	last = value.addr;
	for (size_t bit = (size_t)value.number; bit < addr_bits(&last); bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		if (last.bytes[bit / 8] & mask)
			return err_set(err, -EINVAL, "'%s' has bits of a host in it; a network has none",
				       text);
		last.bytes[bit / 8] |= mask;
	}
	*ret_first = value.addr;
	*ret_last = last;
	return 0;
}

int value_parse_addr_range(const char *text, struct addr *ret_first, struct addr *ret_last,
		      struct err *err)
{
	const char *dash = strchr(text, '-');
	struct addr first, last;
	char head[ADDR_TEXT_MAX];
	size_t len = dash ? (size_t)(dash - text) : strlen(text);

	if (strchr(text, '/'))
		return network_parse(text, ret_first, ret_last, err);
	if (len >= sizeof(head))
		return value_refuse_address(text, true, err);
	memcpy(head, text, len);
	head[len] = '\0';
	if (addr_parse(head, &first) < 0)
		return value_refuse_address(text, true, err);
	last = first;
	if (dash && last_part_parse(dash + 1, &last) < 0 && addr_parse(dash + 1, &last) < 0) {
		const char *colon = first.family == AF_INET ? strchr(dash, ':') : NULL;

		if (colon && is_whole(colon + 1))
			return err_set(err, -EINVAL,
				       "'%s' is a range and a port in one word; write `%.*s %s`",
				       text, (int)(colon - text), text, colon + 1);
		return err_set(err, -EINVAL,
			       "'%s': a range ends with the last %s or with a whole address", text,
			       first.family == AF_INET6 ? "group (hex)" : "octet");
	}
	if (first.family != last.family)
		return err_set(err, -EINVAL, "'%s' is not of one family", text);
	if (dash && addr_cmp(&first, &last) >= 0)
		return err_set(err, -EINVAL, "'%s' ends before or where it begins", text);
	*ret_first = first;
	*ret_last = last;
	return 0;
}

static int member_argument_parse(size_t i, const char *text, struct schema_value *value,
				 struct err *err)
{
	struct addr last;

	if (i == 0 && !strcmp(text, SCHEMA_FWMARK))
		return 0;
	if (i == 0) {
		value->text = text;
		value->number = SCHEMA_NO_PORT;
		return value_parse_addr_range(text, &value->addr, &last, err);
	}
	if (i == 1 && value->text)
		return endpoint_argument_parse(i, text, value, err);
	if (i == 1)
		return mark_parse(text, value, err);
	if (value->text)
		return err_set(err, -EINVAL, "'%s' stands behind the port, where nothing may", text);
	if (!strcmp(text, "inet"))
		value->addr.family = AF_INET;
	else if (!strcmp(text, "inet6"))
		value->addr.family = AF_INET6;
	else
		return err_set(err, -EINVAL, "'%s' is not one of inet, inet6", text);
	return 0;
}

int value_parse(const struct schema_keyword *row, size_t i, const char *text,
		struct schema_value *value, struct err *err)
{
	struct conf_status_range range;

	switch (row->type) {
	case SCHEMA_TYPE_PLAIN:
		break;
	case SCHEMA_TYPE_NUMBER:
		return number_argument_parse(row, i, text, value, err);
	case SCHEMA_TYPE_TIMER:
		return timer_parse(row, &seconds, text, &value->number, err);
	case SCHEMA_TYPE_MILLISECONDS:
		return timer_parse(row, &milliseconds, text, &value->number, err);
	case SCHEMA_TYPE_TEXT:
		value->text = text;
		return value_check_text(row, row->max, text, err);
	case SCHEMA_TYPE_HEX:
		value->text = text;
		return hex_parse(row, text, err);
	case SCHEMA_TYPE_INTERFACE:
		value->text = text;
		return interface_parse(row, text, err);
	case SCHEMA_TYPE_ADDRESS:
		return host_parse(text, false, &value->addr, err);
	case SCHEMA_TYPE_PREFIX:
		return prefix_parse(text, value, err);
	case SCHEMA_TYPE_BROADCAST:
		return broadcast_parse(row, text, value, err);
	case SCHEMA_TYPE_ENDPOINT:
		return endpoint_argument_parse(i, text, value, err);
	case SCHEMA_TYPE_SERVICE:
		return service_argument_parse(i, text, value, err);
	case SCHEMA_TYPE_MEMBER:
		return member_argument_parse(i, text, value, err);
	case SCHEMA_TYPE_SCRIPT:
		if (i)
			return value_check_user(i - 1, text, err);
		value->text = text;
		return script_check(row->name, true, text, err);
	case SCHEMA_TYPE_USER:
		return value_check_user(i, text, err);
	case SCHEMA_TYPE_PATH:
		value->text = text;
		return value_check_path(row, text, err);
	case SCHEMA_TYPE_CHOICE:
		return choice_parse(row, text, value, err);
	case SCHEMA_TYPE_STATUSES:
		return value_parse_statuses(row, text, &range, err);
	case SCHEMA_TYPE_CLIENTS:
		return clients_parse(row, text, value, err);
	default:
		value->text = text;
		return value_judge(row, i, text, err);
	}
	return 0;
}

/* Of a text that the schema itself gives. */
static struct schema_value schema_text_value(const struct schema_keyword *row, const char *text)
{
	struct schema_value value = {0};
	int r = value_parse(row, 0, text, &value, NULL);

	assert(r == 0);
	(void)r;
	return value;
}

struct schema_value value_default(const struct schema_keyword *row)
{
	return schema_text_value(row, row->def);
}

struct schema_value value_bare(const struct schema_keyword *row)
{
	return schema_text_value(row, row->bare);
}
