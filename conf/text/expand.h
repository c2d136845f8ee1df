/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expands a text before it is parsed: include and its variants, $NAME=value and ${NAME}, lines for
 * one director alone (@id), ~SEQ and ~LST. The result is the flat text, in which all of these have
 * been replaced. keepalived.conf(5) has the rules; lvsd.conf(5) says where lvsd is stricter.
 *
 * Pure: files, the environment and names of the machine come from struct expand_host, which a test
 * fills with a machine in memory.
 */
#ifndef LVSD_CONF_TEXT_EXPAND_H
#define LVSD_CONF_TEXT_EXPAND_H

#include "base/err.h"
#include "conf/text/report.h"

/* Bounds of one load. If a text exceeds one, that is an error, which names the bound. */
#define EXPAND_BYTES_MAX   (64u * 1024 * 1024) /* bytes of all files, and of the flat text */
#define EXPAND_LINES_MAX   200000              /* lines that templates make */
#define EXPAND_NAMES_MAX   2000000             /* names that are replaced */
#define EXPAND_FILES_MAX   10000
#define EXPAND_DEPTH_MAX   32 /* files inside each other by include */
#define EXPAND_NESTING_MAX 64 /* values inside values, with the files around them */

/* The files that match a pattern. Begins as {0}. */
struct expand_paths {
	VEC(char *) list; /* the caller frees each with free() */
	int code;         /* 0, or -errno with err: it is not known which files match */
	struct err err;
};

struct expand_host {
	/* Appends the paths of the files that match a pattern with *, ? or [ in it, sorted; or sets
	 * code and err of paths. */
	void (*match)(void *arg, const char *pattern, struct expand_paths *paths);
	/*
	 * Reads a file that is included. Returns 0 with the text (free() it), or -errno with err;
	 * -ENOENT: there is no such file.
	 */
	int (*read)(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err);
	/* Looks up an environment variable. Returns 0 with its value, which lives as long as the
	 * host (NULL: there is no such variable); or -errno with err: the variable may not be
	 * read. */
	int (*environment)(void *arg, const char *name, const char **ret_value, struct err *err);
	void *arg;
	const char *directory; /* an absolute path, to which relative paths are relative */
	const char *config_id;
	uint64_t seed; /* for ${_RANDOM} */
	/* Smaller bounds than those above, for tests; 0: those above. */
	size_t bytes_max, lines_max;
};

/* Whether code (-errno of a function of struct expand_host) says nothing about the file: the
 * machine has failed, or nobody answers. Then a part of the text is not known, and the reading ends
 * with an error. Example: -EMFILE; but not -ENOENT, nor -EACCES. */
bool expand_is_failure(int code);

/*
 * Makes the flat text of map from its first source. The names of further sources are memory of
 * files. Mistakes are reported, and the flat text has the parts that were understood.
 * Example: "$W=5" and "weight ${W}" on the next line give "weight 5".
 * Returns false if the text exceeds a bound. The flat text then ends there, and the caller need not
 * look for further mistakes.
 */
bool expand(struct source_map *map, struct report *report, struct arena *files,
	    const struct expand_host *host);

#endif
