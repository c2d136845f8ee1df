/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/process.h"
#include "base/log.h"
#include "base/log_writer.h"
#include "daemon/director/director.h"
#include "daemon/loader/process.h"
#include "daemon/log/process.h"
#include "daemon/mail/worker.h"
#include "daemon/rules/worker.h"
#include "daemon/script/worker.h"
#include "daemon/shared/options.h"
#include "daemon/shared/orphan_find.h"
#include "daemon/shared/orphan_user.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/wire.h"
#include "daemon/supervisor/context.h"
#include "daemon/supervisor/descriptors.h"
#include "daemon/supervisor/release.h"
#include "daemon/supervisor/release_filter.h"
#include "healthcheck/worker.h"
#include "sync/worker.h"
#include "vrrp/process.h"

#include <linux/capability.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- the processes: each gives its worker what the worker needs of the supervisor ---- */

/*
 * Reads the programs and namespaces of other processes, and the configuration of a keepalived, while
 * this process still has all privileges.
 */
static void prepare_director(struct process_context *context)
{
	if (context->director.lacks.text[0])
		log_warning("%s; it runs as the user of lvsd itself, without further capabilities",
			    context->director.lacks.text);
	if (!context->is_ready)
		rivals_find(&context->rivals);
}

static int run_director(struct process_context *context)
{
	const struct rights_lacks lacks = process_lacks(context->permitted);
	const struct director_args args = {
	    .config = context->options->config,
	    .run_dir = context->dir.path,
	    .how = context->options->how,
	    .supervisor_fd = context->ends.own[CHANNEL_SUPERVISOR],
	    .worker_fds = context->ends.others,
	    .listen_fd = context->dir.listen_fd,
	    .orphan_fd = context->orphan.fd,
	    .permitted = context->permitted,
	    .lacks = &lacks,
	    .rivals = &context->rivals,
	    .stale = context->stale,
	    .is_restart = context->is_ready,
	    .is_log_console = context->options->is_log_console,
	};

	return director_run(&args);
}

/* The process locks its memory when it has given up its privileges. */
static void prepare_vrrp(struct process_context *context)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	context->vrrp.run_dir = rundir_real(context->options->run_dir);
	context->door_name = orphan_door_name(context->options->run_dir);
	descriptors_raise();
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

static int run_vrrp(struct process_context *context)
{
	bool is_last;
	int status = vrrp_process_run(context->ends.own[CHANNEL_DIRECTOR],
				      context->ends.own[CHANNEL_SUPERVISOR], context->door_name,
				      &context->vrrp, &is_last);

	if (is_last)
		release_filter_of(context->vrrp.run_dir);
	return status;
}

static int run_check(struct process_context *context)
{
	return check_worker_run(context->ends.own[CHANNEL_DIRECTOR]);
}

static int run_script(struct process_context *context)
{
	return script_worker_run(context->ends.own[CHANNEL_DIRECTOR], context->groups,
				 context->checks.join_fd, context->vouched,
				 context->ends.own[CHANNEL_SUPERVISOR]);
}

static int run_loader(struct process_context *context)
{
	const struct loader_args args = {
	    .kind = (enum load_kind)context->load.kind,
	    .path = context->load.path,
	    .config = context->options->config,
	    .run_dir = context->dir.path,
	    .how = context->options->how,
	    .vouched = context->vouched,
	    .fd = context->load.fd,
	};

	return loader_run(&args);
}

static int run_mail(struct process_context *context)
{
	return mail_worker_run(context->ends.own[CHANNEL_DIRECTOR]);
}

static int run_sync(struct process_context *context)
{
	return sync_worker_run(context->ends.own[CHANNEL_DIRECTOR]);
}

static int run_rules(struct process_context *context)
{
	return rules_worker_run(context->ends.own[CHANNEL_DIRECTOR]);
}

static void prepare_release(struct process_context *context)
{
	(void)context;
	descriptors_raise();
}

