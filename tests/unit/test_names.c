/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A real server keeps its name, and with it its health, its weight and its maintenance, whatever
 * becomes of the services that its virtual server is.
 */
#include "base/vec.h"
#include "conf/load.h"
#include "daemon/director/director_state.h"
#include "daemon/director/table/maintenance.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ONE_MEMBER  "192.0.2.1 80"
#define TWO_MEMBERS "192.0.2.1 80\n192.0.2.1 443"
#define SCRIPT      "MISC_CHECK {\nmisc_path \"/bin/true\"\nmisc_dynamic\n}\n"

static struct conf *load(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("test", text, strlen(text), &diags);

	if (!conf)
		diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	diags_free(&diags);
	return conf;
}

/* A group with these members, and a service of it with these settings and real servers. */
static struct conf *load_group(const char *members, const char *service)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "virtual_server_group web {\n%s\n}\nvirtual_server group web {\nprotocol TCP\n"
		 "lvs_method DR\n%s}\n",
		 members, service);
	return load(text);
}

static struct endpoint name_of(const char *text)
{
	struct endpoint name = {0};

	ck_assert_int_eq(server_name_parse(text, &name), 0);
	return name;
}

/* The name of the n-th real server of the first service. */
static const char *id_of(const struct conf *conf, size_t n, char text[static ENDPOINT_TEXT_MAX])
{
	return endpoint_format(&conf->virtual_servers[0].real_servers[n].id, text);
}

START_TEST(a_name_is_what_the_file_says)
{
	static const struct {
		const char *service, *id;
	} cases[] = {
	    {"virtual_server 192.0.2.1 80 {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.1 {\n}\n}\n",
	     "10.0.0.1:80"},
	    {"virtual_server 192.0.2.1 80 {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.1 8080 {\n}\n}\n",
	     "10.0.0.1:8080"},
	    {"virtual_server 192.0.2.1 80 {\nprotocol TCP\nlvs_method NAT\nreal_server 10.0.0.1 8080 {\n}\n}\n",
	     "10.0.0.1:8080"},
	    {"virtual_server fwmark 7 {\nlvs_method DR\nreal_server 10.0.0.1 80 {\n}\n}\n", "10.0.0.1:80"},
	    {"virtual_server fwmark 7 {\nlvs_method NAT\nreal_server 10.0.0.1 80 {\n}\n}\n", "10.0.0.1:80"},
	    {"virtual_server fwmark 7 {\nlvs_method DR\nreal_server 10.0.0.1 {\n}\n}\n", "10.0.0.1:0"},
	};
	static const char *const groups[] = {ONE_MEMBER, TWO_MEMBERS, "192.0.2.1-2 81", "fwmark 3"};
	char text[ENDPOINT_TEXT_MAX];
	struct conf *conf;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		conf = load(cases[i].service);
		ck_assert_str_eq(id_of(conf, 0, text), cases[i].id);
		conf_free(conf);
	}
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		conf = load_group(groups[i], "real_server 10.0.0.1 {\n}\nreal_server 10.0.0.2 80 {\n}\n");
		ck_assert_str_eq(id_of(conf, 0, text), "10.0.0.1:0");
		ck_assert_str_eq(id_of(conf, 1, text), "10.0.0.2:80");
		conf_free(conf);
	}
}
END_TEST

START_TEST(one_name_is_one_server)
{
	static const char text[] = "virtual_server 192.0.2.1 80 {\nprotocol TCP\n"
				   "real_server 10.0.0.1 8080 {\nlvs_method NAT\n}\n"
				   "real_server 10.0.0.1 8080 {\nlvs_method DR\n}\n}\n";
	struct diags diags = {0};
	struct conf *conf = conf_load_text("test", text, sizeof(text) - 1, &diags);

	ck_assert_ptr_null(conf); /* two destinations of the kernel that nobody could tell apart */
	diags_free(&diags);
}
END_TEST

