/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether an HTTP answer is good: by the status first, then by the digest of the body.
 * Pure. */
#ifndef LVSD_HEALTHCHECK_HTTP_JUDGE_H
#define LVSD_HEALTHCHECK_HTTP_JUDGE_H

#include "healthcheck/health.h"

/* A complete answer. */
struct http_answer {
	long status;       /* "HTTP/1.1 503": 503 */
	bool is_truncated; /* the body is shorter than its Content-Length */
	char digest[33];   /* MD5 of the body in lower-case hex; "" when the URL has no digest */
};

/* What the search of the body for the regex of the URL has found. */
enum http_search {
	HTTP_SEARCH_MATCH,
	HTTP_SEARCH_NO_MATCH,
	HTTP_SEARCH_CUT_OFF,  /* no match in the first HTTP_SEARCH_MAX bytes of a longer body */
	HTTP_SEARCH_SHORT,    /* no match in a body that ends before its Content-Length */
	HTTP_SEARCH_TOO_HARD, /* it took too much work or memory */
};

/* The most bytes of a body that are searched. */
#define HTTP_SEARCH_MAX (1024 * 1024)

/*
 * Returns whether the body of a good answer is good, for a URL with a regex, and writes to reason
 * why not. Example: regex "ok" and HTTP_SEARCH_NO_MATCH: false, "the body does not match 'ok'".
 */
bool http_judge_search(const struct conf_url *url, enum http_search found,
		       char reason[static PROBE_REASON_MAX]);

/*
 * Returns whether the answer is good, and writes why to reason. A truncated body is bad only when the
 * URL has a digest, or a regex for which it has no match. Example: status 503 and status_code 200-299:
 * false, "HTTP 503, wanted 200-299".
 */
bool http_judge(const struct conf_url *url, const struct http_answer *answer,
		char reason[static PROBE_REASON_MAX]);

#endif
