/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/nft.h"

#include "base/mem.h"

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A table with what the rules of the cases name. */
static const char table[] =
    "{'chain': {'family': 'inet', 'table': 't', 'name': 'own'}}, "
    "{'chain': {'family': 'inet', 'table': 't', 'name': 'empty'}}, "
    "{'chain': {'family': 'inet', 'table': 't', 'name': 'endless'}}, "
    "{'set': {'family': 'inet', 'table': 't', 'name': 'peers', 'elem': "
    "['10.0.0.1', {'elem': {'val': '224.0.0.18', 'timeout': 60}}]}}, "
    "{'set': {'family': 'inet', 'table': 't', 'name': 'nobody'}}, "
    "{'set': {'family': 'inet', 'table': 't', 'name': 'links', 'elem': "
    "[{'concat': ['fe80::55', 'eth0']}]}}, "
    "{'set': {'family': 'inet', 'table': 't', 'name': 'ways', 'elem': "
    "[{'concat': ['224.0.0.18', 'eth1']}, {'elem': {'val': {'concat': ['224.0.0.18', 'eth0']}, "
    "'timeout': 60}}]}}, "
    "{'map': {'family': 'inet', 'table': 't', 'name': 'verdicts', 'elem': "
    "[[6, {'accept': null}], [112, {'drop': null}]]}}, "
    "{'rule': {'family': 'inet', 'table': 't', 'chain': 'own', 'expr': [{'accept': null}]}}, "
    "{'rule': {'family': 'inet', 'table': 't', 'chain': 'endless', 'expr': "
    "[{'jump': {'target': 'endless'}}]}}, "
    "{'rule': {'family': 'inet', 'table': 't', 'chain': 'endless', 'expr': "
    "[{'jump': {'target': 'endless'}}]}}";

static struct err why;
static const char *chain;

static void quote(char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			*text = '"';
}

/* Follows an advertisement; objects is what the list has besides, with ' for ". */
static enum firewall_verdict judge(const char *way, const char *objects)
{
	struct firewall_packet packet = {
	    .family = AF_INET, .protocol = 112, .in = "eth0", .out = ""};
	char *text = mem_printf("{'nftables': [{'metainfo': {}}, %s, %s]}", objects, table);
	enum firewall_verdict verdict;
	struct nft *nft;

	ck_assert_int_eq(addr_parse("224.0.0.18", &packet.destination), 0);
	quote(text);
	nft = nft_parse(text);
	ck_assert_msg(nft != NULL, "%s", text);
	chain = NULL;
	verdict = nft_judge(nft, way, &packet, &why, &chain);
	ck_assert((chain != NULL) == (verdict != FIREWALL_ACCEPTS));
	nft_free(nft);
	free(text);
	return verdict;
}

