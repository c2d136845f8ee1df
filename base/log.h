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
 * Lines go to fd, a SOCK_SEQPACKET socket: level byte, then text, one record each. fd stays the
 * caller's; -1: lines are lost.
 */
void log_to_socket(int fd);

#endif
