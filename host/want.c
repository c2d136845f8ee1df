/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/want.h"
#include "base/hash.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* How many ports `-m multiport` takes (XT_MULTI_PORTS); a range counts as two. */
#define PORT_SLOTS 15

/* Longer than the longest rule. */
#define SPEC_MAX 512

struct value {
	const char *name, *value;
};

/*
 * lvsd.conf(5), "SYSCTLS", says why they have these values. The refresh period is set before the
 * threshold: with the threshold "0 0" and no period the kernel would announce no established
 * connection at all.
 */
static const struct value of_services[] = {
    {"conn_reuse_mode", "3"},
    {"expire_nodest_conn", "1"},
    {"expire_quiescent_template", "1"},
};

static const struct value of_sync[] = {
    {"backup_only", "0"},
    {"sync_refresh_period", "10"},
    {"sync_retries", "1"},
    {"sync_threshold", "0 0"},
};

/* A peer may send all its connections in a few seconds. The kernel allows at most net.core.rmem_max and wmem_max. */
static const struct value of_relay[] = {{"sync_sock_size", "4194304"}};

static const struct value of_fnat[] = {{HOST_CONNTRACK, "1"}};

#define WANT(state, values)                                                                        \
	for (size_t i_ = 0; i_ < sizeof(values) / sizeof((values)[0]); i_++)                       \
	host_state_add_sysctl(state, (values)[i_].name, (values)[i_].value)

/* An address of at most 21 letters is part of the name itself; for a longer one, which is an IPv6
 * address, its hash is. */
static void fnat_set_name(const struct addr *source, char name[static HOST_SET_NAME_MAX])
{
	char text[ADDR_TEXT_MAX];

	addr_format(source, text);
	if (strlen(HOST_SET_PREFIX "fnat-") + strlen(text) < HOST_SET_NAME_MAX) {
		snprintf(name, HOST_SET_NAME_MAX, HOST_SET_PREFIX "fnat-%.21s", text);
		return;
	}
	snprintf(name, HOST_SET_NAME_MAX, HOST_SET_PREFIX "fnat-%016" PRIx64, hash_text(text));
}

void host_want_rule(struct host_chain *chain, const char *what, const char *condition,
		    const char *action)
{
	char spec[SPEC_MAX], id[HOST_SET_NAME_MAX + 32];
	int len = snprintf(spec, sizeof(spec), "%s %s", condition, action);

	assert(len > 0 && (size_t)len < sizeof(spec));
	snprintf(id, sizeof(id), HOST_RULE_PREFIX "%s#%08x", what, hash_text_short(spec));
	len = snprintf(spec, sizeof(spec), "%s -m comment --comment \"%s\" %s", condition, id,
		       action);
	assert(len > 0 && (size_t)len < sizeof(spec));
	host_chain_add(chain, id, spec);
}

static void want_member(struct host_state *want, const struct conf_virtual_server *vs,
			const struct conf_real_server *rs)
{
	char name[HOST_SET_NAME_MAX], text[ADDR_TEXT_MAX];

	if (rs->method != CONF_METHOD_FNAT)
		return;
	fnat_set_name(&vs->fnat_source, name);
	host_set_add(
	    host_state_add_set(want, name, "hash:ip", host_part_nat(vs->fnat_source.family)),
	    addr_format(&rs->ep.addr, text));
}

static void want_members(struct host_state *want, const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < vs->n_real_servers; i++)
		want_member(want, vs, &vs->real_servers[i]);
	if (vs->has_sorry_server)
		want_member(want, vs, &vs->sorry_server);
}

