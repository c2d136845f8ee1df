/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in sentences: "1 server", "2 servers". */
#ifndef LVSD_BASE_PLURAL_H
#define LVSD_BASE_PLURAL_H

/* What follows a noun that takes an s: "%zu server%s", n, plural(n). */
static inline const char *plural(unsigned long long n)
{
	return n == 1 ? "" : "s";
}

/* For any other word: plural_of(n, "is", "are"), plural_of(n, "address", "addresses"). */
static inline const char *plural_of(unsigned long long n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

#endif
