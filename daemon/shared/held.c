/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/held.h"
#include "base/mem.h"
#include "vrrp/holding/item_key.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	const struct held_addr *x = a, *y = b;
	int order = strcmp(x->interface, y->interface);

	if (!order)
		order = addr_cmp(&x->addr, &y->addr);
	if (!order)
		order = x->prefix_len - y->prefix_len;
	return order ? order : addr_cmp(&x->peer, &y->peer);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_items(struct held *held)
{
	size_t n = 0;

	if (!held->items.n)
		return;
	qsort(held->items.items, held->items.n, sizeof(*held->items.items), compare_texts);
	for (size_t i = 1; i < held->items.n; i++)
		if (strcmp(held->items.items[n], held->items.items[i]))
			held->items.items[++n] = held->items.items[i];
		else
			free(held->items.items[i]);
	held->items.n = n + 1;
}

static void sort(struct held *held)
{
	size_t n = 0;

	if (!held->list.n)
		return;
	qsort(held->list.items, held->list.n, sizeof(*held->list.items), compare);
	for (size_t i = 1; i < held->list.n; i++) {
		struct held_addr *last = &held->list.items[n], *item = &held->list.items[i];

		if (compare(last, item))
			held->list.items[++n] = *item;
		else if (!last->index)
			last->index = item->index;
	}
	held->list.n = n + 1;
}

static void put_vip(struct held *held, const struct conf_vip *vip)
{
	struct held_addr *item = vec_push(&held->list);

	*item = (struct held_addr){
	    .addr = vip->addr, .prefix_len = conf_vip_len(vip), .peer = vip->peer};
	strncpy(item->interface, conf_vip_holder(vip), sizeof(item->interface) - 1);
}

static void put_vips(struct held *held, const struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < conf_n_held(vrrp); i++)
		put_vip(held, conf_held(vrrp, i));
}

void held_add_item(struct held *held, const char *key)
{
	*(char **)vec_push(&held->items) = mem_strdup(key);
}

/* Others than those of lvsd's own protocol are never looked for on the machine. */
static void put_items(struct held *held, const struct conf_route *routes, size_t n_routes,
		      const struct conf_rule *rules, size_t n_rules)
{
	char key[VRRP_ITEM_KEY_MAX];

	for (size_t i = 0; i < n_routes; i++)
		if (routes[i].protocol == CONF_ROUTE_PROTOCOL)
			held_add_item(held, vrrp_item_key(VRRP_ITEM_ROUTE, &routes[i], key));
	for (size_t i = 0; i < n_rules; i++)
		if (rules[i].protocol == CONF_ROUTE_PROTOCOL)
			held_add_item(held, vrrp_item_key(VRRP_ITEM_RULE, &rules[i], key));
}

static void put_all_items(struct held *held, const struct conf *conf)
{
	const struct conf_statics *statics = &conf->statics;

	put_items(held, statics->routes, statics->n_routes, statics->rules, statics->n_rules);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		put_items(held, conf->vrrps[i].routes, conf->vrrps[i].n_routes, conf->vrrps[i].rules,
			  conf->vrrps[i].n_rules);
}

static void put_instances(struct held *held, const struct conf *conf, bool of_owners)
{
	for (size_t i = 0; conf && i < conf->n_vrrps; i++)
		if (of_owners == (conf->vrrps[i].priority == CONF_PRIORITY_OWNER))
			put_vips(held, &conf->vrrps[i]);
}

static void put_statics(struct held *held, const struct conf *conf)
{
	for (size_t i = 0; conf && i < conf->statics.n_addresses; i++)
		put_vip(held, &conf->statics.addresses[i]);
}

void held_free(struct held *held)
{
	vec_free(&held->list);
	for (size_t i = 0; i < held->items.n; i++)
		free(held->items.items[i]);
	vec_free(&held->items);
}

bool held_add(struct held *held, const struct conf *conf)
{
	size_t n = held->list.n, n_items = held->items.n;

	put_instances(held, conf, false);
	put_statics(held, conf);
	sort(held);
	if (conf)
		put_all_items(held, conf);
	sort_items(held);
	return held->list.n != n || held->items.n != n_items;
}

/* Of an address of IPv4, getifaddrs(3) gives the label in place of the interface: "eth0:1". */
static bool is_of_interface(const char *name, const char *interface)
{
	size_t len = strlen(interface);

	return !strncmp(name, interface, len) && (!name[len] || name[len] == ':');
}

static bool has_addr(const struct ifaddrs *machine, const struct held_addr *item)
{
	struct endpoint end;

	for (; machine; machine = machine->ifa_next) {
		if (!machine->ifa_addr || machine->ifa_addr->sa_family != item->addr.family ||
		    !is_of_interface(machine->ifa_name, item->interface))
			continue;
		if (endpoint_from_sockaddr(machine->ifa_addr, &end) == 0 && !addr_cmp(&end.addr, &item->addr))
			return true;
	}
	return false;
}

