/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many macvlans and their sockets go without keeping the process; in a network namespace of its own. */
#include "base/clock.h"
#include "own_net.h"
#include "vrrp/holding/vmac.h"
#include "vrrp/holding/vmacs.h"
#include "vrrp/machine/closer.h"
#include "vrrp/machine/vmac.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN_DIR  "/run/one"
#define LIMIT_MS 20000

static struct {
	struct loop *loop;
	struct vrrp_link *link;
	struct loop_timer *limit, *check;
	size_t awaited; /* descriptors of this process */
} bench;

static void on_link(void *arg)
{
	(void)arg;
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

static void on_limit(void *arg)
{
	(void)arg;
	ck_abort_msg("there are %zu descriptors, not %zu", count_descriptors(), bench.awaited);
}

static void on_check(void *arg)
{
	(void)arg;
	if (count_descriptors() == bench.awaited)
		loop_stop(bench.loop);
	else
		loop_timer_set(bench.check, mono_add_ms(clock_mono(), 5));
}

static void setup(void)
{
	struct err err;

	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set near up");
	own_net_run("ip link set far up");
	bench.loop = loop_new();
	bench.limit = loop_timer_new(bench.loop, on_limit, NULL);
	bench.check = loop_timer_new(bench.loop, on_check, NULL);
	ck_assert_int_eq(vrrp_link_open(bench.loop, on_link, NULL, &bench.link, &err), 0);
}

static void teardown(void)
{
	vrrp_link_close(bench.link);
	loop_timer_free(bench.limit);
	loop_timer_free(bench.check);
	loop_free(bench.loop);
	own_net_run("ip link del near");
}

/* A macvlan of an lvsd with that run dir. */
static void macvlan_make(const char *name, uint8_t vrid, const char *run_dir)
{
	const struct conf_vmac conf = {.name = name,
				       .parent = "near",
				       .family = AF_INET,
				       .mac = UINT64_C(0x00005e000100) + vrid};
	const struct vrrp_vmac_saved saved = {0};
	char alias[VRRP_LINK_ALIAS_MAX];

	vrrp_vmac_alias(&saved, run_dir, alias);
	ck_assert_int_eq(vrrp_vmac_make(bench.link, &conf, alias), 0);
}

static bool is_there(const char *name)
{
	return vrrp_link_by_name(bench.link, name) != NULL;
}

START_TEST(macvlans_of_one_lvsd_go_together)
{
	macvlan_make("one.1", 1, RUN_DIR);
	macvlan_make("one.2", 2, RUN_DIR);
	macvlan_make("one.3", 3, RUN_DIR);
	macvlan_make("two.4", 4, "/run/two");
	own_net_run("ip link add other link near type macvlan");
	ck_assert_uint_eq(vrrp_vmacs_release(bench.link, RUN_DIR), 3);
	ck_assert(!is_there("one.1") && !is_there("one.2") && !is_there("one.3"));
	ck_assert(is_there("two.4"));
	own_net_run("ip link show other");
	ck_assert_uint_eq(vrrp_vmacs_release(bench.link, RUN_DIR), 0);
}
END_TEST

/* The group that they get is nobody's: also where somebody has the first one. */
START_TEST(a_group_that_somebody_has_is_left_alone)
{
	struct vrrp_link_if going[2];

	own_net_run("ip link add other link near type macvlan");
	own_net_run("ip link set other group 1819698021"); /* 0x6c767365 */
	macvlan_make("one.1", 1, RUN_DIR);
	macvlan_make("one.2", 2, RUN_DIR);
	vrrp_link_read(bench.link, "other");
	going[0] = *vrrp_link_by_name(bench.link, "one.1");
	going[1] = *vrrp_link_by_name(bench.link, "one.2");
	ck_assert_int_eq(vrrp_vmac_delete_all(bench.link, going, 2), 0);
	ck_assert(!is_there("one.1") && !is_there("one.2"));
	own_net_run("ip link show other");
	/* One that somebody has deleted meanwhile is no failure. */
	macvlan_make("one.1", 1, RUN_DIR);
	going[0] = *vrrp_link_by_name(bench.link, "one.1");
	ck_assert_int_eq(vrrp_vmac_delete_all(bench.link, going, 2), 0);
	ck_assert(!is_there("one.1"));
}
END_TEST

static void await_descriptors(size_t n)
{
	bench.awaited = n;
	loop_timer_set(bench.limit, mono_add_ms(clock_mono(), LIMIT_MS));
	loop_timer_set(bench.check, clock_mono());
	loop_run(bench.loop);
}

START_TEST(sockets_are_closed_one_by_one)
{
	const struct vrrp_link_if *near = vrrp_link_by_name(bench.link, "near");
	size_t before = count_descriptors();
	struct vrrp_closer *closer = vrrp_closer_new(bench.loop);
	struct vrrp_raw *raws[4];
	struct err err;

	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(vrrp_raw_open_frames(AF_INET, near, &raws[i], &err), 0);
	for (size_t i = 0; i < 3; i++)
		vrrp_closer_put(closer, raws[i]);
	ck_assert_uint_eq(count_descriptors(), before + 4);
	for (size_t n = 3; n >= 1; n--)
		await_descriptors(before + n);
	/* What is left is closed in the end. */
	vrrp_closer_put(closer, raws[3]);
	vrrp_closer_free(closer);
	ck_assert_uint_eq(count_descriptors(), before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp taps");
	TCase *tcase = tcase_create("taps");
	SRunner *runner = srunner_create(suite);
	int failed;

	if (!own_net_enter()) {
		fprintf(stderr, "no network namespace can be had here\n");
		return EXIT_SKIP;
	}
	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, macvlans_of_one_lvsd_go_together);
	tcase_add_test(tcase, a_group_that_somebody_has_is_left_alone);
	tcase_add_test(tcase, sockets_are_closed_one_by_one);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
