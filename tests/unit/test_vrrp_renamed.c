/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces that are renamed while they are up: what an instance has there goes, whatever the interface is called.
 * In a network namespace of its own. */
#include "own_net.h"
#include "tests/unit/vrrp_holds_rig.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define VIPS      "virtual_ipaddress {\n10.7.0.100/32\n}\n" \
		  "virtual_ipaddress_excluded {\n10.7.0.103/24\nfd07::100/64\n}\n"
#define ROUTES    "virtual_routes {\n10.8.0.0/16 dev near\nfd08::/64 dev near\n10.9.0.0/16 via 10.7.0.2 table 300\n" \
		  "10.10.0.0/16 nexthop dev near weight 2 nexthop via 10.7.0.2\n}\n"
#define ON(name)  "ip -o addr show dev " name
#define ROUTES4   "ip route show table all proto 112"
#define ROUTES6   "ip -6 route show table all proto 112"

/* Linux before 6.3 renames no interface that is up. */
static bool is_renamed_while_up(void)
{
	own_net_run("ip link add trial type veth peer name trialpeer");
	own_net_run("ip link set trial up");
	if (system("ip link set trial name trial2 2>/dev/null") != 0) { /* NOLINT(cert-env33-c) */
		own_net_run("ip link del trial");
		fprintf(stderr, "skipped: this kernel renames no interface that is up\n");
		return false;
	}
	own_net_run("ip link del trial2");
	return true;
}

static void vanished(const char *addrs)
{
	shows_no(addrs, "10.7.0.100/32");
	shows_no(addrs, "10.7.0.103/24");
	shows_no(addrs, "fd07::100/64");
	shows_no(ROUTES4, "10.");
	shows_no(ROUTES6, "fd08");
}

START_TEST(what_a_master_has_goes_with_the_name)
{
	if (!is_renamed_while_up())
		return;
	configure(INSTANCE(VIPS ROUTES));
	shows(ON("near"), "10.7.0.103/24");
	shows(ON("near"), "fd07::100/64");
	shows(ROUTES4, "10.8.0.0/16 dev near");
	shows(ROUTES4, "10.10.0.0/16");
	own_net_run("ip link set near name other");
	vanished(ON("other"));
	shows(ON("other"), "10.7.0.1/24");
	own_net_run("ip link set other name near");
	shows(ON("near"), "10.7.0.103/24");
	shows(ROUTES4, "10.10.0.0/16");
	/* It stops while the name is another. */
	own_net_run("ip link set near name other");
	leave();
	vanished(ON("other"));
	own_net_run("ip link set other name near");
}
END_TEST

/* Both notifications wait when the runner reads them. */
START_TEST(what_a_master_has_goes_with_the_name_to_another_interface)
{
	if (!is_renamed_while_up())
		return;
	configure(INSTANCE(VIPS ROUTES));
	shows(ROUTES4, "10.8.0.0/16 dev near");
	own_net_run("ip link add new type veth peer name newpeer");
	own_net_run("ip link set newpeer up");
	own_net_run("ip link set new up");
	own_net_run("ip addr add 10.7.0.9/24 dev new");
	own_net_await_carrier("new");
	own_net_run("ip link set near name other");
	own_net_run("ip link set new name near");
	shows_no(ON("other"), "10.7.0.100/32");
	shows_no(ON("other"), "10.7.0.103/24");
	shows_no(ON("other"), "fd07::100/64");
	shows(ON("near"), "10.7.0.100/32");
	shows(ON("near"), "10.7.0.103/24");
	shows(ON("near"), "fd07::100/64");
	/* One that names no interface stays: the kernel has chosen its interface. */
	shows_no(ROUTES4, "10.8.0.0/16 dev other");
	shows_no(ROUTES4, "nexthop dev other");
	shows_no(ROUTES6, "dev other");
	shows(ROUTES4, "nexthop dev near");
	shows(ROUTES4, "10.8.0.0/16 dev near");
	leave();
	vanished(ON("near"));
	own_net_run("ip link del other");
}
END_TEST

