/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsctl explains of a status. */
#include "daemon/lvsctl/explain/explain.h"
#include "daemon/lvsctl/explain/lines.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* 2026-11-30T12:00:00Z */
#define NOON_US INT64_C(1796040000000000)

/* Compares the explanation of name, whose lines end with '\n'; "" for none. */
static void check(const char *status, const char *name, const char *wanted)
{
	json_error_t error;
	json_t *object = json_loads(status, 0, &error), *lines, *line;
	size_t i, size;
	char *said;
	FILE *out = open_memstream(&said, &size);

	ck_assert_msg(object != NULL, "%s: %s", error.text, status);
	lines = explain(object, name, NOON_US);
	json_array_foreach(lines, i, line) fprintf(out, "%s\n", json_string_value(line));
	fclose(out);
	ck_assert_str_eq(said, wanted);
	free(said);
	json_decref(lines);
	json_decref(object);
}

START_TEST(ages_have_two_units)
{
	char text[AGE_TEXT_MAX];

	ck_assert_str_eq(age_format(0, text), "0 s");
	ck_assert_str_eq(age_format(-5, text), "0 s");
	ck_assert_str_eq(age_format(59999999, text), "59 s");
	ck_assert_str_eq(age_format(60 * INT64_C(1000000), text), "1 min");
	ck_assert_str_eq(age_format(3599 * INT64_C(1000000), text), "59 min 59 s");
	ck_assert_str_eq(age_format(7230 * INT64_C(1000000), text), "2 h");
	ck_assert_str_eq(age_format((4 * 86400 + 2 * 3600) * INT64_C(1000000), text), "4 d 2 h");
}
END_TEST

START_TEST(stamps_are_read)
{
	json_t *stamp = json_string("2026-11-30T11:59:59.250Z"), *other = json_string("noon");

	ck_assert_int_eq(stamp_read(stamp), NOON_US - 750000);
	ck_assert_int_eq(stamp_read(other), 0);
	ck_assert_int_eq(stamp_read(NULL), 0);
	json_decref(stamp);
	json_decref(other);
}
END_TEST

START_TEST(servers_have_several_names)
{
	const char *service = "tcp:10.9.0.100:80";

	ck_assert(explain_means_server("10.9.0.21:80", "10.9.0.21:80", service));
	ck_assert(explain_means_server("10.9.0.21", "10.9.0.21:80", service));
	ck_assert(explain_means_server("10.9.0.21@tcp:10.9.0.100:80", "10.9.0.21:80", service));
	ck_assert(explain_means_server("[fd09::21]:80", "[fd09::21]:80", service));
	ck_assert(explain_means_server("[fd09::21]", "[fd09::21]:80", service));
	ck_assert(explain_means_server("fd09::21", "[fd09::21]:80", service));
	ck_assert(!explain_means_server("10.9.0.2", "10.9.0.21:80", service));
	ck_assert(!explain_means_server("10.9.0.21:8", "10.9.0.21:80", service));
	ck_assert(!explain_means_server("10.9.0.21@tcp:10.9.0.100:443", "10.9.0.21:80", service));
	ck_assert(!explain_means_server("", "10.9.0.21:80", service));
	ck_assert(!explain_means_server("@tcp:10.9.0.100:80", "10.9.0.21:80", service));
}
END_TEST

#define SERVICES                                                                                   \
	"{\"virtual_servers\": [{\"key\": \"tcp:10.9.0.100:80\", \"members\": [\"tcp:10.9.0.100:80\"], "   \
	"\"quorum_up\": true, \"quorum\": 1, \"live_weight\": 3, "                                         \
	"\"quorum_since\": \"2026-11-30T11:00:00.000Z\", \"real_servers\": ["                              \
	"{\"key\": \"10.9.0.21:80\", \"state\": \"down\", \"since\": \"2026-11-30T11:57:49.000Z\", "       \
	"\"before\": {\"state\": \"up\", \"since\": \"2026-11-26T09:57:49.000Z\"}, \"weight\": 3, "        \
	"\"effective_weight\": 0, \"in_kernel\": false, \"kernel_weight\": null, \"in_use\": true, "       \
	"\"checks\": [{\"kind\": \"TCP_CHECK\", \"state\": \"up\", "                                       \
	"\"since\": \"2026-11-30T11:00:00.000Z\", \"last\": {\"at\": \"2026-11-30T11:59:58.000Z\", "       \
	"\"reason\": \"connected\"}, \"rise\": 1, \"fall\": 2, \"counting\": null}, " \
	"{\"kind\": \"HTTP_GET\", \"state\": \"down\", \"since\": \"2026-11-30T11:57:49.000Z\", "          \
	"\"last\": {\"at\": \"2026-11-30T11:59:59.000Z\", \"reason\": \"HTTP 503, wanted 200-299\"}, "     \
	"\"rise\": 3, \"fall\": 2, \"counting\": {\"to\": \"up\", \"n\": 1, \"of\": 3}}]}, "             \
	"{\"key\": \"10.9.0.22:80\", \"state\": \"up\", \"since\": null, \"weight\": 3, "                  \
	"\"effective_weight\": 3, \"kernel_weight\": 3, \"in_use\": true, \"checks\": []}, "               \
	"{\"key\": \"10.9.0.23:80\", \"state\": \"maint\", \"since\": null, \"weight\": 3, "               \
	"\"effective_weight\": 0, \"in_kernel\": false, \"in_use\": true, \"checks\": []}]}], "            \
	"\"draining\": [{\"service\": \"tcp:10.9.0.100:80\", \"real_server\": \"10.9.0.23:80\", "          \
	"\"reason\": \"manual\", \"state\": \"maint\", \"since\": \"2026-11-30T11:59:00.000Z\"}]}"

