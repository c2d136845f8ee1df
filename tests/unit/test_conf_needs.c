/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a configuration needs of the machine; scripts; what is a secret; defaults in print. */
#include "conf/canon/print.h"
#include "conf/load.h"
#include "conf/model/needs/needs.h"
#include "conf/text/report.h"
#include "conf/text/secret.h"
#include "conf/tree/script.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
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

/* text is what conf was made of. */
static char *needs_text(const struct conf *conf, const char *text_of_conf)
{
	struct source_map *map = source_map_of_text("t", text_of_conf, strlen(text_of_conf));
	static const char *const kinds[] = {"interface", "script", "user", "group", "file",
					    "key file", "address"};
	struct conf_need *needs;
	size_t n = conf_needs(conf, &needs), len;
	char *text;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < n; i++)
		fprintf(out, "%u:%u %s %s%s%s%s%s (%s)\n", needs[i].place.line,
			source_column(map, &needs[i].place), kinds[needs[i].kind], needs[i].text,
			needs[i].user[0] ? " as " : "", needs[i].user, needs[i].group[0] ? ":" : "",
			needs[i].group, needs[i].what);
	fclose(out);
	free(needs);
	source_map_free(map);
	return text;
}

START_TEST(each_thing_is_needed_once_where_it_is_named_first)
{
	static const char source[] = "vrrp_instance A {\n"
	    " interface eth0\n"
	    " virtual_router_id 1\n"
	    " notify_master \"/bin/tell master\"\n"
	    " notify_backup \"/bin/tell backup\" root root\n"
	    " notify \"/bin/tell any\"\n"
	    " virtual_ipaddress {\n"
	    "  192.0.2.1\n"
	    "  192.0.2.2 dev eth1\n"
	    "  192.0.2.3 dev eth1\n"
	    " }\n"
	    "}\n"
	    "global_defs {\n"
	    " lvs_sync_daemon eth0\n"
	    " script_user lvs lvs\n"
	    "}\n"
	    "SSL {\n"
	    " ca /etc/ca\n"
	    " certificate /etc/pem\n"
	    " key /etc/pem\n"
	    "}\n"
	    "virtual_server 192.0.2.1 80 {\n"
	    " protocol TCP\n"
	    " quorum_up /bin/up\n"
	    " quorum_down /bin/down\n"
	    " real_server 10.0.0.1 80 {\n"
	    "  notify_up /bin/up\n"
	    "  notify_down /bin/up nobody\n"
	    "  MISC_CHECK {\n"
	    "   misc_path /bin/check\n"
	    "  }\n"
	    " }\n"
	    "}\n";
	struct conf *conf = loaded(source);
	char *text = needs_text(conf, source);

	ck_assert_str_eq(text, "2:12 interface eth0 (interface)\n"
			       "4:16 script /bin/tell as lvs:lvs (notify_master)\n"
			       "5:16 script /bin/tell as root:root (notify_backup)\n"
			       "5:35 user root (notify_backup)\n"
			       "5:40 group root (notify_backup)\n"
			       "9:3 interface eth1 (dev)\n"
			       "15:14 user lvs (script_user)\n"
			       "15:18 group lvs (script_user)\n"
			       "18:5 file /etc/ca (ca)\n"
			       "19:14 file /etc/pem (certificate)\n"
			       "24:12 script /bin/up as lvs:lvs (quorum_up)\n"
			       "25:14 script /bin/down as lvs:lvs (quorum_down)\n"
			       "28:15 script /bin/up as nobody (notify_down)\n"
			       "28:23 user nobody (notify_down)\n"
			       "30:14 script /bin/check as lvs:lvs (misc_path)\n");
	free(text);
	conf_free(conf);
}
END_TEST

/* Static addresses need their interfaces. A reader without a FIFO is not run, so nothing is needed
 * for it. Two users of one program, or two sources on one interface, are two needs. */
