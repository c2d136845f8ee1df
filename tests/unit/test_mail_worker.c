/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mail from the director's part to mail servers of every kind of manners on 127.0.0.1: both ends of
 * the channel are in one loop, the servers in threads of their own.
 */
#include "base/chan.h"
#include "base/clock.h"
#include "daemon/director/mail/mails.h"
#include "daemon/mail/queue.h"
#include "daemon/mail/worker.h"
#include "tests/unit/logged.h"
#include "tests/unit/test_probe_rig.h"

#include <check.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* How long a condition is awaited. A loaded machine may be slow. */
#define PATIENCE_MS 60000

/* ---- a mail server ---- */

struct smtp {
	/* What it answers; NULL: "250 ok". wrong is a part of a recipient, who gets the answer rcpt. */
	const char *mail, *rcpt, *data, *wrong;
	const char *extension; /* of EHLO: "250 STARTTLS" */
	bool is_silent;        /* it takes connections and says nothing */
	SSL_CTX *tls;
	bool is_tls_at_once;
	const char *flooded; /* in place of the answer to this command, it sends lines without end; "": at once */
	pthread_mutex_t lock; /* of what it has heard */
	char heard[65536];
	size_t n_visits;
};

struct visit {
	struct smtp *smtp;
	int fd;
	SSL *ssl;
	char buffer[4096];
	size_t len;
};

static bool say(struct visit *visit, const char *text)
{
	char line[512];
	int len = snprintf(line, sizeof(line), "%s\r\n", text);

	return visit->ssl ? SSL_write(visit->ssl, line, len) > 0 : serve_text(visit->fd, line);
}

/* Reads a line without its end. */
static bool hear(struct visit *visit, char line[static 4096])
{
	for (;;) {
		char *end = memchr(visit->buffer, '\n', visit->len);
		ssize_t n;

		if (end) {
			size_t len = (size_t)(end - visit->buffer) + 1;

			snprintf(line, 4096, "%.*s", (int)len - 2, visit->buffer);
			visit->len -= len;
			memmove(visit->buffer, end + 1, visit->len);
			break;
		}
		if (visit->len == sizeof(visit->buffer))
			return false;
		n = visit->ssl ? SSL_read(visit->ssl, visit->buffer + visit->len,
					  (int)(sizeof(visit->buffer) - visit->len))
			       : read(visit->fd, visit->buffer + visit->len,
				      sizeof(visit->buffer) - visit->len);
		if (n <= 0)
			return false;
		visit->len += (size_t)n;
	}
	pthread_mutex_lock(&visit->smtp->lock);
	if (strlen(visit->smtp->heard) + strlen(line) + 2 < sizeof(visit->smtp->heard))
		strcat(strcat(visit->smtp->heard, line), "\n");
	pthread_mutex_unlock(&visit->smtp->lock);
	return true;
}

static bool begin_tls(struct visit *visit)
{
	visit->ssl = SSL_new(visit->smtp->tls);
	SSL_set_fd(visit->ssl, visit->fd);
	return SSL_accept(visit->ssl) == 1;
}

/* An answer that has always one more line. */
static bool flood(struct visit *visit)
{
	char lines[9000];
	int len = 0;

	while (len < (int)sizeof(lines) - 16)
		len += sprintf(lines + len, "250-more\r\n");
	while (visit->ssl ? SSL_write(visit->ssl, lines, len) > 0 : write(visit->fd, lines, (size_t)len) > 0)
		;
	return false;
}

static bool answer(struct visit *visit, const char *line)
{
	const struct smtp *smtp = visit->smtp;
	bool is_wrong = smtp->wrong && strstr(line, smtp->wrong);
	char body[4096];

	if (smtp->flooded && *smtp->flooded && !strncmp(line, smtp->flooded, strlen(smtp->flooded)))
		return flood(visit);
	if (!strncmp(line, "EHLO", 4)) {
		say(visit, "250-sink");
		if (smtp->extension && !visit->ssl)
			say(visit, smtp->extension);
		return say(visit, visit->ssl ? "250 AUTH PLAIN" : "250 HELP");
	}
	if (!strcmp(line, "STARTTLS"))
		return say(visit, "220 go") && begin_tls(visit);
	if (!strncmp(line, "AUTH", 4))
		return say(visit, "334 ") && hear(visit, body) && say(visit, "235 welcome");
	if (!strncmp(line, "MAIL", 4))
		return say(visit, smtp->mail ? smtp->mail : "250 ok");
	if (!strncmp(line, "RCPT", 4))
		return say(visit, smtp->rcpt && (is_wrong || !smtp->wrong) ? smtp->rcpt : "250 ok");
	if (!strcmp(line, "DATA")) {
		if (!say(visit, "354 go"))
			return false;
		while (hear(visit, body))
			if (!strcmp(body, "."))
				return say(visit, smtp->data ? smtp->data : "250 ok");
		return false;
	}
	if (!strcmp(line, "QUIT"))
		return say(visit, "221 bye"), false;
	return say(visit, "500 what?");
}

