/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/sockets.h"
#include "base/greeted.h"
#include "healthcheck/talk/sockets.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Returns the descriptor, or -errno. */
static int socket_open(const struct conf_check *check)
{
	const struct check_socket kind = check_socket_of(check);
	int fd = socket(kind.family, kind.type | SOCK_NONBLOCK | SOCK_CLOEXEC, kind.protocol);
	int error;

	if (fd < 0)
		return -errno;
	if (!check->fwmark ||
	    setsockopt(fd, SOL_SOCKET, SO_MARK, &check->fwmark, sizeof(check->fwmark)) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

/* Returns 0 or -errno. */
static int socket_pass(struct greeted *worker, const struct check_opener *through,
		       const struct health_check *check)
{
	uint8_t body[CHECK_SOCKET_LEN];
	int fd = check->conf->is_through_vip ? through->open(check, through->arg)
					     : socket_open(check->conf);
	int r;

	if (fd < 0)
		return fd;
	check_socket_encode(check->id, 0, body);
	r = greeted_send_fd(worker, CHECK_FRAME_SOCKET, body, sizeof(body), fd);
	close(fd);
	return r;
}

static void sockets_pass(struct greeted *worker, const struct check_opener *through,
			 const struct health_check *check)
{
	size_t n = check_sockets_needed(check->conf);
	uint8_t body[CHECK_SOCKET_LEN];
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = socket_pass(worker, through, check);
	if (r == 0)
		return;
	check_socket_encode(check->id, -r, body);
	greeted_send(worker, CHECK_FRAME_SOCKET, body, sizeof(body));
}

void check_sockets_answer(struct greeted *worker, const struct health *health,
			  const struct check_opener *through, const void *body, size_t len)
{
	const struct health_check *check;
	check_id id;

	if (len != sizeof(id))
		return;
	memcpy(&id, body, sizeof(id));
	check = health_check_find(health, id);
	if (check)
		sockets_pass(worker, through, check);
}
