/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel says of routes and carriers, and how it is understood; in a namespace of its own. */
#include "base/clock.h"
#include "healthcheck/path_watch.h"
#include "own_net.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_MS 60000
#define N_ROUTES 4000

static struct {
	struct loop *loop;
	struct path_watch *watch;
	struct loop_timer *limit;
	struct path_sink sink;
	unsigned n_lost, n_back, n_routes, n_anything; /* n_anything: routes that anything may have moved */
	struct path_change change; /* the last one */
	bool is_late;
	const unsigned *awaited; /* one of the counts */
} rig;

static void stop_when_seen(const unsigned *count)
{
	if (count == rig.awaited)
		loop_stop(rig.loop);
}

static void on_link(const struct path_link *link, enum path_link_event event, void *arg)
{
	unsigned *count = event == PATH_LINK_LOST ? &rig.n_lost : &rig.n_back;

	(void)arg;
	if (strcmp(link->name, "near"))
		return;
	++*count;
	stop_when_seen(count);
}

static void on_route(const struct path_change *change, void *arg)
{
	(void)arg;
	rig.change = *change;
	rig.n_routes++;
	stop_when_seen(&rig.n_routes);
	if (change->net.family == AF_UNSPEC) {
		rig.n_anything++;
		stop_when_seen(&rig.n_anything);
	}
}

static void on_limit(void *arg)
{
	(void)arg;
	rig.is_late = true;
	loop_stop(rig.loop);
}

/* Turns until the count is above what it was. */
static void await(const unsigned *count)
{
	rig.awaited = count;
	loop_timer_set(rig.limit, mono_add_ms(clock_mono(), LIMIT_MS));
	loop_run(rig.loop);
	ck_assert(!rig.is_late);
	rig.awaited = NULL;
}

static void setup(void)
{
	struct err err;

	memset(&rig, 0, sizeof(rig));
	own_net_run("ip link add near type veth peer name far");
	/* No link-local address that comes a second later. */
	own_net_run("ip link set near addrgenmode none");
	own_net_run("ip link set far addrgenmode none");
	own_net_run("ip link set lo up");
	own_net_run("ip link set near up");
	own_net_run("ip link set far up");
	own_net_run("ip addr add 10.7.0.1/24 dev near");
	own_net_run("ip addr add fd07::1/64 dev near nodad");
	own_net_await_carrier("near");
	rig.loop = loop_new();
	rig.limit = loop_timer_new(rig.loop, on_limit, NULL);
	rig.sink = (struct path_sink){on_link, on_route, NULL};
	ck_assert_msg(path_watch_open(rig.loop, &rig.sink, &rig.watch, &err) == 0, "%s", err.text);
}

static void teardown(void)
{
	path_watch_close(rig.watch);
	loop_timer_free(rig.limit);
	loop_free(rig.loop);
	own_net_run("ip link del near");
}

static struct endpoint endpoint_of(const char *text)
{
	struct endpoint ep = {.port = 80};

	if (text)
		ck_assert_int_eq(addr_parse(text, &ep.addr), 0);
	return ep;
}

static struct path_facts look_by(const char *interface, const char *target, const char *source,
				 unsigned usual)
{
	const struct path_way way = {.target = endpoint_of(target),
				     .source = endpoint_of(source).addr,
				     .interface = interface};
	struct path_facts facts;

	path_watch_read(rig.watch, &way, usual, &facts);
	return facts;
}

static struct path_facts look(const char *target, const char *source, unsigned usual)
{
	return look_by("", target, source, usual);
}

static enum path_fault fault_of(const char *target, const char *source)
{
	struct path_facts facts = look(target, source, 0);

	return path_judge(&facts, clock_mono()).fault;
}

START_TEST(routes_are_found)
{
	struct path_facts facts = look("10.7.0.5", NULL, 0);

	ck_assert_int_eq(facts.error, 0);
	ck_assert_str_eq(facts.link.name, "near");
	ck_assert(facts.link.is_up);
	ck_assert_str_eq(look("fd07::5", NULL, 0).link.name, "near");
	ck_assert_str_eq(look("10.7.0.5", "10.7.0.1", 0).link.name, "near");
	ck_assert_str_eq(look("fd07::5", "fd07::1", 0).link.name, "near");
	ck_assert_str_eq(look("10.7.0.1", NULL, 0).link.name, "lo"); /* a server on this machine */
	ck_assert_int_eq(fault_of("10.7.0.1", NULL), PATH_FINE);
}
END_TEST