START_TEST(needs_differ_by_all_that_they_name)
{
	static const char source[] = "global_defs {\n"
	    " vrrp_notify_fifo_script /bin/none\n"
	    " lvs_notify_fifo /run/f\n"
	    " lvs_notify_fifo_script /bin/read\n"
	    "}\n"
	    "static_ipaddress {\n"
	    " 192.0.2.9 dev eth8\n"
	    " 192.0.2.10 dev eth9\n"
	    " 192.0.2.11 dev eth8\n"
	    "}\n"
	    "vrrp_instance A {\n"
	    " interface eth0\n"
	    " virtual_router_id 1\n"
	    " mcast_src_ip 10.0.0.1\n"
	    " notify_master /bin/a one one\n"
	    " notify_backup /bin/a one two\n"
	    " notify_fault /bin/a one two\n"
	    " virtual_ipaddress {\n"
	    "  192.0.2.1\n"
	    " }\n"
	    "}\n"
	    "vrrp_instance B {\n"
	    " interface eth0\n"
	    " virtual_router_id 2\n"
	    " mcast_src_ip 10.0.0.2\n"
	    " virtual_ipaddress {\n"
	    "  192.0.2.2\n"
	    " }\n"
	    "}\n";
	struct conf *conf = loaded(source);
	char *text = needs_text(conf, source);

	ck_assert_str_eq(text, "4:25 script /bin/read (lvs_notify_fifo_script)\n"
			       "7:2 interface eth8 (dev)\n"
			       "8:2 interface eth9 (dev)\n"
			       "12:12 interface eth0 (interface)\n"
			       "14:15 address eth0 (source)\n"
			       "15:16 script /bin/a as one:one (notify_master)\n"
			       "15:23 user one (notify_master)\n"
			       "15:27 group one (notify_master)\n"
			       "16:16 script /bin/a as one:two (notify_backup)\n"
			       "16:27 group two (notify_backup)\n"
			       "25:15 address eth0 (source)\n");
	free(text);
	conf_free(conf);
}
END_TEST

/* A path that a tracker only opens is no program. */
START_TEST(trackers_need_their_programs_and_interfaces)
{
	static const char source[] = "vrrp_script a {\n\tscript /bin/a\n}\n"
				   "vrrp_script b {\n\tscript \"</dev/tcp/127.0.0.1/80\"\n}\n"
				   "vrrp_instance A {\n\tinterface eth0\n\tvirtual_router_id 1\n"
				   "\ttrack_script {\n\t\ta\n\t\tb\n\t}\n"
				   "\ttrack_interface {\n\t\teth7\n\t\teth0\n\t}\n"
				   "\tvirtual_ipaddress { 192.0.2.1\n\t}\n}\n";
	struct conf *conf = loaded(source);
	char *text = needs_text(conf, source);

	ck_assert_str_eq(text, "2:9 script /bin/a (script)\n"
			       "8:12 interface eth0 (interface)\n"
			       "15:3 interface eth7 (track_interface)\n");
	free(text);
	conf_free(conf);
}
END_TEST

START_TEST(static_addresses_need_their_interfaces)
{
	static const char source[] = "static_ipaddress {\n\t192.0.2.1/24 dev eth1\n"
				     "\t192.0.2.2/24 dev eth2\n}\n";
	struct conf *conf = loaded(source);
	char *text = needs_text(conf, source);

	ck_assert_str_eq(text, "2:2 interface eth1 (dev)\n3:2 interface eth2 (dev)\n");
	free(text);
	conf_free(conf);
}
END_TEST

START_TEST(routes_and_rules_need_their_interfaces)
{
	static const char source[] =
	    "static_routes {\n10.1.0.0/16 dev eth1\n"
	    "10.2.0.0/16 nexthop via 10.0.0.1 dev eth2 nexthop via 10.0.0.2 dev eth3\n}\n"
	    "static_rules {\nfrom 10.1.0.0/16 iif eth4 table 5 preference 5\n}\n"
	    "vrrp_instance VI {\ninterface eth0\nvirtual_router_id 5\npriority 100\n"
	    "virtual_ipaddress {\n10.0.0.9/24\n}\n"
	    "virtual_routes {\n10.3.0.0/16 via 10.0.0.1 dev eth5\n}\n"
	    "virtual_rules {\nto 10.1.0.0/16 oif eth6 table 5 preference 6\n}\n}\n";
	struct conf *conf = loaded(source);
	char *text = needs_text(conf, source);

	ck_assert_str_eq(text, "2:1 interface eth1 (dev)\n3:13 interface eth2 (dev)\n"
			       "3:43 interface eth3 (dev)\n6:1 interface eth4 (iif)\n"
			       "9:11 interface eth0 (interface)\n16:1 interface eth5 (dev)\n"
			       "19:1 interface eth6 (oif)\n");
	free(text);
	conf_free(conf);
}
END_TEST

START_TEST(nothing_is_needed_by_nothing)
{
	struct conf *conf = loaded("");
	struct conf_need *needs;

	ck_assert_uint_eq(conf_needs(conf, &needs), 0);
	ck_assert_ptr_null(needs);
	conf_free(conf);
}
END_TEST

