/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"
#include "doctor/openings.h"
#include "tests/unit/doctor_rig.h"

#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const char pair[] =
    "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 100\n"
    " virtual_ipaddress { 10.9.0.100/24 dev eth0 }\n}\n"
    "virtual_server 10.9.0.100 80 {\n lb_algo wlc\n lb_kind NAT\n protocol TCP\n"
    " real_server 10.9.0.21 80 { weight 1 }\n}\n"
    "virtual_server 10.9.0.100 81 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n"
    " real_server 10.9.1.21 81 { weight 1 }\n}\n"
    "virtual_server 10.9.0.100 82 {\n lb_algo rr\n lb_kind TUN\n protocol TCP\n"
    " real_server 10.9.2.21 82 { weight 1 }\n}\n";

static void setup(void)
{
	reload(pair);
	facts = (struct doctor_facts){.has_ipvs = true, .seconds_listened = 3};
	*vec_push(&facts.interfaces) = (struct doctor_interface){
	    .index = 2, .name = "eth0", .mtu = 1500, .is_up = true, .has_carrier = true, .has_arp = true};
	*vec_push(&facts.interfaces) = (struct doctor_interface){
	    .index = 3, .name = "eth1", .mtu = 1500, .is_up = true, .has_carrier = true, .has_arp = true};
}

static void set_sysctl(const char *name, long value)
{
	*vec_push(&facts.sysctls) =
	    (struct doctor_sysctl){.name = mem_strdup(name), .value = value, .is_there = true};
}

START_TEST(kernel_is_examined)
{
	*vec_push(&facts.modules) = (struct doctor_module){mem_strdup("ip_vs_wlc"), "it is lost", DOCTOR_MODULE_ABSENT};
	*vec_push(&facts.modules) =
	    (struct doctor_module){mem_strdup("ip_vs_pe_sip"), "calls part", DOCTOR_MODULE_UNKNOWN};
	set_sysctl("net.ipv4.ip_forward", 0);
	set_sysctl("net.ipv4.conf.all.send_redirects", 1);
	set_sysctl("net.netfilter.nf_conntrack_max", 1000);
	set_sysctl("net.netfilter.nf_conntrack_count", 801);
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "modules", "no module ip_vs_wlc: it is lost");
	expect(FINDING_UNKNOWN, "modules", "without it calls part");
	expect(FINDING_PROBLEM, "forwarding", "net.ipv4.ip_forward is 0");
	expect(FINDING_WARNING, "forwarding", "send_redirects is on");
	expect(FINDING_PROBLEM, "conntrack", "801 of 1000");
}
END_TEST

START_TEST(a_sound_machine_has_no_problem)
{
	static const uint8_t mac[DOCTOR_MAC_LEN] = {2, 0, 0, 0, 0, 21};
	static const char *const servers[] = {"10.9.0.21", "10.9.1.21", "10.9.2.21"};

	facts.interfaces.items[0].mtu = 1520;
	set_sysctl("net.ipv4.ip_forward", 1);
	*vec_push(&facts.rulesets) = (struct doctor_ruleset){
	    "iptables-save", AF_INET, mem_strdup("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n")};
	for (size_t i = 0; i < 3; i++) {
		struct doctor_answer answer = {.addr = address(servers[i]),
					       .interface = "eth0",
					       .is_asked = true,
					       .n_macs = 1};

		memcpy(answer.macs[0], mac, sizeof(mac));
		*vec_push(&facts.answers) = answer;
		*vec_push(&facts.routes) =
		    (struct doctor_route){.addr = answer.addr, .is_there = true, .interface = 2};
	}
	*vec_push(&facts.hearings) = (struct doctor_hearing){.instance = "VI_1",
							     .is_heard = true,
							     .n_others = 3,
							     .other = address("10.9.0.12"),
							     .other_priority = 150};
	examine(conf, &facts, &findings);
	for (size_t i = 0; i < findings.list.n; i++)
		ck_assert_msg(findings.list.items[i].severity < FINDING_WARNING, "%s",
			      findings.list.items[i].text);
	expect(FINDING_OK, "reach", "NAT: packets go out to 1 real server");
	expect(FINDING_UNKNOWN, "reach",
	       "DR: packets go out to 1 real server; it cannot be seen from here whether it accepts");
	expect(FINDING_UNKNOWN, "reach", "TUN: packets go out to 1 real server");
	expect(FINDING_OK, "vrrp", "3 advertisements of 10.9.0.12 (priority 150)");
	expect(FINDING_OK, "firewall", "let all packets through");
}
END_TEST