START_TEST(what_is_missing_is_named)
{
	ck_assert_int_eq(look("10.99.0.5", NULL, 0).error, ENETUNREACH);
	ck_assert_int_eq(look("fd99::5", NULL, 0).error, ENETUNREACH);
	ck_assert_int_eq(fault_of("10.99.0.5", NULL), PATH_NO_ROUTE);
	ck_assert_int_eq(fault_of("10.7.0.5", "10.7.0.77"), PATH_NO_SOURCE);
	ck_assert_int_eq(fault_of("fd07::5", "fd07::77"), PATH_NO_SOURCE);
	own_net_run("ip route add blackhole 10.7.0.5/32");
	own_net_run("ip route add prohibit 10.7.0.6/32");
	own_net_run("ip route add unreachable 10.7.0.7/32");
	own_net_run("ip -6 route add blackhole fd07::5/128");
	own_net_run("ip -6 route add unreachable fd07::7/128");
	ck_assert_int_eq(look("10.7.0.5", NULL, 0).error, EINVAL);
	ck_assert_int_eq(look("10.7.0.6", NULL, 0).error, EACCES);
	ck_assert_int_eq(look("10.7.0.7", NULL, 0).error, EHOSTUNREACH);
	ck_assert_int_eq(fault_of("10.7.0.5", NULL), PATH_NO_ROUTE);
	ck_assert_int_eq(fault_of("fd07::5", NULL), PATH_NO_ROUTE);
	ck_assert_int_eq(fault_of("10.7.0.7", NULL), PATH_FINE);
	ck_assert_int_eq(fault_of("fd07::7", NULL), PATH_FINE);
	own_net_run("ip route del blackhole 10.7.0.5/32");
	own_net_run("ip route del prohibit 10.7.0.6/32");
	own_net_run("ip route del unreachable 10.7.0.7/32");
	own_net_run("ip -6 route del blackhole fd07::5/128");
	own_net_run("ip -6 route del unreachable fd07::7/128");
}
END_TEST

START_TEST(rules_are_followed)
{
	own_net_run("ip rule add from 10.7.0.1 table 77");
	own_net_run("ip route add unreachable default table 77");
	ck_assert_int_eq(look("10.7.0.5", NULL, 0).error, 0);
	ck_assert_int_eq(look("10.7.0.5", "10.7.0.1", 0).error, EHOSTUNREACH);
	own_net_run("ip rule del from 10.7.0.1 table 77");
	own_net_run("ip rule add dport 80 ipproto tcp table 77");
	ck_assert_int_eq(look("10.7.0.5", NULL, 0).error, EHOSTUNREACH);
	own_net_run("ip rule del dport 80 ipproto tcp table 77");
	own_net_run("ip route del unreachable default table 77");
}
END_TEST

static enum path_fault fault_by(const char *interface, const char *target, const char *source)
{
	struct path_facts facts = look_by(interface, target, source, 0);

	return path_judge(&facts, clock_mono()).fault;
}

/* bind_if: the route is the one of that interface, and of its VRF. */
START_TEST(the_interface_of_a_check_decides)
{
	own_net_run("ip link add other type veth peer name third");
	own_net_run("ip link set other up");
	own_net_run("ip link set third up");
	own_net_run("ip addr add 10.7.0.9/24 dev other");
	own_net_run("ip route add 10.55.0.0/16 dev other");
	ck_assert_str_eq(look_by("near", "10.7.0.5", NULL, 0).link.name, "near");
	ck_assert_str_eq(look_by("other", "10.7.0.5", NULL, 0).link.name, "other");
	ck_assert_int_eq(look_by("other", "10.7.0.5", "10.7.0.9", 0).error, 0);
	ck_assert_int_eq(fault_by("none", "10.7.0.5", NULL), PATH_NO_INTERFACE);
	ck_assert_int_eq(fault_by("none", "10.7.0.5", "10.7.0.77"), PATH_NO_INTERFACE);
	own_net_run("ip link set third down");
	ck_assert_int_eq(fault_by("other", "10.7.0.5", NULL), PATH_NO_CARRIER);
	ck_assert_int_eq(fault_by("near", "10.7.0.5", NULL), PATH_FINE);
	own_net_run("ip link del other");
	ck_assert_int_eq(fault_by("other", "10.7.0.5", NULL), PATH_NO_INTERFACE);
}
END_TEST

START_TEST(a_lost_carrier_is_seen_at_once)
{
	unsigned index = look("10.7.0.5", NULL, 0).link.index;
	struct mono started = clock_mono();
	struct path_facts facts;

	ck_assert(!path_watch_is_proving(rig.watch));
	own_net_run("ip link set far down");
	facts = look("10.7.0.5", NULL, 0); /* no turn of the loop, no message is needed */
	ck_assert_int_eq(path_judge(&facts, started).fault, PATH_NO_CARRIER);
	ck_assert_uint_eq(path_judge(&facts, started).interface, index);
	ck_assert_uint_eq(rig.n_lost, 1);
	own_net_run("ip link set far up");
	await(&rig.n_back);
	ck_assert_uint_eq(rig.n_lost, 1);
	ck_assert(path_watch_is_proving(rig.watch));
	facts = look("10.7.0.5", NULL, 0);
	ck_assert_int_eq(path_judge(&facts, started).fault, PATH_RETURNING);
	started = clock_mono();
	ck_assert_int_eq(path_judge(&facts, started).fault, PATH_RETURNING);
	path_watch_prove(rig.watch, index, started);
	facts = look("10.7.0.5", NULL, 0);
	ck_assert_int_eq(path_judge(&facts, started).fault, PATH_FINE);
}
END_TEST

