/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/http_judge.h"

#include <stdio.h>
#include <string.h>

/* The most bytes of a pattern in a reason. */
#define PATTERN_SHOWN 60

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

/* What is said before and after the pattern. */
static const char *const found_texts[][2] = {
    [HTTP_SEARCH_MATCH] = {"the body matches '", "', which regex_no_match refuses"},
    [HTTP_SEARCH_NO_MATCH] = {"the body does not match '", "'"},
    [HTTP_SEARCH_CUT_OFF] = {"the body is over 1 MiB, and its first MiB has no match for '", "'"},
    [HTTP_SEARCH_SHORT] = {"the body ends before its Content-Length, without a match for '", "'"},
    [HTTP_SEARCH_TOO_HARD] = {"too much work or memory is needed to search the body for '", "'"},
};

bool http_judge_search(const struct conf_url *url, enum http_search found,
		       char reason[static PROBE_REASON_MAX])
{
	if (found == (url->is_regex_refused ? HTTP_SEARCH_NO_MATCH : HTTP_SEARCH_MATCH))
		return true;
	snprintf(reason, PROBE_REASON_MAX, "%s%.*s%s%s", found_texts[found][0], PATTERN_SHOWN,
		 url->regex, strlen(url->regex) > PATTERN_SHOWN ? "..." : "", found_texts[found][1]);
	return false;
}
