/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of changes. */
#include "conf/canon/diff.h"
#include "conf/empty.h"
#include "conf/load.h"
#include "conf/text/out.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct conf *loaded(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);
	char error[1024];

	ck_assert_msg(conf, "%s", diags_first_error(&diags, error, sizeof(error)));
	diags_free(&diags);
	return conf;
}

static struct conf *loaded_or_empty(const char *text)
{
	return text ? loaded(text) : conf_empty();
}

/* The changes between two texts are exactly these lines. */
static void changes_are(const char *older, const char *newer, const char *lines, size_t n_kept)
{
	struct conf *a = loaded_or_empty(older), *b = loaded_or_empty(newer);
	struct conf_diff diff;
	struct out out;
	char *text;

	conf_diff(a, b, &diff);
	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < diff.changes.n; i++) {
		out_text(&out, diff.changes.items[i].text);
		out_text(&out, "\n");
	}
	text = out_take(&out);
	ck_assert_str_eq(text, lines);
	ck_assert_uint_eq(diff.n_kept, n_kept);
	free(text);
	conf_diff_fini(&diff);
	conf_free(a);
	conf_free(b);
}

#define SERVICE(address, settings, servers)                                                        \
	"virtual_server " address " 80 {\n protocol TCP\n lvs_method DR\n" settings "\n" servers   \
	"}\n"
#define SERVER(address, settings) "real_server " address " 80 {\n" settings "\n}\n"
#define INSTANCE(name, settings, vips)                                                             \
	"vrrp_instance " name " {\n interface eth0\n version 3\n" settings                         \
	"\nvirtual_ipaddress {\n" vips "\n} }\n"

#define PROBED  " # the check begins anew; its server keeps its state until the first verdict\n"
#define ELECTED " # its addresses are given up and it is elected anew\n"

/* An object of each kind: its line names the kind and the object. */
START_TEST(each_kind_of_object_is_named)
{
	changes_are(NULL,
		    "global_defs { lvs_sync_daemon eth1 }\n"
		    "static_routes { 10.4.0.0/16 via 10.9.0.1\n default via 10.9.0.1 }\n"
		    "vrrp_script chk { script /bin/true }\n"
		    "track_file load { file /run/load }\n"
		    "vrrp_track_process proxy { process haproxy }\n"
		    "vrrp_sync_group G { group { V }\n sync_group_tracking_weight }\n" INSTANCE(
			"V",
			"virtual_router_id 7\n track_script { chk }\n track_file { load weight 1 }\n"
			"track_process { proxy }",
			"10.9.0.100")
			SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "TCP_CHECK { }")),
		    "add lvs_sync_daemon interface eth1, id 0\n"
		    "change static route added default type unicast via 10.9.0.1 protocol 112, route "
		    "added 10.4.0.0/16 type unicast via 10.9.0.1 protocol 112\n"
		    "add vrrp_script=chk\n"
		    "add track_file=load\n"
		    "add vrrp_track_process=proxy\n"
		    "add vrrp_sync_group=G\n"
		    "add vrrp=V interface eth0, virtual_router_id 7, 1 address\n"
		    "add vs=tcp:10.9.0.100:80 wlc, DR, 1 real server\n",
		    0);
}
END_TEST

START_TEST(a_weight)
{
	changes_are(
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "") SERVER("10.9.0.22", "")),
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.22", "") SERVER("10.9.0.21", "weight 5")),
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1 -> 5\n", 2);
}
END_TEST

START_TEST(servers_and_services_come_and_go)
{
	changes_are(
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "") SERVER("10.9.0.22", ""))
		SERVICE("10.9.0.101", "", SERVER("10.9.0.21", "")),
	    SERVICE("10.9.0.100", "lvs_sched rr", SERVER("10.9.0.22", "") SERVER("10.9.0.23", ""))
		SERVICE("10.9.0.102", "", ""),
	    "change vs=tcp:10.9.0.100:80 lvs_sched wlc -> rr\n"
	    "remove vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1\n"
	    "add vs=tcp:10.9.0.100:80 rs=10.9.0.23:80 weight 1\n"
	    "remove vs=tcp:10.9.0.101:80 wlc, DR, 1 real server\n"
	    "add vs=tcp:10.9.0.102:80 wlc, DR, 0 real servers\n",
	    1);
}
END_TEST