START_TEST(spellings_are_understood_where_they_are_clear)
{
	static const struct {
		const char *name;
		enum server_found found;
		size_t at;
	} cases[] = {{"10.0.0.1:0", SERVER_FOUND, 0},    {"10.0.0.1", SERVER_FOUND, 0},
		     {"10.0.0.1:80", SERVER_FOUND, 0},   {"10.0.0.1:443", SERVER_FOUND, 0},
		     {"10.0.0.1:81", SERVER_ABSENT, 0},  {"10.0.0.2:8080", SERVER_FOUND, 1},
		     {"10.0.0.2:8081", SERVER_FOUND, 2}, {"10.0.0.2", SERVER_AMBIGUOUS, 0},
		     {"10.0.0.2:80", SERVER_ABSENT, 0},  {"10.0.0.3", SERVER_FOUND, 3},
		     {"10.0.0.4", SERVER_ABSENT, 0}};
	struct conf *conf = load_group(
	    TWO_MEMBERS, "real_server 10.0.0.1 {\n}\nreal_server 10.0.0.2 8080 {\nlvs_method NAT\n}\n"
			 "real_server 10.0.0.2 8081 {\nlvs_method NAT\n}\n"
			 "real_server 10.0.0.3 9000 {\nlvs_method NAT\n}\n");
	struct endpoint name;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t at = 0;

		name = name_of(cases[i].name);
		ck_assert_msg(server_find(conf->virtual_servers, &name, &at) == cases[i].found,
			      "%s", cases[i].name);
		ck_assert_uint_eq(at, cases[i].at);
	}
	conf_free(conf);
	name = name_of("[fd09::21]");
	ck_assert_int_eq(name.addr.family, AF_INET6);
	name = name_of("fd09::21");
	ck_assert_uint_eq(name.port, 0);
	name = name_of("[fd09::21]:80");
	ck_assert_uint_eq(name.port, 80);
	for (size_t i = 0; i < 5; i++)
		ck_assert_int_lt(server_name_parse(((const char *[]){"", "[", "[]", "10.0.0.1:", "x"})[i],
						   &name),
				 0);
}
END_TEST

static void configure(struct health *health, const struct conf *conf, int64_t at_s)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(health, conf, (struct mono){at_s * NS_PER_S}, 1, &added, &dropped);
	free(added.items);
	free(dropped.items);
}

static const struct health_rs *server(const struct health *health, size_t n)
{
	size_t n_services;

	return &health_services(health, &n_services)->real_servers[n];
}

/* Health, a script's weight and a step of slow_start live on when members come and go. */
START_TEST(health_survives_members)
{
	static const char service[] = "slow_start 100\nreal_server 10.0.0.1 {\nweight 100\n" SCRIPT
				      "}\nreal_server 10.0.0.2 {\n" SCRIPT "}\n";
	struct conf *one = load_group(ONE_MEMBER, service), *two = load_group(TWO_MEMBERS, service);
	struct probe_result result = {.outcome = PROBE_FAIL};
	struct health *health = health_new();
	check_id ids[2];
	bool is_present;
	uint32_t weight;
	size_t n;

	configure(health, one, 1);
	ck_assert_uint_eq(health_take_due(health, (struct mono){9 * NS_PER_S}, ids, 2), 2);
	for (size_t i = 0; i < 2; i++)
		health_outcome(health, ids[i], &result, (struct mono){9 * NS_PER_S}, 1);
	result = (struct probe_result){.outcome = PROBE_OK, .has_weight = true, .weight = 44};
	ck_assert_uint_eq(health_take_due(health, (struct mono){900 * NS_PER_S}, ids, 1), 1);
	health_outcome(health, server(health, 0)->checks->id, &result,
		       (struct mono){900 * NS_PER_S}, 1);
	health_outcome(health, server(health, 1)->checks->id, &result,
		       (struct mono){900 * NS_PER_S}, 1);
	for (size_t i = 0; i < 2; i++) {
		size_t up = server(health, 0)->state == HEALTH_UP ? 0 : 1;

		configure(health, i ? one : two, 905 + (int64_t)i);
		ck_assert_int_eq(server(health, up)->state, HEALTH_UP);
		ck_assert_int_eq(server(health, !up)->state, HEALTH_DOWN);
		ck_assert_uint_eq(server(health, up)->weight, 44);
		ck_assert(server(health, up)->is_ramping);
		health_rs_effective(health_services(health, &n), server(health, up), &is_present,
				    &weight);
		ck_assert(is_present && weight == 4);
	}
	health_free(health);
	conf_free(one);
	conf_free(two);
}
END_TEST

