/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Servers that send without end what is no answer: one probe of them ends, and delays no other. */
#include "tests/unit/test_probe_rig.h"
#include "base/clock.h"

#include <check.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define TLS_FLOOD "the server sends TLS messages without end: more than "

static struct conf_range success[] = {{200, 299}};
static struct conf_url root = {
    .path = "/", .host = "", .digest = "", .statuses = success, .n_statuses = 1};
static struct conf_step start_tls[] = {{.verb = CONF_STEP_START_TLS, .text = ""},
				       {.verb = CONF_STEP_EXPECT, .text = "220"}};

static struct conf_check check_of(enum conf_check_type type, struct endpoint target)
{
	return (struct conf_check){.type = type,
				   .ordinal = 1,
				   .target = target,
				   .connect_timeout_us = PROBE_PATIENCE_US,
				   .urls = &root,
				   .n_urls = 1,
				   .sni = ""};
}

static struct conf_check start_tls_check(struct endpoint target)
{
	struct conf_check check = check_of(CONF_CHECK_TCP, target);

	check.urls = NULL;
	check.n_urls = 0;
	check.steps = start_tls;
	check.n_steps = 2;
	return check;
}

/* What a server repeats for ever, after a beginning. */
struct flood {
	const char *first;
	size_t first_len;
	const char *unit;
	size_t unit_len;
};

static void serve_flood(int fd, const char *request, void *arg)
{
	const struct flood *flood = arg;
	char bytes[60000];
	size_t len = 0;

	(void)request;
	for (; len + flood->unit_len <= sizeof(bytes); len += flood->unit_len)
		memcpy(bytes + len, flood->unit, flood->unit_len);
	if (write(fd, flood->first, flood->first_len) < 0)
		return;
	while (write(fd, bytes, len) > 0)
		;
}

static struct rig *rig;

/* Before any server: the check process is a fork without the servers' threads. */
static void setup(void)
{
	rig = rig_new(0);
}

/* The process went on: it ends in order. */
static void teardown(void)
{
	rig_free(rig);
}

/* The server fails for this reason, long before connect_timeout. */
static void expect_fail(const struct conf_check *check, const char *reason)
{
	struct probe_result result = rig_probe(rig, check);

	ck_assert_msg(result.outcome == PROBE_FAIL && !strncmp(result.reason, reason, strlen(reason)),
		      "outcome %d: %s", result.outcome, result.reason);
}

#define BESIDE "the server sends more than 2 MiB beside what the headers and the body are"

/* ---- TLS ---- */

/* HelloRequest in records of one byte: OpenSSL skips it as often as it comes. */
static struct flood hello_requests = {"", 0, "\x16\x03\x03\0\1\0", 6};
/* The same in records of 4,096 messages. */
static char many_hello_requests[5 + 16384] = {0x16, 3, 3, 0x40, 0};

START_TEST(endless_handshake_records_end_the_probe)
{
	struct conf_check check =
	    check_of(CONF_CHECK_SSL, server_new_raw(serve_flood, &hello_requests));

	expect_fail(&check, TLS_FLOOD);
	servers_end();
}
END_TEST

START_TEST(endless_handshake_records_end_a_dialogue)
{
	struct conf_check check = start_tls_check(server_new_raw(serve_flood, &hello_requests));

	expect_fail(&check, TLS_FLOOD);
	servers_end();
}
END_TEST

START_TEST(large_records_without_a_message_end_both)
{
	struct flood flood = {"", 0, many_hello_requests, sizeof(many_hello_requests)};
	struct endpoint target = server_new_raw(serve_flood, &flood);
	struct conf_check by_url = check_of(CONF_CHECK_SSL, target), by_steps = start_tls_check(target);

	expect_fail(&by_url, TLS_FLOOD);
	expect_fail(&by_steps, TLS_FLOOD);
	servers_end();
}
END_TEST

static SSL_CTX *context_new(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);

	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"a", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
	ck_assert_int_eq(SSL_CTX_use_certificate(context, certificate), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(context, key), 1);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return context;
}

