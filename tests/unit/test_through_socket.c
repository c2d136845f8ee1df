/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets of checks with through_vip, and the sysctl that they need, in a namespace of its own. The
 * table of IPVS is a value of the test. */
#include "base/clock.h"
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/director/check/through.h"
#include "daemon/shared/rundir_names.h"
#include "healthcheck/health.h"
#include "ipvs/want.h"
#include "tests/unit/fake_rundir.h"
#include "tests/unit/logged.h"
#include "tests/unit/own_net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEAR "/proc/sys/net/ipv4/conf/near"
#define SIDE "/proc/sys/net/ipv4/conf/side"

static struct {
	struct loop *loop;
	struct path_watch *watch;
	struct path_sink sink;
	struct diags diags;
	struct conf *conf;
	struct health *health;
	struct check_ids ids;
	struct ipvs_state table;
	bool is_table_known;
	struct through through;
} rig;

static void on_link(const struct path_link *link, enum path_link_event event, void *arg)
{
	(void)link, (void)event, (void)arg;
}

static void on_route(const struct path_change *change, void *arg)
{
	(void)change, (void)arg;
}

static void configure(const char *text)
{
	struct check_ids dropped = {0};
	struct conf *old = rig.conf;

	rig.conf = conf_load_text("t", text, strlen(text), &rig.diags);
	ck_assert_ptr_nonnull(rig.conf);
	vec_free(&rig.ids);
	health_configure(rig.health, rig.conf, clock_mono(), 1, &rig.ids, &dropped);
	ipvs_state_clear(&rig.table);
	rig.table = (struct ipvs_state){0};
	ipvs_want_passages(rig.conf, &rig.table);
	ipvs_state_sort(&rig.table);
	through_configure(&rig.through, &dropped);
	vec_free(&dropped);
	conf_free(old);
}

#define SERVICE(vip, server, lines)                                                                \
	"virtual_server " vip " 80 {\nprotocol TCP\nlvs_method DR\nreal_server " server               \
	" 80 {\n" lines "}\n}\n"
#define TCP(more)	"TCP_CHECK {\n" more "}\n"
#define THROUGH(vip, server, more) SERVICE(vip, server, TCP("through_vip\n" more))

static void open_through(void)
{
	rig.through = (struct through){.health = rig.health,
				       .watch = &rig.watch,
				       .table = &rig.table,
				       .is_table_known = &rig.is_table_known};
	through_open(&rig.through, "/run");
}

static void setup(void)
{
	struct err err;

	memset(&rig, 0, sizeof(rig));
	fake_rundir_clear();
	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set lo up");
	own_net_run("ip link set near up");
	own_net_run("ip link set far up");
	own_net_run("ip addr add 10.7.0.1/24 dev near");
	own_net_run("ip addr add fd07::1/64 dev near nodad");
	own_net_await_carrier("near");
	own_net_run("ip link add side type veth peer name fars");
	own_net_run("ip link set side up");
	own_net_run("ip link set fars up");
	own_net_run("ip addr add 10.8.0.1/24 dev side");
	own_net_await_carrier("side");
	rig.loop = loop_new();
	rig.sink = (struct path_sink){on_link, on_route, NULL};
	ck_assert_msg(path_watch_open(rig.loop, &rig.sink, &rig.watch, &err) == 0, "%s", err.text);
	rig.health = health_new();
	rig.is_table_known = true;
	open_through();
}

static void teardown(void)
{
	through_close(&rig.through);
	health_free(rig.health);
	conf_free(rig.conf);
	ipvs_state_clear(&rig.table);
	vec_free(&rig.ids);
	path_watch_close(rig.watch);
	loop_free(rig.loop);
	own_net_run("ip link del near");
	own_net_run("ip link del side");
}

static int ask(size_t check)
{
	return through_socket(&rig.through, health_check_find(rig.health, rig.ids.items[check]));
}

static void expect_local_of(const char *dir, const char *wanted)
{
	char value[HOST_SYSCTL_MAX];

	ck_assert_int_eq(host_sysctl_read(dir, "accept_local", value, NULL), 0);
	ck_assert_str_eq(value, wanted);
}

static void expect_local(const char *wanted)
{
	expect_local_of(NEAR, wanted);
}

