/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the sockets that probes need and the check process may not open (healthcheck/talk/sockets.h). Edge. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_SOCKETS_H
#define LVSD_DAEMON_DIRECTOR_CHECK_SOCKETS_H

#include <stddef.h>

struct greeted;
struct health;

/* Answers a WANT of the check process: opens a socket for each check that it names and that needs one,
 * and sends it. An id that the model does not know is ignored: its check has been dropped. */
void check_sockets_answer(struct greeted *worker, const struct health *health, const void *body,
			  size_t len);

#endif