/* The release process must work even without free descriptors. It logs to its socket, so descriptors 0
 * to 2 can be closed. */
static int run_release(struct process_context *context)
{
	if (!descriptors_raise())
		close_range(0, 2, 0);
	return release_addresses_of(context->options, context->stale & STALE_APPLIED,
				    RELEASE_TO_LOG);
}

static int run_log(struct process_context *context)
{
	struct log_process_args args = {.n_sources = N_PROCESSES,
					.is_console = context->options->is_log_console,
					.path = LOG_WRITER_SOCKET,
					.pid = context->supervisor};

	for (int i = 0; i < N_PROCESSES; i++)
		args.sources[i] = (struct log_source){
		    .fd = context->ends.others[i],
		    .name = i == PROCESS_LOG ? NULL : process_short_name((enum process_name)i),
		    .limits = process_kinds[i].log,
		};
	return log_process_run(&args);
}

/* ---- the table ---- */

#define LOG	   CHANNEL_BIT(CHANNEL_LOG)
#define DIRECTOR   CHANNEL_BIT(CHANNEL_DIRECTOR)
#define SUPERVISOR CHANNEL_BIT(CHANNEL_SUPERVISOR)

#define COST_USER "no script can be started as another user than lvsd's own"
#define COST_KILL                                                                                  \
	"a script that runs as another user than lvsd's own cannot be ended at its time limit"
#define COST_NICE                                                                                  \
	"the vrrp process has no real-time priority, so a loaded machine may send advertisements " \
	"late and lose its addresses to the other director"

