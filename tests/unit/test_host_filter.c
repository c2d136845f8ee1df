/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter of no_accept: what the file wants, the plan, and what the kernel makes of it. The tests
 * of the kernel run in a network namespace of their own. */
#include "base/clock.h"
#include "conf/load.h"
#include "daemon/supervisor/release_filter.h"
#include "host/filter.h"
#include "host/mark.h"
#include "host/nft.h"
#include "host/nft_read.h"
#include "host/plan.h"
#include "host/restore.h"
#include "host/want.h"
#include "own_net.h"

#include <check.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define INSTANCE(name, vrid, options, addresses)                                                   \
	"vrrp_instance " name " {\ninterface eth0\nvirtual_router_id " vrid "\nversion 3\n" options  \
	"\nvirtual_ipaddress {\n" addresses "\n}\n}\n"

#define SERVICE(address)                                                                           \
	"virtual_server " address " {\nprotocol TCP\nlvs_method DR\n"                              \
	"real_server 10.9.0.21 80 {\n}\n}\n"

static struct conf *load(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t.conf", text, strlen(text), &diags);

	if (!conf)
		diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	diags_free(&diags);
	return conf;
}

/* The elements, one a line, with the name of the set before each. */
static char *elements_text(const struct host_filter *filter)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < filter->elements.n; i++) {
		fprintf(out, "%s ", host_filter_sets[filter->elements.items[i].set].name);
		host_filter_print(&filter->elements.items[i], out);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static void expect_wanted(const char *file, const char *wanted)
{
	struct conf *conf = load(file);
	struct host_filter want = {0};
	char *text;

	host_filter_want(conf, &want);
	text = elements_text(&want);
	ck_assert_str_eq(text, wanted);
	ck_assert(want.exists == (wanted[0] != '\0'));
	free(text);
	host_filter_clear(&want);
	conf_free(conf);
}

/* ---- what the file wants ---- */

START_TEST(addresses_of_no_accept_are_wanted)
{
	expect_wanted(INSTANCE("a", "1", "no_accept", "10.9.0.100\n10.9.0.101"),
		      "addresses4 10.9.0.100\naddresses4 10.9.0.101\n");
	expect_wanted(INSTANCE("a", "1", "no_accept", "fe80::5\nfd09::100"),
		      "addresses6 fd09::100\nlinklocal6 fe80::5 on eth0\n");
	expect_wanted(INSTANCE("a", "1", "", "10.9.0.100"), "");
	expect_wanted(INSTANCE("a", "1", "no_accept\npriority 255", "10.9.0.100"), "");
}
END_TEST

START_TEST(strict_mode_wants_it_too)
{
	expect_wanted("global_defs {\nvrrp_strict\n}\n" INSTANCE("a", "1", "", "10.9.0.100"),
		      "addresses4 10.9.0.100\n");
	expect_wanted("global_defs {\nvrrp_strict\n}\n" INSTANCE("a", "1", "accept", "10.9.0.100"),
		      "");
}
END_TEST

START_TEST(an_address_that_another_instance_accepts_is_left_alone)
{
	expect_wanted(INSTANCE("a", "1", "no_accept", "10.9.0.100\n10.9.0.101")
			  INSTANCE("b", "2", "", "10.9.0.101"),
		      "addresses4 10.9.0.100\n");
}
END_TEST

START_TEST(services_at_such_an_address_are_let_through)
{
	expect_wanted(INSTANCE("a", "1", "no_accept", "10.9.0.100") SERVICE("10.9.0.100 80")
			  SERVICE("10.9.0.200 80"),
		      "addresses4 10.9.0.100\nservices4 10.9.0.100 tcp 80\n");
}
END_TEST

/* ---- by iptables ---- */

/* The rules of a chain, one a line, without their comments. */
static char *rules_text(const struct host_chain *chain)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < chain->rules.n; i++) {
		const char *spec = chain->rules.items[i].spec;
		const char *comment = strstr(spec, "-m comment"), *action = strstr(spec, "-j ");

		fprintf(out, "%.*s%s\n", (int)(comment - spec), spec, action);
	}
	fclose(out);
	return text;
}

