/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hello on the loopback interface, which brings back what is said there. */
#include "base/clock.h"
#include "sync/hello.h"
#include "sync/rejoin.h"

#include <check.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUP      "224.0.0.81"
#define TIMEOUT_MS 20000

struct listener {
	struct loop *loop;
	struct loop_timer *late;
	struct sync_hello *hello;
	unsigned n_heard, n_awaited;
	unsigned file_ttl;
	unsigned n_far, n_heartbeats, n_entries;
};

/* The same test may run beside this one, of another build: neither hears the other. */
static uint16_t port(void)
{
	return (uint16_t)(20000 + getpid() % 10000);
}

static struct sync_daemon on_loopback(const char *group)
{
	struct sync_daemon daemon = {
	    .role = SYNC_ROLE_BACKUP, .interface = "lo", .syncid = 51, .port = port(), .ttl = 1};

	ck_assert_int_eq(addr_parse(group, &daemon.group), 0);
	return daemon;
}

static void on_hello(const struct addr *from, void *arg)
{
	(void)from;
	struct listener *listener = arg;

	if (++listener->n_heard == listener->n_awaited)
		loop_stop(listener->loop);
}

static void on_late(void *arg)
{
	loop_stop(((struct listener *)arg)->loop);
}

static void start_with(struct listener *listener, unsigned n_awaited, unsigned file_ttl)
{
	struct sync_daemon daemon = on_loopback(GROUP);
	struct err err = {0};

	*listener =
	    (struct listener){.loop = loop_new(), .n_awaited = n_awaited, .file_ttl = file_ttl};
	listener->late = loop_timer_new(listener->loop, on_late, listener);
	ck_assert_msg(sync_hello_open(listener->loop, &daemon, listener->file_ttl, on_hello,
				      listener, &listener->hello, &err) == 0,
		      "%s", err.text);
	loop_timer_set(listener->late, mono_add_ms(clock_mono(), TIMEOUT_MS));
}

static void start(struct listener *listener, unsigned n_awaited)
{
	start_with(listener, n_awaited, 0);
}

static void stop(struct listener *listener)
{
	sync_hello_close(listener->hello);
	loop_timer_free(listener->late);
	loop_free(listener->loop);
}

static void send_with_ttl(const void *data, size_t len, int ttl)
{
	struct sync_daemon daemon = on_loopback(GROUP);
	struct endpoint target = {.addr = daemon.group, .port = port()};
	struct ip_mreqn interface = {.imr_ifindex = (int)if_nametoindex("lo")};
	struct sockaddr_storage to;
	socklen_t to_len = endpoint_to_sockaddr(&target, 0, &to);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface)),
			 0);
	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl)), 0);
	ck_assert_int_eq(sendto(fd, data, len, 0, (struct sockaddr *)&to, to_len), (ssize_t)len);
	close(fd);
}

static void send_to_group(const void *data, size_t len)
{
	send_with_ttl(data, len, 255);
}

START_TEST(nothing_but_a_hello_is_heard)
{
	struct listener listener;
	uint8_t hello[SYNC_HELLO_SIZE], other[SYNC_HELLO_SIZE], entries[44] = {0};

	start(&listener, 1);
	sync_hello_encode(51, hello);
	sync_hello_encode(52, other);
	/* The last one ends the wait. */
	send_to_group(entries, sizeof(entries));
	send_to_group(other, sizeof(other));
	send_to_group(hello, sizeof(hello));
	loop_run(listener.loop);
	ck_assert_uint_eq(listener.n_heard, 1);
	stop(&listener);
}
END_TEST

START_TEST(it_is_said_three_times)
{
	struct listener listener;

	start(&listener, 3);
	sync_hello_send(listener.hello);
	loop_run(listener.loop);
	ck_assert_uint_eq(listener.n_heard, 3);
	stop(&listener);
}
END_TEST

START_TEST(another_place_or_syncid_does_not_fit)
{
	struct listener listener;
	struct sync_daemon daemon = on_loopback(GROUP);

	start(&listener, 1);
	ck_assert(sync_hello_fits(listener.hello, &daemon, 0));
	daemon.syncid = 52;
	ck_assert(!sync_hello_fits(listener.hello, &daemon, 0));
	daemon = on_loopback("224.0.0.82");
	ck_assert(!sync_hello_fits(listener.hello, &daemon, 0));
	stop(&listener);
}
END_TEST

static void on_heartbeat(const struct addr *from, const struct sync_heartbeat *heartbeat, void *arg)
{
	struct listener *listener = arg;

	ck_assert_int_eq(from->family, AF_INET);
	ck_assert_uint_eq(heartbeat->id, 77);
	listener->n_heartbeats++;
}

static void on_entries(const struct addr *from, void *arg)
{
	ck_assert_int_eq(from->family, AF_INET);
	((struct listener *)arg)->n_entries++;
}

