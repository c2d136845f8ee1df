/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a vrrp process without a supervisor is taken over: door and heir, over a socket that the run dir leads to. */
#include "base/socket/abstract.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "daemon/director/heir/heir.h"
#include "daemon/lvsctl/orphan_look.h"
#include "daemon/shared/orphan_find.h"
#include "daemon/shared/orphan_process.h"
#include "daemon/shared/rundir.h"
#include "daemon/supervisor/predecessor.h"
#include "vrrp/orphan/door.h"
#include "vrrp/orphan/orphan.h"
#include "vrrp/orphan/relief.h"
#include "vrrp/wire.h"
#include "tests/unit/turns.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATES 300 /* more than the socket holds */
#define PATIENCE_MS 60000
#define SILENT 300 /* more than are kept */

static struct bench {
	char dir[32], *name;
	struct loop *loop;
	struct predecessor now; /* as the lvsd that was started sees the one that died */
	struct vrrp_door *door;
	struct heir *heir;
	bool is_broken, is_leaving;
	uint64_t nonce;
	bool is_forsaking;
	unsigned n_instances; /* with reports of their own */
	unsigned n_states, n_tells, n_ends, n_handovers, n_told, n_silent, n_over, n_whole, n_hung, n_leaving;
} bench;

static bool bench_is_at_work(void *arg)
{
	(void)arg;
	return true;
}

static bool bench_is_leaving(void *arg)
{
	(void)arg;
	return bench.is_leaving;
}

static void on_tell(void *arg)
{
	static char state[1500] = "state";

	(void)arg;
	bench.n_tells++;
	for (unsigned i = 0; i < bench.n_instances; i++) {
		char name[16], body[2048];
		const struct vrrp_report report = {.name = name,
						   .interface = "none",
						   .vrid = (uint8_t)(i + 1),
						   .family = AF_INET,
						   .state = VRRP_MASTER};

		snprintf(name, sizeof(name), "I%u", i);
		vrrp_door_state(bench.door, body, vrrp_report_encode(&report, body, sizeof(body)));
	}
	for (int i = 0; i < STATES; i++)
		vrrp_door_state(bench.door, state, sizeof(state));
}

static void on_end(void *arg)
{
	(void)arg;
	bench.n_ends++;
}

static void on_hand_over(void *arg)
{
	(void)arg;
	bench.is_leaving = true;
	bench.n_handovers++;
	vrrp_door_leave(bench.door);
}

static bool on_state(const void *body, size_t len, void *arg)
{
	(void)arg;
	bench.n_states += len >= 5 && !memcmp(body, "state", 5);
	return !bench.is_broken;
}

static void on_told(int relief, void *arg)
{
	(void)arg;
	/* The new vrrp process acts, or has just got the pipe when its lvsd dies. */
	if (bench.is_forsaking)
		close(relief);
	else
		vrrp_relief_take(relief);
	ck_assert_uint_eq(bench.n_ends, 0);
	bench.n_told++;
}

static void on_leaving(void *arg)
{
	(void)arg;
	bench.n_leaving++;
}

static void on_silent(void *arg)
{
	(void)arg;
	bench.n_silent++;
}

static void on_over(enum heir_end end, void *arg)
{
	(void)arg;
	bench.n_over++;
	bench.n_whole += end == HEIR_WHOLE;
	bench.n_hung += end == HEIR_HUNG;
	heir_free(bench.heir);
	bench.heir = NULL;
}

static void pass(void)
{
	turns_pass(bench.loop, STATES);
}

char *rundir_real(const char *path)
{
	return mem_strdup(path);
}

static const struct vrrp_door_ops door_ops = {bench_is_at_work, bench_is_leaving, on_tell, on_end, on_hand_over, NULL};

static bool has_orphan(void)
{
	pid_t pid = 0;
	int fd = orphan_find(bench.dir, &pid);

	if (fd >= 0)
		close(fd);
	ck_assert(fd < 0 || pid == getpid());
	return fd >= 0;
}

