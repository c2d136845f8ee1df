/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The contents of a frame as a value: what the machine of a peer (peer.h) takes and makes, and its payload. Pure. */
#ifndef LVSD_SYNC_RELAY_BODY_H
#define LVSD_SYNC_RELAY_BODY_H

#include "sync/relay/frame.h"

struct relay_body {
	enum relay_type type;
	uint8_t flags;
	union {
		struct relay_nack nack;
		struct relay_beat beat;
		struct relay_bulk_req bulk_req;
		struct relay_bulk_end bulk_end;
		struct relay_counts counts;
		struct {
			const uint8_t *data;
			size_t len;
		} bytes; /* of DATA and MESSAGE */
	};
};

/* Writes the payload. Returns its length. bytes has at most RELAY_PAYLOAD_MAX of them. */
size_t relay_body_encode(const struct relay_body *body, uint8_t payload[static RELAY_PAYLOAD_MAX]);

/* Reads the payload of a frame with this header. Returns false if it is none of that type, or if the type is one of the
 * handshake. bytes are those of payload. */
bool relay_body_decode(const struct relay_header *header, const uint8_t *payload, struct relay_body *ret_body);

#endif