/* After the handshake: new keys again and again, in place of an answer. */
static void serve_new_keys(int fd, const char *request, void *arg)
{
	SSL *ssl = SSL_new(arg);

	(void)request;
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		while (SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
		       SSL_do_handshake(ssl) == 1)
			;
	SSL_free(ssl);
}

START_TEST(endless_messages_after_the_handshake_end_both)
{
	SSL_CTX *context = context_new();
	struct endpoint target = server_new_raw(serve_new_keys, context);
	struct conf_check by_url = check_of(CONF_CHECK_SSL, target), by_steps = start_tls_check(target);

	expect_fail(&by_url, TLS_FLOOD);
	expect_fail(&by_steps, TLS_FLOOD);
	servers_end();
	SSL_CTX_free(context);
}
END_TEST

/* Keys may be renewed, and the data may come in many records. */
static void serve_many_records(int fd, const char *request, void *arg)
{
	SSL *ssl = SSL_new(arg);
	char bytes[4096];
	bool is_good;

	(void)request;
	SSL_set_fd(ssl, fd);
	is_good = SSL_accept(ssl) == 1 && SSL_read(ssl, bytes, sizeof(bytes)) > 0 &&
		  SSL_write(ssl, "HTTP/1.0 200 OK\r\n\r\n", 19) == 19;
	for (unsigned i = 0; is_good && i < 5000; i++)
		is_good = SSL_write(ssl, "x", 1) == 1 &&
			  (i % 20 || (SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
				      SSL_do_handshake(ssl) == 1));
	SSL_shutdown(ssl);
	while (SSL_read(ssl, bytes, sizeof(bytes)) > 0)
		;
	SSL_free(ssl);
}

START_TEST(records_with_data_are_no_flood)
{
	SSL_CTX *context = context_new();
	struct conf_check check =
	    check_of(CONF_CHECK_SSL, server_new_raw(serve_many_records, context));
	struct probe_result result = rig_probe(rig, &check);

	ck_assert_str_eq(result.reason, "HTTP 200");
	ck_assert_int_eq(result.outcome, PROBE_OK);
	servers_end();
	SSL_CTX_free(context);
}
END_TEST

/* SETTINGS, the headers of stream 1 with status 200, and then its data: frames without a byte. */
static const char h2_first[] = "\0\0\0\4\0\0\0\0\0"
			       "\0\0\1\1\4\0\0\0\1\x88";
static const char h2_empty[] = "\0\0\0\0\0\0\0\0\1";

static int choose_h2(SSL *ssl, const unsigned char **out, unsigned char *out_len,
		     const unsigned char *in, unsigned in_len, void *arg)
{
	(void)ssl;
	(void)arg;
	return SSL_select_next_proto((unsigned char **)(uintptr_t)out, out_len,
				     (const unsigned char *)"\2h2", 3, in,
				     in_len) == OPENSSL_NPN_NEGOTIATED
		   ? SSL_TLSEXT_ERR_OK
		   : SSL_TLSEXT_ERR_NOACK;
}

static void serve_empty_frames(int fd, const char *request, void *arg)
{
	SSL *ssl = SSL_new(arg);
	char bytes[9 * 1000];

	(void)request;
	for (size_t i = 0; i < 1000; i++)
		memcpy(bytes + 9 * i, h2_empty, 9);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && SSL_write(ssl, h2_first, sizeof(h2_first) - 1) > 0)
		while (SSL_write(ssl, bytes, sizeof(bytes)) > 0)
			;
	SSL_free(ssl);
}

START_TEST(endless_empty_frames_over_tls_end_the_probe)
{
	SSL_CTX *context = context_new();
	struct conf_check check =
	    check_of(CONF_CHECK_SSL, server_new_raw(serve_empty_frames, context));

	SSL_CTX_set_alpn_select_cb(context, choose_h2, NULL);
	check.http_version = CONF_HTTP_2;
	expect_fail(&check, BESIDE);
	servers_end();
	SSL_CTX_free(context);
}
END_TEST