/* With the interface down its routes are gone, and a default route leads somewhere else. */
START_TEST(the_usual_interface_is_remembered)
{
	unsigned index = look("10.7.0.5", NULL, 0).link.index;
	struct path_facts facts;

	own_net_run("ip link add other type veth peer name third");
	own_net_run("ip addr add 10.6.0.1/24 dev other");
	own_net_run("ip link set other up");
	own_net_run("ip link set third up");
	own_net_run("ip route add default via 10.6.0.254");
	own_net_run("ip link set near down");
	facts = look("10.7.0.5", NULL, 0);
	ck_assert_str_eq(facts.link.name, "other");
	facts = look("10.7.0.5", NULL, index);
	ck_assert_int_eq(path_judge(&facts, clock_mono()).fault, PATH_NO_CARRIER);
	ck_assert_uint_eq(path_judge(&facts, clock_mono()).interface, index);
	while (path_watch_link(rig.watch, index)->is_up)
		await(&rig.n_lost); /* the message that it is down, before the one that it is gone */
	own_net_run("ip link del near");
	await(&rig.n_lost);
	ck_assert_ptr_null(path_watch_link(rig.watch, index));
	facts = look("10.7.0.5", NULL, index);
	ck_assert(facts.is_usual_gone);
	own_net_run("ip link del other");
	own_net_run("ip link add near type veth peer name far");
}
END_TEST

static struct path_change change_after(const char *command)
{
	own_net_run(command);
	await(&rig.n_routes);
	return rig.change;
}

/* Without the IPv6 address, of which a worker of the kernel tells later than it is there. */
static void follow_routes(void)
{
	own_net_run("ip addr del fd07::1/64 dev near");
	path_watch_follow_routes(rig.watch);
}

START_TEST(routes_are_followed)
{
	struct path_change change;
	char text[ADDR_TEXT_MAX];

	follow_routes();
	path_watch_follow_routes(rig.watch); /* again: nothing happens */
	change = change_after("ip route add 10.1.0.0/16 dev near");
	ck_assert_str_eq(addr_format(&change.net, text), "10.1.0.0");
	ck_assert_uint_eq(change.prefix_len, 16);
	change = change_after("ip route del 10.1.0.0/16 dev near");
	ck_assert_uint_eq(change.prefix_len, 16);
	change = change_after("ip -6 route add fd01::/48 dev near");
	ck_assert_str_eq(addr_format(&change.net, text), "fd01::");
	change = change_after("ip route add default dev near");
	ck_assert_uint_eq(change.net.family, AF_INET);
	ck_assert_uint_eq(change.prefix_len, 0);
	change = change_after("ip rule add from 10.7.0.1 lookup 7");
	ck_assert_uint_eq(change.net.family, AF_UNSPEC);
	own_net_run("ip rule del from 10.7.0.1 lookup 7");
}
END_TEST

/* More than the socket has room for while the loop does something else. */
static void change_many_routes(void)
{
	char path[] = "/tmp/lvsd-test-XXXXXX", command[64];
	FILE *file = fdopen(mkstemp(path), "w");

	ck_assert_ptr_nonnull(file);
	for (unsigned i = 0; i < N_ROUTES; i++)
		fprintf(file, "route add 10.%u.%u.0/24 dev near\n", 16 + i / 256, i % 256);
	ck_assert_int_eq(fclose(file), 0);
	snprintf(command, sizeof(command), "ip -batch %s", path);
	own_net_run(command);
	ck_assert_int_eq(unlink(path), 0);
}

START_TEST(after_lost_messages_any_route_may_have_changed)
{
	follow_routes();
	change_many_routes();
	await(&rig.n_anything);
	ck_assert_uint_eq(rig.n_anything, 1);
	/* What comes later is read as before. */
	own_net_run("ip route add 10.1.0.0/16 dev near");
	while (rig.change.prefix_len != 16)
		await(&rig.n_routes);
	ck_assert_uint_eq(rig.n_anything, 1);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("path watch");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, routes_are_found);
	tcase_add_test(tcase, what_is_missing_is_named);
	tcase_add_test(tcase, rules_are_followed);
	tcase_add_test(tcase, the_interface_of_a_check_decides);
	tcase_add_test(tcase, a_lost_carrier_is_seen_at_once);
	tcase_add_test(tcase, the_usual_interface_is_remembered);
	tcase_add_test(tcase, routes_are_followed);
	tcase_add_test(tcase, after_lost_messages_any_route_may_have_changed);
	return own_net_tests("path watch", tcase);
}
