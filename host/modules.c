/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/modules.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/exec.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_MS 10000

struct host_modules {
	struct loop *loop;
	struct host_exec *exec;
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
	host_exec_free(modules->exec);
	free(modules);
}

pid_t host_modules_pid(const struct host_modules *modules)
{
	return modules->exec ? host_exec_pid(modules->exec) : 0;
}

static void on_modprobe_done(const struct host_exec_result *result, void *arg)
{
	struct host_modules *modules = arg;

	if (result->code < 0)
		log_warning("the modules ip_tables and ip6_tables could not be loaded: %s",
			    result->error);
	host_exec_free(modules->exec);
	modules->exec = NULL;
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
	const struct host_exec_request request = {
	    .words = words, .limit_ms = LIMIT_MS, .on_done = on_modprobe_done, .arg = modules};
	struct err err;

	if (modules->exec)
		return;
	read_path(path, sizeof(path));
	if (*path && host_exec_start(modules->loop, &request, &modules->exec, &err) < 0)
		log_warning("the modules ip_tables and ip6_tables could not be loaded: %s",
			    err.text);
}
