/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/value_refuse.h"
#include "conf/text/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Names of ports in /etc/services that people write in files of load balancers. */
static const struct {
	const char *name;
	unsigned port;
} ports[] = {
    {"http", 80},         {"www", 80},     {"https", 443},      {"ssh", 22},    {"domain", 53},
    {"dns", 53},          {"smtp", 25},    {"submission", 587}, {"imap", 143},  {"imaps", 993},
    {"pop3", 110},        {"pop3s", 995},  {"ldap", 389},       {"ldaps", 636}, {"mysql", 3306},
    {"postgresql", 5432}, {"syslog", 514}, {"ntp", 123},
};

static bool is_digits(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Whether text is digits followed by a percent sign: "50%". */
static bool is_percent(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return len && !strcmp(text + len, "%");
}

/* Whether text looks like the name of a host. */
static bool is_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	return text[0] && strchr(letters, text[0]) && text[strspn(text, characters)] == '\0';
}

/* Whether text is an address followed by a dash and more: "10.0.0.1-9". */
static bool is_range(const char *text)
{
	size_t len = strcspn(text, "-");
	char head[ADDR_TEXT_MAX];
	struct addr addr;

	if (!text[len] || len >= sizeof(head))
		return false;
	memcpy(head, text, len);
	head[len] = '\0';
	return addr_parse(head, &addr) == 0;
}

/* Splits "[ADDRESS]", "[ADDRESS]:PORT" or "IPV4:PORT" into the address and the port ("" without
 * one). Returns false if text has none of these forms. */
static bool address_split(const char *text, char host[static ADDR_TEXT_MAX], const char **ret_port)
{
	bool has_brackets = text[0] == '[';
	const char *start = text + has_brackets;
	const char *end = strchr(start, has_brackets ? ']' : ':');
	const char *port = end ? end + has_brackets : NULL;
	struct addr addr;

	if (!end || (size_t)(end - start) >= ADDR_TEXT_MAX || (*port && *port != ':') ||
	    (*port && !is_digits(port + 1)))
		return false;
	memcpy(host, start, (size_t)(end - start));
	host[end - start] = '\0';
	*ret_port = *port ? port + 1 : "";
	return addr_parse(host, &addr) == 0;
}

int value_refuse_address(const char *text, bool has_port, struct err *err)
{
	char host[ADDR_TEXT_MAX];
	const char *port;

	if (is_name(text))
		return err_set(err, -EINVAL,
			       "'%s' is not an IPv4 or IPv6 address; lvsd looks no names up, so "
			       "that it never waits for a name server: write the address",
			       text);
	if (is_range(text))
		return err_set(
		    err, -EINVAL,
		    "'%s' is a range, which only a virtual_server_group takes; write one "
		    "address",
		    text);
	if (!address_split(text, host, &port))
		return err_set(err, -EINVAL, "'%s' is not an IPv4 or IPv6 address", text);
	if (!*port)
		return err_set(err, -EINVAL, "'%s' is in brackets; write `%s`", text, host);
	if (has_port)
		return err_set(err, -EINVAL,
			       "'%s' is an address and a port in one word; write `%s %s`", text,
			       host, port);
	return err_set(err, -EINVAL, "'%s' has a port, and only an address stands here; write `%s`",
		       text, host);
}

int value_refuse_number(const char *name, int64_t max, const char *text, struct err *err)
{
	for (size_t i = 0; max == UINT16_MAX && i < sizeof(ports) / sizeof(ports[0]); i++)
		if (!strcasecmp(ports[i].name, text))
			return err_set(err, -EINVAL,
				       "%s '%s' is not a whole number; names of services are not "
				       "looked up: write `%u`",
				       name, text, ports[i].port);
	if (is_percent(text))
		return err_set(err, -EINVAL, "%s '%s' is not a whole number; leave the '%%' out", name,
			       text);
	if (max == UINT16_MAX && text[strspn(text, "0123456789,-")] == '\0' && text[0] != '-')
		return err_set(
		    err, -EINVAL,
		    "%s '%s' is not one port; a virtual_server_group has a line for each", name,
		    text);
	return err_set(err, -EINVAL, "%s '%s' is not a whole number", name, text);
}