START_TEST(ways_to_real_servers)
{
	*vec_push(&facts.answers) = (struct doctor_answer){
	    .addr = address("10.9.0.21"), .interface = "eth0", .is_asked = true};
	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("10.9.0.21"), .is_there = true, .interface = 2};
	*vec_push(&facts.routes) = (struct doctor_route){
	    .addr = address("10.9.1.21"), .is_there = true, .has_gateway = true, .interface = 2};
	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("10.9.2.21"), .is_there = true, .interface = 3};
	set_sysctl("net.ipv4.conf.all.rp_filter", 1);
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "reach", "10.9.0.21 does not answer ARP on eth0");
	expect(FINDING_PROBLEM, "reach", "10.9.1.21 is behind a router");
	expect(FINDING_WARNING, "mtu",
	       "the tunnel to 10.9.2.21 leaves by eth1 with an MTU of 1500");
	expect(FINDING_WARNING, "reach", "rp_filter is 1 on eth0");
}
END_TEST

/* rp_filter is the greater of the two values, send_redirects one or the other. */
START_TEST(sysctls_of_interfaces)
{
	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("10.9.0.21"), .is_there = true, .interface = 3};
	set_sysctl("net.ipv4.conf.all.rp_filter", 0);
	set_sysctl("net.ipv4.conf.all.send_redirects", 0);
	facts.interfaces.items[0].send_redirects = 1; /* no real server is there */
	facts.interfaces.items[1].rp_filter = 1;
	examine(conf, &facts, &findings);
	expect(FINDING_WARNING, "reach", "rp_filter is 1 on eth1");
	ck_assert_ptr_null(find("forwarding", "send_redirects"));
	findings_fini(&findings);
	facts.sysctls.items[0].value = 2;
	facts.interfaces.items[1].send_redirects = 1;
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("reach", "rp_filter"));
	expect(FINDING_WARNING, "forwarding", "net.ipv4.conf.eth1.send_redirects is on");
	ck_assert_str_eq(find("forwarding", "send_redirects")->remedy,
			 "sysctl -w net/ipv4/conf/eth1/send_redirects=0");
	findings_fini(&findings);
	facts.sysctls.items[1].value = 1;
	examine(conf, &facts, &findings);
	ck_assert_str_eq(find("forwarding", "send_redirects")->remedy,
			 "sysctl -w net/ipv4/conf/all/send_redirects=0 "
			 "net/ipv4/conf/eth1/send_redirects=0");
	findings_fini(&findings);
	facts.sysctls.items[0].value = 1;
	facts.interfaces.items[0].rp_filter = facts.interfaces.items[1].rp_filter = 2;
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("reach", "rp_filter"));
}
END_TEST

START_TEST(room_for_each_kind_of_tunnel)
{
	static const struct {
		enum conf_tunnel_type type;
		enum conf_tunnel_checksum checksum;
		unsigned header;
	} kinds[] = {{CONF_TUNNEL_IPIP, CONF_TUNNEL_NOCSUM, 20},
		     {CONF_TUNNEL_GUE, CONF_TUNNEL_NOCSUM, 32},
		     {CONF_TUNNEL_GUE, CONF_TUNNEL_REMCSUM, 40},
		     {CONF_TUNNEL_GRE, CONF_TUNNEL_NOCSUM, 24},
		     {CONF_TUNNEL_GRE, CONF_TUNNEL_CSUM, 28}};
	struct conf_tunnel *tunnel = &conf->virtual_servers[2].real_servers[0].tunnel;

	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("10.9.2.21"), .is_there = true, .interface = 2};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		tunnel->type = kinds[i].type;
		tunnel->checksum = kinds[i].checksum;
		facts.interfaces.items[0].mtu = 1499 + kinds[i].header;
		examine(conf, &facts, &findings);
		expect(FINDING_WARNING, "mtu", "more than 1499 bytes");
		findings_fini(&findings);
		facts.interfaces.items[0].mtu++;
		examine(conf, &facts, &findings);
		ck_assert_ptr_null(find("mtu", ""));
		findings_fini(&findings);
	}
	findings = (struct findings){0};
}
END_TEST