/* The instance goes on, and what it has there, too; it is removed when it stops. */
START_TEST(an_untracked_address_stays_until_the_end)
{
	if (!is_renamed_while_up())
		return;
	own_net_run("ip link add side type veth peer name sidepeer");
	own_net_run("ip link set sidepeer up");
	own_net_run("ip link set side up");
	run_for(1); /* the runner reads the notifications */
	configure(INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n10.7.5.1/24 dev side no_track\n}\n"
			   "virtual_routes {\n10.8.0.0/16 dev side\n}\n"));
	shows(ON("side"), "10.7.5.1/24");
	shows(ROUTES4, "10.8.0.0/16 dev side");
	own_net_run("ip link set side name aside");
	own_net_run("ip addr add 10.7.6.6/32 dev near");
	shows(ON("near"), "10.7.6.6/32");
	shows(ON("near"), "10.7.0.100/32");
	shows(ON("aside"), "10.7.5.1/24");
	leave();
	shows_no(ON("aside"), "10.7.5.1/24");
	shows_no(ROUTES4, "10.8.0.0/16");
	own_net_run("ip link del aside");
}
END_TEST

/* A reload while the name is another one removes what the file lists no more. */
START_TEST(static_items_go_when_the_file_has_them_no_more)
{
	if (!is_renamed_while_up())
		return;
	own_net_run("ip link add side type veth peer name sidepeer");
	own_net_run("ip link set sidepeer up");
	own_net_run("ip link set side up");
	configure("static_ipaddress {\n10.7.5.1/24 dev side\n10.7.5.2/32 dev side\n}\n"
		  "static_routes {\n10.8.0.0/16 dev side\n10.9.0.0/16 dev side\n}\n");
	shows(ON("side"), "10.7.5.2/32");
	shows(ROUTES4, "10.9.0.0/16 dev side");
	own_net_run("ip link set side name aside");
	run_for(1500); /* past the first attempt to put them back */
	shows(ON("aside"), "10.7.5.1/24");
	shows(ROUTES4, "10.8.0.0/16 dev aside");
	configure("static_ipaddress {\n10.7.5.1/24 dev side\n}\nstatic_routes {\n10.8.0.0/16 dev side\n}\n");
	shows_no(ON("aside"), "10.7.5.2/32");
	shows_no(ROUTES4, "10.9.0.0/16");
	shows(ROUTES4, "10.8.0.0/16 dev aside");
	leave();
	shows_no(ON("aside"), "10.7.5.1/24");
	shows_no(ROUTES4, "10.8.0.0/16");
	own_net_run("ip link del aside");
}
END_TEST

/* The file calls the interface by its new name: what is there is in use. */
START_TEST(what_the_file_has_under_the_new_name_stays)
{
	if (!is_renamed_while_up())
		return;
	own_net_run("ip link add side type veth peer name sidepeer");
	own_net_run("ip link set sidepeer up");
	own_net_run("ip link set side up");
	run_for(1);
	configure("static_ipaddress {\n10.7.5.2/32 dev side\n}\n"
		  INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n10.7.5.1/24 dev side no_track\n}\n"));
	shows(ON("side"), "10.7.5.1/24");
	shows(ON("side"), "10.7.5.2/32");
	own_net_run("ip link set side name aside");
	run_for(1);
	configure("static_ipaddress {\n10.7.5.2/32 dev aside\n}\n"
		  INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n10.7.5.1/24 dev aside no_track\n}\n"));
	shows_now(ON("aside"), "10.7.5.1/24");
	shows_now(ON("aside"), "10.7.5.2/32");
	leave();
	shows_no(ON("aside"), "10.7.5.1/24");
	own_net_run("ip link del aside");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("vrrp renamed");

	tcase_add_checked_fixture(tcase, holds_begin, holds_end);
	tcase_add_test(tcase, what_a_master_has_goes_with_the_name);
	tcase_add_test(tcase, what_a_master_has_goes_with_the_name_to_another_interface);
	tcase_add_test(tcase, an_untracked_address_stays_until_the_end);
	tcase_add_test(tcase, what_the_file_has_under_the_new_name_stays);
	tcase_add_test(tcase, static_items_go_when_the_file_has_them_no_more);
	return own_net_tests("vrrp renamed", tcase);
}
