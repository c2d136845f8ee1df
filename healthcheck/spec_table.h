/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the check process probes: the different specs that the director has sent. Checks whose specs
 * say the same share one spec, and so one probe. Specs that came one after the other share an
 * arena, which is freed with the last of these specs. So a spec must not be used after its removal,
 * and the probe that reads the spec must end before.
 */
#ifndef LVSD_HEALTHCHECK_SPEC_TABLE_H
#define LVSD_HEALTHCHECK_SPEC_TABLE_H

#include "base/vec.h"
#include "healthcheck/id_map.h"
#include "healthcheck/probes/passed.h"
#include "healthcheck/wire.h"

struct probe;
struct probe_held;
struct spec_batch;

/* What a probe does, as the director has sent it. It lies, with its texts, in the arena of batch.
 */
struct spec {
	uint32_t slot;   /* its number in the table */
	bool is_known;   /* false: the director has sent no spec that makes sense */
	size_t n_checks; /* how many checks use it; 0: it is free */
	struct conf_check check;
	struct check_tls tls;
	struct probe *probe; /* in flight, or NULL; set by the worker */
	struct probe_held *held; /* what its kind keeps between probes, or NULL; set by the worker */
	struct passed_sockets sockets; /* for the next probe; filled and emptied by the worker */
	check_id wanted_by;  /* in the name of this check the worker asked for them */
	void *owner;         /* set by the worker */
	uint64_t hash;       /* of the meaning (check_spec_meaning()) */
	struct spec *same;   /* another spec with this hash */
	struct spec_batch *batch;
};

/* Begins as {0}: empty. */
struct spec_table {
	VEC(struct spec *) slots; /* NULL: free */
	VEC(uint32_t) free_slots;
	struct id_map by_hash;
	struct spec_batch *filling; /* the batch for the next spec; NULL: a new one */
};

/*
 * Finds the spec that the body of a SPEC frame means, or makes it; one more check uses it then.
 * Returns NULL when the body is malformed. *ret_id: the check.
 */
struct spec *spec_table_use(struct spec_table *table, const void *body, size_t len,
			    check_id *ret_id);

/* A spec without content, for a check that the director has sent no spec of. */
struct spec *spec_table_use_unknown(struct spec_table *table);

/* The spec in a slot that is in use. */
struct spec *spec_table_at(const struct spec_table *table, uint32_t slot);

/* One check fewer uses the spec. The last one removes the spec, whose probe must have ended. */
void spec_table_leave(struct spec_table *table, struct spec *spec);

/* Removes all specs and frees all memory of the table. No probe may be in flight. */
void spec_table_clear(struct spec_table *table);

#endif
