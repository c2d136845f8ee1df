/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/held.h"

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

static void sort(struct held *held)
{
	size_t n = 0;

	if (!held->list.n)
		return;
	qsort(held->list.items, held->list.n, sizeof(*held->list.items), compare);
	for (size_t i = 1; i < held->list.n; i++)
		if (compare(&held->list.items[n], &held->list.items[i]))
			held->list.items[++n] = held->list.items[i];
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

static void put_conf(struct held *held, const struct conf *conf, bool has_owners)
{
	for (size_t i = 0; conf && i < conf->n_vrrps; i++)
		if (has_owners || conf->vrrps[i].priority != CONF_PRIORITY_OWNER)
			put_vips(held, &conf->vrrps[i]);
	for (size_t i = 0; conf && i < conf->statics.n_addresses; i++)
		put_vip(held, &conf->statics.addresses[i]);
	sort(held);
}

void held_free(struct held *held)
{
	vec_free(&held->list);
}

bool held_add(struct held *held, const struct conf *conf)
{
	size_t before = held->list.n;

	put_conf(held, conf, false);
	return held->list.n != before;
}

bool held_set(struct held *held, const struct conf *conf)
{
	struct held next = {0};
	bool is_changed;

	put_conf(&next, conf, false);
	is_changed = next.list.n != held->list.n;
	for (size_t i = 0; !is_changed && i < next.list.n; i++)
		is_changed = compare(&next.list.items[i], &held->list.items[i]) != 0;
	vec_free(&held->list);
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

	put_conf(&named, conf, true);
	for (size_t i = 0; i < held->list.n; i++) {
		const struct held_addr *item = &held->list.items[i];

		if (!named.list.n ||
		    !bsearch(item, named.list.items, named.list.n, sizeof(*item), compare_entry))
			*(struct held_addr *)vec_push(&ret_left->list) = *item;
	}
	held_free(&named);
}