/* Reads "5s", "500ms", "1.5m" and so on as microseconds; -1 for any other text. */
static int64_t time_with_unit(const char *text)
{
	static const struct {
		const char *suffix;
		double us;
	} units[] = {{"us", 1},     {"ms", 1e3}, {"msec", 1e3}, {"s", 1e6},    {"sec", 1e6},
		     {"secs", 1e6}, {"m", 60e6}, {"min", 60e6}, {"h", 3600e6}, {"d", 86400e6}};
	size_t len = strspn(text, "0123456789.");
	double number = strtod(text, NULL);

	for (size_t i = 0; len && len < 12 && i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcasecmp(units[i].suffix, text + len))
			return (int64_t)(number * units[i].us + 0.5);
	return -1;
}

int value_refuse_time(const struct schema_keyword *row, const char *unit, bool is_whole,
		      const char *text, struct err *err)
{
	int64_t us = time_with_unit(text), one_us = !strcmp(unit, "seconds") ? 1000000 : 1000;
	int64_t factor = is_whole ? one_us : 1;
	const char *name = row->name, *whole = is_whole ? "whole " : "";
	struct out out;
	char *right;

	if (us <= 0 || us < row->min * factor || us > row->max * factor || us % factor)
		return err_set(err, -EINVAL, "%s '%s' is not a %snumber of %s", name, text, whole,
			       unit);
	out_init(&out, NULL, NULL);
	out_seconds(&out, (uint64_t)(us * (1000000 / one_us)));
	right = out_take(&out);
	err_set(err, 0, "%s '%s' is not a %snumber of %s; write `%s`", name, text, whole, unit,
		right);
	free(right);
	return -EINVAL;
}

int value_refuse_clients(const struct schema_keyword *row, const char *text, struct err *err)
{
	struct addr mask = {.family = AF_INET};
	char shown[ADDR_TEXT_MAX];
	unsigned bits;

	if (text[0] != '/' || !is_digits(text + 1) || strlen(text) > 4)
		return err_set(err, -EINVAL,
			       "%s '%s' is neither an IPv4 netmask like 255.255.255.0 nor an IPv6 "
			       "prefix length",
			       row->name, text);
	bits = (unsigned)strtoul(text + 1, NULL, 10);
	if (!bits || bits > addr_bits(&mask))
		return err_set(err, -EINVAL, "%s '%s': write the prefix length without the '/'",
			       row->name, text);
	for (unsigned bit = 0; bit < bits; bit++)
		mask.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return err_set(err, -EINVAL, "%s '%s': write `%s` for an IPv4 service, `%u` for an IPv6 one",
		       row->name, text, addr_format(&mask, shown), bits);
}

/* Words that other programs use for the same values. */
static const char *const synonyms[][2] = {
    {"DSR", "DR"},           {"gatewaying", "DR"},  {"direct", "DR"},      {"masq", "NAT"},
    {"masquerading", "NAT"}, {"ipip", "TUN"},       {"tunnel", "TUN"},     {"fullnat", "FNAT"},
    {"round_robin", "rr"},   {"roundrobin", "rr"},  {"round-robin", "rr"}, {"leastconn", "lc"},
    {"least_conn", "lc"},    {"source", "sh"},      {"source_hash", "sh"}, {"ip_hash", "sh"},
    {"maglev", "mh"},        {"primary", "MASTER"}, {"slave", "BACKUP"},   {"secondary", "BACKUP"},
};

/* The choice of row that text means, in upper or lower case or as a word of another program; or
 * NULL. */
static const char *meant_choice(const struct schema_keyword *row, const char *text)
{
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		if (!strcasecmp(synonyms[i][0], text))
			text = synonyms[i][1];
	for (const struct schema_choice *choice = row->choices; choice->name; choice++)
		if (!strcasecmp(choice->name, text))
			return choice->name;
	return NULL;
}

int value_refuse_choice(const struct schema_keyword *row, const char *text, const char *wanted,
			struct err *err)
{
	const char *meant = meant_choice(row, text);
	struct out names;
	char *list;

	if (meant)
		return err_set(err, -EINVAL, "%s '%s' is not known; write `%s`", row->name, text,
			       meant);

	out_init(&names, NULL, NULL);
	for (const struct schema_choice *choice = row->choices; choice->name; choice++) {
		out_text(&names, choice == row->choices ? "" : ", ");
		out_text(&names, choice->name);
	}
	list = out_take(&names);
	err_set(err, 0, "%s '%s' is %s one of %s", row->name, text, wanted, list);
	free(list);
	return -EINVAL;
}