const struct process_kind process_kinds[N_PROCESSES] = {
    [PROCESS_DIRECTOR] =
	{
	    .title = "lvsd: director",
	    .main = run_director,
	    .prepare = prepare_director,
	    /* It parses what the other processes, operators and the kernel report. */
	    .privileges = {.rights = {RIGHT(CAP_NET_ADMIN, NULL), RIGHT(CAP_NET_RAW, NULL)},
			   .users = {DIRECTORS_USER},
			   .may_stay = true},
	    .need = PROCESS_ALWAYS,
	    .channels = LOG | SUPERVISOR,
	    .stop_rank = 2,
	    .stop_ms = 3500,
	    .death_signal = SIGKILL, /* it leaves the machine as it is, as a director that is killed */
	    .log = {10000, 20},
	},
    [PROCESS_VRRP] =
	{
	    .title = "lvsd: vrrp",
	    .main = run_vrrp,
	    .prepare = prepare_vrrp,
	    /* It parses what strangers send. */
	    .privileges = {.rights = {RIGHT(CAP_NET_ADMIN, NULL), RIGHT(CAP_NET_RAW, NULL),
				     RIGHT(CAP_SYS_NICE, COST_NICE)},
			   .users = {ORPHAN_USER},
			   .may_stay = true,
			   .calls = sandbox_vrrp_calls,
			   .paths = sandbox_vrrp_paths},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR | SUPERVISOR,
	    .stop_rank = 0,
	    .stop_ms = 3000,
	    .log = {5000, 10},
	},
    [PROCESS_CHECK] =
	{
	    .title = "lvsd: check",
	    .main = run_check,
	    .privileges = {.users = {"lvsd-check", "lvsd", "nobody"},
			   .calls = sandbox_check_calls},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR,
	    .stop_rank = 4,
	    .stop_ms = 400,
	    .death_signal = SIGTERM,
	    .log = {200, 2},
	},
    [PROCESS_SCRIPT] =
	{
	    .title = "lvsd: script",
	    .main = run_script,
	    /* Scripts would inherit no_new_privs, and could not use sudo and ping. */
	    .privileges = {.rights = {RIGHT(CAP_SETUID, COST_USER), RIGHT(CAP_SETGID, COST_USER),
				     RIGHT(CAP_CHOWN, NULL), /* for a FIFO of another user */
				     RIGHT(CAP_KILL, COST_KILL)},
			   .may_gain = true},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR | SUPERVISOR,
	    .starts_scripts = true,
	    .stop_rank = 5,
	    .stop_ms = 2000,
	    .death_signal = SIGTERM,
	    .log = {200, 2},
	},
    [PROCESS_RULES] =
	{
	    .title = "lvsd: rules",
	    .main = run_rules,
	    /* The lock file of iptables belongs to root. */
	    .privileges = {.rights = {RIGHT(CAP_NET_ADMIN, NULL), RIGHT(CAP_NET_RAW, NULL)}},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR,
	    .stop_rank = 3, /* the director removes rules when it ends */
	    .stop_ms = 200,
	    .death_signal = SIGTERM,
	    .log = {200, 2},
	},
    [PROCESS_MAIL] =
	{
	    .title = "lvsd: mail",
	    .main = run_mail,
	    /* It parses what the mail server says; libcurl in it is as in the check process. */
	    .privileges = {.users = {"lvsd-mail", "lvsd", "nobody"}, .calls = sandbox_check_calls},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR,
	    .stop_rank = 6,
	    .stop_ms = 400,
	    .death_signal = SIGTERM,
	    .log = {200, 2},
	},
    [PROCESS_SYNC] =
	{
	    .title = "lvsd: sync",
	    .main = run_sync,
	    /* It parses what the kernel says; its sockets come from the director. */
	    .privileges = {.users = {"lvsd-sync", "lvsd", "nobody"}, .calls = sandbox_sync_calls},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR,
	    .stop_rank = 7,
	    .stop_ms = 100,
	    .death_signal = SIGTERM,
	    .log = {200, 2},
	},
    [PROCESS_LOADER] =
	{
	    .title = "lvsd: loader",
	    .main = run_loader,
	    /* It stays root to open files, without a capability. */
	    .need = PROCESS_ON_DEMAND,
	    .channels = LOG,
	    .run_ms = 10000,
	    .stop_rank = 8,
	    .stop_ms = 100,
	    .death_signal = SIGTERM,
	    .log = {200, 2},
	},
    [PROCESS_RELEASE] =
	{
	    .title = "lvsd: release",
	    .main = run_release,
	    .prepare = prepare_release,
	    /* It may have to read the configuration, which only root can open. */
	    .privileges = {.rights = {RIGHT(CAP_NET_ADMIN, NULL), RIGHT(CAP_NET_RAW, NULL)}},
	    .need = PROCESS_ON_DEMAND,
	    .channels = LOG,
	    .run_ms = 1400,
	    .stop_rank = 1,
	    .stop_ms = 1400,
	    .death_signal = SIGTERM,
	    .log = {5000, 10},
	},
    [PROCESS_LOG] =
	{
	    .title = "lvsd: log",
	    .main = run_log,
	    /* A log written by root is better than none. */
	    .privileges = {.users = {"lvsd-log", "lvsd", "nobody"},
			   .may_stay = true},
	    .need = PROCESS_ALWAYS,
	    .channels = LOG,
	    .stop_rank = 9,
	    .stop_ms = 800,
	    .log = {1000, 10},
	},
};

struct rights_lacks process_lacks(uint64_t permitted)
{
	struct rights_lacks lacks = {0};

	for (int i = 0; i < N_PROCESSES; i++) {
		const struct right *right = process_kinds[i].privileges.rights;

		for (; (right = rights_find_lack(right, permitted)) && lacks.n < RIGHTS_LACKS_MAX;
		     right++)
			lacks.items[lacks.n++] = (struct rights_lack){
			    .process = (enum process_name)i,
			    .process_text = process_short_name((enum process_name)i),
			    .is_by_conf = process_kinds[i].need == PROCESS_BY_CONF,
			    .right = right,
			};
	}
	return lacks;
}
