/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervise.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "daemon/coredump.h"
#include "daemon/director.h"
#include "daemon/director_watch.h"
#include "daemon/privilege.h"
#include "daemon/rundir.h"
#include "daemon/service.h"
#include "daemon/script_worker.h"
#include "daemon/spawn.h"
#include "daemon/wire.h"
#include "healthcheck/worker.h"
#include "host/modules.h"
#include "vrrp/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that lived at least this long is started again at once. */
#define HEALTHY_LIFE_MS 1000
/* Pauses before starting again one that dies young: doubled each time within these bounds. */
#define RESPAWN_MIN_MS 20
#define RESPAWN_MAX_MS 1000
/* How long processes may take to end before they are killed. */
#define STOP_MS 5000

enum child_name {
	CHILD_DIRECTOR,
	CHILD_VRRP,
	CHILD_CHECK,
	CHILD_SCRIPT,
	N_CHILDREN,
};

struct child {
	struct supervisor *supervisor;
	enum child_name name;
	pid_t pid; /* 0 while it does not run */
	bool is_needed, is_ending;
	struct mono started;
	int64_t pause_ms;
	struct loop_timer *respawn;
};

struct supervisor {
	const struct options *options;
	struct loop *loop;
	struct rundir dir;
	struct child children[N_CHILDREN];
	struct chan *director; /* our end of the channel to it */
	struct director_watch *watch;
	struct host_modules *modules;
	int director_end;   /* its end */
	int vrrp_ends[2];   /* director's, vrrp's */
	int check_ends[2];  /* director's, check's */
	int script_ends[2]; /* director's, script's */
	int log_ends[2];    /* ours, theirs */
	int ready_fd;       /* a waiting parent's pipe when daemonizing, else -1 */
	struct loop_timer *stop_deadline;
	bool is_ready, is_stopping;
	int status;
};

static const char *const titles[N_CHILDREN] = {
    [CHILD_DIRECTOR] = "lvsd: director",
    [CHILD_VRRP] = "lvsd: vrrp",
    [CHILD_CHECK] = "lvsd: check",
    [CHILD_SCRIPT] = "lvsd: script",
};

static const enum privilege_role roles[N_CHILDREN] = {
    [CHILD_DIRECTOR] = PRIVILEGE_DIRECTOR,
    [CHILD_VRRP] = PRIVILEGE_VRRP,
    [CHILD_CHECK] = PRIVILEGE_CHECK,
    [CHILD_SCRIPT] = PRIVILEGE_SCRIPT,
};

/* ---- what runs in the children ---- */

static int run_director(struct supervisor *s)
{
	const struct director_args args = {
	    .config = s->options->config,
	    .run_dir = s->dir.path,
	    .how = s->options->how,
	    .supervisor_fd = s->director_end,
	    .vrrp_fd = s->vrrp_ends[0],
	    .check_fd = s->check_ends[0],
	    .script_fd = s->script_ends[0],
	    .listen_fd = s->dir.listen_fd,
	    .is_restart = s->is_ready,
	    .is_foreground = s->options->is_foreground,
	};

	return director_run(&args);
}

static int child_main(void *arg)
{
	const struct child *child = arg;
	struct supervisor *s = child->supervisor;
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	struct err err;

	log_to_socket(s->log_ends[1], titles[child->name] + strlen("lvsd: "));
	if (child->name == CHILD_VRRP)
		setrlimit(RLIMIT_MEMLOCK, &unlimited); /* it locks its memory, after the drop */
	if (privilege_drop(roles[child->name], &err) < 0) {
		log_error("%s", err.text);
		fprintf(stderr, "lvsd: %s\n", err.text);
		return EXIT_STATUS_MACHINE;
	}
	coredump_set(s->options->is_core_dump);
	if (child->name != CHILD_SCRIPT)
		coredump_limit(s->options->is_core_dump);
	prctl(PR_SET_PDEATHSIG, SIGTERM);     /* again: a change of user takes it away */
	spawn_set_title(titles[child->name]); /* what has this name has given up its privileges */
	switch (child->name) {
	case CHILD_DIRECTOR:
		return run_director(s);
	case CHILD_VRRP:
		return vrrp_worker_run(s->vrrp_ends[1]);
	case CHILD_CHECK:
		return check_worker_run(s->check_ends[1]);
	default:
		return script_worker_run(s->script_ends[1]);
	}
}

