/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doctor and this machine's kernel, in a network namespace of its own: the packet filter, with
 * rules made by nft and by iptables-nft, and advertisements on a link. Skipped where these cannot be
 * had.
 */
#include "base/mem.h"
#include "conf/load.h"
#include "doctor/examine.h"
#include "doctor/gather.h"
#include "own_net.h"
#include "vrrp/ah/ah.h"

#include <arpa/inet.h>
#include <check.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the doctor listens is three intervals: long enough for a sender every 10 ms. */
#define LISTEN_INTERVAL_US 500000
#define SEND_PAUSE_MS      10

static const char director[] =
    "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 100\n"
    " virtual_ipaddress { 10.9.0.100/32 }\n}\n"
    "vrrp_instance VI_6 {\n interface eth0\n virtual_router_id 52\n priority 100\n"
    " virtual_ipaddress { fd09::100/128 }\n}\n"
    "virtual_server 10.9.0.100 80 {\n lb_algo wlc\n lb_kind NAT\n protocol TCP\n"
    " real_server 10.9.0.21 80 { weight 1 }\n}\n";

static struct conf *conf;
static struct findings findings;

/* Reads the rules that are in force now, and judges them. */
static void look(void)
{
	struct doctor_facts facts = {0};

	findings_fini(&findings);
	findings = (struct findings){0};
	gather_firewall(&facts);
	examine_firewall(conf, &facts, &findings);
	doctor_facts_fini(&facts);
}

static void setup(void)
{
	struct diags diags = {0};

	conf = conf_load_text("director", director, strlen(director), &diags);
	ck_assert_ptr_nonnull(conf);
	diags_free(&diags);
	own_net_run("nft flush ruleset");
}

static void teardown(void)
{
	findings_fini(&findings);
	findings = (struct findings){0};
	conf_free(conf);
}

static size_t count(const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < findings.list.n; i++)
		n += strstr(findings.list.items[i].text, part) != NULL;
	return n;
}

static void expect_closed(size_t n)
{
	size_t n_closed = 0;

	for (size_t i = 0; i < findings.list.n; i++)
		n_closed += findings.list.items[i].severity == FINDING_PROBLEM;
	for (size_t i = 0; n_closed != n && i < findings.list.n; i++)
		fprintf(stderr, "%s\n", findings.list.items[i].text);
	ck_assert_uint_eq(n_closed, n);
}

START_TEST(an_open_filter)
{
	look();
	expect_closed(0);
	ck_assert_uint_eq(count("let all packets through"), 1);
	own_net_run("nft add table inet own");
	own_net_run(
	    "nft add chain inet own in { type filter hook input priority 0 ; policy drop ; }");
	own_net_run("nft add set inet own ports { type inet_service ; flags interval ; }");
	own_net_run("nft add element inet own ports { 22, 80-89 }");
	own_net_run(
	    "nft add rule inet own in ct state vmap { established : accept, invalid : drop }");
	own_net_run("nft add rule inet own in iifname eth* meta l4proto vrrp counter accept");
	own_net_run("nft add rule inet own in ip daddr 10.9.0.0/24 tcp dport @ports accept");
	look();
	expect_closed(0);
	ck_assert_uint_eq(count("let all packets through"), 1);
}
END_TEST

/* Each way out that is said opens what was closed, until nothing is. */
START_TEST(a_filter_of_nft_that_is_closed)
{
	size_t n_early = 0;

	own_net_run("nft add table inet own");
	own_net_run(
	    "nft add chain inet own in { type filter hook input priority 0 ; policy drop ; }");
	own_net_run("nft add table ip early");
	own_net_run("nft add chain ip early pre { type filter hook prerouting priority -300 ; }");
	own_net_run("nft add rule ip early pre meta pkttype multicast drop");
	own_net_run("nft add table ip own");
	own_net_run(
	    "nft add chain ip own through { type filter hook forward priority 0 ; policy drop ; }");
	look();
	/* Advertisements of both families, requests, answers. */
	expect_closed(4);
	ck_assert_uint_eq(count("the policy of the chain ip own through is drop"), 1);
	for (int i = 0; i < 5; i++) {
		for (size_t j = 0; j < findings.list.n; j++)
			if (findings.list.items[j].severity == FINDING_PROBLEM)
				own_net_run(findings.list.items[j].remedy);
		look();
		n_early += count("in the chain ip early pre drops it");
	}
	expect_closed(0);
	ck_assert_uint_eq(n_early, 1);
}
END_TEST

START_TEST(rules_of_iptables_are_said_once)
{
	own_net_run("iptables-nft -A INPUT -p 112 -j DROP");
	own_net_run("iptables-nft -P FORWARD DROP");
	look();
	expect_closed(2);
	ck_assert_uint_eq(count("(iptables-nft-save)"), 2);
	own_net_run(
	    "nft add chain ip filter late { type filter hook input priority 10 ; policy drop ; }");
	look();
	ck_assert_uint_eq(count("the policy of the chain ip filter late"), 2);
	ck_assert_uint_eq(count("(iptables-nft-save)"), 2);
}
END_TEST