static void on_far(const struct addr *from, unsigned ttl, void *arg)
{
	ck_assert_int_eq(from->family, AF_INET);
	ck_assert_uint_ne(ttl, 255);
	((struct listener *)arg)->n_far++;
}

static void listen_to_all(struct listener *listener)
{
	struct sync_ears ears = {on_heartbeat, on_entries, on_far, listener};

	ck_assert(sync_hello_listen(listener->hello, &ears));
	ck_assert(!sync_hello_listen(listener->hello, &ears));
}

START_TEST(only_a_hello_of_this_link_counts)
{
	struct listener listener;
	uint8_t hello[SYNC_HELLO_SIZE];

	sync_hello_encode(51, hello);
	start(&listener, 1);
	listen_to_all(&listener);
	send_with_ttl(hello, sizeof(hello), 1);
	send_with_ttl(hello, sizeof(hello), 254);
	send_to_group(hello, sizeof(hello));
	loop_run(listener.loop);
	ck_assert_uint_eq(listener.n_heard, 1);
	ck_assert_uint_eq(listener.n_far, 2);
	stop(&listener);
	start_with(&listener, 1, 1);
	listen_to_all(&listener);
	send_with_ttl(hello, sizeof(hello), 2);
	send_with_ttl(hello, sizeof(hello), 1);
	loop_run(listener.loop);
	ck_assert_uint_eq(listener.n_heard, 1);
	ck_assert_uint_eq(listener.n_far, 1);
	stop(&listener);
}
END_TEST

START_TEST(one_datagram_of_a_kernel_is_heard_after_each_heartbeat)
{
	struct listener listener;
	struct sync_heartbeat heartbeat = {.id = 77, .period_s = 10};
	uint8_t hello[SYNC_HELLO_SIZE], entries[44] = {0, 51, 0, 44, 1, 1, 0, 0};

	sync_hello_encode(51, hello);
	start(&listener, 1);
	listen_to_all(&listener);
	send_to_group(entries, sizeof(entries));
	/* The loopback interface brings back what is said there: IP_MULTICAST_LOOP is for others.
	 */
	ck_assert_int_eq(sync_hello_beat(listener.hello, &heartbeat), 0);
	for (int i = 0; i < 3; i++)
		send_to_group(entries, sizeof(entries));
	send_to_group(hello, sizeof(hello));
	loop_run(listener.loop);
	ck_assert_uint_eq(listener.n_heartbeats, 1);
	ck_assert_uint_eq(listener.n_entries, 1);
	stop(&listener);
}
END_TEST

static void on_turn(void *arg)
{
	(*(unsigned *)arg)++;
}

/* The turns of the loop until a moment after n datagrams in which a kernel tells of connections. */
static unsigned turns_with(unsigned n)
{
	struct listener listener;
	uint8_t entries[44] = {0, 51, 0, 44, 1, 1, 0, 0};
	unsigned n_turns = 0;

	start(&listener, 1);
	listen_to_all(&listener);
	for (; n > 0; n--)
		send_to_group(entries, sizeof(entries));
	loop_on_settle(listener.loop, on_turn, &n_turns);
	loop_timer_set(listener.late, mono_add_ms(clock_mono(), 50));
	loop_run(listener.loop);
	ck_assert_uint_eq(listener.n_entries, 0);
	stop(&listener);
	return n_turns;
}

/* A busy kernel sends hundreds a second: the filter drops them before they wake the director. */
START_TEST(datagrams_of_a_kernel_wake_nobody)
{
	ck_assert_uint_eq(turns_with(3), turns_with(0));
}
END_TEST

START_TEST(an_absent_interface_is_named)
{
	struct loop *loop = loop_new();
	struct sync_daemon daemon = on_loopback(GROUP);
	struct sync_hello *hello = NULL;
	struct err err;

	strcpy(daemon.interface, "absent0");
	ck_assert_int_eq(sync_hello_open(loop, &daemon, 0, on_hello, NULL, &hello, &err), -ENODEV);
	ck_assert_ptr_null(hello);
	ck_assert_ptr_nonnull(strstr(err.text, "on absent0: No such device"));
	loop_free(loop);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync hello");
	TCase *tcase = tcase_create("sync hello");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, nothing_but_a_hello_is_heard);
	tcase_add_test(tcase, it_is_said_three_times);
	tcase_add_test(tcase, another_place_or_syncid_does_not_fit);
	tcase_add_test(tcase, only_a_hello_of_this_link_counts);
	tcase_add_test(tcase, one_datagram_of_a_kernel_is_heard_after_each_heartbeat);
	tcase_add_test(tcase, datagrams_of_a_kernel_wake_nobody);
	tcase_add_test(tcase, an_absent_interface_is_named);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
