/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/grpc_health.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FRAME_LEN 5

/* The field of both messages, and how protobuf writes each kind of field. */
#define FIELD_NUMBER 1
enum wire_type {
	WIRE_VARINT = 0,
	WIRE_8_BYTES = 1,
	WIRE_BYTES = 2,
	WIRE_4_BYTES = 5,
};

/* The values of the enum ServingStatus. */
static const char *const statuses[] = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
#define SERVING 1

static const char *const codes[] = {
    "OK",		"CANCELLED",	     "UNKNOWN",		"INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED", "NOT_FOUND",	     "ALREADY_EXISTS",	"PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",	"OUT_OF_RANGE",
    "UNIMPLEMENTED",	"INTERNAL",	     "UNAVAILABLE",	"DATA_LOSS",
    "UNAUTHENTICATED",
};

size_t grpc_health_ask(const char *service, uint8_t question[static GRPC_QUESTION_MAX])
{
	size_t len = strlen(service), n = FRAME_LEN;

	assert(len <= GRPC_SERVICE_MAX);
	if (len) {
		question[n++] = FIELD_NUMBER << 3 | WIRE_BYTES;
		question[n++] = (uint8_t)(len < 0x80 ? len : (len & 0x7f) | 0x80);
		if (len >= 0x80)
			question[n++] = (uint8_t)(len >> 7);
		memcpy(question + n, service, len);
		n += len;
	}
	memset(question, 0, FRAME_LEN);
	question[3] = (uint8_t)((n - FRAME_LEN) >> 8);
	question[4] = (uint8_t)(n - FRAME_LEN);
	return n;
}

/* The value of the header `name`, whose length is *len afterwards; NULL: the line is another one. */
static const char *value_of(const char *name, const char *line, size_t *len)
{
	size_t n = strlen(name);
	const char *value = line + n + 1, *end = line + *len;

	if (*len <= n || line[n] != ':' || strncasecmp(line, name, n))
		return NULL;
	while (value < end && *value == ' ')
		value++;
	while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
		end--;
	*len = (size_t)(end - value);
	return value;
}

static void take_status(struct grpc_headers *headers, const char *digits, size_t len)
{
	unsigned status = 0;

	if (!len || len > 4)
		return;
	for (size_t i = 0; i < len; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return;
		status = status * 10 + (unsigned)(digits[i] - '0');
	}
	headers->has_status = true;
	headers->status = status;
}

void grpc_health_header(struct grpc_headers *headers, const char *line, size_t len)
{
	size_t n = len;
	const char *value = value_of("grpc-status", line, &n);

	if (value) {
		take_status(headers, value, n);
		return;
	}
	n = len;
	value = value_of("grpc-message", line, &n);
	if (!value)
		return;
	if (n >= sizeof(headers->message))
		n = sizeof(headers->message) - 1;
	memcpy(headers->message, value, n);
	headers->message[n] = '\0';
}

struct bytes {
	const uint8_t *at;
	size_t left;
	bool is_bad;
};

static uint64_t take_varint(struct bytes *bytes)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte;

		if (!bytes->left)
			break;
		byte = *bytes->at++;
		bytes->left--;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	bytes->is_bad = true;
	return 0;
}

static void skip(struct bytes *bytes, uint64_t n)
{
	if (n > bytes->left) {
		bytes->is_bad = true;
		return;
	}
	bytes->at += n;
	bytes->left -= (size_t)n;
}

/* Skips the value of a field. */
static void skip_field(struct bytes *bytes, unsigned type)
{
	switch (type) {
	case WIRE_VARINT:
		take_varint(bytes);
		break;
	case WIRE_8_BYTES:
		skip(bytes, 8);
		break;
	case WIRE_BYTES:
		skip(bytes, take_varint(bytes));
		break;
	case WIRE_4_BYTES:
		skip(bytes, 4);
		break;
	default:
		bytes->is_bad = true;
	}
}

/* The status in a message; false: it is malformed. */
static bool read_response(const uint8_t *message, size_t len, uint64_t *ret_status)
{
	struct bytes bytes = {message, len, false};
	uint64_t status = 0;

	while (bytes.left && !bytes.is_bad) {
		uint64_t key = take_varint(&bytes);

		if (key == (FIELD_NUMBER << 3 | WIRE_VARINT))
			status = take_varint(&bytes);
		else
			skip_field(&bytes, key & 7);
	}
	*ret_status = status;
	return !bytes.is_bad;
}

/* The message in its frame: the whole body, not compressed. */
static bool read_body(const char *body, size_t len, uint64_t *ret_status)
{
	const uint8_t *frame = (const uint8_t *)body;

	return len >= FRAME_LEN && frame[0] == 0 &&
	       ((size_t)frame[1] << 24 | (size_t)frame[2] << 16 | (size_t)frame[3] << 8 |
		frame[4]) == len - FRAME_LEN &&
	       read_response(frame + FRAME_LEN, len - FRAME_LEN, ret_status);
}

bool grpc_health_judge(const struct grpc_headers *headers, const char *body, size_t len,
		       char reason[static PROBE_REASON_MAX])
{
	const char *colon = *headers->message ? ": " : "";
	uint64_t status;

	if (!headers->has_status)
		snprintf(reason, PROBE_REASON_MAX, "the answer is not gRPC: it has no grpc-status");
	else if (headers->status)
		snprintf(reason, PROBE_REASON_MAX, "gRPC status %u (%s)%s%s", headers->status,
			 headers->status < sizeof(codes) / sizeof(codes[0]) ? codes[headers->status]
									    : "unknown",
			 colon, headers->message);
	else if (!read_body(body, len, &status))
		snprintf(reason, PROBE_REASON_MAX, "the answer is no HealthCheckResponse of gRPC");
	else if (status == SERVING)
		snprintf(reason, PROBE_REASON_MAX, "gRPC health SERVING");
	else if (status < sizeof(statuses) / sizeof(statuses[0]))
		snprintf(reason, PROBE_REASON_MAX, "gRPC health %s, wanted SERVING", statuses[status]);
	else
		snprintf(reason, PROBE_REASON_MAX, "gRPC health %llu, wanted SERVING",
			 (unsigned long long)status);
	return headers->has_status && !headers->status && read_body(body, len, &status) &&
	       status == SERVING;
}
