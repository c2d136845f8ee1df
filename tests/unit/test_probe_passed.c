/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets that the director opens for a probe: marked ones, in a network whose rules look at the mark. */
#include "base/mem.h"
#include "healthcheck/talk/sockets.h"
#include "tests/unit/own_net.h"
#include "tests/unit/test_probe_rig.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GOOD_MARK 8
#define BAD_MARK  7

static struct conf_check spec; /* of which the sockets are wanted */
static size_t n_surplus;       /* sockets that are sent beyond those that are needed */

static void send_socket(struct rig *rig, check_id id, int error, int fd)
{
	uint8_t body[CHECK_SOCKET_LEN];

	check_socket_encode(id, error, body);
	ck_assert_int_eq(chan_send_fd(rig->chan, CHECK_FRAME_SOCKET, body, sizeof(body), fd), 0);
}

static void open_sockets(struct rig *rig, check_id id)
{
	const struct check_socket kind = check_socket_of(&spec);

	for (size_t i = 0; i < check_sockets_needed(&spec) + n_surplus; i++) {
		int fd = socket(kind.family, kind.type | SOCK_NONBLOCK, kind.protocol);

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_MARK, &spec.fwmark, sizeof(spec.fwmark)),
				 0);
		send_socket(rig, id, 0, fd);
		close(fd);
	}
}

static void refuse_sockets(struct rig *rig, check_id id)
{
	send_socket(rig, id, EPERM, -1);
}

/* With the mark 7 no machine can be reached. */
static void setup(void)
{
	own_net_run("ip link set lo up");
	own_net_run("ip rule add pref 5 fwmark 7 unreachable");
	own_net_run("ip rule add pref 10 lookup local");
	own_net_run("ip rule del pref 0");
}

static void teardown(void)
{
	servers_end();
	own_net_run("ip rule add pref 0 lookup local");
	own_net_run("ip rule del pref 10");
	own_net_run("ip rule del pref 5");
}

static struct rig *rig_begin(void)
{
	struct rig *rig = rig_new(0);

	rig->on_want = open_sockets;
	n_surplus = 0;
	return rig;
}

static void serve_answer(int fd, const char *request, void *arg)
{
	(void)request;
	serve_text(fd, arg);
}

static struct conf_url two_urls[2];

static struct conf_check check_of(enum conf_check_type type)
{
	static struct conf_range range = {200, 299};
	struct conf_check check = {.type = type,
				   .ordinal = 1,
				   .connect_timeout_us = PROBE_PATIENCE_US,
				   .bind_if = "",
				   .sni = "",
				   .payload = "",
				   .agent_send = "",
				   .reply = "*",
				   .reply_max = 255,
				   .dns_name = "example.org",
				   .dns_type = 1,
				   .helo_name = "me"};

	for (size_t i = 0; i < 2; i++)
		two_urls[i] = (struct conf_url){.path = i ? "/again" : "/",
						.host = "",
						.digest = "",
						.statuses = &range,
						.n_statuses = 1};
	if (conf_check_kind(&check)->has_urls) {
		check.urls = two_urls;
		check.n_urls = 2;
	}
	return check;
}

static struct probe_result probe(struct rig *rig, const struct conf_check *check, uint32_t mark)
{
	spec = *check;
	spec.fwmark = mark;
	return rig_probe(rig, &spec);
}

START_TEST(a_connection_carries_the_mark)
{
	static const struct {
		enum conf_check_type type;
		const char *answer;
	} rows[] = {{CONF_CHECK_TCP, ""}, {CONF_CHECK_HTTP, "HTTP/1.0 200 OK\r\n\r\n"}};
	struct rig *rig = rig_begin();

	for (size_t i = 0; i < 2; i++) {
		struct conf_check check = check_of(rows[i].type);
		struct probe_result result;

		check.target = server_new(serve_answer, (void *)rows[i].answer);
		for (int again = 0; again < 3; again++) {
			result = probe(rig, &check, GOOD_MARK);
			ck_assert_msg(result.outcome == PROBE_OK, "%s", result.reason);
		}
		ck_assert_uint_eq(rig->n_wanted, 4 * i + 3);
		result = probe(rig, &check, BAD_MARK);
		ck_assert_str_eq(result.reason, i ? "no verdict: no route to 127.0.0.1 (/)"
						  : "no verdict: no route to 127.0.0.1");
		ck_assert_int_eq(result.fault, PATH_NO_ROUTE);
	}
	/* Without a mark no socket is wanted. */
	spec = check_of(CONF_CHECK_TCP);
	spec.target = server_new(serve_answer, "");
	ck_assert_int_eq(rig_probe(rig, &spec).outcome, PROBE_OK);
	ck_assert_uint_eq(rig->n_wanted, 8);
	rig_free(rig);
}
END_TEST