/* ---- starting and stopping ---- */

static size_t child_descriptors(const struct child *child, int keep[static 8])
{
	const struct supervisor *s = child->supervisor;
	size_t n = 0;

	keep[n++] = s->log_ends[1];
	switch (child->name) {
	case CHILD_DIRECTOR:
		keep[n++] = s->director_end;
		keep[n++] = s->vrrp_ends[0];
		keep[n++] = s->check_ends[0];
		keep[n++] = s->script_ends[0];
		keep[n++] = s->dir.listen_fd;
		break;
	case CHILD_VRRP:
		keep[n++] = s->vrrp_ends[1];
		break;
	case CHILD_CHECK:
		keep[n++] = s->check_ends[1];
		break;
	default:
		keep[n++] = s->script_ends[1];
	}
	return n;
}

static void child_retry(struct child *child)
{
	child->pause_ms = child->pause_ms ? child->pause_ms * 2 : RESPAWN_MIN_MS;
	if (child->pause_ms > RESPAWN_MAX_MS)
		child->pause_ms = RESPAWN_MAX_MS;
	loop_timer_set(child->respawn, mono_add_ms(clock_mono(), child->pause_ms));
}

static void child_start(void *arg)
{
	struct child *child = arg;
	int keep[8];
	size_t n = child_descriptors(child, keep);
	pid_t pid;

	if (child->pid || !child->is_needed || child->supervisor->is_stopping)
		return;
	fflush(NULL);
	pid = spawn(keep, n, child_main, child);
	if (pid < 0) {
		log_error("%s cannot be started: fork: %s; trying again", titles[child->name],
			  err_errno((int)pid));
		child_retry(child);
		return;
	}
	child->pid = pid;
	child->started = clock_mono();
}

static void child_end(struct child *child)
{
	loop_timer_set(child->respawn, MONO_NEVER);
	child->is_ending = true;
	if (child->pid)
		kill(child->pid, SIGTERM);
}

/*
 * The order of the end: vrrp gives up its addresses and says so; the director tells the scripts and
 * waits for them; then the rest. Each stage begins when the one before has ended.
 */
static const enum child_name stop_order[N_CHILDREN] = {CHILD_VRRP, CHILD_DIRECTOR, CHILD_CHECK,
						       CHILD_SCRIPT};

static void stop_next(struct supervisor *s)
{
	for (int i = 0; i < N_CHILDREN; i++) {
		struct child *child = &s->children[stop_order[i]];

		if (!child->pid)
			continue;
		if (!child->is_ending)
			child_end(child);
		return;
	}
	loop_stop(s->loop);
}

static void kill_what_is_left(void *arg)
{
	struct supervisor *s = arg;

	for (int i = 0; i < N_CHILDREN; i++) {
		if (!s->children[i].pid)
			continue;
		log_error("%s did not end within %d s: killed", titles[i], STOP_MS / 1000);
		kill(s->children[i].pid, SIGKILL);
	}
}

static void stop(struct supervisor *s, int status)
{
	if (s->is_stopping)
		return;
	s->is_stopping = true;
	service_stopping();
	s->status = status;
	loop_timer_set(s->stop_deadline, mono_add_ms(clock_mono(), STOP_MS));
	stop_next(s);
}

/* ---- what happens ---- */

