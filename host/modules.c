/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/modules.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/run_job.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_MS 10000

struct host_modules {
	struct loop *loop;
	struct run_job *job;
};

struct host_modules *host_modules_new(struct loop *loop)
{
	struct host_modules *modules = mem_calloc(1, sizeof(*modules));

	modules->loop = loop;
	return modules;
}

void host_modules_free(struct host_modules *modules)
{
	if (!modules)
		return;
	run_job_free(modules->job);
	free(modules);
}

pid_t host_modules_pid(const struct host_modules *modules)
{
	return modules->job ? run_job_pid(modules->job) : 0;
}

static void say_failure(const char *cause)
{
	log_warning("the modules ip_tables and ip6_tables could not be loaded, so iptables-legacy "
		    "may not work for lvsd: %s; run `modprobe -a ip_tables ip6_tables` as root",
		    cause);
}

static void on_modprobe_done(const struct run_job_end *end, void *arg)
{
	struct host_modules *modules = arg;

	if (end->code < 0)
		say_failure(end->sentence);
	run_job_free(modules->job);
	modules->job = NULL;
}

/* Reads the path of the kernel's program; "" if the kernel has none. */
static void read_path(char *path, size_t size)
{
	int fd = open("/proc/sys/kernel/modprobe", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, path, size - 1);

	path[len > 0 ? len : 0] = '\0';
	path[strcspn(path, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

void host_modules_load(struct host_modules *modules)
{
	char path[256];
	const char *const words[] = {path, "-q", "-a", "ip_tables", "ip6_tables", NULL};
	const struct run_job_ops ops = {
	    .limit_ms = LIMIT_MS, .on_end = on_modprobe_done, .arg = modules};
	struct err err;

	if (modules->job)
		return;
	read_path(path, sizeof(path));
	if (*path && run_job_start(modules->loop, &(struct run_program){.words = words}, &ops,
				   &modules->job, &err) < 0)
		say_failure(err.text);
}
