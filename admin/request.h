/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns commands into requests to the kernel. */
#ifndef LVSD_ADMIN_REQUEST_H
#define LVSD_ADMIN_REQUEST_H

#include "admin/command.h"

/* Queues the request of a command for which command_is_request() is true. Returns as
 * ipvs_admin_op(). */
int request_queue(struct ipvs_admin *admin, const struct command *command, struct err *err);

#endif
