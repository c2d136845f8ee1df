/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rights.h"

static uint64_t bit_of(const struct right *right)
{
	return UINT64_C(1) << right->capability;
}

uint64_t rights_kept(const struct right *rights, uint64_t permitted)
{
	uint64_t kept = 0;

	for (; rights->name; rights++)
		kept |= bit_of(rights) & permitted;
	return kept;
}

const struct right *rights_find_lack(const struct right *rights, uint64_t permitted)
{
	for (; rights->name; rights++)
		if (rights->cost && !(permitted & bit_of(rights)))
			return rights;
	return NULL;
}
