/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsadm whole over a table in memory, beside what ipvsadm answered on a kernel. */
#include "tests/unit/admin_rig.h"
#include "tests/unit/fake_ipvs.h"
#include "tests/unit/test_ipvs_random.h"

#include "admin/run.h"

#include <check.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

static void empty_table(void)
{
	fake_ipvs_clear();
	fake_ipvs.refuse = rig_refuse;
}

/* Appends the lines of text, each with a sign in front. */
static void print_signed(FILE *out, char sign, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		fprintf(out, "%c %.*s\n", sign, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

/* What one command line says, in the form of tests/golden/admin/session. */
static char *answer(const char *line)
{
	const struct said *said = rig_run(line, true, "");
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	print_signed(out, '>', said->out);
	print_signed(out, '!', said->err);
	if (said->status)
		fprintf(out, "= %d\n", said->status);
	fclose(out);
	return text;
}

/* The lines up to the next "$", as they stand. */
static char *recorded(FILE *file, char **line, size_t *size)
{
	size_t text_size;
	char *text;
	FILE *out = open_memstream(&text, &text_size);

	while (getline(line, size, file) >= 0 && (*line)[0] != '$')
		fputs(*line, out);
	fclose(out);
	return text;
}

/* Each answer to each line is byte for byte what ipvsadm said (tests/lab/record_admin.py). */
START_TEST(test_session)
{
	FILE *file = fopen(GOLDEN_SESSION, "re");
	char *line = NULL;
	size_t size = 0, n = 0;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(getline(&line, &size, file), 0);
	while (!feof(file)) {
		char *words, *wanted, *found;

		ck_assert_msg(line[0] == '$', "%s", line);
		line[strcspn(line, "\n")] = '\0';
		words = mem_strdup(line + 1);
		wanted = recorded(file, &line, &size);
		found = answer(words);
		ck_assert_msg(!strcmp(found, wanted), "%s\nipvsadm:\n%slvsadm:\n%s", words, wanted,
			      found);
		free(words);
		free(wanted);
		free(found);
		n++;
	}
	ck_assert_uint_gt(n, 200);
	free(line);
	fclose(file);
}
END_TEST

/* Makes of a table one that rules can say: no thresholds, nothing that its kind does not use. */
static void keep_sayable_dest(struct ipvs_dest *dest)
{
	dest->upper_threshold = 0;
	dest->lower_threshold = 0;
	/* -R takes no weight that no scheduler can use. */
	dest->weight %= 65536;
	if (dest->tun_type == IP_VS_CONN_F_TUNNEL_TYPE_GRE)
		dest->tun_flags &= IP_VS_TUNNEL_ENCAP_FLAG_CSUM;
}

static void keep_sayable(struct ipvs_state *state)
{
	for (size_t i = 0; i < state->n_services; i++) {
		struct ipvs_service *service = &state->services[i];

		if (!(service->flags & IP_VS_SVC_F_PERSISTENT)) {
			service->timeout = 0;
			service->netmask = service->key.family == AF_INET6 ? 128 : 0xffffffff;
		}
		/* The third flag has no name with these. */
		if (!strcmp(service->scheduler, "sh") || !strcmp(service->scheduler, "mh"))
			service->flags &= ~(uint32_t)IP_VS_SVC_F_SCHED3;
		for (size_t j = 0; j < service->n_dests; j++)
			keep_sayable_dest(&service->dests[j]);
	}
}

/* -R of what -S prints gives the same table, into an empty one and, with --replace, into any other.
 */
START_TEST(test_saved_is_restored)
{
	struct rng rng = {(uint64_t)_i + 1};
	struct ipvs_state state = {0}, other = {0};
	const struct said *said;
	char *rules;

	empty_table();
	random_state(&rng, 12, &state);
	random_state(&rng, 12, &other);
	keep_sayable(&state);
	keep_sayable(&other);
	state_copy(&state, &fake_ipvs.table);
	rules = mem_strdup(rig_run("-S -n", false, "")->out);

	ipvs_state_clear(&fake_ipvs.table);
	said = rig_run("-R", false, rules);
	ck_assert_msg(!said->status && !*said->err, "%s%s", rules, said->err);
	ck_assert(state_is_equal(&state, &fake_ipvs.table));

	ipvs_state_clear(&fake_ipvs.table);
	state_copy(&other, &fake_ipvs.table);
	said = rig_run("-R --replace", false, rules);
	ck_assert_msg(!said->status && !*said->err, "%s%s", rules, said->err);
	ck_assert(state_is_equal(&state, &fake_ipvs.table));

	said = rig_restore(rules);
	ck_assert_int_eq(said->status, 0);
	ck_assert(state_is_equal(&state, &fake_ipvs.table));
	free(rules);
	ipvs_state_clear(&state);
	ipvs_state_clear(&other);
}
END_TEST

/* Under the name lvsadm nothing is done unless all lines are right, and each wrong one is named. */
START_TEST(test_wrong_file_changes_nothing)
{
	const struct said *said;

	empty_table();
	said = rig_run("-R", false,
		       "# a comment\n"
		       "-A -t 10.0.0.1:80 -s rr\n"
		       "\n"
		       "ipvsadm -a -t 10.0.0.1:80 -r 10.0.0.2 -w heavy\n"
		       "-R\n"
		       "nonsense\n"
		       "-h\n"
		       "-A --nosuch\n");
	ck_assert_int_eq(said->status, 2);
	ck_assert_str_eq(said->err, "line 4: illegal weight specified\n"
				    "line 5: `-R' has no place in a file\n"
				    "line 6: `nonsense' is no command\n"
				    "line 7: `-h' has no place in a file\n"
				    "line 8: --nosuch: unknown option\n"
				    "lvsadm: the input is wrong; nothing was changed\n");
	ck_assert_uint_eq(fake_ipvs.n_requests, 0);
	said = rig_run("-R --replace", false, "-A -f 1\n-A -f 1\n");
	ck_assert_int_eq(said->status, 2);
	ck_assert_str_eq(said->err, "line 2: Service already exists\n");
	said = rig_run("-R --replace", false, "-A -t\n");
	ck_assert_int_eq(said->status, 2);
	ck_assert_uint_eq(fake_ipvs.n_requests, 0);
}
END_TEST

/* A refusal in the midst of several batches is that of its line; the rest goes on. */
START_TEST(test_refused_lines)
{
	const struct said *said;

	empty_table();
	said = rig_run("-R", false,
		       "-A -t 10.0.0.1:80\n"
		       "-a -t 10.0.0.1:80 -r 10.0.0.2 -m\n"
		       "-a -t 10.0.0.1:80 -r 10.0.0.2 -m\n"
		       "-a -t 10.0.0.1:80 -r 10.0.0.3 -x 1 -y 2\n"
		       "-a -t 10.0.0.1:80 -r 10.0.0.4 -m\n"
		       "-A -f 7 -s nosuch\n"
		       "-S -n\n"
		       "-D -f 7\n"
		       "-C\n"
		       "--stop-daemon master\n");
	ck_assert_int_eq(said->status, RUN_REFUSED);
	ck_assert_str_eq(
	    said->err, "line 3: vs=tcp:10.0.0.1:80 rs=10.0.0.2:80: Destination already exists\n"
		       "line 4: vs=tcp:10.0.0.1:80 rs=10.0.0.3:80: Numerical result out of range\n"
		       "line 6: vs=fwm4:7: Scheduler or persistence engine not found\n"
		       "line 8: vs=fwm4:7: No such service\n"
		       "line 10: No daemon is running\n");
	ck_assert_str_eq(said->out, "-A -t 10.0.0.1:80 -s wlc\n"
				    "-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1\n"
				    "-a -t 10.0.0.1:80 -r 10.0.0.4:80 -m -w 1\n");
	ck_assert_uint_eq(fake_ipvs.table.n_services, 0);
}
END_TEST

/* Under the name ipvsadm a file is carried out line by line until a wrong one; the last line
 * decides the status. */
START_TEST(test_plain_restore)
{
	static const struct {
		const char *input, *err;
		int status;
		size_t n_services;
	} cases[] = {
	    {"-A -f 1\n-A -f 1\n-A -f 2\n", "Service already exists\n", 0, 2},
	    {"-A -f 1\n-A -f 1\n", "Service already exists\n", RUN_REFUSED, 1},
	    {"-A -f 1\n-A -s\n-A -f 2\n", "-s: missing argument\n", 0, 2},
	    {"-A -f 1\n-A\n-A -f 2\n",
	     "You need to supply the 'service-address' option for the 'add-service' command\n", 2,
	     1},
	    {"-A -f 1\n-R\n-A -f 2\n",
	     "Try `ipvsadm -h' or 'ipvsadm --help' for more information.\n", 255, 1},
	    {"-A -f 1\n-v\n-A -f 2\n", "", 0, 1},
	    {"\n\n", "", 0, 0},
	    {"-L -n -f 9\n", "No such service\n", 1, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct said *said;

		empty_table();
		said = rig_run("-R", true, cases[i].input);
		ck_assert_str_eq(said->err, cases[i].err);
		ck_assert_int_eq(said->status, cases[i].status);
		ck_assert_uint_eq(fake_ipvs.table.n_services, cases[i].n_services);
	}
}
END_TEST

static int refuse_edits(const struct ipvs_op *op)
{
	return op->kind == IPVS_OP_EDIT_DEST ? -EPERM : 0;
}

/* --replace sends what differs alone, keeps what rules cannot say, and names what was refused. */
START_TEST(test_replace)
{
	static const char rules[] = "-A -f 1 -s rr\n-a -f 1 -r 10.0.0.2:0 -g -w 1\n"
				    "-a -f 1 -r 10.0.0.3:0 -g -w 5\n";
	const struct said *said;

	empty_table();
	rig_run("-A -f 1 -s rr", false, "");
	rig_run("-a -f 1 -r 10.0.0.2 -x 9", false, "");
	rig_run("-a -f 1 -r 10.0.0.3", false, "");
	rig_run("-A -f 2", false, "");
	fake_ipvs.n_requests = 0;
	fake_ipvs.refuse = refuse_edits;
	said = rig_run("-R --replace", false, rules);
	ck_assert_int_eq(said->status, RUN_REFUSED);
	ck_assert_ptr_nonnull(strstr(said->err, "weight=1->5"));
	ck_assert_uint_eq(fake_ipvs.n_requests, 2);
	ck_assert_uint_eq(fake_ipvs.table.n_services, 1);
	ck_assert_uint_eq(fake_ipvs.table.services[0].dests[0].upper_threshold, 9);

	fake_ipvs.refuse = NULL;
	said = rig_run("-R --replace", false, rules);
	ck_assert_int_eq(said->status, 0);
	ck_assert_uint_eq(fake_ipvs.n_requests, 3);
	said = rig_run("-R --replace", false, rules);
	ck_assert_int_eq(said->status, 0);
	ck_assert_uint_eq(fake_ipvs.n_requests, 3);

	fake_ipvs.dump_code = -EIO;
	said = rig_run("-R --replace", false, rules);
	ck_assert_int_eq(said->status, RUN_REFUSED);
	ck_assert_str_eq(said->err, "the table cannot be read\n");
	fake_ipvs.dump_code = 0;
	fake_ipvs.apply_code = -ENOBUFS;
	said = rig_run("-R --replace", false, "-A -f 3\n");
	ck_assert_int_eq(said->status, RUN_REFUSED);
	ck_assert_str_eq(said->err, "the socket is gone\n");
}
END_TEST

/* Counters and names, of which the recorded session has none; one line of it each. */
START_TEST(test_listed)
{
	static const struct {
		const char *line, *wanted;
	} cases[] = {
	    {"-L", "  -> web:http                     Masq    1      3          4         \n"},
	    {"-L -n", "  -> 10.0.0.7:80                  Masq    1      3          4         \n"},
	    {"", "TCP  web:http wlc\n"},
	    {"-L --stats",
	     "TCP  web:http                        1234M        2        3        4        5\n"},
	    {"-L --stats --exact",
	     "TCP  web:http                     1234567890        2        3        4        5\n"},
	    {"-L --rate -n",
	     "TCP  10.0.0.7:80                         6        7        8        9       10\n"},
	    {"-L --persistent-conn",
	     "  -> web:http                     1         5           3          4         \n"},
	    {"-L --timeout --json", "{\"tcp\": 900, \"tcp_fin\": 120, \"udp\": 300}\n"},
	    {"-L --daemon --json",
	     "{\"daemons\": [\n"
	     "{\"role\": \"backup\", \"interface\": \"eth1\", \"syncid\": 4, \"maxlen\": 1472, "
	     "\"port\": 8848, \"ttl\": 1, \"group\": \"224.0.0.81\"}\n]}\n"},
	};

	empty_table();
	rig_run("-A -t web:http", false, "");
	rig_run("-a -t web:http -r web:http -m", false, "");
	rig_run("--start-daemon backup --mcast-interface eth1 --syncid 4", false, "");
	fake_ipvs.table.services[0].dests[0].counters =
	    (struct ipvs_dest_counters){.active = 3, .inactive = 4, .persistent = 5};
	fake_ipvs.stats = (struct ipvs_stats){1234567890, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct said *said = rig_run(cases[i].line, false, "");

		ck_assert_int_eq(said->status, 0);
		ck_assert_msg(strstr(said->out, cases[i].wanted), "%s:\n%s", cases[i].line,
			      said->out);
	}
	rig_run("-Z", false, "");
	ck_assert_uint_eq(fake_ipvs.stats.conns, 0);
}
END_TEST

#define NO_COUNTER                                                                                 \
	"{\"connections\": 0, \"packets_in\": 0, \"packets_out\": 0, \"bytes_in\": 0, "            \
	"\"bytes_out\": 0}"
#define NO_COUNTERS "\"stats\": " NO_COUNTER ", \"rate\": " NO_COUNTER

START_TEST(test_json)
{
	empty_table();
	ck_assert_str_eq(rig_run("-L --json", false, "")->out, "{\"services\": []}\n");
	rig_run("-A -t web:80 -s sh -b sh-port -p 60 -M 255.255.255.0", false, "");
	rig_run("-a -t web:80 -r 10.0.0.2 -i --tun-type gue --tun-port 6080 -x 9 -y 3", false, "");
	rig_run("-A -f 7 -6 -o", false, "");
	ck_assert_str_eq(
	    rig_run("-L --json", false, "")->out,
	    "{\"services\": [\n"
	    "{\"key\": \"tcp:10.0.0.7:80\", \"scheduler\": \"sh\", \"scheduler_flags\": "
	    "[\"sh-port\"], \"one_packet\": false, \"persistence\": {\"timeout\": 60, "
	    "\"netmask\": \"255.255.255.0\"}, " NO_COUNTERS ", \"destinations\": [{\"key\": "
	    "\"10.0.0.2:80\", \"weight\": 1, \"method\": \"TUN\", \"upper_threshold\": 9, "
	    "\"lower_threshold\": 3, \"active_connections\": 0, \"inactive_connections\": 0, "
	    "\"persistent_connections\": 0, " NO_COUNTERS ", \"tunnel\": {\"type\": \"gue\", "
	    "\"port\": 6080, \"checksum\": \"off\"}}]},\n"
	    "{\"key\": \"fwm6:7\", \"scheduler\": \"wlc\", \"scheduler_flags\": [], "
	    "\"one_packet\": true, \"persistence\": null, " NO_COUNTERS
	    ", \"destinations\": []}\n]}\n");
	ck_assert_ptr_nonnull(strstr(rig_run("-L --json -f 7 -6", false, "")->out,
				     "{\"services\": [\n{\"key\": \"fwm6:7\""));
	ck_assert_str_eq(rig_run("-L --json -f 8", false, "")->err, "No such service\n");
}
END_TEST

/* A kernel without IPVS, or without the right, is said at once. */
START_TEST(test_no_ipvs)
{
	static const struct {
		int code;
		const char *cause;
	} cases[] = {
	    {-ENOENT, "Protocol not available"},
	    {-EPERM, "Permission denied (you must be root)"},
	};

	for (size_t i = 0; i < 2; i++) {
		char wanted[256];

		empty_table();
		fake_ipvs.open_code = cases[i].code;
		snprintf(wanted, sizeof(wanted),
			 "Can't initialize ipvs: %s\nAre you sure that IP Virtual Server is built "
			 "in the kernel or as module?\n",
			 cases[i].cause);
		ck_assert_int_eq(rig_run("-L", false, "")->status, 2);
		ck_assert_str_eq(rig_run("-L", false, "")->err, wanted);
		ck_assert_int_eq(rig_run("-R", false, "-C\n")->status, 2);
		ck_assert_int_eq(rig_restore("-C\n")->status, 2);
		/* The help needs no kernel. */
		ck_assert_int_eq(rig_run("--help", false, "")->status, 0);
	}
	empty_table();
	fake_ipvs.dump_code = -EPERM;
	ck_assert_int_eq(rig_run("-L", false, "")->status, 1);
	ck_assert_str_eq(rig_run("-L", false, "")->err, "Permission denied (you must be root)\n");
}
END_TEST

START_TEST(test_help)
{
	const char *plain;

	empty_table();
	ck_assert_str_eq(rig_run("-v", true, "")->out,
			 "ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n");
	ck_assert_ptr_nonnull(strstr(rig_run("--version", false, "")->out, "lvsadm "));
	ck_assert_ptr_nonnull(strstr(rig_run("-h", false, "")->out, "--replace"));
	plain = rig_run("-h --whatever", true, "")->out;
	ck_assert_ptr_nonnull(strstr(plain, "usage:\n  ipvsadm -A|-E SERVICE"));
	ck_assert_ptr_null(strstr(plain, "--replace"));
}
END_TEST

static void end(void)
{
	said_free();
	fake_ipvs_clear();
}

int main(void)
{
	Suite *suite = suite_create("admin_session");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int n_failed;

	tcase_add_checked_fixture(tests, empty_table, end);
	tcase_add_test(tests, test_session);
	tcase_add_loop_test(tests, test_saved_is_restored, 0, 40);
	tcase_add_test(tests, test_wrong_file_changes_nothing);
	tcase_add_test(tests, test_refused_lines);
	tcase_add_test(tests, test_plain_restore);
	tcase_add_test(tests, test_replace);
	tcase_add_test(tests, test_listed);
	tcase_add_test(tests, test_json);
	tcase_add_test(tests, test_no_ipvs);
	tcase_add_test(tests, test_help);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
