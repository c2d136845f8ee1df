/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real servers that a person keeps out of service (lvsctl drain), against a configuration: who each
 * of them is there, and whose maintenance a new one would end. No I/O.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TABLE_MAINTENANCE_H
#define LVSD_DAEMON_DIRECTOR_TABLE_MAINTENANCE_H

#include "base/vec.h"
#include "conf/model/server_find.h"
#include "healthcheck/health.h"

#include <jansson.h>

/* A real server that a person took out of service, by its names in the file. */
struct hold {
	struct svckey vs;
	struct endpoint rs;
};

struct holds {
	struct hold *items;
	size_t n, cap;
};

/*
 * Where the server of hold is in conf, also when an older lvsd stored its name or the file spells it
 * in another way now (server_find()). *ret_vs and *ret_rs are untouched unless SERVER_FOUND.
 */
enum server_found maintenance_find(const struct conf *conf, const struct hold *hold, size_t *ret_vs,
				   size_t *ret_rs);

/*
 * Takes the servers of holds out of service in health, a model of conf. Holds that conf does not
 * carry on go from the list; the others have the names of conf afterwards, each once. True when the
 * list has changed by it.
 */
bool maintenance_apply(struct holds *holds, const struct conf *conf, struct health *health,
		       struct mono now);

/*
 * The holds that conf does not carry on: an array of {"service", "real_server", "text"}, in the
 * order of holds. text: "end maintenance vs=tcp:192.0.2.80:80 rs=10.0.0.21:80 # the file does not
 * have this real server: written back later, it serves".
 */
json_t *maintenance_ended(const struct holds *holds, const struct conf *conf);

#endif
