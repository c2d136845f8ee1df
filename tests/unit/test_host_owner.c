/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that keep other users from the private interface: as values, and by nftables in a network namespace of
 * the test's own, where a veth plays the private interface and a vxlan device the kernel that sends from a socket
 * without an owner. What the kernel's own roles then send and take is for the lab, by iptables.
 */
#include "host/nft.h"
#include "host/owner.h"
#include "host/plan.h"
#include "host/restore.h"
#include "own_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME	  "lvsd-sync0"
#define GROUP	  "224.0.0.81"
#define STRANGER  65534
#define ARRIVE_MS 20000

static const struct host_owner owner = {
    .is_on = true, .interface = NAME, .master_port = 8848, .backup_port = 8864, .uid = 0};

/* ---- values ---- */

static enum host_filter_step step_from(const struct host_owner *from, const struct host_owner *to)
{
	struct host_filter have = {0}, want = {0};
	struct host_filter_plan plan = {0};
	enum host_filter_step step;

	host_owner_want(from, &have);
	host_owner_want(to, &want);
	host_filter_plan(&want, &have, &plan);
	step = plan.step;
	host_filter_plan_free(&plan);
	host_filter_clear(&have);
	host_filter_clear(&want);
	return step;
}

START_TEST(each_value_makes_other_rules)
{
	struct host_owner others[4] = {owner, owner, owner, owner};
	const struct host_owner off = {0};

	strcpy(others[0].interface, "sync1");
	others[1].master_port = 9000;
	others[2].backup_port = 9000;
	others[3].uid = 998;
	ck_assert_int_eq(step_from(&owner, &owner), HOST_FILTER_NOTHING);
	ck_assert_int_eq(step_from(&off, &owner), HOST_FILTER_MAKE);
	ck_assert_int_eq(step_from(&owner, &off), HOST_FILTER_REMOVE);
	ck_assert_int_eq(step_from(&off, &off), HOST_FILTER_NOTHING);
	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(step_from(&owner, &others[i]), HOST_FILTER_MAKE);
}
END_TEST

START_TEST(the_rules_of_iptables_are_such_as_lvsd_may_write)
{
	struct host_state want = {0}, have = {0};
	const struct host_rule *rules;
	struct host_plan plan = {0};
	struct err err = {""};
	char *text;

	host_owner_want_chain(&(struct host_owner){0}, &want);
	ck_assert(!want.chains[HOST_OUTPUT4].exists);
	host_owner_want_chain(&owner, &want);
	ck_assert_uint_eq(want.chains[HOST_OUTPUT4].rules.n, 2);
	ck_assert(want.chains[HOST_OUTPUT4].is_jumped);
	rules = want.chains[HOST_OUTPUT4].rules.items;
	ck_assert_ptr_nonnull(strstr(rules[0].spec, "--dport 8848 -m owner --uid-owner 0-4294967294"));
	ck_assert_ptr_nonnull(strstr(rules[1].spec, "--dport 8864 -m owner ! --uid-owner 0 "));
	host_plan(&want, &have, &plan);
	ck_assert_uint_eq(plan.ops.n, 1);
	text = host_op_restore_text(&plan.ops.items[0]);
	ck_assert_msg(host_restore_judge(HOST_OUTPUT4, text, &err) == 0, "%s", err.text);
	/* The table is the same, the chain is not. */
	ck_assert_int_eq(host_restore_judge(HOST_FILTER4, text, &err), -EPERM);
	free(text);
	host_plan_free(&plan);
	host_state_clear(&want);
}
END_TEST

START_TEST(the_table_has_the_name_of_its_run_dir)
{
	char name[HOST_FILTER_TABLE_MAX], longest[HOST_FILTER_TABLE_MAX];

	ck_assert_str_eq(host_owner_table(NULL, name), "lvsd_sync");
	ck_assert_int_eq(strncmp(host_owner_table("/run/lvsd2", name), "lvsd_sync_lvsd2_", 16), 0);
	host_filter_table("/a/0123456789012345678901234567890123456789012345678901234567890123", longest);
	host_owner_table("/a/0123456789012345678901234567890123456789012345678901234567890123", name);
	ck_assert_str_eq(name + strlen(HOST_OWNER_TABLE), longest + strlen(HOST_FILTER_TABLE));
}
END_TEST

