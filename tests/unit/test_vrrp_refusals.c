/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a runner tells of addresses, routes and rules that the kernel refuses; in a network namespace of
 * its own. The instance has priority 255, so it is master at once. */
#include "base/chan.h"
#include "base/clock.h"
#include "conf/load.h"
#include "logged.h"
#include "own_net.h"
#include "vrrp/runner.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MS  60000
#define FRAME_MAX (64 * 1024)

static struct {
	struct loop *loop;
	struct vrrp_runner *runner;
	const char *wanted;
	bool is_late;
	unsigned n_told;
	char told[4096]; /* a line for each refusal */
} rig;

static void on_report(const struct vrrp_report *report, void *arg)
{
	(void)report;
	(void)arg;
}

static void on_source(const struct vrrp_source *source, void *arg)
{
	(void)source;
	(void)arg;
}

/* wanted without a newline at its end: the beginning, as kernels differ in their words. */
static bool is_told(const char *wanted)
{
	size_t len = strlen(wanted);

	return len && wanted[len - 1] != '\n' ? !strncmp(rig.told, wanted, len)
					      : !strcmp(rig.told, wanted);
}

/* The list goes over the wire, too. */
static void on_refusals(const struct vrrp_refusals *refusals, void *arg)
{
	static uint8_t body[CHAN_BODY_MAX];
	size_t size = vrrp_refusals_encode(refusals, body, sizeof(body)), len = 0;
	struct vrrp_refusals read = {0};

	(void)arg;
	ck_assert_int_eq(vrrp_refusals_decode(body, size, &read), 0);
	rig.told[0] = '\0';
	for (size_t i = 0; i < read.list.n; i++)
		len += (size_t)snprintf(rig.told + len, sizeof(rig.told) - len, "%s|%s|%s|%s\n",
					read.list.items[i].instance, read.list.items[i].kind,
					read.list.items[i].item, read.list.items[i].reason);
	vrrp_refusals_free(&read);
	rig.n_told++;
	if (rig.wanted && is_told(rig.wanted))
		loop_stop(rig.loop);
}

static void on_limit(void *arg)
{
	(void)arg;
	rig.is_late = true;
	loop_stop(rig.loop);
}

static void tells(const char *wanted)
{
	struct loop_timer *limit = loop_timer_new(rig.loop, on_limit, NULL);

	rig.wanted = wanted;
	loop_timer_set(limit, mono_add_ms(clock_mono(), LIMIT_MS));
	if (!is_told(wanted))
		loop_run(rig.loop);
	loop_timer_free(limit);
	ck_assert_msg(!rig.is_late, "wanted:\n%s\ntold:\n%s", wanted, rig.told);
}

/* As the director sends it: encoded and decoded. */
static void configure(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("conf", text, strlen(text), &diags);
	struct vrrp_runner_item item = {.arena = arena_new()};
	struct vrrp_instance_frame frame = {.last_state = VRRP_INIT};
	struct arena *arena = arena_new();
	static uint8_t body[FRAME_MAX];
	struct conf_statics statics;
	char first[512];

	ck_assert_msg(conf != NULL, "%s", diags_first_error(&diags, first, sizeof(first)));
	ck_assert_int_eq(vrrp_statics_decode(body,
					     vrrp_statics_encode(&conf->statics, body, sizeof(body)),
					     arena, &statics),
			 0);
	vrrp_runner_set_statics(rig.runner, &statics, arena);
	frame.conf = conf->vrrps[0];
	ck_assert_int_eq(vrrp_instance_decode(body, vrrp_instance_encode(&frame, body, sizeof(body)),
					      item.arena, &item.frame),
			 0);
	vrrp_runner_configure(rig.runner, &item, 1);
	vrrp_runner_trim_statics(rig.runner);
	conf_free(conf);
	diags_free(&diags);
}

static void setup(void)
{
	const struct vrrp_predecessor none = {.alive = MONO_NEVER};
	const struct vrrp_sink sink = {
	    .on_report = on_report, .on_source = on_source, .on_refusals = on_refusals};
	struct err err;

	memset(&rig, 0, sizeof(rig));
	rig.loop = loop_new();
	own_net_run("ip link set lo up");
	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set far up");
	own_net_run("ip link set near up");
	own_net_run("ip addr add 10.7.0.1/24 dev near");
	ck_assert_msg(vrrp_runner_new(rig.loop, &none, &sink, &rig.runner, &err) == 0, "%s",
		      err.text);
}

static void teardown(void)
{
	vrrp_runner_free(rig.runner);
	own_net_run("ip link del near");
	loop_free(rig.loop);
}

#define INSTANCE(more)                                                                             \
	"vrrp_instance VI {\ninterface near\nvirtual_router_id 7\npriority 255\n"                  \
	"virtual_ipaddress {\n10.7.0.100/32\n}\n" more "}\n"

