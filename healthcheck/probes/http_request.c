/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an HTTP probe asks: the options of libcurl for one request. */
#include "base/mem.h"
#include "healthcheck/probes/http_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Puts a line of two texts at the end of a list, in one piece of memory; *end then is the new end. */
static void line_add(struct curl_slist ***end, const char *name, const char *value)
{
	size_t name_len = strlen(name), value_size = strlen(value) + 1;
	struct curl_slist *line = mem_calloc(1, sizeof(*line) + name_len + value_size);

	line->data = (char *)(line + 1);
	memcpy(line->data, name, name_len);
	memcpy(line->data + name_len, value, value_size);
	**end = line;
	*end = &line->next;
}

static void lines_free(struct curl_slist **list)
{
	for (struct curl_slist *line = *list, *next; line; line = next) {
		next = line->next;
		free(line);
	}
	*list = NULL;
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

static void add_headers(struct http_probe *probe, const char *target)
{
	const struct conf_url *url = present_url(probe);
	struct curl_slist **end = &probe->headers;

	line_add(&end, "Host: ", *url->host ? url->host : target);
	if (probe->check->http_version != CONF_HTTP_1_0 && !is_http2(probe))
		line_add(&end, "Connection: ", "close");
	for (size_t i = 0; i < url->n_headers; i++)
		line_add(&end, url->headers[i].text, "");
	if (url->is_grpc) {
		line_add(&end, "Content-Type: ", "application/grpc");
		line_add(&end, "TE: ", "trailers");
		return;
	}
	if (!*url->body && !*url->body_hex && strcmp(url->method, "POST"))
		return;
	/* Without a value libcurl does not send these, which it adds to a body by itself. */
	line_add(&end, "Expect:", "");
	if (!has_header(url, "Content-Type"))
		line_add(&end, "Content-Type:", "");
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
	/* This makes a POST of the request, so what else it may be comes behind. libcurl keeps the pointer
	 * for as long as it is not set anew, which may be longer than the check lives. */
	if (!len)
		body = "";
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
	curl_set_pointer(curl, easy, CURLOPT_SSL_CTX_DATA, probe);
	return is_taken;
}

/* A GET without TLS and without a body, as most requests are. */
static bool is_simple_get(const struct http_probe *probe)
{
	const struct conf_url *url = present_url(probe);

	return !conf_check_kind(probe->check)->is_tls && !url->is_grpc && !*url->method && !*url->body &&
	       !*url->body_hex;
}

/* Sets the protocol, its version, the method and the body, unless the handle is set so already. */
static bool set_shape(struct http_probe *probe)
{
	const struct curl_library *curl = probe->http->curl;
	bool is_tls = conf_check_kind(probe->check)->is_tls, is_taken;
	long version = http_version(probe);

	if (is_simple_get(probe) && probe->simple_version == version)
		return true;
	is_taken = !is_tls || set_tls(probe);
	is_taken &= curl_set_pointer(curl, probe->easy, CURLOPT_PROTOCOLS_STR, is_tls ? "https" : "http");
	is_taken &= curl_set_long(curl, probe->easy, CURLOPT_HTTP_VERSION, version);
	curl_set_pointer(curl, probe->easy, CURLOPT_CONNECT_TO, probe->connect_to);
	set_method(probe);
	probe->simple_version = is_simple_get(probe) && is_taken ? version : 0;
	return is_taken;
}

/* Sets the URL, which is the address of the check's target; with TLS it may have a name. */
static void set_url(struct http_probe *probe, const char *target)
{
	const struct curl_library *curl = probe->http->curl;
	const struct conf_check *check = probe->check;
	bool is_tls = conf_check_kind(check)->is_tls;
	struct curl_slist **end = &probe->connect_to;
	char plain[sizeof("https:///") + ENDPOINT_TEXT_MAX], *named;

	if (!is_tls || !*check->sni) {
		strcpy(stpcpy(stpcpy(plain, is_tls ? "https://" : "http://"), target), "/");
		curl_set_pointer(curl, probe->easy, CURLOPT_URL, plain);
		return;
	}
	named = mem_printf("https://%s:%u/", check->sni, check->target.port);
	curl_set_pointer(curl, probe->easy, CURLOPT_URL, named);
	free(named);
	line_add(&end, "::", target);
}

bool http_request_set(struct http_probe *probe)
{
	const struct curl_library *curl = probe->http->curl;
	char target[ENDPOINT_TEXT_MAX];

	endpoint_format(&probe->check->target, target);
	set_url(probe, target);
	add_headers(probe, target);
	/* The path is sent exactly as in the file: escapes and dot segments stay. */
	curl_set_pointer(curl, probe->easy, CURLOPT_REQUEST_TARGET, present_url(probe)->path);
	curl_set_pointer(curl, probe->easy, CURLOPT_HTTPHEADER, probe->headers);
	return set_shape(probe);
}

void http_request_clear(struct http_probe *probe)
{
	lines_free(&probe->headers);
	lines_free(&probe->connect_to);
}