/* The socket is bound to this address, and has the mark of the check. Returns its port. */
static uint16_t expect_socket(int fd, const char *source, size_t check)
{
	const struct conf_check *conf =
	    health_check_find(rig.health, rig.ids.items[check])->conf;
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa), mark_len = sizeof(uint32_t);
	struct endpoint own;
	struct addr wanted;
	uint32_t mark;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr((struct sockaddr *)&sa, &own), 0);
	ck_assert_int_eq(addr_parse(source, &wanted), 0);
	ck_assert_int_eq(addr_cmp(&own.addr, &wanted), 0);
	ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_MARK, &mark, &mark_len), 0);
	ck_assert_uint_eq(mark, conf->fwmark);
	close(fd);
	return own.port;
}

START_TEST(a_socket_has_an_own_address_and_port)
{
	uint16_t first, second;

	configure(THROUGH("10.7.0.100", "10.7.0.2", "") THROUGH("fd07::100", "fd07::2", ""));
	own_net_run("ip addr add 10.7.0.100/32 dev near"); /* a master */
	first = expect_socket(ask(0), "10.7.0.1", 0);
	ck_assert_uint_ge(first, CHECK_PORT_FIRST);
	ck_assert_uint_eq(expect_socket(ask(0), "10.7.0.1", 0), first); /* again, and again */
	second = expect_socket(ask(1), "fd07::1", 1);
	ck_assert_uint_ge(second, CHECK_PORT_FIRST);
}
END_TEST

#define MANY 120

/* Of so many servers some would like the same port; a new director is asked in another order. */
START_TEST(a_successor_finds_the_same_ports)
{
	const struct check_ids none = {0};
	uint16_t ports[MANY];
	size_t begin = rig.through.ports.begin;
	char *text = mem_strdup("virtual_server 10.7.0.100 80 {\nprotocol TCP\nlvs_method DR\nthrough_vip\n");

	for (int i = 0; i < MANY; i++) {
		char *more = mem_printf("%sreal_server 10.7.0.%d 80 {\n" TCP("") "}\n", text, i + 110);

		free(text);
		text = more;
	}
	text = mem_realloc(text, strlen(text) + 3, 1);
	strcat(text, "}\n");
	configure(text);
	free(text);
	for (size_t i = 0; i < MANY; i++)
		ports[i] = expect_socket(ask(i), "10.7.0.1", i);
	through_close(&rig.through);
	open_through();
	rig.through.ports.begin = begin; /* as within the same second */
	through_configure(&rig.through, &none);
	for (size_t i = MANY; i-- > 0;)
		ck_assert_uint_eq(expect_socket(ask(i), "10.7.0.1", i), ports[i]);
}
END_TEST

START_TEST(several_sockets_of_a_probe_share_the_port)
{
	int first, second;

	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	first = ask(0);
	second = ask(0);
	ck_assert_uint_eq(expect_socket(first, "10.7.0.1", 0), expect_socket(second, "10.7.0.1", 0));
}
END_TEST

START_TEST(a_port_of_another_program_is_left_alone)
{
	struct endpoint ep = {.port = 0};
	struct sockaddr_storage sa;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint16_t port;

	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	port = expect_socket(ask(0), "10.7.0.1", 0);
	ck_assert_int_eq(addr_parse("10.7.0.1", &ep.addr), 0);
	ep.port = port;
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, endpoint_to_sockaddr(&ep, 0, &sa)), 0);
	ck_assert_uint_ne(expect_socket(ask(0), "10.7.0.1", 0), port);
	close(fd);
}
END_TEST

START_TEST(datagrams_need_no_port_of_their_own)
{
	configure(SERVICE("10.7.0.100", "10.7.0.2", "UDP_CHECK {\nthrough_vip\n}\n"));
	ck_assert_uint_lt(expect_socket(ask(0), "10.7.0.1", 0), CHECK_PORT_FIRST);
	ck_assert_uint_eq(rig.through.ports.items.n, 0);
}
END_TEST

START_TEST(without_the_service_there_is_no_socket)
{
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	rig.is_table_known = false;
	ck_assert_int_eq(ask(0), -EAGAIN);
	rig.is_table_known = true;
	rig.table.services[0].dests[0].ep.addr.bytes[3] = 3; /* it leads to another server */
	ck_assert_int_eq(ask(0), -EAGAIN);
	ipvs_state_clear(&rig.table);
	rig.table = (struct ipvs_state){0};
	ck_assert_int_eq(ask(0), -EAGAIN);
}
END_TEST

/* The server would answer to itself. */
START_TEST(the_virtual_address_is_no_source)
{
	own_net_run("ip addr del 10.7.0.1/24 dev near");
	own_net_run("ip addr add 10.7.0.100/24 dev near");
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	ck_assert_int_eq(ask(0), -EADDRNOTAVAIL);
	configure(THROUGH("10.7.0.100", "10.7.0.2", "bindto 10.7.0.5\n"));
	ck_assert_int_eq(ask(0), -EADDRNOTAVAIL); /* it is not here */
	own_net_run("ip addr add 10.7.0.5/24 dev near");
	expect_socket(ask(0), "10.7.0.5", 0);
}
END_TEST

