/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsctl prints of the director's answers. */
#include "daemon/lvsctl/status_text.h"
#include "daemon/lvsctl/syncing_text.h"
#include "daemon/shared/plan_show.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

typedef void print_fn(json_t *object, FILE *out);

/* What fn prints of the object; free() it. */
static char *printed(print_fn *fn, const char *text)
{
	json_error_t error;
	json_t *object = json_loads(text, 0, &error);
	size_t size;
	char *said;
	FILE *out = open_memstream(&said, &size);

	ck_assert_msg(object != NULL, "%s: %s", error.text, text);
	fn(object, out);
	fclose(out);
	json_decref(object);
	return said;
}

static void check(print_fn *fn, const char *object, const char *wanted)
{
	char *said = printed(fn, object);

	ck_assert_str_eq(said, wanted);
	free(said);
}

static void check_has(print_fn *fn, const char *object, const char *part)
{
	char *said = printed(fn, object);

	ck_assert_msg(strstr(said, part), "%s\nis not in\n%s", part, said);
	free(said);
}

#define HEAD                                                                                       \
	"\"config_digest\": \"abc\", \"version\": \"9.1\", \"pid\": 7, \"router_id\": \"dir1\", "

#define HEAD_TEXT                                                                                  \
	"config digest abc (equal on both directors of a pair)\n"                                  \
	"lvsd 9.1, pid 7, router id dir1\n"                                                        \
	"/etc/lvsd.conf applied now\n"

START_TEST(test_head)
{
	check(status_text_print,
	      "{" HEAD "\"config\": {\"file\": \"/etc/lvsd.conf\", \"applied_at\": \"now\"}}",
	      HEAD_TEXT);
	/* What is not there is a dash, and nothing falls. */
	check(status_text_print, "{}",
	      "config digest - (equal on both directors of a pair)\nlvsd -, pid 0, router id -\n"
	      "- applied -\n");
	check_has(
	    status_text_print,
	    "{\"ignored\": [{\"keyword\": \"BFD_CHECK\", \"consequence\": \"not run\", \"times\": "
	    "2, "
	    "\"line\": 9, \"reason\": \"a later version runs it\"}]}",
	    "IGNORED BFD_CHECK: not run (2 times, first in line 9): a later version runs it\n");
	check_has(status_text_print,
		  "{\"lacks\": [{\"capability\": \"CAP_SYS_NICE\", \"cost\": \"late adverts\"}]}",
		  "WITHOUT CAP_SYS_NICE: late adverts\n");
}
END_TEST

