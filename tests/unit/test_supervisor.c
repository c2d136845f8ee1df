/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole supervisor, with processes of the test: what it does for a director that wants a file read. */
#include "base/chan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/socket/abstract.h"
#include "daemon/log/process.h"
#include "daemon/shared/options.h"
#include "daemon/shared/orphan_find.h"
#include "daemon/shared/wire.h"
#include "daemon/supervisor/context.h"
#include "daemon/supervisor/release.h"
#include "daemon/supervisor/supervise.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a thing may take that happens at once on a machine that is not busy. */
#define PATIENCE_MS 20000

/* ---- the processes ---- */

/* What the processes of a test tell it, in memory that they share. */
static struct told {
	int (*director)(struct process_context *context); /* what the director does in this test */
	volatile unsigned n_loaders; /* have been started */
	volatile unsigned n_kills;   /* SIGKILL was sent so often */
	volatile unsigned n_vrrps, n_releases; /* likewise started */
	bool has_orphan;             /* the vrrp process of an lvsd that died serves */
	volatile bool is_immortal;   /* SIGKILL has no effect */
	bool is_over;                /* the director saw what it should see */
	char outputs[16];            /* see tell_outputs() */
} *told;

/* Tells of standard input, output and error whether they are /dev/null (0), a socket (s) or another file
 * (f). */
static void tell_outputs(void)
{
	struct stat null, st;

	ck_assert_int_eq(stat("/dev/null", &null), 0);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		ck_assert_int_eq(fstat(fd, &st), 0);
		strcat(told->outputs, st.st_rdev == null.st_rdev ? "0" : S_ISSOCK(st.st_mode) ? "s" : "f");
	}
	strcat(told->outputs, " ");
}

static int run_director(struct process_context *context)
{
	return told->director(context);
}

/* A loader that stands still, as one whose caller has stopped it. */
static int run_loader(struct process_context *context)
{
	(void)context;
	tell_outputs();
	told->n_loaders++;
	raise(SIGSTOP);
	return EXIT_STATUS_OK;
}

/* A vrrp process that never gets a configuration. */
static int run_vrrp(struct process_context *context)
{
	(void)context;
	told->n_vrrps++;
	pause();
	return EXIT_STATUS_OK;
}

static int run_release(struct process_context *context)
{
	(void)context;
	told->n_releases++;
	return EXIT_STATUS_OK;
}

static int run_log(struct process_context *context)
{
	const struct log_process_args args = {
	    .sources = {{context->ends.others[PROCESS_LOG], NULL, {100, 1}},
			{context->ends.others[PROCESS_DIRECTOR], "director", {100, 1}}},
	    .n_sources = 2,
	    .is_console = true,
	    .pid = context->supervisor};

	return log_process_run(&args);
}

#define ABSENT(name, rank) {.title = "lvsd: " name, .need = PROCESS_ON_DEMAND, .stop_rank = (rank)}

const struct process_kind process_kinds[N_PROCESSES] = {
    [PROCESS_DIRECTOR] = {.title = "lvsd: director",
			  .main = run_director,
			  .need = PROCESS_ALWAYS,
			  .channels = CHANNEL_BIT(CHANNEL_LOG) | CHANNEL_BIT(CHANNEL_SUPERVISOR),
			  .stop_rank = 0,
			  .stop_ms = PATIENCE_MS,
			  .log = {100, 1}},
    [PROCESS_LOADER] = {.title = "lvsd: loader",
			.main = run_loader,
			.need = PROCESS_ON_DEMAND,
			.channels = CHANNEL_BIT(CHANNEL_LOG),
			.run_ms = 1,
			.stop_rank = 1,
			.stop_ms = 1,
			.log = {100, 1}},
    [PROCESS_VRRP] = {.title = "lvsd: vrrp",
		      .main = run_vrrp,
		      .need = PROCESS_BY_CONF,
		      .channels = CHANNEL_BIT(CHANNEL_SUPERVISOR),
		      .stop_rank = 2,
		      .stop_ms = PATIENCE_MS},
    [PROCESS_CHECK] = ABSENT("check", 3),
    [PROCESS_SCRIPT] = ABSENT("script", 4),
    [PROCESS_RULES] = ABSENT("rules", 5),
    [PROCESS_MAIL] = ABSENT("mail", 8),
    [PROCESS_SYNC] = ABSENT("sync", 9),
    [PROCESS_RELEASE] = {.title = "lvsd: release",
			 .main = run_release,
			 .need = PROCESS_ON_DEMAND,
			 .run_ms = PATIENCE_MS,
			 .stop_rank = 6,
			 .stop_ms = PATIENCE_MS},
    [PROCESS_LOG] = {.title = "lvsd: log",
		     .main = run_log,
		     .need = PROCESS_ALWAYS,
		     .channels = CHANNEL_BIT(CHANNEL_LOG),
		     .stop_rank = 7,
		     .stop_ms = PATIENCE_MS,
		     .log = {100, 1}},
};

