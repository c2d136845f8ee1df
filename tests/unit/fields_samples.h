/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What test_conf_fields tries the rows of the schema with: small configurations, and values. */
#ifndef LVSD_TESTS_UNIT_FIELDS_SAMPLES_H
#define LVSD_TESTS_UNIT_FIELDS_SAMPLES_H

#include "base/arena.h"
#include "conf/schema/lookup.h"
#include "conf/schema/schema.h"
#include "conf/text/out.h"

/* What a field needs around it to have an effect differs; each row takes the one that serves it. */
extern const char *const fields_skeletons[];
extern const size_t fields_n_skeletons;

/* At most so many values, the keyword's absence (NULL) not counted. */
#define FIELDS_VALUES_MAX 16

/* Fills values, which are NULL, with values that the row accepts. */
void fields_values(const struct schema_keyword *row, struct arena *arena,
		   const char *values[static FIELDS_VALUES_MAX]);

/* Writes a skeleton, with a check of each kind where it has a line for them, and a NUL. */
void fields_skeleton_write(const char *skeleton, const struct lookup *lookup, struct out *out);

#endif
