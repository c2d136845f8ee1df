/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A keepalived that runs in this network namespace and serves what lvsd is to serve: two daemons
 * would fight for the same addresses and the same IPVS table, each undoing what the other does.
 */
#ifndef LVSD_DAEMON_RIVALS_H
#define LVSD_DAEMON_RIVALS_H

#include "base/err.h"
#include "conf/conf.h"

#include <sys/types.h>

#define RIVALS_MAX      8
#define RIVALS_PATH_MAX 512

struct rivals {
	size_t n;
	struct rival {
		pid_t pid;
		char config[RIVALS_PATH_MAX]; /* its configuration file, by its command line */
	} items[RIVALS_MAX];
};

/*
 * Looks in /proc for processes of root called keepalived that are in the network namespace of this
 * process; of those with one configuration file the first alone. Whether a process is, is seen only
 * with the privileges that the supervisor has.
 */
void rivals_find(struct rivals *ret_rivals);

/*
 * Reads the configuration of each and compares it with conf. Returns 0, or -EBUSY with a sentence
 * when one serves the same virtual_router_id on the same interface, or the same virtual server. A
 * keepalived whose file cannot be read is left alone.
 */
int rivals_judge(const struct rivals *rivals, const struct conf *conf, struct err *err);

/*
 * What both serve, as words for a sentence, such as "vrrp_instance VI_1 (virtual_router_id 51 on
 * eth0)"; the caller frees it. NULL: nothing. Pure.
 */
char *rivals_common(const struct conf *conf, const struct conf *theirs);

#endif
