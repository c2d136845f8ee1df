/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real servers, and the probes that reach them, in the place of healthcheck/probes/probe_tcp.c and
 * probe_http.c, and of the programs that scripts of checks are (base/run.c,
 * daemon/script/output.c).
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/run.h"
#include "base/virtual/world.h"
#include "daemon/script/output.h"
#include "daemon/script/start.h"
#include "healthcheck/path.h"
#include "healthcheck/probe.h"
#include "tests/sim/pair.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Each server has one descriptor number of its own for the scripts that ask it. */
#define FIRST_PIDFD 10000
#define SCRIPTS_MAX 128

void pair_servers_open(void)
{
	for (unsigned i = 0; i < PAIR_SERVERS; i++)
		pair.servers[i] = (struct pair_server){.since = {pair.began, pair.began}};
}

/* A connection alone does not show that a server is sick. */
static bool is_well(enum pair_server_state state, bool sees_sick)
{
	return state == PAIR_SERVER_UP || (state == PAIR_SERVER_SICK && !sees_sick);
}

bool pair_server_is_well(const struct model_vs *vs, unsigned server)
{
	return is_well(pair.servers[server].state, vs->check != MODEL_TCP);
}

struct mono pair_server_since(const struct model_vs *vs, unsigned server)
{
	return pair.servers[server].since[vs->check != MODEL_TCP];
}

void pair_server_set(unsigned server, enum pair_server_state state)
{
	static const char *const names[] = {"answers", "refuses", "is silent", "is sick"};
	struct pair_server *s = &pair.servers[server];

	if (s->state == state)
		return;
	pair_trace(NULL, "** server %u %s", server + 1, names[state]);
	for (unsigned sees = 0; sees < 2; sees++)
		if (is_well(s->state, sees) != is_well(state, sees))
			s->since[sees] = world_now();
	s->state = state;
}

int pair_server_of(const struct addr *addr)
{
	int last = addr->bytes[3];

	return last >= 1 && last <= PAIR_SERVERS ? last - 1 : -1;
}

/* --- probes --- */

struct probe {
	struct loop_timer *timer;
	probe_done_fn *done;
	void *arg;
	struct probe_result result;
};

static void *open_kind(struct loop *loop)
{
	return loop;
}

static void close_kind(void *shared)
{
	(void)shared;
}

static void on_outcome(void *arg)
{
	struct probe *probe = arg;
	struct probe_result result = probe->result;
	probe_done_fn *done = probe->done;
	void *done_arg = probe->arg;

	loop_timer_free(probe->timer);
	free(probe);
	done(&result, done_arg);
}

/* Before anybody has answered over a way that is back, silence means nothing. */
void pair_probes_set(struct pair_node *node, enum pair_blind blind_by)
{
	static const char *const texts[] = {"say something", "cannot be made", "have no way"};
	bool was_path = node->blind_by == PAIR_BLIND_PATH;

	if (blind_by == node->blind_by || (blind_by && node->blind_by))
		return;
	pair_trace(node, "** probes %s", texts[blind_by]);
	node->blind_by = blind_by;
	node->blind_since = blind_by ? world_now() : MONO_NEVER;
	if (!blind_by)
		node->seen_since = mono_add_ns(world_now(), was_path ? PATH_RETURN_S * NS_PER_S : 0);
	node->n_path_losses += blind_by == PAIR_BLIND_PATH;
	if (was_path || blind_by == PAIR_BLIND_PATH)
		pair_path_changed(node);
	pair_vrrp_disturb();
}

void pair_track_set(struct pair_node *node, bool is_down)
{
	if (node->is_track_down == is_down)
		return;
	pair_trace(node, "** the tracking script %s", is_down ? "fails" : "succeeds");
	node->is_track_down = is_down;
	pair_vrrp_disturb();
}

/* What a probe of a server finds, and after how long. */
static struct probe_result find(const struct conf_check *check, bool sees_sick, int64_t *ret_ns)
{
	struct mono now = clock_mono();
	int server = pair_server_of(&check->target.addr);
	enum pair_server_state state = server < 0 ? PAIR_SERVER_UP : pair.servers[server].state;

	*ret_ns = (1 + (int64_t)pair_below(20)) * NS_PER_MS;
	if (pair_caller()->blind_by == PAIR_BLIND_PATH) {
		pair_happened(PAIR_PATHLESS);
		state = PAIR_SERVER_SILENT;
	} else if (pair_caller()->blind_by) {
		pair_happened(PAIR_UNPROBED);
		return probe_result_new(PROBE_NONE, now, "no probe from this machine");
	}
	if (is_well(state, sees_sick))
		return probe_result_new(PROBE_OK, now, "connected");
	if (state == PAIR_SERVER_REFUSING)
		return probe_result_of_errno(ECONNREFUSED, now);
	if (state == PAIR_SERVER_SICK)
		return probe_result_answered(
		    probe_result_new(PROBE_FAIL, now, "HTTP 503, wanted 200"));
	*ret_ns = (int64_t)check->connect_timeout_us * NS_PER_US;
	return probe_result_late("connection", check, now);
}

