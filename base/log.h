/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log sink: the one mutable global of the program. Every process of the daemon hands its lines
 * to the log process (daemon/log/process.h) over a socket of its own without ever waiting, so that
 * a log daemon that hangs, a slow disk or a blocked terminal cannot delay an advertisement. Lines
 * that did not fit are counted and the count is said later.
 *
 * A line names objects one way everywhere: vs=tcp:192.0.2.1:80 rs=10.0.0.5:8080 check=http#1,
 * vrrp=VI_1. Pure rooms do not log.
 */
#ifndef LVSD_BASE_LOG_H
#define LVSD_BASE_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are those of syslog(3). */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/* Longest line; a longer one is cut. */
#define LOG_LINE_MAX 2048

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "error", "warning", "notice", "info", "debug". */
const char *log_level_name(enum log_level level);

/* Lines go to stderr with a stamp (the state at start), and wait for it. */
void log_to_console(void);
/*
 * Lines go to fd, a SOCK_SEQPACKET socket: one record each, with the time at which it was said, since the
 * reader may come to it much later. fd stays the caller's; -1: lines are lost.
 */
void log_to_socket(int fd);

/* In front of the text of a record: one byte of level, then CLOCK_REALTIME in microseconds, 8 bytes. */
#define LOG_RECORD_HEAD 9
#define LOG_RECORD_MAX  (LOG_RECORD_HEAD + LOG_LINE_MAX)

/*
 * Takes the head of a record, of at least LOG_RECORD_HEAD bytes, apart: level (one that does not exist becomes
 * NOTICE) and time. The sender may lie: a time after now_us, or more than a day before it, becomes now_us.
 */
enum log_level log_record_head(const char *record, int64_t now_us, int64_t *ret_said_us);

#endif
