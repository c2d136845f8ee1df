/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compiled patterns of regex, for all probes of one process. Many checks have the same pattern,
 * and compiling takes longer than a search, so patterns are kept: PATTERNS_MAX of them, those that
 * were used last.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_PATTERNS_H
#define LVSD_HEALTHCHECK_PROBES_PATTERNS_H

#include "base/regex/regex.h"
#include "conf/conf.h"

#define PATTERNS_MAX 128

struct patterns;

struct patterns *patterns_new(void);
/* patterns may be NULL. */
void patterns_free(struct patterns *patterns);

/*
 * Does the body match the regex of the url, within its offsets? Returns 1 or 0; -E2BIG when the
 * search takes too much work or memory; -EINVAL when the pattern cannot be compiled (the loader has
 * refused such a pattern already).
 */
int patterns_search(struct patterns *patterns, const struct conf_url *url, const char *body, size_t len);

#endif
