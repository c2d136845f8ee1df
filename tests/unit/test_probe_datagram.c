/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP_CHECK and DNS_CHECK: the pure rules, and probes by a real check process. */
#include "healthcheck/datagram.h"
#include "tests/unit/test_probe_rig.h"

#include <check.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define SEED 0xabcdef0123456789

static struct conf_check udp_check(struct endpoint target)
{
	return (struct conf_check){.type = CONF_CHECK_UDP,
				   .ordinal = 1,
				   .target = target,
				   .payload = "",
				   .reply = "",
				   .reply_max = 255,
				   .connect_timeout_us = PROBE_PATIENCE_US};
}

static struct conf_check dns_check(struct endpoint target)
{
	struct conf_check check = udp_check(target);

	check.type = CONF_CHECK_DNS;
	check.dns_type = 6;
	check.dns_name = "example.org";
	return check;
}

START_TEST(a_payload_is_sent_as_it_is_written)
{
	static uint8_t bytes[DATAGRAM_MAX], again[DATAGRAM_MAX];
	struct conf_check check = udp_check((struct endpoint){0});

	check.payload = "00fF4b";
	ck_assert_uint_eq(datagram_udp.compose(&check, SEED, bytes), 3);
	ck_assert_int_eq(memcmp(bytes, "\x00\xff\x4b", 3), 0);
	check.payload = "";
	ck_assert_uint_eq(datagram_udp.compose(&check, SEED, bytes), DATAGRAM_RANDOM_BYTES);
	ck_assert_uint_eq(datagram_udp.compose(&check, SEED + 1, again), DATAGRAM_RANDOM_BYTES);
	ck_assert_int_ne(memcmp(bytes, again, DATAGRAM_RANDOM_BYTES), 0);
}
END_TEST

static const struct {
	const char *pattern;
	uint32_t min, max;
	const char *reply;
	size_t len;
	enum datagram_verdict verdict;
	const char *reason;
} replies[] = {
    {"4f4b", 0, 255, "OK", 2, DATAGRAM_GOOD, "reply of 2 bytes"},
    {"4f4b", 0, 255, "OK, and more", 12, DATAGRAM_GOOD, "reply of 12 bytes"},
    {"4f4b", 0, 255, "O", 1, DATAGRAM_BAD, "reply of 1 byte, wanted 2 to 255"},
    {"4f4b", 0, 255, "", 0, DATAGRAM_BAD, "reply of 0 bytes, wanted 2 to 255"},
    {"4f4b", 0, 255, "ON", 2, DATAGRAM_BAD, "byte 2 of the reply is 4e, wanted 4b"},
    {"XXx0", 0, 255, "\xff\x70", 2, DATAGRAM_GOOD, "reply of 2 bytes"},
    {"xX7X", 0, 255, "\xff\x80", 2, DATAGRAM_BAD, "byte 2 of the reply is 80, wanted 7X"},
    {"*", 0, 65535, "", 0, DATAGRAM_GOOD, "reply of 0 bytes"},
    {"*", 3, 65535, "ab", 2, DATAGRAM_BAD, "reply of 2 bytes, wanted 3 to 65535"},
    {"*", 0, 1, "ab", 2, DATAGRAM_BAD, "reply of 2 bytes, wanted 0 to 1"},
    {"", 3, 1, "ab", 2, DATAGRAM_GOOD, "reply of 2 bytes"},
};

START_TEST(a_reply_of_udp_is_judged)
{
	struct conf_check check = udp_check((struct endpoint){0});
	char reason[PROBE_REASON_MAX];

	check.reply = replies[_i].pattern;
	check.reply_min = replies[_i].min;
	check.reply_max = replies[_i].max;
	ck_assert_int_eq(datagram_udp.judge(&check, SEED, (const uint8_t *)replies[_i].reply,
					    replies[_i].len, reason),
			 replies[_i].verdict);
	ck_assert_str_eq(reason, replies[_i].reason);
}
END_TEST

START_TEST(a_question_of_dns_is_that_of_rfc_1035)
{
	static const uint8_t want[] = {0x67, 0x89, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 'e', 'x', 'a',
				       'm',  'p',  'l', 'e', 3, 'o', 'r', 'g', 0, 0, 6, 0, 1};
	static uint8_t bytes[DATAGRAM_MAX];
	struct conf_check check = dns_check((struct endpoint){0});

	ck_assert_uint_eq(datagram_dns.compose(&check, SEED, bytes), sizeof(want));
	ck_assert_int_eq(memcmp(bytes, want, sizeof(want)), 0);
	check.dns_name = ".";
	ck_assert_uint_eq(datagram_dns.compose(&check, SEED, bytes), 12 + 1 + 4);
}
END_TEST

