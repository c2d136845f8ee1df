/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a default gateway answer, as the kernel says; and is another director heard. */
#include "base/loop.h"
#include "daemon/director/check/gateways.h"
#include "daemon/director/sync/peer_reach.h"
#include "tests/unit/own_net.h"

#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- messages --- */

struct message {
	struct nlmsghdr header;
	char bytes[512];
};

static void *body_put(struct message *message, uint16_t type, size_t size)
{
	memset(message, 0, sizeof(*message));
	message->header = (struct nlmsghdr){.nlmsg_len = (uint32_t)NLMSG_LENGTH(size), .nlmsg_type = type};
	return NLMSG_DATA(&message->header);
}

static void attribute_put(struct message *message, unsigned short type, const void *data, size_t size)
{
	struct rtattr *at = (struct rtattr *)((char *)message + NLMSG_ALIGN(message->header.nlmsg_len));

	at->rta_type = type;
	at->rta_len = (unsigned short)RTA_LENGTH(size);
	memcpy(RTA_DATA(at), data, size);
	message->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(message->header.nlmsg_len) + RTA_ALIGN(at->rta_len));
}

static void route_put(struct message *message, uint8_t len, uint8_t table)
{
	*(struct rtmsg *)body_put(message, RTM_NEWROUTE, sizeof(struct rtmsg)) = (struct rtmsg){
	    .rtm_family = AF_INET, .rtm_dst_len = len, .rtm_table = table, .rtm_type = RTN_UNICAST};
}

START_TEST(which_routes_lead_to_gateways)
{
	static const uint8_t gateway[] = {10, 9, 0, 1}, other[] = {10, 9, 0, 2};
	struct gateways_seen seen = {0};
	struct message message;
	uint32_t index = 7;
	struct {
		struct rtnexthop hop;
		struct rtattr at;
		uint8_t bytes[4];
	} hops[2] = {{{.rtnh_len = sizeof(hops[0]), .rtnh_ifindex = 7}, {RTA_LENGTH(4), RTA_GATEWAY}, {10, 9, 0, 2}},
		     {{.rtnh_len = sizeof(hops[0]), .rtnh_ifindex = 8}, {RTA_LENGTH(4), RTA_GATEWAY}, {10, 9, 0, 2}}};

	route_put(&message, 8, RT_TABLE_MAIN); /* no default route */
	attribute_put(&message, RTA_GATEWAY, gateway, 4);
	attribute_put(&message, RTA_OIF, &index, 4);
	gateways_seen_route(&seen, &message.header);
	route_put(&message, 0, RT_TABLE_LOCAL); /* of another table */
	attribute_put(&message, RTA_GATEWAY, gateway, 4);
	attribute_put(&message, RTA_OIF, &index, 4);
	gateways_seen_route(&seen, &message.header);
	route_put(&message, 0, RT_TABLE_MAIN); /* without a gateway */
	attribute_put(&message, RTA_OIF, &index, 4);
	gateways_seen_route(&seen, &message.header);
	ck_assert_uint_eq(seen.n, 0);
	ck_assert_int_eq(gateways_seen_state(&seen), REACH_NONE);
	for (int i = 0; i < 2; i++) { /* each once */
		route_put(&message, 0, RT_TABLE_MAIN);
		attribute_put(&message, RTA_GATEWAY, gateway, 4);
		attribute_put(&message, RTA_OIF, &index, 4);
		gateways_seen_route(&seen, &message.header);
		ck_assert_uint_eq(seen.n, 1);
	}
	ck_assert_int_eq(memcmp(seen.items[0].addr.bytes, gateway, 4), 0);
	ck_assert_uint_eq(seen.items[0].index, 7);
	ck_assert_int_eq(gateways_seen_state(&seen), REACH_UNSURE);
	route_put(&message, 0, RT_TABLE_MAIN);
	attribute_put(&message, RTA_MULTIPATH, hops, sizeof(hops));
	gateways_seen_route(&seen, &message.header);
	ck_assert_uint_eq(seen.n, 3);
	ck_assert_int_eq(memcmp(seen.items[2].addr.bytes, other, 4), 0);
	ck_assert_uint_eq(seen.items[2].index, 8);
	for (uint32_t len = 0; len < message.header.nlmsg_len; len++) { /* cut anywhere */
		struct gateways_seen none = {0};
		struct message *cut = malloc(len > sizeof(cut->header) ? len : sizeof(cut->header));

		memcpy(cut, &message, len > sizeof(cut->header) ? len : sizeof(cut->header));
		cut->header.nlmsg_len = len;
		gateways_seen_route(&none, &cut->header);
		free(cut);
	}
}
END_TEST

