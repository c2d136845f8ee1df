/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/value_refuse.h"
#include "conf/text/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Names that stand for ports in /etc/services, as people write them before a balancer. */
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

/* As a host name looks. */
static bool is_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	return text[0] && strchr(letters, text[0]) && text[strspn(text, characters)] == '\0';
}

/*
 * The address in "[ADDRESS]", "[ADDRESS]:PORT" or "IPV4:PORT", and the port or "". False when text
 * is none of them.
 */
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
	return err_set(err, -EINVAL, "%s '%s' is not a whole number", name, text);
}

int value_refuse_choice(const struct schema_keyword *row, const char *text, const char *wanted,
			struct err *err)
{
	struct out names;
	char *list;

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
