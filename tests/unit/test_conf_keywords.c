/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keywords and their classes: the list, the entries, what is said of what has no effect, what would
 * not load in keepalived, and who may read a file with secrets.
 */
#include "conf/load.h"
#include "conf/tree/editor.h"
#include "conf/tree/keywords.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *written(void (*print)(FILE *out))
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(out);
	fclose(out);
	return text;
}

/* What keywords_help() says, on both its streams. */
static char *help_of(const char *path, int *ret_code)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	*ret_code = keywords_help(path, out, out);
	fclose(out);
	return text;
}

static void help_is(const char *path, int code, const char *want)
{
	int have;
	char *text = help_of(path, &have);

	ck_assert_str_eq(text, want);
	ck_assert_int_eq(have, code);
	free(text);
}

START_TEST(an_entry_says_what_the_manual_says)
{
	help_is("virtual_server/quorum", 0,
		"In virtual_server: quorum NUMBER\n"
		"    The service is up while the weights of its real servers that are up have at least this sum.\n"
		"    Range: 1 to 4294967295.\n    Default: 1.\n    Class: implemented.\n");
	help_is("global_defs/startup_gate", 0,
		"In global_defs: startup_gate SECONDS\n"
		"    How long after the start VRRP waits at most for the first verdicts of the health "
		"checks before it may claim an address.\n"
		"    After a start, and after a fault of its interface, silence then counts for an "
		"instance when a frame of another machine has come, or this time is over: the switch port "
		"may not forward yet.\n    0 does not wait.\n"
		"    Range: 0 to 3600 s.\n    Default: 5 s.\n    Class: implemented.\n"
		"    Of lvsd alone: keepalived does not know it.\n");
	help_is("bfd_instance/min_rx", 0,
		"In bfd_instance: min_rx MILLISECONDS\n"
		"    Shortest interval at which this end is ready to receive packets of the neighbour.\n"
		"    Range: 1 to 4294967.295 ms.\n    Default: 10 ms.\n"
		"    Class: dangerous, like bfd_instance.\n");
	help_is("child_wait_time", 0,
		"At the top level: child_wait_time NUMBER\n"
		"    How long a stop waits for the processes.\n"
		"    Range: 0 to 4294967295 s.\n    Default: 5 s.\n"
		"    Class: no effect; each part of a stop has a time of its own, of which the "
		"scripts have 2 s.\n");
	help_is("static_routes/gw", 0,
		"In a route: via or gw ADDRESS\n    Router that it leads to.\n"
		"    Class: implemented.\n");
	help_is("static_rules/iif", 0,
		"In a rule: iif or dev INTERFACE\n    Interface on which the packets arrive; lo: what "
		"this host sends.\n    It may be missing.\n    Class: implemented.\n");
	help_is("virtual_server/real_server/BFD_CHECK/alpha", 0,
		"In BFD_CHECK: alpha [BOOL]\n"
		"    The check counts as down until its first success.\n"
		"    Default: off.\n    Without its argument: on.\n"
		"    Class: dangerous, like BFD_CHECK.\n");
	help_is("real_server/BFD_CHECK", 0,
		"In real_server: BFD_CHECK {...}\n    The server is up while a BFD session is.\n"
		"    May be given several times.\n"
		"    Class: dangerous; not run: the real server counts as up without it.\n");
}
END_TEST

START_TEST(a_path_to_nothing_is_told_the_nearest)
{
	help_is("qourum", -ENOENT,
		"there is no keyword 'qourum'; did you mean 'virtual_server/quorum'?\n");
	help_is("global_defs/quorum", -ENOENT,
		"there is no keyword 'global_defs/quorum'; did you mean "
		"'virtual_server/quorum'?\n");
	help_is("zzzzzzzzzz", -ENOENT, "there is no keyword 'zzzzzzzzzz'\n");
	help_is("", -ENOENT, "there is no keyword ''\n");
	help_is("/", -ENOENT, "there is no keyword '/'\n");
}
END_TEST

START_TEST(every_keyword_in_every_place_has_a_class)
{
	size_t counts[KEYWORD_N_CLASSES], n_places = 0, n;
	struct keyword *list;

	n = keywords_list(&list);
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			for (size_t p = 0; schema_place(&schema_tables[i]->rows[k], p); p++)
				n_places++;
	ck_assert_uint_eq(n, n_places);
	keywords_count(list, n, counts);
	ck_assert_uint_eq(counts[0] + counts[1] + counts[2] + counts[3], n);
	for (size_t i = 0; i < n; i++) {
		bool is_idle = list[i].class != KEYWORD_IMPLEMENTED;

		ck_assert_msg(is_idle == (list[i].reason != NULL), "%s", list[i].row->name);
		ck_assert_msg(!list[i].row->no_effect || !list[i].row->replaced,
			      "%s has two classes", list[i].row->name);
	}
	free(list);
}
END_TEST