static void describe_end(int status, char *text, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(text, size, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(text, size, "exit status %d", WEXITSTATUS(status));
}

static void child_died(struct child *child, int status)
{
	struct supervisor *s = child->supervisor;
	bool is_healthy = mono_sub(clock_mono(), child->started) >= HEALTHY_LIFE_MS * NS_PER_MS;
	char end[96];

	child->pid = 0;
	if (child->name == CHILD_DIRECTOR)
		director_watch_gone(s->watch);
	child->is_ending = false;
	if (s->is_stopping) {
		stop_next(s);
		return;
	}
	if (!child->is_needed)
		return;
	if (child->name == CHILD_DIRECTOR && !s->is_ready) {
		/* It has said why on stderr. */
		stop(s, WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status)
								 : EXIT_STATUS_MACHINE);
		return;
	}
	describe_end(status, end, sizeof(end));
	log_error("%s died (%s): starting it again", titles[child->name], end);
	if (is_healthy) {
		child->pause_ms = 0;
		child_start(child);
	} else {
		child_retry(child);
	}
}

static void on_child(int number, void *arg)
{
	struct supervisor *s = arg;
	int status;

	(void)number;
	for (int i = 0; i < N_CHILDREN; i++) {
		struct child *child = &s->children[i];

		if (child->pid && waitpid(child->pid, &status, WNOHANG) == child->pid)
			child_died(child, status);
	}
}

static void on_stop(int number, void *arg)
{
	log_notice("stopping: SIG%s", sigabbrev_np(number));
	stop(arg, EXIT_STATUS_OK);
}

static void on_hangup(int number, void *arg)
{
	struct supervisor *s = arg;

	(void)number;
	director_watch_reload(s->watch);
}

/* The director hangs: its end is seen as any other's. */
static void replace_director(void *arg)
{
	struct supervisor *s = arg;

	if (s->children[CHILD_DIRECTOR].pid)
		kill(s->children[CHILD_DIRECTOR].pid, SIGKILL);
}

static void set_need(struct child *child, bool is_needed)
{
	if (child->is_needed == is_needed)
		return;
	child->is_needed = is_needed;
	if (is_needed)
		child_start(child);
	else
		child_end(child);
}

static void become_ready(struct supervisor *s)
{
	s->is_ready = true;
	if (s->ready_fd < 0)
		return;
	spawn_detach();
	if (write(s->ready_fd, &(char){EXIT_STATUS_OK}, 1) != 1)
		log_warning("the process that started lvsd is gone");
	close(s->ready_fd);
	s->ready_fd = -1;
}

static void on_director(uint16_t type, const void *body, size_t len, void *arg)
{
	struct supervisor *s = arg;
	struct daemon_need need;

	director_watch_frame(s->watch, type, body, len);
	if (type == DAEMON_FRAME_READY && !s->is_ready) {
		become_ready(s);
	} else if (type == DAEMON_FRAME_HUNG && s->children[CHILD_CHECK].pid) {
		kill(s->children[CHILD_CHECK].pid, SIGKILL); /* its end starts a new one */
	} else if (type == DAEMON_FRAME_MODULES) {
		host_modules_load(s->modules);
	} else if (type == DAEMON_FRAME_NEED && len == sizeof(need)) {
		memcpy(&need, body, sizeof(need));
		set_need(&s->children[CHILD_VRRP], need.vrrp);
		set_need(&s->children[CHILD_CHECK], need.check);
		set_need(&s->children[CHILD_SCRIPT], need.script);
	}
}

static void on_log(int fd, unsigned events, void *arg)
{
	(void)events;
	(void)arg;
	for (int i = 0; i < 64 && log_relay(fd) == 0; i++)
		;
}

/* ---- the whole ---- */

