/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of changes, and properties of comparison and printing on generated configurations. */
#include "conf/diff.h"
#include "conf/load.h"
#include "conf/out.h"
#include "conf/print.h"

#include <check.h>
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

static struct conf *loaded_or_null(const char *text)
{
	return text ? loaded(text) : NULL;
}

/* The changes between two texts are exactly these lines. */
static void changes_are(const char *older, const char *newer, const char *lines, size_t n_kept)
{
	struct conf *a = loaded_or_null(older), *b = loaded_or_null(newer);
	struct conf_diff diff;
	struct out out;
	char *text;

	conf_diff(a, b, &diff);
	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < diff.changes.n; i++) {
		out_text(&out, diff.changes.items[i].text);
		out_text(&out, "\n");
	}
	text = out_take(&out);
	ck_assert_str_eq(text, lines);
	ck_assert_uint_eq(diff.n_kept, n_kept);
	free(text);
	conf_diff_fini(&diff);
	conf_free(a);
	conf_free(b);
}

#define SERVICE(address, settings, servers)                                                        \
	"virtual_server " address " 80 {\n protocol TCP\n lvs_method DR\n" settings "\n" servers   \
	"}\n"
#define SERVER(address, settings) "real_server " address " 80 {\n" settings "\n}\n"
#define INSTANCE(name, settings, vips)                                                             \
	"vrrp_instance " name " {\n interface eth0\n version 3\n" settings                         \
	"\nvirtual_ipaddress {\n" vips "\n} }\n"

START_TEST(a_weight)
{
	changes_are(
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "") SERVER("10.9.0.22", "")),
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.22", "") SERVER("10.9.0.21", "weight 5")),
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1 -> 5\n", 2);
}
END_TEST

START_TEST(servers_and_services_come_and_go)
{
	changes_are(
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "") SERVER("10.9.0.22", ""))
		SERVICE("10.9.0.101", "", SERVER("10.9.0.21", "")),
	    SERVICE("10.9.0.100", "lvs_sched rr", SERVER("10.9.0.22", "") SERVER("10.9.0.23", ""))
		SERVICE("10.9.0.102", "", ""),
	    "change vs=tcp:10.9.0.100:80 lvs_sched wlc -> rr\n"
	    "remove vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1\n"
	    "add vs=tcp:10.9.0.100:80 rs=10.9.0.23:80 weight 1\n"
	    "remove vs=tcp:10.9.0.101:80 wlc, DR, 1 real server\n"
	    "add vs=tcp:10.9.0.102:80 wlc, DR, 0 real servers\n",
	    1);
}
END_TEST

START_TEST(service_settings)
{
	changes_are(
	    SERVICE("10.9.0.100", "delay_loop 1", ""),
	    SERVICE("10.9.0.100", "delay_loop 0.5\n persistence_timeout", ""),
	    "change vs=tcp:10.9.0.100:80 persistence_timeout 0 -> 360, delay_loop 1 -> 0.5\n", 0);
}
END_TEST

START_TEST(checks)
{
	changes_are(
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21",
			   "TCP_CHECK { connect_timeout 1 \n}\n HTTP_GET { url { path /a\n} }")
			SERVER("10.9.0.22", "TCP_CHECK { }")),
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21",
			   "weight 2\n HTTP_GET { http_protocol 1.1\n url { path /b\n} }\n"
			   "TCP_CHECK { connect_timeout 2\n connect_port 81 \n bindto 10.9.0.1 \n}")
			SERVER("10.9.0.22", "HTTP_GET { url { path /a\n } }")),
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1 -> 2, check=tcp#1 target "
	    "10.9.0.21:80 "
	    "-> 10.9.0.21:81, bind -:0 -> 10.9.0.1:0, connect_timeout 1 -> 2, check=http#1 "
	    "http_protocol 1.0 -> 1.1, urls changed\n"
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.22:80 check removed tcp#1, check added http#1\n",
	    1);
}
END_TEST

