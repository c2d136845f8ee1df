/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/frame.h"

#include <assert.h>
#include <string.h>

#define FRAME_MAGIC   0x4c52 /* "LR" */
#define FRAME_VERSION 1

static size_t field_put(uint8_t *bytes, size_t at, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bytes[at + i] = (uint8_t)(value >> 8 * (n - 1 - i));
	return at + n;
}

static uint64_t number_at(const uint8_t *bytes, size_t at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | bytes[at + i];
	return value;
}

void relay_header_encode(const struct relay_header *header, uint8_t frame[static RELAY_HEADER_SIZE])
{
	assert(header->type >= RELAY_HELLO && header->type < RELAY_N_TYPES);
	assert(header->len <= RELAY_PAYLOAD_MAX);
	field_put(frame, 0, FRAME_MAGIC, 2);
	frame[2] = FRAME_VERSION;
	frame[3] = header->type;
	frame[4] = header->flags;
	frame[5] = header->key_id;
	field_put(frame, 6, header->len, 2);
	field_put(frame, 8, header->from, 8);
	field_put(frame, 16, header->to, 8);
	field_put(frame, 24, header->seq, 8);
}

bool relay_header_decode(const void *frame, size_t len, struct relay_header *ret_header)
{
	const uint8_t *bytes = frame;
	struct relay_header header;

	if (len < RELAY_HEADER_SIZE + RELAY_TAG_SIZE || number_at(bytes, 0, 2) != FRAME_MAGIC ||
	    bytes[2] != FRAME_VERSION)
		return false;
	header = (struct relay_header){.type = bytes[3],
				       .flags = bytes[4],
				       .key_id = bytes[5],
				       .len = (uint16_t)number_at(bytes, 6, 2),
				       .from = number_at(bytes, 8, 8),
				       .to = number_at(bytes, 16, 8),
				       .seq = number_at(bytes, 24, 8)};
	if (header.type < RELAY_HELLO || header.type >= RELAY_N_TYPES ||
	    header.len > RELAY_PAYLOAD_MAX ||
	    len != RELAY_HEADER_SIZE + (size_t)header.len + RELAY_TAG_SIZE)
		return false;
	*ret_header = header;
	return true;
}

bool relay_header_is_foreign(const void *frame, size_t len)
{
	const uint8_t *bytes = frame;

	return len >= 3 && number_at(bytes, 0, 2) == FRAME_MAGIC && bytes[2] != FRAME_VERSION;
}

size_t relay_hello_encode(const struct relay_hello *hello, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	size_t at = 2 * RELAY_NONCE_SIZE;

	memcpy(payload, hello->nonce, RELAY_NONCE_SIZE);
	memcpy(payload + RELAY_NONCE_SIZE, hello->peer_nonce, RELAY_NONCE_SIZE);
	at = field_put(payload, at, hello->capabilities, 4);
	at = field_put(payload, at, hello->node, 4);
	at = field_put(payload, at, hello->payload_max, 2);
	return field_put(payload, at, hello->syncid, 1);
}

bool relay_hello_decode(const void *payload, size_t len, struct relay_hello *ret_hello)
{
	const uint8_t *bytes = payload;
	size_t at = 2 * RELAY_NONCE_SIZE;
	uint16_t payload_max;

	if (len < RELAY_HELLO_SIZE)
		return false;
	payload_max = (uint16_t)number_at(bytes, at + 8, 2);
	if (payload_max < RELAY_PAYLOAD_MIN)
		return false;
	memcpy(ret_hello->nonce, bytes, RELAY_NONCE_SIZE);
	memcpy(ret_hello->peer_nonce, bytes + RELAY_NONCE_SIZE, RELAY_NONCE_SIZE);
	ret_hello->capabilities = (uint32_t)number_at(bytes, at, 4);
	ret_hello->node = (uint32_t)number_at(bytes, at + 4, 4);
	ret_hello->payload_max = payload_max;
	ret_hello->syncid = bytes[at + 10];
	return true;
}

#define RANGE_SIZE 10

size_t relay_nack_encode(const struct relay_nack *nack, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	size_t at;

	assert(nack->n <= RELAY_RANGES_MAX);
	at = field_put(payload, 0, nack->n, 1);
	for (size_t i = 0; i < nack->n; i++) {
		at = field_put(payload, at, nack->ranges[i].from, 8);
		at = field_put(payload, at, nack->ranges[i].n, 2);
	}
	return at;
}