START_TEST(an_ipv4_route_by_an_ipv6_gateway)
{
	struct gateways_seen seen = {0};
	struct message message;
	uint32_t index = 7;
	struct {
		uint16_t family;
		uint8_t bytes[16];
	} via = {AF_INET6, {0xfe, 0x80, [15] = 1}};

	route_put(&message, 0, RT_TABLE_MAIN);
	attribute_put(&message, RTA_VIA, &via, sizeof(via));
	attribute_put(&message, RTA_OIF, &index, 4);
	gateways_seen_route(&seen, &message.header);
	ck_assert_uint_eq(seen.n, 1);
	ck_assert_uint_eq(seen.items[0].addr.family, AF_INET6);
	ck_assert_uint_eq(seen.items[0].addr.bytes[15], 1);
}
END_TEST

START_TEST(what_a_neighbour_proves)
{
	static const struct {
		uint16_t nud;
		enum reach_state wanted;
	} rows[] = {{0, REACH_UNSURE},		{NUD_INCOMPLETE, REACH_UNSURE}, {NUD_REACHABLE, REACH_HEARD},
		    {NUD_STALE, REACH_UNSURE},	{NUD_DELAY, REACH_UNSURE},	{NUD_PROBE, REACH_UNSURE},
		    {NUD_FAILED, REACH_LOST},	{NUD_NOARP, REACH_NONE},	{NUD_PERMANENT, REACH_NONE}};
	struct gateways_seen seen = {.items = {{.addr = {AF_INET, {10, 9, 0, 1}}, .index = 7}}, .n = 1};
	struct message message;
	uint16_t nud;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		*(struct ndmsg *)body_put(&message, RTM_NEWNEIGH, sizeof(struct ndmsg)) =
		    (struct ndmsg){.ndm_family = AF_INET, .ndm_ifindex = 7, .ndm_state = rows[i].nud};
		attribute_put(&message, NDA_DST, seen.items[0].addr.bytes, 4);
		ck_assert_ptr_eq(gateways_seen_neighbour(&seen, &message.header, &nud), &seen.items[0]);
		ck_assert_int_eq(gateway_state_of(nud), rows[i].wanted);
		((struct ndmsg *)NLMSG_DATA(&message.header))->ndm_ifindex = 8;
		ck_assert_ptr_null(gateways_seen_neighbour(&seen, &message.header, &nud));
	}
}
END_TEST

/* --- other directors --- */

START_TEST(who_is_heard_by_heartbeats)
{
	static const struct mono since = {100 * NS_PER_S};
	struct sync_peer peers[2] = {0};
	struct sync_status status = {.peers = peers};

	ck_assert_int_eq(peer_reach_sync(&status, since, true), REACH_NONE);
	status.n_peers = 1;
	ck_assert_int_eq(peer_reach_sync(&status, since, true), REACH_NONE); /* its kernel alone was heard */
	peers[0] = (struct sync_peer){.period_s = 10, .heartbeat = {true, {99 * NS_PER_S}}};
	ck_assert_int_eq(peer_reach_sync(&status, since, false), REACH_UNSURE);
	ck_assert_int_eq(peer_reach_sync(&status, since, true), REACH_LOST);
	peers[0].period_s = 60;
	ck_assert_int_eq(peer_reach_sync(&status, since, true), REACH_UNSURE); /* none was due */
	peers[0].state = SYNC_PEER_SILENT;
	ck_assert_int_eq(peer_reach_sync(&status, since, false), REACH_LOST);
	status.n_peers = 2;
	peers[1] = (struct sync_peer){.period_s = 10, .heartbeat = {true, {100 * NS_PER_S}}};
	ck_assert_int_eq(peer_reach_sync(&status, since, false), REACH_HEARD);
	peers[0].state = peers[1].state = SYNC_PEER_LEFT;
	ck_assert_int_eq(peer_reach_sync(&status, since, true), REACH_NONE);
}
END_TEST

START_TEST(who_is_heard_by_the_relay)
{
	const struct conf_relay conf = {.n_peers = 2};
	struct relay_report reports[2] = {{.state = RELAY_READY}, {.state = RELAY_DOWN}};
	bool has_report[2] = {false};
	struct sync_status status = {.relay = &conf, .reports = reports, .has_report = has_report};

	ck_assert_int_eq(peer_reach_sync(&status, (struct mono){1}, true), REACH_NONE);
	has_report[1] = true;
	ck_assert_int_eq(peer_reach_sync(&status, (struct mono){1}, true), REACH_LOST);
	reports[1].has_left = true;
	ck_assert_int_eq(peer_reach_sync(&status, (struct mono){1}, true), REACH_NONE);
	has_report[0] = true;
	ck_assert_int_eq(peer_reach_sync(&status, (struct mono){1}, true), REACH_UNSURE);
}
END_TEST

