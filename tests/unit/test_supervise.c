/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the supervisor decides: the order of the end, and who hangs. What its processes are born with. */
#include "daemon/director/director.h"
#include "daemon/loader/process.h"
#include "daemon/log/process.h"
#include "daemon/mail/worker.h"
#include "daemon/rules/worker.h"
#include "daemon/script/worker.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/spawn.h"
#include "daemon/supervisor/channels.h"
#include "daemon/supervisor/hang_watch.h"
#include "daemon/supervisor/release.h"
#include "daemon/supervisor/release_filter.h"
#include "daemon/supervisor/stop_order.h"
#include "daemon/supervisor/vrrp_absence.h"
#include "healthcheck/worker.h"
#include "sync/worker.h"
#include "vrrp/process.h"
#include "vrrp/wait.h"

#include <check.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The unit's TimeoutStopSec=, less a second for systemd's own work. */
#define UNIT_STOP_MS 24000

/* How a process takes SIGTERM. */
enum temper {
	ABSENT,
	ENDS,  /* at once */
	HANGS, /* until it is killed */
	STAYS, /* even then */
};

struct world {
	enum temper temper[N_PROCESSES];
	struct stop_order order;
	struct stop_view view;
	struct mono now;
	char story[512];
};

static void tell(struct world *world, const char *what, enum process_name name)
{
	size_t len = strlen(world->story);

	snprintf(world->story + len, sizeof(world->story) - len, "%s%s %s", len ? ", " : "", what,
		 process_short_name(name));
}

static void dies(struct world *world, enum process_name name, bool is_clean)
{
	world->view.runs[name] = false;
	if (name == PROCESS_VRRP && !is_clean)
		world->view.owes_release = true;
}

static bool act(struct world *world)
{
	enum process_name name;

	switch (stop_order_step(&world->order, &world->view, world->now, &name)) {
	case STOP_ASK:
		tell(world, "ask", name);
		if (world->temper[name] == ENDS)
			dies(world, name, true);
		return true;
	case STOP_START:
		tell(world, "start", name);
		world->view.runs[name] = world->temper[name] != ENDS;
		return true;
	case STOP_KILL:
		tell(world, "kill", name);
		world->view.owes_release |= name == PROCESS_VRRP;
		if (world->temper[name] != STAYS)
			dies(world, name, false);
		return true;
	case STOP_WAIT:
		ck_assert(mono_before(world->now, world->order.deadline));
		world->now = world->order.deadline;
		return true;
	default:
		return false;
	}
}

/* Returns how long the end took, in milliseconds. */
static int64_t play(struct world *world)
{
	world->now = (struct mono){NS_PER_S};
	for (int i = 0; i < N_PROCESSES; i++)
		world->view.runs[i] = world->temper[i] != ABSENT && i != PROCESS_RELEASE;
	for (int i = 0; act(world); i++)
		ck_assert_int_lt(i, 100);
	return (world->now.ns - NS_PER_S) / NS_PER_MS;
}

START_TEST(each_stage_follows_the_one_before)
{
	struct world world = {.temper = {ENDS, ENDS, ENDS, ENDS, ENDS, ENDS, ENDS}};

	ck_assert_int_eq(play(&world), 0);
	ck_assert_str_eq(world.story, "ask vrrp, ask director, ask rules, ask check, ask script, ask log");
	world = (struct world){.temper = {[PROCESS_DIRECTOR] = ENDS}};
	play(&world);
	ck_assert_str_eq(world.story, "ask director");
}
END_TEST

START_TEST(who_hangs_is_killed_and_the_next_still_runs)
{
	struct world world = {.temper = {ENDS, HANGS, ENDS, ENDS, ENDS}};

	ck_assert_int_eq(play(&world), process_kinds[PROCESS_VRRP].stop_ms);
	ck_assert_str_eq(world.story,
			 "ask vrrp, kill vrrp, start release, ask director, ask check, "
			 "ask script");
	world = (struct world){.temper = {HANGS, ENDS, HANGS, HANGS, ENDS}};
	play(&world);
	ck_assert_str_eq(world.story,
			 "ask vrrp, ask director, kill director, ask check, kill check, "
			 "ask script, kill script");
}
END_TEST