bool relay_nack_decode(const void *payload, size_t len, struct relay_nack *ret_nack)
{
	const uint8_t *bytes = payload;
	struct relay_nack nack = {0};

	if (len < 1 || bytes[0] > RELAY_RANGES_MAX || len < 1 + (size_t)bytes[0] * RANGE_SIZE)
		return false;
	nack.n = bytes[0];
	for (size_t i = 0; i < nack.n; i++) {
		struct relay_range *range = &nack.ranges[i];

		range->from = number_at(bytes, 1 + i * RANGE_SIZE, 8);
		range->n = (uint16_t)number_at(bytes, 1 + i * RANGE_SIZE + 8, 2);
		if (!range->from || !range->n || range->from > UINT64_MAX - range->n)
			return false;
	}
	*ret_nack = nack;
	return true;
}

#define BEAT_SIZE 42

size_t relay_beat_encode(const struct relay_beat *beat, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	size_t at = field_put(payload, 0, beat->sent, 8);

	at = field_put(payload, at, beat->got, 8);
	at = field_put(payload, at, beat->now_us, 8);
	at = field_put(payload, at, beat->echo_us, 8);
	at = field_put(payload, at, beat->n_dropped, 4);
	at = field_put(payload, at, beat->n_entries, 4);
	at = field_put(payload, at, beat->state, 1);
	return field_put(payload, at, beat->flags, 1);
}

bool relay_beat_decode(const void *payload, size_t len, struct relay_beat *ret_beat)
{
	const uint8_t *bytes = payload;

	if (len < BEAT_SIZE || bytes[40] > RELAY_DEGRADED)
		return false;
	*ret_beat = (struct relay_beat){.sent = number_at(bytes, 0, 8),
					.got = number_at(bytes, 8, 8),
					.now_us = number_at(bytes, 16, 8),
					.echo_us = number_at(bytes, 24, 8),
					.n_dropped = (uint32_t)number_at(bytes, 32, 4),
					.n_entries = (uint32_t)number_at(bytes, 36, 4),
					.state = bytes[40],
					.flags = bytes[41]};
	return true;
}

size_t relay_bulk_req_encode(const struct relay_bulk_req *req, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	return field_put(payload, 0, req->reason, 1);
}

bool relay_bulk_req_decode(const void *payload, size_t len, struct relay_bulk_req *ret_req)
{
	const uint8_t *bytes = payload;

	if (len < 1 || bytes[0] >= RELAY_BULK_N_REASONS)
		return false;
	*ret_req = (struct relay_bulk_req){.reason = bytes[0]};
	return true;
}

#define BULK_END_SIZE 21

size_t relay_bulk_end_encode(const struct relay_bulk_end *end, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	size_t at = field_put(payload, 0, end->reason, 1);

	at = field_put(payload, at, end->n_entries, 4);
	at = field_put(payload, at, end->first, 8);
	return field_put(payload, at, end->last, 8);
}

bool relay_bulk_end_decode(const void *payload, size_t len, struct relay_bulk_end *ret_end)
{
	const uint8_t *bytes = payload;

	if (len < BULK_END_SIZE || bytes[0] >= RELAY_BULK_N_REASONS)
		return false;
	*ret_end = (struct relay_bulk_end){.reason = bytes[0],
					   .n_entries = (uint32_t)number_at(bytes, 1, 4),
					   .first = number_at(bytes, 5, 8),
					   .last = number_at(bytes, 13, 8)};
	return true;
}

_Static_assert(RELAY_COUNTS_N * 4 <= RELAY_PAYLOAD_MIN, "COUNTS fits into the payload of every peer");

size_t relay_counts_encode(const struct relay_counts *counts, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	size_t at = 0;

	for (size_t i = 0; i < RELAY_COUNTS_N; i++)
		at = field_put(payload, at, counts->served[i], 4);
	return at;
}

bool relay_counts_decode(const void *payload, size_t len, struct relay_counts *ret_counts)
{
	if (len < RELAY_COUNTS_N * 4)
		return false;
	for (size_t i = 0; i < RELAY_COUNTS_N; i++)
		ret_counts->served[i] = (uint32_t)number_at(payload, i * 4, 4);
	return true;
}
