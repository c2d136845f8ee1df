/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exit statuses of lvsd and of its processes. */
#ifndef LVSD_BASE_EXIT_STATUS_H
#define LVSD_BASE_EXIT_STATUS_H

enum exit_status {
	EXIT_STATUS_OK = 0,
	EXIT_STATUS_CONFIG = 1,  /* the configuration is wrong */
	EXIT_STATUS_USAGE = 2,   /* the command line is wrong */
	EXIT_STATUS_MACHINE = 3, /* the machine does not allow it: permission, kernel, run dir */
};

#endif
