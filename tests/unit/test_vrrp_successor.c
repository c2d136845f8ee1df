/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a vrrp process makes of the one that it replaces; in a network namespace of its own. */
#include "base/clock.h"
#include "own_net.h"
#include "vrrp/instance.h"
#include "vrrp/runner.h"
#include "vrrp/worker.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MS 60000

static struct {
	struct loop *loop;
	enum vrrp_state_name state; /* the first one that is told; VRRP_INIT: none yet */
	char cause[VRRP_FAULT_TEXT_MAX]; /* of that state */
	bool is_late;
} rig;

static void on_report(const struct vrrp_report *report, void *arg)
{
	(void)arg;
	if (rig.state == VRRP_INIT) {
		rig.state = report->state;
		strcpy(rig.cause, report->cause ? report->cause : "");
	}
	loop_stop(rig.loop);
}

static void on_unknowns(const struct vrrp_unknowns *unknowns, void *arg)
{
	(void)unknowns;
	(void)arg;
}

static void on_refusals(const struct vrrp_refusals *refusals, void *arg)
{
	(void)refusals;
	(void)arg;
}

static void on_limit(void *arg)
{
	(void)arg;
	rig.is_late = true;
	loop_stop(rig.loop);
}

/* Its predecessor was MASTER, and the address is still there. */
static void configure(struct vrrp_runner *runner, uint8_t last_byte, uint8_t prefix_len)
{
	static struct conf_vip vips[256];
	struct conf_vip *vip = &vips[last_byte];
	const struct vrrp_runner_item item = {
	    .arena = arena_new(),
	    .frame = {.last_state = VRRP_MASTER,
		      .conf = {.name = "VI_1",
			       .interface = "near",
			       .family = AF_INET,
			       .vrid = 51,
			       .version = 3,
			       .priority = 150,
			       .is_preempting = true,
			       .advert_int_us = 1000000,
			       .advert_int_max_us = 2000000,
			       .auth_pass = "",
			       .vips = vip,
			       .n_vips = 1}}};

	*vip = (struct conf_vip){.addr = {AF_INET, {10, 7, 0, last_byte}},
				 .prefix_len = prefix_len,
				 .interface = "near",
				 .label = ""};
	vrrp_runner_configure(runner, &item, 1);
}

/* The first state of a process that replaces predecessor. */
static enum vrrp_state_name first_state(const struct vrrp_predecessor *predecessor)
{
	struct loop_timer *limit = loop_timer_new(rig.loop, on_limit, NULL);
	struct vrrp_runner *runner;
	const struct vrrp_sink sink = {.on_report = on_report};
	struct err err;

	rig.state = VRRP_INIT;
	ck_assert_msg(vrrp_runner_new(rig.loop, predecessor, &sink, &runner, &err) == 0, "%s", err.text);
	configure(runner, 100, 32);
	loop_timer_set(limit, mono_add_ms(clock_mono(), LIMIT_MS));
	if (rig.state == VRRP_INIT)
		loop_run(rig.loop);
	ck_assert(!rig.is_late);
	vrrp_runner_free(runner);
	loop_timer_free(limit);
	return rig.state;
}

static void setup(void)
{
	memset(&rig, 0, sizeof(rig));
	rig.loop = loop_new();
	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set far up");
	own_net_run("ip link set near up");
	own_net_run("ip addr add 10.7.0.1/24 dev near");
	own_net_run("ip addr add 10.7.0.100/32 dev near");
	/* The kernel may tell of a new interface's carrier a moment later. */
	while (first_state(&(struct vrrp_predecessor){.alive = MONO_NEVER}) == VRRP_FAULT)
		;
}

static void teardown(void)
{
	own_net_run("ip link del near");
	loop_free(rig.loop);
}

START_TEST(a_process_that_died_as_master_is_continued)
{
	ck_assert_int_eq(first_state(&(struct vrrp_predecessor){.alive = clock_mono()}), VRRP_MASTER);
}
END_TEST

