/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a port rests with many instances, and when its socket is waited for again. */
#include "vrrp/ports.h"
#include "base/virtual/world.h"

#include <check.h>
#include <stdlib.h>

#define START ((struct mono){1000 * NS_PER_S})

static struct {
	struct loop *loop;
	struct vrrp_port_host host;
	struct vrrp_ports ports;
	unsigned n_waiting;      /* packets in the socket of each port */
	unsigned n_reads[2];     /* how often each port was read */
	struct vrrp_port *first, *second;
} bench;

/* Reads what waits, as vrrp_port_drain() does. */
static void on_bench_readable(struct vrrp_port *port)
{
	bench.n_reads[port == bench.second]++;
	port->n_read += bench.n_waiting;
}

static void on_bench_sent(const struct vrrp_sent *sent, void *arg)
{
	(void)sent;
	(void)arg;
}

static void setup(void)
{
	world_begin(START);
	bench.loop = loop_new();
	bench.host = (struct vrrp_port_host){.loop = bench.loop, .on_readable = on_bench_readable};
	bench.host.outbox = vrrp_outbox_new(on_bench_sent, NULL);
	vrrp_ports_open(&bench.ports, &bench.host);
	bench.first = vrrp_ports_get(&bench.ports, &bench.host, AF_INET, "eth0");
	bench.second = vrrp_ports_get(&bench.ports, &bench.host, AF_INET, "eth1");
	bench.n_reads[0] = bench.n_reads[1] = 0;
}

static void teardown(void)
{
	vrrp_ports_drop_empty(&bench.ports);
	vrrp_outbox_free(bench.host.outbox);
	vrrp_ports_fini(&bench.ports);
	loop_free(bench.loop);
}

static void run_ms(int64_t ms)
{
	world_run_until(mono_add_ms(START, ms));
}

START_TEST(ports_with_packets_are_read_together)
{
	vrrp_ports_rest(&bench.ports, bench.first, VRRP_REST_INSTANCES - 1);
	ck_assert(!bench.first->is_resting);
	bench.n_waiting = 3;
	vrrp_ports_rest(&bench.ports, bench.first, VRRP_REST_INSTANCES);
	vrrp_ports_rest(&bench.ports, bench.second, VRRP_REST_INSTANCES);
	ck_assert(bench.first->is_resting && bench.second->is_resting);
	run_ms(VRRP_REST_MS - 1);
	ck_assert_uint_eq(bench.n_reads[0], 0);
	run_ms(5 * VRRP_REST_MS);
	ck_assert_uint_eq(bench.n_reads[0], 5);
	ck_assert_uint_eq(bench.n_reads[1], 5);
}
END_TEST

START_TEST(a_port_without_packets_waits_for_its_socket)
{
	bench.n_waiting = 1;
	vrrp_ports_rest(&bench.ports, bench.first, VRRP_REST_INSTANCES);
	run_ms(VRRP_REST_MS);
	bench.n_waiting = 0;
	run_ms(10 * VRRP_REST_MS);
	ck_assert_uint_eq(bench.n_reads[0], 2);
	ck_assert_uint_eq(bench.n_reads[1], 0);
	ck_assert(!bench.first->is_resting);
	/* And it rests again. */
	vrrp_ports_rest(&bench.ports, bench.first, VRRP_REST_INSTANCES);
	ck_assert(bench.first->is_resting);
	run_ms(20 * VRRP_REST_MS);
	ck_assert_uint_eq(bench.n_reads[0], 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp rest");
	TCase *tcase = tcase_create("rest");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, ports_with_packets_are_read_together);
	tcase_add_test(tcase, a_port_without_packets_waits_for_its_socket);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