static int compare_sources(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

static void want_source(struct host_state *want, const struct addr *source)
{
	char name[HOST_SET_NAME_MAX], text[ADDR_TEXT_MAX], condition[SPEC_MAX], action[SPEC_MAX];

	fnat_set_name(source, name);
	snprintf(condition, sizeof(condition),
		 "-m set --match-set %s dst -m ipvs --vdir ORIGINAL --vmethod MASQ", name);
	snprintf(action, sizeof(action), "-j SNAT --to-source %s", addr_format(source, text));
	host_want_rule(&want->chains[host_part_nat(source->family)], name + strlen(HOST_SET_PREFIX),
		 condition, action);
	snprintf(
	    condition, sizeof(condition),
	    "-d %s -p tcp ! --syn -m set --match-set %s src -m conntrack --ctstate NEW,INVALID",
	    text, name);
	host_want_rule(&want->chains[host_part_mangle(source->family)], name + strlen(HOST_SET_PREFIX),
		 condition, "-j DROP");
}

/* Adds one rule for each source, in the order of the addresses. */
static bool want_full_nat(struct host_state *want, const struct conf *conf)
{
	VEC(struct addr) sources = {0};
	bool is_any;

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		if (!conf_service_has_full_nat(vs))
			continue;
		want_members(want, vs);
		*vec_push(&sources) = vs->fnat_source;
	}
	is_any = sources.n > 0;
	if (is_any)
		qsort(sources.items, sources.n, sizeof(*sources.items), compare_sources);
	for (size_t i = 0; i < sources.n; i++)
		if (!i || addr_cmp(&sources.items[i - 1], &sources.items[i]))
			want_source(want, &sources.items[i]);
	vec_free(&sources);
	return is_any;
}

/* Writes the ranges from *i on, as many as one rule takes. */
static void next_ports(const struct conf_match *match, size_t *i, char *text, size_t size)
{
	unsigned n_slots = 0;
	size_t len = 0;

	for (; *i < match->n_ports; (*i)++) {
		const struct conf_range *range = &match->ports[*i];
		unsigned n = range->first == range->last ? 1 : 2;

		if (n_slots + n > PORT_SLOTS)
			break;
		n_slots += n;
		len +=
		    (size_t)snprintf(text + len, size - len, "%s%u", len ? "," : "", range->first);
		if (n == 2)
			len += (size_t)snprintf(text + len, size - len, ":%u", range->last);
	}
}

/* number: the index of the match block among the blocks of its service, for the name of the set. */
static void want_match(struct host_state *want, const struct svckey *key,
		       const struct conf_match *match, size_t number)
{
	enum host_part part = host_part_mangle(key->family);
	char name[HOST_SET_NAME_MAX], text[ADDR_TEXT_MAX], ports[128], condition[SPEC_MAX / 2],
	    action[64];
	struct host_set *set;
	size_t i = 0;

	snprintf(name, sizeof(name), HOST_SET_PREFIX "fwm%c-%u-%u",
		 key->family == AF_INET6 ? '6' : '4', key->fwmark, (unsigned)number);
	set = host_state_add_set(want, name, "hash:net", part);
	for (size_t k = 0; k < match->n_prefixes; k++) {
		const struct conf_prefix *prefix = &match->prefixes[k];
		char member[ADDR_TEXT_MAX + 4];

		if (prefix->len == addr_bits(&prefix->addr))
			addr_format(&prefix->addr, member);
		else
			snprintf(member, sizeof(member), "%s/%u", addr_format(&prefix->addr, text),
				 prefix->len);
		host_set_add(set, member);
	}
	snprintf(action, sizeof(action), "-j MARK --set-mark %u", key->fwmark);
	do {
		int len = snprintf(condition, sizeof(condition), "-p %s -m set --match-set %s dst",
				   svckey_protocol_name(match->protocol), name);

		if (match->n_ports) {
			next_ports(match, &i, ports, sizeof(ports));
			snprintf(condition + len, sizeof(condition) - (size_t)len,
				 " -m multiport --dports %s", ports);
		}
		host_want_rule(&want->chains[part], name + strlen(HOST_SET_PREFIX), condition, action);
	} while (i < match->n_ports);
}

static int compare_marks(const void *left, const void *right)
{
	const struct conf_virtual_server *const *a = left, *const *b = right;

	return (*a)->key.fwmark < (*b)->key.fwmark   ? 1
	       : (*a)->key.fwmark > (*b)->key.fwmark ? -1
						     : 0;
}

/* Each matching rule sets the mark again, so the last one counts. Therefore the smallest mark comes
 * last. */
