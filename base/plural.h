/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of sentences that depend on a number: "1 server", "2 servers". */
#ifndef LVSD_BASE_PLURAL_H
#define LVSD_BASE_PLURAL_H

/* The ending of a noun: "" for 1, otherwise "s". Used as "%zu server%s", n, plural(n). */
static inline const char *plural(unsigned long long n)
{
	return n == 1 ? "" : "s";
}

/*
 * For all other words. Examples: plural_of(n, "is", "are"), plural_of(n, "address", "addresses").
 */
static inline const char *plural_of(unsigned long long n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

#endif
