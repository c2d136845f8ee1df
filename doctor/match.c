/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/match.h"

#include <string.h>

enum match match_not(enum match match)
{
	return match == MATCH_MAYBE ? MATCH_MAYBE : match == MATCH_YES ? MATCH_NO : MATCH_YES;
}

enum match match_prefix(const struct addr *network, unsigned long bits, const struct addr *addr)
{
	if (bits == 0)
		return MATCH_YES;
	if (addr->family == AF_UNSPEC)
		return MATCH_MAYBE;
	if (addr->family != network->family || bits > addr_bits(addr))
		return MATCH_NO;
	if (memcmp(addr->bytes, network->bytes, bits / 8) != 0)
		return MATCH_NO;
	if (bits % 8 && (addr->bytes[bits / 8] ^ network->bytes[bits / 8]) >> (8 - bits % 8))
		return MATCH_NO;
	return MATCH_YES;
}

enum match match_interface(const char *pattern, char any, const char *interface)
{
	size_t len = strlen(pattern);

	if (!*interface)
		return MATCH_MAYBE;
	if (len && pattern[len - 1] == any)
		return strncmp(pattern, interface, len - 1) == 0 ? MATCH_YES : MATCH_NO;
	return strcmp(pattern, interface) == 0 ? MATCH_YES : MATCH_NO;
}
