/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/check.h"
#include "conf/value.h"

/* What the urls of one check may hold: a check crosses to the check process in one message. */
#define URLS_SIZE_MAX 60000
#define URL_SIZE      32

static int position_cmp(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

static int service_cmp(const void *left, const void *right)
{
	const struct conf_virtual_server *const *a = left, *const *b = right;
	int order = svckey_cmp(&(*a)->key, &(*b)->key);

	return order ? order : position_cmp(*a, *b);
}

static void services_check(struct draft *draft)
{
	size_t n = draft->conf->n_virtual_servers;
	const struct conf_virtual_server **list = mem_calloc(n, sizeof(*list));
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < n; i++)
		list[i] = &draft->conf->virtual_servers[i];
	qsort(list, n, sizeof(*list), service_cmp);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (svckey_cmp(&list[i]->key, &list[first]->key)) {
			first = i;
			continue;
		}
		report_error(draft->report, &list[i]->place, "two virtual servers serve %s",
			     svckey_format(&list[i]->key, key));
		report_note(draft->report, &list[first]->place, "first defined here");
	}
	free(list);
}

static int real_server_cmp(const void *left, const void *right)
{
	const struct conf_real_server *const *a = left, *const *b = right;
	int order = endpoint_cmp(&(*a)->ep, &(*b)->ep);

	return order ? order : position_cmp(*a, *b);
}

static void real_servers_unique_check(struct draft *draft, const struct conf_virtual_server *vs,
				      const struct conf_real_server **list)
{
	char key[SVCKEY_TEXT_MAX], ep[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < vs->n_real_servers; i++)
		list[i] = &vs->real_servers[i];
	qsort(list, vs->n_real_servers, sizeof(*list), real_server_cmp);
	for (size_t i = 1, first = 0; i < vs->n_real_servers; i++) {
		if (endpoint_cmp(&list[i]->ep, &list[first]->ep)) {
			first = i;
			continue;
		}
		report_error(draft->report, &list[i]->place,
			     "virtual_server %s has real_server %s twice",
			     svckey_format(&vs->key, key), endpoint_format(&list[i]->ep, ep));
		report_note(draft->report, &list[first]->place, "first defined here");
	}
}

static size_t urls_size(const struct conf_check *check)
{
	size_t size = 0;

	for (size_t i = 0; i < check->n_urls; i++) {
		const struct conf_url *url = &check->urls[i];

		size += strlen(url->path) + strlen(url->host) + strlen(url->digest) + URL_SIZE +
			url->n_statuses * sizeof(*url->statuses);
	}
	return size;
}

static void health_check_check(struct draft *draft, const struct conf_check *check)
{
	const char *type = conf_check_type_name(check->type);

	if (!check->target.port)
		report_error(draft->report, &check->place,
			     "%s needs connect_port: the real server stands for every port", type);
	if (check->bind.addr.family && check->bind.addr.family != check->target.addr.family)
		report_error(draft->report, &check->place,
			     "%s: bindto and the address to probe are not both IPv4 or both IPv6",
			     type);
	if (urls_size(check) > URLS_SIZE_MAX)
		report_error(draft->report, &check->place,
			     "%s: its urls have more than %d bytes together", type, URLS_SIZE_MAX);
}

/* Said once for a service, whose checks mostly inherit both. */
static void intervals_check(struct draft *draft, const struct conf_virtual_server *vs)
{
	char delay[VALUE_SECONDS_MAX], timeout[VALUE_SECONDS_MAX], more[64] = "";
	const struct conf_check *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		for (size_t k = 0; k < vs->real_servers[i].n_checks; k++) {
			const struct conf_check *check = &vs->real_servers[i].checks[k];

			if (check->delay_loop_us >= check->connect_timeout_us)
				continue;
			first = first ? first : check;
			n++;
		}
	}
	if (!first)
		return;
	if (n > 1)
		snprintf(more, sizeof(more), "; %zu more of this service are like it", n - 1);
	report_warning(
	    draft->report, &first->place,
	    "%s: delay_loop %s s is shorter than connect_timeout %s s, so a dead server is "
	    "probed later than delay_loop says%s",
	    conf_check_type_name(first->type), value_seconds(first->delay_loop_us, delay),
	    value_seconds(first->connect_timeout_us, timeout), more);
}