START_TEST(service_settings)
{
	changes_are(
	    SERVICE("10.9.0.100", "delay_loop 1", ""),
	    SERVICE("10.9.0.100", "delay_loop 0.5\n persistence_timeout", ""),
	    "change vs=tcp:10.9.0.100:80 delay_loop 1 -> 0.5, persistence_timeout 0 -> 360\n", 0);
}
END_TEST

START_TEST(settings_of_the_kernel)
{
	changes_are(
	    SERVICE("10.9.0.100", "lvs_sched sh\n sh-port\n persistence_timeout 60\n weight 2",
		    SERVER("10.9.0.21", "lvs_method TUN")),
	    SERVICE("10.9.0.100",
		    "lvs_sched mh\n mh-fallback\n persistence_granularity 255.255.255.0\n"
		    "persistence_timeout 60\n persistence_engine sip",
		    SERVER("10.9.0.21", "lvs_method TUN type gue port 9 csum\n"
					"uthreshold 9\n lthreshold 8")),
	    "change vs=tcp:10.9.0.100:80 lvs_sched sh -> mh, flag-1 off -> on, flag-2 on -> "
	    "off, weight 2 -> 1, persistence_granularity 255.255.255.255 -> 255.255.255.0, "
	    "persistence_engine none -> sip\n"
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 2 -> 1, lvs_method TUN "
	    "type ipip -> TUN type gue port 9 csum, uthreshold 0 -> 9, lthreshold 0 -> 8 "
	    "# open connections use the new tunnel at once\n",
	    0);
}
END_TEST

#define METHOD(method) SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "lvs_method " method))
#define CHANGE         "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 lvs_method "

START_TEST(open_connections_and_methods)
{
	changes_are(METHOD("DR"), METHOD("NAT"),
		    CHANGE "DR -> NAT # open connections keep their lvs_method\n", 1);
	changes_are(METHOD("DR"), METHOD("TUN type gre"),
		    CHANGE "DR -> TUN type gre # open connections keep their lvs_method\n", 1);
	changes_are(METHOD("TUN"), METHOD("DR"),
		    CHANGE "TUN type ipip -> DR # open connections keep their lvs_method\n", 1);
	changes_are(METHOD("TUN"), METHOD("TUN type gre csum"),
		    CHANGE "TUN type ipip -> TUN type gre csum # open connections use the new "
			   "tunnel at once\n",
		    1);
	changes_are(METHOD("TUN type gue port 9"), METHOD("DR"),
		    CHANGE "TUN type gue port 9 -> DR # open connections keep lvs_method TUN, but "
			   "with type ipip from now on\n",
		    1);
}
END_TEST

START_TEST(members_of_a_group)
{
	changes_are("virtual_server_group g { \n 10.9.0.100-102 80\n fwmark 5\n }\n"
		    "virtual_server group g { protocol TCP\n ip_family inet\n }\n",
		    "virtual_server group g { protocol TCP\n ip_family inet\n }\n"
		    "virtual_server_group g { \n fwmark 5 inet\n 10.9.0.0/30 80\n 10.9.0.102 80\n }\n",
		    "change vs=tcp:group:g members fwmark 5; 10.9.0.100-10.9.0.102 80 -> fwmark 5 "
		    "inet; 10.9.0.0-10.9.0.3 80; 10.9.0.102 80\n",
		    0);
}
END_TEST