static void serve_smtp(int fd, const char *request, void *arg)
{
	struct visit visit = {.smtp = arg, .fd = fd};
	char line[4096];

	(void)request;
	pthread_mutex_lock(&visit.smtp->lock);
	visit.smtp->n_visits++;
	pthread_mutex_unlock(&visit.smtp->lock);
	if (visit.smtp->is_tls_at_once && !begin_tls(&visit)) {
		SSL_free(visit.ssl);
		return;
	}
	if (visit.smtp->flooded && !*visit.smtp->flooded)
		flood(&visit);
	if (visit.smtp->is_silent || say(&visit, "220 sink"))
		while (hear(&visit, line) && (visit.smtp->is_silent || answer(&visit, line)))
			;
	SSL_free(visit.ssl);
}

static bool has_heard(struct smtp *smtp, const char *part)
{
	bool is_there;

	pthread_mutex_lock(&smtp->lock);
	is_there = strstr(smtp->heard, part) != NULL;
	pthread_mutex_unlock(&smtp->lock);
	return is_there;
}

/* ---- the rig ---- */

static struct {
	struct loop *loop;
	struct mails mails;
	struct mail_worker *worker;
	int end; /* of the worker's channel, for the next worker */
	struct conf conf;
	struct smtp smtp;
	struct loop_timer *late;
	bool (*is_done)(void);
} it;

/* The file with the certificate of the last tls_new(). */
static char ca[64];

static struct conf_recipient recipients[] = {{"ops@example.net"}, {"Night <night@example.net>"}};

static void on_late(void *arg)
{
	(void)arg;
	ck_abort_msg("late: waiting %lu, sent %lu, lost %lu: %s; heard: %s",
		     (unsigned long)mails_row(&it.mails).n_waiting,
		     (unsigned long)mails_row(&it.mails).n_sent,
		     (unsigned long)mails_row(&it.mails).n_lost, mails_row(&it.mails).error,
		     it.smtp.heard);
}

static void on_settle(void *arg)
{
	(void)arg;
	if (it.is_done && it.is_done())
		loop_stop(it.loop);
}

static void await(bool (*is_done)(void))
{
	it.is_done = is_done;
	if (is_done())
		return;
	loop_timer_set(it.late, mono_add_ms(clock_mono(), PATIENCE_MS));
	loop_run(it.loop);
	loop_timer_set(it.late, MONO_NEVER);
	it.is_done = NULL;
}

static void send_to(struct endpoint server)
{
	it.conf.global.mail.server = "127.0.0.1";
	it.conf.global.mail.port = server.port;
	mails_configure(&it.mails, &it.conf);
}

/* ca_file: whose certificates the worker trusts; NULL: those that the machine does. */
static void begin_trusting(const char *ca_file)
{
	int ends[2];

	memset(&it, 0, sizeof(it));
	logged_begin();
	pthread_mutex_init(&it.smtp.lock, NULL);
	it.loop = loop_new();
	it.late = loop_timer_new(it.loop, on_late, NULL);
	loop_on_settle(it.loop, on_settle, NULL);
	it.conf.global = (struct conf_global){
	    .router_id = "LVS_A",
	    .mail = {.recipients = recipients,
		     .n_recipients = 2,
		     .from = "",
		     .server = "",
		     .helo = "",
		     .timeout_s = 30,
		     .user = "",
		     .password = "",
		     .alert = CONF_ALERT_ON}};
	ck_assert_int_eq(chan_pair(ends), 0);
	mails_open(&it.mails, it.loop, ends[0], false);
	it.end = dup(ends[1]);
	it.worker = mail_worker_new(it.loop, ends[1], ca_file);
}

static void begin(void)
{
	begin_trusting(NULL);
}

static void end(void)
{
	mail_worker_free(it.worker);
	mails_close(&it.mails);
	close(it.end);
	loop_timer_free(it.late);
	loop_on_settle(it.loop, NULL, NULL);
	loop_free(it.loop);
	servers_end();
	logged_end();
}