/* A handover takes its time, a hang does not last longer than that. */
START_TEST(vrrp_may_hand_over_before_it_ends)
{
	struct world world = {.temper = {ENDS, HANGS, ENDS, ENDS, ENDS},
			      .view = {.handover_ms = 2000}};

	ck_assert_int_eq(play(&world), process_kinds[PROCESS_VRRP].stop_ms + 2000);
}
END_TEST

/* The director may hang. */
START_TEST(the_handover_waits_for_the_youngest_connections_but_not_for_long)
{
	struct world world = {.temper = {ENDS, ENDS}, .view = {.is_flushing = true}};
	enum process_name name;

	ck_assert_int_eq(play(&world), STOP_ORDER_FLUSH_MS);
	ck_assert_str_eq(world.story, "ask vrrp, ask director");
	world = (struct world){.temper = {[PROCESS_DIRECTOR] = ENDS}, .view = {.is_flushing = true}};
	ck_assert_int_eq(play(&world), 0);
	world = (struct world){.view = {.runs = {[PROCESS_VRRP] = true}, .is_flushing = true}, .now = {NS_PER_S}};
	ck_assert_int_eq(stop_order_step(&world.order, &world.view, world.now, &name), STOP_WAIT);
	world.view.is_flushing = false;
	ck_assert_int_eq(stop_order_step(&world.order, &world.view, world.now, &name), STOP_ASK);
	ck_assert_int_eq(name, PROCESS_VRRP);
}
END_TEST

START_TEST(vrrp_that_has_just_died_left_its_addresses)
{
	struct world world = {.temper = {[PROCESS_DIRECTOR] = ENDS, [PROCESS_RELEASE] = ENDS},
			      .view = {.owes_release = true}};

	play(&world);
	ck_assert_str_eq(world.story, "start release, ask director");
}
END_TEST

START_TEST(the_worst_end_is_within_the_units_time)
{
	struct world world = {.view = {.handover_ms = VRRP_LEAVE_MAX_NS / NS_PER_MS, .is_flushing = true}};

	for (int i = 0; i < N_PROCESSES; i++)
		world.temper[i] = STAYS;
	ck_assert_int_lt(play(&world), UNIT_STOP_MS);
	for (int i = 0; i < N_PROCESSES; i++) {
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "%s %s, kill %s",
			 i == PROCESS_RELEASE ? "start" : "ask",
			 process_short_name((enum process_name)i),
			 process_short_name((enum process_name)i));
		ck_assert_msg(strstr(world.story, wanted) != NULL, "%s: %s", wanted, world.story);
	}
}
END_TEST

/* ---- who hangs ---- */

#define BOUND_MS 4000

/* Ticks and answers from `from` to `to`; returns when it was found to hang, or -1. */
static int64_t watch_between(struct hang_watch *watch, int64_t from_ms, int64_t to_ms, bool answers)
{
	for (int64_t ms = from_ms; ms <= to_ms; ms++) {
		struct mono now = {ms * NS_PER_MS};
		enum hang_act act = hang_watch_tick(watch, now);

		if (act == HANG_HUNG)
			return ms;
		if (act == HANG_PING && answers)
			ck_assert(hang_watch_answer(watch, watch->number, now));
	}
	return -1;
}

static struct hang_watch watch_new(int64_t start_ms)
{
	struct hang_watch watch = {.next = MONO_NEVER};

	hang_watch_start(&watch, BOUND_MS * NS_PER_MS, start_ms, (struct mono){NS_PER_S});
	return watch;
}

START_TEST(who_answers_does_not_hang)
{
	struct hang_watch watch = watch_new(0);

	ck_assert_int_eq(watch_between(&watch, 1000, 100000, true), -1);
	ck_assert(!hang_watch_answer(&watch, watch.number - 1, (struct mono){0})); /* a stale one */
	ck_assert_int_eq(hang_watch_last_alive(&watch, (struct mono){5}).ns, 5);
}
END_TEST

START_TEST(who_falls_silent_is_found_within_the_bound)
{
	for (int64_t fell_silent = 10000; fell_silent < 12000; fell_silent += 37) {
		struct hang_watch watch = watch_new(0);
		int64_t found;
		struct mono alive;

		ck_assert_int_eq(watch_between(&watch, 1000, fell_silent, true), -1);
		found = watch_between(&watch, fell_silent + 1, fell_silent + 100000, false);
		ck_assert_int_le(found - fell_silent, BOUND_MS);
		ck_assert_int_ge(found - fell_silent, BOUND_MS * 3 / 4);
		alive = hang_watch_last_alive(&watch, (struct mono){found * NS_PER_MS});
		ck_assert_int_le(alive.ns, fell_silent * NS_PER_MS);
		ck_assert_int_gt(alive.ns, (fell_silent - BOUND_MS / 4 - 1) * NS_PER_MS);
	}
}
END_TEST