/* The run dir itself may be missing. */
static void setup(void)
{
	memset(&bench, 0, sizeof(bench));
	strcpy(bench.dir, "/tmp/lvsd-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(bench.dir));
	ck_assert_int_eq(rmdir(bench.dir), 0);
	bench.loop = loop_new();
	bench.now.fd = -1;
	bench.name = orphan_door_name(bench.dir);
	bench.door = vrrp_door_new(bench.loop, bench.name, &door_ops);
	ck_assert(!has_orphan());
	vrrp_door_open(bench.door);
}

static void teardown(void)
{
	heir_free(bench.heir);
	if (bench.door)
		vrrp_door_free(bench.door);
	loop_free(bench.loop);
	predecessor_close(&bench.now);
	free(bench.name);
}

/* The reports that it marks its instances by are not counted. */
static void die(void)
{
	vrrp_door_alone(bench.door);
	bench.n_tells = 0;
}

static const struct heir_ops heir_ops = {on_state, on_told, on_leaving, on_silent, on_over, NULL};

static void find(void)
{
	struct err err;

	ck_assert_int_eq(predecessor_find(bench.dir, &bench.now, &err), 0);
}

/* A new lvsd: the supervisor keeps its copy of the connection. */
static void rise(void)
{
	find();
	ck_assert_int_ge(bench.now.fd, 0);
	ck_assert_int_eq(bench.now.pid, getpid());
	bench.heir = heir_new(bench.loop, dup(bench.now.fd), &heir_ops);
	pass();
}

START_TEST(a_successor_takes_over)
{
	die();
	ck_assert(has_orphan());
	rise();
	ck_assert_uint_eq(bench.n_tells, 0);
	heir_ask(bench.heir, PATIENCE_MS);
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert_uint_eq(bench.n_tells, 1);
	ck_assert_uint_eq(bench.n_states, STATES);
	ck_assert(bench.n_ends == 1 && !bench.n_handovers);
	ck_assert(bench.n_told == 1 && bench.n_over == 1 && bench.n_whole == 1);
	/* The new vrrp process gets the name, although the old one has not ended yet. */
	ck_assert(!has_orphan());
	vrrp_door_free(bench.door);
	bench.door = vrrp_door_new(bench.loop, bench.name, &door_ops);
	vrrp_door_open(bench.door);
	ck_assert(has_orphan());
}
END_TEST

/* lvsd dies again before it has taken over. */
START_TEST(the_next_one_takes_over_if_a_successor_dies)
{
	die();
	rise();
	heir_free(bench.heir);
	predecessor_close(&bench.now);
	pass();
	ck_assert(!bench.n_ends && !bench.n_handovers);
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
}
END_TEST

START_TEST(an_orphan_that_dies_before_it_has_told_leaves_nothing)
{
	die();
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	vrrp_door_free(bench.door);
	bench.door = NULL;
	pass();
	ck_assert(bench.n_over == 1 && !bench.n_whole);
}
END_TEST

static void ignore_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)body, (void)len, (void)arg;
	ck_assert_int_ne(type, VRRP_ORPHAN_STATE);
}

static void remember_nonce(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	if (type == VRRP_ORPHAN_SUCCEED && len > sizeof(bench.nonce))
		memcpy(&bench.nonce, body, sizeof(bench.nonce));
}

static void await(const unsigned *count)
{
	while (!*count)
		pass();
}

/* The orphan is stopped: its part of the loop does nothing before die(). */
START_TEST(an_orphan_that_could_not_be_killed_ends_when_it_wakes)
{
	rise();
	heir_ask(bench.heir, 1);
	await(&bench.n_silent);
	ck_assert(!bench.n_over && !bench.n_ends);
	await(&bench.n_over);
	ck_assert(!bench.n_whole && !bench.n_hung);
	die();
	pass();
	ck_assert(bench.n_ends == 1 && !bench.n_handovers);
}
END_TEST

START_TEST(an_orphan_that_was_killed_is_known_to_have_hung)
{
	rise();
	heir_ask(bench.heir, 1);
	await(&bench.n_silent);
	vrrp_door_free(bench.door);
	bench.door = NULL;
	await(&bench.n_over);
	ck_assert(bench.n_hung == 1 && !bench.n_whole && bench.n_silent == 1);
}
END_TEST

