/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP_GET and SSL_GET by libcurl. A probe asks for the URLs of its check one after the other, each
 * over a connection of its own and within connect_timeout, and ends with the first that fails.
 *
 * A url with grpc_health asks gRPC's health service in place of a page (grpc_health.h).
 *
 * The server is not trusted: the size of headers and body and the time are bounded, redirects are
 * not followed, and the body goes nowhere but into a digest and a search.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/dynamic/crypto.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "healthcheck/http_judge.h"
#include "healthcheck/probes/http_internal.h"
#include "healthcheck/probes/patterns.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER_BYTES_MAX (64 * 1024)
#define BODY_BYTES_MAX   (16 * 1024 * 1024)
/* Each piece costs work, however small it is. */
#define BODY_PIECES_MAX  65536

/* The most memory that the bodies of all probes take together; it bounds what bad servers can do. */
#define BODIES_BYTES_MAX (64 * 1024 * 1024)

/* The greatest connect_timeout (SCHEMA_TIMER_MAX_US), and more, within an int. */
#define CONNECT_TIMEOUT_MAX_MS 2147483647L

/* Probes that have ended and are kept for later checks, each with its easy handle and its timer: making
 * a handle costs more than a whole request. */
#define IDLE_PROBES_MAX 256

static size_t on_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct http_probe *probe = arg;

	probe->header_bytes += size * n;
	grpc_health_header(&probe->grpc, bytes, size * n);
	return probe->header_bytes > HEADER_BYTES_MAX ? 0 : size * n;
}

static void body_clear(struct http_probe *probe)
{
	probe->http->bodies_bytes -= probe->body.room;
	free(probe->body.bytes);
	probe->body = (struct body){0};
}

/* Makes room for n more bytes. False: the bodies of all probes take too much. */
static bool body_grow(struct http_probe *probe, size_t n)
{
	struct body *body = &probe->body;
	size_t room = body->room ? body->room : 4096;

	while (room < body->len + n)
		room *= 2;
	if (probe->http->bodies_bytes + room - body->room > BODIES_BYTES_MAX)
		return false;
	body->bytes = mem_realloc(body->bytes, room, 1);
	probe->http->bodies_bytes += room - body->room;
	body->room = room;
	return true;
}

/* Keeps what is searched later. */
static bool body_keep(struct http_probe *probe, const char *bytes, size_t n)
{
	struct body *body = &probe->body;

	if (n > HTTP_SEARCH_MAX - body->len)
		n = HTTP_SEARCH_MAX - body->len;
	if (body->len + n > body->room && !body_grow(probe, n))
		return false;
	if (n)
		memcpy(body->bytes + body->len, bytes, n);
	body->len += n;
	return true;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct http_probe *probe = arg;

	probe->body_bytes += size * n;
	if (probe->body_bytes > BODY_BYTES_MAX || ++probe->n_pieces > BODY_PIECES_MAX)
		return 0;
	if (probe->digest)
		probe->http->crypto.digest_update(probe->digest, bytes, size * n);
	if (is_keeping(probe) && !body_keep(probe, bytes, size * n))
		return 0;
	return size * n;
}

/* Makes the socket in place of libcurl, to bind it to the check's source address, and to tell a
 * fault of this machine from one of the server. */
static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_probe *probe = arg;
	int fd, r;

	(void)purpose;
	(void)address; /* the check's target: the host of the URL is numeric, or replaced by it */
	/* A request has one connection. With HTTP/2 libcurl makes it again on another one when the server
	 * refuses the stream. */
	if (probe->is_opened) {
		probe->is_retried = true;
		return CURL_SOCKET_BAD;
	}
	probe->is_opened = true;
	fd = probe_socket(probe->check, &probe->means);
	if (fd < 0) {
		probe->socket_error = errno;
		return CURL_SOCKET_BAD;
	}
	r = probe_bind(fd, probe->check);
	if (r < 0) {
		probe->bind_error = -r;
		close(fd);
		return CURL_SOCKET_BAD;
	}
	probe->fd = fd;
	http_bound_begin(probe);
	return fd;
}

/* Makes a handle with the options that all requests of a probe's memory share. Handles are used again
 * without a reset. */
