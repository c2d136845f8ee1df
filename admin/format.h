/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listings and saved rules as text, byte for byte those of ipvsadm 1.31, since people and scripts
 * read them. Pure: to a stream that the caller opened; names of hosts and ports are the caller's.
 */
#ifndef LVSD_ADMIN_FORMAT_H
#define LVSD_ADMIN_FORMAT_H

#include "ipvs/genl_admin.h"

#include <stdio.h>

enum format_kind {
	FORMAT_PLAIN,
	FORMAT_STATS,
	FORMAT_RATE,
	FORMAT_THRESHOLDS,
	FORMAT_PERSISTENT_CONN,
	FORMAT_TUN_INFO,
	FORMAT_RULES, /* what -S writes */
};

/* How a listing is to look. */
struct format {
	enum format_kind kind;
	bool is_exact; /* no K, M, G, T */
	FILE *out;
};

/* Room for an address and a port, names included; a longer text is cut. */
#define FORMAT_ENDPOINT_MAX 60

void format_version(const struct format *format, const struct ipvs_info *info);
/* The title above the services; none for rules. */
void format_title(const struct format *format);

/* endpoint: the service's address and port as text, not used with a mark. */
void format_service(const struct format *format, const struct ipvs_listed_service *listed,
		    const char *endpoint);
/* service_endpoint as with format_service(). */
void format_dest(const struct format *format, const struct ipvs_service *service,
		 const char *service_endpoint, const struct ipvs_listed_dest *listed,
		 const char *endpoint);

void format_timeouts(FILE *out, const struct ipvs_timeouts *timeouts);
void format_daemon(FILE *out, const struct sync_daemon *daemon);

/* "sh-fallback,sh-port": the flags as the scheduler of the service calls them. Returns text. */
#define FORMAT_SCHED_FLAGS_MAX 64
const char *format_sched_flags(const struct ipvs_service *service,
			       char text[static FORMAT_SCHED_FLAGS_MAX]);

/*
 * The order of listings: numbers are compared by the sign of their difference in 32 bits, so that
 * addresses more than half of all apart change places. It is no total order; with the same libc
 * the result is ipvsadm's.
 */
void format_sort_services(struct ipvs_service_list *list);
void format_sort_dests(struct ipvs_dest_list *list);

#endif