static void expect_iptables(const char *file, enum host_part part, const char *rules)
{
	struct conf *conf = load(file);
	struct host_state want = {0}, have = {0};
	struct host_plan plan = {0};
	struct err err;
	char *text;

	host_want_filter(conf, &want);
	text = rules_text(&want.chains[part]);
	ck_assert_str_eq(text, rules);
	free(text);
	host_plan(&want, &have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		if (plan.ops.items[i].kind != HOST_OP_WRITE_CHAIN)
			continue;
		text = host_op_restore_text(&plan.ops.items[i]);
		ck_assert_msg(host_restore_judge(plan.ops.items[i].part, text, &err) == 0, "%s",
			      err.text);
		free(text);
	}
	host_plan_free(&plan);
	host_state_clear(&want);
	conf_free(conf);
}

#define PASS4                                                                                      \
	"-p icmp --icmp-type 3 -j RETURN\n-p icmp --icmp-type 11 -j RETURN\n"                      \
	"-p icmp --icmp-type 12 -j RETURN\n"
#define PASS6                                                                                      \
	"-p ipv6-icmp --icmpv6-type 1 -j RETURN\n-p ipv6-icmp --icmpv6-type 2 -j RETURN\n"         \
	"-p ipv6-icmp --icmpv6-type 3 -j RETURN\n-p ipv6-icmp --icmpv6-type 135 -j RETURN\n"       \
	"-p ipv6-icmp --icmpv6-type 136 -j RETURN\n"
#define REFUSE4 "-m set --match-set lvsd-refuse4 dst -j DROP\n"
#define REFUSE6 "-m set --match-set lvsd-refuse6 dst -j DROP\n"

/* The chain INPUT of iptables comes before IPVS. */
START_TEST(iptables_lets_services_through)
{
	const char *web = INSTANCE("a", "1", "no_accept", "10.9.0.100");

	expect_iptables("", HOST_FILTER4, "");
	expect_iptables(web, HOST_FILTER4, PASS4 REFUSE4);
	expect_iptables(web, HOST_FILTER6, "");
	expect_iptables(INSTANCE("a", "1", "no_accept", "10.9.0.100") SERVICE("10.9.0.100 80"),
			HOST_FILTER4,
			PASS4 "-m set --match-set lvsd-serve4 dst,dst -j RETURN\n" REFUSE4);
	expect_iptables(INSTANCE("a", "1", "no_accept", "10.9.0.100")
			    SERVICE("10.9.0.200 80") "virtual_server fwmark 7 {\nlvs_method DR\n"
						     "real_server 10.9.0.21 80 {\n}\n}\n",
			HOST_FILTER4, PASS4 "-m mark --mark 7 -j RETURN\n" REFUSE4);
	expect_iptables(INSTANCE("a", "1", "no_accept", "fe80::5\nfd09::100"), HOST_FILTER6,
			PASS6 "-d fe80::5 -i eth0 -j DROP\n" REFUSE6);
}
END_TEST

/* ---- the plan ---- */

static enum host_filter_step step_between(const char *older, const char *newer, size_t n_added,
					  size_t n_removed)
{
	struct conf *before = load(older), *after = load(newer);
	struct host_filter have = {0}, want = {0};
	struct host_filter_plan plan = {0};
	enum host_filter_step step;

	host_filter_want(before, &have);
	host_filter_want(after, &want);
	host_filter_plan(&want, &have, &plan);
	step = plan.step;
	ck_assert_uint_eq(plan.added.n, n_added);
	ck_assert_uint_eq(plan.removed.n, n_removed);
	host_filter_plan_free(&plan);
	host_filter_clear(&have);
	host_filter_clear(&want);
	conf_free(before);
	conf_free(after);
	return step;
}

