/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What TLS adds to a request of libcurl: its settings, and what its errors mean. */
#ifndef LVSD_HEALTHCHECK_PROBE_TLS_H
#define LVSD_HEALTHCHECK_PROBE_TLS_H

#include "healthcheck/probe.h"

#include <curl/curl.h>

/*
 * Sets all that TLS needs on a handle that may have served other checks. The peer is verified only
 * when tls has a CA: against that CA alone, and its name against the one that is sent (sni), if
 * there is one. tls must outlive the request.
 */
void probe_tls_set(CURL *easy, const struct conf_check *check, const struct check_tls *tls);

/*
 * The outcome of a request that failed with code, which is libcurl's for TLS or any other; what is
 * its sentence. PROBE_NONE when our own certificate, key or CA does not do.
 */
struct probe_result probe_tls_judge(CURLcode code, struct mono started, const char *what);

#endif
