/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/supervise.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "daemon/supervisor/absence_watch.h"
#include "daemon/supervisor/cgroup.h"
#include "daemon/supervisor/children.h"
#include "daemon/supervisor/coredump.h"
#include "daemon/supervisor/descriptors.h"
#include "daemon/director/director.h"
#include "daemon/supervisor/director_watch.h"
#include "daemon/supervisor/log_sockets.h"
#include "daemon/supervisor/orphans.h"
#include "daemon/supervisor/privilege.h"
#include "daemon/supervisor/process.h"
#include "daemon/supervisor/pulse_watch.h"
#include "daemon/supervisor/release.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/rundir.h"
#include "daemon/supervisor/rundir_watch.h"
#include "daemon/supervisor/service.h"
#include "daemon/script/worker.h"
#include "daemon/shared/spawn.h"
#include "daemon/supervisor/startup.h"
#include "daemon/supervisor/stop_order.h"
#include "daemon/shared/wire.h"
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

/* How long the needed processes may take to say HELLO at the start. */
#define START_MS 30000

struct supervisor {
	const struct options *options;
	struct loop *loop;
	struct rundir dir;
	struct rivals rivals; /* of the director's process alone */
	struct children *children;
	struct chan *director; /* our end of the channel to it */
	struct director_watch *watch;
	struct host_modules *modules;
	struct script_groups *groups; /* shared with the script process */
	struct orphans *orphans;
	struct cgroup checks; /* the scripts of checks are in it */
	int director_end;               /* its end */
	int vrrp_ends[2];               /* director's, vrrp's */
	int check_ends[2];              /* director's, check's */
	int script_ends[2];             /* director's, script's */
	int pulse_ends[N_PROCESSES][2]; /* ours, theirs; of those that have a pulse */
	struct pulse_watch *pulses[N_PROCESSES];
	struct absence_watch *absence;
	struct log_sockets log;
	int ready_fd; /* a waiting parent's pipe when daemonizing, else -1 */
	struct stop_order stop_order;
	struct loop_timer *start_deadline, *stop_deadline;
	uint64_t permitted;                 /* capabilities that lvsd was started with */
	unsigned early_deaths[N_PROCESSES]; /* before lvsd was ready */
	uint8_t stale; /* files of the run dir that a director must not read (daemon/director/config/stale.h) */
	bool owes_release; /* see struct stop_view */
	bool is_ready, is_stopping;
	int status;
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
	    .permitted = s->permitted,
	    .rivals = &s->rivals,
	    .stale = s->stale,
	    .is_restart = s->is_ready,
	    .is_foreground = s->options->is_foreground,
	    .is_log_console = s->options->is_log_console,
	};

	return director_run(&args);
}

static int run_vrrp(const struct supervisor *s)
{
	const struct pulse_watch *pulse = s->pulses[PROCESS_VRRP];
	const struct vrrp_predecessor predecessor = {.alive = pulse_watch_alive(pulse),
						     .was_silent = pulse_watch_was_silent(pulse),
						     .was_released =
							 absence_watch_has_released(s->absence)};

	return vrrp_worker_run(s->vrrp_ends[1], s->pulse_ends[PROCESS_VRRP][1], &predecessor);
}

/* What vrrp could not do itself. */
static int run_release(const struct supervisor *s)
{
	return release_addresses_of(s->options, s->stale & STALE_APPLIED, RELEASE_TO_LOG);
}

static int run_child(enum process_name name, void *arg)
{
	struct supervisor *s = arg;
	const pid_t supervisor = getppid();
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	struct err err;

	if (name == PROCESS_LOG)
		log_to_socket(-1); /* it has no end to write to until it is at work */
	else
		log_sockets_use(&s->log, name);
	if (name == PROCESS_VRRP)
		setrlimit(RLIMIT_MEMLOCK, &unlimited); /* it locks its memory, after the drop */
	if (name == PROCESS_DIRECTOR && !s->is_ready)
		rivals_find(&s->rivals); /* after the drop it could not */
	if (privilege_drop(process_kinds[name].role, s->permitted, &err) < 0) {
		log_error("%s", err.text);
		if (!s->is_ready)
			fprintf(stderr, "lvsd: %s\n", err.text);
		return EXIT_STATUS_MACHINE;
	}
	if (name != PROCESS_SCRIPT)
		script_groups_free(s->groups);
	coredump_set(s->options->is_core_dump);
	if (name != PROCESS_SCRIPT)
		coredump_limit(s->options->is_core_dump);
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* again: a change of user takes it away */
	/* What has this name has given up its privileges. */
	spawn_set_title(process_kinds[name].title);
	switch (name) {
	case PROCESS_DIRECTOR:
		return run_director(s);
	case PROCESS_VRRP:
		return run_vrrp(s);
	case PROCESS_CHECK:
		return check_worker_run(s->check_ends[1]);
	case PROCESS_RELEASE:
		return run_release(s);
	case PROCESS_LOG:
		return log_sockets_run(&s->log, s->options->is_log_console, supervisor);
	default:
		return script_worker_run(s->script_ends[1], s->groups, s->checks.join_fd,
					 s->pulse_ends[name][1]);
	}
}

