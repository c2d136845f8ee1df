/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language in front of the grammar: include and its variants, $NAME=value and ${NAME}, lines
 * for one director alone (@id), ~SEQ and ~LST. Makes the flat text of a load, in which all that
 * has been replaced; keepalived.conf(5) has the rules, lvsd.conf(5) says where lvsd is stricter.
 *
 * Pure: files, environment and names of the machine are asked of a host, so that a test has a
 * machine in memory.
 */
#ifndef LVSD_CONF_TEXT_EXPAND_H
#define LVSD_CONF_TEXT_EXPAND_H

#include "base/err.h"
#include "conf/text/report.h"

/* Bounds of one load. Whatever would pass one is an error that names it. */
#define EXPAND_BYTES_MAX   (64u * 1024 * 1024) /* of all files together, and of the flat text */
#define EXPAND_LINES_MAX   1000000             /* that templates make */
#define EXPAND_NAMES_MAX   2000000             /* that are replaced */
#define EXPAND_FILES_MAX   10000
#define EXPAND_DEPTH_MAX   32 /* files that include each other */
#define EXPAND_NESTING_MAX 64 /* values inside values, with the files around them */

struct expand_paths {
	VEC(char *) list; /* each is free()d by who asked */
};

struct expand_host {
	/* Appends the paths that match a pattern with *, ? or [ in it, sorted. */
	void (*match)(void *arg, const char *pattern, struct expand_paths *paths);
	/*
	 * Reads a file that is included. Returns 0 with the text, for free(); or -errno, -ENOENT when
	 * there is no such file, with the sentence in err.
	 */
	int (*read)(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err);
	/* The value of an environment variable, or NULL. */
	const char *(*environment)(void *arg, const char *name);
	void *arg;
	const char *directory; /* absolute: where relative paths begin */
	const char *config_id;
	uint64_t seed; /* of ${_RANDOM} */
	/* Below the bounds above, for tests; 0: as they are. */
	size_t bytes_max, lines_max;
};

/*
 * Makes the flat text of map out of its first source. names of further sources are memory of
 * files. What is wrong goes to report; the flat text is then what was understood.
 */
void expand(struct source_map *map, struct report *report, struct arena *files,
	    const struct expand_host *host);

#endif