START_TEST(vrrp_is_heard)
{
	struct doctor_hearing *hearing = vec_push(&facts.hearings);

	*hearing = (struct doctor_hearing){.instance = "VI_1",
					   .is_heard = true,
					   .n_own = 3,
					   .n_others = 2,
					   .other = address("10.9.0.12"),
					   .other_priority = 90};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp", "this director and 10.9.0.12 (priority 90) both advertise");
	ck_assert(examine_may_pass(&facts));
	findings_fini(&findings);
	/* The running lvsd knows more. */
	*vec_push(&facts.mismatches) =
	    (struct doctor_mismatch){.instance = "VI_1", .ignored = "checksum 12"};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp", ", and lvsd here has ignored some since it began: checksum 12");
	findings_fini(&findings);
	facts.mismatches.items[0] = (struct doctor_mismatch){
	    .instance = "VI_1",
	    .peer = "10.9.0.12",
	    .text = "another authentication or password than here"};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp",
	       "as lvsd here ignores the advertisements of 10.9.0.12: another authentication or password");
	facts.mismatches.n = 0;
	findings_fini(&findings);
	hearing->n_others = 0;
	ck_assert(!examine_may_pass(&facts));
	examine(conf, &facts, &findings);
	expect(FINDING_OK, "vrrp", "That is normal for a master: a backup that receives the advertisements sends none");
	findings_fini(&findings);
	hearing->n_own = 0;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp", "in 3.0 s nobody advertised on eth0");
	ck_assert(examine_may_pass(&facts));
	findings_fini(&findings);
	*vec_push(&facts.faults) = (struct doctor_fault){
	    .instance = "VI_1", .since = "12:00", .cause = "interface eth0 has no IPv4 address"};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp",
	       "VI_1 is in FAULT since 12:00, so it cannot take over: interface eth0 has no IPv4 address");
	ck_assert_ptr_null(find("vrrp", "nobody advertised"));
	ck_assert_str_eq(find("vrrp", "is in FAULT")->remedy,
			 "give this director an address of its own on eth0, which is not a virtual one: "
			 "ip address add ADDRESS/LENGTH dev eth0");
	findings_fini(&findings);
	*vec_push(&facts.addresses) = (struct doctor_address){
	    facts.interfaces.items[0].index, address("10.9.0.11"), 24};
	examine(conf, &facts, &findings);
	ck_assert_str_eq(find("vrrp", "is in FAULT")->remedy,
			 "remove the cause: the instance takes part again by itself then");
	findings_fini(&findings);
	facts.interfaces.items[0].is_up = facts.interfaces.items[0].has_carrier = false;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp", "interface eth0 of instance VI_1 is down");
	ck_assert_str_eq(find("vrrp", "is down")->remedy, "ip link set eth0 up");
}
END_TEST

/* A cut link is the cause, once for each interface, of what cannot be reached or asked on it. */
START_TEST(a_cut_link_is_named)
{
	facts.is_root = true;
	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("10.9.0.21"), .is_there = true, .interface = 2};
	*vec_push(&facts.routes) = (struct doctor_route){.addr = address("10.9.1.21")};
	*vec_push(&facts.routes) = (struct doctor_route){.addr = address("10.9.2.21"),
							 .is_there = true,
							 .has_gateway = true,
							 .interface = 3};
	*vec_push(&facts.addresses) = (struct doctor_address){2, address("10.9.1.11"), 24};
	*vec_push(&facts.addresses) = (struct doctor_address){2, address("10.9.2.11"), 24};
	*vec_push(&facts.answers) = (struct doctor_answer){
	    .addr = address("10.9.0.100"), .interface = "eth0", .is_vip = true};
	for (int is_up = 1; is_up >= 0; is_up--) {
		facts.interfaces.items[0].has_carrier = false;
		facts.interfaces.items[0].is_up = is_up;
		examine(conf, &facts, &findings);
		expect(FINDING_PROBLEM, "reach", is_up ? "eth0 has no carrier: the 3 real servers"
						       : "eth0 is down: the 3 real servers");
		expect(FINDING_UNKNOWN, "addresses",
		       "who answers for the 1 virtual address on it (10.9.0.100 is the first)");
		ck_assert_ptr_null(find("reach", "no route"));
		ck_assert_ptr_null(find("reach", "behind a router"));
		ck_assert_ptr_null(find("reach", "packets go out"));
		ck_assert_ptr_null(find("addresses", "on eth0 cannot be asked")); /* for a right */
		findings_fini(&findings);
	}
}
END_TEST