START_TEST(accept_local_is_set_and_put_back)
{
	expect_local("0");
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	expect_local("1");
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_THROUGH), "\"near\": \"0\""));
	configure(SERVICE("10.7.0.100", "10.7.0.2", TCP("")));
	expect_local("0");
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_THROUGH));
	configure(THROUGH("fd07::100", "fd07::2", "")); /* IPv6 needs none */
	expect_local("0");
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	through_stop(&rig.through);
	expect_local("0");
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_THROUGH));
	through_close(&rig.through);
	open_through();
	own_net_run("sysctl -qw net.ipv4.conf.near.accept_local=1");
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_THROUGH)); /* it was so before */
	through_stop(&rig.through);
	expect_local("1");
}
END_TEST

/* Two servers behind near; first one of them moves behind side, then the other one. */
START_TEST(the_last_server_that_leaves_an_interface_puts_it_back)
{
	configure(THROUGH("10.7.0.100", "10.7.0.2", "") THROUGH("10.7.0.101", "10.7.0.3", ""));
	expect_local("1");
	expect_local_of(SIDE, "0");
	own_net_run("ip route add 10.7.0.2/32 dev side");
	ck_assert_int_ge(close(ask(0)), 0);
	expect_local_of(SIDE, "1");
	expect_local("1");
	own_net_run("ip route add 10.7.0.3/32 dev side");
	ck_assert_int_ge(close(ask(1)), 0);
	expect_local_of(SIDE, "1");
	expect_local("0");
	ck_assert_ptr_null(strstr(fake_rundir_text(RUNDIR_THROUGH), "near"));
	own_net_run("ip route del 10.7.0.2/32 dev side");
	ck_assert_int_ge(close(ask(0)), 0);
	expect_local("1");
	expect_local_of(SIDE, "1");
	through_stop(&rig.through);
	expect_local("0");
	expect_local_of(SIDE, "0");
}
END_TEST

static void rename_link(const char *from, const char *to)
{
	char line[80];

	snprintf(line, sizeof(line), "ip link set %s down", from);
	own_net_run(line);
	snprintf(line, sizeof(line), "ip link set %s name %s", from, to);
	own_net_run(line);
	snprintf(line, sizeof(line), "ip link set %s up", to);
	own_net_run(line);
	own_net_await_carrier(to);
}

/* The watch has not heard of the new names, so the sysctls of the old ones are not found. */
START_TEST(each_interface_has_its_own_fault)
{
	const char *said;

	configure(THROUGH("10.7.0.100", "10.7.0.2", "") THROUGH("10.8.0.100", "10.8.0.2", ""));
	rename_link("near", "near9");
	rename_link("side", "side9");
	logged_begin();
	for (int i = 0; i < 3; i++) {
		ck_assert_int_lt(ask(0), 0);
		ck_assert_int_lt(ask(1), 0);
	}
	said = logged_take();
	ck_assert_msg(logged_count(said, "checks by that way have no verdict") == 2, "%s", said);
	ck_assert_uint_eq(logged_count(said, "conf/near/"), 1);
	ck_assert_uint_eq(logged_count(said, "conf/side/"), 1);
	rename_link("near9", "near");
	ck_assert_int_ge(close(ask(0)), 0);
	ck_assert(logged_has("accept_local of near can be set again"));
	rename_link("near", "near9");
	ck_assert_int_lt(ask(0), 0);
	ck_assert_int_lt(ask(1), 0);
	said = logged_take();
	ck_assert_msg(logged_count(said, "checks by that way have no verdict") == 1, "%s", said);
	logged_end();
	rename_link("near9", "near");
	rename_link("side9", "side");
}
END_TEST

START_TEST(a_crash_forgets_nothing)
{
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	through_close(&rig.through); /* and no stop */
	open_through();
	expect_local("1");
	configure(SERVICE("10.7.0.100", "10.7.0.2", TCP("")));
	expect_local("0");
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_THROUGH));
}
END_TEST

static struct probe_result judged(bool is_answered)
{
	struct probe_result result = {
	    .outcome = PROBE_FAIL, .is_answered = is_answered, .reason = "no connection within 1.000 s"};

	through_judge(&rig.through, rig.ids.items[0], &result);
	return result;
}

