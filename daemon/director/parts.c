/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/parts.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/config/claims.h"
#include "daemon/director/check/files.h"
#include "daemon/director/commit.h"
#include "daemon/director/check_script.h"
#include "daemon/director/director_state.h"
#include "daemon/director/readings.h"
#include "daemon/director/sync/peer_reach.h"
#include "daemon/shared/orphan_find.h"
#include "daemon/shared/process_name.h"
#include "daemon/shared/wire.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- callbacks of checks --- */

static void judge_fault(check_id id, struct probe_result *result, void *arg)
{
	struct director *d = arg;

	paths_judge(&d->paths, id, result);
	through_judge(&d->through, id, result);
	reach_watch_judge(&d->reach, id, result);
}

/* What is known of the other directors. */
static enum reach_state find_peer(struct mono since, bool is_late, void *arg)
{
	struct director *d = arg;
	struct sync_status status = {0};
	int64_t wall_us = clock_wall_us();
	enum reach_state state;

	if (d->conf->global.relay.is_on)
		relaying_status(&d->sync, &status);
	else if (d->conf->global.sync_daemon.is_on)
		heartbeats_status(&d->sync, &status);
	state = peer_reach_sync(&status, since, is_late);
	for (size_t i = 0; i < d->conf->n_vrrps; i++)
		state = reach_join(state, peer_reach_vrrp(roles_find(&d->roles, &d->conf->vrrps[i]), wall_us));
	return state;
}

static void on_peer(void *arg)
{
	reach_watch_peer(&((struct director *)arg)->reach);
}

static int open_through(const struct health_check *check, void *arg)
{
	return through_socket(&((struct director *)arg)->through, check);
}

static void on_suspect(size_t vs, size_t rs, void *arg)
{
	const struct director *d = arg;
	const struct conf_virtual_server *service = &d->conf->virtual_servers[vs];
	char vs_text[SVCKEY_TEXT_MAX], rs_text[ENDPOINT_TEXT_MAX];

	if (health_suspect(d->health, vs, rs, loop_now(d->loop)))
		log_info("passive: vs=%s rs=%s: clients seem to get no answer: its checks are probed now",
			 svckey_format(&service->key, vs_text),
			 endpoint_format(&service->real_servers[rs].id, rs_text));
}

/* The cause of a change that also begins a hold. */
static void say_held(const struct health_change *change, char cause[static SCRIPT_CAUSE_MAX])
{
	const struct health_check *check = change->cause;
	char until[CLOCK_STAMP_MAX];

	clock_format(change->rs->flap->until_wall_us, until);
	snprintf(cause, SCRIPT_CAUSE_MAX, "held down for flapping until %s; %s: %s", until,
		 conf_check_kind(check->conf)->name, check->last.reason);
}

/* Writes the cause of a change, such as "TCP_CHECK: connection refused" or "live weight 1, quorum
 * 2". */
static void say_cause(const struct health_change *change, char cause[static SCRIPT_CAUSE_MAX])
{
	const struct health_check *check = change->cause;

	cause[0] = '\0';
	if (change->kind == HEALTH_CHANGE_QUORUM)
		snprintf(cause, SCRIPT_CAUSE_MAX, "live weight %llu, quorum %u",
			 (unsigned long long)change->vs->live_weight, change->vs->conf->quorum);
	else if (change->kind == HEALTH_CHANGE_GUARD)
		snprintf(cause, SCRIPT_CAUSE_MAX, "%zu of %zu servers are up, %zu are kept",
			 change->vs->n_live, change->vs->n_pool, change->vs->n_held_guard);
	else if (change->flap)
		snprintf(cause, SCRIPT_CAUSE_MAX, "%s", health_flap_text(change->flap));
	else if (check && change->to == HEALTH_DOWN && health_rs_is_damped(change->rs))
		say_held(change, cause);
	else if (check)
		snprintf(cause, SCRIPT_CAUSE_MAX, "%s: %s", conf_check_kind(check->conf)->name,
			 check->last.reason);
}

/*
 * Runs the scripts for a change, as keepalived does: at a start a server that is found up is not
 * reported, a server that is found down is. A state that a director finds again after replacing
 * another is not reported.
 */
