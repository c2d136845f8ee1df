/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mail about events: which events, what the mail says, its text for SMTP, the queue, the frames. */
#include "conf/text/mailbox.h"
#include "daemon/director/mail/alert.h"
#include "daemon/mail/message.h"
#include "daemon/mail/queue.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which events ---- */

enum { UNSET = CONF_ALERT_UNSET, OFF = CONF_ALERT_OFF, ON = CONF_ALERT_ON };

static struct conf_recipient somebody = {"ops@example.net"};

START_TEST(whose_smtp_alert_counts)
{
	static const struct {
		uint8_t own, vrrp, checker, all;
		bool role, service, server; /* whether there is mail */
	} rows[] = {
	    {UNSET, UNSET, UNSET, UNSET, false, false, true},
	    {UNSET, UNSET, UNSET, ON, true, true, true},
	    {UNSET, UNSET, UNSET, OFF, false, false, false},
	    {UNSET, ON, UNSET, UNSET, true, false, true},
	    {UNSET, OFF, UNSET, ON, false, true, true},
	    {UNSET, UNSET, ON, UNSET, false, true, true},
	    {UNSET, UNSET, OFF, ON, true, false, false},
	    {UNSET, ON, OFF, OFF, true, false, false},
	    {ON, UNSET, UNSET, UNSET, true, true, true},
	    {ON, OFF, OFF, OFF, true, true, true},
	    {OFF, ON, ON, ON, false, false, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct conf_mail mail = {.server = "mail",
					       .recipients = &somebody,
					       .n_recipients = 1,
					       .alert = rows[i].all,
					       .alert_vrrp = rows[i].vrrp,
					       .alert_checker = rows[i].checker};
		const bool wanted[] = {[ALERT_INSTANCE] = rows[i].role,
				       [ALERT_SYNC_GROUP] = rows[i].role,
				       [ALERT_SERVICE] = rows[i].service,
				       [ALERT_GUARD] = rows[i].server,
				       [ALERT_SERVER] = rows[i].server};

		for (int kind = ALERT_INSTANCE; kind <= ALERT_SERVER; kind++) {
			const struct alert alert = {.kind = (enum alert_kind)kind, .state = "UP"};

			ck_assert_msg(alert_is_wanted(&mail, &alert, rows[i].own) == wanted[kind],
				      "row %zu, kind %d", i, kind);
		}
	}
}
END_TEST

START_TEST(no_mail_of_faults_and_none_without_a_way)
{
	struct conf_mail mail = {.server = "mail",
				 .recipients = &somebody,
				 .n_recipients = 1,
				 .is_silent_about_faults = true};
	struct alert alert = {.kind = ALERT_INSTANCE, .state = "FAULT"};

	ck_assert(!alert_is_wanted(&mail, &alert, ON));
	alert.kind = ALERT_SYNC_GROUP;
	ck_assert(!alert_is_wanted(&mail, &alert, ON));
	alert.state = "MASTER";
	ck_assert(alert_is_wanted(&mail, &alert, ON));
	mail.server = "";
	ck_assert(!alert_is_wanted(&mail, &alert, ON));
	mail.server = "mail";
	mail.n_recipients = 0;
	ck_assert(!alert_is_wanted(&mail, &alert, ON));
}
END_TEST

/* ---- what it says: the subjects are those of keepalived 2.2.7, as it sent them ---- */

static void check_subject(const struct alert *alert, const char *wanted)
{
	char *subject = alert_subject(alert, "LVS_A");

	ck_assert_str_eq(subject, wanted);
	free(subject);
}

START_TEST(subjects_are_keepalived_s)
{
	check_subject(&(struct alert){.kind = ALERT_INSTANCE, .name = "VI_1", .state = "MASTER"},
		      "[LVS_A] VRRP Instance VI_1 - Entering MASTER state");
	check_subject(&(struct alert){.kind = ALERT_SYNC_GROUP, .name = "G", .state = "FAULT"},
		      "[LVS_A] VRRP Group G - Entering FAULT state");
	check_subject(&(struct alert){.kind = ALERT_SERVICE, .name = "[10.9.0.100]:tcp:80", .state = "UP"},
		      "[LVS_A] Virtualserver [10.9.0.100]:tcp:80 - UP");
	check_subject(&(struct alert){.kind = ALERT_SERVER,
				      .name = "[10.9.0.21]:tcp:80",
				      .service = "[10.9.0.100]:tcp:80",
				      .state = "DOWN"},
		      "[LVS_A] Realserver [10.9.0.21]:tcp:80 of virtual server [10.9.0.100]:tcp:80 - DOWN");
}
END_TEST

START_TEST(the_body_says_what_why_since_when_and_who)
{
	const struct alert alert = {.kind = ALERT_SERVER,
				    .name = "[10.9.0.21]:tcp:80",
				    .service = "[10.9.0.100]:tcp:80",
				    .state = "DOWN",
				    .cause = "TCP_CHECK: connection\r\n.\r\nrefused"};
	char *body = alert_body(&alert, "LVS_A", "vm", "2026-11-29T19:09:08.554Z");

	ck_assert_str_eq(body, "Real server [10.9.0.21]:tcp:80 of virtual server [10.9.0.100]:tcp:80 is "
			       "DOWN now.\n\n"
			       "Cause:    TCP_CHECK: connection??.??refused\n"
			       "Since:    2026-11-29T19:09:08.554Z\n"
			       "Director: LVS_A (vm)\n\n"
			       "`lvsctl status` on the director shows how it is now.\n");
	free(body);
	body = alert_body(&(struct alert){.kind = ALERT_SERVICE, .name = "FWM 7", .state = "DOWN", .cause = ""},
			  "vm", "vm", "now");
	ck_assert_msg(strstr(body, "Virtual server FWM 7 has lost its quorum.\n\nCause:    not known\n") &&
			  strstr(body, "Director: vm\n"),
		      "%s", body);
	free(body);
}
END_TEST

/* ---- addresses ---- */

START_TEST(forms_of_an_address)
{
	static const struct {
		const char *text, *name, *address; /* address NULL: it is none */
	} rows[] = {
	    {"ops@example.net", "", "ops@example.net"},
	    {"root", "", "root"},
	    {"<ops@example.net>", "", "ops@example.net"},
	    {"Ops Team <ops@example.net>", "Ops Team", "ops@example.net"},
	    {"\"Ops\" <ops@example.net>", "Ops", "ops@example.net"},
	    {"", NULL, NULL},
	    {"<>", NULL, NULL},
	    {"two words", NULL, NULL},
	    {"a@b, c@d", NULL, NULL},
	    {"Ops <ops@example.net", NULL, NULL},
	    {"a@b> RCPT TO:<c@d", NULL, NULL},
	    {"a@b\r\nDATA", NULL, NULL},
	    {"t\xc3\xa9@example.net", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mailbox mailbox;
		bool is_one = mailbox_read(rows[i].text, &mailbox);

		ck_assert_msg(is_one == (rows[i].address != NULL), "%s", rows[i].text);
		if (!is_one)
			continue;
		ck_assert_uint_eq(mailbox.name_len, strlen(rows[i].name));
		ck_assert_mem_eq(mailbox.name, rows[i].name, mailbox.name_len);
		ck_assert_uint_eq(mailbox.address_len, strlen(rows[i].address));
		ck_assert_mem_eq(mailbox.address, rows[i].address, mailbox.address_len);
	}
	ck_assert(mailbox_is_host("mail.example.net") && mailbox_is_host("fe80::1%eth0"));
	ck_assert(!mailbox_is_host("") && !mailbox_is_host("a@b") && !mailbox_is_host("a/b") &&
		  !mailbox_is_host("-x") && !mailbox_is_host("a b"));
}
END_TEST

/* ---- the text for SMTP ---- */

static const char *recipients[] = {"ops@example.net", ("T\xc3\xa9" "am <night@example.net>"), "A \"B\" <c@d>"};
static struct mail_settings settings = {.server = "mail.example.net",
					.port = 25,
					.helo = "lvs1",
					.timeout_s = 30,
					.tls = CONF_MAIL_STARTTLS,
					.user = "me",
					.password = "secret",
					.from = "lvs1@example.net",
					.recipients = recipients,
					.n_recipients = 3};
static const struct message_origin origin = {.utc_offset_s = 19800, .host = "vm", .pid = 7};

#define NOON_US (INT64_C(1795953600) * 1000000) /* 2026-11-29T12:00:00Z */

static char *text_of(const char *subject, const char *body)
{
	const struct mail mail = {NOON_US, 3, subject, body};

	return message_text(&settings, &mail, &origin);
}

/* A body that a director in foreign hands has sent. */
START_TEST(the_last_line_has_an_end)
{
	char *text = text_of("x", "no end"), *quoted = text_of("x", "kein Ende: \xc3\xa4");

	ck_assert_ptr_nonnull(strstr(text, "\r\n\r\nno end\r\n"));
	ck_assert_str_eq(quoted + strlen(quoted) - 8, "=C3=A4\r\n");
	free(quoted);
	free(text);
}
END_TEST

START_TEST(a_message)
{
	char *text = text_of("[LVS_A] VRRP Instance VI_1 - Entering MASTER state", "One.\nTwo.\n");

	ck_assert_str_eq(text, "Date: Sun, 29 Nov 2026 17:30:00 +0530\r\n"
			       "From: lvs1@example.net\r\n"
			       "Subject: [LVS_A] VRRP Instance VI_1 - Entering MASTER state\r\n"
			       "X-Mailer: lvsd\r\n"
			       "To: ops@example.net,\r\n"
			       " =?UTF-8?B?VMOpYW0=?= <night@example.net>,\r\n"
			       " \"A \\\"B\" <c@d>\r\n"
			       "Message-ID: <1795953600000000.7.3@vm>\r\n"
			       "Auto-Submitted: auto-generated\r\n"
			       "MIME-Version: 1.0\r\n"
			       "Content-Type: text/plain; charset=utf-8\r\n"
			       "Content-Transfer-Encoding: 7bit\r\n"
			       "\r\n"
			       "One.\r\nTwo.\r\n");
	free(text);
}
END_TEST

/* Whatever the words are, each line that they begin is a continuation. */
START_TEST(no_word_begins_a_header)
{
	char *text = text_of("VI\r\nBcc: evil@example.net\r\n\r\nbody", "x\n");

	ck_assert_ptr_null(strstr(text, "\nBcc"));
	ck_assert_ptr_nonnull(strstr(text, "Subject: =?UTF-8?B?"));
	free(text);
}
END_TEST

START_TEST(other_characters_are_encoded)
{
	char long_name[400], *text, *line;

	memset(long_name, 0, sizeof(long_name));
	for (size_t i = 0; i + 2 < sizeof(long_name); i += 2)
		memcpy(long_name + i, "\xc3\xa4", 2);
	text = text_of(long_name, "Gr\xc3\xbc\xc3\x9f" "e = 1 \nend\n");
	ck_assert_ptr_nonnull(strstr(text, "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
					   "Gr=C3=BC=C3=9Fe =3D 1=20\r\nend\r\n"));
	for (line = text; *line; line = strstr(line, "\r\n") + 2) {
		ck_assert_uint_lt((size_t)(strstr(line, "\r\n") - line), 100);
		for (const char *c = line; *c != '\r'; c++)
			ck_assert(*c >= ' ' && *c <= '~');
	}
	free(text);
	memset(long_name, 'x', sizeof(long_name) - 1);
	text = mem_printf("%s%s%s\n", long_name, long_name, long_name);
	line = text_of("s", text);
	free(text);
	ck_assert_ptr_nonnull(strstr(line, "xxx=\r\nxxx"));
	free(line);
}
END_TEST

/* ---- the queue ---- */

static struct mono at(int64_t s)
{
	return (struct mono){s * NS_PER_S};
}

static size_t add(struct mail_queue *queue, const char *subject, int64_t s)
{
	const struct mail mail = {.subject = subject, .body = ""};

	return queue_add(queue, &mail, at(s));
}

START_TEST(one_at_a_time_in_order)
{
	struct mail_queue queue = {0};

	add(&queue, "a", 1);
	add(&queue, "b", 1);
	ck_assert_str_eq(queue_begin(&queue, at(1))->subject, "a");
	ck_assert_ptr_null(queue_begin(&queue, at(1)));
	ck_assert(mono_is_never(queue_next(&queue)));
	queue_end(&queue, QUEUE_SENT, at(2));
	ck_assert_str_eq(queue_begin(&queue, at(2))->subject, "b");
	queue_end(&queue, QUEUE_REFUSED, at(2));
	ck_assert_ptr_null(queue_begin(&queue, at(2)));
	ck_assert(mono_is_never(queue_next(&queue)));
	ck_assert(queue.n_sent == 1 && queue.n_lost == 1 && !queue.bytes);
	queue_free(&queue);
}
END_TEST

START_TEST(pauses_grow_and_end)
{
	struct mail_queue queue = {0};
	int64_t now = 10;

	add(&queue, "a", now);
	for (int64_t pause = 5; pause < 1000; pause *= 2) {
		int64_t wanted = pause > 300 ? 300 : pause;

		ck_assert_ptr_nonnull(queue_begin(&queue, at(now)));
		queue_end(&queue, QUEUE_LATER, at(now));
		ck_assert_int_eq(queue_next(&queue).ns, at(now + wanted).ns);
		ck_assert_ptr_null(queue_begin(&queue, at(now + wanted - 1)));
		now += wanted;
	}
	queue_retry(&queue); /* new settings */
	ck_assert_ptr_nonnull(queue_begin(&queue, at(now)));
	queue_end(&queue, QUEUE_LATER, at(now));
	ck_assert_int_eq(queue_next(&queue).ns, at(now + 5).ns);
	queue_free(&queue);
}
END_TEST

START_TEST(an_hour_is_the_end)
{
	struct mail_queue queue = {0};

	add(&queue, "a", 0);
	add(&queue, "b", 100);
	ck_assert_uint_eq(queue_expire(&queue, at(3599)), 0);
	queue_begin(&queue, at(3599));
	ck_assert_uint_eq(queue_expire(&queue, at(3600)), 0); /* it is being sent */
	queue_end(&queue, QUEUE_LATER, at(3600));
	ck_assert_int_eq(queue_next(&queue).ns, at(3600).ns);
	ck_assert_uint_eq(queue_expire(&queue, at(3600)), 1);
	ck_assert_uint_eq(queue_expire(&queue, at(3700)), 1);
	ck_assert_uint_eq(queue.n_lost, 2);
	queue_free(&queue);
}
END_TEST

START_TEST(the_oldest_make_room)
{
	struct mail_queue queue = {0};
	char subject[16], *large = mem_calloc(1, QUEUE_BYTES_MAX / 2 + 1);

	add(&queue, "first", 1);
	queue_begin(&queue, at(1));
	for (int i = 1; i < QUEUE_MAX; i++) {
		snprintf(subject, sizeof(subject), "%d", i);
		ck_assert_uint_eq(add(&queue, subject, 1), 0);
	}
	ck_assert_uint_eq(add(&queue, "last", 1), 1);
	ck_assert_uint_eq(queue.items.n, QUEUE_MAX);
	/* The one that is being sent stays; the oldest of the others went. */
	ck_assert_str_eq(queue.items.items[0].mail.subject, "first");
	ck_assert_str_eq(queue.items.items[1].mail.subject, "2");
	memset(large, 'x', QUEUE_BYTES_MAX / 2);
	add(&queue, large, 1);
	add(&queue, large, 1);
	ck_assert_uint_le(queue.bytes, QUEUE_BYTES_MAX);
	ck_assert_uint_eq(queue.items.n, 2);
	ck_assert_uint_eq(queue.n_lost, QUEUE_MAX + 1);
	queue_free(&queue);
	free(large);
}
END_TEST

/* ---- frames ---- */

static uint8_t frame[MAIL_SETTINGS_MAX];

START_TEST(settings_cross)
{
	struct arena *arena = arena_new();
	size_t len = mail_settings_encode(&settings, frame, sizeof(frame));
	struct mail_settings back;

	ck_assert_int_eq(mail_settings_decode(frame, len, arena, &back), 0);
	ck_assert_str_eq(back.server, settings.server);
	ck_assert_str_eq(back.password, settings.password);
	ck_assert_str_eq(back.recipients[2], recipients[2]);
	ck_assert(back.port == 25 && back.timeout_s == 30 && back.tls == CONF_MAIL_STARTTLS &&
		  back.n_recipients == 3);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(mail_settings_decode(frame, i, arena, &back), -EBADMSG);
	ck_assert_int_eq(mail_settings_decode(frame, len + 1, arena, &back), -EBADMSG);
	arena_free(arena);
}
END_TEST

static int settings_code(const struct mail_settings *wrong)
{
	struct arena *arena = arena_new();
	struct mail_settings back;
	size_t len = mail_settings_encode(wrong, frame, sizeof(frame));
	int code = mail_settings_decode(frame, len, arena, &back);

	arena_free(arena);
	return code;
}

START_TEST(settings_that_are_refused)
{
	const char *injected[] = {"a@b>\r\nRCPT TO:<c@d"};
	struct mail_settings wrong = settings;

	ck_assert_int_eq(settings_code(&wrong), 0);
	wrong.helo = "lvs1\r\nMAIL FROM:<x>";
	ck_assert_int_eq(settings_code(&wrong), -EBADMSG);
	wrong = settings;
	wrong.server = "mail/../x";
	ck_assert_int_eq(settings_code(&wrong), -EBADMSG);
	wrong = settings;
	wrong.from = "two words";
	ck_assert_int_eq(settings_code(&wrong), -EBADMSG);
	wrong = settings;
	wrong.recipients = injected;
	wrong.n_recipients = 1;
	ck_assert_int_eq(settings_code(&wrong), -EBADMSG);
	wrong.n_recipients = 0;
	ck_assert_int_eq(settings_code(&wrong), -EBADMSG);
	wrong = settings;
	wrong.timeout_s = 0;
	ck_assert_int_eq(settings_code(&wrong), -EBADMSG);
}
END_TEST

static int mail_code(const struct mail *mail)
{
	struct arena *arena = arena_new();
	struct mail back;
	size_t len = mail_encode(mail, frame, sizeof(frame));
	int code = len ? mail_decode(frame, len, arena, &back) : -E2BIG;

	if (code == 0 && (strcmp(back.subject, mail->subject) || strcmp(back.body, mail->body) ||
			  back.wall_us != mail->wall_us))
		code = -EINVAL;
	arena_free(arena);
	return code;
}

START_TEST(mails_and_states_cross)
{
	char long_text[MAIL_BODY_MAX + 1] = "";
	struct mail_state state = {3, 2, 1, "no connection"}, back;
	size_t len;

	ck_assert_int_eq(mail_code(&(struct mail){NOON_US, 0, "s", "a\nb\n"}), 0);
	ck_assert_int_eq(mail_code(&(struct mail){NOON_US, 0, "s\nt", "a\n"}), -EBADMSG);
	ck_assert_int_eq(mail_code(&(struct mail){NOON_US, 0, "s", "a\r\n.\r\n"}), -EBADMSG);
	ck_assert_int_eq(mail_code(&(struct mail){-1, 0, "s", "a"}), -EBADMSG);
	ck_assert_int_eq(mail_code(&(struct mail){INT64_MAX, 0, "s", "a"}), -EBADMSG);
	memset(long_text, 'x', MAIL_BODY_MAX);
	ck_assert_int_eq(mail_code(&(struct mail){NOON_US, 0, "s", long_text}), -EBADMSG);
	len = mail_state_encode(&state, frame, sizeof(frame));
	ck_assert_int_eq(mail_state_decode(frame, len, &back), 0);
	ck_assert_mem_eq(&back, &state, sizeof(state));
	frame[len - 1] = '\n';
	ck_assert_int_eq(mail_state_decode(frame, len, &back), -EBADMSG);
	ck_assert_int_eq(mail_state_decode(frame, 19, &back), -EBADMSG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mail");
	TCase *tcase = tcase_create("mail");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, whose_smtp_alert_counts);
	tcase_add_test(tcase, no_mail_of_faults_and_none_without_a_way);
	tcase_add_test(tcase, subjects_are_keepalived_s);
	tcase_add_test(tcase, the_body_says_what_why_since_when_and_who);
	tcase_add_test(tcase, forms_of_an_address);
	tcase_add_test(tcase, a_message);
	tcase_add_test(tcase, the_last_line_has_an_end);
	tcase_add_test(tcase, no_word_begins_a_header);
	tcase_add_test(tcase, other_characters_are_encoded);
	tcase_add_test(tcase, one_at_a_time_in_order);
	tcase_add_test(tcase, pauses_grow_and_end);
	tcase_add_test(tcase, an_hour_is_the_end);
	tcase_add_test(tcase, the_oldest_make_room);
	tcase_add_test(tcase, settings_cross);
	tcase_add_test(tcase, settings_that_are_refused);
	tcase_add_test(tcase, mails_and_states_cross);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