/* When probes come is spread by names: it stays when members come and go. */
START_TEST(the_spread_of_probes_survives_members)
{
	static const char service[] = "real_server 10.0.0.1 {\n" SCRIPT "}\n";
	static const char *const members[] = {ONE_MEMBER, TWO_MEMBERS};
	struct mono due[2];

	for (size_t i = 0; i < 2; i++) {
		struct conf *conf = load_group(members[i], service);
		struct health *health = health_new();

		configure(health, conf, 1);
		due[i] = server(health, 0)->checks->due;
		health_free(health);
		conf_free(conf);
	}
	ck_assert_int_eq(due[0].ns, due[1].ns);
}
END_TEST

static struct maintained maintained_of(const char *vs, const char *rs)
{
	struct maintained one = {0};

	ck_assert_int_eq(svckey_parse(vs, &one.vs), 0);
	one.rs = name_of(rs);
	return one;
}

/* The server in maintenance, in conf, as text; "" when it has none. */
static const char *held_in(const struct conf *conf, const char *vs, const char *rs,
			   char text[static ENDPOINT_TEXT_MAX])
{
	struct maintained one = maintained_of(vs, rs);
	size_t at_vs, at_rs;

	*text = '\0';
	if (maintenance_find(conf, &one, &at_vs, &at_rs) == SERVER_FOUND)
		endpoint_format(&conf->virtual_servers[at_vs].real_servers[at_rs].id, text);
	return text;
}

START_TEST(maintenance_survives_members_and_spelling)
{
	static const char service[] = "real_server 10.0.0.1 {\n}\nreal_server 10.0.0.2 {\n}\n";
	static const char *const groups[] = {ONE_MEMBER, TWO_MEMBERS, "192.0.2.1 80\nfwmark 3"};
	char text[ENDPOINT_TEXT_MAX];
	struct conf *conf;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		conf = load_group(groups[i], service);
		ck_assert_str_eq(held_in(conf, "tcp:group:web", "10.0.0.1:0", text), "10.0.0.1:0");
		/* As an lvsd that named it by the kernel's port stored it. */
		ck_assert_str_eq(held_in(conf, "tcp:group:web", "10.0.0.1:80", text), "10.0.0.1:0");
		/* The group had marks alone. */
		ck_assert_str_eq(held_in(conf, "group:web", "10.0.0.1:0", text), "10.0.0.1:0");
		ck_assert_str_eq(held_in(conf, "udp:group:web", "10.0.0.1:0", text), "");
		ck_assert_str_eq(held_in(conf, "tcp:group:other", "10.0.0.1:0", text), "");
		conf_free(conf);
	}
	conf = load_group(TWO_MEMBERS, "real_server 10.0.0.1 80 {\nlvs_method NAT\n}\n");
	ck_assert_str_eq(held_in(conf, "tcp:group:web", "10.0.0.1:0", text), "10.0.0.1:80");
	conf_free(conf);
}
END_TEST

/* A group with an address in two services: without a protocol nobody knows which was meant. */
START_TEST(maintenance_of_an_ambiguous_group_ends)
{
	static const char *const file =
	    "virtual_server_group web {\n" ONE_MEMBER "\n}\n"
	    "virtual_server group web {\nprotocol TCP\nlvs_method DR\nreal_server 10.0.0.1 {\n}\n}\n"
	    "virtual_server group web {\nprotocol UDP\nlvs_method DR\nreal_server 10.0.0.1 {\n}\n}\n";
	struct conf *conf = load(file);
	char text[ENDPOINT_TEXT_MAX];

	ck_assert_str_eq(held_in(conf, "group:web", "10.0.0.1:0", text), "");
	ck_assert_str_eq(held_in(conf, "udp:group:web", "10.0.0.1:0", text), "10.0.0.1:0");
	conf_free(conf);
}
END_TEST