static const char *family_name(uint16_t family)
{
	return family == AF_INET6 ? "IPv6" : "IPv4";
}

static bool is_host(const struct addr *addr)
{
	return !addr_is_multicast(addr) && !addr_is_any(addr);
}

static void real_server_check(struct draft *draft, const struct conf_virtual_server *vs,
			      const struct conf_real_server *rs)
{
	char addr[ADDR_TEXT_MAX], key[SVCKEY_TEXT_MAX];

	if (!is_host(&rs->ep.addr))
		report_error(draft->report, &rs->place,
			     "real_server %s: no host can have this address",
			     addr_format(&rs->ep.addr, addr));
	if (rs->method != CONF_METHOD_TUN && rs->ep.addr.family != vs->key.family) {
		report_error(
		    draft->report, &rs->place,
		    "real_server %s is %s and virtual_server %s is %s: %s needs the same family",
		    addr_format(&rs->ep.addr, addr), family_name(rs->ep.addr.family),
		    svckey_format(&vs->key, key), family_name(vs->key.family),
		    conf_method_name(rs->method));
		report_note(draft->report, &vs->place, "the service is here");
	}
	for (size_t i = 0; i < rs->n_checks; i++)
		health_check_check(draft, &rs->checks[i]);
}

static void virtual_server_check(struct draft *draft, const struct conf_virtual_server *vs)
{
	char key[SVCKEY_TEXT_MAX];

	if (!is_host(&vs->key.ep.addr))
		report_error(draft->report, &vs->place,
			     "virtual_server %s: no host can have this address",
			     svckey_format(&vs->key, key));
	if (!vs->key.ep.port && !vs->persistence_timeout)
		report_error(
		    draft->report, &vs->place,
		    "virtual_server %s: port 0 means every port, and the kernel does that for "
		    "persistent services only; write a port or persistence_timeout",
		    svckey_format(&vs->key, key));
	for (size_t i = 0; i < vs->n_real_servers; i++)
		real_server_check(draft, vs, &vs->real_servers[i]);
	intervals_check(draft, vs);
}

static int addr_pointer_cmp(const void *left, const void *right)
{
	const struct addr *const *a = left, *const *b = right;

	return addr_cmp(*a, *b);
}

/* A service whose address nobody holds is reached by no client: most often a slip. */
static void carried_check(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	VEC(const struct addr *) vips = {0};
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t k = 0; k < conf->vrrps[i].n_vips; k++)
			*vec_push(&vips) = &conf->vrrps[i].vips[k].addr;
	if (vips.n)
		qsort(vips.items, vips.n, sizeof(*vips.items), addr_pointer_cmp);
	for (size_t i = 0; vips.n && i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];
		const struct addr *addr = &vs->key.ep.addr;

		if (!bsearch(&addr, vips.items, vips.n, sizeof(*vips.items), addr_pointer_cmp))
			report_warning(draft->report, &vs->place,
				       "virtual_server %s: no vrrp_instance carries its address",
				       svckey_format(&vs->key, key));
	}
	vec_free(&vips);
}

static void empty_check(struct draft *draft, const struct conf_virtual_server *vs)
{
	char key[SVCKEY_TEXT_MAX];

	if (!vs->n_real_servers)
		report_warning(draft->report, &vs->place, "virtual_server %s has no real_server",
			       svckey_format(&vs->key, key));
}

void check_virtual_servers(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	const struct conf_real_server **list;
	size_t most = 0;

	services_check(draft);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		if (conf->virtual_servers[i].n_real_servers > most)
			most = conf->virtual_servers[i].n_real_servers;
	list = mem_calloc(most, sizeof(*list));
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		real_servers_unique_check(draft, &conf->virtual_servers[i], list);
		virtual_server_check(draft, &conf->virtual_servers[i]);
	}
	free(list);
	/* What is absent may be absent because it was refused: then these would only confuse. */
	if (report_has_errors(draft->report))
		return;
	carried_check(draft);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		empty_check(draft, &conf->virtual_servers[i]);
}