/* The supervisor hangs, and vrrp dies meanwhile: nobody knows when. */
START_TEST(who_died_while_nobody_watched_was_alive_at_its_last_answer)
{
	for (int64_t begin = 10000; begin < 11100; begin += 37) {
		struct hang_watch watch = watch_new(0);
		int64_t late = begin + BOUND_MS / 2 + 1;
		struct mono alive;

		ck_assert_int_eq(watch_between(&watch, 1000, begin, true), -1);
		alive = hang_watch_last_alive(&watch, (struct mono){(begin + 1) * NS_PER_MS});
		ck_assert_int_eq(alive.ns, (begin + 1) * NS_PER_MS);
		for (int64_t found = late; found < begin + 60000; found += 7000) {
			alive = hang_watch_last_alive(&watch, (struct mono){found * NS_PER_MS});
			ck_assert_int_le(alive.ns, begin * NS_PER_MS);
			ck_assert_int_ge(alive.ns, (begin - BOUND_MS / 4 - 1) * NS_PER_MS);
		}
		/* The timer of the tick may be first, and the end of vrrp be noticed after it. */
		watch_between(&watch, begin + 60000, begin + 60000, false);
		alive = hang_watch_last_alive(&watch, (struct mono){(begin + 60001) * NS_PER_MS});
		ck_assert_int_le(alive.ns, begin * NS_PER_MS);
	}
}
END_TEST

START_TEST(a_pause_of_the_whole_machine_kills_nobody)
{
	/* The pause begins at any moment, also between a ping and its answer. */
	for (int64_t begin = 10000; begin < 11100; begin += 7) {
		struct hang_watch watch = watch_new(0);

		ck_assert_int_eq(watch_between(&watch, 1000, begin, true), -1);
		ck_assert_int_eq(watch_between(&watch, begin + 60000, begin + 60000, false), -1);
		if (watch.is_asked) /* the process runs again, too, and answers late */
			hang_watch_answer(&watch, watch.number,
					  (struct mono){(begin + 60001) * NS_PER_MS});
		ck_assert_int_eq(watch_between(&watch, begin + 60002, begin + 90000, true), -1);
	}
}
END_TEST

/* Reloads that give advert_int one value and then another, each before a tick is over. */
START_TEST(a_bound_that_changes_hides_no_hang)
{
	const int64_t fell_silent = 10000;
	struct hang_watch watch = watch_new(0);
	int64_t found = -1;

	ck_assert_int_eq(watch_between(&watch, 1000, fell_silent, true), -1);
	for (int64_t ms = fell_silent; found < 0 && ms < fell_silent + 10 * BOUND_MS; ms += 100) {
		hang_watch_set_bound(&watch, (ms / 100 % 2 ? 1 : 10) * BOUND_MS * NS_PER_MS,
				     (struct mono){ms * NS_PER_MS});
		found = watch_between(&watch, ms + 1, ms + 100, false);
	}
	ck_assert_int_ge(found - fell_silent, BOUND_MS * 3 / 4);
	ck_assert_int_le(found - fell_silent, 3 * BOUND_MS);
}
END_TEST

/* A process that becomes master of many addresses has the longer bound from then on. */
START_TEST(a_longer_bound_holds_for_a_ping_that_is_owed)
{
	struct hang_watch watch = watch_new(0);
	int64_t found;

	ck_assert_int_eq(watch_between(&watch, 1000, 10000, true), -1);
	ck_assert_int_eq(watch_between(&watch, 10001, 10000 + BOUND_MS / 2, false), -1);
	hang_watch_set_bound(&watch, 10 * BOUND_MS * NS_PER_MS,
			     (struct mono){(10000 + BOUND_MS / 2) * NS_PER_MS});
	found = watch_between(&watch, 10001 + BOUND_MS / 2, 10000 + 20 * BOUND_MS, false);
	ck_assert_int_ge(found - 10000, 10 * BOUND_MS * 3 / 4);
	ck_assert_int_le(found - 10000, 11 * BOUND_MS);
}
END_TEST

