/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/filter.h"
#include "host/want.h"

#include <net/if.h>
#include <stdio.h>

#define CONDITION_MAX 160

/* The words of iptables for one family. */
struct words {
	uint16_t family;
	const char *refuse, *serve; /* names of sets */
	const char *icmp, *option;  /* "-p icmp", "--icmp-type" */
	/* Types of ICMP that report an error, which IPVS may have to forward (RFC 792, RFC 4443);
	 * and those of neighbour discovery. 0 at the end. */
	unsigned passed[6];
};

static const struct words words_ip4 = {
    AF_INET,
    HOST_SET_PREFIX HOST_SET_REFUSE "4",
    HOST_SET_PREFIX HOST_SET_SERVE "4",
    "icmp",
    "--icmp-type",
    {3, 11, 12},
};

static const struct words words_ip6 = {
    AF_INET6,
    HOST_SET_PREFIX HOST_SET_REFUSE "6",
    HOST_SET_PREFIX HOST_SET_SERVE "6",
    "ipv6-icmp",
    "--icmpv6-type",
    {1, 2, 3, 135, 136},
};

/* Which sets of the filter (host/filter.h) are of this family. */
static bool is_of_family(const struct words *words, enum host_filter_set set)
{
	return (set == HOST_FILTER_ADDRS4 || set == HOST_FILTER_SERVICES4) ==
	       (words->family == AF_INET);
}

static void add_member(const struct words *words, const char *set, const char *type,
		       const char *member, struct host_state *want)
{
	host_set_add(host_state_add_set(want, set, type, host_part_filter(words->family)), member);
}

/* Puts the element into its set. A link-local address is a rule of its own. */
static void want_element(const struct words *words, const struct host_filter_element *element,
			 struct host_state *want)
{
	struct addr addr = {.family = words->family};
	char text[ADDR_TEXT_MAX], long_text[CONDITION_MAX];
	size_t len = addr_len(&addr);
	const uint8_t *rest = element->key + len;

	memcpy(addr.bytes, element->key, len);
	addr_format(&addr, text);
	switch (element->set) {
	case HOST_FILTER_LINK6:
		snprintf(long_text, sizeof(long_text), "-d %s -i %.*s", text, IFNAMSIZ,
			 (const char *)rest);
		host_want_rule(&want->chains[HOST_FILTER6], "refuse", long_text, "-j DROP");
		break;
	case HOST_FILTER_SERVICES4:
	case HOST_FILTER_SERVICES6:
		snprintf(long_text, sizeof(long_text), "%s,%s:%u", text,
			 svckey_protocol_name(rest[0]), (unsigned)rest[4] << 8 | rest[5]);
		add_member(words, words->serve, "hash:ip,port", long_text, want);
		break;
	default:
		add_member(words, words->refuse, "hash:ip", text, want);
	}
}

/* Lets through what is for a service of a mark, or of every port. */
static void pass_service(const struct words *words, const struct svckey *key,
			 struct host_state *want)
{
	char text[ADDR_TEXT_MAX], condition[CONDITION_MAX];

	if (key->family != words->family || (!key->fwmark && key->ep.port))
		return;
	if (key->fwmark)
		snprintf(condition, sizeof(condition), "-m mark --mark %u", key->fwmark);
	else
		snprintf(condition, sizeof(condition), "-d %s -p %s",
			 addr_format(&key->ep.addr, text), svckey_protocol_name(key->protocol));
	host_want_rule(&want->chains[host_part_filter(words->family)], "serve", condition,
		       "-j RETURN");
}

static void want_passed(const struct conf *conf, const struct words *words, struct host_state *want)
{
	struct host_chain *chain = &want->chains[host_part_filter(words->family)];
	char condition[CONDITION_MAX];

	for (size_t i = 0; words->passed[i]; i++) {
		snprintf(condition, sizeof(condition), "-p %s %s %u", words->icmp, words->option,
			 words->passed[i]);
		host_want_rule(chain, "pass", condition, "-j RETURN");
	}
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t k = 0; k < conf_service_count(&conf->virtual_servers[i]); k++)
			pass_service(words, conf_service_key(&conf->virtual_servers[i], k), want);
}

/* Appends a rule that looks the packet up in the set, if the set is wanted. */
static void want_lookup(const struct words *words, const char *set, const char *what,
			const char *action, struct host_state *want)
{
	char condition[CONDITION_MAX];
	bool is_pair = set == words->serve;

	for (size_t i = 0; i < want->sets.n; i++) {
		if (strcmp(want->sets.items[i].name, set))
			continue;
		snprintf(condition, sizeof(condition), "-m set --match-set %s %s", set,
			 is_pair ? "dst,dst" : "dst");
		host_want_rule(&want->chains[host_part_filter(words->family)], what, condition,
			       action);
		return;
	}
}

static void want_family(const struct conf *conf, const struct words *words,
			const struct host_filter *filter, struct host_state *want)
{
	size_t n = 0;

	for (size_t i = 0; i < filter->elements.n; i++)
		n += is_of_family(words, filter->elements.items[i].set);
	if (!n)
		return;
	want_passed(conf, words, want);
	for (size_t i = 0; i < filter->elements.n; i++)
		if (is_of_family(words, filter->elements.items[i].set))
			want_element(words, &filter->elements.items[i], want);
	want_lookup(words, words->serve, "serve", "-j RETURN", want);
	want_lookup(words, words->refuse, "refuse", "-j DROP", want);
}

void host_want_filter(const struct conf *conf, struct host_state *want)
{
	struct host_filter filter = {0};

	host_filter_want(conf, &filter);
	want_family(conf, &words_ip4, &filter, want);
	want_family(conf, &words_ip6, &filter, want);
	host_filter_clear(&filter);
	host_want_finish(want);
}
