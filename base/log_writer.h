/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where log lines end: standard error, or the log daemon behind /dev/log. Writing waits for a slow
 * reader, for ever if it hangs: only a process that has nothing else to do may use this (the log
 * process, daemon/log/process.h). What could not be written is counted, and said as soon as a line
 * is taken again.
 */
#ifndef LVSD_BASE_LOG_WRITER_H
#define LVSD_BASE_LOG_WRITER_H

#include "base/log.h"

#include <sys/types.h>

#define LOG_WRITER_SOCKET "/dev/log"

struct log_writer;

/* To fd, which stays the caller's, with a stamp and the level's name in front. */
struct log_writer *log_writer_new_console(int fd);
/*
 * To the log daemon at path, as syslog(3) does it: RFC 3164 lines of facility daemon, tag "lvsd"
 * and pid; datagrams, or a stream where the daemon has one. Connects again whenever it must.
 */
struct log_writer *log_writer_new_syslog(const char *path, pid_t pid);
void log_writer_free(struct log_writer *writer);

/* said_us: when it was said, as clock_wall_us() gives it. Returns 0, or -errno: the line is lost and counted. */
int log_writer_write(struct log_writer *writer, enum log_level level, int64_t said_us,
		     const char *line);

#endif