static const char *ended_text(json_t *ended, size_t i)
{
	return json_string_value(json_object_get(json_array_get(ended, i), "text"));
}

START_TEST(an_end_of_maintenance_is_said)
{
	struct conf *conf = load_group(
	    ONE_MEMBER, "real_server 10.0.0.1 {\n}\nreal_server 10.0.0.2 81 {\nlvs_method NAT\n}\n"
			"real_server 10.0.0.2 82 {\nlvs_method NAT\n}\n");
	struct maintained_list maintained = {0};
	json_t *ended;

	*vec_push(&maintained) = maintained_of("tcp:group:web", "10.0.0.1:0");
	ended = maintenance_ended(&maintained, conf);
	ck_assert_uint_eq(json_array_size(ended), 0);
	json_decref(ended);
	*vec_push(&maintained) = maintained_of("tcp:group:web", "10.0.0.9:0");
	*vec_push(&maintained) = maintained_of("tcp:192.0.2.9:80", "10.0.0.1:80");
	*vec_push(&maintained) = maintained_of("tcp:group:web", "10.0.0.2:0");
	ended = maintenance_ended(&maintained, conf);
	ck_assert_uint_eq(json_array_size(ended), 3);
	ck_assert_str_eq(ended_text(ended, 0),
			 "end maintenance vs=tcp:group:web rs=10.0.0.9:0 # the file no longer has this real "
			 "server; if the file has it again later, it serves");
	ck_assert_ptr_nonnull(strstr(ended_text(ended, 1), "vs=tcp:192.0.2.9:80 rs=10.0.0.1:80 # the "
							   "file no longer has this virtual server"));
	ck_assert_ptr_nonnull(strstr(ended_text(ended, 2), "several real servers"));
	json_decref(ended);
	maintained_free(&maintained);
	conf_free(conf);
}
END_TEST

/* A rollback, or a reload that nobody confirms, brings back a file that has the server. */
START_TEST(a_server_that_serves_again_is_said)
{
	struct conf *with = load_group(ONE_MEMBER, "real_server 10.0.0.1 {\n}\nreal_server 10.0.0.2 {\n}\n");
	struct conf *without = load_group(ONE_MEMBER, "real_server 10.0.0.2 {\n}\n");
	struct maintained_list maintained = {0};
	const struct mono now = {NS_PER_S};
	struct health *health = health_new();
	json_t *ended;
	size_t n;

	*vec_push(&maintained) = maintained_of("tcp:group:web", "10.0.0.1:0");
	configure(health, without, 1);
	ck_assert(maintenance_apply(&maintained, without, health, now));
	ck_assert_uint_eq(maintained.n, 0);
	ck_assert_uint_eq(maintained.lost.n, 1);
	ended = maintenance_ended(&maintained, without);
	ck_assert_uint_eq(json_array_size(ended), 0);
	json_decref(ended);
	ended = maintenance_ended(&maintained, with);
	ck_assert_uint_eq(json_array_size(ended), 1);
	ck_assert_ptr_nonnull(strstr(ended_text(ended, 0), "serve again vs=tcp:group:web rs=10.0.0.1:0 # it "
							   "was in maintenance when"));
	json_decref(ended);
	configure(health, with, 1);
	ck_assert(maintenance_apply(&maintained, with, health, now));
	ck_assert_uint_eq(maintained.lost.n, 0);
	ck_assert(!health_services(health, &n)[0].real_servers[0].is_maintained);
	ck_assert(!maintenance_apply(&maintained, with, health, now));
	maintained_free(&maintained);
	health_free(health);
	conf_free(with);
	conf_free(without);
}
END_TEST

