/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/orphan/relief.h"
#include "base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

void vrrp_relief_close(struct vrrp_relief *relief)
{
	if (relief->fd >= 0)
		close(relief->fd);
	if (relief->supervisor >= 0)
		close(relief->supervisor);
	*relief = VRRP_RELIEF_NONE;
}

int vrrp_relief_offer(struct vrrp_relief *relief, pid_t supervisor)
{
	int ends[2];

	vrrp_relief_close(relief);
	if (supervisor <= 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	relief->fd = ends[0];
	relief->supervisor = (int)syscall(SYS_pidfd_open, supervisor, 0);
	return ends[1];
}

/* A process that dies closes its files well before its end can be seen: so long it is waited for. */
#define DEATH_MS 200

static bool is_dead(int pidfd)
{
	const struct mono until = mono_add_ms(clock_mono(), DEATH_MS);
	struct pollfd end = {.fd = pidfd, .events = POLLIN};
	int64_t left_ms = DEATH_MS;

	while (left_ms > 0 && poll(&end, 1, (int)left_ms) <= 0)
		left_ms = mono_sub(until, clock_mono()) / NS_PER_MS;
	return end.revents & POLLIN;
}

/* Each process that has the writing end is of the new lvsd. If one of them dies alone, the new supervisor replaces it,
 * and the next one acts without the pipe. */
bool vrrp_relief_is_forsaken(const struct vrrp_relief *relief, int64_t wait_ms)
{
	const struct mono end = mono_add_ms(clock_mono(), wait_ms);
	struct pollfd pipe = {.fd = relief->fd, .events = POLLIN};
	int64_t left_ms = wait_ms;

	if (relief->fd < 0 || relief->supervisor < 0)
		return false;
	while (left_ms > 0 && poll(&pipe, 1, (int)left_ms) <= 0)
		left_ms = mono_sub(end, clock_mono()) / NS_PER_MS;
	return (pipe.revents & POLLHUP) && !(pipe.revents & POLLIN) && is_dead(relief->supervisor);
}

void vrrp_relief_take(int fd)
{
	if (fd < 0)
		return;
	/* Nobody reads if the orphan has ended, because it has waited for too long. */
	(void)!write(fd, "", 1);
	close(fd);
}