/* Until it works, with the kernel's own words. */
START_TEST(a_refused_route_is_told_until_it_works)
{
	configure(INSTANCE("virtual_routes {\n10.8.0.0/16 via 10.99.0.9\n10.9.0.0/16 via 10.7.0.2\n}\n"));
	tells("VI|route|10.8.0.0/16 via 10.99.0.9|Network is unreachable (Nexthop has invalid "
	      "gateway)\n");
	own_net_run("ip addr add 10.99.0.1/24 dev near");
	tells("");
	own_net_run("ip route flush table main proto 112");
	own_net_run("ip addr del 10.99.0.1/24 dev near");
	tells("VI|route|10.8.0.0/16 via 10.99.0.9|Network is unreachable (Nexthop has invalid "
	      "gateway)\n");
}
END_TEST

static void run_for(int64_t ms)
{
	struct loop_timer *limit = loop_timer_new(rig.loop, on_limit, NULL);

	rig.wanted = NULL;
	loop_timer_set(limit, mono_add_ms(clock_mono(), ms));
	loop_run(rig.loop);
	loop_timer_free(limit);
	rig.is_late = false;
}

#define IN_USE "in use: duplicate address detection failed"

/* Another machine has the addresses, here behind far. The kernel asks anew only for one that is added again. */
START_TEST(an_address_in_use_is_told_until_it_is_free)
{
	const char *lines;
	unsigned n_told;

	own_net_run("ip addr add fd07::100/64 dev far nodad");
	own_net_run("ip addr add fd07::101/64 dev far nodad");
	own_net_await_carrier("near");
	logged_begin();
	configure("static_ipaddress {\nfd07::101/64 dev near -nodad\n}\n" INSTANCE(
	    "virtual_ipaddress_excluded {\nfd07::100/64 -nodad\n}\n"));
	tells("|address|fd07::101/64 dev near|" IN_USE "\nVI|address|fd07::100/64 dev near|" IN_USE "\n");
	/* It stays so, also while the detection runs again: attempts after about 1 s and 3 s. */
	n_told = rig.n_told;
	run_for(5000);
	ck_assert_uint_eq(rig.n_told, n_told);
	lines = logged_take();
	ck_assert_msg(logged_count(lines, "vrrp=(static) address fd07::101/64 on near is in use: dup") == 1, "%s",
		      lines);
	ck_assert_msg(logged_count(lines, "vrrp=VI address fd07::100 of this master is in use: dup") >= 2, "%s", lines);
	ck_assert_msg(logged_count(lines, "vrrp=VI address fd07::100 of this master is in use: dup") <= 4, "%s", lines);
	ck_assert_msg(!strstr(lines, "all addresses are there"), "%s", lines);
	own_net_run("ip addr del fd07::100/64 dev far");
	own_net_run("ip addr del fd07::101/64 dev far");
	tells("");
	ck_assert_int_ne(system("ip -o addr show dev near dadfailed | grep -q fd07"), 0);
	ck_assert_int_eq(system("ip -o addr show dev near | grep -q fd07::100"), 0);
	logged_end();
}
END_TEST

START_TEST(all_kinds_and_static_items_are_told)
{
	configure("static_ipaddress {\n10.7.8.1/24 dev gone\n}\n"
		  "static_routes {\n10.13.0.0/16 dev gone\n}\n" INSTANCE(
		      "virtual_ipaddress_excluded {\n10.7.0.101/32 dev gone no_track\n}\n"
		      "virtual_rules {\nfrom 10.7.0.0/16 tos 3 table 5 preference 200\n}\n"));
	tells("|address|10.7.8.1/24 dev gone|its interface is missing\n"
	      "|route|10.13.0.0/16 dev gone|its interface is missing\n"
	      "VI|address|10.7.0.101/32 dev gone|its interface is missing\n"
	      "VI|rule|from 10.7.0.0/16 preference 200 table 5|Invalid argument");
	/* Those of the next file count alone. */
	configure(INSTANCE(""));
	tells("");
}
END_TEST

START_TEST(a_broken_list_is_refused)
{
	struct vrrp_refusals refusals = {0}, read = {0};
	uint8_t body[CHAN_BODY_MAX];
	size_t len;

	for (size_t i = 0; i < VRRP_REFUSALS_MAX + 3; i++)
		vrrp_refusals_add(&refusals, "VI", "route", "10.0.0.0/8 dev near", "Invalid argument");
	ck_assert_uint_eq(refusals.list.n, VRRP_REFUSALS_MAX);
	ck_assert_uint_eq(refusals.n_all, VRRP_REFUSALS_MAX + 3);
	len = vrrp_refusals_encode(&refusals, body, sizeof(body));
	ck_assert_uint_gt(len, 0);
	ck_assert_uint_eq(vrrp_refusals_encode(&refusals, body, len - 1), 0);
	len = vrrp_refusals_encode(&refusals, body, sizeof(body));
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_lt(vrrp_refusals_decode(body, cut, &read), 0);
	ck_assert_uint_eq(read.n_all, 0);
	ck_assert_int_eq(vrrp_refusals_decode(body, len, &read), 0);
	ck_assert_uint_eq(read.n_all, VRRP_REFUSALS_MAX + 3);
	vrrp_refusals_free(&refusals);
	vrrp_refusals_free(&read);
}
END_TEST

