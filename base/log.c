/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"
#include "base/clock.h"
#include "base/plural.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DAY_US (INT64_C(86400) * US_PER_S)

_Static_assert(LOG_RECORD_HEAD == 1 + sizeof(int64_t), "level and time");

static struct {
	bool is_socket;
	int fd;
	unsigned lost; /* lines that were dropped because the socket had no room */
} sink;

const char *log_level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARNING:
		return "warning";
	case LOG_LEVEL_NOTICE:
		return "notice";
	case LOG_LEVEL_INFO:
		return "info";
	default:
		return "debug";
	}
}

static void write_console(enum log_level level, const char *line)
{
	char stamp[CLOCK_STAMP_MAX];

	clock_format(clock_wall_us(), stamp);
	fprintf(stderr, "%s lvsd: %s: %s\n", stamp, log_level_name(level), line);
}

static int send_line(enum log_level level, const char *line)
{
	char record[LOG_RECORD_MAX];
	const int64_t said_us = clock_wall_us();
	size_t len = strnlen(line, LOG_LINE_MAX);

	record[0] = (char)level;
	memcpy(record + 1, &said_us, sizeof(said_us));
	memcpy(record + LOG_RECORD_HEAD, line, len);
	return send(sink.fd, record, LOG_RECORD_HEAD + len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0
		   ? -errno
		   : 0;
}

static void write_socket(enum log_level level, const char *line)
{
	char text[64];

	if (sink.lost) {
		snprintf(text, sizeof(text), "%u log line%s lost: the log process is too slow",
			 sink.lost, plural_of(sink.lost, " was", "s were"));
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
	if (sink.is_socket)
		write_socket(level, line);
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
	sink.is_socket = false;
}

void log_to_socket(int fd)
{
	sink.is_socket = true;
	sink.fd = fd;
	sink.lost = 0;
}

void log_take_stderr(void)
{
	if (sink.is_socket && sink.fd >= 0)
		dup2(sink.fd, STDERR_FILENO);
}

bool log_is_bare(const char *record)
{
	return (unsigned char)record[0] > LOG_LEVEL_DEBUG;
}

enum log_level log_record_head(const char *record, int64_t now_us, int64_t *ret_said_us)
{
	enum log_level level = (enum log_level)record[0];

	memcpy(ret_said_us, record + 1, sizeof(*ret_said_us));
	if (*ret_said_us > now_us || *ret_said_us < now_us - DAY_US)
		*ret_said_us = now_us;
	return level < LOG_LEVEL_ERROR || level > LOG_LEVEL_DEBUG ? LOG_LEVEL_NOTICE : level;
}
