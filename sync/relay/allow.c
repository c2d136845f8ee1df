/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/allow.h"
#include "sync/mirror.h"

/* States and flags: include/net/ip_vs.h and include/uapi/linux/ip_vs.h of the kernel. */
#define N_STATES_TCP	  11
#define N_STATES_UDP	  1
#define N_STATES_SCTP	  14
#define N_STATES_TEMPLATE 2
#define METHOD_MASK	  0x7
#define METHOD_LAST	  3 /* IP_VS_CONN_F_DROUTE */
/* SYNC, NOOUTPUT, INACTIVE, OUT_SEQ, IN_SEQ, NO_CPORT, NFCT; the kernel never sends HASHED and ONE_PACKET. */
#define FLAGS_KNOWN (METHOD_MASK | 0x20 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | SYNC_ENTRY_TEMPLATE | 0x10000)

/* Options: struct ip_vs_sync_conn_options, IP_VS_PEDATA_MAXLEN, IP_VS_PENAME_MAXLEN. */
#define OPTION_SEQ  1
#define SEQ_LEN	    24
#define OPTION_DATA 2
#define OPTION_NAME 3
#define NAME_LEN    16

const char *relay_refused_name(enum relay_refused why)
{
	static const char *const names[RELAY_REFUSED_N] = {
	    [RELAY_REFUSED_DATAGRAM] = "datagram", [RELAY_REFUSED_ENTRY] = "entry",
	    [RELAY_REFUSED_PROTOCOL] = "protocol", [RELAY_REFUSED_STATE] = "state",
	    [RELAY_REFUSED_FLAGS] = "flags",	   [RELAY_REFUSED_OPTION] = "option",
	    [RELAY_REFUSED_ROUTE] = "route",	   [RELAY_REFUSED_OWN] = "own",
	    [RELAY_REFUSED_OLDER] = "older",
	};

	return names[why];
}

/* 0: the protocol has no connections. The template of a service with a mark has the protocol 0. */
static unsigned n_states(const struct sync_entry *entry)
{
	switch (entry->protocol) {
	case IPPROTO_TCP:
		return entry->is_template ? N_STATES_TEMPLATE : N_STATES_TCP;
	case IPPROTO_UDP:
		return entry->is_template ? N_STATES_TEMPLATE : N_STATES_UDP;
	case IPPROTO_SCTP:
		return entry->is_template ? N_STATES_TEMPLATE : N_STATES_SCTP;
	default:
		return entry->is_template && !entry->protocol ? N_STATES_TEMPLATE : 0;
	}
}

static bool are_options_known(const struct sync_entry *entry)
{
	unsigned met = 0;

	for (const uint8_t *at = entry->options, *end = entry->raw + entry->len; at < end; at += 2 + at[1]) {
		unsigned bit;

		if (at[0] < OPTION_SEQ || at[0] > OPTION_NAME)
			return false;
		bit = 1u << at[0];
		if ((met & bit) || (at[0] == OPTION_SEQ && at[1] != SEQ_LEN) ||
		    (at[0] == OPTION_NAME && at[1] > NAME_LEN))
			return false;
		met |= bit;
	}
	return true;
}

/* The virtual address of the template of a service with a mark is the mark (ip_vs_sched_persist()). */
static bool is_mark_right(const struct sync_entry *entry)
{
	const uint8_t *at = entry->virtual_server.addr.bytes;

	return !entry->is_template || entry->protocol ||
	       entry->fwmark == ((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
}

/* Returns RELAY_REFUSED_N: it is allowed. */
static enum relay_refused entry_judge(const struct relay_rules *rules, const struct sync_entry *entry)
{
	if (!n_states(entry))
		return RELAY_REFUSED_PROTOCOL;
	if (entry->state >= n_states(entry))
		return RELAY_REFUSED_STATE;
	if ((entry->flags & ~(uint32_t)FLAGS_KNOWN) || (entry->flags & METHOD_MASK) > METHOD_LAST)
		return RELAY_REFUSED_FLAGS;
	if (!are_options_known(entry))
		return RELAY_REFUSED_OPTION;
	if (sync_routes_serve(rules->own, entry))
		return RELAY_REFUSED_OWN;
	return is_mark_right(entry) && sync_routes_have(rules->routes, entry) ? RELAY_REFUSED_N : RELAY_REFUSED_ROUTE;
}

static bool place_has_newer(const struct relay_place *place, const struct sync_entry *entry)
{
	uint8_t key[SYNC_ENTRY_SIZE_MAX];
	size_t len = sync_entry_key(entry, key);

	if (place->is_late && relay_newest_has(place->newest, key, len, place->seq))
		return true;
	if (place->floor < place->seq)
		relay_newest_note(place->newest, key, len, place->seq, place->floor);
	return false;
}

size_t relay_allow(const struct relay_rules *rules, const struct relay_place *place, const void *datagram, size_t len,
		   struct relay_allowed *allowed, uint8_t data[static RELAY_PAYLOAD_MAX])
{
	struct sync_datagram_writer writer = {.data = data, .size = RELAY_PAYLOAD_MAX};
	struct sync_datagram reader;
	struct sync_entry entry;
	int result;

	if (len > RELAY_PAYLOAD_MAX || !sync_datagram_open(&reader, datagram, len, rules->syncid)) {
		allowed->n_refused[RELAY_REFUSED_DATAGRAM]++;
		return 0;
	}
	while ((result = sync_datagram_next(&reader, &entry)) > 0) {
		enum relay_refused why = entry_judge(rules, &entry);
		uint32_t timeout_s = entry.timeout_s;

		if (timeout_s > SYNC_MIRROR_TIMEOUT_MAX_S)
			timeout_s = SYNC_MIRROR_TIMEOUT_MAX_S;
		if (why == RELAY_REFUSED_N && place_has_newer(place, &entry))
			why = RELAY_REFUSED_OLDER;
		if (why == RELAY_REFUSED_N && !sync_datagram_put(&writer, &entry, timeout_s))
			why = RELAY_REFUSED_DATAGRAM;
		if (why == RELAY_REFUSED_N)
			allowed->n_entries++;
		else
			allowed->n_refused[why]++;
	}
	if (result < 0)
		allowed->n_refused[RELAY_REFUSED_ENTRY]++;
	return sync_datagram_end(&writer, rules->syncid);
}

unsigned relay_datagram_n(const void *datagram, size_t len)
{
	struct sync_datagram reader;

	return sync_datagram_open(&reader, datagram, len, 0) ? reader.n_left : 0;
}