/*
 * tests/unit/run_dir_32bc14b was written by that commit, which named real servers by the port that
 * the kernel had: a group of one member (tcp, 80), a mark, and a plain service, each with a server
 * out by hand; one that the file had lost was draining from the first two.
 */
#define OLD_APPLIED "/applied.conf"
#define OLD_DRAIN   "/drain.json"

static char *read_whole(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(getdelim(&text, &size, '\0', file), 0);
	fclose(file);
	return text;
}

/* A copy whose boot is the one that runs, so that what drains is read. */
static void copy_run_dir(const char *to)
{
	char *text = read_whole(OLD_RUN_DIR OLD_DRAIN), *boot, path[256];
	char *now = read_whole("/proc/sys/kernel/random/boot_id");
	FILE *file;

	boot = strstr(text, "\"boot\": \"");
	ck_assert_ptr_nonnull(boot);
	memcpy(boot + strlen("\"boot\": \""), now, 36);
	snprintf(path, sizeof(path), "%s" OLD_DRAIN, to);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	free(text);
	free(now);
}

START_TEST(a_run_dir_of_the_version_before_is_read)
{
	static const char *const names[][2] = {{"tcp:group:web", "10.9.0.21:0"},
					       {"fwm4:7", "10.9.0.22:80"},
					       {"tcp:10.9.0.100:81", "10.9.0.21:81"}};
	char dir[] = "/tmp/lvsd-test-XXXXXX", path[256], *text = read_whole(OLD_RUN_DIR OLD_APPLIED);
	struct conf *conf = load(text);
	struct health *health = health_new();
	struct drains drains = {0};
	json_t *ended;
	size_t n;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	copy_run_dir(dir);
	drains_read(dir, &drains);
	ck_assert_uint_eq(drains.set.entries.n, 3);
	ck_assert_uint_eq(drains.maintained.n, 3);
	configure(health, conf, 1);
	ended = maintenance_ended(&drains.maintained, conf);
	ck_assert_uint_eq(json_array_size(ended), 0);
	json_decref(ended);
	ck_assert(maintenance_apply(&drains.maintained, conf, health, (struct mono){NS_PER_S}));
	ck_assert_uint_eq(drains.maintained.n, 3);
	for (size_t i = 0; i < 3; i++) {
		struct maintained one = maintained_of(names[i][0], names[i][1]);

		ck_assert_int_eq(svckey_cmp(&drains.maintained.items[i].vs, &one.vs), 0);
		ck_assert_int_eq(endpoint_cmp(&drains.maintained.items[i].rs, &one.rs), 0);
	}
	ck_assert(health_services(health, &n)[0].real_servers[0].is_maintained);
	ck_assert(health_services(health, &n)[1].real_servers[1].is_maintained);
	ck_assert(health_services(health, &n)[2].real_servers[0].is_maintained);
	/* The names are the new ones now. */
	ck_assert(!maintenance_apply(&drains.maintained, conf, health, (struct mono){NS_PER_S}));
	snprintf(path, sizeof(path), "%s" OLD_DRAIN, dir);
	unlink(path);
	rmdir(dir);
	ipvs_drain_free(&drains.set);
	maintained_free(&drains.maintained);
	health_free(health);
	conf_free(conf);
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("names");
	TCase *tcase = tcase_create("names");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_name_is_what_the_file_says);
	tcase_add_test(tcase, one_name_is_one_server);
	tcase_add_test(tcase, spellings_are_understood_where_they_are_clear);
	tcase_add_test(tcase, health_survives_members);
	tcase_add_test(tcase, the_spread_of_probes_survives_members);
	tcase_add_test(tcase, maintenance_survives_members_and_spelling);
	tcase_add_test(tcase, maintenance_of_an_ambiguous_group_ends);
	tcase_add_test(tcase, an_end_of_maintenance_is_said);
	tcase_add_test(tcase, a_server_that_serves_again_is_said);
	tcase_add_test(tcase, a_run_dir_of_the_version_before_is_read);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