#define ONE INSTANCE("a", "1", "no_accept", "10.9.0.100")
#define TWO INSTANCE("a", "1", "no_accept", "10.9.0.100\n10.9.0.101")

START_TEST(a_plan_changes_elements_alone_where_it_can)
{
	ck_assert_int_eq(step_between("", "", 0, 0), HOST_FILTER_NOTHING);
	ck_assert_int_eq(step_between("", TWO, 2, 0), HOST_FILTER_MAKE);
	ck_assert_int_eq(step_between(TWO, TWO, 0, 0), HOST_FILTER_NOTHING);
	ck_assert_int_eq(step_between(ONE, TWO, 1, 0), HOST_FILTER_CHANGE);
	ck_assert_int_eq(step_between(TWO, ONE, 0, 1), HOST_FILTER_CHANGE);
	ck_assert_int_eq(step_between(TWO, "", 0, 0), HOST_FILTER_REMOVE);
	ck_assert_int_eq(step_between(ONE, "global_defs {\nnftables_counters\n}\n" ONE, 1, 0),
			 HOST_FILTER_MAKE);
	ck_assert_int_eq(step_between(ONE, "global_defs {\nnftables_priority 300\n}\n" ONE, 1, 0),
			 HOST_FILTER_MAKE);
}
END_TEST

/* What is wanted while addresses of the earlier file may still be on the machine. */
static void expect_kept(const char *before, const char *after, const char *kept)
{
	struct conf *old = load(before), *new = load(after);
	struct host_filter have = {0}, want = {0};
	char *text;

	host_filter_want(old, &have);
	host_filter_want(new, &want);
	host_filter_keep_left(new, &have, &want);
	text = elements_text(&want);
	ck_assert_str_eq(text, kept);
	ck_assert(want.exists == (kept[0] != '\0'));
	if (want.layout.items == have.layout.items)
		want.layout = (typeof(want.layout)){0};
	free(text);
	host_filter_clear(&want);
	host_filter_clear(&have);
	conf_free(new);
	conf_free(old);
}

/* An instance that a reload takes out hands over, and has its addresses until then. */
START_TEST(addresses_that_left_the_file_are_kept)
{
	const char *service = INSTANCE("a", "1", "no_accept", "10.9.0.100\n10.9.0.101")
	    SERVICE("10.9.0.100 80");

	expect_kept(service, SERVICE("10.9.0.21 80"),
		    "addresses4 10.9.0.100\naddresses4 10.9.0.101\nservices4 10.9.0.100 tcp 80\n");
	expect_kept(service, INSTANCE("b", "2", "no_accept", "10.9.0.102"),
		    "addresses4 10.9.0.100\naddresses4 10.9.0.101\naddresses4 10.9.0.102\n"
		    "services4 10.9.0.100 tcp 80\n");
	expect_kept(INSTANCE("a", "1", "no_accept", "fe80::1\n2001:db8::1"),
		    SERVICE("10.9.0.21 80"),
		    "addresses6 2001:db8::1\nlinklocal6 fe80::1 on eth0\n");
}
END_TEST

START_TEST(addresses_that_are_accepted_now_are_not_kept)
{
	const char *service = INSTANCE("a", "1", "no_accept", "10.9.0.100\n10.9.0.101")
	    SERVICE("10.9.0.100 80");

	expect_kept(service, INSTANCE("a", "1", "", "10.9.0.100\n10.9.0.101"), "");
	expect_kept(service, INSTANCE("a", "1", "", "10.9.0.100"), "addresses4 10.9.0.101\n");
	expect_kept(INSTANCE("a", "1", "no_accept", "fe80::1"), INSTANCE("a", "1", "", "fe80::1"), "");
}
END_TEST

START_TEST(answers_that_are_no_answers_are_ignored)
{
	uint8_t bytes[256];
	struct host_filter have = {0};

	for (unsigned round = 0; round < 20000; round++) {
		size_t len = (size_t)rand() % sizeof(bytes);

		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)(rand() % (i % 2 ? 3 : 24));
		host_nft_take(&have, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | rand() % 20), bytes, len);
	}
	ck_assert_uint_eq(have.elements.n, 0);
	host_filter_clear(&have);
}
END_TEST

