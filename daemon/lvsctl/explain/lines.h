/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of explain share: the lines of an explanation, and the times in it. */
#ifndef LVSD_DAEMON_LVSCTL_EXPLAIN_LINES_H
#define LVSD_DAEMON_LVSCTL_EXPLAIN_LINES_H

#include "daemon/lvsctl/answer.h"

#include <stdbool.h>
#include <stdint.h>

struct lines {
	json_t *list;   /* of texts */
	int64_t now_us; /* wall time */
};

/* Adds a line; depth: how many lines above it are explained by it. */
void line_add(struct lines *lines, unsigned depth, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define AGE_TEXT_MAX 64
/* Writes a length of time in its two greatest units: "4 d 2 h", "3 min 20 s", "7 s". Returns text. */
const char *age_format(int64_t us, char text[static AGE_TEXT_MAX]);

/* The time of a stamp of the status, in microseconds since 1970; 0 if it is null or no stamp. */
int64_t stamp_read(json_t *stamp);

#define SINCE_TEXT_MAX 128
/* Writes " since 2026-11-30T10:02:11.000Z (4 d 2 h)"; "" for JSON null. Returns text. */
const char *since_format(const struct lines *lines, json_t *stamp, char text[static SINCE_TEXT_MAX]);

/* The lines of one object. */
void explain_server(struct lines *lines, json_t *status, json_t *vs, json_t *rs);
void explain_service(struct lines *lines, json_t *status, json_t *vs);
void explain_instance(struct lines *lines, json_t *status, json_t *item);
void explain_group(struct lines *lines, json_t *status, json_t *group);

#endif