static void tell(const char *name)
{
	const struct alert alert = {
	    .kind = ALERT_INSTANCE, .name = name, .state = "MASTER", .cause = "no advertisement"};

	mails_event(&it.mails, &alert, CONF_ALERT_UNSET);
}

static bool is_one_sent(void)
{
	return mails_row(&it.mails).n_sent == 1 && !mails_row(&it.mails).n_waiting;
}

static bool are_three_sent(void)
{
	return mails_row(&it.mails).n_sent == 3;
}

static bool is_one_lost(void)
{
	return mails_row(&it.mails).n_lost == 1;
}

static bool is_failing(void)
{
	return mails_row(&it.mails).error[0];
}

static void check_error(const char *part)
{
	ck_assert_msg(strstr(mails_row(&it.mails).error, part) != NULL, "%s",
		      mails_row(&it.mails).error);
}

/* ---- the tests ---- */

START_TEST(a_mail_arrives)
{
	begin();
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1); /* the process is not there yet */
	await(is_one_sent);
	ck_assert(has_heard(&it.smtp, "RCPT TO:<ops@example.net>"));
	ck_assert(has_heard(&it.smtp, "RCPT TO:<night@example.net>"));
	ck_assert(has_heard(&it.smtp, "\nSubject: [LVS_A] VRRP Instance VI_1 - Entering MASTER state\n"));
	ck_assert(has_heard(&it.smtp, "To: ops@example.net,\n \"Night\" <night@example.net>\n"));
	ck_assert(has_heard(&it.smtp, "\nCause:    no advertisement\n"));
	ck_assert(has_heard(&it.smtp, "\nMAIL FROM:<lvsd@"));
	ck_assert_str_eq(mails_row(&it.mails).error, "");
	ck_assert_str_eq(logged_take(), "");
	end();
}
END_TEST

START_TEST(mails_that_follow_share_a_connection)
{
	begin();
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	tell("VI_2");
	tell("VI_3");
	await(are_three_sent);
	ck_assert(has_heard(&it.smtp, "VI_3"));
	ck_assert_uint_lt(it.smtp.n_visits, 3);
	end();
}
END_TEST

/* A reload that names another server does not wait for the pause to end. */
START_TEST(a_dead_server_and_one_that_lives)
{
	begin();
	send_to(server_refusing());
	tell("VI_1");
	await(is_failing);
	check_error("no connection: Connection refused");
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1);
	ck_assert(logged_has("cannot be sent: no connection: Connection refused; 1 mail waits"));
	send_to(server_new_raw(serve_smtp, &it.smtp));
	await(is_one_sent);
	ck_assert(logged_has("is sent again"));
	ck_assert_str_eq(mails_row(&it.mails).error, "");
	end();
}
END_TEST

START_TEST(a_server_that_says_nothing)
{
	begin();
	it.conf.global.mail.timeout_s = 1;
	it.smtp.is_silent = true;
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	await(is_failing);
	check_error("no answer within smtp_connect_timeout (1 s)");
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1);
	end();
}
END_TEST

START_TEST(a_server_that_takes_no_connection)
{
	begin();
	it.conf.global.mail.timeout_s = 1;
	send_to(server_black_hole());
	tell("VI_1");
	await(is_failing);
	check_error("no answer within smtp_connect_timeout (1 s)");
	end();
}
END_TEST

START_TEST(a_name_that_does_not_resolve)
{
	begin();
	it.conf.global.mail.timeout_s = 1;
	it.conf.global.mail.server = "no-such-host.invalid";
	mails_configure(&it.mails, &it.conf);
	tell("VI_1");
	await(is_failing);
	/* Without a name server, nobody says that there is no such name. */
	ck_assert_msg(strstr(mails_row(&it.mails).error, "cannot be resolved") ||
			  strstr(mails_row(&it.mails).error, "no answer"),
		      "%s", mails_row(&it.mails).error);
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1);
	end();
}
END_TEST

START_TEST(a_refusal_is_final)
{
	begin();
	it.smtp.rcpt = "550 5.1.1 nobody of that name";
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	await(is_one_lost);
	check_error("it answers '550 5.1.1 nobody of that name'");
	ck_assert(logged_has("is lost: it answers '550 5.1.1 nobody of that name'"));
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 0);
	end();
}
END_TEST

START_TEST(not_now_is_not_final)
{
	begin();
	it.smtp.mail = "451 not now";
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	await(is_failing);
	check_error("it answers '451 not now'");
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1);
	end();
}
END_TEST