START_TEST(each_run_dir_has_a_table)
{
	char name[HOST_FILTER_TABLE_MAX], other[HOST_FILTER_TABLE_MAX];

	ck_assert_str_eq(host_filter_table(NULL, name), HOST_FILTER_TABLE);
	ck_assert(host_filter_is_table(name));
	host_filter_table("/run/lvsd-2.b", name);
	ck_assert_uint_eq(strlen(name), strlen("lvsd_vrrp_lvsd_2_b_12345678"));
	ck_assert(!strncmp(name, "lvsd_vrrp_lvsd_2_b_", strlen("lvsd_vrrp_lvsd_2_b_")));
	ck_assert(host_filter_is_table(name));
	ck_assert_str_ne(host_filter_table("/srv/lvsd-2.b", other), name);
	host_filter_table("/a/0123456789012345678901234567890123456789012345678901234567890123", name);
	ck_assert(host_filter_is_table(name));
	ck_assert(!host_filter_is_table("filter") && !host_filter_is_table("lvsd_vrrpx"));
	ck_assert(!host_filter_is_table("lvsd_vrrp_a b") && !host_filter_is_table(""));
}
END_TEST

/* ---- the kernel ---- */

/* Brings about in that table what the file wants. Returns the step that this took. */
static enum host_filter_step bring_about_in(const char *table, const char *file)
{
	struct conf *conf = load(file);
	struct host_filter have = {0}, want = {0}, now = {0};
	struct host_filter_plan plan = {0};
	enum host_filter_step step;
	char *wanted, *present;
	struct err err;

	host_filter_want(conf, &want);
	ck_assert_int_eq(host_nft_read(table, &have, &err), 0);
	host_filter_plan(&want, &have, &plan);
	step = plan.step;
	if (step != HOST_FILTER_NOTHING)
		ck_assert_msg(host_nft_apply(table, &plan, &conf->global, &err) == 0, "%s", err.text);
	ck_assert_int_eq(host_nft_read(table, &now, &err), 0);
	wanted = elements_text(&want);
	present = elements_text(&now);
	ck_assert_str_eq(present, wanted);
	ck_assert(now.exists == want.exists);
	if (want.exists)
		ck_assert_str_eq(now.layout.items, want.layout.items);
	free(wanted);
	free(present);
	host_filter_plan_free(&plan);
	host_filter_clear(&have);
	host_filter_clear(&want);
	host_filter_clear(&now);
	conf_free(conf);
	return step;
}

static enum host_filter_step bring_about(const char *file)
{
	return bring_about_in(HOST_FILTER_TABLE, file);
}

START_TEST(the_kernel_has_what_is_wanted)
{
	const char *six = INSTANCE("a", "1", "no_accept", "fe80::5\nfd09::100");

	ck_assert_int_eq(bring_about(TWO SERVICE("10.9.0.100 80")), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(TWO SERVICE("10.9.0.100 80")), HOST_FILTER_NOTHING);
	ck_assert_int_eq(bring_about(ONE), HOST_FILTER_CHANGE);
	ck_assert_int_eq(bring_about(six), HOST_FILTER_CHANGE);
	ck_assert_int_eq(bring_about("global_defs {\nnftables_counters\n}\n" ONE),
			 HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(""), HOST_FILTER_REMOVE);
	ck_assert_int_eq(bring_about(""), HOST_FILTER_NOTHING);
}
END_TEST

