/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/maintenance.h"

#include <string.h>

/* A group of marks only has no protocol in its key. It gets one when an address is added to it. */
static bool is_same_group(const struct svckey *a, const struct svckey *b)
{
	return a->group[0] && !strcmp(a->group, b->group) && (!a->protocol || !b->protocol);
}

/* The virtual server with that key, or otherwise the only one of the same group; NULL if there is
 * none. *ret_at is its index. */
static const struct conf_virtual_server *service_find(const struct conf *conf,
						      const struct svckey *key, size_t *ret_at)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct svckey *own = &conf->virtual_servers[i].key;

		if (!svckey_cmp(own, key)) {
			*ret_at = i;
			return &conf->virtual_servers[i];
		}
		if (is_same_group(own, key) && n++ == 0)
			at = i;
	}
	if (n != 1)
		return NULL;
	*ret_at = at;
	return &conf->virtual_servers[at];
}

enum server_found maintenance_find(const struct conf *conf, const struct maintained *one, size_t *ret_vs,
				   size_t *ret_rs)
{
	size_t at = 0;
	const struct conf_virtual_server *vs = service_find(conf, &one->vs, &at);
	enum server_found found = vs ? server_find(vs, &one->rs, ret_rs) : SERVER_ABSENT;

	if (found == SERVER_FOUND)
		*ret_vs = at;
	return found;
}

static json_t *ended_json(const struct conf *conf, const struct maintained *one, enum server_found found)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];
	const char *cause = "the file no longer has this real server; if the file has it again "
			    "later, it serves";
	size_t at;

	if (!service_find(conf, &one->vs, &at))
		cause = "the file no longer has this virtual server; if the file has it again "
			"later, the real server serves";
	else if (found == SERVER_AMBIGUOUS)
		cause = "several real servers of the file could be meant, so all of them serve";
	svckey_format(&one->vs, vs);
	endpoint_format(&one->rs, rs);
	return json_pack("{s:s, s:s, s:o}", "service", vs, "real_server", rs, "text",
			 json_sprintf("end maintenance vs=%s rs=%s # %s", vs, rs, cause));
}

void maintained_free(struct maintained_list *maintained)
{
	vec_free(&maintained->lost);
	vec_free(maintained);
}

static json_t *serves_json(const struct maintained *one)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	svckey_format(&one->vs, vs);
	endpoint_format(&one->rs, rs);
	return json_pack("{s:s, s:s, s:o}", "service", vs, "real_server", rs, "text",
			 json_sprintf("serve again vs=%s rs=%s # it was in maintenance when a "
				      "configuration without it came into force, which ended that; "
				      "`lvsctl drain` takes it out of service again",
				      vs, rs));
}

json_t *maintenance_ended(const struct maintained_list *maintained, const struct conf *conf)
{
	json_t *list = json_array();

	for (size_t i = 0; i < maintained->n; i++) {
		size_t vs, rs;
		enum server_found found = maintenance_find(conf, &maintained->items[i], &vs, &rs);

		if (found != SERVER_FOUND)
			json_array_append_new(list, ended_json(conf, &maintained->items[i], found));
	}
	for (size_t i = 0; i < maintained->lost.n; i++) {
		const struct maintained *one = &maintained->lost.items[i];
		size_t vs, rs;

		if (maintenance_find(conf, one, &vs, &rs) == SERVER_FOUND)
			json_array_append_new(list, serves_json(one));
	}
	return list;
}

/* Whether `one` is among the n items. */
static bool is_listed(const struct maintained *items, size_t n, const struct maintained *one)
{
	for (size_t i = 0; i < n; i++)
		if (!svckey_cmp(&items[i].vs, &one->vs) && !endpoint_cmp(&items[i].rs, &one->rs))
			return true;
	return false;
}

static void lose(struct maintained_list *maintained, const struct maintained *one)
{
	if (maintained->lost.n < MAINTAINED_MAX &&
	    !is_listed(maintained->lost.items, maintained->lost.n, one))
		*vec_push(&maintained->lost) = *one;
}

/* Returns whether there was one that conf has. */
static bool forget_found(struct maintained_list *maintained, const struct conf *conf)
{
	size_t n = 0, n_before = maintained->lost.n, vs, rs;

	for (size_t i = 0; i < n_before; i++)
		if (maintenance_find(conf, &maintained->lost.items[i], &vs, &rs) != SERVER_FOUND)
			maintained->lost.items[n++] = maintained->lost.items[i];
	maintained->lost.n = n;
	return n < n_before;
}

bool maintenance_apply(struct maintained_list *maintained, const struct conf *conf, struct health *health,
		       struct mono now)
{
	size_t n = 0, n_before = maintained->n, vs, rs;
	bool is_changed = forget_found(maintained, conf);

	for (size_t i = 0; i < n_before; i++) {
		struct maintained was = maintained->items[i], is;

		if (maintenance_find(conf, &was, &vs, &rs) != SERVER_FOUND) {
			lose(maintained, &was); /* if it comes back, it serves */
			continue;
		}
		is = (struct maintained){conf->virtual_servers[vs].key,
				   conf->virtual_servers[vs].real_servers[rs].id};
		is_changed |= svckey_cmp(&was.vs, &is.vs) || endpoint_cmp(&was.rs, &is.rs);
		health_maintain(health, vs, rs, true, now);
		/* Two names that an older lvsd stored may mean the same server now. */
		if (!is_listed(maintained->items, n, &is))
			maintained->items[n++] = is;
	}
	maintained->n = n;
	return is_changed || n < n_before;
}
