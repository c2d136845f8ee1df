/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What conf_load() does with files of every kind, what is inherited, and what the digest covers. */
#include "conf/load.h"
#include "conf/query.h"
#include "conf/text/report.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/test_conf_load.XXXXXX";

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

/* The load is refused with exactly this sentence. */
static void refused(const char *path, const char *sentence)
{
	struct diags diags = {0};
	char *text = (char *)sentence, error[1024], want[1024];
	size_t len = 1;

	ck_assert_ptr_null(conf_load(path, NULL, &diags, &text, &len));
	ck_assert_ptr_null(text);
	ck_assert_uint_eq(diags.n_errors, 1);
	snprintf(want, sizeof(want), "%s: %s", path, sentence);
	ck_assert_str_eq(diags_first_error(&diags, error, sizeof(error)), want);
	diags_free(&diags);
}

START_TEST(only_regular_files_are_read)
{
	ck_assert_int_eq(mkfifo(path_of("fifo"), 0600), 0);
	refused(path_of("fifo"), "this is a FIFO; a configuration is a regular file");
	refused(directory, "this is a directory; a configuration is a regular file");
	refused("/dev/null", "this is a device; a configuration is a regular file");
	refused(path_of("absent"), "the file cannot be opened: No such file or directory");
	unlink(path_of("fifo"));
}
END_TEST

/* An include of that pattern would count as one without files. */
START_TEST(a_folder_that_no_descriptor_is_left_for_is_not_empty)
{
	struct conf_answer answer;
	struct rlimit limit;
	char pattern[300];

	snprintf(pattern, sizeof(pattern), "%s/no-such-folder/*", directory);
	conf_answer_here("", CONF_QUERY_MATCH, pattern, &answer);
	ck_assert_int_eq(answer.code, 0);
	ck_assert_uint_eq(answer.len, 0);
	conf_answer_fini(&answer);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	conf_answer_here("", CONF_QUERY_MATCH, path_of("*"), &answer);
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_int_eq(answer.code, -EMFILE);
	ck_assert_str_eq(answer.note, "the files that match cannot be found: Too many open files");
	conf_answer_fini(&answer);
}
END_TEST

START_TEST(a_huge_file_is_refused)
{
	int fd = open(path_of("huge"), O_CREAT | O_WRONLY, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, (off_t)CONF_FILE_MAX + 1), 0);
	close(fd);
	refused(path_of("huge"), "the file has more than 67108864 bytes");
	unlink(path_of("huge"));
}
END_TEST

START_TEST(the_text_is_handed_over_also_when_refused)
{
	static const char *const texts[] = {"global_defs { router_id a }\n", "nonsense\n"};
	static const struct conf_load_how no_digest = {.is_without_digest = true};

	for (size_t i = 0; i < 2; i++) {
		FILE *file = fopen(path_of("file"), "w");
		struct diags diags = {0};
		struct conf *conf;
		char *text;
		size_t len;

		fputs(texts[i], file);
		fclose(file);
		conf = conf_load(path_of("file"), NULL, &diags, &text, &len);
		ck_assert(!conf == (i == 1));
		ck_assert_uint_eq(len, strlen(texts[i]));
		ck_assert_mem_eq(text, texts[i], len);
		conf_free(conf);
		free(text);
		conf = conf_load(path_of("file"), NULL, &diags, NULL, NULL);
		ck_assert(!conf || strlen(conf->digest) == 64);
		conf_free(conf);
		conf = conf_load(path_of("file"), &no_digest, &diags, NULL, NULL);
		ck_assert(!conf || !conf->digest[0]);
		conf_free(conf);
		diags_free(&diags);
	}
	unlink(path_of("file"));
}
END_TEST

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
	ck_assert_int_eq(chmod(path, mode), 0);
}

