/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages about a word that is no value of its type, with what to write instead if that can be
 * guessed. Each function sets err and returns -EINVAL.
 */
#ifndef LVSD_CONF_TREE_VALUE_REFUSE_H
#define LVSD_CONF_TREE_VALUE_REFUSE_H

#include "base/err.h"
#include "conf/schema/schema.h"

/*
 * Refuses text, which is no address. has_port: a port may follow as a word of its own. Example:
 * "10.9.0.100:80": "... write `10.9.0.100 80`" with has_port, else "... write `10.9.0.100`".
 */
int value_refuse_address(const char *text, bool has_port, struct err *err);

/* Refuses text, which is no whole number. name is the keyword. If a number up to max can be a port,
 * names of services such as "http" are explained.
 */
int value_refuse_number(const char *name, int64_t max, const char *text, struct err *err);

/*
 * Refuses text, which is no number of unit: "seconds" or "milliseconds". is_whole: decimals are not
 * allowed. Proposes what was meant, if that is within the range of row. Example: unit seconds,
 * "500ms": "... is not a number of seconds; write `0.5`"; "5m": write `300`.
 */
int value_refuse_time(const struct schema_keyword *row, const char *unit, bool is_whole,
		      const char *text, struct err *err);

/* Refuses text, which is neither a netmask nor a prefix length. Example: "/24": "... write
 * `255.255.255.0`". */
int value_refuse_clients(const struct schema_keyword *row, const char *text, struct err *err);

/* Refuses text, which is none of the choices of row. wanted is what the message says before the
 * list of choices: "not", or "neither a ... nor". */
int value_refuse_choice(const struct schema_keyword *row, const char *text, const char *wanted,
			struct err *err);

#endif
