/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question and the answer of gRPC's health service, grpc.health.v1.Health/Check, as they are in
 * the bodies and headers of HTTP/2 (grpc/doc/PROTOCOL-HTTP2.md, health-checking.md). A message is
 * framed by one byte (0: not compressed) and its length in four bytes. HealthCheckRequest has one
 * field, 1: the service (a string); HealthCheckResponse has one, 1: the status (an enum). Pure.
 */
#ifndef LVSD_HEALTHCHECK_GRPC_HEALTH_H
#define LVSD_HEALTHCHECK_GRPC_HEALTH_H

#include "healthcheck/health.h"

/* The longest service that is asked for, in bytes. */
#define GRPC_SERVICE_MAX 255
/* The most bytes of a question: its frame, and the field with its key and its length. */
#define GRPC_QUESTION_MAX (5 + 3 + GRPC_SERVICE_MAX)

/* What the headers said, those behind the body included. All zero: nothing yet. */
struct grpc_headers {
	bool has_status;
	unsigned status;  /* grpc-status; 0: OK */
	char message[64]; /* grpc-message, cut; "": none */
};

/* Writes the question for service ("": the whole server) and returns its length. */
size_t grpc_health_ask(const char *service, uint8_t question[static GRPC_QUESTION_MAX]);

/* Takes one header line, such as "grpc-status: 5\r\n"; other lines are ignored. */
void grpc_health_header(struct grpc_headers *headers, const char *line, size_t len);

/*
 * Returns whether the answer says SERVING, and writes why to reason. Example: status 5 in the
 * headers: false, "gRPC status 5 (NOT_FOUND)".
 */
bool grpc_health_judge(const struct grpc_headers *headers, const char *body, size_t len,
		       char reason[static PROBE_REASON_MAX]);

#endif
