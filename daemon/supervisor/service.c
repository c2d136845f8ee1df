/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/service.h"
#include "base/clock.h"
#include "daemon/shared/wire.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* The longest message: the status, and what stands before it. */
#define MESSAGE_MAX (DAEMON_STATUS_MAX + 100)

/* The address of the manager's socket: a path, or after '@' a name in the abstract name space. False:
 * there is no manager, or it has an address of another kind. */
static bool find_manager(struct sockaddr_un *ret_address, socklen_t *ret_size)
{
	const char *name = getenv("NOTIFY_SOCKET");
	size_t len = name ? strlen(name) : 0;

	if (len < 2 || (*name != '/' && *name != '@') || len >= sizeof(ret_address->sun_path))
		return false;
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret_address->sun_path, name, len);
	if (*name == '@')
		ret_address->sun_path[0] = '\0';
	*ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (*name == '/'));
	return true;
}

/* The protocol of sd_notify(3): a datagram of lines VARIABLE=value. libsystemd would bring eight
 * libraries along. */
__attribute__((format(printf, 1, 2))) static void tell_manager(const char *format, ...)
{
	struct sockaddr_un address;
	char message[MESSAGE_MAX];
	socklen_t size;
	va_list args;
	int fd, len;

	if (!find_manager(&address, &size) ||
	    (fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	/* A manager that no longer reads must not keep the supervisor. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){.tv_usec = 500000},
		   sizeof(struct timeval));
	va_start(args, format);
	len = vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	while (sendto(fd, message, (size_t)len, MSG_NOSIGNAL, (const struct sockaddr *)&address,
		      size) < 0 &&
	       errno == EINTR)
		;
	close(fd);
}

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
	tell_manager("READY=1\nMAINPID=%d\nSTATUS=%s", (int)getpid(), line);
}

void service_reloading(void)
{
	/*
	 * The time stamp tells the manager which of its requests this answers (Type=notify-reload).
	 */
	tell_manager("RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reading the configuration",
		     (long long)(clock_mono().ns / NS_PER_US));
}

void service_stopping(void)
{
	tell_manager("STOPPING=1\nSTATUS=stopping");
}

void service_alive(void)
{
	tell_manager("WATCHDOG=1");
}

static uint64_t env_number(const char *variable)
{
	const char *text = getenv(variable);
	uint64_t number;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return 0;
	errno = 0;
	number = strtoull(text, &end, 10);
	return *end || errno ? 0 : number;
}

/* WATCHDOG_PID says which process the manager watches, if it says so at all. */
uint64_t service_watchdog_us(void)
{
	if (getenv("WATCHDOG_PID") && env_number("WATCHDOG_PID") != (uint64_t)getpid())
		return 0;
	return env_number("WATCHDOG_USEC");
}
