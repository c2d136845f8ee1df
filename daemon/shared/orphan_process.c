/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/orphan_process.h"
#include "base/mem.h"
#include "base/vec.h"
#include "daemon/shared/orphan_user.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the processes call themselves (daemon/supervisor/process.c). */
#define VRRP_NAME	"lvsd: vrrp"
#define SUPERVISOR_NAME "lvsd"

struct seen {
	int pid, parent;
	bool is_vrrp, is_supervisor;
};

struct seen_list {
	VEC(struct seen) list;
};

static FILE *proc_open(const char *proc, const char *entry, const char *name)
{
	char *path = mem_printf("%s/%s/%s", proc, entry, name);
	FILE *file = fopen(path, "re");

	free(path);
	return file;
}

/* The lines are "Name:\tlvsd: vrrp", "PPid:\t1" and "Uid:\t0\t0\t0\t0". One that has ended meanwhile is none. */
static void process_read(struct seen_list *seen, const char *proc, const char *entry)
{
	struct seen one = {.pid = atoi(entry)};
	char line[256], name[64] = "";
	FILE *file = proc_open(proc, entry, "status");
	bool is_known = false;
	unsigned uid;

	while (file && fgets(line, sizeof(line), file)) {
		(void)sscanf(line, "Name:\t%63[^\n]", name);
		(void)sscanf(line, "PPid:\t%d", &one.parent);
		if (sscanf(line, "Uid:\t%u", &uid) == 1)
			is_known = true;
	}
	if (file)
		fclose(file);
	one.is_vrrp = !strcmp(name, VRRP_NAME);
	one.is_supervisor = !strcmp(name, SUPERVISOR_NAME);
	if (is_known && (one.is_vrrp || one.is_supervisor) && orphan_is_of_lvsd(uid))
		*(struct seen *)vec_push(&seen->list) = one;
}

/* With hidepid the processes of other users are not shown. */
static bool is_hiding(const char *proc)
{
	FILE *file = proc_open(proc, "self", "mounts");
	char line[1024];
	bool is_any = !file;

	while (file && fgets(line, sizeof(line), file))
		is_any |= strstr(line, " /proc proc ") && strstr(line, "hidepid=") && !strstr(line, "hidepid=0") &&
			  !strstr(line, "hidepid=off");
	if (file)
		fclose(file);
	return is_any;
}

static bool has_supervisor(const struct seen_list *seen, int pid)
{
	for (size_t i = 0; i < seen->list.n; i++)
		if (seen->list.items[i].is_supervisor && seen->list.items[i].pid == pid)
			return true;
	return false;
}

bool orphan_process_may_run(const char *proc)
{
	DIR *processes = is_hiding(proc) ? NULL : opendir(proc);
	struct seen_list seen = {0};
	const struct dirent *entry;
	bool is_any = !processes;

	while (processes && (entry = readdir(processes)))
		if (isdigit((unsigned char)entry->d_name[0]))
			process_read(&seen, proc, entry->d_name);
	if (processes)
		closedir(processes);
	for (size_t i = 0; i < seen.list.n; i++)
		is_any |= seen.list.items[i].is_vrrp && !has_supervisor(&seen, seen.list.items[i].parent);
	vec_free(&seen.list);
	return is_any;
}
