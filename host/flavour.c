/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/flavour.h"

static const char *const flavours[HOST_N_FLAVOURS] = {"", "-legacy", "-nft"};

char *host_program(enum host_part part, unsigned flavour, const char *what)
{
	return mem_printf("%s%s-%s", host_parts[part].program, flavours[flavour], what);
}
