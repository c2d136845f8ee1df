/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/passed.h"

#include <unistd.h>

bool passed_sockets_take(struct passed_sockets *sockets, int fd)
{
	if (!sockets->n_awaited) {
		close(fd);
		return false;
	}
	*vec_push(&sockets->fds) = fd;
	return --sockets->n_awaited == 0;
}

int passed_sockets_give(struct passed_sockets *sockets)
{
	return sockets->n_given < sockets->fds.n ? sockets->fds.items[sockets->n_given++] : -1;
}

void passed_sockets_clear(struct passed_sockets *sockets)
{
	while (sockets->n_given < sockets->fds.n)
		close(sockets->fds.items[sockets->n_given++]);
	vec_free(&sockets->fds);
	sockets->n_awaited = sockets->n_given = 0;
}