START_TEST(what_cannot_be_judged_is_said)
{
	own_net_run("nft add table inet own");
	own_net_run("nft add chain inet own in { type filter hook input priority 0 ; }");
	own_net_run(
	    "nft add rule inet own in meta l4proto 112 limit rate over 3/second drop comment slow");
	look();
	expect_closed(0);
	ck_assert_uint_eq(count("in the chain inet own in (slow) may drop it"), 2);
}
END_TEST

/* Writes an advertisement of VRID 51 with AH, as another director sends it. Returns its length. */
static size_t signed_packet(uint8_t *bytes, uint8_t next_protocol)
{
	static const uint8_t vip[] = {10, 9, 0, 100}, key[] = "unknown";
	const struct vrrp_path path = {{AF_INET, {10, 9, 0, 12}}, vrrp_group(AF_INET), 255};
	const struct vrrp_ah_cover cover = {.ip_id = 7, .key = key, .key_len = sizeof(key) - 1};
	const struct vrrp_pkt pkt = {.version = 2, .vrid = 51, .priority = 150, .n_addrs = 1,
				     .interval_ns = 1000000000, .addrs = vip, .auth = VRRP_AUTH_AH};
	uint8_t *header = bytes + VRRP_IP4_LEN;
	size_t len = vrrp_pkt_encode(&pkt, &path, header + VRRP_AH_LEN, VRRP_PKT_MAX);

	vrrp_ah_put(&path, &cover, 1, header, len);
	header[0] = next_protocol;
	vrrp_ah_ip4_put(&path, cover.ip_id, VRRP_AH_LEN + len, bytes);
	return VRRP_IP4_LEN + VRRP_AH_LEN + len;
}

/* A process that sends to eth0 until it is killed. */
static pid_t sender_start(uint8_t next_protocol)
{
	pid_t pid = fork();
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_IP),
				 .sll_ifindex = (int)if_nametoindex("peer0"),
				 .sll_halen = ETH_ALEN,
				 .sll_addr = {1, 0, 0x5e, 0, 0, 18}};
	uint8_t bytes[VRRP_IP4_LEN + VRRP_AH_LEN + VRRP_PKT_MAX];
	size_t len = signed_packet(bytes, next_protocol);
	int fd;

	ck_assert_int_ge(pid, 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	for (;;) {
		sendto(fd, bytes, len, 0, (struct sockaddr *)&to, sizeof(to));
		poll(NULL, 0, SEND_PAUSE_MS);
	}
}

/* Listens while advertisements are sent. */
static void listen_to(uint8_t next_protocol, struct doctor_facts *facts)
{
	pid_t sender = sender_start(next_protocol);

	*facts = (struct doctor_facts){0};
	for (size_t i = 0; i < conf->n_vrrps; i++)
		conf->vrrps[i].advert_int_us = LISTEN_INTERVAL_US;
	gather_net(conf, facts);
	gather_adverts(conf, facts);
	kill(sender, SIGKILL);
	waitpid(sender, NULL, 0);
	findings_fini(&findings);
	findings = (struct findings){0};
	facts->daemon = DOCTOR_DAEMON_RUNS;
	examine_vrrp(conf, facts, &findings);
}

START_TEST(advertisements_with_ah_are_heard)
{
	struct doctor_facts facts;

	own_net_run("ip link add eth0 type veth peer name peer0");
	own_net_run("ip link set eth0 up");
	own_net_run("ip link set peer0 up");
	own_net_await_carrier("eth0");
	listen_to(VRRP_PROTOCOL, &facts);
	ck_assert_uint_gt(facts.hearings.items[0].n_others, 0);
	ck_assert_uint_eq(facts.hearings.items[0].other_priority, 150);
	/* On peer0 too, as the sender's own. */
	ck_assert_uint_eq(facts.adverts.n, 2);
	ck_assert_uint_eq(facts.adverts.items[0].addrs.n, 1);
	ck_assert_uint_eq(count("of 10.9.0.12 (priority 150)"), 1);
	doctor_facts_fini(&facts);
	/* AH of IPsec is none of VRRP's. */
	listen_to(IPPROTO_TCP, &facts);
	ck_assert_uint_eq(facts.hearings.items[0].n_others, 0);
	ck_assert_uint_eq(facts.adverts.n, 0);
	ck_assert_uint_eq(count("instance VI_1: within 1.5 s nobody advertised on eth0"), 1);
	doctor_facts_fini(&facts);
}
END_TEST

static bool has_output(const char *const argv[])
{
	char *text = gather_output(argv);

	free(text);
	return text != NULL;
}

int main(void)
{
	const char *const nft[] = {"nft", "add", "table", "inet", "lvsd", NULL};
	const char *const iptables[] = {"iptables-nft", "-L", NULL};
	Suite *suite = suite_create("doctor_kernel");
	TCase *tcase = tcase_create("kernel");
	SRunner *runner;
	int failed;

	if (!own_net_enter() || !has_output(nft) || !has_output(iptables)) {
		fprintf(stderr, "no network namespace with nft and iptables-nft can be had here\n");
		return EXIT_SKIP;
	}
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_open_filter);
	tcase_add_test(tcase, a_filter_of_nft_that_is_closed);
	tcase_add_test(tcase, rules_of_iptables_are_said_once);
	tcase_add_test(tcase, what_cannot_be_judged_is_said);
	tcase_add_test(tcase, advertisements_with_ah_are_heard);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
