/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes log lines to their destination: standard error, or the log daemon behind /dev/log. A write
 * waits for a slow reader, and for ever if the reader hangs. So only a process that has nothing
 * else to do may use this: the log process (daemon/log/process.h). Lines that could not be written
 * are counted, and their number is logged as soon as lines can be written again.
 */
#ifndef LVSD_BASE_LOG_WRITER_H
#define LVSD_BASE_LOG_WRITER_H

#include "base/log.h"

#include <sys/types.h>

#define LOG_WRITER_SOCKET "/dev/log"

struct log_writer;

/* Writes to fd, with a time stamp and the name of the level in front. fd stays the caller's. */
struct log_writer *log_writer_new_console(int fd);
/*
 * Writes to the log daemon whose socket is path, as syslog(3) does: RFC 3164 lines of facility
 * daemon with the tag "lvsd[pid]", as datagrams, or as a stream if the daemon has one. Connects
 * again whenever the connection was lost.
 */
struct log_writer *log_writer_new_syslog(const char *path, pid_t pid);
void log_writer_free(struct log_writer *writer);

/* Writes a line. said_us: when the line was logged, as clock_wall_us() gives it. Returns 0, or
 * -errno if the line is lost; then it is counted. */
int log_writer_write(struct log_writer *writer, enum log_level level, int64_t said_us,
		     const char *line);

#endif