START_TEST(instances)
{
	changes_are(INSTANCE("A", "virtual_router_id 1", "10.9.0.1\n10.9.0.2\n10.9.0.3")
			INSTANCE("B", "virtual_router_id 2", "10.9.1.1"),
		    INSTANCE("A", "virtual_router_id 1\n priority 120\n advert_int 0.5\n nopreempt",
			     "10.9.0.4\n10.9.0.3 dev eth1\n10.9.0.2")
			INSTANCE("C", "virtual_router_id 2\n", "10.9.1.1\n10.9.1.2"),
		    "change vrrp=A priority 100 -> 120, advert_int 1 -> 0.5, preemption preempt -> "
		    "nopreempt, "
		    "address removed 10.9.0.1/32 dev eth0, address changed 10.9.0.3/32 dev eth1, "
		    "address added 10.9.0.4/32 dev eth0\n"
		    "remove vrrp=B interface eth0, virtual_router_id 2, 1 address\n"
		    "add vrrp=C interface eth0, virtual_router_id 2, 2 addresses\n",
		    0);
}
END_TEST

START_TEST(global_settings)
{
	changes_are(
	    "global_defs { router_id a\n lvs_sync_daemon eth0 id 1 }",
	    "global_defs { lvs_sync_daemon eth1 id 2 group 224.0.0.9 }",
	    "change global router_id a -> none, lvs_sync_daemon eth0 -> eth1, lvs_sync_daemon "
	    "id 1 -> 2, lvs_sync_daemon group - -> 224.0.0.9\n",
	    0);
	changes_are("", "global_defs { lvs_sync_daemon eth1 id 2 }",
		    "change global lvs_sync_daemon off -> eth1\n", 0);
}
END_TEST

START_TEST(settings_of_the_whole_director)
{
	changes_are(
	    "global_defs { script_user a\n }\n SSL { certificate /a\n key /b\n password x\n }",
	    "global_defs { script_user b c\n enable_script_security\n startup_gate 0\n }\n"
	    "SSL { ca /c\n certificate /a\n key /d\n password y\n }",
	    "change global script_user a -> b, script_user group none -> c, "
	    "enable_script_security off -> on, startup_gate 5 -> 0, SSL ca none -> /c, SSL "
	    "key /b -> /d, SSL password changed\n",
	    0);
	changes_are(NULL, "global_defs { startup_gate 1\n }", "", 0);
}
END_TEST

START_TEST(protocol_of_an_instance)
{
	changes_are(
	    "vrrp_instance A { interface eth0\n virtual_router_id 1\n"
	    "unicast_src_ip 192.0.2.11\n unicast_peer { 192.0.2.12\n }\n"
	    "unicast_peer { 192.0.2.13\n }\n notify /bin/a\n"
	    "virtual_ipaddress { 192.0.2.1 } }",
	    "vrrp_instance A { interface eth0\n virtual_router_id 1\n"
	    "authentication { auth_type PASS\n auth_pass x\n }\n"
	    "unicast_peer { 192.0.2.14\n }\n unicast_peer { 192.0.2.12\n }\n"
	    "notify_master \"/bin/a 'b c'\" root\n notify_backup /bin/b\n notify_fault /bin/f\n"
	    "notify_stop /bin/s u g\n virtual_ipaddress { 192.0.2.1 } }",
	    "change vrrp=A auth_pass added, source 192.0.2.11 -> -, peer removed 192.0.2.13, peer "
	    "added 192.0.2.14, notify_master none -> /bin/a 'b c' as root, notify_backup none -> "
	    "/bin/b, notify_fault none -> /bin/f, notify_stop none -> /bin/s as u g, notify "
	    "/bin/a -> none\n",
	    0);
}
END_TEST