START_TEST(one_that_starts_has_time)
{
	struct hang_watch watch = watch_new(HANG_START_MS);
	int64_t found = watch_between(&watch, 1000, 100000, false);

	ck_assert_int_ge(found - 1000, HANG_START_MS);
	ck_assert_int_le(found - 1000, HANG_START_MS + BOUND_MS / 4);
	ck_assert(mono_is_never(hang_watch_last_alive(&watch, (struct mono){found})));
	/* After its first answer the bound holds. */
	watch = watch_new(HANG_START_MS);
	ck_assert_int_eq(watch_between(&watch, 1000, 5000, true), -1);
	ck_assert_int_le(watch_between(&watch, 5001, 100000, false), 5000 + BOUND_MS);
}
END_TEST

START_TEST(the_bound_of_vrrp_follows_its_interval)
{
	ck_assert_int_eq(hang_vrrp_bound_ns(1000000, 1, 0), 3 * NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(10000, 0, 0), NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(0, 0, 0), NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(255000000, 0, 0), 10 * NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(UINT64_MAX, SIZE_MAX, 99), 10 * NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(10000, 0, 1), 2 * NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(10000, 0, 99), 10 * NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(100000, 3000, 0), 4 * NS_PER_S);
	ck_assert_int_eq(hang_vrrp_bound_ns(100000, 10000, 0), 10 * NS_PER_S);
}
END_TEST

/* ---- no vrrp process ---- */

#define DOWN_MS 3400

static struct mono at(int64_t ms)
{
	return (struct mono){ms * NS_PER_MS};
}

static struct vrrp_absence absence_new(void)
{
	struct vrrp_absence absence = {.due = MONO_NEVER};

	vrrp_absence_need(&absence, DOWN_MS * NS_PER_MS);
	vrrp_absence_at_work(&absence);
	return absence;
}

START_TEST(addresses_go_after_a_master_down_time_without_vrrp)
{
	struct vrrp_absence absence = absence_new();

	ck_assert(mono_is_never(absence.due));
	vrrp_absence_ended(&absence, at(10000), at(11000));
	ck_assert_int_eq(absence.due.ns, at(13400).ns);
	/* Successors that die before they have their configuration change nothing. */
	vrrp_absence_ended(&absence, at(12000), at(12000));
	ck_assert_int_eq(absence.due.ns, at(13400).ns);
	ck_assert(!vrrp_absence_is_over(&absence, at(13399)));
	ck_assert(!absence.is_released);
	ck_assert(vrrp_absence_is_over(&absence, at(13400)));
	ck_assert(absence.is_released);
	/* Once. */
	ck_assert(!vrrp_absence_is_over(&absence, at(99999)));
	vrrp_absence_ended(&absence, at(99999), at(99999));
	ck_assert(mono_is_never(absence.due));
	vrrp_absence_at_work(&absence);
	ck_assert(!absence.is_released);
}
END_TEST

START_TEST(a_successor_in_time_keeps_the_addresses)
{
	struct vrrp_absence absence = absence_new();

	vrrp_absence_ended(&absence, at(10000), at(10000));
	vrrp_absence_at_work(&absence);
	ck_assert(mono_is_never(absence.due));
	/* It has time also when its predecessor hung for longer than a master-down time. */
	vrrp_absence_ended(&absence, at(20000), at(30000));
	ck_assert_int_eq(absence.due.ns, at(30000 + VRRP_ABSENCE_MIN_MS).ns);
	/* One that never answered a ping was at work all the same. */
	vrrp_absence_at_work(&absence);
	vrrp_absence_ended(&absence, MONO_NEVER, at(40000));
	ck_assert_int_eq(absence.due.ns, at(40000 + DOWN_MS).ns);
}
END_TEST

/* The vrrp process ends before the notifications of the stop, which may take longer. */
START_TEST(the_end_of_vrrp_at_a_stop_is_no_absence)
{
	struct vrrp_absence absence = absence_new();

	vrrp_absence_stop(&absence);
	vrrp_absence_ended(&absence, at(10000), at(10000));
	ck_assert(mono_is_never(absence.due));
	/* it has died just before */
	absence = absence_new();
	vrrp_absence_ended(&absence, at(10000), at(10000));
	vrrp_absence_stop(&absence);
	ck_assert(mono_is_never(absence.due));
	ck_assert(!vrrp_absence_is_over(&absence, at(20000)));
}
END_TEST