/* LVSD_GOLDEN_WRITE=1 writes the document anew. */
START_TEST(the_document_is_what_the_schema_says)
{
	char *want = written(keywords_print_markdown), have[1 << 17];
	FILE *file;
	size_t len;

	if (getenv("LVSD_GOLDEN_WRITE")) {
		file = fopen(KEYWORDS_DOCUMENT, "w");
		ck_assert_ptr_nonnull(file);
		fputs(want, file);
		ck_assert_int_eq(fclose(file), 0);
	}
	file = fopen(KEYWORDS_DOCUMENT, "r");
	ck_assert_ptr_nonnull(file);
	len = fread(have, 1, sizeof(have) - 1, file);
	have[len] = '\0';
	fclose(file);
	ck_assert_msg(!strcmp(have, want),
		      "doc/keywords.md is not what `lvsd --list-keywords` says; "
		      "LVSD_GOLDEN_WRITE=1 tests/unit/test_conf_keywords writes it anew");
	free(want);
}
END_TEST

START_TEST(editors_know_the_words)
{
	char *vim = written(editor_vim_print), *words = written(editor_words_print);

	ck_assert_ptr_nonnull(strstr(vim, "\nsyntax keyword lvsdBlock virtual_server\n"));
	ck_assert_ptr_nonnull(strstr(vim, "\nsyntax keyword lvsdKeyword lb_algo\n"));
	ck_assert_ptr_nonnull(strstr(vim, "\nsyntax keyword lvsdIdle enable_dbus\n"));
	ck_assert_ptr_nonnull(strstr(vim, "\nsyntax keyword lvsdChoice wlc\n"));
	/* Implemented somewhere: it is not shown as idle. */
	ck_assert_ptr_null(strstr(vim, "\nsyntax keyword lvsdIdle notify_master\n"));
	ck_assert_ptr_nonnull(strstr(words, " virtual_server/quorum "));
	ck_assert_ptr_null(strpbrk(words, "\"'|@&\n"));
	free(vim);
	free(words);
}
END_TEST

static struct conf *load(const char *text, bool is_strict, struct diags *diags)
{
	*diags = (struct diags){.is_strict = is_strict};
	return conf_load_text("t", text, strlen(text), diags);
}

START_TEST(what_keepalived_would_not_load_is_said_when_asked)
{
	static const char text[] =
	    "global_defs {\n\tstartup_gate 3\n\taccept_ignored track_bfd\n}\n"
	    "vrrp_instance a {\n\tinterface eth0\n\tvirtual_router_id 1\n"
	    "\ttrack_script {\n\t\talive\n\t}\n\tvirtual_ipaddress {\n\t\t192.0.2.1\n\t}\n}\n"
	    "vrrp_script alive {\n\tscript /bin/true\n}\n";
	struct diags diags;
	struct conf *conf = load(text, false, &diags);

	ck_assert_ptr_nonnull(conf);
	conf_free(conf);
	diags_free(&diags);
	ck_assert_ptr_null(load(text, true, &diags));
	ck_assert_uint_eq(diags.n_errors, 3);
	ck_assert_str_eq(diags.list.items[0].text,
			 "startup_gate is of lvsd alone: keepalived does not know it");
	ck_assert_uint_eq(diags.list.items[0].line, 2);
	ck_assert_str_eq(diags.list.items[2].text,
			 "keepalived knows no vrrp_script alive here: it is defined further down");
	ck_assert_str_eq(diags.list.items[3].text, "defined here");
	ck_assert_uint_eq(diags.list.items[3].line, 15);
	diags_free(&diags);
}
END_TEST

START_TEST(many_dangerous_statements_are_one_error)
{
	enum { N = 20000 };
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct diags diags = {0};
	struct conf *conf;

	fputs("global_defs {\naccept_ignored bfd_instance\n}\nbfd_instance r {\nneighbor_ip 10.9.0.9\n}\n"
	      "virtual_server 192.0.2.1 80 {\nprotocol TCP\n", out);
	for (int i = 0; i < N; i++)
		fprintf(out, "real_server 10.0.%d.%d {\nBFD_CHECK {\nname r\n}\n}\n", i / 200,
			i % 200 + 1);
	fputs("}\n", out);
	fclose(out);
	conf = conf_load_text("t", text, len, &diags);
	ck_assert_ptr_null(conf);
	ck_assert_uint_eq(diags.n_errors, 1);
	ck_assert_uint_eq(diags.list.items[1].line, 10); /* before it, what is accepted */
	ck_assert_str_eq(diags.list.items[1].text,
			 "BFD_CHECK is not run (20000 times, the first one here): the real server "
			 "counts as up without it. Take it out, or accept that: `accept_ignored "
			 "BFD_CHECK` in global_defs, or --accept-ignored on the command line");
	conf_free(conf);
	diags_free(&diags);
	free(text);
}
END_TEST