/* In place of that of the C library. */
int kill(pid_t pid, int number)
{
	if (number == SIGKILL && told) {
		told->n_kills++;
		if (told->is_immortal)
			return 0;
	}
	return (int)syscall(SYS_kill, pid, number);
}

/* Everybody may run the test: nobody gives up privileges. */
int privilege_check(uint64_t *ret_permitted, struct err *err)
{
	(void)err;
	*ret_permitted = 0;
	return 0;
}

int privilege_find(const struct privileges *const *rows, size_t n,
		   struct privilege_found *ret_found, struct err *err)
{
	(void)rows;
	(void)n;
	(void)ret_found;
	(void)err;
	return 0;
}

int privilege_user(const char *process, const struct privileges *privileges,
		   const struct privilege_found *found, struct privilege_user *ret_user,
		   struct err *err)
{
	(void)process;
	(void)privileges;
	(void)found;
	(void)err;
	*ret_user = (struct privilege_user){geteuid(), getegid()};
	return 0;
}

int privilege_drop(const char *process, const struct privileges *privileges,
		   const struct privilege_found *found, const struct privilege_user *known,
		   uint64_t permitted, struct err *err)
{
	(void)process;
	(void)privileges;
	(void)found;
	(void)known;
	(void)permitted;
	(void)err;
	return 0;
}

int privilege_confine(const char *process, const struct privileges *privileges,
		      const struct sandbox_filter *filter, struct err *err)
{
	(void)process;
	(void)privileges;
	(void)filter;
	(void)err;
	return 0;
}

int release_addresses_of(const struct options *options, bool is_stale, enum release_to to)
{
	(void)options;
	(void)is_stale;
	(void)to;
	return EXIT_STATUS_OK;
}

/* ---- what a director does ---- */

struct desk {
	struct loop *loop;
	struct chan *supervisor;
	uint16_t awaited; /* the frame at which the loop stops */
};

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	const struct desk *desk = arg;

	(void)body;
	(void)len;
	if (type == desk->awaited)
		loop_stop(desk->loop);
}

static void desk_open(struct desk *desk, struct process_context *context)
{
	alarm(3 * PATIENCE_MS / 1000); /* the director ends and is started again: the test fails */
	*desk = (struct desk){.loop = loop_new()};
	desk->supervisor =
	    chan_new(desk->loop, context->ends.own[CHANNEL_SUPERVISOR], on_frame, NULL, desk);
}

static int desk_close(struct desk *desk)
{
	chan_free(desk->supervisor);
	loop_free(desk->loop);
	return EXIT_STATUS_OK;
}

/* Asks for a loader. Returns where it is to answer. */
static int order(struct desk *desk)
{
	const uint8_t body[] = {LOAD_CONFIG};
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	chan_send_fd(desk->supervisor, DAEMON_FRAME_LOAD, body, sizeof(body), ends[1]);
	close(ends[1]);
	return ends[0];
}

/* Whether the other end is closed everywhere: then a director does not wait any longer. */
static bool ends(int fd)
{
	char byte;

	return poll(&(struct pollfd){fd, POLLIN, 0}, 1, PATIENCE_MS) == 1 && read(fd, &byte, 1) == 0;
}

static bool reaches(const volatile unsigned *count, unsigned n)
{
	for (int i = 0; i < PATIENCE_MS && *count < n; i++)
		poll(NULL, 0, 1);
	return *count == n;
}

static int waits_for_a_loader_that_stands_still(struct process_context *context)
{
	struct desk desk;

	desk_open(&desk, context);
	chan_send(desk.supervisor, DAEMON_FRAME_READY, "serves", 6);
	told->is_over = ends(order(&desk));
	kill(getppid(), SIGTERM);
	pause(); /* until TERM */
	return EXIT_STATUS_OK;
}

static int shows_its_outputs(struct process_context *context)
{
	struct desk desk;

	desk_open(&desk, context);
	tell_outputs();
	order(&desk);
	reaches(&told->n_loaders, 1);
	kill(getppid(), SIGTERM);
	pause(); /* until TERM */
	return EXIT_STATUS_OK;
}

/* lvsd stops, and the order was on its way. */
static int orders_when_lvsd_stops(struct process_context *context)
{
	struct desk desk;

	desk_open(&desk, context);
	desk.awaited = DAEMON_FRAME_STOPPING;
	/* TERM must not end this process before it has given its order. */
	signal(SIGTERM, SIG_IGN);
	kill(getppid(), SIGTERM);
	loop_run(desk.loop);
	told->is_over = ends(order(&desk));
	return desk_close(&desk);
}

/* A loader that waits in the kernel cannot be killed. An order waits for its end, and lvsd stops. */
static int orders_behind_a_loader_when_lvsd_stops(struct process_context *context)
{
	struct desk desk;
	int second;

	desk_open(&desk, context);
	signal(SIGTERM, SIG_IGN);
	told->is_immortal = true;
	order(&desk);
	if (!reaches(&told->n_loaders, 1))
		return EXIT_STATUS_MACHINE;
	second = order(&desk);
	if (!reaches(&told->n_kills, 1))
		return EXIT_STATUS_MACHINE;
	kill(getppid(), SIGTERM);
	told->is_over = ends(second);
	told->is_immortal = false;
	return desk_close(&desk);
}

