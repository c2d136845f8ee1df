/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for the file of verdicts: what is read is in its bounds and sorted, and reasons
 * stand in the text. The hash would stop nearly every input, so the target also tries the input with
 * a last line that fits.
 */
#include "base/hash.h"
#include "healthcheck/verdict/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int try_text(const char *text, size_t len)
{
	struct verdicts verdicts;
	struct err err;

	if (verdicts_read(text, len, &verdicts, &err) < 0)
		return -1;
	for (size_t i = 0; i < verdicts.n; i++) {
		const struct verdict *one = &verdicts.items[i];

		if (one->state > HEALTH_DOWN || one->server_state > HEALTH_DOWN ||
		    one->weight > INT32_MAX || one->agent.weighs > AGENT_WEIGHT ||
		    one->agent.duty > AGENT_MAINT || one->agent.service > AGENT_DOWN ||
		    strlen(one->reason) >= PROBE_REASON_MAX || one->since_wall_us < 0 ||
		    (i && one[-1].key > one->key))
			abort();
	}
	verdicts_free(&verdicts);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char first[] = "lvsd verdicts 1\n";
	char *text = malloc(size + 100);
	size_t len = sizeof(first) - 1, n = 0;

	try_text((const char *)data, size);
	memcpy(text, first, len);
	memcpy(text + len, data, size);
	len += size;
	if (size && text[len - 1] != '\n')
		text[len++] = '\n';
	for (size_t i = sizeof(first) - 1; i < len; i++)
		n += text[i] == '\n';
	len += (size_t)sprintf(text + len, "end %zu %016" PRIx64 "\n", n, hash_bytes(text, len));
	try_text(text, len);
	free(text);
	return 0;
}
