/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an HTTP probe asks: the options of libcurl for one request. */
#include "base/mem.h"
#include "healthcheck/probes/http_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Appends line to list and frees line. */
static struct curl_slist *header_append(const struct curl_library *curl, struct curl_slist *list,
					char *line)
{
	struct curl_slist *longer = curl->slist_append(list, line);

	if (!longer)
		mem_exhausted(strlen(line));
	free(line);
	return longer;
}

static struct curl_slist *header_add(const struct curl_library *curl, struct curl_slist *list,
				     const char *name, const char *value)
{
	return header_append(curl, list, mem_printf("%s: %s", name, value));
}

/* Whether the URL has a header of this name. */
static bool has_header(const struct conf_url *url, const char *name)
{
	for (size_t i = 0; i < url->n_headers; i++)
		if (!strncasecmp(url->headers[i].text, name, strlen(name)) &&
		    url->headers[i].text[strlen(name)] == ':')
			return true;
	return false;
}

static struct curl_slist *headers_new(const struct http_probe *probe, const char *target)
{
	const struct curl_library *curl = probe->http->curl;
	const struct conf_url *url = present_url(probe);
	struct curl_slist *list = header_add(curl, NULL, "Host", *url->host ? url->host : target);

	if (probe->check->http_version != CONF_HTTP_1_0 && !is_http2(probe))
		list = header_add(curl, list, "Connection", "close");
	for (size_t i = 0; i < url->n_headers; i++)
		list = header_append(curl, list, mem_strdup(url->headers[i].text));
	if (url->is_grpc) {
		list = header_add(curl, list, "Content-Type", "application/grpc");
		return header_add(curl, list, "TE", "trailers");
	}
	if (!*url->body && !*url->body_hex && strcmp(url->method, "POST"))
		return list;
	/* Without a value libcurl does not send these, which it adds to a body by itself. */
	list = header_append(curl, list, mem_strdup("Expect:"));
	return has_header(url, "Content-Type")
		   ? list
		   : header_append(curl, list, mem_strdup("Content-Type:"));
}

static uint8_t digit_value(char digit)
{
	return (uint8_t)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
}

