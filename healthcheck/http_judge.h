/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an HTTP answer is worth: status first, then the digest of the body. Pure. */
#ifndef LVSD_HEALTHCHECK_HTTP_JUDGE_H
#define LVSD_HEALTHCHECK_HTTP_JUDGE_H

#include "healthcheck/health.h"

/* An answer that arrived whole. */
struct http_answer {
	long status;
	bool is_truncated; /* the body is shorter than its Content-Length */
	char digest[33];   /* MD5 of the body in lower-case hex; "" when url wants none */
};

/*
 * Writes why the answer is good or bad to reason ("HTTP 200", "HTTP 503, wanted 200-299"). True
 * when it is good. A truncated body is bad only when its digest counts.
 */
bool http_judge(const struct conf_url *url, const struct http_answer *answer,
		char reason[static PROBE_REASON_MAX]);

#endif