/* ---- HTTP ---- */

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static struct conf_check http_check(enum conf_http_version version, struct flood *flood)
{
	struct conf_check check = check_of(CONF_CHECK_HTTP, server_new_raw(serve_flood, flood));

	check.http_version = version;
	return check;
}

/* How long one server may keep the check process from its other work: much more than that takes, and much
 * less than what libcurl would do (the whole connect_timeout, or without end). */
#define HELD_MAX_US 2000000

/* The server fails, and soon. */
static void expect_end(const struct conf_check *check)
{
	struct probe_result result = rig_probe(rig, check);

	ck_assert_msg(result.outcome == PROBE_FAIL, "outcome %d: %s", result.outcome, result.reason);
	ck_assert_msg(result.latency_us < HELD_MAX_US, "%s after %u ms", result.reason,
		      result.latency_us / 1000);
}

START_TEST(a_body_in_tiny_pieces_ends_the_probe)
{
	struct flood flood = {CHUNKED, strlen(CHUNKED), "1\r\nx\r\n", 6};
	struct conf_check check = http_check(CONF_HTTP_1_1, &flood);

	expect_fail(&check, "the body comes in more than 65536 pieces");
	servers_end();
}
END_TEST

/* Neither a header nor a body: libcurl tells nothing of it. */
START_TEST(a_chunk_with_an_endless_extension_ends_the_probe)
{
	struct flood flood = {CHUNKED "1;", strlen(CHUNKED) + 2, "extension;", 10};
	struct conf_check check = http_check(CONF_HTTP_1_1, &flood);

	expect_fail(&check, BESIDE);
	servers_end();
}
END_TEST

/* Frames of HTTP/2 that a server may send as often as it likes, after its first ones. Each has no data: an
 * empty piece of the body, a ping, a window, settings, a priority, and a frame of an unknown type. */
static const struct {
	const char *bytes;
	size_t len;
} h2_frames[] = {
    {h2_empty, 9},
    {"\0\0\x08\6\0\0\0\0\0pingping", 17},
    {"\0\0\4\x08\0\0\0\0\0\0\0\0\1", 13},
    {"\0\0\0\4\0\0\0\0\0", 9},
    {"\0\0\5\2\0\0\0\0\1\0\0\0\0\1", 14},
    {"\0\0\0\x7f\0\0\0\0\1", 9},
};

/* libcurl 7.88 reads them, within one call, for as long as they come faster than it reads. */
START_TEST(endless_frames_of_http_2_end_the_probe)
{
	struct flood flood = {h2_first, sizeof(h2_first) - 1, h2_frames[_i].bytes, h2_frames[_i].len};
	struct conf_check check = http_check(CONF_HTTP_2, &flood);

	expect_end(&check);
	servers_end();
}
END_TEST

START_TEST(endless_frames_end_a_probe_of_grpc)
{
	struct flood flood = {h2_first, sizeof(h2_first) - 1, h2_empty, 9};
	struct conf_check check = http_check(CONF_HTTP_2, &flood);
	struct conf_url grpc = root;

	grpc.is_grpc = true;
	grpc.grpc_service = "";
	check.urls = &grpc;
	expect_end(&check);
	servers_end();
}
END_TEST

/* When another server was probed last, and the longest time between two probes of it. */
static struct {
	_Atomic int64_t last_ns, most_ns;
	_Atomic unsigned n;
} visits;

static void serve_visited(int fd, const char *request, void *arg)
{
	int64_t now = clock_mono().ns, gap = now - atomic_exchange(&visits.last_ns, now);

	(void)request;
	(void)arg;
	if (visits.n++ && gap > visits.most_ns)
		visits.most_ns = gap;
	serve_text(fd, "HTTP/1.0 200 OK\r\n\r\n");
}