START_TEST(without_an_instance_nothing_is_released)
{
	struct vrrp_absence absence = absence_new();

	vrrp_absence_ended(&absence, at(10000), at(10000));
	vrrp_absence_need(&absence, 0);
	ck_assert(mono_is_never(absence.due));
	vrrp_absence_ended(&absence, at(10000), at(10000));
	ck_assert(mono_is_never(absence.due));
	/* The first vrrp process of a start has no address yet. */
	vrrp_absence_need(&absence, DOWN_MS * NS_PER_MS);
	vrrp_absence_ended(&absence, MONO_NEVER, at(11000));
	ck_assert(mono_is_never(absence.due));
}
END_TEST

/* ---- the table ---- */

/* The processes that the rows name are not run here. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define NEVER_RUN(function, ...)                                                                   \
	int function(__VA_ARGS__)                                                                  \
	{                                                                                          \
		abort();                                                                           \
	}
NEVER_RUN(director_run, const struct director_args *args)
NEVER_RUN(vrrp_process_run, int channel, int pulse, const char *door_name, const struct vrrp_predecessor *predecessor,
	  bool *ret_is_last)
NEVER_RUN(check_worker_run, int channel)
NEVER_RUN(script_worker_run, int channel, struct script_groups *groups, int join_fd,
	  const struct vouched *vouched, int pulse_fd)
NEVER_RUN(rules_worker_run, int channel)
NEVER_RUN(mail_worker_run, int channel)
NEVER_RUN(sync_worker_run, int channel)
NEVER_RUN(loader_run, const struct loader_args *args)
NEVER_RUN(release_addresses_of, const struct options *options, bool is_stale, enum release_to to)
NEVER_RUN(log_process_run, const struct log_process_args *args)

void rivals_find(struct rivals *rivals)
{
	abort();
}

void release_filter_of(const char *real_run_dir)
{
	abort();
}

char *rundir_real(const char *path)
{
	abort();
}

START_TEST(each_process_has_its_row)
{
	unsigned ranks = 0;

	for (int i = 0; i < N_PROCESSES; i++) {
		const struct process_kind *kind = &process_kinds[i];

		ck_assert_ptr_nonnull(kind->title);
		ck_assert_int_eq(strncmp(kind->title, "lvsd: ", 6), 0);
		ck_assert_ptr_nonnull(kind->main);
		ck_assert_int_gt(kind->stop_ms, 0);
		ck_assert(kind->channels & CHANNEL_BIT(CHANNEL_LOG));
		ck_assert_uint_gt(kind->log.burst, 0);
		ck_assert_uint_lt(kind->stop_rank, N_PROCESSES);
		ck_assert_int_eq(kind->run_ms > 0, kind->need == PROCESS_ON_DEMAND);
		ranks |= 1u << kind->stop_rank;
	}
	ck_assert_uint_eq(ranks, (1u << N_PROCESSES) - 1);
}
END_TEST

/* As in a container with NET_ADMIN and NET_RAW alone. */
START_TEST(a_capability_that_costs_is_named_with_its_process)
{
	const uint64_t net = (1 << CAP_NET_ADMIN) | (1 << CAP_NET_RAW);
	const struct rights_lacks lacks = process_lacks(net), none = process_lacks(~UINT64_C(0));
	char text[256] = "";

	ck_assert_uint_eq(none.n, 0);
	for (size_t i = 0; i < lacks.n; i++) {
		const struct rights_lack *lack = &lacks.items[i];

		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %s;",
			 lack->process_text, lack->right->name);
	}
	ck_assert_str_eq(text, "vrrp CAP_SYS_NICE;script CAP_SETUID;script CAP_SETGID;script CAP_KILL;");
}
END_TEST

static bool holds(const struct channels *channels, enum process_name name, int fd)
{
	struct process_ends ends;
	int list[CHANNELS_ENDS_MAX];
	size_t n;

	channels_view(channels, name, &ends);
	n = channels_list(&ends, list);
	for (size_t i = 0; i < n; i++)
		if (list[i] == fd)
			return true;
	return false;
}

