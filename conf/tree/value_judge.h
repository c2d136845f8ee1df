/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types that only rows without effect have: their words are judged as those of other types are, and
 * nothing is kept of them.
 */
#ifndef LVSD_CONF_TREE_VALUE_JUDGE_H
#define LVSD_CONF_TREE_VALUE_JUDGE_H

#include "base/err.h"
#include "conf/schema/schema.h"

/* Judges argument number i (from 0) of row. Returns 0, or -EINVAL with the sentence in err. */
int value_judge(const struct schema_keyword *row, size_t i, const char *text, struct err *err);

#endif
