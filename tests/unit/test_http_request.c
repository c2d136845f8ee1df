/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP probes with a libcurl and a libcrypto of the test's own: options that are refused, and warnings of
 * certificates. */
#include "healthcheck/probes/http_internal.h"
#include "tests/unit/logged.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static struct {
	struct conf *conf;
	struct conf_check *check;
	struct check_tls tls;
	struct curl_library curl;
	struct http http;
	struct http_probe probe;
	CURLoption refused;
	bool was_refused;
	int days; /* until the certificate expires */
} rig;

static CURLcode fake_setopt(CURL *easy, CURLoption option, ...)
{
	(void)easy;
	rig.was_refused |= option == rig.refused;
	return option == rig.refused ? CURLE_UNKNOWN_OPTION : CURLE_OK;
}

/* Nobody reads the list. */
static struct curl_slist *fake_append(struct curl_slist *list, const char *line)
{
	static struct curl_slist any;

	(void)list;
	(void)line;
	return &any;
}

/* One certificate. */
static CURLcode fake_getinfo(CURL *easy, CURLINFO info, ...)
{
	static struct curl_slist line = {(char *)(uintptr_t) "Cert:pem", NULL}, *certificates[] = {&line};
	static struct curl_certinfo chain = {1, certificates};
	va_list values;

	(void)easy;
	ck_assert_int_eq(info, CURLINFO_CERTINFO);
	va_start(values, info);
	*va_arg(values, struct curl_certinfo **) = &chain;
	va_end(values);
	return CURLE_OK;
}

static BIO *fake_bio_new(const void *bytes, int len)
{
	(void)bytes, (void)len;
	return (BIO *)&rig;
}

static int fake_bio_free(BIO *bio)
{
	(void)bio;
	return 1;
}

static X509 *fake_parse(BIO *bio, X509 **ret, pem_password_cb *ask, void *arg)
{
	(void)bio, (void)ret, (void)ask, (void)arg;
	return (X509 *)&rig;
}

static void fake_free(X509 *certificate)
{
	(void)certificate;
}

static void fake_clear(void)
{
}

static const ASN1_TIME *fake_end(const X509 *certificate)
{
	(void)certificate;
	return NULL;
}

static int fake_diff(int *ret_days, int *ret_seconds, const ASN1_TIME *from, const ASN1_TIME *to)
{
	(void)from, (void)to;
	*ret_days = rig.days;
	*ret_seconds = 0;
	return 1;
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	rig.conf = test_conf_new(1, 1, 1);
	rig.check = rig.conf->virtual_servers->real_servers->checks;
	test_conf_set_http(rig.conf, rig.check, "/");
	rig.check->type = CONF_CHECK_SSL;
	rig.check->urls[0].host = rig.check->urls[0].method = "";
	rig.check->urls[0].body = rig.check->urls[0].body_hex = "";
	rig.check->sni = rig.check->tls_name = rig.check->tls_pin = "";
	rig.tls = (struct check_tls){.ca = "", .certificate = "", .key = "", .password = ""};
	rig.curl = (struct curl_library){
	    .easy_setopt = fake_setopt, .slist_append = fake_append, .easy_getinfo = fake_getinfo};
	rig.http = (struct http){.curl = &rig.curl,
				 .crypto = {.bio_new = fake_bio_new,
					    .bio_free = fake_bio_free,
					    .parse_certificate = fake_parse,
					    .certificate_free = fake_free,
					    .clear_error = fake_clear,
					    .certificate_end = fake_end,
					    .time_diff = fake_diff}};
	rig.probe = (struct http_probe){.http = &rig.http,
					.check = rig.check,
					.means = {.tls = &rig.tls},
					.easy = (CURL *)&rig};
}

static void teardown(void)
{
	rig.check->type = CONF_CHECK_HTTP;
	free(rig.http.warnings);
	test_conf_free(rig.conf);
}

/* ---- a libcurl that refuses ---- */

static void want_nothing(void)
{
}

static void want_pin(void)
{
	rig.check->tls_pin = PIN;
}

static void want_name(void)
{
	rig.check->tls_name = "web.example";
}

static void want_days(void)
{
	rig.check->tls_days = 30;
}

static void want_http2(void)
{
	rig.check->http_version = CONF_HTTP_2;
}

static void want_ca(void)
{
	rig.tls.ca = "pem";
}

