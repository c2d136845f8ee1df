/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes by a real check process against servers with good and bad manners. */
#include "base/mem.h"
#include "healthcheck/probe.h"
#include "tests/unit/test_probe_rig.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Long enough to connect, and to begin 40 probes, on a machine that does other things too. */
#define CONNECTED_US 1000000

static struct conf_range success[] = {{200, 299}};

static struct conf_check tcp_check(struct endpoint target)
{
	return (struct conf_check){
	    .type = CONF_CHECK_TCP, .ordinal = 1, .target = target, .connect_timeout_us = PROBE_PATIENCE_US};
}

static struct conf_url url_of(const char *path)
{
	return (struct conf_url){
	    .path = path, .host = "", .digest = "", .statuses = success, .n_statuses = 1};
}

static struct conf_check http_check(struct endpoint target, struct conf_url *url)
{
	struct conf_check check = tcp_check(target);

	check.type = CONF_CHECK_HTTP;
	check.urls = url;
	check.n_urls = 1;
	return check;
}

/* What libcurl has to say behind this depends on its version. */
#define BROKE_OFF "the connection broke off: "

static void expect(struct rig *rig, const struct conf_check *check, enum probe_outcome outcome,
		   const char *reason)
{
	struct probe_result result = rig_probe(rig, check);

	if (!strcmp(reason, BROKE_OFF) && !strncmp(result.reason, reason, strlen(reason)))
		ck_assert_uint_gt(strlen(result.reason), strlen(reason));
	else
		ck_assert_str_eq(result.reason, reason);
	ck_assert_int_eq(result.outcome, outcome);
}

/* Serves the text that is its argument. */
static void serve_fixed(int fd, const char *request, void *arg)
{
	(void)request;
	serve_text(fd, arg);
}

/* Waits until the peer gives up. */
static void serve_silence(int fd, const char *request, void *arg)
{
	char byte;

	(void)request;
	(void)arg;
	while (read(fd, &byte, 1) > 0)
		;
}

/* The argument again and again until the peer gives up; many times in each write, since 16 MiB may be asked for. */
static void serve_endless(int fd, const char *request, void *arg)
{
	char block[64 * 1024];
	size_t len = strlen(arg), used = 0;

	(void)request;
	for (; used + len < sizeof(block); used += len)
		memcpy(block + used, arg, len);
	block[used] = '\0';
	while (serve_text(fd, block))
		;
}

static void serve_endless_headers(int fd, const char *request, void *arg)
{
	serve_text(fd, "HTTP/1.1 200 OK\r\n");
	serve_endless(fd, request, arg);
}

/* A byte of a header now and then, for ever. */
static void serve_slowly(int fd, const char *request, void *arg)
{
	struct pollfd gone = {.fd = fd, .events = POLLRDHUP};

	(void)request;
	(void)arg;
	serve_text(fd, "HTTP/1.0 200 OK\r\nX-Slow: ");
	while (poll(&gone, 1, 20) == 0 && serve_text(fd, "x"))
		;
}

/* Closes with a reset instead of an answer. */
static void serve_reset(int fd, const char *request, void *arg)
{
	struct linger reset = {1, 0};

	(void)request;
	(void)arg;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
}

/* 200 when the request is the argument to the byte. */
static void serve_expecting(int fd, const char *request, void *arg)
{
	serve_text(fd,
		   strcmp(request, arg) ? "HTTP/1.0 500 no\r\n\r\n" : "HTTP/1.0 200 OK\r\n\r\n");
}

/* 200 for /good, 404 for the rest. */
static void serve_good_path(int fd, const char *request, void *arg)
{
	(void)arg;
	serve_text(fd, strncmp(request, "GET /good ", 10) ? "HTTP/1.0 404 no\r\n\r\n"
							  : "HTTP/1.0 200 OK\r\n\r\n");
}

/* 200 for who comes from 127.0.0.2. */
static void serve_second_address(int fd, const char *request, void *arg)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);
	struct endpoint peer;
	char text[ADDR_TEXT_MAX];

	(void)request;
	(void)arg;
	getpeername(fd, (struct sockaddr *)&sa, &len);
	endpoint_from_sockaddr((struct sockaddr *)&sa, &peer);
	serve_text(fd, strcmp(addr_format(&peer.addr, text), "127.0.0.2")
			   ? "HTTP/1.0 403 no\r\n\r\n"
			   : "HTTP/1.0 200 OK\r\n\r\n");
}

