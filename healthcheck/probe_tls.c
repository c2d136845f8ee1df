/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probe_tls.h"

#include <string.h>

/* An empty text takes away what an earlier check left in the handle. */
static void set_blob(CURL *easy, CURLoption option, const char *text)
{
	struct curl_blob blob = {(void *)text, strlen(text), CURL_BLOB_NOCOPY};

	curl_easy_setopt(easy, option, *text ? &blob : NULL);
}

void probe_tls_set(CURL *easy, const struct conf_check *check, const struct check_tls *tls)
{
	bool is_verifying = *tls->ca != '\0';

	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, is_verifying ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, is_verifying && *check->sni ? 2L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	/* The machine's own authorities are no business of a check. */
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	set_blob(easy, CURLOPT_CAINFO_BLOB, tls->ca);
	set_blob(easy, CURLOPT_SSLCERT_BLOB, tls->certificate);
	set_blob(easy, CURLOPT_SSLKEY_BLOB, tls->key);
	/* Even an empty one: without, libcrypto would ask the terminal. */
	curl_easy_setopt(easy, CURLOPT_KEYPASSWD, tls->password);
}

struct probe_result probe_tls_judge(CURLcode code, struct mono started, const char *what)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return probe_result_new(PROBE_FAIL, started,
					"the server's certificate is not accepted: %s", what);
	case CURLE_SSL_CONNECT_ERROR:
		return probe_result_new(PROBE_FAIL, started, "no TLS with the server: %s", what);
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ENGINE_INITFAILED:
		return probe_result_new(PROBE_NONE, started, "no probe from this machine: %s",
					what);
	default:
		return probe_result_new(PROBE_FAIL, started, "%s", what);
	}
}
