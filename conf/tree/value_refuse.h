/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said of a word that is no value of its type, with what to write instead where that shows.
 * Each function fills err and returns -EINVAL.
 */
#ifndef LVSD_CONF_TREE_VALUE_REFUSE_H
#define LVSD_CONF_TREE_VALUE_REFUSE_H

#include "base/err.h"
#include "conf/schema/schema.h"

/*
 * text is no address. has_port: a port may follow as a word of its own. "10.9.0.100:80" gives
 * "... write `10.9.0.100 80`" then, and "... write `10.9.0.100`" otherwise.
 */
int value_refuse_address(const char *text, bool has_port, struct err *err);

/* text is no whole number; max says whether it can have been meant as a port. */
int value_refuse_number(const char *name, int64_t max, const char *text, struct err *err);

/*
 * text is no number of the unit, "seconds" or "milliseconds". is_whole: decimals are not allowed.
 * "500ms" as seconds gives "... is not a number of seconds; write `0.5`", "5m" gives `300`.
 */
int value_refuse_time(const char *name, const char *unit, bool is_whole, const char *text,
		      struct err *err);

/* text is neither a netmask nor a prefix length. "/24" gives "... write `255.255.255.0`". */
int value_refuse_clients(const struct schema_keyword *row, const char *text, struct err *err);

/* text is none of the choices of row. wanted: "not", or what else text is not: "neither a ... nor".
 */
int value_refuse_choice(const struct schema_keyword *row, const char *text, const char *wanted,
			struct err *err);

#endif