START_TEST(quorum_and_sorry_server)
{
	changes_are(
	    SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "weight 9")),
	    SERVICE("10.9.0.100",
		    "quorum 3\n hysteresis 1\n quorum_up /bin/up\n quorum_down /bin/down\n"
		    "alpha\n omega\n sorry_server 10.9.0.99",
		    SERVER("10.9.0.21", "weight 9")),
	    "change vs=tcp:10.9.0.100:80 quorum 1 -> 3, hysteresis 0 -> 1, quorum_up none -> "
	    "/bin/up, quorum_down none -> /bin/down, alpha off -> on, omega off -> on, "
	    "sorry_server none -> 10.9.0.99:80\n",
	    1);
	changes_are(SERVICE("10.9.0.100", "sorry_server 10.9.0.99", SERVER("10.9.0.21", "")),
		    SERVICE("10.9.0.100",
			    "sorry_server 10.9.0.99\n sorry_server_inhibit\n"
			    "sorry_server_lvs_method NAT",
			    SERVER("10.9.0.21", "")),
		    "change vs=tcp:10.9.0.100:80 sorry_server_inhibit off -> on, "
		    "sorry_server_lvs_method DR -> NAT\n",
		    1);
}
END_TEST

START_TEST(servers_and_new_checks)
{
	changes_are(
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21", "MISC_CHECK { misc_path /a\n }\n"
					"SSL_GET { url { path /\n } }")),
	    SERVICE("10.9.0.100", "",
		    SERVER("10.9.0.21",
			   "lvs_method TUN\n inhibit_on_failure\n notify_up /u\n notify_down /d\n"
			   "MISC_CHECK { misc_path \"/a b\"\n misc_timeout 3\n misc_dynamic\n"
			   "alpha\n retry 1\n }\n"
			   "SSL_GET { sni_name a\n url { path /\n } }")),
	    "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 lvs_method DR -> TUN, "
	    "inhibit_on_failure off -> on, notify_up none -> /u, notify_down none -> /d, "
	    "check=ssl#1 sni_name none -> a, check=misc#1 retry 0 -> 1, misc_path /a -> /a b, "
	    "misc_timeout 60 -> 3, misc_dynamic off -> on, alpha off -> on\n",
	    1);
}
END_TEST

START_TEST(services_by_firewall_mark)
{
	changes_are("virtual_server fwmark 1 { ip_family inet\n }",
		    "virtual_server fwmark 1 { ip_family inet6\n lvs_method TUN\n }",
		    "remove vs=fwm4:1 wlc, NAT, 0 real servers\n"
		    "add vs=fwm6:1 wlc, TUN, 0 real servers\n",
		    0);
}
END_TEST

START_TEST(nothing_on_one_side)
{
	changes_are(NULL, SERVICE("10.9.0.100", "", SERVER("10.9.0.21", "")),
		    "add vs=tcp:10.9.0.100:80 wlc, DR, 1 real server\n", 0);
	changes_are(SERVICE("10.9.0.100", "", ""), NULL,
		    "remove vs=tcp:10.9.0.100:80 wlc, DR, 0 real servers\n", 0);
	changes_are(NULL, NULL, "", 0);
}
END_TEST

/* A small generator (splitmix), so that a seed names a configuration for ever. */
struct random {
	uint64_t state;
};

static unsigned pick(struct random *random, unsigned n)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % n);
}

static void line(struct out *out, const char *word, unsigned number)
{
	out_text(out, word);
	out_text(out, " ");
	out_number(out, number);
	out_text(out, "\n");
}

static void check_generate(struct random *random, struct out *out)
{
	static const char *const names[] = {"TCP_CHECK", "HTTP_GET", "SSL_GET"};
	unsigned type = pick(random, 4);
	bool is_http = type == 1 || type == 2;

	if (type == 3) {
		out_text(out, "MISC_CHECK {\n misc_path \"/bin/check 'a b' ''\"\n");
		out_text(out, pick(random, 2) ? "misc_dynamic\n}\n" : "user nobody\n}\n");
		return;
	}
	out_text(out, names[type]);
	out_text(out, " {\n");
	if (pick(random, 3) == 0)
		out_text(out, "alpha\n");
	if (pick(random, 2))
		line(out, "connect_timeout", 1 + pick(random, 3));
	if (pick(random, 2))
		line(out, "retry", pick(random, 3));
	if (pick(random, 3) == 0)
		out_text(out, "delay_loop 0.25\n");
	if (pick(random, 3) == 0)
		line(out, "connect_port", 80 + pick(random, 2));
	for (unsigned i = is_http ? 1 + pick(random, 2) : 0; i > 0; i--) {
		out_text(out, pick(random, 2) ? "url {\n path /a\n" : "url {\n path /b\n");
		out_text(out, pick(random, 2) ? "status_code 200 301-302\n}\n"
					      : "virtualhost \"a b\"\n}\n");
	}
	out_text(out, "}\n");
}

