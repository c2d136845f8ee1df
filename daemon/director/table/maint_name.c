/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/maint_name.h"
#include "daemon/director/table/maintenance.h"

#include <string.h>

static void server_add(struct maint_servers *servers, size_t vs, size_t rs)
{
	*vec_push(servers) = (struct maint_server){vs, rs};
}

static size_t add_by_address(const struct conf_virtual_server *vs, size_t at,
			     const struct endpoint *name, struct maint_servers *servers)
{
	size_t n = 0;

	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (!addr_cmp(&vs->real_servers[i].id.addr, &name->addr)) {
			server_add(servers, at, i);
			n++;
		}
	return n;
}

static enum maint_name find_everywhere(const struct conf *conf, const struct endpoint *name,
				       struct maint_servers *servers)
{
	size_t n = 0, rs;

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		if (!name->port) {
			n += add_by_address(vs, i, name, servers);
		} else if (server_find(vs, name, &rs) == SERVER_FOUND) {
			server_add(servers, i, rs);
			n++;
		}
	}
	return n ? MAINT_NAME_OK : MAINT_NAME_NO_SERVER;
}

enum maint_name maint_name_find(const struct conf *conf, const char *name, struct maint_servers *servers)
{
	const char *at = strchr(name, '@');
	char server[ENDPOINT_TEXT_MAX] = "";
	size_t len = at ? (size_t)(at - name) : strlen(name);
	struct maintained one = {0};
	size_t vs, rs;

	if (len >= sizeof(server))
		return MAINT_NAME_BAD;
	memcpy(server, name, len);
	if (server_name_parse(server, &one.rs) < 0 || (at && svckey_parse(at + 1, &one.vs) < 0))
		return MAINT_NAME_BAD;
	if (!at)
		return find_everywhere(conf, &one.rs, servers);
	switch (maintenance_find(conf, &one, &vs, &rs)) {
	case SERVER_FOUND:
		server_add(servers, vs, rs);
		return MAINT_NAME_OK;
	case SERVER_AMBIGUOUS:
		return MAINT_NAME_AMBIGUOUS;
	case SERVER_ABSENT:
		break;
	}
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		if (!svckey_cmp(&conf->virtual_servers[i].key, &one.vs))
			return MAINT_NAME_NO_SERVER;
	return MAINT_NAME_NO_SERVICE;
}