START_TEST(after_its_addresses_were_released_nothing_is_continued)
{
	ck_assert_int_eq(first_state(&(struct vrrp_predecessor){.alive = clock_mono(), .was_released = true}),
			 VRRP_BACKUP);
	ck_assert_str_eq(rig.cause, "the vrrp process was replaced, too late to go on as MASTER");
}
END_TEST

/* As long as its addresses are there, nobody else may have them: it listens for another master. */
START_TEST(a_process_that_was_silent_for_long_is_continued_while_it_has_the_addresses)
{
	const struct vrrp_predecessor hung = {.alive = mono_add_ms(clock_mono(), -10000),
					      .was_silent = true};

	ck_assert_int_eq(first_state(&hung), VRRP_MASTER);
	own_net_run("ip addr del 10.7.0.100/32 dev near");
	ck_assert_int_eq(first_state(&hung), VRRP_BACKUP);
	/* Scripts get that as LVSD_CAUSE. */
	ck_assert_str_eq(rig.cause, "the vrrp process was replaced, too late to go on as MASTER");
}
END_TEST

static void expect_addresses(const char *wanted)
{
	FILE *pipe = popen("ip -o -4 addr show dev near | awk '{printf \"%s \", $4}'", "r");
	char text[256] = "";
	size_t len = fread(text, 1, sizeof(text) - 1, pipe);

	text[len] = '\0';
	pclose(pipe);
	ck_assert_str_eq(text, wanted);
}

/* The machine's own address becomes virtual, and another one stands, which the kernel calls secondary.
 * The former virtual address must not become the one to send from: it would stay for ever. */
START_TEST(an_address_that_leaves_the_file_is_no_source)
{
	const struct vrrp_predecessor died = {.alive = clock_mono()};
	const struct vrrp_sink sink = {
	    .on_report = on_report, .on_refusals = on_refusals, .on_unknowns = on_unknowns};
	struct vrrp_runner *runner;
	struct err err;

	own_net_run("ip addr add 10.7.0.5/24 dev near");
	expect_addresses("10.7.0.1/24 10.7.0.100/32 10.7.0.5/24 ");
	ck_assert_int_eq(vrrp_runner_new(rig.loop, &died, &sink, &runner, &err), 0);
	rig.state = VRRP_INIT;
	configure(runner, 100, 32);
	ck_assert_int_eq(rig.state, VRRP_MASTER);
	configure(runner, 1, 24);
	expect_addresses("10.7.0.1/24 10.7.0.5/24 ");
	rig.state = VRRP_INIT;
	vrrp_runner_report(runner);
	ck_assert_int_eq(rig.state, VRRP_MASTER);
	vrrp_runner_free(runner);
}
END_TEST

static struct vrrp_legacy legacy_by(enum vrrp_inheritance inheritance)
{
	const struct vrrp_instance_frame frame = {.last_state = VRRP_MASTER, .inheritance = inheritance};
	const struct vrrp_predecessor none = {.alive = MONO_NEVER};

	return vrrp_instance_legacy(&frame, &none, (struct mono){7}, false);
}

START_TEST(what_is_known_of_a_predecessor_depends_on_how_it_ended)
{
	ck_assert(legacy_by(VRRP_INHERITED_WHOLE).was_relieved);
	ck_assert(!legacy_by(VRRP_INHERITED_HUNG).was_relieved);
	ck_assert(!legacy_by(VRRP_INHERITED_NOT).was_relieved);
	/* It counts from the start of this process, or from nobody knows when. */
	ck_assert_int_eq(legacy_by(VRRP_INHERITED_WHOLE).alive.ns, 7);
	ck_assert_int_eq(legacy_by(VRRP_INHERITED_HUNG).alive.ns, 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("vrrp successor");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_is_known_of_a_predecessor_depends_on_how_it_ended);
	tcase_add_test(tcase, a_process_that_died_as_master_is_continued);
	tcase_add_test(tcase, after_its_addresses_were_released_nothing_is_continued);
	tcase_add_test(tcase, a_process_that_was_silent_for_long_is_continued_while_it_has_the_addresses);
	tcase_add_test(tcase, an_address_that_leaves_the_file_is_no_source);
	return own_net_tests("vrrp successor", tcase);
}
