/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/predecessor.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/shared/orphan_find.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* The supervisor waits so long for a process that it has killed. */
#define END_MS 500

int predecessor_find(const char *run_dir, struct predecessor *ret_orphan, struct err *err)
{
	struct predecessor orphan = {.fd = -1};
	int code = orphan_find(run_dir, &orphan.pid);

	if (code < 0 && code != -ECONNREFUSED)
		return orphan_busy(run_dir, code, err);
	orphan.fd = code < 0 ? -1 : code;
	*ret_orphan = orphan;
	return 0;
}

/* Whether the process has closed its end of the connection. */
static bool has_ended(const struct predecessor *orphan)
{
	struct pollfd end = {.fd = orphan->fd, .events = POLLRDHUP};

	return poll(&end, 1, 0) > 0 && (end.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* The number may be another process's by now, unless the connection still lives when the descriptor is
 * open. */
static int end_process(const struct predecessor *orphan)
{
	int fd = orphan->pid > 0 ? pidfd_open(orphan->pid, 0) : -1, code = fd < 0 ? -ESRCH : 0;
	struct pollfd end = {.fd = fd, .events = POLLIN};

	if (fd >= 0 && !has_ended(orphan) && pidfd_send_signal(fd, SIGKILL, NULL, 0) < 0)
		code = -errno;
	if (code == 0)
		poll(&end, 1, END_MS);
	if (fd >= 0)
		close(fd);
	return code;
}

bool predecessor_serves(const struct predecessor *orphan)
{
	return orphan->fd >= 0 && !has_ended(orphan);
}

void predecessor_kill(const struct predecessor *orphan)
{
	int code;

	if (!predecessor_serves(orphan))
		return;
	code = end_process(orphan);
	if (code == 0)
		log_error("the vrrp process of an lvsd that died (process %d) did not answer: killed",
			  (int)orphan->pid);
	else if (!has_ended(orphan))
		log_error("the vrrp process of an lvsd that died (process %d) does not answer, and cannot be killed: "
			  "%s; it may serve the addresses too, as soon as it goes on: kill it",
			  (int)orphan->pid, err_errno(code));
}

void predecessor_close(struct predecessor *orphan)
{
	if (orphan->fd >= 0)
		close(orphan->fd);
	orphan->fd = -1;
}
