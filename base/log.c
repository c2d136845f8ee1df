/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>

static struct {
	void (*write)(enum log_level level, const char *line);
	int fd;
	const char *process;
	unsigned lost; /* lines that the socket had no room for */
} sink;

static void write_console(enum log_level level, const char *line)
{
	static const char *const names[] = {[LOG_LEVEL_ERROR] = "error",
					    [LOG_LEVEL_WARNING] = "warning",
					    [LOG_LEVEL_NOTICE] = "notice",
					    [LOG_LEVEL_INFO] = "info",
					    [LOG_LEVEL_DEBUG] = "debug"};
	char stamp[CLOCK_STAMP_MAX];

	clock_format(clock_wall_us(), stamp);
	fprintf(stderr, "%s lvsd: %s: %s\n", stamp, names[level], line);
}

static void write_syslog(enum log_level level, const char *line)
{
	syslog((int)level, "%s", line);
}

static int send_line(enum log_level level, const char *line)
{
	char packet[LOG_LINE_MAX + 64];
	int len = snprintf(packet, sizeof(packet), "%c%s: %s", (char)level, sink.process, line);

	if (len >= (int)sizeof(packet))
		len = (int)sizeof(packet) - 1;
	return send(sink.fd, packet, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static void write_socket(enum log_level level, const char *line)
{
	char text[64];

	if (sink.lost) {
		snprintf(text, sizeof(text), "%u log lines were lost: the log was too slow",
			 sink.lost);
		if (send_line(LOG_LEVEL_WARNING, text) == 0)
			sink.lost = 0;
	}
	if (send_line(level, line) < 0)
		sink.lost++;
}

static void __attribute__((format(printf, 2, 0)))
emit(enum log_level level, const char *format, va_list args)
{
	char line[LOG_LINE_MAX];

	vsnprintf(line, sizeof(line), format, args);
	if (sink.write)
		sink.write(level, line);
	else
		write_console(level, line);
}

#define DEFINE_LOG(name, level)                                                                    \
	void log_##name(const char *format, ...)                                                   \
	{                                                                                          \
		va_list args;                                                                      \
                                                                                                   \
		va_start(args, format);                                                            \
		emit(level, format, args);                                                         \
		va_end(args);                                                                      \
	}

DEFINE_LOG(error, LOG_LEVEL_ERROR)
DEFINE_LOG(warning, LOG_LEVEL_WARNING)
DEFINE_LOG(notice, LOG_LEVEL_NOTICE)
DEFINE_LOG(info, LOG_LEVEL_INFO)

void log_to_console(void)
{
	sink.write = write_console;
}

void log_to_syslog(void)
{
	openlog("lvsd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	sink.write = write_syslog;
}

void log_to_socket(int fd, const char *process)
{
	sink.fd = fd;
	sink.process = process;
	sink.lost = 0;
	sink.write = write_socket;
}

int log_relay(int fd)
{
	char packet[LOG_LINE_MAX + 64];
	ssize_t len = recv(fd, packet, sizeof(packet) - 1, MSG_DONTWAIT);
	enum log_level level;

	if (len < 0)
		return -errno;
	if (len < 2)
		return 0;
	packet[len] = '\0';
	level = (enum log_level)packet[0];
	if (level < LOG_LEVEL_ERROR || level > LOG_LEVEL_DEBUG)
		level = LOG_LEVEL_NOTICE;
	for (char *c = packet + 1; *c; c++)
		if ((unsigned char)*c < ' ' && *c != '\t')
			*c = '?'; /* a process that lies cannot forge a second line */
	if (sink.write)
		sink.write(level, packet + 1);
	else
		write_console(level, packet + 1);
	return 0;
}