/* What a load says of files that others can write, and of the folders that they stand in. */
static void judged(enum conf_trust trust, unsigned n_errors, unsigned n_warnings)
{
	const struct conf_load_how how = {.trust = trust};
	struct diags diags = {0};
	char error[1024];
	char *main_file = strdup(path_of("main"));
	struct conf *conf = conf_load(main_file, &how, &diags, NULL, NULL);

	ck_assert_uint_eq(diags.n_errors, n_errors);
	ck_assert_uint_eq(diags.n_warnings, n_warnings);
	ck_assert(!conf == (n_errors > 0));
	if (n_errors)
		ck_assert_msg(strstr(diags_first_error(&diags, error, sizeof(error)),
				     "can be written by everybody, and lvsd does as root what this "
				     "file says: run `chmod go-w "),
			      "%s", error);
	for (size_t i = 0; trust == CONF_TRUST_WARN && i < diags.list.n; i++)
		ck_assert_msg(!strncmp(diags.list.items[i].text, "a start and a reload refuse", 27),
			      "%s", diags.list.items[i].text);
	conf_free(conf);
	diags_free(&diags);
	free(main_file);
}

START_TEST(files_that_others_can_write_are_not_used)
{
	write_file(path_of("main"), "include part\n", 0644);
	write_file(path_of("part"), "global_defs { router_id a }\n", 0644);
	judged(CONF_TRUST_DEMAND, 0, 0);
	chmod(path_of("part"), 0666);
	judged(CONF_TRUST_DEMAND, 1, 0);
	judged(CONF_TRUST_WARN, 0, 1);
	judged(CONF_TRUST_ANY, 0, 0);
	chmod(path_of("main"), 0602);
	judged(CONF_TRUST_DEMAND, 2, 0);
	judged(CONF_TRUST_WARN, 0, 2);
	chmod(path_of("main"), 0644);
	chmod(path_of("part"), 0644);
	chmod(directory, 0777);
	judged(CONF_TRUST_DEMAND, 0, 1);
	chmod(directory, 01777);
	judged(CONF_TRUST_DEMAND, 0, 0);
	chmod(directory, 0700);
	unlink(path_of("main"));
	unlink(path_of("part"));
}
END_TEST

/* What is in force and ignored is accepted again, and nothing else. */
START_TEST(what_was_in_force_is_accepted_by_keyword)
{
	static const char former_text[] = "net_namespace blue\n";
	static const char *const texts[] = {"net_namespace red\n", "net_namespace_ipvs blue\n"};
	struct diags diags = {0};
	struct conf *former = conf_load_in_force("t", former_text, strlen(former_text), &diags);
	const struct conf_load_how how = {.in_force = former};

	ck_assert_ptr_nonnull(former);
	ck_assert_uint_eq(former->n_ignored, 1);
	for (size_t i = 0; i < 2; i++) {
		struct conf *conf;

		write_file(path_of("main"), texts[i], 0644);
		conf = conf_load(path_of("main"), &how, &diags, NULL, NULL);
		ck_assert(!conf == (i == 1));
		if (conf)
			ck_assert_int_eq(conf->ignored[0].acceptance, CONF_ACCEPTED_IN_FORCE);
		conf_free(conf);
	}
	conf_free(former);
	diags_free(&diags);
	unlink(path_of("main"));
}
END_TEST

static struct conf *loaded(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);
	char error[1024];

	ck_assert_msg(conf, "%s", diags_first_error(&diags, error, sizeof(error)));
	diags_free(&diags);
	return conf;
}

