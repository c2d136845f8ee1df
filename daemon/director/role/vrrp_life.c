/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/vrrp_life.h"
#include "base/clock.h"
#include "base/log.h"

#include <unistd.h>

static void fd_drop(struct vrrp_life *life)
{
	loop_io_free(life->io);
	life->io = NULL;
	if (life->fd >= 0)
		close(life->fd);
	life->fd = -1;
}

static void on_say(void *arg)
{
	struct vrrp_life *life = arg;
	char since[CLOCK_STAMP_MAX];

	life->is_said = true;
	clock_format(life->gone_wall_us, since);
	log_error("no vrrp process since %s: it has ended, and the supervisor has not started another one; the "
		  "instances neither advertise nor hear, so another director may have the virtual addresses "
		  "too; if the supervisor hangs, restart lvsd",
		  since);
}

static void on_vrrp_end(int fd, unsigned events, void *arg)
{
	struct vrrp_life *life = arg;

	(void)fd, (void)events;
	fd_drop(life);
	life->gone_wall_us = clock_wall_us();
	loop_timer_set(life->say, mono_add_ms(clock_mono(), VRRP_LIFE_SAID_MS));
}

void vrrp_life_open(struct vrrp_life *life, struct loop *loop)
{
	*life = (struct vrrp_life){.loop = loop, .fd = -1};
	life->say = loop_timer_new(loop, on_say, life);
}

void vrrp_life_close(struct vrrp_life *life)
{
	fd_drop(life);
	loop_timer_free(life->say);
}

void vrrp_life_forget(struct vrrp_life *life)
{
	fd_drop(life);
	loop_timer_set(life->say, MONO_NEVER);
	life->gone_wall_us = 0;
	life->is_said = false;
}

void vrrp_life_follow(struct vrrp_life *life, int fd)
{
	bool was_said = life->is_said;

	vrrp_life_forget(life);
	if (was_said)
		log_notice("there is a vrrp process again");
	life->fd = fd;
	if (fd >= 0)
		life->io = loop_io_new(life->loop, fd, LOOP_READ, on_vrrp_end, life);
}
