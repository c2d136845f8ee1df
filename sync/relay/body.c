/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/body.h"

#include <assert.h>
#include <string.h>

size_t relay_body_encode(const struct relay_body *body, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	switch (body->type) {
	case RELAY_NACK:
		return relay_nack_encode(&body->nack, payload);
	case RELAY_BEAT:
		return relay_beat_encode(&body->beat, payload);
	case RELAY_BULK_REQ:
		return relay_bulk_req_encode(&body->bulk_req, payload);
	case RELAY_BULK_END:
		return relay_bulk_end_encode(&body->bulk_end, payload);
	case RELAY_COUNTS:
		return relay_counts_encode(&body->counts, payload);
	default:
		assert(body->type == RELAY_DATA || body->type == RELAY_MESSAGE);
		assert(body->bytes.len <= RELAY_PAYLOAD_MAX);
		if (body->bytes.len)
			memcpy(payload, body->bytes.data, body->bytes.len);
		return body->bytes.len;
	}
}

bool relay_body_decode(const struct relay_header *header, const uint8_t *payload, struct relay_body *ret_body)
{
	struct relay_body body = {.type = header->type, .flags = header->flags};
	bool is_good;

	switch (header->type) {
	case RELAY_NACK:
		is_good = relay_nack_decode(payload, header->len, &body.nack);
		break;
	case RELAY_BEAT:
		is_good = relay_beat_decode(payload, header->len, &body.beat);
		break;
	case RELAY_BULK_REQ:
		is_good = relay_bulk_req_decode(payload, header->len, &body.bulk_req);
		break;
	case RELAY_BULK_END:
		is_good = relay_bulk_end_decode(payload, header->len, &body.bulk_end);
		break;
	case RELAY_COUNTS:
		is_good = relay_counts_decode(payload, header->len, &body.counts);
		break;
	case RELAY_DATA:
	case RELAY_MESSAGE:
		body.bytes.data = payload;
		body.bytes.len = header->len;
		is_good = true;
		break;
	default:
		is_good = false;
		break;
	}
	if (is_good)
		*ret_body = body;
	return is_good;
}
