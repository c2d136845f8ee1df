/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The routes that instances track: which messages of the kernel count, and how lvsd sees routes come
 * and go in a network namespace of its own. */
#include "base/clock.h"
#include "conf/load.h"
#include "daemon/director/track/route_seen.h"
#include "daemon/director/track/routes.h"
#include "tests/unit/own_net.h"

#include <check.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- which messages count --- */

struct message {
	_Alignas(struct nlmsghdr) char bytes[256];
};

static void attribute_put(struct nlmsghdr *header, unsigned short type, const void *data, size_t len)
{
	struct rtattr *at = (struct rtattr *)((char *)header + NLMSG_ALIGN(header->nlmsg_len));

	at->rta_type = type;
	at->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(at), data, len);
	header->nlmsg_len = NLMSG_ALIGN(header->nlmsg_len) + RTA_ALIGN(at->rta_len);
}

/* A unicast route to 192.0.2.0/24 in table main, with flags. */
static struct nlmsghdr *message_make(struct message *message, unsigned flags)
{
	static const uint8_t dst[] = {192, 0, 2, 0};
	struct nlmsghdr *header = (struct nlmsghdr *)message->bytes;

	memset(message, 0, sizeof(*message));
	*header = (struct nlmsghdr){.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
				    .nlmsg_type = RTM_NEWROUTE};
	*(struct rtmsg *)NLMSG_DATA(header) = (struct rtmsg){.rtm_family = AF_INET,
							     .rtm_dst_len = 24,
							     .rtm_table = RT_TABLE_MAIN,
							     .rtm_type = RTN_UNICAST,
							     .rtm_flags = flags};
	attribute_put(header, RTA_DST, dst, sizeof(dst));
	return header;
}

static struct rtmsg *route_of(struct nlmsghdr *header)
{
	return NLMSG_DATA(header);
}

START_TEST(a_unicast_route_of_table_main_counts)
{
	const struct track_network network = track_network_of("192.0.2.0/24");
	const uint32_t main_table = RT_TABLE_MAIN, other_table = 1000;
	struct track_route_seen seen;
	struct message message;
	struct nlmsghdr *header = message_make(&message, 0);

	ck_assert(track_route_read(header, &seen));
	ck_assert_int_eq(track_network_cmp(&seen.network, &network), 0);
	ck_assert(seen.is_usable);

	route_of(header)->rtm_table = RT_TABLE_LOCAL;
	ck_assert(!track_route_read(header, &seen));
	/* The attribute has room for tables above 255, and is the one that counts. */
	attribute_put(header, RTA_TABLE, &main_table, sizeof(main_table));
	ck_assert(track_route_read(header, &seen));
	header = message_make(&message, 0);
	attribute_put(header, RTA_TABLE, &other_table, sizeof(other_table));
	ck_assert(!track_route_read(header, &seen));

	header = message_make(&message, 0);
	route_of(header)->rtm_type = RTN_UNREACHABLE;
	ck_assert(!track_route_read(header, &seen));
	header = message_make(&message, RTM_F_CLONED);
	ck_assert(!track_route_read(header, &seen));
	header = message_make(&message, 0);
	route_of(header)->rtm_src_len = 8;
	ck_assert(!track_route_read(header, &seen));
	header = message_make(&message, 0);
	route_of(header)->rtm_family = AF_UNSPEC;
	ck_assert(!track_route_read(header, &seen));
	header = message_make(&message, 0);
	header->nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)) - 1;
	ck_assert(!track_route_read(header, &seen));
}
END_TEST

START_TEST(a_route_is_usable_by_a_hop_that_has_a_carrier)
{
	struct rtnexthop hops[2] = {{.rtnh_len = sizeof(hops[0]), .rtnh_flags = RTNH_F_LINKDOWN},
				    {.rtnh_len = sizeof(hops[0]), .rtnh_flags = RTNH_F_DEAD}};
	struct track_route_seen seen;
	struct message message;
	struct nlmsghdr *header = message_make(&message, RTNH_F_LINKDOWN);

	ck_assert(track_route_read(header, &seen));
	ck_assert(!seen.is_usable);
	header = message_make(&message, RTNH_F_DEAD);
	ck_assert(track_route_read(header, &seen));
	ck_assert(!seen.is_usable);

	header = message_make(&message, 0);
	attribute_put(header, RTA_MULTIPATH, hops, sizeof(hops));
	ck_assert(track_route_read(header, &seen));
	ck_assert(!seen.is_usable);
	hops[1].rtnh_flags = 0;
	header = message_make(&message, 0);
	attribute_put(header, RTA_MULTIPATH, hops, sizeof(hops));
	ck_assert(track_route_read(header, &seen));
	ck_assert(seen.is_usable);
}
END_TEST