static size_t child_descriptors(enum process_name name, int keep[static CHILDREN_KEEP_MAX],
				void *arg)
{
	const struct supervisor *s = arg;
	size_t n = log_sockets_keep(&s->log, name, keep, 0);

	switch (name) {
	case PROCESS_DIRECTOR:
		keep[n++] = s->director_end;
		keep[n++] = s->vrrp_ends[0];
		keep[n++] = s->check_ends[0];
		keep[n++] = s->script_ends[0];
		if (s->dir.listen_fd >= 0)
			keep[n++] = s->dir.listen_fd;
		break;
	case PROCESS_VRRP:
		keep[n++] = s->vrrp_ends[1];
		keep[n++] = s->pulse_ends[name][1];
		break;
	case PROCESS_CHECK:
		keep[n++] = s->check_ends[1];
		break;
	case PROCESS_SCRIPT:
		keep[n++] = s->script_ends[1];
		if (s->checks.join_fd >= 0)
			keep[n++] = s->checks.join_fd;
		keep[n++] = s->pulse_ends[name][1];
		break;
	default:
		break;
	}
	return n;
}

/* ---- stopping ---- */

static void look_at(const struct supervisor *s, struct stop_view *ret_view)
{
	ret_view->owes_release = s->owes_release;
	for (int i = 0; i < N_PROCESSES; i++)
		ret_view->runs[i] = children_runs(s->children, (enum process_name)i);
}

static void kill_at_stop(struct supervisor *s, enum process_name name)
{
	log_error("%s did not end within %lld ms: killed%s", process_kinds[name].title,
		  (long long)process_kinds[name].stop_ms,
		  name == PROCESS_VRRP ? "; lvsd removes its addresses" : "");
	children_kill(s->children, name, SIGKILL);
	s->owes_release |= name == PROCESS_VRRP;
}

static void stop_next(void *arg)
{
	struct supervisor *s = arg;
	enum process_name name;
	struct stop_view view;

	for (;;) {
		look_at(s, &view);
		switch (stop_order_step(&s->stop_order, &view, clock_mono(), &name)) {
		case STOP_ASK:
			if (name == PROCESS_LOG)
				log_sockets_finish(&s->log);
			else
				children_kill(s->children, name, SIGTERM);
			break;
		case STOP_START: /* the release process alone */
			absence_release(s->children, s->options, s->stale & STALE_APPLIED);
			break;
		case STOP_KILL:
			kill_at_stop(s, name);
			break;
		case STOP_WAIT:
			loop_timer_set(s->stop_deadline, s->stop_order.deadline);
			return;
		case STOP_DONE:
			loop_stop(s->loop);
			return;
		}
	}
}

static void stop(struct supervisor *s, int status)
{
	if (s->is_stopping)
		return;
	s->is_stopping = true;
	service_stopping();
	s->status = status;
	/* One that died just now can give up nothing any more. */
	s->owes_release = children_is_needed(s->children, PROCESS_VRRP) &&
			  !children_runs(s->children, PROCESS_VRRP);
	absence_watch_stop(s->absence);
	children_stop_starting(s->children);
	for (int i = 0; i < N_PROCESSES; i++)
		if (s->pulses[i])
			pulse_watch_gone(s->pulses[i]); /* from now on each has its time to end */
	stop_next(s);
}

/* ---- what happens ---- */

static void on_started(enum process_name name, void *arg)
{
	struct supervisor *s = arg;

	if (s->pulses[name])
		pulse_watch_started(s->pulses[name]);
}

