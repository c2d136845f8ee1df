/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSL_GET by a real check process against TLS servers with keys of their own. */
#include "tests/unit/test_probe_rig.h"

#include <check.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME  "web.example.org"
#define DAY_S 86400L

static struct conf_range success[] = {{200, 299}};
static struct conf_url root = {
    .path = "/", .host = "", .digest = "", .statuses = success, .n_statuses = 1};

/* A certificate that vouches for itself, its key, and both as PEM text. */
struct identity {
	EVP_PKEY *key;
	X509 *certificate;
	char *key_text, *certificate_text;
};

static char *text_of(BIO *bio)
{
	char *bytes;
	long len = BIO_get_mem_data(bio, &bytes);
	char *text = strndup(bytes, (size_t)len);

	BIO_free(bio);
	return text;
}

/* Vouched for by issuer; NULL: by itself. With is_ca it may vouch for others. */
static struct identity identity_by(const char *name, const char *password, long until_s,
				   const struct identity *issuer, bool is_ca)
{
	struct identity identity = {EVP_EC_gen("P-256"), X509_new(), NULL, NULL};
	X509_NAME *subject = X509_get_subject_name(identity.certificate);
	BIO *key = BIO_new(BIO_s_mem()), *certificate = BIO_new(BIO_s_mem());

	X509_set_version(identity.certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(identity.certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(identity.certificate), -30 * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(identity.certificate), until_s);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1,
				   0);
	X509_set_issuer_name(identity.certificate,
			     issuer ? X509_get_subject_name(issuer->certificate) : subject);
	X509_set_pubkey(identity.certificate, identity.key);
	if (is_ca) {
		X509_EXTENSION *extension =
		    X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

		X509_add_ext(identity.certificate, extension, -1);
		X509_EXTENSION_free(extension);
	}
	ck_assert_int_gt(X509_sign(identity.certificate, issuer ? issuer->key : identity.key,
				   EVP_sha256()),
			 0);
	PEM_write_bio_X509(certificate, identity.certificate);
	PEM_write_bio_PrivateKey(key, identity.key, *password ? EVP_aes_128_cbc() : NULL, NULL, 0,
				 NULL, *password ? (void *)password : NULL);
	identity.certificate_text = text_of(certificate);
	identity.key_text = text_of(key);
	return identity;
}

static struct identity identity_until(const char *name, const char *password, long until_s)
{
	return identity_by(name, password, until_s, NULL, false);
}

static struct identity identity_new(const char *name, const char *password)
{
	return identity_until(name, password, 3600);
}

static void identity_fini(struct identity *identity)
{
	EVP_PKEY_free(identity->key);
	X509_free(identity->certificate);
	free(identity->key_text);
	free(identity->certificate_text);
}

static SSL_CTX *context_new(const struct identity *identity)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	ck_assert_int_eq(SSL_CTX_use_certificate(context, identity->certificate), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(context, identity->key), 1);
	return context;
}

/* How many clients have ended TLS by close_notify. */
static atomic_int n_proper_ends;

static void answer(SSL *ssl)
{
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	char text[200], request[4096];

	if (SSL_read(ssl, request, sizeof(request)) <= 0)
		return;
	/* The name that was heard decides the status. */
	snprintf(text, sizeof(text), "HTTP/1.0 %d %s\r\nContent-Length: 0\r\n\r\n",
		 !name                 ? 200
		 : !strcmp(name, NAME) ? 204
				       : 500,
		 name ? name : "none");
	SSL_write(ssl, text, (int)strlen(text));
	SSL_shutdown(ssl);
	while (SSL_read(ssl, request, sizeof(request)) > 0)
		;
	if (SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN)
		n_proper_ends++;
}

static void serve_tls(int fd, const char *request, void *arg)
{
	SSL *ssl = SSL_new(arg);

	(void)request;
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		answer(ssl);
	SSL_free(ssl);
}

static void serve_plain(int fd, const char *request, void *arg)
{
	(void)request;
	(void)arg;
	serve_text(fd, "HTTP/1.0 200 OK\r\n\r\n");
}

static void serve_silence(int fd, const char *request, void *arg)
{
	char byte;

	(void)request;
	(void)arg;
	while (read(fd, &byte, 1) > 0)
		;
}

