/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses are asked for, when, and which answers count; the test plays the machine and its network. */
#include "base/virtual/world.h"
#include "conf/conf.h"
#include "vrrp/claim/prober.h"
#include "vrrp/fsm.h"
#include "vrrp/machine/link.h"
#include "vrrp/machine/neighbour.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FD_ARP 1000
#define FD_IP6 1001

static struct vrrp_link_if eth0, eth1;

static struct {
	struct loop *loop;
	struct vrrp_prober *prober;
	char asked[512];  /* "10.0.0.1 on eth0;" for each question */
	unsigned n_asked; /* questions */
	unsigned n_open;  /* sockets */
	struct vrrp_neighbour waiting[80];
	size_t n_waiting;
	struct conf_vrrp conf;
	struct conf_vip vips[12];
} bench;

/* --- the machine --- */

const struct vrrp_link_if *vrrp_link_by_name(const struct vrrp_link *link, const char *name)
{
	(void)link;
	return !strcmp(name, eth0.name) ? &eth0 : !strcmp(name, eth1.name) ? &eth1 : NULL;
}

void vrrp_link_each(const struct vrrp_link *link, vrrp_link_each_fn *fn, void *arg)
{
	(void)link;
	fn(&eth0, arg);
	fn(&eth1, arg);
}

int vrrp_neighbour_open(uint16_t family)
{
	bench.n_open++;
	return family == AF_INET6 ? FD_IP6 : FD_ARP;
}

void vrrp_neighbour_close(int fd)
{
	(void)fd;
	bench.n_open--;
}

void vrrp_neighbour_ask(int fd, const struct vrrp_link_if *interface, const struct addr *vip)
{
	char text[ADDR_TEXT_MAX];
	size_t len = strlen(bench.asked);

	ck_assert_int_eq(fd, vip->family == AF_INET6 ? FD_IP6 : FD_ARP);
	bench.n_asked++;
	snprintf(bench.asked + len, sizeof(bench.asked) - len, "%s on %s;", addr_format(vip, text),
		 interface->name);
}

int vrrp_neighbour_read(int fd, struct vrrp_neighbour *ret_neighbour)
{
	(void)fd;
	if (!bench.n_waiting)
		return -EAGAIN;
	*ret_neighbour = bench.waiting[--bench.n_waiting];
	/* One that says nothing must not keep others back. */
	return ret_neighbour->addr.family == AF_UNSPEC ? -EINVAL : 0;
}

/* --- the bench --- */

static void add_vip(const char *text, const char *interface)
{
	struct conf_vip *vip = &bench.vips[bench.conf.n_vips++];

	*vip = (struct conf_vip){.interface = interface};
	ck_assert_int_eq(addr_parse(text, &vip->addr), 0);
}

static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	eth0 = (struct vrrp_link_if){.index = 1, .name = "eth0", .is_up = true, .has_arp = true,
				     .mac = {2, 0, 0, 0, 0, 1}};
	eth1 = (struct vrrp_link_if){.index = 2, .name = "eth1", .is_up = true, .has_arp = true,
				     .mac = {2, 0, 0, 0, 0, 2}};
	world_begin((struct mono){NS_PER_S});
	bench.loop = loop_new();
	bench.prober = vrrp_prober_new(bench.loop, NULL);
	bench.conf = (struct conf_vrrp){.interface = "eth0", .vips = bench.vips};
}

static void teardown(void)
{
	vrrp_prober_free(bench.prober);
	ck_assert_uint_eq(bench.n_open, 0);
	loop_free(bench.loop);
}

static void run_ms(int64_t ms)
{
	world_run_until(mono_add_ms(world_now(), ms));
}

static void begin(void)
{
	const struct vrrp_fsm_conf fsm_conf = {.interval_ns = NS_PER_S, .source = {AF_INET, {10, 0, 0, 99}}};

	vrrp_prober_begin(bench.prober, 7, &bench.conf, &fsm_conf);
	run_ms(1);
}

/* NULL: a packet that says nothing of an address. */
static void put(const char *text, unsigned index, uint8_t mac)
{
	struct vrrp_neighbour *neighbour = &bench.waiting[bench.n_waiting++];

	*neighbour = (struct vrrp_neighbour){.index = index, .mac = {2, 0, 0, 0, 0, mac}};
	if (text)
		ck_assert_int_eq(addr_parse(text, &neighbour->addr), 0);
}

static void answer(const char *text, unsigned index, uint8_t mac)
{
	put(text, index, mac);
	world_fire(bench.loop, FD_ARP, LOOP_READ);
	run_ms(1);
}

static bool is_found(void)
{
	return vrrp_prober_end(bench.prober, 7).found.family != AF_UNSPEC;
}