static struct probe *start(void *shared, const struct conf_check *check, probe_done_fn *done,
			   void *arg, bool sees_sick)
{
	struct probe *probe = mem_calloc(1, sizeof(*probe));
	int64_t ns;

	*probe = (struct probe){.done = done, .arg = arg};
	probe->result = find(check, sees_sick, &ns);
	probe->timer = loop_timer_new(shared, on_outcome, probe);
	loop_timer_set(probe->timer, mono_add_ns(clock_mono(), ns));
	return probe;
}

static struct probe *start_tcp(void *shared, const struct conf_check *check,
			       const struct probe_means *means, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result)
{
	(void)means, (void)ret_result;
	return start(shared, check, done, arg, false);
}

static struct probe *start_http(void *shared, const struct conf_check *check,
				const struct probe_means *means, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	(void)means, (void)ret_result;
	return start(shared, check, done, arg, true);
}

static void abandon(struct probe *probe)
{
	loop_timer_free(probe->timer);
	free(probe);
}

const struct probe_kind probe_tcp = {open_kind, close_kind, start_tcp, abandon, NULL};
const struct probe_kind probe_http = {open_kind, close_kind, start_http, abandon, NULL};
const struct probe_kind probe_ssl = {open_kind, close_kind, start_http, abandon, NULL};

/* --- scripts: "/sim/check N" exits with 0 if server N answers; "/sim/track", "/sim/notify" --- */

static struct script {
	struct loop *loop; /* of its parent; NULL: the place is free */
	int status;        /* of waitid(): exit status, or the signal */
	bool is_killed;
	struct loop_timer *end;
} scripts[SCRIPTS_MAX];

static void on_script_end(void *arg)
{
	struct script *script = arg;

	world_fire(script->loop, FIRST_PIDFD + (int)(script - scripts), LOOP_READ);
}

static const char *role_of(const char *text)
{
	static const char *const roles[] = {"MASTER", "BACKUP", "FAULT", "STOP"};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (!strcmp(text, roles[i]))
			return roles[i];
	pair_fail(pair_caller(), "a notification tells of the state %s", text);
}

/* The state in which a server would leave the program; one that notifies always ends well. */
static enum pair_server_state program_state(const struct run_program *program)
{
	char *const *words = (char *const *)program->words;
	struct pair_node *node = pair_caller();

	if (!strcmp(words[0], "/sim/notify")) {
		pair_trace(node, "script: %s is told", words[3]);
		node->told_role = role_of(words[3]);
		return PAIR_SERVER_UP;
	}
	if (!strcmp(words[0], "/sim/track"))
		return node->is_track_down ? PAIR_SERVER_SICK : PAIR_SERVER_UP;
	if (node->blind_by == PAIR_BLIND_PATH)
		return PAIR_SERVER_SICK;
	return pair.servers[atoi(words[1]) % PAIR_SERVERS].state;
}

int run_start(const struct run_program *program, struct run_child *ret_child)
{
	int at = 0;
	enum pair_server_state state = program_state(program);
	struct script *script;

	while (at < SCRIPTS_MAX && scripts[at].loop)
		at++;
	if (at == SCRIPTS_MAX)
		return -EAGAIN;
	script = &scripts[at];
	*script =
	    (struct script){.loop = pair_caller_proc()->loop, .status = !is_well(state, true)};
	script->end = loop_timer_new(pair.loop, on_script_end, script);
	if (state != PAIR_SERVER_SILENT)
		loop_timer_set(script->end, mono_add_ms(world_now(), 2 + (int64_t)pair_below(30)));
	*ret_child = (struct run_child){.pid = FIRST_PIDFD + at,
					.pidfd = FIRST_PIDFD + at,
					.output_fd = -1,
					.error_fd = -1,
					.failure_fd = -1};
	return 0;
}

bool run_may_share_across_users(void)
{
	return false;
}

bool run_failed(const struct run_child *child, struct run_failure *ret_failure)
{
	(void)child, (void)ret_failure;
	return false;
}

void run_child_reap(struct run_child *child, siginfo_t *ret_info)
{
	struct script *script = &scripts[child->pid - FIRST_PIDFD];

	memset(ret_info, 0, sizeof(*ret_info));
	ret_info->si_code = script->is_killed ? CLD_KILLED : CLD_EXITED;
	ret_info->si_status = script->status;
}

int run_child_signal(const struct run_child *child, int number)
{
	struct script *script = &scripts[child->pid - FIRST_PIDFD];

	script->is_killed = true;
	script->status = number;
	loop_timer_set(script->end, world_now());
	return 0;
}

/* The last that its parent does with it, or that becomes of it when its parent dies. */
void run_child_close(struct run_child *child)
{
	struct script *script = &scripts[child->pid - FIRST_PIDFD];

	loop_timer_free(script->end);
	*script = (struct script){0};
}

struct script_outputs {
	int unused;
};
struct script_output {
	int unused;
};
static struct script_outputs outputs;
static struct script_output output;

struct script_outputs *script_outputs_new(struct loop *loop)
{
	(void)loop;
	return &outputs;
}

void script_outputs_free(struct script_outputs *o)
{
	(void)o;
}

struct script_output *script_output_new(struct script_outputs *o, int fd)
{
	(void)o, (void)fd;
	return &output;
}

void script_output_line(struct script_output *o, bool is_first, char ret_line[static SCRIPT_LINE_MAX])
{
	(void)o, (void)is_first;
	ret_line[0] = '\0';
}

void script_output_finish(struct script_output *o)
{
	(void)o;
}