/* It ends at once, perhaps before it has told all states. */
START_TEST(an_orphan_that_wakes_before_it_is_killed_is_taken_over)
{
	rise();
	heir_ask(bench.heir, 1);
	await(&bench.n_silent);
	die();
	await(&bench.n_over);
	ck_assert(bench.n_whole + bench.n_hung == 1 && bench.n_ends == 1 && !bench.n_handovers);
}
END_TEST

/* The supervisor of the test lives, so that another vrrp process would come. */
START_TEST(a_successor_that_does_not_act_is_none_if_its_supervisor_lives)
{
	bench.is_forsaking = true;
	die();
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
}
END_TEST

/* What a process of another user can do: nothing. */
static int stranger(void)
{
	char body[sizeof(uint64_t) + VRRP_ORPHAN_VERSION_MAX];
	struct ucred orphan;
	struct chan *chan;
	struct loop *loop;
	int fd;

	if (setresuid(65534, 65534, 65534) < 0)
		return 77;
	loop = loop_new();
	fd = abstract_connect(bench.name, 0, &orphan);
	if (fd < 0)
		return 1;
	chan = chan_new(loop, fd, ignore_frame, NULL, NULL);
	chan_send(chan, VRRP_ORPHAN_SUCCEED, body, vrrp_orphan_succeed_encode(7, body));
	chan_send(chan, VRRP_ORPHAN_RELIEVE, &(uint64_t){7}, sizeof(uint64_t));
	chan_send(chan, VRRP_ORPHAN_LEAVE, NULL, 0);
	return 0;
}

START_TEST(a_stranger_is_not_heard)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(stranger());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 77)
		return; /* only root can be somebody else */
	ck_assert_int_eq(status, 0);
	die();
	pass();
	ck_assert(!bench.n_tells && !bench.n_ends && !bench.n_handovers);
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
}
END_TEST

/* Root's programs connect and say nothing, before the successor and after it: the successor is heard. */
START_TEST(silent_callers_do_not_hide_the_orphan)
{
	struct ucred orphan;
	int fds[SILENT];

	die();
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < SILENT; i++) {
			fds[i] = abstract_connect(bench.name, 0, &orphan);
			ck_assert_int_ge(fds[i], 0);
			if (i % 10 == 0)
				pass();
		}
		if (round == 0)
			rise();
		for (int i = 0; round == 0 && i < SILENT; i++)
			close(fds[i]);
	}
	pass();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
	for (int i = 0; i < SILENT; i++)
		close(fds[i]);
}
END_TEST

/* What `lvsctl status` of root, or of a stranger, reads. */
static char *looked(uid_t user)
{
	static char text[512];
	int ends[2], status;
	ssize_t len;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		char *seen = setresuid(user, user, user) < 0 ? NULL : orphan_look(bench.dir);

		_exit(!seen || write(ends[1], seen, strlen(seen)) < 0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		pass();
	len = status ? 0 : read(ends[0], text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = '\0';
	close(ends[0]);
	close(ends[1]);
	return text;
}

START_TEST(who_looks_reads_what_is_served)
{
	char expected[256];

	bench.n_instances = 10;
	ck_assert_str_eq(looked(geteuid()), ""); /* its supervisor lives */
	die();
	bench.n_tells = 0;
	snprintf(expected, sizeof(expected), "the vrrp process (process %d) of an lvsd that died serves I0 (MASTER), ",
		 (int)getpid());
	ck_assert_int_eq(strncmp(looked(geteuid()), expected, strlen(expected)), 0);
	ck_assert_ptr_nonnull(strstr(looked(geteuid()), ", I7 (MASTER) and 2 more for 29 s more"));
	if (geteuid() == 0)
		ck_assert_ptr_nonnull(strstr(looked(65534), "serves on, for at most 30 s (root may ask it what)"));
	bench.n_instances = 0;
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
}
END_TEST

/* As `lvsd --release-addresses` does, while the successor is connected. */
START_TEST(a_look_disturbs_nobody)
{
	die();
	ck_assert(has_orphan());
	pass();
	rise();
	ck_assert(has_orphan());
	pass();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
}
END_TEST

START_TEST(nobody_is_heard_while_the_supervisor_lives)
{
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(!bench.n_tells && !bench.n_over);
	/* The frame has waited. */
	die();
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
}
END_TEST

START_TEST(states_that_are_not_understood_are_no_ground)
{
	bench.is_broken = true;
	die();
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_handovers == 1 && !bench.n_ends && !bench.n_over);
	vrrp_door_free(bench.door); /* it has handed over */
	bench.door = NULL;
	pass();
	ck_assert(bench.n_over == 1 && !bench.n_whole);
}
END_TEST

START_TEST(other_instances_let_the_orphan_hand_over)
{
	die();
	rise();
	heir_refuse(bench.heir);
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_handovers == 1 && !bench.n_tells && !bench.n_over);
}
END_TEST