START_TEST(what_the_kernel_refuses_is_a_problem)
{
	*vec_push(&facts.refusals) = (struct doctor_refusal){.instance = "VI_1",
							     .kind = "route",
							     .item = "10.8.0.0/16 via 10.99.0.9",
							     .reason = "Network is unreachable"};
	*vec_push(&facts.refusals) = (struct doctor_refusal){
	    .kind = "rule", .item = "preference 9", .reason = "Invalid argument"};
	facts.n_refused = 5;
	snprintf(facts.filter_fault, sizeof(facts.filter_fault), "no nf_tables");
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "refused",
	       "vrrp=VI_1 route 10.8.0.0/16 via 10.99.0.9 should be on this machine, and is not: "
	       "Network is unreachable");
	expect(FINDING_PROBLEM, "refused", "static rule preference 9 should be");
	expect(FINDING_PROBLEM, "refused", "the kernel refuses 3 more");
	expect(FINDING_PROBLEM, "no_accept", "takes what is sent to its virtual addresses: no nf_tables");
	findings_fini(&findings);
}
END_TEST

START_TEST(an_order_of_an_operator_is_a_warning)
{
	*vec_push(&facts.orders) =
	    (struct doctor_order){"VI_1", true, "2026-11-29T12:00:00.000Z"};
	*vec_push(&facts.orders) =
	    (struct doctor_order){"VI_2", false, "2026-11-29T13:00:00.000Z"};
	examine(conf, &facts, &findings);
	expect(FINDING_WARNING, "orders",
	       "vrrp=VI_1 was released by an operator at 2026-11-29T12:00:00.000Z");
	expect(FINDING_WARNING, "orders",
	       "vrrp=VI_2 is held by an operator since 2026-11-29T13:00:00.000Z");
	findings_fini(&findings);
}
END_TEST

START_TEST(late_advertisements_are_a_warning_and_none_a_problem)
{
	strcpy(facts.vrrp_gone, "2026-11-30T10:00:00.000Z");
	*vec_push(&facts.late) = (struct doctor_late){"VI_1", 3, 0.61};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp process", "lvsd has no vrrp process since 2026-11-30T10:00:00.000Z");
	expect(FINDING_WARNING, "late advertisements",
	       "vrrp=VI_1: 3 of its advertisements left more than half an interval late, the latest by 0.61 s");
	findings_fini(&findings);
}
END_TEST

/* "down" alone says nothing: a weight may count then, or be missing. */
START_TEST(a_tracker_that_does_harm_is_listed)
{
	const struct doctor_tracker down = {.instance = "VI_1",
					    .kind = "script",
					    .name = "chk",
					    .state = "is down",
					    .text = "exit status 1",
					    .since = "2026-11-29T12:00:00.000Z",
					    .is_known = true,
					    .taken = 20};
	struct doctor_tracker other = down;

	*vec_push(&facts.trackers) = down;
	other.taken = 0;
	other.withheld = 30;
	other.text[0] = '\0';
	*vec_push(&facts.trackers) = other;
	other.is_fault = true;
	*vec_push(&facts.trackers) = other;
	*vec_push(&facts.trackers) = (struct doctor_tracker){
	    .instance = "VI_1", .kind = "file", .name = "load", .state = "has no verdict yet"};
	examine(conf, &facts, &findings);
	expect(FINDING_WARNING, "trackers",
	       "vrrp=VI_1: script chk is down since 2026-11-29T12:00:00.000Z (exit status 1): it takes "
	       "20 from the priority");
	expect(FINDING_WARNING, "trackers", "it does not add its weight 30 to the priority");
	expect(FINDING_PROBLEM, "trackers", "the instance is in FAULT while it is so");
	expect(FINDING_UNKNOWN, "trackers",
	       "vrrp=VI_1: file load has no verdict yet: it has no effect yet");
	findings_fini(&findings);
}
END_TEST

/* The one finding on connection sync is this. */
static void expect_sync(enum finding_severity severity, const char *text)
{
	examine(conf, &facts, &findings);
	expect(severity, "sync", text);
	findings_fini(&findings);
}