static void service_generate(struct random *random, unsigned number, struct out *out)
{
	static const char *const methods[] = {"NAT", "DR"}, *const schedulers[] = {"rr", "wlc",
										   "sh"};

	line(out, pick(random, 5) ? "virtual_server 192.0.2.1" : "virtual_server 192.0.2.2",
	     1000 + number);
	out_text(out, "{\n protocol TCP\n lvs_method ");
	out_text(out, methods[pick(random, 2)]);
	out_text(out, "\n lb_algo ");
	out_text(out, schedulers[pick(random, 3)]);
	out_text(out, "\n");
	if (pick(random, 3) == 0)
		line(out, "persistence_timeout", 10 + pick(random, 2));
	if (pick(random, 3) == 0)
		out_text(out, "quorum_up \"/bin/up\" user\n quorum 1\n");
	if (pick(random, 3) == 0)
		out_text(out, "sorry_server 10.0.1.1\n alpha\n inhibit_on_failure\n");
	for (unsigned i = 0; i < 6; i++) {
		if (pick(random, 3) == 0)
			continue;
		out_text(out, "real_server 10.0.0.");
		out_number(out, i);
		line(out, "", 1000 + number);
		line(out, "{\n weight", pick(random, 3));
		for (unsigned k = pick(random, 3); k > 0; k--)
			check_generate(random, out);
		out_text(out, "}\n");
	}
	out_text(out, "}\n");
}

static void instance_generate(struct random *random, unsigned number, struct out *out)
{
	line(out, "vrrp_instance", number);
	line(out, "{\n interface eth0\n version 3\n virtual_router_id", 1 + number);
	line(out, "priority", 100 + pick(random, 2));
	out_text(out, pick(random, 2) ? "nopreempt\n" : "advert_int 0.5\n");
	if (pick(random, 3) == 0)
		out_text(out, "unicast_peer {\n 198.51.100.1\n }\n notify /bin/notify\n");
	out_text(out, "virtual_ipaddress {\n");
	for (unsigned i = 0; i < 3; i++) {
		if (i && pick(random, 2))
			continue;
		out_text(out, "192.0.");
		out_number(out, number);
		out_text(out, ".");
		out_number(out, i + 1);
		out_text(out, pick(random, 2) ? "/24 brd + label eth0:x\n" : " scope link\n");
	}
	out_text(out, "}\n}\n");
}

static char *generate(uint64_t seed)
{
	struct random random = {seed};
	struct out out;

	out_init(&out, NULL, NULL);
	if (pick(&random, 2))
		line(&out, "global_defs {\n lvs_sync_daemon eth0 id", pick(&random, 3));
	else
		out_text(&out, "global_defs {\n");
	out_text(&out, "}\n");
	for (unsigned i = 0; i < 5; i++)
		if (pick(&random, 3))
			instance_generate(&random, i, &out);
	for (unsigned i = 0; i < 8; i++)
		if (pick(&random, 3))
			service_generate(&random, i, &out);
	return out_take(&out);
}

static struct conf *generated(uint64_t seed)
{
	char *text = generate(seed);
	struct conf *conf = loaded(text);

	free(text);
	return conf;
}

static char *printed(const struct conf *conf)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_print_secrets(conf, out);
	fclose(out);
	return text;
}

