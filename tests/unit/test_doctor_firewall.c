/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules of iptables do with a packet. */
#include "doctor/openings.h"
#include "conf/load.h"
#include "base/vec.h"
#include "doctor/firewall.h"

#include "base/mem.h"

#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static struct addr address(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

static struct err why;
static struct firewall_place where;

static enum firewall_verdict judge(const char *rules, const char *chain,
				   const struct firewall_packet *packet)
{
	char *text = mem_printf("*nat\n:INPUT DROP [0:0]\nCOMMIT\n*filter\n%sCOMMIT\n", rules);
	struct firewall *firewall = firewall_parse(text);
	enum firewall_verdict verdict = firewall_judge(firewall, chain, packet, &why, &where);

	firewall_free(firewall);
	free(text);
	return verdict;
}

static struct firewall_packet advert(void)
{
	return (struct firewall_packet){.family = AF_INET,
					.protocol = 112,
					.destination = address("224.0.0.18"),
					.in = "eth0",
					.out = ""};
}

static const struct {
	const char *rules;
	enum firewall_verdict verdict;
} firewall_cases[] = {
    {"", FIREWALL_ACCEPTS},
    {":INPUT ACCEPT [0:0]\n", FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n", FIREWALL_DROPS},
    {":INPUT DROP [1:20]\n-A INPUT -p vrrp -j ACCEPT\n", FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n-A INPUT -p 112 -j ACCEPT\n", FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n-A INPUT -p tcp -j ACCEPT\n", FIREWALL_DROPS},
    {":INPUT DROP [1:20]\n-A INPUT ! -p tcp -j ACCEPT\n", FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n-A INPUT -d 224.0.0.0/4 -j ACCEPT\n", FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n-A INPUT -d 224.0.0.18/32 -i eth0 -j ACCEPT\n", FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n-A INPUT -d 224.0.0.16/31 -j ACCEPT\n", FIREWALL_DROPS},
    {":INPUT DROP [1:20]\n-A INPUT -i eth+ -j ACCEPT\n", FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n-A INPUT -i eth1 -j ACCEPT\n", FIREWALL_DROPS},
    {":INPUT DROP [1:20]\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n", FIREWALL_IS_UNSURE},
    {":INPUT DROP [1:20]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n",
     FIREWALL_DROPS},
    {":INPUT DROP [1:20]\n-A INPUT -m conntrack --ctstate NEW -m comment --comment \"a b\" -j "
     "ACCEPT\n",
     FIREWALL_ACCEPTS},
    {":INPUT DROP [1:20]\n-A INPUT -m set --match-set peers src -j ACCEPT\n", FIREWALL_IS_UNSURE},
    {":INPUT ACCEPT [0:0]\n-A INPUT -m set --match-set bad src -j DROP\n", FIREWALL_IS_UNSURE},
    {":INPUT ACCEPT [0:0]\n-A INPUT -p vrrp -j REJECT --reject-with icmp-port-unreachable\n",
     FIREWALL_DROPS},
    {":INPUT DROP [0:0]\n:own - [0:0]\n-A INPUT -j own\n-A own -p udp -j RETURN\n"
     "-A own -j ACCEPT\n",
     FIREWALL_ACCEPTS},
    {":INPUT ACCEPT [0:0]\n:own - [0:0]\n-A INPUT -g own\n-A INPUT -j DROP\n-A own -j LOG\n",
     FIREWALL_ACCEPTS},
    {":INPUT DROP [0:0]\n:own - [0:0]\n-A INPUT -j own\n-A own -j own\n", FIREWALL_DROPS},
};

START_TEST(verdicts)
{
	struct firewall_packet packet = advert();

	ck_assert_msg(judge(firewall_cases[_i].rules, "INPUT", &packet) ==
			  firewall_cases[_i].verdict,
		      "%s", firewall_cases[_i].rules);
}
END_TEST

START_TEST(ports_and_reasons)
{
	struct firewall_packet packet = {.protocol = IPPROTO_TCP, .port = 443, .in = "", .out = ""};

	ck_assert_int_eq(
	    judge(":INPUT DROP [0:0]\n-A INPUT -p tcp -m multiport --dports 80,440:443 "
		  "-j ACCEPT\n",
		  "INPUT", &packet),
	    FIREWALL_ACCEPTS);
	packet.port = 444;
	ck_assert_int_eq(judge(":INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 444 -j DROP\n",
			       "INPUT", &packet),
			 FIREWALL_DROPS);
	ck_assert_str_eq(why.text,
			 "the rule \"-A INPUT -p tcp -m tcp --dport 444 -j DROP\" of the table filter "
			 "drops it");
	ck_assert_int_eq(judge(":FORWARD DROP [0:0]\n", "FORWARD", &packet), FIREWALL_DROPS);
	ck_assert_str_eq(why.text,
			 "the policy of the chain FORWARD of the table filter is DROP, and no rule "
			 "accepts the packet");
}
END_TEST

/* A packet passes raw and mangle too, and an answer is not the first packet of its connection. */
START_TEST(all_tables_and_answers)
{
	static const struct {
		const char *text, *way;
		enum firewall_verdict verdict;
	} cases[] = {
	    {"*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j DROP\nCOMMIT\n", "INPUT",
	     FIREWALL_DROPS},
	    {"*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j DROP\nCOMMIT\n", "OUTPUT",
	     FIREWALL_ACCEPTS},
	    {"*mangle\n:FORWARD DROP [0:0]\nCOMMIT\n", "FORWARD", FIREWALL_DROPS},
	    {"*mangle\n:POSTROUTING DROP [0:0]\nCOMMIT\n", "OUTPUT", FIREWALL_DROPS},
	    {"*mangle\n:INPUT ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n-A INPUT -m "
	     "conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n",
	     "INPUT", FIREWALL_ACCEPTS},
	    {"*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --sport 80 -j ACCEPT\nCOMMIT\n",
	     "INPUT", FIREWALL_ACCEPTS},
	    {"*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate NEW -j ACCEPT\n"
	     "COMMIT\n",
	     "INPUT", FIREWALL_DROPS},
	};
	const struct firewall_packet answer = {.family = AF_INET,
					       .protocol = IPPROTO_TCP,
					       .source = address("10.9.0.21"),
					       .source_port = 80,
					       .state = FIREWALL_ESTABLISHED,
					       .in = "",
					       .out = ""};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct firewall *firewall = firewall_parse(cases[i].text);

		ck_assert_msg(firewall_judge(firewall, cases[i].way, &answer, &why, &where) ==
				  cases[i].verdict,
			      "%s: %s", cases[i].way, cases[i].text);
		firewall_free(firewall);
	}
}
END_TEST

START_TEST(openings_of_groups_and_tunnels)
{
	static const char text[] = "virtual_server_group web {\n 192.0.2.1-2 80\n}\n"
				   "virtual_server group web {\n lb_algo rr\n lb_kind TUN type gue "
				   "port 6080\n protocol TCP\n"
				   " real_server 10.9.2.21 { weight 1 }\n}\n";
	static const char *const wanted[] = {
	    "iptables -A INPUT -p 6 -d 192.0.2.1 --dport 80 -j ACCEPT",
	    "iptables -A INPUT -p 6 -d 192.0.2.2 --dport 80 -j ACCEPT",
	    "iptables -A OUTPUT -p 17 -d 10.9.2.21 --dport 6080 -j ACCEPT",
	};
	struct diags diags = {0};
	struct conf *group = conf_load_text("group", text, strlen(text), &diags);
	struct openings openings;

	ck_assert_ptr_nonnull(group);
	openings_of(group, &openings);
	ck_assert_uint_eq(openings.list.n, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < openings.list.n; i++) {
		char *rule = opening_rule(&openings.list.items[i]);

		ck_assert_str_eq(rule, wanted[i]);
		free(rule);
	}
	vec_free(&openings.list);
	diags_free(&diags);
	conf_free(group);
}
END_TEST

/* IPVS sends the probes on untracked, so connection tracking does not know the answers. */
#define THROUGH(kind)                                                                              \
	"virtual_server 10.9.0.100 53 {\n lb_kind DR\n protocol TCP\n through_vip\n real_server 10.9.0.21 53 " \
	"{\n " kind "\n }\n}\n"

static const struct {
	const char *kind, *rules;
	enum firewall_verdict verdict;
} through_cases[] = {
    {"TCP_CHECK", "", FIREWALL_DROPS},
    {"TCP_CHECK", "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED,NEW -j ACCEPT\n", FIREWALL_DROPS},
    {"TCP_CHECK", "-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT -p tcp -j ACCEPT\n",
     FIREWALL_DROPS},
    {"TCP_CHECK", "-A INPUT -p tcp --dport 61000:65535 -j ACCEPT\n", FIREWALL_ACCEPTS},
    {"TCP_CHECK", "-A INPUT -p tcp -m multiport --dports 22,1024:65535 -j ACCEPT\n", FIREWALL_ACCEPTS},
    {"TCP_CHECK", "-A INPUT -p tcp --dport 61000:62000 -j ACCEPT\n", FIREWALL_IS_UNSURE},
    {"TCP_CHECK", "-A INPUT -p tcp --dport 32768:60999 -j ACCEPT\n", FIREWALL_DROPS},
    {"UDP_CHECK", "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n", FIREWALL_DROPS},
    {"UDP_CHECK", "-A INPUT -p udp --dport 32768:60999 -j ACCEPT\n", FIREWALL_IS_UNSURE},
    {"UDP_CHECK", "-A INPUT -p udp --sport 53 -j ACCEPT\n", FIREWALL_ACCEPTS},
};

static void expect_through(const char *kind, const char *rules, const char *rule,
			   enum firewall_verdict wanted)
{
	char *text = mem_printf(THROUGH("%s { }"), kind);
	char *in = mem_printf(":INPUT DROP [0:0]\n%s", rules);
	struct diags diags = {0};
	struct conf *conf = conf_load_text("through", text, strlen(text), &diags);
	struct openings openings;
	bool is_found = false;

	ck_assert_ptr_nonnull(conf);
	openings_of(conf, &openings);
	for (size_t i = 0; i < openings.list.n; i++) {
		const struct opening *opening = &openings.list.items[i];
		struct firewall_packet packet = {.family = opening->family,
						 .protocol = opening->protocol,
						 .source = opening->source,
						 .port = opening->port,
						 .port_last = opening->port_last,
						 .source_port = opening->source_port,
						 .state = opening->state,
						 .in = "",
						 .out = ""};
		char *made = opening_rule(opening);

		if (strncmp(opening->why, "answers to health checks", 24) == 0) {
			is_found = true;
			ck_assert_str_eq(made, rule);
			ck_assert_msg(judge(in, "INPUT", &packet) == wanted, "%s: %s", kind, rules);
		}
		free(made);
	}
	ck_assert(is_found);
	vec_free(&openings.list);
	diags_free(&diags);
	conf_free(conf);
	free(in);
	free(text);
}

START_TEST(answers_through_the_virtual_address)
{
	static const char tcp[] = "iptables -A INPUT -p 6 -s 10.9.0.100 --sport 53 --dport 61000:65535 -j ACCEPT";
	static const char udp[] = "iptables -A INPUT -p 17 -s 10.9.0.100 --sport 53 -j ACCEPT";
	bool is_tcp = through_cases[_i].kind[0] == 'T';

	expect_through(through_cases[_i].kind, through_cases[_i].rules, is_tcp ? tcp : udp,
		       through_cases[_i].verdict);
	/* what is proposed works, and also before a rule against what is not known */
	expect_through(is_tcp ? "TCP_CHECK" : "UDP_CHECK",
		       is_tcp ? "-A INPUT -s 10.9.0.100/32 -p tcp -m tcp --sport 53 --dport 61000:65535 -j ACCEPT\n"
			      : "-A INPUT -s 10.9.0.100/32 -p udp -m udp --sport 53 -j ACCEPT\n",
		       is_tcp ? tcp : udp, FIREWALL_ACCEPTS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor firewall");
	TCase *filter = tcase_create("firewall");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(filter, verdicts, 0,
			    sizeof(firewall_cases) / sizeof(firewall_cases[0]));
	tcase_add_test(filter, ports_and_reasons);
	tcase_add_test(filter, all_tables_and_answers);
	tcase_add_test(filter, openings_of_groups_and_tunnels);
	tcase_add_loop_test(filter, answers_through_the_virtual_address, 0,
			    sizeof(through_cases) / sizeof(through_cases[0]));
	suite_add_tcase(suite, filter);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