/* Another check, which is due each 20 ms, is probed all the while. */
START_TEST(endless_frames_delay_no_other_check)
{
	struct flood flood = {h2_first, sizeof(h2_first) - 1, h2_empty, 9};
	struct conf_check check = http_check(CONF_HTTP_2, &flood);
	struct conf_check other = check_of(CONF_CHECK_HTTP, server_new(serve_visited, NULL));
	const check_id id = 1;

	rig_spec(rig, id, &other);
	rig_rest(rig, id, PROBE_OK, 20000);
	rig_await_outcomes(rig, 1); /* the first is told; from then on they are counted */
	rig_rest(rig, id, PROBE_OK, 20000);
	for (unsigned i = 0; i < 20; i++)
		expect_end(&check);
	ck_assert_uint_gt(visits.n, 10);
	printf("20 floods: another check, due each 20 ms, was probed %u times, at most %d ms apart\n",
	       visits.n, (int)(visits.most_ns / NS_PER_MS));
	ck_assert_int_lt(visits.most_ns, (int64_t)HELD_MAX_US * NS_PER_US);
	rig_drop(rig, id);
	servers_end();
}
END_TEST

static void serve_long_body(int fd, const char *request, void *arg)
{
	static char body[3 << 20];

	(void)request;
	(void)arg;
	memset(body, 'a', sizeof(body));
	if (serve_text(fd, "HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\n"))
		(void)!write(fd, body, sizeof(body));
	(void)!read(fd, body, sizeof(body));
}

/* A body of many turns, all of which may wait in the socket before the first one. */
START_TEST(a_long_body_needs_many_turns)
{
	static char digest[] = "6a11a8872b36343799a15617bea78cef";
	struct conf_url url = root;
	struct conf_check check = check_of(CONF_CHECK_HTTP, server_new(serve_long_body, NULL));
	struct probe_result result;

	url.digest = digest;
	check.urls = &url;
	result = rig_probe(rig, &check);
	ck_assert_str_eq(result.reason, "HTTP 200");
	ck_assert_int_eq(result.outcome, PROBE_OK);
	servers_end();
}
END_TEST

static void serve_many_chunks(int fd, const char *request, void *arg)
{
	char chunk[8 + 64];
	bool is_good = serve_text(fd, CHUNKED);

	(void)request;
	(void)arg;
	sprintf(chunk, "40\r\n%064d\r\n", 0);
	for (unsigned i = 0; is_good && i < 60000; i++)
		is_good = serve_text(fd, chunk);
	serve_text(fd, "0\r\n\r\n");
}

START_TEST(a_long_body_in_many_chunks_is_no_flood)
{
	struct conf_check check = check_of(CONF_CHECK_HTTP, server_new(serve_many_chunks, NULL));
	struct probe_result result;

	check.http_version = CONF_HTTP_1_1;
	result = rig_probe(rig, &check);
	ck_assert_str_eq(result.reason, "HTTP 200");
	ck_assert_int_eq(result.outcome, PROBE_OK);
	servers_end();
}
END_TEST

/* ---- the harness ---- */

int main(void)
{
	Suite *suite = suite_create("floods");
	TCase *tcase = tcase_create("tls"), *http = tcase_create("http");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, endless_handshake_records_end_the_probe);
	tcase_add_test(tcase, endless_handshake_records_end_a_dialogue);
	tcase_add_test(tcase, large_records_without_a_message_end_both);
	tcase_add_test(tcase, endless_messages_after_the_handshake_end_both);
	tcase_add_test(tcase, records_with_data_are_no_flood);
	tcase_add_test(tcase, endless_empty_frames_over_tls_end_the_probe);
	suite_add_tcase(suite, tcase);
	tcase_set_timeout(http, 120);
	tcase_add_checked_fixture(http, setup, teardown);
	tcase_add_test(http, a_body_in_tiny_pieces_ends_the_probe);
	tcase_add_test(http, a_chunk_with_an_endless_extension_ends_the_probe);
	tcase_add_loop_test(http, endless_frames_of_http_2_end_the_probe, 0,
			    sizeof(h2_frames) / sizeof(h2_frames[0]));
	tcase_add_test(http, endless_frames_end_a_probe_of_grpc);
	tcase_add_test(http, endless_frames_delay_no_other_check);
	tcase_add_test(http, a_long_body_needs_many_turns);
	tcase_add_test(http, a_long_body_in_many_chunks_is_no_flood);
	suite_add_tcase(suite, http);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
