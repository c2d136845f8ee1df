/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the service manager is told (sd_notify(3)); nothing happens when none listens. Called by the
 * supervisor alone, which is the main process of the unit.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_SERVICE_H
#define LVSD_DAEMON_SUPERVISOR_SERVICE_H

#include <stdint.h>

/* Ready, or ready again after a reload; status is one line for `systemctl status`. */
void service_ready(const char *status);
void service_reloading(void);
void service_stopping(void);
/* The daemon lives; the manager ends it when it does not hear this for its WatchdogSec=. */
void service_alive(void);

/* WatchdogSec= in microseconds; 0 when the manager does not watch. */
uint64_t service_watchdog_us(void);

#endif