/* Two lvsd in one network namespace. */
START_TEST(tables_of_two_run_dirs_leave_each_other_alone)
{
	char other[HOST_FILTER_TABLE_MAX];

	host_filter_table("/run/lvsd2", other);
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about_in(other, ONE), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_NOTHING);
	ck_assert_int_eq(bring_about_in(other, ONE), HOST_FILTER_NOTHING);
	ck_assert_int_eq(bring_about(""), HOST_FILTER_REMOVE);
	ck_assert_int_eq(bring_about_in(other, ONE), HOST_FILTER_NOTHING);
	ck_assert_int_eq(bring_about_in(other, ""), HOST_FILTER_REMOVE);
}
END_TEST

/* The vrrp process of an lvsd that died removes the table when it has handed over. */
START_TEST(the_table_of_the_dead_is_removed)
{
	char own[HOST_FILTER_TABLE_MAX];
	struct err err;

	host_filter_table("/run/lvsd2", own);
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_MAKE);
	ck_assert_int_eq(release_filter(own, &err), 0);
	ck_assert_int_eq(bring_about_in(own, ONE), HOST_FILTER_MAKE);
	release_filter_of("/run/lvsd2");
	ck_assert_int_eq(bring_about_in(own, ""), HOST_FILTER_NOTHING);
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_NOTHING);
	ck_assert_int_eq(release_filter(HOST_FILTER_TABLE, &err), 1);
	ck_assert_int_eq(bring_about(""), HOST_FILTER_NOTHING);
}
END_TEST

/* 5,000 addresses need several messages for one set. */
START_TEST(many_addresses_are_one_batch)
{
	char *file = NULL;
	size_t size;
	FILE *out = open_memstream(&file, &size);

	for (unsigned i = 0; i < 20; i++) {
		fprintf(out, "vrrp_instance v%u {\ninterface eth0\nvirtual_router_id %u\nversion 3\n"
			     "no_accept\nvirtual_ipaddress {\n10.8.%u.1\n}\n"
			     "virtual_ipaddress_excluded {\n",
			i, i + 1, i);
		for (unsigned k = 2; k < 252; k++)
			fprintf(out, "10.8.%u.%u\n", i, k);
		fputs("}\n}\n", out);
	}
	fclose(out);
	ck_assert_int_eq(bring_about(file), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(ONE), HOST_FILTER_CHANGE);
	ck_assert_int_eq(bring_about(""), HOST_FILTER_REMOVE);
	free(file);
}
END_TEST

START_TEST(a_change_by_others_is_an_event_and_is_seen)
{
	int fd = host_nft_watch_open();
	struct pollfd poller = {.fd = fd, .events = POLLIN};

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_MAKE);
	host_nft_watch_drain(fd);
	ck_assert_int_eq(poll(&poller, 1, 0), 0);
	own_net_run("nft delete element inet lvsd_vrrp addresses4 { 10.9.0.101 }");
	ck_assert_int_eq(poll(&poller, 1, 10000), 1);
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_CHANGE);
	own_net_run("nft flush chain inet lvsd_vrrp input");
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_MAKE);
	own_net_run("nft flush ruleset");
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_MAKE);
	own_net_run("nft add table inet lvsd_vrrp { flags dormant ; }");
	ck_assert_int_eq(bring_about(TWO), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(""), HOST_FILTER_REMOVE);
	close(fd);
}
END_TEST

/* ---- packets ---- */