static CURL *handle_new(struct http_probe *probe)
{
	const struct http *http = probe->http;
	const struct curl_library *curl = http->curl;
	CURL *easy = curl->easy_init();

	if (!easy)
		mem_exhausted(0);
	curl_set_long(curl, easy, CURLOPT_NOSIGNAL, 1L);
	curl_set_long(curl, easy, CURLOPT_NOPROGRESS, 0L);
	curl->easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, (curl_xferinfo_callback){http_bound_turn});
	curl_set_pointer(curl, easy, CURLOPT_PROXY, "");
	curl_set_long(curl, easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_set_long(curl, easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_set_long(curl, easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_set_long(curl, easy, CURLOPT_FORBID_REUSE, 1L);
	curl_set_long(curl, easy, CURLOPT_TCP_KEEPALIVE, 0L);
	curl_set_long(curl, easy, CURLOPT_TCP_NODELAY, 0L);
	/* The probe has a timer of its own, which knows what this process missed. libcurl would count
	 * that time, and without this value it gives a connection 300 s. */
	curl_set_long(curl, easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MAX_MS);
	/* Targets are numeric and need no DNS cache, which would cost time at each request. */
	curl_set_long(curl, easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_set_pointer(curl, easy, CURLOPT_USERAGENT, "lvsd");
	curl_set_taker(curl, easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_set_taker(curl, easy, CURLOPT_WRITEFUNCTION, on_body);
	curl->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, (curl_opensocket_callback){on_socket});
	curl_set_pointer(curl, easy, CURLOPT_HEADERDATA, probe);
	curl_set_pointer(curl, easy, CURLOPT_WRITEDATA, probe);
	curl_set_pointer(curl, easy, CURLOPT_OPENSOCKETDATA, probe);
	curl_set_pointer(curl, easy, CURLOPT_XFERINFODATA, probe);
	curl_set_pointer(curl, easy, CURLOPT_ERRORBUFFER, probe->error);
	curl_set_pointer(curl, easy, CURLOPT_PRIVATE, probe);
	if (http->tls_index >= 0)
		curl->easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION,
				  (curl_ssl_ctx_callback){http_tls_begin});
	return easy;
}

/* Frees what a request has that is not, or no longer, among the transfers. */
static void request_clear(struct http_probe *probe)
{
	http_request_clear(probe);
	if (probe->digest)
		probe->http->crypto.digest_free(probe->digest);
	body_clear(probe);
	http_bound_end(probe);
	http_tls_end(probe);
	probe->digest = NULL;
}

/* Ends the present request; then the probe can ask for its next URL, or be freed. */
static void request_end(struct http_probe *probe)
{
	transfers_remove(probe->http->transfers, probe->easy);
	request_clear(probe);
}

/* Begins the request for the present URL. Returns NULL, or what this machine lacks for it. */
static const char *request_begin(struct http_probe *probe)
{
	const struct conf_url *url = &probe->check->urls[probe->url];
	const struct crypto_library *crypto = &probe->http->crypto;

	if (*url->digest) {
		probe->digest = crypto->digest_new();
		if (!probe->digest)
			mem_exhausted(0);
		if (!probe->http->md5 ||
		    !crypto->digest_init(probe->digest, probe->http->md5, NULL)) {
			crypto->digest_free(probe->digest);
			probe->digest = NULL;
			return "libcrypto offers no MD5";
		}
	}
	probe->header_bytes = probe->body_bytes = probe->n_pieces = probe->n_turns = 0;
	probe->socket_error = probe->bind_error = 0;
	probe->is_begun = probe->is_opened = probe->is_retried = false;
	probe->has_excess = false;
	probe->grpc = (struct grpc_headers){0};
	probe->error[0] = '\0';
	patience_set(&probe->patience,
		     mono_add_us(clock_mono(), (int64_t)probe->check->connect_timeout_us));
	loop_timer_set(probe->timer, probe->patience.deadline);
	if (!http_request_set(probe)) {
		request_clear(probe);
		return "this libcurl lacks what the check asks for (HTTP/2, or TLS with what the SSL "
		       "block, tls_pin or tls_verify_name demand)";
	}
	transfers_add(probe->http->transfers, probe->easy);
	return NULL;
}

static void finish_digest(struct http_probe *probe, char text[static 33])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!probe->digest || !probe->http->crypto.digest_final(probe->digest, bytes, &len))
		return;
	for (unsigned i = 0; i < len && i < 16; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

static enum http_search body_search(struct http_probe *probe, bool is_truncated)
{
	const struct conf_url *url = &probe->check->urls[probe->url];
	const struct body *body = &probe->body;

	switch (patterns_search(probe->http->patterns, url, body->len ? body->bytes : "", body->len)) {
	case 1:
		return HTTP_SEARCH_MATCH;
	case 0:
		if (probe->body_bytes > body->len)
			return HTTP_SEARCH_CUT_OFF;
		return is_truncated ? HTTP_SEARCH_SHORT : HTTP_SEARCH_NO_MATCH;
	default:
		return HTTP_SEARCH_TOO_HARD;
	}
}

/* Whether the server is as TLS and the version of HTTP demand; else reason says why not. */
static bool judge_server(struct http_probe *probe, char reason[static PROBE_REASON_MAX])
{
	const struct conf_check *check = probe->check;
	bool is_tls = conf_check_kind(check)->is_tls;
	long version = CURL_HTTP_VERSION_2;

	if (is_http2(probe))
		probe->http->curl->easy_getinfo(probe->easy, CURLINFO_HTTP_VERSION, &version);
	if (is_tls && *check->tls_name && !http_certificate_has_name(probe))
		snprintf(reason, PROBE_REASON_MAX, "the server's certificate is not for %s",
			 check->tls_name);
	else if (version != CURL_HTTP_VERSION_2)
		snprintf(reason, PROBE_REASON_MAX, "the server does not answer by HTTP/2");
	else
		return true;
	return false;
}

static bool judge_body(struct http_probe *probe, bool is_truncated,
		       char reason[static PROBE_REASON_MAX])
{
	const struct conf_url *url = present_url(probe);
	const char *body = probe->body.len ? probe->body.bytes : "";

	return (!url->is_grpc ||
		grpc_health_judge(&probe->grpc, body, probe->body.len, reason)) &&
	       (!*url->regex || http_judge_search(url, body_search(probe, is_truncated), reason));
}

/* The outcome of a request that got an answer. */
static struct probe_result judge_answer(struct http_probe *probe, bool is_truncated)
{
	struct http_answer answer = {.is_truncated = is_truncated};
	char reason[PROBE_REASON_MAX];
	bool is_good;

	probe->http->curl->easy_getinfo(probe->easy, CURLINFO_RESPONSE_CODE, &answer.status);
	finish_digest(probe, answer.digest);
	is_good = judge_server(probe, reason) && http_judge(present_url(probe), &answer, reason) &&
		  judge_body(probe, is_truncated, reason);
	if (is_good && conf_check_kind(probe->check)->is_tls && probe->check->tls_days)
		http_certificate_warn(probe, reason);
	return probe_result_answered(
	    probe_result_new(is_good ? PROBE_OK : PROBE_FAIL, probe->started, "%s", reason));
}

static struct probe_result judge_late(struct http_probe *probe)
{
	curl_off_t connected_us = 0, secured_us = 0;
	const char *what = "complete answer";

	probe->http->curl->easy_getinfo(probe->easy, CURLINFO_CONNECT_TIME_T, &connected_us);
	probe->http->curl->easy_getinfo(probe->easy, CURLINFO_APPCONNECT_TIME_T, &secured_us);
	/* Some versions of libcurl count a connection as made before the TLS handshake. */
	if (conf_check_kind(probe->check)->is_tls && !secured_us)
		what = "TLS connection";
	else if (!connected_us)
		what = "connection";
	return probe_result_late(what, probe->check, probe->started);
}

/* libcurl's description of the failure; its error buffer says more than the text of the code. */
static const char *what_happened(const struct http_probe *probe, CURLcode code)
{
	return *probe->error ? probe->error : probe->http->curl->easy_strerror(code);
}

static struct probe_result judge_unconnected(struct http_probe *probe, CURLcode code)
{
	long error = 0;

	if (probe->is_retried)
		return probe_result_answered(probe_result_new(PROBE_FAIL, probe->started,
							      "the server refuses the request"));
	probe->http->curl->easy_getinfo(probe->easy, CURLINFO_OS_ERRNO, &error);
	if (probe->bind_error)
		return probe_result_of_bind(probe->bind_error, probe->check, probe->started);
	if (probe->socket_error)
		error = probe->socket_error;
	else if (error && !probe->is_begun)
		return probe_result_of_connect((int)error, probe->check, probe->started);
	if (error)
		return probe_result_of_errno((int)error, probe->started);
	return probe_result_new(PROBE_FAIL, probe->started, "%s", what_happened(probe, code));
}

static struct probe_result judge_refused(struct http_probe *probe)
{
	if (is_keeping(probe) && probe->body.len < probe->body_bytes &&
	    probe->body.len < HTTP_SEARCH_MAX)
		return probe_result_new(PROBE_NONE, probe->started,
					"no verdict: the bodies of all probes take more than %d MiB",
					BODIES_BYTES_MAX >> 20);
	if (probe->body_bytes > BODY_BYTES_MAX)
		return probe_result_answered(probe_result_new(
		    PROBE_FAIL, probe->started, "the body is over %d MiB", BODY_BYTES_MAX >> 20));
	if (probe->n_pieces > BODY_PIECES_MAX)
		return probe_result_answered(
		    probe_result_new(PROBE_FAIL, probe->started,
				     "the body comes in more than %d pieces", BODY_PIECES_MAX));
	return probe_result_answered(probe_result_new(
	    PROBE_FAIL, probe->started, "the headers are over %d KiB", HEADER_BYTES_MAX >> 10));
}

static struct probe_result judge_other(struct http_probe *probe, CURLcode code)
{
	const char *what = what_happened(probe, code);

	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return probe_result_answered(
		    probe_result_new(PROBE_FAIL, probe->started,
				     "the server's certificate is not accepted: %s", what));
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return probe_result_answered(
		    probe_result_new(PROBE_FAIL, probe->started,
				     "the server's public key is not the one of tls_pin"));
	case CURLE_SSL_CONNECT_ERROR:
		return probe_result_new(PROBE_FAIL, probe->started, "no TLS with the server: %s",
					what);
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ENGINE_INITFAILED:
		return probe_result_new(PROBE_NONE, probe->started,
					"this machine could not probe: %s", what);
	default:
		return probe_result_new(PROBE_FAIL, probe->started, "%s", what);
	}
}

/* Whether the server has sent without end, whatever libcurl makes of the end that was put to it. */
static bool is_flood(const struct http_probe *probe, char reason[static PROBE_REASON_MAX])
{
	if (probe->has_excess)
		snprintf(reason, PROBE_REASON_MAX,
			 "the server sends more than %d MiB beside what the headers and the body are",
			 HTTP_EXCESS_MIB);
	return probe->has_excess || http_tls_is_over(probe, reason);
}

static struct probe_result http_result(struct http_probe *probe, CURLcode code)
{
	char reason[PROBE_REASON_MAX];

	if (is_flood(probe, reason))
		return probe_result_answered(
		    probe_result_new(PROBE_FAIL, probe->started, "%s", reason));
	switch (code) {
	case CURLE_OK:
	case CURLE_PARTIAL_FILE:
		return judge_answer(probe, code == CURLE_PARTIAL_FILE);
	case CURLE_OPERATION_TIMEDOUT:
		return judge_late(probe);
	case CURLE_WRITE_ERROR:
	case CURLE_OUT_OF_MEMORY: /* libcurl also returns this for a header line that is too long */
		return judge_refused(probe);
	case CURLE_COULDNT_CONNECT:
		return judge_unconnected(probe, code);
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		/* CURLINFO_OS_ERRNO may be that of an earlier probe with this handle. */
		return probe_result_new(PROBE_FAIL, probe->started, "the connection broke off: %s",
					what_happened(probe, code));
	case CURLE_GOT_NOTHING:
		return probe_result_answered(probe_result_new(
		    PROBE_FAIL, probe->started, "the server closed without an answer"));
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return probe_result_answered(
		    probe_result_new(PROBE_FAIL, probe->started, "the answer is not HTTP"));
	case CURLE_FAILED_INIT:
		return probe_result_new(PROBE_NONE, probe->started,
					"this machine could not probe: %s", probe->http->curl->easy_strerror(code));
	default:
		return judge_other(probe, code);
	}
}

/* Appends the path of the URL that failed to the reason, if the check has several URLs. */
static void name_url(const struct http_probe *probe, struct probe_result *result)
{
	size_t len = strlen(result->reason);

	if (probe->check->n_urls > 1 && result->outcome != PROBE_OK)
		snprintf(result->reason + len, sizeof(result->reason) - len, " (%s)",
			 probe->check->urls[probe->url].path);
}

static struct probe_result without(const struct http_probe *probe, const char *lack)
{
	return probe_result_new(PROBE_NONE, probe->started, "this machine could not probe: %s", lack);
}

static struct http_probe *probe_take(struct http *http)
{
	struct http_probe *probe;

	if (http->idle.n)
		return http->idle.items[--http->idle.n];
	probe = mem_calloc(1, sizeof(*probe));
	probe->http = http;
	probe->easy = handle_new(probe);
	return probe;
}

static void probe_free(struct http *http, struct http_probe *probe)
{
	http->curl->easy_cleanup(probe->easy);
	loop_timer_free(probe->timer);
	free(probe);
}

static void probe_end(struct http_probe *probe)
{
	struct http *http = probe->http;

	patience_end(&probe->patience);
	loop_timer_set(probe->timer, MONO_NEVER);
	if (http->idle.n < IDLE_PROBES_MAX)
		*vec_push(&http->idle) = probe;
	else
		probe_free(http, probe);
}

/* A request has ended: goes on with the next URL, or ends the probe. */
static void on_request_done(struct http_probe *probe, struct probe_result result)
{
	probe_done_fn *done = probe->done;
	void *arg = probe->arg;

	request_end(probe);
	if (result.outcome == PROBE_OK && probe->url + 1 < probe->check->n_urls) {
		const char *lack;

		probe->url++;
		lack = request_begin(probe);
		if (!lack)
			return;
		result = without(probe, lack);
	}
	name_url(probe, &result);
	probe_end(probe);
	done(&result, arg);
}

static void on_request_late(void *arg)
{
	struct http_probe *probe = arg;

	switch (patience_judge(&probe->patience)) {
	case PATIENCE_MORE:
		loop_timer_set(probe->timer, probe->patience.deadline);
		break;
	case PATIENCE_LOST:
		on_request_done(probe, patience_result(&probe->patience, probe->started));
		break;
	case PATIENCE_OVER:
		on_request_done(probe, judge_late(probe));
	}
}

static void on_transfer_done(CURL *easy, CURLcode code, void *arg)
{
	const struct http *http = arg;
	struct http_probe *probe = NULL;

	http->curl->easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&probe);
	on_request_done(probe, http_result(probe, code));
}

