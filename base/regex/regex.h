/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regular expressions of Perl's grammar, by PCRE2. Neither the expression (from the configuration)
 * nor the text (from a server) can make a search take long or need much memory: the work of one
 * search is counted, and a search that exceeds REGEX_WORK_MAX ends without an answer. The count
 * depends on expression and text alone, so that equal texts always get the same answer. The
 * expression is interpreted: lvsd's processes may not make memory executable.
 */
#ifndef LVSD_BASE_REGEX_REGEX_H
#define LVSD_BASE_REGEX_REGEX_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* The longest expression, in bytes. */
#define REGEX_PATTERN_MAX 4096

/* The most work of one search: items of the expression that were tried, and bytes walked between
 * two of them. It takes some 50 ms. */
#define REGEX_WORK_MAX 10000000

/* The memory of one search, in KiB: what it may take at most, and what it may always take. */
#define REGEX_HEAP_MAX 4096
#define REGEX_HEAP_MIN 64

struct regex;

/* Where a match may begin: at offset `from` at the earliest and `until` at the latest. What stands
 * before `from` can still be looked at by an assertion such as \b. */
struct regex_range {
	size_t from;
	size_t until; /* SIZE_MAX: anywhere */
};

/* Option i of keepalived's regex_options, such as "caseless", and its bits for regex_new(). Returns
 * NULL when there are not so many. ret_bits may be NULL. */
const char *regex_option_name(unsigned i, uint32_t *ret_bits);

/*
 * Compiles a pattern of n bytes, which may contain NUL. options: bits of regex_option_name(), or 0.
 * Returns 0, or -EINVAL with a sentence that names the place. Example: "a(b" gives "missing closing
 * parenthesis at character 4 of a(b". *ret_regex is for regex_free().
 */
int regex_new(const char *pattern, size_t n, uint32_t options, struct regex **ret_regex,
	      struct err *err);
/* regex may be NULL. */
void regex_free(struct regex *regex);

/* Sets how much memory a search may take, within REGEX_HEAP_MIN and REGEX_HEAP_MAX, in KiB. */
void regex_heap_set(struct regex *regex, size_t kib);

/*
 * Does the expression match somewhere in the text? range may be NULL: anywhere. Returns 1 or 0;
 * -E2BIG when the search exceeded REGEX_WORK_MAX or REGEX_HEAP_MAX. With the option utf, bytes that
 * are no UTF-8 match nothing. A regex is for one search at a time.
 */
int regex_search(struct regex *regex, const char *text, size_t n, const struct regex_range *range);

/* Where the match ended that regex_search() has just found. */
/* The work of the last search, in the unit of REGEX_WORK_MAX. */
size_t regex_work(const struct regex *regex);

size_t regex_match_end(const struct regex *regex);

#endif