START_TEST(connection_sync_is_what_lvsd_says)
{
	struct doctor_sync_peer *peer;

	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("sync", ""));
	findings_fini(&findings);
	conf->global.sync_daemon.is_on = true;
	conf->global.sync_daemon.interface = "eth0";
	expect_sync(FINDING_UNKNOWN, "there is no running lvsd that reports whether it works");
	facts.sync.is_known = true;
	expect_sync(FINDING_UNKNOWN, "no heartbeat of another director has arrived");
	strcpy(facts.sync.vrrp_peer, "10.9.0.12");
	expect_sync(FINDING_UNKNOWN, "has arrived, and 10.9.0.12 advertises in VRRP. Either no other");
	peer = vec_push(&facts.sync.peers);
	*peer = (struct doctor_sync_peer){
	    .address = "10.8.0.12", .state = "no heartbeat", .entries_s = 5};
	expect_sync(FINDING_UNKNOWN, "connections of 10.8.0.12 arrive (5 s ago)");
	strcpy(peer->state, "heard");
	expect_sync(FINDING_OK, "the heartbeats of 10.8.0.12 arrive (0 s ago)");
	peer->lacks_entries = true;
	expect_sync(FINDING_PROBLEM, "but nothing from its kernel");
	peer->is_deaf = true;
	expect_sync(FINDING_PROBLEM, "but those of this director do not arrive there");
	*peer =
	    (struct doctor_sync_peer){.address = "10.8.0.12", .state = "silent", .heartbeat_s = 77};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "sync", "no heartbeat of 10.8.0.12 has arrived for 77 s");
	ck_assert_ptr_nonnull(strstr(find("sync", "has arrived for")->remedy, "start lvsd there"));
	findings_fini(&findings);
	strcpy(peer->state, "left");
	expect_sync(FINDING_UNKNOWN, "lvsd on 10.8.0.12 was stopped");
	strcpy(facts.sync.fault, "interface eth0 of connection sync is down");
	expect_sync(FINDING_PROBLEM, "interface eth0 of connection sync is down: connections");
	*peer = (struct doctor_sync_peer){
	    .address = "10.8.0.12", .state = "heard", .heartbeat_s = 15};
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("sync", "12 arrive"));
}
END_TEST

START_TEST(addresses_that_two_answer_for)
{
	struct doctor_answer *answer = vec_push(&facts.answers);
	struct conf without_services;

	*answer = (struct doctor_answer){.addr = address("10.9.0.100"),
					 .interface = "eth0",
					 .is_asked = true,
					 .is_vip = true,
					 .n_macs = 1,
					 .macs = {{2, 0, 0, 0, 0, 9}}};
	*vec_push(&facts.addresses) = (struct doctor_address){3, address("10.9.0.11"), 24};
	examine(conf, &facts, &findings);
	expect(FINDING_OK, "addresses", "10.9.0.100: only 02:00:00:00:00:09 answers for it");
	expect(FINDING_WARNING, "addresses", "10.9.0.100/24 on eth0 spans 10.9.0.11 on eth1");
	ck_assert(!examine_may_pass(&facts));
	findings_fini(&findings);
	*vec_push(&facts.addresses) = (struct doctor_address){2, address("10.9.0.100"), 24};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "addresses",
	       "several machines answer for 10.9.0.100: this director and 02:00:00:00:00:09");
	ck_assert(examine_may_pass(&facts));
	ck_assert_ptr_nonnull(strstr(find("addresses", "several")->remedy, "on real servers with DR or TUN"));
	findings_fini(&findings);
	/* Two masters explain it, and a file without a service has no real server. */
	*vec_push(&facts.hearings) = (struct doctor_hearing){.instance = "VI_1",
							     .is_heard = true,
							     .n_own = 3,
							     .n_others = 2,
							     .other = address("10.9.0.12")};
	examine(conf, &facts, &findings);
	ck_assert_str_eq(find("addresses", "several")->remedy,
			 "instance VI_1 has two masters (see above), and both have the address: end that "
			 "first, then run this again");
	findings_fini(&findings);
	facts.hearings.n--;
	without_services = *conf;
	without_services.n_virtual_servers = 0;
	examine(&without_services, &facts, &findings);
	ck_assert_ptr_null(strstr(find("addresses", "several")->remedy, "real server"));
	findings_fini(&findings);
	answer->addr = address("fd09::100");
	answer->macs[answer->n_macs++][0] = 6;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "addresses",
	       "several machines answer for fd09::100: 02:00:00:00:00:09, 06:00:00:00:00:00");
	ck_assert_ptr_null(strstr(find("addresses", "fd09::100")->remedy, "ipv4"));
}
END_TEST