START_TEST(errors_of_an_earlier_load_do_not_count)
{
	struct diags diags = {0};
	struct conf *conf;

	ck_assert_ptr_null(conf_load_text("t", "x", 1, &diags));
	conf = conf_load_text("t", "", 0, &diags);
	ck_assert_ptr_nonnull(conf);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

START_TEST(a_line_of_ten_megabytes_is_read)
{
	size_t len = 10 * 1000 * 1000;
	char *text = malloc(len);
	struct diags diags = {0};
	struct conf *conf;

	memset(text, ' ', len);
	memcpy(text + len - 30, "global_defs { router_id far } ", 30);
	conf = conf_load_text("t", text, len, &diags);
	ck_assert_ptr_nonnull(conf);
	ck_assert_str_eq(conf->global.router_id, "far");
	conf_free(conf);
	memset(text, 'x', len);
	ck_assert_ptr_null(conf_load_text("t", text, len, &diags));
	ck_assert_uint_lt(strlen(diags.list.items[0].text), 1000);
	ck_assert_uint_lt(strlen(diags.list.items[0].source), 1000);
	diags_free(&diags);
	free(text);
}
END_TEST

START_TEST(checks_inherit_from_server_and_service)
{
	struct conf *conf = loaded("virtual_server 192.0.2.1 80 {\n"
				   "protocol TCP\n delay_loop 7\n connect_timeout 6\n"
				   "virtualhost service\n retry 9\n"
				   "real_server 10.0.0.1 80 {\n"
				   "connect_timeout 4\n virtualhost server\n"
				   "TCP_CHECK {\n delay_loop 20\n }\n"
				   "HTTP_GET {\n retry 0\n url { path /a \n virtualhost u \n }\n"
				   "url { path /b \n } }\n"
				   "TCP_CHECK { }\n } }");
	const struct conf_check *checks = conf->virtual_servers[0].real_servers[0].checks;

	ck_assert_uint_eq(conf->virtual_servers[0].delay_loop_us, 7000000);
	ck_assert_uint_eq(checks[0].delay_loop_us, 20000000);
	ck_assert_uint_eq(checks[0].connect_timeout_us, 4000000);
	ck_assert_uint_eq(checks[0].delay_before_retry_us, 1000000);
	ck_assert_uint_eq(checks[0].retry, 9);
	ck_assert_uint_eq(checks[0].ordinal, 1);
	ck_assert_uint_eq(checks[1].delay_loop_us, 7000000);
	ck_assert_uint_eq(checks[1].delay_before_retry_us, 3000000);
	ck_assert_uint_eq(checks[1].retry, 0);
	ck_assert_uint_eq(checks[1].ordinal, 1);
	ck_assert_str_eq(checks[1].urls[0].host, "u");
	ck_assert_str_eq(checks[1].urls[1].host, "server");
	ck_assert_uint_eq(checks[2].ordinal, 2);
	conf_free(conf);
}
END_TEST

#define PAIR(router, sync, state, interface, priority, preempt, dev, vrid, weight)                 \
	"global_defs { router_id " router "\n lvs_sync_daemon " sync " VI id 3 }\n"                \
	"vrrp_instance VI {\n state " state "\n interface " interface "\n"                         \
	"virtual_router_id " vrid "\n priority " priority "\n " preempt "\n version 3\n"           \
	"virtual_ipaddress { 192.0.2.1 dev " dev " } }\n"                                          \
	"virtual_server 192.0.2.1 80 {\n protocol TCP\n"                                           \
	"real_server 10.0.0.1 80 { weight " weight " } }\n"

START_TEST(the_digest_covers_what_a_pair_shares)
{
	struct conf *a =
	    loaded(PAIR("a", "eth1", "MASTER", "eth0", "150", "preempt", "eth2", "1", "1"));
	struct conf *b =
	    loaded(PAIR("b", "eth9", "BACKUP", "eth8", "50", "nopreempt", "eth7", "1", "1"));
	struct conf *c =
	    loaded(PAIR("a", "eth1", "MASTER", "eth0", "150", "preempt", "eth2", "2", "1"));
	struct conf *d =
	    loaded(PAIR("a", "eth1", "MASTER", "eth0", "150", "preempt", "eth2", "1", "2"));

	ck_assert_uint_eq(strlen(a->digest), 64);
	ck_assert_str_eq(a->digest, b->digest);
	ck_assert_str_ne(a->digest, c->digest);
	ck_assert_str_ne(a->digest, d->digest);
	conf_free(a);
	conf_free(b);
	conf_free(c);
	conf_free(d);
}
END_TEST

static void digests_compare(const char *a_text, const char *b_text, bool is_same)
{
	struct conf *a = loaded(a_text), *b = loaded(b_text);

	ck_assert_msg(!strcmp(a->digest, b->digest) == is_same, "%s\nand\n%s", a_text, b_text);
	conf_free(a);
	conf_free(b);
}

#define INSTANCE(name, more, vips)                                                                 \
	"vrrp_instance " name " {\n interface eth0\n virtual_router_id 1" name "\n" more           \
	"\n virtual_ipaddress {\n" vips "\n} }\n"
#define SERVICE(service, more, servers) "virtual_server " service " {\n" more "\n" servers "\n}\n"
#define SERVER(address, more)           "real_server " address " {\n" more "\n}\n"

START_TEST(the_digest_does_not_know_the_order)
{
	digests_compare(
	    INSTANCE("1", "", "192.0.2.1\n192.0.2.2") INSTANCE("2", "", "192.0.2.3")
		SERVICE("192.0.2.1 80", "protocol TCP",
			SERVER("10.0.0.1", "TCP_CHECK { }\n MISC_CHECK { misc_path /x\n }")
			    SERVER("10.0.0.2", "")) SERVICE("fwmark 1", "", ""),
	    SERVICE("fwmark 1", "", "")
		SERVICE("192.0.2.1 80", "",
			SERVER("10.0.0.2", "") "protocol TCP\n" SERVER(
			    "10.0.0.1", "MISC_CHECK { misc_path /x\n }\n TCP_CHECK { }"))
		    INSTANCE("2", "", "192.0.2.3") INSTANCE("1", "", "192.0.2.2\n192.0.2.1"),
	    true);
}
END_TEST

/* With DR the kernel has the service's port, whatever port the file gives to a server. */
START_TEST(the_digest_has_servers_as_the_kernel_has_them)
{
	digests_compare(
	    SERVICE("192.0.2.1 80", "protocol TCP\n lvs_method DR", SERVER("10.0.0.1 8080", "")),
	    SERVICE("192.0.2.1 80", "protocol TCP\n lvs_method DR", SERVER("10.0.0.1", "")), true);
	digests_compare(
	    SERVICE("192.0.2.1 80", "protocol TCP\n lvs_method NAT", SERVER("10.0.0.1 8080", "")),
	    SERVICE("192.0.2.1 80", "protocol TCP\n lvs_method NAT", SERVER("10.0.0.1", "")), false);
	digests_compare(
	    SERVICE("192.0.2.1 80", "lvs_method DR\n sorry_server 10.0.0.1 8080", ""),
	    SERVICE("192.0.2.1 80", "lvs_method DR\n sorry_server 10.0.0.1 80", ""), true);
}
END_TEST

START_TEST(the_digest_leaves_out_what_is_a_directors_own)
{
	const char *one =
	    INSTANCE("1", "unicast_src_ip 192.0.2.11\n unicast_peer { 192.0.2.12\n }", "192.0.2.1");

	digests_compare(
	    one,
	    INSTANCE("1", "unicast_src_ip 192.0.2.12\n unicast_peer { 192.0.2.11\n }", "192.0.2.1"),
	    true);
	digests_compare(one, INSTANCE("1", "", "192.0.2.1"), false);
	digests_compare(
	    INSTANCE("1", "authentication { auth_type PASS\n auth_pass a\n }", "192.0.2.1"),
	    INSTANCE("1", "authentication { auth_type PASS\n auth_pass b\n }", "192.0.2.1"), true);
	digests_compare(
	    INSTANCE("1", "authentication { auth_type PASS\n auth_pass a\n }", "192.0.2.1"),
	    INSTANCE("1", "", "192.0.2.1"), false);
	digests_compare("SSL { certificate /a\n key /b\n password x\n }",
			"SSL { certificate /a\n key /b\n password y\n }", true);
	digests_compare(SERVICE("fwmark 1", "quorum_up /a", ""),
			SERVICE("fwmark 1", "quorum_up /b", ""), false);
	digests_compare(
	    SERVICE("fwmark 1", "", SERVER("10.0.0.1 80", "TCP_CHECK { bindto 10.0.0.2\n }")),
	    SERVICE("fwmark 1", "", SERVER("10.0.0.1 80", "TCP_CHECK { bindto 10.0.0.3\n }")),
	    true);
}
END_TEST

/* A long line with a script in each of its blocks must not be walked for each of them. */
START_TEST(scripts_on_one_long_line_cost_no_more_than_on_many)
{
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);
	struct conf *conf;

	fprintf(out, "# %0*d\nvirtual_server fwmark 1 {\n", 8 << 20, 0);
	for (unsigned i = 1; i <= 20000; i++)
		fprintf(out, "real_server 10.0.%u.%u { notify_up /bin/up }", i >> 8, i & 255);
	fputs("\n}\n", out);
	fclose(out);
	conf = loaded(text);
	ck_assert_uint_eq(conf->virtual_servers[0].n_real_servers, 20000);
	conf_free(conf);
	free(text);
}
END_TEST