static void notify_change(struct director *d, const struct health_change *change)
{
	bool is_first = change->from == HEALTH_UNKNOWN, is_up = change->to == HEALTH_UP;
	bool is_all = d->conf->global.is_notifying_all;
	char cause[SCRIPT_CAUSE_MAX];

	if (is_first && d->args->is_restart)
		return;
	say_cause(change, cause);
	if (change->kind == HEALTH_CHANGE_QUORUM)
		notify_quorum(&d->notify, change->vs, is_up, is_all, cause);
	else if (change->kind == HEALTH_CHANGE_GUARD && change->from != change->to)
		notify_guard(&d->notify, change->vs, is_up, cause);
	else if (change->kind == HEALTH_CHANGE_REAL_SERVER && (!is_first || !is_up))
		notify_real_server(&d->notify, change->vs, change->rs, is_up, is_all, cause);
}

static void on_health_change(const struct health_change *change, void *arg)
{
	struct director *d = arg;

	notify_change(d, change);
	if (change->kind == HEALTH_CHANGE_QUORUM)
		tracking_quorum_changed(&d->tracking);
	kernel_service_changed(&d->kernel, change->vs);
}

static void on_checks_hung(void *arg)
{
	chan_send(((struct director *)arg)->supervisor, DAEMON_FRAME_HUNG, NULL, 0);
}

/* --- callbacks of maintenance_dir --- */

static void on_maint_files(const struct maint_file *files, size_t n, void *arg)
{
	struct director *d = arg;

	drains_dir_changed(&d->kernel, files, n, !d->is_committing);
	kernel_want_changed(&d->kernel);
}

/* --- callbacks of paths --- */

static void forbid_preemption(bool is_forbidden, void *arg)
{
	roles_forbid_preemption(&((struct director *)arg)->roles, is_forbidden);
}

/* --- callbacks of roles --- */

static void on_role(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg)
{
	notify_vrrp(&((struct director *)arg)->notify, conf, report);
}

static void on_group(const struct conf_sync_group *group, enum vrrp_state_name state,
		     const char *cause, void *arg)
{
	notify_sync_group(&((struct director *)arg)->notify, group, state, cause);
}

static void on_removed(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg)
{
	notify_removed(&((struct director *)arg)->notify, conf, report);
}

static void on_lower(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg)
{
	notify_lower(&((struct director *)arg)->notify, conf, report);
}

static void on_priority(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg)
{
	notify_priority(&((struct director *)arg)->notify, conf, report);
}

static void on_orphan_silent(void *arg)
{
	const struct director *d = arg;

	chan_send(d->supervisor, DAEMON_FRAME_ORPHAN_HUNG, NULL, 0);
}

static void on_orphan_left(void *arg)
{
	director_need_again(arg);
}

static void on_links(void *arg)
{
	struct director *d = arg;

	roles_locate(&d->roles);
}

static void on_wants_hello(void *arg)
{
	rejoin_announce(&((struct director *)arg)->sync);
}

static void on_held(void *arg)
{
	relaying_held(&((struct director *)arg)->sync);
}

static void on_served(void *arg)
{
	reach_watch_peer(&((struct director *)arg)->reach);
	relaying_serve(&((struct director *)arg)->sync);
}

/* --- callbacks of connection sync --- */

static void hold_preemption(uint32_t ms, void *arg)
{
	roles_hold(&((struct director *)arg)->roles, ms);
}

static bool is_preemption_held(void *arg)
{
	return roles_are_held(&((struct director *)arg)->roles);
}

static const struct vrrp_report *find_report(const struct conf_vrrp *conf, void *arg)
{
	return roles_find(&((struct director *)arg)->roles, conf);
}

static void set_sync_ours(bool is_ours, void *arg)
{
	struct kernel *k = &((struct director *)arg)->kernel;

	k->is_sync_ours = is_ours;
	owned_store(k);
}

static void on_sync_reads_table(void *arg)
{
	kernel_refresh(&((struct director *)arg)->kernel);
}

static void on_sync_change(void *arg)
{
	struct director *d = arg;

	if (!d->is_stopping)
		syncing_settle(&d->sync, d->kernel.genl, d->kernel.is_sync_ours);
}

