/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks the words of a command line as libpopt does, which ipvsadm reads its own with: no
 * abbreviations of long options, "--name=value", letters that may be bundled ("-Ln"), values that
 * may cling to their letter ("-t10.0.0.1:80", "-t=10.0.0.1:80"), "--" before what is no option.
 * It knows the table of options that it is given and nothing of their meaning. Pure.
 */
#ifndef LVSD_ADMIN_SCAN_H
#define LVSD_ADMIN_SCAN_H

#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

enum scan_value {
	SCAN_VALUE_NONE,
	SCAN_VALUE_REQUIRED,
	SCAN_VALUE_OPTIONAL, /* the next word is the value unless it begins with '-' */
};

struct scan_option {
	const char *name; /* the long form, without dashes; NULL ends a table */
	char letter;      /* 0: none */
	enum scan_value value;
	int id; /* what scan_next() gives for it, at least 0 */
};

enum {
	SCAN_END = -1,
	SCAN_UNKNOWN = -2,
	SCAN_MISSING_VALUE = -3,
	SCAN_UNWANTED_VALUE = -4,
};

struct scan {
	const struct scan_option *table;
	const char *const *words;
	size_t n_words, at;
	const char *letters; /* what is left of a word of letters; NULL: none */
	bool is_past_options;
	VEC(const char *) arguments; /* words that are no options, in order */
};

/* words stay the caller's and must outlive the scan; the program's name is not among them. */
void scan_init(struct scan *scan, const struct scan_option *table, const char *const *words,
	       size_t n_words);
void scan_fini(struct scan *scan);

/*
 * The id of the next option, *ret_value being its value or NULL; or one of SCAN_*. After an error
 * scan_bad_word() is the word that it is about.
 */
int scan_next(struct scan *scan, const char **ret_value);
const char *scan_bad_word(const struct scan *scan);

/* "unknown option" and so on. */
const char *scan_error(int code);

#endif