START_TEST(a_dialogue_carries_the_mark)
{
	struct conf_step step = {.verb = CONF_STEP_EXPECT, .text = "up"};
	struct conf_check tcp = check_of(CONF_CHECK_TCP), agent = check_of(CONF_CHECK_AGENT);
	struct rig *rig = rig_begin();

	tcp.target = agent.target = server_new_raw(serve_answer, "up 50%\n");
	tcp.steps = &step;
	tcp.n_steps = 1;
	agent.agent_port = agent.target.port;
	ck_assert_int_eq(probe(rig, &tcp, GOOD_MARK).outcome, PROBE_OK);
	ck_assert_int_eq(probe(rig, &tcp, BAD_MARK).fault, PATH_NO_ROUTE);
	ck_assert_str_eq(probe(rig, &agent, GOOD_MARK).reason, "up 50%");
	ck_assert_int_eq(probe(rig, &agent, BAD_MARK).fault, PATH_NO_ROUTE);
	ck_assert_uint_eq(rig->n_wanted, 4);
	rig_free(rig);
}
END_TEST

/* Takes one datagram, and says on which port. */
static int datagram_server(struct endpoint *ret_target)
{
	struct sockaddr_storage sa;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_eq(addr_parse("127.0.0.1", &ret_target->addr), 0);
	ret_target->port = 5300;
	len = endpoint_to_sockaddr(ret_target, 0, &sa);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	return fd;
}

START_TEST(a_datagram_carries_the_mark)
{
	static const enum conf_check_type types[] = {CONF_CHECK_UDP, CONF_CHECK_DNS};
	struct rig *rig = rig_begin();
	uint8_t bytes[512];

	for (size_t i = 0; i < 2; i++) {
		struct conf_check check = check_of(types[i]);
		int server = datagram_server(&check.target);
		struct probe_result result = probe(rig, &check, BAD_MARK);

		ck_assert_str_eq(result.reason, "no verdict: no route to 127.0.0.1");
		check.connect_timeout_us = 200000;
		probe(rig, &check, GOOD_MARK); /* nobody answers, but the datagram arrives */
		ck_assert_int_gt(recv(server, bytes, sizeof(bytes), MSG_DONTWAIT), 0);
		ck_assert_int_lt(recv(server, bytes, sizeof(bytes), MSG_DONTWAIT), 0);
		close(server);
	}
	rig_free(rig);
}
END_TEST

START_TEST(the_mark_goes_with_a_fixed_port_and_an_interface)
{
	struct rig *rig = rig_begin();
	struct conf_check check = check_of(CONF_CHECK_HTTP);

	check.target = server_new(serve_answer, "HTTP/1.0 200 OK\r\n\r\n");
	check.bind.port = 20111;
	check.bind_if = "lo";
	for (int again = 0; again < 3; again++)
		ck_assert_str_eq(probe(rig, &check, GOOD_MARK).reason, "HTTP 200");
	rig_free(rig);
}
END_TEST

START_TEST(without_a_socket_there_is_no_verdict)
{
	struct rig *rig = rig_begin();
	struct conf_check check = check_of(CONF_CHECK_TCP);
	struct probe_result result;

	check.target = server_new(serve_answer, "");
	rig->on_want = refuse_sockets;
	result = probe(rig, &check, GOOD_MARK);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_str_eq(result.reason, "this machine could not probe: the director got no marked "
					"socket: Operation not permitted");
	rig->on_want = open_sockets;
	ck_assert_int_eq(probe(rig, &check, GOOD_MARK).outcome, PROBE_OK);
	rig_free(rig);
}
END_TEST

static size_t count_files(const struct rig *rig)
{
	char path[64];
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)rig->worker);
	dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* What comes too late, too often, or for nobody, is closed. */
