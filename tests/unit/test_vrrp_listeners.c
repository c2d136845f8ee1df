/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports that listen for a frame of another machine, by one socket; in a network namespace of its own. */
#include "base/clock.h"
#include "own_net.h"
#include "vrrp/holding/listeners.h"
#include "vrrp/machine/listen.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT_MS 20000
#define N_LINKS  3 /* near0 to near2; their other ends are far0 to far2 */

static struct {
	struct loop *loop;
	struct loop_timer *limit;
	struct vrrp_listeners *listeners;
	struct vrrp_port ports[N_LINKS];
	bool has_heard[N_LINKS];
} bench;

static void on_limit(void *arg)
{
	(void)arg;
	ck_abort_msg("nobody hears a frame");
}

static void on_frame(struct vrrp_port *port)
{
	ck_assert(vrrp_listeners_have_heard(bench.listeners, port));
	vrrp_listeners_drop(bench.listeners, port);
	bench.has_heard[port - bench.ports] = true;
	loop_stop(bench.loop);
}

static struct vrrp_port_host host = {.on_frame = on_frame};

/* Runs a command with the number of a link in it. */
#define RUN(format, ...)                                                                           \
	do {                                                                                       \
		char line[80];                                                                     \
		snprintf(line, sizeof(line), format, __VA_ARGS__);                                 \
		own_net_run(line);                                                                 \
	} while (0)

static unsigned index_of(const char *name, int i)
{
	char whole[IF_NAMESIZE];

	snprintf(whole, sizeof(whole), "%s%d", name, i);
	return if_nametoindex(whole);
}

static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	bench.loop = loop_new();
	bench.limit = loop_timer_new(bench.loop, on_limit, NULL);
	bench.listeners = vrrp_listeners_new(bench.loop);
	for (int i = 0; i < N_LINKS; i++) {
		RUN("ip link add near%d type veth peer name far%d", i, i);
		RUN("sysctl -qw net.ipv6.conf.near%d.disable_ipv6=1", i);
		RUN("sysctl -qw net.ipv6.conf.far%d.disable_ipv6=1", i);
		RUN("ip link set near%d up", i);
		RUN("ip link set far%d up", i);
		bench.ports[i] = (struct vrrp_port){.host = &host, .index = index_of("near", i)};
		snprintf(bench.ports[i].interface, sizeof(bench.ports[i].interface), "near%d", i);
	}
}

static void teardown(void)
{
	vrrp_listeners_free(bench.listeners);
	loop_timer_free(bench.limit);
	loop_free(bench.loop);
	for (int i = 0; i < N_LINKS; i++)
		RUN("ip link del near%d", i);
}

static void frame_send(unsigned index, uint16_t protocol)
{
	const char bytes[46] = {0};
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(protocol),
				 .sll_ifindex = (int)index,
				 .sll_halen = 6,
				 .sll_addr = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);

	ck_assert_int_eq(sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to)),
			 sizeof(bytes));
	close(fd);
}

static void far_send(int i, uint16_t protocol)
{
	frame_send(index_of("far", i), protocol);
}

static void add(int i)
{
	struct err err;

	ck_assert_int_eq(vrrp_listeners_add(bench.listeners, &bench.ports[i], &err), 0);
}

static void await_frame(void)
{
	loop_timer_set(bench.limit, mono_add_ms(clock_mono(), LIMIT_MS));
	loop_run(bench.loop);
}

static size_t count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

START_TEST(a_port_hears_its_own_interface_alone)
{
	size_t before = count_descriptors();

	add(2);
	add(0);
	ck_assert_uint_eq(count_descriptors(), before + 1);
	far_send(1, ETH_P_ARP); /* between them, and not waited for */
	frame_send(bench.ports[0].index, ETH_P_ARP); /* from this machine */
	far_send(0, ETH_P_802_3); /* of the switch */
	far_send(2, ETH_P_ARP);
	await_frame();
	ck_assert(!bench.has_heard[0] && bench.has_heard[2]);
	ck_assert(!vrrp_listeners_have_heard(bench.listeners, &bench.ports[0]));
	far_send(0, ETH_P_IP);
	await_frame();
	ck_assert(bench.has_heard[0]);
	ck_assert_uint_eq(count_descriptors(), before);
}
END_TEST