START_TEST(checks)
{
	changes_are(
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21",
			   "TCP_CHECK { connect_timeout 1 \n}\n HTTP_GET { url { path /a\n} }")
			SERVER("10.9.0.22", "TCP_CHECK { }")),
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21",
			   "weight 2\n HTTP_GET { http_protocol 1.1\n url { path /b\n} }\n"
			   "TCP_CHECK { connect_timeout 2\n connect_port 81 \n bindto 10.9.0.1 \n}")
			SERVER("10.9.0.22", "HTTP_GET { url { path /a\n } }")),
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1 -> 2\n"
	    "restart vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=tcp#1 target 10.9.0.21:80 -> "
	    "10.9.0.21:81, bind none -> 10.9.0.1:0, connect_timeout 1 -> 2" PROBED
	    "restart vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=http#1 http_protocol 1.0 -> 1.1, "
	    "url#1 path /a -> /b" PROBED "remove vs=tcp:10.9.0.100:80 rs=10.9.0.22:80 check=tcp#1\n"
	    "add vs=tcp:10.9.0.100:80 rs=10.9.0.22:80 check=http#1\n",
	    2);
}
END_TEST

START_TEST(instances)
{
	changes_are(INSTANCE("A", "virtual_router_id 1", "10.9.0.1\n10.9.0.2\n10.9.0.3")
			INSTANCE("B", "virtual_router_id 2", "10.9.1.1"),
		    INSTANCE("A", "virtual_router_id 1\n priority 120\n advert_int 0.5\n nopreempt",
			     "10.9.0.4\n10.9.0.3 dev eth1\n10.9.0.2")
			INSTANCE("C", "virtual_router_id 2\n", "10.9.1.1\n10.9.1.2"),
		    "change vrrp=A priority 100 -> 120, preemption preempt -> nopreempt, "
		    "advert_int 1 -> 0.5, "
		    "address removed 10.9.0.1/32 dev eth0, address 10.9.0.3/32 dev eth0 -> "
		    "10.9.0.3/32 dev eth1, "
		    "address added 10.9.0.4/32 dev eth0\n"
		    "change vrrp=B name B -> C, address added 10.9.1.2/32 dev eth0\n",
		    0);
}
END_TEST

START_TEST(what_makes_an_instance_another_router)
{
	changes_are(
	    INSTANCE("A", "virtual_router_id 1", "10.9.0.1")
		INSTANCE("B", "virtual_router_id 2", "10.9.1.1")
		    INSTANCE("C", "virtual_router_id 3", "10.9.2.1")
			INSTANCE("D", "virtual_router_id 4", "10.9.3.1"),
	    INSTANCE(
		"A", "virtual_router_id 9\n priority 7",
		"10.9.0.1") "vrrp_instance B { interface eth1\n version 3\n virtual_router_id 2\n"
			    "virtual_ipaddress { 10.9.1.1 dev eth0\n } }\n" INSTANCE(
				"C", "virtual_router_id 3", "fe80::1")
				INSTANCE("D", "virtual_router_id 4\n priority 100\n state MASTER",
					 "10.9.3.1"),
	    "restart vrrp=A priority 100 -> 7, virtual_router_id 1 -> 9" ELECTED
	    "restart vrrp=B interface eth0 -> eth1" ELECTED
	    "restart vrrp=C family inet -> inet6, address removed 10.9.2.1/32 dev eth0, "
	    "address added fe80::1/128 dev eth0" ELECTED
	    "change vrrp=D state BACKUP -> MASTER # state takes effect at the next start of lvsd\n",
	    0);
}
END_TEST

START_TEST(a_check_that_goes_on)
{
	changes_are(SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "TCP_CHECK { }")),
		    SERVICE("10.9.0.100", "",
			    SERVER("10.9.0.21", "TCP_CHECK { retry 3\n delay_loop 2\n }")),
		    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=tcp#1 retry 1 -> 3, "
		    "delay_loop 60 -> 2\n",
		    2);
}
END_TEST

