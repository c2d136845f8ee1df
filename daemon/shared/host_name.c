/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/host_name.h"

#include <string.h>
#include <unistd.h>

void host_name(char name[static HOST_NAME_MAX + 1])
{
	memset(name, 0, HOST_NAME_MAX + 1);
	if (gethostname(name, HOST_NAME_MAX) < 0 || !name[0])
		strcpy(name, "localhost");
	for (char *c = name; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("<>()[],;:@\\\"", *c))
			*c = '-';
}