/* The value of tls_pin for a certificate. */
static void pin_of(const struct identity *identity, char pin[static 64])
{
	unsigned char *key = NULL, hash[EVP_MAX_MD_SIZE];
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(identity->certificate), &key);
	unsigned hash_len;

	ck_assert_int_gt(len, 0);
	EVP_Digest(key, (size_t)len, hash, &hash_len, EVP_sha256(), NULL);
	strcpy(pin, "sha256//");
	EVP_EncodeBlock((unsigned char *)pin + strlen(pin), hash, (int)hash_len);
	OPENSSL_free(key);
}

static struct conf_check ssl_check(struct endpoint target, const char *sni)
{
	return (struct conf_check){.type = CONF_CHECK_SSL,
				   .ordinal = 1,
				   .target = target,
				   .connect_timeout_us = PROBE_PATIENCE_US,
				   .urls = &root,
				   .n_urls = 1,
				   .sni = sni};
}

#define GET "GET / HTTP/1.0\\r\\n\\r\\n"

/* Speaks plainly until it is asked for TLS; then as serve_tls(). */
static void serve_start_tls(int fd, const char *request, void *arg)
{
	char line[10] = "";
	size_t n = 0;

	serve_text(fd, "220 ready\r\n");
	while (n < sizeof(line) && read(fd, line + n, 1) == 1 && line[n++] != '\n')
		;
	if (!memcmp(line, "STARTTLS\r\n", 10) && serve_text(fd, "220 go"  " ahead\r\n"))
		serve_tls(fd, request, arg);
}

/* Says more than it was asked before TLS: somebody in between could have put it there. */
static void serve_injected(int fd, const char *request, void *arg)
{
	(void)request;
	(void)arg;
	serve_text(fd, "220 ready\r\n250 injected\r\n");
}

static struct conf_check steps_check(struct endpoint target, struct conf_step *steps, size_t n)
{
	return (struct conf_check){.type = CONF_CHECK_TCP,
				   .ordinal = 1,
				   .target = target,
				   .connect_timeout_us = PROBE_PATIENCE_US,
				   .steps = steps,
				   .n_steps = n};
}

static void expect(struct rig *rig, const struct conf_check *check, const struct check_tls *tls,
		   enum probe_outcome outcome, const char *reason)
{
	struct probe_result result;

	rig->tls = tls;
	result = rig_probe(rig, check);
	ck_assert_msg(result.outcome == outcome && !strncmp(result.reason, reason, strlen(reason)),
		      "outcome %d: %s", result.outcome, result.reason);
}

START_TEST(any_certificate_does_without_a_ca)
{
	struct identity own = identity_new(NAME, "");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct conf_check check = ssl_check(server_new_raw(serve_tls, context), "");

	expect(rig, &check, NULL, PROBE_OK, "HTTP 200");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&own);
}
END_TEST

START_TEST(the_server_hears_the_name_only_when_there_is_one)
{
	struct identity own = identity_new(NAME, "");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct endpoint target = server_new_raw(serve_tls, context);
	struct conf_check named = ssl_check(target, NAME), other = ssl_check(target, "other.org"),
			  unnamed = ssl_check(target, "");

	expect(rig, &named, NULL, PROBE_OK, "HTTP 204");
	expect(rig, &unnamed, NULL, PROBE_OK, "HTTP 200");
	expect(rig, &other, NULL, PROBE_FAIL, "HTTP 500");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&own);
}
END_TEST

START_TEST(a_ca_is_obeyed)
{
	struct identity own = identity_new(NAME, ""), stranger = identity_new("stranger", "");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct endpoint target = server_new_raw(serve_tls, context);
	struct conf_check named = ssl_check(target, NAME), unnamed = ssl_check(target, ""),
			  other = ssl_check(target, "other.org");
	struct check_tls right = {own.certificate_text, "", "", ""};
	struct check_tls wrong = {stranger.certificate_text, "", "", ""};
	struct check_tls broken = {"no certificate", "", "", ""};

	expect(rig, &named, &right, PROBE_OK, "HTTP 204");
	expect(rig, &unnamed, &right, PROBE_OK, "HTTP 200");
	expect(rig, &named, &wrong, PROBE_FAIL, "the server's certificate is not accepted: ");
	expect(rig, &other, &right, PROBE_FAIL, "the server's certificate is not accepted: ");
	/* A handle that verified once does not for a check without a CA. */
	expect(rig, &unnamed, NULL, PROBE_OK, "HTTP 200");
	expect(rig, &named, &broken, PROBE_NONE, "this machine could not probe: ");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&own);
	identity_fini(&stranger);
}
END_TEST