static int udp_to(const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_len)
{
	struct endpoint ep = {.port = 4711};
	int fd;

	ck_assert_int_eq(addr_parse(text, &ep.addr), 0);
	*ret_len = endpoint_to_sockaddr(&ep, 0, ret_address);
	fd = socket(ep.addr.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Whether a datagram to the address arrives. One to the address `control`, which is sent after it
 * and must arrive, says when there is no use in waiting. Both are sent again while it does not: the
 * kernel adds the local route of a new IPv6 address in a worker, and until then there is no way to it. */
static bool arrives(const char *text, const char *control)
{
	struct sockaddr_storage address, other;
	socklen_t len, other_len;
	int fd = udp_to(text, &address, &len), other_fd = udp_to(control, &other, &other_len);
	struct pollfd poller = {.fd = other_fd, .events = POLLIN};
	bool has_come;

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(bind(other_fd, (struct sockaddr *)&other, other_len), 0);
	for (int i = 0, n_control = 0; n_control == 0; i++) {
		ck_assert_int_lt(i, 100);
		ck_assert_int_eq(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, len), 1);
		ck_assert_int_eq(sendto(other_fd, "x", 1, 0, (struct sockaddr *)&other, other_len), 1);
		n_control = poll(&poller, 1, 100);
	}
	has_come = recv(fd, &address, sizeof(address), MSG_DONTWAIT) == 1;
	close(fd);
	close(other_fd);
	return has_come;
}

START_TEST(packets_to_such_addresses_are_dropped)
{
	static const char file[] =
	    INSTANCE("a", "1", "no_accept", "10.9.0.100") INSTANCE("b", "2", "no_accept", "fd09::100")
		"virtual_server 10.9.0.100 4712 {\nprotocol UDP\nlvs_method DR\n"
		"real_server 10.9.0.21 4712 {\n}\n}\n";

	own_net_run("ip link set lo up");
	own_net_run("ip addr add 10.9.0.100/32 dev lo");
	own_net_run("ip addr add 10.9.0.1/32 dev lo");
	own_net_run("ip addr add fd09::100/128 dev lo nodad");
	own_net_run("ip addr add fd09::1/128 dev lo nodad");
	ck_assert(arrives("10.9.0.100", "10.9.0.1"));
	ck_assert(arrives("fd09::100", "fd09::1"));
	bring_about(file);
	ck_assert(!arrives("10.9.0.100", "10.9.0.1"));
	ck_assert(!arrives("fd09::100", "fd09::1"));
	bring_about(INSTANCE("a", "1", "no_accept", "10.9.0.100")
			"virtual_server 10.9.0.100 4711 {\nprotocol UDP\nlvs_method DR\n"
			"real_server 10.9.0.21 4711 {\n}\n}\n");
	ck_assert(arrives("10.9.0.100", "10.9.0.1"));
	bring_about("");
	ck_assert(arrives("10.9.0.100", "10.9.0.1"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("host filter");
	TCase *pure = tcase_create("pure"), *kernel = tcase_create("kernel");
	struct host_filter have = {0};
	SRunner *runner;
	struct err err;
	int failed;

	tcase_add_test(pure, addresses_of_no_accept_are_wanted);
	tcase_add_test(pure, strict_mode_wants_it_too);
	tcase_add_test(pure, an_address_that_another_instance_accepts_is_left_alone);
	tcase_add_test(pure, services_at_such_an_address_are_let_through);
	tcase_add_test(pure, iptables_lets_services_through);
	tcase_add_test(pure, a_plan_changes_elements_alone_where_it_can);
	tcase_add_test(pure, addresses_that_left_the_file_are_kept);
	tcase_add_test(pure, addresses_that_are_accepted_now_are_not_kept);
	tcase_add_test(pure, answers_that_are_no_answers_are_ignored);
	tcase_add_test(pure, each_run_dir_has_a_table);
	suite_add_tcase(suite, pure);
	if (own_net_enter() && host_nft_read(HOST_FILTER_TABLE, &have, &err) == 0) {
		tcase_add_test(kernel, the_kernel_has_what_is_wanted);
		tcase_add_test(kernel, tables_of_two_run_dirs_leave_each_other_alone);
		tcase_add_test(kernel, the_table_of_the_dead_is_removed);
		tcase_add_test(kernel, many_addresses_are_one_batch);
		tcase_add_test(kernel, packets_to_such_addresses_are_dropped);
		if (access("/usr/sbin/nft", X_OK) == 0)
			tcase_add_test(kernel, a_change_by_others_is_an_event_and_is_seen);
		suite_add_tcase(suite, kernel);
	} else {
		fprintf(stderr, "no network namespace with nftables can be had here: the pure tests "
				"alone run\n");
	}
	tcase_set_timeout(kernel, 60);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
