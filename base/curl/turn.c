/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/curl/turn.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

static struct {
	bool is_on;
	size_t left;
	int cut; /* the socket whose data is left for the next turn; -1: none */
} turn;

void curl_turn_begin(void)
{
	turn.is_on = true;
	turn.left = CURL_TURN_BYTES;
	turn.cut = -1;
}

int curl_turn_end(void)
{
	turn.is_on = false;
	return turn.cut;
}

/* The recv() of the C library is replaced by this one in the whole program, as malloc() may be: libraries
 * that are loaded later find the program's own functions first. Outside of a turn it is the same. */
ssize_t recv(int fd, void *bytes, size_t n, int flags)
{
	ssize_t got;

	if (!turn.is_on)
		return recvfrom(fd, bytes, n, flags, NULL, NULL);
	if (!turn.left) {
		turn.cut = fd;
		errno = EAGAIN;
		return -1;
	}
	got = recvfrom(fd, bytes, n < turn.left ? n : turn.left, flags, NULL, NULL);
	if (got > 0)
		turn.left -= (size_t)got;
	return got;
}
