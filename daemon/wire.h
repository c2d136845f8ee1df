/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames between the supervisor and the director (base/chan.h carries them). */
#ifndef LVSD_DAEMON_WIRE_H
#define LVSD_DAEMON_WIRE_H

#include <stdint.h>

enum daemon_frame {
	DAEMON_FRAME_RELOAD = 1, /* supervisor -> director: SIGHUP came */
	DAEMON_FRAME_READY,      /* director -> supervisor: the first configuration is in force */
	DAEMON_FRAME_NEED,       /* director -> supervisor: struct daemon_need */
};

/* Which other processes the configuration needs; those not needed are stopped. */
struct daemon_need {
	uint8_t vrrp, check; /* 0 or 1 */
};

#endif