/* What the file does not have is shown as it is in effect. */
START_TEST(the_pace_of_a_check)
{
	const char *without = SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "TCP_CHECK { delay_loop 20\n }"));
	const char *with = SERVICE("10.9.0.100", "",
				   SERVER("10.9.0.21", "TCP_CHECK { delay_loop 20\n rise 3\n fall 4\n "
						       "fast_interval 2\n "
						       "down_interval 5\n }"));

	changes_are(without, with,
		    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=tcp#1 retry 1 -> 3, rise 1 (default) -> 3, "
		    "fast_interval none -> 2, down_interval 20 (delay_loop) -> 5\n",
		    2);
	changes_are(with, without,
		    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=tcp#1 retry 3 -> 1, rise 3 -> 1 (default), "
		    "fast_interval 2 -> none, down_interval 5 -> 20 (delay_loop)\n",
		    2);
	changes_are(without,
		    SERVICE("10.9.0.100", "",
			    SERVER("10.9.0.21", "TCP_CHECK { delay_loop 20\n rise 1\n down_interval 20\n }")),
		    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=tcp#1 rise 1 (default) -> 1, "
		    "down_interval 20 (delay_loop) -> 20\n",
		    2);
}
END_TEST

/* Each field as text and as its parts. */
START_TEST(fields_have_both_values)
{
	struct conf *a = loaded("vrrp_instance A { interface eth0\n virtual_router_id 1\n"
				"priority 5\n virtual_ipaddress { 10.9.0.1\n } }");
	struct conf *b = loaded("vrrp_instance A { interface eth0\n virtual_router_id 1\n"
				"authentication { auth_type PASS\n auth_pass x\n }\n"
				"priority 6\n virtual_ipaddress { 10.9.0.1\n 10.9.0.2\n } }");
	struct conf_diff diff;
	const struct conf_field *fields;

	conf_diff(a, b, &diff);
	ck_assert_uint_eq(diff.changes.n, 1);
	ck_assert_uint_eq(diff.changes.items[0].n_fields, 3);
	ck_assert_str_eq(diff.changes.items[0].subject, "vrrp=A");
	fields = diff.changes.items[0].fields;
	ck_assert_str_eq(fields[0].name, "priority");
	ck_assert_str_eq(fields[0].older, "5");
	ck_assert_str_eq(fields[0].newer, "6");
	ck_assert_int_eq(fields[1].kind, CONF_FIELD_SECRET);
	ck_assert_str_eq(fields[1].older, "");
	ck_assert_str_eq(fields[1].newer, "***");
	ck_assert_int_eq(fields[2].kind, CONF_FIELD_ELEMENT);
	ck_assert_str_eq(fields[2].newer, "10.9.0.2/32 dev eth0");
	conf_diff_fini(&diff);
	conf_free(a);
	conf_free(b);
}
END_TEST

START_TEST(global_settings)
{
	changes_are(
	    "global_defs { router_id a\n lvs_sync_daemon eth0 id 1 }",
	    "global_defs { lvs_sync_daemon eth1 id 2 group 224.0.0.9 }",
	    "change global router_id a -> none\n"
	    "restart lvs_sync_daemon interface eth0 -> eth1, id 1 -> 2, group none -> 224.0.0.9 # "
	    "the kernel's two sync threads are stopped and started\n",
	    0);
	changes_are("", "global_defs { lvs_sync_daemon eth1 id 2 }",
		    "add lvs_sync_daemon interface eth1, id 2\n", 0);
	changes_are("global_defs { lvs_sync_daemon eth1 id 2 }",
		    "global_defs { lvs_sync_daemon eth1 id 2 }", "", 1);
}
END_TEST

START_TEST(settings_of_the_whole_director)
{
	changes_are(
	    "global_defs { script_user a\n }\n SSL { certificate /a\n key /b\n password x\n }",
	    "global_defs { script_user b c\n enable_script_security\n startup_gate 0\n }\n"
	    "SSL { ca /c\n certificate /a\n key /d\n password y\n }",
	    "change global script_user a -> b, script_user group none -> c, "
	    "enable_script_security off -> on, startup_gate 5 -> 0, SSL ca none -> /c, SSL "
	    "key /b -> /d, SSL password changed # a start that waits now keeps its time\n",
	    0);
	changes_are(NULL, "global_defs { startup_gate 5\n }", "", 0);
}
END_TEST

#define TOGETHER                                                                                   \
	"change both directors together: until both have it, neither hears the other, and both are "  \
	"master"

