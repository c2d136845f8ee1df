/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_LOG_LINES_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_LOG_LINES_H

#include "base/log.h"

/* Logs each line of text with "NAME: " in front: 200 at most, then how many more there are. */
void log_lines(enum log_level level, const char *name, const char *text);

#endif
