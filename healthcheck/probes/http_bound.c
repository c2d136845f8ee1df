/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bound for what a server sends that is neither header nor body, as the rest of a chunk's first line,
 * or frames of HTTP/2 without data: libcurl reads it, and tells nothing of it.
 *
 * The bound is looked at in each turn of libcurl; and by a signal handler in a turn that does not end
 * (base/curl/overtime.h), as with HTTP/2 while frames come faster than libcurl reads them.
 */
#include "base/socket/flow.h"
#include "healthcheck/probes/http_internal.h"

#include <stdatomic.h>

/* Turns in which nothing is asked of the kernel: most answers need no more. */
#define TURNS_UNSEEN 8

static bool is_over_bound(const struct http_probe *probe)
{
	uint64_t known = probe->header_bytes + probe->body_bytes;

	/* A fourth of what is data is more than TLS and any protocol add to it. */
	return flow_bytes_read(probe->fd) > known + known / 4 + ((uint64_t)HTTP_EXCESS_MIB << 20);
}

int http_bound_turn(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_send, curl_off_t sent)
{
	struct http_probe *probe = arg;

	(void)to_get;
	(void)got;
	(void)to_send;
	(void)sent;
	if (!probe->is_opened || ++probe->n_turns <= TURNS_UNSEEN)
		return 0;
	if (is_over_bound(probe))
		probe->has_excess = true;
	return probe->has_excess;
}

/* The fences keep the list whole for the signal handler, which interrupts this. */
void http_bound_begin(struct http_probe *probe)
{
	struct http *http = probe->http;

	if (!is_http2(probe))
		return;
	probe->flow = flow_id(probe->fd);
	probe->next_bounded = http->bounded;
	probe->at_bounded = &http->bounded;
	if (http->bounded)
		http->bounded->at_bounded = &probe->next_bounded;
	atomic_signal_fence(memory_order_seq_cst);
	http->bounded = probe;
	atomic_signal_fence(memory_order_seq_cst);
}

void http_bound_end(struct http_probe *probe)
{
	if (!probe->at_bounded)
		return;
	*probe->at_bounded = probe->next_bounded;
	if (probe->next_bounded)
		probe->next_bounded->at_bounded = probe->at_bounded;
	atomic_signal_fence(memory_order_seq_cst);
	probe->at_bounded = NULL;
}

void http_bound_overtime(void *arg)
{
	const struct http *http = arg;

	for (struct http_probe *probe = http->bounded; probe; probe = probe->next_bounded) {
		if (flow_id(probe->fd) != probe->flow || !is_over_bound(probe))
			continue;
		probe->has_excess = true;
		flow_cut(probe->fd);
	}
}
