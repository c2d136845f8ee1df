/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/server_find.h"

#include <errno.h>
#include <string.h>

int server_name_parse(const char *text, struct endpoint *ret_name)
{
	struct endpoint name = {0};
	char bare[ADDR_TEXT_MAX];
	size_t len = strlen(text);

	if (addr_parse(text, &name.addr) == 0) {
		*ret_name = name;
		return 0;
	}
	if (text[0] != '[' || text[len - 1] != ']' || len - 2 >= sizeof(bare))
		return endpoint_parse(text, ret_name);
	memcpy(bare, text + 1, len - 2);
	bare[len - 2] = '\0';
	if (addr_parse(bare, &name.addr) < 0 || name.addr.family != AF_INET6)
		return -EINVAL;
	*ret_name = name;
	return 0;
}

static bool is_exact(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
		     const struct endpoint *name)
{
	(void)vs;
	return !endpoint_cmp(&rs->id, name);
}

static bool is_destination(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
			   const struct endpoint *name)
{
	if (!endpoint_cmp(&rs->ep, name))
		return true;
	for (size_t i = 0; rs->has_port_of_member && i < conf_service_count(vs); i++) {
		struct endpoint ep = conf_service_server(vs, i, rs);

		if (!endpoint_cmp(&ep, name))
			return true;
	}
	return false;
}

static bool has_address(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
			const struct endpoint *name)
{
	(void)vs;
	return !name->port && !addr_cmp(&rs->id.addr, &name->addr);
}

enum server_found server_find(const struct conf_virtual_server *vs, const struct endpoint *name,
			      size_t *ret_at)
{
	static bool (*const ways[])(const struct conf_virtual_server *vs,
				    const struct conf_real_server *rs,
				    const struct endpoint *name) = {is_exact, is_destination,
								    has_address};

	for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
		size_t n = 0, at = 0;

		for (size_t i = 0; i < vs->n_real_servers; i++)
			if (ways[way](vs, &vs->real_servers[i], name) && n++ == 0)
				at = i;
		if (n > 1)
			return SERVER_AMBIGUOUS;
		if (n == 1) {
			*ret_at = at;
			return SERVER_FOUND;
		}
	}
	return SERVER_ABSENT;
}
