/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode relay in the status: as JSON, and as lvsctl shows that. */
#include "daemon/director/pair/pair.h"
#include "daemon/director/status_json.h"
#include "daemon/director/sync/relay_cause.h"
#include "daemon/lvsctl/syncing_text.h"
#include "sync/relay/counts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	struct conf_relay_peer peers[4];
	struct conf_relay relay;
	struct sync_keys keys;
	struct relay_report reports[RELAY_PEERS_MAX];
	bool has_report[RELAY_PEERS_MAX];
	struct relay_cause causes[RELAY_PEERS_MAX];
	struct sync_mirror_state mirror;
	struct pair_peer others[4];
	struct sync_status status;
} it;

static struct addr addr_of(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

/* A peer that is READY, one with troubles, one that was stopped, and one of which nothing is known. */
static void setup(void)
{
	memset(&it, 0, sizeof(it));
	for (unsigned i = 0; i < 4; i++) {
		it.peers[i] = (struct conf_relay_peer){.addr = addr_of("10.9.0.2"), .port = 8849};
		it.peers[i].addr.bytes[3] = (uint8_t)(2 + i);
		it.has_report[i] = i < 3;
	}
	it.relay = (struct conf_relay){
	    .is_on = true, .listen = addr_of("10.9.0.1"), .listen_port = 8849, .peers = it.peers, .n_peers = 4};
	it.keys = (struct sync_keys){.n = 2, .keys = {{.id = 2, .digest = "0011"}, {.id = 1, .digest = "aabb"}}};
	it.reports[0] = (struct relay_report){.state = RELAY_READY,
					      .their_state = RELAY_READY,
					      .is_master = true,
					      .has_coverage = true,
					      .coverage = RELAY_COVERAGE_ALL,
					      .key_id = 2,
					      .lag_ns = 1500 * NS_PER_US,
					      .rtt_ns = NS_PER_MS,
					      .n_theirs = 100000,
					      .n_injected = 7,
					      .n_entries = 200,
					      .n_recovered = 3,
					      .n_again = 4,
					      .n_bulks = 1};
	it.reports[1] = (struct relay_report){.index = 1,
					      .state = RELAY_DEGRADED,
					      .their_state = RELAY_JOINING,
					      .has_coverage = true,
					      .coverage = 500000,
					      .key_id = 1,
					      .lag_ns = -1,
					      .rtt_ns = -1,
					      .n_lost = 1,
					      .n_dropped = 9,
					      .n_unsent = 2,
					      .n_flooded = 3,
					      .n_refused[RELAY_REFUSED_OWN] = 12,
					      .n_rejected[RELAY_REJECTED_TAG] = 5,
					      .n_rejected[RELAY_REJECTED_REPLAY] = 6};
	it.reports[2] = (struct relay_report){.index = 2, .has_left = true, .key_id = -1, .lag_ns = -1, .rtt_ns = -1};
	for (unsigned i = 0; i < 2; i++) {
		it.others[i] = (struct pair_peer){.is_up = true, .is_known = true, .is_differing = i};
		strcpy(it.others[i].hello.version, "1.2");
		memset(it.others[i].hello.digest, 'a' + (int)i, PAIR_DIGEST_MAX - 1);
		strcpy(it.others[i].hello.name, "lb2");
		it.others[i].hello.applied_wall_us = (int64_t)1700000000 * US_PER_S;
		it.others[i].differs_wall_us = (int64_t)1700000060 * US_PER_S;
	}
	it.mirror = (struct sync_mirror_state){.n_entries = 2, .bytes = 400};
	it.status = (struct sync_status){.is_on = true,
					 .interface = "lvsd-sync",
					 .index = 9,
					 .fault = "",
					 .mirror = &it.mirror,
					 .relay = &it.relay,
					 .keys = &it.keys,
					 .reports = it.reports,
					 .has_report = it.has_report,
					 .causes = it.causes,
					 .others = it.others,
					 .is_waiting = true};
}

static json_t *json_of_relay(void)
{
	json_t *json = status_sync_json(&it.status, MONO_NEVER);

	ck_assert_ptr_nonnull(json);
	return json;
}

static void expect_member(json_t *json, const char *member, const char *wanted)
{
	char *text = json_dumps(json_object_get(json, member), JSON_COMPACT | JSON_ENCODE_ANY);

	ck_assert_ptr_nonnull(text);
	for (char *at = text; *at; at++)
		if (*at == '"')
			*at = '\'';
	ck_assert_str_eq(text, wanted);
	free(text);
}

static void expect_peer(json_t *json, size_t i, const char *wanted)
{
	json_t *one = json_pack("{s:O}", "peer", json_array_get(json_object_get(json, "peers"), i));

	expect_member(one, "peer", wanted);
	json_decref(one);
}

START_TEST(the_json)
{
	json_t *json = json_of_relay();

	expect_member(json, "mode", "'relay'");
	expect_member(json, "interface", "'lvsd-sync'");
	expect_member(json, "index", "9");
	expect_member(json, "fault", "null");
	expect_member(json, "listen", "'10.9.0.1'");
	expect_member(json, "port", "8849");
	expect_member(json, "preemption_waits", "true");
	expect_member(json, "keys", "[{'id':2,'digest':'0011'},{'id':1,'digest':'aabb'}]");
	expect_peer(json, 0,
		    "{'address':'10.9.0.2','port':8849,'state':'ready','state_there':'ready',"
		    "'left':false,'master':true,'coverage':1.0,'lag_s':0.0015,'rtt_s':0.001,'key':2,"
		    "'connections_there':100000,'received':200,"
		    "'lost':0,'recovered':3,'sent_again':4,'bulks_sent':1,'kernel_drops':0,'unsent':0,'flooded':0,"
		    "'cause':null,'director':{'version':'1.2','config_digest':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',"
		    "'router_id':'lb2','applied_at':'2023-11-14T22:13:20.000Z','config_differs_since':null},"
		    "'refused':{},'rejected':{}}");
	expect_peer(json, 1,
		    "{'address':'10.9.0.3','port':8849,'state':'degraded','state_there':'joining','left':false,"
		    "'master':false,'coverage':0.5,'lag_s':null,'rtt_s':null,'key':1,'connections_there':0,"
		    "'received':0,'lost':1,'recovered':0,'sent_again':0,'bulks_sent':0,'kernel_drops':9,'unsent':2,"
		    "'flooded':3,"
		    "'cause':null,'director':{'version':'1.2','config_digest':'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
		    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','router_id':'lb2','applied_at':'2023-11-14T22:13:20.000Z',"
		    "'config_differs_since':'2023-11-14T22:14:20.000Z'},"
		    "'refused':{'own':12},'rejected':{'tag':5,'replay':6}}");
	expect_peer(json, 2,
		    "{'address':'10.9.0.4','port':8849,'state':'down','state_there':'down','left':true,"
		    "'master':false,"
		    "'coverage':null,'lag_s':null,'rtt_s':null,'key':null,'connections_there':0,'received':0,"
		    "'lost':0,"
		    "'recovered':0,'sent_again':0,'bulks_sent':0,'kernel_drops':0,'unsent':0,'flooded':0,"
		    "'cause':null,'director':null,'refused':{},"
		    "'rejected':{}}");
	ck_assert_uint_eq(json_array_size(json_object_get(json, "peers")), 4);
	json_decref(json);
}
END_TEST

START_TEST(the_json_without_interface_and_mirror)
{
	json_t *json;

	it.status.index = 0;
	it.status.fault = "somebody else's";
	it.status.mirror = NULL;
	it.status.is_waiting = false;
	it.keys.n = 0;
	json = json_of_relay();
	expect_member(json, "index", "null");
	expect_member(json, "fault", "'somebody else's'");
	expect_member(json, "mirror", "null");
	expect_member(json, "preemption_waits", "false");
	expect_member(json, "keys", "[]");
	json_decref(json);
}
END_TEST

static void expect_text(const char *wanted)
{
	json_t *json = json_of_relay();
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	syncing_text_print(json, out);
	fclose(out);
	ck_assert_str_eq(text, wanted);
	free(text);
	json_decref(json);
}

START_TEST(the_text)
{
	it.status.mirror = NULL;
	expect_text("\nconnection sync: relay from 10.9.0.1, port 8849; preemption WAITS for the "
		    "connections of the others\n"
		    "  key 2, digest 0011\n"
		    "  key 1, digest aabb: only accepted\n"
		    "  10.9.0.2: READY, its connections are here; coverage 100.0 %; lag 1.5 ms; "
		    "there this director is ready\n"
		    "    lvsd 1.2, config digest aaaaaaaaaaaa\n"
		    "  10.9.0.3: DEGRADED, connections of it are MISSING here; coverage 50.0 %; "
		    "there this director is joining; 1 frame lost; the kernel dropped 9 datagrams of it\n"
		    "    lvsd 1.2, config digest bbbbbbbbbbbb: ANOTHER CONFIGURATION than here since "
		    "2023-11-14T22:14:20.000Z; make both files agree, then lvsctl reload --pair\n"
		    "    frames rejected: 5 tag, 6 replay\n"
		    "    connections refused: 12 own\n"
		    "  10.9.0.4: its lvsd was stopped\n"
		    "  10.9.0.5: DOWN, nothing comes from it\n");
}
END_TEST

START_TEST(the_text_of_a_fault)
{
	it.status.mirror = NULL;
	it.status.is_waiting = false;
	it.status.fault = "interface lvsd-sync is somebody else's";
	it.relay.n_peers = 0;
	it.keys.n = 1;
	expect_text("\nconnection sync: relay from 10.9.0.1, port 8849: FAULT: interface lvsd-sync is somebody else's\n"
		    "  key 2, digest 0011\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_status");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, the_json);
	tcase_add_test(tests, the_json_without_interface_and_mirror);
	tcase_add_test(tests, the_text);
	tcase_add_test(tests, the_text_of_a_fault);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
