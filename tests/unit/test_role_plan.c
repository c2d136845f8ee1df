/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reload would change of interfaces, addresses, routes and rules, in the words of ip(8). */
#include "conf/load.h"
#include "daemon/director/role/role_plan.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct conf *load(const char *text)
{
	struct diags diags = {0};
	char first[512];
	struct conf *conf = conf_load_text("test.conf", text, strlen(text), &diags);

	ck_assert_msg(conf != NULL, "%s", diags_first_error(&diags, first, sizeof(first)));
	diags_free(&diags);
	return conf;
}

static bool is_named_master(const struct conf_vrrp *vrrp, const void *arg)
{
	return strstr(arg, vrrp->name) != NULL;
}

/* The lines, each with a newline. masters: the names of the instances that are MASTER. */
static void check_plan(const char *before, const char *after, const char *masters, const char *wanted)
{
	struct conf *old = before ? load(before) : NULL, *new = load(after);
	const struct role_plan_input input = {old, new, is_named_master, masters};
	struct role_plan plan;
	char text[4096] = "";

	role_plan_make(&input, &plan);
	for (size_t i = 0; i < plan.lines.n; i++) {
		strcat(text, plan.lines.items[i]);
		strcat(text, "\n");
	}
	ck_assert_str_eq(text, wanted);
	role_plan_fini(&plan);
	conf_free(old);
	conf_free(new);
}

#define STATICS                                                                                    \
	"static_ipaddress {\n10.7.8.1/24 dev near label near:st\nfd07:8::1/64 dev near\n}\n"        \
	"static_routes {\n10.13.0.0/16 via 10.7.8.9 src 10.7.8.1\nunreachable 10.14.0.0/16\n"       \
	"fd15::/16 via fd07:8::9 metric 7\n}\n"                                                     \
	"static_rules {\nfrom 10.7.0.0/16 table 5 preference 5\n}\n"

#define INSTANCE(name, vrid, more)                                                                 \
	"vrrp_instance " name " {\ninterface near\nvirtual_router_id " vrid "\npriority 100\n" more  \
	"}\n"

#define VIP "virtual_ipaddress {\n10.7.0.100/24\n}\n"

START_TEST(a_start_adds_the_static_items)
{
	check_plan(NULL, STATICS INSTANCE("A", "1", VIP), "",
		   "ip address add 10.7.8.1/24 dev near label near:st # static\n"
		   "ip -6 address add fd07:8::1/64 dev near # static\n"
		   "ip route add 10.13.0.0/16 src 10.7.8.1 via 10.7.8.9 protocol 112 # static\n"
		   "ip route add unreachable 10.14.0.0/16 protocol 112 # static\n"
		   "ip -6 route add fd15::/16 via fd07:8::9 protocol 112 metric 7 # static\n"
		   "ip rule add preference 5 from 10.7.0.0/16 table 5 protocol 112 # static\n");
	check_plan(STATICS, STATICS, "", "");
}
END_TEST

START_TEST(a_master_changes_what_differs)
{
	char before[1024], after[1024];

	snprintf(before, sizeof(before), "%s",
		 INSTANCE("A", "1", VIP "virtual_routes {\n10.8.0.0/16 via 10.7.0.2\n}\n")
		     INSTANCE("B", "2", "virtual_ipaddress {\n10.7.0.102/24\n}\n"));
	snprintf(after, sizeof(after), "%s",
		 INSTANCE("A", "1",
			  VIP "virtual_ipaddress_excluded {\n10.7.0.101/24\n}\n"
			      "virtual_routes {\n10.8.0.0/16 via 10.7.0.3\n}\n"
			      "virtual_rules {\nfrom 10.7.0.0/16 table 6 preference 6\n}\n"));
	check_plan(before, after, "A",
		   "ip address add 10.7.0.101/24 dev near # vrrp=A\n"
		   "ip route add 10.8.0.0/16 via 10.7.0.3 protocol 112 # vrrp=A\n"
		   "ip rule add preference 6 from 10.7.0.0/16 table 6 protocol 112 # vrrp=A\n"
		   "ip route del 10.8.0.0/16 via 10.7.0.2 protocol 112 # vrrp=A\n");
	/* A master that goes, and a backup that changes. */
	check_plan(before, after, "B", "ip address del 10.7.0.102/24 dev near # vrrp=B\n");
}
END_TEST

/* From one master to another, or from no_track to tracked: the kernel keeps them. */
START_TEST(items_that_move_stay)
{
	check_plan(INSTANCE("A", "1", VIP) INSTANCE("B", "2", "virtual_ipaddress {\n10.7.0.102/24\n}\n"),
		   INSTANCE("A", "1", "virtual_ipaddress {\n10.7.0.102/24 no_track\n}\n")
		       INSTANCE("B", "2", VIP),
		   "AB", "");
}
END_TEST

/* A backup has its macvlan too; the addresses of a master are on it. */
START_TEST(macvlans_and_what_is_on_them)
{
	check_plan(INSTANCE("A", "1", "use_vmac vin\n" VIP), INSTANCE("A", "1", "use_vmac\n" VIP), "A",
		   "ip link add vrrp.1 link near address 00:00:5e:00:01:01 type macvlan mode private # vrrp=A\n"
		   "ip address add 10.7.0.100/24 dev vrrp.1 # vrrp=A\n"
		   "ip address del 10.7.0.100/24 dev vin # vrrp=A\n"
		   "ip link del vin # vrrp=A\n");
	check_plan(INSTANCE("A", "1", "use_vmac vin\n" VIP), INSTANCE("A", "1", VIP), "",
		   "ip link del vin # vrrp=A\n");
	check_plan(NULL, INSTANCE("A", "1", "use_ipvlan 10.7.0.9/24 iv private\n" VIP), "",
		   "ip link add iv link near type ipvlan mode l2 private # vrrp=A\n"
		   "ip address add 10.7.0.9/24 dev iv # vrrp=A\n");
	check_plan(INSTANCE("A", "1", "use_ipvlan iv\n" VIP), INSTANCE("A", "1", "use_ipvlan iv\n" VIP),
		   "A", "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("role plan");
	TCase *tcase = tcase_create("role plan");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, a_start_adds_the_static_items);
	tcase_add_test(tcase, a_master_changes_what_differs);
	tcase_add_test(tcase, items_that_move_stay);
	tcase_add_test(tcase, macvlans_and_what_is_on_them);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? 0 : 1;
}
