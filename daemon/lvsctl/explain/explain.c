/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/explain/explain.h"
#include "daemon/lvsctl/explain/lines.h"

#include <string.h>

/* The length of an endpoint's text without its port. */
static size_t host_length(const char *key)
{
	const char *colon = strrchr(key, ':');

	return colon && colon[1] && strspn(colon + 1, "0123456789") == strlen(colon + 1)
		   ? (size_t)(colon - key)
		   : strlen(key);
}

static bool is_spelled(const char *name, size_t n, const char *text, size_t n_text)
{
	return n == n_text && !memcmp(name, text, n);
}

bool explain_means_server(const char *name, const char *key, const char *service)
{
	const char *at = strchr(name, '@');
	size_t n = at ? (size_t)(at - name) : strlen(name), n_host = host_length(key);

	if (at && strcmp(at + 1, service) != 0)
		return false;
	/* "[2001:db8::1]" is understood without its brackets, as ip(8) writes it. */
	return is_spelled(name, n, key, strlen(key)) || is_spelled(name, n, key, n_host) ||
	       (*key == '[' && n_host > 2 && is_spelled(name, n, key + 1, n_host - 2));
}

static void explain_services(struct lines *lines, json_t *status, const char *name)
{
	json_t *vs, *rs, *member;
	size_t i, j;

	json_array_foreach(json_object_get(status, "virtual_servers"), i, vs)
	{
		const char *key = json_text(vs, "key");
		bool is_named = !strcmp(name, key);

		json_array_foreach(json_object_get(vs, "members"), j, member)
		    is_named |= !strcmp(name, json_string_value(member));
		if (is_named)
			explain_service(lines, status, vs);
		json_array_foreach(json_object_get(vs, "real_servers"), j, rs)
		{
			if (explain_means_server(name, json_text(rs, "key"), key))
				explain_server(lines, status, vs, rs);
		}
	}
}

json_t *explain(json_t *status, const char *name, int64_t now_us)
{
	struct lines lines = {.list = json_array(), .now_us = now_us};
	json_t *item;
	size_t i;

	explain_services(&lines, status, name);
	json_array_foreach(json_object_get(status, "sync_groups"), i, item)
	{
		if (!strcmp(name, json_text(item, "name")))
			explain_group(&lines, status, item);
	}
	json_array_foreach(json_object_get(status, "vrrp"), i, item)
	{
		if (!strcmp(name, json_text(item, "name")))
			explain_instance(&lines, status, item);
	}
	return lines.list;
}