START_TEST(an_answer_of_dns_is_judged)
{
	static const struct {
		uint8_t bytes[30];
		size_t len;
		enum datagram_verdict verdict;
		const char *reason;
	} rows[] = {
	    {{0x67, 0x89, 0x80, 0,	 0,   1,   0, 0, 0,   0,   0,	0, 7, 'e', 'x',
	      'a',  'm',  'p',	'l', 'e', 3,   'o', 'r', 'g', 0, 0, 6,   0, 1},
	     29,
	     DATAGRAM_GOOD,
	     "DNS answer NOERROR"},
	    {{0x67, 0x89, 0x80, 0}, 12, DATAGRAM_BAD, "the DNS answer is none: it does not repeat the question"},
	    {{0x67, 0x89, 0x80, 0}, 11, DATAGRAM_FOREIGN, ""},
	    {{0x67, 0x88, 0x80, 0}, 12, DATAGRAM_FOREIGN, ""},
	    {{0x67, 0x89, 0x00, 0}, 12, DATAGRAM_FOREIGN, ""}, /* a question */
	    {{0x67, 0x89, 0x81, 0x83}, 12, DATAGRAM_BAD, "DNS answer NXDOMAIN"},
	    {{0x67, 0x89, 0x81, 0x82}, 14, DATAGRAM_BAD, "DNS answer SERVFAIL"},
	    {{0x67, 0x89, 0x81, 0x8f}, 12, DATAGRAM_BAD, "DNS answer with RCODE 15"},
	};
	struct conf_check check = dns_check((struct endpoint){0});

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char reason[PROBE_REASON_MAX] = "";

		ck_assert_int_eq(
		    datagram_dns.judge(&check, SEED, rows[i].bytes, rows[i].len, reason),
		    rows[i].verdict);
		ck_assert_str_eq(reason, rows[i].reason);
	}
}
END_TEST

/* What a server of datagrams sends back; len 0: it sends nothing. */
struct parrot {
	const char *reply;
	size_t len;
	bool keeps_id;       /* the first two bytes of the reply are those of the question */
	unsigned n_foreign;  /* that many other datagrams come before the reply */
	const struct rig *starved; /* the check process stands still from the question on, for STARVED_US */
	int fd;
	char answer[2048];
	struct sockaddr_storage peer;
	socklen_t peer_len;
};

/* Longer than LATE_US, the timeout of the probe. */
#define STARVED_US 300000
#define LATE_US	   100000

static void parrot_answer(void *arg)
{
	struct parrot *parrot = arg;

	if (parrot->len)
		sendto(parrot->fd, parrot->answer, parrot->len, 0, (struct sockaddr *)&parrot->peer,
		       parrot->peer_len);
}

static void *parrot_main(void *arg)
{
	struct parrot *parrot = arg;
	char question[2048];

	parrot->peer_len = sizeof(parrot->peer);
	while (recvfrom(parrot->fd, question, sizeof(question), 0, (struct sockaddr *)&parrot->peer,
			&parrot->peer_len) > 0) {
		if (parrot->len)
			memcpy(parrot->answer, parrot->reply, parrot->len);
		for (unsigned i = 0; i < parrot->n_foreign; i++)
			sendto(parrot->fd, "foreign", 7, 0, (struct sockaddr *)&parrot->peer,
			       parrot->peer_len);
		if (parrot->keeps_id)
			memcpy(parrot->answer, question, 2);
		if (parrot->starved)
			rig_starve(parrot->starved, parrot_answer, parrot, STARVED_US);
		else
			parrot_answer(parrot);
	}
	return NULL;
}

/* Starts a server, which runs until the process ends. */
static struct endpoint parrot_new(struct parrot *parrot)
{
	struct endpoint ep = {.addr.family = AF_INET};
	struct sockaddr_storage sa;
	socklen_t len;
	pthread_t thread;