/* Each end has one holder, or is the supervisor's. */
START_TEST(each_process_gets_its_own_ends_alone)
{
	struct channels channels;
	unsigned n_mine = 0, n_wanted = 1; /* the supervisor's log */

	ck_assert_int_eq(channels_open(&channels), 0);
	for (int i = 0; i < N_PROCESSES; i++)
		for (int j = 0; j < N_CHANNELS; j++)
			for (int side = 0; side < 2; side++) {
				int fd = channels.ends[i][j][side], n_holders = 0;

				if (fd < 0)
					continue;
				for (int k = 0; k < N_PROCESSES; k++)
					n_holders += holds(&channels, (enum process_name)k, fd);
				n_mine += n_holders == 0;
				ck_assert_int_le(n_holders, 1);
			}
	for (int i = 0; i < N_PROCESSES; i++)
		n_wanted += (process_kinds[i].channels & CHANNEL_BIT(CHANNEL_SUPERVISOR)) != 0;
	ck_assert_uint_eq(n_mine, n_wanted);
	ck_assert(holds(&channels, PROCESS_DIRECTOR,
			channels_other(&channels, PROCESS_VRRP, CHANNEL_DIRECTOR)));
	ck_assert(holds(&channels, PROCESS_VRRP,
			channels.ends[PROCESS_VRRP][CHANNEL_DIRECTOR][1]));
	ck_assert(holds(&channels, PROCESS_LOG,
			channels_other(&channels, PROCESS_CHECK, CHANNEL_LOG)));
	ck_assert(!holds(&channels, PROCESS_LOG,
			 channels.ends[PROCESS_LOG][CHANNEL_LOG][1]));
	channels_close(&channels);
}
END_TEST

/* The number of this process's controlling terminal; 0: it has none. */
static int terminal(void)
{
	FILE *file = fopen("/proc/self/stat", "r");
	int number = -1;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %d", &number), 1);
	fclose(file);
	return number;
}

static int born(void *arg)
{
	const pid_t *group = arg;

	return terminal() == 0 && getpgrp() == *group ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* `lvsd -n` in root's shell: a process that was taken over must not type into that shell (TIOCSTI). */
START_TEST(a_process_has_no_controlling_terminal)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, status;
	pid_t group, pid;

	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	pid = fork();
	if (pid == 0) {
		setsid();
		slave = open(ptsname(master), O_RDWR);
		if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) < 0 || terminal() == 0)
			_exit(2);
		group = getpgrp();
		pid = spawn(&master, 1, born, &group);
		_exit(pid > 0 && waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : 3);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(master);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("supervise");
	TCase *tcase = tcase_create("supervise");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_stage_follows_the_one_before);
	tcase_add_test(tcase, who_hangs_is_killed_and_the_next_still_runs);
	tcase_add_test(tcase, vrrp_may_hand_over_before_it_ends);
	tcase_add_test(tcase, the_handover_waits_for_the_youngest_connections_but_not_for_long);
	tcase_add_test(tcase, vrrp_that_has_just_died_left_its_addresses);
	tcase_add_test(tcase, the_worst_end_is_within_the_units_time);
	tcase_add_test(tcase, who_answers_does_not_hang);
	tcase_add_test(tcase, who_falls_silent_is_found_within_the_bound);
	tcase_add_test(tcase, who_died_while_nobody_watched_was_alive_at_its_last_answer);
	tcase_add_test(tcase, a_pause_of_the_whole_machine_kills_nobody);
	tcase_add_test(tcase, a_bound_that_changes_hides_no_hang);
	tcase_add_test(tcase, a_longer_bound_holds_for_a_ping_that_is_owed);
	tcase_add_test(tcase, one_that_starts_has_time);
	tcase_add_test(tcase, the_bound_of_vrrp_follows_its_interval);
	tcase_add_test(tcase, addresses_go_after_a_master_down_time_without_vrrp);
	tcase_add_test(tcase, a_successor_in_time_keeps_the_addresses);
	tcase_add_test(tcase, the_end_of_vrrp_at_a_stop_is_no_absence);
	tcase_add_test(tcase, without_an_instance_nothing_is_released);
	tcase_add_test(tcase, each_process_has_its_row);
	tcase_add_test(tcase, a_capability_that_costs_is_named_with_its_process);
	tcase_add_test(tcase, each_process_gets_its_own_ends_alone);
	tcase_add_test(tcase, a_process_has_no_controlling_terminal);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