START_TEST(protocol_of_an_instance)
{
	changes_are(
	    "vrrp_instance A { interface eth0\n virtual_router_id 1\n"
	    "unicast_src_ip 192.0.2.11\n unicast_peer { 192.0.2.12\n }\n"
	    "unicast_peer { 192.0.2.13\n }\n notify /bin/a\n"
	    "virtual_ipaddress { 192.0.2.1 } }",
	    "vrrp_instance A { interface eth0\n virtual_router_id 1\n"
	    "authentication { auth_type PASS\n auth_pass x\n }\n"
	    "unicast_peer { 192.0.2.14\n }\n unicast_peer { 192.0.2.12\n }\n"
	    "notify_master \"/bin/a 'b c'\" root\n notify_backup /bin/b\n notify_fault /bin/f\n"
	    "notify_stop /bin/s u g\n virtual_ipaddress { 192.0.2.1 } }",
	    "change vrrp=A source 192.0.2.11 -> none, auth_pass added, peer removed 192.0.2.13, "
	    "peer "
	    "added 192.0.2.14, notify_master none -> /bin/a 'b c' as root, notify_backup none -> "
	    "/bin/b, notify_fault none -> /bin/f, notify_stop none -> /bin/s as u g, notify "
	    "/bin/a -> none # " TOGETHER "\n",
	    0);
	/* unicast in place of multicast; another peer concerns this director alone */
	changes_are("vrrp_instance A { interface eth0\n virtual_router_id 1\n"
		    "virtual_ipaddress { 192.0.2.1 } }",
		    "vrrp_instance A { interface eth0\n virtual_router_id 1\n"
		    "unicast_peer { 192.0.2.12\n }\n virtual_ipaddress { 192.0.2.1 } }",
		    "change vrrp=A peer added 192.0.2.12 # " TOGETHER "\n", 0);
	changes_are("vrrp_instance A { interface eth0\n virtual_router_id 1\n"
		    "unicast_peer { 192.0.2.12\n }\n virtual_ipaddress { 192.0.2.1 } }",
		    "vrrp_instance A { interface eth0\n virtual_router_id 1\n"
		    "unicast_peer { 192.0.2.13\n }\n virtual_ipaddress { 192.0.2.1 } }",
		    "change vrrp=A peer removed 192.0.2.12, peer added 192.0.2.13\n", 0);
	/* a backup of version 3 adopts the master's interval, one of version 2 hears no other */
	changes_are("vrrp_instance A { interface eth0\n virtual_router_id 1\n version 2\n"
		    "virtual_ipaddress { 192.0.2.1 } }",
		    "vrrp_instance A { interface eth0\n virtual_router_id 1\n version 2\n"
		    "advert_int 2\n virtual_ipaddress { 192.0.2.1 } }",
		    "change vrrp=A advert_int 1 -> 2 # " TOGETHER "\n", 0);
	changes_are("vrrp_instance A { interface eth0\n virtual_router_id 1\n version 3\n"
		    "virtual_ipaddress { 192.0.2.1 } }",
		    "vrrp_instance A { interface eth0\n virtual_router_id 1\n version 3\n"
		    "advert_int 2\n virtual_ipaddress { 192.0.2.1 } }",
		    "change vrrp=A advert_int 1 -> 2\n", 0);
}
END_TEST

START_TEST(quorum_and_sorry_server)
{
	changes_are(
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "weight 9")),
	    SERVICE("10.9.0.100",
		    "quorum 3\n hysteresis 1\n quorum_up /bin/up\n quorum_down /bin/down\n"
		    "alpha\n omega\n sorry_server 10.9.0.99",
		    SERVER("10.9.0.21", "weight 9")),
	    "change vs=tcp:10.9.0.100:80 quorum 1 -> 3, hysteresis 0 -> 1, quorum_up none -> "
	    "/bin/up, quorum_down none -> /bin/down, alpha off -> on, omega off -> on, "
	    "sorry_server none -> 10.9.0.99:80\n",
	    1);
	changes_are(SERVICE("10.9.0.100", "drain_timeout 9", SERVER("10.9.0.21", "")),
		    SERVICE("10.9.0.100", "drain_on_failure\n slow_start 30",
			    SERVER("10.9.0.21", "")),
		    "change vs=tcp:10.9.0.100:80 drain_timeout 9 -> 300, drain_on_failure off -> "
		    "on, slow_start 0 -> 30 # servers that drain already keep their deadline\n",
		    1);
	changes_are(SERVICE("10.9.0.100", "sorry_server 10.9.0.99", SERVER("10.9.0.21", "")),
		    SERVICE("10.9.0.100",
			    "sorry_server 10.9.0.99\n sorry_server_inhibit\n"
			    "sorry_server_lvs_method NAT",
			    SERVER("10.9.0.21", "")),
		    "change vs=tcp:10.9.0.100:80 sorry_server_inhibit off -> on, "
		    "sorry_server_lvs_method DR -> NAT\n",
		    1);
}
END_TEST

