/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/groups.h"

#include <stddef.h>
#include <sys/mman.h>

struct script_groups *script_groups_new(void)
{
	struct script_groups *groups = mmap(NULL, sizeof(*groups), PROT_READ | PROT_WRITE,
					    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (groups == MAP_FAILED)
		return NULL;
	return groups;
}

void script_groups_free(struct script_groups *groups)
{
	if (groups)
		munmap(groups, sizeof(*groups));
}

bool script_groups_has(const struct script_groups *groups, pid_t pid)
{
	for (size_t i = 0; groups && i < SCRIPT_RUNNING_MAX; i++)
		if (atomic_load(&groups->leaders[i]) == pid)
			return true;
	return false;
}
