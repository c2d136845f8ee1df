/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints listings and saved rules byte for byte as ipvsadm 1.31, since people and scripts read
 * them. Writes to a stream that the caller has opened; the caller also provides names of hosts and
 * ports. Pure.
 */
#ifndef LVSD_ADMIN_FORMAT_H
#define LVSD_ADMIN_FORMAT_H

#include "ipvs/genl_admin.h"

#include <stdio.h>

/* Which columns are printed: -L alone, or with --stats, --rate, --thresholds, --persistent-conn or
 * --tun-info. */
enum format_kind {
	FORMAT_PLAIN,
	FORMAT_STATS,
	FORMAT_RATE,
	FORMAT_THRESHOLDS,
	FORMAT_PERSISTENT_CONN,
	FORMAT_TUN_INFO,
	FORMAT_RULES, /* the format of -S */
};

/* The form of a listing. */
struct format {
	enum format_kind kind;
	bool is_exact; /* print whole numbers, not with K, M, G or T */
	FILE *out;
};

/* Room for an address and a port, or their names. A longer text is cut. */
#define FORMAT_ENDPOINT_MAX 60

/* Prints the first line: "IP Virtual Server version 1.2.1 (size=4096)". */
void format_version(const struct format *format, const struct ipvs_info *info);
/* Prints the title above the services; nothing for FORMAT_RULES. */
void format_title(const struct format *format);

/* endpoint is the service's address and port as text. It is not used for a service with a mark. */
void format_service(const struct format *format, const struct ipvs_listed_service *listed,
		    const char *endpoint);
/* service_endpoint is as endpoint of format_service(). */
void format_dest(const struct format *format, const struct ipvs_service *service,
		 const char *service_endpoint, const struct ipvs_listed_dest *listed,
		 const char *endpoint);

/* Print what -L --timeout and -L --daemon show; the second one a line for a role. */
void format_timeouts(FILE *out, const struct ipvs_timeouts *timeouts);
void format_daemon(FILE *out, const struct sync_daemon *daemon);

/* The flags by the names that the service's scheduler has for them. Example: "sh-fallback,sh-port".
 * Returns text. */
#define FORMAT_SCHED_FLAGS_MAX 64
const char *format_sched_flags(const struct ipvs_service *service,
			       char text[static FORMAT_SCHED_FLAGS_MAX]);

/*
 * Sorts services as listings do. Numbers are compared by the sign of their 32-bit difference, so
 * addresses that are more than 2^31 apart are in reverse order. This is no total order; with the
 * same C library the result is the same as ipvsadm's.
 */
void format_sort_services(struct ipvs_service_list *list);
void format_sort_dests(struct ipvs_dest_list *list);

#endif
