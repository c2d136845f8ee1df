/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the HTTP probe share: probe_http.c, http_request.c and http_certificate.c. */
#ifndef LVSD_HEALTHCHECK_PROBES_HTTP_INTERNAL_H
#define LVSD_HEALTHCHECK_PROBES_HTTP_INTERNAL_H

#include "base/curl/transfers.h"
#include "base/dynamic/crypto.h"
#include "base/dynamic/ssl.h"
#include "base/vec.h"
#include "healthcheck/grpc_health.h"
#include "healthcheck/probes/patience.h"

#include <signal.h>

struct http_tls;
struct patterns;
struct http_probe;

/* How many warnings of certificates are remembered, so that each is logged once. A power of two. */
#define WARNINGS_MAX 32768

/* The most that a server may send beside what the headers and the body are. */
#define HTTP_EXCESS_MIB 2

struct http {
	struct loop *loop;
	struct awake *awake;
	struct transfers *transfers;
	const struct curl_library *curl;
	struct crypto_library crypto;
	struct ssl_library ssl;
	int tls_index; /* by which an SSL_CTX has its struct http_tls; -1: libcurl has other TLS */
	struct patterns *patterns;
	size_t bodies_bytes; /* that the bodies of all probes take */
	uint64_t *warnings; /* a table of the hashes of what was logged, 0: free; NULL: none was yet */
	size_t n_warnings;
	EVP_MD *md5; /* NULL: this libcrypto has no MD5 */
	struct http_probe *bounded; /* those with a socket of HTTP/2; a signal handler reads the list */
	VEC(struct http_probe *) idle; /* the last one is still in the processor's cache */
};

/* The beginning of a body that is searched. */
struct body {
	char *bytes;
	size_t len, room;
};

struct http_probe {
	struct http *http;
	const struct conf_check *check;
	struct probe_means means;
	probe_done_fn *done;
	void *arg;
	/* These three go with the memory, from probe to probe. */
	CURL *easy;
	struct loop_timer *timer;
	long simple_version; /* of HTTP: easy is set for a GET without TLS and body; 0: for something else */
	struct curl_slist *headers, *connect_to;
	struct http_tls *tls; /* NULL: the request has not begun TLS */
	EVP_MD_CTX *digest; /* NULL: the URL has no digest */
	struct patience patience;
	struct mono started;
	size_t url; /* index of the URL of the present request */
	size_t header_bytes, body_bytes;
	size_t n_pieces;	/* of the body, as libcurl gave it */
	size_t n_turns;		/* in which libcurl has acted on the present request */
	int fd;			/* libcurl's socket, while is_opened */
	uint64_t flow;		/* flow_id() of that socket: libcurl may have closed it, and fd may be another */
	struct http_probe *next_bounded, **at_bounded; /* at_bounded NULL: not among http->bounded */
	struct body body;
	struct grpc_headers grpc;
	uint8_t question[GRPC_QUESTION_MAX];
	bool has_name; /* the certificate is for the name that the check demands */
	int days;      /* until the first certificate expires */
	int socket_error; /* errno value of socket(); 0: it succeeded */
	int bind_error;   /* errno value of bind(); 0: it succeeded */
	bool is_opened;   /* the request has had its socket */
	bool is_retried;  /* libcurl wanted another one: the server refused the request (HTTP/2) */
	/* The server has sent more than HTTP_EXCESS_MIB beside. A signal handler sets it too. */
	volatile sig_atomic_t has_excess;
	bool is_begun;    /* connect() has returned without an error */
	char error[CURL_ERROR_SIZE];
};

static inline const struct conf_url *present_url(const struct http_probe *probe)
{
	return &probe->check->urls[probe->url];
}

/* Is the body of the present URL looked into? */
static inline bool is_keeping(const struct http_probe *probe)
{
	return *present_url(probe)->regex || present_url(probe)->is_grpc;
}

static inline bool is_http2(const struct http_probe *probe)
{
	return present_url(probe)->is_grpc || probe->check->http_version == CONF_HTTP_2;
}

/* Sets all that the present request needs on probe->easy, which may have served other checks. False:
 * this libcurl refuses a part of it. */
bool http_request_set(struct http_probe *probe);
/* Frees what http_request_set() made, when the request has ended. */
void http_request_clear(struct http_probe *probe);

/* Callback of libcurl, with a probe, at each of its turns: not 0 once has_excess. */
int http_bound_turn(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_send, curl_off_t sent);

/* The request has a socket: if HTTP/2 is spoken there, http_bound_overtime() looks after it. */
void http_bound_begin(struct http_probe *probe);
void http_bound_end(struct http_probe *probe);
/* A signal handler, with struct http: within one call, libcurl has read for long. Cuts off the servers that
 * have sent too much. */
void http_bound_overtime(void *arg);

/* Prepares what follows, once; without effect if libcurl has not the OpenSSL that lvsd knows. */
void http_tls_open(struct http *http);
/* Callback of libcurl, with a probe: the connection of the present request is about to begin TLS. */
CURLcode http_tls_begin(CURL *easy, void *context, void *arg);
/* Has the server sent TLS without end? Then the reason is written. */
bool http_tls_is_over(const struct http_probe *probe, char reason[static PROBE_REASON_MAX]);
/* The request has ended; libcurl may close the connection later. */
void http_tls_end(struct http_probe *probe);

/* Is the certificate of the server for tls_verify_name? */
bool http_certificate_has_name(struct http_probe *probe);
/* If a certificate expires within tls_expiry_warning, says so in reason, and once in the log. */
void http_certificate_warn(struct http_probe *probe, char reason[static PROBE_REASON_MAX]);

#endif
