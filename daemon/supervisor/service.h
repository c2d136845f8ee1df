/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the service manager (sd_notify(3)); without a service manager nothing happens. Only
 * the supervisor calls them, as the main process of the unit.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_SERVICE_H
#define LVSD_DAEMON_SUPERVISOR_SERVICE_H

#include <stdint.h>

/* Ready, or ready again after a reload; status is one line for `systemctl status`. */
void service_ready(const char *status);
void service_reloading(void);
void service_stopping(void);
/* The daemon lives. If the manager does not get this message for WatchdogSec=, it ends the daemon. */
void service_alive(void);

/* WatchdogSec= in microseconds; 0 when the manager does not watch. */
uint64_t service_watchdog_us(void);

#endif