START_TEST(addresses_of_its_interface_are_asked_for_three_times)
{
	add_vip("10.0.0.1", "eth0");
	add_vip("10.0.0.2", "eth1");
	add_vip("fd00::1", "eth0");
	add_vip("fd00::2", "eth0");
	bench.vips[3].is_probed = true; /* -nodad */
	begin();
	ck_assert_str_eq(bench.asked, "10.0.0.1 on eth0;fd00::1 on eth0;");
	run_ms(900);
	ck_assert_uint_eq(bench.n_asked, 6);
	ck_assert_uint_eq(bench.n_open, 2);
	/* No question is left, and the answers had a second. */
	run_ms(1000);
	ck_assert_uint_eq(bench.n_asked, 6);
	ck_assert_uint_eq(bench.n_open, 0);
}
END_TEST

START_TEST(eight_addresses_are_enough)
{
	for (int i = 1; i <= 10; i++) {
		char text[16];

		snprintf(text, sizeof(text), "10.0.0.%d", i);
		add_vip(text, "eth0");
	}
	begin();
	ck_assert_uint_eq(bench.n_asked, 8);
}
END_TEST

START_TEST(an_interface_that_is_down_or_gone_is_not_asked)
{
	add_vip("10.0.0.1", "eth0");
	eth0.is_up = false;
	begin();
	eth0.is_up = true;
	eth0.has_arp = false;
	run_ms(400);
	strcpy(eth0.name, "other");
	run_ms(1000);
	ck_assert_uint_eq(bench.n_asked, 0);
}
END_TEST

START_TEST(the_answer_of_another_machine_counts)
{
	struct vrrp_claim claim;

	add_vip("10.0.0.1", "eth0");
	begin();
	put("10.0.0.1", 1, 9);
	answer(NULL, 1, 9); /* read first */
	claim = vrrp_prober_end(bench.prober, 7);
	ck_assert(!addr_cmp(&claim.found, &bench.vips[0].addr));
	ck_assert_uint_eq(claim.found_mac[5], 9);
	ck_assert(!is_found()); /* it has ended */
	run_ms(900);
	ck_assert_uint_eq(bench.n_asked, 1);
}
END_TEST

START_TEST(other_answers_do_not_count)
{
	add_vip("10.0.0.1", "eth0");
	begin();
	answer("10.0.0.9", 1, 9); /* of another address */
	answer("10.0.0.1", 2, 9); /* by another interface */
	answer("10.0.0.1", 1, 1); /* this machine's */
	answer("10.0.0.1", 1, 2); /* by its other interface on the same network */
	ck_assert(!is_found());
}
END_TEST

START_TEST(what_was_found_before_is_forgotten)
{
	add_vip("10.0.0.1", "eth0");
	begin();
	answer("10.0.0.1", 1, 9);
	begin();
	ck_assert(!is_found());
}
END_TEST

/* Other directors on a silent network wait for a frame: one is sent whatever the addresses are. */
START_TEST(an_instance_without_such_addresses_asks_for_its_own)
{
	add_vip("10.0.0.2", "eth1");
	begin();
	ck_assert_str_eq(bench.asked, "10.0.0.99 on eth0;");
	answer("10.0.0.99", 1, 9);
	ck_assert(!is_found()); /* it is no virtual address */
}
END_TEST

START_TEST(it_is_asked_once_more_at_once)
{
	add_vip("10.0.0.1", "eth0");
	begin();
	run_ms(100);
	vrrp_prober_again(bench.prober, 7);
	run_ms(1);
	ck_assert_uint_eq(bench.n_asked, 2);
	run_ms(900);
	ck_assert_uint_eq(bench.n_asked, 4);
	vrrp_prober_again(bench.prober, 7);
	vrrp_prober_again(bench.prober, 8); /* it does not ask */
	run_ms(1000);
	ck_assert_uint_eq(bench.n_asked, 5);
	vrrp_prober_end(bench.prober, 7);
	vrrp_prober_again(bench.prober, 7);
	run_ms(1000);
	ck_assert_uint_eq(bench.n_asked, 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp prober");
	TCase *tcase = tcase_create("vrrp prober");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, addresses_of_its_interface_are_asked_for_three_times);
	tcase_add_test(tcase, eight_addresses_are_enough);
	tcase_add_test(tcase, an_interface_that_is_down_or_gone_is_not_asked);
	tcase_add_test(tcase, the_answer_of_another_machine_counts);
	tcase_add_test(tcase, other_answers_do_not_count);
	tcase_add_test(tcase, what_was_found_before_is_forgotten);
	tcase_add_test(tcase, an_instance_without_such_addresses_asks_for_its_own);
	tcase_add_test(tcase, it_is_asked_once_more_at_once);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
