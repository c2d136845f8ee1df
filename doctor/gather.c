/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/gather.h"

#include "base/mem.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void add_file(struct doctor_facts *facts, const char *path, const char *what,
		     bool holds_keys)
{
	struct doctor_file *file = vec_push(&facts->files);
	struct stat status;

	file->path = mem_strdup(path);
	file->what = what;
	file->holds_keys = holds_keys;
	file->is_there = stat(path, &status) == 0;
	if (file->is_there) {
		file->mode = status.st_mode & 07777;
		file->uid = status.st_uid;
	}
}

/* KiB; -1: not known. */
static long room_in(const char *path)
{
	struct statvfs room;

	if (statvfs(path, &room) < 0 || !room.f_blocks)
		return -1;
	return (long)(room.f_bavail * room.f_frsize / 1024);
}

static bool holds_keys(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (*conf->vrrps[i].auth_pass)
			return true;
	return *conf->global.tls.password != '\0';
}

void doctor_gather(const struct conf *conf, const char *conf_path, const char *run_dir,
		   struct doctor_facts *ret_facts)
{
	*ret_facts = (struct doctor_facts){.is_root = geteuid() == 0};
	if (conf_path)
		add_file(ret_facts, conf_path, "the configuration file", holds_keys(conf));
	add_file(ret_facts, run_dir, "the run dir", false);
	ret_facts->run_dir = run_dir;
	ret_facts->room_kib = room_in(run_dir);
	gather_proc(conf, ret_facts);
	gather_net(conf, ret_facts);
	gather_interface_sysctls(ret_facts);
	gather_firewall(ret_facts);
	gather_neighbours(conf, ret_facts);
	gather_adverts(conf, ret_facts);
}
