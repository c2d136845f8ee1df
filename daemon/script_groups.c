/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script_groups.h"

#include <stddef.h>
#include <sys/mman.h>

struct script_groups *script_groups_new(void)
{
	void *memory = mmap(NULL, sizeof(struct script_groups), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
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
