/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes log lines. Its state is the one mutable global of the program. Every process of the daemon
 * sends its lines over a socket of its own to the log process (daemon/log/process.h) and never
 * waits. A log daemon that hangs, a slow disk or a blocked terminal can therefore not delay an
 * advertisement. Lines for which the socket has no room are lost and counted; a later line says how
 * many.
 *
 * All lines name objects in the same way: vs=tcp:192.0.2.1:80 rs=10.0.0.5:8080 check=http#1,
 * vrrp=VI_1. Pure rooms do not log.
 */
#ifndef LVSD_BASE_LOG_H
#define LVSD_BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
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

/* The longest line, in bytes with the terminating NUL; a longer line is cut. */
#define LOG_LINE_MAX 2048

/* Log a line with its level. The text is one sentence without a newline; it names the object, the
 * cause and the way out. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "error", "warning", "notice", "info", "debug". */
const char *log_level_name(enum log_level level);

/* From now on lines go to standard error with a time stamp, and the caller waits for it. A program
 * starts in this state. */
void log_to_console(void);
/* From now on lines go to fd, a SOCK_SEQPACKET socket, as one record each. A record has the time of
 * the line, since the reader may read it much later. fd stays the caller's; -1: lines are lost. */
void log_to_socket(int fd);
/*
 * Puts the socket in place of standard error too: what assert(), the C library or a sanitizer writes
 * there arrives as a record without a head (log_is_bare()), and is lost if the socket is full. Does
 * nothing without a socket.
 */
void log_take_stderr(void);

/* The length of a record's head, in bytes: one byte of level, then CLOCK_REALTIME in microseconds,
 * 8 bytes. The text follows. */
#define LOG_RECORD_HEAD 9
#define LOG_RECORD_MAX  (LOG_RECORD_HEAD + LOG_LINE_MAX)

/*
 * Reads the head of a record, which has at least LOG_RECORD_HEAD bytes. Returns the level (NOTICE
 * if the record has none that exists) and sets *ret_said_us. The sender may lie: a time after
 * now_us, or more than a day before it, is replaced by now_us.
 */
enum log_level log_record_head(const char *record, int64_t now_us, int64_t *ret_said_us);
/* Does the record have no head? Its first byte is then a character of the text, not a level. */
bool log_is_bare(const char *record);

#endif
