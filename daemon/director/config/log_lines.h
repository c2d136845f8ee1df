/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A text of several lines in the log. */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_LOG_LINES_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_LOG_LINES_H

#include "base/log.h"

/*
 * Logs each line of text with "NAME: " in front: 200 lines at most, then the number of the others.
 */
void log_lines(enum log_level level, const char *name, const char *text);

#endif