START_TEST(firewall_and_files)
{
	*vec_push(&facts.rulesets) = (struct doctor_ruleset){
	    "iptables-nft-save", AF_INET,
	    mem_strdup("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n*raw\n:PREROUTING ACCEPT [0:0]\n"
		       "-A PREROUTING -p tcp -d 10.9.0.100/32 --dport 80 -j DROP\nCOMMIT\n")};
	facts.nft = mem_strdup(
	    "{\"nftables\": [{\"chain\": {\"family\": \"inet\", \"table\": \"own\", \"name\": "
	    "\"in\", "
	    "\"hook\": \"input\", \"policy\": \"drop\"}}, {\"chain\": {\"family\": \"ip\", "
	    "\"table\": \"filter\", \"name\": \"FORWARD\", \"hook\": \"forward\", \"policy\": "
	    "\"drop\"}}]}");
	*vec_push(&facts.files) = (struct doctor_file){.path = mem_strdup("/etc/lvsd.conf"),
						       .what = "the configuration file",
						       .mode = 0644,
						       .is_there = true,
						       .holds_keys = true};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "firewall",
	       "answers of a real server (iptables-nft-save): the policy of the chain FORWARD");
	ck_assert_str_eq(find("firewall", "answers")->remedy,
			 "iptables -I FORWARD -p 6 -s 10.9.0.21 -j ACCEPT");
	ck_assert_ptr_null(find("firewall", "ip filter FORWARD"));
	ck_assert_ptr_nonnull(find("firewall", "requests of clients (iptables-nft-save): the rule"));
	ck_assert_str_eq(find("firewall", "of the table raw")->remedy,
			 "iptables -t raw -I PREROUTING -p 6 -d 10.9.0.100 --dport 80 -j ACCEPT");
	expect(FINDING_PROBLEM, "firewall",
	       "VRRP advertisements (nft): the policy of the chain inet own in is drop");
	ck_assert_str_eq(find("firewall", "VRRP")->remedy,
			 "nft insert rule inet own in iifname eth0 ip daddr 224.0.0.18 "
			 "meta l4proto 112 accept");
	expect(FINDING_WARNING, "files", "holds passwords");
	findings_fini(&findings);
	facts.files.items[0].mode = 0666;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "files", "can be written by others");
	ck_assert_ptr_null(find("files", "of room"));
	findings_fini(&findings);
	facts.run_dir = "/run/lvsd";
	facts.room_kib = 8;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "files", "of the run dir /run/lvsd has 8 KiB of room: lvsd may be unable");
}
END_TEST

START_TEST(rules_that_no_program_lists)
{
	examine(conf, &facts, &findings);
	expect(FINDING_UNKNOWN, "firewall", "neither iptables nor nft could be run");
	findings_fini(&findings);
	facts.has_nft_rules = true;
	examine(conf, &facts, &findings);
	expect(FINDING_UNKNOWN, "firewall", "the program nft, which lists them, is not installed");
	findings_fini(&findings);
	facts.nft = mem_strdup("nothing");
	examine(conf, &facts, &findings);
	expect(FINDING_UNKNOWN, "firewall", "not a list of rules in JSON");
}
END_TEST

/* With NAT the servers' gateway must move with the VIP: an address of the pair is on their side. */
START_TEST(the_gateway_of_nat_moves)
{
	static const char text[] =
	    "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n"
	    " virtual_ipaddress {\n 192.0.2.100\n%s }\n}\n"
	    "virtual_server 192.0.2.100 80 {\n lb_kind NAT\n protocol TCP\n"
	    " real_server 10.9.0.21 80 { weight 1 }\n sorry_server 10.9.0.22 80\n}\n";
	char *with = mem_printf(text, "10.9.0.1/24 dev eth1\n"), *without = mem_printf(text, "");

	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("10.9.0.21"), .is_there = true, .interface = 3};
	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("10.9.0.22"), .is_there = true, .interface = 3};
	reload(without);
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "reach",
	       "NAT: no virtual address is on eth1, where 2 real servers are (10.9.0.21 is the");
	findings_fini(&findings);
	reload(with);
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("reach", "no virtual address"));
	expect(FINDING_OK, "reach", "NAT: packets go out to 2 real servers");
	findings_fini(&findings);
	facts.routes.items[1].is_there = false;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "reach", "there is no route to the real server 10.9.0.22");
	findings_fini(&findings);
	/* Behind a router, that router decides where the answers go. */
	reload(without);
	facts.routes.items[0].has_gateway = true;
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("reach", "no virtual address"));
	free(with);
	free(without);
}
END_TEST