START_TEST(another_version_lets_the_orphan_hand_over)
{
	static const char body[] = "\1\0\0\0\0\0\0\0another";
	struct chan *chan;

	die();
	find();
	chan = chan_new(bench.loop, dup(bench.now.fd), ignore_frame, NULL, NULL);
	chan_send(chan, VRRP_ORPHAN_SUCCEED, body, sizeof(body) - 1);
	pass();
	chan_free(chan);
	ck_assert(bench.n_handovers == 1 && !bench.n_tells);
}
END_TEST

/* The one that was killed has not ended yet when its successor gets to work, or a stranger has the name. */
START_TEST(a_name_that_is_taken_is_made_longer)
{
	struct vrrp_door *next = vrrp_door_new(bench.loop, bench.name, &door_ops);

	vrrp_door_open(next);
	vrrp_door_free(bench.door);
	bench.door = next;
	ck_assert(has_orphan());
	vrrp_door_alone(next);
	ck_assert(!bench.n_handovers && has_orphan());
}
END_TEST

static unsigned fill(void)
{
	struct ucred orphan;
	unsigned n = 0;

	while (abstract_connect(bench.name, 0, &orphan) >= 0)
		n++;
	return n;
}

/* A process of user 65534, which lives until it is killed, takes the name and lets nobody in. */
static pid_t stranger_takes(const char *name)
{
	int ends[2];
	pid_t pid;
	char is_done = 0;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (setresuid(65534, 65534, 65534) == 0 && abstract_listen(name, 0) >= 0) {
			fill();
			if (write(ends[1], "1", 1) == 1)
				for (;;)
					pause();
		}
		_exit(1);
	}
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &is_done, 1), 1);
	close(ends[0]);
	return pid;
}

START_TEST(a_stranger_who_takes_the_name_neither_hides_nor_feigns_an_orphan)
{
	pid_t stranger, pid;

	if (geteuid() != 0)
		return; /* only root can be somebody else */
	vrrp_door_free(bench.door);
	stranger = stranger_takes(bench.name);
	ck_assert_int_eq(orphan_find(bench.dir, &pid), -ECONNREFUSED);
	bench.door = vrrp_door_new(bench.loop, bench.name, &door_ops);
	vrrp_door_open(bench.door);
	die();
	ck_assert(!bench.n_handovers);
	rise();
	heir_ask(bench.heir, PATIENCE_MS);
	pass();
	ck_assert(bench.n_ends == 1 && bench.n_whole == 1);
	kill(stranger, SIGKILL);
	ck_assert_int_eq(waitpid(stranger, NULL, 0), stranger);
}
END_TEST