START_TEST(a_server_may_ask_who_we_are)
{
	struct identity own = identity_new(NAME, ""), client = identity_new("client", "secret");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct conf_check check;
	struct check_tls known = {"", client.certificate_text, client.key_text, "secret"};
	struct check_tls locked = {"", client.certificate_text, client.key_text, ""};

	X509_STORE_add_cert(SSL_CTX_get_cert_store(context), client.certificate);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	check = ssl_check(server_new_raw(serve_tls, context), "");
	expect(rig, &check, &known, PROBE_OK, "HTTP 200");
	expect(rig, &check, NULL, PROBE_FAIL, "");
	expect(rig, &check, &locked, PROBE_NONE, "this machine could not probe: ");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&own);
	identity_fini(&client);
}
END_TEST

START_TEST(what_is_no_tls_fails)
{
	struct rig *rig = rig_new(0);
	struct conf_check plain = ssl_check(server_new_raw(serve_plain, NULL), "");
	struct conf_check silent = ssl_check(server_new_raw(serve_silence, NULL), "");
	struct conf_check refused = ssl_check(server_refusing(), "");

	silent.connect_timeout_us = 1000000;
	expect(rig, &plain, NULL, PROBE_FAIL, "no TLS with the server: ");
	expect(rig, &silent, NULL, PROBE_FAIL, "no TLS connection within 1.000 s");
	expect(rig, &refused, NULL, PROBE_FAIL, "connection refused");
	rig_free(rig);
	servers_end();
}
END_TEST

START_TEST(a_dialogue_is_held_over_tls)
{
	struct identity own = identity_new(NAME, ""), stranger = identity_new("stranger", "");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct conf_step steps[] = {{.verb = CONF_STEP_START_TLS, .text = NAME},
				    {.verb = CONF_STEP_SEND, .text = GET},
				    {.verb = CONF_STEP_EXPECT, .text = "HTTP/1.0 204 "}};
	struct conf_check check = steps_check(server_new_raw(serve_tls, context), steps, 3);
	struct check_tls right = {own.certificate_text, "", "", ""};
	struct check_tls wrong = {stranger.certificate_text, "", "", ""};
	struct check_tls broken = {"no certificate", "", "", ""};

	expect(rig, &check, NULL, PROBE_OK, "3 steps done");
	expect(rig, &check, &right, PROBE_OK, "3 steps done");
	expect(rig, &check, &wrong, PROBE_FAIL, "the certificate of the server: ");
	expect(rig, &check, &broken, PROBE_NONE, "this machine could not probe: the CA");
	steps[0].text = "other.org";
	expect(rig, &check, &right, PROBE_FAIL, "the certificate of the server: ");
	expect(rig, &check, NULL, PROBE_FAIL, "step 3: the server said 'HTTP/1.0 5");
	steps[0].text = "";
	steps[2].text = "HTTP/1.0 200 ";
	expect(rig, &check, &right, PROBE_OK, "3 steps done");
	check.n_steps = 1;
	expect(rig, &check, NULL, PROBE_OK, "1 step done");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&own);
	identity_fini(&stranger);
}
END_TEST

