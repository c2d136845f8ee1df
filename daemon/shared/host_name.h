/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of this machine, for people. */
#ifndef LVSD_DAEMON_SHARED_HOST_NAME_H
#define LVSD_DAEMON_SHARED_HOST_NAME_H

#include <limits.h>

/* Writes the name, in printable ASCII: any other byte is a '-'. "localhost" if there is none. */
void host_name(char name[static HOST_NAME_MAX + 1]);

#endif
