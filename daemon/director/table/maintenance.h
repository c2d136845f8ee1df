/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real servers in maintenance (lvsctl drain): finds them in a configuration, and tells whose
 * maintenance a new configuration would end. No I/O. */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_MAINTENANCE_H
#define LVSD_DAEMON_DIRECTOR_TABLE_MAINTENANCE_H

#include "base/vec.h"
#include "conf/model/server_find.h"
#include "healthcheck/health.h"

#include <jansson.h>

/* A real server that a person has put in maintenance, by the names that the file has for it. */
struct maintained {
	struct svckey vs;
	struct endpoint rs;
};

/* The most servers in maintenance, and the most that are remembered as lost. */
#define MAINTAINED_MAX 1024

/* Begins as {0}. */
struct maintained_list {
	struct maintained *items;
	size_t n, cap;
	/* Servers whose maintenance a configuration has ended, since it did not have them. They are
	 * remembered until a configuration has them again, and they serve. */
	VEC(struct maintained) lost;
};

void maintained_free(struct maintained_list *maintained);

/* Finds the server that `one` names in conf, also if an older lvsd stored its name, or the file spells the
 * name differently now (server_find()). *ret_vs and *ret_rs are set only with SERVER_FOUND. */
enum server_found maintenance_find(const struct conf *conf, const struct maintained *one, size_t *ret_vs,
				   size_t *ret_rs);

/*
 * Puts the servers of maintained in maintenance in health, a model of conf. Servers that conf does not
 * have become lost; the others get the names that conf has for them, without duplicates. Lost servers
 * that conf has are forgotten. Returns true if that has changed the list.
 */
bool maintenance_apply(struct maintained_list *maintained, const struct conf *conf, struct health *health,
		       struct mono now);

/*
 * The servers whose maintenance conf would end, as an array of {"service", "real_server", "text"}
 * in the order of the list. text: "end maintenance vs=tcp:192.0.2.80:80 rs=10.0.0.21:80 # the file
 * no longer has this real server; if the file has it again later, it serves". Lost servers that conf
 * has again follow: "serve again vs=... rs=... # it was in maintenance when ...".
 */
json_t *maintenance_ended(const struct maintained_list *maintained, const struct conf *conf);

#endif
