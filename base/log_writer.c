/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log_writer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/plural.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Facility daemon, as the upper bits of a priority (RFC 3164 section 4.1.1). */
#define FACILITY (3 << 3)

/* A line with its time stamp and tag. */
#define RECORD_MAX (LOG_LINE_MAX + 128)

struct log_writer {
	int fd; /* -1: not connected to a log daemon */
	bool is_console, is_stream;
	char *path;
	pid_t pid;
	unsigned long n_lost;
};

struct log_writer *log_writer_new_console(int fd)
{
	struct log_writer *writer = mem_calloc(1, sizeof(*writer));

	*writer = (struct log_writer){.fd = fd, .is_console = true, .is_stream = true};
	return writer;
}

struct log_writer *log_writer_new_syslog(const char *path, pid_t pid)
{
	struct log_writer *writer = mem_calloc(1, sizeof(*writer));

	*writer = (struct log_writer){.fd = -1, .path = mem_strdup(path), .pid = pid};
	return writer;
}

static void disconnect(struct log_writer *writer)
{
	if (writer->is_console || writer->fd < 0)
		return;
	close(writer->fd);
	writer->fd = -1;
}

void log_writer_free(struct log_writer *writer)
{
	if (!writer)
		return;
	disconnect(writer);
	free(writer->path);
	free(writer);
}

static int try_connect(struct log_writer *writer, int type)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd, code;

	if (strlen(writer->path) >= sizeof(name.sun_path))
		return -ENAMETOOLONG;
	strcpy(name.sun_path, writer->path);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&name, sizeof(name)) < 0) {
		code = -errno;
		close(fd);
		return code;
	}
	writer->fd = fd;
	writer->is_stream = type == SOCK_STREAM;
	return 0;
}

static int ensure_connected(struct log_writer *writer)
{
	int code;

	if (writer->fd >= 0)
		return 0;
	code = try_connect(writer, SOCK_DGRAM);
	return code == -EPROTOTYPE ? try_connect(writer, SOCK_STREAM) : code;
}

/* Another process that shares this descriptor may have set O_NONBLOCK on it. */
static int wait_writable(int fd)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLOUT};

	return poll(&pollfd, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

static int write_bytes(struct log_writer *writer, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = writer->is_console ? write(writer->fd, bytes, len)
					       : send(writer->fd, bytes, len, MSG_NOSIGNAL);
		int code;

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n < 0 && errno == EAGAIN && (code = wait_writable(writer->fd)) < 0)
			return code;
		if (n > 0) {
			bytes += n;
			len -= writer->is_stream ? (size_t)n : len;
		}
	}
	return 0;
}

static size_t format_console(enum log_level level, int64_t said_us, const char *line, char *record)
{
	char stamp[CLOCK_STAMP_MAX];

	clock_format(said_us, stamp);
	return (size_t)snprintf(record, RECORD_MAX, "%s lvsd: %s: %.*s\n", stamp,
				log_level_name(level), LOG_LINE_MAX, line);
}

static size_t format_syslog(const struct log_writer *writer, enum log_level level, int64_t said_us,
			    const char *line, char *record)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t said = (time_t)(said_us / US_PER_S);
	struct tm tm;
	int len;

	localtime_r(&said, &tm);
	len = snprintf(record, RECORD_MAX, "<%d>%.3s %2d %02d:%02d:%02d lvsd[%d]: %.*s",
		       FACILITY | (int)level, months + 3 * tm.tm_mon, tm.tm_mday, tm.tm_hour,
		       tm.tm_min, tm.tm_sec, (int)writer->pid, LOG_LINE_MAX, line);
	/* On a stream a NUL ends each record. */
	return (size_t)len + (writer->is_stream ? 1 : 0);
}

static int write_once(struct log_writer *writer, enum log_level level, int64_t said_us,
		      const char *line)
{
	char record[RECORD_MAX];
	int code = ensure_connected(writer);

	if (code < 0)
		return code;
	code = write_bytes(writer, record,
			   writer->is_console ? format_console(level, said_us, line, record)
					      : format_syslog(writer, level, said_us, line, record));
	if (code < 0)
		disconnect(writer);
	return code;
}

/* A log daemon that was restarted has a new socket. The second try connects to it. */
static int write_line(struct log_writer *writer, enum log_level level, int64_t said_us,
		      const char *line)
{
	int code = write_once(writer, level, said_us, line);

	return code < 0 && !writer->is_console ? write_once(writer, level, said_us, line) : code;
}

int log_writer_write(struct log_writer *writer, enum log_level level, int64_t said_us,
		     const char *line)
{
	char text[96];
	int code = 0;

	if (writer->n_lost) {
		snprintf(text, sizeof(text), "%lu log line%s lost, since the log could not be written",
			 writer->n_lost, plural_of(writer->n_lost, " was", "s were"));
		code = write_line(writer, LOG_LEVEL_WARNING, clock_wall_us(), text);
	}
	if (code == 0) {
		writer->n_lost = 0;
		code = write_line(writer, level, said_us, line);
	}
	if (code < 0)
		writer->n_lost++;
	return code;
}
