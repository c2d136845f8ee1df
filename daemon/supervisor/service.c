/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/service.h"
#include "base/clock.h"
#include "daemon/shared/wire.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

void service_ready(const char *status)
{
	char line[DAEMON_STATUS_MAX];
	size_t n = 0;

	/* A line break would begin another assignment, such as MAINPID=, and the director says what
	 * stands here. */
	for (; n < sizeof(line) - 1 && status[n]; n++)
		line[n] = (unsigned char)status[n] < ' ' ? ' ' : status[n];
	line[n] = '\0';
	/* With the pid: a daemon in the background is not the process that the manager started. */
	sd_notifyf(0, "READY=1\nMAINPID=%d\nSTATUS=%s", (int)getpid(), line);
}

void service_reloading(void)
{
	/*
	 * The time stamp tells the manager which of its requests this answers (Type=notify-reload).
	 */
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reading the configuration",
		   clock_mono().ns / NS_PER_US);
}

void service_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=stopping");
}

void service_alive(void)
{
	sd_notify(0, "WATCHDOG=1");
}

uint64_t service_watchdog_us(void)
{
	uint64_t watchdog_us = 0;

	return sd_watchdog_enabled(0, &watchdog_us) > 0 ? watchdog_us : 0;
}