static bool is_success(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The release process has ended. */
static void judge_release(int status)
{
	char text[CHILDREN_END_TEXT_MAX];

	if (!is_success(status))
		log_error("the virtual addresses may have stayed (%s): `lvsd --release-addresses` "
			  "removes them",
			  children_end_text(status, text));
}

static void ended_at_stop(struct supervisor *s, enum process_name name, int status)
{
	if (name == PROCESS_VRRP && !is_success(status))
		s->owes_release = true;
	stop_next(s);
}

/* Says so where the one who started lvsd looks, and ends with the status that tells a manager. */
static void start_failed(struct supervisor *s, const char *why)
{
	log_error("the start has failed: %s", why);
	fprintf(stderr, "lvsd: the start has failed: %s\n", why);
	stop(s, EXIT_STATUS_MACHINE);
}

static void on_start_deadline(void *arg)
{
	char *why = mem_printf("a process that the configuration needs has not come up in %d s; "
			       "the log says what it waits for",
			       START_MS / 1000);

	start_failed(arg, why);
	free(why);
}

static void died_at_start(struct supervisor *s, enum process_name name, const char *end)
{
	char *why = mem_printf("%s, which the configuration needs, cannot run (%s); the lines "
			       "above or the log say why",
			       process_kinds[name].title, end);

	start_failed(s, why);
	free(why);
}

/* Before the script process is started again: nothing may run twice. */
static void end_scripts(struct supervisor *s)
{
	size_t n = orphans_end_scripts(s->orphans);

	cgroup_kill(&s->checks);
	if (n)
		log_warning("the script process ended while %zu script%s ran: killed", n,
			    n == 1 ? "" : "s");
}

static bool is_awaited(pid_t pid, void *arg)
{
	const struct supervisor *s = arg;

	return children_have(s->children, pid) || host_modules_pid(s->modules) == pid;
}

static void on_reaped(void *arg)
{
	struct supervisor *s = arg;

	orphans_reap(s->orphans);
}

static bool on_ended(enum process_name name, int status, void *arg)
{
	struct supervisor *s = arg;
	char text[CHILDREN_END_TEXT_MAX];

	if (name == PROCESS_DIRECTOR)
		director_watch_gone(s->watch);
	if (name == PROCESS_SCRIPT)
		end_scripts(s);
	if (s->pulses[name])
		pulse_watch_gone(s->pulses[name]);
	if (name == PROCESS_RELEASE)
		judge_release(status);
	absence_watch_ended(s->absence, name, pulse_watch_alive(s->pulses[PROCESS_VRRP]));
	if (s->is_stopping) {
		ended_at_stop(s, name, status);
		return false;
	}
	if (!children_is_needed(s->children, name))
		return false;
	if (name == PROCESS_DIRECTOR && !s->is_ready) {
		/* It has said why on stderr. */
		stop(s, WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status)
								 : EXIT_STATUS_MACHINE);
		return false;
	}
	children_end_text(status, text);
	if (!s->is_ready && startup_has_failed(status, ++s->early_deaths[name])) {
		died_at_start(s, name, text);
		return false;
	}
	log_error("%s died (%s): starting it again", process_kinds[name].title, text);
	return true;
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

	children_kill(s->children, PROCESS_DIRECTOR, SIGKILL);
}

static void replace_vrrp(void *arg)
{
	struct supervisor *s = arg;

	children_kill(s->children, PROCESS_VRRP, SIGKILL);
}

static void vrrp_is_at_work(void *arg)
{
	struct supervisor *s = arg;

	absence_watch_at_work(s->absence);
}

static void replace_script(void *arg)
{
	struct supervisor *s = arg;

	children_kill(s->children, PROCESS_SCRIPT, SIGKILL);
}

static void become_ready(struct supervisor *s)
{
	s->is_ready = true;
	loop_timer_set(s->start_deadline, MONO_NEVER);
	if (s->ready_fd < 0)
		return;
	spawn_detach();
	log_sockets_detach(&s->log);
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
	} else if (type == DAEMON_FRAME_HUNG) {
		children_kill(s->children, PROCESS_CHECK, SIGKILL); /* its end starts a new one */
	} else if (type == DAEMON_FRAME_MODULES) {
		host_modules_load(s->modules);
	} else if (type == DAEMON_FRAME_STALE && len == sizeof(s->stale)) {
		memcpy(&s->stale, body, sizeof(s->stale));
	} else if (type == DAEMON_FRAME_NEED && len == sizeof(need)) {
		memcpy(&need, body, sizeof(need));
		if (!s->is_ready)
			loop_timer_set(s->start_deadline, mono_add_ms(clock_mono(), START_MS));
		pulse_watch_set_interval(s->pulses[PROCESS_VRRP], need.advert_int_us,
					 need.n_addresses);
		absence_watch_need(s->absence, need.down_us);
		children_need(s->children, PROCESS_VRRP, need.vrrp);
		children_need(s->children, PROCESS_CHECK, need.check);
		children_need(s->children, PROCESS_SCRIPT, need.script);
	}
}

