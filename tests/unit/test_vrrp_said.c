/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the log says, and does not say, when the machine or the file changes; in a network namespace of its own. */
#include "base/log.h"
#include "own_net.h"
#include "tests/unit/vrrp_holds_rig.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUTES "ip route show table all proto 112"

static struct {
	int ends[2];
	char text[256 * 1024]; /* of all lines so far */
	size_t len;
} lines;

static void setup(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, lines.ends), 0);
	lines.len = 0;
	log_to_socket(lines.ends[0]);
	holds_begin();
}

static bool run_quietly(const char *command)
{
	return system(command) == 0; /* NOLINT(cert-env33-c) */
}

static void teardown(void)
{
	holds_end();
	log_to_console();
	run_quietly("ip link del side 2>/dev/null || ip link del other 2>/dev/null");
	close(lines.ends[0]);
	close(lines.ends[1]);
}

/* In how many lines the words stand. */
static unsigned said(const char *words)
{
	char record[LOG_RECORD_MAX];
	unsigned n = 0;
	ssize_t got;

	while ((got = recv(lines.ends[1], record, sizeof(record), 0)) > LOG_RECORD_HEAD &&
	       lines.len + (size_t)got < sizeof(lines.text)) {
		memcpy(lines.text + lines.len, record + LOG_RECORD_HEAD, (size_t)got - LOG_RECORD_HEAD);
		lines.len += (size_t)got - LOG_RECORD_HEAD;
	}
	lines.text[lines.len] = '\0';
	for (const char *at = lines.text; (at = strstr(at, words)); at++)
		n++;
	return n;
}

static void make_side(void)
{
	own_net_run("ip link add side type veth peer name sidepeer");
	own_net_run("ip link set sidepeer up");
	own_net_run("ip link set side up");
	own_net_run("ip addr add 10.7.5.1/24 dev side");
	run_for(20);
}

/* Linux before 6.3 renames no interface that is up. */
static bool side_rename(const char *from, const char *to)
{
	char command[96];

	snprintf(command, sizeof(command), "ip link set %s name %s 2>/dev/null", from, to);
	if (run_quietly(command))
		return true;
	fprintf(stderr, "skipped: this kernel renames no interface that is up\n");
	return false;
}

#define EXCLUSIVE(name) "virtual_routes {\n10.8.0.0/16 dev " name " add\n}\n"

/* The interface of an exclusive route has no name of the file for a while. */
START_TEST(an_exclusive_route_is_its_own_after_a_rename)
{
	make_side();
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n}\n" EXCLUSIVE("side")));
	shows(ROUTES, "10.8.0.0/16 dev side");
	if (!side_rename("side", "other"))
		return;
	run_for(50);
	ck_assert_uint_eq(said("cannot be added: its interface is missing"), 1);
	side_rename("other", "side");
	run_for(50);
	ck_assert_uint_eq(said("is added after all"), 1);
	ck_assert_uint_eq(said("File exists"), 0);
	leave();
	shows_no(ROUTES, "10.8.0.0/16");
}
END_TEST

/* A reload calls the interface by its new name: the route in the way is that of the file before. */
START_TEST(an_exclusive_route_takes_the_place_of_the_former_one)
{
	make_side();
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n}\n" EXCLUSIVE("side")));
	shows(ROUTES, "10.8.0.0/16 dev side");
	if (!side_rename("side", "other"))
		return;
	run_for(20);
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n}\n" EXCLUSIVE("other")));
	shows_soon(ROUTES, "10.8.0.0/16 dev other");
	ck_assert_uint_eq(said("File exists"), 0);
	ck_assert_uint_eq(said("is added after all"), 0);
	ck_assert_uint_eq(said("was removed by something"), 0);
	leave();
	shows_no(ROUTES, "10.8.0.0/16");
}
END_TEST

/* A route of somebody else is refused, as the word asks for. */
START_TEST(an_exclusive_route_yields_to_a_foreign_one)
{
	make_side();
	own_net_run("ip route add 10.8.0.0/16 dev side");
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n}\n" EXCLUSIVE("side")));
	run_for(50);
	ck_assert_uint_eq(said("cannot be added: File exists"), 1);
	own_net_run("ip route del 10.8.0.0/16 dev side");
	shows(ROUTES, "10.8.0.0/16 dev side");
	ck_assert_uint_eq(said("is added after all"), 1);
}
END_TEST

#define LOWER "priority 150\nadvert_int 0.05\nversion 3\n"

/* Something sets the address with another prefix length and removes it, again and again. */
START_TEST(an_address_with_another_prefix_is_said_once)
{
	own_net_run("ip link set far down"); /* FAULT */
	configure("vrrp_instance V {\ninterface near\nvirtual_router_id 51\n" LOWER
		  "virtual_ipaddress {\n10.7.0.100/32\n}\n}\n");
	run_for(10);
	for (int i = 0; i < 5; i++) {
		own_net_run("ip addr add 10.7.0.100/24 dev near");
		run_for(20);
		own_net_run("ip addr del 10.7.0.100/24 dev near");
		run_for(20);
	}
	ck_assert_uint_eq(said("with another prefix length"), 1);
}
END_TEST

/* B has no address to send from: it is in FAULT. */
#define PAIR(a, b)                                                                                 \
	"vrrp_instance A {\ninterface near\nvirtual_router_id 51\n" LOWER                            \
	"virtual_ipaddress {\n10.7.0.100/32\n" a "}\n}\n"                                             \
	"vrrp_instance B {\ninterface far\nvirtual_router_id 52\n" LOWER                             \
	"virtual_ipaddress {\n10.7.0.102/32 dev near\n" b "}\n}\n"

START_TEST(an_address_that_a_reload_moves_is_nobody_elses)
{
	configure(PAIR("10.7.0.101/32\n", ""));
	shows("ip -o addr show dev near", "10.7.0.101/32");
	configure(PAIR("", "10.7.0.101/32 dev near\n"));
	run_for(50);
	shows_no("ip -o addr show dev near", "10.7.0.101/32");
	ck_assert_uint_eq(said("something on this machine"), 0);
	/* Afterwards somebody adds it. */
	own_net_run("ip addr add 10.7.0.101/32 dev near");
	shows_no("ip -o addr show dev near", "10.7.0.101/32");
	ck_assert_uint_eq(said("vrrp=B is not master, and something on this machine has added 10.7.0.101"), 1);
	configure(PAIR("10.7.0.101/32\n", ""));
	shows("ip -o addr show dev near", "10.7.0.101/32");
	run_for(50);
	ck_assert_uint_eq(said("something on this machine"), 1);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("vrrp said");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_exclusive_route_is_its_own_after_a_rename);
	tcase_add_test(tcase, an_exclusive_route_takes_the_place_of_the_former_one);
	tcase_add_test(tcase, an_exclusive_route_yields_to_a_foreign_one);
	tcase_add_test(tcase, an_address_with_another_prefix_is_said_once);
	tcase_add_test(tcase, an_address_that_a_reload_moves_is_nobody_elses);
	return own_net_tests("vrrp said", tcase);
}
