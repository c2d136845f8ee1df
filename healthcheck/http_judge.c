/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/http_judge.h"

#include <stdio.h>
#include <string.h>

static bool is_wanted_status(const struct conf_url *url, long status)
{
	for (size_t i = 0; i < url->n_statuses; i++)
		if (url->statuses[i].first <= status && status <= url->statuses[i].last)
			return true;
	return false;
}

/* Writes for example "HTTP 503, wanted 200-299, 404", cut to size. */
static void write_statuses(const struct conf_url *url, long status, char *reason, size_t size)
{
	size_t len = (size_t)snprintf(reason, size, "HTTP %ld, wanted", status);

	for (size_t i = 0; i < url->n_statuses && len < size; i++) {
		const struct conf_range *range = &url->statuses[i];
		const char *comma = i ? "," : "";

		if (range->first == range->last)
			len += (size_t)snprintf(reason + len, size - len, "%s %u", comma,
						range->first);
		else
			len += (size_t)snprintf(reason + len, size - len, "%s %u-%u", comma,
						range->first, range->last);
	}
}

bool http_judge(const struct conf_url *url, const struct http_answer *answer,
		char reason[static PROBE_REASON_MAX])
{
	if (!is_wanted_status(url, answer->status)) {
		write_statuses(url, answer->status, reason, PROBE_REASON_MAX);
		return false;
	}
	if (*url->digest && answer->is_truncated) {
		snprintf(reason, PROBE_REASON_MAX, "the body ends before its Content-Length");
		return false;
	}
	if (strcmp(url->digest, answer->digest)) {
		snprintf(reason, PROBE_REASON_MAX, "digest %s, wanted %s", answer->digest,
			 url->digest);
		return false;
	}
	snprintf(reason, PROBE_REASON_MAX, "HTTP %ld", answer->status);
	return true;
}
