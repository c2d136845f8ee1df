/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/pace/announcer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "vrrp/machine/raw.h"

#include <stdlib.h>
#include <string.h>

struct vrrp_announcer {
	const struct vrrp_link *link;
	struct vrrp_pace pace;
	struct loop_timer *timer;
	int fd; /* -1: not open yet */
	size_t n; /* of those that leave together */
	struct vrrp_raw_announcement batch[VRRP_GARP_BATCH];
};

void vrrp_announcer_flush(struct vrrp_announcer *announcer)
{
	if (!announcer->n)
		return;
	if (announcer->fd < 0)
		announcer->fd = vrrp_raw_announce_open();
	if (announcer->fd >= 0)
		vrrp_raw_announce(announcer->fd, announcer->batch, announcer->n);
	announcer->n = 0;
}

static void batch_put(struct vrrp_announcer *announcer, const struct vrrp_announcement *what)
{
	const struct vrrp_link_if *interface =
	    vrrp_link_by_name(announcer->link, what->interface);
	struct vrrp_raw_announcement *next;

	if (!interface || !interface->has_arp)
		return;
	if (announcer->n == VRRP_GARP_BATCH)
		vrrp_announcer_flush(announcer);
	next = &announcer->batch[announcer->n++];
	*next = (struct vrrp_raw_announcement){.index = interface->index, .vip = what->vip};
	memcpy(next->mac, interface->mac, VRRP_MAC_LEN);
}

static void timer_arm(struct vrrp_announcer *announcer)
{
	loop_timer_set(announcer->timer, vrrp_pace_wake(&announcer->pace));
}

/* Sends at most one announcement for each family of an interface or garp_group: after it, the next time
 * of that queue is later than now. */
static void on_turn(void *arg)
{
	struct vrrp_announcer *announcer = arg;
	struct mono now = clock_mono();
	struct vrrp_announcement what;

	while (vrrp_pace_take(&announcer->pace, now, &what))
		batch_put(announcer, &what);
	vrrp_announcer_flush(announcer);
	timer_arm(announcer);
}

void vrrp_announcer_set_groups(struct vrrp_announcer *announcer,
			       const struct conf_garp_group *groups, size_t n)
{
	vrrp_pace_set_groups(&announcer->pace, groups, n);
}

void vrrp_announcer_send(struct vrrp_announcer *announcer, const struct vrrp_announcement *what)
{
	if (vrrp_pace_offer(&announcer->pace, what, clock_mono()))
		batch_put(announcer, what);
	else
		timer_arm(announcer);
}

void vrrp_announcer_forget(struct vrrp_announcer *announcer, unsigned id, const struct addr *vip)
{
	vrrp_pace_forget(&announcer->pace, id, vip);
	timer_arm(announcer);
}

struct vrrp_announcer *vrrp_announcer_new(struct loop *loop, const struct vrrp_link *link)
{
	struct vrrp_announcer *announcer = mem_calloc(1, sizeof(*announcer));

	announcer->link = link;
	announcer->fd = -1;
	announcer->timer = loop_timer_new(loop, on_turn, announcer);
	return announcer;
}

void vrrp_announcer_free(struct vrrp_announcer *announcer)
{
	if (!announcer)
		return;
	if (announcer->fd >= 0)
		vrrp_raw_announce_close(announcer->fd);
	loop_timer_free(announcer->timer);
	vrrp_pace_fini(&announcer->pace);
	free(announcer);
}