static int open_channels(struct supervisor *s, int *ret_own_end)
{
	int ends[2], size = 1024 * 1024, code;

	if ((code = chan_pair(ends)) < 0 || (code = chan_pair(s->vrrp_ends)) < 0 ||
	    (code = chan_pair(s->check_ends)) < 0 || (code = chan_pair(s->script_ends)) < 0)
		return code;
	*ret_own_end = ends[0];
	s->director_end = ends[1];
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s->log_ends) < 0)
		return -errno;
	setsockopt(s->log_ends[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}

static void close_channels(struct supervisor *s)
{
	const int ends[] = {s->director_end,   s->vrrp_ends[0],  s->vrrp_ends[1],
			    s->check_ends[0],  s->check_ends[1], s->script_ends[0],
			    s->script_ends[1], s->log_ends[0],   s->log_ends[1]};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		close(ends[i]);
}

static void run(struct supervisor *s, int own_end)
{
	struct loop_signal *signals[4];
	struct signals *survived;
	struct loop_io *log;

	s->loop = loop_new();
	s->director = chan_new(s->loop, own_end, on_director, NULL, s);
	s->watch =
	    director_watch_new(s->loop, s->director, DIRECTOR_WATCH_ANSWER_MS, replace_director, s);
	s->stop_deadline = loop_timer_new(s->loop, kill_what_is_left, s);
	s->modules = host_modules_new(s->loop);
	log = loop_io_new(s->loop, s->log_ends[0], LOOP_READ, on_log, s);
	signals[0] = loop_signal_new(s->loop, SIGCHLD, on_child, s);
	signals[1] = loop_signal_new(s->loop, SIGTERM, on_stop, s);
	signals[2] = loop_signal_new(s->loop, SIGINT, on_stop, s);
	signals[3] = loop_signal_new(s->loop, SIGHUP, on_hangup, s);
	survived = signals_new(s->loop, true);
	for (int i = 0; i < N_CHILDREN; i++) {
		s->children[i] = (struct child){.supervisor = s, .name = (enum child_name)i};
		s->children[i].respawn = loop_timer_new(s->loop, child_start, &s->children[i]);
	}
	s->children[CHILD_DIRECTOR].is_needed = true;
	child_start(&s->children[CHILD_DIRECTOR]);
	loop_run(s->loop);
	on_log(s->log_ends[0], LOOP_READ, s);
	for (int i = 0; i < N_CHILDREN; i++)
		loop_timer_free(s->children[i].respawn);
	for (int i = 0; i < 4; i++)
		loop_signal_free(signals[i]);
	signals_free(survived);
	loop_io_free(log);
	director_watch_free(s->watch);
	host_modules_free(s->modules);
	loop_timer_free(s->stop_deadline);
	chan_free(s->director);
	loop_free(s->loop);
}

/*
 * The parent waits until the daemon is ready, or has failed and said why, and exits with its
 * status: whoever starts lvsd learns whether it runs. Returns the pipe's end in the daemon.
 */
static int daemonize(void)
{
	int ends[2];
	pid_t pid;
	char status = EXIT_STATUS_MACHINE;

	if (pipe(ends) < 0 || (pid = fork()) < 0) {
		fprintf(stderr, "lvsd: cannot go into the background: %s\n", err_errno(errno));
		exit(EXIT_STATUS_MACHINE);
	}
	if (pid > 0) {
		close(ends[1]);
		while (read(ends[0], &status, 1) < 0 && errno == EINTR)
			;
		_exit(status);
	}
	close(ends[0]);
	setsid();
	return ends[1];
}

int supervise(const struct options *options)
{
	struct supervisor s = {.options = options, .ready_fd = -1, .status = EXIT_STATUS_OK};
	struct err err;
	int own_end = -1, code;

	signals_hold();
	coredump_set(options->is_core_dump);
	if (!options->is_foreground)
		s.ready_fd = daemonize();
	if (!options->is_log_console)
		log_to_syslog();
	code = privilege_check(&err);
	if (code == 0)
		code = rundir_open(options->run_dir, &s.dir, &err);
	if (code == 0 && (code = open_channels(&s, &own_end)) < 0) {
		err_set(&err, code, "channels between processes cannot be made: %s",
			err_errno(code));
		rundir_close(&s.dir);
	}
	if (code < 0) {
		fprintf(stderr, "lvsd: %s\n", err.text);
		s.status = EXIT_STATUS_MACHINE;
	} else {
		run(&s, own_end);
		close_channels(&s);
		rundir_close(&s.dir);
	}
	if (s.ready_fd >= 0 && write(s.ready_fd, &(char){(char)s.status}, 1) != 1)
		log_warning("the process that started lvsd is gone");
	return s.status;
}