static const struct {
	const char *rules; /* of the base chain: statements, and a ; between rules */
	bool drops;        /* its policy */
	enum firewall_verdict verdict;
} cases[] = {
    {"", false, FIREWALL_ACCEPTS},
    {"", true, FIREWALL_DROPS},
    {"{'match': {'op': '==', 'left': {'payload': {'protocol': 'ip', 'field': 'protocol'}}, "
     "'right': 112}}, {'accept': null}",
     true, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'l4proto'}}, 'right': 112}}, {'log': null}, "
     "{'drop': null}",
     false, FIREWALL_DROPS},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'l4proto'}}, 'right': {'set': [6, 17]}}}, "
     "{'accept': null}",
     true, FIREWALL_DROPS},
    {"{'match': {'op': '!=', 'left': {'meta': {'key': 'l4proto'}}, 'right': 6}}, {'accept': null}",
     true, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'payload': {'protocol': 'ip', 'field': 'daddr'}}, 'right': "
     "{'prefix': {'addr': '224.0.0.0', 'len': 4}}}}, {'accept': null}",
     true, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'payload': {'protocol': 'ip', 'field': 'daddr'}}, 'right': "
     "{'range': ['224.0.0.1', '224.0.0.17']}}}, {'accept': null}",
     true, FIREWALL_DROPS},
    {"{'match': {'op': '==', 'left': {'payload': {'protocol': 'ip', 'field': 'saddr'}}, 'right': "
     "'@peers'}}, {'accept': null}",
     true, FIREWALL_IS_UNSURE},
    {"{'match': {'op': '==', 'left': {'payload': {'protocol': 'ip', 'field': 'daddr'}}, 'right': "
     "'@peers'}}, {'accept': null}",
     true, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'payload': {'protocol': 'ip', 'field': 'daddr'}}, 'right': "
     "'@nobody'}}, {'accept': null}",
     true, FIREWALL_DROPS},
    {"{'match': {'op': '==', 'left': {'payload': {'protocol': 'ip6', 'field': 'daddr'}}, 'right': "
     "'ff02::12'}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '!=', 'left': {'payload': {'protocol': 'ip6', 'field': 'daddr'}}, 'right': "
     "'ff02::12'}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '!=', 'left': {'payload': {'protocol': 'tcp', 'field': 'dport'}}, 'right': "
     "22}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'iifname'}}, 'right': {'set': ['lo', "
     "'eth*']}}}, {'accept': null}",
     true, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'oifname'}}, 'right': 'eth0'}}, {'drop': "
     "null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '!=', 'left': {'meta': {'key': 'oifname'}}, 'right': 'eth0'}}, {'drop': "
     "null}",
     false, FIREWALL_DROPS},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'nfproto'}}, 'right': 10}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'pkttype'}}, 'right': 2}}, {'accept': null}",
     true, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'mark'}}, 'right': 2}}, {'drop': null}",
     false, FIREWALL_IS_UNSURE},
    {"{'match': {'op': 'in', 'left': {'ct': {'key': 'state'}}, 'right': [2, 4]}}, {'accept': null}",
     true, FIREWALL_DROPS},
    {"{'match': {'op': '==', 'left': {'ct': {'key': 'state'}}, 'right': {'set': [2, 8]}}}, "
     "{'accept': null}",
     true, FIREWALL_ACCEPTS},
    {"{'vmap': {'key': {'ct': {'key': 'state'}}, 'data': {'set': [[1, {'drop': null}], [8, "
     "{'accept': null}]]}}}",
     true, FIREWALL_ACCEPTS},
    {"{'vmap': {'key': {'meta': {'key': 'l4proto'}}, 'data': '@verdicts'}}", false, FIREWALL_DROPS},
    {"{'vmap': {'key': {'meta': {'key': 'mark'}}, 'data': '@verdicts'}}", false,
     FIREWALL_IS_UNSURE},
    /* several expressions at once; the first one is of no_accept */
    {"{'match': {'op': '==', 'left': {'concat': [{'payload': {'protocol': 'ip6', 'field': 'daddr'}}, "
     "{'meta': {'key': 'iifname'}}]}, "
     "'right': '@links'}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '!=', 'left': {'concat': [{'payload': {'protocol': 'ip6', 'field': 'daddr'}}, "
     "{'meta': {'key': 'iifname'}}]}, "
     "'right': '@links'}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'concat': [{'payload': {'protocol': 'ip', 'field': 'daddr'}}, "
     "{'meta': {'key': 'iifname'}}]}, "
     "'right': '@ways'}}, {'drop': null}",
     false, FIREWALL_DROPS},
    {"{'match': {'op': '!=', 'left': {'concat': [{'payload': {'protocol': 'ip', 'field': 'daddr'}}, "
     "{'meta': {'key': 'iifname'}}]}, "
     "'right': '@ways'}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'concat': [{'payload': {'protocol': 'ip', 'field': 'daddr'}}, "
     "{'meta': {'key': 'iifname'}}]}, "
     "'right': {'concat': ['224.0.0.18', 'eth2']}}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'concat': [{'payload': {'protocol': 'ip', 'field': 'daddr'}}, "
     "{'meta': {'key': 'iifname'}}]}, "
     "'right': '@nobody'}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'match': {'op': '==', 'left': {'concat': [{'payload': {'protocol': 'ip', 'field': 'daddr'}}, "
     "{'meta': {'key': 'mark'}}]}, "
     "'right': {'concat': ['224.0.0.18', 5]}}}, {'drop': null}",
     false, FIREWALL_IS_UNSURE},
    {"{'match': {'op': '==', 'left': {'concat': [{'payload': {'protocol': 'ip', 'field': 'daddr'}}, "
     "{'meta': {'key': 'mark'}}]}, "
     "'right': {'concat': ['224.0.0.19', 5]}}}, {'drop': null}",
     false, FIREWALL_ACCEPTS},
    {"{'limit': {'rate': 3, 'per': 'second'}}, {'accept': null}", true, FIREWALL_IS_UNSURE},
    {"{'limit': {'rate': 3, 'per': 'second', 'inv': true}}, {'drop': null}", false,
     FIREWALL_IS_UNSURE},
    {"{'xt': {'type': 'match', 'name': 'set'}}, {'drop': null}", false, FIREWALL_IS_UNSURE},
    {"{'xt': {'type': 'target', 'name': 'REJECT'}}", false, FIREWALL_DROPS},
    {"{'xt': {'type': 'target', 'name': 'MARK'}}", false, FIREWALL_ACCEPTS},
    {"{'queue': {'num': 3}}", false, FIREWALL_IS_UNSURE},
    {"{'reject': {'type': 'icmpx'}}", false, FIREWALL_DROPS},
    {"{'jump': {'target': 'own'}}", true, FIREWALL_ACCEPTS},
    {"{'goto': {'target': 'empty'}}; {'drop': null}", false, FIREWALL_ACCEPTS},
    {"{'jump': {'target': 'endless'}}", false, FIREWALL_IS_UNSURE},
    {"{'match': {'op': '==', 'left': {'meta': {'key': 'mark'}}, 'right': 2}}, {'return': null}; "
     "{'accept': null}",
     true, FIREWALL_IS_UNSURE},
    {"{'future': {}}, {'drop': null}", false, FIREWALL_IS_UNSURE},
};