START_TEST(who_is_heard_by_vrrp)
{
	const int64_t now = 1000 * US_PER_S;
	struct vrrp_report report = {.state = VRRP_BACKUP};

	ck_assert_int_eq(peer_reach_vrrp(NULL, now), REACH_NONE);
	ck_assert_int_eq(peer_reach_vrrp(&report, now), REACH_NONE);
	report.master.family = AF_INET;
	ck_assert_int_eq(peer_reach_vrrp(&report, now), REACH_UNSURE);
	report.state = VRRP_MASTER;
	report.cause = "10.9.0.2 has the lower priority 100 (heard 0.391 s before)";
	report.since_wall_us = now - 5 * US_PER_S;
	report.adverts_received = 1;
	ck_assert_int_eq(peer_reach_vrrp(&report, now), REACH_NONE);
	report.cause = "no advertisement for 3.609 s";
	ck_assert_int_eq(peer_reach_vrrp(&report, now), REACH_LOST);
	report.adverts_received = 0; /* it was always alone */
	ck_assert_int_eq(peer_reach_vrrp(&report, now), REACH_NONE);
	report.adverts_received = 1;
	report.since_wall_us = now - (PEER_REACH_VRRP_S + 1) * US_PER_S;
	ck_assert_int_eq(peer_reach_vrrp(&report, now), REACH_NONE);
}
END_TEST

/* --- the kernel --- */

struct asking {
	struct loop *loop;
	struct gateways *gateways;
};

static void on_news(void *arg)
{
	struct asking *asking = arg;

	if (gateways_state(asking->gateways) != REACH_UNSURE)
		loop_stop(asking->loop);
}

static enum reach_state ask(void)
{
	struct asking asking = {.loop = loop_new()};
	enum reach_state state;

	asking.gateways = gateways_new(asking.loop, on_news, &asking);
	gateways_ask(asking.gateways);
	loop_run(asking.loop);
	state = gateways_state(asking.gateways);
	gateways_free(asking.gateways);
	loop_free(asking.loop);
	return state;
}

/* The gateway is a network namespace of a process that waits for its end. */
static pid_t gateway;

static void gateway_run(const char *words)
{
	char line[200];

	snprintf(line, sizeof(line), "nsenter -t %d -n %s", (int)gateway, words);
	own_net_run(line);
}

static void machines_make(void)
{
	char line[200];
	int ready[2];

	ck_assert_int_eq(pipe(ready), 0);
	gateway = fork();
	ck_assert_int_ge(gateway, 0);
	if (!gateway) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNET) == 0 && write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	ck_assert_int_eq(read(ready[0], line, 1), 1);
	own_net_run("ip link set lo up");
	snprintf(line, sizeof(line), "ip link add near type veth peer name far netns %d", (int)gateway);
	own_net_run(line);
	own_net_run("ip addr add 10.77.0.2/24 dev near");
	own_net_run("ip addr add fd77::2/64 dev near nodad");
	own_net_run("ip link set near up");
	gateway_run("ip addr add 10.77.0.1/24 dev far");
	gateway_run("ip addr add fd77::1/64 dev far nodad");
	gateway_run("ip link set far up");
	own_net_await_carrier("near");
}

START_TEST(the_kernel_is_asked)
{
	machines_make();
	ck_assert_int_eq(ask(), REACH_NONE);
	own_net_run("ip route add default via 10.77.0.1");
	ck_assert_int_eq(ask(), REACH_HEARD); /* nobody knew it before */
	ck_assert_int_eq(ask(), REACH_HEARD); /* it is known */
	/* The way is lost, and the carrier stays. */
	gateway_run("ip link set far arp off");
	ck_assert_int_eq(ask(), REACH_LOST);
	ck_assert_int_eq(ask(), REACH_LOST);
	gateway_run("ip link set far arp on");
	ck_assert_int_eq(ask(), REACH_HEARD);
	/* One of several answers. */
	gateway_run("ip addr del 10.77.0.1/24 dev far");
	ck_assert_int_eq(ask(), REACH_LOST);
	own_net_run("ip -6 route add default via fd77::1");
	ck_assert_int_eq(ask(), REACH_HEARD);
	own_net_run("ip -6 route del default");
	/* What an administrator has entered proves nothing, and stays as it is. */
	own_net_run("ip neigh replace 10.77.0.1 lladdr 02:00:00:00:00:01 dev near nud permanent");
	ck_assert_int_eq(ask(), REACH_NONE);
	kill(gateway, SIGKILL);
	waitpid(gateway, NULL, 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("gateways");

	tcase_add_test(tcase, which_routes_lead_to_gateways);
	tcase_add_test(tcase, an_ipv4_route_by_an_ipv6_gateway);
	tcase_add_test(tcase, what_a_neighbour_proves);
	tcase_add_test(tcase, who_is_heard_by_heartbeats);
	tcase_add_test(tcase, who_is_heard_by_the_relay);
	tcase_add_test(tcase, who_is_heard_by_vrrp);
	tcase_add_test(tcase, the_kernel_is_asked);
	return own_net_tests("gateways", tcase);
}