/* ---- the kernel ---- */

static char table[HOST_FILTER_TABLE_MAX];

/* Returns the step that this took. */
static enum host_filter_step bring_about(const struct host_owner *wanted)
{
	struct host_filter have = {0}, want = {0}, now = {0};
	struct host_filter_plan plan = {0};
	enum host_filter_step step;
	struct err err = {""};

	host_owner_want(wanted, &want);
	ck_assert_msg(host_nft_read_chain(table, HOST_OWNER_CHAIN, &have, &err) == 0, "%s", err.text);
	host_filter_plan(&want, &have, &plan);
	step = plan.step;
	if (step != HOST_FILTER_NOTHING) {
		struct host_nft_bytes bytes = {0};
		uint32_t seq = host_owner_write(table, step, wanted, &bytes);

		ck_assert_msg(host_nft_carry_out(table, &bytes, seq, &err) == 0, "%s", err.text);
		vec_free(&bytes.items);
	}
	ck_assert_int_eq(host_nft_read_chain(table, HOST_OWNER_CHAIN, &now, &err), 0);
	ck_assert(now.exists == want.exists);
	if (want.exists)
		ck_assert_str_eq(now.layout.items, want.layout.items);
	host_filter_plan_free(&plan);
	host_filter_clear(&have);
	host_filter_clear(&want);
	host_filter_clear(&now);
	return step;
}

START_TEST(what_somebody_changes_is_restored)
{
	const struct host_owner off = {0};
	struct host_owner other = owner;

	other.uid = 998;
	ck_assert_int_eq(bring_about(&owner), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(&owner), HOST_FILTER_NOTHING);
	own_net_run("nft flush chain inet lvsd_sync output");
	ck_assert_int_eq(bring_about(&owner), HOST_FILTER_MAKE);
	own_net_run("nft insert rule inet lvsd_sync output accept");
	ck_assert_int_eq(bring_about(&owner), HOST_FILTER_MAKE);
	own_net_run("nft flush ruleset");
	ck_assert_int_eq(bring_about(&owner), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(&other), HOST_FILTER_MAKE);
	ck_assert_int_eq(bring_about(&off), HOST_FILTER_REMOVE);
	ck_assert_int_eq(bring_about(&off), HOST_FILTER_NOTHING);
}
END_TEST

/* Packets that have left by the interface for the port. */
struct tap {
	int fd;
	uint16_t port;
};

static struct tap tap_open(uint16_t port)
{
	struct sockaddr_ll link = {.sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL),
				   .sll_ifindex = (int)if_nametoindex(NAME)};
	struct tap tap = {.fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0), .port = port};

	ck_assert_int_ge(tap.fd, 0);
	ck_assert_int_eq(bind(tap.fd, (struct sockaddr *)&link, sizeof(link)), 0);
	return tap;
}

/* The next UDP datagram for the port or for the port of the mark, which a test sends behind it to see that nothing else
 * came. Returns its port. */
static uint16_t tap_next(const struct tap *tap, uint16_t mark)
{
	uint8_t packet[2048];
	struct pollfd poll_fd = {.fd = tap->fd, .events = POLLIN};

	while (poll(&poll_fd, 1, ARRIVE_MS) == 1) {
		ssize_t len = recv(tap->fd, packet, sizeof(packet), 0);
		uint16_t port;

		if (len < 28 || packet[0] != 0x45 || packet[9] != IPPROTO_UDP)
			continue;
		memcpy(&port, packet + 22, sizeof(port));
		port = ntohs(port);
		if (port == tap->port || port == mark)
			return port;
	}
	ck_abort_msg("nothing came");
	return 0;
}