START_TEST(printing_and_reading_changes_nothing)
{
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct conf *first = generated(seed), *second;
		char *once = printed(first), *twice;
		struct conf_diff diff;

		second = loaded(once);
		twice = printed(second);
		ck_assert_str_eq(once, twice);
		ck_assert_str_eq(first->digest, second->digest);
		conf_diff(first, second, &diff);
		ck_assert_uint_eq(diff.changes.n, 0);
		conf_diff_fini(&diff);
		conf_diff(first, first, &diff);
		ck_assert_uint_eq(diff.changes.n, 0);
		conf_diff_fini(&diff);
		conf_free(first);
		conf_free(second);
		free(once);
		free(twice);
	}
}
END_TEST

/*
 * diff applied to older: kept objects stay, changed ones and new ones come from newer. The result
 * must be newer: as many objects, each added or changed one from newer, each removed one from
 * older.
 */
static void apply_check(const struct conf *older, const struct conf *newer)
{
	struct conf_diff diff;
	size_t n_old = 0, n_new = 0, n[3] = {0};

	conf_diff(older, newer, &diff);
	for (size_t i = 0; i < diff.changes.n; i++) {
		const struct conf_change *change = &diff.changes.items[i];
		const struct conf_virtual_server *vs;

		if (change->object == CONF_OBJECT_GLOBAL)
			continue;
		n[change->kind]++;
		if (change->object != CONF_OBJECT_VIRTUAL_SERVER ||
		    change->kind == CONF_CHANGE_CHANGE)
			continue;
		vs = change->kind == CONF_CHANGE_ADD ? change->new_vs : change->old_vs;
		n[change->kind] += vs->n_real_servers;
	}
	n_old = older->n_vrrps + older->n_virtual_servers;
	for (size_t i = 0; i < older->n_virtual_servers; i++)
		n_old += older->virtual_servers[i].n_real_servers;
	n_new = newer->n_vrrps + newer->n_virtual_servers;
	for (size_t i = 0; i < newer->n_virtual_servers; i++)
		n_new += newer->virtual_servers[i].n_real_servers;
	ck_assert_uint_eq(diff.n_kept + n[CONF_CHANGE_CHANGE] + n[CONF_CHANGE_REMOVE], n_old);
	ck_assert_uint_eq(diff.n_kept + n[CONF_CHANGE_CHANGE] + n[CONF_CHANGE_ADD], n_new);
	conf_diff_fini(&diff);
}

START_TEST(every_object_is_accounted_for)
{
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct conf *a = generated(seed), *b = generated(seed + 1);

		apply_check(a, b);
		apply_check(b, a);
		conf_free(a);
		conf_free(b);
	}
}
END_TEST

/* Weights that differ are named, and nothing else is. */
START_TEST(a_change_is_seen_wherever_it_is)
{
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct conf *a = generated(seed);
		char *text = generate(seed), *at;
		struct conf_diff diff;
		struct conf *b;

		for (at = text; (at = strstr(at, "weight 1")); at += 8)
			at[7] = '7';
		b = loaded(text);
		conf_diff(a, b, &diff);
		ck_assert((diff.changes.n > 0) == (strstr(text, "weight 7") != NULL));
		for (size_t i = 0; i < diff.changes.n; i++)
			ck_assert_ptr_nonnull(strstr(diff.changes.items[i].text, " weight 1 -> 7"));
		conf_diff_fini(&diff);
		conf_free(a);
		conf_free(b);
		free(text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf diff");
	TCase *tcase = tcase_create("diff");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_weight);
	tcase_add_test(tcase, servers_and_services_come_and_go);
	tcase_add_test(tcase, service_settings);
	tcase_add_test(tcase, checks);
	tcase_add_test(tcase, instances);
	tcase_add_test(tcase, global_settings);
	tcase_add_test(tcase, settings_of_the_whole_director);
	tcase_add_test(tcase, protocol_of_an_instance);
	tcase_add_test(tcase, quorum_and_sorry_server);
	tcase_add_test(tcase, servers_and_new_checks);
	tcase_add_test(tcase, services_by_firewall_mark);
	tcase_add_test(tcase, nothing_on_one_side);
	tcase_add_test(tcase, printing_and_reading_changes_nothing);
	tcase_add_test(tcase, every_object_is_accounted_for);
	tcase_add_test(tcase, a_change_is_seen_wherever_it_is);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
