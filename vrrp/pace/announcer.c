/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/pace/announcer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "vrrp/machine/raw.h"

#include <stdlib.h>

struct vrrp_announcer {
	const struct vrrp_link *link;
	struct vrrp_pace pace;
	struct loop_timer *timer;
	int fd; /* -1: not open yet */
};

static void send_now(struct vrrp_announcer *announcer, const struct vrrp_announcement *what)
{
	const struct vrrp_link_if *interface =
	    vrrp_link_by_name(announcer->link, what->interface);

	if (announcer->fd < 0)
		announcer->fd = vrrp_raw_announce_open();
	/* A failure does not matter, since each address is announced several times. */
	if (interface && interface->has_arp)
		vrrp_raw_announce(announcer->fd, interface, &what->vip);
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
		send_now(announcer, &what);
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
		send_now(announcer, what);
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
