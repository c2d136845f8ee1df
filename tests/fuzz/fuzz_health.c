/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for the frames between director and check process: nothing that arrives may
 * harm, and what is accepted encodes to the same bytes again.
 */
#include "healthcheck/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_spec(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct conf_check check;
	struct check_tls got_tls;
	check_id id;

	if (check_spec_decode(data, size, arena, &id, &check, &got_tls) == 0) {
		uint8_t *again = malloc(size);

		if (check_spec_encode(id, &check, &got_tls, again, size) != size ||
		    memcmp(again, data, size) != 0)
			abort();
		free(again);
	}
	arena_free(arena);
}

static void try_outcome(const uint8_t *data, size_t size)
{
	struct probe_result result;
	uint8_t again[CHECK_OUTCOME_MAX];
	check_id id;

	if (check_outcome_decode(data, size, &id, &result) < 0)
		return;
	if (strlen(result.reason) >= sizeof(result.reason) ||
	    check_outcome_encode(id, &result, again, sizeof(again)) != size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_spec(data, size);
	try_outcome(data, size);
	return 0;
}