static const struct held_addr *find(const struct held *held, const struct held_addr *item)
{
	return held->list.n ? bsearch(item, held->list.items, held->list.n, sizeof(*item), compare) : NULL;
}

bool held_add_owned(struct held *held, const struct conf *conf, const struct ifaddrs *machine)
{
	size_t n = held->list.n;
	struct held owned = {0};

	put_instances(&owned, conf, true);
	for (size_t i = 0; machine && i < owned.list.n; i++)
		if (!has_addr(machine, &owned.list.items[i]))
			*(struct held_addr *)vec_push(&held->list) = owned.list.items[i];
	held_free(&owned);
	sort(held);
	return held->list.n != n;
}

void held_owned(const struct held *held, const struct conf *conf, struct held *ret_owned)
{
	struct held owned = {0};

	put_instances(&owned, conf, true);
	sort(&owned);
	for (size_t i = 0; i < owned.list.n; i++)
		if (find(held, &owned.list.items[i]))
			*(struct held_addr *)vec_push(&ret_owned->list) = *find(held, &owned.list.items[i]);
	held_free(&owned);
}

static void indexes_keep(struct held *next, const struct held *held)
{
	for (size_t i = 0; i < next->list.n; i++) {
		struct held_addr *item = &next->list.items[i];
		const struct held_addr *before = find(held, item);

		item->index = before ? before->index : 0;
	}
}

bool held_set(struct held *held, const struct conf *conf)
{
	struct held next = {0};
	bool is_changed;

	held_owned(held, conf, &next);
	held_add(&next, conf);
	indexes_keep(&next, held);
	is_changed = next.list.n != held->list.n || next.items.n != held->items.n;
	for (size_t i = 0; !is_changed && i < next.list.n; i++)
		is_changed = compare(&next.list.items[i], &held->list.items[i]) != 0;
	for (size_t i = 0; !is_changed && i < next.items.n; i++)
		is_changed = strcmp(next.items.items[i], held->items.items[i]) != 0;
	held_free(held);
	*held = next;
	return is_changed;
}

/* For the kernel, IPv6 addresses that differ only in their prefix length are the same address. */
static int compare_entry(const void *a, const void *b)
{
	const struct held_addr *x = a, *y = b;
	struct held_addr same_prefix = *x;

	if (x->addr.family == AF_INET6) {
		same_prefix.prefix_len = y->prefix_len;
		same_prefix.peer = y->peer;
	}
	return compare(&same_prefix, y);
}

void held_left(const struct held *held, const struct conf *conf, struct held *ret_left)
{
	struct held named = {0};

	put_instances(&named, conf, false);
	put_instances(&named, conf, true);
	put_statics(&named, conf);
	sort(&named);
	for (size_t i = 0; i < held->list.n; i++) {
		const struct held_addr *item = &held->list.items[i];

		if (!named.list.n ||
		    !bsearch(item, named.list.items, named.list.n, sizeof(*item), compare_entry))
			*(struct held_addr *)vec_push(&ret_left->list) = *item;
	}
	held_free(&named);
}

bool held_has_left(const struct held *held, const struct conf *conf)
{
	struct held left = {0};
	bool has_left;

	held_left(held, conf, &left);
	has_left = left.list.n > 0;
	held_free(&left);
	return has_left;
}

static unsigned interface_index(const struct if_nameindex *interfaces, const char *name)
{
	for (; interfaces->if_index; interfaces++)
		if (!strcmp(interfaces->if_name, name))
			return interfaces->if_index;
	return 0;
}

static const char *interface_name(const struct if_nameindex *interfaces, unsigned index)
{
	for (; interfaces->if_index; interfaces++)
		if (interfaces->if_index == index)
			return interfaces->if_name;
	return NULL;
}

/* The list is sorted by interface, so each one is looked up once. */
bool held_locate(struct held *held, const struct if_nameindex *interfaces)
{
	bool is_changed = false;
	unsigned index = 0;

	for (size_t i = 0; interfaces && i < held->list.n; i++) {
		struct held_addr *item = &held->list.items[i];

		if (i == 0 || strcmp(item[-1].interface, item->interface) != 0)
			index = interface_index(interfaces, item->interface);
		if (!index || index == item->index)
			continue;
		item->index = index;
		is_changed = true;
	}
	return is_changed;
}

void held_follow(struct held *held, const struct if_nameindex *interfaces)
{
	size_t n = 0;

	if (!interfaces)
		return;
	for (size_t i = 0; i < held->list.n; i++) {
		struct held_addr item = held->list.items[i];
		const char *name = item.index ? interface_name(interfaces, item.index) : item.interface;

		if (!name || strlen(name) >= sizeof(item.interface))
			continue;
		memmove(item.interface, name, strlen(name) + 1);
		held->list.items[n++] = item;
	}
	held->list.n = n;
	sort(held);
}