START_TEST(no_socket_is_left_over)
{
	struct rig *rig = rig_begin();
	struct conf_check check = check_of(CONF_CHECK_HTTP), plain = check_of(CONF_CHECK_TCP);
	size_t n_files;

	check.target = plain.target = server_new(serve_answer, "HTTP/1.0 500 No\r\n\r\n");
	ck_assert_int_eq(rig_probe(rig, &plain).outcome, PROBE_OK);
	ck_assert_int_eq(probe(rig, &check, GOOD_MARK).outcome, PROBE_FAIL); /* the second is not used */
	n_files = count_files(rig);
	n_surplus = 3;
	for (int again = 0; again < 3; again++)
		ck_assert_int_eq(probe(rig, &check, GOOD_MARK).outcome, PROBE_FAIL);
	/* A probe that waits for its sockets is dropped, begun anew, and forgotten. */
	rig->on_want = NULL;
	rig_spec(rig, 9000, &spec);
	rig_run(rig, 9000);
	rig_run(rig, 9000);
	open_sockets(rig, 9000 + 1);
	rig_drop(rig, 9000);
	open_sockets(rig, 9000);
	rig_spec(rig, 9000, &spec);
	rig_run(rig, 9000);
	rig_spec(rig, 9000, &spec);
	open_sockets(rig, 9000);
	ck_assert_int_eq(rig_probe(rig, &plain).outcome, PROBE_OK);
	ck_assert_uint_eq(count_files(rig), n_files);
	rig_reset(rig, rig->nonce);
	rig_free(rig);
}
END_TEST

static check_id last_asker;

static void note_asker(struct rig *rig, check_id id)
{
	(void)rig;
	last_asker = id;
}

/* Checks that are probed alike share the probe, and so its sockets: one asks for all. */
START_TEST(when_the_check_that_asked_is_gone_another_one_asks)
{
	struct rig *rig = rig_begin();
	check_id first;

	spec = check_of(CONF_CHECK_TCP);
	spec.fwmark = GOOD_MARK;
	spec.target = server_new(serve_answer, "");
	rig->on_want = note_asker;
	for (check_id id = 9000; id < 9003; id++) {
		rig_spec(rig, id, &spec);
		rig_run(rig, id);
	}
	rig_await_wants(rig, 1);
	first = last_asker;
	rig_drop(rig, first);
	rig_await_wants(rig, 2);
	ck_assert_uint_ne(last_asker, first);
	open_sockets(rig, first); /* of a check that is gone: closed */
	open_sockets(rig, last_asker);
	rig_await_outcomes(rig, 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_str_eq(rig->outcomes.items[i].result.reason, "connected");
	ck_assert_uint_eq(rig->n_wanted, 2);
	rig_free(rig);
}
END_TEST

START_TEST(frames_round_trip)
{
	uint8_t body[CHECK_SOCKET_LEN + 1] = {0};
	check_id id = 0;
	int error = 0;

	check_socket_encode(77, EMFILE, body);
	ck_assert_int_eq(check_socket_decode(body, CHECK_SOCKET_LEN, &id, &error), 0);
	ck_assert_uint_eq(id, 77);
	ck_assert_int_eq(error, EMFILE);
	ck_assert_int_eq(check_socket_decode(body, CHECK_SOCKET_LEN - 1, &id, &error), -EBADMSG);
	ck_assert_int_eq(check_socket_decode(body, CHECK_SOCKET_LEN + 1, &id, &error), -EBADMSG);
	memset(body, 0xff, sizeof(body));
	ck_assert_int_eq(check_socket_decode(body, CHECK_SOCKET_LEN, &id, &error), -EBADMSG);
	memset(body, 0, sizeof(body));
	ck_assert_int_eq(check_socket_decode(body, CHECK_SOCKET_LEN, &id, &error), -EBADMSG);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("passed sockets");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_connection_carries_the_mark);
	tcase_add_test(tcase, a_dialogue_carries_the_mark);
	tcase_add_test(tcase, a_datagram_carries_the_mark);
	tcase_add_test(tcase, the_mark_goes_with_a_fixed_port_and_an_interface);
	tcase_add_test(tcase, without_a_socket_there_is_no_verdict);
	tcase_add_test(tcase, no_socket_is_left_over);
	tcase_add_test(tcase, when_the_check_that_asked_is_gone_another_one_asks);
	tcase_add_test(tcase, frames_round_trip);
	return own_net_tests("passed sockets", tcase);
}
