/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"

static void match_check(struct draft *draft, const struct conf_virtual_server *vs,
			const struct conf_match *match)
{
	char key[SVCKEY_TEXT_MAX], addr[ADDR_TEXT_MAX];

	if (!vs->key.fwmark) {
		report_error(draft->report, &match->place,
			     "virtual_server %s: match marks packets, and this is no service by "
			     "firewall mark; write `virtual_server fwmark NUMBER`",
			     svckey_format(&vs->key, key));
		return;
	}
	for (size_t i = 0; i < match->n_prefixes; i++)
		if (match->prefixes[i].addr.family != vs->key.family)
			report_error(draft->report, &match->prefixes[i].place,
				     "%s/%u is not of the family of virtual_server %s; ip_family "
				     "says which one that is",
				     addr_format(&match->prefixes[i].addr, addr),
				     match->prefixes[i].len, svckey_format(&vs->key, key));
}

static void source_check(struct draft *draft, const struct conf_virtual_server *vs)
{
	char key[SVCKEY_TEXT_MAX], addr[ADDR_TEXT_MAX];

	if (vs->fnat_source.family == AF_UNSPEC)
		return;
	addr_format(&vs->fnat_source, addr);
	if (!addr_is_host(&vs->fnat_source))
		report_error(draft->report, &vs->fnat_source_place,
			     "fnat_source %s: no host can have this address", addr);
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (vs->real_servers[i].method == CONF_METHOD_FNAT &&
		    vs->real_servers[i].ep.addr.family != vs->fnat_source.family) {
			report_error(draft->report, &vs->fnat_source_place,
				     "fnat_source %s is not of the family of the real servers of "
				     "virtual_server %s",
				     addr, svckey_format(&vs->key, key));
			return;
		}
}

void check_host(struct draft *draft, size_t i)
{
	const struct conf_virtual_server *vs = &draft->conf->virtual_servers[i];

	for (size_t k = 0; k < vs->n_matches; k++)
		match_check(draft, vs, &vs->matches[k]);
	source_check(draft, vs);
}

/* A real server with NAT or FNAT, and the source address of packets to it. AF_UNSPEC: they keep the
 * client's address.
 */
struct target {
	const struct conf_real_server *rs;
	struct addr source;
};

struct targets {
	VEC(struct target) list;
};

static void target_add(struct targets *targets, const struct conf_virtual_server *vs,
		       const struct conf_real_server *rs)
{
	struct target *target;

	if (rs->method != CONF_METHOD_NAT && rs->method != CONF_METHOD_FNAT)
		return;
	target = vec_push(&targets->list);
	target->rs = rs;
	if (rs->method == CONF_METHOD_FNAT)
		target->source = vs->fnat_source;
}

/* Compares by address, then by the order in the file. */
static int target_cmp(const void *left, const void *right)
{
	const struct target *a = left, *b = right;
	int order = addr_cmp(&a->rs->ep.addr, &b->rs->ep.addr);

	if (order)
		return order;
	return a->rs->place.at < b->rs->place.at ? -1 : a->rs->place.at > b->rs->place.at;
}

static const char *source_text(const struct target *target, char text[static 80])
{
	char addr[ADDR_TEXT_MAX];

	if (target->source.family == AF_UNSPEC)
		snprintf(text, 80, "by NAT");
	else
		snprintf(text, 80, "by FNAT from %s", addr_format(&target->source, addr));
	return text;
}

/*
 * The rule that translates sources cannot see to which service a packet belongs. Its set has
 * addresses alone, without ports, so that services of every port work too. So one server cannot
 * have NAT in one service and FNAT in another.
 */
void check_full_nat(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	struct targets targets = {0};
	char addr[ADDR_TEXT_MAX], a[80], b[80];

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t k = 0; k < vs->n_real_servers; k++)
			target_add(&targets, vs, &vs->real_servers[k]);
		if (vs->has_sorry_server)
			target_add(&targets, vs, &vs->sorry_server);
	}
	if (targets.list.n)
		qsort(targets.list.items, targets.list.n, sizeof(*targets.list.items), target_cmp);
	for (size_t i = 1, first = 0; i < targets.list.n; i++) {
		const struct target *target = &targets.list.items[i],
				    *other = &targets.list.items[first];

		if (addr_cmp(&target->rs->ep.addr, &other->rs->ep.addr)) {
			first = i;
			continue;
		}
		if (!addr_cmp(&target->source, &other->source))
			continue;
		report_error(draft->report, &target->rs->place,
			     "%s is reached %s here and %s elsewhere: packets to it can have one "
			     "source address only; write the same lvs_method and fnat_source for it in "
			     "all services",
			     addr_format(&target->rs->ep.addr, addr), source_text(target, a),
			     source_text(other, b));
		report_note(draft->report, &other->rs->place, "the other real server is here");
	}
	vec_free(&targets.list);
}
