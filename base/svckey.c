/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/svckey.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text in front of a group's name. */
#define GROUP "group:"

static const struct {
	uint16_t number;
	const char *name;
} protocols[] = {{IPPROTO_TCP, "tcp"}, {IPPROTO_UDP, "udp"}, {IPPROTO_SCTP, "sctp"}};

#define N_PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

const char *svckey_protocol_name(uint16_t protocol)
{
	for (size_t i = 0; i < N_PROTOCOLS; i++)
		if (protocols[i].number == protocol)
			return protocols[i].name;
	return "?";
}

_Static_assert(SVCKEY_TEXT_MAX >= ENDPOINT_TEXT_MAX + sizeof("sctp:"), "room for each key");

const char *svckey_format(const struct svckey *key, char text[static SVCKEY_TEXT_MAX])
{
	char ep[ENDPOINT_TEXT_MAX];

	if (key->group[0])
		snprintf(text, SVCKEY_TEXT_MAX, "%s%s" GROUP "%s",
			 key->protocol ? svckey_protocol_name(key->protocol) : "",
			 key->protocol ? ":" : "", key->group);
	else if (key->fwmark)
		snprintf(text, SVCKEY_TEXT_MAX, "fwm%c:%u", key->family == AF_INET6 ? '6' : '4',
			 key->fwmark);
	else
		snprintf(text, SVCKEY_TEXT_MAX, "%s:%s", svckey_protocol_name(key->protocol),
			 endpoint_format(&key->ep, ep));
	return text;
}

static int parse_mark(const char *text, struct svckey *key)
{
	unsigned long mark;
	char *end;

	if ((text[3] != '4' && text[3] != '6') || text[4] != ':' || text[5] < '0' || text[5] > '9')
		return -EINVAL;
	errno = 0;
	mark = strtoul(text + 5, &end, 10);
	if (*end || errno || mark == 0 || mark > UINT32_MAX)
		return -EINVAL;
	key->family = text[3] == '6' ? AF_INET6 : AF_INET;
	key->fwmark = (uint32_t)mark;
	return 0;
}

static bool is_group(const char *text)
{
	return !strncmp(text, GROUP, strlen(GROUP));
}

static int parse_group(const char *text, struct svckey *key)
{
	const char *name = text + strlen(GROUP);

	if (!*name || strlen(name) >= sizeof(key->group))
		return -EINVAL;
	strcpy(key->group, name);
	return 0;
}

int svckey_parse(const char *text, struct svckey *ret_key)
{
	struct svckey key = {0};

	if (is_group(text)) {
		if (parse_group(text, &key) < 0)
			return -EINVAL;
		*ret_key = key;
		return 0;
	}
	if (!strncmp(text, "fwm", 3)) {
		if (parse_mark(text, &key) < 0)
			return -EINVAL;
		*ret_key = key;
		return 0;
	}
	for (size_t i = 0; i < N_PROTOCOLS; i++) {
		size_t len = strlen(protocols[i].name);

		if (strncmp(text, protocols[i].name, len) || text[len] != ':')
			continue;
		if ((is_group(text + len + 1) ? parse_group(text + len + 1, &key)
					      : endpoint_parse(text + len + 1, &key.ep)) < 0)
			return -EINVAL;
		key.protocol = protocols[i].number;
		key.family = key.ep.addr.family;
		*ret_key = key;
		return 0;
	}
	return -EINVAL;
}

#define COMPARE(x, y)                                                                              \
	do {                                                                                       \
		if ((x) != (y))                                                                    \
			return (x) < (y) ? -1 : 1;                                                 \
	} while (0)

int svckey_cmp(const struct svckey *a, const struct svckey *b)
{
	/* Most keys are not groups. The test of the first byte saves the call of strcmp(). */
	if (a->group[0] || b->group[0]) {
		int order = strcmp(a->group, b->group);

		if (order)
			return order;
	}
	COMPARE(a->fwmark, b->fwmark);
	COMPARE(a->family, b->family);
	COMPARE(a->protocol, b->protocol);
	return endpoint_cmp(&a->ep, &b->ep);
}