/* What a process of this user sends to the group. The kernel says EPERM of a packet that a rule drops. */
static void send_as(uid_t uid, uint16_t port)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
		struct ip_mreqn interface = {.imr_ifindex = (int)if_nametoindex(NAME)};
		int fd;

		inet_pton(AF_INET, GROUP, &to.sin_addr);
		if (uid && (setgid(uid) < 0 || setuid(uid) < 0))
			_exit(2);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface));
		_exit(sendto(fd, "entry", 5, 0, (struct sockaddr *)&to, sizeof(to)) == 5 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) < 2);
}

static bool passes(uid_t uid, uint16_t port)
{
	const uint16_t mark = 7777;
	struct tap tap = tap_open(port);
	bool is_through;

	send_as(uid, port);
	send_as(0, mark);
	is_through = tap_next(&tap, mark) == port;
	close(tap.fd);
	return is_through;
}

static void interface_make(void)
{
	own_net_run("ip link add " NAME " type veth peer name far");
	own_net_run("ip link set " NAME " up");
	own_net_run("ip link set far up");
	own_net_run("ip addr add 169.254.81.1/32 dev " NAME);
	own_net_await_carrier(NAME);
}

START_TEST(only_the_user_sends_to_the_backup_role)
{
	interface_make();
	ck_assert(passes(STRANGER, 8848));
	ck_assert(passes(STRANGER, 8864));
	bring_about(&owner);
	ck_assert(!passes(STRANGER, 8848));
	ck_assert(!passes(0, 8848));
	ck_assert(!passes(STRANGER, 8864));
	ck_assert(passes(0, 8864));
	ck_assert(passes(STRANGER, 8849));
	bring_about(&(struct host_owner){0});
	ck_assert(passes(STRANGER, 8864));
	own_net_run("ip link del " NAME);
}
END_TEST

/* A vxlan device sends by UDP from a socket of the kernel. */
START_TEST(the_kernel_sends_as_the_master_role)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_halen = ETH_ALEN};
	uint8_t frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6};
	struct tap tap;
	int fd;

	interface_make();
	own_net_run("ip link add vx0 type vxlan id 81 group " GROUP " dev " NAME " dstport 8848");
	own_net_run("ip link set vx0 up");
	bring_about(&owner);
	tap = tap_open(8848);
	fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ARP));
	to.sll_ifindex = (int)if_nametoindex("vx0");
	ck_assert_int_eq(sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)), sizeof(frame));
	ck_assert_uint_eq(tap_next(&tap, 0), 8848);
	close(fd);
	close(tap.fd);
	bring_about(&(struct host_owner){0});
	own_net_run("ip link del vx0");
	own_net_run("ip link del " NAME);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("host_owner");
	TCase *values = tcase_create("values"), *kernel = tcase_create("kernel");
	bool has_kernel, is_root = geteuid() == 0;
	SRunner *runner = srunner_create(suite);
	struct host_filter have = {0};
	struct err err;
	int n_failed;

	host_owner_table(NULL, table);
	tcase_add_test(values, each_value_makes_other_rules);
	tcase_add_test(values, the_rules_of_iptables_are_such_as_lvsd_may_write);
	tcase_add_test(values, the_table_has_the_name_of_its_run_dir);
	suite_add_tcase(suite, values);
	suite_add_tcase(suite, kernel);
	has_kernel = own_net_enter() && host_nft_read_chain(table, HOST_OWNER_CHAIN, &have, &err) == 0 &&
		     access("/usr/sbin/nft", X_OK) == 0;
	if (!has_kernel)
		fprintf(stderr, "no network namespace with nftables can be had here: the pure tests alone run\n");
	tcase_set_timeout(kernel, 60);
	if (has_kernel)
		tcase_add_test(kernel, what_somebody_changes_is_restored);
	/* Another user needs a namespace of users with more than one. */
	if (has_kernel && is_root) {
		tcase_add_test(kernel, only_the_user_sends_to_the_backup_role);
		tcase_add_test(kernel, the_kernel_sends_as_the_master_role);
	}
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
