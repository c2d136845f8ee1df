/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints listings as JSON (lvsadm.8, "JSON"): always numeric, with all members of each object. Each
 * item of a list is written as soon as it is known, on a line of its own. So the memory needed is
 * that of the largest service, however large the table is.
 */
#ifndef LVSD_ADMIN_JSON_H
#define LVSD_ADMIN_JSON_H

#include "ipvs/genl_admin.h"
#include "admin/conn.h"

#include <stdio.h>

/* Prints {"NAME": [ ... ]}: begin, any number of items, end. */
struct json_list {
	FILE *out;
	size_t n_items;
};

/* The items of a list are all of one kind. dests: the destinations of the service. */
void json_list_begin(struct json_list *list, FILE *out, const char *name);
void json_list_service(struct json_list *list, const struct ipvs_listed_service *listed,
		       const struct ipvs_dest_list *dests);
void json_list_conn(struct json_list *list, const struct conn *conn);
void json_list_daemon(struct json_list *list, const struct sync_daemon *daemon);
void json_list_end(struct json_list *list);

/* Prints the timeouts as one object. */
void json_timeouts(FILE *out, const struct ipvs_timeouts *timeouts);

#endif
