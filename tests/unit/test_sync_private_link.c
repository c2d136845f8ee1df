/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The private interface of connection sync and its sockets in a network namespace of the test's own. Where the kernel
 * has no dummy interfaces, only the sentence about that and the refusals are tested; the lab's kernel has them.
 */
#include "base/clock.h"
#include "sync/private/keeper.h"
#include "sync/private/link.h"
#include "sync/private/sockets.h"
#include "own_net.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME	   "lvsd-sync0"
#define TIMEOUT_MS 20000

static bool has_dummies(void)
{
	if (system("ip link add probe type dummy 2>/dev/null") != 0)
		return false;
	own_net_run("ip link del probe");
	return true;
}

static unsigned plan_now(void)
{
	struct sync_private_seen seen;
	unsigned ops = 0;
	struct err err;

	ck_assert_msg(sync_private_read(NAME, &seen, &err) == 0, "%s", err.text);
	ck_assert_msg(sync_private_plan(NAME, true, &seen, &ops, &err) == 0, "%s", err.text);
	return ops;
}

START_TEST(a_kernel_without_dummy_interfaces_is_named)
{
	struct sync_private_seen seen;
	struct err err = {""};

	if (has_dummies())
		return;
	ck_assert_int_eq(sync_private_read(NAME, &seen, &err), 0);
	ck_assert_uint_eq(seen.index, 0);
	ck_assert_int_eq(sync_private_apply(NAME, &seen, plan_now(), &err), -EOPNOTSUPP);
	ck_assert_ptr_nonnull(strstr(err.text, "no dummy interfaces. Load the module dummy"));
}
END_TEST

START_TEST(an_interface_of_somebody_else_stays)
{
	struct sync_private_seen seen;
	unsigned ops, index;
	struct err err = {""};

	own_net_run("ip link add " NAME " type veth peer name far");
	own_net_run("ip addr add 10.1.1.1/24 dev " NAME);
	index = if_nametoindex(NAME);
	ck_assert_int_eq(sync_private_read(NAME, &seen, &err), 0);
	ck_assert_uint_eq(seen.index, index);
	ck_assert_str_eq(seen.kind, "veth");
	ck_assert_uint_eq(seen.n_others, 1);
	ck_assert_uint_eq(seen.others[0].prefix_len, 24);
	ck_assert(!seen.is_ours && !seen.has_address && !seen.is_up);
	ck_assert_int_eq(sync_private_plan(NAME, true, &seen, &ops, &err), -EEXIST);
	ck_assert_int_eq(sync_keeper_remove(NAME), 0);
	ck_assert_uint_eq(if_nametoindex(NAME), index);
	own_net_run("ip link del " NAME);
}
END_TEST

/* --- the keeper --- */

struct keeping {
	struct loop *loop;
	struct sync_keeper *keeper;
	struct loop_timer *late;
	unsigned n_changes;
};

static void on_kept(void *arg)
{
	struct keeping *keeping = arg;

	keeping->n_changes++;
	if (sync_keeper_index(keeping->keeper))
		loop_stop(keeping->loop);
}

static void on_keeping_late(void *arg)
{
	loop_stop(((struct keeping *)arg)->loop);
}

static void keeping_start(struct keeping *keeping)
{
	*keeping = (struct keeping){.loop = loop_new()};
	keeping->late = loop_timer_new(keeping->loop, on_keeping_late, keeping);
	keeping->keeper = sync_keeper_new(keeping->loop, NAME, on_kept, keeping);
}

static void keeping_stop(struct keeping *keeping)
{
	sync_keeper_free(keeping->keeper);
	loop_timer_free(keeping->late);
	loop_free(keeping->loop);
}

/* Runs a program that changes the interface, and the loop until it is as it should be and has another index. */
static void kept_after(struct keeping *keeping, const char *line)
{
	unsigned n_changes = keeping->n_changes;

	own_net_run(line);
	loop_timer_set(keeping->late, mono_add_ms(clock_mono(), TIMEOUT_MS));
	loop_run(keeping->loop);
	ck_assert_msg(keeping->n_changes > n_changes, "%s: nothing happened", line);
	ck_assert_uint_eq(sync_keeper_index(keeping->keeper), if_nametoindex(NAME));
	ck_assert_str_eq(sync_keeper_fault(keeping->keeper), "");
	ck_assert_uint_eq(plan_now(), 0);
}

START_TEST(the_interface_is_made_again)
{
	struct keeping keeping;
	unsigned index;

	if (!has_dummies())
		return;
	keeping_start(&keeping);
	index = sync_keeper_index(keeping.keeper);
	ck_assert_msg(index != 0, "%s", sync_keeper_fault(keeping.keeper));
	ck_assert_uint_eq(plan_now(), 0);
	kept_after(&keeping, "ip link del " NAME);
	ck_assert_uint_ne(sync_keeper_index(keeping.keeper), index);
	own_net_run("ip link set " NAME " down"); /* which older kernels want */
	kept_after(&keeping, "ip link set " NAME " name other");
	ck_assert_uint_eq(if_nametoindex("other"), 0);
	index = sync_keeper_index(keeping.keeper);
	keeping_stop(&keeping);
	ck_assert_uint_eq(if_nametoindex(NAME), index);
	keeping_start(&keeping); /* adopted */
	ck_assert_uint_eq(sync_keeper_index(keeping.keeper), index);
	keeping_stop(&keeping);
	ck_assert_int_eq(sync_keeper_remove(NAME), 0);
	ck_assert_uint_eq(if_nametoindex(NAME), 0);
}
END_TEST

static void on_drift_over(void *arg)
{
	struct keeping *keeping = arg;

	if (plan_now() == 0)
		loop_stop(keeping->loop);
	else
		loop_timer_set(keeping->late, mono_add_ms(clock_mono(), 20));
}

