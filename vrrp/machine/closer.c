/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/closer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"

#include <stdlib.h>

struct vrrp_closer {
	struct loop_timer *timer;
	VEC(struct vrrp_raw *) list; /* the last one is closed next */
};

static void closer_arm(struct vrrp_closer *closer)
{
	loop_timer_set(closer->timer, mono_add_ms(clock_mono(), VRRP_CLOSER_PACE_MS));
}

static void on_close_due(void *arg)
{
	struct vrrp_closer *closer = arg;

	vrrp_raw_close(closer->list.items[--closer->list.n]);
	if (closer->list.n)
		closer_arm(closer);
}

struct vrrp_closer *vrrp_closer_new(struct loop *loop)
{
	struct vrrp_closer *closer = mem_calloc(1, sizeof(*closer));

	closer->timer = loop_timer_new(loop, on_close_due, closer);
	return closer;
}

void vrrp_closer_free(struct vrrp_closer *closer)
{
	if (!closer)
		return;
	for (size_t i = 0; i < closer->list.n; i++)
		vrrp_raw_close(closer->list.items[i]);
	vec_free(&closer->list);
	loop_timer_free(closer->timer);
	free(closer);
}

void vrrp_closer_put(struct vrrp_closer *closer, struct vrrp_raw *raw)
{
	if (!closer->list.n)
		closer_arm(closer);
	*(struct vrrp_raw **)vec_push(&closer->list) = raw;
}
