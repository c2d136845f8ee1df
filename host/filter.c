/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/filter.h"
#include "base/hash.h"
#include "base/merge.h"

#include <net/if.h>

/* nft(8) knows the types of keys by these numbers; parts of a concatenation take six bits each. */
#define TYPE_IP4    7u
#define TYPE_IP6    8u
#define TYPE_PROTO  12u
#define TYPE_PORT   13u
#define TYPE_IFNAME 41u
#define TYPE_BITS   6u
#define TYPE2(a, b) ((a) << TYPE_BITS | (b))
#define SERVICE(ip) TYPE2(TYPE2(ip, TYPE_PROTO), TYPE_PORT)
#define WORD        4u /* the parts of a concatenation begin at multiples of it */
#define ADDR4_LEN   4u
#define ADDR6_LEN   16u

const struct host_filter_set_info host_filter_sets[HOST_FILTER_N_SETS] = {
    [HOST_FILTER_ADDRS4] = {"addresses4", TYPE_IP4, ADDR4_LEN},
    [HOST_FILTER_ADDRS6] = {"addresses6", TYPE_IP6, ADDR6_LEN},
    [HOST_FILTER_LINK6] = {"linklocal6", TYPE2(TYPE_IP6, TYPE_IFNAME), ADDR6_LEN + IFNAMSIZ},
    [HOST_FILTER_SERVICES4] = {"services4", SERVICE(TYPE_IP4), ADDR4_LEN + 2 * WORD},
    [HOST_FILTER_SERVICES6] = {"services6", SERVICE(TYPE_IP6), ADDR6_LEN + 2 * WORD},
};

static const struct {
	const char *plain, *counting;
} comments[HOST_FILTER_N_RULES] = {
#define COMMENT(text)                                                                              \
	{                                                                                          \
		"lvsd: " text, "lvsd: " text ", counted"                                           \
	}
    [HOST_FILTER_RULE_SERVICES4] = COMMENT("IPv4 services"),
    [HOST_FILTER_RULE_SERVICES6] = COMMENT("IPv6 services"),
    [HOST_FILTER_RULE_NEIGHBOURS] = COMMENT("neighbour discovery"),
    [HOST_FILTER_RULE_ADDRS4] = COMMENT("no_accept, IPv4"),
    [HOST_FILTER_RULE_ADDRS6] = COMMENT("no_accept, IPv6"),
    [HOST_FILTER_RULE_LINK6] = COMMENT("no_accept, link-local"),
#undef COMMENT
};

const char *host_filter_comment(enum host_filter_rule rule, bool is_counting)
{
	return is_counting ? comments[rule].counting : comments[rule].plain;
}

/* What nft(8) reads as the name of a table without quotes. */
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* Behind IPVS, and behind the translation of sources (NF_IP_PRI_NAT_SRC, 100). */
#define PRIORITY 101

int32_t host_filter_priority(const struct conf_global *global)
{
	return global->nft_priority ? (int32_t)global->nft_priority : PRIORITY;
}

/* ---- the name of the table ---- */

/* The last folder of the path is for people, the hash tells those apart that end alike. */
const char *host_filter_table(const char *run_dir, char name[static HOST_FILTER_TABLE_MAX])
{
	const char *slash = run_dir ? strrchr(run_dir, '/') : NULL;
	size_t at;

	if (!run_dir) {
		snprintf(name, HOST_FILTER_TABLE_MAX, "%s", HOST_FILTER_TABLE);
		return name;
	}
	at = (size_t)snprintf(name, HOST_FILTER_TABLE_MAX, "%s_%.32s", HOST_FILTER_TABLE,
			      slash ? slash + 1 : run_dir);
	for (size_t i = 0; i < at; i++)
		if (!memchr(NAME_BYTES, name[i], sizeof(NAME_BYTES) - 1))
			name[i] = '_';
	snprintf(name + at, HOST_FILTER_TABLE_MAX - at, "_%08x", hash_text_short(run_dir));
	return name;
}

bool host_filter_is_table(const char *name)
{
	const size_t len = strlen(HOST_FILTER_TABLE);

	return !strncmp(name, HOST_FILTER_TABLE, len) && strlen(name) < HOST_FILTER_TABLE_MAX &&
	       (!name[len] || name[len] == '_') && strspn(name, NAME_BYTES) == strlen(name);
}

/* ---- layout ---- */

/* Appends a line, for which text is freed. */
static void note_line(struct host_filter *filter, char *text)
{
	if (filter->layout.n)
		filter->layout.items[filter->layout.n - 1] = '\n'; /* was the NUL */
	for (const char *at = text; *at; at++)
		*vec_push(&filter->layout) = *at;
	*vec_push(&filter->layout) = '\0';
	free(text);
}

void host_filter_note_table(struct host_filter *filter, uint32_t flags)
{
	note_line(filter, mem_printf("table %u", flags));
}

