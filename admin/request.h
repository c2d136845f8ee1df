/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands as requests to the kernel. */
#ifndef LVSD_ADMIN_REQUEST_H
#define LVSD_ADMIN_REQUEST_H

#include "admin/command.h"

/* Queues what a command for which command_is_request() holds asks for; as ipvs_admin_op(). */
int request_queue(struct ipvs_admin *admin, const struct command *command, struct err *err);

#endif