static void on_sync_peer(const struct endpoint *peer, bool is_up, void *arg)
{
	pair_peer_is(&((struct director *)arg)->pair, peer, is_up);
}

static void on_sync_message(const struct endpoint *peer, const void *message, size_t len, void *arg)
{
	pair_take(&((struct director *)arg)->pair, peer, message, len);
}

/* --- callbacks of the pair --- */

static int post_message(const struct endpoint *peer, const void *message, size_t len, void *arg)
{
	return relaying_post(&((struct director *)arg)->sync, peer, message, len);
}

static void stage_pair(uint64_t id, bool is_empty_meant, bool is_accepting, void *arg)
{
	readings_stage(arg, id, is_empty_meant, is_accepting);
}

static void apply_pair(void *arg)
{
	readings_apply(arg);
}

static void drop_pair(const char *why, void *arg)
{
	readings_drop(arg, why);
}

static void answer_pair(uint64_t client, enum agree_outcome outcome, const char *text, void *arg)
{
	struct director *d = arg;
	char *partly = mem_printf("--pair was done in part:\n%s", text);
	json_t *answer;

	if (outcome == AGREE_DONE)
		answer = readings_pair_answer(d, text);
	else
		answer = control_refused(outcome == AGREE_PARTLY ? partly : text);
	if (outcome == AGREE_PARTLY)
		json_object_set_new(answer, "partly", json_true());
	free(partly);
	control_answer(d->control, client, answer);
}

/* --- callbacks of scripts --- */

static void on_check_script(check_id id, const struct script_done *done, void *arg)
{
	checks_take_script(&((struct director *)arg)->checks, id, done);
}

/* A script that could not be started says nothing about the thing that it tests. */
static void on_tracker_script(uint64_t id, const struct script_done *done, void *arg)
{
	struct probe_result result;

	check_script_judge(done, NULL, &result);
	if (done && done->how == SCRIPT_HOW_NOT_STARTED)
		result.outcome = PROBE_NONE;
	tracking_ended(&((struct director *)arg)->tracking, id, &result);
}

static void on_reader(uint64_t reader, const struct script_done *done, void *arg)
{
	fifos_reader_done(&((struct director *)arg)->fifos, reader, done);
}

static void on_fifo(const struct script_fifo_answer *answer, int fd, void *arg)
{
	fifos_take(&((struct director *)arg)->fifos, answer, fd);
}

static void on_scripts_greeted(void *arg)
{
	fifos_greeted(&((struct director *)arg)->fifos);
	notify_flush(&((struct director *)arg)->notify);
}

/* --- callbacks of trackers --- */

static bool can_run_scripts(void *arg)
{
	return scripts_are_greeted(&((struct director *)arg)->scripts);
}

static bool run_tracker(const struct conf_script *script, uint64_t id, uint64_t timeout_us,
			const char *what, struct err *err, void *arg)
{
	const struct scripts_order order = {.script = script,
					    .object = id,
					    .timeout_us = timeout_us,
					    .tracker = id,
					    .what = what};

	return scripts_run(&((struct director *)arg)->scripts, &order, err);
}

static void on_tracked_source(const struct vrrp_source *source, void *arg)
{
	struct director *d = arg;

	roles_send_source(&d->roles, source);
	d->are_files_due |= source->kind == CONF_TRACKER_FILE;
}

static void take_file(check_id id, const struct probe_result *result, void *arg)
{
	checks_take_event(arg, id, result);
}

void parts_settle_files(struct director *d)
{
	if (d->are_files_due)
		check_files_judge(d->health, &d->tracking.sources, take_file, &d->checks);
	d->are_files_due = false;
}

/* --- callbacks of the host's side --- */

static void on_modules(void *arg)
{
	chan_send(((struct director *)arg)->supervisor, DAEMON_FRAME_MODULES, NULL, 0);
}

static bool have_addresses_left(void *arg)
{
	return roles_have_left(&((struct director *)arg)->roles);
}

/* --- callbacks of the configuration --- */

static int prepare_config(const struct conf *conf, struct err *err, void *arg)
{
	return director_prepare(arg, conf, err);
}

static void commit_config(struct conf *conf, void *arg)
{
	director_commit(arg, conf);
}