START_TEST(servers_and_new_checks)
{
	changes_are(
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21", "MISC_CHECK { misc_path /a\n }\n"
					"SSL_GET { url { path /\n } }")),
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21",
			   "lvs_method TUN\n inhibit_on_failure\n notify_up /u\n notify_down /d\n"
			   "MISC_CHECK { misc_path \"/a b\"\n misc_timeout 3\n misc_dynamic\n"
			   "alpha\n retry 1\n }\n"
			   "SSL_GET { sni_name a\n url { path /\n } }")),
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 lvs_method DR -> TUN type ipip, "
	    "inhibit_on_failure off -> on, notify_up none -> /u, notify_down none -> /d # open "
	    "connections keep their lvs_method\n"
	    "restart vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=ssl#1 sni_name none -> a" PROBED
	    "restart vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check=misc#1 misc_path /a -> /a b, "
	    "misc_timeout 60 -> 3, misc_dynamic off -> on, retry 0 -> 1, alpha off -> on" PROBED,
	    1);
}
END_TEST

START_TEST(services_by_firewall_mark)
{
	changes_are("virtual_server fwmark 1 { ip_family inet\n }",
		    "virtual_server fwmark 1 { ip_family inet6\n lvs_method TUN\n }",
		    "remove vs=fwm4:1 wlc, NAT, 0 real servers\n"
		    "add vs=fwm6:1 wlc, TUN, 0 real servers\n",
		    0);
}
END_TEST

START_TEST(translated_sources_and_marks)
{
	changes_are("virtual_server 10.9.0.100 80 { protocol TCP\n lvs_method FNAT\n"
		    "real_server 10.9.0.21 80 { }\n }\n"
		    "virtual_server fwmark 7 { match { address 10.9.0.100\n protocol TCP\n"
		    "ports 80\n }\n }",
		    "global_defs { keep_at_stop all\n }\n"
		    "virtual_server 10.9.0.100 80 { protocol TCP\n lvs_method FNAT\n"
		    "fnat_source 10.9.0.101\n real_server 10.9.0.21 80 { }\n }\n"
		    "virtual_server fwmark 7 { match { address 10.9.0.100\n protocol TCP\n"
		    "ports 80 443\n }\n }",
		    "change global keep_at_stop connections -> all\n"
		    "change vs=tcp:10.9.0.100:80 fnat_source 10.9.0.100 -> 10.9.0.101 "
		    "# open connections keep their source\n"
		    "change vs=fwm4:7 match tcp 10.9.0.100/32 80 -> tcp 10.9.0.100/32 80,443\n",
		    1);
}
END_TEST

START_TEST(nothing_on_one_side)
{
	changes_are(NULL, SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "")),
		    "add vs=tcp:10.9.0.100:80 wlc, DR, 1 real server\n", 0);
	changes_are(SERVICE("10.9.0.100", "", ""), NULL,
		    "remove vs=tcp:10.9.0.100:80 wlc, DR, 0 real servers\n", 0);
	changes_are(NULL, NULL, "", 0);
}
END_TEST