START_TEST(a_server_has_a_chain_of_causes)
{
	check(SERVICES, "10.9.0.21",
	      "real server 10.9.0.21:80 of tcp:10.9.0.100:80: down since 2026-11-30T11:57:49.000Z (2 min 11 s), "
	      "weight 0 of 3\n"
	      "  before that it was up for 4 d 2 h\n"
	      "  it is not in the kernel's table\n"
	      "  check HTTP_GET is down since 2026-11-30T11:57:49.000Z (2 min 11 s) (fall 2): HTTP 503, wanted "
	      "200-299, 1 s ago\n"
	      "    it comes up with 3 good probes in a row (rise), of which it has 1\n"
	      "  check TCP_CHECK is up since 2026-11-30T11:00:00.000Z (1 h): connected, 2 s ago\n");
	check(SERVICES, "10.9.0.22:80",
	      "real server 10.9.0.22:80 of tcp:10.9.0.100:80: up, weight 3 of 3\n"
	      "  it has no check: it counts as up, whatever happens to it\n");
	check(SERVICES, "10.9.0.23:80@tcp:10.9.0.100:80",
	      "real server 10.9.0.23:80 of tcp:10.9.0.100:80: maint, weight 0 of 3\n"
	      "  it is in maintenance since 2026-11-30T11:59:00.000Z (1 min): `lvsctl drain` took it out, and "
	      "`lvsctl undrain` ends that\n"
	      "  it is not in the kernel's table\n"
	      "  it has no check: it counts as up, whatever happens to it\n");
}
END_TEST

#define OUT(more)                                                                                  \
	"{\"virtual_servers\": [{\"key\": \"tcp:10.9.0.100:80\", \"real_servers\": ["                       \
	"{\"key\": \"10.9.0.21:80\", \"state\": \"down\", \"since\": null, \"weight\": 1, "                  \
	"\"effective_weight\": 0, \"kernel_weight\": 0, " more "\"checks\": []}]}], \"draining\": ["         \
	"{\"service\": \"tcp:10.9.0.100:80\", \"real_server\": \"10.9.0.21:80\", \"state\": \"maint\", "   \
	"\"reason\": \"manual\", \"since\": null}]}"

#define OUT_HEAD "real server 10.9.0.21:80 of tcp:10.9.0.100:80: down, weight 0 of 1\n"
#define OUT_TAIL "  it has no check: it counts as up, whatever happens to it\n"

START_TEST(whatever_takes_a_server_out_is_named)
{
	check(OUT("\"maintenance\": {\"by_order\": false, \"file\": \"10.9.0.21\", \"reason\": \"disk\"}, "),
	      "10.9.0.21",
	      OUT_HEAD "  the file 10.9.0.21 in maintenance_dir keeps it out of service until it is removed: disk\n"
		       "  it is in maintenance: see the file above\n" OUT_TAIL);
	check(OUT("\"maintenance\": {\"by_order\": true, \"file\": \"10.9.0.21\", \"reason\": \"\"}, "),
	      "10.9.0.21",
	      OUT_HEAD "  the file 10.9.0.21 in maintenance_dir keeps it out of service until it is removed\n"
		       "  it is in maintenance: `lvsctl drain` took it out, and `lvsctl undrain` ends that\n" OUT_TAIL);
	check(OUT("\"held_down\": {\"until\": \"noon\", \"holds\": 2, \"checks_up\": true}, "), "10.9.0.21",
	      OUT_HEAD "  it is in maintenance: `lvsctl drain` took it out, and `lvsctl undrain` ends that\n"
		       "  it is held down for flapping until noon (flap_damping, hold 2 in a row); its checks are up\n"
		       OUT_TAIL);
}
END_TEST