START_TEST(tunnels_of_ipv6_have_its_figures)
{
	reload("virtual_server 2001:db8::100 80 {\n lb_kind TUN\n protocol TCP\n"
	       " real_server fd09::21 80 { weight 1 }\n}\n");
	*vec_push(&facts.routes) =
	    (struct doctor_route){.addr = address("fd09::21"), .is_there = true, .interface = 2};
	examine(conf, &facts, &findings);
	expect(FINDING_WARNING, "mtu", "its header takes 40");
	ck_assert_str_eq(find("mtu", "")->remedy,
			 "on the real server: ip -6 route change default ... advmss 1400, or an MTU "
			 "of 1540 for the link of the director");
}
END_TEST

/* A director begins the connections of its checks, and hears their answers. */
START_TEST(openings_for_health_checks)
{
	static const char *const wanted[] = {
	    "iptables -A INPUT -p 6 -s 10.9.0.21 --sport 8080 -m conntrack --ctstate ESTABLISHED -j ACCEPT",
	    "iptables -A INPUT -p 6 -d 192.0.2.100 --dport 80 -j ACCEPT",
	    "iptables -A OUTPUT -p 6 -d 10.9.0.21 --dport 8080 -j ACCEPT",
	    "iptables -A OUTPUT -p 6 -d 192.0.2.100 --dport 80 -j ACCEPT",
	};
	struct openings openings;

	reload("virtual_server 192.0.2.100 80 {\n lb_kind DR\n protocol TCP\n"
	       " real_server 10.9.0.21 80 {\n TCP_CHECK { connect_port 8080 }\n"
	       " MISC_CHECK { misc_path /bin/true }\n }\n}\n");
	openings_of(conf, &openings);
	ck_assert_uint_eq(openings.list.n, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < openings.list.n; i++) {
		char *rule = opening_rule(&openings.list.items[i]);

		ck_assert_str_eq(rule, wanted[i]);
		free(rule);
	}
	vec_free(&openings.list);
	facts.nft = mem_strdup(
	    "{\"nftables\": [{\"chain\": {\"family\": \"inet\", \"table\": \"own\", \"name\": "
	    "\"in\", \"hook\": \"input\", \"policy\": \"drop\"}}]}");
	examine(conf, &facts, &findings);
	ck_assert_str_eq(find("firewall", "answers to health checks")->remedy,
			 "nft insert rule inet own in ip saddr 10.9.0.21 meta l4proto 6 th sport "
			 "8080 ct state established accept");
}
END_TEST

static struct doctor_advert *add_advert(uint8_t version, uint8_t vrid, uint8_t priority,
					const char *vip)
{
	struct doctor_advert *advert = vec_push(&facts.adverts);

	*advert = (struct doctor_advert){.interface = 2,
					 .source = address("10.9.0.12"),
					 .version = version,
					 .vrid = vrid,
					 .priority = priority,
					 .interval_ms = 1000};
	*vec_push(&advert->addrs) = address(vip);
	return advert;
}

START_TEST(addresses_that_lvsd_has_left)
{
	*vec_push(&facts.left) =
	    (struct doctor_left){.interface = "eth0", .addr = address("10.9.0.101"), .prefix_len = 32};
	*vec_push(&facts.addresses) = (struct doctor_address){3, address("10.9.0.101"), 32};
	facts.daemon = DOCTOR_DAEMON_RUNS;
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("addresses", "10.9.0.101/32 is on eth0")); /* on another one */
	findings_fini(&findings);

	*vec_push(&facts.addresses) = (struct doctor_address){2, address("10.9.0.101"), 32};
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "addresses",
	       "10.9.0.101/32 is on eth0, where lvsd has added it, and no vrrp_instance has it");
	findings_fini(&findings);
	facts.daemon = DOCTOR_DAEMON_ABSENT;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "addresses", "and lvsd does not run");
	ck_assert_str_eq(find("addresses", "and lvsd does not run")->remedy, "lvsd --release-addresses");
}
END_TEST

START_TEST(the_other_directors_file_is_compared)
{
	struct doctor_advert *advert = add_advert(2, 51, 150, "10.9.0.100");

	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("vrrp", "10.9.0.12"));
	findings_fini(&findings);
	advert->priority = 100;
	advert->interval_ms = 2000;
	advert->addrs.items[0] = address("10.9.0.101");
	examine(conf, &facts, &findings);
	expect(FINDING_WARNING, "vrrp", "10.9.0.12 has the same priority 100 as this file");
	expect(FINDING_PROBLEM, "vrrp", "10.9.0.12 advertises every 2 s and this file has 1 s");
	expect(FINDING_PROBLEM, "vrrp", "only there: 10.9.0.101; only here: 10.9.0.100");
	findings_fini(&findings);
	advert->version = 3;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp", "uses version 3 and this file has version 2");
	findings_fini(&findings);
	advert->vrid = 52;
	advert->addrs.items[0] = address("10.9.0.100");
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "vrrp", "10.9.0.12 advertises 10.9.0.100 with virtual_router_id 52");
	findings_fini(&findings);
	advert->is_own = true;
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("vrrp", "10.9.0.12"));
}
END_TEST