START_TEST(a_dialogue_may_begin_tls_in_its_middle)
{
	struct identity own = identity_new(NAME, ""), client = identity_new("client", "secret");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct conf_step steps[] = {{.verb = CONF_STEP_EXPECT, .text = "220"},
				    {.verb = CONF_STEP_SEND, .text = "STARTTLS\\r\\n"},
				    {.verb = CONF_STEP_EXPECT, .text = "220"},
				    {.verb = CONF_STEP_START_TLS, .text = NAME},
				    {.verb = CONF_STEP_SEND, .text = GET},
				    {.verb = CONF_STEP_EXPECT_REGEX, .text = "^HTTP/[\\d.]+ 204 .*\\n"}};
	struct conf_step eager[] = {{.verb = CONF_STEP_EXPECT, .text = "220"},
				    {.verb = CONF_STEP_START_TLS, .text = ""}};
	struct conf_check check = steps_check(server_new_raw(serve_start_tls, context), steps, 6);
	struct conf_check injected = steps_check(server_new_raw(serve_injected, NULL), eager, 2);
	struct check_tls known = {own.certificate_text, client.certificate_text, client.key_text,
				  "secret"};
	struct check_tls locked = {"", client.certificate_text, client.key_text, ""};

	X509_STORE_add_cert(SSL_CTX_get_cert_store(context), client.certificate);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	expect(rig, &check, &known, PROBE_OK, "6 steps done");
	expect(rig, &check, NULL, PROBE_FAIL, "");
	expect(rig, &check, &locked, PROBE_NONE, "this machine could not probe: the certificate");
	expect(rig, &injected, NULL, PROBE_FAIL, "step 2: the server said '250 injected'");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&own);
	identity_fini(&client);
}
END_TEST

/* An authority below the root, known to one side alone, vouches for a certificate of the other. */
START_TEST(a_chain_is_followed)
{
	struct identity root_ca = identity_by("root", "", DAY_S, NULL, true);
	struct identity middle = identity_by("middle", "", DAY_S, &root_ca, true);
	struct identity own = identity_by(NAME, "", DAY_S, &middle, false);
	struct identity client = identity_by("client", "", DAY_S, &middle, false);
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct conf_step steps[] = {{.verb = CONF_STEP_START_TLS, .text = NAME},
				    {.verb = CONF_STEP_SEND, .text = GET},
				    {.verb = CONF_STEP_EXPECT, .text = "HTTP/1.0 204 "}};
	struct endpoint target = server_new_raw(serve_tls, context);
	struct conf_check by_steps = steps_check(target, steps, 3), by_url = ssl_check(target, NAME);
	char chain[8192];
	struct check_tls whole = {middle.certificate_text, chain, client.key_text, ""};
	struct check_tls no_ca = {"", chain, client.key_text, ""};
	struct check_tls cut = {"", client.certificate_text, client.key_text, ""};

	snprintf(chain, sizeof(chain), "%s%s", client.certificate_text, middle.certificate_text);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root_ca.certificate);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	expect(rig, &by_url, &whole, PROBE_OK, "HTTP 204");
	expect(rig, &by_steps, &whole, PROBE_OK, "3 steps done");
	expect(rig, &by_url, &no_ca, PROBE_OK, "HTTP 204");
	expect(rig, &by_steps, &no_ca, PROBE_OK, "3 steps done");
	expect(rig, &by_url, &cut, PROBE_FAIL, "");
	expect(rig, &by_steps, &cut, PROBE_FAIL, "");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&root_ca);
	identity_fini(&middle);
	identity_fini(&own);
	identity_fini(&client);
}
END_TEST

/* Resets the connection when the client has begun TLS. */
static void serve_reset(int fd, const char *request, void *arg)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	char byte;

	(void)request;
	(void)arg;
	if (read(fd, &byte, 1) == 1)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
}

START_TEST(a_dialogue_with_what_is_no_tls_fails)
{
	struct rig *rig = rig_new(0);
	struct conf_step steps[] = {{.verb = CONF_STEP_START_TLS, .text = ""}};
	struct conf_check plain = steps_check(server_new_raw(serve_plain, NULL), steps, 1);
	struct conf_check silent = steps_check(server_new_raw(serve_silence, NULL), steps, 1);
	struct conf_check reset = steps_check(server_new_raw(serve_reset, NULL), steps, 1);

	silent.connect_timeout_us = 1000000;
	expect(rig, &plain, NULL, PROBE_FAIL, "TLS: wrong version number");
	expect(rig, &reset, NULL, PROBE_FAIL, "connection reset by the server");
	expect(rig, &silent, NULL, PROBE_FAIL, "no TLS handshake within 1.000 s");
	rig_free(rig);
	servers_end();
}
END_TEST

