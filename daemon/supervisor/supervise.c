/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/supervise.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/dynamic/libraries.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "daemon/supervisor/absence_watch.h"
#include "daemon/supervisor/children.h"
#include "daemon/supervisor/context.h"
#include "daemon/supervisor/coredump.h"
#include "daemon/shared/dump.h"
#include "daemon/supervisor/descriptors.h"
#include "daemon/supervisor/director_watch.h"
#include "daemon/supervisor/orphans.h"
#include "daemon/supervisor/pulse_watch.h"
#include "daemon/supervisor/rundir_watch.h"
#include "daemon/supervisor/service.h"
#include "daemon/loader/transcript.h"
#include "daemon/script/vouched.h"
#include "daemon/shared/load_kind.h"
#include "daemon/shared/spawn.h"
#include "daemon/supervisor/startup.h"
#include "daemon/supervisor/stop_order.h"
#include "daemon/shared/wire.h"
#include "host/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the loader may take at the start, and after it the needed processes to send HELLO. */
#define START_MS 30000

struct supervisor {
	struct process_context context; /* for the processes that are started */
	struct channels channels;
	struct sandbox_filter filters[N_PROCESSES]; /* of processes that have a list of calls */
	struct loop *loop;
	struct children *children;
	struct chan *director; /* the supervisor's end of the channel to the director */
	struct director_watch *watch;
	struct host_modules *modules;
	struct orphans *orphans;
	struct hung {
		struct supervisor *s;
		enum process_name name;
		struct pulse_watch *pulse; /* NULL: the process is not pinged */
	} pulses[N_PROCESSES];
	struct absence_watch *absence;
	int ready_fd; /* the pipe to the parent that waits when daemonizing; otherwise -1 */
	struct load_orders loads; /* that no loader has begun */
	uint8_t dumps; /* the dump files that the configuration in force asks for */
	struct stop_order stop_order;
	struct loop_timer *start_deadline, *stop_deadline;
	unsigned early_deaths[N_PROCESSES]; /* deaths before lvsd was ready */
	bool owes_release;                  /* see struct stop_view */
	bool is_vrrp_at_work;               /* the vrrp process has had its configuration */
	bool is_stopping;
	bool is_flushing; /* see struct stop_view */
	int status;
};

/* ---- the child processes ---- */

static int refuse_to_run(const struct process_context *context, const struct err *err)
{
	log_error("%s", err->text);
	if (!context->is_ready)
		fprintf(stderr, "lvsd: %s\n", err->text);
	return EXIT_STATUS_MACHINE;
}

/* The first director says there why lvsd does not start, and detaches when lvsd is ready; the log process
 * may have to write there. */
static bool keeps_stderr(const struct process_context *context, enum process_name name)
{
	return name == PROCESS_LOG || (name == PROCESS_DIRECTOR && !context->is_ready);
}

/* From the fork to the main of a process of the table. The process gets its title after it has
 * given up the privileges that its row does not have. */
static int run_child(struct supervisor *s, enum process_name name)
{
	struct process_context *context = &s->context;
	const struct process_kind *kind = &process_kinds[name];
	struct err err;

	context->supervisor = getppid();
	if (name == PROCESS_LOG)
		log_to_socket(-1); /* no log line is written until the process is at work */
	else
		channels_log_as(&s->channels, name);
	if (kind->prepare)
		kind->prepare(context);
	if (privilege_drop(process_short_name(name), &kind->privileges, &context->users[name],
			   name == PROCESS_DIRECTOR ? &context->director.user : NULL,
			   context->permitted, &err) < 0)
		return refuse_to_run(context, &err);
	if (!kind->starts_scripts)
		script_groups_free(context->groups);
	if (!kind->starts_scripts && name != PROCESS_LOADER)
		vouched_free(context->vouched);
	coredump_set(context->options->is_core_dump);
	if (!kind->starts_scripts)
		coredump_limit(context->options->is_core_dump);
	prctl(PR_SET_PDEATHSIG, kind->death_signal); /* now, since a change of user clears it */
	spawn_detach(keeps_stderr(context, name) ? SPAWN_STDERR_KEPT : SPAWN_STDERR_LOG);
	if (privilege_confine(process_short_name(name), &kind->privileges, &s->filters[name], &err) < 0)
		return refuse_to_run(context, &err);
	spawn_set_title(kind->title);
	return kind->main(context);
}

