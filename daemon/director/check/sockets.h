/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the sockets that probes need and the check process may not open (healthcheck/talk/sockets.h). Edge. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_SOCKETS_H
#define LVSD_DAEMON_DIRECTOR_CHECK_SOCKETS_H

#include <stddef.h>

struct greeted;
struct health;
struct health_check;

/* Opens the socket for a check with through_vip. */
struct check_opener {
	int (*open)(const struct health_check *check, void *arg); /* a descriptor or -errno */
	void *arg;
};

/* Answers a WANT of the check process, which names one check: opens the sockets that the check needs, and
 * sends them. An id that the model does not know is ignored: its check has been dropped. So is a frame
 * with more than one id: what the director does for a frame is bounded. */
void check_sockets_answer(struct greeted *worker, const struct health *health,
			  const struct check_opener *through, const void *body, size_t len);

#endif