void host_filter_note_chain(struct host_filter *filter, const char *type, uint32_t hook,
			    int32_t priority, uint32_t policy)
{
	note_line(filter, mem_printf("chain %s %u %d %u", type, hook, priority, policy));
}

void host_filter_note_set(struct host_filter *filter, const char *name, uint32_t key_len)
{
	note_line(filter, mem_printf("set %s %u", name, key_len));
}

void host_filter_note_rule(struct host_filter *filter, const char *comment)
{
	note_line(filter, mem_printf("rule %s", comment));
}

static void want_layout(const struct conf_global *global, struct host_filter *want)
{
	host_filter_note_table(want, 0);
	host_filter_note_chain(want, "filter", HOST_FILTER_HOOK, host_filter_priority(global),
			       HOST_FILTER_ACCEPT);
	for (int set = 0; set < HOST_FILTER_N_SETS; set++)
		host_filter_note_set(want, host_filter_sets[set].name,
				     host_filter_sets[set].key_len);
	for (int rule = 0; rule < HOST_FILTER_N_RULES; rule++)
		host_filter_note_rule(want, host_filter_comment((enum host_filter_rule)rule,
								global->is_nft_counting));
}

/* ---- elements ---- */

static int compare_elements(const void *left, const void *right)
{
	const struct host_filter_element *a = left, *b = right;

	return a->set != b->set ? (a->set < b->set ? -1 : 1)
				: memcmp(a->key, b->key, sizeof(a->key));
}

void host_filter_sort(struct host_filter *filter)
{
	size_t n = 0;

	if (!filter->elements.n)
		return;
	qsort(filter->elements.items, filter->elements.n, sizeof(*filter->elements.items),
	      compare_elements);
	for (size_t i = 1; i < filter->elements.n; i++)
		if (compare_elements(&filter->elements.items[n], &filter->elements.items[i]))
			filter->elements.items[++n] = filter->elements.items[i];
	filter->elements.n = n + 1;
}

static bool has_element(const struct host_filter *filter, const struct host_filter_element *element)
{
	return filter->elements.n && bsearch(element, filter->elements.items, filter->elements.n,
					     sizeof(*element), compare_elements);
}

/* The element of an address that an instance holds. */
static struct host_filter_element addr_element(const struct conf_vrrp *vrrp,
					       const struct conf_vip *vip)
{
	const char *interface = vip->interface ? vip->interface : vrrp->interface;
	struct host_filter_element element = {
	    .set = vip->addr.family == AF_INET ? HOST_FILTER_ADDRS4 : HOST_FILTER_ADDRS6};

	memcpy(element.key, vip->addr.bytes, addr_len(&vip->addr));
	if (vip->addr.family == AF_INET6 && addr_is_link_local(&vip->addr)) {
		element.set = HOST_FILTER_LINK6;
		memcpy(element.key + ADDR6_LEN, interface, strnlen(interface, IFNAMSIZ - 1));
	}
	return element;
}

static void add_held(const struct conf *conf, bool is_refusing, struct host_filter *filter)
{
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];

		for (size_t k = 0; vrrp->is_refusing == is_refusing && k < conf_n_held(vrrp); k++)
			*vec_push(&filter->elements) = addr_element(vrrp, conf_held(vrrp, k));
	}
	host_filter_sort(filter);
}

/* Leaves out the addresses that an instance without no_accept has too. */
static void drop_accepted(const struct conf *conf, struct host_filter *want)
{
	struct host_filter accepted = {0};
	size_t n = 0;

	add_held(conf, false, &accepted);
	for (size_t i = 0; i < want->elements.n; i++)
		if (!has_element(&accepted, &want->elements.items[i]))
			want->elements.items[n++] = want->elements.items[i];
	want->elements.n = n;
	host_filter_clear(&accepted);
}

/* Adds the service if it is at an address that is dropped. A service of all ports, or of a mark,
 * has no element. */
static void want_service(const struct svckey *key, const struct host_filter *addrs,
			 struct host_filter *want)
{
	bool is_ip4 = key->family == AF_INET;
	struct host_filter_element element = {.set =
						  is_ip4 ? HOST_FILTER_ADDRS4 : HOST_FILTER_ADDRS6};
	size_t len = addr_len(&key->ep.addr);

	if (key->fwmark || !key->ep.port)
		return;
	memcpy(element.key, key->ep.addr.bytes, len);
	if (!has_element(addrs, &element))
		return;
	element.set = is_ip4 ? HOST_FILTER_SERVICES4 : HOST_FILTER_SERVICES6;
	element.key[len] = (uint8_t)key->protocol;
	element.key[len + WORD] = (uint8_t)(key->ep.port >> 8);
	element.key[len + WORD + 1] = (uint8_t)key->ep.port;
	*vec_push(&want->elements) = element;
}

static void want_services(const struct conf *conf, struct host_filter *want)
{
	struct host_filter addrs = {.elements = {want->elements.items, want->elements.n, 0}};
	struct host_filter services = {0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		if (!vs->n_members)
			want_service(&vs->key, &addrs, &services);
		for (size_t k = 0; k < vs->n_members; k++)
			want_service(&vs->members[k].key, &addrs, &services);
	}
	host_filter_keep(want, &services);
	host_filter_clear(&services);
}