static void on_connecting(CURL *easy, void *arg)
{
	const struct http *http = arg;
	struct http_probe *probe = NULL;

	http->curl->easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&probe);
	if (probe)
		probe->is_begun = true;
}

static struct probe *http_start(void *shared, const struct conf_check *check,
				const struct probe_means *means, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	struct http_probe *probe = probe_take(shared);
	const char *lack;

	*probe = (struct http_probe){.http = shared,
				     .easy = probe->easy,
				     .timer = probe->timer,
				     .simple_version = probe->simple_version,
				     .check = check,
				     .means = *means,
				     .done = done,
				     .arg = arg,
				     .started = clock_mono()};
	if (!probe->timer)
		probe->timer = loop_timer_new(probe->http->loop, on_request_late, probe);
	patience_begin(&probe->patience, probe->http->awake);
	lack = request_begin(probe);
	if (lack) {
		*ret_result = without(probe, lack);
		name_url(probe, ret_result);
		probe_end(probe);
		return NULL;
	}
	return (struct probe *)probe;
}

static void http_abandon(struct probe *base)
{
	struct http_probe *probe = (struct http_probe *)base;

	request_end(probe);
	probe_end(probe);
}

static void *http_open(struct loop *loop)
{
	struct http *http = mem_calloc(1, sizeof(*http));
	const struct transfers_ops ops = {
	    .on_done = on_transfer_done, .on_connecting = on_connecting,
				       .on_overtime = http_bound_overtime, .arg = http};
	struct err err;

	http->loop = loop;
	http->awake = awake_new(loop);
	http->transfers = transfers_new(loop, &ops);
	http->curl = transfers_library(http->transfers);
	http->patterns = patterns_new();
	if (crypto_library_open(&http->crypto, &err) < 0) {
		log_error("%s", err.text);
		exit(EXIT_STATUS_MACHINE);
	}
	http_tls_open(http);
	http->md5 = http->crypto.md_fetch(NULL, "MD5", NULL);
	return http;
}

static void http_close(void *shared)
{
	struct http *http = shared;

	for (size_t i = 0; i < http->idle.n; i++)
		probe_free(http, http->idle.items[i]);
	vec_free(&http->idle);
	transfers_free(http->transfers);
	awake_free(http->awake);
	patterns_free(http->patterns);
	free(http->warnings);
	if (http->md5)
		http->crypto.md_free(http->md5);
	free(http);
}

/* The kind of the check says whether TLS is used. */
const struct probe_kind probe_http = {
    .open = http_open,
    .close = http_close,
    .start = http_start,
    .abandon = http_abandon,
};
