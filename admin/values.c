/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/values.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

long values_number(const char *text, long min, long max)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (end == text || *end || errno == ERANGE || number < min || number > max)
		return -1;
	return number;
}

static bool is_digits(const char *text)
{
	for (; *text; text++)
		if (!isdigit((unsigned char)*text))
			return false;
	return true;
}

static int read_port(const char *text, uint16_t protocol, const struct command_names *names)
{
	long port = values_number(text, 0, 65535);

	return port >= 0 ? (int)port : names->port(text, protocol);
}

/* Reads a host as inet_aton() does: "10.1" is 10.0.0.1. */
static int read_host(const char *text, const struct command_names *names, struct addr *ret_addr)
{
	struct in_addr in;

	if (!inet_aton(text, &in))
		return names->host(text, ret_addr);
	*ret_addr = addr_from_in(in);
	return 0;
}

/* Changes text. */
static enum values_found read_endpoint(char *text, uint16_t protocol,
				       const struct command_names *names, struct endpoint *endpoint)
{
	struct endpoint found = {.addr.family = AF_INET6, .port = endpoint->port};
	char *port = NULL;
	int number;

	if (*text == '[') {
		port = strchr(++text, ']');
		if (!port || port[1] != ':')
			return VALUES_NOTHING;
		*port++ = '\0';
	}
	if (inet_pton(AF_INET6, text, found.addr.bytes) != 1) {
		port = strrchr(text, ':');
		if (port)
			*port = '\0';
		if (read_host(text, names, &found.addr) < 0)
			return VALUES_NOTHING;
	}
	if (port) {
		number = read_port(port + 1, protocol, names);
		if (number < 0)
			return VALUES_NOTHING;
		found.port = (uint16_t)number;
	}
	*endpoint = found;
	return port ? VALUES_ADDRESS_AND_PORT : VALUES_ADDRESS;
}

/* Reads the decimal digits of a number up to max. Returns NULL if there are none or too many, or if
 * they begin with a zero. */
static const char *read_decimal(const char *text, unsigned max, unsigned *ret_number)
{
	const char *c = text;
	unsigned number = 0;

	while (*c >= '0' && *c <= '9' && number <= max)
		number = 10 * number + (unsigned)(*c++ - '0');
	if (c == text || number > max || (*text == '0' && c > text + 1))
		return NULL;
	*ret_number = number;
	return c;
}

/* Reads "10.0.0.1:80" and "10.0.0.1" quickly. Nearly all endpoints look like this; the others need
 * read_endpoint(). */
static enum values_found read_usual_endpoint(const char *text, struct endpoint *endpoint)
{
	struct endpoint found = {.addr.family = AF_INET, .port = endpoint->port};
	unsigned number;
	bool has_port;

	for (size_t i = 0; i < 4; i++) {
		if (i > 0 && *text++ != '.')
			return VALUES_NOTHING;
		text = read_decimal(text, 255, &number);
		if (!text)
			return VALUES_NOTHING;
		found.addr.bytes[i] = (uint8_t)number;
	}
	has_port = *text == ':';
	if (has_port) {
		text = read_decimal(text + 1, 65535, &number);
		if (!text)
			return VALUES_NOTHING;
		found.port = (uint16_t)number;
	}
	if (*text)
		return VALUES_NOTHING;
	*endpoint = found;
	return has_port ? VALUES_ADDRESS_AND_PORT : VALUES_ADDRESS;
}

enum values_found values_endpoint(const char *text, uint16_t protocol,
				  const struct command_names *names, struct endpoint *endpoint)
{
	enum values_found found = read_usual_endpoint(text, endpoint);
	char *copy;

	if (found != VALUES_NOTHING)
		return found;
	if (is_digits(text))
		return VALUES_NOTHING;
	copy = mem_strdup(text);
	found = read_endpoint(copy, protocol, names, endpoint);
	free(copy);
	return found;
}

int values_netmask(const char *text, const struct command_names *names, uint32_t *ret_netmask)
{
	struct addr addr;

	if (read_host(text, names, &addr) < 0)
		return -EINVAL;
	*ret_netmask = addr_to_in(&addr).s_addr;
	return 0;
}

int values_mark(const char *text, uint32_t *ret_mark)
{
	long mark = values_number(text, 1, UINT32_MAX);

	if (mark < 0)
		return -EINVAL;
	*ret_mark = (uint32_t)mark;
	return 0;
}

static const struct sched_flag {
	const char *name;
	const char *scheduler; /* NULL: any scheduler */
	uint32_t flag;
} sched_flags[] = {
    {"flag-1", NULL, IP_VS_SVC_F_SCHED1},  {"flag-2", NULL, IP_VS_SVC_F_SCHED2},
    {"flag-3", NULL, IP_VS_SVC_F_SCHED3},  {"sh-fallback", "sh", IP_VS_SVC_F_SCHED1},
    {"sh-port", "sh", IP_VS_SVC_F_SCHED2}, {"mh-fallback", "mh", IP_VS_SVC_F_SCHED1},
    {"mh-port", "mh", IP_VS_SVC_F_SCHED2},
};

static const struct sched_flag *find_sched_flag(const char *name)
{
	for (size_t i = 0; i < sizeof(sched_flags) / sizeof(sched_flags[0]); i++)
		if (!strcmp(sched_flags[i].name, name))
			return &sched_flags[i];
	return NULL;
}

enum command_error values_sched_flags(const char *text, const char *scheduler, uint32_t *ret_flags,
				      struct err *err)
{
	char *copy = mem_strdup(text), *rest = NULL;
	enum command_error rc = COMMAND_OK;
	uint32_t flags = 0;

	for (char *name = strtok_r(copy, ",", &rest); name && rc == COMMAND_OK;
	     name = strtok_r(NULL, ",", &rest)) {
		const struct sched_flag *found = find_sched_flag(name);

		if (!found)
			rc = err_set(err, COMMAND_WRONG, "invalid scheduler flag `%s'", name);
		else if (found->scheduler && strcmp(found->scheduler, scheduler) != 0)
			rc = err_set(err, COMMAND_WRONG, "incompatible scheduler flag `%s'", name);
		else
			flags |= found->flag;
	}
	free(copy);
	if (rc == COMMAND_OK)
		*ret_flags = flags;
	return rc;
}
