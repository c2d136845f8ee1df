/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/pace/pace.h"

#include <stdlib.h>
#include <string.h>

void vrrp_pace_fini(struct vrrp_pace *pace)
{
	for (size_t i = 0; i < pace->lanes.n; i++)
		vec_free(&pace->lanes.items[i].queue);
	vec_free(&pace->lanes);
	vec_free(&pace->members);
}

void vrrp_pace_set_groups(struct vrrp_pace *pace, const struct conf_garp_group *groups, size_t n)
{
	vec_clear(&pace->members);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < groups[i].n_interfaces; k++) {
			struct vrrp_pace_member *member = vec_push(&pace->members);

			strncpy(member->interface, groups[i].interfaces[k],
				sizeof(member->interface) - 1);
			member->group = (unsigned)i + 1;
			member->garp_ns = (int64_t)groups[i].garp_interval_us * NS_PER_US;
			member->gna_ns = (int64_t)groups[i].gna_interval_us * NS_PER_US;
		}
}

static const struct vrrp_pace_member *member_of(const struct vrrp_pace *pace, const char *interface)
{
	for (size_t i = 0; i < pace->members.n; i++)
		if (!strcmp(pace->members.items[i].interface, interface))
			return &pace->members.items[i];
	return NULL;
}

static struct vrrp_pace_lane *lane_new(struct vrrp_pace *pace, struct mono now)
{
	/* Finds a queue that no instance uses any more, such as that of an interface which a reload
	 * has removed. */
	for (size_t i = 0; i < pace->lanes.n; i++)
		if (!pace->lanes.items[i].queue.n && mono_reached(now, pace->lanes.items[i].next))
			return &pace->lanes.items[i];
	return vec_push(&pace->lanes);
}

/* member: the interface as one of a garp_group; NULL: it is in none. */
static struct vrrp_pace_lane *lane_of(struct vrrp_pace *pace, const struct vrrp_announcement *what,
				      const struct vrrp_pace_member *member, struct mono now)
{
	static const char shared[CONF_IFNAME_MAX];
	const char *interface = member ? shared : what->interface;
	unsigned group = member ? member->group : 0;
	struct vrrp_pace_lane *lane;

	for (size_t i = 0; i < pace->lanes.n; i++) {
		lane = &pace->lanes.items[i];
		if (lane->family == what->vip.family && lane->group == group &&
		    !strcmp(lane->interface, interface))
			return lane;
	}
	lane = lane_new(pace, now);
	memcpy(lane->interface, interface, sizeof(lane->interface));
	lane->group = group;
	lane->family = what->vip.family;
	lane->next = now;
	return lane;
}

static bool is_of(const struct vrrp_announcement *what, unsigned id, const struct addr *vip)
{
	return what->id == id && (!vip || addr_cmp(&what->vip, vip) == 0);
}

static int64_t interval_of(const struct vrrp_announcement *what,
			   const struct vrrp_pace_member *member)
{
	if (!member)
		return what->interval_ns;
	return what->vip.family == AF_INET ? member->garp_ns : member->gna_ns;
}

bool vrrp_pace_offer(struct vrrp_pace *pace, const struct vrrp_announcement *what, struct mono now)
{
	const struct vrrp_pace_member *member = member_of(pace, what->interface);
	int64_t interval_ns = interval_of(what, member);
	struct vrrp_pace_lane *lane;
	struct vrrp_paced *paced;

	if (!interval_ns)
		return true;
	lane = lane_of(pace, what, member, now);
	lane->interval_ns = interval_ns;
	if (!lane->queue.n && mono_reached(now, lane->next)) {
		lane->next = mono_add_ns(now, lane->interval_ns);
		return true;
	}
	for (size_t i = 0; i < lane->queue.n; i++) {
		paced = &lane->queue.items[i];
		if (is_of(&paced->what, what->id, &what->vip) &&
		    !strcmp(paced->what.interface, what->interface)) {
			paced->count += paced->count < what->most;
			return false;
		}
	}
	paced = vec_push(&lane->queue);
	*paced = (struct vrrp_paced){*what, 1};
	return false;
}

struct mono vrrp_pace_wake(const struct vrrp_pace *pace)
{
	struct mono wake = MONO_NEVER;

	for (size_t i = 0; i < pace->lanes.n; i++)
		if (pace->lanes.items[i].queue.n)
			wake = mono_min(wake, pace->lanes.items[i].next);
	return wake;
}

static struct vrrp_paced pop(struct vrrp_pace_lane *lane)
{
	struct vrrp_paced first = lane->queue.items[0];

	lane->queue.n--;
	memmove(lane->queue.items, lane->queue.items + 1,
		lane->queue.n * sizeof(*lane->queue.items));
	return first;
}

bool vrrp_pace_take(struct vrrp_pace *pace, struct mono now, struct vrrp_announcement *ret_what)
{
	for (size_t i = 0; i < pace->lanes.n; i++) {
		struct vrrp_pace_lane *lane = &pace->lanes.items[i];
		struct vrrp_paced first;

		if (!lane->queue.n || !mono_reached(now, lane->next))
			continue;
		first = pop(lane);
		*ret_what = first.what;
		if (--first.count)
			*(struct vrrp_paced *)vec_push(&lane->queue) = first;
		lane->next = mono_add_ns(now, lane->interval_ns);
		return true;
	}
	return false;
}

void vrrp_pace_forget(struct vrrp_pace *pace, unsigned id, const struct addr *vip)
{
	for (size_t i = 0; i < pace->lanes.n; i++) {
		struct vrrp_pace_lane *lane = &pace->lanes.items[i];
		size_t n = 0;

		for (size_t k = 0; k < lane->queue.n; k++)
			if (!is_of(&lane->queue.items[k].what, id, vip))
				lane->queue.items[n++] = lane->queue.items[k];
		lane->queue.n = n;
	}
}
