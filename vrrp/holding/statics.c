/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/statics.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Stands in messages in the place of an instance's name. */
#define NAME "(static)"

struct vrrp_statics {
	struct vrrp_statics_host host;
	struct arena *arena, *old_arena; /* of the configuration, and of the stale items */
	struct vrrp_vips vips, stale_vips;
	struct vrrp_items items[VRRP_ITEM_KINDS], stale_items[VRRP_ITEM_KINDS];
	struct vrrp_retry retry; /* of addresses; items have their own */
	struct loop_timer *timer;
};

/* --- adding --- */

static void statics_arm(struct vrrp_statics *statics)
{
	struct mono wake = vrrp_retry_wake(&statics->retry);

	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		wake = mono_min(wake, vrrp_items_wake(&statics->items[i]));
	loop_timer_set(statics->timer, wake);
}

/* "10.0.0.1/24 on eth0". */
static const char *address_text(const struct conf_vip *vip, char text[static VRRP_ITEM_TEXT_MAX])
{
	char addr[ADDR_TEXT_MAX];

	snprintf(text, VRRP_ITEM_TEXT_MAX, "%s/%u on %.15s", addr_format(&vip->addr, addr),
		 vip->prefix_len, vip->interface);
	return text;
}

/* A refusal is logged once; further attempts are quiet until all addresses are there. */
static void addresses_add(struct vrrp_statics *statics, struct mono now)
{
	const struct vrrp_link *link = statics->host.link;
	const struct conf_vip *lost = vrrp_vips_link_lost(&statics->vips, link);
	const struct conf_vip *duplicate = vrrp_vips_link_duplicate(&statics->vips, link);
	bool was_refused = statics->retry.is_due && statics->retry.attempts && !lost, is_missing;
	char text[VRRP_ITEM_TEXT_MAX];

	vrrp_vips_link_apply(&statics->vips, statics->host.link, NAME, &(struct addr){0},
			     was_refused);
	is_missing = vrrp_vips_link_missing(&statics->vips, link) != VRRP_VIPS_COMPLETE;
	if (lost && !is_missing)
		log_warning("vrrp=" NAME " address %s was removed by something on this machine, or "
			    "went with its interface: it is back",
			    address_text(lost, text));
	else if (duplicate && !was_refused)
		log_warning("vrrp=" NAME " address %s is in use: duplicate address detection failed, so another "
			    "machine has it: it is added again",
			    address_text(duplicate, text));
	else if (was_refused && !is_missing && !duplicate)
		log_notice("vrrp=" NAME " all addresses are there after all");
	vrrp_retry_made(&statics->retry, lost || duplicate || is_missing, is_missing, now);
}

static void items_add(struct vrrp_statics *statics, struct mono now)
{
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		vrrp_items_link_add(&statics->items[i], statics->host.routes, NAME, now);
}

static void on_retry_due(void *arg)
{
	struct vrrp_statics *statics = arg;
	struct mono now = clock_mono();

	if (mono_reached(now, vrrp_retry_wake(&statics->retry)))
		addresses_add(statics, now);
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		if (mono_reached(now, vrrp_items_wake(&statics->items[i])))
			vrrp_items_link_add(&statics->items[i], statics->host.routes, NAME, now);
	statics_arm(statics);
	statics->host.on_change(statics->host.arg);
}

/* A static address needs only its interface, so the gain of another address causes no attempt at
 * once. Otherwise each addition would cause the next attempt, for ever if somebody removes what
 * lvsd adds. */
void vrrp_statics_recheck(struct vrrp_statics *statics, const struct vrrp_link_gain *gain)
{
	if (statics->vips.is_master &&
	    vrrp_vips_link_missing(&statics->vips, statics->host.link) != VRRP_VIPS_COMPLETE)
		statics->retry.is_due = true;
	if (gain->has_interface)
		vrrp_retry_now(&statics->retry);
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++) {
		vrrp_items_recheck(&statics->items[i]);
		if (gain->has_interface || gain->has_address)
			vrrp_items_retry_now(&statics->items[i]);
	}
	statics_arm(statics);
}

/* --- configurations --- */

void vrrp_statics_set(struct vrrp_statics *statics, const struct conf_statics *conf,
		      struct arena *arena)
{
	const struct conf_vrrp list = {.vips = conf->addresses,
				       .n_vips = conf->n_addresses,
				       .routes = conf->routes,
				       .n_routes = conf->n_routes,
				       .rules = conf->rules,
				       .n_rules = conf->n_rules};
	struct mono now = clock_mono();

	vrrp_statics_trim(statics);
	statics->old_arena = statics->arena;
	statics->arena = arena;
	vrrp_vips_set(&statics->vips, &list, &statics->stale_vips);
	for (enum vrrp_item_kind i = 0; i < VRRP_ITEM_KINDS; i++) {
		vrrp_items_set(&statics->items[i], i, &list, &statics->stale_items[i]);
		statics->items[i].is_master = true;
	}
	vrrp_vips_link_say_outdated(&statics->vips, NAME);
	statics->vips.is_master = true;
	/* Attempts for the configuration before do not count. */
	statics->retry = (struct vrrp_retry){0};
	addresses_add(statics, now);
	items_add(statics, now);
	statics_arm(statics);
}