void host_filter_want(const struct conf *conf, struct host_filter *ret_want)
{
	add_held(conf, true, ret_want);
	drop_accepted(conf, ret_want);
	ret_want->exists = ret_want->elements.n > 0;
	if (!ret_want->exists)
		return;
	want_layout(&conf->global, ret_want);
	want_services(conf, ret_want);
}

void host_filter_keep(struct host_filter *want, const struct host_filter *have)
{
	for (size_t i = 0; i < have->elements.n; i++)
		*vec_push(&want->elements) = have->elements.items[i];
	host_filter_sort(want);
}

/* The element of the address at which a service is; that of an address is itself. */
static struct host_filter_element address_element(const struct host_filter_element *element)
{
	struct host_filter_element addr = *element;
	bool is_ip4 = element->set == HOST_FILTER_SERVICES4;

	if (!is_ip4 && element->set != HOST_FILTER_SERVICES6)
		return addr;
	addr = (struct host_filter_element){.set = is_ip4 ? HOST_FILTER_ADDRS4 : HOST_FILTER_ADDRS6};
	memcpy(addr.key, element->key, is_ip4 ? ADDR4_LEN : ADDR6_LEN);
	return addr;
}

void host_filter_keep_left(const struct conf *conf, const struct host_filter *have,
			   struct host_filter *want)
{
	struct host_filter accepted = {0}, left = {0};

	add_held(conf, false, &accepted);
	for (size_t i = 0; i < have->elements.n; i++) {
		struct host_filter_element addr = address_element(&have->elements.items[i]);

		if (!has_element(&accepted, &addr))
			*vec_push(&left.elements) = have->elements.items[i];
	}
	if (left.elements.n && !want->exists) {
		want->exists = true;
		want->layout.items = have->layout.items;
		want->layout.n = have->layout.n;
	}
	host_filter_keep(want, &left);
	host_filter_clear(&accepted);
	host_filter_clear(&left);
}

/* ---- the plan ---- */

static bool is_layout_same(const struct host_filter *a, const struct host_filter *b)
{
	return a->layout.n == b->layout.n &&
	       (!a->layout.n || !memcmp(a->layout.items, b->layout.items, a->layout.n));
}

static void plan_elements(const struct host_filter *want, const struct host_filter *have,
			  struct host_filter_plan *plan)
{
	struct merge merge = {
	    .left = {want->elements.items, want->elements.n, sizeof(*want->elements.items)},
	    .right = {have->elements.items, have->elements.n, sizeof(*have->elements.items)},
	    .cmp = compare_elements};
	const void *wanted, *present;

	while (merge_next(&merge, &wanted, &present)) {
		if (!present)
			*vec_push(&plan->added) = wanted;
		if (!wanted)
			*vec_push(&plan->removed) = present;
	}
}

void host_filter_plan(const struct host_filter *want, const struct host_filter *have,
		      struct host_filter_plan *ret_plan)
{
	static const struct host_filter nothing;
	bool is_whole = have->exists && is_layout_same(want, have);

	if (!want->exists) {
		ret_plan->step = have->exists ? HOST_FILTER_REMOVE : HOST_FILTER_NOTHING;
		return;
	}
	plan_elements(want, is_whole ? have : &nothing, ret_plan);
	ret_plan->step = !is_whole                                  ? HOST_FILTER_MAKE
			 : ret_plan->added.n || ret_plan->removed.n ? HOST_FILTER_CHANGE
								    : HOST_FILTER_NOTHING;
}

void host_filter_plan_free(struct host_filter_plan *plan)
{
	vec_free(&plan->added);
	vec_free(&plan->removed);
	plan->step = HOST_FILTER_NOTHING;
}

void host_filter_clear(struct host_filter *filter)
{
	vec_free(&filter->layout);
	vec_free(&filter->elements);
	filter->exists = false;
}

void host_filter_print(const struct host_filter_element *element, FILE *out)
{
	bool is_ip4 = element->set == HOST_FILTER_ADDRS4 || element->set == HOST_FILTER_SERVICES4;
	struct addr addr = {.family = is_ip4 ? AF_INET : AF_INET6};
	size_t len = addr_len(&addr);
	char text[ADDR_TEXT_MAX];

	memcpy(addr.bytes, element->key, len);
	fputs(addr_format(&addr, text), out);
	if (element->set == HOST_FILTER_LINK6)
		fprintf(out, " on %.*s", IFNAMSIZ, (const char *)element->key + len);
	if (element->set == HOST_FILTER_SERVICES4 || element->set == HOST_FILTER_SERVICES6)
		fprintf(out, " %s %u", svckey_protocol_name(element->key[len]),
			(unsigned)element->key[len + WORD] << 8 | element->key[len + WORD + 1]);
}
