/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/bound.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MEND_PAUSE_NS (60 * NS_PER_S)

static enum sync_stale judge_sockets(enum sync_role role, const struct sync_bound *bound,
				     const struct sync_seen *seen)
{
	bool is_left = seen->are_members_known && seen->n_members == 0;

	if (role == SYNC_ROLE_BACKUP)
		return is_left ? SYNC_STALE_GROUP : SYNC_NOT_STALE;
	if (!bound->index && is_left)
		return SYNC_STALE_GROUP;
	return seen->is_source_gone ? SYNC_STALE_SOURCE : SYNC_NOT_STALE;
}

enum sync_stale sync_bound_judge(enum sync_role role, const struct sync_bound *bound,
				 const struct sync_seen *seen, struct mono now)
{
	if (!seen->index)
		return SYNC_NOT_STALE;
	if (bound->index && bound->index != seen->index)
		return SYNC_STALE_INDEX;
	if (bound->is_mended && mono_sub(now, bound->mended) < MEND_PAUSE_NS)
		return SYNC_NOT_STALE;
	return judge_sockets(role, bound, seen);
}

const char *sync_stale_text(enum sync_stale stale)
{
	switch (stale) {
	case SYNC_STALE_INDEX:
		return "its interface was deleted and created again, and the kernel's thread was "
		       "still bound to the former one";
	case SYNC_STALE_GROUP:
		return "the kernel's thread no longer listened on its interface";
	case SYNC_STALE_SOURCE:
		return "the kernel's thread sent from an address that this machine no longer has";
	case SYNC_NOT_STALE:
		break;
	}
	return "";
}

const char *sync_seen_fault(const struct sync_seen *seen, uint16_t family)
{
	if (!seen->index)
		return *seen->renamed ? "has another name now" : "does not exist";
	if (!seen->is_up)
		return "is down";
	if (!seen->has_carrier)
		return "has no carrier";
	if (!seen->has_address)
		return family == AF_INET6 ? "has no IPv6 address" : "has no IPv4 address";
	return "";
}

const char *sync_seen_cost(const struct sync_seen *seen)
{
	if (!seen->index && *seen->renamed)
		return "the kernel's roles go on there, but heartbeats do not: give the interface "
		       "its name again, or change lvs_sync_daemon";
	if (seen->index && seen->is_up && seen->has_carrier)
		return "the kernel sends from an address of another interface, or not at all: give "
		       "it an address";
	return "no connections of either director reach the other until that is repaired";
}

/* --- texts of /proc --- */

/* Returns the beginning of the next line, or the end of text. */
static const char *next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

/* Reads an address as the kernel writes it, in words of 32 bits in the machine's own byte order:
 * "510000E0" is 224.0.0.81 on a little-endian machine. Returns the text behind it, or NULL. */
static const char *read_words(const char *text, struct addr *ret_addr)
{
	for (size_t i = 0; i < addr_len(ret_addr); i += sizeof(uint32_t)) {
		char digits[9] = "", *end;
		uint32_t word;

		snprintf(digits, sizeof(digits), "%.8s", text);
		if (strspn(digits, "0123456789ABCDEFabcdef") != 8)
			return NULL;
		word = (uint32_t)strtoul(digits, &end, 16);
		memcpy(ret_addr->bytes + i, &word, sizeof(word));
		text += 8;
	}
	return text;
}

/* Reads a line "510000E0     2 0:00000000": the group, and how many sockets have joined it. */
static unsigned members_of_line(const char *line, const struct addr *group)
{
	struct addr addr = {.family = AF_INET};
	const char *rest = read_words(line, &addr);

	return rest && !addr_cmp(&addr, group) ? (unsigned)strtoul(rest, NULL, 10) : 0;
}

/* The text has a line for each interface, followed by an indented line for each group that it is
 * in. */
static unsigned read_igmp(const char *text, unsigned index, const struct addr *group)
{
	bool is_ours = false;
	unsigned n = 0;

	for (text = next_line(text); *text; text = next_line(text)) {
		if (*text != '\t' && *text != ' ')
			is_ours = strtoul(text, NULL, 10) == index;
		else if (is_ours)
			n += members_of_line(text + strspn(text, " \t"), group);
	}
	return n;
}

/* Reads a line "2    eth0            ff020000000000000000000000000081     1 0000000C 0". */
static unsigned members_of_line6(const char *line, unsigned index, const struct addr *group)
{
	struct addr addr = {.family = AF_INET6};
	char *rest;

	if (strtoul(line, &rest, 10) != index)
		return 0;
	rest += strspn(rest, " ");
	rest += strcspn(rest, " \n");
	rest += strspn(rest, " ");
	for (size_t i = 0; i < sizeof(addr.bytes); i++, rest += 2) {
		char digits[3] = "";

		snprintf(digits, sizeof(digits), "%.2s", rest);
		if (strspn(digits, "0123456789abcdef") != 2)
			return 0;
		addr.bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return addr_cmp(&addr, group) ? 0 : (unsigned)strtoul(rest, NULL, 10);
}

unsigned sync_members_read(const char *text, unsigned index, const struct addr *group)
{
	unsigned n = 0;

	if (group->family == AF_INET)
		return read_igmp(text, index, group);
	for (; *text; text = next_line(text))
		n += members_of_line6(text, index, group);
	return n;
}

/* The port's digits are in the usual order. */
const char *sync_socket_read(const char *text, struct endpoint *ret_ep)
{
	char *end;

	text = read_words(text, &ret_ep->addr);
	if (!text || *text != ':')
		return NULL;
	ret_ep->port = (uint16_t)strtoul(text + 1, &end, 16);
	return end + strspn(end, " ");
}

bool sync_source_read(const char *text, const struct endpoint *group, struct addr *ret_source)
{
	for (text = next_line(text); *text; text = next_line(text)) {
		struct endpoint local = {.addr.family = group->addr.family}, remote = local;
		const char *at = text + strspn(text, " ");

		/* the line begins as "  12: LOCAL REMOTE ..." */
		at += strspn(at, "0123456789");
		if (*at != ':')
			continue;
		at = sync_socket_read(at + 1 + strspn(at + 1, " "), &local);
		if (!at || !sync_socket_read(at, &remote) || endpoint_cmp(&remote, group) ||
		    addr_is_any(&local.addr))
			continue;
		*ret_source = local.addr;
		return true;
	}
	return false;
}