START_TEST(errors_have_a_side)
{
	static const struct {
		int error;
		enum probe_outcome outcome;
		const char *reason;
	} rows[] = {
	    {ECONNREFUSED, PROBE_FAIL, "connection refused"},
	    {ECONNRESET, PROBE_FAIL, "connection reset by the server"},
	    {ETIMEDOUT, PROBE_FAIL, "connection timed out"},
	    {EHOSTUNREACH, PROBE_FAIL, "no route to the server"},
	    {ENETUNREACH, PROBE_FAIL, "network unreachable"},
	    {EADDRINUSE, PROBE_NONE, "this machine could not probe: Address already in use"},
	    {EADDRNOTAVAIL, PROBE_NONE,
	     "this machine could not probe: Cannot assign requested address"},
	    {EMFILE, PROBE_NONE, "this machine could not probe: Too many open files"},
	    {ENOBUFS, PROBE_NONE, "this machine could not probe: No buffer space available"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_result result = probe_result_of_errno(rows[i].error, (struct mono){0});

		ck_assert_int_eq(result.outcome, rows[i].outcome);
		ck_assert_str_eq(result.reason, rows[i].reason);
	}
}
END_TEST

START_TEST(tcp_connects_or_not)
{
	struct rig *rig = rig_new(0);
	struct conf_check good = tcp_check(server_new(serve_silence, NULL));
	struct conf_check refused = tcp_check(server_refusing());
	struct conf_check lost = tcp_check(server_black_hole());
	struct probe_result result;

	lost.connect_timeout_us = 400000;
	expect(rig, &good, PROBE_OK, "connected");
	expect(rig, &refused, PROBE_FAIL, "connection refused");
	result = rig_probe(rig, &lost);
	ck_assert_str_eq(result.reason, "no connection within 0.400 s");
	ck_assert_int_eq(result.outcome, PROBE_FAIL);
	ck_assert_uint_ge(result.latency_us, 400000);
	rig_free(rig);
}
END_TEST

START_TEST(the_source_is_bound)
{
	struct rig *rig = rig_new(0);
	struct conf_url url = url_of("/");
	struct conf_check http = http_check(server_new(serve_second_address, NULL), &url);
	struct conf_check tcp = tcp_check(http.target);

	expect(rig, &http, PROBE_FAIL, "HTTP 403, wanted 200-299");
	addr_parse("127.0.0.2", &http.bind.addr);
	expect(rig, &http, PROBE_OK, "HTTP 200");
	addr_parse("192.0.2.1", &http.bind.addr);
	tcp.bind = http.bind;
	expect(rig, &http, PROBE_NONE,
	       "no verdict: the source address 192.0.2.1 is not on this machine");
	expect(rig, &tcp, PROBE_NONE,
	       "no verdict: the source address 192.0.2.1 is not on this machine");
	rig_free(rig);
}
END_TEST

/* No route leads to a TCP connection with a multicast group: connect() says so at once. */
START_TEST(no_route_is_no_verdict)
{
	struct rig *rig = rig_new(0);
	struct conf_url url = url_of("/");
	struct conf_check http = http_check(server_refusing(), &url), tcp;
	struct probe_result result;

	ck_assert(!rig_probe(rig, &http).fault && rig_probe(rig, &http).is_answered);
	addr_parse("224.0.0.1", &http.target.addr);
	tcp = tcp_check(http.target);
	expect(rig, &tcp, PROBE_NONE, "no verdict: no route to 224.0.0.1");
	expect(rig, &http, PROBE_NONE, "no verdict: no route to 224.0.0.1");
	result = rig_probe(rig, &http);
	ck_assert_int_eq(result.fault, PATH_NO_ROUTE);
	ck_assert(!result.is_answered);
	rig_free(rig);
}
END_TEST

/* An errno value that connect() gave at once, or that came later. */
START_TEST(errors_of_connect_name_the_fault)
{
	static const struct {
		int error;
		const char *target;
		enum probe_outcome outcome;
		enum path_fault fault;
	} rows[] = {
	    {ENETUNREACH, "10.0.0.5", PROBE_NONE, PATH_NO_ROUTE},
	    {ENETDOWN, "10.0.0.5", PROBE_NONE, PATH_NO_ROUTE},
	    {EINVAL, "10.0.0.5", PROBE_NONE, PATH_NO_ROUTE}, /* blackhole */
	    {EACCES, "10.0.0.5", PROBE_NONE, PATH_NO_ROUTE}, /* prohibit */
	    {EHOSTUNREACH, "10.0.0.5", PROBE_FAIL, PATH_FINE}, /* unreachable */
	    {EADDRNOTAVAIL, "10.0.0.5", PROBE_NONE, PATH_FINE}, /* no free port */
	    {EADDRNOTAVAIL, "fd00::5", PROBE_NONE, PATH_NO_SOURCE},
	    {ECONNREFUSED, "10.0.0.5", PROBE_FAIL, PATH_FINE},
	    {EMFILE, "10.0.0.5", PROBE_NONE, PATH_FINE},
	    {EPERM, "10.0.0.5", PROBE_NONE, PATH_FINE}, /* the own packet filter */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf_check check = {0};
		struct probe_result result;

		addr_parse(rows[i].target, &check.target.addr);
		result = probe_result_of_connect(rows[i].error, &check, (struct mono){0});
		ck_assert_msg(result.outcome == rows[i].outcome && result.fault == rows[i].fault,
			      "row %zu: %s", i, result.reason);
	}
}
END_TEST

START_TEST(a_probe_stays_on_its_interface)
{
	struct rig *rig = rig_new(0);
	struct conf_url url = url_of("/");
	struct conf_check http =
	    http_check(server_new(serve_fixed, "HTTP/1.0 200 OK\r\n\r\n"), &url);
	struct conf_check tcp = tcp_check(http.target);
	struct conf_check *const checks[] = {&tcp, &http};

	for (size_t i = 0; i < 2; i++) {
		struct probe_result result;

		checks[i]->bind_if = "lo";
		expect(rig, checks[i], PROBE_OK, i ? "HTTP 200" : "connected");
		checks[i]->bind_if = "lvsd-none";
		expect(rig, checks[i], PROBE_NONE,
		       "no verdict: the interface lvsd-none (bind_if) is not on this machine");
		result = rig_probe(rig, checks[i]);
		ck_assert_int_eq(result.fault, PATH_NO_INTERFACE);
	}
	rig_free(rig);
}
END_TEST

/* Without care the second connection from a fixed port would find it in TIME_WAIT for a minute. */
START_TEST(a_fixed_source_port_works_more_than_once)
{
	struct rig *rig = rig_new(0);
	struct conf_url urls[] = {url_of("/"), url_of("/again")};
	struct conf_check http =
	    http_check(server_new(serve_fixed, "HTTP/1.0 200 OK\r\n\r\n"), urls);
	struct conf_check tcp = tcp_check(http.target);

	http.n_urls = 2;
	http.bind.port = tcp.bind.port = (uint16_t)(20000 + getpid() % 10000);
	for (int i = 0; i < 3; i++) {
		expect(rig, &tcp, PROBE_OK, "connected");
		expect(rig, &http, PROBE_OK, "HTTP 200");
	}
	rig_free(rig);
}
END_TEST

START_TEST(requests_are_as_configured)
{
	static const struct {
		enum conf_http_version version;
		const char *path, *host;
	} rows[] = {
	    {CONF_HTTP_1_0, "/", ""},
	    {CONF_HTTP_1_0C, "/a/../b?x=%20#y", ""},
	    {CONF_HTTP_1_1, "/h", "www.example.org"},
	};
	struct rig *rig = rig_new(0);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char wanted[500], rest[300], target[ENDPOINT_TEXT_MAX];
		struct conf_url url = url_of(rows[i].path);
		struct conf_check check = http_check(server_new(serve_expecting, wanted), &url);

		endpoint_format(&check.target, target);
		snprintf(rest, sizeof(rest),
			 "Host: %s\r\nUser-Agent: lvsd\r\nAccept: */*\r\n%s\r\n",
			 *rows[i].host ? rows[i].host : target,
			 rows[i].version == CONF_HTTP_1_0 ? "" : "Connection: close\r\n");
		snprintf(wanted, sizeof(wanted), "GET %s HTTP/1.%d\r\n%s", rows[i].path,
			 rows[i].version == CONF_HTTP_1_1, rest);
		url.host = rows[i].host;
		check.http_version = rows[i].version;
		expect(rig, &check, PROBE_OK, "HTTP 200");
	}
	rig_free(rig);
}
END_TEST