static void give_up_config(void *arg)
{
	director_give_up(arg);
}

static void on_confirm_deadline(void *arg)
{
	struct reload_answer answer = {0};

	announced_rollback(arg, RELOAD_RETURN, &answer);
	reload_answer_fini(&answer);
}

static void on_stale(uint8_t stale, void *arg)
{
	chan_send(((struct director *)arg)->supervisor, DAEMON_FRAME_STALE, &stale, sizeof(stale));
}

/* The supervisor starts the process: it alone has the rights. */
static int load(const struct loading_order *order, void *arg)
{
	struct director *d = arg;
	uint8_t body[1 + PATH_MAX] = {(uint8_t)order->kind};
	size_t len = order->path ? strnlen(order->path, PATH_MAX) : 0;
	int ends[2];

	if (len == PATH_MAX || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		int code = len == PATH_MAX ? -ENAMETOOLONG : -errno;

		log_error("no process can be asked to read files for the director: %s%s",
			  err_errno(code),
			  code == -EMFILE ? "; LimitNOFILE= of the unit or `ulimit -n` allows more "
					    "descriptors"
					  : "");
		return -1;
	}
	if (order->path)
		memcpy(body + 1, order->path, len);
	chan_send_fd(d->supervisor, DAEMON_FRAME_LOAD, body, 1 + len, ends[1]);
	close(ends[1]);
	return ends[0];
}

static void on_vouched(uint64_t number, void *arg)
{
	chan_send(((struct director *)arg)->supervisor, DAEMON_FRAME_IN_FORCE, &number,
		  sizeof(number));
}

/* The process at the other end; -1: there is none. */
static pid_t predecessor_of(int orphan_fd)
{
	struct ucred orphan;
	socklen_t size = sizeof(orphan);

	if (orphan_fd < 0 || getsockopt(orphan_fd, SOL_SOCKET, SO_PEERCRED, &orphan, &size) < 0)
		return -1;
	return orphan.pid;
}

/* What decides about servers, and what tells of it. */
static void prepare_health(struct director *d)
{
	const struct director_args *args = d->args;

	d->health = health_new();
	d->kernel = (struct kernel){.loop = d->loop,
				    .run_dir = args->run_dir,
				    .health = d->health,
				    .is_restart = args->is_restart};
	d->checks = (struct checks){
	    .loop = d->loop,
	    .health = d->health,
	    .scripts = &d->scripts,
	    .sink = {judge_fault, on_health_change, on_checks_hung, open_through, d},
	};
	d->maint = (struct maint_dir){.loop = d->loop, .fn = on_maint_files, .arg = d};
	d->verdicts = (struct verdict_file){
	    .loop = d->loop, .health = d->health, .run_dir = args->run_dir};
	d->notify.scripts = &d->scripts;
	d->notify.fifos = &d->fifos;
	d->notify.mails = &d->mails;
	d->fifos.scripts = &d->scripts;
	d->fifos.loop = d->loop;
}

