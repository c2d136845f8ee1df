/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads addresses: of hosts, networks, services, members of groups, and hardware addresses. */
#include "conf/tree/value.h"
#include "conf/tree/value_parts.h"
#include "conf/tree/value_refuse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Reads the address of a host. keepalived ignores a prefix length after it. has_port: a port may
 * follow as another word. */
static int address_parse(const char *text, bool has_port, struct addr *ret_addr, struct err *err)
{
	const char *slash = strchr(text, '/');
	char host[ADDR_TEXT_MAX];
	size_t len = slash ? (size_t)(slash - text) : 0;

	if (addr_parse(text, ret_addr) == 0)
		return 0;
	if (!slash || !value_is_whole(slash + 1) || len >= sizeof(host))
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
	/*
	 * A netmask is all ones and then all zeros. So the inverted mask plus 1 is a power of two.
	 */
	if (!mask.bytes[0] || (~bits & (~bits + 1)) != 0)
		return -EINVAL;
	return __builtin_popcount(bits);
}

static int network_read(const char *text, struct schema_value *value, struct err *err)
{
	const char *slash = strchr(text, '/');
	char addr[ADDR_TEXT_MAX];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	int64_t len_read;
	int bits;

	if (len >= sizeof(addr))
		return value_refuse_address(text, false, err);
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (addr_parse(addr, &value->addr) < 0)
		return value_refuse_address(addr, false, err);
	value->tag = VALUE_NETWORK;
	value->network.len = (uint8_t)addr_bits(&value->addr);
	if (!slash)
		return 0;
	if ((bits = value_netmask_bits(slash + 1)) >= 0)
		return err_set(err, -EINVAL, "a netmask stands behind %s; write the prefix length: %s/%d",
			       addr, addr, bits);
	if (value_parse_number("prefix length", 0, addr_bits(&value->addr), slash + 1, &len_read,
			       err) < 0)
		return -EINVAL;
	value->network.len = (uint8_t)len_read;
	return 0;
}

static int broadcast_parse(const struct schema_keyword *row, const char *text,
			   struct schema_value *value, struct err *err)
{
	if (!strcmp(text, "+") || !strcmp(text, "-")) {
		value->tag = VALUE_HOST_BITS;
		value->sets_host_bits = text[0] == '+';
		return 0;
	}
	if (addr_parse(text, &value->addr) < 0 || value->addr.family != AF_INET)
		return err_set(err, -EINVAL, "%s '%s' is not an IPv4 address, '+' or '-'",
			       row->name, text);
	value->tag = VALUE_ADDR;
	return 0;
}

/* Port 0 means "every port" and cannot be written. So messages give a range that begins with 1. */
static int port_parse(const char *text, int32_t *ret_port, struct err *err)
{
	int64_t port = 0;

	if (!strcmp(text, "*") || !strcasecmp(text, "any"))
		return err_set(err, -EINVAL,
			       "port '%s' is not a whole number; write `0`, which stands for every "
			       "port",
			       text);
	if (strcmp(text, "0") != 0 &&
	    value_parse_number("port", 1, UINT16_MAX, text, &port, err) < 0)
		return -EINVAL;
	*ret_port = (int32_t)port;
	return 0;
}

static int endpoint_argument_parse(size_t i, const char *text, struct schema_value *value,
				   struct err *err)
{
	if (i)
		return port_parse(text, &value->endpoint.port, err);
	value->tag = VALUE_ENDPOINT;
	value->endpoint.port = SCHEMA_NO_PORT;
	return address_parse(text, true, &value->addr, err);
}

/* For the kernel, a service with the mark 0 has no mark, and each packet without a mark has the
 * mark 0. */
static int service_mark_parse(const char *text, struct schema_value *value, struct err *err)
{
	int64_t mark;

	if (value_is_whole(text) && strspn(text, "0") == strlen(text))
		return err_set(err, -EINVAL,
			       SCHEMA_FWMARK " 0 cannot be served: the kernel reads mark 0 as \"no "
			       "mark\"; write the mark that your firewall rule sets, from 1 on");
	if (value_parse_number(SCHEMA_FWMARK, 1, UINT32_MAX, text, &mark, err) < 0)
		return -EINVAL;
	value->mark.mark = (uint32_t)mark;
	return 0;
}

static int service_argument_parse(size_t i, const char *text, struct schema_value *value,
				  struct err *err)
{
	if (i == 0 && !strcmp(text, SCHEMA_FWMARK)) {
		value->tag = VALUE_MARK;
		return 0;
	}
	if (i == 0 && !strcmp(text, SCHEMA_BY_GROUP)) {
		value->tag = VALUE_GROUP;
		value->text = text;
		return 0;
	}
	if (i == 0 || value->tag == VALUE_ENDPOINT)
		return endpoint_argument_parse(i, text, value, err);
	if (value->tag == VALUE_MARK)
		return service_mark_parse(text, value, err);
	value->text = text;
	return value_check_named(SCHEMA_BY_GROUP, "", SVCKEY_GROUP_MAX - 1, text, err);
}

/* inet_aton(3), which keepalived uses, would read "24" as 0.0.0.24. */
static int clients_parse(const struct schema_keyword *row, const char *text,
			 struct schema_value *value, struct err *err)
{
	value->tag = VALUE_NUMBER;
	if (value_is_whole(text))
		return value_parse_number(row->name, row->min, row->max, text, &value->number, err);
	value->tag = VALUE_ADDR;
	if (addr_parse(text, &value->addr) < 0 || value->addr.family != AF_INET)
		return value_refuse_clients(row, text, err);
	return 0;
}