START_TEST(scripts_run_as_script_user_says_wherever_it_stands)
{
	struct conf *conf =
	    loaded(SERVICE("fwmark 1", "quorum_up /a\n quorum_down /a root",
			   SERVER("10.0.0.1", "MISC_CHECK { misc_path \"/a b\"\n user nobody "
					      "}")) "global_defs { script_user lvs staff\n }");
	const struct conf_virtual_server *vs = &conf->virtual_servers[0];

	ck_assert_str_eq(vs->quorum_up->user, "lvs");
	ck_assert_str_eq(vs->quorum_up->group, "staff");
	ck_assert_str_eq(vs->quorum_down->user, "root");
	ck_assert_str_eq(vs->quorum_down->group, "");
	ck_assert_str_eq(vs->real_servers[0].checks[0].script->user, "nobody");
	ck_assert_str_eq(vs->real_servers[0].checks[0].script->group, "");
	ck_assert_uint_eq(vs->real_servers[0].checks[0].script->argc, 2);
	ck_assert_str_eq(vs->real_servers[0].checks[0].script->argv[1], "b");
	ck_assert_ptr_null(vs->real_servers[0].notify_up);
	conf_free(conf);
}
END_TEST

/* How many notes follow an error about place. */
static size_t notes_at(struct source_map *map, const struct conf_place *place)
{
	struct diags diags = {0};
	struct report report;
	size_t n;

	report_init(&report, &diags, map);
	report_error(&report, place, "wrong");
	n = diags.list.n - 1;
	diags_free(&diags);
	return n;
}