/* Rules go before the routes that they lead to. Returns whether there was anything. */
static bool items_remove(const struct vrrp_statics *statics,
			 struct vrrp_items items[static VRRP_ITEM_KINDS])
{
	size_t n = 0;

	for (size_t i = VRRP_ITEM_KINDS; i-- > 0;) {
		n += items[i].list.n;
		items[i].is_master = false;
		vrrp_items_link_del(&items[i], statics->host.routes, NAME,
				    statics->host.is_item_shared, statics->host.arg);
	}
	return n;
}

static void addresses_remove(const struct vrrp_statics *statics, struct vrrp_vips *vips)
{
	vips->is_master = false;
	vrrp_vips_link_apply(vips, statics->host.link, NAME, &(struct addr){0}, false);
}

void vrrp_statics_trim(struct vrrp_statics *statics)
{
	/* The kernel may remove a similar route or rule in place of the one that was named. */
	bool is_any = items_remove(statics, statics->stale_items);

	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		vrrp_items_replaced(&statics->items[i]);
	if (is_any)
		items_add(statics, clock_mono());
	if (statics->stale_vips.list.n)
		addresses_remove(statics, &statics->stale_vips);
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		vrrp_items_fini(&statics->stale_items[i]);
	vrrp_vips_fini(&statics->stale_vips);
	arena_free(statics->old_arena);
	statics->old_arena = NULL;
}

void vrrp_statics_stop(struct vrrp_statics *statics)
{
	vrrp_statics_trim(statics);
	items_remove(statics, statics->items);
	addresses_remove(statics, &statics->vips);
	statics->retry = (struct vrrp_retry){0};
	statics_arm(statics);
}

/* --- what others ask --- */

const struct vrrp_vips *vrrp_statics_vips(const struct vrrp_statics *statics)
{
	return &statics->vips;
}

const struct vrrp_items *vrrp_statics_items(const struct vrrp_statics *statics,
					    enum vrrp_item_kind kind)
{
	return &statics->items[kind];
}

/* The first address of the group that is missing, in words; NULL: none is. */
static const char *missing_address(const struct vrrp_statics *statics, const char *group,
				   char text[static VRRP_ITEM_TEXT_MAX])
{
	for (size_t i = 0; i < statics->vips.list.n; i++) {
		const struct conf_vip *vip = statics->vips.list.items[i].conf;
		const struct vrrp_link_if *interface =
		    vrrp_link_by_name(statics->host.link, vip->interface);

		if (strcmp(vip->track_group, group) || vip->is_untracked)
			continue;
		if (!interface ||
		    !vrrp_link_has_addr(statics->host.link, interface->index, &vip->addr))
			return address_text(vip, text);
	}
	return NULL;
}

static const char *missing_item(const struct vrrp_items *items, const char *group,
				char text[static VRRP_ITEM_TEXT_MAX])
{
	for (size_t i = 0; i < items->list.n; i++) {
		const struct vrrp_item *item = &items->list.items[i];

		if (!strcmp(vrrp_item_track_group(items->kind, item->conf), group) &&
		    !item->is_held && !vrrp_item_is_untracked(items->kind, item->conf))
			return vrrp_items_link_text(items->kind, item->conf, text);
	}
	return NULL;
}

struct vrrp_source vrrp_statics_source(const struct vrrp_statics *statics, const char *group)
{
	struct vrrp_source source = {.kind = CONF_TRACKER_STATIC, .state = VRRP_SOURCE_UP};
	char text[VRRP_ITEM_TEXT_MAX];
	const char *kind = "address", *missing = missing_address(statics, group, text);

	for (enum vrrp_item_kind i = 0; !missing && i < VRRP_ITEM_KINDS; i++) {
		kind = vrrp_item_name(i);
		missing = missing_item(&statics->items[i], group, text);
	}
	snprintf(source.name, sizeof(source.name), "%s", group);
	if (missing) {
		source.state = VRRP_SOURCE_DOWN;
		snprintf(source.text, sizeof(source.text), "static %s %.120s is missing", kind, missing);
	}
	return source;
}

struct vrrp_statics *vrrp_statics_new(const struct vrrp_statics_host *host)
{
	struct vrrp_statics *statics = mem_calloc(1, sizeof(*statics));

	statics->host = *host;
	statics->vips.index = host->vips;
	statics->vips.is_static = true;
	statics->timer = loop_timer_new(host->loop, on_retry_due, statics);
	return statics;
}

void vrrp_statics_free(struct vrrp_statics *statics)
{
	if (!statics)
		return;
	loop_timer_free(statics->timer);
	vrrp_vips_fini(&statics->vips);
	vrrp_vips_fini(&statics->stale_vips);
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++) {
		vrrp_items_fini(&statics->items[i]);
		vrrp_items_fini(&statics->stale_items[i]);
	}
	arena_free(statics->arena);
	arena_free(statics->old_arena);
	free(statics);
}