START_TEST(a_daemon_that_does_not_run)
{
	*vec_push(&facts.hearings) = (struct doctor_hearing){.instance = "VI_1", .is_heard = true};
	facts.daemon = DOCTOR_DAEMON_ABSENT;
	examine(conf, &facts, &findings);
	expect(FINDING_WARNING, "daemon", "lvsd does not run here");
	expect(FINDING_UNKNOWN, "vrrp", "nobody advertised on eth0, and lvsd does not run here");
	findings_fini(&findings);
	facts.daemon = DOCTOR_DAEMON_RUNS;
	facts.is_root = true;
	facts.hearings.items[0].is_heard = false;
	examine(conf, &facts, &findings);
	expect(FINDING_OK, "daemon", "lvsd runs");
	ck_assert_ptr_null(strstr(find("vrrp", "cannot be listened on")->remedy, "root"));
}
END_TEST

START_TEST(openings_are_the_rules_needed)
{
	static const char *const wanted[] = {
	    "iptables -A FORWARD -p 6 -s 10.9.0.21 -j ACCEPT",
	    "iptables -A INPUT -i eth0 -p 112 -d 224.0.0.18 -j ACCEPT",
	    "iptables -A INPUT -p 6 -d 10.9.0.100 --dport 80 -j ACCEPT",
	    "iptables -A INPUT -p 6 -d 10.9.0.100 --dport 81 -j ACCEPT",
	    "iptables -A INPUT -p 6 -d 10.9.0.100 --dport 82 -j ACCEPT",
	    "iptables -A OUTPUT -o eth0 -p 112 -d 224.0.0.18 -j ACCEPT",
	    "iptables -A OUTPUT -p 6 -d 10.9.0.21 --dport 80 -j ACCEPT",
	    "iptables -A OUTPUT -p 6 -d 10.9.0.100 --dport 81 -j ACCEPT",
	    "iptables -A OUTPUT -p 4 -d 10.9.2.21 -j ACCEPT",
	};
	struct openings openings;

	openings_of(conf, &openings);
	ck_assert_uint_eq(openings.list.n, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < openings.list.n; i++) {
		char *rule = opening_rule(&openings.list.items[i]);

		ck_assert_str_eq(rule, wanted[i]);
		free(rule);
	}
	vec_free(&openings.list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor");
	TCase *machine = tcase_create("examine");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(machine, setup, teardown);
	tcase_add_test(machine, kernel_is_examined);
	tcase_add_test(machine, a_sound_machine_has_no_problem);
	tcase_add_test(machine, what_the_kernel_refuses_is_a_problem);
	tcase_add_test(machine, an_order_of_an_operator_is_a_warning);
	tcase_add_test(machine, late_advertisements_are_a_warning_and_none_a_problem);
	tcase_add_test(machine, a_tracker_that_does_harm_is_listed);
	tcase_add_test(machine, ways_to_real_servers);
	tcase_add_test(machine, sysctls_of_interfaces);
	tcase_add_test(machine, room_for_each_kind_of_tunnel);
	tcase_add_test(machine, vrrp_is_heard);
	tcase_add_test(machine, a_cut_link_is_named);
	tcase_add_test(machine, connection_sync_is_what_lvsd_says);
	tcase_add_test(machine, addresses_that_two_answer_for);
	tcase_add_test(machine, firewall_and_files);
	tcase_add_test(machine, rules_that_no_program_lists);
	tcase_add_test(machine, the_gateway_of_nat_moves);
	tcase_add_test(machine, tunnels_of_ipv6_have_its_figures);
	tcase_add_test(machine, addresses_that_lvsd_has_left);
	tcase_add_test(machine, the_other_directors_file_is_compared);
	tcase_add_test(machine, a_daemon_that_does_not_run);
	tcase_add_test(machine, openings_are_the_rules_needed);
	tcase_add_test(machine, openings_for_health_checks);
	suite_add_tcase(suite, machine);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
