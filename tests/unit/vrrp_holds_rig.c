/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/vrrp_holds_rig.h"
#include "base/clock.h"
#include "conf/load.h"
#include "own_net.h"
#include "vrrp/runner.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MS  60000
#define SHOWN_MAX (64 * 1024)
#define FRAME_MAX (64 * 1024)

static struct {
	struct loop *loop;
	struct vrrp_runner *runner;
	const char *command, *wanted;
	bool is_late, is_absent; /* is_absent: wanted must not be shown */
	char shown[SHOWN_MAX];
} rig;

static void on_report(const struct vrrp_report *report, void *arg)
{
	(void)report;
	(void)arg;
}

static void on_source(const struct vrrp_source *source, void *arg)
{
	(void)source;
	(void)arg;
}

static void on_refusals(const struct vrrp_refusals *refusals, void *arg)
{
	(void)refusals;
	(void)arg;
}

/* --- what the machine has --- */

static bool is_shown(void)
{
	FILE *pipe = popen(rig.command, "r");
	size_t len;

	ck_assert_ptr_nonnull(pipe);
	len = fread(rig.shown, 1, sizeof(rig.shown) - 1, pipe);
	rig.shown[len] = '\0';
	pclose(pipe);
	return (strstr(rig.shown, rig.wanted) != NULL) != rig.is_absent;
}

static void on_limit(void *arg)
{
	(void)arg;
	rig.is_late = true;
	loop_stop(rig.loop);
}

static void on_look(void *arg)
{
	struct loop_timer **timer = arg;

	if (is_shown())
		loop_stop(rig.loop);
	else
		loop_timer_set(*timer, mono_add_ms(clock_mono(), 20));
}

static void await(const char *command, const char *wanted, bool is_absent)
{
	struct loop_timer *limit = loop_timer_new(rig.loop, on_limit, NULL), *look = NULL;

	rig.command = command;
	rig.wanted = wanted;
	rig.is_absent = is_absent;
	look = loop_timer_new(rig.loop, on_look, &look);
	loop_timer_set(limit, mono_add_ms(clock_mono(), LIMIT_MS));
	loop_timer_set(look, clock_mono());
	loop_run(rig.loop);
	ck_assert_msg(!rig.is_late, "%s: '%s' is %s in:\n%s", command, wanted,
		      is_absent ? "still" : "not", rig.shown);
	loop_timer_free(limit);
	loop_timer_free(look);
}

void shows(const char *command, const char *wanted)
{
	await(command, wanted, false);
}

void shows_no(const char *command, const char *wanted)
{
	await(command, wanted, true);
}

bool is_shown_now(const char *command, const char *wanted)
{
	rig.command = command;
	rig.wanted = wanted;
	rig.is_absent = false;
	return is_shown();
}

void shows_now(const char *command, const char *wanted)
{
	ck_assert_msg(is_shown_now(command, wanted), "%s: '%s' is not at once in:\n%s", command, wanted, rig.shown);
}

/* A turn has no length: however busy the machine is, no more than these pass. */
#define TURNS_OF_EVENT 20

static void on_turn(void *arg)
{
	struct loop_timer **timer = arg;
	static unsigned n;

	if (++n % TURNS_OF_EVENT == 0)
		loop_stop(rig.loop);
	else
		loop_timer_set(*timer, mono_add_ms(clock_mono(), 1));
}

void shows_soon(const char *command, const char *wanted)
{
	struct loop_timer *turn = NULL;

	turn = loop_timer_new(rig.loop, on_turn, &turn);
	loop_timer_set(turn, clock_mono());
	loop_run(rig.loop);
	loop_timer_free(turn);
	shows_now(command, wanted);
}

static void on_pause_over(void *arg)
{
	(void)arg;
	loop_stop(rig.loop);
}

void run_for(int64_t ms)
{
	struct loop_timer *timer = loop_timer_new(rig.loop, on_pause_over, NULL);

	loop_timer_set(timer, mono_add_ms(clock_mono(), ms));
	loop_run(rig.loop);
	loop_timer_free(timer);
}

/* --- configurations --- */

static void on_left(void *arg)
{
	(void)arg;
}

void leave(void)
{
	vrrp_runner_leave(rig.runner, on_left, NULL);
}

static struct vrrp_runner_item item_of(const struct conf_vrrp *conf)
{
	static char body[FRAME_MAX];
	struct vrrp_instance_frame frame = {.conf = *conf};
	struct vrrp_runner_item item = {.arena = arena_new()};
	size_t len = vrrp_instance_encode(&frame, body, sizeof(body));

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(vrrp_instance_decode(body, len, item.arena, &item.frame), 0);
	return item;
}

static void statics_configure(const struct conf_statics *statics)
{
	static char body[FRAME_MAX];
	struct arena *arena = arena_new();
	size_t len = vrrp_statics_encode(statics, body, sizeof(body));
	struct conf_statics back;

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(vrrp_statics_decode(body, len, arena, &back), 0);
	vrrp_runner_set_statics(rig.runner, &back, arena);
}

/* Instances and static items of one file, as the director would send them. */
void configure(const char *text)
{
	struct diags diags = {0};
	char first[512];
	struct conf *conf;
	struct vrrp_runner_item items[4];

	conf = conf_load_text("test.conf", text, strlen(text), &diags);
	ck_assert_msg(conf != NULL, "%s", diags_first_error(&diags, first, sizeof(first)));
	for (size_t i = 0; i < conf->n_vrrps; i++)
		items[i] = item_of(&conf->vrrps[i]);
	statics_configure(&conf->statics);
	vrrp_runner_configure(rig.runner, items, conf->n_vrrps);
	vrrp_runner_trim_statics(rig.runner);
	conf_free(conf);
	diags_free(&diags);
}

static void runner_start(void)
{
	const struct vrrp_predecessor none = {.alive = MONO_NEVER};
	const struct vrrp_sink sink = {.on_report = on_report, .on_source = on_source,
				       .on_refusals = on_refusals};
	struct err err;

	ck_assert_msg(vrrp_runner_new(rig.loop, &none, &sink, &rig.runner, &err) == 0, "%s",
		      err.text);
}

/* The runner dies, and another one gets the configuration, and what its predecessor may have left. */
void succeed(const char *text, const char **left, size_t n)
{
	vrrp_runner_free(rig.runner);
	runner_start();
	configure(text);
	vrrp_runner_sweep(rig.runner, left, n);
}

void holds_begin(void)
{
	memset(&rig, 0, sizeof(rig));
	rig.loop = loop_new();
	own_net_run("ip link set lo up");
	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set far up");
	own_net_run("ip link set near up");
	own_net_run("ip addr add 10.7.0.1/24 dev near");
	runner_start();
}

void holds_end(void)
{
	vrrp_runner_free(rig.runner);
	own_net_run("ip link del near");
	own_net_run("ip route flush table all proto 112");
	loop_free(rig.loop);
}