START_TEST(what_somebody_changes_is_corrected)
{
	static const char *const drifts[] = {
	    "ip link set " NAME " mtu 9000",
	    "ip link set " NAME " down",
	    "ip link set " NAME " multicast off",
	    "ip addr flush dev " NAME,
	    "ip addr add 10.1.1.1/24 dev " NAME,
	    "ip link set " NAME " alias mine",
	};
	struct keeping keeping;

	if (!has_dummies())
		return;
	keeping_start(&keeping);
	for (size_t i = 0; i < sizeof(drifts) / sizeof(drifts[0]); i++) {
		struct loop_timer *look = loop_timer_new(keeping.loop, on_drift_over, &keeping);
		struct loop_timer *late = keeping.late;

		own_net_run(drifts[i]);
		keeping.late = look;
		loop_timer_set(look, mono_add_ms(clock_mono(), 20));
		loop_run(keeping.loop);
		ck_assert_msg(plan_now() == 0, "%s", drifts[i]);
		keeping.late = late;
		loop_timer_free(look);
	}
	keeping_stop(&keeping);
	ck_assert_int_eq(sync_keeper_remove(NAME), 0);
}
END_TEST

/* --- the sockets --- */

static bool arrives(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, TIMEOUT_MS) == 1;
}

/* As the kernel's backup role: bound to the group on the interface. */
static int backup_open(const struct sync_daemon *backup, unsigned index)
{
	const struct endpoint group = {.addr = backup->group, .port = backup->port};
	struct ip_mreqn member = {.imr_ifindex = (int)index};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&group, 0, &sa);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(&member.imr_multiaddr, backup->group.bytes, sizeof(member.imr_multiaddr));
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof(member)), 0);
	return fd;
}

/* An interface of any kind can carry the datagrams. */
START_TEST(what_is_said_reaches_the_backup_role_and_not_the_tap)
{
	const struct sync_private own = {.is_on = true, .syncid = 51};
	struct sync_roles roles = sync_roles_private(&own);
	struct sync_private_sockets sockets;
	struct sync_daemon master_here = roles.master;
	char buffer[64];
	int backup, master;
	unsigned index;
	struct err err;

	own_net_run("ip link add " NAME " type veth peer name far");
	own_net_run("ip link set " NAME " up");
	own_net_run("ip link set far up");
	own_net_run("ip addr add 169.254.81.1/32 dev " NAME);
	own_net_await_carrier(NAME);
	index = if_nametoindex(NAME);
	backup = backup_open(&roles.backup, index);
	ck_assert_msg(sync_private_sockets_open(&roles, index, &sockets, &err) == 0, "%s", err.text);
	ck_assert_int_eq(send(sockets.said, "entry", 5, 0), 5);
	ck_assert(arrives(backup));
	ck_assert_int_eq(recv(backup, buffer, sizeof(buffer), 0), 5);
	/* What comes next in the tap is the master's. */
	master_here.port = roles.master.port;
	{
		struct sync_roles swapped = {.is_on = true, .master = roles.backup, .backup = master_here};
		struct sync_private_sockets other;

		ck_assert_msg(sync_private_sockets_open(&swapped, index, &other, &err) == 0, "%s", err.text);
		master = other.said;
		close(other.heard);
	}
	ck_assert_int_eq(send(master, "kernel's", 8, 0), 8);
	ck_assert(arrives(sockets.heard));
	ck_assert_int_eq(recv(sockets.heard, buffer, sizeof(buffer), 0), 20 + 8 + 8);
	ck_assert_mem_eq(buffer + 28, "kernel's", 8);
	close(master);
	close(backup);
	close(sockets.heard);
	close(sockets.said);
	own_net_run("ip link del " NAME);
}
END_TEST

START_TEST(the_wire_does_not_need_its_address_yet)
{
	static const char *const listens[] = {"10.77.0.1", "fd77::1"};

	own_net_run("ip link set lo up");
	for (size_t i = 0; i < 2; i++) {
		struct endpoint listen = {.port = 8850};
		struct err err = {""};
		int fd, next;

		ck_assert_int_eq(addr_parse(listens[i], &listen.addr), 0);
		fd = sync_wire_open(&listen, 0, &err);
		ck_assert_msg(fd >= 0, "%s", err.text);
		/* The next director opens it while the sync process has this one. */
		next = sync_wire_open(&listen, 0, &err);
		ck_assert_msg(next >= 0, "%s", err.text);
		close(next);
		/* Another program has not asked for that. */
		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){0}, sizeof(int)), 0);
		ck_assert_int_eq(sync_wire_open(&listen, 0, &err), -EADDRINUSE);
		ck_assert_ptr_nonnull(strstr(err.text, "another program has that port"));
		own_net_run(i ? "ip addr add fd77::1/128 dev lo nodad" : "ip addr add 10.77.0.1/32 dev lo");
		{
			struct sockaddr_storage sa;
			socklen_t len = endpoint_to_sockaddr(&listen, 0, &sa);

			ck_assert_int_eq(sendto(fd, "frame", 5, 0, (const struct sockaddr *)&sa, len), 5);
			ck_assert(arrives(fd));
		}
		close(fd);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("sync_private_link");

	tcase_add_test(tcase, a_kernel_without_dummy_interfaces_is_named);
	tcase_add_test(tcase, an_interface_of_somebody_else_stays);
	tcase_add_test(tcase, the_interface_is_made_again);
	tcase_add_test(tcase, what_somebody_changes_is_corrected);
	tcase_add_test(tcase, what_is_said_reaches_the_backup_role_and_not_the_tap);
	tcase_add_test(tcase, the_wire_does_not_need_its_address_yet);
	return own_net_tests("sync_private_link", tcase);
}