START_TEST(a_refusal_of_the_text_is_final)
{
	begin();
	it.smtp.data = "554 no such words";
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	await(is_one_lost);
	check_error("554 no such words");
	end();
}
END_TEST

START_TEST(one_wrong_recipient_costs_the_others_nothing)
{
	begin();
	it.smtp.rcpt = "550 nobody";
	it.smtp.wrong = "night";
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	await(is_one_sent);
	check_error("it did not take one of the recipients: '550 nobody'");
	ck_assert(has_heard(&it.smtp, "Subject:"));
	end();
}
END_TEST

/* ---- TLS ---- */

/* A key with a certificate for 127.0.0.1, which is written to the file ca. */
static SSL_CTX *tls_new(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *subject = X509_get_subject_name(certificate);
	X509_EXTENSION *name =
	    X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	FILE *file;
	int fd;

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"sink", -1, -1,
				   0);
	X509_set_issuer_name(certificate, subject);
	X509_set_pubkey(certificate, key);
	X509_add_ext(certificate, name, -1);
	ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
	ck_assert_int_eq(SSL_CTX_use_certificate(context, certificate), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(context, key), 1);
	strcpy(ca, "/tmp/test_mail_worker.XXXXXX");
	fd = mkstemp(ca);
	file = fdopen(fd, "w");
	PEM_write_X509(file, certificate);
	fclose(file);
	X509_EXTENSION_free(name);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return context;
}

/* Begins with a worker that trusts the certificate, and with a login. */
static void begin_tls_login(enum conf_mail_tls tls, bool is_trusted)
{
	SSL_CTX *context = tls_new();

	begin_trusting(is_trusted ? ca : NULL);
	it.smtp.tls = context;
	it.conf.global.mail.tls = (uint8_t)tls;
	it.conf.global.mail.user = "me";
	it.conf.global.mail.password = "secret";
	it.smtp.is_tls_at_once = tls == CONF_MAIL_TLS;
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
}

static void end_tls(void)
{
	unlink(ca);
	end();
	SSL_CTX_free(it.smtp.tls);
}

/* "\0me\0secret" in base64. */
#define LOGIN "AG1lAHNlY3JldA=="

START_TEST(a_login_behind_starttls)
{
	begin_tls_login(CONF_MAIL_STARTTLS, true);
	it.smtp.extension = "250-STARTTLS"; /* the server is visited later */
	await(is_one_sent);
	ck_assert(has_heard(&it.smtp, "STARTTLS\n"));
	ck_assert(has_heard(&it.smtp, LOGIN));
	ck_assert_ptr_null(strstr(logged_take(), "secret"));
	end_tls();
}
END_TEST

START_TEST(a_login_with_tls_from_the_first_byte)
{
	begin_tls_login(CONF_MAIL_TLS, true);
	await(is_one_sent);
	ck_assert(has_heard(&it.smtp, LOGIN));
	end_tls();
}
END_TEST

/* Neither the mail nor the password goes to somebody unknown, or over the wire in clear text. */
START_TEST(a_certificate_that_is_not_trusted)
{
	begin_tls_login(CONF_MAIL_TLS, false);
	await(is_failing);
	check_error("its certificate is not accepted");
	ck_assert(!has_heard(&it.smtp, "AUTH") && !has_heard(&it.smtp, "MAIL"));
	end_tls();
}
END_TEST

START_TEST(no_starttls_no_mail)
{
	begin_tls_login(CONF_MAIL_STARTTLS, true);
	await(is_failing);
	check_error("it offers no STARTTLS");
	ck_assert(!has_heard(&it.smtp, "AUTH") && !has_heard(&it.smtp, "MAIL"));
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1);
	end_tls();
}
END_TEST

/* ---- servers that send without end ---- */

#define ENDLESS "it sends without end"

/* Some versions of libcurl end it themselves, after 300 KiB of lines. */
static void check_endless(void)
{
	if (!strstr(mails_row(&it.mails).error, "Too large response headers"))
		check_error(ENDLESS);
}

START_TEST(an_answer_without_end)
{
	static const char *const commands[] = {"", "EHLO", "MAIL", "RCPT"};

	begin();
	it.smtp.flooded = commands[_i];
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	await(is_failing);
	check_endless();
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1);
	end();
}
END_TEST

START_TEST(an_answer_without_end_by_tls)
{
	static const char *const commands[] = {"", "EHLO", "AUTH"};

	begin_tls_login(CONF_MAIL_TLS, true);
	it.smtp.flooded = commands[_i]; /* the server is visited later */
	await(is_failing);
	check_endless();
	end_tls();
}
END_TEST