/* Gives a request's method, headers and body as the file says. One handle of libcurl serves all. */
START_TEST(requests_have_methods_headers_and_bodies)
{
	static const struct {
		const char *method, *body, *wanted;
	} rows[] = {
	    {"POST", "a=1", "POST / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n"
			   "Content-Length: 3\r\n\r\na=1"},
	    {"", "", "GET / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n\r\n"},
	    {"HEAD", "", "HEAD / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n\r\n"},
	    {"", "b", "POST / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n"
		      "Content-Length: 1\r\n\r\nb"},
	    {"PUT", "c", "PUT / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n"
			 "Content-Length: 1\r\n\r\nc"},
	    {"PUT", "=63", "PUT / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n"
			 "Content-Length: 1\r\n\r\nc"},
	    {"OPTIONS", "", "OPTIONS / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n\r\n"},
	    {"POST", "", "POST / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n"
			 "Content-Length: 0\r\n\r\n"},
	    {"GET", "", "GET / HTTP/1.0\r\nHost: h\r\nUser-Agent: lvsd\r\nAccept: */*\r\nX-One: 1\r\n\r\n"},
	};
	struct rig *rig = rig_new(0);
	struct conf_word header = {"X-One: 1"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf_url url = url_of("/");
		struct conf_check check =
		    http_check(server_new(serve_expecting, (void *)rows[i].wanted), &url);

		url.host = "h";
		url.method = rows[i].method;
		if (*rows[i].body == '=')
			url.body_hex = rows[i].body + 1;
		else
			url.body = rows[i].body;
		url.headers = &header;
		url.n_headers = 1;
		expect(rig, &check, PROBE_OK, "HTTP 200");
	}
	rig_free(rig);
}
END_TEST