/* The run dir was made anew: the director serves its socket. */
static void on_renewed(void *arg)
{
	struct supervisor *s = arg;

	chan_send_fd(s->director, DAEMON_FRAME_LISTEN, NULL, 0, s->dir.listen_fd);
}

/* ---- the whole ---- */

static int open_channels(struct supervisor *s, int *ret_own_end)
{
	int ends[2], code;

	if ((code = chan_pair(ends)) < 0 || (code = chan_pair(s->vrrp_ends)) < 0 ||
	    (code = chan_pair(s->check_ends)) < 0 || (code = chan_pair(s->script_ends)) < 0 ||
	    (code = chan_pair(s->pulse_ends[PROCESS_VRRP])) < 0 ||
	    (code = chan_pair(s->pulse_ends[PROCESS_SCRIPT])) < 0)
		return code;
	*ret_own_end = ends[0];
	s->director_end = ends[1];
	return log_sockets_open(&s->log);
}

static void close_channels(struct supervisor *s)
{
	const int ends[] = {s->director_end,
			    s->vrrp_ends[0],
			    s->vrrp_ends[1],
			    s->check_ends[0],
			    s->check_ends[1],
			    s->script_ends[0],
			    s->script_ends[1],
			    s->pulse_ends[PROCESS_VRRP][0],
			    s->pulse_ends[PROCESS_VRRP][1],
			    s->pulse_ends[PROCESS_SCRIPT][0],
			    s->pulse_ends[PROCESS_SCRIPT][1]};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		close(ends[i]);
	log_sockets_close(&s->log);
}

static void open_pulses(struct supervisor *s)
{
	s->pulses[PROCESS_VRRP] =
	    pulse_watch_new(s->loop, s->pulse_ends[PROCESS_VRRP][0],
			    process_kinds[PROCESS_VRRP].title, replace_vrrp, vrrp_is_at_work, s);
	s->pulses[PROCESS_SCRIPT] =
	    pulse_watch_new(s->loop, s->pulse_ends[PROCESS_SCRIPT][0],
			    process_kinds[PROCESS_SCRIPT].title, replace_script, NULL, s);
}

static void run(struct supervisor *s, int own_end)
{
	const struct children_ops ops = {run_child, child_descriptors, on_started,
					 on_ended,  on_reaped,	       s};
	struct loop_signal *signals[3];
	struct signals *survived;
	struct rundir_watch *dir_watch;

	s->loop = loop_new();
	s->director = chan_new(s->loop, own_end, on_director, NULL, s);
	s->watch =
	    director_watch_new(s->loop, s->director, DIRECTOR_WATCH_ANSWER_MS, replace_director, s);
	s->start_deadline = loop_timer_new(s->loop, on_start_deadline, s);
	s->stop_deadline = loop_timer_new(s->loop, stop_next, s);
	s->modules = host_modules_new(s->loop);
	dir_watch = rundir_watch_new(s->loop, &s->dir, on_renewed, s);
	signals[0] = loop_signal_new(s->loop, SIGTERM, on_stop, s);
	signals[1] = loop_signal_new(s->loop, SIGINT, on_stop, s);
	signals[2] = loop_signal_new(s->loop, SIGHUP, on_hangup, s);
	survived = signals_new(s->loop, true);
	s->groups = script_groups_new();
	s->orphans = orphans_new(s->loop, s->groups, is_awaited, s);
	open_pulses(s);
	s->children = children_new(s->loop, &ops);
	s->absence = absence_watch_new(s->loop, s->children, s->options, &s->stale);
	children_need(s->children, PROCESS_LOG, true);
	log_sockets_use(&s->log, PROCESS_LOG);
	cgroup_open(&s->checks);
	children_need(s->children, PROCESS_DIRECTOR, true);
	loop_run(s->loop);
	absence_watch_free(s->absence);
	children_free(s->children);
	orphans_free(s->orphans);
	script_groups_free(s->groups);
	cgroup_close(&s->checks);
	for (int i = 0; i < N_PROCESSES; i++)
		pulse_watch_free(s->pulses[i]);
	for (int i = 0; i < 3; i++)
		loop_signal_free(signals[i]);
	signals_free(survived);
	rundir_watch_free(dir_watch);
	director_watch_free(s->watch);
	host_modules_free(s->modules);
	loop_timer_free(s->start_deadline);
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
	code = descriptors_ensure(&err);
	if (code == 0)
		code = privilege_check(&s.permitted, &err);
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