static int run_named(enum process_name name, void *arg)
{
	struct supervisor *s = arg;
	const struct pulse_watch *vrrp = s->pulses[PROCESS_VRRP].pulse;

	s->context.vrrp = (struct vrrp_predecessor){
	    .alive = pulse_watch_alive(vrrp),
	    .was_silent = pulse_watch_was_silent(vrrp),
	    .was_released = absence_watch_has_released(s->absence),
	};
	channels_view(&s->channels, name, &s->context.ends);
	return run_child(s, name);
}

static size_t child_descriptors(enum process_name name, int keep[static CHILDREN_KEEP_MAX],
				void *arg)
{
	const struct supervisor *s = arg;
	const struct process_context *context = &s->context;
	struct process_ends ends;
	size_t n;

	channels_view(&s->channels, name, &ends);
	n = channels_list(&ends, keep);

	if (name == PROCESS_DIRECTOR && context->dir.listen_fd >= 0)
		keep[n++] = context->dir.listen_fd;
	if (name == PROCESS_DIRECTOR && context->orphan.fd >= 0)
		keep[n++] = context->orphan.fd;
	if (process_kinds[name].starts_scripts && context->checks.join_fd >= 0)
		keep[n++] = context->checks.join_fd;
	if (name == PROCESS_LOADER)
		keep[n++] = context->load.fd;
	return n;
}

/* ---- stopping ---- */

static void stop_view_fill(const struct supervisor *s, struct stop_view *ret_view)
{
	ret_view->owes_release = s->owes_release;
	ret_view->is_flushing = s->is_flushing && children_runs(s->children, PROCESS_DIRECTOR);
	ret_view->handover_ms = children_stop_ms(s->children, PROCESS_VRRP) -
				process_kinds[PROCESS_VRRP].stop_ms;
	for (int i = 0; i < N_PROCESSES; i++)
		ret_view->runs[i] = children_runs(s->children, (enum process_name)i);
}

static void kill_at_stop(struct supervisor *s, enum process_name name)
{
	log_error("%s did not end within %lld ms: killed%s", process_kinds[name].title,
		  (long long)children_stop_ms(s->children, name),
		  name == PROCESS_VRRP ? "; lvsd removes its addresses" : "");
	children_kill(s->children, name, SIGKILL);
	s->owes_release |= name == PROCESS_VRRP && !predecessor_serves(&s->context.orphan);
}

