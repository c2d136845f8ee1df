/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How keepalived names a service and a real server in what it writes to FIFOs and mails. Pure. */
#ifndef LVSD_DAEMON_SHARED_NOTICE_NAME_H
#define LVSD_DAEMON_SHARED_NOTICE_NAME_H

#include "conf/conf.h"

#define NOTICE_SERVICE_MAX (SVCKEY_GROUP_MAX + ADDR_TEXT_MAX + 16)
#define NOTICE_SERVER_MAX  (ADDR_TEXT_MAX + 16)

/* Writes and returns "[10.0.0.1]:tcp:80", "FWM 7" or "[GROUP]:0". */
const char *notice_service(const struct conf_virtual_server *vs, char text[static NOTICE_SERVICE_MAX]);
/* Writes and returns the address of a real server, with the port that the kernel has:
 * "[10.0.0.2]:tcp:80". */
const char *notice_server(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
			  char text[static NOTICE_SERVER_MAX]);

#endif
