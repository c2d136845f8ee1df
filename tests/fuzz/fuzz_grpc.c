/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is what a server of gRPC's health service sends: the headers up to the first
 * empty line, then the body.
 */
#include "healthcheck/grpc_health.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct grpc_headers headers = {0};
	char reason[PROBE_REASON_MAX];

	while (at < end && *at != '\n') {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		size_t len = line_end ? (size_t)(line_end - at) + 1 : (size_t)(end - at);

		grpc_health_header(&headers, at, len);
		assert(memchr(headers.message, 0, sizeof(headers.message)));
		at += len;
	}
	at += at < end;
	if (grpc_health_judge(&headers, at, (size_t)(end - at), reason))
		assert(headers.has_status && !headers.status && end - at >= 7);
	assert(memchr(reason, 0, sizeof(reason)));
	return 0;
}