START_TEST(test_reload)
{
	static const struct {
		const char *reload, *wanted;
	} cases[] = {
	    {"{\"action\": \"reload\", \"at\": \"now\", \"ok\": true, \"text\": \"\"}",
	     "last reload now accepted\n    no change\n"},
	    {"{\"action\": \"reload\", \"at\": \"now\", \"ok\": true, \"text\": \"vs=a added\\n\"}",
	     "last reload now accepted:\n    vs=a added\n"},
	    {"{\"action\": \"rollback\", \"at\": \"now\", \"ok\": false, \"text\": \"a\\nb\"}",
	     "last rollback now REFUSED, nothing has changed:\n    a\n    b\n"},
	    {"{\"action\": \"reload\", \"at\": \"now\", \"ok\": false, \"text\": "
	     "\"1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\\n12\\n13\\n14\\n15\\n16\\n17\\n18\\n19"
	     "\\n20\\n21\\n22\\n\"}",
	     "    20\n    and 2 more\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char status[1024];

		snprintf(status, sizeof(status), "{\"config\": {\"last_reload\": %s}}",
			 cases[i].reload);
		check_has(status_text_print, status, cases[i].wanted);
	}
}
END_TEST

START_TEST(test_in_force)
{
	check(status_text_print_in_force, "{\"in_force\": \"file\", \"confirm_by\": null}", "");
	check(status_text_print_in_force,
	      "{\"in_force\": \"previous\", \"file\": \"/etc/lvsd.conf\"}",
	      "rolled back: the configuration before the last reload is in force; "
	      "/etc/lvsd.conf itself is unchanged, and the next reload, SIGHUP or start applies it\n");
	check(
	    status_text_print_in_force, "{\"confirm_by\": \"12:00\"}",
	    "WAITS for lvsctl confirm until 12:00; without it the previous configuration comes "
	    "back\n");
}
END_TEST

#define INSTANCE                                                                                   \
	"\"name\": \"web\", \"interface\": \"eth0\", \"vrid\": 5, \"priority\": 100, "             \
	"\"effective_priority\": 90, \"advert_int\": 1, \"virtual_addresses\": [\"10.0.0.1/32\", " \
	"\"10.0.0.2/32\"]"

START_TEST(test_vrrp)
{
	static const struct {
		const char *more, *wanted;
	} cases[] = {
	    {"\"state\": \"MASTER\"",
	     "web              MASTER  eth0          5  100        90  10.0.0.1/32 10.0.0.2/32\n"},
	    {"\"state\": \"FAULT\", \"fault\": \"eth0 has no carrier\"",
	     "  FAULT: eth0 has no carrier\n"},
	    {"\"state\": \"BACKUP\", \"master\": null", "  no master is heard\n"},
	    {"\"state\": \"BACKUP\", \"master\": null, \"proof_wait\": 4.25",
	     "  no master is heard\n  waits up to 4.2 s more for proof that it can receive: no frame of "
	     "another machine has come on eth0\n"},
	    {"\"state\": \"BACKUP\", \"master\": \"10.9.0.3\"", "  the master is 10.9.0.3\n"},
	    {"\"state\": \"BACKUP\", \"master\": \"10.9.0.3\", \"master_priority\": 80, "
	     "\"preempt\": false",
	     "  the master is 10.9.0.3\n  does not preempt that master, which has the lower priority "
	     "80: nopreempt\n"},
	    {"\"state\": \"BACKUP\", \"master\": \"10.9.0.3\", \"master_priority\": 120, "
	     "\"preempt\": false, \"held_for\": 7.25",
	     "  the master is 10.9.0.3\n  does not preempt the master 10.9.0.3 for"},
	    {"\"state\": \"BACKUP\", \"master\": \"10.9.0.3\", \"held_for\": 7.25",
	     "  does not preempt the master 10.9.0.3 for 7.2 s more\n"},
	    {"\"state\": \"BACKUP\", \"master\": \"10.9.0.3\", \"master_advert_int\": 3",
	     "  the master 10.9.0.3 advertises every 3 s (advert_int here: 1 s)\n"},
	    {"\"state\": \"MASTER\", \"mismatch\": {\"kind\": \"version\", \"peer\": \"10.9.0.3\", "
	     "\"text\": \"version 2, here 3\", \"seconds_ago\": 12.25}",
	     "  10.9.0.3 does not fit: version 2, here 3 (logged 12 s ago)\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char status[1024];

		snprintf(status, sizeof(status), "{\"vrrp\": [{" INSTANCE ", %s}]}", cases[i].more);
		check_has(status_text_print, status, cases[i].wanted);
	}
}
END_TEST

START_TEST(unknown_virtual_routers_are_listed)
{
	check_has(status_text_print,
		  "{\"unknown_vrids\": [{\"vrid\": 77, \"interface\": \"eth0\", \"source\": \"10.9.0.3\", "
		  "\"seconds_ago\": 2.4}]}",
		  "\nUNKNOWN virtual_router_id 77 on eth0: 10.9.0.3 advertises it, and no instance here has it "
		  "(2 s ago)\n");
}
END_TEST

#define SERVER                                                                                     \
	"\"key\": \"10.0.0.2:80\", \"state\": \"up\", \"weight\": 5, \"effective_weight\": 4, "    \
	"\"active_connections\": 3, \"inactive_connections\": 2"

#define SERVER_TEXT "  10.0.0.2:80                    up            5         4 "

/* The weight in the kernel, and the check that speaks for the server. */
/* A vrrp process that hangs tells no counters. */
START_TEST(old_counters_are_called_old)
{
	char *said = printed(status_text_print, "{\"vrrp_counters_s\": 0.8, \"vrrp\": [{\"name\": \"web\"}]}");

	ck_assert_ptr_null(strstr(said, "does not answer"));
	free(said);
	check_has(status_text_print, "{\"vrrp_counters_s\": 61.2, \"vrrp\": [{\"name\": \"web\"}]}",
		  "the vrrp process does not answer now: what it counts below is as it said 61 s ago, and after "
		  "each change\n");
	check_has(status_text_print,
		  "{\"vrrp_counters_s\": 61.2, \"vrrp_gone\": \"2026-11-30T10:00:00.000Z\", "
		  "\"vrrp\": [{\"name\": \"web\"}]}",
		  "NO VRRP PROCESS since 2026-11-30T10:00:00.000Z: the states below are the last that it told");
}
END_TEST

START_TEST(test_servers)
{
	static const struct {
		const char *more, *wanted;
	} cases[] = {
	    {"\"kernel_weight\": 4", SERVER_TEXT "     4      3        2  no checks\n"},
	    {"\"in_kernel\": false", SERVER_TEXT "   out      3        2  no checks\n"},
	    {"\"kernel_weight\": null", SERVER_TEXT "     ?      3        2  no checks\n"},
	    {"\"ignored_check\": \"BFD_CHECK\"", "  BFD_CHECK: not run\n"},
	    {"\"checks\": [{\"kind\": \"TCP_CHECK\", \"state\": \"up\", \"last\": {\"reason\": "
	     "\"ok\"}}]",
	     "  TCP_CHECK: ok\n"},
	    {"\"checks\": [{\"kind\": \"HTTP_GET\", \"state\": \"down\", \"last\": {\"reason\": "
	     "\"503\"}}, "
	     "{\"kind\": \"TCP_CHECK\", \"state\": \"up\", \"last\": {\"reason\": \"ok\"}}]",
	     "  HTTP_GET: 503\n"},
	    {"\"checks\": [{\"kind\": \"AGENT_CHECK\", \"state\": \"up\", \"abstains\": true, \"last\": "
	     "{\"reason\": \"silent\"}}, {\"kind\": \"TCP_CHECK\", \"state\": \"up\", \"last\": {\"reason\": "
	     "\"ok\"}}]",
	     "  TCP_CHECK: ok, AGENT_CHECK abstains\n"},
	    {"\"path\": {\"text\": \"eth0 is down\", \"cut_off\": true}",
	     "  eth0 is down: WEIGHT 0 until the director reaches it\n"},
	    {"\"path\": {\"text\": \"eth0 is down\", \"cut_off\": false}", "  eth0 is down\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char status[1024];

		snprintf(status, sizeof(status),
			 "{\"virtual_servers\": [{\"key\": \"tcp:10.0.0.1:80\", \"real_servers\": "
			 "[{" SERVER ", %s}]}]}",
			 cases[i].more);
		check_has(status_text_print, status, cases[i].wanted);
	}
}
END_TEST

START_TEST(test_services)
{
	static const char service[] =
	    "{\"virtual_servers\": [{\"key\": \"group web\", \"scheduler\": \"rr\", \"method\": "
	    "\"NAT\", \"quorum_up\": false, \"live_weight\": 0, \"quorum\": 2, \"fault\": \"there "
	    "is no "
	    "scheduler rr\", \"members\": [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", "
	    "\"9\"], "
	    "\"sorry_server\": {\"key\": \"10.0.0.9:80\", \"kernel_weight\": 1}}]}";

	check_has(status_text_print, service,
		  "\ngroup web rr NAT, quorum DOWN (live weight 0 of 2)\n"
		  "  NOT SERVED as the file says: there is no scheduler rr\n"
		  "  9 members: 1 2 3 4 5 6 7 8 and 1 more\n");
	check_has(
	    status_text_print, service,
	    "  10.0.0.9:80                    sorry         -         0      1      0        0  "
	    "sorry server\n");
	check(status_text_print_draining, "[]", "");
	check_has(
	    status_text_print_draining,
	    "[{\"service\": \"tcp:10.0.0.1:80\", \"real_server\": \"10.0.0.2:80\", \"reason\": "
	    "\"operator\", \"state\": \"drains\", \"connections\": 12, \"deadline_s\": 300}]",
	    "tcp:10.0.0.1:80                10.0.0.2:80                    operator drains     "
	    "       12    300 s  -\n");
}
END_TEST

START_TEST(test_kernel)
{
	static const struct {
		const char *kernel, *wanted;
	} cases[] = {
	    {"\"services\": null", "\nIPVS: the table could not be read\n"},
	    {"\"services\": [{\"key\": \"fwm4:1\", \"scheduler\": \"rr\", \"persistence_timeout\": "
	     "60, "
	     "\"destinations\": [{\"key\": \"10.0.0.2:0\", \"weight\": 1, \"method\": \"DR\", "
	     "\"active_connections\": 4, \"inactive_connections\": 5}]}]",
	     "\nfwm4:1 rr, persistent 60 s\n"
	     "  destination                    weight method   active inactive\n"
	     "  10.0.0.2:0                          1 DR            4        5\n"},
	    {"\"sync\": [{\"role\": \"master\", \"interface\": \"eth1\", \"syncid\": 3}]",
	     "sync     master role on eth1, syncid 3\n"},
	    {"\"sysctls\": [{\"name\": \"conntrack\", \"value\": \"1\", \"former\": \"0\"}]",
	     "sysctl   conntrack = 1 (before lvsd: 0)\n"},
	    {"\"sets\": [{\"name\": \"vips\", \"type\": \"hash:ip\", \"members\": [\"a\"]}]",
	     "set      vips, hash:ip, 1 member\n"},
	    {"\"rules\": [{\"program\": \"iptables\", \"table\": \"mangle\", \"chain\": \"LVSD\", "
	     "\"rule\": \"-j MARK\"}]",
	     "rule     iptables -t mangle -A LVSD -j MARK\n"},
	    {"\"addresses\": [{\"address\": \"10.0.0.1/32\", \"interface\": \"eth0\", "
	     "\"instance\": "
	     "\"web\"}]",
	     "address  10.0.0.1/32 on eth0 (vrrp=web)\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char status[1024];

		snprintf(status, sizeof(status), "{\"kernel\": {%s}}", cases[i].kernel);
		check_has(status_text_print, status, cases[i].wanted);
	}
}
END_TEST

START_TEST(test_sync)
{
	static const struct {
		const char *sync, *wanted;
	} cases[] = {
	    {"null", ""},
	    {"{\"interface\": \"eth1\", \"state\": \"heard\", \"peers\": []}",
	     "\nconnection sync on eth1\n"},
	    {"{\"interface\": \"eth1\", \"fault\": \"eth1 is down\"}",
	     "\nconnection sync on eth1: FAULT: eth1 is down\n"},
	    {"{\"interface\": \"eth1\", \"send_error\": \"Network is unreachable\"}",
	     "\nconnection sync on eth1: FAULT: heartbeats cannot be sent: Network is "
	     "unreachable\n"},
	    {"{\"interface\": \"eth1\", \"state\": \"never heard\", \"vrrp_peer\": \"10.9.0.3\"}",
	     "\nconnection sync on eth1: no heartbeat was heard yet (10.9.0.3 advertises: "
	     "keepalived or "
	     "an older lvsd, which send none, or connection sync does not arrive here)\n"},
	    {"{\"interface\": \"eth1\", \"state\": \"never heard\", \"vrrp_peer\": null}",
	     "\nconnection sync on eth1: no heartbeat was heard yet (no other director runs, or it "
	     "is "
	     "keepalived or an older lvsd, which send none)\n"},
	    {"{\"interface\": \"eth1\", \"state\": \"silent\", \"peers\": ["
	     "{\"address\": \"10.9.1.2\", \"state\": \"silent\", \"heartbeat_s\": 31}, "
	     "{\"address\": \"10.9.1.3\", \"state\": \"left\", \"heartbeat_s\": 4}, "
	     "{\"address\": \"10.9.1.4\", \"state\": \"no heartbeat\", \"entries_s\": 2}, "
	     "{\"address\": \"10.9.1.5\", \"state\": \"heard\", \"heartbeat_s\": 1, \"entries_s\": "
	     "2, "
	     "\"entries_there_s\": 3, \"deaf\": true, \"untold\": true}]}",
	     "\nconnection sync on eth1\n"
	     "  10.9.1.2: NO HEARTBEAT any more, the last one 31 s ago\n"
	     "  10.9.1.3: its lvsd was stopped; heartbeat 4 s ago\n"
	     "  10.9.1.4: it sends no heartbeat, connections from there 2 s ago\n"
	     "  10.9.1.5: heartbeat 1 s ago, connections from there 2 s ago, ours there 3 s ago; "
	     "it "
	     "does NOT HEAR this director; it hears this director, but NO CONNECTION of its "
	     "kernel\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *sync = json_loads(cases[i].sync, JSON_DECODE_ANY, NULL);
		char *said;
		size_t size;
		FILE *out = open_memstream(&said, &size);

		ck_assert_ptr_nonnull(sync);
		syncing_text_print(sync, out);
		fclose(out);
		ck_assert_str_eq(said, cases[i].wanted);
		free(said);
		json_decref(sync);
	}
}
END_TEST

START_TEST(test_plan)
{
	check(plan_show, "{\"changes\": [], \"kept\": 0, \"from\": \"\", \"operations\": []}",
	      "# configuration: 0 changes from an empty one, 0 objects stay\n# kernel: nothing to "
	      "do\n");
	check(plan_show,
	      "{\"changes\": [{\"text\": \"vs=a added\"}], \"kept\": 1, \"from\": "
	      "\"/etc/lvsd.conf\", "
	      "\"maintenance_ended\": [{\"text\": \"rs=b is gone\"}], \"operations\": [{\"text\": "
	      "\"add "
	      "service vs=a\", \"waits\": false}, {\"text\": \"add dest vs=a\", \"waits\": true}]}",
	      "# configuration: 1 change from /etc/lvsd.conf, 1 object stays\n"
	      "vs=a added\n"
	      "rs=b is gone\n"
	      "# kernel: 2 operations\n"
	      "add service vs=a\n"
	      "add dest vs=a # when its checks succeed\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lvsctl_text");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tests, test_head);
	tcase_add_test(tests, test_reload);
	tcase_add_test(tests, test_in_force);
	tcase_add_test(tests, test_vrrp);
	tcase_add_test(tests, old_counters_are_called_old);
	tcase_add_test(tests, unknown_virtual_routers_are_listed);
	tcase_add_test(tests, test_servers);
	tcase_add_test(tests, test_services);
	tcase_add_test(tests, test_kernel);
	tcase_add_test(tests, test_sync);
	tcase_add_test(tests, test_plan);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