START_TEST(networks_have_one_order)
{
	static const char *const names[] = {"0.0.0.0/0",   "::/0",	   "10.0.0.0/8",
					    "11.0.0.0/8",  "10.0.0.0/24", "192.0.2.0/24",
					    "2001:db8::/32"};
	const size_t n = sizeof(names) / sizeof(names[0]);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			struct track_network a = track_network_of(names[i]);
			struct track_network b = track_network_of(names[k]);
			int order = track_network_cmp(&a, &b);

			ck_assert_msg((order > 0) - (order < 0) == (i > k) - (i < k), "%s and %s",
				      names[i], names[k]);
		}
}
END_TEST

/* A long table is read for a fifth of the time at most. */
START_TEST(a_reading_waits_for_its_time)
{
	const struct mono began = {1000 * NS_PER_S}, short_end = mono_add_ms(began, 20),
			  long_end = mono_add_ms(began, 700);

	ck_assert_int_eq(track_routes_due((struct mono){0}, (struct mono){0}, false).ns, 0);
	ck_assert_int_eq(mono_sub(track_routes_due(began, short_end, false), short_end), 100 * NS_PER_MS);
	ck_assert_int_eq(mono_sub(track_routes_due(began, long_end, false), long_end), 2800 * NS_PER_MS);
	ck_assert_int_eq(mono_sub(track_routes_due(began, long_end, true), long_end), NS_PER_S);
}
END_TEST

/* --- how they are seen --- */

#define TIMEOUT_MS 20000

static struct {
	struct loop *loop;
	struct loop_timer *deadline;
	struct track_routes routes;
	struct conf *conf;
	struct vrrp_source ip4, ip6; /* as they were told last */
	const struct vrrp_source *awaited;
	enum vrrp_source_state state;
	const char *text;
} bench;

static bool is_seen(void)
{
	return bench.awaited && bench.awaited->state == bench.state &&
	       !strcmp(bench.awaited->text, bench.text);
}

static void on_say(const struct vrrp_source *source, void *arg)
{
	(void)arg;
	ck_assert_int_eq(source->kind, CONF_TRACKER_ROUTE);
	*(strchr(source->name, ':') ? &bench.ip6 : &bench.ip4) = *source;
	if (is_seen())
		loop_stop(bench.loop);
}

static void on_deadline(void *arg)
{
	(void)arg;
	ck_abort_msg("%s is still %s: %s, not %s", bench.awaited->name,
		     vrrp_source_state_name(bench.awaited->state), bench.awaited->text, bench.text);
}

static void await(const struct vrrp_source *source, enum vrrp_source_state state, const char *text)
{
	bench.awaited = source;
	bench.state = state;
	bench.text = text;
	loop_timer_set(bench.deadline, mono_add_ms(clock_mono(), TIMEOUT_MS));
	if (!is_seen())
		loop_run(bench.loop);
}

static void load(const char *tracks)
{
	struct conf *former = bench.conf;
	struct diags diags = {0};
	char text[512];

	snprintf(text, sizeof(text),
		 "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\n%s"
		 "virtual_ipaddress {\n10.0.0.1\n}\n}\n"
		 "vrrp_instance W {\ninterface eth0\nvirtual_router_id 2\n%s"
		 "virtual_ipaddress {\n10.0.0.2\n}\n}\n",
		 tracks, tracks);
	bench.conf = conf_load_text("t", text, strlen(text), &diags);
	ck_assert_ptr_nonnull(bench.conf);
	diags_free(&diags);
	track_routes_configure(&bench.routes, bench.conf);
	conf_free(former);
}

static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set near up");
	own_net_run("ip link set far up");
	own_net_await_carrier("near");
	own_net_run("ip address add 10.0.0.9/24 dev near");
	bench.loop = loop_new();
	bench.deadline = loop_timer_new(bench.loop, on_deadline, NULL);
	track_routes_open(&bench.routes, bench.loop, on_say, NULL);
}

static void teardown(void)
{
	track_routes_close(&bench.routes);
	loop_timer_free(bench.deadline);
	loop_free(bench.loop);
	conf_free(bench.conf);
	own_net_run("ip link del near");
}

#define ABSENT "table main has no such route"
#define HERE   "table main has this route"

START_TEST(routes_are_seen_to_come_and_to_go)
{
	own_net_run("ip -6 address add 2001:db8::9/64 dev near nodad");
	load("track_route {\n192.0.2.0/24\ndefault6\n}\n");
	await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
	await(&bench.ip6, VRRP_SOURCE_DOWN, ABSENT);

	own_net_run("ip route add 192.0.2.0/24 via 10.0.0.1");
	own_net_run("ip -6 route add default via 2001:db8::1");
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
	await(&bench.ip6, VRRP_SOURCE_UP, HERE);
	/* Of two routes to one network, one is enough. */
	own_net_run("ip route add 192.0.2.0/24 via 10.0.0.2 metric 100");
	own_net_run("ip route del 192.0.2.0/24 via 10.0.0.1");
	own_net_run("ip -6 route del default");
	await(&bench.ip6, VRRP_SOURCE_DOWN, ABSENT);
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
	/* Neither a wider nor a narrower network, nor another table counts. */
	own_net_run("ip route del 192.0.2.0/24");
	own_net_run("ip route add 192.0.0.0/16 via 10.0.0.1");
	own_net_run("ip route add 192.0.2.0/25 via 10.0.0.1");
	own_net_run("ip route add 192.0.2.0/24 via 10.0.0.1 table 100");
	own_net_run("ip route add blackhole 192.0.2.0/24");
	own_net_run("ip -6 route add default via 2001:db8::1");
	await(&bench.ip6, VRRP_SOURCE_UP, HERE);
	await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
	own_net_run("ip route replace 192.0.2.0/24 via 10.0.0.1");
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
}
END_TEST

