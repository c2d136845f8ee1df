/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's IPVS table as a value. The wanted table and the kernel's are the same type, so that
 * plan(want, have) can compare them. Services are sorted by svckey_cmp(), destinations by
 * endpoint_cmp(), and no key occurs twice; ipvs_state_sort() brings a table that was filled in any
 * order into this form. A table owns its services, a service its destinations; nothing is shared.
 */
#ifndef LVSD_IPVS_STATE_H
#define LVSD_IPVS_STATE_H

#include "base/mono.h"
#include "base/svckey.h"

#include <stdbool.h>
#include <stdint.h>

#define IPVS_SCHEDULER_MAX 16 /* IP_VS_SCHEDNAME_MAXLEN, with the terminating NUL */
#define IPVS_PE_MAX        16 /* IP_VS_PENAME_MAXLEN */

/* The values of the kernel's IP_VS_CONN_F_MASQ, _TUNNEL, _DROUTE (linux/ip_vs.h). */
enum ipvs_method {
	IPVS_METHOD_NAT = 0,
	IPVS_METHOD_LOCAL = 1,
	IPVS_METHOD_TUN = 2,
	IPVS_METHOD_DR = 3,
};

/* Counters of the kernel. Only a dump sets them; they are never compared. */
struct ipvs_dest_counters {
	uint32_t active, inactive, persistent; /* connections */
	uint64_t conns, in_packets, in_bytes, out_packets, out_bytes;
};

/* A destination: in the file, a real server or a sorry server. */
struct ipvs_dest {
	struct endpoint ep;
	uint32_t weight; /* 0: no new connections */
	enum ipvs_method method;
	uint32_t upper_threshold, lower_threshold; /* connections; 0: none */
	uint8_t tun_type; /* IP_VS_CONN_F_TUNNEL_TYPE_* */
	uint16_t tun_port, tun_flags; /* tun_flags: IP_VS_TUNNEL_ENCAP_FLAG_* */
	struct ipvs_dest_counters counters;
};

/* A service of the kernel: one address, protocol and port, or one firewall mark. */
struct ipvs_service {
	struct svckey key;
	char scheduler[IPVS_SCHEDULER_MAX]; /* "wlc" */
	char pe[IPVS_PE_MAX]; /* "" when none */
	uint32_t flags;       /* IP_VS_SVC_F_* that a user sets: PERSISTENT, SCHED1..3, ONEPACKET */
	uint32_t timeout;     /* persistence, seconds */
	uint32_t netmask;     /* IPv4: the mask in network order; IPv6: prefix length */
	struct ipvs_dest *dests;
	size_t n_dests, cap_dests;
	struct mono read_at; /* when its destinations were last known for sure; never compared */
};

/* The table. Begins as {0}: no service. */
struct ipvs_state {
	struct ipvs_service *services;
	size_t n_services, cap_services;
};

/* Appends an entry. The pointer is valid until the next call for the same table. */
struct ipvs_service *ipvs_state_add(struct ipvs_state *state, const struct svckey *key);
struct ipvs_dest *ipvs_service_add(struct ipvs_service *service, const struct endpoint *ep);

/* Sorts a table. Of entries with the same key one stays: a dump can show a service twice while
 * others change the table. */
void ipvs_state_sort(struct ipvs_state *state);
/* The same for the destinations of one service. */
void ipvs_service_sort(struct ipvs_service *service);

/* The entry of a sorted table; NULL when absent. O(log n). */
struct ipvs_service *ipvs_state_find(const struct ipvs_state *state, const struct svckey *key);
struct ipvs_dest *ipvs_service_find(const struct ipvs_service *service, const struct endpoint *ep);

/* Frees the content of the table, which is empty afterwards. */
void ipvs_state_clear(struct ipvs_state *state);

/* The name of a method: "NAT", "DR", "TUN" or "LOCAL". */
const char *ipvs_method_name(enum ipvs_method method);

#endif