static void process_make(const char *proc, const char *pid, const char *name, int parent, unsigned uid)
{
	char *path = mem_printf("%s/%s", proc, pid), *status;
	FILE *file;

	ck_assert_int_eq(mkdir(path, 0700), 0);
	status = mem_printf("%s/status", path);
	file = fopen(status, "we");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "Name:\t%s\nUmask:\t0022\nPPid:\t%d\nUid:\t%u\t%u\t%u\t%u\n", name, parent, uid, uid, uid,
		uid);
	fclose(file);
	free(status);
	free(path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void tree_remove(const char *path)
{
	ck_assert_int_eq(nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void mounts_make(const char *proc, const char *options)
{
	char *path = mem_printf("%s/self/mounts", proc);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	fprintf(file, "proc /proc proc rw,nosuid%s 0 0\n", options);
	fclose(file);
	free(path);
}

/* As before Linux 5.3: the kernel lists no user. */
START_TEST(a_stranger_of_whom_no_user_is_known_feigns_no_orphan)
{
	struct abstract_list list = {0};
	char proc[] = "/tmp/lvsd-proc-XXXXXX", *self;
	pid_t stranger, pid;

	if (geteuid() != 0)
		return; /* only root can be somebody else */
	vrrp_door_free(bench.door);
	stranger = stranger_takes(bench.name);
	ck_assert_ptr_nonnull(mkdtemp(proc));
	self = mem_printf("%s/self", proc);
	ck_assert_int_eq(mkdir(self, 0700), 0);
	ck_assert_int_eq(abstract_list_read_proc(&list, bench.name), 0);
	ck_assert_uint_eq(list.names.n, 1);
	ck_assert_uint_eq(list.names.items[0].uid, ABSTRACT_NOBODY);
	/* The processes cannot be seen. */
	ck_assert(orphan_process_may_run(proc));
	ck_assert_int_eq(orphan_find_listed(&list, bench.name, proc, &pid), -EAGAIN);
	mounts_make(proc, ",hidepid=invisible");
	ck_assert(orphan_process_may_run(proc));
	mounts_make(proc, ",hidepid=off");
	ck_assert(!orphan_process_may_run(proc));
	process_make(proc, "10", "lvsd: vrrp", 1, 65534); /* the stranger has the name, not the user */
	process_make(proc, "20", "lvsd", 1, 0);           /* another lvsd, which lives */
	process_make(proc, "21", "lvsd: vrrp", 20, 0);
	ck_assert_int_eq(orphan_find_listed(&list, bench.name, proc, &pid), -ECONNREFUSED);
	process_make(proc, "30", "lvsd", 1, 65534); /* nor can the stranger be a supervisor */
	process_make(proc, "31", "lvsd: vrrp", 30, 0);
	ck_assert(orphan_process_may_run(proc));
	abstract_list_free(&list);
	tree_remove(proc);
	free(self);
	kill(stranger, SIGKILL);
	ck_assert_int_eq(waitpid(stranger, NULL, 0), stranger);
	bench.door = vrrp_door_new(bench.loop, bench.name, &door_ops);
	vrrp_door_open(bench.door);
}
END_TEST

/* The orphan stands still, or is slower than those who connect. */
START_TEST(an_orphan_behind_a_full_socket_is_no_absent_one)
{
	struct predecessor now = {.fd = -1};
	struct err err;

	ck_assert_uint_gt(fill(), 0);
	ck_assert_int_eq(predecessor_find(bench.dir, &now, &err), -EAGAIN);
	ck_assert_ptr_nonnull(strstr(err.text, "so many processes wait at its socket"));
	ck_assert_int_eq(now.fd, -1);
	/* It wakes. */
	die();
	pass();
	ck_assert(has_orphan());
}
END_TEST

/* SIGTERM comes while its successor waits, or before that one comes. */
START_TEST(an_orphan_that_hands_over_says_so)
{
	die();
	rise();
	on_hand_over(NULL);
	pass();
	ck_assert_uint_eq(bench.n_leaving, 1);
	heir_ask(bench.heir, 1);
	pass();
	ck_assert(!bench.n_silent && !bench.n_tells && !bench.n_over);
	heir_free(bench.heir);
	predecessor_close(&bench.now);
	rise();
	ck_assert_uint_eq(bench.n_leaving, 2);
	vrrp_door_free(bench.door);
	bench.door = NULL;
	pass();
	ck_assert(bench.n_over == 1 && !bench.n_whole && !bench.n_hung);
}
END_TEST

/* The handover began before the supervisor died. */
START_TEST(a_process_that_hands_over_already_says_so_too)
{
	bench.is_leaving = true;
	die();
	rise();
	ck_assert_uint_eq(bench.n_leaving, 1);
	ck_assert(!bench.n_ends && !bench.n_handovers);
}
END_TEST

/* A program that looks is no other lvsd: what lvsd has on the machine goes with the last one. */
START_TEST(who_only_looks_is_no_caller)
{
	struct ucred orphan;
	struct chan *look;

	die();
	ck_assert(!vrrp_door_has_caller(bench.door));
	look = chan_new(bench.loop, abstract_connect(bench.name, 0, &orphan), ignore_frame, NULL, NULL);
	chan_send(look, VRRP_ORPHAN_LOOK, NULL, 0);
	pass();
	ck_assert(!vrrp_door_has_caller(bench.door));
	/* A successor that has not been accepted yet. */
	find();
	ck_assert(vrrp_door_has_caller(bench.door));
	chan_free(look);
}
END_TEST

/* It has told everything, and stands still then: nobody knows for how long. */
START_TEST(who_hangs_after_it_has_told_is_not_whole)
{
	struct chan *deaf;
	int ends[2];

	ck_assert_int_eq(chan_pair(ends), 0);
	rise();
	heir_free(bench.heir);
	bench.heir = heir_new(bench.loop, ends[0], &heir_ops);
	deaf = chan_new(bench.loop, ends[1], remember_nonce, NULL, NULL);
	heir_ask(bench.heir, 1);
	pass();
	chan_send(deaf, VRRP_ORPHAN_TOLD, &bench.nonce, sizeof(bench.nonce));
	await(&bench.n_told);
	await(&bench.n_silent);
	chan_send(deaf, VRRP_ORPHAN_ENDS, &bench.nonce, sizeof(bench.nonce));
	chan_free(deaf);
	await(&bench.n_over);
	ck_assert(bench.n_hung == 1 && !bench.n_whole);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_orphan");
	TCase *talk = tcase_create("talk");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_checked_fixture(talk, setup, teardown);
	tcase_add_test(talk, a_successor_takes_over);
	tcase_add_test(talk, the_next_one_takes_over_if_a_successor_dies);
	tcase_add_test(talk, an_orphan_that_dies_before_it_has_told_leaves_nothing);
	tcase_add_test(talk, an_orphan_that_could_not_be_killed_ends_when_it_wakes);
	tcase_add_test(talk, an_orphan_that_was_killed_is_known_to_have_hung);
	tcase_add_test(talk, an_orphan_that_wakes_before_it_is_killed_is_taken_over);
	tcase_add_test(talk, a_stranger_is_not_heard);
	tcase_add_test(talk, a_successor_that_does_not_act_is_none_if_its_supervisor_lives);
	tcase_add_test(talk, silent_callers_do_not_hide_the_orphan);
	tcase_add_test(talk, who_looks_reads_what_is_served);
	tcase_add_test(talk, a_look_disturbs_nobody);
	tcase_add_test(talk, nobody_is_heard_while_the_supervisor_lives);
	tcase_add_test(talk, states_that_are_not_understood_are_no_ground);
	tcase_add_test(talk, other_instances_let_the_orphan_hand_over);
	tcase_add_test(talk, another_version_lets_the_orphan_hand_over);
	tcase_add_test(talk, a_name_that_is_taken_is_made_longer);
	tcase_add_test(talk, a_stranger_who_takes_the_name_neither_hides_nor_feigns_an_orphan);
	tcase_add_test(talk, a_stranger_of_whom_no_user_is_known_feigns_no_orphan);
	tcase_add_test(talk, an_orphan_behind_a_full_socket_is_no_absent_one);
	tcase_add_test(talk, an_orphan_that_hands_over_says_so);
	tcase_add_test(talk, a_process_that_hands_over_already_says_so_too);
	tcase_add_test(talk, who_only_looks_is_no_caller);
	tcase_add_test(talk, who_hangs_after_it_has_told_is_not_whole);
	suite_add_tcase(suite, talk);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
