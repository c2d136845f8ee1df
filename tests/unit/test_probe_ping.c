/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PING_CHECK: the pure rules, and pings by a real check process in a network of the test's own. */
#include "base/clock.h"
#include "healthcheck/probes/ping_packet.h"
#include "healthcheck/talk/sockets.h"
#include "tests/unit/own_net.h"
#include "tests/unit/test_probe_rig.h"

#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEED UINT64_C(0xfeedfacecafe)

/* --- the rules --- */

static uint16_t sum_of(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* What a raw socket gives when the request is answered; returns the length. */
static size_t reply_make(uint16_t family, size_t header, uint8_t *packet)
{
	memset(packet, 0, header);
	if (family == AF_INET)
		packet[0] = (uint8_t)(0x40 | header / 4);
	ping_compose(family, SEED, packet + header);
	packet[header] = family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;
	packet[header + 2] ^= 0x55; /* the checksum is another one */
	return header + PING_LEN;
}

START_TEST(only_the_reply_to_the_request_counts)
{
	static const struct {
		uint16_t family;
		size_t header;
	} rows[] = {{AF_INET, 20}, {AF_INET, 60}, {AF_INET6, 0}};

	for (size_t i = 0; i < 3; i++) {
		uint8_t packet[60 + PING_LEN + 1] = {0};
		uint16_t family = rows[i].family;
		size_t header = rows[i].header, len = reply_make(family, header, packet);

		ck_assert(ping_is_reply(family, SEED, packet, len));
		ck_assert(!ping_is_reply(family, SEED + 1, packet, len));
		ck_assert(!ping_is_reply(family, SEED, packet, len + 1));
		for (size_t cut = 0; cut < len; cut++)
			ck_assert(!ping_is_reply(family, SEED, packet, cut));
		/* Each byte of the message counts, but those of the checksum. */
		for (size_t at = header; at < len; at++) {
			packet[at] ^= 1;
			ck_assert(ping_is_reply(family, SEED, packet, len) ==
				  (at == header + 2 || at == header + 3));
			packet[at] ^= 1;
		}
		/* The request itself, which comes to a machine that pings itself. */
		ping_compose(family, SEED, packet + header);
		ck_assert(!ping_is_reply(family, SEED, packet, len));
	}
}
END_TEST

START_TEST(an_error_must_quote_the_request)
{
	for (int i = 0; i < 2; i++) {
		uint16_t family = i ? AF_INET6 : AF_INET;
		uint8_t bytes[PING_LEN];

		ping_compose(family, SEED, bytes);
		ck_assert(ping_is_quoted(family, SEED, bytes, PING_LEN));
		ck_assert(ping_is_quoted(family, SEED, bytes, 8));
		ck_assert(!ping_is_quoted(family, SEED, bytes, 7));
		ck_assert(!ping_is_quoted(family, SEED, bytes, 0));
		ck_assert(!ping_is_quoted(family, SEED + 1, bytes, 8));
		bytes[PING_LEN - 1] ^= 1;
		ck_assert(!ping_is_quoted(family, SEED, bytes, PING_LEN));
		ck_assert(ping_is_quoted(family, SEED, bytes, PING_LEN - 1));
	}
}
END_TEST

/* RFC 1071: the sum over all words with the checksum is 0xffff. */
START_TEST(the_checksum_is_right)
{
	for (uint64_t seed = 1; seed < 1000; seed++) {
		uint8_t bytes[PING_LEN];

		ping_compose(AF_INET, seed, bytes);
		ck_assert_uint_eq(sum_of(bytes, PING_LEN), 0xffff);
	}
}
END_TEST

START_TEST(errors_are_named)
{
	static const struct {
		uint16_t family;
		uint8_t type, code;
		const char *text;
	} rows[] = {
	    {AF_INET, 3, 1, "host unreachable"},
	    {AF_INET, 3, 15, "precedence cutoff"},
	    {AF_INET, 3, 16, "ICMP type 3, code 16"},
	    {AF_INET, 11, 0, "time to live exceeded"},
	    {AF_INET, 12, 255, "parameter problem"},
	    {AF_INET, 255, 255, "ICMP type 255, code 255"},
	    {AF_INET6, 1, 3, "address unreachable"},
	    {AF_INET6, 1, 7, "ICMP type 1, code 7"},
	    {AF_INET6, 2, 0, "packet too big"},
	    {AF_INET6, 3, 0, "time to live exceeded"},
	    {AF_INET6, 4, 1, "parameter problem"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[PING_ERROR_MAX];

		ck_assert_str_eq(ping_error_describe(rows[i].family, rows[i].type, rows[i].code, text),
				 rows[i].text);
	}
}
END_TEST

/* --- real pings --- */

static struct conf_check spec;

static void open_socket(struct rig *rig, check_id id)
{
	const struct check_socket kind = check_socket_of(&spec);
	uint8_t body[CHECK_SOCKET_LEN];
	int fd = socket(kind.family, kind.type | SOCK_NONBLOCK, kind.protocol);

	ck_assert_int_ge(fd, 0);
	check_socket_encode(id, 0, body);
	ck_assert_int_eq(chan_send_fd(rig->chan, CHECK_FRAME_SOCKET, body, sizeof(body), fd), 0);
	close(fd);
}

static struct rig *rig_begin(void)
{
	struct rig *rig;

	own_net_run("ip link set lo up");
	rig = rig_new(0);
	rig->on_want = open_socket;
	return rig;
}

static struct probe_result ping_with(struct rig *rig, const char *target, uint64_t timeout_us)
{
	spec.type = CONF_CHECK_PING;
	spec.ordinal = 1;
	spec.connect_timeout_us = timeout_us;
	spec.target = (struct endpoint){0};
	ck_assert_int_eq(addr_parse(target, &spec.target.addr), 0);
	return rig_probe(rig, &spec);
}

static struct probe_result ping(struct rig *rig, const char *target)
{
	return ping_with(rig, target, PROBE_PATIENCE_US);
}

static void ignore_pings(const char *text)
{
	int fd = open("/proc/sys/net/ipv4/icmp_echo_ignore_all", O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, 1), 1);
	close(fd);
}

START_TEST(a_machine_that_answers_is_up)
{
	static const char *const targets[] = {"127.0.0.1", "::1"};
	struct rig *rig = rig_begin();

	for (size_t i = 0; i < 2; i++)
		for (int again = 0; again < 3; again++) {
			struct probe_result result = ping(rig, targets[i]);

			ck_assert_str_eq(result.reason, "echo reply");
			ck_assert_int_eq(result.outcome, PROBE_OK);
			ck_assert(result.is_answered);
		}
	ck_assert_uint_eq(rig->n_wanted, 6);
	rig_free(rig);
}
END_TEST

START_TEST(silence_is_a_failure)
{
	struct rig *rig = rig_begin();
	struct probe_result result;

	ignore_pings("1");
	result = ping_with(rig, "127.0.0.1", 300000);
	ignore_pings("0");
	ck_assert_str_eq(result.reason, "no reply within 0.300 s");
	ck_assert_int_eq(result.outcome, PROBE_FAIL);
	ck_assert(!result.is_answered);
	ck_assert_int_eq(ping(rig, "127.0.0.1").outcome, PROBE_OK);
	rig_free(rig);
}
END_TEST

struct flood {
	pthread_t thread;
	int fd;
	uint8_t type, code;
	atomic_bool is_over;
};

static void checksum_set(uint8_t *bytes, size_t len)
{
	uint16_t sum;

	bytes[2] = bytes[3] = 0;
	sum = (uint16_t)~sum_of(bytes, len);
	bytes[2] = (uint8_t)(sum >> 8);
	bytes[3] = (uint8_t)sum;
}

/* ICMP of all identifiers: replies, or errors that quote somebody else's request. */
static void *flood_run(void *arg)
{
	struct flood *flood = arg;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	uint8_t bytes[28 + PING_LEN];

	for (uint64_t seed = 0; !flood->is_over; seed++) {
		size_t len = PING_LEN;

		ping_compose(AF_INET, seed, bytes);
		bytes[0] = flood->type;
		bytes[1] = flood->code;
		if (flood->type == ICMP_DEST_UNREACH) {
			/* the IP header of the quoted request, from and to this machine */
			memset(bytes + 4, 0, 24);
			memcpy(bytes + 8, "\x45\0\0\x3c\0\0\0\0\x40\x01\0\0\x7f\0\0\1\x7f\0\0\1", 20);
			ping_compose(AF_INET, seed, bytes + 28);
			len = sizeof(bytes);
		}
		checksum_set(bytes, len);
		sendto(flood->fd, bytes, len, 0, (struct sockaddr *)&to, sizeof(to));
		/* Back by lo: a flood that does not wait for itself makes lo lose the reply. */
		recv(flood->fd, bytes, sizeof(bytes), 0);
	}
	return NULL;
}

static void flood_begin(struct flood *flood, uint8_t type, uint8_t code)
{
	const struct timeval patience = {.tv_sec = 1};

	*flood = (struct flood){.fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), .type = type, .code = code};
	setsockopt(flood->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	ck_assert_int_eq(pthread_create(&flood->thread, NULL, flood_run, flood), 0);
}

static void flood_end(struct flood *flood)
{
	flood->is_over = true;
	pthread_join(flood->thread, NULL);
	close(flood->fd);
}

/* They make neither a dead machine alive nor an alive one dead. */
START_TEST(pings_of_others_are_no_answer)
{
	static const struct {
		uint8_t type, code;
	} rows[] = {{ICMP_ECHOREPLY, 0}, {ICMP_DEST_UNREACH, ICMP_HOST_ANO}};
	struct rig *rig = rig_begin();

	for (size_t i = 0; i < 2; i++) {
		struct flood flood;
		struct probe_result result;

		flood_begin(&flood, rows[i].type, rows[i].code);
		for (int again = 0; again < 5; again++)
			ck_assert_str_eq(ping(rig, "127.0.0.1").reason, "echo reply");
		ignore_pings("1");
		result = ping_with(rig, "127.0.0.1", 500000);
		ignore_pings("0");
		flood_end(&flood);
		ck_assert_str_eq(result.reason, "no reply within 0.500 s");
	}
	rig_free(rig);
}
END_TEST

/* Nobody answers ARP or neighbour solicitations: this machine tells itself. */
START_TEST(an_error_is_the_reason)
{
	struct rig *rig = rig_begin();
	struct probe_result result;

	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set near up");
	own_net_run("ip link set far up");
	own_net_await_carrier("near");
	own_net_run("ip addr add 10.7.0.1/24 dev near");
	own_net_run("ip addr add fd07::1/64 dev near nodad");
	result = ping(rig, "10.7.0.5");
	ck_assert_str_eq(result.reason, "host unreachable, says 10.7.0.1");
	ck_assert_int_eq(result.outcome, PROBE_FAIL);
	ck_assert(!result.is_answered);
	ck_assert_str_eq(ping(rig, "fd07::5").reason, "address unreachable, says fd07::1");
	ck_assert_str_eq(ping(rig, "10.99.0.5").reason, "no verdict: no route to 10.99.0.5");
	spec.bind_if = "lvsd-none";
	ck_assert_str_eq(ping(rig, "10.7.0.5").reason,
			 "no verdict: the interface lvsd-none (bind_if) is not on this machine");
	/* An error of this machine itself comes by lo, not by the interface. */
	spec.bind_if = "near";
	ck_assert_str_eq(ping_with(rig, "10.7.0.5", 200000).reason, "no reply within 0.200 s");
	spec.bind_if = NULL;
	ck_assert_int_eq(addr_parse("10.7.0.77", &spec.bind.addr), 0);
	ck_assert_str_eq(ping(rig, "10.7.0.5").reason,
			 "no verdict: the source address 10.7.0.77 is not on this machine");
	own_net_run("ip link del near");
	rig_free(rig);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("ping");

	tcase_add_test(tcase, only_the_reply_to_the_request_counts);
	tcase_add_test(tcase, an_error_must_quote_the_request);
	tcase_add_test(tcase, the_checksum_is_right);
	tcase_add_test(tcase, errors_are_named);
	tcase_add_test(tcase, a_machine_that_answers_is_up);
	tcase_add_test(tcase, silence_is_a_failure);
	tcase_add_test(tcase, pings_of_others_are_no_answer);
	tcase_add_test(tcase, an_error_is_the_reason);
	return own_net_tests("ping", tcase);
}