/* The warnings of a file of this mode that say who can read it. */
static size_t n_mode_warnings(const char *text, mode_t mode)
{
	char path[] = "/tmp/test_conf_keywords.XXXXXX";
	int fd = mkstemp(path);
	struct diags diags = {0};
	size_t n = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	conf_free(conf_load(path, NULL, &diags, NULL, NULL));
	unlink(path);
	ck_assert_uint_eq(diags.n_errors, 0);
	for (size_t i = 0; i < diags.list.n; i++)
		n += strstr(diags.list.items[i].text, "everybody on this host can read") != NULL;
	diags_free(&diags);
	return n;
}

START_TEST(a_file_with_secrets_is_for_its_owner)
{
	static const char pass[] =
	    "vrrp_instance a {\ninterface eth0\nvirtual_router_id 1\n"
	    "virtual_ipaddress {\n192.0.2.1\n}\nauthentication {\nauth_type PASS\n"
	    "auth_pass secret\n}\n}\n";
	static const char hmac[] = "global_defs {\naccept_ignored auth_hmac\n}\n"
				   "vrrp_instance a {\ninterface eth0\nvirtual_router_id 1\n"
				   "virtual_ipaddress {\n192.0.2.1\n}\nauth_hmac {\n"
				   "key 1 0123456789abcdef0123456789abcdef\n}\n}\n";
	static const char none[] = "global_defs {\nrouter_id a\n}\n";

	ck_assert_uint_eq(n_mode_warnings(pass, 0644), 1);
	ck_assert_uint_eq(n_mode_warnings(pass, 0640), 0);
	ck_assert_uint_eq(n_mode_warnings(hmac, 0644), 1);
	ck_assert_uint_eq(n_mode_warnings(none, 0644), 0);
}
END_TEST

/* Passwords and keys that probes send, as far as their texts show them. */
START_TEST(what_probes_send_may_be_secret)
{
	static const struct {
		const char *check;
		size_t n_warnings;
	} rows[] = {
	    {"TCP_CHECK {\ndialogue {\nsend \"AUTH hunter2\\r\\n\"\nexpect \"+OK\"\n}\n}", 1},
	    {"TCP_CHECK {\ndialogue {\nsend \"a login lvsd 1234\\r\\n\"\nexpect \"a OK\"\n}\n}", 1},
	    {"TCP_CHECK {\ndialogue {\nsend \"PING\\r\\n\"\nexpect \"-NOAUTH\"\n}\n}", 0},
	    {"AGENT_CHECK {\nagent_port 9707\nagent_send \"7f3a99c2d1\\n\"\n}", 1},
	    {"AGENT_CHECK {\nagent_port 9707\nagent_send \"secret\\n\"\n}", 1},
	    {"AGENT_CHECK {\nagent_port 9707\nagent_send \"load web1\\n\"\n}", 0},
	    {"HTTP_GET {\nurl {\npath /\nheader \"Authorization: Bearer 1234\"\n}\n}", 1},
	    {"HTTP_GET {\nurl {\npath /\nheader \"X-Api-Key: 1234\"\nheader \"Cookie: id=1\"\n}\n}", 1},
	    {"HTTP_GET {\nurl {\npath /\nheader \"Accept: text/html\"\n}\n}", 0},
	};
	char text[512];

	snprintf(text, sizeof(text),
		 "virtual_server 192.0.2.1 80 {\nprotocol TCP\nreal_server 10.0.0.1 80 {\n%s\n}\n}\n", rows[_i].check);
	ck_assert_uint_eq(n_mode_warnings(text, 0644), rows[_i].n_warnings);
	ck_assert_uint_eq(n_mode_warnings(text, 0640), 0);
}
END_TEST

/* The file of the key is another one. */
START_TEST(a_private_key_is_for_its_owner)
{
	char path[] = "/tmp/test_conf_keywords.XXXXXX", text[256];
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	snprintf(text, sizeof(text), "SSL {\ncertificate /tmp/absent.pem\nkey %s\n}\n", path);
	ck_assert_int_eq(fchmod(fd, 0644), 0);
	ck_assert_uint_eq(n_mode_warnings(text, 0600), 1);
	ck_assert_int_eq(fchmod(fd, 0600), 0);
	ck_assert_uint_eq(n_mode_warnings(text, 0600), 0);
	close(fd);
	unlink(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf keywords");
	TCase *tcase = tcase_create("keywords");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, an_entry_says_what_the_manual_says);
	tcase_add_test(tcase, a_path_to_nothing_is_told_the_nearest);
	tcase_add_test(tcase, every_keyword_in_every_place_has_a_class);
	tcase_add_test(tcase, the_document_is_what_the_schema_says);
	tcase_add_test(tcase, editors_know_the_words);
	tcase_add_test(tcase, what_keepalived_would_not_load_is_said_when_asked);
	tcase_add_test(tcase, many_dangerous_statements_are_one_error);
	tcase_add_test(tcase, a_file_with_secrets_is_for_its_owner);
	tcase_add_loop_test(tcase, what_probes_send_may_be_secret, 0, 9);
	tcase_add_test(tcase, a_private_key_is_for_its_owner);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