#define ABSTAINING                                                                                 \
	"{\"virtual_servers\": [{\"key\": \"tcp:10.9.0.100:80\", \"real_servers\": ["                       \
	"{\"key\": \"10.9.0.21:80\", \"state\": \"down\", \"since\": null, \"weight\": 1, "                  \
	"\"effective_weight\": 0, \"kernel_weight\": 0, \"checks\": ["                                       \
	"{\"kind\": \"AGENT_CHECK\", \"state\": \"up\", \"since\": null, \"abstains\": true, \"last\": "    \
	"{\"at\": \"2026-11-30T11:59:59.000Z\", \"reason\": \"no answer\"}, \"rise\": 1, \"fall\": 1}, "    \
	"{\"kind\": \"FILE_CHECK\", \"state\": \"unknown\", \"abstains\": true, \"last\": {\"at\": null}}, "  \
	"{\"kind\": \"TCP_CHECK\", \"state\": \"up\", \"since\": null, \"abstains\": false, \"last\": "    \
	"{\"at\": \"2026-11-30T11:59:59.000Z\", \"reason\": \"connected\"}, \"rise\": 1, \"fall\": 1}"     \
	"]}]}]}"

#define ABSTAINS                                                                                   \
	"    it abstains: it has said neither up nor down, so it counts neither as up nor as down, also "   \
	"for checks_required\n"

START_TEST(a_check_that_abstains_is_named)
{
	check(ABSTAINING, "10.9.0.21",
	      "real server 10.9.0.21:80 of tcp:10.9.0.100:80: down, weight 0 of 1\n"
	      "  check FILE_CHECK has not been probed yet\n" ABSTAINS
	      "  check AGENT_CHECK is up: no answer, 1 s ago\n" ABSTAINS
	      "  check TCP_CHECK is up: connected, 1 s ago\n");
}
END_TEST

START_TEST(a_service_names_who_does_not_serve)
{
	check(SERVICES, "tcp:10.9.0.100:80",
	      "virtual server tcp:10.9.0.100:80: quorum up since 2026-11-30T11:00:00.000Z (1 h)\n"
	      "  its servers that are up have the weight 3 together; the quorum is 1\n"
	      "  10.9.0.21:80 is down since 2026-11-30T11:57:49.000Z (2 min 11 s), weight 0 of 3: see `lvsctl "
	      "explain 10.9.0.21:80@tcp:10.9.0.100:80`\n"
	      "  10.9.0.23:80 is maint, weight 0 of 3: see `lvsctl explain "
	      "10.9.0.23:80@tcp:10.9.0.100:80`\n");
	check(SERVICES, "tcp:10.9.0.100:8", "");
	check("{}", "anything", "");
}
END_TEST

#define INSTANCES                                                                                  \
	"{\"sync_groups\": [{\"name\": \"VG\", \"state\": \"FAULT\", \"instances\": [\"VI_1\"]}], "         \
	"\"vrrp\": [{\"name\": \"VI_1\", \"state\": \"BACKUP\", "                                          \
	"\"since\": \"2026-11-30T11:59:00.000Z\", \"cause\": \"10.9.0.12 has the higher priority 120\", "  \
	"\"sync_group\": \"VG\", \"priority\": 150, \"effective_priority\": 90, "                          \
	"\"master\": \"10.9.0.12\", \"master_priority\": 120, \"preempt\": true, \"trackers\": ["          \
	"{\"kind\": \"script\", \"name\": \"chk\", \"state\": \"down\", \"text\": \"exit status 1\", "     \
	"\"since\": \"2026-11-30T11:58:59.000Z\", \"effect\": -60, \"fault\": false}, "                    \
	"{\"kind\": \"interface\", \"name\": \"eth1\", \"state\": \"up\", \"text\": \"\", "                \
	"\"effect\": 0, \"fault\": false}]}, "                                                             \
	"{\"name\": \"VI_2\", \"state\": \"FAULT\", \"sync_group\": \"VG\", \"priority\": 100, "           \
	"\"effective_priority\": 100, \"fault\": \"eth1 has no carrier\", \"trackers\": []}]}"

START_TEST(an_instance_says_why_it_is_no_master)
{
	check(INSTANCES, "VI_1",
	      "VRRP instance VI_1: BACKUP since 2026-11-30T11:59:00.000Z (1 min)\n"
	      "  10.9.0.12 has the higher priority 120\n"
	      "  the master is 10.9.0.12, which has the higher priority 120\n"
	      "  its priority is 90 now, and 150 in the file\n"
	      "    script chk is down since 2026-11-30T11:58:59.000Z (1 min 1 s): exit status 1: it takes 60\n"
	      "  it moves with its sync group VG\n"
	      "    VI_2 is in FAULT: eth1 has no carrier\n");
	check(INSTANCES, "VI_2",
	      "VRRP instance VI_2: FAULT\n"
	      "  FAULT: eth1 has no carrier\n"
	      "  its priority is 100\n"
	      "  it moves with its sync group VG\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explain");
	TCase *tcase = tcase_create("explain");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, ages_have_two_units);
	tcase_add_test(tcase, stamps_are_read);
	tcase_add_test(tcase, servers_have_several_names);
	tcase_add_test(tcase, a_server_has_a_chain_of_causes);
	tcase_add_test(tcase, whatever_takes_a_server_out_is_named);
	tcase_add_test(tcase, a_check_that_abstains_is_named);
	tcase_add_test(tcase, a_service_names_who_does_not_serve);
	tcase_add_test(tcase, an_instance_says_why_it_is_no_master);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