/* The kernel reports the new route alone. */
START_TEST(a_route_of_another_type_may_take_its_place)
{
	static const char *const types[] = {"blackhole", "unreachable", "prohibit", "throw"};
	char line[128];

	own_net_run("ip -6 address add 2001:db8::9/64 dev near nodad");
	own_net_run("ip route add 192.0.2.0/24 via 10.0.0.1");
	own_net_run("ip -6 route add default via 2001:db8::1");
	load("track_route {\n192.0.2.0/24\ndefault6\n}\n");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		await(&bench.ip4, VRRP_SOURCE_UP, HERE);
		snprintf(line, sizeof(line), "ip route replace %s 192.0.2.0/24", types[i]);
		own_net_run(line);
		await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
		own_net_run("ip route replace 192.0.2.0/24 via 10.0.0.1");
	}
	await(&bench.ip6, VRRP_SOURCE_UP, HERE);
	own_net_run("ip -6 route replace blackhole default");
	await(&bench.ip6, VRRP_SOURCE_DOWN, ABSENT);
	own_net_run("ip -6 route del default");
}
END_TEST

/* Here the kernel reports the next hop alone. */
START_TEST(a_route_goes_with_its_next_hop)
{
	own_net_run("ip link set lo up"); /* it carries the blackhole */
	own_net_run("ip nexthop add id 5 via 10.0.0.1 dev near");
	own_net_run("ip route add 192.0.2.0/24 nhid 5");
	load("track_route {\n192.0.2.0/24\n}\n");
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
	own_net_run("ip nexthop replace id 5 blackhole");
	await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
	own_net_run("ip nexthop replace id 5 via 10.0.0.1 dev near");
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
	own_net_run("ip nexthop del id 5");
	await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
}
END_TEST

/* The kernel reports the interface, and not the IPv4 routes. */
START_TEST(a_route_goes_with_its_interface)
{
	own_net_run("ip route add 192.0.2.0/24 via 10.0.0.1");
	load("track_route {\n192.0.2.0/24\n}\n");
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
	own_net_run("ip link set far down");
	await(&bench.ip4, VRRP_SOURCE_DOWN, "its interface has no carrier");
	own_net_run("ip link set far up");
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
	own_net_run("ip link set near down");
	await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
}
END_TEST

/* More messages than the socket has room for: what they said is read from the table. */
START_TEST(a_route_is_found_though_messages_are_lost)
{
	load("track_route {\n192.0.2.0/24\n}\n");
	await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
	for (int i = 0; i < 40; i++) {
		char line[128];

		snprintf(line, sizeof(line), "ip address add 10.1.%d.1/24 dev near", i);
		own_net_run(line);
	}
	own_net_run("ip route add 192.0.2.0/24 dev near");
	await(&bench.ip4, VRRP_SOURCE_UP, HERE);
}
END_TEST

START_TEST(without_a_tracked_route_nothing_is_open)
{
	load("track_route {\ndefault\n}\n");
	await(&bench.ip4, VRRP_SOURCE_DOWN, ABSENT);
	ck_assert_ptr_nonnull(bench.routes.reader);
	load("");
	ck_assert_ptr_null(bench.routes.reader);
}
END_TEST

static Suite *make_suite(bool has_net)
{
	Suite *suite = suite_create("track_routes");
	TCase *pure = tcase_create("read"), *native = tcase_create("native");

	tcase_add_test(pure, a_unicast_route_of_table_main_counts);
	tcase_add_test(pure, a_route_is_usable_by_a_hop_that_has_a_carrier);
	tcase_add_test(pure, networks_have_one_order);
	tcase_add_test(pure, a_reading_waits_for_its_time);
	suite_add_tcase(suite, pure);
	tcase_add_checked_fixture(native, setup, teardown);
	tcase_add_test(native, routes_are_seen_to_come_and_to_go);
	tcase_add_test(native, a_route_of_another_type_may_take_its_place);
	tcase_add_test(native, a_route_goes_with_its_next_hop);
	tcase_add_test(native, a_route_goes_with_its_interface);
	tcase_add_test(native, a_route_is_found_though_messages_are_lost);
	tcase_add_test(native, without_a_tracked_route_nothing_is_open);
	tcase_set_timeout(native, 60);
	if (has_net)
		suite_add_tcase(suite, native);
	else
		fprintf(stderr, "no network namespace can be had here: the pure tests alone run\n");
	return suite;
}

int main(void)
{
	SRunner *runner = srunner_create(make_suite(own_net_enter()));
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
