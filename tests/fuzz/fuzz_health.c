/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for the frames between director and check process: nothing that arrives may
 * harm, and what is accepted encodes to the same bytes again. And for ICMP packets, none of which is
 * taken for the answer to a request that it does not repeat.
 */
#include "healthcheck/probes/ping_packet.h"
#include "healthcheck/talk/sockets.h"

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

/* What is left of data behind one item. The item fits in its largest size again. */
static void expect_fit(const struct pack_reader *reader, size_t size,
		       const struct pack_writer *writer, size_t max)
{
	if (writer->is_full || max - writer->left != size - reader->left)
		abort();
}

static void try_told(const uint8_t *data, size_t size)
{
	uint8_t again[CHECK_TOLD_MAX];
	struct pack_reader reader = {.at = data, .left = size};
	struct pack_writer writer = {.at = again, .left = sizeof(again)};
	struct health_told told;

	check_told_take(&reader, &told);
	if (reader.is_bad)
		return;
	if (strlen(told.result.reason) >= sizeof(told.result.reason))
		abort();
	check_told_put(&writer, &told);
	expect_fit(&reader, size, &writer, sizeof(again));
}

static void try_word(const uint8_t *data, size_t size)
{
	uint8_t again[CHECK_WORD_SIZE];
	struct pack_reader reader = {.at = data, .left = size};
	struct pack_writer writer = {.at = again, .left = sizeof(again)};
	struct health_word word;

	check_word_take(&reader, &word);
	if (reader.is_bad)
		return;
	check_word_put(&writer, &word);
	expect_fit(&reader, size, &writer, sizeof(again));
	if (memcmp(data, again, sizeof(again)) != 0)
		abort();
}

static void try_count(const uint8_t *data, size_t size)
{
	uint8_t again[CHECK_COUNT_SIZE];
	struct pack_reader reader = {.at = data, .left = size};
	struct pack_writer writer = {.at = again, .left = sizeof(again)};
	struct health_count count;

	check_count_take(&reader, &count);
	if (reader.is_bad)
		return;
	check_count_put(&writer, &count);
	expect_fit(&reader, size, &writer, sizeof(again));
	if (memcmp(data, again, sizeof(again)) != 0)
		abort();
}

static void try_socket(const uint8_t *data, size_t size)
{
	uint8_t again[CHECK_SOCKET_LEN];
	check_id id;
	int error;

	if (check_socket_decode(data, size, &id, &error) < 0)
		return;
	check_socket_encode(id, error, again);
	if (memcmp(again, data, size) != 0)
		abort();
}

static void try_ping(uint16_t family, const uint8_t *data, size_t size)
{
	uint8_t request[PING_LEN];
	char text[PING_ERROR_MAX];

	ping_compose(family, 1, request);
	if (ping_is_reply(family, 1, data, size) &&
	    (size < PING_LEN || memcmp(data + size - PING_LEN + 4, request + 4, PING_LEN - 4) != 0))
		abort();
	if (ping_is_quoted(family, 1, data, size) && memcmp(data + 4, request + 4, 4) != 0)
		abort();
	if (size >= 2)
		ping_error_describe(family, data[0], data[1], text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_socket(data, size);
	try_ping(AF_INET, data, size);
	try_ping(AF_INET6, data, size);
	try_spec(data, size);
	try_told(data, size);
	try_word(data, size);
	try_count(data, size);
	return 0;
}
