/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/mains.h"
#include "base/log.h"
#include "daemon/director/director.h"
#include "daemon/loader/process.h"
#include "daemon/rules/worker.h"
#include "daemon/script/worker.h"
#include "daemon/shared/options.h"
#include "daemon/shared/wire.h"
#include "daemon/supervisor/descriptors.h"
#include "daemon/supervisor/release.h"
#include "healthcheck/worker.h"
#include "vrrp/process.h"

#include <sys/resource.h>
#include <unistd.h>

static int own_end(const struct process_context *context, enum process_name name,
		   enum process_channel channel)
{
	return channels_own(&context->channels, name, channel);
}

static int directors_end(const struct process_context *context, enum process_name name)
{
	return channels_other(&context->channels, name, CHANNEL_DIRECTOR);
}

/*
 * Reads the programs and namespaces of other processes, and the configuration of a keepalived, while
 * this process still has all privileges.
 */
void mains_prepare_director(struct process_context *context)
{
	if (context->director.lacks.text[0])
		log_warning("%s; it runs as the user of lvsd itself, without further capabilities",
			    context->director.lacks.text);
	if (!context->is_ready)
		rivals_find(&context->rivals);
}

int mains_director(struct process_context *context)
{
	const struct director_args args = {
	    .config = context->options->config,
	    .run_dir = context->dir.path,
	    .how = context->options->how,
	    .supervisor_fd = own_end(context, PROCESS_DIRECTOR, CHANNEL_SUPERVISOR),
	    .vrrp_fd = directors_end(context, PROCESS_VRRP),
	    .check_fd = directors_end(context, PROCESS_CHECK),
	    .script_fd = directors_end(context, PROCESS_SCRIPT),
	    .rules_fd = directors_end(context, PROCESS_RULES),
	    .listen_fd = context->dir.listen_fd,
	    .permitted = context->permitted,
	    .rivals = &context->rivals,
	    .stale = context->stale,
	    .is_restart = context->is_ready,
	    .is_log_console = context->options->is_log_console,
	};

	return director_run(&args);
}

/* The process locks its memory when it has given up its privileges. */
void mains_prepare_vrrp(struct process_context *context)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

	(void)context;
	descriptors_raise();
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

int mains_vrrp(struct process_context *context)
{
	return vrrp_process_run(own_end(context, PROCESS_VRRP, CHANNEL_DIRECTOR),
				own_end(context, PROCESS_VRRP, CHANNEL_SUPERVISOR), &context->vrrp);
}

int mains_check(struct process_context *context)
{
	return check_worker_run(own_end(context, PROCESS_CHECK, CHANNEL_DIRECTOR));
}

int mains_script(struct process_context *context)
{
	return script_worker_run(own_end(context, PROCESS_SCRIPT, CHANNEL_DIRECTOR), context->groups,
				 context->checks.join_fd, context->vouched,
				 own_end(context, PROCESS_SCRIPT, CHANNEL_SUPERVISOR));
}

int mains_loader(struct process_context *context)
{
	const struct loader_args args = {
	    .kind = (enum load_kind)context->load.kind,
	    .path = context->load.path,
	    .config = context->options->config,
	    .run_dir = context->dir.path,
	    .supervisor = context->supervisor,
	    .how = context->options->how,
	    .vouched = context->vouched,
	    .fd = context->load.fd,
	};

	return loader_run(&args);
}

int mains_rules(struct process_context *context)
{
	return rules_worker_run(own_end(context, PROCESS_RULES, CHANNEL_DIRECTOR));
}

/* The release process must work even without free descriptors. It logs to its socket, so
 * descriptors 0 to 2 can be closed. */
void mains_prepare_release(struct process_context *context)
{
	(void)context;
	if (!descriptors_raise())
		close_range(0, 2, 0);
}

int mains_release(struct process_context *context)
{
	return release_addresses_of(context->options, context->stale & STALE_APPLIED,
				    RELEASE_TO_LOG);
}

int mains_log(struct process_context *context)
{
	return channels_log_run(&context->channels, context->options->is_log_console,
				context->supervisor);
}