static void want_marks(struct host_state *want, const struct conf *conf)
{
	VEC(const struct conf_virtual_server *) services = {0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		if (conf->virtual_servers[i].n_matches)
			*vec_push(&services) = &conf->virtual_servers[i];
	if (services.n)
		qsort(services.items, services.n, sizeof(*services.items), compare_marks);
	for (size_t i = 0; i < services.n; i++)
		for (size_t k = 0; k < services.items[i]->n_matches; k++)
			want_match(want, &services.items[i]->key, &services.items[i]->matches[k],
				   k + 1);
	vec_free(&services);
}

void host_want_finish(struct host_state *want)
{
	host_state_sort(want);
	for (int part = 0; part < HOST_N_PARTS; part++)
		want->chains[part].is_jumped = want->chains[part].exists;
}

void host_want_at_stop(const struct conf *conf, struct host_state *ret_want)
{
	if (conf->global.keep_at_stop == CONF_KEEP_ALL)
		host_want(conf, ret_want);
	else if (conf->global.keep_at_stop == CONF_KEEP_CONNECTIONS &&
		 conf->global.flush_on_stop == CONF_FLUSH_NONE && want_full_nat(ret_want, conf))
		WANT(ret_want, of_fnat);
	host_want_finish(ret_want);
}

void host_want(const struct conf *conf, struct host_state *ret_want)
{
	if (want_full_nat(ret_want, conf))
		WANT(ret_want, of_fnat);
	want_marks(ret_want, conf);
	if (conf->n_virtual_servers)
		WANT(ret_want, of_services);
	if (conf_sync_mode(&conf->global) != CONF_SYNC_OFF)
		WANT(ret_want, of_sync);
	if (conf->global.relay.is_on)
		WANT(ret_want, of_relay);
	host_want_finish(ret_want);
}

/* Lists the addresses that are in pools of the file without full NAT. */
static void list_others(const struct conf *conf, struct host_set *others)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t k = 0; k < vs->n_real_servers; k++)
			if (vs->real_servers[k].method == CONF_METHOD_NAT)
				host_set_add(others,
					     addr_format(&vs->real_servers[k].ep.addr, text));
		if (vs->has_sorry_server && vs->sorry_server.method == CONF_METHOD_NAT)
			host_set_add(others, addr_format(&vs->sorry_server.ep.addr, text));
	}
}

static bool is_addr_listed(const struct addr *list, size_t n, const char *text)
{
	struct addr addr;

	return addr_parse(text, &addr) == 0 && n &&
	       bsearch(&addr, list, n, sizeof(addr), compare_sources);
}

void host_want_keep(const struct conf *conf, const struct host_state *have,
		    const struct addr *in_use, size_t n, struct host_state *want)
{
	struct host_state others = {0};
	struct host_set *list =
	    host_state_add_set(&others, HOST_SET_PREFIX "others", "hash:ip", HOST_NAT4);

	list_others(conf, list);
	/* An address that belongs to another source of the file must not be in two sets either. */
	for (size_t i = 0; i < want->sets.n; i++)
		for (size_t k = 0; k < want->sets.items[i].members.n; k++)
			host_set_add(list, want->sets.items[i].members.items[k]);
	host_state_sort(&others);
	list = &others.sets.items[0];
	for (size_t i = 0; i < have->sets.n; i++) {
		const struct host_set *old = &have->sets.items[i];
		struct host_set *set = host_state_set(want, old->name);

		for (size_t k = 0; set && !strcmp(old->type, "hash:ip") && k < old->members.n; k++)
			if (is_addr_listed(in_use, n, old->members.items[k]) &&
			    !host_set_has(list, old->members.items[k]))
				host_set_add(set, old->members.items[k]);
	}
	host_state_sort(want);
	host_state_clear(&others);
}

unsigned host_state_parts(const struct host_state *state)
{
	unsigned parts = 0;

	for (int part = 0; part < HOST_N_PARTS; part++)
		if (state->chains[part].exists || state->chains[part].jumps.n)
			parts |= 1u << part;
	for (size_t i = 0; i < state->sets.n; i++)
		parts |= 1u << state->sets.items[i].part;
	return parts;
}

unsigned host_needs(const struct conf_virtual_server *vs)
{
	unsigned parts = 0;

	if (conf_service_has_full_nat(vs))
		parts |= 1u << host_part_nat(vs->fnat_source.family) |
			 1u << host_part_mangle(vs->fnat_source.family);
	if (vs->n_matches)
		parts |= 1u << host_part_mangle(vs->key.family);
	return parts;
}