/* Without a CA: the name and the key say whose certificate it is. */
START_TEST(name_and_pin_are_verified)
{
	struct identity own = identity_new(NAME, ""), stranger = identity_new("stranger", "");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct conf_check check = ssl_check(server_new_raw(serve_tls, context), "");
	char pin[64], pins[130];

	check.tls_name = NAME;
	expect(rig, &check, NULL, PROBE_OK, "HTTP 200");
	check.tls_name = "other.org";
	expect(rig, &check, NULL, PROBE_FAIL, "the server's certificate is not for other.org");
	check.tls_name = "192.0.2.7";
	expect(rig, &check, NULL, PROBE_FAIL, "the server's certificate is not for 192.0.2.7");
	check.tls_name = "";
	pin_of(&stranger, pin);
	check.tls_pin = pin;
	expect(rig, &check, NULL, PROBE_FAIL, "the server's public key is not the one of tls_pin");
	pin_of(&own, pin);
	expect(rig, &check, NULL, PROBE_OK, "HTTP 200");
	pin_of(&stranger, pins);
	strcat(strcat(pins, ";"), pin);
	check.tls_pin = pins;
	expect(rig, &check, NULL, PROBE_OK, "HTTP 200");
	check.tls_pin = "";
	expect(rig, &check, NULL, PROBE_OK, "HTTP 200");
	rig_free(rig);
	servers_end();
	SSL_CTX_free(context);
	identity_fini(&own);
	identity_fini(&stranger);
}
END_TEST

START_TEST(an_expiry_is_a_warning)
{
	static const struct {
		long until_s;
		uint32_t days;
		const char *reason;
	} rows[] = {
	    {20 * DAY_S + 60, 20, "HTTP 200"},
	    {20 * DAY_S + 60, 21, "HTTP 200; the certificate expires in 20 days"},
	    {DAY_S + 60, 7, "HTTP 200; the certificate expires in 1 day"},
	    {60, 1, "HTTP 200; the certificate expires in 0 days"},
	    {-60, 1, "HTTP 200; the certificate expired 1 day ago"},
	    {-3 * DAY_S + 60, 1, "HTTP 200; the certificate expired 3 days ago"},
	    {-60, 0, "HTTP 200"},
	};
	struct rig *rig = rig_new(0);
	struct identity own[sizeof(rows) / sizeof(rows[0])];
	SSL_CTX *contexts[sizeof(rows) / sizeof(rows[0])];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf_check check;
		struct probe_result result;

		own[i] = identity_until(NAME, "", rows[i].until_s);
		contexts[i] = context_new(&own[i]);
		check = ssl_check(server_new_raw(serve_tls, contexts[i]), "");
		check.tls_days = rows[i].days;
		result = rig_probe(rig, &check);
		ck_assert_int_eq(result.outcome, PROBE_OK);
		ck_assert_str_eq(result.reason, rows[i].reason);
	}
	rig_free(rig);
	servers_end();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SSL_CTX_free(contexts[i]);
		identity_fini(&own[i]);
	}
}
END_TEST

/* tls_compliant or not: TLS is ended as it demands. */
START_TEST(tls_is_ended_by_close_notify)
{
	struct identity own = identity_new(NAME, "");
	SSL_CTX *context = context_new(&own);
	struct rig *rig = rig_new(0);
	struct conf_check check = ssl_check(server_new_raw(serve_tls, context), "");

	n_proper_ends = 0;
	expect(rig, &check, NULL, PROBE_OK, "HTTP 200");
	check.is_tls_compliant = true;
	expect(rig, &check, NULL, PROBE_OK, "HTTP 200");
	rig_free(rig);
	servers_end();
	ck_assert_int_eq(n_proper_ends, 2);
	SSL_CTX_free(context);
	identity_fini(&own);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("probe over TLS");
	TCase *tcase = tcase_create("tls");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, any_certificate_does_without_a_ca);
	tcase_add_test(tcase, the_server_hears_the_name_only_when_there_is_one);
	tcase_add_test(tcase, a_ca_is_obeyed);
	tcase_add_test(tcase, a_server_may_ask_who_we_are);
	tcase_add_test(tcase, name_and_pin_are_verified);
	tcase_add_test(tcase, an_expiry_is_a_warning);
	tcase_add_test(tcase, tls_is_ended_by_close_notify);
	tcase_add_test(tcase, what_is_no_tls_fails);
	tcase_add_test(tcase, a_dialogue_is_held_over_tls);
	tcase_add_test(tcase, a_dialogue_may_begin_tls_in_its_middle);
	tcase_add_test(tcase, a_chain_is_followed);
	tcase_add_test(tcase, a_dialogue_with_what_is_no_tls_fails);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
