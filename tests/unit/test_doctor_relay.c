/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode relay: what the running lvsd says of its peers, and which datagrams must pass. */
#include "doctor/openings.h"
#include "tests/unit/doctor_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void setup(void)
{
	reload("sync {\n mode relay\n listen 10.9.0.1\n peer 10.9.0.2\n peer 10.9.0.3 port 9000\n"
	       " key_file /etc/lvsd/sync.key\n}\n");
	facts = (struct doctor_facts){
	    .seconds_listened = 3, .is_root = true, .sync = {.is_known = true, .is_relay = true}};
}

static struct doctor_sync_peer *peer_add(const char *address, const char *state)
{
	struct doctor_sync_peer *peer = vec_push(&facts.sync.peers);

	*peer = (struct doctor_sync_peer){.entries_s = -1};
	snprintf(peer->address, sizeof(peer->address), "%s", address);
	snprintf(peer->state, sizeof(peer->state), "%s", state);
	return peer;
}

START_TEST(each_state_is_judged)
{
	static const struct {
		const char *state;
		bool has_left, has_other_key, has_other_syncid;
		enum finding_severity severity;
		const char *text, *remedy; /* remedy NULL: none */
	} rows[] = {
	    {"ready", false, true, false, FINDING_OK, "10.9.0.2: its connections are here", NULL},
	    {"joining", false, false, false, FINDING_UNKNOWN, "10.9.0.2: its connections are on their way", "again"},
	    {"degraded", false, false, false, FINDING_WARNING, "some of its connections are missing", "sync status"},
	    {"down", true, false, false, FINDING_UNKNOWN, "10.9.0.2: lvsd there was stopped", NULL},
	    {"down", false, true, false, FINDING_PROBLEM, "a key that this director does not have", "key_file"},
	    {"down", false, false, true, FINDING_PROBLEM, "10.9.0.2: it has another syncid", "same syncid"},
	    {"down", false, false, false, FINDING_PROBLEM, "10.9.0.2: nothing comes from it", "openings"},
	};
	struct doctor_sync_peer *peer = peer_add("10.9.0.2", rows[_i].state);

	peer->has_left = rows[_i].has_left;
	peer->has_other_key = rows[_i].has_other_key;
	peer->has_other_syncid = rows[_i].has_other_syncid;
	examine(conf, &facts, &findings);
	expect(rows[_i].severity, "sync", rows[_i].text);
	if (rows[_i].remedy)
		ck_assert_ptr_nonnull(strstr(find("sync", rows[_i].text)->remedy, rows[_i].remedy));
	else
		ck_assert_ptr_null(find("sync", rows[_i].text)->remedy);
}
END_TEST

START_TEST(the_interface_is_somebody_elses)
{
	peer_add("10.9.0.2", "ready");
	strcpy(facts.sync.fault, "lvsd-sync is somebody else's");
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "sync", "lvsd-sync is somebody else's: connections are lost at a failover");
	ck_assert_ptr_nonnull(strstr(find("sync", "somebody")->remedy, "private_interface"));
	ck_assert_ptr_null(find("sync", "its connections are here"));
}
END_TEST

START_TEST(lvsd_does_not_run_or_has_another_mode)
{
	facts.sync.is_known = false;
	examine(conf, &facts, &findings);
	expect(FINDING_UNKNOWN, "sync", "there is no running lvsd");
	findings_fini(&findings);
	facts.sync = (struct doctor_sync){.is_known = true};
	examine(conf, &facts, &findings);
	expect(FINDING_WARNING, "sync", "the file has mode relay, the running lvsd has not");
	findings_fini(&findings);
	reload("");
	examine(conf, &facts, &findings);
	ck_assert_ptr_null(find("sync", ""));
}
END_TEST

START_TEST(the_ports_of_both_must_be_open)
{
	static const char *const wanted[] = {
	    "iptables -A INPUT -p 17 -s 10.9.0.2 -d 10.9.0.1 --dport 8850 -j ACCEPT",
	    "iptables -A INPUT -p 17 -s 10.9.0.3 -d 10.9.0.1 --dport 8850 -j ACCEPT",
	    "iptables -A OUTPUT -p 17 -s 10.9.0.1 -d 10.9.0.2 --dport 8850 -j ACCEPT",
	    "iptables -A OUTPUT -p 17 -s 10.9.0.1 -d 10.9.0.3 --dport 9000 -j ACCEPT",
	};
	struct openings openings;

	openings_of(conf, &openings);
	ck_assert_uint_eq(openings.list.n, 4);
	for (size_t i = 0; i < 4; i++) {
		char *rule = opening_rule(&openings.list.items[i]);

		ck_assert_str_eq(rule, wanted[i]);
		free(rule);
	}
	vec_free(&openings.list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor relay");
	TCase *tcase = tcase_create("doctor relay");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, each_state_is_judged, 0, 7);
	tcase_add_test(tcase, the_interface_is_somebody_elses);
	tcase_add_test(tcase, lvsd_does_not_run_or_has_another_mode);
	tcase_add_test(tcase, the_ports_of_both_must_be_open);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