/* HelloRequest again and again: OpenSSL skips it. */
static void serve_tls_flood(int fd, const char *request, void *arg)
{
	char bytes[6000];

	(void)request;
	(void)arg;
	for (size_t i = 0; i < sizeof(bytes); i += 6)
		memcpy(bytes + i, "\x16\x03\x03\0\1\0", 6);
	while (write(fd, bytes, sizeof(bytes)) > 0)
		;
}

START_TEST(a_handshake_without_end)
{
	begin();
	it.conf.global.mail.tls = CONF_MAIL_TLS;
	send_to(server_new_raw(serve_tls_flood, NULL));
	tell("VI_1");
	await(is_failing);
	check_error(ENDLESS);
	end();
}
END_TEST

/* libcurl waits for this answer where it says QUIT. */
START_TEST(an_answer_to_quit_without_end)
{
	begin();
	it.smtp.flooded = "QUIT";
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_1");
	await(is_one_sent);
	end();
}
END_TEST

/* ---- processes that end ---- */

static bool is_next_process_there(void)
{
	return mails_row(&it.mails).n_lost == 1 && mails_row(&it.mails).is_running;
}

START_TEST(a_process_that_dies_is_replaced)
{
	begin();
	send_to(server_refusing());
	tell("VI_1");
	await(is_failing);
	mail_worker_free(it.worker);
	ck_assert(logged_has("1 mail is lost: the process that sends mail ends"));
	it.worker = mail_worker_new(it.loop, dup(it.end), NULL);
	await(is_next_process_there);
	ck_assert(logged_has("1 mail is lost: the process that sends mail has ended"));
	send_to(server_new_raw(serve_smtp, &it.smtp));
	tell("VI_2");
	await(is_one_sent);
	ck_assert(has_heard(&it.smtp, "VI_2"));
	end();
}
END_TEST

START_TEST(the_end_does_not_wait_for_a_dead_server)
{
	begin();
	send_to(server_refusing());
	tell("VI_1");
	await(is_failing);
	mails_stop(&it.mails);
	tell("VI_2"); /* what lvsd ends itself is no news */
	mail_worker_stop(it.worker);
	loop_timer_set(it.late, mono_add_ms(clock_mono(), PATIENCE_MS));
	loop_run(it.loop);
	loop_timer_set(it.late, MONO_NEVER);
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, 1);
	end();
}
END_TEST

/* The mails that wait while no process is there are bounded. */
START_TEST(mails_without_a_process_are_bounded)
{
	begin();
	mail_worker_free(it.worker);
	it.worker = NULL;
	send_to(server_refusing());
	for (int i = 0; i < MAILS_WAITING_MAX + 5; i++)
		tell("VI_1");
	ck_assert_uint_eq(mails_row(&it.mails).n_waiting, MAILS_WAITING_MAX);
	ck_assert_uint_eq(mails_row(&it.mails).n_lost, 5);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mail worker");
	TCase *tcase = tcase_create("mail worker");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 2 * PATIENCE_MS / 1000);
	tcase_add_test(tcase, a_mail_arrives);
	tcase_add_test(tcase, mails_that_follow_share_a_connection);
	tcase_add_test(tcase, a_dead_server_and_one_that_lives);
	tcase_add_test(tcase, a_server_that_says_nothing);
	tcase_add_test(tcase, a_server_that_takes_no_connection);
	tcase_add_test(tcase, a_name_that_does_not_resolve);
	tcase_add_test(tcase, a_refusal_is_final);
	tcase_add_test(tcase, not_now_is_not_final);
	tcase_add_test(tcase, a_refusal_of_the_text_is_final);
	tcase_add_test(tcase, one_wrong_recipient_costs_the_others_nothing);
	tcase_add_test(tcase, a_login_behind_starttls);
	tcase_add_test(tcase, a_login_with_tls_from_the_first_byte);
	tcase_add_test(tcase, a_certificate_that_is_not_trusted);
	tcase_add_test(tcase, no_starttls_no_mail);
	tcase_add_loop_test(tcase, an_answer_without_end, 0, 4);
	tcase_add_loop_test(tcase, an_answer_without_end_by_tls, 0, 3);
	tcase_add_test(tcase, a_handshake_without_end);
	tcase_add_test(tcase, an_answer_to_quit_without_end);
	tcase_add_test(tcase, a_process_that_dies_is_replaced);
	tcase_add_test(tcase, the_end_does_not_wait_for_a_dead_server);
	tcase_add_test(tcase, mails_without_a_process_are_bounded);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