/* Gives libcurl a copy of a body in hex; its length is set already. */
static void set_hex(const struct curl_library *curl, CURL *easy, const char *hex, size_t len)
{
	uint8_t *bytes = mem_calloc(len, 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(digit_value(hex[2 * i]) << 4 | digit_value(hex[2 * i + 1]));
	curl_set_pointer(curl, easy, CURLOPT_COPYPOSTFIELDS, bytes);
	free(bytes);
}

/* Sets method and body, on a handle that may have served another URL. */
static void set_method(struct http_probe *probe)
{
	const struct curl_library *curl = probe->http->curl;
	const struct conf_url *url = present_url(probe);
	const char *method = url->is_grpc ? "POST" : url->method, *body = url->body;
	size_t len = *url->body_hex ? strlen(url->body_hex) / 2 : strlen(body);

	if (url->is_grpc) {
		len = grpc_health_ask(url->grpc_service, probe->question);
		body = (const char *)probe->question;
	}
	curl_set_pointer(curl, probe->easy, CURLOPT_CUSTOMREQUEST, NULL);
	curl_set_long(curl, probe->easy, CURLOPT_POSTFIELDSIZE, (long)len);
	/* This makes a POST of the request, so what else it may be comes behind. */
	if (*url->body_hex && !url->is_grpc)
		set_hex(curl, probe->easy, url->body_hex, len);
	else
		curl_set_pointer(curl, probe->easy, CURLOPT_POSTFIELDS, body);
	curl_set_long(curl, probe->easy,
		      len || !strcmp(method, "POST") ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
	if (!strcmp(method, "HEAD"))
		curl_set_long(curl, probe->easy, CURLOPT_NOBODY, 1L);
	else if (*method)
		curl_set_pointer(curl, probe->easy, CURLOPT_CUSTOMREQUEST, method);
}

static long http_version(const struct http_probe *probe)
{
	if (is_http2(probe))
		return conf_check_kind(probe->check)->is_tls ? CURL_HTTP_VERSION_2TLS
							     : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
	return probe->check->http_version == CONF_HTTP_1_1 ? CURL_HTTP_VERSION_1_1
							   : CURL_HTTP_VERSION_1_0;
}

/* Sets a PEM text; an empty one removes the text that an earlier check left in the handle. */
static bool set_blob(const struct curl_library *curl, CURL *easy, CURLoption option, const char *text)
{
	struct curl_blob blob = {(void *)text, strlen(text), CURL_BLOB_NOCOPY};

	return curl_set_pointer(curl, easy, option, *text ? &blob : NULL) || !*text;
}

/*
 * Sets all that TLS needs, on a handle that may have served other checks. The certificate of the
 * server is verified only when the check has a CA: against that CA alone, and against the name that
 * is sent to the server, if there is one. False: this libcurl refuses what the check needs.
 */
static bool set_tls(const struct http_probe *probe)
{
	const struct curl_library *curl = probe->http->curl;
	const struct conf_check *check = probe->check;
	const struct check_tls *tls = probe->means.tls;
	CURL *easy = probe->easy;
	bool is_verifying = *tls->ca != '\0', has_certinfo = *check->tls_name || check->tls_days;
	bool is_taken = true;

	/* The certificate authorities of the machine play no part. */
	curl_set_pointer(curl, easy, CURLOPT_CAINFO, NULL);
	curl_set_pointer(curl, easy, CURLOPT_CAPATH, NULL);
	is_taken &= set_blob(curl, easy, CURLOPT_CAINFO_BLOB, tls->ca);
	is_taken &= set_blob(curl, easy, CURLOPT_SSLCERT_BLOB, tls->certificate);
	is_taken &= set_blob(curl, easy, CURLOPT_SSLKEY_BLOB, tls->key);
	is_taken &= curl_set_long(curl, easy, CURLOPT_SSL_VERIFYPEER, is_verifying ? 1L : 0L);
	is_taken &= curl_set_long(curl, easy, CURLOPT_SSL_VERIFYHOST,
				  is_verifying && *check->sni ? 2L : 0L);
	is_taken &= curl_set_long(curl, easy, CURLOPT_SSL_ENABLE_ALPN, is_http2(probe) ? 1L : 0L) ||
		    !is_http2(probe);
	is_taken &= curl_set_long(curl, easy, CURLOPT_CERTINFO, has_certinfo ? 1L : 0L) ||
		    !has_certinfo;
	is_taken &= curl_set_pointer(curl, easy, CURLOPT_PINNEDPUBLICKEY,
				     *check->tls_pin ? check->tls_pin : NULL) ||
		    !*check->tls_pin;
	curl_set_long(curl, easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	/* The password is set even when it is empty: else libcrypto would ask on the terminal. */
	curl_set_pointer(curl, easy, CURLOPT_KEYPASSWD, tls->password);
	return is_taken;
}

bool http_request_set(struct http_probe *probe)
{
	const struct curl_library *curl = probe->http->curl;
	const struct conf_check *check = probe->check;
	char target[ENDPOINT_TEXT_MAX];
	bool is_tls = conf_check_kind(check)->is_tls;
	bool is_taken;
	char *base;

	endpoint_format(&check->target, target);
	if (is_tls && *check->sni) {
		base = mem_printf("https://%s:%u/", check->sni, check->target.port);
		probe->connect_to = header_append(curl, NULL, mem_printf("::%s", target));
	} else {
		base = mem_printf("%s://%s/", is_tls ? "https" : "http", target);
	}
	is_taken = !is_tls || set_tls(probe);
	is_taken &= curl_set_pointer(curl, probe->easy, CURLOPT_PROTOCOLS_STR, is_tls ? "https" : "http");
	is_taken &= curl_set_long(curl, probe->easy, CURLOPT_HTTP_VERSION, http_version(probe));
	curl_set_pointer(curl, probe->easy, CURLOPT_CONNECT_TO, probe->connect_to);
	probe->headers = headers_new(probe, target);
	set_method(probe);
	curl_set_pointer(curl, probe->easy, CURLOPT_URL, base);
	/* The path is sent exactly as in the file: escapes and dot segments stay. */
	curl_set_pointer(curl, probe->easy, CURLOPT_REQUEST_TARGET, present_url(probe)->path);
	curl_set_pointer(curl, probe->easy, CURLOPT_HTTPHEADER, probe->headers);
	curl_set_pointer(curl, probe->easy, CURLOPT_HEADERDATA, probe);
	curl_set_pointer(curl, probe->easy, CURLOPT_WRITEDATA, probe);
	curl_set_pointer(curl, probe->easy, CURLOPT_OPENSOCKETDATA, probe);
	curl_set_pointer(curl, probe->easy, CURLOPT_ERRORBUFFER, probe->error);
	curl_set_pointer(curl, probe->easy, CURLOPT_PRIVATE, probe);
	free(base);
	return is_taken;
}
