/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bound of tls_bound.h for the connections that libcurl makes. The count of a connection belongs to
 * its probe, which reads it, and to the SSL_CTX, which libcurl may free when the probe is gone already.
 */
#include "base/mem.h"
#include "healthcheck/probes/http_internal.h"
#include "healthcheck/probes/tls_bound.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_tls {
	struct tls_bound bound;
	unsigned n_owners;
};

static void owner_gone(struct http_tls *tls)
{
	if (tls && --tls->n_owners == 0)
		free(tls);
}

/* Callback of libcrypto. */
static void on_context_free(void *parent, void *item, CRYPTO_EX_DATA *data, int index, long number,
			    void *arg)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)number;
	(void)arg;
	owner_gone(item);
}

/* Whether libcurl hands out an SSL_CTX of the library that base/dynamic/ssl.h loads. */
static bool has_same_tls(const struct http *http)
{
	const curl_version_info_data *info = http->curl->version_info(CURLVERSION_NOW);
	char begin[32];
	int len = snprintf(begin, sizeof(begin), "OpenSSL/%d.", OPENSSL_VERSION_MAJOR);

	return info->ssl_version && !strncmp(info->ssl_version, begin, (size_t)len);
}

void http_tls_open(struct http *http)
{
	struct err err;

	http->tls_index = -1;
	if (has_same_tls(http) && ssl_library_open(&http->ssl, &err) == 0)
		http->tls_index = http->crypto.new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, NULL, NULL,
							 NULL, on_context_free);
}

CURLcode http_tls_begin(CURL *easy, void *context, void *arg)
{
	struct http_probe *probe = arg;
	const struct http *http = probe->http;

	(void)easy;
	owner_gone(probe->tls);
	probe->tls = mem_calloc(1, sizeof(*probe->tls));
	probe->tls->n_owners = 1;
	if (http->ssl.SSL_CTX_set_ex_data(context, http->tls_index, probe->tls) != 1)
		return CURLE_OUT_OF_MEMORY;
	probe->tls->n_owners++;
	tls_bound_watch(&probe->tls->bound, &http->ssl, context);
	return CURLE_OK;
}

bool http_tls_is_over(const struct http_probe *probe, char reason[static PROBE_REASON_MAX])
{
	if (!probe->tls || !probe->tls->bound.is_over)
		return false;
	tls_bound_reason(&probe->tls->bound, reason, PROBE_REASON_MAX);
	return true;
}

void http_tls_end(struct http_probe *probe)
{
	owner_gone(probe->tls);
	probe->tls = NULL;
}