/* A message explains a name where the word that it is about was made from one, and nowhere else: not
 * at other words, nor where it is about the file as a whole. */
START_TEST(a_name_is_explained_where_it_made_the_word)
{
	static const char text[] = "$S=rr\n"
				   "virtual_server 10.9.0.100 80 {\n"
				   "  protocol TCP\n"
				   "  lvs_sched $S\n"
				   "  quorum 1\n"
				   "  real_server 10.9.0.21 80 { }\n"
				   "}\n";
	const struct conf_place whole = {.file = "t"};
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);
	size_t value;

	ck_assert_ptr_nonnull(conf);
	ck_assert_ptr_nonnull(diags.map);
	value = (size_t)(strstr(diags.map->flat, "rr") - diags.map->flat);
	for (size_t at = 0; at < diags.map->len; at++) {
		struct conf_place place = source_place_at(diags.map, at);
		bool is_made = at == value || at == value + 1;

		if (strchr(" \n{}", diags.map->flat[at]))
			continue; /* no word */
		ck_assert_msg(notes_at(diags.map, &place) == is_made, "byte %zu of '%s'", at,
			      diags.map->flat);
	}
	ck_assert_uint_eq(notes_at(diags.map, &whole), 0);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

START_TEST(free_takes_null)
{
	conf_free(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf load");
	TCase *tcase = tcase_create("load");
	SRunner *runner = srunner_create(suite);
	int failed;

	if (!mkdtemp(directory))
		return 1;
	tcase_add_test(tcase, only_regular_files_are_read);
	tcase_add_test(tcase, a_folder_that_no_descriptor_is_left_for_is_not_empty);
	tcase_add_test(tcase, a_huge_file_is_refused);
	tcase_add_test(tcase, files_that_others_can_write_are_not_used);
	tcase_add_test(tcase, what_was_in_force_is_accepted_by_keyword);
	tcase_add_test(tcase, the_text_is_handed_over_also_when_refused);
	tcase_add_test(tcase, errors_of_an_earlier_load_do_not_count);
	tcase_add_test(tcase, a_line_of_ten_megabytes_is_read);
	tcase_add_test(tcase, checks_inherit_from_server_and_service);
	tcase_add_test(tcase, the_digest_covers_what_a_pair_shares);
	tcase_add_test(tcase, the_digest_has_servers_as_the_kernel_has_them);
	tcase_add_test(tcase, the_digest_does_not_know_the_order);
	tcase_add_test(tcase, the_digest_leaves_out_what_is_a_directors_own);
	tcase_add_test(tcase, scripts_on_one_long_line_cost_no_more_than_on_many);
	tcase_add_test(tcase, scripts_run_as_script_user_says_wherever_it_stands);
	tcase_add_test(tcase, a_name_is_explained_where_it_made_the_word);
	tcase_add_test(tcase, free_takes_null);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	rmdir(directory);
	return failed ? 1 : 0;
}
