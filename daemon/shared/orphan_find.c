/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/orphan_find.h"
#include "base/hash.h"
#include "base/mem.h"
#include "daemon/shared/orphan_process.h"
#include "daemon/shared/orphan_user.h"
#include "daemon/shared/rundir.h"
#include "vrrp/orphan/orphan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Others may wait at its socket. An orphan turns strangers away as soon as it is one. */
#define CONNECT_MS 1000

/* 0: there is no directory above. */
static dev_t device_above(const char *real)
{
	char *above = mem_strdup(real), *slash = strrchr(above, '/');
	struct stat st = {0};

	if (slash)
		slash[slash == above] = '\0';
	if (!slash || stat(above, &st) < 0)
		st.st_dev = 0;
	free(above);
	return st.st_dev;
}

char *orphan_door_name(const char *run_dir)
{
	char *real = rundir_real(run_dir);
	uint64_t hash = hash_mix(hash_text(real), (uint64_t)device_above(real));

	free(real);
	return mem_printf("lvsd/door/%016llx", (unsigned long long)hash);
}

/* Connects to one that is listed. A socket that a process of another user has made is none of lvsd's. */
static int orphan_connect(const struct abstract_name *name, pid_t *ret_pid)
{
	struct ucred orphan;
	int fd;

	if (name->uid != ABSTRACT_NOBODY && !orphan_is_of_lvsd(name->uid))
		return -ECONNREFUSED;
	fd = abstract_connect(name->text, CONNECT_MS, &orphan);
	if (fd < 0)
		return fd;
	if (!orphan_is_of_lvsd(orphan.uid)) {
		close(fd);
		return -ECONNREFUSED;
	}
	*ret_pid = orphan.pid;
	return fd;
}

int orphan_find_listed(const struct abstract_list *list, const char *door, const char *proc, pid_t *ret_pid)
{
	int code = -ECONNREFUSED;

	for (size_t i = 0; code < 0 && i < list->names.n; i++) {
		const struct abstract_name *name = &list->names.items[i];
		int one = abstract_name_is(name, door) ? orphan_connect(name, ret_pid) : -ECONNREFUSED;

		/* One that cannot be reached may be the orphan, unless another one is. */
		if (one < 0 && one != -ECONNREFUSED && name->uid == ABSTRACT_NOBODY && !orphan_process_may_run(proc))
			one = -ECONNREFUSED;
		if (one != -ECONNREFUSED)
			code = one;
	}
	return code;
}

int orphan_find(const char *run_dir, pid_t *ret_pid)
{
	char *door = orphan_door_name(run_dir);
	struct abstract_list list = {0};
	int code;

	if (abstract_list_read(&list, door) < 0) {
		struct abstract_name *plain = vec_push(&list.names);

		*plain = (struct abstract_name){.uid = ABSTRACT_NOBODY};
		strcpy(plain->text, door);
	}
	code = orphan_find_listed(&list, door, "/proc", ret_pid);
	abstract_list_free(&list);
	free(door);
	return code;
}

int orphan_busy(const char *run_dir, int code, struct err *err)
{
	if (code == -EAGAIN)
		return err_set(err, code,
			       "the vrrp process of an lvsd that died with the run dir %s serves the addresses, and "
			       "cannot be asked: so many processes wait at its socket that there is no place; end them "
			       "(`ss -xp` names them), or wait: it hands over within %d s",
			       run_dir, VRRP_ORPHAN_MS / 1000);
	return err_set(err, code,
		       "it cannot be seen whether the vrrp process of an lvsd that died with the run dir %s still "
		       "serves the addresses: %s; try again, it hands over within %d s",
		       run_dir, err_errno(code), VRRP_ORPHAN_MS / 1000);
}