/* Replaces the last octet or group of addr by text, the end of a range. */
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
	int code = network_read(text, &value, err);

	if (code < 0)
		return code;
	last = value.addr;
	for (size_t bit = value.network.len; bit < addr_bits(&last); bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		if (last.bytes[bit / 8] & mask)
			return err_set(err, -EINVAL, "'%s' has bits set behind its prefix; a network has none",
				       text);
		last.bytes[bit / 8] |= mask;
	}
	*ret_first = value.addr;
	*ret_last = last;
	return 0;
}

static int addr_range_parse(const char *text, struct addr *ret_first, struct addr *ret_last,
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

		if (colon && value_is_whole(colon + 1))
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

static int mark_family_parse(const char *text, uint16_t *ret_family, struct err *err)
{
	if (!strcmp(text, "inet"))
		*ret_family = AF_INET;
	else if (!strcmp(text, "inet6"))
		*ret_family = AF_INET6;
	else
		return err_set(err, -EINVAL, "'%s' is not one of inet, inet6", text);
	return 0;
}

/*
 * Both ends are stored in arena: in the value itself they would make each node of the tree larger.
 */
static int addrs_parse(const char *text, struct schema_value *value, struct arena *arena,
		       struct err *err)
{
	struct addr first = {0}, last = {0}, *ends;
	int r = addr_range_parse(text, &first, &last, err);

	value->tag = VALUE_ADDRS;
	value->addrs.port = SCHEMA_NO_PORT;
	value->addrs.ends = NULL;
	if (r < 0 || !arena)
		return r;
	ends = arena_calloc(arena, 2, sizeof(*ends));
	ends[0] = first;
	ends[1] = last;
	value->addrs.ends = ends;
	return 0;
}

static int member_argument_parse(size_t i, const char *text, struct schema_value *value,
				 struct arena *arena, struct err *err)
{
	if (i == 0 && !strcmp(text, SCHEMA_FWMARK)) {
		value->tag = VALUE_MARK;
		return 0;
	}
	if (i == 0)
		return addrs_parse(text, value, arena, err);
	if (value->tag == VALUE_MARK)
		return i == 1 ? service_mark_parse(text, value, err)
			      : mark_family_parse(text, &value->mark.family, err);
	if (i == 1)
		return port_parse(text, &value->addrs.port, err);
	return err_set(err, -EINVAL, "'%s' stands behind the port, where nothing may", text);
}

/* Reads a network, or a word that stands for one. */
static int destination_parse(const char *text, struct schema_value *value, struct err *err)
{
	static const char *const words[] = {"default", "default6", "any", "all"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) != 0)
			continue;
		value->tag = VALUE_TEXT;
		value->text = words[i];
		return 0;
	}
	return network_read(text, value, err);
}

static int mac_parse(const struct schema_keyword *row, const char *text,
		     struct schema_value *value, struct err *err)
{
	size_t n = 0, len = strlen(text);

	for (; n * 3 + 2 <= len; n++)
		if (!isxdigit((unsigned char)text[n * 3]) ||
		    !isxdigit((unsigned char)text[n * 3 + 1]) ||
		    (text[n * 3 + 2] && text[n * 3 + 2] != ':'))
			break;
	/* The word stands where the name of an interface may stand, too. */
	if (!strchr(text, ':') && text[strspn(text, "0123456789abcdefABCDEF-.")] &&
	    len >= CONF_IFNAME_MAX)
		return err_set(err, -EINVAL,
			       "'%s' is too long for the name of an interface, which has at most %d "
			       "characters, and is no hardware address of 5 or 6 octets either",
			       text, CONF_IFNAME_MAX - 1);
	if ((n != 5 && n != 6) || len != n * 3 - 1)
		return err_set(err, -EINVAL, "%s '%s' is not a hardware address of 5 or 6 octets",
			       row->name, text);
	for (size_t i = 0; i < n; i++)
		value->mac.bytes[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
	value->mac.n = (uint8_t)n;
	return 0;
}

int value_addr_parse(const struct schema_keyword *row, size_t i, const char *text,
		     struct schema_value *value, struct arena *arena, struct err *err)
{
	switch (row->type) {
	case SCHEMA_TYPE_PREFIX:
		return network_read(text, value, err);
	case SCHEMA_TYPE_DESTINATION:
		return destination_parse(text, value, err);
	case SCHEMA_TYPE_BROADCAST:
		return broadcast_parse(row, text, value, err);
	case SCHEMA_TYPE_ENDPOINT:
		return endpoint_argument_parse(i, text, value, err);
	case SCHEMA_TYPE_SERVICE:
		return service_argument_parse(i, text, value, err);
	case SCHEMA_TYPE_MEMBER:
		return member_argument_parse(i, text, value, arena, err);
	case SCHEMA_TYPE_CLIENTS:
		return clients_parse(row, text, value, err);
	case SCHEMA_TYPE_MAC:
		value->tag = VALUE_MAC;
		return mac_parse(row, text, value, err);
	default:
		value->tag = VALUE_ADDR;
		return address_parse(text, false, &value->addr, err);
	}
}