void parts_open(struct director *d)
{
	const struct director_args *args = d->args;
	const struct scripts_sink scripts_sink = {on_check_script, on_tracker_script,
						 on_reader,	  on_fifo,
						 on_scripts_greeted, d};
	char *door;

	prepare_health(d);
	door = orphan_door_name(args->run_dir);
	d->claims = claims_new(d->loop, door, predecessor_of(args->orphan_fd));
	free(door);
	d->host = (struct host_side){.loop = d->loop,
				     .run_dir = args->run_dir,
				     .table = &d->kernel.have,
				     .rejoin = &d->sync.rejoin.state,
				     .rules = rules_new(d->loop, args->worker_fds[PROCESS_RULES], args->is_restart),
				     .on_modules = on_modules,
				     .has_left = have_addresses_left,
				     .arg = d};
	d->config = (struct config){
	    .args = args,
	    .loop = d->loop,
	    .maintained = &d->kernel.drains.maintained,
	    .sink = {prepare_config, commit_config, give_up_config, on_confirm_deadline, on_stale, load,
		     on_vouched, d},
	    .stale = args->stale,
	};
	d->paths = (struct paths){.loop = d->loop,
				  .health = d->health,
				  .sink = {forbid_preemption, d}};
	d->through = (struct through){.health = d->health,
				      .watch = &d->paths.watch,
				      .table = &d->kernel.have,
				      .is_table_known = &d->kernel.is_have_valid};
	d->passive = (struct passive_watch){
	    .loop = d->loop, .genl = &d->kernel.genl, .on_suspect = on_suspect, .arg = d};
	d->reach = (struct reach_watch){.loop = d->loop, .health = d->health, .peer = find_peer, .arg = d};
	d->roles = (struct roles){.loop = d->loop,
				  .run_dir = args->run_dir,
				  .sources = &d->tracking.sources,
				  .sink = {on_role, on_group, on_removed, on_lower, on_priority,
					   on_wants_hello, on_held, on_served, on_orphan_silent, on_orphan_left, d},
				  .predecessor = predecessor_of(args->orphan_fd)};
	d->order_waits = (struct order_waits){
	    .loop = d->loop,
	    .roles = &d->roles,
	    .flush = {flushing_begin, flushing_is_under_way, flushing_end, &d->sync}};
	d->tracking = (struct tracking){.loop = d->loop,
					.run_dir = args->run_dir,
					.health = d->health,
					.sink = {can_run_scripts, run_tracker, on_tracked_source, d}};
	d->sync = (struct sync_side){
	    .loop = d->loop,
	    .run_dir = args->run_dir,
	    .rejoin = {.asks = {syncing_fault, heartbeats_know, heartbeats_answer, mirroring_bulk}},
	    .mirroring = {.relay = {relaying_take, relaying_forget}, .flush = {flushing_take, flushing_end}},
	    .table = &d->kernel.have,
	    .is_table_known = &d->kernel.is_have_valid,
	    .sink = {hold_preemption, is_preemption_held, find_report, set_sync_ours,
		     on_sync_change, on_sync_reads_table, on_peer, on_sync_peer, on_sync_message, d},
	};
	d->pair = (struct pair_side){
	    .loop = d->loop, .sink = {post_message, stage_pair, apply_pair, drop_pair, answer_pair, d}};
	pair_open(&d->pair);
	fifos_open(&d->fifos);
	maint_dir_open(&d->maint);
	verdict_file_open(&d->verdicts);
	mails_open(&d->mails, d->loop, args->worker_fds[PROCESS_MAIL], args->is_restart);
	mirroring_open(&d->sync, args->worker_fds[PROCESS_SYNC], args->is_restart);
	checks_open(&d->checks, args->worker_fds[PROCESS_CHECK], args->is_restart);
	roles_open(&d->roles, args->worker_fds[PROCESS_VRRP], args->orphan_fd, args->is_restart);
	d->links = link_watch_new(d->loop, on_links, d);
	scripts_open(&d->scripts, d->loop, args->worker_fds[PROCESS_SCRIPT], args->is_restart, &scripts_sink);
	tracking_open(&d->tracking, args->is_restart || args->orphan_fd >= 0);
	rollback_open(&d->config);
	host_open(&d->host);
	through_open(&d->through, args->run_dir);
}

void parts_close(struct director *d)
{
	checks_close(&d->checks);
	verdict_file_close(&d->verdicts);
	maint_dir_close(&d->maint);
	through_close(&d->through);
	passive_watch_close(&d->passive);
	paths_close(&d->paths);
	reach_watch_close(&d->reach);
	order_waits_close(&d->order_waits);
	link_watch_free(d->links);
	roles_close(&d->roles);
	rejoin_close(&d->sync);
	flushing_close(&d->sync);
	mirroring_close(&d->sync);
	readings_drop(d, "lvsd is stopping");
	pair_close(&d->pair);
	relaying_close(&d->sync);
	heartbeats_close(&d->sync);
	syncing_close(&d->sync);
	scripts_close(&d->scripts);
	fifos_close(&d->fifos);
	mails_close(&d->mails);
	tracking_close(&d->tracking);
	notify_close(&d->notify);
	config_close(&d->config);
	reading_queue_fini(&d->readings);
	claims_free(d->claims);
	health_free(d->health);
	kernel_close(&d->kernel);
	host_close(&d->host);
}
