/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks over the words of a command line as libpopt does, with which ipvsadm reads its own: no
 * abbreviations of long options, "--name=value", several letters in a word ("-Ln"), values attached
 * to their letter ("-t10.0.0.1:80", "-t=10.0.0.1:80"), and "--" before words that are no options.
 * It has a table of the options and does not know their meaning. Pure.
 */
#ifndef LVSD_ADMIN_SCAN_H
#define LVSD_ADMIN_SCAN_H

#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether an option has a value. */
enum scan_value {
	SCAN_VALUE_NONE,
	SCAN_VALUE_REQUIRED,
	SCAN_VALUE_OPTIONAL, /* the next word is the value, unless it begins with '-' */
};

/* A row of the table of options. */
struct scan_option {
	const char *name; /* the long name without dashes; NULL ends the table */
	char letter;      /* 0: none */
	enum scan_value value;
	int id; /* the result of scan_next() for this option; 0 or more */
};

/* What scan_next() returns besides ids. */
enum {
	SCAN_END = -1,
	SCAN_UNKNOWN = -2,
	SCAN_MISSING_VALUE = -3,
	SCAN_UNWANTED_VALUE = -4,
};

/* A walk. scan_init() sets it. */
struct scan {
	const struct scan_option *table;
	const char *const *words;
	size_t n_words, at;  /* at: the index of the next word */
	const char *letters; /* the rest of a word with several letters; NULL: none */
	bool is_past_options;        /* "--" was there */
	VEC(const char *) arguments; /* words that are not options, in order */
};

/* words must live longer than the scan; the program's name is not one of them. */
void scan_init(struct scan *scan, const struct scan_option *table, const char *const *words,
	       size_t n_words);
void scan_fini(struct scan *scan);

/* Returns the id of the next option, with its value or NULL in *ret_value; or one of SCAN_*. After
 * an error scan_bad_word() is the word that is wrong. */
int scan_next(struct scan *scan, const char **ret_value);
const char *scan_bad_word(const struct scan *scan);

/* Describes an error: "unknown option" and so on. */
const char *scan_error(int code);

#endif