/* What the daemon does with the list. */
static void expect_libraries(const char *text, bool is_needed)
{
	struct conf *conf = loaded(text);

	ck_assert_msg(conf_needs_libraries(conf) == is_needed, "%s", text);
	conf_free(conf);
}

#define SERVER(checks)                                                                             \
	"virtual_server 192.0.2.1 80 {\n real_server 192.0.2.2 80 {\n" checks " }\n}\n"
#define MAIL_TO "notification_email {\n a@example.org\n }\n notification_email_from b@example.org\n"

START_TEST(libraries_are_needed_by_urls_tls_and_mail)
{
	expect_libraries(SERVER(""), false);
	expect_libraries(SERVER("TCP_CHECK {\n }\n"), false);
	expect_libraries(SERVER("MISC_CHECK {\n misc_path /bin/true\n }\n"), false);
	expect_libraries(SERVER("TCP_CHECK {\n }\n HTTP_GET {\n url {\n path /\n status_code 200\n }\n }\n"), true);
	expect_libraries(SERVER("SSL_GET {\n url {\n path /\n status_code 200\n }\n }\n"), true);
	expect_libraries(SERVER("TCP_CHECK {\n dialogue {\n start_tls\n }\n }\n"), true);
	expect_libraries(SERVER("TCP_CHECK {\n dialogue {\n expect +PONG\n }\n }\n"), false);
	expect_libraries("global_defs {\n " MAIL_TO " smtp_server 192.0.2.9\n}\n", true);
	expect_libraries("global_defs {\n smtp_server 192.0.2.9\n}\n", false);
}
END_TEST