/* --- unknown virtual routers --- */

static struct addr source_of(uint8_t last)
{
	return (struct addr){AF_INET, {10, 9, 0, last}};
}

/* Each VRID stands there once for an interface and a family; the oldest makes room. */
START_TEST(unknown_virtual_routers_are_kept_within_bounds)
{
	const struct addr six = {AF_INET6, {0xfe, 0x80, [15] = 3}};
	struct vrrp_unknowns unknowns = {0}, back = {0};
	struct addr source = source_of(3), moved = source_of(4);
	uint8_t body[8192];
	size_t len;

	vrrp_unknowns_note(&unknowns, "eth0", 0, &source, (struct mono){1});
	ck_assert_uint_eq(unknowns.n, 0);
	vrrp_unknowns_note(&unknowns, "eth0", 77, &source, (struct mono){2});
	vrrp_unknowns_note(&unknowns, "eth1", 77, &source, (struct mono){3});
	vrrp_unknowns_note(&unknowns, "eth0", 77, &six, (struct mono){4});
	vrrp_unknowns_note(&unknowns, "eth0", 77, &moved, (struct mono){5});
	ck_assert_uint_eq(unknowns.n, 3);
	len = vrrp_unknowns_encode(&unknowns, body, sizeof(body));
	ck_assert_int_eq(vrrp_unknowns_decode(body, len, &back), 0);
	ck_assert_uint_eq(back.n, unknowns.n);
	for (size_t i = 0; i < back.n; i++) {
		ck_assert_str_eq(back.items[i].interface, unknowns.items[i].interface);
		ck_assert_uint_eq(back.items[i].vrid, unknowns.items[i].vrid);
		ck_assert_int_eq(addr_cmp(&back.items[i].source, &unknowns.items[i].source), 0);
		ck_assert_int_eq(back.items[i].at.ns, unknowns.items[i].at.ns);
	}
	ck_assert_int_eq(addr_cmp(&back.items[0].source, &moved), 0);
	ck_assert_int_eq(back.items[0].at.ns, 5);
	ck_assert_str_eq(back.items[1].interface, "eth1");
	/* A body that is cut, or too long, replaces nothing. */
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(vrrp_unknowns_decode(body, cut, &back), -EBADMSG);
	ck_assert_int_eq(vrrp_unknowns_decode(body, len + 1, &back), -EBADMSG);
	ck_assert_uint_eq(back.n, 3);
	ck_assert_uint_eq(vrrp_unknowns_encode(&unknowns, body, len - 1), 0);
	vrrp_unknowns_drop(&unknowns, "eth0", AF_INET, 77);
	vrrp_unknowns_drop(&unknowns, "eth0", AF_INET, 78);
	ck_assert_uint_eq(unknowns.n, 2);
	for (uint8_t vrid = 100; vrid < 200; vrid++)
		vrrp_unknowns_note(&unknowns, "eth0", vrid, &source, (struct mono){vrid});
	ck_assert_uint_eq(unknowns.n, VRRP_UNKNOWNS_MAX);
	for (size_t i = 0; i < unknowns.n; i++)
		ck_assert_int_ge(unknowns.items[i].at.ns, 200 - VRRP_UNKNOWNS_MAX);
	len = vrrp_unknowns_encode(&unknowns, body, sizeof(body));
	ck_assert_int_eq(vrrp_unknowns_decode(body, len, &back), 0);
	body[0] = VRRP_UNKNOWNS_MAX + 1;
	ck_assert_int_eq(vrrp_unknowns_decode(body, len, &back), -EBADMSG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp refusals");
	TCase *tcase = tcase_create("vrrp refusals");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	if (!own_net_enter())
		return EXIT_SKIP;
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, LIMIT_MS / 1000);
	tcase_add_test(tcase, a_refused_route_is_told_until_it_works);
	tcase_add_test(tcase, unknown_virtual_routers_are_kept_within_bounds);
	tcase_add_test(tcase, an_address_in_use_is_told_until_it_is_free);
	tcase_add_test(tcase, all_kinds_and_static_items_are_told);
	tcase_add_test(tcase, a_broken_list_is_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? 0 : 1;
}