/* A server of HTTP/1.1 alone; another one that speaks HTTP/2 is in the lab. */
START_TEST(http2_is_demanded)
{
	struct rig *rig = rig_new(0);
	struct conf_url url = url_of("/");
	struct conf_check check =
	    http_check(server_new(serve_fixed, (void *)"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), &url);
	struct probe_result result;

	check.http_version = CONF_HTTP_2;
	result = rig_probe(rig, &check);
	ck_assert_msg(result.outcome == PROBE_FAIL, "%s", result.reason);
	check.http_version = CONF_HTTP_1_1;
	expect(rig, &check, PROBE_OK, "HTTP 200");
	url.is_grpc = true;
	result = rig_probe(rig, &check);
	ck_assert_msg(result.outcome == PROBE_FAIL, "%s", result.reason);
	rig_free(rig);
}
END_TEST

#define HELLO_MD5 "5d41402abc4b2a76b9719d911017c592"
#define OTHER_MD5 "00000000000000000000000000000000"
#define EMPTY_MD5 "d41d8cd98f00b204e9800998ecf8427e"
#define CHUNKED   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static const struct {
	const char *answer, *digest;
	enum probe_outcome outcome;
	const char *reason;
} answers[] = {
    {"HTTP/1.0 200 OK\r\n\r\nhello", "", PROBE_OK, "HTTP 200"},
    {"HTTP/1.0 200 OK\r\n\r\nhello", HELLO_MD5, PROBE_OK, "HTTP 200"},
    {"HTTP/1.0 200 OK\r\n\r\n", EMPTY_MD5, PROBE_OK, "HTTP 200"},
    {CHUNKED "5\r\nhello\r\n0\r\n\r\n", HELLO_MD5, PROBE_OK, "HTTP 200"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more", HELLO_MD5, PROBE_OK,
     "HTTP 200"},
    {"HTTP/1.0 204 No Content\r\n\r\n", "", PROBE_OK, "HTTP 204"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello", HELLO_MD5, PROBE_OK, "HTTP 200"},
    {"HTTP/1.0 503 Busy\r\n\r\n", "", PROBE_FAIL, "HTTP 503, wanted 200-299"},
    {"HTTP/1.0 302 Found\r\nLocation: /good\r\n\r\n", "", PROBE_FAIL, "HTTP 302, wanted 200-299"},
    {"HTTP/1.0 200 OK\r\n\r\nhello", OTHER_MD5, PROBE_FAIL,
     "digest " HELLO_MD5 ", wanted " OTHER_MD5},
    {"HTTP/1.0 503 Busy\r\n\r\nhello", HELLO_MD5, PROBE_FAIL, "HTTP 503, wanted 200-299"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello", "", PROBE_OK, "HTTP 200"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello", HELLO_MD5, PROBE_FAIL,
     "the body ends before its Content-Length"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 9999999999\r\n\r\nhello", "", PROBE_OK, "HTTP 200"},
    {CHUNKED "5\r\nhel", HELLO_MD5, PROBE_FAIL, "the body ends before its Content-Length"},
    {"", "", PROBE_FAIL, "the server closed without an answer"},
    {"SSH-2.0-OpenSSH_9.2\r\n", "", PROBE_FAIL, "the answer is not HTTP"},
    {"\x16\x03\x01\x02garbage\xff\xfe", "", PROBE_FAIL, "the answer is not HTTP"},
};

START_TEST(answers_are_judged)
{
	struct rig *rig = rig_new(0);

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct conf_url url = url_of("/");
		struct conf_check check =
		    http_check(server_new(serve_fixed, (void *)answers[i].answer), &url);

		url.digest = answers[i].digest;
		check.http_version = CONF_HTTP_1_1;
		expect(rig, &check, answers[i].outcome, answers[i].reason);
	}
	rig_free(rig);
}
END_TEST

START_TEST(bad_manners_are_bounded)
{
	static char long_line[200 * 1024];
	const struct {
		serve_fn *serve;
		const char *arg, *reason;
	} rows[] = {
	    {serve_silence, "", "no complete answer within 1.000 s"},
	    {serve_slowly, "", "no complete answer within 1.000 s"},
	    {serve_endless, "HTTP/1.1 200 OK\r\n\r\n0123456789", "the body is over 16 MiB"},
	    {serve_endless_headers, "X: 0123456789\r\n", "the headers are over 64 KiB"},
	    {serve_endless, "HTTP/1.1 100 Continue\r\n\r\n", "the headers are over 64 KiB"},
	    {serve_fixed, long_line, "the headers are over 64 KiB"},
	    {serve_fixed, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
	     "the answer is not HTTP"},
	    {serve_fixed, CHUNKED "zz\r\nhello", BROKE_OFF},
	    {serve_fixed, CHUNKED "fffffffffffffffffffff\r\nhello", BROKE_OFF},
	    {serve_reset, "", BROKE_OFF},
	};
	struct rig *rig = rig_new(0);

	snprintf(long_line, sizeof(long_line), "HTTP/1.1 200 OK\r\nX: ");
	memset(long_line + strlen(long_line), 'x', sizeof(long_line) - 1 - strlen(long_line));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf_url url = url_of("/");
		struct conf_check check =
		    http_check(server_new(rows[i].serve, (void *)rows[i].arg), &url);

		check.http_version = CONF_HTTP_1_1;
		if (rows[i].serve == serve_silence || rows[i].serve == serve_slowly)
			check.connect_timeout_us = CONNECTED_US;
		expect(rig, &check, PROBE_FAIL, rows[i].reason);
	}
	rig_free(rig);
}
END_TEST

/* The reason is this request's, not one that an earlier user of the handle left behind. */
START_TEST(http_connects_or_not)
{
	struct rig *rig = rig_new(0);
	struct conf_url url = url_of("/");
	struct conf_check refused = http_check(server_refusing(), &url);
	struct conf_check lost = http_check(server_black_hole(), &url);
	struct conf_check broken = http_check(server_new(serve_fixed, CHUNKED "zz\r\nhello"), &url);

	broken.http_version = CONF_HTTP_1_1;
	lost.connect_timeout_us = 400000;
	expect(rig, &refused, PROBE_FAIL, "connection refused");
	expect(rig, &broken, PROBE_FAIL, BROKE_OFF);
	expect(rig, &lost, PROBE_FAIL, "no connection within 0.400 s");
	rig_free(rig);
}
END_TEST

START_TEST(urls_are_asked_in_order)
{
	struct rig *rig = rig_new(0);
	struct conf_url urls[] = {url_of("/good"), url_of("/good"), url_of("/bad")};
	struct conf_check check = http_check(server_new(serve_good_path, NULL), urls);

	check.n_urls = 2;
	expect(rig, &check, PROBE_OK, "HTTP 200");
	check.n_urls = 3;
	expect(rig, &check, PROBE_FAIL, "HTTP 404, wanted 200-299 (/bad)");
	check.urls = urls + 1;
	urls[1].path = "/first";
	check.n_urls = 2;
	expect(rig, &check, PROBE_FAIL, "HTTP 404, wanted 200-299 (/first)");
	rig_free(rig);
}
END_TEST

#define OK_ANSWER "HTTP/1.0 200 OK\r\n\r\n"

/* Answers with as many bytes as the argument says, all 'a', and an 'x' at the end. */
static void serve_long(int fd, const char *request, void *arg)
{
	size_t n = *(const size_t *)arg;
	char *body = mem_calloc(n + 1, 1);

	(void)request;
	memset(body, 'a', n);
	body[n - 1] = 'x';
	if (serve_text(fd, OK_ANSWER))
		serve_text(fd, body);
	free(body);
}

START_TEST(a_body_is_searched)
{
	struct rig *rig = rig_new(0);
	struct conf_url url = url_of("/");
	struct conf_check check =
	    http_check(server_new(serve_fixed, (void *)OK_ANSWER "Status: fine\nLoad: 3\n"), &url);
	struct conf_word options[] = {{"caseless"}, {"multiline"}};

	url.regex = "^Status: fine$";
	expect(rig, &check, PROBE_FAIL, "the body does not match '^Status: fine$'");
	url.regex = "Load: [0-4]";
	expect(rig, &check, PROBE_OK, "HTTP 200");
	url.regex = "^load:";
	expect(rig, &check, PROBE_FAIL, "the body does not match '^load:'");
	url.regex_options = options;
	url.n_regex_options = 2;
	expect(rig, &check, PROBE_OK, "HTTP 200");
	url.is_regex_refused = true;
	expect(rig, &check, PROBE_FAIL, "the body matches '^load:', which regex_no_match refuses");
	url.regex = "error";
	expect(rig, &check, PROBE_OK, "HTTP 200");
	/* "Load" is at 13. */
	url.is_regex_refused = false;
	url.regex = "load";
	url.regex_min_offset = 13;
	url.regex_max_offset = 13 + 1;
	expect(rig, &check, PROBE_OK, "HTTP 200");
	url.regex_min_offset = 14;
	url.regex_max_offset = 0;
	expect(rig, &check, PROBE_FAIL, "the body does not match 'load'");
	url.regex_min_offset = 0;
	url.regex_max_offset = 12 + 1;
	expect(rig, &check, PROBE_FAIL, "the body does not match 'load'");
	/* What is refused could stand in the part that did not come. */
	url.regex = "error";
	url.regex_max_offset = 0;
	url.is_regex_refused = true;
	check.target = server_new(serve_fixed, (void *)"HTTP/1.0 200 OK\r\nContent-Length: 90\r\n\r\nfine");
	expect(rig, &check, PROBE_FAIL,
	       "the body ends before its Content-Length, without a match for 'error'");
	rig_free(rig);
}
END_TEST

/* No body and no pattern make a search long, nor its memory large. */
START_TEST(a_search_is_bounded)
{
	struct rig *rig = rig_new(0);
	size_t few = 5000, full = 1024 * 1024, many = full + 1;
	uint32_t stack[] = {1, 65536};
	struct conf_url url = url_of("/");
	struct conf_check check = http_check(server_new(serve_long, &few), &url);

	url.regex = "(a+)+[bc]";
	expect(rig, &check, PROBE_FAIL,
	       "too much work or memory is needed to search the body for '(a+)+[bc]'");
	url.regex = "(a)*x";
	expect(rig, &check, PROBE_OK, "HTTP 200");
	url.regex_stack = stack;
	url.n_regex_stack = 2;
	expect(rig, &check, PROBE_FAIL,
	       "too much work or memory is needed to search the body for '(a)*x'");
	url.n_regex_stack = 0;
	url.regex = "x";
	check.target = server_new(serve_long, &full);
	expect(rig, &check, PROBE_OK, "HTTP 200");
	check.target = server_new(serve_long, &many);
	expect(rig, &check, PROBE_FAIL, "the body is over 1 MiB, and its first MiB has no match for 'x'");
	url.is_regex_refused = true;
	expect(rig, &check, PROBE_FAIL, "the body is over 1 MiB, and its first MiB has no match for 'x'");
	rig_free(rig);
}
END_TEST

/* Longer than STARVED_TIMEOUT_US, the timeout of the probe. */
#define STARVED_US	   1500000
#define STARVED_TIMEOUT_US 1000000

struct starver {
	const struct rig *rig;
	int fd, n_served;
	uint64_t us;
};

static void answer_unread(void *arg)
{
	const struct starver *starver = arg;

	serve_text(starver->fd, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
}

/* Answers the first request while the process that asked does not run, the others at once. */
static void serve_starved(int fd, const char *request, void *arg)
{
	struct starver *starver = arg;

	(void)request;
	starver->fd = fd;
	if (starver->n_served++ == 0)
		rig_starve(starver->rig, answer_unread, starver, starver->us);
	else
		answer_unread(starver);
}

/* The server answered in time, and the process was not there to read it, nor to go on. */
START_TEST(time_without_the_process_does_not_count)
{
	struct rig *rig = rig_new(0);
	struct starver starver = {.rig = rig, .us = STARVED_US};
	struct conf_url urls[] = {url_of("/"), url_of("/second")};
	struct conf_check check = http_check(server_new(serve_starved, &starver), urls);

	check.n_urls = 2;
	check.connect_timeout_us = STARVED_TIMEOUT_US;
	expect(rig, &check, PROBE_OK, "HTTP 200");
	rig_free(rig);
}
END_TEST

/* After the answer of the server came too late, silence is what it was before: a failure. */
static void serve_silence_starved(int fd, const char *request, void *arg)
{
	struct starver *starver = arg;

	rig_starve(starver->rig, NULL, NULL, starver->us);
	serve_silence(fd, request, NULL);
}

START_TEST(a_starved_process_still_finds_a_late_server)
{
	struct rig *rig = rig_new(0);
	struct starver starver = {.rig = rig, .us = STARVED_US};
	struct conf_url url = url_of("/");
	struct conf_check check = http_check(server_new(serve_silence_starved, &starver), &url);
	struct probe_result result;

	check.connect_timeout_us = STARVED_TIMEOUT_US;
	expect(rig, &check, PROBE_FAIL, "no complete answer within 1.000 s");
	starver.us = 5000000;
	result = rig_probe(rig, &check);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_ptr_nonnull(strstr(result.reason, "no verdict: the check process could not run"));
	rig_free(rig);
}
END_TEST

START_TEST(few_descriptors_and_each_a_verdict)
{
	enum { N = 40 };
	struct rig *rig = rig_new(24);
	struct conf_url url = url_of("/");
	struct conf_check checks[] = {tcp_check(server_black_hole()),
				      http_check(server_new(serve_silence, NULL), &url)};

	for (size_t kind = 0; kind < 2; kind++) {
		size_t n_none = 0;

		for (check_id id = 1; id <= N; id++) {
			/* Equal checks would share a probe. */
			checks[kind].connect_timeout_us = CONNECTED_US + id;
			rig_spec(rig, id, &checks[kind]);
			rig_run(rig, id);
		}
		rig_await_outcomes(rig, (kind + 1) * N);
		for (size_t i = kind * N; i < (kind + 1) * N; i++)
			n_none += rig->outcomes.items[i].result.outcome == PROBE_NONE;
		/* They wait for each other. */
		ck_assert_msg(n_none == 0, "%zu without a verdict", n_none);
	}
	rig_free(rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("probe");
	TCase *tcase = tcase_create("probe");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, errors_have_a_side);
	tcase_add_test(tcase, tcp_connects_or_not);
	tcase_add_test(tcase, the_source_is_bound);
	tcase_add_test(tcase, no_route_is_no_verdict);
	tcase_add_test(tcase, errors_of_connect_name_the_fault);
	tcase_add_test(tcase, a_probe_stays_on_its_interface);
	tcase_add_test(tcase, a_fixed_source_port_works_more_than_once);
	tcase_add_test(tcase, requests_are_as_configured);
	tcase_add_test(tcase, requests_have_methods_headers_and_bodies);
	tcase_add_test(tcase, http2_is_demanded);
	tcase_add_test(tcase, answers_are_judged);
	tcase_add_test(tcase, bad_manners_are_bounded);
	tcase_add_test(tcase, http_connects_or_not);
	tcase_add_test(tcase, urls_are_asked_in_order);
	tcase_add_test(tcase, a_body_is_searched);
	tcase_add_test(tcase, a_search_is_bounded);
	tcase_add_test(tcase, time_without_the_process_does_not_count);
	tcase_add_test(tcase, a_starved_process_still_finds_a_late_server);
	tcase_add_test(tcase, few_descriptors_and_each_a_verdict);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