/* The check process lives until the director has ended. */
START_TEST(a_stop_is_the_end)
{
	struct probe_result result;

	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	through_stop(&rig.through);
	expect_local("0");
	ck_assert_int_eq(ask(0), -ESHUTDOWN);
	expect_local("0");
	result = judged(false);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_str_eq(result.reason, "no verdict: lvsd stops");
	expect_local("0");
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_THROUGH));
}
END_TEST

/* Without the file a successor would take 1 for the former value. */
START_TEST(a_run_dir_made_anew_has_the_former_values)
{
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	fake_rundir_clear();
	through_store(&rig.through);
	through_close(&rig.through); /* and no stop */
	open_through();
	configure(SERVICE("10.7.0.100", "10.7.0.2", TCP("")));
	expect_local("0");
}
END_TEST

START_TEST(a_failure_is_explained)
{
	struct probe_result result;

	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	result = judged(false);
	ck_assert_int_eq(result.outcome, PROBE_FAIL);
	ck_assert_str_eq(result.reason, "no connection within 1.000 s (10.7.0.100:80 through 10.7.0.2): is "
					"that address on its lo?");
	ck_assert_str_eq(judged(true).reason, "no connection within 1.000 s"); /* somebody has answered */
}
END_TEST

/* The check process only counts an outcome that is as the last one. Then the last reason is judged again. */
START_TEST(an_explanation_is_given_once)
{
	struct probe_result result;

	configure(THROUGH("fd07:1111:2222:3333:4444:5555:6666:100", "fd07:1111:2222:3333:4444:5555:6666:2", ""));
	result = judged(false);
	for (size_t i = 0; i < 3; i++)
		through_judge(&rig.through, rig.ids.items[0], &result);
	ck_assert_str_eq(result.reason, judged(false).reason);
	ck_assert_ptr_nonnull(strstr(result.reason, "6666:2): is that address on its lo?"));
	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	result = judged(false);
	for (size_t i = 0; i < 3; i++)
		through_judge(&rig.through, rig.ids.items[0], &result);
	ck_assert_str_eq(result.reason, "no connection within 1.000 s (10.7.0.100:80 through 10.7.0.2): is "
					"that address on its lo?");
}
END_TEST

START_TEST(a_fault_of_this_machine_is_no_verdict)
{
	struct probe_result result;

	configure(THROUGH("10.7.0.100", "10.7.0.2", ""));
	own_net_run("sysctl -qw net.ipv4.conf.near.accept_local=0");
	result = judged(false);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_ptr_nonnull(strstr(result.reason, "accept_local of near"));
	expect_local("1");
	own_net_run("sysctl -qw net.ipv4.conf.near.rp_filter=1");
	ck_assert_int_eq(judged(false).outcome, PROBE_FAIL); /* the way to the address is the same */
	own_net_run("ip addr add 10.7.0.100/32 dev lo");
	result = judged(false);
	ck_assert_int_eq(result.outcome, PROBE_NONE);
	ck_assert_ptr_nonnull(strstr(result.reason, "rp_filter of near is 1"));
	own_net_run("ip addr del 10.7.0.100/32 dev lo");
	own_net_run("ip addr add 10.7.0.100/32 dev near");
	ck_assert_int_eq(judged(false).outcome, PROBE_FAIL);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("sockets through the virtual address");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_socket_has_an_own_address_and_port);
	tcase_add_test(tcase, several_sockets_of_a_probe_share_the_port);
	tcase_add_test(tcase, a_successor_finds_the_same_ports);
	tcase_add_test(tcase, a_port_of_another_program_is_left_alone);
	tcase_add_test(tcase, datagrams_need_no_port_of_their_own);
	tcase_add_test(tcase, without_the_service_there_is_no_socket);
	tcase_add_test(tcase, the_virtual_address_is_no_source);
	tcase_add_test(tcase, accept_local_is_set_and_put_back);
	tcase_add_test(tcase, the_last_server_that_leaves_an_interface_puts_it_back);
	tcase_add_test(tcase, each_interface_has_its_own_fault);
	tcase_add_test(tcase, a_crash_forgets_nothing);
	tcase_add_test(tcase, a_failure_is_explained);
	tcase_add_test(tcase, an_explanation_is_given_once);
	tcase_add_test(tcase, a_stop_is_the_end);
	tcase_add_test(tcase, a_run_dir_made_anew_has_the_former_values);
	tcase_add_test(tcase, a_fault_of_this_machine_is_no_verdict);
	return own_net_tests("sockets through the virtual address", tcase);
}
