/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/path_targets.h"

#include <string.h>
#include <stdlib.h>

static int by_addr(const void *a, const void *b)
{
	const struct path_target *left = a, *right = b;

	return addr_cmp(&left->addr, &right->addr);
}

/* The index of the first item that is not less than addr. */
static size_t place_of(const struct path_targets *targets, const struct addr *addr)
{
	size_t low = 0, high = targets->items.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (addr_cmp(&targets->items.items[middle].addr, addr) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct path_target *target_find(const struct path_targets *targets, const struct addr *addr)
{
	size_t at = place_of(targets, addr);

	return at < targets->items.n && !addr_cmp(&targets->items.items[at].addr, addr)
		   ? &targets->items.items[at]
		   : NULL;
}

static void sort(struct path_targets *targets)
{
	struct path_target *items = targets->items.items;
	size_t n = 0;

	if (!targets->items.n)
		return;
	qsort(items, targets->items.n, sizeof(*items), by_addr);
	for (size_t i = 0; i < targets->items.n; i++)
		if (n == 0 || addr_cmp(&items[n - 1].addr, &items[i].addr))
			items[n++] = items[i];
	targets->items.n = n;
}

void path_targets_set(struct path_targets *targets, const struct addr *addrs, size_t n)
{
	struct path_targets next = {.all = {targets->all[0], targets->all[1]}};

	for (size_t i = 0; i < n; i++) {
		const struct path_target *known = target_find(targets, &addrs[i]);

		*(struct path_target *)vec_push(&next.items) = (struct path_target){
		    addrs[i], known ? known->changed : (struct mono){0}};
	}
	sort(&next);
	vec_free(&targets->items);
	*targets = next;
}

void path_targets_fini(struct path_targets *targets)
{
	vec_free(&targets->items);
}

static bool is_in(const struct path_change *change, const struct addr *addr)
{
	unsigned whole = change->prefix_len / 8, rest = change->prefix_len % 8;
	uint8_t mask = (uint8_t)(0xff << (8 - rest));

	return addr->family == change->net.family && !memcmp(addr->bytes, change->net.bytes, whole) &&
	       (!rest || !((addr->bytes[whole] ^ change->net.bytes[whole]) & mask));
}

static size_t slot(uint16_t family)
{
	return family == AF_INET6;
}

bool path_targets_change(struct path_targets *targets, const struct path_change *change,
			 struct mono now)
{
	size_t first;

	if (change->net.family == AF_UNSPEC)
		targets->all[0] = targets->all[1] = now;
	else if (change->prefix_len == 0)
		targets->all[slot(change->net.family)] = now;
	if (change->net.family == AF_UNSPEC || change->prefix_len == 0)
		return targets->items.n > 0;
	if (change->prefix_len > addr_bits(&change->net))
		return false;
	/* The bits of net after the prefix are zero, so in the order net comes before its
	 * addresses. */
	first = place_of(targets, &change->net);
	for (size_t i = first; i < targets->items.n; i++) {
		if (!is_in(change, &targets->items.items[i].addr))
			return i > first;
		targets->items.items[i].changed = now;
	}
	return targets->items.n > first;
}

struct mono path_targets_changed(const struct path_targets *targets, const struct addr *addr)
{
	const struct path_target *target = target_find(targets, addr);
	struct mono all = targets->all[slot(addr->family)];

	return target && mono_before(all, target->changed) ? target->changed : all;
}