static void want_certificate(void)
{
	rig.tls.certificate = rig.tls.key = "pem";
}

static void want_plain(void)
{
	rig.check->type = CONF_CHECK_HTTP;
}

static const struct {
	CURLoption refused;
	void (*want)(void);
	bool is_needed;
} rows[] = {
    /* What a check does not ask for is not missed. */
    {CURLOPT_PINNEDPUBLICKEY, want_nothing, false},
    {CURLOPT_PINNEDPUBLICKEY, want_pin, true},
    {CURLOPT_CERTINFO, want_nothing, false},
    {CURLOPT_CERTINFO, want_name, true},
    {CURLOPT_CERTINFO, want_days, true},
    {CURLOPT_SSL_ENABLE_ALPN, want_nothing, false},
    {CURLOPT_SSL_ENABLE_ALPN, want_http2, true},
    {CURLOPT_CAINFO_BLOB, want_nothing, false},
    {CURLOPT_CAINFO_BLOB, want_ca, true},
    {CURLOPT_SSLCERT_BLOB, want_nothing, false},
    {CURLOPT_SSLCERT_BLOB, want_certificate, true},
    {CURLOPT_SSLKEY_BLOB, want_certificate, true},
    /* These decide whether the server is believed, and what is spoken. */
    {CURLOPT_SSL_VERIFYPEER, want_nothing, true},
    {CURLOPT_SSL_VERIFYHOST, want_nothing, true},
    {CURLOPT_HTTP_VERSION, want_nothing, true},
    {CURLOPT_PROTOCOLS_STR, want_nothing, true},
    {CURLOPT_HTTP_VERSION, want_plain, true},
    {CURLOPT_PROTOCOLS_STR, want_plain, true},
    {CURLOPT_SSL_SESSIONID_CACHE, want_nothing, false},
};

START_TEST(an_option_that_is_refused)
{
	rows[_i].want();
	rig.refused = CURLOPT_LASTENTRY; /* none */
	ck_assert(http_request_set(&rig.probe));
	http_request_clear(&rig.probe);
	rig.probe.simple_version = 0; /* another handle, on which nothing is set yet */
	rig.refused = rows[_i].refused;
	rig.was_refused = false;
	ck_assert(http_request_set(&rig.probe) == !rows[_i].is_needed);
	http_request_clear(&rig.probe);
	ck_assert(rig.was_refused);
}
END_TEST

/* ---- warnings ---- */

static void warn(uint16_t port)
{
	char reason[PROBE_REASON_MAX] = "HTTP 200";

	rig.check->target.port = port;
	http_certificate_warn(&rig.probe, reason);
	ck_assert_str_eq(reason, "HTTP 200; the certificate expires in 12 days");
}

static size_t n_logged(void)
{
	return logged_count(logged_take(), "a certificate that the server shows expires in 12 days");
}

/* Each warning is logged once, and each is in the reason always. When so many have been logged that the memory
 * of them is half full, it begins anew. */
START_TEST(very_many_certificates_expire)
{
	enum { MANY = WARNINGS_MAX / 2 };
	size_t n = 0;

	rig.check->tls_days = 30;
	rig.days = 12;
	logged_begin();
	for (int round = 0; round < 2; round++)
		for (uint16_t port = 1; port <= MANY / 1000; port++)
			warn(port);
	ck_assert_uint_eq(n_logged(), MANY / 1000);
	for (int round = 0; round < 2; round++)
		for (uint16_t port = 1; port <= MANY; port++) {
			warn(port);
			n += n_logged();
		}
	ck_assert_uint_eq(n, MANY - MANY / 1000);
	warn(MANY + 1);
	ck_assert_uint_eq(n_logged(), 1);
	warn(MANY + 1);
	ck_assert_uint_eq(n_logged(), 0);
	ck_assert_uint_eq(rig.http.n_warnings, 1);
	warn(1);
	ck_assert_uint_eq(n_logged(), 1);
	/* One that lasts for tls_expiry_warning is none. */
	rig.days = 30;
	http_certificate_warn(&rig.probe, (char[PROBE_REASON_MAX]){""});
	ck_assert_uint_eq(n_logged(), 0);
	logged_end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http request");
	TCase *tcase = tcase_create("http request");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, an_option_that_is_refused, 0, sizeof(rows) / sizeof(*rows));
	tcase_add_test(tcase, very_many_certificates_expire);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