/* The ports of both families have one interface. */
START_TEST(ports_of_one_interface_hear_together)
{
	bench.ports[1].index = bench.ports[0].index;
	add(0);
	add(1);
	far_send(0, ETH_P_ARP);
	await_frame();
	while (!bench.has_heard[0] || !bench.has_heard[1])
		await_frame();
}
END_TEST

/* Whether it waits in the socket or has been read for another port. */
START_TEST(a_frame_from_before_says_nothing)
{
	add(0);
	add(1);
	far_send(0, ETH_P_ARP);
	vrrp_listeners_drop(bench.listeners, &bench.ports[0]);
	add(0);
	ck_assert(!vrrp_listeners_have_heard(bench.listeners, &bench.ports[0]));
	far_send(1, ETH_P_ARP);
	ck_assert(vrrp_listeners_have_heard(bench.listeners, &bench.ports[1]));
	await_frame();
	ck_assert(bench.has_heard[1] && !bench.has_heard[0]);
	vrrp_listeners_drop(bench.listeners, &bench.ports[0]);
}
END_TEST

/* One that was read for nobody's sake is told all the same. */
START_TEST(what_is_read_while_another_port_begins_is_told)
{
	add(0);
	far_send(0, ETH_P_ARP);
	add(1);
	await_frame();
	ck_assert(bench.has_heard[0]);
	vrrp_listeners_drop(bench.listeners, &bench.ports[1]);
}
END_TEST

/* The indexes near0, near2 and so many behind them. */
static void watch_many(int fd, size_t n)
{
	unsigned *indexes = calloc(n, sizeof(*indexes));

	indexes[0] = bench.ports[0].index;
	indexes[1] = bench.ports[2].index;
	for (size_t i = 2; i < n; i++)
		indexes[i] = indexes[i - 1] + 1000;
	ck_assert_int_eq(vrrp_listen_watch(fd, indexes, n), 0);
	free(indexes);
}

static unsigned next_index(int fd)
{
	struct pollfd events = {.fd = fd, .events = POLLIN};
	unsigned index;

	ck_assert_int_eq(poll(&events, 1, LIMIT_MS), 1);
	ck_assert_int_eq(vrrp_listen_read(fd, &index), 0);
	return index;
}

/* Too many for a filter that lists them: then the range of them is received. */
START_TEST(many_interfaces_can_be_listened_on)
{
	static const size_t numbers[] = {2, 3, 300, 5000};
	size_t n = numbers[_i];
	int fd = vrrp_listen_open();

	ck_assert_int_ge(fd, 0);
	far_send(0, ETH_P_ARP);
	watch_many(fd, n);
	far_send(0, ETH_P_ARP);
	far_send(1, ETH_P_ARP);
	far_send(2, ETH_P_ARP);
	ck_assert_uint_eq(next_index(fd), bench.ports[0].index);
	if (n == 5000)
		ck_assert_uint_eq(next_index(fd), bench.ports[1].index);
	ck_assert_uint_eq(next_index(fd), bench.ports[2].index);
	ck_assert_int_eq(vrrp_listen_read(fd, &(unsigned){0}), -EAGAIN);
	vrrp_listen_close(fd);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("listeners");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_port_hears_its_own_interface_alone);
	tcase_add_test(tcase, ports_of_one_interface_hear_together);
	tcase_add_test(tcase, a_frame_from_before_says_nothing);
	tcase_add_test(tcase, what_is_read_while_another_port_begins_is_told);
	tcase_add_loop_test(tcase, many_interfaces_can_be_listened_on, 0, 4);
	return own_net_tests("vrrp listeners", tcase);
}