/* lvsd stops before its vrrp process has had a configuration. */
static int stops_before_vrrp_is_at_work(struct process_context *context)
{
	const struct daemon_need need = {.processes = PROCESS_BIT(PROCESS_VRRP), .advert_int_us = US_PER_S};
	struct desk desk;

	desk_open(&desk, context);
	chan_send(desk.supervisor, DAEMON_FRAME_NEED, &need, sizeof(need));
	told->is_over = reaches(&told->n_vrrps, 1);
	kill(getppid(), SIGTERM);
	pause(); /* until TERM */
	return EXIT_STATUS_OK;
}

/* ---- the test ---- */

/* Runs a supervisor with this director to its end; returns what was logged, free() it. */
static char *supervise_with(int (*director)(struct process_context *context))
{
	char scratch[] = "/tmp/lvsd-test-XXXXXX", *run_dir, *state, *text = mem_calloc(1, 65536);
	FILE *log = tmpfile();
	int status;
	pid_t pid;

	ck_assert_ptr_nonnull(log);
	ck_assert_ptr_nonnull(mkdtemp(scratch));
	run_dir = mem_printf("%s/run", scratch);
	told->director = director;
	if (told->has_orphan) {
		char *name = orphan_door_name(run_dir);

		ck_assert_int_ge(abstract_listen(name, 8), 0);
		free(name);
	}
	pid = fork();
	if (pid == 0) {
		const struct options options = {.config = "/none",
						.run_dir = run_dir,
						.is_foreground = true,
						.is_log_console = true};

		dup2(fileno(log), STDERR_FILENO);
		_exit(supervise(&options));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	rewind(log);
	ck_assert_uint_lt(fread(text, 1, 65535, log), 65535);
	ck_assert_msg(status == 0, "status %d: %s", status, text);
	fclose(log);
	state = mem_printf("%s/state", run_dir);
	rmdir(state);
	rmdir(run_dir);
	ck_assert_int_eq(rmdir(scratch), 0);
	free(state);
	free(run_dir);
	return text;
}

START_TEST(a_loader_that_stands_still_is_killed)
{
	char *log = supervise_with(waits_for_a_loader_that_stands_still);

	ck_assert_msg(told->is_over, "%s", log);
	ck_assert_msg(strstr(log, "lvsd: loader did not end within 1 ms: killed") != NULL, "%s", log);
	free(log);
}
END_TEST

/* The first director may say why lvsd does not start, also in the foreground. */
START_TEST(others_have_no_way_to_standard_error)
{
	free(supervise_with(shows_its_outputs));
	ck_assert_str_eq(told->outputs, "00f 00s ");
}
END_TEST

START_TEST(an_order_for_a_loader_has_an_answer_when_lvsd_stops)
{
	char *log = supervise_with(orders_when_lvsd_stops);

	ck_assert_msg(told->is_over, "%s", log);
	ck_assert_uint_eq(told->n_loaders, 0);
	ck_assert_msg(strstr(log, "no file is read any more") != NULL, "%s", log);
	free(log);
}
END_TEST

START_TEST(an_order_that_waits_has_an_answer_when_lvsd_stops)
{
	char *log = supervise_with(orders_behind_a_loader_when_lvsd_stops);

	ck_assert_msg(told->is_over, "%s", log);
	ck_assert_uint_eq(told->n_loaders, 1);
	free(log);
}
END_TEST

/* A vrrp process without a configuration has not removed what a predecessor left: the release process does. But
 * the addresses of an orphan are left alone. */
START_TEST(a_stop_before_the_takeover_leaves_the_orphans_addresses)
{
	told->has_orphan = _i;
	free(supervise_with(stops_before_vrrp_is_at_work));
	ck_assert(told->is_over);
	ck_assert_uint_eq(told->n_releases, _i ? 0 : 1);
}
END_TEST

static void setup(void)
{
	*told = (struct told){0};
}

int main(void)
{
	Suite *suite = suite_create("supervisor");
	TCase *tcase = tcase_create("supervisor");
	SRunner *runner = srunner_create(suite);
	int failed;

	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED)
		return 1;
	tcase_set_timeout(tcase, 5.0 * PATIENCE_MS / 1000);
	tcase_add_test(tcase, a_loader_that_stands_still_is_killed);
	tcase_add_test(tcase, others_have_no_way_to_standard_error);
	tcase_add_test(tcase, an_order_for_a_loader_has_an_answer_when_lvsd_stops);
	tcase_add_test(tcase, an_order_that_waits_has_an_answer_when_lvsd_stops);
	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_loop_test(tcase, a_stop_before_the_takeover_leaves_the_orphans_addresses, 0, 2);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