	addr_parse("127.0.0.1", &ep.addr);
	parrot->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	len = endpoint_to_sockaddr(&ep, 0, &sa);
	ck_assert_int_eq(bind(parrot->fd, (struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(getsockname(parrot->fd, (struct sockaddr *)&sa, &len), 0);
	endpoint_from_sockaddr((struct sockaddr *)&sa, &ep);
	ck_assert_int_eq(pthread_create(&thread, NULL, parrot_main, parrot), 0);
	pthread_detach(thread);
	return ep;
}

/* A port of UDP where nothing listens. */
static struct endpoint nobody(void)
{
	static struct parrot parrot;
	struct endpoint ep = {.addr.family = AF_INET};
	struct sockaddr_storage sa;
	socklen_t len;

	addr_parse("127.0.0.1", &ep.addr);
	parrot.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	len = endpoint_to_sockaddr(&ep, 0, &sa);
	ck_assert_int_eq(bind(parrot.fd, (struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(getsockname(parrot.fd, (struct sockaddr *)&sa, &len), 0);
	endpoint_from_sockaddr((struct sockaddr *)&sa, &ep);
	close(parrot.fd);
	return ep;
}

static void expect(struct rig *rig, const struct conf_check *check, enum probe_outcome outcome,
		   bool is_answered, const char *reason)
{
	struct probe_result result = rig_probe(rig, check);

	ck_assert_str_eq(result.reason, reason);
	ck_assert_int_eq(result.outcome, outcome);
	ck_assert_int_eq(result.is_answered, is_answered);
}

START_TEST(udp_is_probed)
{
	static struct parrot ok = {.reply = "OK!", .len = 3}, silent;
	struct rig *rig = rig_new(0);
	struct conf_check check = udp_check(parrot_new(&ok));
	struct conf_check lost = udp_check(parrot_new(&silent));
	struct conf_check refused = udp_check(nobody());

	expect(rig, &check, PROBE_OK, true, "reply of 3 bytes");
	check.reply = "4f4bxx";
	expect(rig, &check, PROBE_OK, true, "reply of 3 bytes");
	check.reply = "4f4c";
	expect(rig, &check, PROBE_FAIL, true, "byte 2 of the reply is 4b, wanted 4c");
	lost.connect_timeout_us = 200000;
	expect(rig, &lost, PROBE_OK, false, "datagram not refused");
	lost.reply = "*";
	expect(rig, &lost, PROBE_FAIL, false, "no reply within 0.200 s");
	expect(rig, &refused, PROBE_FAIL, true, "the server says that nothing listens on the port");
	refused.reply = "*";
	expect(rig, &refused, PROBE_FAIL, true, "the server says that nothing listens on the port");
	addr_parse("192.0.2.1", &refused.bind.addr);
	expect(rig, &refused, PROBE_NONE, false,
	       "no verdict: the source address 192.0.2.1 is not on this machine");
	rig_free(rig);
}
END_TEST

/* The answer to dns_check(), without a record; the identifier is put there. */
#define DNS_GOOD "??\x80\0\0\1\0\0\0\0\0\0\7" "example\3org\0\0\6\0\1"

START_TEST(dns_is_probed)
{
	static struct parrot good = {.reply = DNS_GOOD, .len = sizeof(DNS_GOOD) - 1, .keeps_id = true},
			     refusing = {.reply = "??\x80\5\0\0\0\0\0\0\0\0",
					 .len = 12,
					 .keeps_id = true},
			     forged = {.reply = "\0\0\x80\0\0\0\0\0\0\0\0\0", .len = 12},
			     flood = {.reply = DNS_GOOD,
				      .len = sizeof(DNS_GOOD) - 1,
				      .keeps_id = true,
				      .n_foreign = 100};
	struct rig *rig = rig_new(0);
	struct conf_check check = dns_check(parrot_new(&good));

	expect(rig, &check, PROBE_OK, true, "DNS answer NOERROR");
	check.target = parrot_new(&refusing);
	expect(rig, &check, PROBE_FAIL, true, "DNS answer REFUSED");
	check.target = parrot_new(&flood);
	expect(rig, &check, PROBE_OK, true, "DNS answer NOERROR");
	check.target = parrot_new(&forged);
	check.connect_timeout_us = 200000;
	expect(rig, &check, PROBE_FAIL, false, "no reply within 0.200 s");
	rig_free(rig);
}
END_TEST

/* The reply came in time, and the process was not there to read it. */
START_TEST(a_reply_that_waits_is_read_after_the_timeout)
{
	static struct parrot parrot = {.reply = DNS_GOOD, .len = sizeof(DNS_GOOD) - 1, .keeps_id = true};
	struct rig *rig = rig_new(0);
	struct conf_check check = dns_check(parrot_new(&parrot));

	parrot.starved = rig;
	check.connect_timeout_us = LATE_US;
	expect(rig, &check, PROBE_OK, true, "DNS answer NOERROR");
	parrot.len = 0;
	expect(rig, &check, PROBE_FAIL, false, "no reply within 0.100 s");
	rig_free(rig);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("datagram");
	TCase *tcase = tcase_create("datagram");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_payload_is_sent_as_it_is_written);
	tcase_add_loop_test(tcase, a_reply_of_udp_is_judged, 0, sizeof(replies) / sizeof(replies[0]));
	tcase_add_test(tcase, a_question_of_dns_is_that_of_rfc_1035);
	tcase_add_test(tcase, an_answer_of_dns_is_judged);
	tcase_add_test(tcase, udp_is_probed);
	tcase_add_test(tcase, dns_is_probed);
	tcase_add_test(tcase, a_reply_that_waits_is_read_after_the_timeout);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