static void stop_next(void *arg)
{
	struct supervisor *s = arg;
	enum process_name name;
	struct stop_view view;

	for (;;) {
		stop_view_fill(s, &view);
		switch (stop_order_step(&s->stop_order, &view, clock_mono(), &name)) {
		case STOP_ASK:
			if (name == PROCESS_LOG)
				channels_log_finish(&s->channels);
			else
				children_kill(s->children, name, SIGTERM);
			break;
		case STOP_START: /* only the release process */
			absence_release(s->children, s->context.options,
					s->context.stale & STALE_APPLIED);
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

static void supervisor_stop(struct supervisor *s, int status)
{
	if (s->is_stopping)
		return;
	s->is_stopping = true;
	service_stopping();
	s->status = status;
	/* A vrrp process that has just died cannot remove its addresses any more. */
	s->owes_release = (children_is_needed(s->children, PROCESS_VRRP) &&
			   !children_runs(s->children, PROCESS_VRRP) &&
			   !predecessor_serves(&s->context.orphan)) ||
			  absence_watch_owes(s->absence);
	absence_watch_stop(s->absence);
	children_stop_starting(s->children);
	s->is_flushing = chan_send(s->director, DAEMON_FRAME_STOPPING, NULL, 0) == 0 && s->context.is_ready;
	load_orders_drop(&s->loads);
	/* Nobody needs the answers of a loader any more, and it may hang. */
	if (s->context.is_ready && children_runs(s->children, PROCESS_LOADER))
		children_kill(s->children, PROCESS_LOADER, SIGKILL);
	for (int i = 0; i < N_PROCESSES; i++)
		if (s->pulses[i].pulse)
			pulse_watch_gone(s->pulses[i].pulse); /* each process has its own time to end */
	stop_next(s);
}

/* ---- loaders ---- */

/* One that cannot be forked loses its order, and the next one gets its turn. */
static void start_load(struct supervisor *s)
{
	struct load_order *load = &s->context.load;
	int64_t run_ms = s->context.is_ready ? process_kinds[PROCESS_LOADER].run_ms : START_MS;
	bool is_started = false;

	while (!is_started && load_orders_next(&s->loads, load)) {
		is_started = children_run_once(s->children, PROCESS_LOADER, run_ms);
		/* The loader has inherited the descriptor. If it could not be forked, the director
		 * reads end of file. */
		close(load->fd);
		load->fd = -1;
	}
}

/* A loader that still runs for a reading works for a director that is gone, or is about to end. */
static void end_load(struct supervisor *s)
{
	if (s->context.load.kind == LOAD_DUMP)
		log_warning("%s was not written, as the configuration is being read: send the signal "
			    "again",
			    s->context.load.path);
	children_kill(s->children, PROCESS_LOADER, SIGKILL);
}

/* Processes that are forked from now on have the libraries, and need no file for them. */
static void answer_libraries(int fd)
{
	struct err err;
	int code = libraries_load(&err);

	/* Whoever has the other end reads or does not: the supervisor waits for nobody. */
	fcntl(fd, F_SETFL, O_NONBLOCK);
	transcript_end(fd, 0, code < 0 ? err.text : NULL);
	close(fd);
}

static void take_load(struct supervisor *s, const uint8_t *body, size_t len, int fd)
{
	bool is_reading;

	if (s->is_stopping)
		log_notice("no file is read any more, because lvsd is stopping");
	else if (fd < 0)
		log_error(
		    "no process can be started to read files for the director: the "
		    "supervisor has no descriptor left; LimitNOFILE= of the unit or `ulimit -n` "
		    "allows more");
	if (fd < 0 || s->is_stopping) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (len && body[0] == LOAD_LIBRARIES) {
		answer_libraries(fd);
		return;
	}
	is_reading = load_orders_add(&s->loads, body, len, fd);
	if (!children_runs(s->children, PROCESS_LOADER))
		start_load(s);
	else if (is_reading)
		end_load(s);
}

/* A signal that programs for keepalived send: does the configuration ask for a dump file? */
static bool take_dump_signal(int number, void *arg)
{
	struct supervisor *s = arg;
	uint8_t kind = (uint8_t)dump_of_signal(number);

	if (kind >= DUMP_KINDS || !(s->dumps & DUMP_BIT(kind)) || s->is_stopping)
		return false;
	chan_send(s->director, DAEMON_FRAME_DUMP, &kind, sizeof(kind));
	return true;
}

static void take_in_force(struct supervisor *s, const void *body)
{
	uint64_t number;

	memcpy(&number, body, sizeof(number));
	vouched_pin(s->context.vouched, number);
}

/* ---- events ---- */

static void on_started(enum process_name name, void *arg)
{
	struct supervisor *s = arg;

	if (name == PROCESS_VRRP)
		s->is_vrrp_at_work = false;
	if (s->pulses[name].pulse)
		pulse_watch_started(s->pulses[name].pulse);
}

static bool is_success(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The release process has ended. */
static void judge_release(struct supervisor *s, int status)
{
	char text[CHILDREN_END_TEXT_MAX];

	if (!is_success(status))
		log_error("virtual addresses may have stayed on this machine (%s): `lvsd "
			  "--release-addresses` removes them",
			  children_end_text(status, text));
	else if (s->is_stopping || !children_is_needed(s->children, PROCESS_VRRP))
		chan_send(s->director, DAEMON_FRAME_RELEASED, NULL, 0);
}

/* A vrrp process that ends well has removed its addresses, and those of its predecessor if it has had
 * its configuration. While an orphan serves, there are none but the orphan's. */
static bool may_leave_addresses(const struct supervisor *s, enum process_name name, int status)
{
	return name == PROCESS_VRRP && (!is_success(status) || !s->is_vrrp_at_work) &&
	       !predecessor_serves(&s->context.orphan);
}

static void ended_at_stop(struct supervisor *s, enum process_name name, int status)
{
	if (may_leave_addresses(s, name, status))
		s->owes_release = true;
	if (name == PROCESS_RELEASE && !is_success(status))
		absence_release_again(s->context.options, s->context.stale & STALE_APPLIED);
	stop_next(s);
}

/* Reports the failure where the person who started lvsd looks, and stops with an exit status that
 * tells the manager. */
static void start_failed(struct supervisor *s, const char *why)
{
	log_error("the start has failed: %s", why);
	fprintf(stderr, "lvsd: the start has failed: %s\n", why);
	supervisor_stop(s, EXIT_STATUS_MACHINE);
}

static void on_start_deadline(void *arg)
{
	char *why = mem_printf("a process that the configuration needs has not started within %d "
			       "s; the log says what it waits for",
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

/*
 * To be called before the script process is started again, so that no script runs twice at a time.
 */
static void end_scripts(struct supervisor *s)
{
	size_t n = orphans_end_scripts(s->orphans);

	cgroup_kill(&s->context.checks);
	if (n)
		log_warning("the script process ended while %zu script%s ran: lvsd has killed them", n,
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
	if (s->pulses[name].pulse)
		pulse_watch_gone(s->pulses[name].pulse);
	if (name == PROCESS_RELEASE)
		judge_release(s, status);
	if (name == PROCESS_VRRP)
		absence_watch_vrrp_ended(s->absence, pulse_watch_alive(s->pulses[name].pulse));
	if (name == PROCESS_RELEASE && !s->is_stopping)
		absence_watch_release_ended(s->absence, is_success(status));
	if (s->is_stopping) {
		ended_at_stop(s, name, status);
		return false;
	}
	if (name == PROCESS_LOADER) {
		if (!is_success(status) && !children_killed(s->children, name))
			log_error("%s died (%s), so %s, and nothing changes: run the command again",
				  process_kinds[name].title, children_end_text(status, text),
				  s->context.load.kind == LOAD_DUMP ? "the dump file was not written"
								    : "the configuration was not read");
		start_load(s);
		return false;
	}
	if (!children_is_needed(s->children, name)) {
		if (may_leave_addresses(s, name, status))
			absence_watch_left(s->absence);
		return false;
	}
	if (name == PROCESS_DIRECTOR && !s->context.is_ready) {
		/* The process has written the reason to stderr. */
		supervisor_stop(s, WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status)
									    : EXIT_STATUS_MACHINE);
		return false;
	}
	children_end_text(status, text);
	if (!s->context.is_ready && startup_has_failed(status, ++s->early_deaths[name])) {
		died_at_start(s, name, text);
		return false;
	}
	/* The reason for killing it was logged before. */
	if (children_killed(s->children, name) && WIFSIGNALED(status))
		log_warning("%s was killed by lvsd: it is started again",
			    process_kinds[name].title);
	else
		log_error("%s died (%s): it is started again", process_kinds[name].title, text);
	return true;
}

static void on_stop(int number, void *arg)
{
	log_notice("stopping: SIG%s", sigabbrev_np(number));
	supervisor_stop(arg, EXIT_STATUS_OK);
}

static void on_hangup(int number, void *arg)
{
	struct supervisor *s = arg;

	(void)number;
	if (s->is_stopping)
		log_notice("SIGHUP is ignored, because lvsd is stopping: the next start reads the "
			   "file");
	else
		director_watch_reload(s->watch);
}

/* The director hangs: kills it, and its end is handled like any other. */
static void replace_director(void *arg)
{
	struct supervisor *s = arg;

	children_kill(s->children, PROCESS_DIRECTOR, SIGKILL);
}

static void replace_hung(void *arg)
{
	const struct hung *hung = arg;

	children_kill(hung->s->children, hung->name, SIGKILL);
}

static void on_at_work(void *arg)
{
	const struct hung *hung = arg;

	if (hung->name != PROCESS_VRRP)
		return;
	hung->s->is_vrrp_at_work = true;
	predecessor_close(&hung->s->context.orphan);
	absence_watch_at_work(hung->s->absence);
}

static void become_ready(struct supervisor *s)
{
	s->context.is_ready = true;
	loop_timer_set(s->start_deadline, MONO_NEVER);
	if (s->ready_fd < 0)
		return;
	spawn_detach(SPAWN_STDERR_NULL); /* the log process ends when the supervisor's socket is closed */
	channels_log_detach(&s->channels);
	if (write(s->ready_fd, &(char){EXIT_STATUS_OK}, 1) != 1)
		log_warning("the process that started lvsd ended before lvsd was ready; lvsd runs "
			    "on");
	close(s->ready_fd);
	s->ready_fd = -1;
}

/* Of a configuration that does not come from the file, the director did not ask before it came into
 * force (LOAD_LIBRARIES). */
static void load_libraries(const struct daemon_need *need)
{
	struct err err;

	if (need->uses_libcurl && libraries_load(&err) < 0)
		log_error("%s", err.text);
}

static void take_need(struct supervisor *s, const struct daemon_need *need)
{
	if (!s->context.is_ready)
		loop_timer_set(s->start_deadline, mono_add_ms(clock_mono(), START_MS));
	pulse_watch_set_interval(s->pulses[PROCESS_VRRP].pulse, need->advert_int_us,
				 need->n_addresses);
	absence_watch_need(s->absence, need->down_us);
	s->dumps = need->dumps;
	load_libraries(need);
	for (int i = 0; i < N_PROCESSES; i++)
		if (process_kinds[i].need == PROCESS_BY_CONF)
			children_need(s->children, (enum process_name)i,
				      need->processes & PROCESS_BIT(i));
	/* A process that ends by this configuration hands over as the one before says. */
	children_grant(s->children, PROCESS_VRRP, (int64_t)(need->leave_us / 1000));
	/* A vrrp process that is still running removes its addresses. If it dies first, on_ended() sees to them. */
	if (need->owes_release && !children_runs(s->children, PROCESS_VRRP) &&
	    !predecessor_serves(&s->context.orphan))
		absence_watch_left(s->absence);
}

static void on_director(uint16_t type, const void *body, size_t len, void *arg)
{
	struct supervisor *s = arg;
	struct daemon_need need;

	director_watch_frame(s->watch, type, body, len);
	if (type == DAEMON_FRAME_READY && !s->context.is_ready) {
		become_ready(s);
	} else if (type == DAEMON_FRAME_HUNG) {
		children_kill(s->children, PROCESS_CHECK, SIGKILL); /* then a new one is started */
	} else if (type == DAEMON_FRAME_FLUSHED && s->is_flushing) {
		s->is_flushing = false;
		stop_next(s);
	} else if (type == DAEMON_FRAME_ORPHAN_HUNG) {
		predecessor_kill(&s->context.orphan);
	} else if (type == DAEMON_FRAME_MODULES) {
		host_modules_load(s->modules);
	} else if (type == DAEMON_FRAME_STALE && len == sizeof(s->context.stale)) {
		memcpy(&s->context.stale, body, sizeof(s->context.stale));
	} else if (type == DAEMON_FRAME_LOAD) {
		take_load(s, body, len, chan_take_fd(s->director));
	} else if (type == DAEMON_FRAME_IN_FORCE && len == sizeof(uint64_t)) {
		take_in_force(s, body);
	} else if (type == DAEMON_FRAME_NEED && len == sizeof(need)) {
		memcpy(&need, body, sizeof(need));
		take_need(s, &need);
	}
}

/* The run dir was made anew: tells the director to serve the new socket. */
static void on_renewed(void *arg)
{
	struct supervisor *s = arg;

	chan_send_fd(s->director, DAEMON_FRAME_LISTEN, NULL, 0, s->context.dir.listen_fd);
}

/* ---- the supervisor ---- */

/* Opens a ping socket for each process that is pinged, except for the director, which has frames for that. */
static void open_pulses(struct supervisor *s)
{
	for (int i = 0; i < N_PROCESSES; i++) {
		struct hung *hung = &s->pulses[i];
		int fd = channels_other(&s->channels, (enum process_name)i,
					CHANNEL_SUPERVISOR);

		*hung = (struct hung){.s = s, .name = (enum process_name)i};
		if (fd >= 0 && i != PROCESS_DIRECTOR)
			hung->pulse = pulse_watch_new(s->loop, fd, process_kinds[i].title,
						      replace_hung, on_at_work, hung);
	}
}

static int make_filters(struct supervisor *s, struct err *err)
{
	int code = 0;

	for (int i = 0; i < N_PROCESSES && code == 0; i++)
		if (process_kinds[i].privileges.calls)
			code = sandbox_filter_make(process_kinds[i].privileges.calls,
						   &s->filters[i]);
	return code < 0 ? err_set(err, code, "the lists of system calls cannot be made: %s",
				  err_errno(code))
			: 0;
}

static int find_users(struct process_context *context, struct err *err)
{
	const struct privileges *rows[N_PROCESSES];

	for (int i = 0; i < N_PROCESSES; i++)
		rows[i] = &process_kinds[i].privileges;
	return privilege_find(rows, N_PROCESSES, context->users, err);
}

static void need_always(struct supervisor *s)
{
	/* The log process is started first, so that all others can log. */
	children_need(s->children, PROCESS_LOG, true);
	channels_log_as(&s->channels, PROCESS_LOG);
	cgroup_open(&s->context.checks);
	for (int i = 0; i < N_PROCESSES; i++)
		if (process_kinds[i].need == PROCESS_ALWAYS)
			children_need(s->children, (enum process_name)i, true);
}

static void supervisor_run(struct supervisor *s)
{
	const struct children_ops ops = {run_named, child_descriptors, on_started,
					 on_ended,  on_reaped,	       s};
	struct loop_signal *signals[3];
	struct signals *survived;
	struct rundir_watch *dir_watch;

	s->loop = loop_new();
	s->director = chan_new(s->loop,
			       channels_take_other(&s->channels, PROCESS_DIRECTOR,
						   CHANNEL_SUPERVISOR),
			       on_director, NULL, s);
	s->watch =
	    director_watch_new(s->loop, s->director, DIRECTOR_WATCH_ANSWER_MS, replace_director, s);
	s->start_deadline = loop_timer_new(s->loop, on_start_deadline, s);
	s->stop_deadline = loop_timer_new(s->loop, stop_next, s);
	s->modules = host_modules_new(s->loop);
	dir_watch = rundir_watch_new(s->loop, &s->context.dir, on_renewed, s);
	signals[0] = loop_signal_new(s->loop, SIGTERM, on_stop, s);
	signals[1] = loop_signal_new(s->loop, SIGINT, on_stop, s);
	signals[2] = loop_signal_new(s->loop, SIGHUP, on_hangup, s);
	survived = signals_new(s->loop, true);
	signals_on_take(survived, take_dump_signal, s);
	load_orders_init(&s->loads);
	s->context.groups = script_groups_new();
	s->context.vouched = vouched_new();
	s->orphans = orphans_new(s->loop, s->context.groups, is_awaited, s);
	open_pulses(s);
	s->children = children_new(s->loop, &ops);
	s->absence = absence_watch_new(s->loop, s->children, s->context.options,
				       &s->context.stale);
	need_always(s);
	loop_run(s->loop);
	absence_watch_free(s->absence);
	children_free(s->children);
	orphans_free(s->orphans);
	script_groups_free(s->context.groups);
	vouched_free(s->context.vouched);
	load_orders_drop(&s->loads);
	cgroup_close(&s->context.checks);
	for (int i = 0; i < N_PROCESSES; i++)
		pulse_watch_free(s->pulses[i].pulse);
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
 * Goes into the background. The parent waits until the daemon is ready, or has failed and said why,
 * and exits with its status, so that whoever starts lvsd learns whether it runs. In the daemon,
 * returns its end of the pipe to the parent.
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

/* What needs the run dir. */
static int open_rest(struct supervisor *s, struct err *err)
{
	int code = predecessor_find(s->context.dir.path, &s->context.orphan, err);

	if (code < 0)
		return code;
	code = channels_open(&s->channels);
	if (code < 0) {
		predecessor_close(&s->context.orphan);
		err_set(err, code, "channels between processes cannot be made: %s", err_errno(code));
	}
	return code;
}

int supervise(const struct options *options)
{
	struct supervisor s = {
	    .context = {.options = options, .load = {.fd = -1}, .orphan = {.fd = -1}},
	    .ready_fd = -1, .status = EXIT_STATUS_OK};
	struct process_context *context = &s.context;
	struct err err;
	int code;

	signals_block();
	coredump_set(options->is_core_dump);
	if (!options->is_foreground)
		s.ready_fd = daemonize();
	code = descriptors_ensure(&err);
	if (code == 0)
		code = privilege_check(&context->permitted, &err);
	if (code == 0)
		code = make_filters(&s, &err);
	if (code == 0)
		code = find_users(context, &err);
	if (code == 0)
		code = directors_user_open(options->run_dir,
					   &process_kinds[PROCESS_DIRECTOR].privileges,
					   &context->users[PROCESS_DIRECTOR], &context->director, &context->dir, &err);
	if (code == 0 && (code = open_rest(&s, &err)) < 0) {
		rundir_give_back(&context->dir);
		rundir_close(&context->dir);
	}
	if (code < 0) {
		fprintf(stderr, "lvsd: %s\n", err.text);
		s.status = EXIT_STATUS_MACHINE;
	} else {
		supervisor_run(&s);
		predecessor_close(&context->orphan);
		channels_close(&s.channels);
		if (!context->is_ready)
			rundir_give_back(&context->dir);
		rundir_close(&context->dir);
	}
	for (int i = 0; i < N_PROCESSES; i++)
		sandbox_filter_fini(&s.filters[i]);
	if (s.ready_fd >= 0 && write(s.ready_fd, &(char){(char)s.status}, 1) != 1)
		log_warning("the process that started lvsd has ended");
	return s.status;
}