START_TEST(a_warning_can_be_added_at_the_place_of_a_need)
{
	static const char text[] = "vrrp_instance A {\n"
				   "\tinterface eth7\n"
				   "\tvirtual_router_id 1\n"
				   "\tvirtual_ipaddress { 192.0.2.1 }\n"
				   "}\n";
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t", text, sizeof(text) - 1, &diags);
	struct conf_need *needs;
	struct report report;

	ck_assert_uint_eq(conf_needs(conf, &needs), 1);
	report_init(&report, &diags, diags.map);
	report_warning(&report, &needs[0].place, "there is no interface %s", needs[0].text);
	diags_sort(&diags);
	ck_assert_uint_eq(diags.n_warnings, 1);
	ck_assert_str_eq(diags.list.items[0].source, " interface eth7");
	ck_assert_uint_eq(diags.list.items[0].caret, 12);
	free(needs);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

START_TEST(commands_are_split)
{
	static const struct {
		const char *command;
		const char *words[6];
	} cases[] = {
	    {"/bin/a", {"/bin/a"}},
	    {"  /bin/a\tb  c ", {"/bin/a", "b", "c"}},
	    {"/bin/a 'b c' d", {"/bin/a", "b c", "d"}},
	    {"/bin/a b' 'c''d", {"/bin/a", "b cd"}},
	    {"/bin/a '' $HOME #", {"/bin/a", "", "$HOME", "#"}},
	    {"/bin/a \\n\\101\\x42 '\t' \\\\", {"/bin/a", "\nAB", "\t", "\\"}},
	    {"/bin/a \"b 'c\" 'd \"' it\\'s", {"/bin/a", "b 'c", "d \"", "it's"}},
	    {"/bin/a 'b\\'c' d\\ e", {"/bin/a", "b'c", "d e"}},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const *words;
		size_t n;

		ck_assert_int_eq(script_check("notify", true, cases[i].command, NULL), 0);
		words = script_split(arena, cases[i].command, &n);
		for (size_t k = 0; k < n; k++)
			ck_assert_str_eq(words[k], cases[i].words[k]);
		ck_assert_ptr_null(words[n]);
		ck_assert_ptr_null(cases[i].words[n]);
	}
	arena_free(arena);
}
END_TEST

START_TEST(commands_that_cannot_be_are_refused)
{
	static const char *const commands[] = {
	    "",          " ",           "a/b",         "'' /bin/a",   "'/bin/a",
	    "/bin/a \"", "/bin/a \x01", "/bin/a \\0", "/bin/a \xff", "./a",
	    "/bin/a '\\'", "/bin/a \\ca",
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct err err;

		ck_assert_int_eq(script_check("notify", true, commands[i], &err), -EINVAL);
		ck_assert_msg(!strncmp(err.text, "notify: ", 8), "%s", err.text);
	}
}
END_TEST

START_TEST(secrets_are_found_in_a_line)
{
	static const struct {
		const char *line, *shown;
	} cases[] = {
	    {"", ""},
	    {"\tinterface eth0", "\tinterface eth0"},
	    {"\tauth_pass x", "\tauth_pass "},
	    {"\tauth_pass", "\tauth_pass"},
	    {"a { auth_pass  x }", "a { auth_pass  "},
	    {"a{auth_pass \"x y\"", "a{auth_pass "},
	    {"auth_pass\"x\"", "auth_pass"},
	    {"auth_passage x", "auth_passage x"},
	    {"password ", "password "},
	    {"my_password x", "my_password x"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_uint_eq(secret_find(cases[i].line, strlen(cases[i].line)),
				  strlen(cases[i].shown));
}
END_TEST

/* Wherever on a long line the caret is, the window does not show what stands behind the keyword. */
START_TEST(no_window_of_a_line_shows_a_secret)
{
	char text[1200];
	struct diags diags = {0};
	struct report report;
	struct source_map *map;

	memset(text, ' ', sizeof(text));
	map = source_map_of_text("t", text, sizeof(text));
	memcpy(text + 500, "auth_pass verysecret", 20);
	report_init(&report, &diags, map);
	for (unsigned column = 1; column <= 700; column++) {
		struct conf_place place = {"t", 1, column - 1};

		report_error(&report, &place, "x");
		ck_assert_ptr_null(strstr(diags.list.items[column - 1].source, "secret"));
		ck_assert_ptr_null(strstr(diags.list.items[column - 1].source, "very"));
	}
	source_map_free(map);
	diags_free(&diags);
}
END_TEST

static char *printed(const struct conf *conf, void (*print)(const struct conf *, FILE *))
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(conf, out);
	fclose(out);
	return text;
}

START_TEST(people_do_not_see_passwords)
{
	struct conf *conf = loaded("SSL { ca /a\n certificate /b\n key /b\n password wonderful }\n"
				   "vrrp_instance A {\n interface eth0\n virtual_router_id 1\n"
				   "authentication { auth_type PASS\n auth_pass wonder }\n"
				   "virtual_ipaddress { 192.0.2.1 } }\n");
	char *masked = printed(conf, conf_print), *whole = printed(conf, conf_print_secrets);

	ck_assert_ptr_null(strstr(masked, "wonder"));
	ck_assert_ptr_nonnull(strstr(masked, "\tauth_pass \"***\"\n"));
	ck_assert_ptr_nonnull(strstr(whole, "\tpassword wonderful\n"));
	ck_assert_ptr_nonnull(strstr(whole, "\tauth_pass wonder\n"));
	free(masked);
	free(whole);
	conf_free(conf);
}
END_TEST

START_TEST(a_default_is_marked_whether_it_is_written_or_not)
{
	struct conf *conf = loaded("virtual_server 192.0.2.1 80 {\n protocol TCP\n delay_loop 60\n"
				   "real_server 10.0.0.1 80 { weight 2\n } }\n");
	char *text = printed(conf, conf_print);

	ck_assert_ptr_nonnull(strstr(text, "\tdelay_loop 60 # default\n"));
	ck_assert_ptr_nonnull(strstr(text, "\tquorum 1 # default\n"));
	ck_assert_ptr_nonnull(strstr(text, "\tweight 2\n"));
	ck_assert_ptr_nonnull(strstr(text, "\tprotocol TCP\n"));
	free(text);
	conf_free(conf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf needs");
	TCase *tcase = tcase_create("needs");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_thing_is_needed_once_where_it_is_named_first);
	tcase_add_test(tcase, needs_differ_by_all_that_they_name);
	tcase_add_test(tcase, trackers_need_their_programs_and_interfaces);
	tcase_add_test(tcase, static_addresses_need_their_interfaces);
	tcase_add_test(tcase, routes_and_rules_need_their_interfaces);
	tcase_add_test(tcase, nothing_is_needed_by_nothing);
	tcase_add_test(tcase, libraries_are_needed_by_urls_tls_and_mail);
	tcase_add_test(tcase, a_warning_can_be_added_at_the_place_of_a_need);
	tcase_add_test(tcase, commands_are_split);
	tcase_add_test(tcase, commands_that_cannot_be_are_refused);
	tcase_add_test(tcase, secrets_are_found_in_a_line);
	tcase_add_test(tcase, no_window_of_a_line_shows_a_secret);
	tcase_add_test(tcase, people_do_not_see_passwords);
	tcase_add_test(tcase, a_default_is_marked_whether_it_is_written_or_not);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