static char *base_chain(const char *rules, bool drops)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	fprintf(out,
		"{'chain': {'family': 'inet', 'table': 't', 'name': 'in', 'hook': 'input', "
		"'policy': '%s'}}",
		drops ? "drop" : "accept");
	while (*rules) {
		size_t n = strcspn(rules, ";");

		fprintf(out,
			", {'rule': {'family': 'inet', 'table': 't', 'chain': 'in', 'handle': 7, "
			"'expr': [%.*s]}}",
			(int)n, rules);
		rules += n + (rules[n] == ';');
	}
	fclose(out);
	return text;
}

START_TEST(verdicts)
{
	char *text = base_chain(cases[_i].rules, cases[_i].drops);
	enum firewall_verdict verdict = judge("INPUT", text);

	ck_assert_msg(verdict == cases[_i].verdict, "%s: %d: %s", cases[_i].rules, verdict,
		      why.text);
	free(text);
}
END_TEST

START_TEST(reasons)
{
	char *text = base_chain("{'drop': null}", false);

	ck_assert_int_eq(judge("INPUT", text), FIREWALL_DROPS);
	ck_assert_str_eq(why.text, "the rule with handle 7 in the chain inet t in drops it");
	free(text);
	text = base_chain("{'limit': {}}, {'accept': null}", true);
	ck_assert_int_eq(judge("INPUT", text), FIREWALL_IS_UNSURE);
	ck_assert_str_eq(why.text,
			 "only the rule with handle 7 in the chain inet t in may accept it");
	ck_assert_int_eq(judge("OUTPUT", text), FIREWALL_ACCEPTS);
	free(text);
	text = base_chain("", true);
	ck_assert_int_eq(judge("INPUT", text), FIREWALL_DROPS);
	ck_assert_str_eq(why.text,
			 "the policy of the chain inet t in is drop, and no rule accepts the packet");
	free(text);
}
END_TEST

/* Every base chain on the way counts, of one's own family and of both. */
START_TEST(base_chains_on_the_way)
{
	static const struct {
		const char *family, *hook, *more;
		enum firewall_verdict verdict;
	} ways[] = {
	    {"inet", "prerouting", "", FIREWALL_DROPS},
	    {"ip", "input", "", FIREWALL_DROPS},
	    {"ip6", "input", "", FIREWALL_ACCEPTS},
	    {"ip", "forward", "", FIREWALL_ACCEPTS},
	    {"ip", "output", "", FIREWALL_ACCEPTS},
	    {"bridge", "input", "", FIREWALL_ACCEPTS},
	    {"netdev", "ingress", "", FIREWALL_IS_UNSURE},
	    {"netdev", "ingress", ", 'dev': 'eth0'", FIREWALL_DROPS},
	    {"netdev", "ingress", ", 'dev': 'eth1'", FIREWALL_ACCEPTS},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		char *text = mem_printf("{'chain': {'family': '%s', 'table': 'u', 'name': 'c', "
					"'hook': '%s', 'policy': 'drop'%s}}",
					ways[i].family, ways[i].hook, ways[i].more);

		ck_assert_msg(judge("INPUT", text) == ways[i].verdict, "%s", text);
		free(text);
	}
}
END_TEST

START_TEST(what_is_no_list)
{
	ck_assert_ptr_null(nft_parse(""));
	ck_assert_ptr_null(nft_parse("{\"nftables\": 3}"));
	ck_assert_ptr_null(nft_parse("[1, 2"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor_nft");
	TCase *all = tcase_create("nft");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(all, verdicts, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(all, reasons);
	tcase_add_test(all, base_chains_on_the_way);
	tcase_add_test(all, what_is_no_list);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