#define SENDING(step, header, more, told)                                                          \
	SERVICE("10.9.0.100", "",                                                                  \
		SERVER("10.9.0.21",                                                                \
		       "TCP_CHECK {\n dialogue {\n" step "\nexpect \"+OK\"\n }\n }\n"               \
		       "HTTP_GET {\n url {\n path /\n method POST\n header \"Authorization: " header     \
		       "\"\n" more "\n }\n }\n AGENT_CHECK {\n agent_port 77\n" told "\n }\n"           \
		       "UDP_CHECK {\n payload 7031\n }\n"))
#define ANEW "restart vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 check="

/* What a probe sends may be a password. */
START_TEST(what_is_sent_is_not_shown)
{
	const char *older = SENDING("send \"AUTH hunter2\"", "Bearer 1234", "body \"pw=1\"",
				    "agent_send \"key abc\"");

	changes_are(older,
		    SENDING("send \"AUTH hunter3\"", "Bearer 1235", "body \"pw=12\"",
			    "agent_send \"key abd\""),
		    ANEW "tcp#1 dialogue send (12 characters) expect +OK -> send (12 characters) expect "
			 "+OK (other characters are sent)" PROBED
		    ANEW "http#1 url#1 header Authorization (13 characters) -> Authorization (13 "
			 "characters) (other characters are sent), url#1 body (4 characters) -> (5 "
			 "characters)" PROBED
		    ANEW "agent#1 agent_send (7 characters) -> (7 other characters)" PROBED,
		    3);
	changes_are(older, SENDING("send_hex 41", "B", "body_hex 41", ""),
		    ANEW "tcp#1 dialogue send (12 characters) expect +OK -> send_hex (2 characters) "
			 "expect +OK" PROBED
		    ANEW "http#1 url#1 header Authorization (13 characters) -> Authorization (3 "
			 "characters), url#1 body (4 characters) -> none, url#1 body_hex none -> (2 "
			 "characters)" PROBED
		    ANEW "agent#1 agent_send (7 characters) -> none" PROBED,
		    3);
}
END_TEST

static void is_emptying(const char *older, const char *newer, bool is)
{
	struct conf *a = loaded(older), *b = loaded(newer);

	ck_assert_msg(conf_diff_is_emptying(a, b) == is, "%s\nand\n%s", older, newer);
	conf_free(a);
	conf_free(b);
}

START_TEST(what_leaves_no_object)
{
	const char *service = SERVICE("10.9.0.100", "", "");
	const char *instance = INSTANCE("A", "virtual_router_id 1", "10.9.0.100");

	is_emptying(service, "", true);
	is_emptying(instance, "", true);
	is_emptying("", "", false);
	is_emptying("", service, false);
	is_emptying(service, instance, false);
	is_emptying(instance, service, false);
	is_emptying(service, "virtual_server_group web { 10.9.0.100 80\n }\n", true);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf diff");
	TCase *tcase = tcase_create("diff");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, each_kind_of_object_is_named);
	tcase_add_test(tcase, a_weight);
	tcase_add_test(tcase, servers_and_services_come_and_go);
	tcase_add_test(tcase, service_settings);
	tcase_add_test(tcase, settings_of_the_kernel);
	tcase_add_test(tcase, open_connections_and_methods);
	tcase_add_test(tcase, members_of_a_group);
	tcase_add_test(tcase, checks);
	tcase_add_test(tcase, instances);
	tcase_add_test(tcase, what_makes_an_instance_another_router);
	tcase_add_test(tcase, a_check_that_goes_on);
	tcase_add_test(tcase, the_pace_of_a_check);
	tcase_add_test(tcase, fields_have_both_values);
	tcase_add_test(tcase, global_settings);
	tcase_add_test(tcase, settings_of_the_whole_director);
	tcase_add_test(tcase, protocol_of_an_instance);
	tcase_add_test(tcase, quorum_and_sorry_server);
	tcase_add_test(tcase, servers_and_new_checks);
	tcase_add_test(tcase, services_by_firewall_mark);
	tcase_add_test(tcase, translated_sources_and_marks);
	tcase_add_test(tcase, nothing_on_one_side);
	tcase_add_test(tcase, what_is_sent_is_not_shown);
	tcase_add_test(tcase, what_leaves_no_object);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
